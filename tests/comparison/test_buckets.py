import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.buckets import settle
from dedup.comparison.overlap import overlaps
from dedup.settings import Settings
from tests.made import columns

WHOLE = Settings(shingle_words=1, min_resemblance=0.5)


def settled(words: list[list[int]], settings: Settings = WHOLE):  # type: ignore[no-untyped-def]
    rows = np.zeros((len(words), 4), np.uint32)
    bucket = np.arange(len(words), dtype=np.int32)
    return settle(columns(words), [bucket, bucket], rows, 0, settings)


def groups_of(count: int, pairs: list[list[int]]) -> list[set[int]]:
    groups = [{i} for i in range(count)]
    for a, b in pairs:
        one, other = (next(g for g in groups if i in g) for i in (a, b))
        if one is not other:
            groups.remove(other)
            one |= other
    return groups


@given(st.lists(st.sampled_from([[1, 2, 3], [1, 2, 3, 4], [7, 8], [7, 8, 9], [5]]), min_size=1, max_size=12))
def test_all_that_resemble_each_other_are_linked(words: list[list[int]]) -> None:
    found = settled(words)
    groups = groups_of(len(words), found.pairs.tolist())
    kinds = [{1: "a", 7: "b", 5: "c"}[article[0]] for article in words]
    assert len(groups) == len(set(kinds))
    assert all(len({kinds[i] for i in group}) == 1 for group in groups)
    assert found.unsettled == 0


@given(st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=8), min_size=1, max_size=10))
def test_links_are_near_pairs_with_their_exact_counts_each_once(words: list[list[int]]) -> None:
    found = settled(words)
    exact = overlaps(columns(words), found.pairs, 1)
    assert found.overlaps.shared.tolist() == exact.shared.tolist()
    assert found.overlaps.left.tolist() == exact.left.tolist()
    assert (exact.resemblance >= 0.5).all()
    pairs = [tuple(pair) for pair in found.pairs.tolist()]
    assert len(pairs) == len(set(pairs))
    assert all(left < right for left, right in pairs)


def test_a_thousand_like_pages_cost_one_comparison_each() -> None:
    found = settled([[1, 2, 3, 10 + i] for i in range(1000)])
    assert len(found.pairs) == 999


def test_a_bucket_is_left_after_max_pivots_that_found_nobody_and_the_rest_is_counted() -> None:
    words = [[10 * i, 10 * i + 1] for i in range(10)]
    rows, bucket = np.zeros((10, 4), np.uint32), np.arange(10, dtype=np.int32)
    left = settle(columns(words), [bucket], rows, 0, Settings(shingle_words=1, max_pivots=3))
    assert left.unsettled == 7


def test_a_group_in_a_bucket_of_strangers_is_found_whole() -> None:
    words = [[5000 + i] if i % 4 else [1, 2, 3, 10 * i + 4] for i in range(400)]
    found = settled(words)
    group = max(groups_of(len(words), found.pairs.tolist()), key=len)
    assert group == set(range(0, 400, 4))


def test_no_buckets_need_no_settling() -> None:
    found = settle(columns([[1]]), [], np.zeros((1, 4), np.uint32), 0, WHOLE)
    assert (len(found.pairs), found.unsettled) == (0, 0)
