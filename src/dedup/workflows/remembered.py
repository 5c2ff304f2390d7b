"""What a state knows of some articles, for whoever looks at them again: as much of what a report says as it keeps."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from dedup.columns import U32
from dedup.errors import InputError, StateError
from dedup.footers.catalogue import Catalogue, load
from dedup.footers.telling import kind_told
from dedup.report.finding import CLOSE
from dedup.settings import Settings
from dedup.store.asking import articles_called, heads_of, ids_of_last_run, was_in_last_run
from dedup.store.history import LearnedFooter, cluster_of, read_examples, read_learned, read_runs
from dedup.store.shelf import Shelf
from dedup.store.state import beside_a_run, real_path
from dedup.workflows.boilerplate import Wanted
from dedup.workflows.known import contract_here, learned_footers
from dedup.workflows.lookup import LOOKED_AT
from dedup.workflows.recalled import Recalled


def remembered(state: str | Path, ids: Sequence[str], catalogue: Sequence[str | Path]) -> Recalled:
    """What a state knows of the articles of these ids; only read, also while a run is at work.

    Args:
        state: what a scan keeps from run to run.
        ids: as reports have them; those that the state does not know are in no part of what is returned.
        catalogue: files with footers of one's own, which tell kinds of learned footers.

    Raises:
        InputError: an id means several articles.
        StateError: there is no such state, it is damaged, of another version, or no run of it came to its end.
        SettingsError: a catalogue cannot be read or is not as it should be.
    """
    with beside_a_run(real_path(state)) as (opened, shelf):
        contract = contract_here(state, opened)
        settings, runs = Settings.from_dict(dict(contract.settings)), read_runs(opened)
        if not runs:
            raise StateError(f"no run of state {state} came to its end; scan once more")
        footers = load(*map(Path, catalogue)) if settings.set_aside_footers else None
        learned, held = read_learned(opened), {id_: _held(opened, id_) for id_ in ids}
        known = {id_: found for id_, found in held.items() if found}
        return Recalled(
            Path(state),
            "state",
            runs[-1].paths,
            settings,
            contract.catalogue,
            _kinds(opened, learned, footers, settings),
            {},
            {id_: found[0][1] for id_, found in known.items()},
            _clusters(opened, {id_: found[0][0] for id_, found in known.items()}),
            {},
            frozenset(),
            frozenset(),
            learned_footers(learned, settings),
            {id_: _words(shelf, [row for row, _ in found]) for id_, found in known.items()},
            ids_of_last_run(opened, LOOKED_AT) if len(known) < len(held) else (),
        )


def _held(opened: sqlite3.Connection, id_: str) -> list[tuple[int, str]]:
    """The rows and paths of the articles of an id: one, or those of equal names that a report numbers."""
    found = articles_called(opened, id_)
    paths = list(dict.fromkeys(f"{path}#{id_}" for _, path in found))
    if len(paths) > 1 and not was_in_last_run(opened, id_):
        raise InputError(f"{id_} is the id of several articles; give {' or '.join(paths[:CLOSE])}")
    return found


def _clusters(opened: sqlite3.Connection, rows: Mapping[str, int]) -> dict[str, str]:
    """The clusters of articles by what they are called here; the report may call them by a shorter name."""
    names = [id_ if was_in_last_run(opened, id_) else heads_of(opened, [row]).ids[0] for id_, row in rows.items()]
    return {id_: found for id_, found in zip(rows, cluster_of(opened, names), strict=True) if found is not None}


def _kinds(
    opened: sqlite3.Connection, learned: Sequence[LearnedFooter], footers: Catalogue | None, settings: Settings
) -> dict[str, str]:
    """The kinds of learned footers, as the report of the last run has them."""
    shown = read_examples(opened)
    kinds = dict[str, str]()
    for one in learned:
        _, text = shown.get(Wanted(one.name, -1, -1, one.words).key, (-1, ""))
        kinds.setdefault(one.name, kind_told(one.words, 1 + text.count("\n"), footers, settings))
    return kinds


def _words(shelf: Shelf, rows: Sequence[int]) -> list[U32]:
    """Copies, since columns are held no longer than the state is open."""
    words = shelf.words()[0].hashes
    return [words[row].copy() for row in rows]
