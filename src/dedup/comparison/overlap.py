"""Overlap: how many distinct shingles pairs of articles share, counted exactly on their words."""

from typing import NamedTuple

import numpy as np

from dedup.columns import F64, I32, I64, U32, U64, Bool, Column, I32Rows
from dedup.kernels import kernel
from dedup.text.shingles import fill, roll, table_size, workspace


class Overlaps(NamedTuple):
    """The counts of many pairs, each of shape (pairs,); from them follow all shares."""

    left: I64
    """Distinct shingles of the left article."""

    right: I64
    """Distinct shingles of the right article."""

    shared: I64
    """Distinct shingles of both."""

    @property
    def resemblance(self) -> F64:
        """Shared over all shingles of both, 0 to 1; 0 where there is none."""
        shares: F64 = self.shared / np.maximum(self.left + self.right - self.shared, 1)
        return shares

    @property
    def left_in_right(self) -> F64:
        """Containment: share of the left article's shingles that the right one has, 0 to 1."""
        shares: F64 = self.shared / np.maximum(self.left, 1)
        return shares

    @property
    def right_in_left(self) -> F64:
        """Containment: share of the right article's shingles that the left one has, 0 to 1."""
        shares: F64 = self.shared / np.maximum(self.right, 1)
        return shares


def overlaps(words: Column[np.uint32], pairs: I32, size: int) -> Overlaps:
    """What pairs share.

    Args:
        words: of all articles.
        pairs: shape (pairs, 2), article numbers, in any order.
        size: words in a shingle.

    Costs some 6 ns per word of each article once, and 3 per word of the shorter one of each pair.
    """
    order, sorted_, swapped = longer_first(pairs, words.lengths)
    sizes, shared = np.zeros(len(words), np.int64), np.zeros(len(sorted_), np.int64)
    room = _room(int(words.lengths[sorted_].max(initial=0)))
    _overlaps(words.values, words.starts, words.stops, sorted_, size, room, sizes, shared)
    counts = np.stack([sizes[sorted_[:, 0]], sizes[sorted_[:, 1]], shared])
    found = np.empty_like(counts)
    found[:, order] = np.where(swapped, counts[[1, 0, 2]], counts)
    return Overlaps(found[0], found[1], found[2])


class _Room(NamedTuple):
    """Memory that the kernel works in, for articles of up to so many words."""

    left: U64
    right: U64
    slots: I32
    """A table of the left article's shingles: the place of each; -1 for none."""

    bits: U64
    """A bit for each shingle of the left article: most that it does not have are told by one look."""

    firsts: I32
    """For each place of the left article the first one with the same shingle."""

    seen: I32
    """For each such place the last pair that has its shingle in common."""


def _room(longest: int) -> _Room:
    slots, size = table_size(longest), longest + 1
    return _Room(
        np.empty(size, np.uint64), np.empty(size, np.uint64), np.empty(slots, np.int32),
        np.empty(slots // 4, np.uint64), np.empty(size, np.int32), np.full(size, -1, np.int32),
    )  # fmt: skip


def longer_first(pairs: I32, lengths: I64) -> tuple[I64, I32, Bool]:
    """Pairs with their longer article on the left, equal left ones together: so a long one is looked at once.

    Returns the place among ``pairs`` of each, shape (pairs,), the pairs, and which of them were turned round.
    """
    pairs = np.asarray(pairs, np.int32).reshape(-1, 2)
    swapped = lengths[pairs[:, 0]] < lengths[pairs[:, 1]]
    turned = np.where(swapped[:, None], pairs[:, ::-1], pairs)
    order = np.lexsort((turned[:, 1], turned[:, 0]))
    return order, np.ascontiguousarray(turned[order]), swapped[order]


def distinct(words: Column[np.uint32], articles: I32, size: int) -> I64:
    """How many distinct shingles each of the given articles has, shape (articles,)."""
    each, places = np.unique(articles, return_inverse=True)
    longest = int(words.lengths[each].max(initial=0))
    scratch, table, marks = workspace(longest)
    counts = np.zeros(len(each), np.int64)
    _distinct(words.values, words.starts, words.stops, each, size, scratch, table, marks, counts)
    return counts[places.reshape(-1)]


@kernel
def _distinct(
    words: U32, starts: I64, stops: I64, articles: I32, size: int, scratch: U64, table: U64, marks: I64, counts: I64
) -> None:
    """Count each article's distinct shingles. O(words)."""
    for i in range(len(articles)):
        a = articles[i]
        count = roll(words, starts[a], stops[a], size, scratch)
        counts[i] = fill(scratch, count, table, marks, i + 1)


@kernel
def _overlaps(
    words: U32, starts: I64, stops: I64, pairs: I32Rows, size: int, room: _Room, sizes: I64, shared: I64
) -> None:
    """Count what each pair shares, and the distinct shingles of each article in one.

    O(words of all right articles and of each new left one).
    """
    r, last, count = room, -1, 0
    for p in range(len(pairs)):
        left, right = pairs[p, 0], pairs[p, 1]
        if left != last:
            last, count = left, roll(words, starts[left], stops[left], size, r.left)
            sizes[left] = _index(count, room)
        shared[p] = _in_common(roll(words, starts[right], stops[right], size, r.right), count, p, room)
    for p in range(len(pairs)):
        right = pairs[p, 1]
        if sizes[right] == 0:
            sizes[right] = _index(roll(words, starts[right], stops[right], size, r.left), room)


@kernel
def _index(count: int, room: _Room) -> int:
    """Make a table of the left article's shingles, and return how many are distinct. O(count)."""
    shingles, slots, bits, firsts = room.left, room.slots, room.bits, room.firsts
    size, distinct = table_size(count), 0
    mask, full = np.uint64(size - 1), np.uint64(16 * size - 1)
    slots[:size] = -1
    bits[: size // 4] = 0
    for i in range(count):
        shingle = shingles[i]
        bit, slot = shingle >> np.uint64(20) & full, shingle & mask
        bits[bit >> np.uint64(6)] |= np.uint64(1) << (bit & np.uint64(63))
        while slots[slot] >= 0 and shingles[slots[slot]] != shingle:
            slot = (slot + np.uint64(1)) & mask
        if slots[slot] < 0:
            slots[slot] = i
            distinct += 1
        firsts[i] = slots[slot]
    return distinct


@kernel
def _in_common(count: int, left: int, pair: int, room: _Room) -> int:
    """How many distinct ones of the right article's ``count`` shingles are among the left one's. O(count).

    What follows a shingle in common is mostly in common, too, in a copy: it is compared before it is looked up.
    """
    shingles, others, slots, bits, firsts, seen = room.right, room.left, room.slots, room.bits, room.firsts, room.seen
    size, shared, at = table_size(left), 0, left
    mask, full = np.uint64(size - 1), np.uint64(16 * size - 1)
    for i in range(count):
        shingle = shingles[i]
        if at >= left or others[at] != shingle:
            at, bit, slot = left, shingle >> np.uint64(20) & full, shingle & mask
            if not bits[bit >> np.uint64(6)] >> (bit & np.uint64(63)) & np.uint64(1):
                continue
            while slots[slot] >= 0 and others[slots[slot]] != shingle:
                slot = (slot + np.uint64(1)) & mask
            if slots[slot] < 0:
                continue
            at = slots[slot]
        first = firsts[at]
        shared += seen[first] != pair
        seen[first] = pair
        at += 1
    return shared
