"""Connected components in parts: which articles pairs hold together, however long the chains and large the hubs.

Large-star and small-star in turn (Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii 2014, Connected Components in
MapReduce and Beyond, doi:10.1145/2670979.2670997): each makes a node point to smaller ones that hang together with
it, until every component is a star around its smallest node. Each takes a step; there are O(log(nodes) ** 2) of
them, in practice some four for stories and twenty for a chain of a hundred thousand. A few edges are joined in one
part, for every step costs the start of a task in each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dedup.columns import I64
from dedup.disjoint import firsts
from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record, Sent
from dedup.workflows.wide.sheets import by_part

PartOf = Callable[[I64], I64]

PAIRS_AT_ONCE = 1 << 18
"""Pairs of a record."""

FEW = 1 << 20
"""Edges that one part joins by itself, in some 30 MB."""


def components(exchange: Exchange, edges: list[Sent], *, part_of: PartOf, few: int | None = None) -> Sent:
    """``label`` to the part of each article that stands in an edge.

    Args:
        exchange: where the work is done.
        edges: records ``edge``, each of shape (edges, 2), two different articles, in any order, as often as may be.
        part_of: the part of each of some articles.
        few: edges, once each part has contracted its own, up to which one part joins all; ``FEW`` when None.

    Returns:
        Rows of articles and labels, shape (articles, 2): each article once, with the first of all that hang together
        with it.
    """
    in_one = (FEW if few is None else few) // exchange.parts
    stars = exchange.step(Contracting(exchange.parts, in_one), *edges)
    if not any(stars.values("many")):
        return exchange.step(Joining(part_of), stars.only("few"))
    while True:
        large = exchange.step(LargeStar(exchange.parts), stars.only("pairs"))
        stars = exchange.step(SmallStar(exchange.parts), large.only("pairs"))
        if not sum(large.values("changes")) + sum(stars.values("changes")):
            return exchange.step(Labelling(part_of), stars.only("pairs"))


def _node_part(nodes: I64, parts: int) -> I64:
    mixed = nodes.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    return (mixed >> np.uint64(32)).astype(np.int64) % parts


def _to_both(edges: I64, parts: int) -> Iterator[Record]:
    """``pairs`` of a node and its neighbour to the part of each node."""
    return _pairs(np.concatenate([edges, edges[:, ::-1]]), parts)


def _pairs(pairs: I64, parts: int) -> Iterator[Record]:
    """``pairs`` to the parts of their left nodes."""
    for part, some in by_part(_node_part(pairs[:, 0], parts), pairs):
        for at in range(0, len(some), PAIRS_AT_ONCE):
            yield Record(part, "pairs", some[at : at + PAIRS_AT_ONCE])


def _neighbours(inbox: Inbox) -> tuple[I64, I64, I64]:
    """The pairs of a part in order, each once; the smallest node of each left one and its neighbours, for each pair;
    and how many neighbours that has, for each pair."""
    pairs = np.unique(np.concatenate(inbox["pairs"]), axis=0)
    begins = np.flatnonzero(np.concatenate([[True], pairs[1:, 0] != pairs[:-1, 0]]))
    counts = np.diff(np.append(begins, len(pairs)))
    least = np.minimum(pairs[begins, 0], pairs[begins, 1])  # neighbours are in order
    return pairs, np.repeat(least, counts), np.repeat(counts, counts)


@dataclass(frozen=True, slots=True)
class Contracting:
    """The edges of a part to stars, so that a story with many copies is sent as a tree."""

    parts: int
    few: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the parts of nodes ``pairs``; to one part ``few``, if they are. Nowhere, whether they are ``many``."""
        nodes, first = _joined(np.concatenate(inbox["edge"]))
        grown = nodes != first
        stars = np.stack([nodes[grown], first[grown]], axis=1)
        yield Record(NOWHERE, "many", len(stars) > self.few)
        if len(stars) <= self.few:
            yield Record(0, "few", stars)
        yield from _to_both(stars, self.parts)


def _joined(edges: I64) -> tuple[I64, I64]:
    """The nodes of edges, ascending, and the smallest that each hangs together with."""
    nodes, places = np.unique(edges, return_inverse=True)
    return nodes, nodes[firsts(places.reshape(-1, 2), len(nodes))]


@dataclass(frozen=True, slots=True)
class Joining:
    """All edges to labels."""

    part_of: PartOf

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the part of each article ``label``."""
        return _labels(np.stack(_joined(np.concatenate(inbox["few"])), axis=1), self.part_of)


@dataclass(frozen=True, slots=True)
class LargeStar:
    """The larger neighbours of a node to the smallest one."""

    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the part of the larger node of each edge ``pairs``; nowhere, how many ``changes``."""
        pairs, least, _ = _neighbours(inbox)
        larger = pairs[:, 1] > pairs[:, 0]
        yield from _pairs(np.stack([pairs[larger, 1], least[larger]], axis=1), self.parts)
        yield Record(NOWHERE, "changes", int(np.count_nonzero(least[larger] != pairs[larger, 0])))


@dataclass(frozen=True, slots=True)
class SmallStar:
    """A node and its smaller neighbours to the smallest one."""

    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the parts of both nodes of each edge ``pairs``; nowhere, how many ``changes``."""
        pairs, least, counts = _neighbours(inbox)
        others = pairs[:, 1] != least
        own = np.stack([pairs[:, 0], least], axis=1)
        theirs = np.stack([pairs[others, 1], least[others]], axis=1)
        yield from _to_both(np.unique(np.concatenate([own, theirs]), axis=0), self.parts)
        yield Record(NOWHERE, "changes", int(np.count_nonzero(counts > 1)))


@dataclass(frozen=True, slots=True)
class Labelling:
    """Stars to labels."""

    part_of: PartOf

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the part of each article ``label``."""
        pairs, least, _ = _neighbours(inbox)
        nodes, begins = np.unique(pairs[:, 0], return_index=True)
        return _labels(np.stack([nodes, least[begins]], axis=1), self.part_of)


def _labels(rows: I64, part_of: PartOf) -> Iterator[Record]:
    for to, some in by_part(part_of(rows[:, 0]), rows):
        for at in range(0, len(some), PAIRS_AT_ONCE):
            yield Record(to, "label", some[at : at + PAIRS_AT_ONCE])
