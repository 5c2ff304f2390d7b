import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.report.page.shown import cut, one_line, shown

TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text())
def test_what_is_shown_is_as_long_and_turns_nothing(text: str) -> None:
    assert len(shown(text)) == len(text)
    assert not set(shown(text)) & {*TURNING, "\x00", "\x1b", "\x7f", "\x85", "\u2028"}


@pytest.mark.parametrize("text", ["plain", "two\nlines\tand tabs", "Łódź, שלום, 東京 🧨"])
def test_usual_texts_are_shown_as_they_are(text: str) -> None:
    assert shown(text) == text


def test_a_title_of_a_megabyte_is_cut_with_an_ellipsis() -> None:
    assert cut("x" * (1 << 20)) == "x" * 299 + "…"


def test_a_cut_line_has_no_breaks() -> None:
    assert one_line("a\n  b\n" * 9, 6) == "a b a…"
