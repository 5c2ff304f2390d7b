import numpy as np
import pytest

from dedup.clusters.extent import CUT, GROWN, WHOLE, extents
from dedup.weights import ORIGIN_WEIGHTS

Pair = tuple[int, int, float, float]


def found(lengths: list[int], pairs: list[Pair], *, copies: list[int] | None = None) -> list[int]:
    """The extents of texts of one cluster; a pair is two texts and the containment of each in the other."""
    columns = np.array(pairs, float).reshape(-1, 4)
    extent: list[int] = extents(
        columns[:, :2].astype(np.int32),
        columns[:, 2],
        columns[:, 3],
        lengths=np.array(lengths, np.int64),
        copies=np.array(copies or [1] * len(lengths), np.int64),
        group=np.zeros(len(lengths), np.int64),
        weights=ORIGIN_WEIGHTS,
    ).tolist()
    return extent


def test_a_text_that_another_holds_whole_is_cut_from_it() -> None:
    assert found([300, 600], [(0, 1, 1.0, 0.5)]) == [CUT, WHOLE]


def test_the_order_of_a_pair_says_nothing() -> None:
    assert found([600, 300], [(0, 1, 0.5, 1.0)]) == [WHOLE, CUT]


def test_a_text_that_lacks_little_may_be_the_text_before_it_grew() -> None:
    assert found([500, 600], [(0, 1, 1.0, 0.8)]) == [WHOLE, WHOLE]


def test_a_short_text_with_words_of_its_own_is_not_cut() -> None:
    assert found([300, 600], [(0, 1, 0.6, 0.3)]) == [WHOLE, WHOLE]


@pytest.mark.parametrize("pairs", [[(0, 1, 0.95, 0.95), (0, 2, 1.0, 0.5), (1, 2, 0.95, 0.5)]])
def test_where_two_have_the_short_form_the_long_one_has_grown(pairs: list[Pair]) -> None:
    assert found([300, 305, 600], pairs) == [WHOLE, WHOLE, GROWN]


def test_two_articles_of_one_text_are_two() -> None:
    assert found([300, 600], [(0, 1, 1.0, 0.5)], copies=[2, 1]) == [WHOLE, GROWN]


def test_pairs_of_other_clusters_say_nothing() -> None:
    pairs, share = np.array([[0, 1]], np.int32), np.ones(1)
    lengths, group = np.array([300, 600]), np.array([0, 1])
    extent = extents(
        pairs, share, share / 2, lengths=lengths, copies=np.ones(2, np.int64), group=group, weights=ORIGIN_WEIGHTS
    )
    assert extent.tolist() == [WHOLE, WHOLE]


def test_a_cluster_of_one_text_needs_no_pairs() -> None:
    assert found([300], [], copies=[3]) == [WHOLE]
