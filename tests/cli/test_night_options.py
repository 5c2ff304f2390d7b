"""What a run says and leaves behind by night: log, metrics, exit codes of the state."""

import logging
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families

from dedup.cli.main import main
from dedup.cli.saying import LogFile, logged, say
from dedup.errors import OutputError, StateError, StateLockedError
from dedup.workflows import scan as workflow
from tests.stories import story, write_texts

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (INFO|WARNING|ERROR) (.+)")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["scan", *map(str, arguments)])


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "articles", {"a.txt": story(1), "b.txt": story(1)})


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "report.json"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "dedup.log"


@pytest.fixture
def prom(tmp_path: Path) -> Path:
    return tmp_path / "dedup.prom"


def lines(log: Path) -> list[tuple[str, str]]:
    """Level and message of each line."""
    found = [LINE.fullmatch(line) for line in log.read_text("utf-8").splitlines()]
    assert all(found)
    return [(match[1], match[2]) for match in found if match]


def values(prom: Path) -> dict[str, float]:
    """The metrics that stand for one number."""
    families = text_string_to_metric_families(prom.read_text("utf-8"))
    return {family.name.removeprefix("dedup_"): family.samples[-1].value for family in families}


@pytest.mark.parametrize("option", [["--rebuild"], ["--lock-wait", "5"]])
def test_options_of_the_state_need_one(articles: Path, report: Path, option: list[str]) -> None:
    result = run(articles, "--report", report, *option)
    assert result.exit_code == 2 and f"{option[0]} needs --state FILE" in result.stderr


@pytest.mark.parametrize("option", [["--lock-wait", "-1"], ["--max-seconds", "0"], ["--max-seconds", "soon"]])
def test_numbers_out_of_range_are_wrong_usage(articles: Path, report: Path, option: list[str]) -> None:
    assert run(articles, "--report", report, "--state", "s.db", *option).exit_code == 2


@pytest.mark.parametrize(("error", "code"), [(StateLockedError, 4), (StateError, 1)])
def test_a_state_that_is_in_use_exits_with_4_and_any_other_trouble_with_it_with_1(
    articles: Path, report: Path, monkeypatch: pytest.MonkeyPatch, error: type[StateError], code: int
) -> None:
    def refuse(*_: Any, **given: Any) -> None:
        raise error(f"{given['state']}, {given['rebuild']}, {given['lock_wait']}")

    monkeypatch.setattr(workflow, "scan", refuse)
    result = run(articles, "--report", report, "--state", "s.db", "--rebuild", "--lock-wait", "2.5")
    assert (result.exit_code, result.output) == (code, "dedup: s.db, True, 2.5\n")


def test_quiet_says_one_line_about_unreadable_files(articles: Path, report: Path) -> None:
    (articles / "empty.txt").touch()
    (articles / "empty2.txt").touch()
    result = run(articles, "--report", report, "--quiet")
    assert result.exit_code == 3
    assert result.output.startswith("dedup: 2 unreadable, the first empty.txt: ")
    assert result.output.endswith("; the report lists all\n") and result.output.count("\n") == 1


def test_the_log_has_what_stderr_has_and_each_stage_also_when_quiet(articles: Path, report: Path, log: Path) -> None:
    (articles / "empty.txt").touch()
    run(articles, "--report", report, "--log-file", log, "--quiet")
    said = run(articles, "--report", report).stderr.splitlines()
    found = lines(log)
    assert [text for level, text in found if level == "WARNING"] == said[1:]
    stages = [stage["name"] for stage in orjson.loads(report.read_bytes())["run"]["stages"]]
    assert [text.split()[0] for _, text in found][-1 - len(stages) : -1] == stages
    assert ("INFO", "footers: 2 articles so far") in found


def test_the_log_has_the_sentence_of_a_failure(tmp_path: Path, report: Path, log: Path) -> None:
    told = run(tmp_path / "gone", "--report", report, "--log-file", log).stderr
    assert lines(log) == [("ERROR", told.removeprefix("dedup: ").rstrip())]


def test_the_log_goes_on_at_its_end(articles: Path, report: Path, log: Path) -> None:
    log.write_text("2026-01-01T00:00:00Z INFO yesterday\n", "utf-8")
    run(articles, "--report", report, "--log-file", log)
    assert lines(log)[0] == ("INFO", "yesterday") and len(lines(log)) > 2


def test_a_log_that_was_renamed_is_opened_anew(log: Path) -> None:
    with logged(log, quiet=True):
        say("before", quiet=True)
        log.rename(log.with_suffix(".1"))
        say("after", quiet=True)
    assert (lines(log.with_suffix(".1")), lines(log)) == ([("INFO", "before")], [("INFO", "after")])


def test_a_log_that_was_copied_and_cut_goes_on_at_its_new_end(log: Path) -> None:
    with logged(log, quiet=True):
        say("before", quiet=True)
        os.truncate(log, 0)
        say("after", quiet=True)
    assert lines(log) == [("INFO", "after")]


