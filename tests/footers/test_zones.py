"""Zones: parts of articles that pairs of words join, and in which wordings are looked for, each by itself."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.footers.catalogue import load
from dedup.footers.tokens import tokens_of
from dedup.footers.wordings import FIRST_CLASS, NEAR_WORDS, WITHIN, tables
from dedup.footers.zones import FIRST_BLOCK, FIRST_WORD, STOP_BLOCK, STOP_WORD, as_articles, zones_of
from dedup.text.words import words_of
from tests.stories import story

T = tables(load())
PAIRS = {
    divmod(int(key), 1 << 16): int(T.leads[first:stop, WITHIN].max())
    for key, (first, stop) in zip(T.pair_keys, T.pair_leads, strict=True)
    if key
}
"""The words within which two classes are a pair of some wording."""

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


def zones(text: str) -> list[str]:
    """The words of each zone of a text that has tokens."""
    words = words_of([text])
    rows, _ = zones_of(words, tokens_of(words, T), T)
    split = text.split()
    return [" ".join(split[row[FIRST_WORD] : row[STOP_WORD]]) for row in rows.tolist()]


@given(st.lists(LINES, min_size=1, max_size=8))
def test_blocks_are_joined_where_a_pair_of_words_stands_on_both_sides(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    words = words_of([text])
    tokens = tokens_of(words, T)
    rows, _ = zones_of(words, tokens, T)
    starts = [*words.blocks[0].tolist(), len(words.hashes[0])]
    classes = {
        word: int(tokens.classes[word]) for word in tokens.words.tolist() if tokens.classes[word] >= FIRST_CLASS
    }
    joined = {
        at
        for at, edge in enumerate(starts[1:-1], 1)
        if any(
            second - first <= min(NEAR_WORDS, PAIRS.get((classes[first], classes[second]), -1))
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
    words = words_of(texts)
    rows, digests = zones_of(words, tokens_of(words, T), T)
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
        same = np.flatnonzero(digests == digests[zone]).tolist()
        assert all(own.hashes[other].tolist() == own.hashes[zone].tolist() for other in same)


@pytest.mark.parametrize(("one", "other"), [("privacy policy", "policy privacy"), ("privacy", "privacy privacy")])
def test_a_digest_tells_the_order_and_the_number_of_words(one: str, other: str) -> None:
    words = words_of([one, other])
    _, digests = zones_of(words, tokens_of(words, T), T)
    assert digests[0] != digests[1]


def test_numbers_at_the_ends_of_lines_join_nothing() -> None:
    assert zones("Page 1 of\n\n2024 3 of 4") == ["Page 1 of", "2024 3 of 4"]
