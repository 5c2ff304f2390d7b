"""What a state remembers of what was read: pieces and articles, and how they are written and read."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import orjson

from dedup.columns import I64
from dedup.model import Heads, Marker, Unreadable


class Stamp(NamedTuple):
    """What the system says of a file without opening it."""

    size: int
    modified_ns: int
    """Time of the last change of its content, as far as it can be believed; nanoseconds since 1970."""

    changed_ns: int
    """Time of the last change of the file in any way, set by the system alone."""

    inode: int


def stamp_of(found: os.stat_result) -> Stamp:
    """The stamp of a file."""
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@dataclass(slots=True)
class KeptPiece:
    """A piece that was read: a file, or a block of lines of a large one."""

    root: str
    path: str
    first_line: int
    """Of a block, from 1; 0 for a file, whether it was read whole or in blocks."""

    stamp: Stamp | None
    """Of a file; None for a block."""

    settled: bool
    """Whether whoever writes the file from now on leaves another stamp, so that an equal one tells of no change."""

    digest: bytes
    """Of what was read; empty of a file that was read in blocks, or must be read again."""

    first_row: int
    articles: int
    """Its articles are the rows ``first_row`` to ``first_row + articles - 1``."""

    unreadable: list[Unreadable]
    number: int = -1
    """In the state; -1 for one that is not in it yet."""


class KeptMarkers(Sequence[Marker]):
    """The markers of an article, made when they are asked for: most articles are in no cluster."""

    __slots__ = ("_made", "_text")

    def __init__(self, text: str) -> None:
        """``text`` is JSON: an array of arrays."""
        self._text = text
        self._made: Sequence[Marker] = ()

    def _markers(self) -> Sequence[Marker]:
        if not self._made:
            self._made = tuple(Marker(*one) for one in orjson.loads(self._text))
        return self._made

    def __len__(self) -> int:
        return len(self._markers())

    def __getitem__(self, at: Any) -> Any:
        return self._markers()[at]

    def __iter__(self) -> Iterator[Marker]:
        return iter(self._markers())


class KeptArticles(NamedTuple):
    """The articles of a state, in order of rows."""

    rows: I64
    heads: Heads


def read_pieces(opened: sqlite3.Connection) -> list[KeptPiece]:
    """All pieces of a state."""
    found = opened.execute(
        "SELECT root, path, first_line, size, modified_ns, changed_ns, inode, settled, digest, first_row, articles, "
        "unreadable, number FROM pieces"
    )
    roots: dict[bytes, str] = {}
    pieces = []
    for root, path, first_line, size, *times, settled, digest, first_row, articles, unreadable, number in found:
        if root not in roots:
            roots[root] = os.fsdecode(root)
        stamp = None if size is None else Stamp(size, *times)
        bad = [Unreadable(*one) for one in orjson.loads(unreadable)] if unreadable else []
        pieces.append(
            KeptPiece(
                roots[root], os.fsdecode(path), first_line, stamp, bool(settled), digest, first_row, articles, bad,
                number,
            )
        )  # fmt: skip
    return pieces


def write_pieces(opened: sqlite3.Connection, pieces: Iterable[KeptPiece]) -> None:
    """Write pieces that are new or changed; those without a number get one."""
    (last,) = opened.execute("SELECT coalesce(max(number), -1) FROM pieces").fetchone()
    numbers = count(last + 1)
    opened.executemany(
        f"INSERT OR REPLACE INTO pieces VALUES ({', '.join('?' * 13)})",
        (
            (
                next(numbers) if one.number < 0 else one.number, os.fsencode(one.root), os.fsencode(one.path),
                one.first_line, *(one.stamp or (None,) * 4), one.settled, one.digest, one.first_row, one.articles,
                orjson.dumps([[bad.path, bad.reason] for bad in one.unreadable]).decode() if one.unreadable else None,
            )
            for one in pieces
        ),
    )  # fmt: skip


def forget_pieces(opened: sqlite3.Connection, pieces: Sequence[KeptPiece]) -> None:
    """Take pieces of the state and their articles out of it."""
    opened.executemany("DELETE FROM pieces WHERE number = ?", ((one.number,) for one in pieces))
    opened.executemany(
        "DELETE FROM articles WHERE row BETWEEN ? AND ?",
        ((one.first_row, one.first_row + one.articles - 1) for one in pieces),
    )


def read_articles(opened: sqlite3.Connection, rows: Sequence[int] | None = None) -> KeptArticles:
    """All articles of a state, or those of some rows, in order of rows."""
    select = "SELECT row, id, path, title, source, published, markers, url, canonical, author, publisher, based_on"
    if rows is None:
        found = opened.execute(f"{select} FROM articles ORDER BY row").fetchall()
    else:
        found = [opened.execute(f"{select} FROM articles WHERE row = ?", (row,)).fetchone() for row in sorted(rows)]
    if not found:
        return KeptArticles(np.empty(0, np.int64), Heads())
    numbers, ids, paths, titles, sources, published, markers, *rest = map(list, zip(*found, strict=True))
    same: dict[Any, Any] = {}
    paths = [id_ if path is None else path for id_, path in zip(ids, paths, strict=True)]
    paths, sources = ([same.setdefault(text, text) for text in column] for column in (paths, sources))
    told: list[Sequence[Marker]] = [KeptMarkers(text) if text else () for text in markers]
    return KeptArticles(np.array(numbers, np.int64), Heads(ids, paths, titles, sources, published, told, *rest))


def read_rows(opened: sqlite3.Connection) -> I64:
    """The rows of all articles, ascending."""
    return np.array([row for (row,) in opened.execute("SELECT row FROM articles ORDER BY row")], np.int64)


def write_articles(opened: sqlite3.Connection, heads: Heads, first_row: int) -> None:
    """Write articles in rows from a first one on."""
    columns = (
        count(first_row), heads.ids,
        (None if path == id_ else path for id_, path in zip(heads.ids, heads.paths, strict=True)),
        heads.titles, heads.sources, heads.published, map(_told, heads.markers), heads.urls, heads.canonicals,
        heads.authors, heads.publishers, heads.based_on,
    )  # fmt: skip
    opened.executemany(f"INSERT INTO articles VALUES ({', '.join('?' * 12)})", zip(*columns, strict=False))


def renumber_articles(opened: sqlite3.Connection, rows: I64) -> None:
    """Give the articles of some rows, ascending, which are all that there are, the rows from 0 on."""
    moves = [(new, old) for new, old in enumerate(rows.tolist()) if new != old]
    opened.executemany("UPDATE articles SET row = ? WHERE row = ?", moves)  # each moves down to a row that is free


def _told(markers: Sequence[Marker]) -> str | None:
    if not markers:
        return None
    return orjson.dumps([[one.kind, one.value, one.start, one.stop] for one in markers]).decode()
