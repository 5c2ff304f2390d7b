"""Order: how many anchors of two articles stand in the same order in both."""

import numpy as np

from dedup.columns import I32, I64, U32, Column
from dedup.kernels import kernel
from dedup.text.shingles import table_size

MOST_REPEATS = 16
"""Places of one stem in an article that count, the first ones. A text that repeats one word would cost its square."""


def counting(stems: Column[np.uint32]) -> Column[np.uint32]:
    """The anchors of each article that count in ``common_order``. Takes ``stems`` over. Some 5 ns per anchor."""
    longest = int(stems.lengths.max(initial=0))
    places, heads, after = (
        np.empty(longest, np.int32),
        np.empty(table_size(longest), np.int64),
        np.empty(longest, np.int64),
    )
    stops = np.empty(len(stems), np.int64)
    _counting(stems.values, stems.starts, stems.stops, places, heads, after, stops)
    return Column(stems.values, stems.starts, stops)


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
def _counting(stems: U32, starts: I64, stops: I64, places: I32, heads: I64, after: I64, ends: I64) -> None:
    """Move what counts to the front of each article, and write where it ends. O(anchors)."""
    for a in range(len(starts)):
        kept, _ = chain(stems[starts[a] : stops[a]], places, stops[a] - starts[a], heads, after)
        ends[a] = starts[a] + kept


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
                low, high = 0, length
                while low < high:
                    middle = (low + high) // 2
                    if tails[middle] < at:
                        low = middle + 1
                    else:
                        high = middle
                tails[low] = at
                length = max(length, low + 1)
            at = after[at]
    return length
