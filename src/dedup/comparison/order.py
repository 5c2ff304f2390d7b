"""Order: how many anchors of two articles stand in the same order in both."""

import numpy as np

from dedup.columns import I32, I64, U16, U32, U64, Bool, Column, I32Rows
from dedup.comparison.overlap import longer_first
from dedup.kernels import kernel
from dedup.sorting import lower_bound
from dedup.text.shingles import table_size

MOST_REPEATS = 16
"""Places of one stem in an article that count, the first ones. A text that repeats one word would cost its square."""

TALLIES = 1 << 10
"""Slots in which the stems of an article are tallied."""


def counting(stems: Column[np.uint32]) -> Column[np.uint32]:
    """The anchors of each article that count in ``common_order``. Takes ``stems`` over. Some 1.5 ns per anchor."""
    stops = np.empty(len(stems), np.int64)
    _counting(stems.values, stems.starts, stems.stops, np.empty(TALLIES, np.uint16), stops)
    return Column(stems.values, stems.starts, stops)


def in_order(stems: Column[np.uint32], pairs: I32, least: float) -> Bool:
    """Which pairs of articles have a share of ``least`` or more of their anchors in the same order, shape (pairs,).

    Of the anchors of the one with fewer; as ``Rewriting.order``, but with what both have word for word. Most have too
    few in common in any order, which costs 1 ns per anchor to see; the others some microsecond each, a thirtieth of
    ``rewriting``.

    Args:
        stems: the anchors of all articles that count, as ``counting`` gives them.
        pairs: shape (pairs, 2), article numbers, in any order.
        least: 0 to 1.
    """
    order, pairs, _ = longer_first(pairs, stems.lengths)
    longest, held, found = (
        int(stems.lengths.max(initial=0)),
        np.empty(len(pairs), np.bool_),
        np.empty(len(pairs), np.bool_),
    )
    slots = table_size(longest)
    _in_order(
        pairs, stems.values, stems.starts, stems.stops, least, np.empty(slots // 4, np.uint64),
        np.empty(longest + 1, np.uint32), np.empty(slots, np.int64), np.empty(longest, np.int64),
        np.empty(longest, np.int64), held,
    )  # fmt: skip
    found[order] = held
    return found


@kernel
def chain(stems: U32, places: I32, count: int, heads: I64, after: I64) -> tuple[int, int]:
    """Chain the anchors of each stem, the last first; return how many count, and the mask of the slots. O(count).

    Those that count are moved to the front, with their places. ``heads`` has twice as many slots as stems, or more, a
    power of two is used; ``after`` has one place per stem.
    """
    slots = 16
    while slots < 2 * count:
        slots *= 2
    heads[:slots] = -1
    kept = 0
    for i in range(count):
        slot = np.int64(stems[i] * np.uint32(0x9E3779B1) >> np.uint32(7)) & (slots - 1)
        at, repeats = heads[slot], 0
        while at >= 0:
            repeats += stems[at] == stems[i]
            at = after[at]
        if repeats < MOST_REPEATS:
            stems[kept], places[kept] = stems[i], places[i]
            after[kept] = heads[slot]
            heads[slot] = kept
            kept += 1
    return kept, slots - 1


@kernel
def _counting(stems: U32, starts: I64, stops: I64, tallies: U16, ends: I64) -> None:
    """Move what counts to the front of each article, and write where it ends. O(anchors).

    All counts where no stem, nor any two of one tally, comes too often; so it is in nineteen articles of twenty.
    """
    for a in range(len(starts)):
        own, most = stems[starts[a] : stops[a]], 0
        tallies[:] = 0
        for stem in own:
            tally = stem * np.uint32(0x9E3779B1) >> np.uint32(7) & np.uint32(len(tallies) - 1)
            tallies[tally] += np.uint16(1)
            most = max(most, int(tallies[tally]))
        ends[a] = stops[a] if most <= MOST_REPEATS else starts[a] + _first_of_each(own)


@kernel
def _first_of_each(stems: U32) -> int:
    """Move the first ``MOST_REPEATS`` anchors of each stem to the front, and return how many. O(anchors).

    Stems are counted in a table of ``stem << 32 | times`` that grows with the different ones: a long article has
    thousands of times more anchors.
    """
    table, different, kept = np.zeros(TALLIES, np.uint64), 0, 0
    for i in range(len(stems)):
        if 2 * different >= len(table):
            smaller, table = table, np.zeros(2 * len(table), np.uint64)
            for entry in smaller:
                if entry:
                    table[_slot(np.uint32(entry >> np.uint64(32)), table)] = entry
        slot = _slot(stems[i], table)
        times = table[slot] & np.uint64(0xFFFFFFFF)
        different += times == 0
        if times < MOST_REPEATS:
            table[slot] = np.uint64(stems[i]) << np.uint64(32) | times + np.uint64(1)
            stems[kept] = stems[i]
            kept += 1
    return kept


@kernel
def _slot(stem: np.uint32, table: U64) -> int:
    """Where a stem is counted in a table, or the free place for it."""
    slot = np.int64(np.uint64(stem) * np.uint64(0x9E3779B1) >> np.uint64(7)) & (len(table) - 1)
    while table[slot] and np.uint32(table[slot] >> np.uint64(32)) != stem:
        slot = (slot + 1) & (len(table) - 1)
    return int(slot)


@kernel
def _in_order(
    pairs: I32Rows, stems: U32, starts: I64, stops: I64, least: float, bits: U64, some: U32, heads: I64, after: I64,
    tails: I64, found: Bool,
) -> None:  # fmt: skip
    """Tell of each pair, the article with more anchors on the left, whether enough are in order. O(anchors)."""
    last, linked, mask, full = -1, False, 0, np.uint32(0)
    for p in range(len(pairs)):
        a, b = pairs[p, 0], pairs[p, 1]
        left, right = stems[starts[a] : stops[a]], stems[starts[b] : stops[b]]
        if a != last:
            last, linked, full = a, False, np.uint32(16 * table_size(len(left)) - 1)
            bits[: (full >> np.uint32(6)) + np.uint32(1)] = 0
            for stem in left:
                bit = _bit(stem, full)
                bits[bit >> np.uint32(6)] |= np.uint64(1) << np.uint64(bit & np.uint32(63))
        shared, fewer = np.int64(0), max(1, len(right))
        for stem in right:  # those that the left one has, and one in some thirty others; without a branch
            bit = _bit(stem, full)
            some[shared] = stem
            shared += np.int64(bits[bit >> np.uint32(6)] >> np.uint64(bit & np.uint32(63)) & np.uint64(1))
        found[p] = shared / fewer >= least
        if found[p]:
            if not linked:
                linked, mask = True, _linked(left, heads, after)
            found[p] = common_order(some, int(shared), left, mask, heads, after, tails) / fewer >= least


@kernel
def _bit(stem: np.uint32, full: np.uint32) -> np.uint32:
    return np.uint32(stem * np.uint32(0x9E3779B1)) >> np.uint32(5) & full


@kernel
def _linked(stems: U32, heads: I64, after: I64) -> int:
    """Chain anchors that all count, as ``chain`` does, and return the mask of the slots. O(stems)."""
    slots = 16
    while slots < 2 * len(stems):
        slots *= 2
    heads[:slots] = -1
    for i in range(len(stems)):
        slot = np.int64(stems[i] * np.uint32(0x9E3779B1) >> np.uint32(7)) & (slots - 1)
        after[i] = heads[slot]
        heads[slot] = i
    return slots - 1


@kernel
def first_of(stem: np.uint32, mask: int, heads: I64) -> int:
    """The last place of the chain that a stem is in; others may be in it, too. -1 for none."""
    return int(heads[np.int64(stem * np.uint32(0x9E3779B1) >> np.uint32(7)) & mask])


@kernel
def common_order(left: U32, lefts: int, right: U32, mask: int, heads: I64, after: I64, tails: I64) -> int:
    """The length of the longest sequence of stems that both articles have in this order.

    Args:
        left: stems of the one article, in order, ``lefts`` of them; ``chain`` left out those that do not count.
        right: stems of the other, chained by ``chain``, which gave ``mask``.
        tails: room for as many places as there are stems.

    O(places of shared stems * log of the length). Source: Hunt and Szymanski 1977, doi:10.1145/359581.359603.
    """
    length = 0
    for i in range(lefts):
        at = first_of(left[i], mask, heads)
        while at >= 0:
            if right[at] == left[i]:
                place = lower_bound(tails, 0, length, at)
                tails[place] = at
                length = max(length, place + 1)
            at = after[at]
    return length
