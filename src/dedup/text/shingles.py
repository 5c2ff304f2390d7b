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


@kernel
def roll(words: U32, start: int, stop: int, size: int, shingles: U64) -> int:
    """Write the shingles of ``words[start:stop]`` and return their number, 0 below ``size`` words.

    A polynomial of the word hashes modulo 2**64 (Karp and Rabin 1987, doi:10.1147/rd.312.0249), then scrambled. It is
    not rolled along, as each step would wait for the one before: a loop over the words of all shingles at once is
    done in vector instructions, .7 ns a word at a size of 5, and 1.3 at 12. The slices let the compiler
    see that no index is below 0. O(words * size); ``shingles`` has room for one per word.
    """
    count = stop - start - size + 1
    if count <= 0:
        return 0
    found = shingles[:count]
    found[:] = 0
    for place in range(size):
        ahead = words[start + place : start + place + count]
        for i in range(count):
            found[i] = found[i] * BASE + np.uint64(ahead[i]) + np.uint64(1)
    for i in range(count):
        hash_ = (found[i] ^ found[i] >> np.uint64(32)) * MIX
        found[i] = hash_ ^ hash_ >> np.uint64(32)
    return count


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
