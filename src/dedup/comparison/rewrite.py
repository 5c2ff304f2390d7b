"""Rewriting: what tells a copy in other words from an independent report of the same thing.

Two writers who report one event share names and figures. Who rewrites a text, or sends it through a machine, keeps
short phrases (``phrases``), tells things in the same order (``order``), and does so sentence by sentence
(``sentences``). These are the three measures. What both articles have word for word is left out before anything is
measured: a statement that two reports quote, a table, a caption or yesterday's background are evidence of a shared
passage, not of rewriting.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, U64, Bool, Column, F64Rows, I32Rows, I64Rows
from dedup.comparison.order import chain, common_order
from dedup.comparison.sentences import MOST_SENTENCES, alignment, sentence_numbers
from dedup.comparison.verbatim import verbatim
from dedup.kernels import kernel
from dedup.model import Rewriting
from dedup.settings import Settings
from dedup.text.anchors import anchors
from dedup.text.shingles import fill, probe, roll, table_size
from dedup.text.stems import Rare


class Texts(NamedTuple):
    """What of many articles is compared: their bodies."""

    words: Column[np.uint32]
    sentences: Column[np.uint32]
    """For each sentence of a body the number of its first word there."""

    rare: Rare
    """The stems of rare words, as ``Stems.rare`` gives them."""

    def take(self, articles: I64) -> "Texts":
        """The given articles in the given order; no word is copied."""
        return Texts(self.words.take(articles), self.sentences.take(articles), self.rare)


class _Room(NamedTuple):
    """Memory that the kernel works in, for articles of up to so many words."""

    left: U64
    right: U64
    table: U64
    marks: I64
    left_covered: Bool
    right_covered: Bool
    left_stems: U32
    right_stems: U32
    left_places: I32
    right_places: I32
    left_numbers: I32
    right_numbers: I32
    heads: I64
    after: I64
    tails: I64
    best: F64Rows


def _room(longest: int, sentences: int) -> _Room:
    slots, size, most = table_size(longest), longest + 1, min(sentences, MOST_SENTENCES) + 1
    return _Room(
        left=np.empty(size, np.uint64),
        right=np.empty(size, np.uint64),
        table=np.empty(slots, np.uint64),
        marks=np.zeros(slots, np.int64),
        left_covered=np.empty(size, np.bool_),
        right_covered=np.empty(size, np.bool_),
        left_stems=np.empty(size, np.uint32),
        right_stems=np.empty(size, np.uint32),
        left_places=np.empty(size, np.int32),
        right_places=np.empty(size, np.int32),
        left_numbers=np.empty(size, np.int32),
        right_numbers=np.empty(size, np.int32),
        heads=np.empty(slots, np.int64),
        after=np.empty(size, np.int64),
        tails=np.empty(size, np.int64),
        best=np.empty((most, most), np.float64),
    )


def rewriting(texts: Texts, pairs: I32, settings: Settings) -> Rewriting:
    """The measures of pairs of articles.

    Args:
        texts: all articles.
        pairs: shape (pairs, 2), article numbers.
        settings: ``shingle_words``, ``verbatim_words`` and ``max_rewrite_words`` count here.

    Costs some 20 ns per word of both articles, and 2 ns for each two sentences.
    """
    pairs = np.ascontiguousarray(pairs, np.int32).reshape(-1, 2)
    words, sentences = texts.words, texts.sentences
    stops = np.minimum(words.stops, words.starts + settings.max_rewrite_words)
    measures, counts = np.zeros((4, len(pairs))), np.zeros((2, len(pairs)), np.int64)
    if len(pairs):
        room = _room(int((stops - words.starts)[pairs].max()), int(sentences.lengths[pairs].max()))
        _rewriting(
            pairs, words.values, words.starts, stops, sentences.values, sentences.starts, sentences.stops, texts.rare,
            settings.shingle_words, settings.verbatim_words, room, measures, counts,
        )  # fmt: skip
    return Rewriting(*measures, *counts)


@kernel
def phrases(words: U32, start: int, stop: int, covered: Bool, found: U64) -> int:
    """Write each two neighbouring words, unless both are covered, as one number; return how many there are."""
    count = 0
    for i in range(stop - start - 1):
        if not (covered[i] and covered[i + 1]):
            phrase = np.uint64(words[start + i]) << np.uint64(32) | np.uint64(words[start + i + 1])
            phrase *= np.uint64(0x9E3779B97F4A7C15)
            found[count] = phrase ^ phrase >> np.uint64(29)
            count += 1
    return count


@kernel
def uncovered(stems: U32, places: I32, count: int, covered: Bool) -> int:
    """Move the anchors that are not covered to the front, and return how many there are."""
    kept = 0
    for i in range(count):
        if not covered[places[i]]:
            stems[kept], places[kept] = stems[i], places[i]
            kept += 1
    return kept


@kernel
def _rewriting(
    pairs: I32Rows, words: U32, starts: I64, stops: I64, sentences: U32, firsts: I64, lasts: I64, rare: Rare,
    size: int, least: int, room: _Room, measures: F64Rows, counts: I64Rows,
) -> None:  # fmt: skip
    """Measure each pair, one after the other. O(words of both + sentences of the one * of the other)."""
    r, mark = room, 1
    for p in range(len(pairs)):
        a, b = pairs[p, 0], pairs[p, 1]
        left = roll(words, starts[a], stops[a], size, r.left)
        right = roll(words, starts[b], stops[b], size, r.right)
        if left == 0 or right == 0:
            continue
        mark += 2
        fill(r.right, right, r.table, r.marks, mark)
        left_rest = verbatim(r.left, left, right, r.table, r.marks, mark, size, least, r.left_covered)
        mark += 2
        fill(r.left, left, r.table, r.marks, mark)
        right_rest = verbatim(r.right, right, left, r.table, r.marks, mark, size, least, r.right_covered)
        counts[0, p] = min(left_rest, right_rest)
        lefts = phrases(words, starts[a], stops[a], r.left_covered, r.left)
        rights = phrases(words, starts[b], stops[b], r.right_covered, r.right)
        mark += 2
        all_right = fill(r.right, rights, r.table, r.marks, mark)
        mark += 2
        all_left = fill(r.left, lefts, r.table, r.marks, mark)
        shared = probe(r.right, rights, lefts, r.table, r.marks, mark, 1)
        measures[0, p] = shared / max(all_left + all_right - shared, 1)
        lefts = anchors(words, starts[a], stops[a], rare, r.left_stems, r.left_places)
        lefts = uncovered(r.left_stems, r.left_places, lefts, r.left_covered)
        rights = anchors(words, starts[b], stops[b], rare, r.right_stems, r.right_places)
        rights = uncovered(r.right_stems, r.right_places, rights, r.right_covered)
        counts[1, p] = min(lefts, rights)
        measures[3, p] = max(lefts / max(left_rest, 1), rights / max(right_rest, 1))
        if lefts == 0 or rights == 0:
            continue
        lefts, _ = chain(r.left_stems, r.left_places, lefts, r.heads, r.after)
        rights, mask = chain(r.right_stems, r.right_places, rights, r.heads, r.after)
        both = common_order(r.left_stems, lefts, r.right_stems, mask, r.heads, r.after, r.tails)
        measures[1, p] = both / min(lefts, rights)
        left_sentences = sentence_numbers(r.left_places, lefts, sentences, firsts[a], lasts[a], r.left_numbers)
        right_sentences = sentence_numbers(r.right_places, rights, sentences, firsts[b], lasts[b], r.right_numbers)
        common = alignment(
            r.left_stems, lefts, r.left_numbers, left_sentences, r.right_stems, rights, r.right_numbers,
            right_sentences, mask, r.heads, r.after, r.best,
        )  # fmt: skip
        measures[2, p] = common / min(lefts, rights)
