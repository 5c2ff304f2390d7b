"""``dedup scan`` as a user meets it: exit codes, stdout and stderr, the report's file, the configuration."""

import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.weights import OriginWeights
from tests.stories import record, story, write_records, write_texts

ESCAPE = "\x1b"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    texts = {"a.txt": story(1), "b.txt": f"{story(1)} {story(2, 9)}", "c.txt": story(3)}
    return write_texts(tmp_path / "articles", texts)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


def one_sentence(result: Result) -> str:
    """The message, which is all that was said."""
    assert result.stdout == ""
    assert result.stderr.startswith("dedup: ") and result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_scan_that_is_done_exits_with_0(articles: Path, report: Path) -> None:
    assert run("scan", articles, "--report", report).exit_code == 0


def test_the_report_holds_what_the_library_finds(articles: Path, report: Path) -> None:
    run("scan", articles, "--report", report)
    found = orjson.loads(report.read_bytes())
    assert [[m["id"] for m in cluster["members"]] for cluster in found["clusters"]] == [["a.txt", "b.txt"]]


def test_the_report_goes_to_report_json_unless_told_otherwise(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("scan", articles)
    assert orjson.loads(Path("report.json").read_bytes())["format"] == "dedup-report"


def test_the_summary_names_articles_clusters_speed_and_report(articles: Path, report: Path) -> None:
    result = run("scan", articles, "--report", report)
    assert result.stdout == ""
    assert result.stderr.startswith("3 articles, 0 unreadable, 1 cluster of 2; ")
    assert result.stderr.endswith(f" articles/s; {report}\n") and result.stderr.count("\n") == 1


def test_the_summary_says_how_many_ids_were_given_a_path(tmp_path: Path, report: Path) -> None:
    write_records(tmp_path / "in" / "a.jsonl", [record("7", story(1))] * 2)
    assert "2 ids given a path" in run("scan", tmp_path / "in", "--report", report).stderr


def test_a_limit_that_was_hit_is_said(tmp_path: Path, report: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("max_pivots = 1\nwhole_bucket = 2\nmin_resemblance = 0.9\n", "utf-8")
    pages = [record(f"p{i}", f"{story(0)} {story(1000 + i, 90)}") for i in range(80)]
    write_records(tmp_path / "in" / "a.jsonl", pages)
    told = run("scan", tmp_path / "in", "--report", report, "--config", config).stderr
    assert "\nlimit max_pivots = 1: " in told


def test_verbose_also_says_what_each_stage_cost(articles: Path, report: Path) -> None:
    told = run("scan", articles, "--report", report, "-v").stderr
    stages = [stage["name"] for stage in orjson.loads(report.read_bytes())["run"]["stages"]]
    assert [line.split()[0] for line in told.splitlines()[1:]] == stages


def test_quiet_says_nothing_when_all_went_well(articles: Path, report: Path) -> None:
    assert run("scan", articles, "--report", report, "--quiet").output == ""


def test_no_progress_bar_is_drawn_when_stderr_is_no_terminal(articles: Path, report: Path) -> None:
    assert "\r" not in run("scan", articles, "--report", report).output


def test_a_report_to_stdout_is_the_only_thing_there(articles: Path) -> None:
    result = run("scan", articles, "--report", "-")
    assert orjson.loads(result.stdout_bytes)["counts"]["articles"] == 3
    assert result.stderr.startswith("3 articles, ") and result.stderr.endswith(" articles/s\n")


def test_several_paths_are_one_collection(articles: Path, report: Path) -> None:
    run("scan", articles / "a.txt", articles / "b.txt", "--report", report)
    assert orjson.loads(report.read_bytes())["counts"]["clusters"] == 1


def test_input_that_could_not_be_read_exits_with_3(articles: Path, report: Path) -> None:
    (articles / "empty.txt").touch()
    result = run("scan", articles, "--report", report)
    assert result.exit_code == 3
    assert "\nunreadable: empty.txt: " in result.stderr
    assert orjson.loads(report.read_bytes())["counts"]["clusters"] == 1


def test_input_that_could_not_be_read_exits_with_3_even_when_quiet(articles: Path, report: Path) -> None:
    (articles / "empty.txt").touch()
    assert run("scan", articles, "--report", report, "-q").exit_code == 3


def test_of_many_unreadable_files_the_first_are_named_and_the_others_counted(articles: Path, report: Path) -> None:
    for number in range(8):
        (articles / f"empty{number}.txt").touch()
    told = run("scan", articles, "--report", report).stderr
    assert told.count("unreadable: ") == 5 and told.endswith("and 3 more; the report lists all\n")


def test_verbose_names_every_unreadable_file(articles: Path, report: Path) -> None:
    for number in range(8):
        (articles / f"empty{number}.txt").touch()
    assert run("scan", articles, "--report", report, "-v").stderr.count("unreadable: ") == 8


def test_a_report_in_the_scanned_folder_is_no_input_of_the_next_night(articles: Path) -> None:
    codes = [run("scan", articles, "--report", articles / "report.json").exit_code for _ in range(2)]
    assert codes == [0, 0]


def test_a_missing_path_exits_with_2_and_one_sentence(tmp_path: Path, report: Path) -> None:
    result = run("scan", tmp_path / "nowhere", "--report", report)
    assert result.exit_code == 2
    assert "nowhere does not exist" in one_sentence(result)


def test_a_failed_scan_leaves_yesterdays_report_alone(tmp_path: Path, report: Path) -> None:
    report.write_text("yesterday", "utf-8")
    run("scan", tmp_path / "nowhere", "--report", report)
    assert report.read_text("utf-8") == "yesterday"


@pytest.mark.parametrize(
    "arguments", [[], ["."], ["--jobs", "0"], ["--jobs", "x"], ["--engine", "abacus"], ["--nope"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    paths = ["--report"] if arguments == ["."] else []
    assert run("scan", *arguments, *paths).exit_code == 2


def test_a_report_in_a_missing_folder_exits_with_1_before_anything_is_read(tmp_path: Path) -> None:
    result = run("scan", tmp_path / "nowhere", "--report", tmp_path / "missing" / "report.json")
    assert result.exit_code == 1
    assert "make it first" in one_sentence(result)


def test_a_report_that_is_a_folder_exits_with_1_before_anything_is_read(tmp_path: Path) -> None:
    result = run("scan", tmp_path / "nowhere", "--report", tmp_path)
    assert result.exit_code == 1
    assert "it is a folder" in one_sentence(result)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
@pytest.mark.parametrize("existing", [True, False])
def test_a_report_in_an_unwritable_folder_exits_with_1_before_anything_is_read(
    tmp_path: Path, existing: bool
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    if existing:
        (folder / "report.json").touch()
    folder.chmod(0o555)
    result = run("scan", tmp_path / "nowhere", "--report", folder / "report.json")
    folder.chmod(0o755)
    assert result.exit_code == 1
    assert "is not writable" in one_sentence(result)


EVERY_SETTING: dict[str, Any] = {
    "min_containment": 0.6,
    "min_excerpt_words": 70,
    "min_whole_containment": 0.95,
    "min_whole_words": 40,
    "stem_language": "german",
    "max_key_share": 0.03,
    "max_key_articles": 30,
    "min_shared_keys": 3,
    "min_key_share": 0.05,
    "max_anchor_share": 0.08,
    "min_key_order": 0.25,
    "min_longer": 1.5,
    "verbatim_words": 10,
    "phrase_weight": 19.0,
    "order_weight": 16.0,
    "sentence_weight": 4.0,
    "rewrite_bias": 18.5,
    "min_rewrite": 0.6,
    "min_review": 0.2,
    "min_kinship": 0.001,
    "min_topic_share": 0.2,
    "min_rewrite_words": 120,
    "min_spun_words": 70,
    "max_rewrite_words": 10000,
    "min_rest_words": 30,
    "min_anchors": 6,
    "max_rare_share": 0.7,
    "shingle_words": 4,
    "permutations": 64,
    "seed": 7,
    "band_rows": 4,
    "min_resemblance": 0.3,
    "set_aside_footers": True,
    "max_line_words": 8,
    "min_lines": 5,
    "min_prose_words": 30,
    "max_remnant_words": 4,
    "min_footer_share": 0.8,
    "footer_words": 10,
    "min_passage_words": 9,
    "min_footer_articles": 5,
    "min_footer_votes": 0.5,
    "min_footer_stories": 4,
    "min_apart_words": 20,
    "min_apart_in_source": 0.5,
    "min_apart": 2.0,
    "min_body_words": 5,
    "origin": {**asdict(OriginWeights()), "takedown": 7.5},
    "min_cohesion": 0.2,
    "whole_bucket": 32,
    "max_pivots": 100,
    "id_fields": ["number"],
    "text_fields": ["words"],
    "title_fields": ["name"],
    "url_fields": ["address"],
    "source_fields": ["paper"],
    "date_fields": ["day"],
    "author_fields": ["writer"],
    "max_article_bytes": 1000000,
    "max_json_bytes": 2000000,
    "max_expansion": 50,
}


def as_toml(values: dict[str, Any]) -> str:
    def told(value: Any) -> str:
        if isinstance(value, dict):
            return "{ " + ", ".join(f"{name} = {told(inner)}" for name, inner in value.items()) + " }"
        return orjson.dumps(value).decode()

    return "".join(f"{name} = {told(value)}\n" for name, value in values.items())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "dedup.toml"


def test_the_list_of_every_setting_is_complete() -> None:
    assert set(EVERY_SETTING) == {field.name for field in fields(dedup.Settings)}


@pytest.mark.parametrize("table", ["", "[settings]\n"])
def test_a_configuration_can_set_every_setting(articles: Path, report: Path, config: Path, table: str) -> None:
    config.write_text(table + as_toml(EVERY_SETTING), "utf-8")
    assert run("scan", articles, "--report", report, "--config", config).exit_code == 0
    assert orjson.loads(report.read_bytes())["run"]["settings"] == EVERY_SETTING


def test_fields_of_records_can_be_named_in_the_configuration(tmp_path: Path, report: Path, config: Path) -> None:
    rows = [{"number": i, "words": story(1), "name": "No boats", "paper": "Kelmouth Courier"} for i in range(2)]
    write_records(tmp_path / "in" / "day.jsonl", rows)
    config.write_text(as_toml(EVERY_SETTING), "utf-8")
    assert run("scan", tmp_path / "in", "--report", report, "--config", config).exit_code == 0
    first = orjson.loads(report.read_bytes())["clusters"][0]["members"][0]
    assert (first["id"], first["title"], first["source"]) == ("0", "No boats", "Kelmouth Courier")


def test_a_configuration_with_a_byte_order_mark_is_read(articles: Path, report: Path, config: Path) -> None:
    config.write_text("min_resemblance = 1\n", "utf-8-sig")
    assert run("scan", articles, "--report", report, "--config", config).exit_code == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("min_resemblence = 0.3", "unknown setting 'min_resemblence'; known are author_fields, "),
        ("[footers]\nlearn = true", "unknown setting 'footers'"),
        ("min_resemblance = '0.3'", "setting min_resemblance = '0.3' is not a number"),
        ("min_resemblance = true", "setting min_resemblance = True is not a number"),
        ("permutations = 128.0", "setting permutations = 128.0 is not a whole number"),
        ("text_fields = 3", "setting text_fields = 3 is no list of field names"),
        ("text_fields = ['']", "is no list of field names"),
        ("min_resemblance = 1.5", "setting min_resemblance = 1.5 is out of range"),
        ("min_resemblance = nan", "setting min_resemblance = nan is out of range"),
        ("settings = 3", "unknown setting 'settings'"),
        ("min_resemblance = ", "is not TOML"),
        ("min_resemblance", "is not TOML"),
    ],
)
def test_a_wrong_configuration_exits_with_2_and_one_sentence_that_names_the_file(
    articles: Path, report: Path, config: Path, text: str, told: str
) -> None:
    config.write_text(text, "utf-8")
    result = run("scan", articles, "--report", report, "--config", config)
    message = one_sentence(result)
    assert result.exit_code == 2 and told in message and str(config) in message
    assert not report.exists()


def test_a_configuration_that_is_no_text_exits_with_2(articles: Path, report: Path, config: Path) -> None:
    config.write_bytes(b"\xff\xfe\x00")
    result = run("scan", articles, "--report", report, "--config", config)
    assert result.exit_code == 2 and "is not TOML" in one_sentence(result)


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_configuration_that_cannot_be_read_exits_with_2(
    articles: Path, report: Path, tmp_path: Path, name: str
) -> None:
    result = run("scan", articles, "--report", report, "--config", tmp_path / name)
    assert result.exit_code == 2 and "cannot read" in one_sentence(result)


def test_escape_sequences_in_names_of_files_never_reach_the_terminal(articles: Path, report: Path) -> None:
    (articles / f"{ESCAPE}[31mempty.txt").touch()
    (articles / f"{ESCAPE}]0;title\x07.txt").write_text(story(1), "utf-8")
    result = CliRunner().invoke(main, ["scan", str(articles), "--report", str(report), "-v"], color=True)
    assert result.exit_code == 3 and "[31mempty.txt" in result.stderr
    assert ESCAPE not in result.output and "\x07" not in result.output


def test_escape_sequences_in_a_missing_path_never_reach_the_terminal(report: Path) -> None:
    result = CliRunner().invoke(main, ["scan", f"/{ESCAPE}[31m", "--report", str(report)], color=True)
    assert result.exit_code == 2 and ESCAPE not in result.output


def test_escape_sequences_in_the_name_of_the_report_never_reach_the_terminal(articles: Path, tmp_path: Path) -> None:
    report = tmp_path / f"{ESCAPE}[31m.json"
    result = CliRunner().invoke(main, ["scan", str(articles), "--report", str(report)], color=True)
    assert report.exists() and ESCAPE not in result.output
