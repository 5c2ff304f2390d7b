"""Likely rewritings: pairs that may score high enough for it to matter, told from most others at a glance.

Of two articles that share enough keys, nine in ten tell different stories, and one is mostly several times as long as
the other. So the shorter one is put into tables, and the longer one is passed over them once: what it can have of the
shorter one at most, phrases, and anchors in any order. A score from these is no lower than the true one.
"""

from math import inf, log
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, U64, Bool, Column, I32Rows
from dedup.comparison.order import chain, first_of
from dedup.comparison.overlap import longer_first
from dedup.comparison.rewrite import Texts, phrases, uncovered
from dedup.comparison.verbatim import verbatim
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.text.anchors import anchors
from dedup.text.shingles import fill, probe, roll, table_size
from dedup.text.stems import Rare

ROUNDING = 1e-6
"""What sums of floating-point numbers may differ by in different orders, and more."""


def likely(texts: Texts, stems: Column[np.uint32], pairs: I32, settings: Settings, least: float) -> Bool:
    """Which pairs may score ``least`` or more as rewritings, shape (pairs,).

    Args:
        texts: all articles.
        stems: the anchors of all articles that count, as ``counting`` gives them.
        pairs: shape (pairs, 2), article numbers, in any order.
        settings: those of ``rewriting`` and of the score count here.
        least: 0 to 1.

    Costs some 6 ns per word of the longer article and 15 per word of the shorter one, a quarter of ``rewriting``.
    """
    needed = log(least / (1 - least)) + settings.rewrite_bias - ROUNDING if 0 < least < 1 else -inf
    words, found = texts.words, np.ones(len(pairs), np.bool_)
    if needed <= 0 or not len(pairs):
        return found
    stops = np.minimum(words.stops, words.starts + settings.max_rewrite_words)
    order, turned, _ = longer_first(pairs, stops - words.starts)
    wanted = _Wanted(
        settings.shingle_words, settings.verbatim_words, float(settings.phrase_weight),
        float(settings.order_weight + settings.sentence_weight), needed, settings.min_rest_words,
        settings.min_anchors, float(settings.max_rare_share),
    )  # fmt: skip
    held, room = np.empty(len(pairs), np.bool_), _room(int((stops - words.starts)[turned].max()))
    _likely(
        turned, words.values, words.starts, stops, stems.values, stems.starts, stems.stops, texts.rare, wanted, room,
        held,
    )  # fmt: skip
    found[order] = held
    return found


class _Wanted(NamedTuple):
    """What a likely pair must reach."""

    size: int
    """Words in a shingle."""

    verbatim: int
    """Words in a row that both have from which they do not count."""

    phrases: float
    """Weight of the square root of the share of phrases."""

    order: float
    """Of that of anchors in order, and in sentences."""

    sum: float
    rest_words: int
    anchors: int
    rare_share: float


class _Room(NamedTuple):
    """Memory that the kernel works in, for articles of up to so many words."""

    long: U64
    short: U64
    table: U64
    marks: I64
    covered: Bool
    stems: U32
    places: I32
    heads: I64
    after: I64
    bits: U64


