"""Repeats: what was found in zones, for where they stand again.

A site says the same below each story. What is found in a zone depends on its characters alone, so that remembering it
changes nothing but the time it takes; and what is remembered may be forgotten at any time.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.columns import I32, I64, U64, Column, Scalar, chained, column, packed, ranges
from dedup.model import Marker

SLOT_BITS = 16
"""Places for digests, as a power of two: 12 bytes for each."""

MOST_FOUND = 1 << 15
"""Zones that are remembered: some 400 bytes for each."""

NEW = -1
"""In place of the number of a zone that is not remembered."""


class Found(NamedTuple):
    """What is found in some zones. Words and characters count from the first of the zone."""

    matches: Column[np.int32]
    """Of each zone rows, shape (3,), in order: entry of the catalogue, first word, the one after the last."""

    given: Column[np.int32]
    """Of each zone rows, shape (4,): for each marker that a slot gives first word, the one after the last, kind, and
    agency, as ``Given`` has them."""

    markers: list[Marker]
    """For each of these rows, in order, what it reads."""

    def take(self, zones: I64) -> "Found":
        """That of the given zones, one after the other in the given order."""
        given = self.given.take(zones)
        markers = [self.markers[row] for row in ranges(given.starts, given.lengths).tolist()]
        return Found(packed(self.matches.take(zones)), packed(given), markers)


def all_found(parts: Sequence[Found]) -> Found:
    """What is found in the zones of all parts, of which there is at least one; their rows lie one after the other."""
    markers = [marker for part in parts for marker in part.markers]
    return Found(chained([part.matches for part in parts]), chained([part.given for part in parts]), markers)


def nothing_found() -> Found:
    """In no zones."""
    bounds = np.zeros(1, np.int64)
    return Found(column(np.empty((0, 3), np.int32), bounds), column(np.empty((0, 4), np.int32), bounds), [])


class Repeats:
    """The zones that wordings were found in, by the digests of their characters."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._digests, self._numbers = np.zeros(1 << SLOT_BITS, np.uint64), np.zeros(1 << SLOT_BITS, np.int32)
        self._matches, self._given, self._markers = _Rows(3), _Rows(4), list[Marker]()

    def numbers(self, digests: U64) -> I32:
        """The numbers of some zones here, or NEW. Void as soon as more are kept."""
        slots = _slots(digests)
        return np.where(self._digests[slots] == digests, self._numbers[slots], NEW)

    def found(self, numbers: I32) -> Found:
        """What was found in the zones of these numbers."""
        return Found(self._matches.rows(), self._given.rows(), self._markers).take(numbers.astype(np.int64))

    def keep(self, digests: U64, found: Found) -> None:
        """Remember what was found in some zones. One may be forgotten for another, all where there are too many."""
        if len(self._matches) + len(digests) > MOST_FOUND:
            self._forget()
        slots = _slots(digests)
        self._digests[slots] = digests
        self._numbers[slots] = np.arange(len(self._matches), len(self._matches) + len(digests), dtype=np.int32)
        self._matches.append(found.matches)
        self._given.append(found.given)
        self._markers += found.markers


class _Rows:
    """Rows of numbers of zones, to which others are added."""

    def __init__(self, width: int) -> None:
        self._values, self._bounds, self._zones = np.empty((256, width), np.int32), np.zeros(256, np.int64), 0

    def __len__(self) -> int:
        return self._zones

    def append(self, more: Column[np.int32]) -> None:
        """Add the rows of some zones, which lie one after the other."""
        before, first = self._bounds[self._zones], self._zones
        self._zones += len(more)
        self._values, self._bounds = (
            _room(self._values, before + len(more.values)),
            _room(self._bounds, len(self) + 1),
        )
        self._values[before : before + len(more.values)] = more.values
        self._bounds[first + 1 : len(self) + 1] = more.stops + before

    def rows(self) -> Column[np.int32]:
        """The rows of all zones; none is copied."""
        return column(self._values, self._bounds[: len(self) + 1])


def _room(values: NDArray[Scalar], rows: int) -> NDArray[Scalar]:
    """The same values, with room for so many rows."""
    if rows <= len(values):
        return values
    return np.concatenate([values, np.empty((2 * rows - len(values), *values.shape[1:]), values.dtype)])


def _slots(digests: U64) -> I64:
    return (digests >> np.uint64(64 - SLOT_BITS)).astype(np.int64)
