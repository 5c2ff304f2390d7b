"""Footers in parts: counted where their shingles meet, judged by whoever runs the scan, set aside at home."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U32, Column, chained, column, packed
from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record, Sent
from dedup.footers.catalogue import Catalogue
from dedup.footers.counting import MOST_COUNTED, count_bits, slots_of
from dedup.footers.judging import SAMPLE, Runs, held_by, judge_held
from dedup.footers.learning import are_footers, fewest_articles
from dedup.footers.marking import RunTable, marked
from dedup.footers.spans import (
    Spans,
    articles_of,
    before_strip,
    no_spans,
    renumbered,
    rows_of,
    spans_of,
    strip_in_place,
    together,
    with_remnants,
)
from dedup.footers.votes import (
    MOST_HELD,
    Frequent,
    Suspects,
    elected,
    in_order,
    weighed,
)
from dedup.footers.winnowing import winnow
from dedup.memory import Memory
from dedup.model import LimitHit
from dedup.settings import Settings
from dedup.steps import comparable
from dedup.workflows.boilerplate import Run, runs_of, source_numbers
from dedup.workflows.wide.alike import Alike, digests, first_ones
from dedup.workflows.wide.reading import home_of
from dedup.workflows.wide.sheets import Bodies, Layout, Sheet, by_part

MOST_SUSPECTS = 1 << 20
"""Shingles that are looked at exactly, the most frequent ones, by one machine. A million made-up articles have
600,000. A limit that is met stands in the report."""


class Boilerplate(NamedTuple):
    """What is known of footers, everywhere."""

    later: list[Sent]
    """``spans``: the learned footers of each article, at its home."""

    learned: list[Run]
    limits: list[LimitHit]


def learn(
    exchange: Exchange, home: Sent, layout: Layout, catalogue: Catalogue | None, settings: Settings
) -> Boilerplate:
    """Learn the footers of the collection, and mark them at home."""
    if catalogue is None:
        return Boilerplate([], [], [])
    met = exchange.step(Meeting(exchange.parts, settings), home=home)
    alike = exchange.step(Alike(layout), met)
    texts = layout.articles - sum(alike.values("count of later"))
    in_source, across = fewest_articles(texts, settings)
    bits = count_bits(sum(alike.values("weight")))
    weighing = Weighing(layout, settings, exchange.parts, in_source)
    picked = exchange.step(Picking(layout, settings, exchange.parts, bits), alike, home=home)
    counted = exchange.step(CountingPicks(), picked)
    cast = exchange.step(weighing, alike, counted, home=home)
    voted = exchange.step(Voting(in_source, settings.min_footer_votes), cast.only("ballots"))
    found, limits = _most_frequent(
        in_order([Suspects(np.zeros(0, np.uint32), np.zeros(0, np.int64)), *voted.values("suspects")])
    )
    held = exchange.step(Holding(layout, found, exchange.parts), cast.only("frequent"))
    chosen = exchange.step(Choosing(layout), held)
    told = exchange.step(Telling(layout), chosen.only("told"), home=home)
    runs = _judged(chosen.values("holders"), told.values("texts"), found, across, settings)
    after = len(catalogue.entries) + 1
    number_of = {run.name: number for number, run in reversed(list(enumerate(runs)))}
    numbers = np.array([number_of[run.name] + after for run in runs], np.int32)
    words = [run.words for run in runs] or [np.zeros(0, np.uint32)]
    table = column(np.concatenate(words), np.cumsum([0, *(len(run.words) for run in runs)]))
    marking = Marking(layout, settings, table, numbers, found)
    marked_ = exchange.step(marking, alike, cast.only("frequent"), home=home)
    return Boilerplate([marked_.only("spans")], runs, limits)


def _most_frequent(found: Suspects) -> tuple[Suspects, list[LimitHit]]:
    if len(found.keys) <= MOST_SUSPECTS:
        return found, []
    left = len(found.keys) - MOST_SUSPECTS
    effect = "runs of words that recur, but were not looked at for being footers; the most frequent ones were"
    return Suspects(found.keys[:MOST_SUSPECTS], found.held[:MOST_SUSPECTS]), [
        LimitHit("max_suspects", MOST_SUSPECTS, left, effect)
    ]


def _judged(
    chosen: Iterable[tuple[I64, I64]], told: Iterable["Told"], found: Suspects, across: int, settings: Settings
) -> list[Run]:
    """The learned footers, by the texts of the articles that were chosen for each suspect.

    These lie in a file without a name if they are more than fit (``memory``).
    """
    holders = np.full((len(found.keys), SAMPLE), -1, np.int64)
    for which, numbers in chosen:
        holders[which] = numbers
    values, ends = Memory().growing(np.uint32), [np.zeros(1, np.int64)]
    sources, numbers_of = list[str | None](), [np.zeros(0, np.int64)]
    for one in told:
        ends.append(len(values) + one.words.stops)
        values.append(one.words.values)
        sources += one.sources
        numbers_of.append(one.numbers)
    articles = np.concatenate(numbers_of)
    order = np.argsort(articles)
    articles, words = articles[order], column(values.filled(), np.concatenate(ends)).take(order)
    local = np.where(holders >= 0, np.searchsorted(articles, holders), -1).astype(np.int32)
    of_each = source_numbers(sources)[order]
    judged = judge_held(words, local, of_each, found, fewest_across=across, settings=settings)
    return runs_of(words, judged.take(are_footers(judged, settings)), articles, settings)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Digests of the articles' words, and how many picks each has."""

    parts: int
    settings: Settings

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where digests meet."""
        words = home_of(inbox).words.hashes
        return digests(part, self.parts, words, winnow(words, self.settings.footer_words).lengths)


class Picks(NamedTuple):
    """Some picks of a part, to be counted."""

    part: int
    slots: U32
    """Shape (picks,): what each is counted in."""

    places: I32
    """Shape (picks,): where it stands among the picks of the part."""


@dataclass(frozen=True, slots=True)
class Picking:
    """The winnowed shingles of the first of equal articles."""

    layout: Layout
    settings: Settings
    parts: int
    bits: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where each is counted."""
        picked = picks_of(part, inbox, self.layout, self.settings).values
        slots = slots_of(picked, self.bits)
        places = np.arange(len(picked), dtype=np.int32)
        for to, some, where in by_part(slots * self.parts >> self.bits, slots.astype(np.uint32), places):
            yield Record(to, "picks", Picks(part, some, where))


