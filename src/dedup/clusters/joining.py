"""From groups of near copies to clusters: spun copies join them, excerpts attach to the one that they come from."""

from collections.abc import Callable
from itertools import product

import numpy as np

from dedup.clusters.containers import Holds
from dedup.columns import F64, I32, I64, Bool

SPEAKERS = 8
"""Members that speak for a group of spun copies: up to this size, all do."""


def join(groups: I32, pairs: I32, scores: F64, kin: Callable[[I32], Bool]) -> I32:
    """Groups joined along pairs of spun copies, the surest first; shape (articles,), by the number of the first.

    Args:
        groups: the group of near copies of each article, by the number of its first.
        pairs: shape (pairs, 2), articles that are spun copies, each once.
        scores: shape (pairs,), how sure that is.
        kin: says of pairs of articles, shape (pairs, 2), whether they have anything to do with each other.

    As for near copies, a chain joins nobody: two sets of groups become one only if each of up to ``SPEAKERS``
    articles of the one, one for each group, is kin to each of as many of the other.
    """
    sets = _Sets(groups)
    linked = {(a, b) for a, b in pairs.tolist()}
    spokesman = dict[int, list[int]]()
    for a, b in pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -scores))].tolist():
        left, right = sorted((sets.of(a), sets.of(b)))
        if left == right:
            continue
        mine, theirs = spokesman.get(left, [_of(left, a, b, sets)]), spokesman.get(right, [_of(right, a, b, sets)])
        across = {(min(x, y), max(x, y)) for x, y in product(mine, theirs)}
        unknown = np.array(sorted(across - linked), np.int32).reshape(-1, 2)
        if len(unknown) == 0 or bool(kin(unknown).all()):
            linked |= across
            sets.unite(left, right)
            spokesman[left] = (mine + theirs)[:SPEAKERS]
    return sets.all()


def attach(groups: I32, holds: Holds, containers: I32, words: I64) -> I32:
    """Groups with the excerpts that come from them; shape (articles,), by the number of the first.

    Args:
        groups: the cluster of each article so far, by the number of its first.
        holds: who stands in whom.
        containers: articles that nothing attaches to.
        words: of each article.

    Each group attaches to one other at most: to that of the article which holds most of it, the longest of several.
    """
    sets = _Sets(groups)
    open_ = holds.take((groups[holds.inner] != groups[holds.outer]) & ~np.isin(holds.outer, containers))
    order = np.lexsort((open_.outer, -words[open_.outer], -open_.share, -words[open_.inner]))
    attached = set[int]()
    for inner, outer in zip(open_.inner[order].tolist(), open_.outer[order].tolist(), strict=True):
        group = int(groups[inner])
        if group not in attached and sets.of(inner) != sets.of(outer):
            sets.unite(sets.of(inner), sets.of(outer))
            attached.add(group)
    return sets.all()


def _of(set_: int, a: int, b: int, sets: "_Sets") -> int:
    """Which of two articles is in a set."""
    return a if sets.of(a) == set_ else b


class _Sets:
    """Disjoint sets of articles, named by their first; only those that were united cost anything."""

    def __init__(self, groups: I32) -> None:
        self._groups, self._parents = groups, dict[int, int]()

    def of(self, article: int) -> int:
        """The set of an article."""
        set_ = int(self._groups[article])
        while set_ in self._parents:
            set_ = self._parents[set_]
        return set_

    def unite(self, left: int, right: int) -> None:
        """Make two sets one."""
        self._parents[max(left, right)] = min(left, right)

    def all(self) -> I32:
        """The set of each article."""
        names = self._groups.copy()
        for set_ in self._parents:
            names[set_] = self.of(set_)
        united: I32 = names[self._groups]
        return united
