import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.verbatim import verbatim
from dedup.text.shingles import fill, roll, workspace
from tests.rewritten import covered

words_ = st.lists(st.integers(0, 2), max_size=30)


def found(words: list[int], other: list[int], size: int, least: int) -> list[bool]:
    """Which words are covered; the return value is checked on the way."""
    longest = max(len(words), len(other))
    mine, (its, table, marks) = np.empty(longest + 1, np.uint64), workspace(longest)
    count = roll(np.array(words, np.uint32), 0, len(words), size, mine)
    filled = roll(np.array(other, np.uint32), 0, len(other), size, its)
    fill(its, filled, table, marks, 1)
    taken = np.ones(longest + 1, np.bool_)
    rest = verbatim(mine, count, filled, table, marks, 1, size, least, taken)
    in_words = taken[: len(words) if count > 0 else 0]
    assert rest == np.count_nonzero(~in_words)
    return [bool(word) for word in in_words]


@given(words_, words_, st.integers(1, 4), st.integers(1, 9))
def test_covered_are_the_words_of_long_runs_whose_shingles_the_other_has(
    words: list[int], other: list[int], size: int, least: int
) -> None:
    wanted = covered(words, other, size, least) if len(words) >= size else []
    assert found(words, other, size, least) == wanted


@given(words_.filter(lambda words: len(words) >= 12), words_, words_)
def test_a_passage_that_both_have_is_covered_whole(passage: list[int], before: list[int], after: list[int]) -> None:
    taken = found(before + passage + after, after + passage + before, 5, 12)
    assert all(taken[len(before) : len(before) + len(passage)])


@given(words_.filter(lambda words: len(words) >= 3), words_, st.integers(1, 9))
def test_a_larger_least_covers_no_more(words: list[int], other: list[int], least: int) -> None:
    few, many = found(words, other, 3, least + 1), found(words, other, 3, least)
    assert all(one <= other for one, other in zip(few, many, strict=True))


@pytest.mark.parametrize(("run", "rest"), [(11, 31), (12, 19), (13, 18)])
def test_a_run_counts_from_twelve_words_on(run: int, rest: int) -> None:
    passage, own = list(range(run)), list(range(100, 131 - run))
    words, other = own[:10] + passage + own[10:], list(range(200, 210)) + passage
    assert found(words, other, 5, 12).count(False) == rest


def test_two_articles_of_the_same_words_leave_nothing() -> None:
    assert all(found(list(range(12)), list(range(12)), 5, 12))


def test_an_article_without_a_shingle_has_nothing_to_cover() -> None:
    assert found([1, 2, 3], [1, 2, 3], 5, 1) == []
