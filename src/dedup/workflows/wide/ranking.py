"""Entries of the report in their order: sorted in parts, by ranges of what they are ordered by, and told in turn."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record, Sent
from dedup.report.document import entry
from dedup.workflows.wide.sheets import bounds

AT_ONCE = 256
"""Entries of a record."""

SAMPLED = 64
"""Entries of each list in each part by which the parts are bounded, about."""


class Entry(NamedTuple):
    """An entry of a list of the report."""

    order: tuple[Any, ...]
    """Its list, and what entries are ordered by there."""

    json: bytes


def entries(part: int, place: int, values: Iterable[Any], order_of: Any) -> Iterator[Record]:
    """``entries`` of the list at ``place`` in the report, and nowhere a ``sample`` of what they are ordered by."""
    found = [Entry((place, *order_of(value)), entry(value)) for value in values]
    for at in range(0, len(found), AT_ONCE):
        yield Record(part, "entries", found[at : at + AT_ONCE])
    yield Record(NOWHERE, "sample", [one.order for one in found[:: len(found) // SAMPLED + 1]])


class Ranked(NamedTuple):
    """The entries of all lists."""

    sent: Sent

    def of(self, place: int) -> Iterator[bytes]:
        """Those of one list, in order."""
        for some in self.sent.values(str(place)):
            yield from some


def ranked(exchange: Exchange, sent: Sent) -> Ranked:
    """Put ``entries`` in order."""
    sample = [order for some in sent.values("sample") for order in some]
    spread = exchange.step(Ranging(bounds(sample, exchange.parts)), sent.only("entries"))
    return Ranked(exchange.step(Sorting(), spread))


@dataclass(frozen=True, slots=True)
class Ranging:
    """Entries to the parts of their ranges."""

    bounds: list[tuple[Any, ...]]

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each part ``entries``."""
        lots: dict[int, list[Entry]] = {}
        for one in (one for some in inbox["entries"] for one in some):
            lots.setdefault(bisect_right(self.bounds, one.order), []).append(one)
        for to, some in lots.items():
            for at in range(0, len(some), AT_ONCE):
                yield Record(to, "entries", some[at : at + AT_ONCE])


@dataclass(frozen=True, slots=True)
class Sorting:
    """Entries in order."""

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """Nowhere, by the name of each list, its entries as JSON."""
        lots: dict[int, list[bytes]] = {}
        for order, json in sorted(one for some in inbox["entries"] for one in some):
            lots.setdefault(order[0], []).append(json)
        for place, some in lots.items():
            for at in range(0, len(some), AT_ONCE):
                yield Record(NOWHERE, str(place), some[at : at + AT_ONCE])
