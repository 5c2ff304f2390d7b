from itertools import accumulate, groupby
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.footers.lines import navigation
from dedup.settings import Settings
from dedup.text.words import Words, words_of
from tests.footers.made import RANDOMS, Row, rows_per_article, scattered
from tests.made import columns
from tests.stories import story, words

MENU = "Home\nPolitics\nBusiness and markets\nSport\nCulture\nWeather"
PROSE = story(1, 60).capitalize()

articles = st.lists(st.lists(st.integers(1, 12), max_size=12), max_size=4)
"""The words of each block of each article."""


def words_in(lengths: list[list[int]], random: Random) -> Words:
    """Articles of blocks of so many words, which lie in any order among the values."""
    hashes = scattered([range(sum(blocks)) for blocks in lengths], random)
    begins = scattered([[0, *accumulate(blocks)][:-1] if blocks else [] for blocks in lengths], random)
    nothing = columns([[] for _ in lengths])
    return Words(hashes, begins, begins, nothing, nothing)  # type: ignore[arg-type]


def plain(blocks: list[int], footer: int, settings: Settings) -> list[Row]:
    """The runs of short lines of an article, told block by block."""
    rows, at = list[Row](), 0
    for short, run in groupby(blocks, lambda block: block <= settings.max_line_words):
        lengths = list(run)
        if short and len(lengths) >= settings.min_lines:
            rows.append((footer, at, at + sum(lengths)))
        at += sum(lengths)
    left = at - sum(stop - first for _, first, stop in rows)
    return rows if left >= settings.min_prose_words else []


def set_aside(text: str) -> list[str]:
    """The words of each run of short lines in a text that has a word between any two spaces."""
    rows = rows_per_article(navigation(words_of([text]), 0, Settings()))[0]
    return [" ".join(text.split()[first:stop]) for _, first, stop in rows]


@given(articles, RANDOMS, st.integers(1, 12), st.integers(1, 5), st.integers(0, 30))
def test_runs_of_short_lines_are_those_of_plain_python(
    lengths: list[list[int]], random: Random, most: int, fewest: int, prose: int
) -> None:
    settings = Settings(max_line_words=most, min_lines=fewest, min_prose_words=prose)
    found = rows_per_article(navigation(words_in(lengths, random), 5, settings))
    assert found == [plain(blocks, 5, settings) for blocks in lengths]


@pytest.mark.parametrize("text", [f"{MENU}\n{PROSE}", f"{PROSE}\n{MENU}", f"{PROSE}\n{MENU}\n{PROSE}"])
def test_a_menu_is_found_wherever_it_stands(text: str) -> None:
    assert set_aside(text) == [" ".join(MENU.split())]


def test_two_menus_are_two_spans() -> None:
    other = "Contact\nImprint\nPrivacy\nTerms of use"
    assert set_aside(f"{MENU}\n{PROSE}\n{other}") == [" ".join(MENU.split()), " ".join(other.split())]


def test_a_headline_and_a_byline_are_kept() -> None:
    assert set_aside(f"Harbour to be dredged\nBy Ana Example\n7 March 2022\n{PROSE}") == []


def test_four_short_lines_are_a_menu_and_three_are_none() -> None:
    assert set_aside(f"One\nTwo\nThree\nFour\n{PROSE}") == ["One Two Three Four"]
    assert set_aside(f"One\nTwo\nThree\n{PROSE}") == []


def test_a_line_has_nine_words_at_most() -> None:
    nine, ten = ("\n".join(" ".join(words(i, count)).capitalize() for i in range(6)) for count in (9, 10))
    assert set_aside(f"{nine}\n{PROSE}") == [" ".join(nine.split())]
    assert set_aside(f"{ten}\n{PROSE}") == []


def test_a_list_of_nothing_else_is_kept() -> None:
    assert set_aside(MENU) == []
    assert set_aside("\n".join([MENU] * 20)) == []


@pytest.mark.parametrize(("count", "found"), [(39, 0), (40, 1)])
def test_a_menu_above_less_than_forty_words_is_kept(count: int, found: int) -> None:
    assert len(set_aside(f"{MENU}\n{story(2, count).capitalize()}")) == found
