from bisect import bisect_left
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import Column, column
from dedup.footers.spans import (
    Spans,
    articles_of,
    before_strip,
    in_text,
    less,
    no_spans,
    rows_of,
    spans_of,
    strip_in_place,
    stripped,
    together,
    with_remnants,
)
from dedup.text.words import Words
from tests.footers.made import (
    PIECES,
    RANDOMS,
    Marked,
    Row,
    kept,
    marked_articles,
    named,
    rows_per_article,
    rows_within,
    scattered,
    scattered_spans,
)
from tests.made import columns

Rows = list[list[Row]]
"""The spans of each article."""

Pair = tuple[list[Row], list[Row]]

two_spans = st.lists(
    st.builds(lambda n, *parts: tuple(rows_within(n, part) for part in parts), st.integers(0, 20), PIECES, PIECES),
    max_size=4,
)
"""Two lists of spans per article, each by itself without overlaps."""


def twice(articles: list[tuple[int, list[Row], list[Row]]], gap: int = 0) -> tuple[list[int], Rows, Rows]:
    """Of articles their lengths, spans with so many words or more before each, and spans of what these leave."""
    counts = [count for count, _, _ in articles]
    earlier = [rows_within(count, [(gap + a, b, c) for a, b, c in some]) for count, some, _ in articles]
    left = [len(kept(count, rows)) for count, rows in zip(counts, earlier, strict=True)]
    return counts, earlier, [rows_within(count, some) for count, (_, _, some) in zip(left, articles, strict=True)]


strips = st.lists(st.tuples(st.integers(0, 20), PIECES, PIECES), max_size=4)


def words_with(articles: list[Marked], begins: list[list[int]]) -> Words:
    """Articles whose blocks and sentences begin at the given words, with places that nobody made."""
    hashes = columns([words for words, _ in articles])
    places = column(
        (np.arange(len(hashes.values)) % 200).astype(np.uint8), np.append(hashes.starts, hashes.stops[-1:])
    )
    sentences = [sorted({*some, *range(0, len(words), 3)}) for some, (words, _) in zip(begins, articles, strict=True)]
    return Words(hashes, columns(begins), columns(sentences), places, columns([[1, 2] for _ in articles]))


def begins_of(articles: list[Marked], random: Random) -> list[list[int]]:
    """Words at which blocks begin: the first of each article, and any others."""
    return [[i for i in range(len(words)) if i == 0 or random.random() < 0.4] for words, _ in articles]


def spans_in(articles: list[Marked], random: Random) -> Spans:
    return scattered_spans([rows for _, rows in articles], random)


def lists(values: Column[np.uint32]) -> list[list[int]]:
    return [values[i].tolist() for i in range(len(values))]


@given(marked_articles, RANDOMS)
def test_words_outside_the_spans_stay_in_their_order(articles: list[Marked], random: Random) -> None:
    held = scattered([words for words, _ in articles], random)
    left = strip_in_place(held, spans_in(articles, random))
    assert lists(left) == [[words[i] for i in kept(len(words), rows)] for words, rows in articles]


@given(marked_articles, RANDOMS)
def test_stripped_articles_have_the_words_that_strip_in_place_leaves(articles: list[Marked], random: Random) -> None:
    spans = spans_in(articles, random)
    left = stripped(words_with(articles, begins_of(articles, random)), spans)
    assert lists(left.hashes) == lists(strip_in_place(columns([words for words, _ in articles]), spans))


@given(marked_articles, RANDOMS)
def test_stripped_articles_lie_one_after_the_other(articles: list[Marked], random: Random) -> None:
    left = stripped(words_with(articles, begins_of(articles, random)), spans_in(articles, random))
    for part in (left.hashes, left.blocks, left.sentences):
        assert part.starts.tolist() == [0, *part.stops.tolist()][: len(articles)]
        assert len(part.values) == sum(part.lengths)