def _room(longest: int) -> _Room:
    slots, size = table_size(longest), longest + 1
    return _Room(
        long=np.empty(size, np.uint64),
        short=np.empty(size, np.uint64),
        table=np.empty(slots, np.uint64),
        marks=np.zeros(slots, np.int64),
        covered=np.empty(size, np.bool_),
        stems=np.empty(size, np.uint32),
        places=np.empty(size, np.int32),
        heads=np.empty(slots, np.int64),
        after=np.empty(size, np.int64),
        bits=np.empty(slots // 4, np.uint64),
    )


@kernel
def _likely(
    pairs: I32Rows, words: U32, starts: I64, stops: I64, stems: U32, firsts: I64, lasts: I64, rare: Rare,
    wanted: _Wanted, room: _Room, found: Bool,
) -> None:  # fmt: skip
    """Tell of each pair, the longer article on the left, whether it may score enough. O(words of both)."""
    r, mark, size = room, 1, wanted.size
    for p in range(len(pairs)):
        a, b = pairs[p, 0], pairs[p, 1]
        found[p] = False
        left = roll(words, starts[a], stops[a], size, r.long)
        right = roll(words, starts[b], stops[b], size, r.short)
        if left == 0 or right == 0:
            continue
        mark += 1
        fill(r.short, right, r.table, r.marks, mark)
        shared = _held(r.long, _sifted(r.long, left, r.short, right, r.bits), right, r.table, r.marks, mark)
        mark += 1
        fill(r.long, shared, r.table, r.marks, mark)
        rest = verbatim(r.short, right, shared, r.table, r.marks, mark, size, wanted.verbatim, r.covered)
        own = anchors(words, starts[b], stops[b], rare, r.stems, r.places)
        own = uncovered(r.stems, r.places, own, r.covered)
        if rest < wanted.rest_words or own < wanted.anchors or own / max(rest, 1) > wanted.rare_share:
            continue
        # of the longer one as many words at most stand word for word in the shorter one, in runs of enough
        gone = shared + shared * (size - 1) // max(wanted.verbatim - size + 1, 1)
        own, mask = chain(r.stems, r.places, own, r.heads, r.after)
        both = _both(stems[firsts[a] : lasts[a]], r.stems, r.places, mask, r.heads, r.after)
        in_order = min(1.0, both / max(1, min(own, lasts[a] - firsts[a] - gone)))
        rights = phrases(words, starts[b], stops[b], r.covered, r.short)
        mark += 2
        distinct = fill(r.short, rights, r.table, r.marks, mark)
        r.covered[: stops[a] - starts[a]] = False
        lefts = phrases(words, starts[a], stops[a], r.covered, r.long)
        others = _at_least(r.long, lefts, r.bits) - gone
        lefts = _sifted(r.long, lefts, r.short, rights, r.bits)
        same = probe(r.long, lefts, rights, r.table, r.marks, mark, 1)
        in_phrases = min(1.0, same / max(1, max(others, same) + distinct - same))
        found[p] = wanted.phrases * np.sqrt(in_phrases) + wanted.order * np.sqrt(in_order) >= wanted.sum


@kernel
def _sifted(numbers: U64, count: int, others: U64, other_count: int, bits: U64) -> int:
    """Move those of the numbers to the front that may be among the others, and one in some thirty that are not.

    Returns how many there are. Nothing branches on what the numbers are. O(count + other_count).
    """
    last = np.uint64(16 * table_size(other_count) - 1)
    bits[: np.int64(last >> np.uint64(6)) + 1] = 0
    for i in range(other_count):
        bit = others[i] >> np.uint64(20) & last
        bits[bit >> np.uint64(6)] |= np.uint64(1) << (bit & np.uint64(63))
    kept = np.int64(0)
    for i in range(count):
        bit = numbers[i] >> np.uint64(20) & last
        numbers[kept] = numbers[i]
        kept += np.int64(bits[bit >> np.uint64(6)] >> (bit & np.uint64(63)) & np.uint64(1))
    return int(kept)


@kernel
def _held(shingles: U64, count: int, filled: int, table: U64, marks: I64, mark: int) -> int:
    """Move those of the shingles to the front that stand in the table that ``fill`` made of ``filled`` with ``mark``.

    Returns how many there are. O(count).
    """
    slots, held = np.uint64(table_size(filled) - 1), 0
    for i in range(count):
        slot = shingles[i] & slots
        while marks[slot] >= mark and table[slot] != shingles[i]:
            slot = (slot + np.uint64(1)) & slots
        shingles[held] = shingles[i]
        held += marks[slot] >= mark
    return held


@kernel
def _both(others: U32, stems: U32, places: I32, mask: int, heads: I64, after: I64) -> int:
    """How many of the stems that ``chain`` chained are among the others; their places become -1. O(stems)."""
    both = 0
    for stem in others:
        at = first_of(stem, mask, heads)
        while at >= 0:
            if stems[at] == stem and places[at] >= 0:
                both += 1
                places[at] = -1
            at = after[at]
    return both


@kernel
def _at_least(numbers: U64, count: int, bits: U64) -> int:
    """How many distinct numbers there are at least: as many as differ in their lowest bits. O(count)."""
    slots, distinct = table_size(2 * count), np.int64(0)
    bits[: (slots + 63) // 64] = 0
    for i in range(count):
        bit = numbers[i] & np.uint64(slots - 1)
        word, place = np.int64(bit >> np.uint64(6)), bit & np.uint64(63)
        distinct += np.int64(~bits[word] >> place & np.uint64(1))
        bits[word] |= np.uint64(1) << place
    return int(distinct)
