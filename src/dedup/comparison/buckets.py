"""Large buckets: thousands of articles that share a band are not paired up, but compared with a few of them.

Ten thousand pages that differ in a line would make fifty million pairs in every band. Here one article after another
becomes the pivot of its bucket, and is compared with all that it is not linked to yet, until each member was linked
to a pivot or was one. A group of like pages is linked after its first pivot, in all buckets together. A bucket of
pages that have only a passage in common links nothing: it is left after some pivots found nobody in a sample. Two
copies among them share more than that passage, and so meet in other, smaller buckets.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, U64, Column, I64Rows, U32Rows
from dedup.comparison.overlap import Overlaps, distinct
from dedup.disjoint import root
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.text.shingles import fill, probe, roll, workspace

SAMPLE = 64
"""Members of a bucket that a pivot is tried on before it is compared with all."""


class Settled(NamedTuple):
    """What the pivots of large buckets found."""

    pairs: I32
    """Shape (pairs, 2), left < right: the pairs at ``min_resemblance`` or above, each once."""

    overlaps: Overlaps
    """What each pair shares."""

    unsettled: int
    """Places in buckets, over all bands, whose article was not compared with a pivot of its bucket."""


def settle(words: Column[np.uint32], buckets: list[I32], rows: U32, fewest: int, settings: Settings) -> Settled:
    """Link the members of large buckets.

    Args:
        words: of all articles.
        buckets: the members of each bucket, ascending.
        rows: signatures of all articles, shape (articles, permutations).
        fewest: equal rows below which two articles are not compared.
        settings: ``min_resemblance``, ``max_pivots`` and ``shingle_words`` count here.

    Two articles that are near to pivots, but not to the same one, are not compared here. Costs one comparison per
    place in a bucket for each group of like articles in it, and ``SAMPLE * max_pivots`` per bucket.
    """
    if not buckets:
        none = np.empty(0, np.int64)
        return Settled(np.empty((0, 2), np.int32), Overlaps(none, none, none), 0)
    members = np.unique(np.concatenate(buckets))
    sizes = np.zeros(len(words), np.int64)
    sizes[members] = distinct(words, members, settings.shingle_words)
    longest = int(words.lengths[members].max())
    scratch, table, marks = workspace(longest)
    parents = np.arange(len(words), dtype=np.int32)
    found, unsettled, mark = [], 0, 1
    for bucket in buckets:
        links = np.empty((len(bucket), 3), np.int64)  # each link joins two groups, so there is at most one a member
        count, missed, mark = _settle(
            words.values, words.starts, words.stops, bucket, rows, fewest, sizes, settings.shingle_words,
            settings.min_resemblance, settings.max_pivots, parents, scratch, table, marks, mark, links,
        )  # fmt: skip
        found.append(links[:count].copy())
        unsettled += missed
    linked = np.unique(np.concatenate(found), axis=0)
    left, right = linked[:, 0], linked[:, 1]
    return Settled(linked[:, :2].astype(np.int32), Overlaps(sizes[left], sizes[right], linked[:, 2]), unsettled)


@kernel
def _settle(
    words: U32, starts: I64, stops: I64, bucket: I32, rows: U32Rows, fewest: int, sizes: I64, size: int,
    min_resemblance: float, max_pivots: int, parents: I32, scratch: U64, table: U64, marks: I64, mark: int,
    links: I64Rows,
) -> tuple[int, int, int]:  # fmt: skip
    """Compare pivots of one bucket with the members that they are not linked to.

    A pivot is tried on ``SAMPLE`` members first. If it is near to none of them it is idle, and after ``max_pivots``
    idle ones the bucket is left. Writes left, right and shared shingles of each near pair into ``links`` and joins
    their groups in ``parents``. Returns the number of links, how many members stayed unsettled, and the next free
    mark. O(words) of each member for each pivot that links, O(words) of a sample for each idle one.
    """
    count, idle, at, turn = 0, 0, 0, 0
    settled = np.zeros(len(bucket), np.bool_)
    stride = max(1, len(bucket) // SAMPLE)
    while at < len(bucket) and idle < max_pivots:
        if settled[at]:
            at += 1
            continue
        settled[at] = True
        pivot = bucket[at]
        mark += turn + 1
        turn = 0
        filled = roll(words, starts[pivot], stops[pivot], size, scratch)
        fill(scratch, filled, table, marks, mark)
        useful = False
        for attempt in range(2):  # the sample, then all
            step = stride if attempt == 0 else 1
            for i in range(0, len(bucket), step):
                other = bucket[i]
                if root(parents, other) == root(parents, pivot):
                    useful = useful or not settled[i]
                    settled[i] = True
                    continue
                equal = 0
                for r in range(rows.shape[1]):
                    equal += rows[pivot, r] == rows[other, r]
                if equal < fewest:
                    continue
                turn += 1
                rolled = roll(words, starts[other], stops[other], size, scratch)
                shared = probe(scratch, rolled, filled, table, marks, mark, turn)
                if shared / (sizes[pivot] + sizes[other] - shared) >= min_resemblance:
                    useful = settled[i] = True
                    parents[root(parents, other)] = root(parents, pivot)
                    links[count, 0], links[count, 1] = min(pivot, other), max(pivot, other)
                    links[count, 2] = shared
                    count += 1
            if not useful:
                idle += 1
                break
    unsettled = 0
    for i in range(len(bucket)):
        unsettled += not settled[i]
    return count, unsettled, mark + turn + 1
