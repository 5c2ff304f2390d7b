"""Passages: the runs of words that two articles share, with their places in both.

A passage is maximal: it ends where the words differ, where an article ends, or where a longer passage begins. Each
word of the left article belongs to the longest shared run that holds it, the first of equals; what longer ones leave
of a run is a passage of its own if it is still long enough. Words are compared, not only their shingles.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, U64, Column, I32Rows
from dedup.kernels import kernel
from dedup.text.shingles import roll, table_size

MOST_PLACES = 16
"""Places in the right article, the first ones, that are tried for a run of words that stands there many times."""

MOST_LOOKS = 32
"""Words looked at per word of both articles before only runs are looked for that begin behind the one before.

Usual articles need two. One word repeated 100,000 times would cost its square."""


class Stretches(NamedTuple):
    """Where pairs of articles tell the same: the rows of a pair stand together, in order of the left article."""

    pair: I64
    """Shape (rows,): the number of the pair."""

    left: I64
    """Shape (rows, 2): the first word in the left article and the one after the last."""

    right: I64
    """Shape (rows, 2): the same in the right article."""

    weight: I64
    """Shape (rows,): what they share there, the more the better: words, or anchors of sentences."""

    def take(self, rows: I64) -> "Stretches":
        """The given rows in the given order."""
        return Stretches(self.pair[rows], self.left[rows], self.right[rows], self.weight[rows])

    def heaviest(self, most: int) -> "Stretches":
        """Of each pair the ``most`` rows of most weight, the heaviest first, then in order of the left article."""
        heaviest = int(self.weight.max(initial=0))
        order = np.argsort(self.pair * (heaviest + 1) + (heaviest - self.weight), kind="stable")
        pair, rows = self.pair[order], np.arange(len(order))
        begins = np.maximum.accumulate(np.where(np.diff(pair, prepend=-1) != 0, rows, 0))
        return self.take(order[rows - begins < most])


def passages(words: Column[np.uint32], pairs: I32, size: int) -> Stretches:
    """The passages of pairs of articles; their weight is the number of words.

    Args:
        words: of all articles.
        pairs: shape (pairs, 2), article numbers; quick where equal right articles stand together.
        size: words in the shortest passage, 2 or more.

    Of several places in the right article, a passage has the first that lies behind the passage before it, else the
    first of all. Some 10 ns per word of each left article and of each new right one, O(words). In an article that
    repeats itself more than ``MOST_PLACES`` and ``MOST_LOOKS`` allow, some passages are found shorter, or in pieces.
    """
    pairs = np.ascontiguousarray(pairs, np.int32).reshape(-1, 2)
    lengths = words.lengths[pairs]
    longest, slots = int(lengths.max(initial=0)), table_size(int(lengths[:, 1].max(initial=0)))
    rows, bounds = np.empty((int((lengths[:, 0] // size).sum()), 3), np.int32), np.zeros(len(pairs) + 1, np.int64)
    _passages(
        words.values, words.starts, words.stops, pairs, size, np.empty(longest + 1, np.uint64),
        np.empty(slots, np.uint64), np.zeros(slots, np.int64), np.empty(slots, np.int32),
        np.empty(longest + 1, np.int32), np.empty((longest + 1, 3), np.int32), np.empty(longest + 1, np.int32),
        rows, bounds,
    )  # fmt: skip
    firsts, stops, places = rows[: bounds[-1]].astype(np.int64).T
    left, right = np.stack([firsts, stops], axis=1), np.stack([places, places + stops - firsts], axis=1)
    return Stretches(np.repeat(np.arange(len(pairs)), np.diff(bounds)), left, right, stops - firsts)


@kernel
def _enter(shingles: U64, count: int, table: U64, marks: I64, mark: int, heads: I32, after: I32) -> None:
    """Chain the places of each shingle, the first in front, in a table whose slots of other marks are free."""
    slots = np.uint64(table_size(count) - 1)
    for place in range(count - 1, -1, -1):
        slot = shingles[place] & slots
        while marks[slot] == mark and table[slot] != shingles[place]:
            slot = (slot + np.uint64(1)) & slots
        after[place] = heads[slot] if marks[slot] == mark else -1
        table[slot], marks[slot], heads[slot] = shingles[place], mark, place


@kernel
def _runs(
    words: U32, start: int, stop: int, other: int, end: int, size: int, shingles: U64, count: int, filled: int,
    table: U64, marks: I64, mark: int, heads: I32, after: I32, runs: I32Rows,
) -> int:  # fmt: skip
    """Write the maximal runs that an article shares with another one, and return how many there are.

    A row is the first word, the one after the last, and the first word in the other. Both rise from row to row: a run
    within another one is none. ``shingles`` are the article's, the table holds the ``filled`` ones of the other.
    """
    slots = np.uint64(table_size(filled) - 1)
    looks = MOST_LOOKS * (stop - start + end - other)
    found, reach, i = 0, 0, 0
    while i < count and start + reach < stop:
        at, tried = _first(shingles[i], slots, table, marks, mark, heads), 0
        best, place, follows = max(reach, i), -1, 0
        if found:
            follows = runs[found - 1, 2] + min(i, reach) - runs[found - 1, 0]
        while at >= 0 and tried < MOST_PLACES:
            tried += 1
            needed = best if place < 0 else best - 1  # a place must share this word to give more, or as much
            mirror = other + at + needed - i
            if mirror < end and words[start + needed] == words[mirror]:
                k = 0
                while start + i + k < stop and other + at + k < end and words[start + i + k] == words[other + at + k]:
                    k += 1
                looks -= k
                better = i + k > best or (i + k == best and place >= 0 and place < follows <= at)
                if k >= size and better:
                    best, place = i + k, at
            at = after[at]
        i += 1
        if place >= 0:
            runs[found, 0], runs[found, 1], runs[found, 2] = i - 1, best, place
            found += 1
            reach = best
            over = reach - size + 1  # each run from before it that reaches beyond this one holds this shingle
            if i <= over < count and _first(shingles[over], slots, table, marks, mark, heads) < 0:
                i = over + 1
        if looks < 0:
            i = max(i, reach)
    return found


@kernel
def _first(shingle: np.uint64, slots: np.uint64, table: U64, marks: I64, mark: int, heads: I32) -> int:
    """The first place of a shingle that ``_enter`` chained; -1 for none."""
    slot = shingle & slots
    while marks[slot] == mark and table[slot] != shingle:
        slot = (slot + np.uint64(1)) & slots
    return int(heads[slot]) if marks[slot] == mark else -1


@kernel
def _owned(runs: I32Rows, found: int, length: int, size: int, waiting: I32, rows: I32Rows, written: int) -> int:
    """Write what each run has of the article's words, where that is long enough, and return how many rows there are.

    A word belongs to the longest run that holds it, the first of equals. ``waiting`` holds the runs that may own the
    words to come, each longer than those behind it. O(words + runs).
    """
    head, tail, added, owner, begin = 0, 0, 0, -1, 0
    for word in range(length + 1):
        while added < found and runs[added, 0] == word:
            while tail > head and _length(runs, waiting[tail - 1]) < _length(runs, added):
                tail -= 1
            waiting[tail] = added
            tail, added = tail + 1, added + 1
        while head < tail and runs[waiting[head], 1] <= word:
            head += 1
        now = waiting[head] if head < tail else -1
        if now != owner:
            if owner >= 0 and word - begin >= size:
                rows[written, 0], rows[written, 1] = begin, word
                rows[written, 2] = runs[owner, 2] + begin - runs[owner, 0]
                written += 1
            owner, begin = now, word
    return written


@kernel
def _length(runs: I32Rows, run: int) -> int:
    return int(runs[run, 1] - runs[run, 0])


@kernel
def _passages(
    words: U32, starts: I64, stops: I64, pairs: I32Rows, size: int, scratch: U64, table: U64, marks: I64, heads: I32,
    after: I32, runs: I32Rows, waiting: I32, rows: I32Rows, bounds: I64,
) -> None:  # fmt: skip
    """Write the passages of each pair."""
    last, filled, written = -1, 0, 0
    for p in range(len(pairs)):
        a, b = pairs[p, 0], pairs[p, 1]
        if b != last:
            filled = roll(words, starts[b], stops[b], size, scratch)
            _enter(scratch, filled, table, marks, p + 1, heads, after)
            last, mark = b, p + 1
        count = roll(words, starts[a], stops[a], size, scratch)
        found = _runs(
            words, starts[a], stops[a], starts[b], stops[b], size, scratch, count, filled, table, marks, mark, heads,
            after, runs,
        )  # fmt: skip
        if found:
            written = _owned(runs, found, stops[a] - starts[a], size, waiting, rows, written)
        bounds[p + 1] = written
