"""Keys: candidates for excerpts and for copies in other words, which share too few shingles for signatures.

Each two anchors of an article that stand next or next but one to each other, in either order, make a key. Articles
with keys in common are counted up; those that share enough of the shorter one's keys are candidates. An article in
other words keeps most of its anchors in their places, and one that lies within another keeps its keys there, however
long the other is: the resemblance that a signature estimates is the wrong measure for both.

A key of more than ``max_key_articles`` articles is a phrase of the language, and names nobody. An article most of
whose keys are like that is one of many versions of a story: such are compared with the first of them.
"""

import numpy as np

from dedup.columns import I32, I64, U32, U64, Bool, Column
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.sorting import sorted_from
from dedup.text.anchors import anchor_column
from dedup.text.stems import Rare

APART = 2
"""How far apart the anchors of a key stand at most, counted in anchors."""

KEYS_AT_ONCE = 1 << 25
"""Keys that are sorted at once; more are done in parts, for the sake of memory."""

CROWDED = 0.5
"""Share of an article's keys that many articles hold, from which it is one of many versions of a story."""


def key_candidates(words: Column[np.uint32], rare: Rare, settings: Settings) -> I32:
    """The pairs of articles that share enough keys, shape (pairs, 2), left < right, in order, each once.

    Args:
        words: of all articles.
        rare: the stems of rare words, as ``Stems.rare`` gives them.
        settings: ``max_key_articles``, ``min_shared_keys`` and ``min_key_share`` count here.

    Costs some 8 ns per word, 30 ns per key, and 2 ns for each two articles that share one; memory of 4 bytes per
    anchor and 12 per key that several articles hold.
    """
    count, bits = len(words), max(1, int(len(words) - 1).bit_length())
    found = anchor_column(words, rare)
    totals = np.zeros(count, np.int64)
    _totals(found.values, found.starts, found.stops, totals)
    parts = 1 << int(totals.sum() // KEYS_AT_ONCE).bit_length()
    members, bounds = [np.empty(0, np.int32)], [np.zeros(1, np.int64)]
    for part in range(parts):
        keys = sorted_from(_part_of_keys(found, int(totals.sum()), parts, part, bits), bits)
        held, ends = np.empty(len(keys), np.int32), np.empty(len(keys) // 2, np.int64)
        places, buckets = _buckets(keys, np.uint64(bits), held, ends)
        members.append(held[:places].copy())
        bounds.append(ends[:buckets] + bounds[-1][-1])
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
    count = len(totals)
    firsts, buckets, crowded = (
        np.zeros(count + 1, np.int64),
        np.empty(len(members), np.int32),
        np.empty(count, np.bool_),
    )
    _by_article(members, bounds, firsts, buckets)
    leaders = _leaders(members, bounds, firsts, buckets, settings.max_key_articles, crowded)
    found, room = 0, max(1 << 12, 4 * count)
    while True:
        pairs = np.empty((room, 2), np.int32)
        found = _pairs(
            members, bounds, firsts, buckets, leaders, crowded, totals, settings.max_key_articles,
            settings.min_shared_keys, settings.min_key_share, pairs,
        )  # fmt: skip
        if found <= room:
            break
        room = found
    pairs = pairs[:found]
    return np.ascontiguousarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])


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
def _by_article(members: I32, bounds: I64, firsts: I64, buckets: I32) -> None:
    """Sort the buckets by the article that is in them: those of article a are from ``firsts[a]`` on. O(members)."""
    for i in range(len(members)):
        firsts[members[i] + 1] += 1
    for a in range(len(firsts) - 1):
        firsts[a + 1] += firsts[a]
    at = firsts[:-1].copy()
    for b in range(len(bounds) - 1):
        for i in range(bounds[b], bounds[b + 1]):
            buckets[at[members[i]]] = b
            at[members[i]] += 1


@kernel
def _leaders(members: I32, bounds: I64, firsts: I64, buckets: I32, most: int, crowded: Bool) -> I32:
    """For each large bucket its first member that is one of many versions of a story, else -1. O(members).

    Writes which articles are such, shape (articles,).
    """
    for a in range(len(crowded)):
        large = 0
        for i in range(firsts[a], firsts[a + 1]):
            large += bounds[buckets[i] + 1] - bounds[buckets[i]] > most
        crowded[a] = large > CROWDED * (firsts[a + 1] - firsts[a])
    leaders = np.full(len(bounds) - 1, -1, np.int32)
    for b in range(len(leaders)):
        if bounds[b + 1] - bounds[b] > most:
            for i in range(bounds[b], bounds[b + 1]):
                if crowded[members[i]]:
                    leaders[b] = members[i]
                    break
    return leaders


@kernel
def _pairs(
    members: I32, bounds: I64, firsts: I64, buckets: I32, leaders: I32, crowded: Bool, totals: I64, most: int,
    min_shared: int, min_share: float, pairs: I32,
) -> int:  # fmt: skip
    """Write each two articles that share enough keys, and return how many there are, even where there is no room.

    O(articles that share a key, for each key).
    """
    count = len(firsts) - 1
    shared, touched = np.zeros(count, np.int32), np.empty(count, np.int32)
    found = 0
    for a in range(count):
        met = 0
        for i in range(firsts[a], firsts[a + 1]):
            b = buckets[i]
            begin, end = bounds[b], bounds[b + 1]
            large = end - begin > most
            if large:
                end = begin + (crowded[a] and leaders[b] < a)  # at most one: the leader
            for j in range(begin, end):
                other = leaders[b] if large else members[j]
                if other >= a:
                    break
                if shared[other] == 0:
                    touched[met] = other
                    met += 1
                shared[other] += 1
        for i in range(met):
            other = touched[i]
            if shared[other] >= min_shared and shared[other] >= min_share * min(totals[a], totals[other]):
                if found < len(pairs):
                    pairs[found, 0], pairs[found, 1] = other, a
                found += 1
            shared[other] = 0
    return found
