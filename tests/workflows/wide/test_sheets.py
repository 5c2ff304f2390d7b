"""Columns that are sent about: nothing is lost or told twice, whatever the order in which it comes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import column
from dedup.workflows.wide.sheets import WORDS_AT_ONCE, Bodies, Layout, by_part, in_lots, one_stem, together

TEXTS = st.lists(st.lists(st.integers(1, 50), max_size=6), min_size=1, max_size=12)


def bodies(texts: list[list[int]]) -> Bodies:
    """Texts of words; each has one sentence, and each word its own number as its stem."""
    words = column(np.array([word for text in texts for word in text], np.uint32), np.cumsum([0, *map(len, texts)]))
    sentences = column(np.zeros(len(texts), np.uint32), np.arange(len(texts) + 1))
    distinct = np.unique(words.values).astype(np.uint64)
    return Bodies(np.arange(len(texts)) * 3, words, sentences, distinct << np.uint64(32) | distinct)


@given(TEXTS, st.data())
def test_bodies_that_are_sent_in_pieces_come_together_in_order(texts: list[list[int]], data: st.DataObject) -> None:
    whole = bodies(texts)
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, unique=True))
    cut = data.draw(st.integers(0, len(rows)))
    pieces = [whole.take(np.sort(np.array(some, np.int64))) for some in (rows[:cut], rows[cut:], rows[:1])]
    found = together(pieces[::-1])
    assert found.numbers.tolist() == [3 * row for row in sorted(rows)]
    assert [found.words[at].tolist() for at in range(len(rows))] == [texts[row] for row in sorted(rows)]
    assert found.sentences.lengths.tolist() == [1] * len(rows)
    words = sorted({word for row in rows for word in texts[row]})
    assert (found.stems >> np.uint64(32)).tolist() == words


@given(st.lists(st.tuples(st.integers(0, 9), st.integers())))
def test_rows_go_to_their_parts_in_their_order(rows: list[tuple[int, int]]) -> None:
    parts, values = np.array([part for part, _ in rows], np.int64), np.array([value for _, value in rows], object)
    found = {part: some.tolist() for part, some in by_part(parts, values)}
    assert found == {part: [value for other, value in rows if other == part] for part in {part for part, _ in rows}}


@given(st.lists(st.integers(0, WORDS_AT_ONCE), max_size=50))
def test_lots_have_every_article_once_and_are_no_larger_than_one_must_be(lengths: list[int]) -> None:
    lots = list(in_lots(np.array(lengths, np.int64)))
    assert [row for lot in lots for row in lot.tolist()] == list(range(len(lengths)))
    assert all(len(lot) == 1 or sum(lengths[row] for row in lot.tolist()) <= WORDS_AT_ONCE for lot in lots)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_every_article_has_the_part_that_its_number_lies_in(sizes: list[int]) -> None:
    layout = Layout(np.cumsum(sizes) - sizes, sum(sizes))
    assert [layout.size(part) for part in range(len(sizes))] == sizes
    wanted = [part for part, size in enumerate(sizes) for _ in range(size)]
    assert layout.part_of(np.arange(sum(sizes))).tolist() == wanted


def test_a_word_of_several_stems_keeps_the_lowest() -> None:
    word, other = 7 << 32, 9 << 32
    found = one_stem([np.array([word | 5, other | 1], np.uint64), np.array([word | 3], np.uint64)])
    assert found.tolist() == [word | 3, other | 1]
