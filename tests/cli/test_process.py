"""``dedup`` as a process: signals, terminals, pipes."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import orjson
import pytest

import dedup
from tests.stories import record, story, write_texts

DEDUP = [sys.executable, "-m", "dedup"]
SECONDS = 120  # a slow machine that has yet to compile all kernels may need one of these two minutes
"""After which a process that does not end is a failure; each needs one or two."""


def dedup_says(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*DEDUP, *arguments], capture_output=True, timeout=SECONDS, check=False)


def test_python_m_dedup_is_dedup() -> None:
    installed = subprocess.run(
        [Path(sys.executable).with_name("dedup"), "--help"], capture_output=True, timeout=SECONDS, check=True
    )
    assert dedup_says("--help").stdout == installed.stdout


def test_help_names_every_command_and_every_exit_code() -> None:
    told = " ".join(dedup_says("--help").stdout.decode().split())
    assert "scan Find the copies" in told and "show Show a report" in told
    assert "0 done; 1 failed; 2 wrong usage; 3 done, but some input could not be read; " in told
    assert "4 another run holds the state; 130 interrupted; 143 terminated." in told


def test_the_version_is_that_of_the_package() -> None:
    assert dedup_says("--version").stdout.decode() == f"dedup, version {dedup.__version__}\n"


def test_an_unknown_command_exits_with_2() -> None:
    assert dedup_says("scam").returncode == 2


def test_a_warning_is_a_line_as_all_that_the_command_says() -> None:
    code = "import warnings; from dedup.cli.process import own_process; own_process(); warnings.warn('no room')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=SECONDS, check=True)
    assert done.stderr == b"dedup: no room\n"


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file that takes a second or more to read, in a folder of its own."""
    line = orjson.dumps(record("x", story(1, 2000))) + b"\n"
    (tmp_path / "in").mkdir()
    with (tmp_path / "in" / "day.jsonl").open("wb") as file:
        for _ in range(40):
            file.write(line * 100)
    return tmp_path / "in" / "day.jsonl"


def wait_until_open(process: subprocess.Popen[bytes], file: Path) -> None:
    """Return when the process has the file open."""
    folder = Path("/proc") / str(process.pid) / "fd"
    while process.poll() is None:
        for descriptor in folder.iterdir():
            try:
                if descriptor.readlink() == file:
                    return
            except FileNotFoundError:
                continue
    raise AssertionError(f"ended before it read {file}")


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc to see the open files of a process in")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stop_while_reading_exits_with_its_code_and_leaves_yesterdays_report(
    tmp_path: Path, endless: Path, jobs: str, stop: signal.Signals, code: int
) -> None:
    report = tmp_path / "reports" / "report.json"
    report.parent.mkdir()
    report.write_text("yesterday", "utf-8")
    process = subprocess.Popen(
        [*DEDUP, "scan", endless.parent, "--report", report, "--jobs", jobs],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until_open(process, endless)
    os.killpg(process.pid, stop)  # as a terminal or systemd does: to all processes
    _, told = process.communicate(timeout=SECONDS)
    word = {130: b"interrupted", 143: b"terminated"}[code]
    assert (process.returncode, told) == (code, b"dedup: %s; no report was written\n" % word)
    with pytest.raises(ProcessLookupError):  # no worker is left
        os.killpg(process.pid, 0)
    assert [file.name for file in report.parent.iterdir()] == ["report.json"]
    assert report.read_text("utf-8") == "yesterday"


def test_ctrl_c_while_the_configuration_is_read_exits_with_130(tmp_path: Path) -> None:
    pipe = tmp_path / "config.toml"
    os.mkfifo(pipe)
    process = subprocess.Popen([*DEDUP, "scan", tmp_path, "--config", pipe], stderr=subprocess.PIPE, cwd=tmp_path)
    with pipe.open("wb"):  # opens once the process has opened it, which now waits for its first byte
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=SECONDS)
    assert (process.returncode, told) == (130, b"dedup: interrupted; no report was written\n")


def on_a_terminal(*arguments: str | Path) -> tuple[int, str]:
    """The exit code of ``dedup`` with its stderr on a terminal, and what it wrote there."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("4H", 24, 100, 0, 0))
    process = subprocess.Popen([*DEDUP, *arguments], stderr=its, stdout=subprocess.DEVNULL)
    os.close(its)
    told = b""
    while part := read_terminal(ours):
        told += part
    os.close(ours)
    return process.wait(SECONDS), told.decode()


def read_terminal(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # how Linux says that the last one closed its end
        return b""


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "articles", {"a.txt": story(1), "b.txt": story(1)})


@pytest.fixture(scope="module")
def on_terminal(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a scan of two articles writes on a terminal."""
    folder = write_texts(tmp_path_factory.mktemp("terminal"), {"in/a.txt": story(1), "in/b.txt": story(1)})
    code, told = on_a_terminal("scan", folder / "in", "--report", folder / "r.json")
    assert code == 0
    return told


def test_a_terminal_shows_a_progress_bar_that_counts_articles(on_terminal: str) -> None:
    assert "\rreading: 2 articles" in on_terminal


def test_the_progress_bar_is_gone_before_the_summary(on_terminal: str) -> None:
    *_, bar, blank, summary = on_terminal.removesuffix("\r\n").split("\r")
    assert blank.isspace() and len(blank) >= len(bar.rstrip())
    assert summary.startswith("2 articles, 0 unreadable, 1 cluster of 2; ")


@pytest.mark.slow
def test_quiet_draws_no_progress_bar_on_a_terminal(articles: Path, tmp_path: Path) -> None:
    assert on_a_terminal("scan", articles, "--report", tmp_path / "r.json", "--quiet") == (0, "")


def test_escape_sequences_in_errors_never_reach_a_terminal(tmp_path: Path) -> None:
    _, told = on_a_terminal("scan", tmp_path / "\x1b[31mgone", "--report", tmp_path / "r.json")
    assert "gone does not exist" in told and "\x1b" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_stdout_exits_with_1_and_one_sentence(articles: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [*DEDUP, "scan", articles, "--report", "-"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
    assert (done.returncode, done.stderr) == (1, b"dedup: cannot write to stdout: No space left on device\n")


def test_a_reader_that_stops_reading_ends_the_command_without_a_word(articles: Path) -> None:
    ours, its = os.pipe()
    process = subprocess.Popen([*DEDUP, "scan", articles, "--report", "-"], stdout=its, stderr=subprocess.PIPE)
    os.close(its)
    os.close(ours)
    _, told = process.communicate(timeout=SECONDS)
    assert (process.returncode, told) == (1, b"")
