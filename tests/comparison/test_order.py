import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.order import MOST_REPEATS, chain, common_order, counting, first_of, in_order
from dedup.text.shingles import table_size
from tests.made import columns, lists
from tests.rewritten import longest_in_order

stems = st.lists(st.integers(1, 6) | st.sampled_from([1 << 31, 2**32 - 1]), max_size=MOST_REPEATS)
many = st.lists(st.integers(1, 30) | st.integers(1, 2), max_size=80)


def chained(found: list[int]) -> tuple[np.ndarray, np.ndarray, int, np.ndarray, np.ndarray]:
    """The stems that count and their places, and the chain: mask, heads and what comes after each."""
    heads, after = np.empty(table_size(len(found)), np.int64), np.empty(len(found) + 1, np.int64)
    stems_, places = np.array(found, np.uint32), np.arange(len(found), dtype=np.int32)
    kept, mask = chain(stems_, places, len(found), heads, after)
    return stems_[:kept], places[:kept], mask, heads, after


def common(left: list[int], right: list[int]) -> int:
    one, (other, _, mask, heads, after) = chained(left)[0], chained(right)
    return int(common_order(one, len(one), other, mask, heads, after, np.empty(len(other) + 1, np.int64)))


def that_count(found: list[int]) -> list[int]:
    """The places of the stems that count: of each the first ones."""
    return [place for place, stem in enumerate(found) if found[:place].count(stem) < MOST_REPEATS]


@given(stems | many, stems | many)
def test_the_longest_common_order_is_the_one_that_dynamic_programming_finds(
    left: list[int], right: list[int]
) -> None:
    one, other = ([found[place] for place in that_count(found)] for found in (left, right))
    assert common(left, right) == longest_in_order(one, other)


@given(stems | many, stems | many)
def test_the_common_order_is_the_same_in_either_direction(left: list[int], right: list[int]) -> None:
    assert common(left, right) == common(right, left)


@given(stems | many)
def test_of_a_stem_that_comes_too_often_the_first_places_count(found: list[int]) -> None:
    kept, places, *_ = chained(found)
    assert places.tolist() == that_count(found)
    assert kept.tolist() == [found[place] for place in places.tolist()]


@given(stems, stems, stems)
def test_what_one_article_has_besides_takes_nothing_away(left: list[int], right: list[int], more: list[int]) -> None:
    assert common(left + more, right) >= common(left, right)


@given(st.permutations(range(1, 12)))
def test_an_article_has_all_its_stems_in_its_own_order(order: list[int]) -> None:
    assert common(order, order) == len(order)
    assert common(order, sorted(order, key=order.index, reverse=True)) == 1


@given(stems | many)
def test_a_chain_leads_from_the_last_place_of_each_stem_to_the_first(found: list[int]) -> None:
    kept, _, mask, heads, after = chained(found)
    for stem in set(found):
        places, at = [], first_of(np.uint32(stem), mask, heads)
        while at >= 0:
            places += [at] if kept[at] == stem else []
            at = int(after[at])
        assert places == np.flatnonzero(kept == stem)[::-1].tolist()


def test_five_thousand_times_one_stem_cost_little() -> None:
    assert common([1] * 5_000, [1] * 5_000) == MOST_REPEATS


@given(st.lists(stems | many))
def test_what_counts_is_moved_to_the_front_of_each_article(batch: list[list[int]]) -> None:
    assert lists(counting(columns(batch))) == [[found[place] for place in that_count(found)] for found in batch]


def enough(batch: list[list[int]], pairs: list[tuple[int, int]], least: float) -> list[bool]:
    found: list[bool] = in_order(counting(columns(batch)), np.array(pairs, np.int32), least).tolist()
    return found


@given(st.lists(stems | many, min_size=1, max_size=5), st.randoms(use_true_random=False), st.floats(0, 1))
def test_pairs_are_in_order_if_the_one_with_fewer_anchors_has_a_share_of_them_in_the_order_of_the_other(
    batch: list[list[int]], random: object, least: float
) -> None:
    pairs = [(a, b) for a in range(len(batch)) for b in range(len(batch)) if a != b]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    kept = [[found[place] for place in that_count(found)] for found in batch]
    shares = [longest_in_order(kept[a], kept[b]) / max(1, min(len(kept[a]), len(kept[b]))) for a, b in pairs]
    assert enough(batch, pairs, least) == [share >= least for share in shares]


def test_of_no_pairs_none_is_in_order() -> None:
    assert enough([[1, 2]], [], 0.5) == []


def test_anchors_in_another_order_are_not_in_order() -> None:
    forward = list(range(1, 100))
    assert enough([forward, forward, forward[::-1]], [(0, 1), (0, 2), (1, 2)], 0.1) == [True, False, False]
