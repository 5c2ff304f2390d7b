"""Near copies in parts: bands meet, pairs are compared where the left one lies, groups where they hang together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dedup.clusters.components import gather
from dedup.columns import I32, I64, U8, U16, U64, Bool
from dedup.comparison.overlap import Overlaps
from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record, Sent
from dedup.model import LimitHit
from dedup.settings import Settings
from dedup.sketches.bands import band_keys, large_buckets, paired, sieved
from dedup.sketches.minhash import signatures
from dedup.verdicts import near_links, verify, verify_buckets
from dedup.workflows.relating import speakers, unsettled
from dedup.workflows.wide.alike import Alike, digests, first_ones
from dedup.workflows.wide.boilerplate import Home, bodies_of
from dedup.workflows.wide.components import components
from dedup.workflows.wide.sheets import Bodies, Layout, by_part, in_lots, places, stacked, together

Parts = Callable[[I64], I64]


class NearPairs(NamedTuple):
    """Near copies."""

    pairs: I64
    """Shape (pairs, 2), left < right."""

    shared: I64
    """Shape (pairs, 3): distinct shingles of the left one, of the right one, and of both."""


def no_near_pairs() -> NearPairs:
    """None."""
    return NearPairs(np.zeros((0, 2), np.int64), np.zeros((0, 3), np.int64))


class Near(NamedTuple):
    """What is known once near copies are."""

    alike: Sent
    """``later`` and ``first``: articles with equal bodies."""

    pairs: list[Sent]
    """``near`` at the home of the left one, and ``edge``."""

    rough: Sent
    """``rough``: the group of each article that has near copies, and whether it speaks, at its home."""

    entrants: int
    """Articles whose keys are compared."""

    limits: list[LimitHit]


def near_copies(exchange: Exchange, home: Sent, bodies: list[Sent], layout: Layout, settings: Settings) -> Near:
    """Find the near copies among articles; ``bodies`` is what makes bodies of what lies at home."""
    met = exchange.step(MeetingBodies(layout, settings, exchange.parts), *bodies, home=home)
    alike = exchange.step(Alike(layout), met)
    long_enough = sum(alike.values("weight"))
    banding = Banding(layout, settings, exchange.parts, max(1, int(long_enough - 1).bit_length()))
    banded = exchange.step(banding, *bodies, alike.only("later"), home=home)
    met = exchange.step(Pairing(layout, settings, banding.bits), banded)
    asked = exchange.step(Asking(layout), met.only("pairs"))
    shipped = exchange.step(Shipping(layout, settings), *bodies, asked.only("asked"), home=home)
    found = exchange.step(Verifying(layout, settings), *bodies, met.only("pairs"), shipped, home=home)
    pairs, limits = [found.only("near", "edge")], list[LimitHit]()
    if any(met.values("large")):
        hanging = components(exchange, [met.only("edge")], part_of=layout.part_of)
        bundled = exchange.step(
            BundlingBuckets(layout, settings, exchange.parts), *bodies, hanging, met.only("bucket"), home=home
        )
        settled = exchange.step(SettlingBuckets(layout, settings), bundled)
        pairs.append(settled.only("near", "edge"))
        limits += unsettled(sum(settled.values("unsettled")), settings)
    hanging = components(exchange, _all(pairs, "edge"), part_of=layout.part_of)
    bundled = exchange.step(
        Bundling(layout, settings, exchange.parts),
        *bodies, alike.only("later"), hanging, *(some.only("near") for some in pairs), home=home,
    )  # fmt: skip
    grouped = exchange.step(Grouping(layout, settings), bundled.only("bodies", "near"))
    entrants = sum(bundled.values("alone")) + sum(grouped.values("speaking"))
    return Near(alike, pairs, grouped.only("rough"), entrants, limits)


def _all(some: list[Sent], kind: str) -> list[Sent]:
    return [sent.only(kind) for sent in some]


@dataclass(frozen=True, slots=True)
class MeetingBodies:
    """Digests of bodies, and whether each has shingles."""

    layout: Layout
    settings: Settings
    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where digests meet."""
        words = bodies_of(part, inbox, self.layout, self.settings).words
        long_enough = (words.lengths >= self.settings.shingle_words).astype(np.int64)
        return digests(part, self.parts, words, long_enough)