@given(marked_articles, RANDOMS)
def test_a_block_begins_at_the_same_word_or_at_the_next_that_stays(articles: list[Marked], random: Random) -> None:
    begins = begins_of(articles, random)
    left = stripped(words_with(articles, begins), spans_in(articles, random))
    for i, (words, rows) in enumerate(articles):
        stay = kept(len(words), rows)
        wanted = {words[stay[bisect_left(stay, begin)]] for begin in begins[i] if stay and begin <= stay[-1]}
        assert [left.hashes[i][begin] for begin in left.blocks[i].tolist()] == sorted(wanted)


@given(marked_articles, RANDOMS)
def test_sentences_are_renumbered_as_blocks_are(articles: list[Marked], random: Random) -> None:
    begins, spans = begins_of(articles, random), spans_in(articles, random)
    words = words_with(articles, begins)
    of_sentences = words_with(articles, lists(words.sentences))
    assert lists(stripped(words, spans).sentences) == lists(stripped(of_sentences, spans).blocks)


@given(marked_articles, RANDOMS)
def test_the_places_in_the_text_stay_those_of_all_words(articles: list[Marked], random: Random) -> None:
    words = words_with(articles, begins_of(articles, random))
    places, far = lists(words.places), lists(words.far)  # type: ignore[arg-type]
    left = stripped(words, spans_in(articles, random))
    assert lists(left.places) == places  # type: ignore[arg-type]
    assert lists(left.far) == far


@given(marked_articles, RANDOMS)
def test_to_strip_nothing_changes_nothing(articles: list[Marked], random: Random) -> None:
    words = words_with(articles, begins_of(articles, random))
    before = [lists(words.hashes), lists(words.blocks), lists(words.sentences)]
    left = stripped(words, no_spans(len(articles)))
    assert [lists(left.hashes), lists(left.blocks), lists(left.sentences)] == before


@given(strips.map(twice), RANDOMS)
def test_a_span_counted_before_the_strip_names_the_same_words(
    articles: tuple[list[int], Rows, Rows], random: Random
) -> None:
    counts, earlier, later = articles
    found = rows_per_article(before_strip(scattered_spans(later, random), scattered_spans(earlier, random)))
    for i, count in enumerate(counts):
        stay = kept(count, earlier[i])
        assert named(found[i]) == [(stay[word], footer) for word, footer in named(later[i])]


# A gap of a word keeps out what test_a_span_over_two_gaps_side_by_side_has_no_empty_part is about.
@given(strips.map(lambda articles: twice(articles, gap=1)), RANDOMS)
def test_to_strip_once_more_is_to_strip_both_at_once(articles: tuple[list[int], Rows, Rows], random: Random) -> None:
    runs = [list(range(100 * i, 100 * i + count)) for i, count in enumerate(articles[0])]
    earlier, later = (scattered_spans(rows, random) for rows in articles[1:])
    one_by_one = strip_in_place(strip_in_place(scattered(runs, random), earlier), later)
    at_once = strip_in_place(scattered(runs, random), together(earlier, before_strip(later, earlier)))
    assert lists(one_by_one) == lists(at_once)


def test_a_span_over_a_gap_is_cut_there() -> None:
    found = before_strip(spans_of_one([(4, 1, 5)]), spans_of_one([(0, 2, 6)]))
    assert rows_per_article(found) == [[(4, 1, 2), (4, 6, 9)]]


def test_a_span_beside_a_gap_is_not_cut() -> None:
    found = before_strip(spans_of_one([(4, 0, 2), (5, 2, 3)]), spans_of_one([(0, 2, 6)]))
    assert rows_per_article(found) == [[(4, 0, 2), (5, 6, 7)]]


def test_a_span_over_two_gaps_side_by_side_has_no_empty_part() -> None:
    found = before_strip(spans_of_one([(4, 1, 5)]), spans_of_one([(0, 2, 4), (1, 4, 6)]))
    assert rows_per_article(found) == [[(4, 1, 2), (4, 6, 9)]]