def test_warnings_of_libraries_go_to_the_log(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(), logged(log, quiet=False):
        warnings.simplefilter("always")
        warnings.warn("old array", stacklevel=1)
    assert "WARNING" in log.read_text("utf-8") and "old array" in log.read_text("utf-8")
    assert capsys.readouterr().err == ""


def test_warnings_of_libraries_go_nowhere_when_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings(), logged(None, quiet=True):
        warnings.simplefilter("always")
        warnings.warn("old array", stacklevel=1)
    assert capsys.readouterr().err == ""


def test_a_bug_leaves_its_traceback_in_the_log(log: Path) -> None:
    with pytest.raises(ZeroDivisionError), logged(log, quiet=True):
        raise ZeroDivisionError
    assert "ERROR a bug in dedup:\nTraceback" in log.read_text("utf-8")


@pytest.mark.parametrize("option", ["--log-file", "--metrics"])
def test_a_log_or_metrics_that_cannot_be_written_exit_with_1_before_the_work(
    tmp_path: Path, report: Path, option: str
) -> None:
    result = run(tmp_path / "nowhere", "--report", report, option, tmp_path / "gone" / "file")
    assert result.exit_code == 1
    assert result.output.startswith("dedup: cannot write the ") and result.output.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_the_log_is_said_once_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    handler = LogFile(Path("/dev/full"))
    for _ in range(2):
        handler.handle(logging.LogRecord("dedup", logging.INFO, "", 0, "lost", None, None))
    with pytest.raises(OSError, match="No space left"):
        handler.close()
    assert capsys.readouterr().err == "dedup: cannot write to the log /dev/full: [Errno 28] No space left on device\n"


def test_metrics_of_a_run_tell_what_the_report_does(articles: Path, report: Path, prom: Path) -> None:
    assert run(articles, "--report", report, "--metrics", prom, "--quiet").output == ""
    found, counts = values(prom), orjson.loads(report.read_bytes())["counts"]
    names = ["articles", "clusters", "clustered_articles", "new_articles", "removed_articles", "unreadable"]
    assert {name: found[name] for name in names} == {name: counts[name] for name in names}
    assert found["last_run_exit_code"] == 0
    assert found["last_success_timestamp_seconds"] == found["last_run_timestamp_seconds"]


def test_a_run_with_unreadable_input_is_a_success_with_exit_code_3(articles: Path, report: Path, prom: Path) -> None:
    (articles / "empty.txt").touch()
    assert run(articles, "--report", report, "--metrics", prom).exit_code == 3
    found = values(prom)
    assert (found["last_run_exit_code"], found["unreadable"]) == (3, 1)
    assert found["last_success_timestamp_seconds"] == found["last_run_timestamp_seconds"]


def test_a_failed_run_keeps_the_time_of_the_last_success(
    articles: Path, tmp_path: Path, report: Path, prom: Path
) -> None:
    run(articles, "--report", report, "--metrics", prom)
    before = values(prom)["last_success_timestamp_seconds"]
    for _ in range(2):
        assert run(tmp_path / "gone", "--report", report, "--metrics", prom).exit_code == 2
    found = values(prom)
    assert (found["last_run_exit_code"], found["last_success_timestamp_seconds"]) == (2, before)
    assert found["last_run_timestamp_seconds"] > before and "articles" not in found


def test_a_run_that_failed_from_the_first_has_no_time_of_success(tmp_path: Path, report: Path, prom: Path) -> None:
    run(tmp_path / "gone", "--report", report, "--metrics", prom)
    assert "last_success_timestamp_seconds" not in values(prom)


def test_metrics_may_be_read_by_whom_the_umask_lets_and_leave_no_other_file(
    articles: Path, report: Path, prom: Path
) -> None:
    os.umask(mask := os.umask(0))
    run(articles, "--report", report, "--metrics", prom)
    assert prom.stat().st_mode & 0o777 == 0o666 & ~mask
    assert sorted(file.name for file in prom.parent.iterdir()) == ["articles", "dedup.prom", "report.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_metrics_that_are_lost_at_the_end_fail_the_run(articles: Path, report: Path) -> None:
    result = run(articles, "--report", report, "--metrics", "/dev/full", "--quiet")
    assert result.exit_code == 1 and report.exists()
    assert (
        result.output
        == "dedup: cannot write the metrics to /dev/full: No space left on device; make room, and run again\n"
    )


def test_a_scan_that_its_limit_of_time_ends_exits_with_1_and_keeps_the_report(
    articles: Path, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.write_text("yesterday", "utf-8")
    monkeypatch.setattr(workflow, "scan", lambda *_, **__: [None for _ in iter(int, 1)])
    result = run(articles, "--report", report, "--max-seconds", "1")
    assert result.exit_code == 1 and report.read_text("utf-8") == "yesterday"
    assert result.output == "dedup: stopped after 1 s as asked; the report of the run before stays\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this kind of scheduling")
def test_nice_lets_others_go_first() -> None:
    code = "import os; from dedup.cli.night import low_priority; low_priority(); print(os.nice(0))"
    code += "; print(os.sched_getscheduler(0) in (os.SCHED_BATCH, os.SCHED_OTHER))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "19\nTrue\n"


def test_a_log_that_is_a_folder_is_an_output_error(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"^cannot write the log to .*: Is a directory$"),
        logged(tmp_path, quiet=True),
    ):
        pass


def test_a_scan_with_a_state_says_what_is_new(tmp_path: Path) -> None:
    articles = write_texts(tmp_path / "articles", {f"{i}.txt": story(i) for i in range(3)})
    arguments = ["scan", str(articles), "--report", str(tmp_path / "r.json"), "--state", str(tmp_path / "s.db")]
    assert "3 articles (3 new, 0 changed, 0 gone), " in CliRunner().invoke(main, arguments).stderr
    (articles / "0.txt").unlink()
    assert "2 articles (0 new, 0 changed, 1 gone), " in CliRunner().invoke(main, arguments).stderr
