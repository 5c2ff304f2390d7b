import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.anchors import anchor_column, anchors
from tests.made import RARE, columns, rare, stem

words_ = st.integers(1, 9) | st.integers(RARE, RARE + 9)
articles = st.lists(st.lists(words_, max_size=25), max_size=6)


def plainly(words: list[int]) -> list[tuple[int, int]]:
    """The stem and the place of each anchor."""
    return [(stem(word), place) for place, word in enumerate(words) if stem(word)]


def found(words: list[int], start: int = 0) -> list[tuple[int, int]]:
    stems, places = np.empty(len(words) + 1, np.uint32), np.empty(len(words) + 1, np.int32)
    count = anchors(np.array(words, np.uint32), start, len(words), rare(words), stems, places)
    return list(zip(stems[:count].tolist(), places[:count].tolist(), strict=True))


@given(st.lists(words_, max_size=40))
def test_anchors_are_the_rare_words_by_their_stems_in_order_and_in_place(words: list[int]) -> None:
    assert found(words) == plainly(words)


@given(st.lists(words_, max_size=20), st.lists(words_, max_size=20))
def test_places_count_from_where_the_article_starts(before: list[int], words: list[int]) -> None:
    assert found(before + words, len(before)) == plainly(words)


@given(articles)
def test_a_column_of_anchors_has_those_of_each_article(batch: list[list[int]]) -> None:
    column = anchor_column(columns(batch), rare(word for words in batch for word in words))
    assert [column[i].tolist() for i in range(len(column))] == [[one for one, _ in plainly(words)] for words in batch]


@pytest.mark.parametrize("count", [1, 3, 4, 100])
def test_articles_of_nothing_but_anchors_find_room(count: int) -> None:
    batch = [list(range(RARE, RARE + count)), [], [RARE] * count]
    column = anchor_column(columns(batch), rare(range(RARE, RARE + count)))
    assert [column[i].tolist() for i in range(3)] == [list(map(stem, words)) for words in batch]


@given(articles, st.randoms(use_true_random=False))
def test_articles_that_lie_in_another_order_keep_their_anchors(batch: list[list[int]], random: object) -> None:
    order = list(range(len(batch)))
    random.shuffle(order)  # type: ignore[attr-defined]
    known = rare(word for words in batch for word in words)
    there, back = (
        anchor_column(columns(batch), known),
        anchor_column(columns(batch).take(np.array(order, int)), known),
    )
    assert [there[i].tolist() for i in order] == [back[i].tolist() for i in range(len(order))]


def test_no_articles_have_no_anchors() -> None:
    assert len(anchor_column(columns([]), rare([]))) == 0
