import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.shingles import BASE, MIX, TOGETHER, fill, probe, roll, table_size

MASK = (1 << 64) - 1
word_lists = st.lists(st.integers(0, 3) | st.integers(0, 2**32 - 1), max_size=40)


def plain_shingles(words: list[int], size: int) -> list[int]:
    found = []
    for at in range(len(words) - size + 1):
        hash_ = 0
        for word in words[at : at + size]:
            hash_ = (hash_ * int(BASE) + word + 1) & MASK
        hash_ = (hash_ ^ hash_ >> 32) * int(MIX) & MASK
        found.append(hash_ ^ hash_ >> 32)
    return found


def rolled(words: list[int], size: int) -> np.ndarray:
    out = np.zeros(len(words) + 1, np.uint64)
    count = roll(np.array(words, np.uint32), 0, len(words), size, out)
    return out[:count]


@given(word_lists, st.integers(1, 8))
def test_rolled_shingles_are_those_of_plain_python(words: list[int], size: int) -> None:
    assert rolled(words, size).tolist() == plain_shingles(words, size)


@pytest.mark.parametrize("size", [1, 5, 12, 32, TOGETHER - 1])
@pytest.mark.parametrize("count", [TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER])
def test_shingles_of_a_long_article_are_those_of_plain_python(size: int, count: int) -> None:
    words = [0xFFFFFFFF, *range(count - 1)]
    assert rolled(words, size).tolist() == plain_shingles(words, size)


@given(st.lists(word_lists, min_size=2, max_size=5))
def test_a_table_that_is_never_cleared_counts_as_sets_do(articles: list[list[int]]) -> None:
    slots = table_size(40)
    table, marks, mark = np.zeros(slots, np.uint64), np.zeros(slots, np.int64), 1
    for left in articles:
        shingles = rolled(left, 2)
        assert fill(shingles, len(shingles), table, marks, mark) == len(set(shingles.tolist()))
        for turn, right in enumerate(articles, 1):
            others = rolled(right, 2)
            shared = probe(others, len(others), len(shingles), table, marks, mark, turn)
            assert shared == len(set(shingles.tolist()) & set(others.tolist()))
        mark += len(articles) + 1
