import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.topic import topic_share
from tests.made import RARE, stem, texts

articles = st.lists(st.integers(1, 4) | st.integers(RARE, RARE + 9), max_size=12)


def share(left: list[int], right: list[int]) -> float:
    return float(topic_share(texts([[left], [right]]), np.array([[0, 1]], np.int32))[0])


def stems(words: list[int]) -> set[int]:
    return {stem(word) for word in words if stem(word)}


@given(articles, articles)
def test_a_topic_is_shared_as_far_as_distinct_anchors_are(left: list[int], right: list[int]) -> None:
    fewer = min(len(stems(left)), len(stems(right)))
    assert share(left, right) == (len(stems(left) & stems(right)) / fewer if fewer else 0.0)


@given(articles, articles, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_nor_direction_changes_it(
    left: list[int], right: list[int], random: object
) -> None:
    shuffled = left * 2
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert share(shuffled, right) == share(left, right) == share(right, left)


def test_no_pairs_share_no_topic() -> None:
    assert topic_share(texts([[[1]]]), np.empty((0, 2), np.int32)).tolist() == []
