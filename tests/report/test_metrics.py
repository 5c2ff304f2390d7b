"""Metrics as text: Prometheus's own parser reads back what was put in."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

import dedup
from dedup.model import LimitHit, Stage
from dedup.report.metrics import LAST_SUCCESS, Outcome, last_success, metrics

DONE = Outcome("/srv/report.json", "0.1.0", 1795566653.731, 57.6, 0, 1795566653.731)


def samples(text: str) -> list[Sample]:
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def value(text: str, name: str, **labels: str) -> float:
    """The one value of that name and those labels."""
    (found,) = [s.value for s in samples(text) if s.name == name and labels.items() <= s.labels.items()]
    return found


def test_every_metric_has_a_help_a_type_and_the_report_as_a_label(sample_report: dedup.Report) -> None:
    families = list(text_string_to_metric_families(metrics(DONE, sample_report)))
    assert all(f.documentation.endswith(".") and f.type == "gauge" and f.samples for f in families)
    assert all(s.labels["report"] == "/srv/report.json" for f in families for s in f.samples)


def test_no_metric_comes_twice(sample_report: dedup.Report) -> None:
    found = [(s.name, tuple(s.labels.items())) for s in samples(metrics(DONE, sample_report))]
    assert len(found) == len(set(found)) > 20


def test_names_are_those_that_prometheus_asks_for(sample_report: dedup.Report) -> None:
    names = {s.name for s in samples(metrics(DONE, sample_report))}
    assert all(name.startswith("dedup_") and name.replace("_", "").isalpha() for name in names)


def test_counts_and_times_are_those_of_the_run(sample_report: dedup.Report) -> None:
    text = metrics(DONE, sample_report)
    assert value(text, "dedup_articles") == sample_report.counts.articles == 70
    assert value(text, "dedup_last_run_duration_seconds") == 57.6
    assert value(text, "dedup_last_run_timestamp_seconds") == 1795566653.731
    assert value(text, "dedup_info", version="0.1.0") == 1


def test_laps_of_a_stage_that_comes_twice_are_summed_up(sample_report: dedup.Report) -> None:
    laps = [Stage("clusters", 1.5, 1.0, 7), Stage("keys", 2.0, 3.0, 9), Stage("clusters", 0.25, 0.5, 8)]
    text = metrics(DONE, replace(sample_report, run=replace(sample_report.run, stages=laps)))
    assert value(text, "dedup_stage_seconds", stage="clusters") == 1.75
    assert value(text, "dedup_stage_cpu_seconds", stage="clusters") == 1.5
    assert value(text, "dedup_peak_bytes") == 9


def test_limits_that_were_hit_are_counted_by_setting(sample_report: dedup.Report) -> None:
    hits = [LimitHit("max_pivots", 64, 3, "left"), LimitHit("max_pivots", 64, 2, "left")]
    text = metrics(DONE, replace(sample_report, run=replace(sample_report.run, limits_hit=hits)))
    assert value(text, "dedup_limit_hits", setting="max_pivots") == 5


def test_a_failed_run_has_no_counts(sample_report: dedup.Report) -> None:
    failed = samples(metrics(DONE._replace(exit_code=1), None))
    assert {s.name for s in failed} == {
        "dedup_info",
        "dedup_last_run_timestamp_seconds",
        LAST_SUCCESS,
        "dedup_last_run_exit_code",
        "dedup_last_run_duration_seconds",
    }


@given(
    st.floats(1e9, 1e10), st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]) | st.just("\n"))
)
def test_any_time_and_any_name_of_a_report_is_read_back(time: float, target: str) -> None:
    text = metrics(Outcome(target, "0.1.0", time, 1.0, 1, time), None)
    assert last_success(text) == time == value(text, LAST_SUCCESS)
    assert {s.labels["report"] for s in samples(text)} == {target}


@pytest.mark.parametrize(
    "text", ["", "no metrics", f"{LAST_SUCCESS} soon\n", metrics(DONE._replace(last_success=None), None)]
)
def test_without_a_success_there_is_no_time_of_it(text: str) -> None:
    assert last_success(text) is None
