"""``dedup keep`` as a user meets it."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.report.document import write
from tests.cli.terminals import on_a_terminal


def keep(*arguments: str | Path, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["keep", *map(str, arguments)], input=given)


@pytest.fixture
def report(tmp_path: Path, sample_report: dedup.Report) -> Path:
    write(sample_report, tmp_path / "report.json")
    return tmp_path / "report.json"


@pytest.fixture
def clusters(sample_report: dedup.Report) -> list[set[str]]:
    return [{member.id for member in cluster.members} for cluster in sample_report.clusters]


POLICIES = ["original", "first", "longest", "source:City Pages,Money Minute"]


@pytest.mark.parametrize("policy", POLICIES)
def test_one_of_each_cluster_is_kept_and_the_others_are_dropped(
    report: Path, clusters: list[set[str]], policy: str
) -> None:
    kept, dropped = (keep(report, "--policy", policy, *drop).stdout.splitlines() for drop in ([], ["--drop"]))
    assert [len(cluster.intersection(kept)) for cluster in clusters] == [1] * len(clusters)
    assert sorted([*kept, *dropped]) == sorted(set().union(*clusters))


def test_the_original_is_kept_unless_told_otherwise(report: Path, sample_report: dedup.Report) -> None:
    assert keep(report).stdout.splitlines() == [cluster.original.id for cluster in sample_report.clusters]


def test_a_list_of_ids_comes_out_in_two_parts_in_its_order(report: Path, clusters: list[set[str]]) -> None:
    listed = sorted([*set().union(*clusters), "in no cluster", "z"])
    given = "".join(f"{id_}\n" for id_ in listed).encode()
    kept, dropped = (keep(report, "--of", "-", *drop, given=given).stdout.splitlines() for drop in ([], ["--drop"]))
    assert sorted([*kept, *dropped]) == listed and kept == sorted(kept)
    assert sorted(dropped) == sorted(keep(report, "--drop").stdout.splitlines())


def test_of_articles_that_are_listed_one_stays_even_if_it_is_not_the_one_of_the_policy(report: Path) -> None:
    listed = b"ff-8102\noutlets/radio-halvern/fire-bulletin.txt\n"
    assert keep(report, "--of", "-", given=listed).stdout == "ff-8102\n"


def test_ids_may_be_told_apart_by_nul(report: Path, tmp_path: Path) -> None:
    (tmp_path / "ids").write_bytes(b"a\nb\0\xff\0")
    result = keep(report, "--of", tmp_path / "ids", "--null")
    assert result.stdout_bytes == b"a\nb\0\xff\0"
    assert keep(report, "--drop", "-0").stdout.split("\0")[:-1] == keep(report, "--drop").stdout.splitlines()


def test_an_id_with_a_line_end_is_an_error_unless_nul_tells_ids_apart(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    document["clusters"][0]["members"][0]["id"] = "a\nb"
    report.write_bytes(orjson.dumps(document))
    result = keep(report)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1) and "--null" in result.stderr
    assert keep(report, "-0").stdout.startswith("a\nb\0")


def test_escape_sequences_never_reach_a_terminal_but_a_pipe_gets_ids_as_they_are(report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    document["clusters"][0]["members"][0]["id"] = "\x1b[2J"
    report.write_bytes(orjson.dumps(document))
    assert keep(report).stdout.startswith("\x1b[2J\n")
    assert "\x1b" not in on_a_terminal("keep", str(report))


def test_ids_that_are_those_of_another_collection_are_told(report: Path) -> None:
    result = keep(report, "--of", "-", given=b"x\ny\n")
    assert (result.exit_code, result.stdout) == (0, "x\ny\n")
    assert result.stderr == f"dedup: none of 2 ids stands in a cluster; are they those of {report}?\n"


def test_a_preferred_source_that_no_article_has_is_told(report: Path) -> None:
    result = keep(report, "--policy", "source:Cty Pages")
    assert result.exit_code == 0 and result.stderr == "dedup: no clustered article has the source 'cty pages'\n"


@pytest.mark.parametrize("policy", ["newest", "source:"])
def test_an_unknown_policy_is_wrong_usage(report: Path, policy: str) -> None:
    assert keep(report, "--policy", policy).exit_code == 2


def test_a_list_that_cannot_be_read_exits_with_2_and_one_sentence(report: Path, tmp_path: Path) -> None:
    result = keep(report, "--of", tmp_path / "missing")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_a_file_that_is_no_report_exits_with_1_and_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b"{}")
    result = keep(tmp_path / "report.json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
