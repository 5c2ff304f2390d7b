"""The tables of a scan in parts say what its report says."""

from pathlib import Path
from typing import Any

import dedup
from dedup.engines.exchange import Sent
from dedup.settings import Settings
from dedup.workflows.wide.tables import TABLES, Table
from tests.shared.collections import mixed
from tests.workflows.wide.here import scan_here

Rows = dict[str, list[dict[str, Any]]]


def saved(path: Path, parts: int) -> Rows:
    """The tables of a scan in so many parts, row by row."""
    found: Rows = {}

    def save(name: str, table: Table, rows: Sent) -> None:
        found[name] = [
            dict(zip(table, row, strict=True)) for some in rows.values(name) for row in zip(*some, strict=True)
        ]

    scan_here(path, parts, Settings(), save)
    return found


def test_every_article_is_in_the_table_with_what_it_is_in_its_cluster(tmp_path: Path) -> None:
    report = dedup.scan(mixed(tmp_path), jobs=1)
    articles = saved(tmp_path, 5)["articles"]
    assert [one["id"] for one in articles] == sorted(one["id"] for one in articles)
    assert len(articles) == report.counts.articles
    members = {one.id: (cluster.id, one) for cluster in report.clusters for one in cluster.members}
    for row in articles:
        id_, one = members.get(row["id"], (None, None))
        assert row["cluster"] == id_
        assert row["relation"] == (one.relation if one else None)
        assert row["partner"] == (one.to if one else None)
        assert row["resemblance"] == (one.resemblance if one else None)


def test_clusters_and_relations_are_those_of_the_report(tmp_path: Path) -> None:
    report = dedup.scan(mixed(tmp_path), jobs=1)
    tables = saved(tmp_path, 3)
    assert set(tables) == set(TABLES)
    clusters = [(one.id, one.size, one.original.id) for one in report.clusters]
    assert sorted((row["id"], row["size"], row["original"]) for row in tables["clusters"]) == sorted(clusters)
    related = {(row["left"], row["right"]): row["relation"] for row in tables["relations"]}
    for cluster in report.clusters:
        for one in cluster.members:
            pair = (min(one.id, one.to or one.id), max(one.id, one.to or one.id))
            assert related.get(pair, one.relation) == one.relation or one.relation == "identical"
    assert {"near", "excerpt", "spun"} == set(related.values())