class BandKeys(NamedTuple):
    """Hashes of bands of a part's articles."""

    part: int
    bands: U8 | U16
    keys: U64
    rows: I32
    """The places of the articles in the part."""


@dataclass(frozen=True, slots=True)
class Banding:
    """Signatures to bands."""

    layout: Layout
    settings: Settings
    parts: int
    bits: int
    """By how many bits a hash is shortened, for the verdict of one machine on what collides."""

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where each band meets its like."""
        home = bodies_of(part, inbox, self.layout, self.settings)
        first = first_ones(part, self.layout, inbox)
        articles = np.flatnonzero(first & (home.words.lengths >= self.settings.shingle_words))
        for lot in in_lots(home.words.lengths[articles]):
            some = articles[lot]
            keys = band_keys(signatures(home.words.take(some), self.settings).rows, self.settings, self.bits)
            bands = np.repeat(np.arange(len(keys), dtype=np.min_scalar_type(len(keys))), len(some))
            rows = np.tile(some.astype(np.int32), len(keys))
            flat = keys.reshape(-1)
            to = (flat >> np.uint64(40)) + bands.astype(np.uint64) * np.uint64(7919)
            for part_, *columns in by_part((to % np.uint64(self.parts)).astype(np.int64), bands, flat, rows):
                yield Record(part_, "bands", BandKeys(part, *columns))


class Bucket(NamedTuple):
    """More articles than are paired up that share a band."""

    band: int
    key: int
    members: I64
    """Ascending."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which articles share a band."""

    layout: Layout
    settings: Settings
    bits: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the home of each left article ``pairs``; of large buckets, to that of the first member, the ``bucket``;
        ``edge``: which articles large buckets hold together. Nowhere, whether there are ``large`` ones."""
        some: Sequence[BandKeys] = inbox["bands"]
        bands, keys = (np.concatenate([getattr(one, name) for one in some]) for name in ("bands", "keys"))
        numbers = np.concatenate([self.layout.firsts[one.part] + one.rows for one in some])
        articles, where = np.unique(numbers, return_inverse=True)
        order = np.lexsort((where, keys, bands))
        bounds = np.searchsorted(bands[order], np.arange(self.settings.bands + 1))
        found, large = [np.zeros(0, np.uint64)], False
        for band, (first, stop) in enumerate(pairwise(bounds.tolist())):
            rows = order[first:stop]
            own = np.bitwise_or(keys[rows], where[rows].astype(np.uint64))
            found.append(paired(own, self.bits, self.settings.whole_bucket))
            for begin, end in large_buckets(own, self.bits, self.settings.whole_bucket):
                large, members = True, articles[where[rows[begin:end]]]
                to = int(self.layout.part_of(members[:1])[0])
                yield Record(to, "bucket", Bucket(band, int(keys[rows[begin]]), members))
                edges = np.stack([np.full(len(members) - 1, members[0]), members[1:]], axis=1)
                yield Record(to, "edge", edges)
        packed_ = np.unique(np.concatenate(found))
        mask = np.uint64((1 << self.bits) - 1)
        pairs = np.stack(
            [
                articles[(packed_ >> np.uint64(self.bits)).astype(np.int64)],
                articles[(packed_ & mask).astype(np.int64)],
            ],
            axis=1,
        )
        for to, rows in by_part(self.layout.part_of(pairs[:, 0]), pairs):
            yield Record(to, "pairs", rows)
        yield Record(NOWHERE, "large", large)


def pairs_in(inbox: Inbox, kind: str = "pairs") -> I64:
    """The pairs that were sent to the home of their left article, in order, each once."""
    return np.unique(np.concatenate([np.zeros((0, 2), np.int64), *inbox[kind]]), axis=0)


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose bodies are needed to compare pairs at the home of the left one."""

    layout: Layout

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the homes of right articles: which, and by whom."""
        return asked(part, pairs_in(inbox)[:, 1], self.layout)


def asked(part: int, numbers: I64, layout: Layout) -> Iterator[Record]:
    """``asked`` of others: the numbers of articles that a part needs and has not."""
    wanted = np.unique(numbers)
    for to, some in by_part(layout.part_of(wanted), wanted):
        if to != part:
            yield Record(to, "asked", (part, some))


@dataclass(frozen=True, slots=True)
class Shipping:
    """Bodies to those who ask for them."""

    layout: Layout
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each of them ``bodies``."""
        if inbox["asked"]:
            home = bodies_of(part, inbox, self.layout, self.settings)
            for to, numbers in inbox["asked"]:
                yield from ship(home, to, numbers - home.numbers[0])


