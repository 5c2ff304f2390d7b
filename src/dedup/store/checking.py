"""Whether a state is sound: whether its database and columns are as they were written, and fit each other.

Each problem is one line. A state that is sound may have leftovers, which do no harm: the next run clears them.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import orjson

from dedup.columns import I64
from dedup.errors import StateError
from dedup.model import CHANGES
from dedup.store.history import read_learned, read_measures, read_runs
from dedup.store.kept import KeptPiece, read_articles, read_pieces
from dedup.store.shelf import BOUNDS, COLUMNS, REMEDY, STEMS, Shelf
from dedup.store.state import contract_of, shelf_of

UNREADABLE = (sqlite3.Error, ValueError, TypeError, KeyError, OverflowError)
"""What reading a damaged table may raise."""

NAMES = (*COLUMNS, BOUNDS, STEMS)
"""The files of a shelf."""

HISTORY = {
    "articles were first seen in a run that is not remembered": (
        "SELECT id AS name FROM seen WHERE first_run NOT IN (SELECT number FROM runs)"
    ),
    "articles were seen last before they were seen first": "SELECT id AS name FROM seen WHERE last_run < first_run",
    "articles were seen after the last run": (
        "SELECT id AS name FROM seen WHERE last_run >= (SELECT coalesce(max(number), 0) FROM runs)"
    ),
    "members of clusters stand in a cluster that is not there": (
        "SELECT article AS name FROM members WHERE cluster NOT IN (SELECT id FROM clusters)"
    ),
    "members of clusters were not seen by the last run": (
        "SELECT article AS name FROM members WHERE article NOT IN (SELECT id FROM seen WHERE last_run IS NULL)"
    ),
    "clusters have less than two members": (
        "SELECT id AS name FROM clusters WHERE id NOT IN "
        "(SELECT cluster FROM members GROUP BY cluster HAVING count(*) > 1)"
    ),
    "changes are those of a run that is not remembered": (
        "SELECT run || ':' || place AS name FROM changes WHERE run NOT IN (SELECT number FROM runs)"
    ),
}
"""What shall not be, each with a query that gives the names of those that are so nevertheless."""


def problems(path: Path, opened: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with a state; nothing if it is sound. Looks at every byte of it.

    Args:
        path: of its file, for messages and to find its columns.
        opened: its database.
    """
    for name, part in PARTS.items():
        try:
            yield from part(path, opened)
        except UNREADABLE as problem:
            yield f"{path}: {name} cannot be read: {problem}"


def leftovers(path: Path, opened: sqlite3.Connection) -> Iterator[str]:
    """What a run that did not come to its end left beside a state, each file in a line."""
    part = path.with_name(f"{path.name}-new")
    if part.exists():
        yield f"{part} ({part.stat().st_size:,} bytes)"
    shelf = shelf_of(path, opened)
    lengths = dict.fromkeys((f"{shelf.generation}.{name}" for name in NAMES), 0)
    for one in shelf.segments:
        file_name = f"{shelf.generation}.{one.file}"
        lengths[file_name] = max(lengths[file_name], one.stop)
    for file in sorted(shelf.folder.iterdir()) if shelf.folder.is_dir() else ():
        left = file.stat().st_size - lengths.get(file.name, 0)
        if file.name not in lengths or left > 0:
            behind = " at its end" if lengths.get(file.name) else ""
            yield f"{file} ({left:,} bytes{behind})"


def _of_database(path: Path, opened: sqlite3.Connection) -> Iterator[str]:
    for (told,) in opened.execute("PRAGMA integrity_check"):
        if told != "ok":
            yield f"{path}: {' '.join(told.split())}"
    contract_of(opened)


def _of_columns(path: Path, opened: sqlite3.Connection) -> Iterator[str]:
    shelf = shelf_of(path, opened)
    for name in NAMES:
        segments = sorted((one for one in shelf.segments if one.file == name), key=lambda one: one.start)
        stops = [0, *(one.stop for one in segments)]
        if any(one.start != stop or one.stop < stop for one, stop in zip(segments, stops, strict=False)):
            yield f"{path}: the parts of the column {name} do not follow each other"
        try:
            Shelf(shelf.folder, shelf.generation, segments).check()
        except StateError as problem:
            yield str(problem).partition(REMEDY)[0].rstrip(" :;")


