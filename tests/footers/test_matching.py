from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.footers.catalogue import load
from dedup.footers.matching import found
from dedup.text.places import spans as places_of
from dedup.text.words import words_of
from tests.stories import story

NOTICES = [
    "Northern Echo Basket is an automatic aggregator of all the world's media",
    "If you are the owner of the content and do not want us to publish your materials, please contact us by email",
    "Copyright © 2022 Dow Jones & Company, Inc. All rights reserved. 87990cbe856818d5eddac44c7b1cdeb8",
    "This article was removed at the request of the rights holder",
]
SENTENCES = st.integers(0, 10**6).map(lambda seed: story(seed, 12).capitalize() + ".")


def slices(text: str) -> list[str]:
    """What is taken of a text, in its own words."""
    words = words_of([text])
    rows = found(words, [text], load()).spans[0]
    if len(rows) == 0:
        return []
    starts, stops = places_of(words, np.zeros(len(rows), np.int64), *rows[:, 1:].astype(np.int64).T)
    return [text[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]


@pytest.mark.parametrize("notice", NOTICES)
@given(st.lists(SENTENCES, max_size=4), st.lists(SENTENCES, max_size=4), st.sampled_from([" ", "\n", "\n\n", "\r\n"]))
def test_a_notice_is_found_wherever_it_stands_between_sentences(
    notice: str, before: list[str], after: list[str], gap: str
) -> None:
    text = gap.join([*before, notice + ".", *after])
    assert " ".join(slices(text)).startswith(notice[:-1])


@pytest.mark.parametrize("notice", NOTICES[1:])
@pytest.mark.parametrize("change", [str.upper, str.lower, str.swapcase])
@pytest.mark.parametrize("gap", [" ", "   ", "\n", "\t", " \n "])
def test_case_spaces_and_line_breaks_hide_no_notice(notice: str, change: Callable[[str], str], gap: str) -> None:
    text = gap.join(change(word) for word in notice.split())
    assert slices(f"{story(1, 30)}.\n\n{text}")


@pytest.mark.parametrize("gone", range(1, 20))
def test_a_word_that_is_missing_hides_no_long_notice(gone: int) -> None:
    words = NOTICES[1].split()
    del words[gone]
    assert slices(f"{story(1, 30).capitalize()}. {' '.join(words)}.")


@given(st.lists(st.lists(st.one_of(SENTENCES, st.sampled_from(NOTICES)), max_size=5), max_size=4))
def test_a_batch_is_matched_as_each_article_alone_and_spans_are_in_order(articles: list[list[str]]) -> None:
    texts = ["\n".join(sentences) for sentences in articles]
    together = found(words_of(texts), texts, load())
    for i, text in enumerate(texts):
        alone = found(words_of([text]), [text], load())
        assert together.spans[i].tolist() == alone.spans[0].tolist()
        assert list(together.markers[i]) == list(alone.markers[0])
        bounds = together.spans[i][:, 1:].reshape(-1)
        assert np.all(np.diff(bounds) >= 0)


def test_an_owner_ends_as_it_is_written() -> None:
    text = f"{story(1, 30)}\n\n{NOTICES[2]} {story(2, 10)}"
    markers = found(words_of([text]), [text], load()).markers[0]
    assert ("copyright", "Dow Jones & Company, Inc.") in [(marker.kind, marker.value) for marker in markers]
    assert ("publisher_mark", "87990cbe856818d5eddac44c7b1cdeb8") in [(m.kind, m.value) for m in markers]
    assert all(text[m.start : m.stop] == m.value for m in markers if m.kind != "agency")


@pytest.mark.parametrize(
    ("dateline", "agency"),
    [
        ("PORT ANSEL, March 4 (NWS) - ", ("dateline", "NWS")),
        ("PORT ANSEL, March 4 (Upland News) — ", ("dateline", "Upland News")),
        ("PORT ANSEL, March 4 (AP) - ", ("agency", "The Associated Press")),
    ],
)
def test_a_dateline_tells_the_agency_in_it_known_or_not(dateline: str, agency: tuple[str, str]) -> None:
    text = f"{dateline}Fisheries ministers agreed on Thursday to cut the quota by more than a third.\n\nMore of it."
    markers = found(words_of([text]), [text], load()).markers[0]
    assert [(marker.kind, marker.value) for marker in markers] == [agency]
    assert all(text[m.start : m.stop] == m.value for m in markers if m.kind == "dateline")