def ship(home: Home, to: int, rows: I64) -> Iterator[Record]:
    """The ``bodies`` of some articles of a part to another, some at a time."""
    for lot in in_lots(home.words.lengths[rows]):
        yield Record(to, "bodies", home.bodies(rows[lot]))


def at_hand(home: Home, inbox: Inbox, pairs: I64) -> Bodies:
    """The bodies of all articles in pairs: those at home, and those that came."""
    left = np.unique(pairs)
    own = left[(left >= home.numbers[0]) & (left <= home.numbers[-1])] - home.numbers[0]
    return together([home.bodies(own), *inbox["bodies"]])


@dataclass(frozen=True, slots=True)
class Verifying:
    """Candidates to near pairs."""

    layout: Layout
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To itself ``near``, and ``edge``."""
        if not inbox["pairs"]:
            return
        wanted = pairs_in(inbox)
        bodies = at_hand(bodies_of(part, inbox, self.layout, self.settings), inbox, wanted)
        pairs = places(bodies.numbers, wanted).astype(np.int32)
        rows = signatures(bodies.words, self.settings).rows
        pairs = pairs[sieved(pairs, rows, self.settings)]
        found, overlaps = verify(bodies.words, pairs, self.settings)
        yield from near_records(bodies.numbers[found], overlaps, lambda _: np.full(len(found), part))


def near_records(pairs: I64, overlaps: Overlaps, part_of: Parts) -> Iterator[Record]:
    """Near pairs to the parts of their left articles, and as edges."""
    shared = np.stack(overlaps, axis=1)
    for to, some, counts in by_part(part_of(pairs[:, 0]), pairs, shared):
        yield Record(to, "near", NearPairs(some, counts))
        yield Record(to, "edge", some)


class Labels(NamedTuple):
    """Which articles of a part hang together with which."""

    rows: I64
    """Those that hang together with any, ascending, by their places in the part."""

    labels: I64
    """The first article of all that hang together with each."""

    def of(self, rows: I64) -> I64:
        """The labels of some, which have one."""
        found: I64 = self.labels[np.searchsorted(self.rows, rows)]
        return found


def labels_in(part: int, inbox: Inbox, layout: Layout) -> Labels:
    """What ``components`` sent to a part."""
    found = np.concatenate([np.zeros((0, 2), np.int64), *inbox["label"]])
    found = found[np.argsort(found[:, 0])]
    return Labels(found[:, 0] - layout.firsts[part], found[:, 1])


def part_of_label(labels: I64, parts: int) -> I64:
    """Where articles meet that hang together."""
    mixed = labels.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(32)).astype(np.int64) % parts


@dataclass(frozen=True, slots=True)
class BundlingBuckets:
    """Large buckets that share articles to one place."""

    layout: Layout
    settings: Settings
    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To it the ``bucket`` s and the ``bodies`` of their members."""
        labels = labels_in(part, inbox, self.layout)
        if not len(labels.rows):
            return
        home = bodies_of(part, inbox, self.layout, self.settings)
        for to, rows in by_part(part_of_label(labels.labels, self.parts), labels.rows):
            yield from ship(home, to, rows)
        for bucket in inbox["bucket"]:
            label = labels.of(bucket.members[:1] - home.numbers[0])
            yield Record(int(part_of_label(label, self.parts)[0]), "bucket", bucket)


