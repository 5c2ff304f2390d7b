"""Clusters from relations: linked articles belong together, unless only a chain holds them together.

The strongest link comes first, as in Kruskal's algorithm. Two groups become one only if each of up to ``SAMPLE``
members of the one shares at least ``min_cohesion`` of its words with each of as many of the other: complete linkage
with a low bar. So A like B like C is no cluster when A and C have nothing in common, and a round-up of two stories
stays with one of them.
"""

import numpy as np

from dedup.columns import F64, I32, I64, U32, U64, Column, I32Rows
from dedup.disjoint import root
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.sorting import lower_bound
from dedup.text.shingles import fill, probe, roll, workspace

SAMPLE = 16
"""Members that speak for a group: up to this size, all do. In a larger one, two may share nothing with each other."""


def gather(words: Column[np.uint32], pairs: I32, resemblance: F64, sizes: I64, settings: Settings) -> I32:
    """The cluster of each article, as the number of its first member, shape (articles,).

    Args:
        words: of all articles.
        pairs: shape (pairs, 2), left < right, each once: the relations that link.
        resemblance: shape (pairs,), how strong each link is.
        sizes: shape (articles,), distinct shingles of each article that stands in ``pairs``.
        settings: ``min_cohesion`` and ``shingle_words`` count here.

    Equal input, in any order of pairs, gives equal clusters: ties go by article number.
    """
    count = len(words)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -resemblance))
    by_left = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    bounds = np.searchsorted(by_left[:, 0], np.arange(count + 1))
    neighbours = np.ascontiguousarray(by_left[:, 1])
    longest = int(words.lengths[pairs].max(initial=0))
    scratch, table, marks = workspace(longest)
    clusters = np.empty(count, np.int32)
    _gather(
        np.ascontiguousarray(pairs[order]), bounds, neighbours, words.values, words.starts, words.stops, sizes,
        settings.shingle_words, settings.min_cohesion, scratch, table, marks, clusters,
    )  # fmt: skip
    return clusters


@kernel
def _linked(a: int, b: int, bounds: I64, neighbours: I32) -> bool:
    """Whether a pair stands among the relations; binary search."""
    wanted, end = max(a, b), bounds[min(a, b) + 1]
    at = lower_bound(neighbours, bounds[min(a, b)], end, wanted)
    return bool(at < end and neighbours[at] == wanted)


@kernel
def _gather(
    pairs: I32Rows, bounds: I64, neighbours: I32, words: U32, starts: I64, stops: I64, sizes: I64, size: int,
    min_cohesion: float, scratch: U64, table: U64, marks: I64, clusters: I32,
) -> None:  # fmt: skip
    """Join groups along the pairs, in their order. O(pairs + joins * SAMPLE**2 * words), mostly far less."""
    count = len(clusters)
    parents = np.arange(count).astype(np.int32)
    speakers = np.empty((count, SAMPLE), np.int32)
    speakers[:, 0] = parents
    members = np.ones(count, np.int64)
    refused = np.full((4096, 4), -1, np.int64)  # joins turned down before, so that each is judged once
    mark, turn = 1, 0
    for p in range(len(pairs)):
        a, b = root(parents, pairs[p, 0]), root(parents, pairs[p, 1])
        if a == b:
            continue
        a, b = min(a, b), max(a, b)
        slot = (a * 31 + b) & 4095
        known = refused[slot]
        if known[0] == a and known[1] == b and known[2] == members[a] and known[3] == members[b]:
            continue
        coherent = True
        for i in range(min(members[a], SAMPLE)):
            x, filled = speakers[a, i], -1
            for j in range(min(members[b], SAMPLE)):
                y = speakers[b, j]
                if _linked(x, y, bounds, neighbours):
                    continue
                if filled < 0:
                    mark += turn + 1
                    turn = 0
                    filled = roll(words, starts[x], stops[x], size, scratch)
                    fill(scratch, filled, table, marks, mark)
                turn += 1
                rolled = roll(words, starts[y], stops[y], size, scratch)
                shared = probe(scratch, rolled, filled, table, marks, mark, turn)
                if shared / min(sizes[x], sizes[y]) < min_cohesion:
                    coherent = False
                    break
            if not coherent:
                break
        if not coherent:
            known[0], known[1], known[2], known[3] = a, b, members[a], members[b]
            continue
        together = members[a] + members[b]
        from_a, from_b = min(members[a], SAMPLE), min(members[b], SAMPLE)
        if together > SAMPLE:  # speakers in proportion to members, at least one of each
            from_b = min(from_b, max(1, SAMPLE * members[b] // together))
            from_a = min(from_a, SAMPLE - from_b)
            from_b = min(members[b], SAMPLE, SAMPLE - from_a)
        for j in range(from_b):
            speakers[a, from_a + j] = speakers[b, j]
        parents[b] = a
        members[a] = together
    for i in range(count):
        clusters[i] = root(parents, i)
