"""Keys: candidates for excerpts and for copies in other words, which share too few shingles for signatures.

Each two anchors of an article that stand next or next but one to each other, in either order, make a key. Articles
with keys in common are counted up; those that share enough of the shorter one's keys are candidates. An article in
other words keeps most of its anchors in their places, and one that lies within another keeps its keys there, however
long the other is: the resemblance that a signature estimates is the wrong measure for both.

A key of more than ``max_key_articles`` articles is a phrase of the language, and names nobody. An article most of
whose keys are like that is one of many versions of a story: such are compared with the first of them.
"""

import numpy as np

from dedup.columns import I32, I64, U8, U32, U64, Bool, Column
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.text.anchors import anchors

APART = 2
"""How far apart the anchors of a key stand at most, counted in anchors."""

CROWDED = 0.5
"""Share of an article's keys that many articles hold, from which it is one of many versions of a story."""


def key_candidates(words: Column[np.uint32], rare: U64, settings: Settings) -> I32:
    """The pairs of articles that share enough keys, shape (pairs, 2), left < right, in order, each once.

    Args:
        words: of all articles.
        rare: the stems of rare words, as ``Stems.rare`` gives them.
        settings: ``max_key_articles``, ``min_shared_keys`` and ``min_key_share`` count here.

    Costs some 8 ns per word, 80 ns per key that several articles hold, and 2 ns for each two articles that share one.
    """
    longest, count = int(words.lengths.max(initial=0)), len(words)
    stems, places = np.empty(longest, np.uint32), np.empty(longest, np.int32)
    totals, bits = np.zeros(count, np.int64), np.uint64(max(1, int(count - 1).bit_length()))
    seen = np.zeros(1 << min(30, max(16, int(words.lengths.sum() // 2).bit_length())), np.uint8)
    recurring = _count(words.values, words.starts, words.stops, rare, stems, places, seen, totals)
    keys = np.empty(recurring, np.uint64)
    filled = _recurring(words.values, words.starts, words.stops, rare, stems, places, seen, bits, keys)
    del seen
    keys = keys[:filled]
    keys.sort()
    members, bucket = np.empty(filled, np.int32), np.empty(filled, np.int32)
    held = _buckets(keys, bits, members, bucket)
    members, bucket = members[:held], bucket[:held]
    if held == 0:
        return np.empty((0, 2), np.int32)
    bounds = np.append(np.flatnonzero(np.diff(bucket, prepend=-1)), held)
    firsts, buckets, crowded = np.zeros(count + 1, np.int64), np.empty(held, np.int32), np.empty(count, np.bool_)
    _by_article(members, bucket, firsts, buckets)
    leaders = _leaders(members, bounds, firsts, buckets, settings.max_key_articles, crowded)
    found, room = 0, 1 << 16
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
def _count(
    words: U32, starts: I64, stops: I64, rare: U64, stems: U32, places: I32, seen: U8, totals: I64
) -> int:  # fmt: skip
    """Count the keys of each article, and in ``seen`` each key: 0, once, more often; colliding keys share a count.

    Returns at least how many keys come more than once, each time counted. O(words).
    """
    mask, recurring = np.uint64(len(seen) - 1), 0
    for a in range(len(starts)):
        count = anchors(words, starts[a], stops[a], rare, stems, places)
        for i in range(count):
            for j in range(i + 1, min(i + APART + 1, count)):
                if stems[i] == stems[j]:
                    continue
                totals[a] += 1
                slot = _key(stems[i], stems[j]) & mask
                if seen[slot] < 2:
                    recurring += seen[slot]
                    seen[slot] += np.uint8(1)
                recurring += 1
    return recurring


@kernel
def _recurring(
    words: U32, starts: I64, stops: I64, rare: U64, stems: U32, places: I32, seen: U8, bits: np.uint64, keys: U64
) -> int:
    """Write the keys that may come more than once, the number of the article in the lowest bits. O(words)."""
    mask, filled = np.uint64(len(seen) - 1), 0
    for a in range(len(starts)):
        count = anchors(words, starts[a], stops[a], rare, stems, places)
        for i in range(count):
            for j in range(i + 1, min(i + APART + 1, count)):
                if stems[i] == stems[j]:
                    continue
                key = _key(stems[i], stems[j])
                if seen[key & mask] > 1:
                    keys[filled] = key >> bits << bits | np.uint64(a)
                    filled += 1
    return filled


@kernel
def _buckets(keys: U64, bits: np.uint64, members: I32, bucket: I32) -> int:
    """Write the articles that hold each sorted key of several articles, each once, and a number for the key.

    Returns how many places were written. O(keys).
    """
    mask, held, number, at = (np.uint64(1) << bits) - np.uint64(1), 0, 0, 0
    while at < len(keys):
        begin = held
        stop = at
        while stop < len(keys) and keys[stop] >> bits == keys[at] >> bits:
            if stop == at or keys[stop] != keys[stop - 1]:
                members[held] = np.int32(keys[stop] & mask)
                bucket[held] = number
                held += 1
            stop += 1
        if held - begin == 1:
            held = begin
        else:
            number += 1
        at = stop
    return held


@kernel
def _by_article(members: I32, bucket: I32, firsts: I64, buckets: I32) -> None:
    """Sort the buckets by the article that is in them: those of article a are from ``firsts[a]`` on. O(members)."""
    for i in range(len(members)):
        firsts[members[i] + 1] += 1
    for a in range(len(firsts) - 1):
        firsts[a + 1] += firsts[a]
    at = firsts[:-1].copy()
    for i in range(len(members)):
        buckets[at[members[i]]] = bucket[i]
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
