"""``dedup evaluate`` as a user meets it."""

import shlex
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.report.document import to_json
from tests.cli.test_show_command import HOSTILE
from tests.workflows.test_evaluate import gold, member, report

GOLD = Path(__file__).parents[2] / "data" / "gold.tsv"


def evaluate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)], color=True)


@pytest.fixture
def mixed(tmp_path: Path) -> tuple[Path, Path]:
    """A report with a wrong pair, and a gold with a story that was missed."""
    found = report(tmp_path, [[member("a"), member("b c", "near", "a", resemblance=0.5), member("-d", "near", "a")]])
    return found, gold(tmp_path, "a\t1\tstory\nb c\t1\tcut\n-d\t2\tstory\ne\t3\tstory\nf\t3\tcut\n")


def test_the_figures_are_told_in_tables(mixed: tuple[Path, Path]) -> None:
    result = evaluate(*mixed)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "5 labelled articles, 2 stories with copies; found 1 cluster of 3, the largest of 3",
        "",
        "counted by         precision  recall      F1",
        "-----------------  ---------  ------  ------",
        "pair                  0.3333  0.5000  0.4000",
        "article (B-cubed)     0.7333  0.8000  0.7652",
        "adjusted Rand index 0.2105; of 2 labelled and 3 found pairs, 1 are right",
        "",
        "found links  pairs  right  precision",
        "-----------  -----  -----  ---------",
        "near             2      1     0.5000",
        "",
        "kinds of the two  pairs  recall  wrong",
        "----------------  -----  ------  -----",
        "cut ~ story           2  0.5000      1",
        "story                 0              1",
        "",
        "wrong pairs: 2, found together and of different stories",
        "  near  resemblance 0.1  story  dedup explain -- -d a",
        "",
        "missed pairs: 1, of one story and not found together",
        "  cut ~ story  dedup explain f e",
    ]


def test_most_limits_the_mistakes_that_are_named(mixed: tuple[Path, Path]) -> None:
    assert "dedup explain" not in evaluate(*mixed, "--most", "0").stdout


def test_the_line_to_explain_a_pair_is_safe_in_a_shell(tmp_path: Path) -> None:
    left, right = "it's $(rm x).txt", "b;c|d"
    found = report(tmp_path, [[member(left), member(right, "near", left)]])
    told = evaluate(found, gold(tmp_path, f"{left}\t1\n{right}\t2\n")).stdout
    (line,) = (line for line in told.splitlines() if "dedup explain" in line)
    assert shlex.split(line[line.index("dedup") :]) == ["dedup", "explain", right, left]


def test_the_sweep_marks_the_threshold_in_force(tmp_path: Path, sample_report: dedup.Report) -> None:
    (tmp_path / "r.json").write_bytes(to_json(sample_report))
    told = evaluate(tmp_path / "r.json", GOLD, "--sweep").stdout
    (marked,) = (line for line in told.splitlines() if line.startswith("0.25 "))
    assert marked.endswith("  in force")
    assert "known are: below the threshold in force, the borderline pairs" in told


def test_json_has_all_that_the_tables_have(mixed: tuple[Path, Path]) -> None:
    document = orjson.loads(evaluate(*mixed, "--json", "--sweep").stdout)
    assert document["scores"]["recall"] == 0.5
    assert document["scores"]["kinds"][0] == {
        "kinds": "cut ~ story", "gold_pairs": 2, "found_pairs": 2, "right_pairs": 1, "recall": 0.5,
    }  # fmt: skip
    assert (document["wrong"][0]["left"], document["missed"][0]["right"]) == ("-d", "e")
    assert [one["relation"] for one in document["sweeps"]] == ["near", "excerpt", "spun"]


def test_articles_that_only_one_side_knows_are_told_on_stderr(tmp_path: Path) -> None:
    members = [member("a"), *(member(f"x{i}", "near", "a") for i in range(4))]
    result = evaluate(
        report(tmp_path, [members], articles=5), gold(tmp_path, "a\t1\n" + "".join(f"{i}\t1\n" for i in range(9)))
    )
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "left out 4 articles of the report that the gold does not label: x0, x1, x2, …",
        "the gold labels 10 articles, the report is of 5: the others count as found with nobody",
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_escape_sequences_never_reach_the_terminal(tmp_path: Path, hostile: str) -> None:
    members = [member("a"), member(f"{hostile}b", hostile, "a"), member(f"{hostile}x", "near", "a")]
    nearly = {"left": f"{hostile}c", "right": f"{hostile}d", "relation": hostile}
    rows = ["a\t1", f"{hostile}b\t2\t{hostile}", f"{hostile}c\t3\t{hostile}k", f"{hostile}d\t3"]
    usable = [row.replace("\n", "") for row in rows]
    result = evaluate(report(tmp_path, [members], borderline=[nearly]), gold(tmp_path, "\n".join(usable)), "--sweep")
    assert result.exit_code == 0
    assert all(line.isprintable() for line in (result.stdout + result.stderr).split("\n"))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("a\n", "dedup: line 1 of "),
        ("q\tz\n", "labels no article of the clusters of"),
        ("\ufeff\n", "holds no labels"),
    ],
)
def test_a_gold_that_cannot_be_used_is_told_in_a_sentence(mixed: tuple[Path, Path], rows: str, told: str) -> None:
    found, labels = mixed
    labels.write_text(rows, "utf-8")
    result = evaluate(found, labels)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert told in result.stderr


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_file_is_a_failure(mixed: tuple[Path, Path], missing: int) -> None:
    mixed[missing].unlink()
    result = evaluate(*mixed)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("dedup: cannot read ")


@pytest.mark.parametrize("arguments", [[], ["report.json"], ["r", "g", "--most", "-1"], ["r", "g", "h"]])
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert evaluate(*arguments).exit_code == 2


def test_an_evaluation_does_not_wait_for_the_compiler(mixed: tuple[Path, Path]) -> None:
    code = f"import sys; from dedup.workflows.evaluate import evaluate; evaluate(*{[str(p) for p in mixed]!r})"
    asked = f"{code}; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
