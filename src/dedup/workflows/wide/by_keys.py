"""Excerpts and spun copies in parts: keys meet, pairs that share enough are judged where the left one lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U64, Bool
from dedup.comparison.likely import likely
from dedup.comparison.order import counting, in_order
from dedup.comparison.relation import UNRELATED
from dedup.engines.exchange import Exchange, Inbox, Record, Sent
from dedup.settings import Settings
from dedup.sketches.keys import article_keys
from dedup.sketches.sharing import CROWDED
from dedup.sorting import distinct_by_bits, sorted_by_bits
from dedup.text.anchors import anchor_column
from dedup.verdicts import Links, judge
from dedup.workflows.relating import in_keys_of, unsure
from dedup.workflows.wide.boilerplate import Home, bodies_of
from dedup.workflows.wide.near import Near, Shipping, alone, asked, at_hand, no_rough, pairs_in
from dedup.workflows.wide.sheets import Layout, by_part, in_lots, places, stacked, texts_of


def judged_by_keys(
    exchange: Exchange, home: Sent, bodies: list[Sent], near: Near, layout: Layout, settings: Settings
) -> Sent:
    """The pairs that keys find, at the home of the left one: ``judged``, and ``edge`` for each."""
    knowing = [*bodies, near.alike.only("later"), near.rough]
    bits = max(1, int(near.entrants - 1).bit_length())
    keyed = exchange.step(Keying(layout, settings, exchange.parts, bits), *knowing, home=home)
    totals = keyed.only("totals")
    met = exchange.step(Sharing(layout, settings, bits), keyed.only("keys"))
    crowded = exchange.step(Crowding(layout, exchange.parts), met.only("places", "many"))
    versions = exchange.step(Versions(layout), crowded)
    sharing = [met.only("sharing"), versions]
    wanted = exchange.step(Wanting(layout, settings), *sharing)
    answered = exchange.step(Answering(), totals, wanted.only("asked"))
    chosen = exchange.step(Choosing(layout, settings), wanted.only("pairs"), totals, answered)
    shipped = exchange.step(Shipping(layout, settings), *bodies, chosen.only("asked"), home=home)
    return exchange.step(Judging(layout, settings), *bodies, chosen.only("pairs"), shipped, home=home)


class Totals(NamedTuple):
    """What is told of articles beside their bodies."""

    numbers: I64
    keys: I64
    """How many keys each has."""

    groups: I64
    """The first article of its group of near copies."""


def no_totals() -> Totals:
    """Of none."""
    return Totals(*np.zeros((3, 0), np.int64))


class Entrants(NamedTuple):
    """The articles of a part whose keys are compared."""

    home: Home
    speaks: Bool
    """Shape (articles,): whether an article enters."""

    groups: I64
    """Shape (articles,): the first article of its group of near copies."""


def entrants_of(part: int, inbox: Inbox, layout: Layout, settings: Settings) -> Entrants:
    """By what near copies told."""
    home, rough = bodies_of(part, inbox, layout, settings), stacked(inbox["rough"], no_rough)
    rows = rough.numbers - layout.firsts[part]
    speaks = alone(part, inbox, layout, home, rows, settings)
    speaks[rows] = rough.speaks
    groups = home.numbers.copy()
    groups[rows] = rough.groups
    return Entrants(home, speaks, groups)


class Keys(NamedTuple):
    """Keys of a part's articles."""

    part: int
    keys: U64
    rows: I32
    """The places of the articles in the part."""


