"""Rounds go through all things once, in order, and hold no more than they may, but in few rounds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketches.rounds import MOST, room, rounds

sizes = st.lists(st.integers(0, 9), max_size=30)


@given(sizes, st.integers(0, 20))
def test_rounds_go_through_all_things_in_order(sizes: list[int], at_once: int) -> None:
    some = rounds(np.array(sizes, np.int64), at_once)
    assert [thing for one in some for thing in range(one.first, one.stop)] == list(range(len(sizes)))
    for one in some:
        own = sizes[one.first : one.stop]
        assert one.sizes.tolist() == own
        assert one.begins.tolist() == np.cumsum([0, *own])[:-1].tolist()


@given(sizes, st.integers(0, 20))
def test_there_are_few_rounds_and_none_holds_too_much(sizes: list[int], at_once: int) -> None:
    some = rounds(np.array(sizes, np.int64), at_once)
    assert len(some) <= MOST + 1
    assert room(some) <= max(at_once, sum(sizes) // MOST + max(sizes, default=0))
