"""Aligned sentences are those that the measure of rewriting paired."""

from itertools import pairwise

import numpy as np
import pytest

from dedup.columns import column
from dedup.comparison.aligned import aligned_sentences
from dedup.comparison.rewrite import Texts
from dedup.comparison.sentences import MOST_SENTENCES
from dedup.settings import Settings
from dedup.text.stems import STEM, Stems
from tests.made import columns

SETTINGS = Settings(shingle_words=2, verbatim_words=100)
COMMON = 1000
"""Words from here on are no anchors."""

Pair = tuple[tuple[int, int], tuple[int, int], int]


def texts(articles: list[list[list[int]]]) -> Texts:
    """Articles made of sentences; every word below ``COMMON`` is a stem of its own, and rare."""
    words = [[word for sentence in article for word in sentence] for article in articles]
    firsts = [np.cumsum([0, *map(len, article)])[:-1].tolist() for article in articles]
    stems = Stems()
    known = np.array(sorted({word for some in words for word in some if word < COMMON}), np.uint64)
    stems.add(known << np.uint64(32) | (known + np.uint64(1)) & STEM)
    return Texts(columns(words), columns(firsts), stems.rare(np.empty(0, np.uint32)))


def aligned(left: list[list[int]], right: list[list[int]], settings: Settings = SETTINGS) -> list[Pair]:
    found = aligned_sentences(texts([left, right]), np.array([[0, 1]], np.int32), settings)
    rows = zip(found.left.tolist(), found.right.tolist(), found.weight.tolist(), strict=True)
    return [((a, b), (c, d), weight) for (a, b), (c, d), weight in rows]


def test_sentences_that_share_anchors_are_paired_in_order() -> None:
    left = [[1, 2, 3, 1001], [4, 5, 1002], [6, 7, 8]]
    right = [[1003, 2, 1, 3], [9, 10], [1004, 8, 6, 7]]
    assert aligned(left, right) == [((0, 4), (0, 4), 3), ((7, 10), (6, 10), 3)]


def test_pairs_do_not_cross() -> None:
    left, right = [[1, 2, 3], [4, 5, 6, 7]], [[4, 6, 5, 7], [2, 1, 3]]
    assert aligned(left, right) == [((3, 7), (0, 4), 4)]


def test_an_anchor_that_comes_twice_counts_once() -> None:
    assert aligned([[1, 2, 1, 2]], [[2, 1, 1003, 2]]) == [((0, 4), (0, 4), 2)]


def test_what_both_have_word_for_word_is_no_rewriting() -> None:
    copied = [1, 2, 3, 4]
    settings = Settings(shingle_words=2, verbatim_words=4)
    assert aligned([copied, [5, 6, 7]], [copied, [7, 5, 6]], settings) == [((4, 7), (4, 7), 3)]


def test_each_pair_has_its_own_rows() -> None:
    one, other, third = [[1, 2, 3], [4, 5]], [[2, 1, 3]], [[8, 9]]
    found = aligned_sentences(texts([one, other, third]), np.array([[2, 0], [0, 1], [1, 0]], np.int32), SETTINGS)
    assert found.pair.tolist() == [1, 2]
    assert (found.left.tolist(), found.right.tolist()) == ([[0, 3], [0, 3]], [[0, 3], [0, 3]])


def test_no_pairs_have_no_sentences() -> None:
    assert len(aligned_sentences(texts([[[1]]]), np.empty((0, 2), np.int32), SETTINGS).pair) == 0


@pytest.mark.parametrize(
    "sentences", [MOST_SENTENCES - 1, MOST_SENTENCES, MOST_SENTENCES + 1, 3 * MOST_SENTENCES + 7]
)
def test_sentences_of_long_articles_are_taken_together_without_a_gap(sentences: int) -> None:
    left = [[i % 900, i % 900 + 7, i * 7 % 900] for i in range(sentences)]
    right = [list(reversed(sentence)) for sentence in left]
    found = aligned(left, right)
    assert found[0][0][0] == 0 and found[-1][0][1] == 3 * sentences
    assert all(before[0][1] == after[0][0] for before, after in pairwise(found))


def test_an_article_without_words_has_no_sentences() -> None:
    empty = texts([[[1, 2, 3]], [[4]]])
    bare = empty._replace(words=column(np.empty(0, np.uint32), np.zeros(3, np.int64)))
    assert len(aligned_sentences(bare, np.array([[0, 1]], np.int32), SETTINGS).pair) == 0
