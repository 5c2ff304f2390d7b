"""What a person's question asks of a state: of a few articles, and of no more than that."""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import orjson

from dedup.columns import I64, Bool
from dedup.model import Heads
from dedup.store.kept import read_articles

_NUMBERED = re.compile(r".+#.+#\d+", re.DOTALL)


def living(opened: sqlite3.Connection, rows: I64) -> Bool:
    """Which of some rows hold articles that are there, shape (rows,)."""
    found = (opened.execute("SELECT 1 FROM articles WHERE row = ?", (row,)).fetchone() for row in rows.tolist())
    return np.fromiter((one is not None for one in found), np.bool_, len(rows))


def heads_of(opened: sqlite3.Connection, rows: Sequence[int]) -> Heads:
    """The heads of the articles in some rows, ascending, by the ids that the last report calls them.

    It puts the path before an id that stands twice in the collection.
    """
    heads = read_articles(opened, rows).heads
    longer = [f"{path}#{id_}" for path, id_ in zip(heads.paths, heads.ids, strict=True)]
    seen = zip(_seen(opened, heads.ids), _seen(opened, longer), strict=True)
    ids = [
        name if long and not short else id_ for id_, name, (short, long) in zip(heads.ids, longer, seen, strict=True)
    ]
    return replace(heads, ids=ids)


def _seen(opened: sqlite3.Connection, ids: Iterable[str]) -> list[bool]:
    """Which ids the last run gave to an article."""
    select = "SELECT 1 FROM seen WHERE id = ? AND last_run IS NULL"
    return [opened.execute(select, (id_,)).fetchone() is not None for id_ in ids]


def articles_called(opened: sqlite3.Connection, name: str) -> list[tuple[int, str]]:
    """The rows and paths of the articles that a name may mean, in order of rows.

    Names are ids; else a path, ``#`` and the id there, with the number behind it that the last report may have put.
    One pass over the articles, as there is no index of their ids: some 10 ms for 100,000 of them.
    """
    select = "SELECT row, coalesce(path, id) FROM articles WHERE id = ?"
    if found := opened.execute(f"{select} ORDER BY row", (name,)).fetchall():
        return found
    longer = name.rpartition("#")[0] if _NUMBERED.fullmatch(name) and was_in_last_run(opened, name) else name
    splits = [(longer[at + 1 :], longer[:at]) for at, mark in enumerate(longer) if mark == "#"]
    rows = (opened.execute(f"{select} AND coalesce(path, id) = ?", split).fetchall() for split in splits)
    return sorted(row for some in rows for row in some)


def was_in_last_run(opened: sqlite3.Connection, id_: str) -> bool:
    """Whether the last report that a run wrote calls an article by this id, in a cluster or not."""
    return _seen(opened, [id_])[0]


def ids_of_last_run(opened: sqlite3.Connection, most: int) -> list[str]:
    """The ids of the last run's articles, in order, up to so many."""
    found = opened.execute("SELECT id FROM seen WHERE last_run IS NULL ORDER BY id LIMIT ?", (most,))
    return [id_ for (id_,) in found]


def articles_of_last_run(opened: sqlite3.Connection) -> int:
    """How many articles the last run that came to its end had; 0 if there is none."""
    found = opened.execute("SELECT counts FROM runs ORDER BY number DESC LIMIT 1").fetchone()
    return int(orjson.loads(found[0])["articles"]) if found else 0
