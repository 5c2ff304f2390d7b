"""Measures of pairs of texts that are known already: what two texts share depends on nothing but the two.

A pair is known by a digest of the words and sentences of both, in this order. What is asked for is noted, so that it
is known the next time; what nobody asked for is forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.columns import I32, U64, Bool, Column
from dedup.comparison.overlap import Overlaps, overlaps
from dedup.comparison.rewrite import Texts, rewriting
from dedup.model import Rewriting
from dedup.settings import Settings
from dedup.text.words import digests

Table = NDArray[np.void]
"""A row per pair, in order of ``pair``: uint64, its digest; the other fields are its measures."""

TURN = np.uint64(0x9E3779B97F4A7C15)


class KnownPairs:
    """What was measured of pairs of texts, and is not measured again."""

    def __init__(self, texts: Texts, tables: Mapping[str, Table]) -> None:
        """What is known of pairs of some texts.

        Args:
            texts: all of them; ``pairs`` are numbers among these.
            tables: what another ``KnownPairs`` gave as ``tables``, perhaps of other texts, with equal settings.

        Costs .5 ns per word, and a microsecond per text.
        """
        self._digests = digests(texts.words) ^ digests(texts.sentences) * TURN
        self._tables = tables
        self._asked: dict[str, list[Table]] = {}

    def overlaps(self, words: Column[np.uint32], pairs: I32, size: int) -> Overlaps:
        """As the function ``overlaps``."""
        return Overlaps(
            *self._measures("overlaps", Overlaps._fields, pairs, lambda new: overlaps(words, pairs[new], size))
        )

    def rewriting(self, texts: Texts, pairs: I32, settings: Settings) -> Rewriting:
        """As the function ``rewriting``."""
        names = tuple(one.name for one in fields(Rewriting))

        def measured(new: Bool) -> list[Any]:
            found = rewriting(texts, pairs[new], settings)
            return [getattr(found, name) for name in names]

        return Rewriting(*self._measures("rewriting", names, pairs, measured))

    def likely(self, pairs: I32, asked: Callable[[Bool], Bool]) -> Bool:
        """Which pairs are likely rewritings; ``asked`` is told which of them are not known, and says it of these."""
        pairs = np.asarray(pairs, np.int32).reshape(-1, 2)

        def measured(new: Bool) -> list[Bool]:
            return [asked(new)]

        found: Bool = self._measures("likely", ("likely",), pairs, measured)[0]
        return found

    def tables(self) -> dict[str, Table]:
        """All that was asked for, each pair once."""
        return {what: _each_once(np.concatenate(parts)) for what, parts in self._asked.items()}

    def _measures(
        self, what: str, names: tuple[str, ...], pairs: I32, measured: Callable[[Bool], Any]
    ) -> list[NDArray[Any]]:
        pairs = np.asarray(pairs, np.int32).reshape(-1, 2)
        digest = self._digests[pairs[:, 0]] * TURN + self._digests[pairs[:, 1]]
        places, known = _found(digest, self._tables.get(what))
        new = list(measured(~known))
        rows = np.empty(len(pairs), [("pair", np.uint64), *((n, c.dtype) for n, c in zip(names, new, strict=True))])
        rows["pair"] = digest
        for name, column in zip(names, new, strict=True):
            rows[name][~known] = column
            if known.any():
                rows[name][known] = self._tables[what][name][places[known]]
        self._asked.setdefault(what, []).append(rows)
        return [np.ascontiguousarray(rows[name]) for name in names]


def _found(digest: U64, table: Table | None) -> tuple[NDArray[np.int64], Bool]:
    """The place of each pair in a table, and whether it is there."""
    if table is None or not len(table):
        return np.zeros(len(digest), np.int64), np.zeros(len(digest), np.bool_)
    held = np.ascontiguousarray(table["pair"])
    places = np.minimum(np.searchsorted(held, digest), len(held) - 1)
    known: Bool = held[places] == digest
    return places, known


def _each_once(rows: Table) -> Table:
    _, firsts = np.unique(rows["pair"], return_index=True)
    return rows[firsts]
