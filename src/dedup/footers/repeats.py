"""Repeats: what was found in zones, for where they stand again.

A site says the same below each story. What is found in a zone depends on its characters alone, so that remembering it
changes nothing but the time it takes; and what is remembered may be forgotten at any time.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I64, U64, Bool

SLOT_BITS = 17
"""Digests that are remembered, as a power of two: a mebibyte of them."""

MOST_TEXTS = 1 << 14
LONGEST = 1 << 12
"""Characters of a zone that is remembered, at most."""

HOLDS = np.uint64(1)
"""The bit of a remembered digest that says whether wordings were found in such words."""


class Found(NamedTuple):
    """What is found in a zone. Words count from its first."""

    matches: I64
    """Shape (matches, 3), in order: entry of the catalogue, first word, the one after the last."""

    given: I64
    """Shape (given, 4): of each marker that a slot gives first word, the one after the last, kind, and agency, as
    ``Given`` has them."""


class Repeats:
    """The zones that were met before: some hundred thousand by their words, and by their characters the last few
    thousand that have footers."""

    def __init__(self) -> None:
        self._digests, self._numbers = np.zeros(1 << SLOT_BITS, np.uint64), np.zeros(1 << SLOT_BITS, np.int32)
        self._found = dict[str, Found]()

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

    def get(self, text: str) -> Found | None:
        """What was found in a zone of these characters."""
        return self._found.get(text)

    def keep(self, text: str, found: Found) -> None:
        """Remember what was found in a zone."""
        if len(text) <= LONGEST:
            if len(self._found) >= MOST_TEXTS:
                self._found.clear()
            self._found[text] = found
