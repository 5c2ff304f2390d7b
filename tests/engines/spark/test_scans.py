"""On Spark a scan reports what it reports on one machine: the same suite of collections."""

from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup.report.document import to_json
from dedup.workflows.wide.scan import WideReport, scan
from dedup.workflows.wide.tables import TABLES
from tests.shared.collections import CASES, Case, mixed

pytestmark = pytest.mark.spark


def told(report: bytes) -> bytes:
    """A report as it is written, from behind ``run`` on."""
    return report[report.index(b'\n  "counts": {') :]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_scan_on_spark_is_a_scan(session: Any, tmp_path: Path, case: Case) -> None:
    (tmp_path / "in").mkdir()
    path, written = case.make(tmp_path / "in"), list[bytes]()

    def deliver(report: WideReport) -> None:
        written.extend(report.pieces())

    found = scan(
        [path], session=session, work=str(tmp_path / "work"), settings=case.settings, deliver=deliver, parts=2
    )
    wanted = dedup.scan(path, settings=case.settings, jobs=1)
    assert told(b"".join(written)) == told(to_json(wanted))
    assert found.run.limits_hit == wanted.run.limits_hit
    assert found.run.engine == "spark"
    assert not list((tmp_path / "work").glob("*"))


def test_articles_relations_and_clusters_are_there_as_parquet(session: Any, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    report = dedup.scan(mixed(tmp_path / "in"), jobs=1)
    tables = tmp_path / "tables"
    scan([tmp_path / "in"], session=session, work=str(tmp_path / "work"), dataset=str(tables), parts=2)
    rows = {name: session.read.parquet(f"{tables}/{name}").toPandas() for name in TABLES}
    assert {name: list(table.columns) for name, table in rows.items()} == {
        name: list(one) for name, one in TABLES.items()
    }
    assert len(rows["articles"]) == report.counts.articles
    assert rows["articles"]["cluster"].notna().sum() == report.counts.clustered_articles
    assert sorted(rows["clusters"]["id"]) == sorted(cluster.id for cluster in report.clusters)
    assert set(rows["relations"]["relation"]) == {"near", "excerpt", "spun"}
