"""The state as a whole: loaded at the start of a run, saved at its end in one step.

What it keeps of articles depends on nothing but each article, the settings and the version: so a run that starts from
it finds what a run that reads everything finds. What it keeps of runs names things, and decides nothing.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from dedup.errors import StateError
from dedup.model import Heads, Remembered
from dedup.store.contract import Contract, check_contract
from dedup.store.database import Replacement, check_is_state, reading, writing
from dedup.store.history import (
    LearnedFooter,
    PastRun,
    Sightings,
    read_clusters,
    read_examples,
    read_measures,
    read_runs,
    read_sightings,
    write_changes,
    write_clusters,
    write_examples,
    write_learned,
    write_measures,
    write_run,
    write_sightings,
)
from dedup.store.kept import (
    KeptArticles,
    KeptPiece,
    forget_pieces,
    read_articles,
    read_pieces,
    read_rows,
    renumber_articles,
    write_articles,
    write_pieces,
)
from dedup.store.shelf import Segment, Shelf, columns_of

MOST_WASTE = 0.2
"""Share of the words on a shelf that may be those of articles that are gone; with more it is written anew."""

LEAST_WASTE = 1 << 18
"""Words that may be wasted in any case: a mebibyte."""


@dataclass(slots=True)
class Past:
    """What is remembered of earlier runs."""

    runs: list[PastRun] = field(default_factory=list)
    sightings: Sightings = field(default_factory=lambda: Sightings({}, {}))
    clusters: list[Remembered] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """A state that was loaded, or a new one."""

    path: Path
    shelf: Shelf
    articles: KeptArticles
    pieces: list[KeptPiece] = field(default_factory=list)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)
    past: Past = field(default_factory=Past)
    measures: dict[str, NDArray[np.void]] = field(default_factory=dict)
    anew: bool = False
    """Whether nothing of the file on the disk stays."""

    reread: bool = False
    """Whether what the file on the disk keeps of articles goes, and what it remembers of runs stays."""

    going: bool = False
    """Whether what was read may be in the file on the disk by now, so that it must not be saved once more."""


class News(NamedTuple):
    """What was read since the state was loaded or saved."""

    gone: Sequence[KeptPiece]
    """Pieces of the state that are no more, or were read anew."""

    pieces: Sequence[KeptPiece]
    """New and changed ones."""

    heads: Heads
    first_row: int
    """The articles are the rows from here on; their words are on the shelf."""


class Ending(NamedTuple):
    """What a run that came to its end leaves."""

    run: PastRun
    sightings: Sightings
    """Those that changed."""

    clusters: Sequence[Remembered]
    changes: Sequence[Mapping[str, Any]]
    learned: Sequence[LearnedFooter]
    examples: Mapping[str, tuple[int, str]]
    """By key of the footer, the row of an article that holds it, and its text there."""

    measures: Mapping[str, NDArray[np.void]]
    """What was measured of pairs, as ``KnownPairs`` has it."""


def new_state(path: Path, generation: int = 0) -> State:
    """A state without anything in it; a shelf of another generation than the last, which stays until the end."""
    return State(
        path, Shelf(columns_of(path), generation, []), KeptArticles(np.empty(0, np.int64), Heads()), anew=True
    )


def load(path: Path, contract: Contract, *, rebuild: bool) -> State:
    """The state in a file, or a new one where there is none.

    Args:
        path: real path of the file.
        contract: what it must have been made with.
        rebuild: forget what is kept of articles, and remember what can be read of earlier runs.

    Raises:
        StateError: it is damaged, of another version, or made otherwise, and not to be rebuilt.
    """
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        return new_state(path)
    if rebuild:
        return _without_articles(path)
    with reading(path) as opened:
        meta = _meta(opened)
        check_contract(path, contract, meta["contract"])
        shelf = shelf_of(path, opened)
        shelf.check()
        return State(
            path, shelf, read_articles(opened), read_pieces(opened), read_examples(opened),
            Past(read_runs(opened), read_sightings(opened), read_clusters(opened)), read_measures(opened),
        )  # fmt: skip


@contextmanager
def beside_a_run(path: Path) -> Iterator[tuple[sqlite3.Connection, Shelf]]:
    """The database and its shelf, to be read while a run may be at work, and as they are now until the end.

    A run may put a new database in place and delete the columns of the old one after the old one was opened and
    before its columns are; then the new one is taken.

    Raises:
        StateError: there is none, it is damaged, no state, or one of another version.
    """
    for last in (False, True):
        with reading(path) as opened:
            shelf = shelf_of(path, opened)
            try:
                shelf.hold()
            except StateError:
                if last:
                    raise
                continue
            yield opened, shelf
            return


def shelf_of(path: Path, opened: sqlite3.Connection) -> Shelf:
    """The shelf that a database tells of."""
    segments = [Segment(*row) for row in opened.execute("SELECT file, start, stop, digest FROM segments")]
    return Shelf(columns_of(path), int(_meta(opened)["generation"]), segments)


def write_shelf(opened: sqlite3.Connection, shelf: Shelf) -> None:
    """Bring a shelf to the disk, and tell of it in the database."""
    segments = shelf.synced()
    opened.execute("DELETE FROM segments")
    opened.executemany("INSERT INTO segments VALUES (?, ?, ?, ?)", segments)
    _write_meta(opened, {"generation": shelf.generation})


def contract_of(opened: sqlite3.Connection) -> Contract:
    """What a state was made with."""
    return Contract(*_meta(opened)["contract"])


def save(
    state: State, news: News, contract: Contract, ending: Ending | None, deliver: Callable[[], None] | None = None
) -> None:
    """Save what was read, and, if the run came to its end, what it leaves; all of it or nothing.

    ``deliver`` is called once all is on the disk and only the new file must take the place of the old one; what it
    raises leaves the old one there.

    Raises:
        StateError: there is no room, or no permission; the state is as it was.
    """
    shelf, compacted = state.shelf, None
    replacement = Replacement(state.path, anew=state.anew)
    try:
        opened = replacement.opened
        with writing(state.path):
            if state.reread:
                for table in ("pieces", "articles", "examples", "learned", "measures"):
                    opened.execute(f"DELETE FROM {table}")
            forget_pieces(opened, news.gone)
            write_articles(opened, news.heads, news.first_row)
            write_pieces(opened, news.pieces)
            if ending:
                _write_ending(opened, ending)
                compacted = compact(opened, shelf)
                shelf = compacted or shelf
            write_shelf(opened, shelf)
            _write_meta(opened, {"contract": list(contract)})
        replacement.finish()
        if deliver:
            deliver()
        state.going = True
        replacement.put()
    except BaseException:
        if replacement.drop() and compacted:
            compacted.remove()
        raise
    state.anew = state.reread = False
    if ending:
        shelf.tidy()


def _without_articles(path: Path) -> State:
    """A state that remembers the runs of the one in a file, as far as it can be read, and no article."""
    check_is_state(path)
    try:
        with reading(path) as opened:
            generation = int(_meta(opened)["generation"]) + 1
            state = new_state(path, generation)
            state.past = Past(read_runs(opened), read_sightings(opened), read_clusters(opened))
            state.anew, state.reread = False, True
            return state
    except StateError:
        taken = [int(one.stem) for one in columns_of(path).glob("*.*") if one.stem.isdecimal()]
        return new_state(path, max(taken, default=-1) + 1)


def _meta(opened: sqlite3.Connection) -> dict[str, Any]:
    return {name: orjson.loads(value) for name, value in opened.execute("SELECT name, value FROM meta")}


def _write_meta(opened: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    rows = ((name, orjson.dumps(value).decode()) for name, value in values.items())
    opened.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)


def _write_ending(opened: sqlite3.Connection, ending: Ending) -> None:
    write_run(opened, ending.run)
    write_sightings(opened, ending.sightings)
    write_clusters(opened, ending.clusters)
    write_changes(opened, ending.run.number, ending.changes)
    write_learned(opened, ending.learned)
    write_examples(opened, ending.examples)
    write_measures(opened, ending.measures)


def compact(opened: sqlite3.Connection, shelf: Shelf, *, force: bool = False) -> Shelf | None:
    """The next generation of a shelf that holds too much of what is gone, with all rows renumbered; else None.

    With ``force``, whatever is gone is too much. All examples must be those of articles that are there.
    """
    rows, held = read_rows(opened), shelf.words_held()
    wasted = held.sum() - held[rows].sum()
    if len(rows) == len(held) if force else wasted <= max(LEAST_WASTE, MOST_WASTE * held.sum()):
        return None
    renumber_articles(opened, rows)
    pieces = opened.execute("SELECT first_row, number FROM pieces WHERE articles > 0").fetchall()
    firsts = np.searchsorted(rows, [first for first, _ in pieces]).tolist()
    numbers = [number for _, number in pieces]
    opened.executemany("UPDATE pieces SET first_row = ? WHERE number = ?", zip(firsts, numbers, strict=True))
    shown = opened.execute("SELECT row, footer FROM examples").fetchall()
    places = np.searchsorted(rows, [row for row, _ in shown]).tolist()
    footers = [footer for _, footer in shown]
    opened.executemany("UPDATE examples SET row = ? WHERE footer = ?", zip(places, footers, strict=True))
    return shelf.compacted(rows)  # last, so that nothing can fail behind it and leave it there


def real_path(path: str | os.PathLike[str]) -> Path:
    """Where a state lies: a symbolic link to it stays, and what it points to is replaced."""
    return Path(os.path.realpath(path))
