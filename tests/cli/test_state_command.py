"""``dedup state`` as a user meets it."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.store.lock import locked
from tests.nights import copied


@pytest.fixture
def state(three_nights: Path, tmp_path: Path) -> Path:
    return copied(three_nights, tmp_path)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["state", *map(str, arguments)])


def damaged(state: Path) -> Path:
    (hashes,) = Path(f"{state}-columns").glob("*.hashes")
    hashes.write_bytes(bytes(hashes.stat().st_size))
    return hashes


def test_info_says_what_a_state_holds(state: Path) -> None:
    result = run("info", "--state", state)
    assert result.exit_code == 0 and result.stderr == ""
    told = dict(line.split(maxsplit=1) for line in result.stdout.splitlines() if not line.startswith(("made", "in ")))
    assert told["holds"].startswith("11 articles of 9 files, ") and told["runs"] == "3 remembered"
    assert "(number 1)" in told["first"] and "11 articles, 2 new, 0 changed, 0 removed; 2 clusters" in told["last"]
    assert " kB, and " in told["size"] and "in use     no\n" in result.stdout


def test_info_says_who_is_at_work(state: Path) -> None:
    with locked(state):
        assert "in use     by process " in run("info", "--state", state).stdout


def test_info_as_json_has_every_figure(state: Path) -> None:
    found = orjson.loads(run("info", "--state", state, "--json").stdout)
    assert found["state"] == str(state) and found["tool_version"] == dedup.__version__
    assert (found["articles"], found["files"], found["runs"], found["held_by"]) == (11, 9, 3, None)
    assert found["last_run"]["number"] == 3 and found["first_run"]["counts"]["articles"] == 9


def test_a_sound_state_is_said_to_be_so_unless_quiet(state: Path) -> None:
    result = run("check", "--state", state)
    assert (result.exit_code, result.output) == (0, f"{state} is sound\n")
    assert (run("check", "--state", state, "--quiet").exit_code, run("check", "--state", state, "-q").output) == (
        0,
        "",
    )


def test_what_is_left_over_is_named_and_no_failure(state: Path) -> None:
    Path(f"{state}-new").touch()
    result = run("check", "--state", state)
    assert (result.exit_code, result.stdout) == (0, f"left over: {state}-new (0 bytes)\n{state} is sound\n")


def test_a_damaged_state_fails_and_each_problem_is_a_line(state: Path) -> None:
    hashes = damaged(state)
    result = run("check", "--state", state, "--quiet")
    assert (result.exit_code, result.stdout) == (1, f"{hashes} is damaged\n")
    assert result.stderr.startswith(f"dedup: {state} is damaged: restore ") and result.stderr.count("\n") == 1


def test_prune_says_what_went(state: Path) -> None:
    would = run("prune", "--state", state, "--older-than", "0d", "--dry-run")
    done = run("prune", "--state", state, "--older-than", "0d")
    assert would.exit_code == done.exit_code == 0
    what = "0 runs, 2 changes, 1 article no longer there"
    assert would.stdout.startswith(f"would forget {what}; would free ")
    assert done.stdout.startswith(f"forgot {what}; freed ") and done.stderr == ""


def test_prune_is_silent_when_quiet(state: Path) -> None:
    assert run("prune", "--state", state, "--older-than", "0d", "-q").output == ""


def test_a_state_in_use_is_not_pruned(state: Path) -> None:
    with locked(state):
        result = run("prune", "--state", state, "--older-than", "90d")
    assert result.exit_code == 4 and "is in use by process" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["prune", "--older-than", "soon"], 2),
        (["prune"], 2),
        (["prune", "--older-than", "90d", "--lock-wait", "-1"], 2),
        (["vacuum"], 2),
    ],
)
def test_wrong_usage_exits_with_2(state: Path, arguments: list[str], code: int) -> None:
    assert run(*arguments, "--state", state).exit_code == code


@pytest.mark.parametrize("command", [["info"], ["check"], ["prune", "--older-than", "90d"]])
def test_a_missing_state_fails_in_one_sentence(tmp_path: Path, command: list[str]) -> None:
    result = run(*command, "--state", tmp_path / "none.db")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("dedup: state ") and result.stderr.count("\n") == 1
