"""Numbers sorted by their bits are what a stable sort makes of them, whether there are few or many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import sorting
from dedup.sorting import DIGIT, FEW, distinct_by_bits, lower_bound, sort_hashes, sorted_by_bits

bounds = st.tuples(st.integers(0, 63), st.integers(1, 64)).map(sorted).filter(lambda pair: pair[0] < pair[1])
numbers = st.lists(st.integers(0, 7) | st.integers(0, 2**64 - 1), max_size=60)


def plainly(keys: list[int], low: int, high: int) -> list[int]:
    return sorted(keys, key=lambda key: key >> low & (1 << high - low) - 1)


def many(seed: int, count: int = FEW + 1) -> list[int]:
    """More numbers than are sorted in the other way, a quarter of them twice."""
    drawn = np.random.RandomState(seed).randint(0, 1 << 63, count - count // 4, dtype=np.uint64)
    found: list[int] = np.concatenate([drawn, drawn[: count // 4] ^ np.uint64(1)]).tolist()
    return found


def sort(keys: list[int], low: int, high: int = 64) -> list[int]:
    found: list[int] = sorted_by_bits(np.array(keys, np.uint64), low, high).tolist()
    return found


@given(numbers, bounds)
def test_a_few_numbers_are_sorted_stably_by_these_bits(keys: list[int], at: tuple[int, int]) -> None:
    assert sort(keys, *at) == plainly(keys, *at)


@given(st.integers(0, 2**32 - 1), bounds)
def test_many_numbers_are_sorted_stably_by_these_bits(seed: int, at: tuple[int, int]) -> None:
    keys = many(seed)
    assert sort(keys, *at) == plainly(keys, *at)


@given(numbers, bounds)
def test_both_ways_of_sorting_agree(keys: list[int], at: tuple[int, int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "FEW", -1)
        assert sort(keys, *at) == plainly(keys, *at)


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, FEW + 1])
def test_nothing_is_lost_and_nothing_is_added(count: int) -> None:
    keys = many(1, count)
    assert sorted(sort(keys, 20, 40)) == sorted(keys)


@pytest.mark.parametrize("bits", [1, DIGIT - 1, DIGIT, DIGIT + 1, 2 * DIGIT, 64])
def test_any_number_of_digits_sorts_whether_even_or_odd(bits: int) -> None:
    keys = many(2)
    assert sort(keys, 64 - bits) == plainly(keys, 64 - bits, 64)


def test_without_an_upper_end_all_bits_from_the_low_one_on_count() -> None:
    assert sort([1 << 63 | 1, 2, 1 << 63, 3], 1) == [2, 3, 1 << 63 | 1, 1 << 63]


def hashes_sorted(keys: list[int], high: int = 64) -> list[int]:
    found = np.array(keys, np.uint64)
    sort_hashes(found, np.empty(len(found), np.uint64), high, np.empty(1 << DIGIT, np.int64))
    return found.tolist()  # type: ignore[no-any-return]


@given(numbers, st.integers(1, 64))
def test_hashes_are_sorted_however_they_fall(keys: list[int], high: int) -> None:
    keys = [key & (1 << high) - 1 for key in keys]
    assert hashes_sorted(keys, high) == sorted(keys)


@pytest.mark.parametrize("count", [5, 3_000, (1 << 20) + 1])
def test_many_hashes_are_sorted(count: int) -> None:
    keys = np.random.RandomState(3).randint(0, 1 << 62, count, dtype=np.uint64)
    assert hashes_sorted(keys.tolist()) == np.sort(keys).tolist()


@given(numbers)
def test_distinct_numbers_come_once_each_and_in_order(keys: list[int]) -> None:
    assert distinct_by_bits(np.array(keys, np.uint64), 64).tolist() == sorted(set(keys))


@given(st.lists(st.integers(-5, 5), max_size=12).map(sorted), st.integers(-6, 6), st.integers(0, 12))
def test_a_number_is_found_in_order_as_by_numpy(numbers: list[int], wanted: int, low: int) -> None:
    low, ordered = min(low, len(numbers)), np.array(numbers, np.int32)
    found = lower_bound(ordered, low, len(ordered), wanted)
    assert found == low + np.searchsorted(ordered[low:], wanted)
