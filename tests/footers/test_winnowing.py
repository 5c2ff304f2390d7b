from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.footers.winnowing import OF, key_of, winnow
from tests.footers.made import RANDOMS, key, scattered, shingles
from tests.made import columns, in_parts, lists

# As long as the longest shingle: test_an_article_shorter_than_a_shingle_has_no_pick is about shorter ones.
articles = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=30), max_size=5)
sizes = st.integers(1, 4)


def plain(words: list[int], size: int) -> list[int]:
    """The first of the smallest shingles of each window, each once."""
    held = shingles(words, size)
    wide = min(OF, len(held))
    windows = (range(begin, begin + wide) for begin in range(len(held) - wide + 1))
    return [key(held[i]) for i in sorted({min(window, key=lambda i: (held[i], i)) for window in windows})]


@given(articles, sizes, RANDOMS)
def test_picks_are_the_smallest_shingles_of_all_windows(words: list[list[int]], size: int, random: Random) -> None:
    assert lists(winnow(scattered(words, random), size)) == [plain(article, size) for article in words]


@given(articles, sizes, RANDOMS)
def test_the_order_of_articles_changes_no_pick(words: list[list[int]], size: int, random: Random) -> None:
    order = list(range(len(words)))
    random.shuffle(order)
    there, back = winnow(columns(words), size), winnow(columns([words[i] for i in order]), size)
    assert [lists(there)[i] for i in order] == lists(back)


@given(st.lists(st.integers(0, 9), max_size=20), st.lists(st.integers(0, 9), max_size=20), sizes, st.data())
def test_articles_with_a_common_run_have_a_common_pick(
    before: list[int], after: list[int], size: int, data: st.DataObject
) -> None:
    length = size + OF - 1
    run = data.draw(st.lists(st.integers(0, 9), min_size=length, max_size=length))
    picked = winnow(columns([before + run, run + after, after + run + before]), size)
    common = {key(shingle) for shingle in shingles(run, size)}
    assert set.intersection(*map(set, lists(picked))) & common


@pytest.mark.parametrize("count", [12, 13, 15])
def test_an_article_of_fewer_shingles_than_a_window_has_one_pick(count: int) -> None:
    words = list(range(count))
    assert lists(winnow(columns([words]), 12)) == [[key(min(shingles(words, 12)))]]


@pytest.mark.parametrize("short", [[], [1, 2, 3]])
def test_an_article_shorter_than_a_shingle_has_no_pick(short: list[int]) -> None:
    assert lists(winnow(columns([list(range(20)), short]), 12))[1] == []


@given(articles, sizes, st.integers(1, 4))
def test_picks_that_are_made_in_parts_are_those_made_at_once(words: list[list[int]], size: int, parts: int) -> None:
    falling = sorted(range(200), key=lambda word: shingles([word], 1), reverse=True)
    held = columns([*words, falling])
    assert lists(winnow(held, size, in_parts(parts))) == lists(winnow(held, size))


def test_falling_shingles_are_all_picked() -> None:
    falling = sorted(range(1000), key=lambda word: shingles([word], 1), reverse=True)
    picked = winnow(columns([falling, falling[::-1], falling]), 1)
    assert len(picked[0]) == len(picked[2]) == 1000 - OF + 1
    assert len(picked[1]) == 1000 - OF + 1
    assert lists(picked) == [plain(words, 1) for words in (falling, falling[::-1], falling)]


def test_about_one_shingle_in_three_is_picked() -> None:
    words = np.random.RandomState(1).randint(0, 1 << 32, 30_000, np.uint32)
    picked = winnow(columns([words.tolist()]), 12)
    assert len(picked[0]) / 30_000 == pytest.approx(2 / (OF + 1), rel=0.03)


def test_no_articles_have_no_picks() -> None:
    assert len(winnow(columns([]), 12)) == 0


@given(st.integers(0, (1 << 64) - 1))
def test_a_key_is_32_bits_of_its_shingle(shingle: int) -> None:
    assert key_of(np.uint64(shingle)) == key(shingle)
