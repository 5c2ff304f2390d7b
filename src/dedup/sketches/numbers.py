"""Sets of 64-bit numbers for kernels: a table, and before it a sieve by which most others are told at one look."""

from typing import NamedTuple

import numpy as np

from dedup.columns import U64
from dedup.kernels import kernel
from dedup.text.shingles import table_size

SIEVE_BITS = 64
"""Bits of a set's sieve for each of its numbers: one in so many others passes it."""


class Numbers(NamedTuple):
    """A set of 64-bit numbers."""

    table: U64
    """0 is a free slot; a power of two of slots, at most half of them taken."""

    sieve: U64
    """A bit for each number, so that most others are told by one look."""


def numbers(most: int) -> Numbers:
    """An empty set with room for so many numbers."""
    bits = 1 << max(6, int(SIEVE_BITS * most - 1).bit_length() if most else 6)
    return Numbers(np.zeros(table_size(most), np.uint64), np.zeros(bits // 64, np.uint64))


@kernel
def _bit(number: np.uint64, sieve: U64) -> np.uint64:
    return (number * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32) & np.uint64(64 * len(sieve) - 1)


@kernel
def passes(number: np.uint64, sieve: U64) -> np.uint64:
    bit = _bit(number, sieve)
    return np.uint64(sieve[bit >> np.uint64(6)] >> (bit & np.uint64(63)) & np.uint64(1))


@kernel
def let_pass(number: np.uint64, sieve: U64) -> None:
    bit = _bit(number, sieve)
    sieve[bit >> np.uint64(6)] |= np.uint64(1) << (bit & np.uint64(63))


@kernel
def has(number: np.uint64, table: U64, sieve: U64) -> bool:
    """Whether a set has a number; 0 counts as 1."""
    return bool(passes(number, sieve)) and holds(number, table)


@kernel
def holds(number: np.uint64, table: U64) -> bool:
    """Whether a set has a number that passes its sieve."""
    number, mask = max(number, np.uint64(1)), np.uint64(len(table) - 1)
    slot = number & mask
    while table[slot] != 0 and table[slot] != number:
        slot = (slot + np.uint64(1)) & mask
    return bool(table[slot] != 0)


@kernel
def put(number: np.uint64, numbers: Numbers) -> int:
    """Put a number into a set, and return whether it is new there."""
    let_pass(number, numbers.sieve)
    number, mask = max(number, np.uint64(1)), np.uint64(len(numbers.table) - 1)
    slot = number & mask
    while numbers.table[slot] != 0 and numbers.table[slot] != number:
        slot = (slot + np.uint64(1)) & mask
    new = numbers.table[slot] == 0
    numbers.table[slot] = number
    return int(new)
