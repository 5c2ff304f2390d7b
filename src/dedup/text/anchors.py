"""Anchors: the words of a text whose stems are rare in its language. They are what a rewriting cannot replace: names,
numbers, the things that a story is about, in the order in which it tells of them.
"""

import numpy as np

from dedup.columns import I32, I64, U32, Column, column
from dedup.kernels import kernel
from dedup.text.stems import Rare, sieved, stem_of


def anchor_column(words: Column[np.uint32], rare: Rare) -> Column[np.uint32]:
    """The stems of the anchors of each article, in order. Some 4 ns per word, half of it for the rare ones."""
    bounds, room = np.zeros(len(words) + 1, np.int64), int(words.lengths.sum()) // 4
    longest = int(words.lengths.max(initial=0))
    some, places = np.empty(longest + 1, np.uint32), np.empty(longest + 1, np.int32)
    while True:
        stems = np.empty(room, np.uint32)
        count = _fill(words.values, words.starts, words.stops, rare, some, places, bounds, stems)
        if count <= room:
            return column(stems[:count], bounds)
        room = count


@kernel
def anchors(words: U32, start: int, stop: int, rare: Rare, stems: U32, places: I32) -> int:
    """Write the stem and the place of each anchor of ``words[start:stop]``, and return how many there are. O(words).

    Places count from ``start``. ``stems`` and ``places`` have room for one more than there are words.
    """
    maybe, own = 0, words[start:stop]
    for i in range(len(own)):  # without a branch, which would mostly be foreseen wrongly at the rare words
        places[maybe] = i
        maybe += int(sieved(own[i], rare.sieve))
    count = 0
    for i in range(maybe):
        stem = stem_of(own[places[i]], rare.table)
        stems[count] = stem
        places[count] = places[i]
        count += stem != 0
    return count


@kernel
def _fill(
    words: U32, starts: I64, stops: I64, rare: Rare, some: U32, places: I32, bounds: I64, stems: U32
) -> int:  # fmt: skip
    """Write the anchors of all articles and their bounds, and return how many there are, also where room lacks."""
    total = 0
    for a in range(len(starts)):
        count = anchors(words, starts[a], stops[a], rare, some, places)
        if total + count <= len(stems):
            stems[total : total + count] = some[:count]
        total += count
        bounds[a + 1] = total
    return total
