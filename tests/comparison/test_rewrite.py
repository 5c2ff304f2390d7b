"""Rewriting is measured on what two articles do not have word for word, alike from either side."""

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.order import MOST_REPEATS
from dedup.comparison.rewrite import Texts, rewriting
from dedup.comparison.sentences import MOST_SENTENCES
from dedup.model import Rewriting
from dedup.settings import Settings
from tests.made import RARE, stem, texts
from tests.rewritten import Sentence, flat, measures

Article = list[Sentence]

SMALL = Settings(shingle_words=2, verbatim_words=4, max_rewrite_words=1000, min_rewrite_words=1)
USUAL = Settings()

any_words = st.integers(1, 4) | st.integers(RARE, RARE + 7)
articles = st.lists(st.lists(any_words, max_size=8), max_size=5)


def seldom(article: Article) -> bool:
    """Whether no stem comes so often that not all of its places count."""
    return max(Counter(map(stem, flat(article))).values(), default=0) <= MOST_REPEATS


told_seldom = articles.filter(seldom)
told_often = st.lists(st.lists(st.sampled_from([1, 2, RARE, RARE + 2]), max_size=40), max_size=3)


def told(texts_: Texts, left: int, right: int, settings: Settings) -> list[float]:
    found = rewriting(texts_, np.array([[left, right]], np.int32), settings)
    return [float(getattr(found, one.name)[0]) for one in fields(Rewriting)]


def told_of(left: Article, right: Article, settings: Settings = USUAL) -> list[float]:
    return told(texts([left, right]), 0, 1, settings)


def written(seed: int, words: int, sentence: int = 12) -> Article:
    """Sentences of words, a third of them rare, which stand nowhere else; the first and the last are common."""
    first = 1_000_000 * seed
    every = [first + RARE + 2 * i if i % 3 == 1 else 10 + (seed * 7919 + i * 31) % 400 for i in range(words)]
    return [every[at : at + sentence] for at in range(0, words, sentence)]


def reworded(article: Article) -> Article:
    """The rare words in their order, with common ones between them that ``written`` never uses."""
    return [[word if word >= RARE else word + 450 for word in sentence] for sentence in article]


@given(told_seldom, told_seldom)
def test_the_measures_are_those_of_lists_and_sets(left: Article, right: Article) -> None:
    assert told_of(left, right, SMALL) == pytest.approx(measures(left, right, 2, 4))


@given(articles | told_often, articles | told_often)
def test_rewriting_is_symmetric(left: Article, right: Article) -> None:
    assert told_of(left, right, SMALL) == told_of(right, left, SMALL)


@given(articles | told_often, articles | told_often)
def test_shares_are_0_to_1(left: Article, right: Article) -> None:
    phrases, in_order, sentences, rare_share, _, _ = told_of(left, right, SMALL)
    assert 0 <= phrases <= 1 and 0 <= in_order <= 1 and 0 <= rare_share <= 1
    assert 0 <= sentences <= 1 + 1e-12


@given(st.lists(told_seldom, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_a_pair_is_measured_alike_whatever_is_measured_before_it(batch: list[Article], random: object) -> None:
    pairs = [(a, b) for a in range(len(batch)) for b in range(len(batch)) if a != b]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    found = rewriting(texts(batch), np.array(pairs, np.int32), SMALL)
    columns = [getattr(found, one.name).tolist() for one in fields(Rewriting)]
    for row, (a, b) in zip(zip(*columns, strict=True), pairs, strict=True):
        assert list(row) == pytest.approx(measures(batch[a], batch[b], 2, 4))


# ---- passages that both have word for word -----------------------------------------------------------------------


@given(st.integers(5, 15), st.integers(12, 40), st.data())
def test_a_shared_passage_between_sentences_changes_nothing_but_phrases(
    sentences: int, passage: int, data: st.DataObject
) -> None:
    left, shared = written(1, 12 * sentences), written(9, passage, sentence=passage)
    right = reworded(left)
    at, to = (data.draw(st.integers(0, sentences)) for _ in range(2))
    without = told_of(left, right)
    assert without[1:3] == [1.0, pytest.approx(1.0)]
    assert told_of(left[:at] + shared + left[at:], right[:to] + shared + right[to:])[1:] == without[1:]


@given(st.integers(60, 200), st.integers(12, 40))
def test_a_shared_passage_at_the_end_adds_a_phrase_at_the_seam_of_either_article_and_no_other(
    words: int, passage: int
) -> None:
    right = [[*range(3, words, 2), *range(words, 2 * words), 2]]
    left = [[*range(3, 13), *right[0][10:12], *range(15, words), 1]]
    shared = written(9, passage, sentence=passage)
    without, together = told_of(left, right)[0], told_of(left + shared, right + shared)[0]
    assert 1 / together == pytest.approx(1 / without + 2)  # they have one phrase in common


def test_a_passage_of_eleven_words_counts_as_rewriting_and_one_of_twelve_does_not() -> None:
    left, right, shared = written(1, 90), written(2, 90), written(9, 12, sentence=12)[0]
    eleven, twelve = (told_of([*left, shared[:n]], [*right, shared[:n]]) for n in (11, 12))
    assert eleven[0] > 0 and eleven[1] > 0 and eleven[2] > 0
    assert twelve[:3] == [0, 0, 0]


def test_of_two_articles_of_which_one_stands_whole_in_the_other_nothing_is_told() -> None:
    article = written(1, 120)
    found = told_of(article, [*written(2, 60), *article])
    assert found[:3] == [0, 0, 0]
    assert found[4:] == [0, 0]


# ---- extremes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [[], [[1]], [[1, 2, 3, 4]]])
def test_an_article_without_a_shingle_has_no_measures(empty: Article) -> None:
    assert told_of(empty, written(1, 60)) == told_of(written(1, 60), empty) == [0.0] * 6


def test_no_pairs_have_no_measures() -> None:
    none = np.empty((0, 2), np.int32)
    assert rewriting(texts([written(1, 9)]), none, USUAL).phrases.tolist() == []


@pytest.mark.parametrize("word", [1, RARE])
def test_one_word_five_thousand_times_breaks_nothing(word: int) -> None:
    often, other = [[word] * 5_000], [*written(1, 60), [word] * 11]
    assert all(0 <= share <= 1 for share in told_of(often, other)[:4] + told_of(other, often)[:4])
    assert told_of(often, often)[4:] == [0, 0]


def test_an_article_of_more_sentences_than_are_aligned_is_still_told() -> None:
    left = written(1, 3 * (MOST_SENTENCES + 300), sentence=3)
    found = told_of(left, reworded(left))
    assert found[1] == 1.0
    assert found[2] > 0.9


def test_only_the_first_words_of_a_long_article_are_looked_at() -> None:
    settings = Settings(max_rewrite_words=120)
    left, tail = written(1, 120), written(3, 240)
    assert told_of(left, reworded(left) + tail, settings) == told_of(left, reworded(left), settings)