def picks_of(part: int, inbox: Inbox, layout: Layout, settings: Settings) -> Column[np.uint32]:
    """The picks of each article of a part, one after the other; none of those that equal ones come before."""
    words = home_of(inbox).words.hashes
    stops = np.where(first_ones(part, layout, inbox), words.stops, words.starts)
    return packed(winnow(Column(words.values, words.starts, stops), settings.footer_words))


@dataclass(frozen=True, slots=True)
class CountingPicks:
    """How often each pick was picked."""

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each part the counts of its picks: of those that were picked more than once."""
        some: Sequence[Picks] = inbox["picks"]
        low = min(int(one.slots.min()) for one in some)
        counts = np.bincount(np.concatenate([one.slots for one in some]).astype(np.int64) - low)
        for one in some:
            found = np.minimum(counts[one.slots.astype(np.int64) - low], MOST_COUNTED).astype(np.uint8)
            yield Record(one.part, "counts", (one.places[found > 1], found[found > 1]))


class Ballots(NamedTuple):
    """Votes for some keys."""

    keys: U32
    numbers: I64
    """Of the articles that vote."""

    worth: U8


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the vote of each article is worth."""

    layout: Layout
    settings: Settings
    parts: int
    fewest: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where votes are counted those of the first articles that hold a key; to itself the frequent picks."""
        picked = picks_of(part, inbox, self.layout, self.settings)
        counts = np.ones(len(picked.values), np.uint8)
        for places, found in inbox["counts"]:
            counts[places] = found
        often, worth, digests_ = weighed(picked, counts, self.fewest)
        rows = np.repeat(np.arange(len(often)), often.lengths)
        often = packed(often)
        yield Record(part, "frequent", Frequent(often, digests_))
        order = np.lexsort((rows, often.values))
        keys, rows = often.values[order], rows[order]
        own = np.ones(len(keys), np.bool_)
        own[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
        keys, rows = keys[own], rows[own]
        early = rank(keys) < MOST_HELD
        keys, rows = keys[early], rows[early]
        numbers = self.layout.firsts[part] + rows
        for to, *columns in by_part((keys % np.uint32(self.parts)).astype(np.int64), keys, numbers, worth[rows]):
            yield Record(to, "ballots", Ballots(*columns))


def rank(keys: np.ndarray[tuple[int], np.dtype[np.generic]]) -> I64:
    """The place of each among those equal to it, which stand together."""
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    found: I64 = np.arange(len(keys)) - np.repeat(begins, np.diff(np.append(begins, len(keys))))
    return found


@dataclass(frozen=True, slots=True)
class Voting:
    """Which keys have enough votes."""

    fewest: int
    share: float

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """Nowhere: suspects."""
        keys, numbers, worth = (np.concatenate(columns) for columns in zip(*inbox["ballots"], strict=True))
        order = np.lexsort((numbers, keys))
        keys, worth = keys[order], worth[order]
        counted = rank(keys) < MOST_HELD
        keys, worth = keys[counted], worth[counted]
        distinct, firsts, held = np.unique(keys, return_index=True, return_counts=True)
        votes = np.add.reduceat(worth.astype(np.int64), firsts) if len(keys) else held
        yield Record(NOWHERE, "suspects", elected(distinct, held, votes, self.fewest, self.share))


class Held(NamedTuple):
    """Articles that hold suspects."""

    suspects: I64
    ranks: U32
    numbers: I64


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds the suspects."""

    layout: Layout
    suspects: Suspects
    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To where each suspect's articles are chosen those of the part that come first."""
        (frequent,) = inbox["frequent"]
        holders, ranks, _ = held_by(frequent, self.suspects)
        which, places = np.nonzero(holders >= 0)
        numbers = self.layout.firsts[part] + holders[which, places]
        for to, *columns in by_part(which % self.parts, which, ranks[which, places], numbers):
            yield Record(to, "held", Held(*columns))


