"""Zones: parts of articles that pairs of words join, and in which wordings are looked for, each by itself."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import I64, U64
from dedup.footers.catalogue import load
from dedup.footers.tokens import tokens_of
from dedup.footers.wordings import FIRST_CLASS, NEAR_WORDS, tables
from dedup.footers.zones import (
    ARTICLE,
    BEGIN,
    END,
    FIRST_BLOCK,
    FIRST_WORD,
    STOP_BLOCK,
    STOP_WORD,
    as_articles,
    zones_of,
)
from dedup.text.words import Words, words_of
from dedup.text.written import written
from tests.stories import story

T = tables(load())
PAIRS = {divmod(int(key), 1 << 16) for key in T.pair_keys if key}
"""Two classes that are a pair of some wording."""

LINES = st.one_of(
    st.lists(
        st.sampled_from(
            ("copyright", "privacy", "policy", "removed", "request", "holder", "newsletter", "the", "2024", "of")
        ),
        min_size=1,
        max_size=6,
    ).map(" ".join),
    st.integers(0, 30).map(lambda seed: story(seed, 9).capitalize() + "."),
)


def zoned(texts: list[str]) -> tuple[Words, I64, U64]:
    """The words of texts, their zones, and the digests of these."""
    words = words_of(texts)
    return words, *zones_of(words, written(texts), tokens_of(words, T), T)


def zones(text: str) -> list[str]:
    """The characters of each zone of a text that has tokens."""
    _, rows, _ = zoned([text])
    return [text[row[BEGIN] : row[END]] for row in rows.tolist()]


@given(st.lists(LINES, min_size=1, max_size=8))
def test_blocks_are_joined_where_a_pair_of_words_stands_on_both_sides(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    words, rows, _ = zoned([text])
    tokens = tokens_of(words, T)
    starts = [*words.blocks[0].tolist(), len(words.hashes[0])]
    classes = {
        word: int(tokens.classes[word]) for word in tokens.words.tolist() if tokens.classes[word] >= FIRST_CLASS
    }
    joined = {
        at
        for at, edge in enumerate(starts[1:-1], 1)
        if any(
            second - first <= NEAR_WORDS and (classes[first], classes[second]) in PAIRS
            for first in classes
            for second in classes
            if first < edge <= second
        )
    }
    edges = [0, *(at for at in range(1, len(starts) - 1) if at not in joined), len(starts) - 1]
    wanted = [
        (first, stop)
        for first, stop in pairwise(edges)
        if any(starts[first] <= word < starts[stop] for word in tokens.words.tolist())
    ]
    assert rows[:, [FIRST_BLOCK, STOP_BLOCK]].tolist() == [list(pair) for pair in wanted]
    assert rows[:, [FIRST_WORD, STOP_WORD]].tolist() == [[starts[first], starts[stop]] for first, stop in wanted]


@given(st.lists(st.lists(LINES, min_size=1, max_size=6), min_size=1, max_size=4))
def test_a_zone_as_an_article_is_its_text_as_an_article(articles: list[list[str]]) -> None:
    texts = ["\n\n".join(lines) for lines in articles]
    words, rows, digests = zoned(texts)
    own = as_articles(words, rows)
    split = [text.split() for text in texts]
    for zone, row in enumerate(rows.tolist()):
        article, first, stop = row[:3]
        lines = texts[article].split("\n\n")
        before = int(words.blocks.starts[article])
        alone = words_of(["\n\n".join(lines[row[FIRST_BLOCK] - before : row[STOP_BLOCK] - before])])
        assert own.hashes[zone].tolist() == alone.hashes[0].tolist()
        assert own.blocks[zone].tolist() == alone.blocks[0].tolist()
        assert own.sentences[zone].tolist() == alone.sentences[0].tolist()
        assert len(split[article][first:stop]) == len(own.places[zone])
        same = [rows[other] for other in np.flatnonzero(digests == digests[zone])]
        assert {texts[one[ARTICLE]][one[BEGIN] : one[END]] for one in same} == {texts[article][row[BEGIN] : row[END]]}


GAPS = st.text(st.sampled_from(" -–“•(…\t\u00a0"), max_size=4)
ENDS = st.text(st.sampled_from(".”)…» "), max_size=4)


@given(
    st.lists(st.tuples(GAPS, LINES, ENDS), min_size=1, max_size=6), st.sampled_from(["\n", "\n\n", "\x0b\n", "\n \n"])
)
def test_the_characters_of_a_zone_are_its_lines_whole(lines: list[tuple[str, str, str]], gap: str) -> None:
    written_lines = ["".join((before, line[0].upper(), line[1:], after)) for before, line, after in lines]
    text = gap.join(written_lines)
    for zone in zones(text):
        of = [line.rstrip("\x0b") for line in zone.split("\n")]
        assert all(line in written_lines or not line.strip() for line in of)
        assert of[0].strip() and of[-1].strip()


def test_a_zone_ends_where_other_words_begin_on_its_line() -> None:
    between = "Xa " + 15 * "xo "
    assert zones(f"Privacy policy.\x0b“{between}\x0b(Newsletter") == ["Privacy policy.\x0b“", " \x0b(Newsletter"]


@pytest.mark.parametrize(
    "one", ["privacy policy", "Privacy policy", "privacy policy.", "policy privacy", "privacy", "privacy privacy"]
)
def test_a_digest_tells_all_characters(one: str) -> None:
    others = {"privacy policy!", "privacy  policy", "PRIVACY policy", "privacy policy privacy policy"}
    _, _, digests = zoned([one, *others])
    assert digests[0] not in digests[1:]


def test_a_name_over_two_lines_joins_them() -> None:
    assert zones("He told The Associated\nPress. Nothing else") == ["He told The Associated\nPress. Nothing else"]


def test_numbers_at_the_ends_of_lines_join_nothing() -> None:
    assert zones("Page 1 of\n\n2024 3 of 4") == ["Page 1 of", "2024 3 of 4"]
