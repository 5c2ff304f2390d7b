"""Words back to characters: where runs of words stand in the text as it was read, once the text itself is gone."""

from typing import NamedTuple

import numpy as np

from dedup.columns import I64, U8, U32
from dedup.kernels import kernel
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
    scratch = np.empty((2, longest), np.int64)
    _fill_spans(
        places.values, places.starts, places.stops, far.values, far.starts, article, firsts, stops, scratch[0],
        scratch[1], begin, end,
    )  # fmt: skip
    return begin, end


class Placed(NamedTuple):
    """Where every word of a batch of articles stands: for many runs in all of them, when ``spans`` would take each
    article apart again and again. 16 bytes a word."""

    starts: I64
    """Shape (articles,): the place of each article's first word in ``begin`` and ``end``."""

    begin: I64
    """Shape (words,): the character at which each word starts."""

    end: I64
    """Shape (words,): the one after its last."""

    def spans(self, article: I64, firsts: I64, stops: I64) -> tuple[I64, I64]:
        """As the function ``spans``, for runs of at least one word inside their articles. O(runs)."""
        starts = self.starts[article]
        return self.begin[starts + firsts], self.end[starts + stops - 1]


def placed(words: Words) -> Placed:
    """The places of all words. O(words)."""
    places, far = words.places, words.far
    begin, end = np.empty((2, len(places.values)), np.int64)
    _locate(places.values, places.starts, places.stops, far.values, far.starts, begin, end)
    return Placed(places.starts, begin, end)


@kernel
def decode(places: U8, far: U32, begin: I64, end: I64) -> None:
    """Write the characters at which each word of one article starts and stops. O(words)."""
    at, used = 0, 0
    for word in range(len(places)):
        place = int(places[word])
        if place == FAR:
            gap, length = int(far[used]), int(far[used + 1])
            used += 2
        else:
            gap, length = place & 7, place >> 3
        begin[word] = at + gap - 1
        at = begin[word] + length
        end[word] = at


@kernel
def _locate(places: U8, starts: I64, stops: I64, far: U32, far_starts: I64, begin: I64, end: I64) -> None:
    for a in range(len(starts)):
        own = slice(starts[a], stops[a])
        decode(places[own], far[far_starts[a] :], begin[own], end[own])


@kernel
def _fill_spans(
    places: U8, starts: I64, stops: I64, far: U32, far_starts: I64, article: I64, run_firsts: I64, run_stops: I64,
    word_begin: I64, word_end: I64, begin: I64, end: I64,
) -> None:  # fmt: skip
    """Write the span of each run; ``word_begin`` and ``word_end`` are room for the words of the longest article."""
    known = -1  # the article whose words are taken apart
    for run in range(len(article)):
        if article[run] != known:
            known = article[run]
            decode(places[starts[known] : stops[known]], far[far_starts[known] :], word_begin, word_end)
        begin[run] = word_begin[run_firsts[run]]
        end[run] = word_end[run_stops[run] - 1]
