"""Scans in parts, in this process."""

from collections.abc import Callable
from pathlib import Path

from dedup.engines.exchange import Here, Sent
from dedup.model import Unreadable
from dedup.readers import batches
from dedup.settings import Settings
from dedup.steps import Work
from dedup.workflows.wide.scan import WideReport, scan_on
from dedup.workflows.wide.tables import Table


class Listed(list[tuple[str, Work]]):
    """Inputs that lie in memory."""

    def again(self, keys: list[str]) -> "Listed":
        """Those of some reading keys."""
        return Listed(item for item in self if item[0] in keys)


def scan_here(
    path: Path, parts: int, settings: Settings, save: Callable[[str, Table, Sent], None] | None = None
) -> WideReport:
    """A scan in so many parts."""
    unreadable, works = list[Unreadable](), Listed()
    for number, batch in enumerate(batches([path], settings)):
        if isinstance(batch, Unreadable):
            unreadable.append(batch)
        else:
            works.append((f"{number:08}", Work(number, batch)))
    return scan_on(Here(parts), works, [path], settings=settings, unreadable=unreadable, save=save)
