"""Lines of JSON taken apart before they are parsed: their longest string, as UTF-8, and the rest.

Nearly all of a record is its text, which becomes words from UTF-8 and is wanted as a ``str`` only where somebody
looks more closely. So one compiled pass over the bytes takes the longest string out of each line, checks and
unescapes it, and puts ``APART`` in its place; only the rest is parsed. That is exact: if the rest is JSON, a quote in
it opens or ends a string just as in the whole line; and a line that holds the character of ``APART`` is left whole.
"""

from collections.abc import Iterator

import numpy as np

from dedup.columns import I64, U8
from dedup.kernels import inlined, lean, trailing_zeros

APART = "\uffff"
"""Stands for the string that was taken out. Unicode says of it that no text has it."""

LEAST = np.uint64(256)
"""Bytes of a string that is worth it. Shorter lines are as quickly parsed whole."""

_AT_ONCE = 1 << 17  # bytes, or one longer line
_LINES = 1 << 10  # at once
_PADDING = bytes(16)  # behind a block: no string goes on in it, and as many bytes can be read anywhere

_NEWLINE, _QUOTE, _BACKSLASH, _U = (np.uint8(ord(c)) for c in '\n"\\u')
_UNESCAPED = np.zeros(256, np.uint8)
_UNESCAPED[list(b'"\\/bfnrt')] = list(b'"\\/\b\f\n\r\t')
_DIGITS = np.full(256, 16)
_DIGITS[list(b"0123456789")] = range(10)
_DIGITS[list(b"abcdef")] = _DIGITS[list(b"ABCDEF")] = range(10, 16)

ZERO, ONE, TWO, THREE, FOUR, FIVE, SIX, EIGHT = (np.uint64(i) for i in (0, 1, 2, 3, 4, 5, 6, 8))

# Eight bytes at a time: each constant is one byte, eight times.
_ONES = np.uint64(0x0101010101010101)
_HIGH_BITS = _ONES * np.uint64(0x80)
_SPACES = _ONES * np.uint64(0x20)
_QUOTES = _ONES * np.uint64(ord('"'))
_BACKSLASHES = _ONES * np.uint64(ord("\\"))


Line = tuple[int, int, bytes, bytes]
"""A line of a block: its first byte there and the one after its last, the end of line included; the line with
``APART`` for its longest string, empty where nothing was taken out; that string, unescaped, as valid UTF-8."""


def lines_apart(data: bytes) -> Iterator[Line]:
    """The lines of a block, some at a time, so that what is made of them stays in the cache.

    One pass, some .5 ns per byte, and half a microsecond per line.
    """
    rows, at = np.empty((_LINES, 6), np.int64), 0
    while at < len(data):
        stop = data.rfind(b"\n", at, at + _AT_ONCE) + 1 or data.find(b"\n", at) + 1 or len(data)
        some = np.frombuffer(data[at:stop] + _PADDING, np.uint8)
        rests, texts = np.empty((2, len(some)), np.uint8)
        count = _take_apart(some, rests, texts, rows, _UNESCAPED, _DIGITS)
        rest, text = rests[: rows[count - 1, 3]].tobytes(), texts.data
        for start, stop, rest_start, rest_stop, text_start, text_stop in rows[:count].tolist():
            yield at + start, at + stop, rest[rest_start:rest_stop], bytes(text[text_start:text_stop])
        at += stop


@inlined
def _eight(data: U8, at: np.uint64) -> np.uint64:
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


@inlined
def _put_eight(texts: U8, to: np.uint64, number: np.uint64) -> None:
    """The same the other way round."""
    texts[to] = number
    texts[to + np.uint64(1)] = number >> np.uint64(8)
    texts[to + np.uint64(2)] = number >> np.uint64(16)
    texts[to + np.uint64(3)] = number >> np.uint64(24)
    texts[to + np.uint64(4)] = number >> np.uint64(32)
    texts[to + np.uint64(5)] = number >> np.uint64(40)
    texts[to + np.uint64(6)] = number >> np.uint64(48)
    texts[to + np.uint64(7)] = number >> np.uint64(56)


@inlined
def _length(data: U8, at: np.uint64) -> np.uint64:
    """Bytes of the character of valid UTF-8, not of ASCII, that begins at a place; 0 if none does.

    Four bytes can be read there.
    """
    lead, second, third, last = data[at], data[at + ONE], data[at + TWO], data[at + THREE]
    if lead < 0xC2 or lead > 0xF4 or second & 0xC0 != 0x80:
        return ZERO
    if lead < 0xE0:
        return TWO
    if third & 0xC0 != 0x80:
        return ZERO
    if lead < 0xF0:
        return ZERO if (lead == 0xE0 and second < 0xA0) or (lead == 0xED and second > 0x9F) else THREE
    if last & 0xC0 != 0x80 or (lead == 0xF0 and second < 0x90) or (lead == 0xF4 and second > 0x8F):
        return ZERO
    return FOUR


@inlined
def _code_unit(data: U8, at: np.uint64, digits: I64) -> int:
    """The number in the escape ``\\uXXXX`` that begins at a place; -1 if none does. Six bytes can be read there."""
    if data[at] != _BACKSLASH or data[at + ONE] != _U:
        return -1
    first, second = digits[data[at + TWO]], digits[data[at + THREE]]
    third, last = digits[data[at + FOUR]], digits[data[at + FIVE]]
    return -1 if first | second | third | last > 15 else first << 12 | second << 8 | third << 4 | last


