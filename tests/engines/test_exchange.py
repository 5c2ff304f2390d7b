"""Exchanges, held against what is said of them; ``Here`` is the yardstick of the others."""

from collections.abc import Iterable, Iterator

import pytest

from dedup.engines.exchange import NOWHERE, Here, Inbox, Record
from tests.engines.networks import told


def to_both(lot: Iterator[int]) -> Iterable[Record]:
    for item in lot:
        yield Record(item % 2, "items", item)


def listed(part: int, inbox: Inbox) -> Iterable[Record]:
    yield Record(NOWHERE, "list", (part, inbox["items"], inbox["others"]))


def test_a_part_gets_what_was_sent_to_it_in_order() -> None:
    here = Here(2)
    sent = here.step(listed, here.read(to_both, range(7)))
    assert list(sent.values("list")) == [(0, [0, 2, 4, 6], []), (1, [1, 3, 5], [])]


def test_a_part_that_got_nothing_is_not_called() -> None:
    here = Here(2)
    sent = here.step(listed, here.read(to_both, [1]))
    assert list(sent.values("list")) == [(1, [1], [])]


def test_what_goes_nowhere_reaches_no_part() -> None:
    here = Here(2)
    first = here.step(listed, here.read(to_both, [1]))
    assert list(here.step(listed, first).values("list")) == []


def test_a_function_that_cannot_be_sent_elsewhere_fails_here_too() -> None:
    def inner(lot: Iterator[int]) -> Iterable[Record]:
        return [Record(0, "items", item) for item in lot]

    with pytest.raises(AttributeError):
        Here(1).read(inner, [1])


def test_nothing_gives_nothing() -> None:
    assert told(Here(3), [], 1) == [[], [], [], []]
