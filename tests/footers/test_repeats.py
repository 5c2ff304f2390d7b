"""Repeats: what was met before spares work and changes nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import I64
from dedup.footers import matching
from dedup.footers import repeats as module
from dedup.footers.catalogue import load
from dedup.footers.matching import Marks, found
from dedup.footers.repeats import Repeats
from dedup.text.words import Words, words_of
from tests.laws import costly
from tests.stories import story

LINES = st.one_of(
    st.sampled_from(
        [
            "Copyright 2024 The Ferry Courier. All rights reserved.",
            "Copyright 2024 The Ferry Courier",
            "Copyright, 2024, The Ferry Courier. All rights reserved.",
            "PORT ANSEL, March 4 (NWS) - The harbour froze.",
            "PORT ANSEL, March 4, NWS: The harbour froze.",
            "News | Sport | Weather | Contact",
            "By Dana Orme",
            "Subscribe to our newsletter",
            "SUBSCRIBE TO OUR",
            "NEWSLETTER",
            "This article was removed at the request of the rights holder",
            "This material was taken down at the request of the copyright owner.",
        ]
    ),
    st.integers(0, 9).map(lambda seed: story(seed, 15).capitalize() + "."),
)
BATCHES = st.lists(st.lists(st.lists(LINES, max_size=5), max_size=4), max_size=4)


def told(marks: Marks) -> list[tuple[object, object]]:
    """What was found in each article."""
    return [(marks.spans[at].tolist(), list(marks.markers[at])) for at in range(len(marks.spans))]


def hold_against_each_alone(batches: list[list[list[str]]], gap: str) -> None:
    """What is found in batches, one after the other, is what is found in each article alone."""
    repeats = Repeats()
    for batch in batches:
        texts = [gap.join(lines) for lines in batch]
        known = told(found(words_of(texts), texts, load(), repeats))
        assert known == [told(found(words_of([text]), [text], load()))[0] for text in texts]


@costly(3)
@given(BATCHES, st.sampled_from(["\n", "\n\n", "\n“"]))
def test_what_was_met_before_changes_nothing(batches: list[list[list[str]]], gap: str) -> None:
    hold_against_each_alone(batches, gap)


@costly(3)
@given(BATCHES)
def test_what_was_forgotten_is_found_again(batches: list[list[list[str]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SLOT_BITS", 1)
        patch.setattr(module, "MOST_FOUND", 2)
        hold_against_each_alone(batches, "\n")


def test_a_footer_that_was_met_before_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    texts, repeats, asked = ["Copyright 2024 The Ferry Courier. All rights reserved."], Repeats(), list[int]()

    def search(words: Words, zones: I64, new: I64, *rest: Any) -> Any:
        asked.append(len(new))
        return search_itself(words, zones, new, *rest)

    search_itself = matching.search
    monkeypatch.setattr(matching, "search", search)
    first, again = (told(found(words_of(texts), texts, load(), repeats)) for _ in range(2))
    assert first == again
    assert asked == [1, 0]
