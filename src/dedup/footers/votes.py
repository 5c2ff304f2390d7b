"""Which shingles of a collection may stand in footers: the votes of the articles that hold them.

A limit on frequency would throw away the wire story that three hundred outlets carry. What tells it from a footer is
what stands around it. The *substance* of an article is the stretch of its text that the fewest articles share; if c
articles share it, the article gives each run that it holds 1/c of a vote. So the ten copies of a story have one vote
together, and the articles around a footer nearly one each.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U16, U32, U64, Column
from dedup.footers.counting import counted, next_count, slot_of
from dedup.kernels import kernel
from dedup.parts import Spread, at_once

WINDOW = 10
"""Picks in a stretch of text, over some 40 words: shorter ones are no substance."""

VOTE = 64
"""Votes are counted in parts of this size."""

PART_BITS = 8
"""Bits that tell apart the parts of the keys that are voted for side by side."""

PARTS = 1 << PART_BITS

MOST_HELD = 1000
"""Articles that are counted per shingle: the first so many speak for all."""


class Suspects(NamedTuple):
    """Shingles that may stand in footers, the most frequent first."""

    keys: U32
    """Shape (suspects,)."""

    held: I64
    """Shape (suspects,): in how many articles each stands, at most ``MOST_HELD``."""


class Frequent(NamedTuple):
    """What articles hold that many articles hold."""

    picks: Column[np.uint32]
    """The picks of each article that many have."""

    digests: U64
    """Shape (articles,): a digest of all picks of each article that has any frequent one."""


def suspects(
    picked: Column[np.uint32], fewest: int, share: float, spread: Spread = at_once
) -> tuple[Suspects, Frequent]:
    """The picked shingles that stand in many different stories, going by the votes of the articles that hold them.

    Args:
        picked: what ``winnow`` gives for different texts; it is taken over.
        fewest: articles below which a shingle is none.
        share: votes over articles, 0 to 1, from which it is one.
        spread: how the work is shared out.

    Also what of the picks is frequent, suspect or not. Costs some 9 ns per pick.
    """
    often, worth, digests, different = _weighed(picked, fewest, spread)
    tables = spread(lambda low, high: _votes(often, worth, low, high, different), PARTS)
    table = np.concatenate([table[table != 0] for table in tables])
    keys = (table >> np.uint64(32)).astype(np.uint32)
    held = (table >> np.uint64(16) & np.uint64(0xFFFF)).astype(np.int64)
    votes = (table & np.uint64(0xFFFF)).astype(np.int64)
    return in_order([elected(keys, held, votes, fewest, share)]), Frequent(often, digests)


def elected(keys: U32, held: I64, votes: I64, fewest: int, share: float) -> Suspects:
    """The suspects among keys, in their order: in how many articles each stands, and its votes, are told."""
    chosen = np.flatnonzero((held >= fewest) & (votes >= share * VOTE * held))
    return Suspects(keys[chosen], held[chosen])


def in_order(parts: list[Suspects]) -> Suspects:
    """The suspects of several parts, the most frequent first."""
    keys, held = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((keys, -held))
    return Suspects(keys[order], held[order])


def weighed(picked: Column[np.uint32], counts: U8, fewest: int) -> tuple[Column[np.uint32], U8, U64]:
    """The frequent picks of each article, what its vote is worth, and the digest of all its picks.

    Args:
        picked: of articles, one after the other without gaps; it is taken over.
        counts: shape (picks,): what each pick was counted to, at most ``MOST_COUNTED``.
        fewest: articles in which a pick stands that is frequent.
    """
    stops, worth, digests = picked.starts.copy(), np.zeros(len(picked), np.uint8), np.zeros(len(picked), np.uint64)
    _weigh_counted(picked.values, picked.starts, picked.stops, counts, fewest, stops, worth, digests)
    return Column(picked.values, picked.starts, stops), worth, digests


def _weighed(picked: Column[np.uint32], fewest: int, spread: Spread) -> tuple[Column[np.uint32], U8, U64, int]:
    """The same of picks that are counted here, and about how many different ones are frequent."""
    found = counted(picked, fewest, spread)
    stops, worth, digests = picked.starts.copy(), np.zeros(len(picked), np.uint8), np.zeros(len(picked), np.uint64)

    def weigh(start: int, stop: int) -> None:
        own = picked.part(start, stop)
        _weigh(
            own.values, own.starts, own.stops, found.counts, found.bits, found.begins[start].copy(), fewest,
            stops[start:stop], worth[start:stop], digests[start:stop],
        )  # fmt: skip

    spread(weigh, len(picked))
    return Column(picked.values, picked.starts, stops), worth, digests, found.frequent


def _votes(often: Column[np.uint32], worth: U8, low: int, high: int, frequent: int) -> U64:
    """The table of ``_vote``, for about ``frequent`` keys in all ``PARTS``."""
    size = max(16, 1 << int(4 * frequent * (high - low) // PARTS).bit_length())
    while True:
        table, last = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        if _vote(often.values, often.starts, often.stops, worth, low, high, table, last):
            return table
        size *= 2


@kernel
def _substance(found: U8, count: int) -> int:
    """How many articles share the least shared stretch of an article, by the counts of its picks; 255 for more.

    Of each ``WINDOW`` picks in a row the second largest counts, so that one phrase that is common does not hide a
    stretch of its own. O(picks), and ``WINDOW`` more for each new least.
    """
    if count == 0:
        return 255
    wide, least = min(count, WINDOW), 255
    large = 0  # counts in the stretch that are not below the least: of fewer than two, the second is a new least
    for i in range(count):
        large += found[i] >= least
        if i >= wide:
            large -= found[i - wide] >= least
        if i >= wide - 1 and large < 2:
            least = _second(found, i - wide + 1, i + 1)
            if least <= 1:
                break
            large = 0
            for j in range(i - wide + 1, i + 1):
                large += found[j] >= least
    return max(least, 1)


@kernel
def _second(found: U8, first: int, stop: int) -> int:
    """The second largest of some counts; 0 of one."""
    largest = second = 0
    for i in range(first, stop):
        held = int(found[i])
        if held >= largest:
            second, largest = largest, held
        elif held > second:
            second = held
    return second


@kernel
def _weigh(
    picked: U32, starts: I64, stops: I64, counts: U16, bits: int, places: I64, fewest: int, ends: I64, worth: U8,
    digests: U64,
) -> None:  # fmt: skip
    """Leave of each article's picks those that stand in ``fewest`` or more, and say what its vote is worth.

    Of one that has any, ``worth`` is its vote in parts of ``VOTE``, and ``digests`` has a digest of all its picks;
    they stay 0 for others. ``ends`` tells where those left end. ``next_count`` tells of the others. O(picks).
    """
    found = np.zeros(1 << 12, np.uint8)
    for a in range(len(starts)):
        some = picked[starts[a] : stops[a]]
        if len(some) > len(found):
            found = np.zeros(2 * len(some), np.uint8)
        for i in range(len(some)):
            found[i] = next_count(some[i], counts, bits, places)
        frequent, digests[a], worth[a] = _weigh_one(some, found, fewest)
        ends[a] = starts[a] + frequent


@kernel
def _weigh_counted(
    picked: U32, starts: I64, stops: I64, counts: U8, fewest: int, ends: I64, worth: U8, digests: U64
) -> None:
    """The same with the count of each pick at its place in ``counts``. O(picks)."""
    for a in range(len(starts)):
        frequent, digests[a], worth[a] = _weigh_one(
            picked[starts[a] : stops[a]], counts[starts[a] : stops[a]], fewest
        )
        ends[a] = starts[a] + frequent


@kernel
def _weigh_one(some: U32, found: U8, fewest: int) -> tuple[int, np.uint64, int]:
    """How many of an article's picks stand in ``fewest`` or more, moved to the front; its digest, and its worth."""
    any_ = False
    for i in range(len(some)):
        any_ |= found[i] >= fewest
    if not any_:
        return 0, np.uint64(0), 0
    digest, frequent = np.uint64(0), 0
    for i in range(len(some)):
        digest = (digest ^ np.uint64(some[i])) * np.uint64(0x9E3779B97F4A7C15)
        some[frequent] = some[i]
        frequent += found[i] >= fewest
    level = _substance(found, len(some))
    return frequent, digest, (VOTE + level // 2) // level


@kernel
def _vote(
    picked: U32, starts: I64, stops: I64, worth: U8, low: int, high: int, table: U64, last: I32
) -> bool:  # fmt: skip
    """Let all articles vote for their picks in the parts ``low`` to ``high - 1`` of them; False if the table is too
    small.

    An entry of the table is ``key << 32 | articles << 16 | votes``, the votes in parts of ``VOTE``; ``last`` has the
    last article that voted for it, counted from 1. O(picks).
    """
    mask = np.uint64(len(table) - 1)
    taken = 0
    for a in range(len(starts)):
        for i in range(starts[a], stops[a]):
            if not low <= slot_of(picked[i], PART_BITS) < high:
                continue
            key = np.uint64(picked[i])
            slot = (key * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(24)) & mask
            while table[slot] != 0 and table[slot] >> np.uint64(32) != key:
                slot = (slot + np.uint64(1)) & mask
            if table[slot] == 0:
                taken += 1
                if 2 * taken > len(table):
                    return False
                table[slot] = key << np.uint64(32)
            if last[slot] == a + 1:  # the article repeats itself
                continue
            last[slot] = a + 1
            if table[slot] >> np.uint64(16) & np.uint64(0xFFFF) < MOST_HELD:
                table[slot] += np.uint64(1 << 16) + np.uint64(worth[a])
    return True
