import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from threading import Timer
from typing import Any

import pyarrow as pa
import pytest
from pyspark import TaskContext
from pyspark.sql import SparkSession

import dedup
from dedup.report.document import to_json
from dedup.workflows.wide.scan import WideReport, scan
from tests.engines.spark.cluster import Cluster, cluster, until

pytestmark = pytest.mark.spark

ROWS = 600
PATIENCE_SECONDS = 300


@pytest.fixture
def two_workers(tmp_path: Path) -> Iterator[Cluster]:
    with cluster(tmp_path) as found:
        yield found


@pytest.fixture
def elsewhere() -> Iterator[Pool]:
    """A process for one more session, as there is but one in each; ended in the end, done or not."""
    with get_context("spawn").Pool(1) as pool:
        yield pool


@dataclass(frozen=True)
class Slowly:
    """Passes batches on, slowly, and leaves word of which worker took which partition."""

    folder: Path

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context: Any = TaskContext.get()
        worker = Path.cwd().relative_to(self.folder).parts[0]
        (self.folder / "taken" / f"{worker}.{context.partitionId()}").touch()
        time.sleep(1)
        yield from batches


def total(where: Cluster) -> int:
    session = SparkSession.builder.config(map=where.conf()).getOrCreate()
    rows = session.range(ROWS, numPartitions=4).mapInArrow(Slowly(where.folder), "id long")
    return sum(row.id for row in rows.collect())


def scan_with_a_loss(where: Cluster, path: Path, stage: str) -> bytes:
    """The report of a scan in whose course a worker is lost."""
    session = SparkSession.builder.config(map=where.conf()).getOrCreate()
    report = where.folder / "report.json"

    def progress(now: str, _: int) -> None:
        if now == stage:
            Timer(0.7, where.kill_worker, [0]).start()  # in the middle of a step

    def write(found: WideReport) -> None:
        report.write_bytes(b"".join(found.pieces()))

    scan([path], session=session, work=f"file://{where.folder}/work", progress=progress, deliver=write)
    return report.read_bytes()


def told(report: bytes) -> bytes:
    """A report as it is written, from behind ``run`` on."""
    return report[report.index(b'\n  "counts": {') :]


def test_work_of_a_lost_worker_is_done_by_another(two_workers: Cluster, elsewhere: Pool) -> None:
    taken = two_workers.folder / "taken"
    taken.mkdir()
    found = elsewhere.apply_async(total, (two_workers,))
    lost = until(lambda: sorted(taken.glob("worker-0.*")), "a task of the worker")[-1]
    two_workers.kill_worker(0)
    assert found.get(PATIENCE_SECONDS) == sum(range(ROWS))
    assert (taken / f"worker-1{lost.suffix}").exists()
    assert two_workers.alive() == 1


def test_a_scan_survives_the_loss_of_a_worker(
    two_workers: Cluster, elsewhere: Pool, sample: Path, sample_report: dedup.Report
) -> None:
    found = elsewhere.apply_async(scan_with_a_loss, (two_workers, sample, "comparing")).get(PATIENCE_SECONDS)
    assert told(found) == told(to_json(sample_report))
    assert two_workers.alive() == 1


def test_nothing_is_left_of_a_cluster(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), cluster(tmp_path, workers=1) as found:
        raise KeyboardInterrupt
    until(lambda: ended(found.workers[0]), "the end of a worker's processes")
    with pytest.raises(OSError):
        found.alive()


def ended(group: int) -> bool:
    """Whether no process of a group is left; killed ones may be for a moment."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
