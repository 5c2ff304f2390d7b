"""What does a scan on Spark cost, step by step, and is its report that of a local scan?

    spark.py INPUT… [--master local[2]] [--spark-conf KEY=VALUE]… [--parts N] [--work URI] [--json FILE] [--record]

Prints seconds of each stage, and of each kind of record the bytes an article that are sent, raw and as they are laid
down, compressed; what is mailed is shuffled. The report is held against that of ``dedup.scan`` on this machine.
Exit: 0 done; 1 the reports differ.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import measure

import dedup
from dedup.engines.spark.exchange import Cost, SparkExchange
from dedup.engines.spark.inputs import inputs
from dedup.report.document import to_json
from dedup.settings import Settings
from dedup.workflows.spark import spark_session
from dedup.workflows.wide.scan import WideReport, default_parts, scan_on

SHOWN = 16
"""Kinds of records that are shown, those that are mailed most."""


class Timed(SparkExchange):
    """Notes what each step takes."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.seconds: list[tuple[str, float]] = []

    @contextmanager
    def _noted(self, function: object) -> Iterator[None]:
        begun = perf_counter()
        yield
        self.seconds.append((type(function).__name__, round(perf_counter() - begun, 2)))

    def step(self, function: Any, *mail: Any, home: Any = None) -> Any:
        """A step, timed."""
        with self._noted(function):
            return super().step(function, *mail, home=home)

    def read(self, function: Any, given: Any) -> Any:
        """Reading, timed."""
        with self._noted(function):
            return super().read(function, given)


def measured(arguments: argparse.Namespace) -> tuple[dict[str, Any], bytes]:
    """The figures of a scan, and its report from behind ``run`` on."""
    conf = dict(one.split("=", 1) for one in arguments.spark_conf)
    with (
        tempfile.TemporaryDirectory() as folder,
        spark_session(arguments.master, conf) as session,
    ):
        begun = perf_counter()
        reading = inputs(session, arguments.inputs, Settings(), arguments.parts or 8)
        parts = arguments.parts or default_parts(session, reading.size())
        with Timed(session, parts, arguments.work or folder) as exchange:
            report = scan_on(exchange, reading, arguments.inputs, unreadable=reading.unreadable, engine="spark")
            written = b"".join(report.pieces())
            seconds = perf_counter() - begun
            costs = exchange.costs()
        return figures(report, costs, exchange.seconds, seconds, parts), behind_run(written)


def figures(
    report: WideReport, costs: list[Cost], steps: list[tuple[str, float]], seconds: float, parts: int
) -> dict[str, Any]:
    """All that was measured."""
    articles = max(1, report.counts.articles)
    return {
        "articles": report.counts.articles,
        "clusters": report.counts.clusters,
        "parts": parts,
        "seconds": round(seconds, 1),
        "stages": {stage.name: stage.seconds for stage in report.run.stages},
        "steps": steps,
        "shuffled_bytes_per_article": round(sum(cost.bytes * cost.mailed for cost in costs) / articles),
        "shuffled_compressed_bytes_per_article": round(
            sum(cost.stored_bytes * cost.mailed for cost in costs) / articles
        ),
        "stored_bytes_per_article": round(sum(cost.stored_bytes for cost in costs) / articles),
        "kinds": [
            {
                **cost._asdict(),
                "bytes": round(cost.bytes / articles, 1),
                "stored": round(cost.stored_bytes / articles, 1),
            }
            for cost in sorted(costs, key=lambda cost: -cost.bytes * max(1, cost.mailed))
        ],
    }


def behind_run(report: bytes) -> bytes:
    """What of a report does not differ between equal scans."""
    return report[report.index(b'\n  "counts": {') :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--spark-conf", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--parts", type=int)
    parser.add_argument("--work")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    found, written = measured(arguments)
    found["equal"] = written == behind_run(to_json(dedup.scan(arguments.inputs)))
    found["master"] = arguments.master
    print(f"{found['articles']:,} articles, {found['parts']} parts, {found['seconds']} s on {arguments.master}")
    print("  ".join(f"{name} {seconds:.1f}" for name, seconds in found["stages"].items()))
    print(f"{'step':<16} {'kind':<14} {'bytes':>9} {'stored':>9}  mailed   (an article)")
    for one in found["kinds"][:SHOWN]:
        print(f"{one['step']:<16} {one['kind']:<14} {one['bytes']:>9,} {one['stored']:>9,}  {one['mailed']}")
    shuffled, compressed = found["shuffled_bytes_per_article"], found["shuffled_compressed_bytes_per_article"]
    stored = found["stored_bytes_per_article"]
    print(f"shuffled {shuffled:,} bytes an article, {compressed:,} compressed; laid down {stored:,}")
    print("the report is that of a local scan" if found["equal"] else "THE REPORT DIFFERS from that of a local scan")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if arguments.record:
        measure.record("spark", Settings().fingerprint(), found)
    return 0 if found["equal"] else 1


if __name__ == "__main__":
    sys.exit(main())
