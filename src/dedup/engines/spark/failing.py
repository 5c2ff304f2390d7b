"""What Spark says when it fails, as one sentence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError, Py4JNetworkError
from pyspark.errors import PySparkException

import dedup.errors
from dedup.engines.spark.java import last_words
from dedup.errors import DedupError, EngineError, InputError

IN_MAIN = 'Exception in thread "main" '
ENDED = "the Spark session has ended"
MORE_MEMORY = "give it more with --spark-conf spark.driver.memory=8g, or spark.executor.memory on a cluster"
MENDABLE = ("ModuleNotFoundError", "ImportError", "MemoryError", "OSError", "PermissionError", "FileNotFoundError")
"""Errors in a worker that are no bug."""

RAISED = re.compile(r"^([A-Za-z_][\w.]*)(?:: (.*))?$")
JAVA = re.compile(r"^(?:: |Caused by: )?((?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error)): ")


@contextmanager
def translated() -> Iterator[None]:
    """Errors of Spark as ``EngineError``, and those of our own from its workers as what they were.

    Raises:
        RuntimeError: a worker met a bug; the message is its traceback.
    """
    try:
        yield
    except (Py4JNetworkError, ConnectionError):
        raise EngineError(f"{ENDED} in the middle of the work{out_of_memory()}") from None
    except (PySparkException, Py4JError) as problem:
        raise meant(str(problem)) from None
    except Exception as problem:
        if type(problem).__module__.startswith("grpc"):
            raise EngineError(f"{ENDED} in the middle of the work: {_first_line(str(problem))}") from None
        raise


def meant(told: str) -> Exception:
    """The error that Spark's words stand for."""
    if "Traceback (most recent call last)" in told:
        return _of_worker(told[told.index("Traceback (most recent call last)") :])
    if "[PATH_NOT_FOUND]" in told:
        return InputError(_plain(told))
    if "OutOfMemoryError" in told:
        return EngineError(f"Spark ran out of memory; {MORE_MEMORY}")
    if "stopped SparkContext" in told or "SparkContext was shut down" in told:
        return EngineError(f"{ENDED} in the middle of the work{out_of_memory()}")
    if "Python worker exited unexpectedly" in told:
        return EngineError(
            "a Python worker of Spark was killed, mostly for lack of memory; use fewer cores with --jobs, "
            "or more memory a core"
        )
    if "ExecutorLostFailure" in told:
        return EngineError(f"Spark lost executors more often than it tries again: {_cause(told)}")
    return EngineError(f"Spark failed: {_cause(told)}")


def _of_worker(traceback: str) -> Exception:
    """What a worker raised: the last line of its traceback that stands at its left edge and names an error."""
    lines = re.split(r"\n\s*\n|\n\tat |\nJVM stacktrace", traceback)[0].splitlines()
    raised = [(number, match) for number, line in enumerate(lines[1:], 1) if (match := RAISED.match(line))]
    if not raised:
        return RuntimeError(traceback)
    number, match = raised[0]
    name, message = match[1], " ".join([match[2] or "", *lines[number + 1 :]]).strip()
    kind = getattr(dedup.errors, name.removeprefix("dedup.errors."), None)
    if name.startswith("dedup.errors.") and isinstance(kind, type) and issubclass(kind, DedupError):
        return kind(message)
    if "No module named 'dedup'" in message:
        return EngineError("Spark's workers have no newsdedup in their Python; install it there, in the same version")
    if name == "MemoryError":
        return EngineError("a Python worker of Spark ran out of memory; use fewer cores, or more memory a core")
    if name in MENDABLE:
        return EngineError(f"a worker of Spark failed: {name}: {message}" if message else f"a worker failed: {name}")
    return RuntimeError("\n".join(lines))


def _cause(told: str) -> str:
    """The line that names the root."""
    lines = told.splitlines()
    roots = [line for line in lines if line.startswith("Caused by: ")]
    named = [line for line in lines if JAVA.match(line)]
    lost = [line.split("Reason: ", 1)[1] for line in lines if "ExecutorLostFailure" in line and "Reason: " in line]
    return _plain((lost or roots[-1:] or named or lines or ["for no reason that it gives"])[0])


def _plain(line: str) -> str:
    """A line of Spark's without names of classes and numbers of states."""
    line = _first_line(line)
    while match := JAVA.match(line):
        line = line[match.end() :]
    line = re.sub(r"^\[[A-Z_.]+\] ", "", line)
    return re.sub(r"\.? SQLSTATE: \w+\.?$", "", line).removeprefix("Caused by: ").strip()


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def out_of_memory() -> str:
    """Why the machine behind the session has ended, where it says that it ran out of memory."""
    return f": it ran out of memory; {MORE_MEMORY}" if "OutOfMemoryError" in last_words() else ""


def last_error() -> str:
    """The last error that the machine behind the session named, where it is of this process."""
    lines = [line.removeprefix(IN_MAIN) for line in last_words().splitlines()]
    named = [line for line in lines if JAVA.match(line)]
    return f": {_plain(named[-1])}" if named else ""
