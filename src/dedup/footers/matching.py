"""Matching: which words of which articles are footers of the catalogue, and what markers they give."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U64, Bool, Column, ranges
from dedup.footers.catalogue import Catalogue
from dedup.footers.markers import Given, by_article, given_by_entries, read
from dedup.footers.matches import FOUND_ARTICLE
from dedup.footers.repeats import Found, Repeats, all_found, nothing_found
from dedup.footers.search import search
from dedup.footers.spans import Spans, spans_of
from dedup.footers.taking import taken
from dedup.footers.tokens import Tokens, tokens_of
from dedup.footers.wordings import Tables, tables
from dedup.footers.zones import ARTICLE, FIRST_WORD, STOP_WORD, as_articles, zones_of
from dedup.model import Marker
from dedup.text.places import Placed, placed
from dedup.text.words import Words


@dataclass(frozen=True, slots=True)
class Marks:
    """The footers of a batch of articles."""

    spans: Spans
    """Rows ``(number of the entry, first word, word after the last)``; two of one entry never touch."""

    markers: Sequence[Sequence[Marker]]
    """By article, in order of their places in the text."""


class _Batch(NamedTuple):
    """A batch of articles, and what is looked for in it."""

    words: Words
    texts: Sequence[str]
    catalogue: Catalogue
    tables: Tables
    tokens: Tokens
    zones: I64


def found(words: Words, texts: Sequence[str], catalogue: Catalogue, repeats: Repeats | None = None) -> Marks:
    """The footers of the catalogue in a batch of articles.

    Args:
        words: of the articles, as ``words_of`` gives them.
        texts: of the articles, as they were read.
        catalogue: what to look for.
        repeats: what is known of batches before, of the same catalogue; it is added to.

    Costs some 8 ns per word, and some microseconds per place where a wording is found for the first time.
    """
    t, repeats = tables(catalogue), repeats if repeats is not None else Repeats()
    tokens = tokens_of(words, t)
    zones, digests = zones_of(words, tokens, t)
    batch = _Batch(words, texts, catalogue, t, tokens, zones)
    new, holding, again = repeats.met(digests)
    where = _search(batch, new, digests, repeats)
    new[again], holding[again], _ = repeats.met(digests[again])  # what was forgotten meanwhile is new once more
    asked = np.zeros(len(words), np.bool_)
    asked[zones[np.union1d(np.flatnonzero(holding | again & new), where[:, FOUND_ARTICLE]), ARTICLE]] = True
    places = placed(words, asked)
    its = [_taken(batch, places, where, repeats)]
    known = np.flatnonzero(holding)
    pieces, begins = _pieces(batch, known, places)
    there, of_known = repeats.known(pieces)
    its.append((known[there], begins[there], of_known))
    left = holding | again & new
    left[known[there]] = False
    if left.any():
        its.append(_taken(batch, places, _search(batch, left, digests, repeats), repeats))
    numbers, begins = (np.concatenate([one[column] for one in its]) for column in (0, 1))
    order = np.argsort(numbers)
    return _marks(batch, places, numbers[order], begins[order], all_found([one[2] for one in its]).take(order))


def _search(batch: _Batch, asked: Bool, digests: U64, repeats: Repeats) -> I32:
    """Where wordings are found in the zones that are asked for; it is noted whether any are."""
    numbers, holding = np.flatnonzero(asked), np.zeros(len(digests), np.bool_)
    where = search(batch.words, batch.zones, numbers, batch.tokens, batch.tables)
    holding[where[:, FOUND_ARTICLE]] = True
    repeats.note(digests[numbers], holding[numbers])
    return where


def _taken(batch: _Batch, places: Placed, where: I32, repeats: Repeats) -> tuple[I64, I64, Found]:
    """The zones in which something was found, at which character each begins, and what is taken there. It is kept for
    where they stand again."""
    holding, where[:, FOUND_ARTICLE] = np.unique(where[:, FOUND_ARTICLE], return_inverse=True)
    numbers = holding.astype(np.int64)
    if not len(numbers):
        return numbers, numbers, nothing_found()
    rows, (pieces, begins) = batch.zones[numbers], _pieces(batch, numbers, places)
    own = as_articles(batch.words, rows)
    lengths = own.hashes.lengths
    there = ranges(places.starts[rows[:, ARTICLE]] + rows[:, FIRST_WORD], lengths)
    before = np.repeat(begins, lengths).astype(np.uint32)
    its_places = Placed(np.cumsum(lengths) - lengths, places.begin[there] - before, places.end[there] - before)
    its = taken(own, its_places, pieces, where, batch.tokens, batch.catalogue, batch.tables)
    repeats.keep(pieces, its)
    return numbers, begins, its


def _pieces(batch: _Batch, zones: I64, places: Placed) -> tuple[list[str], I64]:
    """The characters of zones, and at which each begins: from the start of the first word's line to the end of the
    last one's, but no word of another zone."""
    articles, first_words, stop_words = batch.zones[zones, : STOP_WORD + 1].T
    starts = places.starts[articles]
    firsts, lasts, inner = starts + first_words, starts + stop_words - 1, first_words > 0
    more = stop_words < batch.words.hashes.lengths[articles]
    floors = np.where(inner, places.end[firsts - inner], 0)
    roofs = np.where(more, places.begin[lasts + more], sys.maxsize)
    columns = (articles, floors, places.begin[firsts], places.end[lasts], roofs)
    pieces, begins = list[str](), list[int]()
    text, of = "", -1  # of the article before: a zone is seldom the only one of its article
    for article, floor, first, last, roof in zip(*(column.tolist() for column in columns), strict=True):
        if article != of:
            text, of = batch.texts[article], article
        begin, stop = max(floor, text.rfind("\n", floor, first) + 1), text.find("\n", last, roof)
        pieces.append(text[begin : roof if stop < 0 else stop])
        begins.append(begin)
    return pieces, np.array(begins, np.int64)


