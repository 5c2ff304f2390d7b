"""Sharing: which articles have enough keys in common, counted block by block of articles.

A key of more than ``max_key_articles`` articles is a phrase of the language, and names nobody. An article most of
whose shared keys are like that is one of many versions of a story: such are compared with the first of them.
"""

from functools import partial
from itertools import pairwise, zip_longest
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, Bool, ranges
from dedup.kernels import kernel
from dedup.memory import fresh
from dedup.parts import Spread, at_once
from dedup.settings import Settings
from dedup.sketches.rounds import Round, room, rounds

PAIRS_AT_ONCE = 1 << 24
"""Pairs that are gathered before they are counted, for the sake of memory; for more the buckets are gone through
again."""

PAIRS_IN_BLOCK = 1 << 16
"""Pairs that are counted at once, about: they fit into the cache."""

PIECES = 64
"""Runs of buckets, about, that are shared out."""

CROWDED = 0.5
"""Share of the keys that an article shares which many articles hold, from which it is one of many versions of a
story."""

NONE = np.empty(0, np.uint32)


class Buckets(NamedTuple):
    """The articles of each bucket, ascending, one bucket after the other; the last of each as ``~article``."""

    few: list[I32]
    """Buckets of up to ``max_key_articles`` articles, at least two."""

    many: list[I32]
    """Larger ones."""


def pairs_sharing(
    buckets: Buckets, totals: I64, settings: Settings, spread: Spread = at_once, *, spare: U32 = NONE
) -> I32:
    """The pairs of articles that share enough buckets, shape (pairs, 2), left < right, in order, each once.

    Args:
        buckets: the articles that hold each key; those of the larger ones are taken over.
        totals: the keys of each article, shape (articles,).
        settings: ``min_shared_keys`` and ``min_key_share`` count here.
        spread: how the work is shared out.
        spare: memory for pairs, which is given back if it does not do.

    Costs some 11 ns for each two articles of a bucket; memory of 4 bytes per pair that is in hand at once.
    """
    few = [_Group(piece, False) for piece in _pieces(buckets.few)]
    stars = [_Group(piece, True) for piece in _pieces(_versions(buckets, len(totals), spread))]
    # In turns, as the two kinds cost differently, so that each thread has as many of each.
    groups = [group for two in zip_longest(few, stars) for group in two if group]
    layout = _layout(sum(len(group.members) for group in groups), len(totals))
    counts = np.concatenate(spread(lambda start, stop: _counted(groups[start:stop], layout), len(groups)))
    some = rounds(counts.sum(axis=0), PAIRS_AT_ONCE)
    if len(spare) < room(some):
        spare = NONE  # before there is more
        spare = fresh(room(some), np.uint32)
    pairs, found = spare, [np.empty((0, 2), np.int32)]
    for one in some:
        of_group = counts[:, one.first : one.stop]  # each group has its own places in each block
        at = one.begins + np.cumsum(of_group, axis=0) - of_group
        spread(partial(_write, groups, layout, one.first, at, pairs), len(groups))
        found += spread(partial(_frequent, layout, one, pairs, totals, settings), len(one.sizes))
    together = np.concatenate(found)
    return together[np.argsort(together[:, 0].astype(np.int64) << 32 | together[:, 1])]


class _Group(NamedTuple):
    """Some buckets."""

    members: I32
    star: bool
    """Whether only the first of each bucket makes pairs."""


class _Layout(NamedTuple):
    """How pairs are written: in blocks by their left article, ``its place in the block << bits | right article``."""

    blocks: int
    shift: int
    """Bits of the left article that tell its place in the block."""

    bits: int
    """Bits of the right article."""


def _layout(places: int, articles: int) -> _Layout:
    bits, wanted = max(1, int(articles - 1).bit_length()), 2 * places // PAIRS_IN_BLOCK + 1
    shift = min(max(0, bits - (wanted - 1).bit_length()), 32 - bits)
    return _Layout((max(0, articles - 1) >> shift) + 1, shift, bits)


def _counted(groups: list[_Group], layout: _Layout) -> I64:
    """How many pairs of each block each group makes, shape (groups, blocks)."""
    counts = np.zeros((len(groups), layout.blocks), np.int64)
    for group, own in zip(groups, counts, strict=True):
        _count_pairs(*group, layout.shift, own)
    return counts


def _write(groups: list[_Group], layout: _Layout, block: int, at: I64, pairs: U32, start: int, stop: int) -> None:
    """Write the pairs of the groups ``start`` to ``stop - 1`` that are of ``block`` or a later one of a round."""
    for group, own in zip(groups[start:stop], at[start:stop], strict=True):
        _pair_up(*group, layout.shift, layout.bits, block, own, pairs)