@inlined
def _write(texts: U8, to: np.uint64, code: int) -> np.uint64:
    """Write a character as UTF-8, and return the place after it."""
    if code < 0x80:
        texts[to] = code
        return to + ONE
    if code < 0x800:
        texts[to] = 0xC0 | code >> 6
        texts[to + ONE] = 0x80 | code & 0x3F
        return to + TWO
    if code < 0x10000:
        texts[to] = 0xE0 | code >> 12
        texts[to + ONE] = 0x80 | code >> 6 & 0x3F
        texts[to + TWO] = 0x80 | code & 0x3F
        return to + THREE
    texts[to] = 0xF0 | code >> 18
    texts[to + ONE] = 0x80 | code >> 12 & 0x3F
    texts[to + TWO] = 0x80 | code >> 6 & 0x3F
    texts[to + THREE] = 0x80 | code & 0x3F
    return to + FOUR


@inlined
def _string(
    data: U8, at: np.uint64, texts: U8, to: np.uint64, unescaped: U8, digits: I64
) -> tuple[np.uint64, np.uint64]:
    """Write a string of JSON that begins at a place, without its escapes, to another.

    Returns the place of the quote that ends it and the one after what was written; 0 for the first if the string is
    not valid, or holds ``APART``. Whatever is behind the data ends a string, as it is no text.
    """
    while True:
        eight_bytes = _eight(data, at)
        _put_eight(texts, to, eight_bytes)
        # a quote, a backslash, a control character or a byte that is not of ASCII: the lowest one is right
        marks = (eight_bytes - _SPACES) | ((eight_bytes ^ _QUOTES) - _ONES)
        marks |= ((eight_bytes ^ _BACKSLASHES) - _ONES) | eight_bytes
        marks &= _HIGH_BITS
        if marks == ZERO:  # said apart, so that the next eight need not wait for the count
            at += EIGHT
            to += EIGHT
            continue
        plain = np.uint64(trailing_zeros(marks)) >> THREE
        at += plain
        to += plain
        byte = data[at]
        if byte == _QUOTE:
            return at, to
        if byte == _BACKSLASH:
            if unescaped[data[at + ONE]]:
                texts[to] = unescaped[data[at + ONE]]
                to += ONE
                at += TWO
                continue
            code = _code_unit(data, at, digits)
            at += SIX
            if 0xD800 <= code < 0xDC00:
                low = _code_unit(data, at, digits)
                code = 0x10000 + ((code - 0xD800) << 10) + low - 0xDC00 if 0xDC00 <= low < 0xE000 else -1
                at += SIX
            if code < 0 or 0xD800 <= code < 0xE000 or code == 0xFFFF:
                return ZERO, to
            to = _write(texts, to, code)
            continue
        length = _length(data, at)  # 0 also of control characters
        if length == ZERO or (byte == 0xEF and data[at + ONE] == 0xBF and data[at + TWO] == 0xBF):
            return ZERO, to
        at += length  # its bytes are written already, but for those past the eighth
        to += length
        if plain + length > EIGHT:
            for i in range(1, 5):
                texts[to - np.uint64(i)] = data[at - np.uint64(i)]


@lean
def _take_apart(data: U8, rests: U8, texts: U8, rows: I64, unescaped: U8, digits: I64) -> int:
    """Write the first lines, as many as there are ``rows`` for, and return how many. One pass, O(bytes).

    Args:
        data: whole lines, and ``_PADDING`` behind them.
        rests: room for what is left of lines, as long as ``data``; so is ``texts``, for the strings taken out.
        rows: shape (lines, 6): where each line starts and stops, its rest in ``rests`` and its string in ``texts``.
        unescaped: for each byte the one that it stands for behind a backslash, or 0.
        digits: the value of each byte as a hexadecimal digit; of others 16.
    """
    count, rest, to, at, size = 0, ZERO, ZERO, ZERO, np.uint64(len(data) - len(_PADDING))
    while at < size and count < len(rows):
        start, opening, closing, text, text_stop, whole = at, ZERO, ZERO, to, to, False
        while at < size and data[at] != _NEWLINE:
            at += ONE
            if data[at - ONE] != _QUOTE or whole:
                continue
            end, written = _string(data, at, texts, to, unescaped, digits)
            if end == ZERO:
                whole = True
                continue
            if end - at > closing - opening:
                opening, closing, text, text_stop = at, end, to, written
                to = written
            at = end + ONE
        stop = min(at + ONE, size)
        row = rows[count]
        row[0], row[1], row[2], row[3], row[4], row[5] = start, stop, rest, rest, text, text
        if not whole and closing - opening >= LEAST:
            for i in range(start, opening):
                rests[rest] = data[i]
                rest += ONE
            rests[rest], rests[rest + ONE], rests[rest + TWO] = 0xEF, 0xBF, 0xBF
            rest += THREE
            for i in range(closing, stop):
                rests[rest] = data[i]
                rest += ONE
            row[3], row[5] = rest, text_stop
        count += 1
        at = stop
    return count
