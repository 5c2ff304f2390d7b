"""Tables: what a scan in parts found, row by row, for those who go on with it where the collection lies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedup.columns import I64
from dedup.comparison.relation import rewrite
from dedup.engines.exchange import NOWHERE, Inbox, Record
from dedup.model import RELATIONS, Cluster, Heads
from dedup.settings import Settings
from dedup.verdicts import Links
from dedup.workflows.wide.reading import home_of
from dedup.workflows.wide.sheets import Layout, by_part

AT_ONCE = 4096
"""Rows of a record."""

Table = Mapping[str, str]
"""The columns of a table with their types, as SQL calls them."""

HEAD: Table = dict.fromkeys(("id", "path", "title", "source", "published", "url"), "string")
MEMBER: Table = {
    "cluster": "string", "relation": "string", "partner": "string", "resemblance": "double", "containment": "double",
    "rewrite": "double",
}  # fmt: skip
ARTICLES: Table = {**HEAD, **MEMBER}
"""Every article, in order of id, and what it is in its cluster; no cluster for those who are in none."""

RELATIONS_: Table = {
    "left": "string", "right": "string", "relation": "string", "resemblance": "double", "left_in_right": "double",
    "right_in_left": "double", "rewrite": "double",
}  # fmt: skip
"""Each two articles that were found to be related: all spun and near pairs and excerpts that were looked at, not only
those which the report names. Of articles with equal words, the first stands for all."""

CLUSTERS: Table = {"id": "string", "size": "bigint", "original": "string", "confidence": "double", "title": "string"}
"""Every cluster of two articles or more."""

TABLES: Mapping[str, Table] = {"articles": ARTICLES, "relations": RELATIONS_, "clusters": CLUSTERS}


def cluster_rows(clusters: Sequence[Cluster]) -> Iterator[Record]:
    """Nowhere: the table ``clusters``."""
    for at in range(0, len(clusters), AT_ONCE):
        some = clusters[at : at + AT_ONCE]
        rows = [
            (one.id, one.size, one.original.id, float(one.original.confidence), one.members[0].title) for one in some
        ]
        yield Record(NOWHERE, "clusters", _columns(rows))


def relation_rows(heads: Heads, representatives: I64, links: Links, settings: Settings) -> Iterator[Record]:
    """Nowhere: the table ``relations``."""
    evidence = links.evidence
    left, right = ([heads.ids[at] for at in representatives[side].tolist()] for side in links.pairs.T)
    names = [str(RELATIONS[relation]) for relation in links.relations.tolist()]
    shares = (evidence.resemblance, evidence.left_in_right, evidence.right_in_left, rewrite(evidence, settings))
    columns = [left, right, names, *(share.tolist() for share in shares)]
    for at in range(0, len(names), AT_ONCE):
        yield Record(NOWHERE, "relations", [column[at : at + AT_ONCE] for column in columns])


def member_rows(heads: Heads, numbers: I64, clusters: Sequence[Cluster], layout: Layout) -> Iterator[Record]:
    """To the homes of members ``membership``: their numbers, and the columns of ``MEMBER``."""
    place_of = {id_: place for place, id_ in enumerate(heads.ids)}
    every = [(cluster.id, one) for cluster in clusters for one in cluster.members]
    own = numbers[[place_of[one.id] for _, one in every]] if every else numbers[:0]
    for to, where in by_part(layout.part_of(own), np.arange(len(own))):
        rows = [
            (id_, one.relation, one.to, one.resemblance, one.containment, one.rewrite)
            for id_, one in (every[at] for at in where.tolist())
        ]
        yield Record(to, "membership", (own[where], _columns(rows)))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


@dataclass(frozen=True, slots=True)
class Tabling:
    """All articles, and what they are in their clusters."""

    layout: Layout

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """Nowhere: the table ``articles``."""
        heads = home_of(inbox).heads
        known: list[list[Any]] = [[None] * len(heads) for _ in MEMBER]
        for numbers, columns in inbox["membership"]:
            for column, values in zip(known, columns, strict=True):
                for row, value in zip((numbers - self.layout.firsts[part]).tolist(), values, strict=True):
                    column[row] = value
        told: list[list[Any]] = [heads.ids, heads.paths, heads.titles, heads.sources, heads.published, heads.urls]
        told += known
        for at in range(0, len(heads), AT_ONCE):
            yield Record(NOWHERE, "articles", [column[at : at + AT_ONCE] for column in told])
