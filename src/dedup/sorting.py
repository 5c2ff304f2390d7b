"""Sorting many numbers by their upper bits: several times as quick as a comparison sort; and finding one in order."""

import numpy as np

from dedup.columns import I32, I64, U64
from dedup.kernels import inlined, kernel

DIGIT = 11
"""Bits that are sorted by at once: so many counters stay in the fastest cache."""

FEW = 1 << 12
"""Numbers up to which numpy's sort is as quick."""

TELLING = 6
"""Bits beyond those that number them by which hashes are sorted, if two digits have so many: few stand wrong then."""


def sorted_by_bits(keys: U64, low: int, high: int = 64) -> U64:
    """The numbers in order of their bits ``low`` to ``high - 1``; those equal there stay in the order they come in.

    Takes ``keys`` over. O(keys) for each ``DIGIT`` bits, with room for as many keys again (least significant digit
    first; Knuth, The Art of Computer Programming 3, section 5.2.5).
    """
    if len(keys) <= FEW:
        digits = keys << np.uint64(64 - high) >> np.uint64(64 - high + low)
        return keys[np.argsort(digits, kind="stable")]
    other, counts = np.empty_like(keys), np.empty(1 << DIGIT, np.int64)
    for shift in range(low, high, DIGIT):
        _by_digit(keys, other, np.uint64(shift), np.uint64((1 << min(DIGIT, high - shift)) - 1), counts)
        keys, other = other, keys
    return keys


def distinct_by_bits(keys: U64, high: int) -> U64:
    """Numbers below ``2 ** high``, in order, each once. Takes ``keys`` over; costs what ``sorted_by_bits`` does."""
    keys = sorted_by_bits(keys, 0, high)
    new = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return keys[new]


@kernel
def sort_hashes(keys: U64, other: U64, high: int, counts: I64) -> None:
    """Sort numbers below ``2 ** high`` whose upper bits are hashes, and as likely the one as the other.

    Few of them agree in more bits than it takes to number them. So they are sorted by two digits of these, by four
    from a million on, and what stands wrong then is moved up. O(keys). ``other`` has as much room as ``keys``, and
    ``counts`` ``1 << DIGIT`` places.
    """
    bits, some = TELLING, other[: len(keys)]
    while len(keys) >> bits - TELLING > 0:
        bits += 1
    digits, width = 2 if len(keys) <= 1 << 20 else 4, min(DIGIT, (bits + 1) // 2)
    mask = np.uint64((1 << width) - 1)
    for digit in range(digits, 0, -2):
        _by_digit(keys, some, np.uint64(max(0, high - digit * width)), mask, counts)
        _by_digit(some, keys, np.uint64(max(0, high - (digit - 1) * width)), mask, counts)
    for i in range(1, len(keys)):
        key, at = keys[i], i
        while at > 0 and keys[at - 1] > key:
            keys[at] = keys[at - 1]
            at -= 1
        keys[at] = key


@kernel
def _by_digit(keys: U64, spread: U64, shift: np.uint64, mask: np.uint64, counts: I64) -> None:
    """Write the numbers in order of the digit at ``shift``. O(keys)."""
    counts[: mask + np.uint64(1)] = 0
    for i in range(len(keys)):
        counts[keys[i] >> shift & mask] += 1
    total = 0
    for digit in range(mask + np.uint64(1)):
        count = counts[digit]
        counts[digit] = total
        total += count
    for i in range(len(keys)):
        digit = keys[i] >> shift & mask
        spread[counts[digit]] = keys[i]
        counts[digit] += 1


@inlined
def lower_bound(numbers: I32 | I64, low: int, high: int, wanted: int) -> int:
    """The first place from ``low`` on whose number is not below the wanted one, ``high`` if there is none.

    ``numbers[low:high]`` are in order. Binary search, O(log of their number).
    """
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
