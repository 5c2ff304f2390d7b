"""Exchanges: how work is done that no one machine holds, in rounds of sending columns from part to part.

A collection lies in ``parts``. In a *step*, each part takes what was sent to it, works, and sends records on: to
other parts, or to whoever asks at the end. Nothing is shared but what is sent (Valiant 1990, a bridging model for
parallel computation, doi:10.1145/79173.79181). A record is a batch of columns, never an article or a pair.

``Here`` does all of this in one process: what the tests hold other exchanges against.
"""

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

In = TypeVar("In")

NOWHERE = -1
"""The part of a record that no part takes: it is for whoever asks for its kind."""


class Record(NamedTuple):
    """Something sent."""

    part: int
    """Who takes it: 0 to ``parts - 1``, or ``NOWHERE``."""

    kind: str
    value: Any
    """Columns; can be pickled. Some megabytes at most: more is sent as several records."""


Inbox = Mapping[str, Sequence[Any]]
"""What was sent to a part, by kind: values in order of who sent them, and then of sending. Kinds that nobody sent are
empty. What is large is to be gone through once: it may lie on a disk."""

Step = Callable[[int, Inbox], Iterable[Record]]
"""What a part does with what it got; called with its number, for parts that got anything. Can be pickled."""


class Sent(Protocol):
    """What the parts sent in a step."""

    def only(self, *kinds: str) -> "Sent":
        """The records of some kinds."""

    def values(self, kind: str) -> Iterator[Any]:
        """Values of a kind, in order of who sent them and then of sending, one after the other: whoever asks need
        not hold them all."""


class Exchange(Protocol):
    """Where parts are, and how they get what is sent to them."""

    parts: int

    def read(self, function: Callable[[Iterator[In]], Iterable[Record]], inputs: Any) -> Sent:
        """``function`` of the inputs, some at a time: called for each lot of them, which it goes through once.

        Senders are numbered in the order of the inputs as far as that has one.
        """

    def step(self, function: Step, *mail: Sent, home: Sent | None = None) -> Sent:
        """What the parts send that got ``mail``. What ``home`` has comes with the mail; it was ``kept``."""

    def kept(self, sent: Sent) -> Sent:
        """The same, laid where its parts are, for several steps to use: it is not sent again each time."""


class Here:
    """An exchange in this process."""

    def __init__(self, parts: int) -> None:
        self.parts = parts

    def read(self, function: Callable[[Iterator[In]], Iterable[Record]], inputs: Iterable[In]) -> "SentHere":
        """Each input is a lot of its own."""
        return SentHere([_copy(record) for one in inputs for record in pickled(function)(iter([one]))])

    def step(self, function: Step, *mail: "SentHere", home: "SentHere | None" = None) -> "SentHere":
        """Part after part."""
        inboxes: dict[int, defaultdict[str, list[Any]]] = {}
        for sent in (home, *mail) if home else mail:
            for record in sent.records:
                if record.part != NOWHERE:
                    inboxes.setdefault(record.part, defaultdict(list))[record.kind].append(record.value)
        return SentHere(
            [_copy(record) for part in sorted(inboxes) for record in pickled(function)(part, inboxes[part])]
        )

    def kept(self, sent: "SentHere") -> "SentHere":
        """As it is."""
        return sent


class SentHere:
    """What was sent in this process."""

    def __init__(self, records: list[Record]) -> None:
        self.records = records

    def only(self, *kinds: str) -> "SentHere":
        """The records of some kinds."""
        return SentHere([record for record in self.records if record.kind in kinds])

    def values(self, kind: str) -> Iterator[Any]:
        """Values of a kind."""
        return (record.value for record in self.records if record.kind == kind)


def pickled(function: In) -> In:
    """What another process would get."""
    found: In = pickle.loads(pickle.dumps(function, 5))
    return found


def _copy(record: Record) -> Record:
    return record._replace(value=pickled(record.value))