def _frequent(layout: _Layout, one: Round, pairs: U32, totals: I64, settings: Settings, start: int, stop: int) -> I32:
    """The pairs of the blocks ``start`` to ``stop - 1`` of a round that come often enough, in no order."""
    begins, sizes, first = one.begins[start:stop], one.sizes[start:stop], one.first + start
    least = np.maximum(np.ceil(settings.min_key_share * totals), settings.min_shared_keys).astype(np.int32)
    kept, rights = np.empty(len(sizes), np.int64), np.empty(int(sizes.max(initial=0)), np.uint32)
    _enough(
        pairs, begins, sizes, first, layout.shift, layout.bits, least, rights, np.empty(1 << layout.shift, np.int64),
        np.zeros(len(totals), np.int32), kept,
    )  # fmt: skip
    enough = pairs[ranges(begins, kept)].astype(np.int64)
    found = np.empty((len(enough), 2), np.int32)
    found[:, 0] = np.repeat(np.arange(first, first + len(sizes)) << layout.shift, kept) + (enough >> layout.bits)
    found[:, 1] = enough & (1 << layout.bits) - 1
    return found


def _pieces(some: list[I32]) -> list[I32]:
    """The same buckets in about ``PIECES`` pieces."""
    size = sum(map(len, some)) // PIECES + 1
    return [members[start:stop] for members in some for start, stop in pairwise(_cuts(members, size))]


def _cuts(members: I32, size: int) -> list[int]:
    """Where to cut buckets into pieces of ``size`` or a little more."""
    cuts = [0]
    while cuts[-1] < len(members):
        at = min(cuts[-1] + size, len(members))
        while members[at - 1] >= 0:
            at += 1
        cuts.append(at)
    return cuts


def _versions(buckets: Buckets, articles: int, spread: Spread) -> list[I32]:
    """Of the large buckets only the articles that are one of many versions of a story, if more than one is."""

    def places(some: list[I32]) -> I32:
        counts = spread(lambda start, stop: _places(some[start:stop], articles), len(some))
        return np.sum(counts, axis=0, dtype=np.int32)  # type: ignore[no-any-return]

    if not any(map(len, buckets.many)):
        return []
    many = places(buckets.many)
    crowded = many > CROWDED * (places(_pieces(buckets.few)) + many)
    return [members[: _of_versions(members, crowded)] for members in buckets.many]


def _places(some: list[I32], articles: int) -> I32:
    """How many of some buckets hold each article, shape (articles,)."""
    counts = np.zeros(articles, np.int32)
    for members in some:
        _count_places(members, counts)
    return counts


@kernel
def _count_places(members: I32, counts: I32) -> None:
    """Count the buckets of each article. O(members)."""
    for member in members:
        counts[max(member, ~member)] += 1


@kernel
def _of_versions(members: I32, crowded: Bool) -> int:
    """Move the crowded members of buckets that have two or more to the front, and return how many there are.

    O(members).
    """
    count = begin = 0
    for i in range(len(members)):
        last, article = members[i] < 0, max(members[i], ~members[i])
        members[count] = article
        count += crowded[article]
        if last:
            if count - begin < 2:
                count = begin
            else:
                members[count - 1] = ~members[count - 1]
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
    """Write each two articles of a bucket, of a star its first with each other, of ``len(at)`` blocks.

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
    pairs: U32, begins: I64, lengths: I64, block: int, shift: int, bits: int, least: I32, rights: U32, ends: I64,
    counts: I32, kept: I64,
) -> None:  # fmt: skip
    """Leave of the pairs of each block, the first of which is ``block``, those that come often enough, each once.

    They are moved to where those of the block begin; ``kept`` tells how many there are. The right articles of each
    left one are brought together and counted. O(pairs), with a block and the counts of all articles in the cache.

    Args:
        least: keys below which an article shares too few, shape (articles,), 1 or more.
        rights: room for the right articles of a block.
        ends: shape (left articles of a block,).
        counts: zeros, shape (articles,).
    """
    rest = np.uint32((np.int64(1) << bits) - 1)
    for b in range(len(begins)):
        own = pairs[begins[b] : begins[b] + lengths[b]]
        ends[:] = 0
        for pair in own:
            ends[pair >> np.uint32(bits)] += 1
        total = begin = kept[b] = 0
        for place in range(len(ends)):
            total, ends[place] = total + ends[place], total
        for pair in own:
            place_ = pair >> np.uint32(bits)
            rights[np.uint64(ends[place_])] = pair & rest
            ends[place_] += 1
        for place in range(len(ends)):
            run, begin = rights[begin : ends[place]], ends[place]
            if len(run) == 0:  # such as behind the last article
                continue
            for right in run:
                counts[right] += 1
            some, least_left = np.uint64(0), least[(block + b << shift) + place]
            for right in run:
                count = counts[right]
                run[some] = right
                some += np.uint64(count >= min(least_left, least[right]))
                counts[right] = 0
            for right in run[:some]:
                own[kept[b]] = np.uint32(place << bits) | right
                kept[b] += 1
