"""Keys: candidates for excerpts and for copies in other words, which share too few shingles for signatures.

Each two anchors of an article that stand next or next but one to each other, in either order, make a key. Articles
with keys in common are counted up (``sharing``); those that share enough of the shorter one's keys are candidates. An
article in other words keeps most of its anchors in their places, and one that lies within another keeps its keys
there, however long the other is: the resemblance that a signature estimates is the wrong measure for both.
"""

import numpy as np

from dedup.columns import I32, I64, U32, U64, Column
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.sketches.sharing import pairs_sharing
from dedup.sorting import sorted_by_bits

APART = 2
"""How far apart the anchors of a key stand at most, counted in anchors."""

KEYS_IN_PART = 1 << 15
"""Keys that are sorted at once, about: they fit into the cache."""

KEYS_AT_ONCE = 1 << 24
"""Keys that are spread over parts at once, for the sake of memory; for more the articles are gone through again."""


def key_candidates(found: Column[np.uint32], settings: Settings) -> I32:
    """The pairs of articles that share enough keys, shape (pairs, 2), left < right, in order, each once.

    Args:
        found: the anchors of all articles that serve in keys.
        settings: ``max_key_articles``, ``min_shared_keys`` and ``min_key_share`` count here.

    Costs some 30 ns per key, and what ``pairs_sharing`` does; memory of 4 bytes per article of a key that several
    hold, and 8 per key that is in hand at once.
    """
    part_bits = max(1, int(2 * len(found.values) // KEYS_IN_PART).bit_length())
    totals, sizes = np.zeros(len(found), np.int64), np.zeros(1 << part_bits, np.int64)
    _count(found.values, found.starts, found.stops, np.uint64(64 - part_bits), totals, sizes)
    members, bounds = _holders(found, part_bits, sizes)
    return pairs_sharing(members, bounds, totals, settings)


def _holders(found: Column[np.uint32], part_bits: int, sizes: I64) -> tuple[I32, I64]:
    """The articles that hold each key of several articles, as the buckets of ``pairs_sharing``.

    Args:
        found: the anchors of each article.
        part_bits: the highest bits of a key, which name the part of the keys that it is sorted with.
        sizes: how many keys each part has.
    """
    bits, ends, total = max(1, int(len(found) - 1).bit_length()), np.cumsum(sizes), int(sizes.sum())
    members, bounds = np.empty(total, np.int32), np.zeros(total // 2 + 1, np.int64)
    filled = buckets = first = 0
    keys = np.empty(max(min(KEYS_AT_ONCE, total), int(sizes.max())), np.uint64)
    while first < len(sizes):
        before = ends[first] - sizes[first]
        stop = max(first + 1, int(np.searchsorted(ends, before + KEYS_AT_ONCE, "right")))
        at = ends[first:stop] - sizes[first:stop] - before
        _spread(found.values, found.starts, found.stops, np.uint64(64 - part_bits), first, np.uint64(bits), at, keys)
        for part, end in enumerate(at.tolist(), first):
            own = sorted_by_bits(keys[end - sizes[part] : end], bits, 64 - part_bits)
            filled, buckets = _buckets(own, np.uint64(bits), members, filled, bounds, buckets)
        first = stop
    return members[:filled], bounds[: buckets + 1]


@kernel
def _key(left: np.uint32, right: np.uint32) -> np.uint64:
    """A hash of two stems, the same in either order."""
    low, high = np.uint64(min(left, right)), np.uint64(max(left, right))
    hash_ = (high << np.uint64(32) | low) * np.uint64(0x9E3779B97F4A7C15)
    hash_ = (hash_ ^ hash_ >> np.uint64(32)) * np.uint64(0xD6E8FEB86659FD93)
    return hash_ ^ hash_ >> np.uint64(32)


@kernel
def _count(stems: U32, starts: I64, stops: I64, shift: np.uint64, totals: I64, sizes: I64) -> None:
    """Count the keys of each article, those that come twice included, and of each part. O(anchors)."""
    for a in range(len(starts)):
        for i in range(starts[a], stops[a]):
            for j in range(i + 1, min(i + APART + 1, stops[a])):
                if stems[i] != stems[j]:
                    totals[a] += 1
                    sizes[_key(stems[i], stems[j]) >> shift] += 1


@kernel
def _spread(
    stems: U32, starts: I64, stops: I64, shift: np.uint64, first: int, bits: np.uint64, at: I64, keys: U64
) -> None:
    """Write the keys of the parts from ``first`` on, the article in the lowest bits, those of a part from ``at`` on.

    ``at`` tells then where they end, shape (parts,). O(anchors).
    """
    for a in range(len(starts)):
        for i in range(starts[a], stops[a]):
            for j in range(i + 1, min(i + APART + 1, stops[a])):
                key = _key(stems[i], stems[j])
                part = np.int64(key >> shift) - first
                if stems[i] != stems[j] and 0 <= part < len(at):
                    keys[at[part]] = key >> bits << bits | np.uint64(a)
                    at[part] += 1


@kernel
def _buckets(keys: U64, bits: np.uint64, members: I32, filled: int, bounds: I64, buckets: int) -> tuple[int, int]:
    """Write the articles that hold each sorted key of several articles, each once, and where those of each key end.

    There are ``filled`` and ``buckets`` before; returns how many there are then. O(keys).
    """
    mask, at = (np.uint64(1) << bits) - np.uint64(1), 0
    while at < len(keys):
        begin, stop = filled, at
        while stop < len(keys) and keys[stop] >> bits == keys[at] >> bits:
            if stop == at or keys[stop] != keys[stop - 1]:
                members[filled] = np.int32(keys[stop] & mask)
                filled += 1
            stop += 1
        if filled - begin > 1:
            buckets += 1
            bounds[buckets] = filled
        else:
            filled = begin
        at = stop
    return filled, buckets
