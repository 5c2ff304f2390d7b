"""A session that cannot be had is one sentence, and soon."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from dedup.engines.spark import session as sessions
from dedup.engines.spark.failing import meant
from dedup.engines.spark.java import check_java, ended_when_stopped, version
from dedup.engines.spark.session import check_answers, open_session
from dedup.errors import DedupError, EngineError, InputError, MissingExtraError

STACK = "\n\tat org.apache.spark.X.y(X.scala:1)\n\tat java.base/java.lang.Thread.run(Thread.java:840)"


def java(folder: Path, told: str) -> Path:
    """A folder that looks like the home of a Java that says its version so."""
    command = folder / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\necho '{told}' >&2\n", "utf-8")
    command.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_392"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ('openjdk version "22-ea" 2024-03-19', 22),
        ("no such thing", None),
    ],
)
def test_the_version_of_java_is_what_it_says(told: str, wanted: int | None) -> None:
    assert version(told) == wanted


def test_no_java_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"^Spark needs Java, and there is none on the path; install Java 17 .*$"):
        check_java()


def test_a_home_without_java_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match=rf"^Spark needs Java, and there is none in JAVA_HOME={tmp_path}; "):
        check_java()


def test_an_old_java_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, 'openjdk version "11.0.22" 2024-01-16')))
    with pytest.raises(EngineError, match=r"^Spark needs Java 17 or newer, and \S+ is Java 11; install "):
        check_java()


def test_a_new_java_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path, 'openjdk version "21.0.2" 2024-01-16')))
    check_java()


def test_a_process_whose_start_is_stopped_is_ended() -> None:
    started = []

    def start() -> None:
        process = subprocess.Popen(["sleep", "60"])
        started.append(process)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ended_when_stopped():
        start()
    assert started[0].wait(10) < 0


def test_a_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "find_spec", lambda name: None if name == "pandas" else name)
    with pytest.raises(MissingExtraError, match=r"^Spark needs the spark extra \(pandas not found\): pip install"):
        open_session("local[1]", {})


@pytest.mark.parametrize("scheme", ["spark", "sc"])
def test_a_master_that_does_not_answer_is_one_sentence_at_once(scheme: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        master = f"{scheme}://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(EngineError, match=rf"^no Spark master answers at {master} \(Connection refused\); start it"):
        check_answers(master)


@pytest.mark.parametrize(
    ("told", "kind", "message"),
    [
        (
            f"An error occurred while calling o1.x.\n: org.apache.spark.SparkException: Job aborted.{STACK}"
            f"\nCaused by: java.io.IOException: No space left on device{STACK}",
            EngineError,
            "Spark failed: No space left on device",
        ),
        (f"x\n: java.lang.OutOfMemoryError: Java heap space{STACK}", EngineError, "Spark ran out of memory; "),
        ("[PATH_NOT_FOUND] Path does not exist: s3a://a/b. SQLSTATE: 42K03", InputError, "Path does not exist: s3a://a/b"),
        (
            "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent failure: Lost task: "
            f"ExecutorLostFailure (executor 1 exited) Reason: Remote RPC client disassociated.{STACK}",
            EngineError,
            "Spark lost executors more often than it tries again: Remote RPC client disassociated.",
        ),
        (
            "Traceback (most recent call last):\n  File \"a.py\", line 1\ndedup.errors.InputError: no such file",
            InputError,
            "no such file",
        ),
        (
            "Traceback (most recent call last):\nModuleNotFoundError: No module named 'dedup'",
            EngineError,
            "Spark's workers have no newsdedup in their Python; ",
        ),
        ("Traceback (most recent call last):\nMemoryError", EngineError, "a Python worker of Spark ran out"),
        ("x: Cannot call methods on a stopped SparkContext.", EngineError, "the Spark session has ended "),
    ],
)  # fmt: skip
def test_what_spark_says_becomes_one_sentence(told: str, kind: type[DedupError], message: str) -> None:
    found = meant(told)
    assert type(found) is kind and str(found).startswith(message) and "\n" not in str(found)


def test_a_bug_in_a_worker_is_no_sentence() -> None:
    told = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: wanted 1, got 2'
    found = meant(f"An exception was thrown from the Python worker:\n{told}\n\nJVM stacktrace:{STACK}")
    assert type(found) is RuntimeError and str(found) == told


@pytest.mark.spark
def test_a_session_leaves_the_process_as_it_was(session: object) -> None:
    assert os.environ.get("PYSPARK_PYTHON") is None
    assert open_session("local[1]", {}) is session  # there is one of a process