@given(two_spans, RANDOMS)
def test_less_leaves_the_words_of_the_others_out(articles: list[Pair], random: Random) -> None:
    spans, others = (scattered_spans([pair[part] for pair in articles], random) for part in (0, 1))
    for rows, (some, other) in zip(rows_per_article(less(spans, others)), articles, strict=True):
        gone = {word for word, _ in named(other)}
        assert named(rows) == [(word, footer) for word, footer in named(some) if word not in gone]
        assert all(first < stop for _, first, stop in rows)


@given(marked_articles, RANDOMS)
def test_a_run_of_a_body_reaches_in_the_text_from_its_first_word_to_its_last(
    articles: list[Marked], random: Random
) -> None:
    left = [kept(len(words), rows) for words, rows in articles]
    runs = [(a, i, j + 1) for a, some in enumerate(left) for i in range(len(some)) for j in range(i, len(some))]
    random.shuffle(runs)
    which, *ends = np.array(runs, np.int64).reshape(-1, 3).T
    found = in_text(spans_in(articles, random), which, np.stack(ends, axis=1))
    assert found.tolist() == [[left[a][first], left[a][stop - 1] + 1] for a, first, stop in runs]


@given(two_spans, RANDOMS)
def test_less_cuts_no_span_that_the_others_do_not_reach(articles: list[Pair], random: Random) -> None:
    spans, others = (scattered_spans([pair[part] for pair in articles], random) for part in (0, 1))
    for rows, (some, other) in zip(rows_per_article(less(spans, others)), articles, strict=True):
        gone = {word for word, _ in named(other)}
        assert {row for row in some if gone.isdisjoint(range(row[1], row[2]))} <= set(rows)


@given(two_spans, RANDOMS)
def test_together_are_all_words_of_both_in_order_and_each_once(articles: list[Pair], random: Random) -> None:
    spans, others = (scattered_spans([pair[part] for pair in articles], random) for part in (0, 1))
    apart = less(spans, others)
    found = together(apart, others)
    for i, (rows, (_, other)) in enumerate(zip(rows_per_article(found), articles, strict=True)):
        assert named(rows) == sorted(named(rows_per_article(apart)[i]) + named(other))
        assert len(dict(named(rows))) == len(named(rows))


@given(marked_articles, RANDOMS)
def test_rows_and_their_articles_give_the_spans_again(articles: list[Marked], random: Random) -> None:
    spans = spans_in(articles, random)
    again = spans_of(rows_of(spans), articles_of(spans), len(articles))
    assert rows_per_article(again) == rows_per_article(spans) == [rows for _, rows in articles]


def test_articles_without_spans_have_no_rows() -> None:
    assert rows_of(no_spans(3)).shape == (0, 3)
    assert rows_per_article(no_spans(3)) == [[], [], []]


def spans_of_one(rows: list[Row]) -> Spans:
    return spans_of(np.array(rows, np.int32), np.zeros(len(rows), np.int64), 1)


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([(0, 12, 17), (1, 19, 28)], [(0, 10, 19), (1, 19, 30)]),  # three pieces of two words in a block of twenty
        ([(0, 12, 20)], [(0, 12, 20)]),  # too little of the block
        ([(0, 10, 25)], [(0, 10, 30)]),
        ([(0, 10, 23)], [(0, 10, 23)]),
        ([(0, 0, 10)], [(0, 0, 10)]),
        ([(0, 8, 28)], [(0, 8, 30)]),  # the first block has only two words of it
    ],
)
def test_what_little_is_left_of_a_block_that_is_nearly_all_footer_goes_with_it(
    rows: list[Row], wanted: list[Row]
) -> None:
    spans = spans_of(np.array(rows, np.int32), np.zeros(len(rows), np.int64), 1)
    blocks = column(np.array([0, 10], np.uint32), np.array([0, 2]))
    found = with_remnants(spans, blocks, np.array([30]), most=6, share=0.65)
    assert [tuple(row) for row in found[0].tolist()] == wanted
