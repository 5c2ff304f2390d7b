"""What a state holds, in figures."""

import sqlite3
from typing import NamedTuple

from dedup.settings import fingerprint_of
from dedup.store.history import PastRun, read_runs
from dedup.store.kept import read_rows
from dedup.store.shelf import Shelf
from dedup.store.state import contract_of


class Contents(NamedTuple):
    """What a state holds."""

    tool_version: str
    """Of the version that wrote it, as the next two."""

    settings_fingerprint: str
    catalogue_fingerprint: str
    """Empty where no footers are set aside."""

    articles: int
    files: int
    words: int
    wasted_share: float
    """Share of the bytes of the columns that are those of articles that are gone, 0 to 1."""

    runs: int
    first_run: PastRun | None
    """The first and last of those that are remembered; None if none came to its end."""

    last_run: PastRun | None


def contents(opened: sqlite3.Connection, shelf: Shelf) -> Contents:
    """What a state holds; a look at the bounds of its columns, not at the words.

    Raises:
        StateError: the columns are missing or too short.
    """
    contract, runs, rows = contract_of(opened), read_runs(opened), read_rows(opened)
    (files,) = opened.execute("SELECT count(*) FROM (SELECT DISTINCT root, path FROM pieces)").fetchone()
    rows = rows[rows < shelf.rows]
    return Contents(
        tool_version=contract.tool_version,
        settings_fingerprint=fingerprint_of(contract.settings),
        catalogue_fingerprint=contract.catalogue,
        articles=len(rows),
        files=files,
        words=int(shelf.words_held()[rows].sum()),
        wasted_share=1 - shelf.bytes_of(rows) / shelf.bytes if shelf.bytes else 0.0,
        runs=len(runs),
        first_run=runs[0] if runs else None,
        last_run=runs[-1] if runs else None,
    )
