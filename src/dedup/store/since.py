"""What people say to name a moment or a run: ``7d``, ``2026-01-31``, ``2026-01-31T03:00+01:00``, a number, an id."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dedup.errors import InputError
from dedup.store.history import PastRun

_AGO = re.compile(r"([0-9]{1,9})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_RUN_ID = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z")
LONG_AGO = datetime.min.replace(tzinfo=UTC)
SHOWN_RUNS = 3


def moment(word: str, *, now: datetime) -> datetime | None:
    """The moment that a word names, None of one that names none.

    Args:
        word: hours, days or weeks before now, as ``12h``, ``7d``, ``2w``; or a date or time of ISO 8601, in UTC
            unless it names another zone. A date is its first moment.
        now: with its zone.
    """
    if ago := _AGO.fullmatch(word):
        try:
            return now - int(ago[1]) * _UNITS[ago[2]]
        except OverflowError:
            return LONG_AGO
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def runs_since(runs: Sequence[PastRun], word: str | None, *, now: datetime) -> list[PastRun]:
    """The runs after the one that a word names by id or number, or those that started at a moment or later.

    Args:
        runs: those that are remembered, in order.
        word: None for the last run alone.
        now: with its zone.

    Raises:
        InputError: the word names neither; or it is the id of a run that is not among them, since who asks for what
            came after it must know that some of that may be forgotten.
    """
    if word is None:
        return list(runs[-1:])
    for run in runs:
        if word in (run.id, str(run.number)):
            return [later for later in runs if later.number > run.number]
    since = None if _RUN_ID.fullmatch(word) else moment(word, now=now)
    if since is None:
        last = ", ".join(f"{run.id} (number {run.number})" for run in runs[-SHOWN_RUNS:])
        told = f"it remembers what changed since {last}" if last else "it remembers no run"
        raise InputError(f"{word!r} is no run that the state knows, and no time such as 2026-01-31 or 7d; {told}")
    return [run for run in runs if started(run) >= since]


def first_kept(runs: Sequence[PastRun], before: datetime) -> int:
    """The number of the first run that stays if all are forgotten that started before a moment: the last always does.

    Where the clock was set back, what follows a run that stays, stays.
    """
    first = next((run for run in runs if started(run) >= before), runs[-1] if runs else None)
    return first.number if first else 0


def started(run: PastRun) -> datetime:
    """When a run started."""
    return datetime.fromisoformat(run.started)