@dataclass(frozen=True, slots=True)
class Choosing:
    """Which articles speak for each suspect."""

    layout: Layout

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the parts of these, whose words are wanted; nowhere, for each suspect its articles."""
        which, ranks, numbers = (np.concatenate(columns) for columns in zip(*inbox["held"], strict=True))
        order = np.lexsort((numbers, ranks, which))
        which, numbers = which[order], numbers[order]
        place = rank(which)
        which, numbers, place = (values[place < SAMPLE] for values in (which, numbers, place))
        suspects, at = np.unique(which, return_inverse=True)
        holders = np.full((len(suspects), SAMPLE), -1, np.int64)
        holders[at, place] = numbers
        yield Record(NOWHERE, "holders", (suspects, holders))
        distinct = np.unique(numbers)
        for to, some in by_part(self.layout.part_of(distinct), distinct):
            yield Record(to, "told", some)


class Told(NamedTuple):
    """Some articles as they are judged."""

    numbers: I64
    words: Column[np.uint32]
    sources: list[str | None]


@dataclass(frozen=True, slots=True)
class Telling:
    """The words of articles that speak for suspects."""

    layout: Layout

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """Nowhere: their words and sources."""
        if not inbox["told"]:
            return
        sheet, numbers = home_of(inbox), np.unique(np.concatenate(inbox["told"]))
        rows = numbers - self.layout.firsts[part]
        for some in np.array_split(rows, len(rows) // 1024 + 1):
            sources = [sheet.heads.sources[row] for row in some.tolist()]
            words = packed(sheet.words.hashes.take(some))
            yield Record(NOWHERE, "texts", Told(self.layout.firsts[part] + some, words, sources))


@dataclass(frozen=True, slots=True)
class Marking:
    """Where learned footers stand."""

    layout: Layout
    settings: Settings
    table: Column[np.uint32]
    numbers: I32
    suspects: Suspects

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each article's home its ``spans``, of those that have any: rows of articles, and the spans of each."""
        if not len(self.table):
            return
        sheet, settings = home_of(inbox), self.settings
        frequent = inbox["frequent"][0]
        _, _, holding = held_by(frequent, self.suspects)
        words, runs = sheet.words.hashes, len(self.table)
        whole = Runs(
            np.arange(runs, dtype=np.int32),
            np.zeros(runs, np.int32),
            self.table.lengths.astype(np.int32),
            *np.zeros((3, runs), np.int32),
        )
        spans = marked(words, RunTable(self.table, whole, settings.footer_words), holding)
        spans = with_remnants(
            spans, sheet.words.blocks, words.lengths, most=settings.max_remnant_words, share=settings.min_footer_share
        )
        spans.values[:, 0] = self.numbers[spans.values[:, 0]]
        rows = np.flatnonzero(spans.lengths)
        yield Record(part, "spans", (rows, packed(spans.take(rows))))
        copies = np.concatenate([np.zeros((0, 2), np.int64), *inbox["first"]])
        copies[:, 0] -= self.layout.firsts[part]
        copies = copies[spans.lengths[copies[:, 0]] > 0]
        for to, firsts, numbers in by_part(self.layout.part_of(copies[:, 1]), copies[:, 0], copies[:, 1]):
            yield Record(to, "spans", (numbers - self.layout.firsts[to], packed(spans.take(firsts))))


class Home(NamedTuple):
    """The articles of a part without their footers."""

    sheet: Sheet
    numbers: I64
    spans: Spans
    """All footers, in words of the text."""

    words: Column[np.uint32]
    """The bodies."""

    sentences: Column[np.uint32]

    def bodies(self, rows: I64) -> Bodies:
        """Some articles as they are sent."""
        return Bodies(self.numbers, self.words, self.sentences, self.sheet.stems).take(rows)


def bodies_of(part: int, inbox: Inbox, layout: Layout, settings: Settings) -> Home:
    """The articles of a part as they are compared: by its sheets, and by the spans that were sent."""
    sheet = home_of(inbox)
    words, count = sheet.words.hashes, len(sheet.heads)
    learned = learned_spans(inbox, count)
    numbers = np.arange(layout.firsts[part], layout.firsts[part] + count)
    sentences = renumbered(sheet.words.sentences, words.lengths, learned)
    left = strip_in_place(replace(words, values=words.values.copy()), learned)
    spans = together(sheet.spans, before_strip(learned, sheet.spans))
    if settings.set_aside_footers:
        left = comparable(left, spans, settings)
    return Home(sheet, numbers, spans, left, sentences)


def learned_spans(inbox: Inbox, count: int) -> Spans:
    """The learned footers of each article of a part."""
    if not inbox["spans"]:
        return no_spans(count)
    rows = np.concatenate([rows for rows, _ in inbox["spans"]])
    spans = chained([spans for _, spans in inbox["spans"]])
    order = np.argsort(rows)
    some = spans.take(order)
    return spans_of(rows_of(some), rows[order][articles_of(some)], count)
