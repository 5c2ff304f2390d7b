"""Paths, ids and excerpts as text that prints on one line and encodes as UTF-8."""

import os
import re

from xxhash import xxh3_128_hexdigest

MAX_ID = 2048  # characters; a longer id is a text that went into the wrong field

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """``text`` with U+FFFD for each half of a surrogate pair that stands alone; a whole pair is joined."""
    try:
        text.encode()
    except UnicodeEncodeError:
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return _SURROGATES.sub("\ufffd", joined)
    return text


def printable(text: str) -> str:
    """``text`` with U+FFFD for each character that would break a line, a terminal or an encoder."""
    return text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)


def shown_path(path: str) -> str:
    """A file's path as it is shown: bytes that are no UTF-8 as ``\\xff``, control characters as U+FFFD."""
    if path.isprintable():
        return path
    return printable(os.fsencode(path).decode("utf-8", "backslashreplace"))


def article_id(text: str) -> str:
    """An id that prints on one line, at most ``MAX_ID`` characters; a longer one ends in a digest."""
    clean = printable(text)
    if len(clean) <= MAX_ID:
        return clean
    digest = xxh3_128_hexdigest(text.encode("utf-8", "surrogatepass"))
    return f"{clean[: MAX_ID - 33]}#{digest}"


def excerpt(text: str, characters: int = 40) -> str:
    """The beginning of ``text`` on one line, for a message."""
    clean = printable(" ".join(text[: 4 * characters].split()))
    return clean if len(clean) <= characters else clean[: characters - 1] + "…"
