"""What was set aside, in parts: counts and examples of footers, and where they stand in each article."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from dedup.columns import I64, U64
from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record, Sent
from dedup.footers.catalogue import Catalogue
from dedup.footers.spans import articles_of, rows_of
from dedup.model import Article, Footer, SetAsideTable
from dedup.readers import readings
from dedup.report.document import set_aside_entries
from dedup.settings import Settings
from dedup.steps import Work
from dedup.text.places import spans as places_of
from dedup.workflows.boilerplate import Run, Wanted, in_articles, listed
from dedup.workflows.collection import footer_names
from dedup.workflows.wide.boilerplate import bodies_of
from dedup.workflows.wide.sheets import Layout, by_part, hash_of


class FirstHeld(NamedTuple):
    """A footer in the first article of a part that holds it."""

    footer: int
    article: int
    """Its number."""

    text: str
    """As it stands there; empty where that is not known."""


class Where(NamedTuple):
    """Where an article was read."""

    number: int
    key: str
    """Reading key of the batch."""

    ordinal: int
    """Its place in it."""


class Stated(NamedTuple):
    """What was set aside, for the report."""

    names: list[str]
    footers: list[Footer]
    set_aside: Sent
    """``set aside``: entries of the report, nowhere, in order."""

    emptied: int
    """Articles that are nothing but footer."""


def state(
    exchange: Exchange,
    home: Sent,
    bodies: list[Sent],
    layout: Layout,
    learned: list[Run],
    inputs: "Again",
    catalogue: Catalogue | None,
    settings: Settings,
) -> Stated:
    """Count footers, and look up an example of each."""
    names = [*footer_names(catalogue), *(run.name for run in learned)]
    told = exchange.step(Stating(layout, settings, exchange.parts, names), *bodies, home=home)
    sourced = exchange.step(CountingSources(len(names)), told.only("sources"))
    none = np.zeros(len(names), np.int64)
    counts, source_counts = sum(told.values("counts"), none), sum(sourced.values("counts"), none)
    firsts: dict[int, FirstHeld] = {}
    for one in (one for some in told.values("firsts") for one in some):
        if one.footer not in firsts or one.article < firsts[one.footer].article:
            firsts[one.footer] = one
    texts = {footer: one.text for footer, one in firsts.items() if one.text}
    after = len(names) - len(learned)
    wanted = [
        Wanted(names[footer], learned[footer - after].article, footer, learned[footer - after].words)
        if footer >= after
        else Wanted(names[footer], one.article, footer)
        for footer, one in sorted(firsts.items())
        if footer not in texts or footer >= after
    ]
    if catalogue:
        texts.update(_read_again(exchange, home, layout, inputs, wanted, catalogue, settings))
    footers = listed(names, learned, counts.tolist(), source_counts.tolist(), texts, catalogue, settings)
    return Stated(names, footers, told.only("set aside"), sum(told.values("emptied")))


@dataclass(frozen=True, slots=True)
class Stating:
    """What was set aside at home."""

    layout: Layout
    settings: Settings
    parts: int
    names: list[str]

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """Nowhere: ``set aside``, ``counts`` of footers, the ``firsts`` that hold them, how many are ``emptied``. To
        where sources are counted ``sources``."""
        home = bodies_of(part, inbox, self.layout, self.settings)
        sheet, articles, rows = home.sheet, articles_of(home.spans), rows_of(home.spans)
        held = np.unique(np.stack([articles, rows[:, 0].astype(np.int64)], axis=1), axis=0)
        yield Record(NOWHERE, "counts", np.bincount(held[:, 1], minlength=len(self.names)))
        footers, at = np.unique(rows[:, 0], return_index=True)
        firsts = [
            FirstHeld(footer, int(home.numbers[row]), sheet.examples.get((footer, row), ""))
            for footer, row in zip(footers.tolist(), articles[at].tolist(), strict=True)
        ]
        yield Record(NOWHERE, "firsts", firsts)
        emptied = (home.words.lengths == 0) & (home.spans.lengths > 0)
        yield Record(NOWHERE, "emptied", int(np.count_nonzero(emptied)) if self.settings.set_aside_footers else 0)
        yield from self._sources(sheet.heads.sources, held)
        characters = np.stack(places_of(sheet.words, articles, *rows[:, 1:].astype(np.int64).T), axis=1)
        some = np.flatnonzero(home.spans.lengths)
        bounds = np.searchsorted(articles, np.append(some, len(home.numbers)))
        for begin in range(0, len(some), 4096):
            own = bounds[begin : begin + 4097]
            ids = [sheet.heads.ids[row] for row in some[begin : begin + 4096].tolist()]
            spans = slice(own[0], own[-1])
            table = SetAsideTable(ids, self.names, rows[spans, 0], characters[spans], own - own[0])
            yield Record(NOWHERE, "set aside", set_aside_entries(table))

    def _sources(self, sources: list[str | None], held: I64) -> Iterator[Record]:
        known = np.array([source is not None for source in sources], np.bool_)
        held = held[known[held[:, 0]]]
        hashes = np.array([hash_of(source or "") for source in sources], np.uint64)
        of_footers = np.unique(np.stack([held[:, 1].astype(np.uint64), hashes[held[:, 0]]], axis=1), axis=0)
        to = (of_footers[:, 1] % np.uint64(self.parts)).astype(np.int64)
        for part, some in by_part(to, of_footers):
            yield Record(part, "sources", some)


@dataclass(frozen=True, slots=True)
class CountingSources:
    """How many sources hold each footer."""

    names: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """Nowhere: ``counts``."""
        distinct: U64 = np.unique(np.concatenate(inbox["sources"]), axis=0)
        yield Record(NOWHERE, "counts", np.bincount(distinct[:, 0].astype(np.int64), minlength=self.names))


class Again(Protocol):
    """Inputs that can be read once more."""

    def again(self, keys: list[str], /) -> object:
        """The same inputs, but only the batches of these reading keys."""


def _read_again(
    exchange: Exchange,
    home: Sent,
    layout: Layout,
    inputs: Again,
    wanted: list[Wanted],
    catalogue: Catalogue,
    settings: Settings,
) -> Mapping[int, str]:
    """The text of footers, by number, in articles that are read once more."""
    of_article: dict[int, list[Wanted]] = {}
    for one in wanted:
        of_article.setdefault(one.article, []).append(one)
    if not of_article:
        return {}
    numbers = np.array(sorted(of_article), np.int64)
    found = exchange.step(Locating(layout, numbers), home=home)
    batches: dict[str, dict[int, list[Wanted]]] = {}
    for number, key, ordinal in (one for some in found.values("where") for one in some):
        batches.setdefault(key, {})[ordinal] = of_article[number]
    told = exchange.read(Rereading(batches, catalogue, settings), inputs.again(sorted(batches)))
    return {footer: text for some in told.values("examples") for footer, text in some}


@dataclass(frozen=True, slots=True)
class Locating:
    """Where some articles were read."""

    layout: Layout
    numbers: I64

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """Nowhere: ``where``."""
        found, first = list[Where](), self.layout.firsts[part]
        for sheet in inbox["home"]:
            rows = self.numbers - first
            for row in rows[(rows >= 0) & (rows < len(sheet.heads))].tolist():
                found.append(Where(int(first) + row, sheet.keys[sheet.batches[row]], int(sheet.ordinals[row])))
            first += len(sheet.heads)
        yield Record(NOWHERE, "where", found)


@dataclass(frozen=True, slots=True)
class Rereading:
    """Footers in articles of some batches."""

    batches: dict[str, dict[int, list[Wanted]]]
    """By reading key and by the place of the article in the batch, what is wanted."""

    catalogue: Catalogue
    settings: Settings

    def __call__(self, works: Iterator[tuple[str, Work]]) -> Iterator[Record]:
        """Nowhere: ``examples``, numbers of footers with their texts."""
        for key, work in works:
            asked = self.batches.get(key, {})
            every = (
                one
                for reading in readings(work.batch, self.settings)
                for one in reading.found
                if isinstance(one, Article)
            )
            articles = [(place, one) for place, one in enumerate(every) if place in asked]
            some = [asked[place] for place, _ in articles]
            texts = in_articles(some, [one for _, one in articles], self.catalogue, self.settings) if some else []
            told = [
                (one.number, text)
                for wanted, own in zip(some, texts, strict=True)
                for one, text in zip(wanted, own, strict=True)
            ]
            yield Record(NOWHERE, "examples", told)
