"""Pictures of a report: bars, each with its number, so that no colour and no height has to be read alone."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from dedup.report.page.shown import cut

MOST_ROWS = 12
"""Sources that get a bar of their own; the others share one."""

MOST_COLUMNS = 40
"""Columns of time beside each other, before days become months, months years, and years decades."""

LABEL = 60
"""Characters of a source's name beside a bar."""

RELATIONS = ("identical", "near", "excerpt", "spun")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar."""

    label: str
    value: int
    share: float
    """Of the room, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Some bars and what they count."""

    id: str
    title: str
    label: str
    """What a bar stands for."""

    unit: str
    note: str
    bars: tuple[Bar, ...]
    upright: bool
    """Columns side by side; else rows below each other."""

    @property
    def told(self) -> str:
        """The picture in a sentence, for whoever does not see it."""
        return "; ".join(f"{bar.label}: {bar.value:,}" for bar in self.bars)


def pictures(document: dict[str, Any]) -> tuple[Picture, ...]:
    """The pictures of a report that have something to show."""
    drawn = (_sources(document), _relations(document), _sizes(document), _stories(document))
    return tuple(picture for picture in drawn if picture.bars)


def _copies(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [member for cluster in document["clusters"] for member in cluster["members"][1:]]


def _sources(document: dict[str, Any]) -> Picture:
    counts = Counter(copy["source"] for copy in _copies(document))
    unknown = counts.pop(None, 0)
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    rows = [(cut(name, LABEL), count) for name, count in ordered[:MOST_ROWS]]
    if others := ordered[MOST_ROWS:]:
        rows.append((f"{len(others):,} other outlet{'s'[: len(others) > 1]}", sum(count for _, count in others)))
    note = f"Of {unknown:,} more the outlet is not known." if unknown else ""
    return Picture("sources", "Copies by outlet", "Outlet", "Copies", note, _linear(rows), upright=False)


def _relations(document: dict[str, Any]) -> Picture:
    counts = Counter(copy["relation"] for copy in _copies(document))
    rows = [(name, counts[name]) for name in RELATIONS] if counts else []
    return Picture(
        "relations", "Copies by relation", "Relation to its partner", "Copies",
        "Identical: the same words. Near: enough words in common. Excerpt: a part of the other, or the other a part "
        "of it. Spun: the same in other words.", _linear(rows), upright=False,
    )  # fmt: skip


def _sizes(document: dict[str, Any]) -> Picture:
    counts = Counter(min(_bin(len(cluster["members"])), 12) for cluster in document["clusters"])
    last = max(counts, default=-1)
    rows = [(_bin_name(number), counts[number]) for number in range(last + 1)]
    top = math.log1p(max(counts.values(), default=1))
    bars = tuple(Bar(label, value, math.log1p(value) / top) for label, value in rows)
    return Picture(
        "sizes", "Clusters by size", "Articles in a cluster", "Clusters",
        "Heights are logarithmic: a column twice as high stands for far more than twice as many.", bars, upright=True,
    )  # fmt: skip


def _bin(size: int) -> int:
    """The number of the bin of a size: 2, 3, 4, then 5 to 8, 9 to 16, and so on."""
    return size - 2 if size <= 4 else (size - 1).bit_length()


def _bin_name(number: int) -> str:
    if number <= 2:
        return str(number + 2)
    first = (1 << (number - 1)) + 1
    return f"{first:,}+" if number == 12 else f"{first:,}–{1 << number:,}"


def _stories(document: dict[str, Any]) -> Picture:
    times = [[m["published"][:10] for m in cluster["members"] if m["published"]] for cluster in document["clusters"]]
    dated = [min(some) for some in times if some]
    undated = len(times) - len(dated)
    unit, rows = _over_time(dated)
    note = "By the first article of each that bears a date."
    if undated:
        note += f" {undated:,} cluster{' has' if undated == 1 else 's have'} none."
    return Picture("stories", f"Stories by {unit}", unit.capitalize(), "Clusters", note, _linear(rows), upright=True)


def _over_time(days: list[str]) -> tuple[str, list[tuple[str, int]]]:
    """How many stories began in each day, month, year or decade: the finest that gives few enough columns.

    Where even decades are too many, what comes before the last of them shares a column.
    """
    try:
        dates = [date.fromisoformat(day) for day in days]
    except ValueError:  # what is no day of the calendar
        dates = []
    if not dates:
        return "day", []
    first, last = min(dates), max(dates)
    months = (last.year - first.year) * 12 + last.month - first.month
    if (last - first).days < MOST_COLUMNS:
        counts = Counter(day.toordinal() for day in dates)
        every = range(first.toordinal(), last.toordinal() + 1)
        return "day", [(date.fromordinal(day).isoformat(), counts[day]) for day in every]
    if months < MOST_COLUMNS:
        counts = Counter(day.year * 12 + day.month - 1 for day in dates)
        begin = first.year * 12 + first.month - 1
        every = range(begin, begin + months + 1)
        return "month", [(f"{month // 12:04}-{month % 12 + 1:02}", counts[month]) for month in every]
    size, unit = (1, "year") if last.year - first.year < MOST_COLUMNS else (10, "decade")
    counts = Counter(day.year // size for day in dates)
    newest = last.year // size
    oldest = max(first.year // size, newest - MOST_COLUMNS + 1)
    rows = [(f"{at * size}{'s' if size > 1 else ''}", counts[at]) for at in range(oldest, newest + 1)]
    if before := sum(count for at, count in counts.items() if at < oldest):
        rows.insert(0, ("before", before))
    return unit, rows


def _linear(rows: list[tuple[str, int]]) -> tuple[Bar, ...]:
    top = max((value for _, value in rows), default=0) or 1
    return tuple(Bar(label, value, value / top) for label, value in rows)
