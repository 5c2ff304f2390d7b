"""The commands about a state: what its runs changed, what it holds, whether it is sound, what of it can go."""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import orjson

from dedup.errors import InputError, StateError
from dedup.store.checking import leftovers, problems
from dedup.store.contents import Contents, contents
from dedup.store.database import Replacement, reading, unwritable
from dedup.store.history import Forgotten, changes_from, forgettable, read_changes, read_runs
from dedup.store.kept import read_rows
from dedup.store.lock import held_by, locked
from dedup.store.pruning import forget
from dedup.store.shelf import REMEDY, Shelf
from dedup.store.since import first_kept, moment, runs_since
from dedup.store.state import real_path, shelf_of

T = TypeVar("T")
LOOKS = 4
"""How often a state is looked at again that runs replace meanwhile."""


class Holding(NamedTuple):
    """What a state holds, and what it takes."""

    path: str
    contents: Contents
    file_bytes: int
    columns_bytes: int
    """All that is in the folder, also what is left over."""

    held_by: str | None
    """The run that is at work with it, if any."""


class Soundness(NamedTuple):
    """Whether a state is as it was written; lines for people."""

    path: str
    problems: list[str]
    """Empty of a state that is sound."""

    leftovers: list[str]
    """What a run that did not come to its end left; empty while another one is at work."""

    remedy: str
    """What to do about problems."""


class Pruned(NamedTuple):
    """What went of a state, or would go."""

    forgotten: Forgotten
    columns_bytes: int
    file_bytes: int | None
    """None where it was only asked, since that is known only once it is done."""


def changes(
    state: str | Path, *, since: str | None = None, kinds: Collection[str] = (), now: datetime | None = None
) -> Iterator[str]:
    """What runs changed in clusters, in order, each as a ``Change`` in JSON on a line without its end.

    Works while a run is at work, and gives what there was when it was called.

    Args:
        state: its file.
        since: the id or number of a run: those after it. A date, time, or how long ago, as ``7d``: those that started
            then or later. The last run alone when None.
        kinds: only these, as ``new`` and ``grown``; all when empty.
        now: what ``7d`` is counted from.

    Raises:
        InputError: ``since`` is neither, or names a run that is not remembered.
        StateError: there is no such state, or it is damaged.
    """
    with _looking(real_path(state)) as opened:
        told = changes_from(opened)
        known = [run for run in read_runs(opened) if run.number >= told - 1]
        runs = runs_since(known, since, now=now or datetime.now(UTC))
        for line in read_changes(opened, [run.number for run in runs]):
            if not kinds or orjson.loads(line)["change"] in kinds:
                yield line


def holding(state: str | Path) -> Holding:
    """What a state holds, what it takes on the disk, and who is at work with it.

    Raises:
        StateError: there is no such state, or it is damaged.
    """
    path = real_path(state)

    def look() -> Holding:
        with _looking(path) as opened:
            shelf = shelf_of(path, opened)
            files = list(shelf.folder.iterdir()) if shelf.folder.is_dir() else []
            size = sum(file.stat().st_size for file in files)
            return Holding(str(path), contents(opened, shelf), path.stat().st_size, size, held_by(path))

    return _steady(path, look)


def check(state: str | Path) -> Soundness:
    """Whether a state is sound; looks at every byte of it.

    Raises:
        StateError: there is no such state, or its database cannot be opened.
    """
    path = real_path(state)

    def look() -> Soundness:
        with _looking(path) as opened:
            found = list(problems(path, opened))
            left = [] if found or held_by(path) else list(leftovers(path, opened))
            return Soundness(str(path), found, left, REMEDY)

    return _steady(path, look, lambda soundness: not soundness.problems)


def _steady(path: Path, look: Callable[[], T], is_fine: Callable[[T], bool] = lambda _: True) -> T:
    """What a look at a state gives that no run replaced meanwhile: with it go the columns that it tells of."""
    for _ in range(LOOKS):
        before = _version(path)
        with suppress(StateError):
            found = look()
            if is_fine(found):
                return found
        if _version(path) == before:
            break
    return look()


def _version(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def prune(
    state: str | Path, older_than: str, *, dry_run: bool = False, lock_wait: float = 0.0, now: datetime | None = None
) -> Pruned:
    """Forget runs that started before a moment, what they changed, articles that were gone by then, and all waste.

    The last run always stays, and so does what the next one needs.

    Args:
        state: its file.
        older_than: a date, time, or how long ago, as ``90d``.
        dry_run: only say what would go.
        lock_wait: seconds to wait for a run that is at work.
        now: what ``90d`` is counted from.

    Raises:
        InputError: ``older_than`` names no moment.
        StateLockedError: a run is at work.
        StateError: there is no such state, it is damaged, or there is no room to write it anew; it is as it was.
    """
    before = moment(older_than, now=now or datetime.now(UTC))
    if before is None:
        raise InputError(f"{older_than!r} is no time; wanted such as 90d or 2026-01-31")
    path = real_path(state)
    if dry_run:
        return _steady(path, lambda: _prunable(path, before)).pruned
    with _looking(path):  # where there is none, no lock shall be made
        pass
    with locked(path, lock_wait):
        found, size = _prunable(path, before), path.stat().st_size
        _replace(path, found)
        return found.pruned._replace(file_bytes=size - path.stat().st_size)


class _Prunable(NamedTuple):
    """What would go, and of what."""

    run: int
    """The first that stays."""

    shelf: Shelf
    pruned: Pruned


def _prunable(path: Path, before: datetime) -> _Prunable:
    with _looking(path) as opened:
        if problem := next(problems(path, opened), None):
            raise StateError(f"state {path} is damaged ({problem}): {REMEDY}")
        run, shelf = first_kept(read_runs(opened), before), shelf_of(path, opened)
        waste = shelf.bytes - shelf.bytes_of(read_rows(opened))
        return _Prunable(run, shelf, Pruned(forgettable(opened, run), waste, None))


def _replace(path: Path, found: _Prunable) -> None:
    """Put a state that remembers less in place of the one at a path."""
    try:
        replacement = Replacement(path, anew=False)
        try:
            fresh = forget(replacement.opened, found.shelf, found.run)
            replacement.finish()
        except BaseException:
            Shelf(found.shelf.folder, found.shelf.generation + 1, []).remove()
            raise
        else:
            replacement.put()  # even if this fails, the new columns may be those of the state
            fresh.tidy()
            fresh.close()
        finally:
            replacement.drop()
    except OSError as problem:
        raise unwritable(path, problem) from None
    except sqlite3.Error as problem:
        raise StateError(f"cannot write state {path}: {problem}; it is left as it was") from None


@contextmanager
def _looking(path: Path) -> Iterator[sqlite3.Connection]:
    """The database of a state, to be read; whatever cannot be read is a ``StateError``."""
    try:
        with reading(path) as opened:
            yield opened
    except OSError as problem:
        raise StateError(f"cannot read state {path}: {problem.strerror}") from None
    except (orjson.JSONDecodeError, KeyError) as problem:
        raise StateError(f"state {path} is damaged ({problem}): {REMEDY}") from None
