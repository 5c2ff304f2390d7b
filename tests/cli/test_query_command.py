"""``dedup query`` as a user meets it."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from tests.stories import record, story, words, write_records, write_texts

WHOLE = words(1, 300)
END = len(" ".join(WHOLE[:200]))
NOTICE = "Copyright © 2024 Quayside Ledger Ltd. All rights reserved."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query")
    write_records(
        folder / "day.jsonl",
        [
            record("whole", " ".join(WHOLE), title="A Story", source="ledger.example", published="2024-05-01"),
            record("half", " ".join(WHOLE[:200])),
            record("other", story(2)),
        ],
    )
    dedup.scan([folder / "day.jsonl"], state=folder / "state.db", jobs=1)
    write_texts(folder, {"half.txt": f"{' '.join(WHOLE[:200])}\n\n{NOTICE}", "new.txt": story(9), "empty.txt": ""})
    return folder


def query(folder: Path, name: str | Path, *arguments: str | Path, given: str | bytes | None = None) -> Result:
    command = ["query", str(name), "--state", str(folder / "state.db"), *map(str, arguments)]
    return CliRunner().invoke(main, command, input=given, color=True)


def test_matches_are_told_from_top_to_bottom(folder: Path) -> None:
    result = query(folder, folder / "half.txt")
    assert (result.exit_code, result.stderr) == (0, "")
    file = folder / "half.txt"
    assert result.stdout.splitlines() == [
        f"{file}",
        "208 words, 200 without footers; compared with 3 known articles",
        "",
        "identical   100%  half",
        "                  in the cluster whole",
        "near         66%  whole  [ledger.example, 2024-05-01]  A Story",
        f"                  1 passage of 200 words in both; characters 0-{END:,}, there 0-{END:,}",
        "                  in the cluster whole",
        "",
        "Set aside, as no part of the story:",
        "  copyright   copyright-owner  “Copyright © 2024 Quayside Ledger Ltd. All rights reserved”",
    ]


def test_an_article_that_is_nobodys_copy_is_no_failure(folder: Path) -> None:
    result = query(folder, folder / "new.txt")
    assert result.exit_code == 0 and "It is a copy of none of them." in result.stdout


def test_json_has_the_same_as_one_object(folder: Path) -> None:
    found = orjson.loads(query(folder, folder / "half.txt", "--json").stdout)
    assert (found["words"], found["body_words"], found["known"], found["found"]) == (208, 200, 3, 2)
    assert [one["id"] for one in found["matches"]] == ["half", "whole"]
    assert found["matches"][1]["passages"]["longest"] == [
        {"words": 200, "start": 0, "stop": END, "to_start": 0, "to_stop": END}
    ]


@pytest.mark.parametrize("as_record", [True, False])
def test_an_article_may_come_on_standard_input(folder: Path, as_record: bool) -> None:
    text = " ".join(WHOLE[50:250])
    given = orjson.dumps({"text": text}) if as_record else text.encode()
    found = orjson.loads(query(folder, "-", "--json", given=given).stdout)
    assert (found["id"], {one["id"] for one in found["matches"]}) == ("-", {"whole", "half"})


def test_a_record_in_a_file_is_asked_about(folder: Path) -> None:
    assert "identical   100%  other" in query(folder, f"{folder}/day.jsonl#other").stdout


def test_only_the_surest_are_named(folder: Path) -> None:
    told = query(folder, folder / "half.txt", "--most", "1").stdout
    assert "identical" in told and "near" not in told and "\nand 1 more\n" in told


def test_escape_sequences_never_reach_the_terminal(tmp_path: Path) -> None:
    hostile = "\x1b[31m\u202e"
    text = f"{hostile} {story(1)}\n\n{NOTICE.replace('Quayside', hostile + 'Quayside')}"
    write_records(tmp_path / "day.jsonl", [record("a", text, title=hostile, source=hostile)])
    dedup.scan([tmp_path / "day.jsonl"], state=tmp_path / "state.db", jobs=1)
    told = query(tmp_path, "-", given=orjson.dumps({"text": text, "title": hostile})).stdout
    assert "identical" in told and all(line.isprintable() for line in told.split("\n"))


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("gone.txt", None, "gone.txt does not exist; wanted a file that is an article; did you mean "),
        ("empty.txt", None, "empty.txt cannot be read: the file is empty\n"),
        ("day.jsonl", None, "day.jsonl holds 3 articles; name one of them, such as "),
        ("-", b"", "standard input cannot be read: the input is empty\n"),
        ("-", b"\x89PNG\r\n\x1a\n\0\0\xff", "standard input cannot be read: looks like binary data: a PNG picture\n"),
    ],
)
def test_hopeless_input_is_told_in_a_sentence(folder: Path, name: str, given: bytes | None, told: str) -> None:
    result = query(folder, name if name == "-" else folder / name, given=given)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert told in result.stderr


def test_a_state_that_is_none_is_a_failure(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "state.db").write_text("no state")
    for where, told in ((tmp_path, "state.db is no state"), (tmp_path / "none", "state.db does not exist")):
        result = query(where, folder / "new.txt")
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert told in result.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["a.txt"], ["a", "b", "--state", "s"], ["a", "--state", "s", "--most", "0"]]
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, ["query", *arguments]).exit_code == 2
