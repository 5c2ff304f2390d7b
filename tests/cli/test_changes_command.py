"""``dedup changes`` as a user meets it, and the alert that its help shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from dedup.cli.main import main


@pytest.fixture
def state(three_nights: Path) -> Path:
    return three_nights


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["changes", *map(str, arguments)])


def kinds(result: Result) -> list[str]:
    assert result.exit_code == 0 and result.stderr == ""
    return [orjson.loads(line)["change"] for line in result.stdout.splitlines()]


def test_the_changes_of_the_last_run_are_lines_of_json(state: Path) -> None:
    result = run("--state", state)
    assert result.stdout.endswith("}\n") and kinds(result) == ["new"]


@pytest.mark.parametrize("filters", [["new,grown"], ["new", "grown"], ["grown, new"]])
def test_kinds_are_named_with_commas_or_one_by_one(state: Path, filters: list[str]) -> None:
    options = [word for kind in filters for word in ("--change", kind)]
    assert kinds(run("--state", state, "--since", "1d", *options)) == ["new", "grown", "new"]


def test_where_nothing_changed_nothing_is_said(state: Path) -> None:
    result = run("--state", state, "--change", "ended")
    assert (result.exit_code, result.output) == (0, "")


def test_an_unknown_kind_is_wrong_usage(state: Path) -> None:
    result = run("--state", state, "--change", "new,gone")
    assert result.exit_code == 2 and "'gone' is none of new, grown" in result.stderr


def test_an_unknown_run_is_wrong_usage_and_the_last_ones_are_named(state: Path) -> None:
    result = run("--state", state, "--since", "17")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search(r"^dedup: '17' is no run .* \(number 2\), \S+ \(number 3\)$", result.stderr)


def test_a_missing_state_fails(tmp_path: Path) -> None:
    result = run("--state", tmp_path / "none.db")
    assert result.exit_code == 1 and result.stderr.count("\n") == 1


def test_a_state_must_be_named() -> None:
    assert run().exit_code == 2


def program(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(0o755)


def test_the_alert_of_the_help_mails_what_is_new(state: Path, tmp_path: Path) -> None:
    (line,) = re.findall(r"^ *(new=\$.*)$", run("--help").stdout, re.M)
    program(tmp_path / "dedup", f'exec {sys.executable} -m dedup "$@"')
    program(tmp_path / "mail", f"echo mail $2 >{tmp_path}/sent; cat >>{tmp_path}/sent")
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    told = subprocess.run(["sh", "-c", line], cwd=state.parent, env=environment, capture_output=True, check=False)
    assert (told.stdout, told.stderr) == (b"", b"")
    assert (tmp_path / "sent").read_text("utf-8") == f"mail copies\n{run('--state', state).stdout}"
