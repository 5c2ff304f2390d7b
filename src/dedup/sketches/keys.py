"""Keys: candidates for excerpts and for copies in other words, which share too few shingles for signatures.

Each two anchors of an article that stand next or next but one to each other, in either order, make a key. Articles
with keys in common are counted up; those that share enough of the shorter one's keys are candidates. An article in
other words keeps most of its anchors in their places, and one that lies within another keeps its keys there, however
long the other is: the resemblance that a signature estimates is the wrong measure for both.

A key of more than ``max_key_articles`` articles is a phrase of the language, and names nobody. An article most of
whose shared keys are like that is one of many versions of a story: such are compared with the first of them.
"""

import numpy as np

from dedup.columns import I32, I64, U32, U64, Bool, Column
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.sorting import sorted_by_bits
from dedup.text.anchors import anchor_column
from dedup.text.stems import Rare

APART = 2
"""How far apart the anchors of a key stand at most, counted in anchors."""

KEYS_AT_ONCE = 1 << 25
"""Keys that are sorted at once; more are done in parts, for the sake of memory."""

PAIRS_AT_ONCE = 1 << 24
"""The same for pairs."""

CROWDED = 0.5
"""Share of the keys that an article shares which many articles hold, from which it is one of many versions of a
story."""


def key_candidates(words: Column[np.uint32], rare: Rare, settings: Settings) -> I32:
    """The pairs of articles that share enough keys, shape (pairs, 2), left < right, in order, each once.

    Args:
        words: of all articles.
        rare: the stems of rare words, as ``Stems.rare`` gives them.
        settings: ``max_key_articles``, ``min_shared_keys`` and ``min_key_share`` count here.

    Costs some 5 ns per word, 35 ns per key, and 50 ns for each two articles that share one, each time they do; memory
    of 4 bytes per anchor, 4 per key that several articles hold, and 16 per key or pair that is sorted at once.
    """
    count, bits = len(words), max(1, int(len(words) - 1).bit_length())
    found = anchor_column(words, rare)
    totals = np.zeros(count, np.int64)
    _totals(found.values, found.starts, found.stops, totals)
    parts = 1 << int(totals.sum() // KEYS_AT_ONCE).bit_length()
    members, bounds = [np.empty(0, np.int32)], [np.zeros(1, np.int64)]
    for part in range(parts):
        keys = sorted_by_bits(_part_of_keys(found, int(totals.sum()), parts, part, bits), bits)
        held, ends = np.empty(len(keys), np.int32), np.empty(len(keys) // 2, np.int64)
        places, buckets = _buckets(keys, np.uint64(bits), held, ends)
        bounds.append(ends[:buckets] + sum(map(len, members)))
        members.append(held[:places].copy())
    return _shared(np.concatenate(members), np.concatenate(bounds), totals, settings)


def _part_of_keys(found: Column[np.uint32], total: int, parts: int, part: int, bits: int) -> U64:
    """The keys whose lowest bits are ``part``, with the article in these bits."""
    room = total if parts == 1 else total // parts + total // 16
    while True:
        keys = np.empty(room, np.uint64)
        filled = _keys(
            found.values, found.starts, found.stops, np.uint64(parts - 1), np.uint64(part), np.uint64(bits), keys
        )
        if filled <= room:
            return keys[:filled]
        room = filled


def _shared(members: I32, bounds: I64, totals: I64, settings: Settings) -> I32:
    """The pairs of articles that share enough buckets; bucket b is ``members[bounds[b]:bounds[b + 1]]``."""
    count, most = len(totals), settings.max_key_articles
    places = np.zeros((2, count), np.int32)
    _count_places(members, bounds, most, places)
    crowded = places[1] > CROWDED * places[0]
    of_left = np.zeros(count, np.int64)
    _count_pairs(members, bounds, most, crowded, of_left)
    ends = np.cumsum(of_left)
    bits, found, first = max(1, int(count - 1).bit_length()), [np.empty((0, 2), np.int32)], 0
    while first < count:
        done = ends[first - 1] if first else 0
        stop = max(first + 1, int(np.searchsorted(ends, done + PAIRS_AT_ONCE, "right")))
        pairs = np.empty(int(ends[stop - 1] - done), np.uint64)
        _pairs(members, bounds, most, crowded, first, stop, np.uint64(bits), pairs)
        pairs = sorted_by_bits(pairs, 0, 2 * bits)
        enough = np.empty((len(pairs), 2), np.int32)
        kept = _enough(pairs, np.uint64(bits), totals, settings.min_shared_keys, settings.min_key_share, enough)
        found.append(enough[:kept].copy())
        first = stop
    return np.concatenate(found)


@kernel
def _key(left: np.uint32, right: np.uint32) -> np.uint64:
    """A hash of two stems, the same in either order."""
    low, high = np.uint64(min(left, right)), np.uint64(max(left, right))
    hash_ = (high << np.uint64(32) | low) * np.uint64(0x9E3779B97F4A7C15)
    hash_ = (hash_ ^ hash_ >> np.uint64(32)) * np.uint64(0xD6E8FEB86659FD93)
    return hash_ ^ hash_ >> np.uint64(32)


@kernel
def _totals(stems: U32, starts: I64, stops: I64, totals: I64) -> None:
    """Count the keys of each article, those that come twice included. O(anchors)."""
    for a in range(len(starts)):
        for i in range(starts[a], stops[a]):
            for j in range(i + 1, min(i + APART + 1, stops[a])):
                totals[a] += stems[i] != stems[j]


@kernel
def _keys(
    stems: U32, starts: I64, stops: I64, mask: np.uint64, part: np.uint64, bits: np.uint64, keys: U64
) -> int:  # fmt: skip
    """Write the keys that are ``part`` under a mask, the article in the lowest bits. O(anchors).

    Returns how many there are, even where there is no room.
    """
    filled = 0
    for a in range(len(starts)):
        for i in range(starts[a], stops[a]):
            for j in range(i + 1, min(i + APART + 1, stops[a])):
                key = _key(stems[i], stems[j])
                if stems[i] != stems[j] and (key & mask) == part:
                    if filled < len(keys):
                        keys[filled] = key >> bits << bits | np.uint64(a)
                    filled += 1
    return filled


@kernel
def _buckets(keys: U64, bits: np.uint64, members: I32, ends: I64) -> tuple[int, int]:
    """Write the articles that hold each sorted key of several articles, each once, and where those of each key end.

    Returns how many places and how many keys were written. O(keys).
    """
    mask, held, count, at = (np.uint64(1) << bits) - np.uint64(1), 0, 0, 0
    while at < len(keys):
        begin, stop = held, at
        while stop < len(keys) and keys[stop] >> bits == keys[at] >> bits:
            if stop == at or keys[stop] != keys[stop - 1]:
                members[held] = np.int32(keys[stop] & mask)
                held += 1
            stop += 1
        if held - begin > 1:
            ends[count] = held
            count += 1
        else:
            held = begin
        at = stop
    return held, count


@kernel
def _count_places(members: I32, bounds: I64, most: int, places: I32) -> None:
    """Count the buckets of each article, and those of them that are large. O(members)."""
    for b in range(len(bounds) - 1):
        large = bounds[b + 1] - bounds[b] > most
        for i in range(bounds[b], bounds[b + 1]):
            places[0, members[i]] += 1
            places[1, members[i]] += large


@kernel
def _next_crowded(members: I32, at: int, stop: int, crowded: Bool) -> int:
    """The first place from ``at`` on of a member that is one of many versions of a story, else ``stop``."""
    while at < stop and not crowded[members[at]]:
        at += 1
    return at


@kernel
def _count_pairs(members: I32, bounds: I64, most: int, crowded: Bool, of_left: I64) -> None:
    """Count the pairs that ``_pairs`` writes, by their left article. O(members)."""
    for b in range(len(bounds) - 1):
        begin, end = bounds[b], bounds[b + 1]
        if end - begin <= most:
            for i in range(begin, end):
                of_left[members[i]] += end - i - 1
            continue
        leader = _next_crowded(members, begin, end, crowded)
        for i in range(leader + 1, end):
            of_left[members[leader]] += crowded[members[i]]


@kernel
def _pairs(
    members: I32, bounds: I64, most: int, crowded: Bool, first: int, stop: int, bits: np.uint64, pairs: U64
) -> None:
    """Write each two articles of a bucket, ``left << bits | right``, the left one from ``first`` to ``stop - 1``.

    Of large buckets the first of many versions of a story with each other one. O(members + pairs).
    """
    count = 0
    for b in range(len(bounds) - 1):
        begin, end = bounds[b], bounds[b + 1]
        large = end - begin > most
        if large:
            begin = _next_crowded(members, begin, end, crowded)
        for i in range(begin, min(begin + 1, end) if large else end):
            if first <= members[i] < stop:
                left = np.uint64(members[i]) << bits
                for j in range(i + 1, end):
                    if not large or crowded[members[j]]:
                        pairs[count] = left | np.uint64(members[j])
                        count += 1


@kernel
def _enough(pairs: U64, bits: np.uint64, totals: I64, min_shared: int, min_share: float, found: I32) -> int:
    """Write the pairs that come often enough among sorted ones, and return how many there are. O(pairs)."""
    count, at, mask = 0, 0, (np.uint64(1) << bits) - np.uint64(1)
    while at < len(pairs):
        stop = at + 1
        while stop < len(pairs) and pairs[stop] == pairs[at]:
            stop += 1
        left, right = np.int64(pairs[at] >> bits), np.int64(pairs[at] & mask)
        if stop - at >= min_shared and stop - at >= min_share * min(totals[left], totals[right]):
            found[count, 0], found[count, 1] = left, right
            count += 1
        at = stop
    return count
