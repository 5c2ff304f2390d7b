"""Breaking a run at the nth of the calls by which it changes what is on the disk."""

import errno
import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Break = Callable[[], None]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def no_room() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_room_in_sqlite() -> None:
    raise sqlite3.OperationalError("database or disk is full")


class Breaker:
    """Counts the calls, and breaks the one that it is told to, or all from there on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, at: int, how: Break = die, sqlite: Break = die) -> None:
        self.calls: list[str] = []
        self.lasting = how is not die
        self._patch, self._at, self._how, self._sqlite = monkeypatch, at, how, sqlite
        for name in (
            ("fsync", "mkdir") if self.lasting else ("fsync", "mkdir", "replace", "unlink", "ftruncate", "chmod")
        ):
            self._wrap(os, name)
        self._wrap(tempfile, "mkstemp")
        self._copy(shutil.copyfile)
        self._open(Path.open, os.fdopen)
        self._connect(sqlite3.connect)

    def meet(self, name: str, half: Break = lambda: None, how: Break | None = None) -> None:
        """One call; of a write, half is done and the rest is not."""
        self.calls.append(name)
        if len(self.calls) == self._at or (self.lasting and len(self.calls) > self._at):
            if len(self.calls) % 2:
                half()
            (how or self._how)()

    def _wrap(self, module: Any, name: str) -> None:
        before = getattr(module, name)

        def broken(*args: Any, **named: Any) -> Any:
            self.meet(name)
            return before(*args, **named)

        self._patch.setattr(module, name, broken)

    def _copy(self, before: Callable[[Path, Path], Any]) -> None:
        def broken(source: Path, target: Path) -> Any:
            data = source.read_bytes()
            self.meet("copyfile", lambda: os.truncate(os.open(target, os.O_CREAT | os.O_RDWR), len(data) // 2))
            return before(source, target)

        self._patch.setattr(shutil, "copyfile", broken)

    def _open(self, before: Callable[..., Any], fdopen: Callable[..., Any]) -> None:
        self._patch.setattr(
            Path, "open", lambda path, mode="r", *a, **b: self._file(before(path, mode, *a, **b), mode)
        )
        self._patch.setattr(os, "fdopen", lambda fd, mode="r", *a, **b: self._file(fdopen(fd, mode, *a, **b), mode))

    def _file(self, file: Any, mode: str) -> Any:
        return file if mode in ("r", "rb") else Writing(file, self)

    def _connect(self, before: Callable[..., sqlite3.Connection]) -> None:
        meet, how = self.meet, self._sqlite

        class Broken(sqlite3.Connection):
            def execute(self, *args: Any) -> sqlite3.Cursor:
                meet("".join(args[0].split()[:1]), how=how)
                return super().execute(*args)

            def executemany(self, *args: Any) -> sqlite3.Cursor:
                meet("".join(args[0].split()[:1]), how=how)
                return super().executemany(*args)

        def connect(path: Path | str, **named: Any) -> sqlite3.Connection:
            return before(path, **named) if "uri" in named else before(path, factory=Broken, **named)

        self._patch.setattr(sqlite3, "connect", connect)


class Writing:
    """A file that is written to."""

    def __init__(self, file: Any, breaker: Breaker) -> None:
        self._file, self._breaker = file, breaker

    def write(self, data: Any) -> int:
        def half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        self._breaker.meet("write", half)
        return int(self._file.write(data))

    def flush(self) -> None:
        self._breaker.meet("flush")
        self._file.flush()

    def truncate(self, size: int) -> None:
        self._breaker.meet("truncate")
        self._file.truncate(size)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "Writing":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
