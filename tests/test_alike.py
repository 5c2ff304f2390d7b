"""Articles are alike if they have the same words in the same order, whatever their digests say."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import alike
from dedup.alike import first_alike
from tests.footers.made import RANDOMS, scattered
from tests.made import columns, in_parts

articles = st.lists(st.lists(st.integers(0, 2), max_size=5), max_size=12)


def plainly(words: list[list[int]]) -> list[int]:
    return [words.index(own) if own else i for i, own in enumerate(words)]


@given(articles, RANDOMS)
def test_each_article_is_like_the_first_of_the_same_words(words: list[list[int]], random: Random) -> None:
    assert first_alike(scattered(words, random)).tolist() == plainly(words)


@given(articles, st.integers(1, 4))
def test_what_is_done_in_parts_is_what_is_done_at_once(words: list[list[int]], parts: int) -> None:
    assert first_alike(columns(words), in_parts(parts)).tolist() == plainly(words)


@given(articles)
def test_articles_of_one_digest_are_told_apart(words: list[list[int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike, "_digests", lambda values, starts, stops, digests: digests.fill(7))
        assert first_alike(columns(words)).tolist() == plainly(words)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_words_counts(words: list[int], random: Random) -> None:
    other = random.sample(words, len(words))
    assert first_alike(columns([words, other])).tolist() == [0, 0 if other == words else 1]


def test_no_articles_are_alike() -> None:
    assert len(first_alike(columns([]))) == 0
    assert first_alike(columns([[], []])).dtype == np.int64
