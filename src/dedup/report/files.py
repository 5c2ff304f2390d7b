"""Files that are at any moment the old one or the new one, never a part."""

import errno
import fcntl
import os
import re
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dedup.errors import OutputError

PART = ".part"


def write_whole(content: bytes | Iterable[bytes | memoryview], target: Path, what: str) -> None:
    """Write a file so that ``target`` is at any moment the old file or the new one, never a part.

    A symbolic link stays and its file is replaced; a pipe or device is written to. A new file may be read by
    whomever the umask lets.

    Args:
        content: all that is to be in the file, or its pieces.
        target: where it goes.
        what: what it is, for messages.

    Raises:
        OutputError: the folder is missing or not writable, the disk is full.
    """
    real, pieces = Path(os.path.realpath(target)), [content] if isinstance(content, bytes) else content
    try:
        if real.exists() and not stat.S_ISREG(real.stat().st_mode):
            if real.is_dir():
                raise OutputError(f"cannot write {what} to {target}: it is a folder; name a file")
            with real.open("wb") as pipe:
                pipe.writelines(pieces)
            return
        _replace(real, pieces)
    except OSError as problem:
        raise OutputError(
            f"cannot write {what} to {target}: {problem.strerror or problem}{_remedy(problem)}"
        ) from None


def _remedy(problem: OSError) -> str:
    return "; make room, and run again" if problem.errno in (errno.ENOSPC, errno.EDQUOT) else ""


def _replace(target: Path, pieces: Iterable[bytes | memoryview]) -> None:
    prefix = f".{target.name[:100]}."
    _sweep(target.parent, prefix)
    handle, name = _locked_part(target.parent, prefix)
    try:
        with os.fdopen(handle, "wb") as part:
            part.writelines(pieces)
            part.flush()
            os.fsync(part.fileno())
        os.umask(mask := os.umask(0))
        Path(name).chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~mask)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _locked_part(folder: Path, prefix: str) -> tuple[int, str]:
    """A file to write to, locked as long as its writer lives, and its path."""
    while True:
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=PART, dir=folder)
        with suppress(OSError):  # a file system without locks, where leftovers stay
            fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink:
            return handle, name
        os.close(handle)  # swept away by another writer before it was locked


def _sweep(folder: Path, prefix: str) -> None:
    """Delete the parts of writers that were killed."""
    leftover = re.compile(re.escape(prefix) + r"[a-z0-9_]{8}" + re.escape(PART))  # as mkstemp names them
    for path in folder.iterdir():
        if leftover.fullmatch(path.name):
            with suppress(OSError), path.open("rb") as part:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def check_writable(target: Path, what: str = "the report") -> None:
    """Raise OutputError at once if a file could not be written there later, after hours of work."""
    real = Path(os.path.realpath(target))
    if real.is_dir():
        raise OutputError(f"cannot write {what} to {target}: it is a folder; name a file")
    if not real.parent.is_dir():
        raise OutputError(f"cannot write {what} to {target}: there is no folder {real.parent}; make it first")
    in_place = real.exists() and not real.is_file()  # a pipe or a device
    if not os.access(real if in_place else real.parent, os.W_OK):
        named = real if in_place else f"folder {real.parent}"
        raise OutputError(f"cannot write {what} to {target}: {named} is not writable")
