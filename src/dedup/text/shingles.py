"""Shingles: each run of ``size`` words as one 64-bit number, and how many distinct ones articles share.

The primitives that stages work with: ``roll`` makes the shingles of one article; ``fill`` and ``probe`` put a set of
them into a hash table and count those of another article that it holds. All are exact but for collisions of 64-bit
hashes (one wrong shingle in some 10**13 comparisons of articles of 1,000 words).
"""

import numpy as np

from dedup.columns import I64, U32, U64
from dedup.kernels import kernel

BASE = np.uint64(0x9E3779B97F4A7C15)
MIX = np.uint64(0xD6E8FEB86659FD93)


TOGETHER = 256
"""Words whose shingles are made together: for so many the powers of ``BASE`` are at hand."""


def _powers(base: int) -> U64:
    """1, ``base``, its square and so on, modulo 2**64; shape (TOGETHER,)."""
    return np.array([pow(base, exponent, 1 << 64) for exponent in range(TOGETHER)], np.uint64)


_UP, _DOWN = _powers(int(BASE)), _powers(pow(int(BASE), -1, 1 << 64))
_ONES = np.concatenate([np.zeros(1, np.uint64), np.cumsum(_UP)])
"""What so many words of value 1 would come to; shape (TOGETHER + 1,)."""


@kernel
def roll(words: U32, start: int, stop: int, size: int, shingles: U64) -> int:
    """Write the shingles of ``words[start:stop]`` and return their number, 0 below ``size`` words.

    A polynomial of the word hashes, each and 1, modulo 2**64 (Karp and Rabin 1987, doi:10.1147/rd.312.0249), then
    scrambled. It is not rolled along, as each step would wait for the one before. ``BASE`` is odd, so it has an
    inverse: where word i counts ``BASE**-i``, a shingle is the difference of two sums from the start on, times a
    power. Only the sums wait for each other, the rest is done in vector instructions. O(words), 1.2 ns each whatever
    the size, which is below ``TOGETHER``; ``shingles`` has room for one per word.
    """
    count = stop - start - size + 1
    if count <= 0:
        return 0
    sums, up, ones = np.empty(TOGETHER + 1, np.uint64), _UP[size - 1 :], _ONES[size]
    ahead = sums[size:]
    sums[0] = 0
    for first in range(0, count, len(up)):
        own = words[start + first : min(start + first + TOGETHER, stop)]
        ends, total = sums[1 : len(own) + 1], np.uint64(0)
        for i in range(len(own)):
            total += np.uint64(own[i]) * _DOWN[i]
            ends[i] = total
        found = shingles[first : first + len(own) - size + 1]
        for i in range(len(found)):
            hash_ = (ahead[i] - sums[i]) * up[i] + ones
            hash_ = (hash_ ^ hash_ >> np.uint64(32)) * MIX
            found[i] = hash_ ^ hash_ >> np.uint64(32)
    return count


@kernel
def smallest_of(shingles: U64) -> np.uint64:
    """The smallest shingle, of one at least."""
    smallest: np.uint64 = shingles[0]
    for i in range(1, len(shingles)):
        smallest = min(smallest, shingles[i])
    return smallest


@kernel
def table_size(shingles: int) -> int:
    """Slots of a table for so many shingles: a power of two, at least twice as many."""
    slots = 16
    while slots < 2 * shingles:
        slots *= 2
    return slots


def workspace(longest: int) -> tuple[U64, U64, I64]:
    """What ``roll``, ``fill`` and ``probe`` need for articles of up to so many words: shingles, table and marks."""
    slots = table_size(longest)
    return np.empty(longest + 1, np.uint64), np.empty(slots, np.uint64), np.zeros(slots, np.int64)


@kernel
def fill(shingles: U64, count: int, table: U64, marks: I64, mark: int) -> int:
    """Put the first ``count`` shingles into a table and return how many are distinct. O(count).

    ``table`` and ``marks`` have ``table_size(count)`` slots or more. A slot is taken when its mark is ``mark`` or
    larger: with marks that only grow from call to call, no table is ever cleared.
    """
    slots = np.uint64(table_size(count) - 1)
    distinct = 0
    for i in range(count):
        shingle = shingles[i]
        slot = shingle & slots
        while marks[slot] >= mark and table[slot] != shingle:
            slot = (slot + np.uint64(1)) & slots
        if marks[slot] < mark:
            table[slot] = shingle
            marks[slot] = mark
            distinct += 1
    return distinct


@kernel
def probe(shingles: U64, count: int, filled: int, table: U64, marks: I64, mark: int, turn: int) -> int:
    """How many distinct ones of ``count`` shingles stand in the table that ``fill`` made of ``filled``. O(count).

    ``mark`` is the one that it was filled with. What is found is marked with ``mark + turn``, so that a shingle that
    comes twice counts once: each probe of the same table has a turn of its own, from 1.
    """
    slots = np.uint64(table_size(filled) - 1)
    shared = 0
    for i in range(count):
        shingle = shingles[i]
        slot = shingle & slots
        while marks[slot] >= mark and table[slot] != shingle:
            slot = (slot + np.uint64(1)) & slots
        if marks[slot] >= mark and marks[slot] != mark + turn:
            marks[slot] = mark + turn
            shared += 1
    return shared
