"""Winnowing: the few shingles of an article by which equal runs of words are found in a whole collection.

Of every ``OF`` neighbouring shingles the smallest is picked (Schleimer, Wilkerson, Aiken 2003,
doi:10.1145/872757.872770). That is about one in three, and of two equal runs of ``size + OF - 1`` words the same
ones, wherever the runs stand.
"""

import numpy as np

from dedup.columns import I64, U8, U32, U64, Column
from dedup.kernels import kernel
from dedup.memory import fresh
from dedup.parts import Spread, at_once
from dedup.text.shingles import roll, smallest_of

OF = 5
"""Neighbours of which one is picked: a run of 16 words has a pick among its shingles of 12."""


def winnow(words: Column[np.uint32], size: int, spread: Spread = at_once) -> Column[np.uint32]:
    """The picked shingles of each article in their order, each as its ``key_of``. Some 2 ns per word.

    They lie in any order; what room is left between them was never touched: no memory.
    """
    parts = spread(lambda start, stop: (start, stop), len(words))
    longest, share = int(words.lengths.max(initial=0)) + 1, 2
    before = np.concatenate([[0], np.cumsum(np.maximum(words.lengths - size + 1, 0))])
    starts, stops = np.empty((2, len(words)), np.int64)
    while True:
        rooms = [int(before[stop] - before[start]) // share + stop - start for start, stop in parts]
        begins = np.cumsum([0, *(room + longest for room in rooms)]).tolist()
        picked = fresh(begins[-1], np.uint32)

        def fill(start: int, stop: int, begins: list[int] = begins, picked: U32 = picked) -> int:
            scratch, least = np.empty((2, longest), np.uint64)
            ends = np.empty(longest, np.uint8)
            begin = begins[parts.index((start, stop))]
            own, bounds = picked[begin : begins[parts.index((start, stop)) + 1]], np.zeros(stop - start + 1, np.int64)
            total = _winnow(
                words.values, words.starts[start:stop], words.stops[start:stop], size, scratch, least, ends, own,
                bounds,
            )  # fmt: skip
            starts[start:stop], stops[start:stop] = bounds[:-1] + begin, bounds[1:] + begin
            return total

        if all(total <= room for total, room in zip(spread(fill, len(words)), rooms, strict=True)):
            return Column(picked, starts, stops)
        share = 1  # texts made for it, such as falling hashes, have more picks than one in two


@kernel
def key_of(shingle: np.uint64) -> np.uint32:
    """32 bits of a shingle: they name it where a collision, one in some thousand million, does no harm."""
    return np.uint32(shingle >> np.uint64(16) & np.uint64(0xFFFFFFFF))


@kernel
def _winnow(
    words: U32, starts: I64, stops: I64, size: int, scratch: U64, least: U64, ends: U8, picked: U32, bounds: I64
) -> int:
    """Write the picks of all articles and their bounds, and return how many there are.

    ``picked`` has room for one per window of the longest article beside those it is to hold. Picks that find no room
    are only counted: they are written over the first ones.

    O(words). ``scratch``, ``least`` and ``ends`` have room for the longest article.
    """
    total = 0
    for a in range(len(starts)):
        count = roll(words, starts[a], stops[a], size, scratch)
        windows = _least(scratch, count, least)
        picks = picked[total if total + windows <= len(picked) else 0 :]
        total += _pick(scratch, least[:windows], ends, picks)
        bounds[a + 1] = total
    return total


@kernel
def _pick(shingles: U64, least: U64, ends: U8, picks: U32) -> int:
    """Write each pick of an article once, by the smallest shingle of each window, and return how many there are.

    Of equal shingles the first is picked. A pick is told without its place: two windows in a row pick the same one
    unless their smallest differ, or it was the one that left. So nothing branches on what the words are, and where a
    pick ends is told in vector instructions before any is written: ``ends`` has room for a byte per window.
    """
    if len(least) == 0:
        return 0
    others = least[1:]
    for i in range(len(others)):
        ends[i] = (others[i] != least[i]) | (shingles[i] == least[i])
    number = 0
    for i in range(len(others)):
        picks[number] = key_of(least[i])
        number += ends[i]
    picks[number] = key_of(least[-1])
    return number + 1


@kernel
def _least(shingles: U64, count: int, least: U64) -> int:
    """Write the smallest of each ``OF`` neighbours, of all where there are fewer; returns how many it wrote."""
    if 0 < count < OF:
        least[0] = smallest_of(shingles[:count])
        return 1
    for i in range(count - OF + 1):
        smallest = shingles[i]
        for j in range(1, OF):
            smallest = min(smallest, shingles[i + j])
        least[i] = smallest
    return max(0, count - OF + 1)
