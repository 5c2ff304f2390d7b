import numpy as np
import pytest

from dedup.footers.catalogue import Catalogue, load, parse
from dedup.footers.telling import MIN_TOLD, UNTOLD, kind_told
from dedup.settings import Settings
from dedup.text.words import words_of
from tests.stories import story

KNOWN = parse(
    """
[weak]
en = ["the", "of", "and", "this", "is", "by", "on"]

[[footer]]
name = "rights"
kind = "copyright"
wordings = ["copyright {year} {owner}", "all rights reserved by {owner}", "reproduction of this page is forbidden"]

[[footer]]
name = "letter"
kind = "newsletter"
wordings = ["sign up for the {title} newsletter", "delivered to your inbox on mornings", "reserved seats"]

[[footer]]
name = "gone"
kind = "takedown"
wordings = ["the page is deleted on demand"]
""",
    "a test",
)


def told(text: str, lines: int = 1, catalogue: Catalogue | None = KNOWN, **changed: int) -> str:
    """The kind of a text in so many lines."""
    return kind_told(words_of([text]).hashes[0], lines, catalogue, Settings(**changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Copyright 2022 Example Press. All rights reserved.", "copyright"),
        ("Sign up for our morning newsletter, delivered to your inbox", "newsletter"),
        ("Deleted on demand", "takedown"),
    ],
)
def test_the_words_of_a_wording_tell_its_kind(text: str, kind: str) -> None:
    assert told(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("This material may not be published, broadcast, rewritten or redistributed.", "copyright"),
        ("Subscribe to our newsletter and get it delivered to your inbox every morning", "newsletter"),
    ],
)
def test_the_shipped_catalogue_tells_what_anybody_would(text: str, kind: str) -> None:
    assert told(text, catalogue=load()) == kind


@pytest.mark.xfail(strict=True, reason="four kinds use the word copyright, which leaves it a sixteenth for each")
def test_a_copyright_line_with_its_owner_tells_copyright() -> None:
    line = (
        "Copyright 2022 Harbour News Network, a division of Northern Example Holdings Limited. All rights reserved."
    )
    assert told(line, catalogue=load()) == "copyright"


def test_many_short_lines_are_navigation_whatever_they_say() -> None:
    assert told("Home\nSport\nCulture\nWeather", 4) == "navigation"
    assert told("Copyright\nRights\nReserved\nAll", 4) == "navigation"


@pytest.mark.parametrize(("words", "lines", "kind"), [(36, 4, "navigation"), (37, 4, UNTOLD), (27, 3, UNTOLD)])
def test_navigation_has_short_lines_on_average_and_enough_of_them(words: int, lines: int, kind: str) -> None:
    assert told(story(1, words), lines) == kind


def test_the_settings_say_what_a_short_line_is() -> None:
    assert told(story(1, 8), 2, max_line_words=4, min_lines=2) == "navigation"
    assert told(story(1, 9), 2, max_line_words=4, min_lines=2) == UNTOLD


def test_words_of_no_wording_tell_nothing() -> None:
    assert told(story(1, 30)) == UNTOLD


def test_weak_words_tell_nothing() -> None:
    assert told("the of and this is by on") == UNTOLD


def test_the_name_of_a_slot_tells_nothing() -> None:
    assert told("year owner title") == UNTOLD


def test_a_word_of_two_kinds_tells_a_quarter_of_each() -> None:
    assert MIN_TOLD > 1 / 4
    assert told("reserved") == UNTOLD
    assert told("reserved reproduction") == "copyright"


@pytest.mark.parametrize(("others", "kind"), [(7, "copyright"), (8, UNTOLD)])
def test_three_words_in_ten_must_speak_for_a_kind(others: int, kind: str) -> None:
    assert told(f"copyright rights reproduction {story(1, others)}") == kind


def test_a_word_that_stands_there_often_speaks_once() -> None:
    assert told(f"{'copyright ' * 20} {story(1, 8)}") == UNTOLD


def test_of_two_kinds_the_one_with_more_words_is_told() -> None:
    assert told("copyright rights reproduction newsletter inbox") == "copyright"
    assert told("copyright newsletter inbox delivered") == "newsletter"


def test_without_a_catalogue_only_lines_tell() -> None:
    assert told("All rights reserved", catalogue=None) == UNTOLD
    assert told("Home\nSport\nCulture\nWeather", 4, catalogue=None) == "navigation"


def test_no_words_tell_nothing() -> None:
    assert kind_told(np.empty(0, np.uint32), 1, KNOWN, Settings()) == UNTOLD
