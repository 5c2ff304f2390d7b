"""Clusters in parts: all that hangs together comes to one place, where clusters are made as on one machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from dedup.columns import I64, Bool, Column, chained, column, packed
from dedup.comparison.overlap import Overlaps
from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record, Sent
from dedup.footers.spans import Spans
from dedup.model import Heads
from dedup.settings import Settings
from dedup.steps import characters
from dedup.text.words import Words
from dedup.verdicts import Links, joined, near_links
from dedup.workflows.membership import Groups, borderline, clusters, containers
from dedup.workflows.relating import decided
from dedup.workflows.wide.boilerplate import Home, bodies_of
from dedup.workflows.wide.by_keys import Judged
from dedup.workflows.wide.components import components
from dedup.workflows.wide.near import (
    Near,
    labels_in,
    near_pairs_of_label,
    no_near_pairs,
    no_rough,
    part_of_label,
    ship,
)
from dedup.workflows.wide.ranking import entries
from dedup.workflows.wide.sheets import Layout, by_part, in_lots, places, stacked, texts_of, together
from dedup.workflows.wide.tables import cluster_rows, member_rows, relation_rows

CLUSTERS, BORDERLINE, CONTAINERS = range(3)
"""The lists of the report that are made here."""


def clustered(
    exchange: Exchange,
    home: Sent,
    bodies: list[Sent],
    near: Near,
    judged: Sent,
    layout: Layout,
    footers: "FooterNames",
    settings: Settings,
    *,
    tables: bool,
) -> Sent:
    """The ``entries`` of the report, by ``CLUSTERS``, ``BORDERLINE`` and ``CONTAINERS``, and their ``counts``.

    With ``tables`` also those of ``tables.py``.
    """
    edges = [*(some.only("edge") for some in near.pairs), judged.only("edge")]
    hanging = components(exchange, edges, part_of=layout.part_of)
    labelled = exchange.step(Labelling(layout), hanging, near.alike.only("first"))
    pairs = [some.only("near") for some in near.pairs]
    gathering = Gathering(layout, settings, exchange.parts)
    brought = exchange.step(
        gathering, *bodies, labelled, near.alike.only("later"), near.rough, *pairs, judged.only("judged"), home=home
    )
    return exchange.step(Clustering(layout, footers, settings, tables), brought)


class FooterNames(NamedTuple):
    """The footers by their numbers in spans."""

    names: list[str]
    aggregators: Bool
    """Whether each tells of an aggregator."""


@dataclass(frozen=True, slots=True)
class Labelling:
    """What hangs together is told to those that come after one with equal words."""

    layout: Layout

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """``label`` s to the home of each article that belongs to more than itself."""
        labels = labels_in(part, inbox, self.layout)
        first = self.layout.firsts[part]
        copies = np.concatenate([np.zeros((0, 2), np.int64), *inbox["first"]])
        known = np.arange(first, first + self.layout.size(part))
        known[labels.rows] = labels.labels
        rows = np.union1d(labels.rows, copies[:, 0] - first)
        yield Record(part, "label", np.stack([rows + first, known[rows]], axis=1))
        told = np.stack([copies[:, 1], known[copies[:, 0] - first]], axis=1)
        for to, some in by_part(self.layout.part_of(copies[:, 1]), told):
            yield Record(to, "label", some)


class Members(NamedTuple):
    """Articles that belong to more than themselves."""

    numbers: I64
    firsts: I64
    """The first article with equal words, of each."""

    groups: I64
    """The first article of each one's group of near copies."""

    heads: Heads
    places: Column[np.uint8]
    far: Column[np.uint32]
    """Both as in ``Words``."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Gathering:
    """Members of what hangs together to one place."""

    layout: Layout
    settings: Settings
    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To it ``members``, the ``bodies`` of the first of equal ones, and the pairs, ``near`` and ``judged``."""
        labels = labels_in(part, inbox, self.layout)
        if not len(labels.rows):
            return
        home = bodies_of(part, inbox, self.layout, self.settings)
        firsts, groups = home.numbers.copy(), home.numbers.copy()
        for pairs in inbox["later"]:
            firsts[pairs[:, 0] - home.numbers[0]] = pairs[:, 1]
        rough = stacked(inbox["rough"], no_rough)
        groups[rough.numbers - home.numbers[0]] = rough.groups
        for to, rows in by_part(part_of_label(labels.labels, self.parts), labels.rows):
            for lot in in_lots(home.sheet.words.places.lengths[rows]):
                yield Record(to, "members", _members(home, firsts, groups, rows[lot]))
            yield from ship(home, to, rows[firsts[rows] == home.numbers[rows]])
        yield from near_pairs_of_label(inbox, labels, home.numbers[0], self.parts)
        for judged in inbox["judged"]:
            to_ = part_of_label(labels.of(judged.pairs[:, 0] - home.numbers[0]), self.parts)
            for to, rows in by_part(to_, np.arange(len(to_))):
                yield Record(to, "judged", Judged(judged.pairs[rows], judged.links.take(rows), judged.sizes[rows]))


