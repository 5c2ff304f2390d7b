"""Text that fits a terminal: what strangers wrote, printable, on one line, and counted in columns.

Wide characters take two columns, marks that stand on others none, as Unicode has it; DECISIONS.md says why by hand.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

PLAIN, BOLD, DIM = "", "1", "2"
RED, GREEN, YELLOW, MAGENTA, CYAN = "31", "32", "33", "35", "36"
"""Styles: parameters of the escape sequence that sets them (ECMA-48, SGR)."""

MOST_SHOWN = 200
"""Columns of a title or name at most, also where lines have no end."""

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""They move nothing, and Persian, Indian languages and emoji are not spelt without them."""

_EMOJI = "\N{VARIATION SELECTOR-16}"
"""Makes an emoji of the sign before it, which then takes another column."""


class Piece(NamedTuple):
    """A part of a line."""

    text: str
    style: str = PLAIN


def printable(text: str) -> str:
    """A text from an article or file without what would move a terminal's cursor or change its colours."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _JOINERS else "\N{REPLACEMENT CHARACTER}" for c in text)


def one_line(text: str, most: int = MOST_SHOWN) -> str:
    """A title or the like, printable, on one line and in so many columns.

    Spaces of all kinds are one space, soft hyphens are left out. Of a very long text only the beginning is looked at.
    """
    if len(text) > 4 * most:
        text = text[: 4 * most] + "…"
    return cut(printable(" ".join(text.replace("\N{SOFT HYPHEN}", "").split())), most)


def columns(text: str) -> int:
    """The columns that a printable text takes; of signs that terminals disagree about rather too many."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF" or character == _EMOJI:
        return 1 + (character != _EMOJI)
    return int(unicodedata.category(character) not in ("Mn", "Me", "Cf"))


def cut(text: str, width: int) -> str:
    """A printable text in so many columns, 1 or more: a longer one ends in ``…``."""
    return text if columns(text) <= width else _beginning(text, width - 1) + "…"


def squeezed(text: str, width: int) -> str:
    """A printable text in so many columns, 1 or more: of a longer one, such as a path, the middle is left out."""
    if columns(text) <= width:
        return text
    before = _beginning(text, (width - 1) // 2)
    return f"{before}…{_beginning(text[::-1], width - 1 - columns(before))[::-1]}"


def padded(text: str, width: int) -> str:
    """A printable text with spaces behind it up to so many columns; a longer one as it is."""
    return text + " " * (width - columns(text))


def line(pieces: Sequence[Piece], *, width: int, colour: bool = False) -> str:
    """Pieces as one line: printable, cut to the width, with colours or without."""
    shown, left = list[str](), width
    for text, style in pieces:
        text = printable(text)  # noqa: PLW2901
        size = columns(text)
        if size > left:
            text = cut(text, left) if left > 0 else ""  # noqa: PLW2901
            size = left
        left -= size
        shown.append(f"\x1b[{style}m{text}\x1b[0m" if colour and style and text else text)
    return "".join(shown).rstrip()


def wrapped(text: str, *, width: int, indent: int = 0) -> Iterator[str]:
    """A text on as many lines as it needs, each behind so many spaces; a longer word is broken."""
    room, begun = max(2, width - indent), ""
    for word in printable(text).split():
        begun = f"{begun} {word}" if begun else word
        if columns(begun) > room:
            above = begun[: -len(word) - 1]
            if above:
                yield " " * indent + above
            begun = word
        while columns(begun) > room:
            above = _beginning(begun, room)
            yield " " * indent + above
            begun = begun[len(above) :]
    if begun:
        yield " " * indent + begun


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _beginning(text: str, width: int) -> str:
    """As much of a text as so many columns hold."""
    if text.isascii():
        return text[:width]
    for at, character in enumerate(text):
        width -= _columns(character)
        if width < 0:
            return text[:at]
    return text
