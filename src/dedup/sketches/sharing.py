"""Sharing: which articles have enough keys in common, counted one article at a time.

A key of more than ``max_key_articles`` articles is a phrase of the language, and names nobody. An article most of
whose shared keys are like that is one of many versions of a story: such are compared with the first of them.
"""

import numpy as np

from dedup.columns import I32, I64, Bool
from dedup.kernels import kernel
from dedup.settings import Settings

PAIRS_AT_ONCE = 1 << 24
"""Pairs that are gathered before they are counted, for the sake of memory."""

CROWDED = 0.5
"""Share of the keys that an article shares which many articles hold, from which it is one of many versions of a
story."""


def pairs_sharing(members: I32, bounds: I64, totals: I64, settings: Settings) -> I32:
    """The pairs of articles that share enough buckets, shape (pairs, 2), left < right, in order, each once.

    Args:
        members: the articles of each bucket, ascending; bucket b is ``members[bounds[b]:bounds[b + 1]]``.
        bounds: shape (buckets + 1,).
        totals: the keys of each article, shape (articles,).
        settings: ``max_key_articles``, ``min_shared_keys`` and ``min_key_share`` count here.

    Costs some 15 ns for each two articles of a bucket, and 8 ns per member; memory of 4 bytes per pair that is in
    hand at once.
    """
    count, most = len(totals), settings.max_key_articles
    places = np.zeros((2, count), np.int32)
    _count_places(members, bounds, most, places)
    crowded = places[1] > CROWDED * places[0]
    of_left = np.zeros(count, np.int64)
    _count_pairs(members, bounds, most, crowded, of_left)
    ends, times = np.cumsum(of_left), np.zeros(count, np.int32)
    rights = np.empty(max(min(PAIRS_AT_ONCE, int(of_left.sum())), int(of_left.max(initial=0))), np.int32)
    found, first = [np.empty((0, 2), np.int32)], 0
    while first < count:
        before = ends[first] - of_left[first]
        stop = max(first + 1, int(np.searchsorted(ends, before + PAIRS_AT_ONCE, "right")))
        at = ends[first:stop] - of_left[first:stop] - before
        _pair_up(members, bounds, most, crowded, first, at, rights)
        enough = np.empty((len(rights), 2), np.int32)
        kept = _enough(
            rights, at, first, of_left, totals, settings.min_shared_keys, settings.min_key_share, times, enough
        )
        found.append(enough[:kept].copy())
        first = stop
    pairs = np.concatenate(found)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


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
    """Count the pairs that ``_pair_up`` makes, by their left article. O(members)."""
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
def _pair_up(members: I32, bounds: I64, most: int, crowded: Bool, first: int, at: I64, rights: I32) -> None:
    """Write the right one of each two articles of a bucket, for the ``len(at)`` left ones from ``first`` on.

    Those of the first of these from ``at[0]`` on, and so on; ``at`` tells then where they end. Of large buckets the
    first of many versions of a story with each other one. O(members + pairs).
    """
    for b in range(len(bounds) - 1):
        begin, end = bounds[b], bounds[b + 1]
        large = end - begin > most
        if large:
            begin = _next_crowded(members, begin, end, crowded)
        for i in range(begin, min(begin + 1, end) if large else end - 1):
            left = members[i] - first
            if 0 <= left < len(at):
                for j in range(i + 1, end):
                    if not large or crowded[members[j]]:
                        rights[at[left]] = members[j]
                        at[left] += 1


@kernel
def _enough(
    rights: I32, ends: I64, first: int, of_left: I64, totals: I64, min_shared: int, min_share: float, times: I32,
    found: I32,
) -> int:  # fmt: skip
    """Write the pairs that come often enough, and return how many there are. O(pairs).

    ``times``, shape (articles,), is 0 before and after.
    """
    count = 0
    for a in range(len(ends)):
        left, begin = first + a, ends[a] - of_left[first + a]
        for i in range(begin, ends[a]):
            times[rights[i]] += 1
        for i in range(begin, ends[a]):
            right = rights[i]
            if times[right] >= min_shared and times[right] >= min_share * min(totals[left], totals[right]):
                found[count, 0], found[count, 1] = left, right
                count += 1
            times[right] = 0
    return count
