from collections import Counter
from itertools import chain
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import Column
from dedup.footers.counting import MOST_COUNTED, SLOT_BITS, Counts, count_bits, counted, next_count, slot_of, slots_of
from dedup.parts import Spread, at_once
from tests.footers.made import RANDOMS, scattered
from tests.made import columns, in_parts

articles = st.lists(st.lists(st.integers(0, 14), max_size=14), max_size=9)
"""The picks of each article: small keys, of which no two share a count."""


def found(picked: Column[np.uint32], fewest: int = 2, spread: Spread = at_once) -> tuple[list[list[int]], Counts]:
    """The count of each pick of each article, as they are met in the parts that ``spread`` gives."""
    counts = counted(picked, fewest, spread)

    def told(start: int, stop: int) -> list[list[int]]:
        def one(pick: int) -> int:
            return int(next_count(np.uint32(pick), counts.counts, counts.bits, counts.begins[start]))

        return [[one(pick) for pick in picked[article].tolist()] for article in range(start, stop)]

    return list(chain(*spread(told, len(picked)))), counts


@given(articles, st.integers(1, 5), st.integers(1, 4), RANDOMS)
def test_counts_are_those_of_plain_python(picked: list[list[int]], parts: int, fewest: int, random: Random) -> None:
    plain = Counter(pick for article in picked for pick in article)
    told, counts = found(scattered(picked, random, between=[]), fewest, in_parts(parts))
    assert told == [[plain[pick] for pick in article] for article in picked]
    assert counts.frequent == sum(count >= fewest for count in plain.values())


@pytest.mark.parametrize("parts", [1, 3])
def test_picks_in_many_parts_of_the_table_are_counted_alike(parts: int) -> None:
    picks = np.random.RandomState(1).randint(0, 1 << 14, 70_000).astype(np.uint32) * np.uint32(0x85EBCA6B)
    bits = count_bits(len(picks))
    slots = slots_of(picks, bits)
    assert slots.max() >> SLOT_BITS == 3
    told, counts = found(columns(picks.reshape(7, -1).tolist()), 7, in_parts(parts))
    assert list(chain(*told)) == np.bincount(slots)[slots].tolist()
    assert counts.frequent == np.count_nonzero(np.bincount(slots) >= 7)


def test_counts_stop_at_the_most() -> None:
    told, _ = found(columns([[7] * (MOST_COUNTED + 1), [8]]))
    assert told == [[MOST_COUNTED] * (MOST_COUNTED + 1), [1]]


@given(st.integers(0, (1 << 32) - 1), st.integers(16, 32))
def test_the_slot_of_one_pick_is_that_of_many(pick: int, bits: int) -> None:
    assert int(slot_of(np.uint32(pick), bits)) == slots_of(np.array([pick], np.uint32), bits)[0]


def test_no_picks_have_no_counts() -> None:
    assert found(columns([[], []]))[0] == [[], []]
