import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.order import MOST_REPEATS, chain, common_order, first_of
from dedup.text.shingles import table_size
from tests.rewritten import longest_in_order

stems = st.lists(st.integers(1, 6) | st.sampled_from([1 << 31, 2**32 - 1]), max_size=MOST_REPEATS)
many = st.lists(st.integers(1, 30), max_size=60).filter(
    lambda found: all(found.count(stem) <= MOST_REPEATS for stem in found)
)


def common(left: list[int], right: list[int]) -> int:
    heads, after = np.empty(table_size(len(right)), np.int64), np.empty(len(right) + 1, np.int64)
    tails, chained = np.empty(len(right) + 1, np.int64), np.array(right, np.uint32)
    mask = chain(chained, len(right), heads, after)
    return int(common_order(np.array(left, np.uint32), len(left), chained, mask, heads, after, tails))


@given(stems | many, stems | many)
def test_the_longest_common_order_is_the_one_that_dynamic_programming_finds(
    left: list[int], right: list[int]
) -> None:
    assert common(left, right) == longest_in_order(left, right)


@given(stems | many, stems | many)
def test_where_no_stem_comes_too_often_it_is_symmetric(left: list[int], right: list[int]) -> None:
    assert common(left, right) == common(right, left)


@given(st.lists(st.integers(1, 2), max_size=60), st.lists(st.integers(1, 2), max_size=60))
def test_of_a_stem_that_comes_too_often_the_last_places_count(left: list[int], right: list[int]) -> None:
    kept = [stem for i, stem in enumerate(right) if right[i:].count(stem) <= MOST_REPEATS]
    assert common(left, right) == longest_in_order(left, kept)


@given(stems, stems, stems)
def test_what_one_article_has_besides_takes_nothing_away(left: list[int], right: list[int], more: list[int]) -> None:
    assert common(left + more, right) >= common(left, right)


@given(st.permutations(range(1, 12)))
def test_an_article_has_all_its_stems_in_its_own_order(order: list[int]) -> None:
    assert common(order, order) == len(order)
    assert common(order, sorted(order, key=order.index, reverse=True)) == 1


@given(stems)
def test_a_chain_leads_from_the_last_place_of_each_stem_to_the_first(found: list[int]) -> None:
    heads, after = np.empty(table_size(len(found)), np.int64), np.empty(len(found) + 1, np.int64)
    mask = chain(np.array(found, np.uint32), len(found), heads, after)
    for stem in found:
        places, at = [], first_of(np.uint32(stem), mask, heads)
        while at >= 0:
            places += [at] if found[at] == stem else []
            at = int(after[at])
        assert places == [place for place in reversed(range(len(found))) if found[place] == stem]


def test_five_thousand_times_one_stem_cost_little() -> None:
    assert common([1] * 5_000, [1] * 5_000) == MOST_REPEATS
