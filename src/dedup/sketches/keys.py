"""Keys: candidates for excerpts and for copies in other words, which share too few shingles for signatures.

Each two anchors of an article that stand next or next but one to each other, in either order, make a key. Articles
with keys in common are counted up (``sharing``); those that share enough of the shorter one's keys are candidates. An
article in other words keeps most of its anchors in their places, and one that lies within another keeps its keys
there, however long the other is: the resemblance that a signature estimates is the wrong measure for both.
"""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, U64, Column
from dedup.kernels import kernel
from dedup.memory import fresh
from dedup.parts import Spread, at_once
from dedup.settings import Settings
from dedup.sketches.rounds import Round, room, rounds
from dedup.sketches.sharing import NONE, Buckets, pairs_sharing
from dedup.sorting import DIGIT, sort_hashes

APART = 2
"""How far apart the anchors of a key stand at most, counted in anchors."""

KEYS_IN_PART = 1 << 16
"""Keys that are sorted at once, about: they fit into the cache."""

KEYS_AT_ONCE = 1 << 23
"""Keys that are spread over parts at once, for the sake of memory; for more the articles are gone through again."""


def key_candidates(
    found: Column[np.uint32], settings: Settings, *, common: U32 = NONE, spread: Spread = at_once
) -> I32:
    """The pairs of articles that share enough keys, shape (pairs, 2), left < right, in order, each once.

    Args:
        found: the anchors of all articles.
        settings: ``max_key_articles``, ``min_shared_keys`` and ``min_key_share`` count here.
        common: the stems of anchors that serve in no key, shape (stems,), each once.
        spread: how the work is shared out.

    Costs some 20 ns per key, and what ``pairs_sharing`` does; memory of 4 bytes per article of a key that several
    hold, and 8 per key that is in hand at once.
    """
    making = _Making(
        found, _slots(common), max(1, int(2 * found.lengths.sum() // KEYS_IN_PART).bit_length()),
        max(1, int(len(found) - 1).bit_length()),
    )  # fmt: skip
    totals = np.zeros(len(found), np.int64)
    counted = spread(lambda start, stop: (start, _counted(making, start, stop, totals)), len(found))
    starts, sizes = [start for start, _ in counted], np.stack([size for _, size in counted])
    some = rounds(sizes.sum(axis=0), KEYS_AT_ONCE)
    keys, buckets = fresh(room(some), np.uint64), Buckets([], [])
    for one in some:
        of_part = sizes[:, one.first : one.stop]  # each part of the articles has its own places for each part of keys
        at = one.begins + np.cumsum(of_part, axis=0) - of_part
        spread(partial(_write, making, one.first, dict(zip(starts, at, strict=True)), keys), len(found))
        for few, many in spread(partial(_grouped, making, one, settings.max_key_articles, keys), len(one.sizes)):
            buckets.few.append(few)
            buckets.many.append(many)
    spare = [keys.view(np.uint32)]  # nobody here holds it on, so that it can be given back
    del keys
    return pairs_sharing(buckets, totals, settings, spread, spare=spare.pop())


def article_keys(found: Column[np.uint32], bits: int, common: U32 = NONE) -> tuple[U64, I64, I64]:
    """The keys of all articles, one after the other in no order; the article of each; and how many each article has.

    Args:
        found: the anchors of all articles, at most ``2 ** bits``.
        bits: by how many a key is shortened: ``key_candidates`` has the article there.
        common: the stems of anchors that serve in no key, each once.

    Of shape (keys,), (keys,) and (articles,). A key that comes twice in an article counts twice.
    """
    making, totals = _Making(found, _slots(common), 1, bits), np.zeros(len(found), np.int64)
    sizes = _counted(making, 0, len(found), totals)
    keys = np.empty(int(sizes.sum()), np.uint64)
    _write(making, 0, {0: np.cumsum(sizes) - sizes}, keys, 0, len(found))
    mask = np.uint64((1 << bits) - 1)
    return keys & ~mask, (keys & mask).astype(np.int64), totals


class _Making(NamedTuple):
    """What keys are made of, and how they are laid out."""

    found: Column[np.uint32]
    """The anchors of all articles."""

    passed: U32
    """A table of those that serve in no key."""

    part_bits: int
    """The highest bits of a key, which name the part of the keys that it is sorted with."""

    bits: int
    """The lowest bits, which make room for the article."""

    def scratch(self) -> tuple[U32, U64]:
        """Room for the anchors that serve in keys, and for the keys, of any article."""
        longest = int(self.found.lengths.max(initial=0))
        return np.empty(longest + 1, np.uint32), np.empty(APART * longest + 1, np.uint64)


def _counted(making: _Making, start: int, stop: int, totals: I64) -> I64:
    """How many keys of each part the articles ``start`` to ``stop - 1`` have; writes how many each has."""
    found, sizes = making.found, np.zeros(1 << making.part_bits, np.int64)
    _count(
        found.values, found.starts, found.stops, start, stop, making.passed, *making.scratch(),
        np.uint64(64 - making.part_bits), totals, sizes,
    )  # fmt: skip
    return sizes


def _write(making: _Making, part: int, at: Mapping[int, I64], keys: U64, start: int, stop: int) -> None:
    """Write the keys of the articles ``start`` to ``stop - 1`` that are of ``part`` or a later one of a round."""
    found = making.found
    _fill(
        found.values, found.starts, found.stops, start, stop, making.passed, *making.scratch(),
        np.uint64(64 - making.part_bits), part, np.uint64(making.bits), at[start], keys,
    )  # fmt: skip


def _grouped(making: _Making, one: Round, most: int, keys: U64, start: int, stop: int) -> tuple[I32, I32]:
    """The articles that hold each key of the parts ``start`` to ``stop - 1`` of a round, as ``Buckets`` has them."""
    sizes = one.sizes[start:stop]
    few, many = (fresh(int(sizes.sum()) + 1, np.int32) for _ in range(2))
    other, counts = np.empty(int(sizes.max(initial=0)), np.uint64), np.empty(1 << DIGIT, np.int64)
    filled, large = _group(
        keys, one.begins[start:stop], sizes, 64 - making.part_bits, np.uint64(making.bits), most, other, counts, few,
        many,
    )  # fmt: skip
    return few[:filled], many[:large]


def _slots(stems: U32) -> U32:
    """A table of stems, each in the slot that its lowest bits name or the next; 0 where there is none."""
    size = 1 << 10
    while True:
        table = np.zeros(size + 1, np.uint32)
        if _enter(stems, table):
            return table
        size *= 2


@kernel
def _enter(stems: U32, table: U32) -> bool:
    """Enter stems into a table; False if it is too small."""
    for stem in stems:
        slot = np.int64(stem) & (len(table) - 2)
        slot += table[slot] != 0
        if table[slot] != 0:
            return False
        table[slot] = stem
    return True


@kernel
def _key(left: np.uint32, right: np.uint32) -> np.uint64:
    """A hash of two stems, the same in either order."""
    low, high = np.uint64(min(left, right)), np.uint64(max(left, right))
    hash_ = (high << np.uint64(32) | low) * np.uint64(0x9E3779B97F4A7C15)
    hash_ = (hash_ ^ hash_ >> np.uint64(32)) * np.uint64(0xD6E8FEB86659FD93)
    return hash_ ^ hash_ >> np.uint64(32)


@kernel
def _keys(stems: U32, passed: U32, some: U32, keys: U64) -> int:
    """Write the keys of an article, and return how many there are, those that come twice included. O(anchors).

    Nothing branches on what the stems are. ``some`` has room for one more than there are, ``keys`` for ``APART``
    times as many and one.
    """
    count = total = 0
    for i in range(len(stems)):
        slot = np.int64(stems[i]) & (len(passed) - 2)
        some[count] = stems[i]
        count += (passed[slot] != stems[i]) & (passed[slot + 1] != stems[i])
    for apart in range(1, APART + 1):
        for i in range(count - apart):
            keys[total] = _key(some[i], some[i + apart])
            total += some[i] != some[i + apart]
    return total


@kernel
def _count(
    stems: U32, starts: I64, stops: I64, first: int, stop: int, passed: U32, some: U32, keys: U64, shift: np.uint64,
    totals: I64, sizes: I64,
) -> None:  # fmt: skip
    """Count the keys of each article from ``first`` on, and of each part of the keys. O(anchors)."""
    for a in range(first, stop):
        totals[a] = _keys(stems[starts[a] : stops[a]], passed, some, keys)
        for i in range(totals[a]):
            sizes[keys[i] >> shift] += 1


@kernel
def _fill(
    stems: U32, starts: I64, stops: I64, first: int, stop: int, passed: U32, some: U32, own: U64, shift: np.uint64,
    part: int, bits: np.uint64, at: I64, keys: U64,
) -> None:  # fmt: skip
    """Write the keys of the parts from ``part`` on, the article in the lowest bits, those of a part from ``at`` on.

    ``at`` tells then where they end, shape (parts,). O(anchors).
    """
    for a in range(first, stop):
        kept = 0
        for i in range(_keys(stems[starts[a] : stops[a]], passed, some, own)):
            place = np.int64(own[i] >> shift) - part
            own[kept] = own[i]
            kept += int((place >= 0) & (place < len(at)))
        for i in range(kept):
            place = np.int64(own[i] >> shift) - part
            keys[at[place]] = own[i] >> bits << bits | np.uint64(a)
            at[place] += 1


@kernel
def _group(
    keys: U64, begins: I64, lengths: I64, high: int, bits: np.uint64, most: int, other: U64, counts: I64, few: I32,
    many: I32,
) -> tuple[int, int]:  # fmt: skip
    """Write the articles that hold each key of several articles, ascending, as ``Buckets`` has them. O(keys).

    Buckets of more than ``most`` articles go to ``many``. Returns how many places both have then.
    """
    filled = large = 0
    for p in range(len(begins)):
        own = keys[begins[p] : begins[p] + lengths[p]]
        sort_hashes(own, other, high, counts)
        bucket, before, last, mask = filled, 0, _distinct(own) - 1, (np.uint64(1) << bits) - np.uint64(1)
        for i in range(last + 1):
            after = int(own[i] >> bits == own[i + 1] >> bits) if i < last else 0
            few[filled] = np.int32(own[i] & mask) ^ np.int32(after - 1)
            filled += before | after
            if (filled - bucket > most) & (after == 0):
                many[large : large + filled - bucket] = few[bucket:filled]
                large += filled - bucket
                filled = bucket
            bucket += (filled - bucket) * (1 - after)
            before = after
    return filled, large


@kernel
def _distinct(keys: U64) -> int:
    """Move sorted keys to the front, each once, and return how many there are. O(keys)."""
    count = 0
    for i in range(len(keys) - 1):
        keys[count] = keys[i]
        count += keys[i + 1] != keys[i]
    if len(keys):
        keys[count] = keys[len(keys) - 1]
        count += 1
    return count
