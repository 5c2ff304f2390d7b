"""The Java that Spark runs on: is there one, is it new enough, and what did it say.

Its words go to a file that has no name, from which errors quote, and not to the user's terminal.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import IO

from dedup.errors import EngineError

OLDEST = 17
"""What Spark 4 wants."""

PATIENCE_SECONDS = 30
TAIL_BYTES = 1 << 16
INSTALL = "install Java 17 or newer, as with apt install openjdk-17-jre-headless, or point JAVA_HOME to one"


class _Said:
    """What the virtual machine of this process writes to stderr."""

    file: IO[bytes] | None = None


def check_java() -> None:
    """Look for the Java that Spark will start: that of ``JAVA_HOME``, or else the first on the path.

    Raises:
        EngineError: there is none, or it is too old.
    """
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not command or (home and not os.access(command, os.X_OK)):
        where = f"in JAVA_HOME={home}" if home else "on the path"
        raise EngineError(f"Spark needs Java, and there is none {where}; {INSTALL}")
    try:
        done = subprocess.run(
            [command, "-version"], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        raise EngineError(f"Spark needs Java, and {command} cannot be started; {INSTALL}") from None
    found = version(done.stderr + done.stdout)
    if found is None:
        raise EngineError(f"Spark needs Java, and {command} does not say its version; {INSTALL}")
    if found < OLDEST:
        raise EngineError(f"Spark needs Java {OLDEST} or newer, and {command} is Java {found}; {INSTALL}")


def version(told: str) -> int | None:
    """The number in what ``java -version`` tells: 8 of "1.8.0_392", 17 of "17.0.9"."""
    match = re.search(r'version "(\d+)(?:\.(\d+))?', told)
    if match is None:
        return None
    return int(match[2]) if match[1] == "1" and match[2] else int(match[1])


@contextmanager
def hushed() -> Iterator[None]:
    """While this lasts, a process that is started writes its stderr to a file of its own, and goes on doing so."""
    _Said.file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the machine that is started
    before = os.dup(2)
    try:
        os.dup2(_Said.file.fileno(), 2)
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)


@contextmanager
def ended_when_stopped() -> Iterator[None]:
    """End a process that was started if what waits for it is stopped meanwhile.

    A virtual machine whose starter gave up before it could say its port would live on: nothing holds it but a
    variable in a frame that the stop came through.
    """
    try:
        yield
    except BaseException as stop:
        for frame, _ in walk_tb(stop.__traceback__):
            for started in frame.f_locals.values():
                if isinstance(started, subprocess.Popen) and getattr(started, "pid", None):
                    started.kill()
        raise


def last_words() -> str:
    """The end of what it wrote."""
    if _Said.file is None:
        return ""
    descriptor = _Said.file.fileno()
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, TAIL_BYTES, max(0, size - TAIL_BYTES)).decode("utf-8", "replace")
