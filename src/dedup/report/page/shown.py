"""Texts of strangers as a page shows them: cut, and without what is not seen but turns the words around it."""

import re

LONGEST = 300
"""Characters of a title, a name or a marker that a page holds; what is longer is no title."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


def shown(text: str) -> str:
    """``text`` with U+FFFD for each control character and each mark that turns the direction of writing."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def cut(text: str, longest: int = LONGEST) -> str:
    """``text``, or its first characters and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def cut_or_none(text: str | None) -> str | None:
    """As ``cut``, of what may be missing."""
    return None if text is None else cut(text)


def one_line(text: str, longest: int = LONGEST) -> str:
    """``text`` on one line, cut."""
    return cut(" ".join(text[: 4 * longest].split()), longest)
