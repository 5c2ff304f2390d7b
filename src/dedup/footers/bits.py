"""Sets of words of an article as bits, 64 of them in a number: quick to empty, to fill, and to ask for runs of words.

Word w is bit ``w & 63`` of number ``w >> 6``. What walks over a set costs a step for each 64 words.
"""

# mypy: disable-error-code="return-value,assignment"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import U32, U64, U64Rows
from dedup.kernels import inlined, leading_zeros, lean, trailing_zeros

_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


def room_for(sets: int, words: int) -> U64:
    """Room for some sets of the words of an article, shape (sets, numbers). Not emptied."""
    return np.empty((sets, words // 64 + 1), np.uint64)


@inlined
def put(sets: U64Rows, which: int, first: int, stop: int) -> None:
    """Put words first to stop - 1 in."""
    if first >= stop:
        return
    at, last = first >> 6, stop - 1 >> 6
    head, tail = _ALL << np.uint64(first & 63), _ALL >> np.uint64(63 - (stop - 1 & 63))
    if at == last:
        sets[which, at] |= head & tail
        return
    sets[which, at] |= head
    for between in range(at + 1, last):
        sets[which, between] = _ALL
    sets[which, last] |= tail


@lean
def put_each(sets: U64Rows, which: int, words: U32, base: int) -> None:
    """Put single words in, which count from ``-base``."""
    for word in words:
        at = np.int64(word) - base
        sets[which, at >> 6] |= np.uint64(1) << np.uint64(at & 63)


@inlined
def holds(sets: U64Rows, which: int, first: int, stop: int) -> bool:
    """Whether words first to stop - 1, at least one, are all in."""
    at, last = first >> 6, stop - 1 >> 6
    head, tail = _ALL << np.uint64(first & 63), _ALL >> np.uint64(63 - (stop - 1 & 63))
    if at == last:
        return bool(~sets[which, at] & head & tail == 0)
    if ~sets[which, at] & head or ~sets[which, last] & tail:
        return False
    for between in range(at + 1, last):  # noqa: SIM110 - numba compiles loops
        if ~sets[which, between]:
            return False
    return True


@inlined
def count(sets: U64Rows, which: int, first: int, stop: int) -> int:
    """How many of words first to stop - 1, at least one, are in."""
    at, last = first >> 6, stop - 1 >> 6
    held = 0
    for number in range(at, last + 1):
        some = sets[which, number]
        if number == at:
            some &= _ALL << np.uint64(first & 63)
        if number == last:
            some &= _ALL >> np.uint64(63 - (stop - 1 & 63))
        some -= some >> np.uint64(1) & np.uint64(0x5555555555555555)
        some = (some & np.uint64(0x3333333333333333)) + (some >> np.uint64(2) & np.uint64(0x3333333333333333))
        some = some + (some >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
        held += np.int64(some * np.uint64(0x0101010101010101) >> np.uint64(56))
    return held


@inlined
def last_in(sets: U64Rows, which: int, floor: int, word: int, invert: bool) -> int:
    """The last of words ``floor + 1`` to ``word`` that is in, or with ``invert`` is not; else ``floor``."""
    flip = _ALL if invert else np.uint64(0)
    if word <= floor:
        return floor
    at = word >> 6
    here = (sets[which, at] ^ flip) & _ALL >> np.uint64(63 - (word & 63))
    while not here:
        at -= 1
        if at < 0 or at < floor >> 6:
            return floor
        here = sets[which, at] ^ flip
    return max(floor, (at << 6) + 63 - np.int64(leading_zeros(here)))


@inlined
def first_in(sets: U64Rows, which: int, word: int, roof: int, invert: bool) -> int:
    """The first of words ``word`` to ``roof - 1`` that is in, or with ``invert`` is not; else ``roof``."""
    flip = _ALL if invert else np.uint64(0)
    if word >= roof:
        return roof
    at = word >> 6
    here = (sets[which, at] ^ flip) & _ALL << np.uint64(word & 63)
    while not here:
        at += 1
        if at << 6 >= roof:
            return roof
        here = sets[which, at] ^ flip
    return min(roof, (at << 6) + np.int64(trailing_zeros(here)))
