"""Alike: articles that have the same words in the same order. The first of them stands for all."""

import numpy as np

from dedup.columns import I32, I64, U32, U64, Column
from dedup.kernels import kernel
from dedup.parts import Spread, at_once


def first_alike(words: Column[np.uint32], spread: Spread = at_once, in_turn: Spread = at_once) -> I64:
    """For each article the first one with the same words in the same order, shape (articles,).

    An article without any word is like no other. Some .3 ns per word, twice for those that are like another.
    ``in_turn`` is as ``spread``, but does one part after the other.
    """
    digests = np.empty(len(words), np.uint64)
    spread(lambda a, b: _digests(words.values, words.starts[a:b], words.stops[a:b], digests[a:b]), len(words))
    alike, table = np.empty(len(words), np.int64), np.full(2 << len(words).bit_length(), -1, np.int32)
    in_turn(
        lambda a, b: _first_alike(words.values, words.starts, words.stops, digests, a, b, table, alike), len(words)
    )
    return alike


@kernel
def _digests(words: U32, starts: I64, stops: I64, digests: U64) -> None:
    """A digest of each article's words and their places, two words at once. O(words)."""
    for a in range(len(starts)):
        own = words[starts[a] : stops[a]]
        digest = np.uint64(len(own))
        if len(own) % 2:
            digest += np.uint64(own[-1]) * np.uint64(0x9E3779B97F4A7C15)
        for i in range(len(own) // 2):
            two = np.uint64(own[2 * i]) << np.uint64(32) | np.uint64(own[2 * i + 1])
            two = (two ^ np.uint64(i) * np.uint64(0xC2B2AE3D27D4EB4F)) * np.uint64(0x9E3779B97F4A7C15)
            digest += two ^ two >> np.uint64(32)
        digests[a] = digest * np.uint64(0xD6E8FEB86659FD93)


@kernel
def _first_alike(
    words: U32, starts: I64, stops: I64, digests: U64, begin: int, end: int, table: I32, alike: I64
) -> None:
    """Find each article from ``begin`` to ``end - 1`` in a table of the first ones, or enter it.

    O(articles, and words of those that are found).

    ``table`` has a power of two of slots, at least twice as many as there are articles, and -1 in each.
    """
    mask = np.uint64(len(table) - 1)
    for a in range(begin, end):
        alike[a] = a
        own = words[starts[a] : stops[a]]
        slot = digests[a] >> np.uint64(32) & mask
        while len(own) and table[slot] >= 0:
            first = table[slot]
            if digests[first] == digests[a] and _equal(words[starts[first] : stops[first]], own):
                alike[a] = first
                break
            slot = (slot + np.uint64(1)) & mask
        if len(own) and table[slot] < 0:
            table[slot] = a


@kernel
def _equal(left: U32, right: U32) -> bool:
    if len(left) != len(right):
        return False
    same = True
    for i in range(len(left)):
        same &= left[i] == right[i]
    return same
