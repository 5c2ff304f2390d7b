import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import ranges
from tests.made import columns

articles = st.lists(st.lists(st.integers(0, 9), max_size=5), min_size=1, max_size=6)


@given(articles, st.randoms())
def test_articles_can_be_taken_in_any_order_without_a_copy(words: list[list[int]], random: object) -> None:
    order = list(range(len(words)))
    random.shuffle(order)  # type: ignore[attr-defined]
    held = columns(words)
    taken = held.take(np.array(order))
    assert [taken[i].tolist() for i in range(len(taken))] == [words[i] for i in order]
    assert taken.values is held.values
    assert taken.lengths.tolist() == [len(words[i]) for i in order]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=8))
def test_ranges_are_the_numbers_of_each_one_after_the_other(runs: list[tuple[int, int]]) -> None:
    starts, lengths = (np.array([run[i] for run in runs], np.int64) for i in (0, 1))
    assert ranges(starts, lengths).tolist() == [n for start, length in runs for n in range(start, start + length)]