def _marks(batch: _Batch, places: Placed, zones: I64, begins: I64, its: Found) -> Marks:
    """What is taken in zones, in order, as the footers of articles."""
    articles, first, _ = batch.zones[zones, : STOP_WORD + 1].T
    rows, of = _rows(its.matches)
    entries, firsts, stops = its.matches.values[rows].T
    span_articles, spans = _joined(articles[of], entries, first[of] + firsts, first[of] + stops)
    by_entries = given_by_entries(span_articles, spans, batch.catalogue)
    rows, of = _rows(its.given)
    firsts, stops, kinds, agencies = its.given.values[rows].T
    by_slots = Given(articles[of], first[of] + firsts, first[of] + stops, kinds, agencies)
    read_before = zip([its.markers[row] for row in rows.tolist()], begins[of].tolist(), strict=True)
    markers = [Marker(one.kind, one.value, one.start + begin, one.stop + begin) for one, begin in read_before]
    markers += read(places, batch.texts, by_entries, batch.catalogue)
    given = Given(*(np.concatenate(columns) for columns in zip(by_slots, by_entries, strict=True)))
    count = len(batch.words)
    return Marks(spans_of(spans, span_articles, count), by_article(count, given, markers))


def _rows(its: Column[np.int64]) -> tuple[I64, I64]:
    """Where the rows of all zones lie, one after the other, and the place of the zone of each."""
    lengths = its.lengths
    return ranges(its.starts, lengths), np.repeat(np.arange(len(its)), lengths)


def _joined(articles: I64, entries: I64, firsts: I64, stops: I64) -> tuple[I64, I32]:
    """The article and the row of each span: matches of one entry that touch are one."""
    new = np.ones(len(articles), np.bool_)
    new[1:] = (articles[1:] != articles[:-1]) | (entries[1:] != entries[:-1]) | (firsts[1:] != stops[:-1])
    begins = np.flatnonzero(new)
    lasts = np.append(begins[1:], len(articles))[: len(begins)] - 1
    return articles[begins], np.stack([entries[begins], firsts[begins], stops[lasts]], axis=1).astype(np.int32)
