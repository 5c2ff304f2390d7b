"""Disjoint sets: groups of articles that only ever grow together (union-find)."""

import numpy as np

from dedup.columns import I32, I64Rows
from dedup.kernels import kernel


@kernel
def root(parents: I32, article: int) -> int:
    """The article that stands for the group of another one; halves the way there."""
    while parents[article] != article:
        parents[article] = parents[parents[article]]
        article = parents[article]
    return article


@kernel
def firsts(pairs: I64Rows, count: int) -> I32:
    """The lowest number that each of 0 to ``count - 1`` hangs together with by pairs, shape (count,).

    ``pairs`` has shape (pairs, 2), in any order. O((pairs + count) log count) at worst, in practice linear.
    """
    parents = np.arange(count).astype(np.int32)
    for p in range(len(pairs)):
        a, b = root(parents, pairs[p, 0]), root(parents, pairs[p, 1])
        parents[max(a, b)] = min(a, b)
    for i in range(count):
        parents[i] = parents[parents[i]]  # the parent, which is lower, has its first already
    return parents
