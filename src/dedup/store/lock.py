"""The lock on a state: one run at a time, and whoever comes second is told who is at work.

The kernel's lock on a file beside the state (``flock``), so that it ends with the process that holds it, however that
ends. It lies beside the state and not on it, since a state may be replaced by another file. Time is read here only
for people and for waiting; nothing in a report depends on it.
"""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

from dedup.errors import StateError, StateLockedError

RETRY_SECONDS = 0.1
MAX_HOLDER_BYTES = 500
_held: set[int] = set()
"""The descriptors of the locks that this process holds."""


def lock_path(state: Path) -> Path:
    """The file that is locked for a state; the same for every way to its folder."""
    return Path(f"{os.path.realpath(state)}-lock")


@contextmanager
def locked(state: Path, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock on a state while this lasts. The file of the lock stays, empty.

    Args:
        state: the path of the state, which need not exist.
        wait_seconds: how long to wait for another run that holds it.

    Raises:
        StateLockedError: another run still holds it, also one in this process; the message says which and since when.
        StateError: there is no such folder, it is not writable, or its file system has no locks.
    """
    try:
        lock = os.open(lock_path(state), os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as problem:
        raise StateError(_unusable(state, problem)) from None
    _held.add(lock)
    try:
        _acquire(lock, state, monotonic() + wait_seconds)
        _name_holder(lock)
        try:
            yield
        finally:
            os.ftruncate(lock, 0)
            fcntl.flock(lock, fcntl.LOCK_UN)  # also for a copy of this process that did not come to let go of it yet
    finally:
        _held.discard(lock)
        os.close(lock)


def held_by(state: Path) -> str | None:
    """Who holds the lock on a state, in words; None if nobody does, or it cannot be known."""
    try:
        lock = os.open(lock_path(state), os.O_RDONLY)
    except OSError:
        return None
    try:
        if os.pread(lock, 1, 0):  # else nobody holds it, and a run that begins now must not meet the lock of a look
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as problem:
        return _holder(lock) if problem.errno in (errno.EAGAIN, errno.EACCES) else None
    else:
        return None
    finally:
        os.close(lock)


def _acquire(lock: int, state: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            if problem.errno not in (errno.EAGAIN, errno.EACCES):
                raise StateError(_unusable(state, problem)) from None
        else:
            return
        left = until - monotonic()
        if left <= 0:
            raise StateLockedError(
                f"{state} is in use by {_holder(lock)}; wait for it with --lock-wait SECONDS, or pass another --state"
            )
        sleep(min(RETRY_SECONDS, left))


def _name_holder(lock: int) -> None:
    told = f"process {os.getpid()} on {socket.gethostname()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n"
    os.ftruncate(lock, 0)
    with suppress(OSError):  # on a full disk it is a lock without a name
        os.pwrite(lock, told.encode(), 0)


def _holder(lock: int) -> str:
    told = os.pread(lock, MAX_HOLDER_BYTES, 0).decode("utf-8", "replace")
    return told.strip() or "another run that has just begun"


def _unusable(state: Path, problem: OSError) -> str:
    folder = lock_path(state).parent
    if not folder.is_dir():
        return f"cannot use the state {state}: there is no folder {folder}; make it first"
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        wanted = lock_path(state) if lock_path(state).exists() else f"the folder {folder}"
        return f"cannot use the state {state}: {wanted} is not writable ({problem.strerror}); a run must write there"
    return f"cannot lock the state {state}: {problem.strerror}; keep it on another file system"


def _let_go() -> None:
    """In a copy of this process, as workers are: it shall not hold the lock when this one is gone."""
    for lock in _held:
        os.close(lock)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)