@dataclass(frozen=True, slots=True)
class Keying:
    """Bodies to keys."""

    layout: Layout
    settings: Settings
    parts: int
    bits: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where each key meets its like; to itself ``totals``."""
        home, speaks, groups = entrants_of(part, inbox, self.layout, self.settings)
        entering = np.flatnonzero(speaks)
        for lot in in_lots(home.words.lengths[entering]):
            some = entering[lot]
            keys, rows, totals = keys_of(home, some, self.settings, self.bits)
            yield Record(part, "totals", Totals(home.numbers[some], totals, groups[some]))
            to = ((keys >> np.uint64(40)) % np.uint64(self.parts)).astype(np.int64)
            for part_, *columns in by_part(to, keys, some[rows].astype(np.int32)):
                yield Record(part_, "keys", Keys(part, *columns))


def keys_of(home: Home, rows: I64, settings: Settings, bits: int) -> tuple[U64, I64, I64]:
    """The keys of some articles of a part, as ``article_keys`` gives them."""
    texts, stems = texts_of(home.bodies(rows), settings)
    in_keys, common = in_keys_of(anchor_column(texts.words, texts.rare), texts, stems, settings)
    return article_keys(in_keys, bits, common)


class Shared(NamedTuple):
    """Pairs that share keys which met in one place, for the home of the left one."""

    lefts: I32
    """By their places there."""

    rights: I64
    counts: np.ndarray[tuple[int], np.dtype[np.uint16]]


def shared_by(pairs: U64, articles: I64, layout: Layout) -> Iterator[Record]:
    """``sharing`` from pairs of places in ``articles``, as ``left << 32 | right``, as often as they share a key."""
    pairs = sorted_by_bits(pairs, 0)
    firsts = (
        np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if len(pairs) else np.zeros(0, np.int64)
    )
    counts = np.minimum(np.diff(np.append(firsts, len(pairs))), 0xFFFF).astype(np.uint16)
    distinct = pairs[firsts]
    lefts = articles[(distinct >> np.uint64(32)).astype(np.int64)]
    rights = articles[(distinct & np.uint64(0xFFFFFFFF)).astype(np.int64)]
    for to, left, right, count in by_part(layout.part_of(lefts), lefts, rights, counts):
        yield Record(to, "sharing", Shared((left - layout.firsts[to]).astype(np.int32), right, count))


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who shares keys with whom."""

    layout: Layout
    settings: Settings
    bits: int
    """Which a key has free, at its low end: enough for all articles."""

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the homes of left articles ``sharing``, by keys that few articles hold. To those of all articles that
        share keys ``places``: in how many such keys they stand, and in how many that more hold; ``many``: the latter.
        """
        some: Sequence[Keys] = inbox["keys"]
        keys = np.concatenate([one.keys for one in some])
        numbers = np.concatenate([self.layout.firsts[one.part] + one.rows for one in some])
        articles, where = np.unique(numbers, return_inverse=True)
        mask = np.uint64((1 << self.bits) - 1)
        together = distinct_by_bits(np.bitwise_or(keys, where.astype(np.uint64)), 64)
        keys, where = together & ~mask, (together & mask).astype(np.int64)
        begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        sizes = np.diff(np.append(begins, len(keys)))
        size = np.repeat(sizes, sizes)
        few, many = (size > 1) & (size <= self.settings.max_key_articles), size > self.settings.max_key_articles
        bucket, member = np.repeat(np.arange(len(sizes)), sizes)[few], where[few].astype(np.uint64)
        pairs = [np.zeros(0, np.uint64)]
        for apart in range(1, self.settings.max_key_articles):
            both = bucket[apart:] == bucket[:-apart]
            pairs.append(member[:-apart][both] << np.uint64(32) | member[apart:][both])
        yield from shared_by(np.concatenate(pairs), articles, self.layout)
        counts = np.stack([np.bincount(where[which], minlength=len(articles)) for which in (few, many)], axis=1)
        held = np.flatnonzero(counts.any(axis=1))
        for to, rows, numbers_ in by_part(self.layout.part_of(articles[held]), held, articles[held]):
            yield Record(to, "places", (numbers_ - self.layout.firsts[to], counts[rows].astype(np.int32)))
        of_many = articles[where[many]]
        for to, numbers_, some_keys in by_part(self.layout.part_of(of_many), of_many, keys[many]):
            yield Record(to, "many", (numbers_ - self.layout.firsts[to], some_keys))


@dataclass(frozen=True, slots=True)
class Crowding:
    """Which articles are one of many versions of a story: most of the keys that they share are held by many."""

    layout: Layout
    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where keys meet ``crowded``: keys that many hold, and articles of such stories."""
        if not inbox["many"]:
            return
        counts = np.zeros((self.layout.size(part), 2), np.int64)
        for rows, some in inbox["places"]:
            counts[rows] += some
        crowded = counts[:, 1] > CROWDED * counts.sum(axis=1)
        rows, keys = (np.concatenate(columns) for columns in zip(*inbox["many"], strict=True))
        rows, keys = rows[crowded[rows]], keys[crowded[rows]]
        to = ((keys >> np.uint64(40)) % np.uint64(self.parts)).astype(np.int64)
        for part_, some_keys, numbers in by_part(to, keys, rows + self.layout.firsts[part]):
            yield Record(part_, "crowded", (some_keys, numbers))


