"""Whoever is no likely rewriting scores less than was asked for, whatever is measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import F64, I32
from dedup.comparison.likely import _at_least, _sifted, likely
from dedup.comparison.order import counting
from dedup.comparison.overlap import overlaps
from dedup.comparison.relation import rewrite
from dedup.comparison.rewrite import rewriting
from dedup.settings import Settings
from dedup.text.anchors import anchor_column
from dedup.verdicts import evidence_of
from tests.made import RARE, texts
from tests.rewritten import Sentence

Article = list[Sentence]

words = st.integers(1, 4) | st.integers(RARE, RARE + 7)
passages = st.sampled_from([[1, RARE, 2, RARE + 2, 3], [RARE + 4, RARE + 6, 4, 1], [1, 2] * 8, [RARE + 3, 2, 3] * 7])
sentences = st.lists(words, max_size=8) | passages
batches = st.lists(st.lists(sentences, max_size=6), min_size=2, max_size=4)
settings_ = st.builds(
    Settings,
    shingle_words=st.integers(1, 3),
    verbatim_words=st.integers(3, 6),
    max_rewrite_words=st.sampled_from([1000, 20_000]),
    min_rewrite_words=st.just(1),
    min_spun_words=st.just(1),
    min_rest_words=st.integers(1, 4),
    min_anchors=st.integers(1, 3),
    phrase_weight=st.sampled_from([0, 1, 20]),
    order_weight=st.sampled_from([0, 2, 17]),
    sentence_weight=st.sampled_from([0, 3]),
    rewrite_bias=st.sampled_from([1, 4, 19.2]),
)
numbers = st.lists(st.integers(0, 40).map(lambda i: i * 0x9E3779B97F4A7C15 % 2**64), max_size=50)


def every_pair(count: int) -> I32:
    return np.array([(a, b) for a in range(count) for b in range(a + 1, count)], np.int32)


def asked(batch: list[Article], settings: Settings, least: float) -> list[bool]:
    made = texts(batch)
    stems = counting(anchor_column(made.words, made.rare))
    found: list[bool] = likely(made, stems, every_pair(len(batch)), settings, least).tolist()
    return found


def scores(batch: list[Article], settings: Settings) -> F64:
    made, pairs = texts(batch), every_pair(len(batch))
    shared = overlaps(made.words, pairs, settings.shingle_words)
    return rewrite(evidence_of(made.words, pairs, shared, rewriting(made, pairs, settings)), settings)


@given(batches, settings_, st.floats(0.001, 0.999))
def test_no_pair_that_scores_enough_is_unlikely(batch: list[Article], settings: Settings, least: float) -> None:
    for score, may_be in zip(scores(batch, settings).tolist(), asked(batch, settings, least), strict=True):
        assert may_be or score < least


@given(batches, settings_)
def test_nothing_is_unlikely_to_score_nothing(batch: list[Article], settings: Settings) -> None:
    assert all(asked(batch, settings, 0.0))


def told(first: int, common: int) -> Article:
    """Twenty sentences of ten words, six of them rare: names of its own, in the common words of a language."""
    every = [first + 2 * i if i % 5 else common + i % 7 for i in range(200)]
    return [every[at : at + 10] for at in range(0, 200, 10)]


@pytest.mark.parametrize("stranger", [[], told(50_000, 1), told(10_000, 1)[:3] + told(50_000, 1)])
def test_a_stranger_is_unlikely_and_a_rewording_likely(stranger: Article) -> None:
    batch = [told(10_000, 1), told(10_000, 20), stranger]
    assert asked(batch, Settings(max_rare_share=1.0), 0.1) == [True, False, False]


@given(numbers, numbers)
def test_of_numbers_that_are_sifted_none_of_the_others_is_lost(some: list[int], others: list[int]) -> None:
    left, bits = np.array(some, np.uint64), np.empty(64, np.uint64)
    kept = left[: _sifted(left, len(some), np.array(others, np.uint64), len(others), bits)].tolist()
    assert [number for number in kept if number in others] == [number for number in some if number in others]


@given(numbers)
def test_at_least_so_many_numbers_differ_as_are_told(some: list[int]) -> None:
    told = _at_least(np.array(some, np.uint64), len(some), np.empty(64, np.uint64))
    assert len({number % 16 for number in some}) <= told <= len(set(some))
