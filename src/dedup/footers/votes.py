"""Which shingles of a collection may stand in footers: the votes of the articles that hold them.

A limit on frequency would throw away the wire story that three hundred outlets carry. What tells it from a footer is
what stands around it. The *substance* of an article is the stretch of its text that the fewest articles share; if c
articles share it, the article gives each run that it holds 1/c of a vote. So the ten copies of a story have one vote
together, and the articles around a footer nearly one each.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U32, U64, Column
from dedup.kernels import kernel

WINDOW = 10
"""Picks in a stretch of text, over some 40 words: shorter ones are no substance."""

VOTE = 64
"""Votes are counted in parts of this size."""

MOST_COUNTED = 255
"""Where the first, rough count of a shingle stops."""

PICKS_AT_ONCE = 1 << 23
"""Picks that are put in order before they are counted."""

TO_PART = 24
"""Shift that makes a slot the number of one of 256 parts of the table of counts, one of which fits into the cache."""

MOST_HELD = 1000
"""Articles that are counted per shingle: the first so many speak for all."""


class Suspects(NamedTuple):
    """Shingles that may stand in footers, the most frequent first."""

    keys: U32
    """Shape (suspects,)."""

    held: I64
    """Shape (suspects,): in how many articles each stands, at most ``MOST_HELD``."""


def suspects(picked: Column[np.uint32], fewest: int, share: float) -> Suspects:
    """The picked shingles that stand in many different stories, going by the votes of the articles that hold them.

    Args:
        picked: what ``winnow`` gives for different texts.
        fewest: articles below which a shingle is none.
        share: votes over articles, 0 to 1, from which it is one.
    """
    bits = min(32, max(16, int(2 * len(picked.values)).bit_length()))
    counts = np.zeros(1 << bits, np.uint8)
    part = np.empty(max(1, min(PICKS_AT_ONCE, len(picked.values))), np.uint32)
    frequent = _count(picked.values, 32 - bits, fewest, counts, part)
    size = max(16, 1 << int(4 * frequent).bit_length())
    table, last = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    while not _vote(picked.values, picked.starts, picked.stops, 32 - bits, counts, fewest, table, last):
        size *= 2
        table, last = np.zeros(size, np.uint64), np.zeros(size, np.int32)
    held = (table >> np.uint64(16) & np.uint64(0xFFFF)).astype(np.int64)
    votes = (table & np.uint64(0xFFFF)).astype(np.int64)
    chosen = np.flatnonzero((held >= fewest) & (votes >= share * VOTE * held))
    keys = (table[chosen] >> np.uint64(32)).astype(np.uint32)
    order = np.lexsort((keys, -held[chosen]))
    return Suspects(keys[order], held[chosen][order])


@kernel
def _slot(key: np.uint32, shift: int) -> np.uint32:
    return np.uint32(key * np.uint32(0x9E3779B1)) >> np.uint32(shift)


@kernel
def _count(picked: U32, shift: int, fewest: int, counts: U8, part: U32) -> int:
    """Count each pick in a table of bytes that stop at 255; colliding ones share a count. O(picks).

    As many picks at once as ``part`` has room for are spread over the parts of the table first: to wait for memory
    at each would cost twice as much. Returns how many counts came to ``fewest``, 1 to 255.
    """
    frequent = 0
    places = np.empty(1 << 32 - TO_PART, np.int64)
    for first in range(0, len(picked), len(part)):
        some = picked[first : first + len(part)]
        places[:] = 0
        for pick in some:
            places[_slot(pick, TO_PART)] += 1
        total = 0
        for p in range(len(places)):
            total, places[p] = total + places[p], total
        for pick in some:
            place = places[_slot(pick, TO_PART)]
            part[place] = _slot(pick, shift)
            places[_slot(pick, TO_PART)] = place + 1
        for i in range(len(some)):
            count = counts[part[i]]
            if count < MOST_COUNTED:
                counts[part[i]] = count + np.uint8(1)
                frequent += count + 1 == fewest
    return frequent


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
def _vote(picked: U32, starts: I64, stops: I64, shift: int, counts: U8, fewest: int, table: U64, last: I32) -> bool:
    """Let all articles vote for their picks that stand in ``fewest`` or more; False if the table is too small.

    An entry of the table is ``key << 32 | articles << 16 | votes``, the votes in parts of ``VOTE``; ``last`` has the
    last article that voted for it, counted from 1.
    """
    found, where = np.zeros(1 << 12, np.uint8), np.zeros(1 << 12, np.int64)
    mask = np.uint64(len(table) - 1)
    taken = 0
    for a in range(len(starts)):
        some = picked[starts[a] : stops[a]]
        if len(some) > len(found):
            found, where = np.zeros(2 * len(some), np.uint8), np.zeros(2 * len(some), np.int64)
        for i in range(len(some)):
            found[i] = counts[_slot(some[i], shift)]
        frequent = 0
        for i in range(len(some)):
            where[frequent] = i
            frequent += found[i] >= fewest
        if not frequent:
            continue
        level = _substance(found, len(some))
        worth = np.uint64((VOTE + level // 2) // level)
        for i in where[:frequent]:
            key = np.uint64(some[i])
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
                table[slot] += np.uint64(1 << 16) + worth
    return True
