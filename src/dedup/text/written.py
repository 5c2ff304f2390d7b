"""Written texts: characters as bytes, and what kernels ask of these."""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.columns import I64, U8, TextBytes
from dedup.kernels import inlined, lean

PADDING = 16
"""Bytes that may be read anywhere, past the end of the last text, too."""

ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
HIGH_BITS = np.uint64(0x8080808080808080)
ONES = np.uint64(0x0101010101010101)
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""Odd, with about as many ones as zeros."""


class Written(NamedTuple):
    """Texts in valid UTF-8, one after the other: a zero byte behind each, ``PADDING`` more behind the last."""

    data: U8
    starts: I64
    """Shape (texts + 1,): text i is ``data[starts[i]:starts[i + 1] - 1]``."""


def written(texts: Sequence[str | bytes]) -> Written:
    """Texts as bytes; such as are bytes are valid UTF-8. A lone surrogate in a string becomes a question mark."""
    parts = [text if isinstance(text, bytes) else _utf8(text) for text in texts]
    starts = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) + 1 for part in parts], out=starts[1:])
    return Written(np.frombuffer(b"\0".join([*parts, bytes(PADDING)]), np.uint8), starts)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


@inlined
def load(data: U8, at: np.uint64) -> np.uint64:
    """Eight bytes as one number, the first lowest; the compiler makes one load of it."""
    number = np.uint64(data[at])
    number |= np.uint64(data[at + np.uint64(1)]) << np.uint64(8)
    number |= np.uint64(data[at + np.uint64(2)]) << np.uint64(16)
    number |= np.uint64(data[at + np.uint64(3)]) << np.uint64(24)
    number |= np.uint64(data[at + np.uint64(4)]) << np.uint64(32)
    number |= np.uint64(data[at + np.uint64(5)]) << np.uint64(40)
    number |= np.uint64(data[at + np.uint64(6)]) << np.uint64(48)
    number |= np.uint64(data[at + np.uint64(7)]) << np.uint64(56)
    return number


@lean
def after_characters(data: TextBytes, at: int, count: int) -> int:
    """The place so many characters after one. O(bytes / 8)."""
    while count >= 8:
        some = load(data, np.uint64(at))
        continuing = (some & ~(some << np.uint64(1)) & HIGH_BITS) >> np.uint64(7)
        count -= 8 - np.int64(continuing * ONES >> np.uint64(56))
        at += 8
    while data[at] & 0xC0 == 0x80:
        at += 1
    while count:
        at += 1
        while data[at] & 0xC0 == 0x80:
            at += 1
        count -= 1
    return at


@lean
def before_characters(data: TextBytes, at: int, most: int, limit: int) -> tuple[int, int]:
    """The place ``most`` characters before one, or behind the last character ``limit`` of ASCII among these; and how
    many characters lie between."""
    count = 0
    while count < most and data[at - 1] != limit:
        at -= 1
        while data[at] & 0xC0 == 0x80:
            at -= 1
        count += 1
    return at, count


@lean
def digest(data: TextBytes, start: int, stop: int) -> np.uint64:
    """A number for some bytes, equal for equal ones, never 0. O(bytes / 8).

    Two sums at once, so that one multiplication need not wait for the other.
    """
    low, high, at = _mixed(np.uint64(stop - start) + ONES), MULTIPLIER, start
    while at + 16 <= stop:
        low = _mixed(low ^ load(data, np.uint64(at)))
        high = _mixed(high ^ load(data, np.uint64(at + 8)))
        at += 16
    left = stop - at
    low = _mixed(low ^ load(data, np.uint64(at)) & _first(min(left, 8)))
    high = _mixed(high ^ load(data, np.uint64(at + 8)) & _first(max(left - 8, 0)))
    return _finished(low + _finished(high)) | np.uint64(1)


@inlined
def _mixed(number: np.uint64) -> np.uint64:
    number *= MULTIPLIER
    return number ^ number >> np.uint64(32)


@inlined
def _finished(number: np.uint64) -> np.uint64:
    """A number whose bits all hang on all bits (splitmix64, Steele et al. 2014, doi:10.1145/2660193.2660195)."""
    number = (number ^ number >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ number >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return number ^ number >> np.uint64(31)


@inlined
def _first(count: int) -> np.uint64:
    """So many bytes of eight."""
    return ALL >> np.uint64(64 - 8 * count) if count else np.uint64(0)
