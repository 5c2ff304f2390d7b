"""Entries: the rows of the frame of inputs, and the sizes in which they come."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from dedup.settings import MEBIBYTE

WORK, FILE, LINE = "work", "file", "line"
"""Something for a machine to read by itself; a file that was brought to it; a line of one."""

SCHEMA = "key string, kind string, path string, size long, line long, value binary"
"""``key`` of the row; ``path`` of the file where one was brought; ``size`` of its bytes, or those of the line;
``line`` the number of the first one in this row's part of the file; ``value`` the work, the bytes, or null for a line
that is too long."""

ARROW = pa.schema(
    [
        ("key", pa.string()),
        ("kind", pa.string()),
        ("path", pa.string()),
        ("size", pa.int64()),
        ("line", pa.int64()),
        ("value", pa.binary()),
    ]
)


class Entry(NamedTuple):
    """A row in Python."""

    key: str
    kind: str
    path: str
    size: int
    line: int
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How inputs are cut; nothing of it changes an article."""

    split: int = 64 * MEBIBYTE
    """Bytes from which a JSON Lines file is read by several tasks, and the most that one of them reads of it."""

    task: int = 64 * MEBIBYTE
    """Bytes of smaller files that a task reads."""

    item: int = 8 * MEBIBYTE
    """Bytes of brought files in an item."""

    files: int = 512
    """Brought files in an item."""

    whole: int = 1024 * MEBIBYTE
    """The largest file that is brought whole. Spark has it in one row, which holds no 2 GiB."""


SIZES = Sizes()


def table(rows: list[Entry]) -> Any:
    """Entries as an Arrow table."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in ARROW)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, ARROW, strict=True)], ARROW)
