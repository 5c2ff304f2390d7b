"""What ``dedup state`` says of a state, as lines for a terminal or as JSON."""

from collections.abc import Iterator
from typing import Any

from dedup.report.fitting import counted
from dedup.workflows.history import Holding, Pruned

UNITS = ("kB", "MB", "GB", "TB")


def document(found: Holding) -> dict[str, Any]:
    """All figures, to be written as JSON."""
    held = found.contents
    runs = {"first_run": held.first_run, "last_run": held.last_run}
    return {
        "state": found.path,
        **held._asdict(),
        **{name: run._asdict() if run else None for name, run in runs.items()},
        "file_bytes": found.file_bytes,
        "columns_bytes": found.columns_bytes,
        "held_by": found.held_by,
    }


def lines(found: Holding) -> Iterator[tuple[str, str]]:
    """The figures, each with a name of a word or two."""
    held = found.contents
    yield "state", found.path
    yield "holds", f"{counted(held.articles, 'article')} of {counted(held.files, 'file')}, {held.words:,} words"
    wasted = f"{held.wasted_share:.0%} of these for what is gone"
    yield "size", f"{_size(found.file_bytes)}, and {_size(found.columns_bytes)} of columns, {wasted}"
    catalogue = held.catalogue_fingerprint or "none"
    yield "made by", f"dedup {held.tool_version}, settings {held.settings_fingerprint}, catalogue {catalogue}"
    yield "runs", f"{held.runs:,} remembered"
    for name, run in (("first", held.first_run), ("last", held.last_run)):
        if run:
            yield name, f"{run.id} (number {run.number}), {run.started} to {run.finished}: {_counts(run.counts)}"
    yield "in use", f"by {found.held_by}" if found.held_by else "no"


def _counts(counts: dict[str, int]) -> str:
    came = ", ".join(f"{counts.get(f'{what}_articles', 0):,} {what}" for what in ("new", "changed", "removed"))
    return f"{counted(counts.get('articles', 0), 'article')}, {came}; {counted(counts.get('clusters', 0), 'cluster')}"


def gone(found: Pruned, *, dry_run: bool) -> str:
    """What went of a state that was pruned, or would go."""
    runs, changes, articles = found.forgotten
    what = f"{counted(runs, 'run')}, {counted(changes, 'change')}, {counted(articles, 'article')} no longer there"
    columns = f"{_size(found.columns_bytes)} of columns"
    if dry_run:
        return f"would forget {what}; would free {columns}, and some of the file"
    return f"forgot {what}; freed {columns}, and {_size(found.file_bytes or 0)} of the file"


def _size(size: int) -> str:
    unit, shown = UNITS[0], size / 1000
    for larger in UNITS[1:]:
        if shown >= 1000:
            unit, shown = larger, shown / 1000
    return f"{shown:,.1f} {unit}"
