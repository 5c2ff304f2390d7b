"""From groups of near copies to clusters: spun copies join them, excerpts attach to the one that they come from."""

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from itertools import product

import numpy as np

from dedup.clusters.containers import Holds
from dedup.columns import F64, I32, I64, Bool

Pair = tuple[int, int]

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
    links = pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -scores))].tolist()
    _settle([_joining(some, sets) for some in _apart(links, groups)], kin)
    return sets.all()


def _apart(links: list[Pair], groups: I32) -> Iterable[list[Pair]]:
    """Links as they hang together, each lot in order: what becomes of one has no bearing on the others."""
    sets, lots = _Sets(groups), defaultdict[int, list[Pair]](list)
    for a, b in links:
        if (left := sets.of(a)) != (right := sets.of(b)):
            sets.unite(left, right)
    for a, b in links:
        lots[sets.of(a)].append((a, b))
    return lots.values()


def _joining(links: list[Pair], sets: "_Sets") -> Generator[list[Pair], bool, None]:
    """Join sets along links. Yields pairs, and wants to be sent whether all of them are kin."""
    linked, spokesman = set(links), dict[int, list[int]]()
    for a, b in links:
        left, right = sorted((sets.of(a), sets.of(b)))
        if left == right:
            continue
        mine, theirs = spokesman.get(left, [_of(left, a, b, sets)]), spokesman.get(right, [_of(right, a, b, sets)])
        across = {(min(x, y), max(x, y)) for x, y in product(mine, theirs)}
        unknown = sorted(across - linked)
        if not unknown or (yield unknown):
            linked |= across
            sets.unite(left, right)
            spokesman[left] = (mine + theirs)[:SPEAKERS]


def _settle(lots: Iterable[Generator[list[Pair], bool, None]], kin: Callable[[I32], Bool]) -> None:
    """Answer at once what each lot wants to know next, until none asks: one question costs as much as ten."""
    waiting = [(lot, asked) for lot in lots if (asked := next(lot, None))]
    while waiting:
        answers = kin(np.array([pair for _, asked in waiting for pair in asked], np.int32))
        ends = np.cumsum([len(asked) for _, asked in waiting])[:-1]
        going = []
        for (lot, _), told in zip(waiting, np.split(answers, ends), strict=True):
            with suppress(StopIteration):
                going.append((lot, lot.send(bool(told.all()))))
        waiting = going


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
