import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.overlap import distinct, overlaps
from tests.made import columns

articles = st.lists(st.lists(st.integers(0, 4), max_size=25), min_size=2, max_size=6)


def shingle_set(words: list[int], size: int) -> set[tuple[int, ...]]:
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


@given(articles, st.integers(1, 4), st.randoms())
def test_overlaps_count_what_sets_of_shingles_share(words: list[list[int]], size: int, random: object) -> None:
    pairs = [(a, b) for a in range(len(words)) for b in range(len(words)) if a != b]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    found = overlaps(columns(words), np.array(pairs, np.int32), size)
    for i, (a, b) in enumerate(pairs):
        left, right = shingle_set(words[a], size), shingle_set(words[b], size)
        assert (found.left[i], found.right[i], found.shared[i]) == (len(left), len(right), len(left & right))
        assert found.resemblance[i] == len(left & right) / max(1, len(left | right))
        assert found.left_in_right[i] == len(left & right) / max(1, len(left))


@given(articles)
def test_resemblance_is_symmetric_and_containment_turns_round(words: list[list[int]]) -> None:
    pairs = np.array([(a, b) for a in range(len(words)) for b in range(len(words)) if a != b], np.int32)
    there, back = overlaps(columns(words), pairs, 2), overlaps(columns(words), pairs[:, ::-1], 2)
    assert there.resemblance.tolist() == back.resemblance.tolist()
    assert there.left_in_right.tolist() == back.right_in_left.tolist()


@given(articles)
def test_measures_are_shares(words: list[list[int]]) -> None:
    pairs = np.array([(a, b) for a in range(len(words)) for b in range(len(words)) if a != b], np.int32)
    found = overlaps(columns(words), pairs, 2)
    for measure in (found.resemblance, found.left_in_right, found.right_in_left):
        assert ((measure >= 0) & (measure <= 1)).all()


def test_distinct_shingles_are_counted_per_asked_article() -> None:
    assert distinct(columns([[1, 1, 1], [1, 2, 3], []]), np.array([2, 0, 1, 0], np.int32), 1).tolist() == [0, 1, 3, 1]


def test_no_pairs_share_nothing() -> None:
    assert len(overlaps(columns([[1, 2]]), np.empty((0, 2), np.int32), 1).shared) == 0
