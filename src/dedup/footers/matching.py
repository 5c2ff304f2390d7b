"""Matching: which words of which articles are footers of the catalogue, and what markers they give."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dedup.columns import I32, I64, ranges
from dedup.footers.catalogue import Catalogue
from dedup.footers.markers import Given, given_by_entries, markers
from dedup.footers.matches import FOUND_ARTICLE
from dedup.footers.repeats import Found, Repeats
from dedup.footers.search import search
from dedup.footers.spans import Spans, no_spans, spans_of
from dedup.footers.taking import taken
from dedup.footers.tokens import Tokens, tokens_of
from dedup.footers.wordings import Tables, tables
from dedup.footers.zones import ARTICLE, FIRST_WORD, STOP_WORD, Zones, as_articles, zones_of
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


def found(words: Words, texts: Sequence[str], catalogue: Catalogue, repeats: Repeats | None = None) -> Marks:
    """The footers of the catalogue in a batch of articles.

    Args:
        words: of the articles, as ``words_of`` gives them.
        texts: of the articles, as they were read.
        catalogue: what to look for.
        repeats: what is known of batches before, of the same catalogue; it is added to.

    Costs some 10 ns per word, and some microseconds per place where a wording is found for the first time.
    """
    t, repeats = tables(catalogue), repeats if repeats is not None else Repeats()
    tokens = tokens_of(words, t)
    zones = zones_of(words, tokens, t)
    met, holding = repeats.met(zones.digests)
    zones = zones.take(np.flatnonzero(~met | holding))
    asked = np.zeros(len(words), np.bool_)
    asked[zones.rows[:, ARTICLE]] = True
    places = placed(words, asked)
    its, left = dict[int, Found](), np.arange(len(zones))
    for alone in (True, False):  # first one zone of those of the same words: its characters may be theirs, too
        met, holding = repeats.met(zones.digests[left])
        known = left[holding]
        for zone, piece in zip(known.tolist(), _pieces(texts, words, zones.rows[known], places)[0], strict=True):
            if one := repeats.get(piece):
                its[zone] = one
        left = np.array([zone for zone in left[~met | holding].tolist() if zone not in its], np.int64)
        new = np.sort(left[np.unique(zones.digests[left], return_index=True)[1]]) if alone else left
        its |= _looked_at(words, texts, places, zones, new, tokens, catalogue, t, repeats)
        left = np.setdiff1d(left, new, assume_unique=True)
    return _marks(sorted(its.items()), zones, words, places, texts, catalogue)


def _looked_at(
    words: Words, texts: Sequence[str], places: Placed, zones: Zones, new: I64, tokens: Tokens, catalogue: Catalogue,
    t: Tables, repeats: Repeats,
) -> dict[int, Found]:  # fmt: skip
    """What is taken in zones, by their numbers, for those of the given ones in which wordings are found at all. It is
    noted for where they stand again."""
    own = as_articles(words, zones.take(new))
    where = search(own, zones.take(new), tokens, t)
    holding, where[:, FOUND_ARTICLE] = np.unique(where[:, FOUND_ARTICLE], return_inverse=True)
    repeats.note(zones.digests[new], np.isin(np.arange(len(new)), holding))
    if not len(holding):
        return {}
    rows, own = zones.rows[new[holding]], own.take(holding)
    pieces, begins = _pieces(texts, words, rows, places)
    lengths = own.hashes.lengths
    there = ranges(places.starts[rows[:, ARTICLE]] + rows[:, FIRST_WORD], lengths)
    before = np.repeat(begins, lengths).astype(np.uint32)
    its_places = Placed(np.cumsum(lengths) - lengths, places.begin[there] - before, places.end[there] - before)
    its = taken(own, its_places, pieces, where, tokens, catalogue, t)
    for piece, one in zip(pieces, its, strict=True):
        repeats.keep(piece, one)
    return dict(zip(new[holding].tolist(), its, strict=True))


def _pieces(texts: Sequence[str], words: Words, rows: I64, places: Placed) -> tuple[list[str], I64]:
    """The characters of zones, and at which each begins: from the start of the first word's line to the end of the last
    one's, but no word of another zone."""
    articles, first_words, stop_words = rows[:, : STOP_WORD + 1].T
    starts = places.starts[articles]
    firsts, lasts, inner = starts + first_words, starts + stop_words - 1, first_words > 0
    more = stop_words < words.hashes.lengths[articles]
    floors = np.where(inner, places.end[firsts - inner], 0)
    roofs = np.where(more, places.begin[lasts + more], sys.maxsize)
    columns = (articles, floors, places.begin[firsts], places.end[lasts], roofs)
    pieces, begins = list[str](), list[int]()
    for article, floor, first, last, roof in zip(*(column.tolist() for column in columns), strict=True):
        text = texts[article]
        begin, stop = max(floor, text.rfind("\n", floor, first) + 1), text.find("\n", last, roof)
        pieces.append(text[begin : roof if stop < 0 else stop])
        begins.append(begin)
    return pieces, np.array(begins, np.int64)


def _marks(
    its: list[tuple[int, Found]], zones: Zones, words: Words, places: Placed, texts: Sequence[str],
    catalogue: Catalogue,
) -> Marks:  # fmt: skip
    """What is found in zones as the footers of articles."""
    if not its:
        return Marks(no_spans(len(words)), [()] * len(words))
    numbers = np.array([zone for zone, _ in its], np.int64)
    articles, first = zones.rows[numbers, ARTICLE], zones.rows[numbers, FIRST_WORD]
    counts = np.array([(len(one.matches), len(one.given)) for _, one in its])
    of_matches, of_given = (np.repeat(np.arange(len(its)), column) for column in counts.T)
    entries, firsts, stops = np.concatenate([one.matches for _, one in its]).T
    span_articles, spans = _joined(
        articles[of_matches], entries, first[of_matches] + firsts, first[of_matches] + stops
    )
    firsts, stops, kinds, agencies = np.concatenate([one.given for _, one in its]).T
    given = (
        Given(articles[of_given], first[of_given] + firsts, first[of_given] + stops, kinds, agencies),
        given_by_entries(span_articles, spans, catalogue),
    )
    return Marks(spans_of(spans, span_articles, len(words)), markers(places, texts, given, catalogue))


def _joined(articles: I64, entries: I64, firsts: I64, stops: I64) -> tuple[I64, I32]:
    """The article and the row of each span: matches of one entry that touch are one."""
    new = np.ones(len(articles), np.bool_)
    new[1:] = (articles[1:] != articles[:-1]) | (entries[1:] != entries[:-1]) | (firsts[1:] != stops[:-1])
    begins = np.flatnonzero(new)
    lasts = np.append(begins[1:], len(articles))[: len(begins)] - 1
    return articles[begins], np.stack([entries[begins], firsts[begins], stops[lasts]], axis=1).astype(np.int32)
