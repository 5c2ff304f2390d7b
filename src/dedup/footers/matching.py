"""Matching: which words of which articles are footers of the catalogue, and what markers they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, ranges
from dedup.footers.catalogue import Catalogue
from dedup.footers.markers import Given, by_article, given_by_entries, read
from dedup.footers.matches import FOUND_ARTICLE
from dedup.footers.repeats import NEW, Found, Repeats, all_found, nothing_found
from dedup.footers.search import search
from dedup.footers.spans import Spans, articles_of, spans_of
from dedup.footers.taking import taken
from dedup.footers.tokens import Tokens, tokens_of
from dedup.footers.wordings import Tables, tables
from dedup.footers.zones import ARTICLE, BEGIN, END, FIRST_WORD, as_articles, zones_of
from dedup.model import Marker
from dedup.text.places import Placed, placed
from dedup.text.places import spans as places_of
from dedup.text.words import Words
from dedup.text.written import Written, written


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


def found(
    words: Words,
    texts: Sequence[str],
    catalogue: Catalogue,
    repeats: Repeats | None = None,
    as_written: Written | None = None,
) -> Marks:
    """The footers of the catalogue in a batch of articles.

    Args:
        words: of the articles, as ``words_of`` gives them.
        texts: of the articles, as they were read.
        catalogue: what to look for.
        repeats: what is known of batches before, of the same catalogue; it is added to.
        as_written: the texts as bytes, if somebody has them.

    Costs some 10 ns per word, and some microseconds per place where a wording is found for the first time.
    """
    t, repeats = tables(catalogue), repeats if repeats is not None else Repeats()
    tokens = tokens_of(words, t)
    zones, digests = zones_of(words, as_written or written(texts), tokens, t)
    batch = _Batch(words, texts, catalogue, t, tokens, zones)
    numbers = repeats.numbers(digests)
    held = np.flatnonzero(numbers != NEW)
    again = repeats.found(numbers[held])
    holding, first = _taken(batch, search(words, zones, np.flatnonzero(numbers == NEW), tokens, t))
    repeats.keep(digests[holding], first)
    its_zones = np.concatenate([held, holding])
    order = np.argsort(its_zones)
    return _marks(batch, its_zones[order], all_found([again, first]).take(order))


def _taken(batch: _Batch, where: I32) -> tuple[I64, Found]:
    """The zones in which wordings are found, in order, and what is taken there."""
    holding, where[:, FOUND_ARTICLE] = np.unique(where[:, FOUND_ARTICLE], return_inverse=True)
    numbers = holding.astype(np.int64)
    if not len(numbers):
        return numbers, nothing_found()
    rows = batch.zones[numbers]
    articles, begins = rows[:, ARTICLE], rows[:, BEGIN]
    asked = np.zeros(len(batch.words), np.bool_)
    asked[articles] = True
    places, own = placed(batch.words, asked), as_articles(batch.words, rows)
    lengths = own.hashes.lengths
    there = ranges(places.starts[articles] + rows[:, FIRST_WORD], lengths)
    before = np.repeat(begins.astype(np.uint32), lengths)
    its_places = Placed(np.cumsum(lengths) - lengths, places.begin[there] - before, places.end[there] - before)
    columns = (articles.tolist(), begins.tolist(), rows[:, END].tolist())
    pieces = [batch.texts[article][begin:end] for article, begin, end in zip(*columns, strict=True)]
    return numbers, taken(own, its_places, pieces, where, batch.tokens, batch.catalogue, batch.tables)


def _marks(batch: _Batch, zones: I64, its: Found) -> Marks:
    """What is taken in zones, in order, as the footers of articles."""
    articles, first, begins = batch.zones[zones][:, [ARTICLE, FIRST_WORD, BEGIN]].T
    of = articles_of(its.matches)
    entries, firsts, stops = its.matches.values.T
    span_articles, spans = _joined(articles[of], entries, first[of] + firsts, first[of] + stops)
    by_entries = given_by_entries(span_articles, spans, batch.catalogue)
    of = articles_of(its.given)
    firsts, stops, kinds, agencies = its.given.values.T
    by_slots = Given(articles[of], first[of] + firsts, first[of] + stops, kinds, agencies)
    read_before = zip(its.markers, begins[of].tolist(), strict=True)
    markers = [Marker(one.kind, one.value, one.start + begin, one.stop + begin) for one, begin in read_before]
    places = places_of(batch.words, by_entries.articles, by_entries.firsts, by_entries.stops)
    markers += read(places, batch.texts, by_entries, batch.catalogue)
    given = Given(*(np.concatenate(columns) for columns in zip(by_slots, by_entries, strict=True)))
    count = len(batch.words)
    return Marks(spans_of(spans, span_articles, count), by_article(count, given, markers))


def _joined(articles: I64, entries: I64, firsts: I64, stops: I64) -> tuple[I64, I32]:
    """The article and the row of each span: matches of one entry that touch are one."""
    new = np.ones(len(articles), np.bool_)
    new[1:] = (articles[1:] != articles[:-1]) | (entries[1:] != entries[:-1]) | (firsts[1:] != stops[:-1])
    begins = np.flatnonzero(new)
    lasts = np.append(begins[1:], len(articles))[: len(begins)] - 1
    return articles[begins], np.stack([entries[begins], firsts[begins], stops[lasts]], axis=1).astype(np.int32)