@dataclass(frozen=True, slots=True)
class SettlingBuckets:
    """The near copies in large buckets, by pivots."""

    layout: Layout
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the homes of left articles ``near`` and ``edge``; nowhere, how many places stayed ``unsettled``."""
        bodies = together(inbox["bodies"])
        buckets = [
            places(bodies.numbers, bucket.members).astype(np.int32)
            for bucket in sorted(inbox["bucket"], key=lambda bucket: bucket[:2])
        ]
        made = signatures(bodies.words, self.settings)
        pairs, overlaps, left = verify_buckets(bodies.words, buckets, made, self.settings)
        yield from near_records(bodies.numbers[pairs], overlaps, self.layout.part_of)
        yield Record(NOWHERE, "unsettled", left)


@dataclass(frozen=True, slots=True)
class Bundling:
    """Articles that near pairs hold together to one place."""

    layout: Layout
    settings: Settings
    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To it ``bodies`` and ``near``; nowhere, how many are ``alone``, long enough, and not later ones."""
        home = bodies_of(part, inbox, self.layout, self.settings)
        labels = labels_in(part, inbox, self.layout)
        for to, rows in by_part(part_of_label(labels.labels, self.parts), labels.rows):
            yield from ship(home, to, rows)
        yield from near_pairs_of_label(inbox, labels, home.numbers[0], self.parts)
        yield Record(
            NOWHERE, "alone", int(np.count_nonzero(alone(part, inbox, self.layout, home, labels.rows, self.settings)))
        )


def near_pairs_of_label(inbox: Inbox, labels: Labels, first: int, parts: int) -> Iterator[Record]:
    """``near`` pairs from a part, whose first article is ``first``, to where all comes that hangs together."""
    near = stacked(inbox["near"], no_near_pairs)
    of_left = labels.of(near.pairs[:, 0] - first)
    for to, *columns in by_part(part_of_label(of_left, parts), *near):
        yield Record(to, "near", NearPairs(*columns))


def alone(part: int, inbox: Inbox, layout: Layout, home: Home, grouped: I64, settings: Settings) -> Bool:
    """Which articles of a part speak for nobody but themselves: no later ones, none of those that are grouped, and
    long enough."""
    found = first_ones(part, layout, inbox) & (home.words.lengths >= settings.min_whole_words)
    found[grouped] = False
    return found


class Rough(NamedTuple):
    """Articles that have near copies."""

    numbers: I64
    groups: I64
    """The first article of each one's group."""

    speaks: Bool
    """Whether its keys are compared."""


def no_rough() -> Rough:
    """None."""
    return Rough(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))


@dataclass(frozen=True, slots=True)
class Grouping:
    """Near pairs to groups."""

    layout: Layout
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the home of each article its ``rough`` group; nowhere, how many are ``speaking``."""
        bodies = together(inbox["bodies"])
        near = stacked(inbox["near"], no_near_pairs)
        pairs = places(bodies.numbers, near.pairs).astype(np.int32)
        links = near_links(bodies.words, [(pairs, Overlaps(*near.shared.T))])
        words, settings = bodies.words, self.settings
        rough = gather(words, links.pairs, links.evidence.resemblance, links.sizes, settings)
        speaks = np.zeros(len(words), np.bool_)
        speaks[speakers(words.lengths, rough, links, settings)] = True
        speaks &= words.lengths >= settings.min_whole_words
        found = Rough(bodies.numbers, bodies.numbers[rough], speaks)
        for to, *columns in by_part(self.layout.part_of(bodies.numbers), *found):
            yield Record(to, "rough", Rough(*columns))
        yield Record(NOWHERE, "speaking", int(np.count_nonzero(speaks)))
