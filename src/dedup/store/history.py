"""What a state remembers of earlier runs: when each article was seen first, the clusters of the last run, what
changed in each, and the footers that the last one learned."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from dedup.columns import U32
from dedup.model import Remembered

MOST_BYTES = 900_000_000
"""The largest table of measures that is remembered: SQLite takes values of up to a billion bytes."""


class PastRun(NamedTuple):
    """A run that came to its end."""

    number: int
    id: str
    started: str
    finished: str
    seconds: float
    paths: list[str]
    counts: dict[str, int]


class Sightings(NamedTuple):
    """When articles were there, by their ids; runs by their numbers."""

    first_run: dict[str, int]
    """Of each article of the last run, the run that met it first."""

    gone: dict[str, tuple[int, int]]
    """Of each article that the last run did not find, the run that met it first, and the last one."""


class LearnedFooter(NamedTuple):
    """A footer that the last run learned."""

    name: str
    words: U32


def read_runs(opened: sqlite3.Connection) -> list[PastRun]:
    """All runs that are remembered, in order."""
    found = opened.execute("SELECT number, id, started, finished, seconds, paths, counts FROM runs ORDER BY number")
    return [
        PastRun(number, id_, started, finished, seconds, orjson.loads(paths), orjson.loads(counts))
        for number, id_, started, finished, seconds, paths, counts in found
    ]


def write_run(opened: sqlite3.Connection, run: PastRun) -> None:
    """Add a run."""
    values = (*run[:5], orjson.dumps(run.paths).decode(), orjson.dumps(run.counts).decode())
    opened.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def read_sightings(opened: sqlite3.Connection) -> Sightings:
    """Of each article that was ever seen, as far as it is remembered."""
    there = dict(opened.execute("SELECT id, first_run FROM seen WHERE last_run IS NULL"))
    gone = opened.execute("SELECT id, first_run, last_run FROM seen WHERE last_run IS NOT NULL")
    return Sightings(there, {id_: (first, last) for id_, first, last in gone})


def write_sightings(opened: sqlite3.Connection, changed: Sightings) -> None:
    """Note articles that are new or came back, and those that are gone."""
    rows = chain(
        ((id_, first, None) for id_, first in changed.first_run.items()),
        ((id_, *runs) for id_, runs in changed.gone.items()),
    )
    opened.executemany("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", rows)


def read_clusters(opened: sqlite3.Connection) -> list[Remembered]:
    """The clusters of the last run, in order of id."""
    members: dict[str, list[str]] = {}
    for article, cluster in opened.execute("SELECT article, cluster FROM members"):
        members.setdefault(cluster, []).append(article)
    found = opened.execute("SELECT id, first_seen FROM clusters")
    return [Remembered(id_, first_seen, members.get(id_, [])) for id_, first_seen in found]


def write_clusters(opened: sqlite3.Connection, clusters: Sequence[Remembered]) -> None:
    """Put the clusters of a run in the place of those of the run before."""
    opened.execute("DELETE FROM clusters")
    opened.execute("DELETE FROM members")
    opened.executemany("INSERT INTO clusters VALUES (?, ?)", ((one.id, one.first_seen) for one in clusters))
    opened.executemany(
        "INSERT INTO members VALUES (?, ?)", ((member, one.id) for one in clusters for member in one.members)
    )


def cluster_of(opened: sqlite3.Connection, articles: Sequence[str]) -> list[str | None]:
    """The id of the cluster that each of some articles was in at the last run."""
    found = (opened.execute("SELECT cluster FROM members WHERE article = ?", (id_,)).fetchone() for id_ in articles)
    return [row[0] if row else None for row in found]


def write_changes(opened: sqlite3.Connection, run: int, changes: Sequence[Mapping[str, Any]]) -> None:
    """Note what a run changed in clusters, in order."""
    rows = ((run, place, orjson.dumps(change).decode()) for place, change in enumerate(changes))
    opened.executemany("INSERT INTO changes VALUES (?, ?, ?)", rows)


def read_changes(opened: sqlite3.Connection, runs: Iterable[int]) -> Iterable[str]:
    """The changes of runs, each as JSON on one line, in order of runs."""
    for run in runs:
        for (change,) in opened.execute("SELECT change FROM changes WHERE run = ? ORDER BY place", (run,)):
            yield change


def read_learned(opened: sqlite3.Connection) -> list[LearnedFooter]:
    """The footers that the last run learned, in its order."""
    found = opened.execute("SELECT name, words FROM learned ORDER BY place")
    return [LearnedFooter(name, np.frombuffer(words, np.uint32)) for name, words in found]


def write_learned(opened: sqlite3.Connection, footers: Iterable[LearnedFooter]) -> None:
    """Put the learned footers of a run in the place of those of the run before."""
    opened.execute("DELETE FROM learned")
    rows = ((place, one.name, one.words.tobytes()) for place, one in enumerate(footers))
    opened.executemany("INSERT INTO learned VALUES (?, ?, ?)", rows)


def read_examples(opened: sqlite3.Connection) -> dict[str, tuple[int, str]]:
    """Of footers of the last run, by key, the row of an article that holds it, and its text there."""
    return {footer: (row, text) for footer, row, text in opened.execute("SELECT footer, row, text FROM examples")}


def write_examples(opened: sqlite3.Connection, examples: Mapping[str, tuple[int, str]]) -> None:
    """Put the examples of a run in the place of those of the run before."""
    opened.execute("DELETE FROM examples")
    opened.executemany("INSERT INTO examples VALUES (?, ?, ?)", ((name, *one) for name, one in examples.items()))


def read_measures(opened: sqlite3.Connection) -> dict[str, NDArray[np.void]]:
    """What was measured of pairs in the last run, by what it is: tables as arrays with named fields."""
    found = opened.execute("SELECT what, rows FROM measures")
    return {what: np.load(BytesIO(rows), allow_pickle=False) for what, rows in found}


def write_measures(opened: sqlite3.Connection, tables: Mapping[str, NDArray[np.void]]) -> None:
    """Put the measures of a run in the place of those of the run before; a table that is too large is left out."""
    opened.execute("DELETE FROM measures")
    for what, table in tables.items():
        if table.nbytes <= MOST_BYTES:
            held = BytesIO()
            np.save(held, table, allow_pickle=False)
            opened.execute("INSERT INTO measures VALUES (?, ?)", (what, held.getbuffer()))


def forget_before(opened: sqlite3.Connection, run: int) -> None:
    """Forget runs before one, their changes, and articles that were gone by then."""
    opened.execute("DELETE FROM changes WHERE run < ?", (run,))
    opened.execute("DELETE FROM seen WHERE last_run < ?", (run,))
    opened.execute("DELETE FROM runs WHERE number < ? AND number NOT IN (SELECT first_run FROM seen)", (run,))
