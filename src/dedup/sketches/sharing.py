"""Sharing: which articles have enough keys in common, counted block by block of articles.

A key of more than ``max_key_articles`` articles is a phrase of the language, and names nobody. An article most of
whose shared keys are like that is one of many versions of a story: such are compared with the first of them.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U32, Bool, ranges
from dedup.kernels import kernel
from dedup.parts import Spread, at_once
from dedup.settings import Settings

PAIRS_AT_ONCE = 1 << 24
"""Pairs that are gathered before they are counted, for the sake of memory; for more the buckets are gone through again,
..."""

PASSES = 4
"""... so many times at most."""

PAIRS_IN_BLOCK = 1 << 16
"""Pairs that are counted at once, about: they fit into the cache."""

PIECE = 1 << 19
"""Places in buckets that are looked at by one thread, about."""

CROWDED = 0.5
"""Share of the keys that an article shares which many articles hold, from which it is one of many versions of a
story."""


class Buckets(NamedTuple):
    """The articles of each bucket, ascending, one bucket after the other; the last of each is there as ``~article``."""

    few: list[I32]
    """Buckets of up to ``max_key_articles`` articles, at least two."""

    many: list[I32]
    """Larger ones."""


def pairs_sharing(buckets: Buckets, totals: I64, settings: Settings, spread: Spread = at_once) -> I32:
    """The pairs of articles that share enough buckets, shape (pairs, 2), left < right, in order, each once.

    Args:
        buckets: the articles that hold each key.
        totals: the keys of each article, shape (articles,).
        settings: ``min_shared_keys`` and ``min_key_share`` count here.
        spread: how the work is shared out.

    Costs some 8 ns for each two articles of a bucket; memory of 4 bytes per pair that is in hand at once.
    """
    groups = [(piece, False) for part in buckets.few for piece in _pieces(part)]
    groups += [(piece, True) for piece in _versions(buckets, len(totals), spread)]
    if not groups:
        return np.empty((0, 2), np.int32)
    layout = _layout(sum(len(piece) for piece, _ in groups), len(totals))
    blocks = (len(totals) - 1 >> layout.shift) + 1

    def counted(start: int, stop: int) -> I64:
        counts = np.zeros((stop - start, blocks), np.int64)
        for (piece, star), own in zip(groups[start:stop], counts, strict=True):
            _count_pairs(piece, star, layout.shift, own)
        return counts

    counts = np.concatenate(spread(counted, len(groups)))
    of_block = counts.sum(0)
    ends = np.cumsum(of_block)
    at_once = max(PAIRS_AT_ONCE, int(ends[-1]) // PASSES, int(of_block.max()))
    room = np.empty(min(at_once, int(ends[-1])), np.uint32)
    least = np.clip(settings.min_key_share * totals, min(settings.min_shared_keys, 255), 255).astype(np.uint8)
    found, first = [np.empty((0, 2), np.int32)], 0
    while first < blocks:
        before = ends[first] - of_block[first]
        stop = max(first + 1, int(np.searchsorted(ends, before + at_once, "right")))
        begins = ends[first:stop] - of_block[first:stop] - before
        own = counts[:, first:stop]
        at = begins + np.cumsum(own, axis=0) - own

        def paired(start: int, end: int, first: int = first, at: I64 = at) -> None:
            for (piece, star), own in zip(groups[start:end], at[start:end], strict=True):
                _pair_up(piece, star, *layout, first, own, room)

        def enough(
            start: int, end: int, first: int = first, begins: I64 = begins, of_block: I64 = of_block[first:stop]
        ) -> I32:
            begins, lengths = begins[start:end], of_block[start:end]
            slots = _slots(int(lengths.max()))
            kept = np.empty(len(begins), np.int64)
            _enough(
                room,
                begins,
                lengths,
                first + start,
                *layout,
                totals,
                least,
                settings.min_shared_keys,
                settings.min_key_share,
                np.empty(slots, np.uint8),
                np.empty(slots, np.uint32),
                np.empty(slots, np.int32),
                kept,
            )
            pairs = room[ranges(begins, kept)]
            lefts = np.repeat(np.arange(first + start, first + end) << layout.shift, kept) + (
                pairs >> np.uint32(layout.bits)
            )
            return np.stack([lefts, pairs & np.uint32((1 << layout.bits) - 1)], axis=1).astype(np.int32)

        spread(paired, len(groups))
        found += spread(enough, stop - first)
        first = stop
    pairs = np.concatenate(found)
    order = np.argsort(pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1])
    return pairs[order]


class _Layout(NamedTuple):
    """How pairs are written: in blocks by their left article, as ``place of the left one in its block << bits | right``."""

    shift: int
    """Bits of the left article that tell its place in the block."""

    bits: int
    """Bits of the right article."""


def _layout(places: int, articles: int) -> _Layout:
    bits, blocks = max(1, int(articles - 1).bit_length()), 2 * places // PAIRS_IN_BLOCK + 1
    return _Layout(min(max(0, bits - (blocks - 1).bit_length()), 32 - bits), bits)


def _slots(pairs: int) -> int:
    """Slots of the tables by which so many pairs are counted: a power of two."""
    return 2 << max(4, pairs.bit_length())


def _pieces(members: I32) -> list[I32]:
    """The same buckets in pieces of about ``PIECE`` places."""
    pieces, start = [], 0
    while start < len(members):
        stop = min(start + PIECE, len(members))
        while members[stop - 1] >= 0:
            stop += 1
        pieces.append(members[start:stop])
        start = stop
    return pieces


def _versions(buckets: Buckets, articles: int, spread: Spread) -> list[I32]:
    """Of the large buckets only the articles that are one of many versions of a story, where it is more than one."""
    if not any(map(len, buckets.many)):
        return []

    def counted(some: list[I32]) -> I32:
        def places(start: int, stop: int) -> I32:
            count = np.zeros(articles, np.int32)
            for members in some[start:stop]:
                _count_places(members, count)
            return count

        return np.sum(spread(places, len(some)), axis=0, dtype=np.int32)

    few = counted([piece for part in buckets.few for piece in _pieces(part)]) if any(map(len, buckets.few)) else 0
    many = counted(buckets.many)
    crowded = many > CROWDED * (few + many)
    found = []
    for members in buckets.many:
        kept = np.empty_like(members)
        found += _pieces(kept[: _of_versions(members, crowded, kept)])
    return found


@kernel
def _count_places(members: I32, counts: I32) -> None:
    """Count the buckets of each article. O(members)."""
    for member in members:
        counts[max(member, ~member)] += 1


@kernel
def _of_versions(members: I32, crowded: Bool, kept: I32) -> int:
    """Write the crowded members of buckets that have two or more; returns how many places there are. O(members)."""
    count = begin = 0
    for member in members:
        article = max(member, ~member)
        kept[count] = article
        count += crowded[article]
        if member < 0:
            if count - begin < 2:
                count = begin
            else:
                kept[count - 1] = ~kept[count - 1]
            begin = count
    return count


@kernel
def _count_pairs(members: I32, star: bool, shift: int, of_block: I64) -> None:
    """Count the pairs that ``_pair_up`` makes, by their block. O(members)."""
    begin = 0
    for end in range(len(members)):
        if members[end] < 0:
            for i in range(begin, begin + 1 if star else end):
                of_block[members[i] >> shift] += end - i
            begin = end + 1


@kernel
def _pair_up(members: I32, star: bool, shift: int, bits: int, first: int, at: I64, pairs: U32) -> None:
    """Write each two articles of a bucket, of a star its first with each other, whose block is among ``len(at)`` ones.

    Those of block ``first`` from ``at[0]`` on, and so on; ``at`` tells then where they end. O(members + pairs).
    """
    begin, rest = 0, np.int64(1 << shift) - 1
    for end in range(len(members)):
        if members[end] < 0:
            for i in range(begin, begin + 1 if star else end):
                block = (members[i] >> shift) - first
                if 0 <= block < len(at):
                    left, to = np.uint32((members[i] & rest) << bits), at[block]
                    for j in range(i + 1, end):
                        pairs[to] = left | np.uint32(members[j])
                        to += 1
                    pairs[to] = left | np.uint32(~members[end])
                    at[block] = to + 1
            begin = end + 1


@kernel
def _enough(
    pairs: U32, begins: I64, lengths: I64, block: int, shift: int, bits: int, totals: I64, least: U8, min_shared: int,
    min_share: float, rough: U8, table: U32, counts: I32, kept: I64,
) -> None:  # fmt: skip
    """Leave of the pairs of each block, the first of which is ``block``, those that come often enough, each once.

    They are moved to where those of the block begin; ``kept`` tells how many there are. Counted at once are pairs of
    one hash: most are too few even so. ``least`` are the keys, at most 255, below which an article shares too few.
    O(pairs). ``rough``, ``table`` and ``counts`` have a power of two of slots, more than twice as many as a block
    has pairs.
    """
    for b in range(len(begins)):
        own, slots = pairs[begins[b] : begins[b] + lengths[b]], 32
        while slots < 2 * len(own):
            slots *= 2
        mask, lefts, rights = np.uint32(slots - 1), (block + b) << shift, np.uint32((np.int64(1) << bits) - 1)
        rough[:slots] = 0
        for pair in own:
            slot = _slot(pair, mask)
            rough[slot] += rough[slot] < 255
        maybe = 0
        for i in range(len(own)):
            pair = own[i]
            left, right = lefts + np.int64(pair >> np.uint32(bits)), np.int64(pair & rights)
            own[maybe] = pair
            maybe += rough[_slot(pair, mask)] >= min(least[left], least[right])
        table[:slots] = 0
        for i in range(maybe):
            slot = _slot(own[i], mask)
            while table[slot] != 0 and table[slot] != own[i]:
                slot = (slot + np.uint32(1)) & mask
            counts[slot] = 1 if table[slot] == 0 else counts[slot] + 1
            table[slot] = own[i]  # no pair is 0, for its right article is not
        count = 0
        for slot in range(slots if maybe else 0):
            pair = table[slot]
            if pair != 0 and counts[slot] >= min_shared:
                left, right = lefts + np.int64(pair >> np.uint32(bits)), np.int64(pair & rights)
                if counts[slot] >= min_share * min(totals[left], totals[right]):
                    own[count] = pair
                    count += 1
        kept[b] = count


@kernel
def _slot(pair: np.uint32, mask: np.uint32) -> np.uint32:
    hash_ = np.uint32(pair * np.uint32(0x9E3779B1))
    return np.uint32(hash_ ^ hash_ >> np.uint32(15)) & mask