@dataclass(frozen=True, slots=True)
class Versions:
    """Of the versions of a story that hold a key, the first is paired with all others."""

    layout: Layout

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the homes of left articles ``sharing``."""
        keys, numbers = (np.concatenate(columns) for columns in zip(*inbox["crowded"], strict=True))
        articles, where = np.unique(numbers, return_inverse=True)
        order = np.lexsort((where, keys))
        keys, where = keys[order], where[order]
        first = np.concatenate([[True], keys[1:] != keys[:-1]])
        firsts = where[np.flatnonzero(first)][np.cumsum(first) - 1]
        pairs = firsts.astype(np.uint64) << np.uint64(32) | where.astype(np.uint64)
        yield from shared_by(pairs[~first], articles, self.layout)


class Wanted(NamedTuple):
    """Pairs that share enough keys, unless they have too many."""

    pairs: I64
    counts: I64


def none_wanted() -> Wanted:
    """None."""
    return Wanted(np.zeros((0, 2), np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Wanting:
    """Which pairs share enough keys."""

    layout: Layout
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To itself ``pairs``; to the homes of right articles what is ``asked`` of them."""
        bits = max(1, int(self.layout.articles - 1).bit_length())
        every = [
            np.repeat(some.lefts.astype(np.uint64) << np.uint64(bits) | some.rights.astype(np.uint64), some.counts)
            for some in inbox["sharing"]
        ]
        high = bits + max(1, int(self.layout.size(part) - 1).bit_length())
        found = sorted_by_bits(np.concatenate(every), 0, high)
        firsts = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
        sums = np.diff(np.append(firsts, len(found)))
        enough = sums >= self.settings.min_shared_keys
        both, sums = found[firsts[enough]], sums[enough]
        lefts = (both >> np.uint64(bits)).astype(np.int64) + self.layout.firsts[part]
        pairs = np.stack([lefts, (both & np.uint64((1 << bits) - 1)).astype(np.int64)], axis=1)
        yield Record(part, "pairs", Wanted(pairs, sums))
        yield from asked(part, pairs[:, 1], self.layout)


@dataclass(frozen=True, slots=True)
class Answering:
    """How many keys articles have, to those who ask."""

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each of them ``totals``."""
        own = stacked(inbox["totals"], no_totals)
        for to, numbers in inbox["asked"]:
            yield Record(to, "totals", Totals(*(column[places(own.numbers, numbers)] for column in own)))


@dataclass(frozen=True, slots=True)
class Choosing:
    """Which pairs share enough of the keys of one, and are no near copies of each other's groups."""

    layout: Layout
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To itself ``pairs``; to the homes of right articles what is ``asked`` of them."""
        wanted = stacked(inbox["pairs"], none_wanted)
        totals = stacked(inbox["totals"], no_totals)
        order = np.argsort(totals.numbers)
        at = order[np.searchsorted(totals.numbers[order], wanted.pairs)]
        fewer = totals.keys[at].min(axis=1) if len(at) else np.zeros(0, np.int64)
        strangers = totals.groups[at[:, 0]] != totals.groups[at[:, 1]]
        pairs = wanted.pairs[(wanted.counts >= self.settings.min_key_share * fewer) & strangers]
        if len(pairs):
            yield Record(part, "pairs", pairs)
            yield from asked(part, pairs[:, 1], self.layout)


class Judged(NamedTuple):
    """Verdicts on pairs that share keys."""

    pairs: I64
    """Shape (pairs, 2), numbers of articles, left < right."""

    links: Links
    """The same with places; what it has of articles is in ``sizes``."""

    sizes: I64
    """Shape (pairs, 2): distinct shingles of the two."""


@dataclass(frozen=True, slots=True)
class Judging:
    """The verdict on each pair that shares enough keys."""

    layout: Layout
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To itself ``judged`` and ``edge``: those that are related, or may be spun copies."""
        if not inbox["pairs"]:
            return
        pairs = pairs_in(inbox)
        bodies = at_hand(bodies_of(part, inbox, self.layout, self.settings), inbox, pairs)
        local = places(bodies.numbers, pairs).astype(np.int32)
        texts, _ = texts_of(bodies, self.settings)
        found = counting(anchor_column(texts.words, texts.rare))
        local = local[in_order(found, local, self.settings.min_key_order)]
        among = likely(texts, found, local, self.settings, min(self.settings.min_review, self.settings.min_rewrite))
        judged = judge(texts, local, self.settings, None, among)
        judged = judged.take((judged.relations != UNRELATED) | unsure(judged, self.settings))
        numbers, sizes = bodies.numbers[judged.pairs], judged.sizes[judged.pairs]
        yield Record(part, "judged", Judged(numbers, judged._replace(sizes=np.zeros(0, np.int64)), sizes))
        yield Record(part, "edge", numbers)
