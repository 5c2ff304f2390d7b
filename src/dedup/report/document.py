"""The report as a file: written whole or not at all, read back with a check of what it is."""

import errno
import fcntl
import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dedup.errors import OutputError, ReportError
from dedup.model import Report, SetAsidePart, SetAsideTable

FORMAT, VERSION = "dedup-report", 1
ROWS_AT_ONCE = 1024
PART = ".part"
PARTS = {"run": dict, "counts": dict, "clusters": list, "footers": list, "set_aside": list, "unreadable": list}


def to_json(report: Report) -> bytes:
    """The report as JSON in UTF-8, indented, with a line end."""
    return orjson.dumps(report, _rows, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _rows(value: Any) -> orjson.Fragment:
    """What is kept as columns, a line per row: a noun for each of a million articles at once would not fit."""
    if not isinstance(value, SetAsideTable):
        raise TypeError(f"{type(value).__name__} has no place in a report")
    opening = [b"%s:[[" % orjson.dumps(name) for name in value.names]
    parts = (_lines(value.part(at, at + ROWS_AT_ONCE), opening) for at in range(0, len(value), ROWS_AT_ONCE))
    return orjson.Fragment(b"[\n    %s\n  ]" % b",\n    ".join(parts) if len(value) else b"[]")


def _lines(part: SetAsidePart, opening: list[bytes]) -> bytes:
    """Articles, a line each: the places in turn, and before each what stands between it and the one before.

    ``opening`` is how each footer begins. Costs .15 microseconds a place: a third of what nouns would.
    """
    places = orjson.dumps(part.places, option=orjson.OPT_SERIALIZE_NUMPY)[2:-2].split(b"],[")
    between = [b"]],%s" % begin for begin in opening] + [b"],["]
    before = [between[row] for row in np.where(part.again, len(opening), part.rows).tolist()]
    firsts = part.bounds[:-1]
    for id_, first, row in zip(part.ids, firsts.tolist(), part.rows[firsts].tolist(), strict=True):
        before[first] = b']]}},\n    {"id":%s,"footers":{%s' % (orjson.dumps(id_), opening[row])
    before[0] = before[0].removeprefix(b"]]}},\n    ")
    pieces = [b""] * (2 * len(places))
    pieces[::2], pieces[1::2] = before, places
    return b"".join(pieces) + b"]]}}"


def write(report: Report, target: Path) -> None:
    """Write the report, as ``write_whole`` does."""
    write_whole(to_json(report), target, "the report")


def write_whole(content: bytes, target: Path, what: str) -> None:
    """Write a file so that ``target`` is at any moment the old file or the new one, never a part.

    A symbolic link stays and its file is replaced; a pipe or device is written to. A new file may be read by
    whomever the umask lets.

    Args:
        content: all that is to be in the file.
        target: where it goes.
        what: what it is, for messages.

    Raises:
        OutputError: the folder is missing or not writable, the disk is full.
    """
    real = Path(os.path.realpath(target))
    try:
        if real.exists() and not stat.S_ISREG(real.stat().st_mode):
            if real.is_dir():
                raise OutputError(f"cannot write {what} to {target}: it is a folder; name a file")
            real.write_bytes(content)
            return
        _replace(real, content)
    except OSError as problem:
        raise OutputError(
            f"cannot write {what} to {target}: {problem.strerror or problem}{_remedy(problem)}"
        ) from None


def _remedy(problem: OSError) -> str:
    return "; make room, and run again" if problem.errno in (errno.ENOSPC, errno.EDQUOT) else ""


def _replace(target: Path, content: bytes) -> None:
    prefix = f".{target.name[:100]}."
    _sweep(target.parent, prefix)
    handle, name = _locked_part(target.parent, prefix)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
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


def read(source: Path) -> dict[str, Any]:
    """A report as plain values.

    Raises:
        ReportError: the file is missing, is not JSON, or is no report of this version.
    """
    try:
        document = orjson.loads(source.read_bytes())
    except OSError as problem:
        raise ReportError(f"cannot read {source}: {problem.strerror}") from None
    except orjson.JSONDecodeError as problem:
        raise ReportError(f"{source} is not JSON ({problem}); wanted a report that 'dedup scan' wrote") from None
    found = (document.get("format"), document.get("version")) if isinstance(document, dict) else (None, None)
    if found != (FORMAT, VERSION):
        raise ReportError(f"{source} is no report of format {FORMAT}, version {VERSION}")
    if missing := [name for name, kind in PARTS.items() if not isinstance(document.get(name), kind)]:
        raise ReportError(f"{source} is a damaged report: {', '.join(missing)} missing; scan once more")
    return dict(document)
