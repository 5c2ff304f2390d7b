"""Overlap: how many distinct shingles pairs of articles share, counted exactly on their words."""

from typing import NamedTuple

import numpy as np

from dedup.columns import F64, I32, I64, U32, U64, Bool, Column
from dedup.kernels import kernel
from dedup.text.shingles import fill, probe, roll, workspace


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

    Costs some 6 ns per word of the shorter article of each pair, and of each longer one once.
    """
    lengths = words.lengths
    order, sorted_, swapped = longer_first(pairs, lengths)
    longest = int(lengths[sorted_].max(initial=0))
    counts = np.zeros((3, len(sorted_)), np.int64)
    counts[1] = distinct(words, sorted_[:, 1], size)
    scratch, table, marks = workspace(longest)
    _overlaps(words.values, words.starts, words.stops, sorted_, size, scratch, table, marks, counts)
    found = np.empty_like(counts)
    found[:, order] = np.where(swapped, counts[[1, 0, 2]], counts)
    return Overlaps(found[0], found[1], found[2])


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
    words: U32, starts: I64, stops: I64, pairs: I32, size: int, scratch: U64, table: U64, marks: I64, counts: I64
) -> None:
    """Fill ``counts[0]`` and ``counts[2]`` of each pair. O(words of all right articles and of each new left one)."""
    mark, turn, filled, size_left, last = 1, 0, 0, 0, -1
    for i in range(len(pairs)):
        left, right = pairs[i, 0], pairs[i, 1]
        if left != last:
            mark += turn + 1
            turn, last = 0, left
            filled = roll(words, starts[left], stops[left], size, scratch)
            size_left = fill(scratch, filled, table, marks, mark)
        turn += 1
        count = roll(words, starts[right], stops[right], size, scratch)
        counts[0, i] = size_left
        counts[2, i] = probe(scratch, count, filled, table, marks, mark, turn)
