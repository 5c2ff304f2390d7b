"""Alike in parts: articles with equal words meet where their digest falls, and learn who is the first of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from xxhash import xxh3_128_digest

from dedup.columns import I32, I64, U64, Column
from dedup.engines.exchange import NOWHERE, Inbox, Record
from dedup.workflows.wide.sheets import Layout, by_part


class Digests(NamedTuple):
    """Of the words of some articles of a part."""

    part: int
    rows: I32
    """Shape (articles,): the place of each in the part."""

    digests: U64
    """Shape (articles, 2): 128 bits, which no two different texts share."""

    weights: I64
    """Shape (articles,): what is to be summed up over the first ones."""


def digests(part: int, parts: int, words: Column[np.uint32], weights: I64) -> Iterator[Record]:
    """``digests`` to where they meet. Articles without a word are like no other."""
    rows = np.flatnonzero(words.lengths).astype(np.int32)
    found = np.frombuffer(b"".join(xxh3_128_digest(words[row].data) for row in rows.tolist()), np.uint64).reshape(
        -1, 2
    )
    to = (found[:, 0] % np.uint64(parts)).astype(np.int64)
    for part_, some, digest, weight in by_part(to, rows, found, weights[rows]):
        yield Record(part_, "digests", Digests(part, some, digest, weight))


@dataclass(frozen=True, slots=True)
class Alike:
    """Which articles have equal words."""

    layout: Layout

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each part ``later``: its articles that others come before, each with the first one, shape (articles, 2);
        and ``first``: its articles that others come after, each with these. Nowhere, the ``weight`` of the first ones
        and the ``count of later`` ones."""
        some: Sequence[Digests] = inbox["digests"]
        numbers = np.concatenate([self.layout.firsts[one.part] + one.rows for one in some])
        found, weights = (np.concatenate([getattr(one, name) for one in some]) for name in ("digests", "weights"))
        order = np.lexsort((numbers, found[:, 1], found[:, 0]))
        numbers, found = numbers[order], found[order]
        new = np.ones(len(found), np.bool_)
        new[1:] = (found[1:] != found[:-1]).any(axis=1)
        firsts = numbers[np.flatnonzero(new)][np.cumsum(new) - 1]
        pairs = np.stack([numbers, firsts], axis=1)[~new]
        for to, rows in by_part(self.layout.part_of(pairs[:, 0]), pairs):
            yield Record(to, "later", rows)
        for to, rows in by_part(self.layout.part_of(pairs[:, 1]), pairs[:, ::-1]):
            yield Record(to, "first", rows)
        yield Record(NOWHERE, "weight", int(weights[order][new].sum()))
        yield Record(NOWHERE, "count of later", len(pairs))


def first_ones(
    part: int, layout: Layout, inbox: Inbox, kind: str = "later"
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which articles of a part nobody with equal words comes before, shape (articles,)."""
    found = np.ones(layout.size(part), np.bool_)
    for pairs in inbox[kind]:
        found[pairs[:, 0] - layout.firsts[part]] = False
    return found
