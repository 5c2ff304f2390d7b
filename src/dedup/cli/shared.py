"""What all commands share: errors to exit codes, the configuration file, the progress bar."""

import os
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from logging import ERROR, WARNING
from pathlib import Path

from dedup.cli.saying import say
from dedup.cli.stopping import heed_no_more_stops, stop_behind
from dedup.errors import (
    DedupError,
    InputError,
    OutputError,
    SettingsError,
    StateLockedError,
    Stopped,
    Terminated,
    TimeUp,
)
from dedup.report.fitting import printable
from dedup.settings import Settings

DONE, FAILED, WRONG_USAGE, PARTLY_UNREADABLE, STATE_IN_USE, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143
CODES: tuple[tuple[type[BaseException], int], ...] = (
    (SettingsError, WRONG_USAGE),
    (InputError, WRONG_USAGE),
    (StateLockedError, STATE_IN_USE),
    (DedupError, FAILED),
    (KeyboardInterrupt, INTERRUPTED),
    (Terminated, TERMINATED),
    (TimeUp, FAILED),
)
"""The exit code of each error: that of the first line that it is one of."""

SHOWN_UNREADABLE = 5
UNCUT = 1 << 20
"""Columns where the output is no terminal."""

NARROWEST = 40
"""Columns of a line on a terminal, even of a narrower one."""

LINES_AT_ONCE = 256


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn errors that a user can mend, and stops, into one sentence on stderr and an exit code.

    A bug keeps its traceback.
    """
    try:
        yield
    except BrokenPipeError:
        sys.exit(FAILED)
    except (Exception, Stopped, KeyboardInterrupt) as problem:
        error = stop_behind(problem)
        heed_no_more_stops()
        code = next((code for kind, code in CODES if isinstance(error, kind)), None)
        if code is None:
            raise
        say(f"dedup: {printable(str(error) or 'interrupted; no report was written')}", level=ERROR)
        sys.exit(code)


def write_result(content: bytes) -> None:
    """Write to stdout, all of it.

    Raises:
        OutputError: it is closed, or the disk is full.
    """
    if sys.stdout is None:
        raise OutputError("cannot write to stdout: it is closed")
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the exit complains once more
        if isinstance(problem, BrokenPipeError):
            raise
        raise OutputError(f"cannot write to stdout: {problem.strerror}") from None


def write_lines(lines: Iterable[str], end: str = "\n") -> None:
    """Write lines to stdout as they come, some at once; bytes that were no UTF-8 as they were.

    Raises:
        OutputError: it is closed, or the disk is full.
    """
    coming = iter(lines)
    while some := list(islice(coming, LINES_AT_ONCE)):
        write_result("".join(f"{line}{end}" for line in some).encode("utf-8", "surrogateescape"))


def terminal() -> tuple[int, bool]:
    """Columns of a line on stdout, and whether it may have colours: on a terminal, and not with ``NO_COLOR``.

    Source: no-color.org.
    """
    width = max(NARROWEST, shutil.get_terminal_size((UNCUT, 24)).columns)
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    return width, on_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def settings_from(config: Path | None) -> Settings:
    """The settings of a TOML file, at its top level or in a table ``[settings]``; the defaults without a file.

    Raises:
        SettingsError: the file is missing, is not TOML, or holds a setting that is unknown or out of range.
    """
    if config is None:
        return Settings()
    try:
        values = tomllib.loads(config.read_text("utf-8-sig"))
    except OSError as problem:
        raise SettingsError(f"cannot read {config}: {problem.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{config} is not TOML: {problem}") from None
    try:
        nested = values.pop("settings", {})
        return Settings.from_dict({**values, **(nested if isinstance(nested, dict) else {"settings": nested})})
    except SettingsError as problem:
        raise SettingsError(f"{config}: {problem}") from None


@contextmanager
def progress_bar(*, quiet: bool) -> "Iterator[ProgressBar | None]":
    """A progress bar while this lasts, on a terminal and unless told to be quiet."""
    bar = ProgressBar() if sys.stderr.isatty() and not quiet else None
    try:
        yield bar
    finally:
        if bar:
            bar.close()


def say_unreadable(unreadable: Sequence[tuple[str, str]], *, all_of_them: bool, quiet: bool = False) -> None:
    """Name on stderr what could not be read, by path and reason, the first few or all; only count it when quiet."""
    shown = unreadable if all_of_them else unreadable[:SHOWN_UNREADABLE]
    for path, reason in shown:
        say(f"unreadable: {printable(path)}: {printable(reason)}", quiet=quiet, level=WARNING)
    if len(shown) < len(unreadable):
        say(f"and {len(unreadable) - len(shown):,} more; the report lists all", quiet=quiet, level=WARNING)
    if quiet and unreadable:
        path, reason = unreadable[0]
        told = f"{printable(path)}: {printable(reason)}"
        say(f"dedup: {len(unreadable):,} unreadable, the first {told}; the report lists all", log=False)


class ProgressBar:
    """A line on stderr that counts articles and names the stage at work."""

    def __init__(self) -> None:
        from tqdm import tqdm  # noqa: PLC0415  only needed on a terminal

        tqdm.monitor_interval = 0  # no thread of its own: worker processes are about to start
        self._bar = tqdm(unit=" articles", file=sys.stderr, leave=False, desc="reading")

    def __call__(self, stage: str, articles: int) -> None:
        """Show where the scan is."""
        self._bar.set_description_str(stage, refresh=False)
        self._bar.update(articles - self._bar.n)
        self._bar.refresh()

    def close(self) -> None:
        """Remove the line."""
        self._bar.close()
