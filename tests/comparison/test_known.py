from dataclasses import fields

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import I32
from dedup.comparison.known import KnownPairs
from dedup.comparison.overlap import overlaps
from dedup.comparison.rewrite import Texts, rewriting
from dedup.model import Rewriting
from dedup.settings import Settings
from tests.made import texts as texts_of

SETTINGS = Settings()
sentences = st.lists(st.lists(st.integers(0, 40).map(lambda i: 990 + i), min_size=1, max_size=9), max_size=6)
articles = st.lists(sentences, min_size=2, max_size=6)


def all_pairs(count: int) -> I32:
    return np.array([(a, b) for a in range(count) for b in range(a + 1, count)], np.int32)


def told(texts: Texts, pairs: I32, known: KnownPairs | None) -> list[list[float]]:
    shared = (known.overlaps if known else overlaps)(texts.words, pairs, 5)
    found = (known.rewriting if known else rewriting)(texts, pairs, SETTINGS)
    measures = [getattr(found, one.name) for one in fields(Rewriting)]
    return [column.tolist() for column in (*shared, *measures)]


@given(articles, articles)
def test_known_measures_are_those_of_measuring_again(old: list[list[list[int]]], new: list[list[list[int]]]) -> None:
    yesterday, today = texts_of(old), texts_of([*new, *old])
    first = KnownPairs(yesterday, {})
    told(yesterday, all_pairs(len(old)), first)
    second = KnownPairs(today, first.tables())
    pairs = all_pairs(len(old) + len(new))
    assert told(today, pairs, second) == told(today, pairs, None)


@given(articles)
def test_what_was_measured_is_not_measured_again_and_what_is_not_asked_for_is_forgotten(
    old: list[list[list[int]]],
) -> None:
    texts, pairs = texts_of(old), all_pairs(len(old))
    first = KnownPairs(texts, {})
    wanted = told(texts, pairs, first)
    marked = {what: table.copy() for what, table in first.tables().items()}
    second = KnownPairs(texts, marked)
    assert told(texts, pairs, second) == wanted
    third = KnownPairs(texts, second.tables())
    third.overlaps(texts.words, pairs[:1], 5)
    assert {what: len(table) for what, table in third.tables().items()} == {"overlaps": 1}


def test_a_table_is_believed() -> None:
    texts, pairs = texts_of([[[1, 2, 3, 4, 5, 6]], [[1, 2, 3, 4, 5, 7]]]), all_pairs(2)
    first = KnownPairs(texts, {})
    first.overlaps(texts.words, pairs, 5)
    tables = first.tables()
    tables["overlaps"]["shared"] = 99
    assert KnownPairs(texts, tables).overlaps(texts.words, pairs, 5).shared.tolist() == [99]
