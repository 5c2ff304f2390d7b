"""Passages are what a plain search for shared runs finds."""

from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.passages import MOST_PLACES, Stretches, passages
from tests.made import columns

Row = tuple[int, int, int]
"""First word, the one after the last, and the first word in the other article."""

few_words = st.lists(st.integers(0, 3), max_size=40)
sizes = st.integers(2, 5)


def found(left: list[int], right: list[int], size: int) -> list[Row]:
    return rows(passages(columns([left, right]), np.array([[0, 1]], np.int32), size))


def rows(stretches: Stretches) -> list[Row]:
    assert (np.diff(stretches.left) == np.diff(stretches.right)).all()
    assert (np.diff(stretches.left)[:, 0] == stretches.weight).all()
    ends = stretches.left.tolist(), stretches.right[:, 0].tolist()
    return [(first, stop, to) for (first, stop), to in zip(*ends, strict=True)]


def reach(left: list[int], right: list[int], i: int, j: int) -> int:
    """How many words are equal from two places on."""
    count = 0
    while i + count < len(left) and j + count < len(right) and left[i + count] == right[j + count]:
        count += 1
    return count


def plain(left: list[int], right: list[int], size: int) -> list[Row]:
    """The same from the definition: each word belongs to the longest shared run that holds it."""
    runs: list[Row] = []
    for i in range(len(left)):
        longest = max((reach(left, right, i, j) for j in range(len(right))), default=0)
        if longest < size or (runs and i + longest <= runs[-1][1]):
            continue
        places = [j for j in range(len(right)) if reach(left, right, i, j) == longest]
        behind = runs[-1][2] + min(i, runs[-1][1]) - runs[-1][0] if runs else 0
        runs.append((i, i + longest, next((j for j in places if j >= behind), places[0])))
    owners = []
    for word in range(len(left)):
        holding = [run for run in runs if run[0] <= word < run[1]]
        owners.append((word, max(holding, key=lambda run: run[1] - run[0], default=None)))
    kept = []
    for run, group in groupby(owners, key=lambda owner: owner[1]):
        taken = [word for word, _ in group]
        if run and len(taken) >= size:
            kept.append((taken[0], taken[-1] + 1, run[2] + taken[0] - run[0]))
    return kept


@given(few_words, few_words, sizes)
def test_passages_are_those_of_a_plain_search(left: list[int], right: list[int], size: int) -> None:
    if all(right.count(word) <= MOST_PLACES for word in right):
        assert found(left, right, size) == plain(left, right, size)


@given(few_words, few_words, sizes)
def test_every_passage_is_equal_word_for_word_and_long_enough(left: list[int], right: list[int], size: int) -> None:
    for first, stop, to in found(left, right, size):
        assert stop - first >= size and left[first:stop] == right[to : to + stop - first]


@given(few_words, few_words, sizes)
def test_passages_do_not_overlap_and_stand_in_order(left: list[int], right: list[int], size: int) -> None:
    ends = [(first, stop) for first, stop, _ in found(left, right, size)]
    assert all(before[1] <= after[0] for before, after in pairwise(ends))


@given(few_words, few_words, sizes)
def test_a_passage_ends_where_words_differ_or_another_passage_goes_on(
    left: list[int], right: list[int], size: int
) -> None:
    if any(right.count(word) > MOST_PLACES for word in right):
        return
    for first, stop, to in found(left, right, size):
        assert reach(left, right, first, to) == stop - first or _held(left, right, size, stop)


def _held(left: list[int], right: list[int], size: int, word: int) -> bool:
    """Whether a shared run of at least ``size`` words holds a word."""
    return any(
        i + reach(left, right, i, j) > word and reach(left, right, i, j) >= size
        for i in range(word + 1)
        for j in range(len(right))
    )


@given(few_words, sizes)
def test_an_article_is_one_passage_of_itself(words: list[int], size: int) -> None:
    assert found(words, words, size) == ([(0, len(words), 0)] if len(words) >= size else [])


@given(st.permutations(range(30)), st.permutations(range(30)), sizes)
def test_of_words_that_stand_once_both_articles_have_the_same_passages(
    left: list[int], right: list[int], size: int
) -> None:
    there = {(first, to, stop - first) for first, stop, to in found(left, right, size)}
    back = {(to, first, stop - first) for first, stop, to in found(right, left, size)}
    assert there == back


@given(st.lists(few_words, min_size=2, max_size=5), sizes, st.randoms())
def test_a_pair_has_the_same_passages_among_other_pairs(words: list[list[int]], size: int, random: object) -> None:
    pairs = [(a, b) for a in range(len(words)) for b in range(len(words))]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    all_ = passages(columns(words), np.array(pairs, np.int32), size)
    for number, (a, b) in enumerate(pairs):
        assert rows(all_.take(np.flatnonzero(all_.pair == number))) == found(words[a], words[b], size)


def test_a_passage_that_stands_twice_is_placed_behind_the_one_before_it() -> None:
    refrain, one, two = [1, 2, 3], [4, 5, 6], [7, 8, 9]
    assert found([*one, 0, *refrain], [*refrain, *one, *two, *refrain], 3) == [(0, 3, 3), (4, 7, 9)]
    assert found([0, *refrain], [*refrain, *two, *refrain], 3) == [(1, 4, 0)]


def test_what_a_longer_passage_leaves_is_a_passage_if_it_is_long_enough() -> None:
    left = [1, 2, 3, 4, 5, 6, 7, 8]
    right = [1, 2, 3, 4, 5, 0, 4, 5, 6, 7, 8, 9]
    assert found(left, right, 3) == [(0, 5, 0), (5, 8, 8)]
    assert found(left, right, 4) == [(0, 5, 0)]


@pytest.mark.parametrize(("left", "right"), [(100_000, 100_000), (100_000, 50_000), (50_000, 100_000)])
def test_one_word_over_and_over_is_not_compared_with_itself_in_all_places(left: int, right: int) -> None:
    taken = found([7] * left, [7] * right, 8)
    assert sum(stop - first for first, stop, _ in taken) >= min(left, right)


def test_the_heaviest_are_taken_from_each_pair() -> None:
    pair, weight = np.array([0, 0, 0, 2, 2]), np.array([5, 9, 9, 1, 2])
    places = np.stack([np.arange(5), np.arange(5) + 1], axis=1)
    some = Stretches(pair, places, places, weight).heaviest(2)
    assert (some.pair.tolist(), some.left[:, 0].tolist()) == ([0, 0, 2, 2], [1, 2, 4, 3])


def test_no_pairs_have_no_passages() -> None:
    assert len(passages(columns([[1, 2]]), np.empty((0, 2), np.int32), 2).pair) == 0