def _members(home: Home, firsts: I64, groups: I64, rows: I64) -> Members:
    words = home.sheet.words
    return Members(
        home.numbers[rows], firsts[rows], groups[rows], home.sheet.heads.take(rows.tolist()),
        packed(words.places.take(rows)), packed(words.far.take(rows)), packed(home.spans.take(rows)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clustering:
    """Clusters, as one machine makes them."""

    layout: Layout
    footers: FooterNames
    settings: Settings
    tables: bool
    """Whether anybody wants tables."""

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To itself the ``entries`` of the report; nowhere, the ``counts`` of clusters and of articles in them."""
        members, settings = _in_order(inbox["members"]), self.settings
        bodies = together(inbox["bodies"])
        texts, _ = texts_of(bodies, settings)
        near = stacked(inbox["near"], no_near_pairs)
        pairs = places(bodies.numbers, near.pairs).astype(np.int32)
        links = near_links(bodies.words, [(pairs, Overlaps(*near.shared.T))])
        judged = joined([_none(links), *(_placed(one, bodies.numbers) for one in inbox["judged"])])
        representatives = places(members.numbers, bodies.numbers)
        rough = places(bodies.numbers, members.groups[representatives]).astype(np.int32)
        related = decided(texts, links, judged, rough, settings)
        text_of = places(bodies.numbers, members.firsts).astype(np.int32)
        grouped = Groups(representatives, text_of, related.groups, related.links)
        none = column(np.zeros(0, np.uint32), np.zeros(len(members.numbers) + 1, np.int64))
        where = partial(characters, Words(none, none, none, members.places, members.far), members.spans)
        held = [np.unique(members.spans[row][:, 0]).tolist() for row in range(len(members.numbers))]
        aggregators = np.array([self.footers.aggregators[numbers].any() for numbers in held], np.bool_)

        def footers_of(articles: I64) -> list[list[str]]:
            return [[self.footers.names[number] for number in held[article]] for article in articles.tolist()]

        found = clusters(members.heads, texts, grouped, footers_of, where, aggregators, settings)
        if self.tables:
            yield from cluster_rows(found)
            yield from relation_rows(members.heads, representatives, related.links, settings)
            yield from member_rows(members.heads, members.numbers, found, self.layout)
        yield Record(NOWHERE, "counts", (len(found), sum(cluster.size for cluster in found)))
        yield from entries(part, CLUSTERS, found, lambda one: (-one.size, one.id))
        pairs_ = borderline(members.heads, representatives, related.borderline, settings)
        yield from entries(part, BORDERLINE, pairs_, lambda pair: (-pair.rewrite, pair.left, pair.right))
        held_ = containers(members.heads, grouped, related.containers, related.holds)
        yield from entries(part, CONTAINERS, held_, lambda one: (one.id,))


def _in_order(parts: Sequence[Members]) -> Members:
    """The members of all parts in order of number."""
    heads = Heads()
    for part in parts:
        heads.extend(part.heads)
    numbers, firsts, groups = (np.concatenate([part[at] for part in parts]) for at in range(3))
    order = np.argsort(numbers)
    return Members(
        numbers[order], firsts[order], groups[order], heads.take(order.tolist()),
        *(chained([getattr(part, name) for part in parts]).take(order) for name in ("places", "far", "spans")),
    )  # fmt: skip


def _none(links: Links) -> Links:
    return links.take(np.zeros(0, np.int64))


def _placed(judged: Judged, numbers: I64) -> Links:
    """Verdicts with the places of articles among ``numbers``."""
    pairs, sizes = places(numbers, judged.pairs), np.zeros(len(numbers), np.int64)
    sizes[pairs] = judged.sizes
    return judged.links._replace(pairs=pairs.astype(np.int32), sizes=sizes)
