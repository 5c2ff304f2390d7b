"""Steps for tests of exchanges: what they send depends on all that they got, and on its order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record

KINDS = ("home", "left", "right")


def number(*things: object) -> int:
    """A number that depends on all of them."""
    return int.from_bytes(blake2b(repr(things).encode(), digest_size=6).digest(), "little")


@dataclass(frozen=True)
class Reading:
    """Some records of each input."""

    parts: int
    seed: int

    def __call__(self, lot: Iterator[int]) -> Iterable[Record]:
        for item in lot:
            for kind in KINDS:
                told = number(self.seed, item, kind)
                if told % 4:
                    yield Record(told % self.parts, kind, (item, np.arange(told % 5)))


@dataclass(frozen=True)
class Mixing:
    """Some records on, and one for whoever asks, of all that a part got."""

    parts: int
    seed: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        told = [[_plain(value) for value in inbox[kind]] for kind in (*KINDS, "nobody's")]
        for at in range(number(told) % 4):
            on = number(self.seed, told, at)
            yield Record(on % self.parts, KINDS[1 + on % 2], (on, np.full(on % 3, part)))
        yield Record(NOWHERE, "told", (part, told))


def _plain(value: tuple[int, Any]) -> tuple[int, list[int]]:
    return value[0], value[1].tolist()


def told(exchange: Exchange, inputs: Any, seed: int) -> list[list[Any]]:
    """What whoever asks is told by a network of steps."""
    reading, mixing = Reading(exchange.parts, seed), Mixing(exchange.parts, seed)
    read = exchange.read(reading, inputs)
    home = exchange.kept(read.only("home"))
    first = exchange.step(mixing, read.only("left", "right"))
    second = exchange.step(mixing, first, read.only("right"), home=home)
    third = exchange.step(mixing, second.only("left"), home=home)
    last = exchange.step(mixing, home=home)
    return [list(sent.values("told")) for sent in (first, second, third, last)]
