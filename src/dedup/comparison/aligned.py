"""Aligned sentences: which sentence of an article tells what which sentence of its rewriting tells."""

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, U64, Bool, F64Rows, I32Rows, I64Rows
from dedup.comparison.order import chain
from dedup.comparison.passages import Stretches
from dedup.comparison.rewrite import Texts, uncovered
from dedup.comparison.sentences import MOST_SENTENCES, alignment, paired, sentence_numbers
from dedup.comparison.verbatim import verbatim
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.sorting import lower_bound
from dedup.text.anchors import anchors
from dedup.text.shingles import fill, roll, table_size
from dedup.text.stems import Rare


class _Side(NamedTuple):
    """What the kernel writes of one of the two articles."""

    shingles: U64
    covered: Bool
    stems: U32
    places: I32
    numbers: I32


class _Room(NamedTuple):
    """Memory that the kernel works in."""

    left: _Side
    right: _Side
    table: U64
    marks: I64
    heads: I64
    after: I64
    best: F64Rows
    pairs: I32Rows


def _side(size: int) -> _Side:
    return _Side(
        np.empty(size, np.uint64), np.empty(size, np.bool_), np.empty(size, np.uint32), np.empty(size, np.int32),
        np.empty(size, np.int32),
    )  # fmt: skip


def aligned_sentences(texts: Texts, pairs: I32, settings: Settings) -> Stretches:
    """The sentences of pairs of articles that were paired when their rewriting was measured.

    Args:
        texts: all articles.
        pairs: shape (pairs, 2), article numbers.
        settings: the same that ``rewriting`` had.

    Their weight is the number of distinct anchors that both sentences have, 1 or more. In an article of more than
    ``MOST_SENTENCES`` neighbouring sentences are taken together. Costs what ``rewriting`` costs.
    """
    pairs = np.ascontiguousarray(pairs, np.int32).reshape(-1, 2)
    words, sentences = texts.words, texts.sentences
    most = np.minimum(sentences.lengths[pairs], MOST_SENTENCES)
    rows, bounds = np.empty((int(most.min(axis=1).sum()), 5), np.int64), np.zeros(len(pairs) + 1, np.int64)
    if len(pairs):
        stops = np.minimum(words.stops, words.starts + settings.max_rewrite_words)
        longest, square = int((stops - words.starts)[pairs].max()), int(most.max()) + 1
        room = _Room(
            _side(longest + 1), _side(longest + 1),
            np.empty(table_size(longest), np.uint64), np.zeros(table_size(longest), np.int64),
            np.empty(table_size(longest), np.int64), np.empty(longest + 1, np.int64),
            np.empty((square, square), np.float64), np.empty((square, 2), np.int32),
        )  # fmt: skip
        _aligned(
            pairs, words.values, words.starts, words.stops, stops, sentences.values, sentences.starts,
            sentences.stops, texts.rare, settings.shingle_words, settings.verbatim_words, room, rows, bounds,
        )  # fmt: skip
    rows = rows[: bounds[-1]]
    pair = np.repeat(np.arange(len(pairs)), np.diff(bounds))
    return Stretches(pair, rows[:, :2], rows[:, 2:4], rows[:, 4])


@kernel
def _bounds(number: int, sentences: U32, begin: int, end: int, length: int) -> tuple[int, int]:
    """The first word of the sentences of a number, and the one after their last."""
    count = end - begin
    first, stop = number, number + 1
    if count > MOST_SENTENCES:
        first, stop = -(-first * count // MOST_SENTENCES), -(-stop * count // MOST_SENTENCES)
    return int(sentences[begin + first]), int(sentences[begin + stop]) if stop < count else length


@kernel
def _shared(left: _Side, lefts: int, a: int, right: _Side, rights: int, b: int) -> int:
    """How many distinct anchors of sentence ``a`` stand in sentence ``b``. O(anchors + those of the one * the other).

    The anchors are in order of sentence.
    """
    i, shared = lower_bound(left.numbers, 0, lefts, a), 0
    begin = lower_bound(right.numbers, 0, rights, b)
    first = i
    while i < lefts and left.numbers[i] == a:
        new = True
        for before in range(first, i):
            new &= left.stems[before] != left.stems[i]
        j = begin
        while new and j < rights and right.numbers[j] == b:
            if right.stems[j] == left.stems[i]:
                shared, new = shared + 1, False
            j += 1
        i += 1
    return shared


@kernel
def _aligned(
    pairs: I32Rows, words: U32, starts: I64, ends: I64, stops: I64, sentences: U32, firsts: I64, lasts: I64,
    rare: Rare, size: int, least: int, r: _Room, rows: I64Rows, bounds: I64,
) -> None:  # fmt: skip
    """Write the paired sentences of each pair, as ``rewriting`` pairs them, in order."""
    mark, written = 1, 0
    for p in range(len(pairs)):
        bounds[p + 1] = written
        a, b = pairs[p, 0], pairs[p, 1]
        left = roll(words, starts[a], stops[a], size, r.left.shingles)
        right = roll(words, starts[b], stops[b], size, r.right.shingles)
        if left == 0 or right == 0:
            continue
        mark += 2
        fill(r.right.shingles, right, r.table, r.marks, mark)
        verbatim(r.left.shingles, left, right, r.table, r.marks, mark, size, least, r.left.covered)
        mark += 2
        fill(r.left.shingles, left, r.table, r.marks, mark)
        verbatim(r.right.shingles, right, left, r.table, r.marks, mark, size, least, r.right.covered)
        lefts = anchors(words, starts[a], stops[a], rare, r.left.stems, r.left.places)
        lefts = uncovered(r.left.stems, r.left.places, lefts, r.left.covered)
        rights = anchors(words, starts[b], stops[b], rare, r.right.stems, r.right.places)
        rights = uncovered(r.right.stems, r.right.places, rights, r.right.covered)
        if lefts == 0 or rights == 0:
            continue
        lefts, _ = chain(r.left.stems, r.left.places, lefts, r.heads, r.after)
        rights, mask = chain(r.right.stems, r.right.places, rights, r.heads, r.after)
        left_sentences = sentence_numbers(r.left.places, lefts, sentences, firsts[a], lasts[a], r.left.numbers)
        right_sentences = sentence_numbers(r.right.places, rights, sentences, firsts[b], lasts[b], r.right.numbers)
        alignment(
            r.left.stems, lefts, r.left.numbers, left_sentences, r.right.stems, rights, r.right.numbers,
            right_sentences, mask, r.heads, r.after, r.best,
        )  # fmt: skip
        for back in range(paired(r.best, left_sentences, right_sentences, r.pairs) - 1, -1, -1):
            one, other = r.pairs[back]
            row = rows[written]
            row[0], row[1] = _bounds(one, sentences, firsts[a], lasts[a], ends[a] - starts[a])
            row[2], row[3] = _bounds(other, sentences, firsts[b], lasts[b], ends[b] - starts[b])
            row[4] = _shared(r.left, lefts, one, r.right, rights, other)
            written += 1
        bounds[p + 1] = written
