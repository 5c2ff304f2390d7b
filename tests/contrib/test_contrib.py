"""The files for cron, systemd and logrotate: their own tools accept them, and the command has what they ask of it."""

import getpass
import grp
import os
import re
import shlex
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import click
import pytest

CONTRIB = Path(__file__).parents[2] / "contrib"
FILES = sorted(CONTRIB.iterdir())
CALLING = ["dedup.cron", "dedup.service"]
TOOLS = {
    tool: shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    for tool in ("systemd-analyze", "logrotate")
}
needs_systemd = pytest.mark.skipif(not TOOLS["systemd-analyze"], reason="no systemd here")
needs_logrotate = pytest.mark.skipif(not TOOLS["logrotate"], reason="no logrotate here")


def calls(file: Path) -> list[list[str]]:
    """The arguments of each call of ``dedup`` in a file, its comments left out."""
    text = re.sub(r"^#.*$", "", file.read_text("utf-8"), flags=re.M).replace("\\\n", " ")
    return [shlex.split(call) for call in re.findall(r"\bdedup (scan .*)$", text, re.M)]


@pytest.mark.parametrize("name", CALLING)
def test_a_call_has_only_options_that_the_command_has(name: str) -> None:
    for command, *arguments in calls(CONTRIB / name):
        known: click.Command = getattr(import_module(f"dedup.cli.{command}"), command)
        given = known.make_context(command, arguments).params  # raises what a user would be told
        assert given["quiet"] and given["metrics"]


@pytest.mark.parametrize("name", CALLING)
def test_each_file_that_calls_dedup_calls_it_once(name: str) -> None:
    assert len(calls(CONTRIB / name)) == 1


def test_cron_takes_no_percent_sign_and_no_line_end_in_a_command() -> None:
    lines = (CONTRIB / "dedup.cron").read_text("utf-8").splitlines()
    (job,) = [line for line in lines if line and not line.startswith("#") and "=" not in line.split()[0]]
    assert re.match(r"15 2 \* \* \*  dedup scan ", job) and "%" not in job


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_is_named_in_the_readme_beside_them(file: Path) -> None:
    assert file.name == "README.md" or f"`{file.name}`" in (CONTRIB / "README.md").read_text("utf-8")


def units(folder: Path) -> list[Path]:
    """The units as they are, but for the program, which systemd looks for."""
    service = (CONTRIB / "dedup.service").read_text("utf-8").replace("/opt/dedup/bin/dedup", "/bin/true")
    (folder / "dedup.service").write_text(service, "utf-8")
    shutil.copy(CONTRIB / "dedup.timer", folder)
    return [folder / "dedup.service", folder / "dedup.timer"]


def analysed(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [TOOLS["systemd-analyze"] or "", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@needs_systemd
def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    done = analysed("verify", *units(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_systemd_takes_the_service_for_safe(tmp_path: Path) -> None:
    done = analysed("security", "--offline=true", "--threshold=10", "--no-pager", units(tmp_path)[0])
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd cannot tell")
    assert done.returncode == 0, done.stdout  # an exposure of at most 1.0 of 10


@needs_logrotate
def test_logrotate_has_nothing_to_say_against_its_file(tmp_path: Path) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    log = tmp_path / "dedup.log"
    log.write_text("2026-01-01T00:00:00Z INFO done\n", "utf-8")
    own = (CONTRIB / "dedup.logrotate").read_text("utf-8")
    own = own.replace("su dedup dedup", f"su {getpass.getuser()} {group}").replace("/var/log/dedup/", f"{tmp_path}/")
    (tmp_path / "conf").write_text(own, "utf-8")
    command = [TOOLS["logrotate"] or "", "-d", "-s", tmp_path / "status", tmp_path / "conf"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and "error" not in done.stderr and str(log) in done.stderr
