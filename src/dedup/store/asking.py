"""What a person's question asks of a state: of a few articles, and of no more than that."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import orjson

from dedup.columns import I64, Bool
from dedup.model import Heads
from dedup.store.kept import read_articles


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


def articles_of_last_run(opened: sqlite3.Connection) -> int:
    """How many articles the last run that came to its end had; 0 if there is none."""
    found = opened.execute("SELECT counts FROM runs ORDER BY number DESC LIMIT 1").fetchone()
    return int(orjson.loads(found[0])["articles"]) if found else 0
