"""``dedup explain`` as a user meets it."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.report.document import write
from tests.stories import record, story, words, write_records, write_texts

RAIL, SPUN_RAIL = "outlets/quayside-ledger/2024/07/union-rail.html", "aggregators/allwires-mirror/rail-wedding.txt"


def explain(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)], color=True)


@pytest.fixture
def report(tmp_path: Path, sample_report: dedup.Report, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The report of the sample in the current folder."""
    monkeypatch.chdir(tmp_path)
    write(sample_report, tmp_path / "report.json")
    return tmp_path / "report.json"


def test_a_near_copy_is_explained_from_top_to_bottom(tmp_path: Path) -> None:
    whole = words(1, 130)
    write_texts(tmp_path, {"a.txt": " ".join(whole), "b.txt": " ".join(whole[:100])})
    result = explain(tmp_path / "a.txt", tmp_path / "b.txt")
    assert (result.exit_code, result.stderr) == (0, "")
    told = result.stdout.splitlines()
    assert told[1] == "   130 words" and told[3] == "   100 words"
    assert told[5:11] == [
        "A and B are near copies: a good part of what either says stands word for word in the other.",
        "",
        "Words in common:",
        "  runs of 5 words, of all that either has                  76.1 %  near from 25.0 %: yes",
        "  A's runs of 5 words, found in B                          76.1 %  excerpt from 50.0 %: yes",
        "  B's runs of 5 words, found in A                         100.0 %  excerpt from 50.0 %: yes",
    ]
    assert told[12] == "1 passage of 100 words in both; it reads:"
    assert told[-2] == "They would no longer be near copies with more than 51.1 percentage points less in common."
    assert told[-1] == "Footers that a scan learns from its collection are not known here."


@pytest.mark.usefixtures("report")
def test_ids_are_looked_up_in_the_report_of_the_current_folder() -> None:
    told = explain(RAIL, SPUN_RAIL).stdout
    assert "A and B are spun copies" in told
    assert "spun from 0.5: yes" in told
    assert "  takedown    aggregator-owner-may-object" in told
    assert told.endswith("The report has them in one cluster, and calls them spun.\n")


def test_two_files_are_compared_without_the_report_of_the_current_folder(report: Path) -> None:
    write_texts(report.parent, {"a.txt": story(1), "b.txt": story(2)})
    assert "learns from its collection are not known here" in explain("a.txt", "b.txt").stdout


def test_json_has_the_same_as_one_object(report: Path) -> None:
    document = orjson.loads(explain(RAIL, SPUN_RAIL, "--report", report, "--json").stdout)
    assert (document["left"]["id"], document["relation"], len(document["passages"])) == (RAIL, "spun", 10)


def test_the_settings_of_a_file_decide(tmp_path: Path) -> None:
    write_texts(tmp_path, {"a.txt": f"{story(1)} {story(2)}", "b.txt": f"{story(1)} {story(3)}", "c.toml": ""})
    (tmp_path / "c.toml").write_text("min_resemblance = 0.9\nmin_containment = 0.9\n", "utf-8")
    files = tmp_path / "a.txt", tmp_path / "b.txt"
    assert "near copies: a good" in explain(*files).stdout
    assert "A and B are unrelated" in explain(*files, "--config", tmp_path / "c.toml").stdout


@pytest.mark.parametrize("hostile", ["\x1b[31m", "\x1b]0;title\x07", "\u202e", "\r", "\u2028", "\x9b2J"])
def test_escape_sequences_never_reach_the_terminal(tmp_path: Path, hostile: str) -> None:
    text = (
        f"{hostile}Title {hostile}\n\n{hostile.join(words(1, 150))}\n\nCopyright © 2024 {hostile}Quayside Ledger Ltd."
    )
    write_records(tmp_path / "f.jsonl", [record("a", text, title=f"{hostile}T"), record("b", f"{hostile} {text}")])
    write_texts(tmp_path, {"a.txt": text, "b.txt": f"Other {text}"})
    told = [
        explain(tmp_path / "a.txt", tmp_path / "b.txt"),
        explain(f"{tmp_path}/f.jsonl#a", f"{tmp_path}/f.jsonl#b"),
        explain(f"{tmp_path}/{hostile}", f"{tmp_path}/f.jsonl#{hostile}"),
    ]
    assert [one.exit_code for one in told] == [0, 0, 2]
    for one in told:
        assert all(line.isprintable() for line in (one.stdout + one.stderr).split("\n"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("gone.txt", None, "gone.txt does not exist; wanted a file that is an article, or an id of a report"),
        ("empty.txt", b"", "empty.txt cannot be read: the file is empty"),
        ("white.txt", b" \n ", "white.txt cannot be read: the file holds only white space"),
        ("bytes.txt", bytes(range(256)) * 9, "bytes.txt cannot be read: looks like binary data, not text"),
        ("a.log", b"text", "a.log is no kind of file that holds articles; wanted one that ends in .txt, "),
        ("f.jsonl", b'{"id": "a"}\n', "f.jsonl cannot be read: "),
        ("", None, " is a folder; wanted a file that is an article, or an id of a report"),
    ],
)
def test_hopeless_input_is_told_in_a_sentence(tmp_path: Path, name: str, content: bytes | None, told: str) -> None:
    write_texts(tmp_path / "fine", {"b.txt": story(1)})
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = explain(tmp_path / name, tmp_path / "fine" / "b.txt")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert told in result.stderr


def test_three_files_of_close_names_are_given(tmp_path: Path) -> None:
    write_texts(tmp_path, {f"ferry-{i}.txt": story(i) for i in range(5)})
    told = explain(tmp_path / "fery-1.txt", tmp_path / "ferry-0.txt").stderr
    assert told.count("ferry-") == 3 and f"did you mean {tmp_path}/ferry-1.txt or " in told


@pytest.mark.parametrize("arguments", [[], ["a.txt"], ["a", "b", "c"], ["a", "b", "--most", "1"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert explain(*arguments).exit_code == 2


def test_a_report_that_is_none_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("{}")
    assert explain("a", "b", "--report", tmp_path / "r.json").exit_code == 1
    assert explain("a", "b", "--report", tmp_path / "gone.json").exit_code == 1


def test_ids_are_looked_up_in_a_state_whatever_report_is_in_the_folder(report: Path) -> None:
    write_records(report.parent / "day.jsonl", [record("a", story(1)), record("b", f"{story(1)} More.")])
    dedup.scan([report.parent / "day.jsonl"], state=report.parent / "news.db", jobs=1)
    result = explain("a", "b", "--state", report.parent / "news.db")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("The state has them in one cluster.\n")
    result = explain("a", "bb", "--state", report.parent / "news.db")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "knows no article 'bb'" in result.stderr


def test_a_report_and_a_state_at_once_are_wrong_usage(report: Path) -> None:
    result = explain(RAIL, SPUN_RAIL, "--report", report, "--state", report)
    assert result.exit_code == 2 and "--report and --state" in result.stderr


def test_a_state_that_is_none_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "news.db").write_text("no state")
    for name, told in (("news.db", "is no state"), ("gone.db", "does not exist")):
        result = explain("a", "b", "--state", tmp_path / name)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert told in result.stderr
