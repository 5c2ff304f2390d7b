"""``dedup show`` as a user meets it."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.report.document import write
from tests.stories import record, story, write_records


def show(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["show", *map(str, arguments)], color=True)


@pytest.fixture
def report(tmp_path: Path, sample_report: dedup.Report) -> Path:
    write(sample_report, tmp_path / "report.json")
    return tmp_path / "report.json"


def report_of(folder: Path, records: list[dict[str, Any]]) -> Path:
    write_records(folder / "in" / "day.jsonl", records)
    write(dedup.scan([folder / "in"]), folder / "report.json")
    return folder / "report.json"


def test_every_cluster_of_a_report_is_shown(report: Path, sample_report: dedup.Report) -> None:
    result = show(report)
    assert result.exit_code == 0 and result.stderr == ""
    assert result.stdout.count("    original ") == len(sample_report.clusters)


def test_most_shows_the_largest_and_counts_the_others(report: Path, sample_report: dedup.Report) -> None:
    told = show(report, "--most", 2).stdout
    assert told.count("    original ") == 2
    assert told.endswith(f"and {len(sample_report.clusters) - 2} more clusters\n")


def test_a_copy_is_shown_with_its_relation_and_share(tmp_path: Path) -> None:
    told = show(report_of(tmp_path, [record("a", story(1)), record("b", story(1))])).stdout
    assert told.splitlines() == [
        "2 articles, 2 of them in 1 cluster; 0 unreadable",
        "",
        "2 x a",
        "    original          a",
        "                      (50%: nothing tells, first in order of path)",
        "    identical   100%  b",
    ]


def test_a_copy_of_another_than_the_original_names_its_partner(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    cluster = document["clusters"][0]
    cluster["members"] = [{**member, "id": f"m{i}"} for i, member in enumerate(cluster["members"])]
    cluster["original"]["id"] = "m0"
    cluster["members"][2]["to"] = "m1"
    report.write_bytes(orjson.dumps(document))
    assert "  (of m1)" in show(report).stdout


def test_somebody_outside_is_shown_with_what_names_them(tmp_path: Path) -> None:
    foot = "\n\nCopyright © 2024 Halvern Trust Company, Inc. All rights reserved."
    foot += "\n\nThe content will be deleted within 24 hours."
    told = show(report_of(tmp_path, [record(name, story(1) + foot) for name in "ab"])).stdout
    assert "    outside           Halvern Trust Company, Inc.  (" in told
    assert "%: owner named in 2 articles)" in told


def test_what_happened_to_clusters_is_shown_where_a_report_knows_of_a_last_run(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    assert "    new\n" not in show(report).stdout
    past = [
        {"state": "merged", "merged_from": ["b1", "b2"], "split_into": ["c"]},
        {"state": "split", "split_from": "a"},
        {"state": "grown"},
        {"state": "new", "split_from": "a"},
    ]
    for cluster, its in zip(document["clusters"], past, strict=False):
        cluster.update(its)
    report.write_bytes(orjson.dumps(document))
    told = [line for line, above in pairwise(show(report).stdout.splitlines()[1:][::-1]) if " x " in above[:6]]
    assert told[::-1][:5] == [
        "    merged from b1, b2; split into c",
        "    split from a",
        "    grown",
        "    new; split from a",
        "    new",
    ]


def test_clusters_that_ended_are_shown(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    document["ended"] = [
        {"id": "b", "first_seen": "2024-03-04T02:00:00Z", "size": 3, "end": "merged", "into": "a"},
        {"id": "c", "first_seen": "2024-03-04T02:00:00Z", "size": 2, "end": "dissolved", "into": None},
    ]
    report.write_bytes(orjson.dumps(document))
    told = show(report).stdout
    assert told.endswith("\n\nended: b (3 articles), merged into a\nended: c (2 articles), dissolved\n")


def test_a_report_of_before_clusters_had_a_past_is_shown(report: Path) -> None:
    told, document = show(report).stdout, orjson.loads(report.read_bytes())
    del document["ended"]
    for cluster in document["clusters"]:
        for name in ("merged_from", "split_from", "split_into"):
            del cluster[name]
    report.write_bytes(orjson.dumps(document))
    assert show(report).stdout == told


def test_no_line_is_longer_than_the_terminal_is_wide(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, show(report).stdout.splitlines()[1:])) <= 60


def test_unreadable_files_are_shown(tmp_path: Path) -> None:
    told = show(report_of(tmp_path, [{"id": "no text"}])).stdout
    assert "\nunreadable: day.jsonl:1: " in told


def test_an_empty_report_is_shown(tmp_path: Path) -> None:
    assert show(report_of(tmp_path, [])).stdout.startswith("0 articles, 0 of them in 0 clusters;")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "is no report of format dedup-report, version 1"),
        (b'{"format": "dedup-report", "version": 2}', "is no report of format dedup-report, version 1"),
        (b'{"format": "dedup-report", "version": 1}', "is a damaged report"),
    ],
)
def test_a_file_that_is_no_report_exits_with_1_and_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "report.json").write_bytes(content)
    result = show(tmp_path / "report.json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert told in result.stderr and str(tmp_path / "report.json") in result.stderr


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_report_that_cannot_be_read_exits_with_1_and_one_sentence(tmp_path: Path, name: str) -> None:
    result = show(tmp_path / name)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert result.stderr.startswith("dedup: cannot read ")


HOSTILE = ["\x1b[2J\x1b[31m", "\x1b]0;owned\x07", "\x9b31m", "a\rb", "a\nb", "\u202egnp.exe", "\x00"]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["title", "id", "source"])
def test_escape_sequences_in_an_article_never_reach_the_terminal(tmp_path: Path, field: str, hostile: str) -> None:
    rows = [record(f"{i}", story(1)) | {field: f"{hostile} {i}"} for i in range(2)]
    told = show(report_of(tmp_path, rows)).stdout
    assert all(line.isprintable() for line in told.split("\n"))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_escape_sequences_in_a_report_never_reach_the_terminal(report: Path, hostile: str) -> None:
    document = orjson.loads(report.read_bytes())
    for member in document["clusters"][0]["members"]:
        member.update(id=hostile, title=hostile, source=hostile, published=hostile, to=hostile)
    document["clusters"][0]["members"][1]["relation"] = hostile
    document["clusters"][0].update(state=hostile, merged_from=[hostile], split_from=hostile, split_into=[hostile])
    document["ended"] = [{"id": hostile, "first_seen": hostile, "size": 2, "end": hostile, "into": None}]
    reason = {"kind": hostile, "value": hostile, "article": hostile}
    document["clusters"][0]["original"]["evidence"] = [reason]
    document["clusters"][0]["original"]["outside"] = {"name": hostile, "confidence": 0.9, "evidence": [reason]}
    document["unreadable"] = [{"path": hostile, "reason": hostile}]
    report.write_bytes(orjson.dumps(document))
    assert all(line.isprintable() for line in show(report).stdout.split("\n"))
