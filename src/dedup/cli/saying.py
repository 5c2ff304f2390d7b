"""What a command says: on stderr for people, and in a log file for whoever looks into a night that went by."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import WatchedFileHandler
from pathlib import Path

import click

from dedup.errors import OutputError

_log = logging.getLogger("dedup")
_log.addHandler(logging.NullHandler())  # without a log file, what is said on stderr is all
_log.propagate = False


def say(message: str, *, quiet: bool = False, level: int = logging.INFO, log: bool = True) -> None:
    """Say a line on stderr unless to be quiet, and in the log file if there is one."""
    if not quiet:
        click.echo(message, err=True)
    if log:
        _log.log(level, "%s", message.strip().removeprefix("dedup: "))


class LogFile(WatchedFileHandler):
    """A log file that is opened anew when it was renamed, and goes on at its end when it was cut.

    A line is a time in UTC, a level, and what is said.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", errors="backslashreplace")
        line = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        line.converter = time.gmtime
        self.setFormatter(line)
        self._failed = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say once that lines are lost, as on a full disk. It is no reason to end the work."""
        if not self._failed:
            self._failed = True
            click.echo(f"dedup: cannot write to the log {self.baseFilename}: {sys.exception()}", err=True)


@contextmanager
def logged(file: Path | None, *, quiet: bool) -> Iterator[None]:
    """While this lasts, what is said goes to the end of that file, too, and a bug with its traceback.

    Warnings of libraries go there instead of stderr; without a file and if quiet, nowhere.

    Raises:
        OutputError: the file cannot be written.
    """
    try:
        handler = LogFile(file) if file else logging.NullHandler()
    except OSError as problem:
        raise OutputError(f"cannot write the log to {file}: {problem.strerror}") from None
    loggers = (_log, logging.getLogger("py.warnings"))
    _log.setLevel(logging.INFO)
    for logger in loggers:
        logger.addHandler(handler)
    logging.captureWarnings(quiet or bool(file))
    try:
        yield
    except Exception:
        _log.exception("a bug in dedup:")
        raise
    finally:
        logging.captureWarnings(False)
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()


def stages_logged(bar: Callable[[str, int], None] | None) -> Callable[[str, int], None]:
    """A progress for a scan that logs each stage as it begins, and tells the bar."""
    begun = ""

    def progress(stage: str, articles: int) -> None:
        nonlocal begun
        if stage != begun:
            begun = stage
            _log.info("%s: %s articles so far", stage, f"{articles:,}")
        if bar:
            bar(stage, articles)

    return progress
