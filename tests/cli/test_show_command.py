"""``dedup show`` as a user meets it."""

import csv
import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.report.document import write
from dedup.report.fitting import columns
from tests.cli.terminals import on_a_terminal
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
    assert result.stdout.count("\n  original ") == len(sample_report.clusters)


def test_most_shows_the_largest_and_counts_the_others(report: Path, sample_report: dedup.Report) -> None:
    told = show(report, "--most", 2).stdout
    assert told.count("\n  original ") == 2
    assert told.endswith(f"and {len(sample_report.clusters) - 2} more clusters\n")


def test_a_copy_is_shown_with_its_relation_and_share(tmp_path: Path) -> None:
    told = show(report_of(tmp_path, [record("a", story(1)), record("b", story(1))])).stdout
    assert told.splitlines() == [
        "2 articles, 2 of them in 1 cluster; 0 unreadable",
        "copies: 1 identical",
        "",
        "2 x a",
        "  cluster         a",
        "  original        a",
        "                  50% sure: nothing tells, first in order of path",
        "  identical 100%  b",
    ]


def test_a_copy_of_another_than_the_original_names_its_partner(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    cluster = document["clusters"][0]
    cluster["members"] = [{**member, "id": f"m{i}"} for i, member in enumerate(cluster["members"])]
    cluster["original"]["id"] = "m0"
    cluster["members"][2]["to"] = "m1"
    report.write_bytes(orjson.dumps(document))
    assert "  of m1\n" in show(report).stdout


def test_somebody_outside_is_shown_with_what_names_them(tmp_path: Path) -> None:
    foot = "\n\nCopyright © 2024 Halvern Trust Company, Inc. All rights reserved."
    foot += "\n\nThe content will be deleted within 24 hours."
    told = show(report_of(tmp_path, [record(name, story(1) + foot) for name in "ab"])).stdout
    assert "  outside         Halvern Trust Company, Inc.\n" in told
    assert "% sure: owner named in 2 articles\n" in told


def test_what_happened_to_clusters_is_shown_where_a_report_knows_of_a_last_run(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    assert "(new)" not in show(report).stdout and "since the last run" not in show(report).stdout
    past = [
        {"state": "merged", "merged_from": ["b1", "b2"], "split_into": ["c"]},
        {"state": "split", "split_from": "a"},
        {"state": "grown"},
        {"state": "new", "split_from": "a"},
    ]
    for cluster, its in zip(document["clusters"], past, strict=False):
        cluster.update(its)
    document["counts"].update(new_articles=7, removed_articles=1)
    report.write_bytes(orjson.dumps(document))
    told = show(report).stdout.splitlines()
    assert told[2] == "since the last run: 7 new, 0 changed, 1 removed"
    assert [line.rsplit("  ", 1)[-1] for line in told if line.startswith("  cluster ")][:5] == [
        "(merged from b1, b2; split into c)",
        "(split from a)",
        "(grown)",
        "(new; split from a)",
        "(new)",
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


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("arguments", [[], ["--cluster", "ff-8102"]])
def test_no_line_is_longer_than_the_terminal_is_wide(
    report: Path, monkeypatch: pytest.MonkeyPatch, width: int, arguments: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    change(report, unreadable=[{"path": "long/" * 20, "reason": "日本 " * 50}], borderline=[unsure("x" * 99, "y")])
    shown = show(report, *arguments).stdout.splitlines()
    assert max(map(columns, [line for line in shown if "dedup explain" not in line])) <= width


def test_a_pipe_gets_neither_colours_nor_lines_that_are_cut(report: Path) -> None:
    told = show(report).stdout
    assert "\x1b" not in told and "…" not in told


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_gets_colours_unless_it_or_its_user_wants_none(
    report: Path, variables: dict[str, str], coloured: bool
) -> None:
    assert ("\x1b[" in on_a_terminal("show", str(report), **variables)) == coloured


def test_borderline_pairs_are_counted_and_named_on_demand(report: Path) -> None:
    change(report, borderline=[unsure("x", "y")])
    assert "\n1 pair may be copies in other words; --borderline names them\n" in show(report).stdout
    for arguments in (["--borderline"], ["--borderline", "--most", 1]):
        assert "\n   42%  x  y\n" in show(report, *arguments).stdout


def test_a_cluster_is_shown_in_full_by_its_id_or_that_of_a_member(report: Path) -> None:
    told = show(report, "--cluster", "ff-8102").stdout
    for part in (
        "  cluster    ff-8102\n",
        "  articles   4: the original, 3 near\n",
        "Likely original, 95% sure\n  article    wires/nws/2024-08-06-estrin-fire.txt\n",
        "  since      tag of its own agency: “NWS”\n",
        "agency named in 1 other: “NWS” (outlets/estrin-mail/upper-coll-holds.txt)\n",
        "near  64%  Upper Coll still stands: wind drops after a third night of fire\n",
        "  is         many words in common with wires/nws/2024-08-06-estrin-fire.txt\n",
        "  measures   63.9% of the runs of words of both in common; 66.4% of its own found there\n",
        "  passages   2 passages of 322 words in both\n"
        "             170 words at characters 1,438-2,344, there 932-1,838\n",
        "  footers    dateline-any-agency (credit), byline-line (byline)\n",
        "  says       byline “Fenella Strick”, dateline “NWS”\n",
        "  file       feeds/general.jsonl\n",
    ):
        assert part in told
    assert show(report, "--cluster", "outlets/estrin-mail/upper-coll-holds.txt").stdout == told


def test_a_cluster_that_bears_an_id_goes_before_the_one_that_its_article_moved_to(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    document["clusters"][1]["id"] = document["clusters"][0]["members"][0]["id"]
    report.write_bytes(orjson.dumps(document))
    told = show(report, "--cluster", document["clusters"][1]["id"]).stdout
    assert told.startswith(document["clusters"][1]["members"][0]["title"])


def test_a_cluster_names_borderline_partners_and_round_ups_of_its_members(report: Path) -> None:
    holding = {"id": "blog", "path": "blog", "contains": [{"id": "ff-8102", "containment": 0.9}]}
    change(report, borderline=[unsure("x", "y"), unsure("ff-8102", "z")], containers=[holding])
    told = show(report, "--cluster", "ff-8102").stdout
    assert "  42% sure   ff-8102 and z\n" in told and "x and y" not in told
    assert "Held by blog, which is a copy of none\n  90%        of ff-8102\n" in told


def test_an_unknown_cluster_exits_with_2_and_one_sentence_that_names_close_ids(report: Path) -> None:
    result = show(report, "--cluster", "ff-8103")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "'ff-8103'" in result.stderr and "did you mean ff-8102" in result.stderr


def test_one_cluster_and_the_largest_ones_are_not_asked_for_together(report: Path) -> None:
    assert show(report, "--cluster", "ff-8102", "--most", 1).exit_code == 2


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_all_pairs_come_as_csv_or_json_lines(report: Path, sample_report: dedup.Report, form: str) -> None:
    rows = table(show(report, "--format", form).stdout, form)
    links = [(member.id, member.to) for cluster in sample_report.clusters for member in cluster.members[1:]]
    assert [(row["id"], row["to"]) for row in rows] == links


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_pairs_may_be_of_one_cluster_of_the_largest_ones_and_borderline(report: Path, form: str) -> None:
    change(report, borderline=[unsure("x", "y"), unsure("ff-8102", "z")])

    def relations(*arguments: str | int) -> list[str]:
        return [row["relation"] for row in table(show(report, "--format", form, *map(str, arguments)).stdout, form)]

    assert relations("--most", 1) == relations("--cluster", "ff-8102") == ["near"] * 3
    assert relations("--cluster", "ff-8102", "--borderline") == ["near"] * 3 + ["borderline"]
    assert relations("--borderline")[-3:] == ["identical", "borderline", "borderline"]


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


def change(report: Path, **parts: Any) -> None:
    report.write_bytes(orjson.dumps(orjson.loads(report.read_bytes()) | parts))


def unsure(left: str, right: str) -> dict[str, Any]:
    measures = {"resemblance": 0.1, "containment": 0.2, "rewrite": 0.42}
    return {"left": left, "right": right, "relation": "spun", **measures}


def table(told: str, form: str) -> list[dict[str, Any]]:
    if form == "csv":
        return list(csv.DictReader(io.StringIO(told, newline="")))
    return [orjson.loads(line) for line in told.splitlines()]


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
    document["borderline"] = [unsure(hostile, hostile)]
    document["containers"] = [{"id": hostile, "path": hostile, "contains": [{"id": hostile, "containment": 1.0}]}]
    report.write_bytes(orjson.dumps(document))
    for arguments in (["--borderline"], ["--cluster", hostile]):
        result = show(report, *arguments)
        assert result.exit_code == 0 and all(line.isprintable() for line in result.stdout.split("\n"))


@pytest.mark.parametrize("arguments", [[], ["--cluster", "ff-8102"]])
def test_a_title_without_end_is_cut_also_where_lines_are_not(report: Path, arguments: list[str]) -> None:
    document = orjson.loads(report.read_bytes())
    for member in document["clusters"][0]["members"]:
        member.update(title="endless " * 130_000, source="endless " * 130_000)
    report.write_bytes(orjson.dumps(document))
    assert max(map(len, show(report, *arguments).stdout.splitlines())) < 1000
