from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.order import MOST_REPEATS, chain
from dedup.comparison.sentences import MOST_SENTENCES, alignment, paired, sentence_numbers
from dedup.text.shingles import table_size
from tests.laws import costly
from tests.rewritten import Sentence, alike, flat, most_in_common

articles = st.lists(st.lists(st.integers(1, 9), max_size=5), min_size=1, max_size=6).filter(
    lambda found: all(flat(found).count(stem) <= MOST_REPEATS for stem in range(1, 10))
)
Pairs = list[tuple[int, int]]


def column(article: list[Sentence]) -> tuple[np.ndarray, np.ndarray]:
    """The anchors of an article, and the sentence that each stands in."""
    numbers = [number for number, sentence in enumerate(article) for _ in sentence]
    return np.array(flat(article), np.uint32), np.array(numbers, np.int32)


def aligned(left: list[Sentence], right: list[Sentence]) -> tuple[float, Pairs]:
    """How much two articles have in common, and which of their sentences were paired, in order."""
    (lefts, of_left), (rights, of_right) = column(left), column(right)
    heads, after = np.empty(table_size(len(rights)), np.int64), np.empty(len(rights) + 1, np.int64)
    most = max(len(left), len(right)) + 1
    best, pairs = np.full((most, most), np.nan), np.empty((most, 2), np.int32)
    _, mask = chain(rights, np.zeros(len(rights), np.int32), len(rights), heads, after)
    common = alignment(
        lefts, len(lefts), of_left, len(left), rights, len(rights), of_right, len(right), mask, heads, after, best
    )
    count = paired(best, len(left), len(right), pairs)
    return common, [(a, b) for a, b in pairs[:count][::-1].tolist()]


@given(articles, articles)
def test_what_is_in_common_is_the_best_that_any_pairing_gives(left: list[Sentence], right: list[Sentence]) -> None:
    assert aligned(left, right)[0] == pytest.approx(most_in_common(left, right))


@given(articles, articles)
def test_it_is_the_same_in_either_direction(left: list[Sentence], right: list[Sentence]) -> None:
    assert aligned(left, right)[0] == aligned(right, left)[0]


@given(articles, articles)
def test_the_sentences_that_are_paired_have_that_much_in_common(left: list[Sentence], right: list[Sentence]) -> None:
    common, pairs = aligned(left, right)
    assert sum(alike(left[a], right[b]) for a, b in pairs) == pytest.approx(common)


@given(articles, articles)
def test_pairs_of_sentences_never_cross(left: list[Sentence], right: list[Sentence]) -> None:
    pairs = aligned(left, right)[1]
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(articles, articles)
def test_no_more_is_in_common_than_the_anchors_of_the_one_that_has_fewer(
    left: list[Sentence], right: list[Sentence]
) -> None:
    assert 0 <= aligned(left, right)[0] <= min(len(flat(left)), len(flat(right)))


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True), min_size=1, max_size=6))
def test_an_article_has_everything_in_common_with_itself(article: list[Sentence]) -> None:
    assert aligned(article, article)[0] == len(flat(article))


@pytest.mark.parametrize(
    ("left", "right", "common"),
    [
        ([1, 2, 3, 4, 5, 6], [1, 2, 13, 14, 15, 16], 2 / 3),
        ([1, 2, 3, 4, 5, 6, 7], [1, 2, 13, 14, 15, 16, 17], 0.0),  # 2 of 7 are too few
        ([1, 2], [1, 13], 0.0),  # one in common may be chance
        ([1], [1], 1.0),
    ],
)
def test_sentences_are_paired_from_two_anchors_of_six_on(left: Sentence, right: Sentence, common: float) -> None:
    assert aligned([left], [right])[0] == pytest.approx(common)


def numbers(places: list[int], firsts: list[int]) -> tuple[int, list[int]]:
    """How many sentences there are, and that of each place; the firsts stand behind some of another article."""
    found, all_firsts = np.empty(len(places), np.int32), np.array([0, 5, *firsts], np.uint32)
    count = sentence_numbers(np.array(places, np.int32), len(places), all_firsts, 2, len(all_firsts), found)
    return count, found.tolist()


@given(st.sets(st.integers(1, 40), max_size=10), st.sets(st.integers(0, 50)))
def test_an_anchor_stands_in_the_last_sentence_that_begins_before_it(later: set[int], places: set[int]) -> None:
    firsts = [0, *sorted(later)]
    wanted = [max(s for s, first in enumerate(firsts) if first <= place) for place in sorted(places)]
    assert numbers(sorted(places), firsts) == (len(firsts), wanted)


def test_a_text_without_sentences_is_one() -> None:
    assert numbers([0, 3, 9], []) == (1, [0, 0, 0])


@costly(3)
@given(st.integers(MOST_SENTENCES + 1, 4 * MOST_SENTENCES))
def test_in_a_longer_article_neighbours_are_taken_together_and_in_order(sentences: int) -> None:
    count, found = numbers(list(range(sentences)), list(range(sentences)))
    assert count == MOST_SENTENCES
    assert sorted(set(found)) == list(range(MOST_SENTENCES)) and found == sorted(found)
    assert max(map(found.count, range(MOST_SENTENCES))) <= -(-sentences // MOST_SENTENCES)
