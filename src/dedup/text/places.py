"""Words back to characters: where runs of words stand in the text as it was read, once the text itself is gone."""

from typing import NamedTuple

import numpy as np

from dedup.columns import I64, U8, U32, Bool
from dedup.kernels import lean
from dedup.text.words import FAR, Words


def spans(words: Words, article: I64, firsts: I64, stops: I64) -> tuple[I64, I64]:
    """The characters (of Python's ``str``) at which runs of words start and, exclusive, stop.

    Run i is the words ``firsts[i]`` to ``stops[i] - 1`` of article ``article[i]``. All arrays have shape (runs,).
    O(words of the articles) where the runs of an article stand together, in any order; each return to an article
    costs its words once more.

    Raises:
        ValueError: a run is empty or reaches beyond its article.
    """
    places, far = words.places, words.far
    lengths = places.lengths
    if not np.all((firsts >= 0) & (firsts < stops) & (stops <= lengths[article])):
        raise ValueError("wanted runs of at least one word, inside their articles")
    longest = int(lengths[article].max(initial=0))
    begin, end = np.empty((2, len(article)), np.int64)
    scratch = np.empty((2, longest), np.uint32)
    article, firsts, stops = map(np.ascontiguousarray, (article, firsts, stops))
    _fill_spans(
        places.values, places.starts, places.stops, far.values, far.starts, article, firsts, stops, scratch[0],
        scratch[1], begin, end,
    )  # fmt: skip
    return begin, end


class Placed(NamedTuple):
    """Where every word of some articles stands: for many runs in all of them, when ``spans`` would take each article
    apart again and again. 8 bytes a word."""

    starts: I64
    """Shape (articles,): the place of each article's first word in ``begin`` and ``end``, if it was asked for."""

    begin: U32
    """Shape (words,): the character at which each word starts."""

    end: U32
    """Shape (words,): the one after its last."""

    def spans(self, article: I64, firsts: I64, stops: I64) -> tuple[I64, I64]:
        """As the function ``spans``, for runs of at least one word inside their articles. O(runs)."""
        starts = self.starts[article]
        return self.begin[starts + firsts].astype(np.int64), self.end[starts + stops - 1].astype(np.int64)


def placed(words: Words, asked: Bool) -> Placed:
    """The places of all words of the articles that are asked for, shape (articles,). O(words of these)."""
    places, far = words.places, words.far
    ends = np.cumsum(np.where(asked, places.lengths, 0))
    starts = ends - places.lengths
    begin, end = (np.empty(int(ends[-1]) if len(ends) else 0, np.uint32) for _ in range(2))
    _locate(places.values, places.starts, places.stops, far.values, far.starts, asked, starts, begin, end)
    return Placed(starts, begin, end)


@lean
def decode(places: U8, far: U32, begin: U32, end: U32) -> None:
    """Write the characters at which each word of one article starts and stops. O(words)."""
    at, used = 0, 0
    for word in range(len(places)):
        place = int(places[word])
        if place == FAR:
            gap, length = int(far[used]), int(far[used + 1])
            used += 2
        else:
            gap, length = place & 7, place >> 3
        at += gap - 1
        begin[word] = at
        at += length
        end[word] = at


@lean
def _locate(
    places: U8, starts: I64, stops: I64, far: U32, far_starts: I64, asked: Bool, at: I64, begin: U32, end: U32
) -> None:
    for a in range(len(starts)):
        if asked[a]:
            stop = at[a] + stops[a] - starts[a]
            decode(places[starts[a] : stops[a]], far[far_starts[a] :], begin[at[a] : stop], end[at[a] : stop])


@lean
def _fill_spans(
    places: U8, starts: I64, stops: I64, far: U32, far_starts: I64, article: I64, run_firsts: I64, run_stops: I64,
    word_begin: U32, word_end: U32, begin: I64, end: I64,
) -> None:  # fmt: skip
    """Write the span of each run; ``word_begin`` and ``word_end`` are room for the words of the longest article."""
    known = -1  # the article whose words are taken apart
    for run in range(len(article)):
        if article[run] != known:
            known = article[run]
            decode(places[starts[known] : stops[known]], far[far_starts[known] :], word_begin, word_end)
        begin[run] = word_begin[run_firsts[run]]
        end[run] = word_end[run_stops[run] - 1]