def _of_rows(path: Path, opened: sqlite3.Connection) -> Iterator[str]:
    """Every row of a piece is that of an article, no other piece's, and on the shelf; every article is a piece's."""
    shelf, pieces, (articles, heads) = shelf_of(path, opened), read_pieces(opened), read_articles(opened)
    for markers in heads.markers:
        len(markers)  # which reads them
    inside = [piece for piece in pieces if _is_inside(piece, shelf.rows)]
    for piece in pieces:
        if not _is_inside(piece, shelf.rows):
            last = piece.first_row + piece.articles - 1
            yield f"{path}: {_named(piece)} has rows {piece.first_row} to {last}, the columns have {shelf.rows:,}"
    holders = _holders(inside, shelf.rows)
    there = np.zeros(shelf.rows, bool)
    outside = articles[(articles < 0) | (articles >= shelf.rows)]
    there[articles[(articles >= 0) & (articles < shelf.rows)]] = True
    yield from _some(path, "rows are those of several pieces", np.flatnonzero(holders > 1), inside)
    yield from _some(path, "rows of pieces are those of no article", np.flatnonzero((holders > 0) & ~there), inside)
    yield from _some(path, "articles are those of no piece", np.flatnonzero((holders == 0) & there), inside)
    yield from _some(path, "articles are not in the columns", outside, inside)


def _is_inside(piece: KeptPiece, rows: int) -> bool:
    return piece.articles == 0 or 0 <= piece.first_row < piece.first_row + piece.articles <= rows


def _holders(pieces: list[KeptPiece], rows: int) -> I64:
    """Shape (rows,): to how many pieces each row belongs."""
    steps = np.zeros(rows + 1, np.int64)
    np.add.at(steps, [one.first_row for one in pieces if one.articles], 1)
    np.add.at(steps, [one.first_row + one.articles for one in pieces if one.articles], -1)
    holders: I64 = np.cumsum(steps)[:rows]
    return holders


def _some(path: Path, what: str, rows: I64, pieces: list[KeptPiece]) -> Iterator[str]:
    if len(rows):
        first = int(rows[0])
        of = next((piece for piece in pieces if piece.first_row <= first < piece.first_row + piece.articles), None)
        yield f"{path}: {len(rows):,} {what}, such as row {first}{f' of {_named(of)}' if of else ''}"


def _named(piece: KeptPiece) -> str:
    return f"{piece.root}/{piece.path}" + (f" from line {piece.first_line}" if piece.first_line else "")


def _of_findings(path: Path, opened: sqlite3.Connection) -> Iterator[str]:
    read_learned(opened)
    read_measures(opened)
    rows = shelf_of(path, opened).rows
    yield from _odd(path, opened, "examples of footers are not in the columns",
                    f"SELECT footer AS name FROM examples WHERE row NOT BETWEEN 0 AND {rows - 1}")  # fmt: skip


def _of_history(path: Path, opened: sqlite3.Connection) -> Iterator[str]:
    read_runs(opened)
    for what, query in HISTORY.items():
        yield from _odd(path, opened, what, query)
    for run, place, change in opened.execute("SELECT run, place, change FROM changes"):
        if orjson.loads(change)["change"] not in CHANGES:
            yield f"{path}: change {run}:{place} is of no known kind"


def _odd(path: Path, opened: sqlite3.Connection, what: str, query: str) -> Iterator[str]:
    count, first = opened.execute(f"SELECT count(*), min(name) FROM ({query})").fetchone()
    if count:
        yield f"{path}: {count:,} {what}, such as {first}"


PARTS: dict[str, Callable[[Path, sqlite3.Connection], Iterator[str]]] = {
    "the database": _of_database,
    "what it tells of the columns": _of_columns,
    "what it tells of articles": _of_rows,
    "what it tells of footers and pairs": _of_findings,
    "what it tells of runs and clusters": _of_history,
}
"""What is looked at, one after the other."""
