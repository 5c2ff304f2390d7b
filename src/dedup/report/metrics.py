"""A run as metrics, in the text format of Prometheus, for the textfile collector of its node exporter.

Source of the format: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4. It is written by hand, since
it is a line for each number; the client library reads it in the tests.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # columns, which wrong usage need not wait for
    from dedup.model import Report

LAST_SUCCESS = "dedup_last_success_timestamp_seconds"
Sample = tuple[dict[str, str], float]
"""Labels beside that of the report, and a value."""


class Outcome(NamedTuple):
    """How a run ended."""

    target: str
    """Where its report goes: the label ``report`` of all its metrics, which tells several nightly runs apart."""

    version: str
    finished: float
    """Seconds since 1970."""

    seconds: float
    exit_code: int
    last_success: float | None
    """When the last run ended that was done, in seconds since 1970; None if that is not known."""


def metrics(outcome: Outcome, report: "Report | None") -> str:
    """The metrics of a run as text.

    A run that failed has no ``report``, and thus no metrics of articles and stages: those of the run before would
    say that all is as ever.
    """
    found = [*_of_outcome(outcome), *(_of_report(report) if report else ())]
    lines = []
    for name, told, samples in found:
        if samples:
            lines += [f"# HELP {name} {told}", f"# TYPE {name} gauge"]
        for labels, value in samples:
            shown = ",".join(
                f'{label}="{_escaped(text)}"' for label, text in ({"report": outcome.target} | labels).items()
            )
            lines.append(f"{name}{{{shown}}} {value}")
    return "\n".join(lines) + "\n"


def last_success(text: str) -> float | None:
    """The time of the last success that the metrics of an earlier run tell; None if they tell none."""
    found = re.search(rf"^{LAST_SUCCESS}(?:\{{.*\}})? ([0-9.e+]+)$", text, re.M)
    return float(found[1]) if found else None


def _of_outcome(outcome: Outcome) -> Iterator[tuple[str, str, list[Sample]]]:
    success: list[Sample] = [] if outcome.last_success is None else [({}, outcome.last_success)]
    yield "dedup_info", "Version of dedup.", [({"version": outcome.version}, 1)]
    yield "dedup_last_run_timestamp_seconds", "When the last run ended.", [({}, outcome.finished)]
    yield (
        LAST_SUCCESS,
        "When the last run ended that gave a report: exit code 0 or 3.",
        success,
    )
    yield (
        "dedup_last_run_exit_code",
        "0 done, 1 failed, 2 wrong usage, 3 some input unreadable, 4 state in use, 130 interrupted, 143 terminated.",
        [({}, outcome.exit_code)],
    )
    yield "dedup_last_run_duration_seconds", "Wall time of the last run.", [({}, outcome.seconds)]


def _of_report(report: "Report") -> Iterator[tuple[str, str, list[Sample]]]:
    counts, run = report.counts, report.run
    stages = {stage.name: [0.0, 0.0] for stage in run.stages}
    for stage in run.stages:
        stages[stage.name][0] += stage.seconds
        stages[stage.name][1] += stage.cpu_seconds
    limits = dict.fromkeys((hit.setting for hit in run.limits_hit), 0)
    for hit in run.limits_hit:
        limits[hit.setting] += hit.count
    yield "dedup_articles", "Articles of the collection.", [({}, counts.articles)]
    yield "dedup_new_articles", "Articles that the run before had not.", [({}, counts.new_articles)]
    yield "dedup_removed_articles", "Articles of the run before that are gone.", [({}, counts.removed_articles)]
    yield "dedup_unreadable", "Files and records that could not be read.", [({}, counts.unreadable)]
    yield "dedup_clusters", "Clusters of copies.", [({}, counts.clusters)]
    yield "dedup_clustered_articles", "Articles that are in a cluster.", [({}, counts.clustered_articles)]
    if hasattr(report, "borderline"):  # what came from Spark holds no lists
        pairs: list[Sample] = [({}, len(report.borderline))]
        yield "dedup_borderline_pairs", "Pairs that may be copies, but not surely enough.", pairs
    yield (
        "dedup_peak_bytes",
        "Largest memory of the main process.",
        [({}, max((stage.peak_bytes for stage in run.stages), default=0))],
    )
    yield (
        "dedup_stage_seconds",
        "Wall time of a stage.",
        [({"stage": name}, round(wall, 4)) for name, (wall, _) in stages.items()],
    )
    yield (
        "dedup_stage_cpu_seconds",
        "CPU time of a stage, of all processes.",
        [({"stage": name}, round(cpu, 4)) for name, (_, cpu) in stages.items()],
    )
    yield (
        "dedup_limit_hits",
        "How often a limit left something undone.",
        [({"setting": name}, count) for name, count in limits.items()],
    )


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
