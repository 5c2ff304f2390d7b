"""Stops: at whatever moment they come, one sentence, the right exit code, and nothing half written."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from tests.stories import story, write_texts

SECONDS = 120  # a slow machine that has yet to compile all kernels may need one of these two minutes
MOMENTS = [0, 0.05, 0.15, 0.3, 0.6]
"""Seconds after the command heeds stops: libraries are loaded, then it reads, compares, writes."""


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "articles", {f"{i}.txt": story(i) for i in range(300)})


def wait_until_heeded(process: subprocess.Popen[bytes]) -> None:
    """Return when the process has a handler for SIGTERM."""
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text().split()
        if int(status[status.index("SigCgt:") + 1], 16) >> (signal.SIGTERM - 1) & 1:
            return
    raise AssertionError("ended before it heeded stops")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to see the handlers of a process in")
@pytest.mark.parametrize(
    ("stop", "code"), [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow)]
)
def test_a_stop_at_any_moment_leaves_yesterdays_report_or_todays(
    articles: Path, tmp_path: Path, stop: signal.Signals, code: int
) -> None:
    runs = []
    for number, moment in enumerate(MOMENTS):
        report = tmp_path / str(number) / "report.json"
        report.parent.mkdir()
        report.write_text('{"format": "yesterday"}', "utf-8")
        command = [sys.executable, "-m", "dedup", "scan", articles, "--report", report, "--quiet", "--jobs", "2"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
        wait_until_heeded(process)
        time.sleep(moment)
        os.killpg(process.pid, stop)
        runs.append((process, report))
    for process, report in runs:
        _, told = process.communicate(timeout=SECONDS)
        found = orjson.loads(report.read_bytes())["format"]
        assert [file.name for file in report.parent.iterdir()] == ["report.json"]
        said = [] if process.returncode == 0 else [b"dedup"]
        assert (process.returncode, found) in [(code, "yesterday"), (0, "dedup-report")]
        assert [line.split(b":")[0] for line in told.splitlines()] == said


def program(code: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a program that heeds stops."""
    whole = f"""
import os, signal, sys, time
from dedup.cli.shared import exit_codes
from dedup.cli.stopping import heed_no_more_stops, heed_stops, time_limit

with exit_codes():
    heed_stops()
{code}
"""
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.returncode, done.stdout, done.stderr


TERMINATED = (143, "", "dedup: terminated; no report was written\n")


def test_a_stop_that_is_swallowed_comes_again() -> None:
    swallowing = """
    class Deaf:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.01)
    Deaf()
    time.sleep(60)
"""
    assert program(swallowing) == TERMINATED


@pytest.mark.slow
def test_a_stop_that_is_on_its_way_comes_once() -> None:
    saving = """
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    finally:
        time.sleep(1.2)
        print("saved", flush=True)
"""
    assert program(saving) == (143, "saved\n", TERMINATED[2])


def test_a_stop_that_python_makes_another_error_of_is_still_one() -> None:
    naming = """
    class Named:
        def __set_name__(self, owner, name):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
    class Owner:
        name = Named()
"""
    assert program(naming) == TERMINATED


def test_what_fails_since_a_stop_was_swallowed_is_that_stop() -> None:
    failing = """
    class Callback:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.01)
    Callback()
    raise RuntimeError("no code")
"""
    assert program(failing) == TERMINATED


def test_a_stop_that_a_library_shows_and_replaces_is_told_in_one_sentence() -> None:
    loading = """
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise ImportError("cannot be loaded") from None
"""
    assert program(loading) == TERMINATED


def test_a_run_that_is_at_its_end_is_not_stopped() -> None:
    ending = """
    heed_no_more_stops()
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)
    print("written")
"""
    assert program(ending) == (0, "written\n", "")


def test_a_limit_of_time_ends_the_run() -> None:
    assert program("    with time_limit(1): time.sleep(60)") == (
        1,
        "",
        "dedup: stopped after 1 s as asked; the report of the run before stays\n",
    )


@pytest.mark.slow
def test_a_limit_of_time_that_was_kept_does_nothing() -> None:
    assert program("    with time_limit(1): pass\n    time.sleep(1.2)") == (0, "", "")


def test_ctrl_c_is_ignored_by_a_process_that_was_told_so() -> None:
    command = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from dedup.cli.stopping import heed_stops; "
    )
    command += "heed_stops(); import os; os.kill(os.getpid(), signal.SIGINT); print('here')"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, timeout=SECONDS, check=False)
    assert (done.returncode, done.stdout) == (0, b"here\n")
