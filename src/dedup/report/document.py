"""The report as JSON, and as a file that is written whole or not at all."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dedup.model import Report, SetAsidePart, SetAsideTable
from dedup.report.files import write_whole

ROWS_AT_ONCE = 1024


def to_json(report: Report) -> bytes:
    """The report as JSON in UTF-8, indented, with a line end."""
    return b"".join(pieces(report))


def pieces(report: Report) -> Iterator[bytes | memoryview]:
    """The same in pieces, for whom it would take time to join them: new memory costs more than what goes there."""
    whole = orjson.dumps(report, _left_out, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    at, table = whole.find(_LEFT_OUT), report.set_aside
    if at < 0 or not isinstance(table, SetAsideTable):
        yield whole
        return
    yield memoryview(whole)[:at]
    yield from _list(_entries(table))
    yield memoryview(whole)[at + len(_LEFT_OUT) :]


_LEFT_OUT = b"\0"
"""Where something is to be put in: a byte that stands nowhere in JSON."""


def _left_out(value: Any) -> orjson.Fragment:
    """What is kept as columns and written row by row: a noun for each of a million articles at once would not fit."""
    if not isinstance(value, SetAsideTable):
        raise TypeError(f"{type(value).__name__} has no place in a report")
    return orjson.Fragment(_LEFT_OUT)


def set_aside_entries(table: SetAsideTable) -> bytes:
    """The entries of articles in the list of what was set aside, as they stand there; of one article at least."""
    return b",\n    ".join(_entries(table))


def _entries(table: SetAsideTable) -> Iterator[bytes]:
    """The same, some articles at a time."""
    opening = [b"%s:[[" % orjson.dumps(name) for name in table.names]
    for at in range(0, len(table), ROWS_AT_ONCE):
        yield _lines(table.part(at, at + ROWS_AT_ONCE), opening)


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


def entry(value: Any) -> bytes:
    """An entry of a list of the report, as it stands there."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).replace(
        b"\n", b"\n    "
    )  # strings have no line ends in JSON


def streamed(parts: Mapping[str, Any]) -> Iterator[bytes]:
    """A report as ``to_json`` gives it, piece by piece.

    Args:
        parts: the parts of the report in order. An iterator gives a list: entries as ``entry`` has them, one or
            several at a time.
    """
    between = b"{\n"
    for name, value in parts.items():
        yield b'%s  "%s": ' % (between, name.encode())
        if isinstance(value, Iterator):
            yield from _list(value)
        else:
            yield orjson.dumps(value, option=orjson.OPT_INDENT_2).replace(b"\n", b"\n  ")
        between = b",\n"
    yield b"\n}\n"


def _list(entries: Iterator[bytes]) -> Iterator[bytes]:
    opening = b"[\n    "
    for some in entries:
        yield opening
        yield some
        opening = b",\n    "
    yield b"\n  ]" if opening[:1] == b"," else b"[]"


def write(report: Report, target: Path) -> None:
    """Write the report, as ``write_whole`` does."""
    write_whole(pieces(report), target, "the report")
