"""Winnowing: the few shingles of an article by which equal runs of words are found in a whole collection.

Of every ``OF`` neighbouring shingles the smallest is picked (Schleimer, Wilkerson, Aiken 2003,
doi:10.1145/872757.872770). That is about one in three, and of two equal runs of ``size + OF - 1`` words the same
ones, wherever the runs stand.
"""

import numpy as np

from dedup.columns import I64, U32, U64, Column, column
from dedup.kernels import kernel
from dedup.text.shingles import roll

OF = 5
"""Neighbours of which one is picked: a run of 16 words has a pick among its shingles of 12."""


def winnow(words: Column[np.uint32], size: int) -> Column[np.uint32]:
    """The picked shingles of each article in their order, each as its ``key_of``. Some 7 ns per word."""
    shingles = np.maximum(words.lengths - size + 1, 0)
    scratch = np.empty(int(words.lengths.max(initial=0)) + 1, np.uint64)
    bounds = np.zeros(len(words) + 1, np.int64)
    room = int(shingles.sum()) // 2 + len(words)
    while True:
        picked = np.empty(room, np.uint32)
        total = _winnow(words.values, words.starts, words.stops, size, scratch, picked, bounds)
        if total <= room:
            return column(picked[:total].copy(), bounds)
        room = total  # texts made for it, such as falling hashes, have more picks than one in two


@kernel
def key_of(shingle: np.uint64) -> np.uint32:
    """32 bits of a shingle: they name it where a collision, one in some thousand million, does no harm."""
    return np.uint32(shingle >> np.uint64(16) & np.uint64(0xFFFFFFFF))


@kernel
def _winnow(words: U32, starts: I64, stops: I64, size: int, scratch: U64, picked: U32, bounds: I64) -> int:
    """Write the picks of all articles and their bounds, and return how many there are, even where there is no room.

    Of equal shingles the first is picked. O(words), expected.
    """
    total = 0
    for a in range(len(starts)):
        count = roll(words, starts[a], stops[a], size, scratch)
        wide, least = min(OF, count), -1
        for end in range(max(wide, 1) - 1, count):
            begin = end - wide + 1
            if least < begin:
                least = begin
                for i in range(begin + 1, end + 1):
                    if scratch[i] < scratch[least]:
                        least = i
            elif scratch[end] < scratch[least]:
                least = end
            else:
                continue
            if total < len(picked):
                picked[total] = key_of(scratch[least])
            total += 1
        bounds[a + 1] = total
    return total
