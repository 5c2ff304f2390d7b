from collections.abc import Sequence
from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import Column
from dedup.footers.judging import Runs
from dedup.footers.marking import RunTable, marked
from dedup.footers.spans import Spans
from tests.footers.made import RANDOMS, Row, named, rows_per_article, scattered
from tests.made import columns

few_words = st.lists(st.integers(0, 3), max_size=25)
ONE = list(range(100, 120))
OTHER = list(range(200, 215))


def runs_at(places: Sequence[Row]) -> Runs:
    """Runs by the article that each is taken from, its first word there and one behind its last."""
    spans = np.array(places, np.int32).reshape(-1, 3).T
    return Runs(*spans, *np.zeros((3, len(places)), np.int32))


def plain(words: list[int], runs: list[list[int]], size: int) -> list[Row]:
    """The spans of runs in an article, looked for shingle by shingle."""
    of_shingle = dict[tuple[int, ...], int]()
    for number, run in enumerate(runs):
        for at in range(len(run) - size + 1):
            of_shingle.setdefault(tuple(run[at : at + size]), number)
    rows = list[Row]()
    for at in range(len(words) - size + 1):
        run_there = of_shingle.get(tuple(words[at : at + size]))
        if run_there is None:
            continue
        end = rows[-1][2] if rows else 0
        if rows and rows[-1][0] == run_there and at <= end:
            rows[-1] = (run_there, rows[-1][1], at + size)
        else:
            rows.append((run_there, max(at, end), at + size))
    return rows


def found(words: Column[np.uint32], known: Sequence[Row], size: int, among: list[bool] | None = None) -> Spans:
    table = RunTable(words, runs_at(known), size)
    return marked(words, table, np.array(among if among is not None else [True] * len(words), np.bool_))


@st.composite
def known_runs(draw: st.DrawFn) -> tuple[list[list[int]], list[Row], list[bool]]:
    """Articles of few different words, runs that stand in them, and in which articles to look."""
    articles = draw(st.lists(few_words, min_size=1, max_size=4))
    places = []
    for article, first, length in draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 25), st.integers(0, 12)), max_size=4)
    ):
        words = articles[article % len(articles)]
        begin = min(first, len(words))
        places.append((article % len(articles), begin, min(len(words), begin + length)))
    return articles, places, draw(st.lists(st.booleans(), min_size=len(articles), max_size=len(articles)))


@given(known_runs(), st.integers(1, 4), RANDOMS)
def test_spans_are_those_that_plain_python_finds(
    case: tuple[list[list[int]], list[Row], list[bool]], size: int, random: Random
) -> None:
    articles, places, among = case
    spans = rows_per_article(found(scattered(articles, random), places, size, among))
    runs = [articles[article][first:stop] for article, first, stop in places]
    assert spans == [plain(words, runs, size) if asked else [] for words, asked in zip(articles, among, strict=True)]


@given(known_runs(), st.integers(1, 4), RANDOMS)
def test_marked_spans_are_in_order_and_share_no_word(
    case: tuple[list[list[int]], list[Row], list[bool]], size: int, random: Random
) -> None:
    articles, places, _ = case
    for rows in rows_per_article(found(scattered(articles, random), places, size)):
        words = [word for word, _ in named(rows)]
        assert words == sorted(set(words))
        assert all(first < stop for _, first, stop in rows)


@given(known_runs(), st.integers(1, 4), RANDOMS)
def test_a_run_is_covered_where_it_was_taken_from(
    case: tuple[list[list[int]], list[Row], list[bool]], size: int, random: Random
) -> None:
    articles, places, _ = case
    spans = rows_per_article(found(scattered(articles, random), places, size))
    for article, first, stop in places:
        if stop - first >= size:
            assert {word for word, _ in named(spans[article])} >= set(range(first, stop))


def test_a_run_is_found_at_both_ends_and_in_the_middle() -> None:
    own = list(range(50))
    words = columns([ONE, ONE + own, own + ONE, own[:20] + ONE + own[20:], own])
    assert rows_per_article(found(words, [(0, 0, 20)], 12)) == [
        [(0, 0, 20)],
        [(0, 0, 20)],
        [(0, 50, 70)],
        [(0, 20, 40)],
        [],
    ]


def test_a_part_of_a_run_is_found_from_a_shingle_on() -> None:
    words = columns([ONE, [1, 2, *ONE[5:17], 3, 4], [1, 2, *ONE[5:16], 3, 4]])
    assert rows_per_article(found(words, [(0, 0, 20)], 12))[1:] == [[(0, 2, 14)], []]


def test_runs_side_by_side_are_two_spans() -> None:
    words = columns([ONE, OTHER, [1, *ONE, *OTHER, 2]])
    assert rows_per_article(found(words, [(0, 0, 20), (1, 0, 15)], 12))[2] == [(0, 1, 21), (1, 21, 36)]


def test_words_of_two_runs_belong_to_the_one_that_comes_first_in_the_article() -> None:
    words = columns([ONE, [*ONE[15:], *OTHER], [*ONE, *OTHER]])
    assert rows_per_article(found(words, [(0, 0, 20), (1, 0, 20)], 4))[2] == [(0, 0, 20), (1, 20, 35)]


def test_a_shingle_of_two_runs_belongs_to_the_first() -> None:
    assert rows_per_article(found(columns([ONE]), [(0, 0, 20), (0, 0, 20)], 12)) == [[(0, 0, 20)]]


def test_more_spans_than_there_is_room_for_at_first_are_found() -> None:
    words = columns([[1, 2, 9] * 3000])
    spans = rows_per_article(found(words, [(0, 0, 2)], 2))
    assert spans == [[(0, 3 * i, 3 * i + 2) for i in range(3000)]]


def test_articles_that_nobody_asks_about_have_no_spans() -> None:
    assert rows_per_article(found(columns([ONE, ONE]), [(0, 0, 20)], 12, [False, True])) == [[], [(0, 0, 20)]]


def test_no_runs_mark_nothing() -> None:
    assert rows_per_article(found(columns([ONE, []]), [], 12)) == [[], []]
