"""How often each pick of a collection was picked, rough but quick: counts of a byte, which colliding picks share.

To count each pick in a table of all counts, and to look it up there, would be to wait for memory twice. So picks are
put where others of the same part of the table lie, are counted part by part, and their counts are found again where
the picks were put: whoever goes through the articles in the same order knows where that is.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I64, U16, U32, Column
from dedup.kernels import kernel
from dedup.memory import fresh
from dedup.parts import Spread

MOST_COUNTED = 255
"""Where the count of a pick stops."""

SLOT_BITS = 16
"""Bits that tell apart the counts of one part of them: 64 KiB, which stay in the cache."""


class Counts(NamedTuple):
    """The count of each pick, for ``next_count``."""

    counts: U16
    """Shape (picks,), at most ``MOST_COUNTED``; those of one part of the table lie together."""

    bits: int
    """``count_bits`` of the picks."""

    begins: dict[int, I64]
    """For the first article of each part that ``spread`` gives: where in each part of the table its counts begin."""

    frequent: int
    """About how many different picks are frequent."""


def counted(picked: Column[np.uint32], fewest: int, spread: Spread) -> Counts:
    """How often each pick of articles was picked. Some 6 ns a pick.

    Args:
        picked: of the articles; what lies between them does not matter.
        fewest: count of a frequent pick, 1 to ``MOST_COUNTED``.
        spread: how the work is shared out.
    """
    bits = count_bits(int(picked.lengths.sum()))
    parts = 1 << bits - SLOT_BITS

    def sized(start: int, stop: int) -> tuple[int, I64]:
        own, sizes = picked.part(start, stop), np.zeros(parts, np.int64)
        _sizes(own.values, own.starts, own.stops, bits, sizes)
        return start, sizes

    starts, sizes = zip(*spread(sized, len(picked)), strict=True)
    in_order = np.stack(sizes, axis=1)  # all of the first part, whoever puts it there, then of the next one
    ends = np.cumsum(in_order).reshape(in_order.shape)
    begins = dict(zip(starts, np.ascontiguousarray((ends - in_order).T), strict=True))
    bounds = np.append(0, ends[:, -1])
    counts = fresh(int(bounds[-1]), np.uint16)

    def put(start: int, stop: int) -> None:
        own = picked.part(start, stop)
        _put(own.values, own.starts, own.stops, bits, begins[start].copy(), counts)

    spread(put, len(picked))
    frequent = sum(spread(lambda low, high: _count(counts, bounds[low : high + 1], fewest), parts))
    return Counts(counts, bits, begins, frequent)


def count_bits(picks: int) -> int:
    """The bits that tell apart the counts of so many picks: of twice to four times as many counts, or 65,536."""
    return min(32, max(SLOT_BITS, int(2 * picks).bit_length()))


def slots_of(picks: U32, bits: int) -> I64:
    """The count that each pick is counted in, as ``slot_of`` has it."""
    return (picks * np.uint32(0x9E3779B1) >> np.uint32(32 - bits)).astype(np.int64)


@kernel
def slot_of(pick: np.uint32, bits: int) -> np.uint64:
    """The count that a pick is counted in, of ``1 << bits``."""
    return np.uint64(np.uint32(pick * np.uint32(0x9E3779B1))) >> np.uint64(32 - bits)


@kernel
def next_count(pick: np.uint32, counts: U16, bits: int, places: I64) -> int:
    """The count of the next pick of an article, or the first of the next article.

    ``places`` are the ``begins`` of the first article, and go on from pick to pick.
    """
    part = slot_of(pick, bits) >> np.uint64(SLOT_BITS)
    places[part] += 1
    return int(counts[np.uint64(places[part] - 1)])


@kernel
def _sizes(picked: U32, starts: I64, stops: I64, bits: int, sizes: I64) -> None:
    """Count the picks of each part of the table. O(picks)."""
    for a in range(len(starts)):
        for pick in picked[starts[a] : stops[a]]:
            sizes[slot_of(pick, bits) >> np.uint64(SLOT_BITS)] += 1


@kernel
def _put(picked: U32, starts: I64, stops: I64, bits: int, places: I64, slots: U16) -> None:
    """Put each pick where its part has the next place, as its slot within the part. O(picks)."""
    for a in range(len(starts)):
        for pick in picked[starts[a] : stops[a]]:
            slot = slot_of(pick, bits)
            part = slot >> np.uint64(SLOT_BITS)
            slots[np.uint64(places[part])] = np.uint16(slot & np.uint64((1 << SLOT_BITS) - 1))
            places[part] += 1


@kernel
def _count(slots: U16, bounds: I64, fewest: int) -> int:
    """Put the count of each slot in its place, part by part; what a part has lies from bound to bound. O(slots).

    Returns how many counts came to ``fewest``.
    """
    frequent, counts = 0, np.empty(1 << SLOT_BITS, np.uint8)
    for part in range(len(bounds) - 1):
        counts[:] = 0
        own = slots[bounds[part] : bounds[part + 1]]
        for slot in own:
            count = counts[slot]
            counts[slot] = count + np.uint8(count < MOST_COUNTED)
            frequent += count + 1 == fewest
        for i in range(len(own)):
            own[i] = counts[own[i]]
    return frequent
