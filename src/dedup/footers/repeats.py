"""Repeats: what was found in zones, for where they stand again.

A site says the same below each story. What is found in a zone depends on its characters alone, so that remembering it
changes nothing but the time it takes; and what is remembered may be forgotten at any time.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.columns import I64, U64, Bool, Column, chained, column, packed, ranges
from dedup.model import Marker

SLOT_BITS = 17
"""Digests that are remembered, as a power of two: a mebibyte of them."""

MOST_TEXTS = 1 << 14
LONGEST = 1 << 12
"""Characters of a zone that is remembered, at most."""

HOLDS = np.uint64(1)
"""The bit of a remembered digest that says whether wordings were found in such words."""


class Found(NamedTuple):
    """What is found in some zones, one after the other. Words and characters count from the first of the zone."""

    matches: Column[np.int64]
    """Of each zone rows, shape (3,), in order: entry of the catalogue, first word, the one after the last."""

    given: Column[np.int64]
    """Of each zone rows, shape (4,): for each marker that a slot gives first word, the one after the last, kind, and
    agency, as ``Given`` has them."""

    markers: list[Marker]
    """For each of these rows what it reads."""

    def take(self, zones: I64) -> "Found":
        """That of the given zones, in the given order."""
        given = self.given.take(zones)
        markers = [self.markers[row] for row in ranges(given.starts, given.lengths).tolist()]
        return Found(packed(self.matches.take(zones)), packed(given), markers)


def all_found(parts: Sequence[Found]) -> Found:
    """What is found in the zones of all parts, of which there is at least one."""
    markers = [marker for part in parts for marker in part.markers]
    return Found(chained([part.matches for part in parts]), chained([part.given for part in parts]), markers)


def nothing_found() -> Found:
    """In no zones."""
    bounds = np.zeros(1, np.int64)
    return Found(column(np.empty((0, 3), np.int64), bounds), column(np.empty((0, 4), np.int64), bounds), [])


class Repeats:
    """The zones that were met before: some hundred thousand by their words, and by their characters the last few
    thousand that have footers."""

    def __init__(self) -> None:
        self._digests, self._numbers = np.zeros(1 << SLOT_BITS, np.uint64), np.zeros(1 << SLOT_BITS, np.int32)
        self._forget()

    def _forget(self) -> None:
        """Forget what was found."""
        self._places = dict[str, tuple[int, int, int, int]]()
        self._matches, self._given, self._markers = _Rows(3), _Rows(4), list[Marker]()

    def met(self, digests: U64) -> tuple[Bool, Bool, Bool]:
        """Of zones of such words those that are new; those in which wordings were found; and those that have the
        words of a new one, beside it."""
        slots = (digests >> np.uint64(64 - SLOT_BITS)).astype(np.int64)
        held, numbers = self._digests[slots], np.arange(len(digests), dtype=np.int32)
        new = held | HOLDS != digests | HOLDS
        self._numbers[slots] = numbers
        other = self._numbers[slots]
        again = new & (other != numbers) & (digests[other] == digests)
        return new & ~again, ~new & (held & HOLDS != 0), again

    def note(self, digests: U64, holding: Bool) -> None:
        """Remember zones by their words, and whether wordings were found there. Others are forgotten for them."""
        slots = (digests >> np.uint64(64 - SLOT_BITS)).astype(np.int64)
        self._digests[slots] = np.where(holding, digests | HOLDS, digests & ~HOLDS)

    def known(self, pieces: Sequence[str]) -> tuple[I64, Found]:
        """Which of zones of these characters are known, and what was found in each of those."""
        nowhere = (-1, 0, 0, 0)
        places = np.array([self._places.get(piece, nowhere) for piece in pieces], np.int64).reshape(-1, 4)
        there = np.flatnonzero(places[:, 0] >= 0)
        starts, stops, given_starts, given_stops = places[there].T
        found = Found(
            Column(self._matches.values, starts, stops),
            Column(self._given.values, given_starts, given_stops),
            self._markers,
        )
        return there, found.take(np.arange(len(there)))

    def keep(self, pieces: Sequence[str], found: Found) -> None:
        """Remember what was found in zones."""
        if len(self._places) + len(pieces) > MOST_TEXTS:
            self._forget()
        matches, given = self._matches.append(found.matches), self._given.append(found.given)
        places = zip(pieces, zip(*(bounds.tolist() for bounds in (*matches, *given)), strict=True), strict=True)
        self._places.update({piece: place for piece, place in places if len(piece) <= LONGEST})
        self._markers += found.markers


class _Rows:
    """Rows of numbers to which others are added."""

    def __init__(self, width: int) -> None:
        self.values, self._count = np.empty((256, width), np.int64), 0

    def append(self, more: Column[np.int64]) -> tuple[I64, I64]:
        """Add the rows of some zones, which lie one after the other; where those of each start and stop then."""
        before, self._count = self._count, self._count + len(more.values)
        if self._count > len(self.values):
            room = np.empty((2 * self._count, self.values.shape[1]), np.int64)
            room[:before] = self.values[:before]
            self.values = room
        self.values[before : self._count] = more.values
        return more.starts + before, more.stops + before
