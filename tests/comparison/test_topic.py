import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.topic import topic_share
from tests.made import RARE, stem, texts

articles = st.lists(st.integers(1, 4) | st.integers(RARE, RARE + 9), max_size=12)


def share(part: list[int], whole: list[int]) -> float:
    return float(topic_share(texts([[part], [whole]]), np.array([[0, 1]], np.int32), 5)[0])


def stems(words: list[int]) -> set[int]:
    return {stem(word) for word in words if stem(word)}


@given(articles, articles)
def test_a_topic_is_shared_as_far_as_distinct_anchors_stand_in_the_rest(part: list[int], rest: list[int]) -> None:
    apart = [1, 2, 3, 4, 1, 2, 3]  # so that no run of five words is in both
    mine = stems(part)
    shared = share(part, [*rest[:4], *apart]) if len(part) < 5 else None
    assert shared is None or shared == (len(mine & stems(rest[:4])) / len(mine) if mine else 0.0)


def test_what_stands_word_for_word_in_the_article_is_the_part_and_no_rest() -> None:
    part = [RARE, 1, RARE + 1, 2, RARE + 2, 3]
    assert share(part, [*part, 4, 4, 4]) == 0.0
    assert share(part, [4, RARE + 1, 4, *part, 4, 4]) == 1 / len(stems(part))


def test_no_pairs_share_no_topic() -> None:
    assert topic_share(texts([[[1]]]), np.empty((0, 2), np.int32), 5).tolist() == []
