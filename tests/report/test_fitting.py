import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.report.fitting import BOLD, RED, Piece, columns, cut, line, one_line, padded, printable, squeezed, wrapped

texts = st.text(st.sampled_from("ab 日本é️\u0301\u200d👩❤\u202e\x1b\n\t\u00ad\u00a0") | st.characters(codec="utf-8"))
shown = texts.map(printable)


@pytest.mark.parametrize(
    ("text", "wide"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("ｗ", 2), ("한", 2), ("👩\u200d🚀", 4), ("❤\ufe0f", 2), ("Привет", 6)],
)
def test_columns_are_those_of_a_terminal(text: str, wide: int) -> None:
    assert columns(text) == wide


@given(shown, st.integers(1, 30))
def test_what_is_cut_or_squeezed_is_never_wider_than_asked_for(text: str, width: int) -> None:
    assert columns(cut(text, width)) <= width and columns(squeezed(text, width)) <= width


@given(shown, st.integers(1, 30))
def test_what_fits_is_left_as_it_is(text: str, width: int) -> None:
    if columns(text) <= width:
        assert cut(text, width) == squeezed(text, width) == text
        assert columns(padded(text, width)) == width


@given(shown, st.integers(1, 30))
def test_what_is_cut_keeps_its_beginning_and_what_is_squeezed_both_ends(text: str, width: int) -> None:
    if columns(text) > width:
        before, mark, after = cut(text, width).rpartition("…")
        assert mark and not after and text.startswith(before)
        parts = squeezed(text, width).split("…")
        assert text.startswith(parts[0]) and text.endswith(parts[-1])


@given(st.lists(st.tuples(texts, st.sampled_from(["", BOLD, RED]))), st.integers(1, 30))
def test_colours_change_nothing_but_colour_and_no_line_is_too_wide(rows: list[tuple[str, str]], width: int) -> None:
    pieces = [Piece(*row) for row in rows]
    plain = line(pieces, width=width)
    coloured = line(pieces, width=width, colour=True)
    for style in (BOLD, RED, "0"):
        coloured = coloured.replace(f"\x1b[{style}m", "")
    assert coloured.rstrip() == plain and columns(plain) <= width


@given(texts)
def test_what_is_printable_has_no_control_character_and_no_change_of_direction(text: str) -> None:
    assert not {unicodedata.category(c) for c in printable(text).replace("\u200d", "").replace("\u200c", "")} & {
        *("Cc", "Cf", "Cs", "Zl", "Zp"),
    }


@given(texts, st.integers(2, 30))
def test_one_line_is_one_printable_line(text: str, most: int) -> None:
    assert "\n" not in one_line(text, most) and columns(one_line(text, most)) <= most


def test_soft_hyphens_and_odd_spaces_of_a_title_do_not_show() -> None:
    assert one_line("Bundes\u00adtag:\u00a0Nein\u2009!\n") == "Bundestag: Nein !"


@given(texts, st.integers(2, 30), st.integers(0, 10))
def test_wrapped_text_loses_nothing_and_fits(text: str, room: int, indent: int) -> None:
    rows = list(wrapped(text, width=indent + room, indent=indent))
    assert "".join(rows).replace(" ", "") == printable(text).replace(" ", "")
    assert all(columns(row) <= indent + room and row.startswith(" " * indent) for row in rows)
