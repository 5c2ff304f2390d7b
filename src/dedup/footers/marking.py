"""Where known runs of words stand in the articles of a collection."""

import numpy as np

from dedup.columns import I32, I64, U8, U32, U64, Bool, Column, I32Rows
from dedup.footers.judging import Runs
from dedup.footers.spans import Spans, spans_of
from dedup.kernels import kernel
from dedup.text.shingles import roll, table_size


class RunTable:
    """The shingles of runs of words, in a hash table that says which run each belongs to.

    A shingle of several runs belongs to the first.
    """

    def __init__(self, words: Column[np.uint32], runs: Runs, size: int) -> None:
        lengths = np.maximum(runs.stops - runs.firsts - size + 1, 0)
        slots = table_size(2 * int(lengths.sum()))
        self.size = size
        self.shingles = np.zeros(slots, np.uint64)
        self.run = np.full(slots, -1, np.int32)
        self.bits = np.zeros(slots, np.uint8)
        scratch = np.empty(int(lengths.max(initial=0)) + size, np.uint64)
        starts = words.starts[runs.articles]
        _enter(
            words.values, starts + runs.firsts, starts + runs.stops, size, scratch, self.shingles, self.run, self.bits
        )


def marked(words: Column[np.uint32], table: RunTable, among: Bool) -> Spans:
    """The spans of runs, or of at least ``size`` words of one, in the given articles. Some 5 ns per word of these.

    Args:
        words: of all articles.
        table: the runs.
        among: shape (articles,), the articles to look at.
    """
    scratch = np.empty(int(words.lengths[among].max(initial=0)) + 1, np.uint64)
    room = 1024 + 4 * int(np.count_nonzero(among))
    while True:
        rows, articles = np.empty((room, 3), np.int32), np.empty(room, np.int64)
        count = _mark(
            words.values, words.starts, words.stops, among, table.size, scratch, table.shingles, table.run,
            table.bits, rows, articles,
        )  # fmt: skip
        if count <= room:
            return spans_of(rows[:count].copy(), articles[:count], len(words))
        room = count


@kernel
def _bit(shingle: np.uint64, bits: U8) -> np.uint64:
    return shingle >> np.uint64(20) & np.uint64(8 * len(bits) - 1)


@kernel
def _enter(words: U32, firsts: I64, stops: I64, size: int, scratch: U64, shingles: U64, run: I32, bits: U8) -> None:
    for r in range(len(firsts)):
        for i in range(roll(words, firsts[r], stops[r], size, scratch)):
            slot = scratch[i] & np.uint64(len(run) - 1)
            while run[slot] >= 0 and shingles[slot] != scratch[i]:
                slot = (slot + np.uint64(1)) & np.uint64(len(run) - 1)
            if run[slot] < 0:
                shingles[slot], run[slot] = scratch[i], r
                bit = _bit(scratch[i], bits)
                bits[bit >> np.uint64(3)] |= np.uint8(1) << np.uint8(bit & np.uint64(7))


@kernel
def _mark(
    words: U32, starts: I64, stops: I64, among: Bool, size: int, scratch: U64, shingles: U64, run: I32, bits: U8,
    rows: I32Rows, articles: I64,
) -> int:  # fmt: skip
    """Write a row per span and its article, and return how many there are, even where there is no room."""
    count = 0
    for a in range(len(starts)):
        if not among[a]:
            continue
        last, end = -1, 0  # the run of the span at hand, and where that ends
        for i in range(roll(words, starts[a], stops[a], size, scratch)):
            bit = _bit(scratch[i], bits)
            if not bits[bit >> np.uint64(3)] >> np.uint8(bit & np.uint64(7)) & np.uint8(1):
                continue
            slot = scratch[i] & np.uint64(len(run) - 1)
            while run[slot] >= 0 and shingles[slot] != scratch[i]:
                slot = (slot + np.uint64(1)) & np.uint64(len(run) - 1)
            if run[slot] < 0:
                continue
            if run[slot] != last or i > end:
                if count < len(rows):
                    rows[count, 0], rows[count, 1] = run[slot], max(i, end)
                    articles[count] = a
                count += 1
            last, end = run[slot], i + size
            if count <= len(rows):
                rows[count - 1, 2] = end
    return count
