"""From a collection to bodies: footers are learned from it and set aside, and told with their counts and an
example."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from xxhash import xxh3_64_hexdigest

from dedup.alike import first_alike
from dedup.columns import I32, I64, U32, Bool, Column, chained, packed
from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import Catalogue
from dedup.footers.judging import Runs
from dedup.footers.learning import learn, names
from dedup.footers.marking import RunTable, marked
from dedup.footers.spans import (
    Spans,
    articles_of,
    before_strip,
    renumbered,
    rows_of,
    spans_of,
    strip_in_place,
    together,
    with_remnants,
)
from dedup.footers.telling import kind_told
from dedup.footers.winnowing import winnow
from dedup.model import Article, Footer, SetAsideTable
from dedup.settings import Settings
from dedup.sorting import distinct_by_bits
from dedup.steps import EXAMPLE_CHARACTERS, Bodies, comparable, known_aside
from dedup.text.places import spans as places_of
from dedup.text.words import Words, words_of
from dedup.workflows.collection import Collection, footer_names, read_again


class Run(NamedTuple):
    """A run of words that recurs, as it stands in one article."""

    name: str
    words: U32
    article: int
    held: int
    """About how many different texts hold it."""


class Stripped(NamedTuple):
    """A collection without its footers."""

    bodies: Column[np.uint32]
    """The words of each article that are compared; none of an article that is nothing but footer."""

    sentences: Column[np.uint32]
    """For each sentence of a body the number of its first word there."""

    spans: Spans
    """All footers of each article, in words of its text."""

    learned: list[Run]
    """The learned footers; in spans their numbers follow those of the catalogue and of navigation."""

    kept: list[Run]
    """Runs that recur, but were not set aside."""

    footer_only: int
    """Articles that are nothing but footer."""


def strip(collection: Collection, catalogue: Catalogue | None, settings: Settings, engine: LocalEngine) -> Stripped:
    """Learn the footers of a collection and take them out. The words of the collection are taken over, not copied."""
    words = collection.words.hashes
    if catalogue is None:
        return Stripped(words, collection.words.sentences, collection.spans, [], [], 0)
    alike = first_alike(words, engine.spread, engine.in_turn)
    firsts = np.flatnonzero(alike == np.arange(len(alike)))
    texts = words.take(firsts)
    picked = winnow(texts, settings.footer_words, engine.spread)
    learned = learn(
        texts, picked, source_numbers(collection.heads.sources)[firsts], settings, engine.spread, engine.memory.let_go
    )
    del picked
    footers_, kept = (runs_of(texts, found, firsts, settings) for found in (learned.footers, learned.kept))
    table = RunTable(texts, learned.footers, settings.footer_words)
    spans = chained(engine.spread(lambda a, b: marked(texts.part(a, b), table, learned.holding[a:b]), len(texts)))
    spans = with_remnants(
        spans,
        collection.words.blocks.take(firsts),
        texts.lengths,
        most=settings.max_remnant_words,
        share=settings.min_footer_share,
    )
    number_of = {run.name: number for number, run in reversed(list(enumerate(footers_)))}
    numbers = np.array([number_of[run.name] for run in footers_], np.int32)
    spans.values[:, 0] = numbers[spans.values[:, 0]] + len(catalogue.entries) + 1
    text_of = np.searchsorted(firsts, alike)
    sentences = renumbered(collection.words.sentences.take(firsts), texts.lengths, spans).take(text_of)
    parts = engine.spread(lambda a, b: strip_in_place(texts.part(a, b), spans.part(a, b)), len(texts))
    starts, stops = (np.concatenate(bounds) for bounds in zip(*((p.starts, p.stops) for p in parts), strict=True))
    left = Column(texts.values, starts, stops).take(text_of)
    known = collection.spans
    all_spans = together(known, before_strip(spans.take(text_of), known))
    bodies = comparable(left, all_spans, settings)
    emptied = (bodies.lengths == 0) & (all_spans.lengths > 0)
    return Stripped(bodies, sentences, all_spans, footers_, kept, int(np.count_nonzero(emptied)))


def source_numbers(sources: Sequence[str | None]) -> I32:
    """A number for each article's source, -1 where it is unknown."""
    known = dict.fromkeys(sources)
    known.pop(None, None)
    numbers = {None: -1, **{source: number for number, source in enumerate(known)}}
    return np.fromiter(map(numbers.__getitem__, sources), np.int32, len(sources))


def runs_of(texts: Column[np.uint32], runs: Runs, firsts: I64, settings: Settings) -> list[Run]:
    """Runs of words with their words and names; ``firsts`` are the numbers of the articles of ``texts``."""
    spans = zip(runs.articles.tolist(), runs.firsts.tolist(), runs.stops.tolist(), strict=True)
    words = [texts[article][first:stop].copy() for article, first, stop in spans]
    articles = firsts[runs.articles].tolist()
    return [
        Run(*one)
        for one in zip(names(texts, runs, settings.footer_words), words, articles, runs.held.tolist(), strict=True)
    ]


class Footers(NamedTuple):
    """The footers of a collection, for the report."""

    footers: list[Footer]
    """The most frequent first, then in order of id."""

    set_aside: SetAsideTable
    names: list[str]
    """The id of each footer by its number."""

    held: Column[np.int32]
    """The numbers of the footers of each article, each once, ascending."""

    aggregators: Bool
    """Shape (articles,): whether it has a footer that tells of an aggregator."""

    examples: dict[str, tuple[int, str]]
    """By key of the footer the number of an article that holds it, and its text there."""

    def of(self, articles: I64) -> list[list[str]]:
        """The ids of the footers of each of some articles."""
        held = packed(self.held.take(articles))
        names_ = [self.names[number] for number in held.values.tolist()]
        return [names_[start:stop] for start, stop in zip(held.starts.tolist(), held.stops.tolist(), strict=True)]


def footers(
    stripped: Stripped,
    collection: Collection,
    catalogue: Catalogue | None,
    paths: Sequence[str | Path],
    settings: Settings,
    engine: LocalEngine,
) -> Footers:
    """What was set aside: each footer with its counts and an example, and where it stands in each article."""
    entries = catalogue.entries if catalogue else ()
    names_ = [*footer_names(catalogue), *(run.name for run in stripped.learned)]
    articles, rows = articles_of(stripped.spans), rows_of(stripped.spans)
    where, which = _each_once(articles, rows[:, 0])
    sources = source_numbers(collection.heads.sources)[where]
    from_source, _ = _each_once(which[sources >= 0], sources[sources >= 0])
    counts = np.bincount(which, minlength=len(names_)).tolist()
    source_counts = np.bincount(from_source, minlength=len(names_)).tolist()
    wanted = _examples_wanted(articles, rows[:, 0], names_, stripped.learned)
    texts = {
        one.number: text
        for one, text in zip(wanted, examples(wanted, collection, catalogue, paths, settings), strict=True)
    }
    found = listed(names_, stripped.learned, counts, source_counts, texts, catalogue, settings)
    runs = rows[:, 1:].astype(np.int64)
    places = engine.spread(
        lambda a, b: np.stack(places_of(collection.words, articles[a:b], *runs[a:b].T), axis=1), len(runs)
    )
    begins = np.flatnonzero(np.diff(articles, prepend=-1))
    some = articles[begins]
    ids = [collection.heads.ids[article] for article in some.tolist()]
    table = SetAsideTable(ids, names_, rows[:, 0], np.concatenate(places), np.append(begins, len(rows)))
    held = Column(
        which, *np.searchsorted(where, [np.arange(len(collection.heads)), np.arange(1, len(collection.heads) + 1)])
    )
    telling = np.array([*(entry.tells == "aggregator" for entry in entries), *[False] * (len(stripped.learned) + 1)])
    aggregators = np.zeros(len(collection.heads), np.bool_)
    aggregators[where[telling[which]]] = True
    shown = {one.key: (one.article, texts[one.number]) for one in wanted}
    return Footers(found, table, names_, held, aggregators, shown)


def listed(
    names_: Sequence[str],
    learned: Sequence[Run],
    counts: Sequence[int],
    source_counts: Sequence[int],
    texts: Mapping[int, str],
    catalogue: Catalogue | None,
    settings: Settings,
) -> list[Footer]:
    """The footers that articles hold, the most frequent first, then in order of id.

    Args:
        names_: ids of all footers, known ones first, then those that were ``learned``.
        learned: the runs that the collection shows.
        counts: articles that hold each.
        source_counts: known sources of these.
        texts: of some footers, by number, an example.
        catalogue: what is known.
        settings: what tells the kind of a footer.
    """
    entries = catalogue.entries if catalogue else ()
    after, found = len(names_) - len(learned), []
    for number, name in enumerate(names_):
        example = texts.get(number, "")
        if number < len(entries):
            kind, tells = entries[number].kind, entries[number].tells
        elif number < after:
            kind, tells = "navigation", "nothing"
        else:
            words = learned[number - after].words
            kind, tells = kind_told(words, 1 + example.count("\n"), catalogue, settings), "nothing"
        origin = "shipped" if number < after else "learned"
        if counts[number]:
            found.append(Footer(name, kind, origin, tells, counts[number], source_counts[number], example))
    return sorted(found, key=lambda footer: (-footer.articles, footer.id))


def _each_once(left: I64 | I32, right: I32) -> tuple[I64, I32]:
    """Pairs of numbers, in order, each once."""
    bits = max(1, int(right.max(initial=0)).bit_length())
    high = bits + max(1, int(left.max(initial=0)).bit_length())
    pairs = distinct_by_bits(left.astype(np.uint64) << np.uint64(bits) | right.astype(np.uint64), high)
    return (pairs >> np.uint64(bits)).astype(np.int64), (pairs & np.uint64((1 << bits) - 1)).astype(np.int32)


class Wanted(NamedTuple):
    """A footer whose text in an article is asked for."""

    name: str
    article: int
    number: int
    words: U32 | None = None
    """Of a run that no catalogue knows."""

    @property
    def key(self) -> str:
        """What its text in an article is known by: a learned footer may have other edges on another day."""
        return self.name if self.words is None else f"{self.name}/{xxh3_64_hexdigest(self.words.tobytes())}"


def _examples_wanted(articles: I64, footers_: I32, names_: Sequence[str], learned: Sequence[Run]) -> list[Wanted]:
    """Each footer that articles hold: a known one in the first of them, a learned one where it was learned."""
    firsts = np.full(len(names_), -1)
    firsts[footers_[::-1]] = np.arange(len(footers_))[::-1]  # of several the last stays: the first in order
    numbers = np.flatnonzero(firsts >= 0)
    after = len(names_) - len(learned)
    wanted = []
    for number, article in zip(numbers.tolist(), articles[firsts[numbers]].tolist(), strict=True):
        run = learned[number - after] if number >= after else None
        wanted.append(
            Wanted(names_[number], run.article, number, run.words) if run else Wanted(names_[number], article, number)
        )
    return wanted


def examples(
    wanted: Sequence[Wanted],
    collection: Collection,
    catalogue: Catalogue | None,
    paths: Sequence[str | Path],
    settings: Settings,
) -> list[str]:
    """The text of footers in articles, where it is not at hand read once more; empty where that has changed.

    Texts are not kept, for all of a collection to have an example of a few.
    """
    texts = [collection.examples.get((one.key, one.article), "") for one in wanted]
    missing: dict[int, list[int]] = {}
    for i, one in enumerate(wanted):
        if not texts[i]:
            missing.setdefault(one.article, []).append(i)
    again = list(read_again(paths, settings, collection, missing))
    if not again or catalogue is None:
        return texts
    asked = [[wanted[i] for i in missing[number]] for number, _ in again]
    found = in_articles(asked, [article for _, article in again], catalogue, settings)
    for (number, _), told in zip(again, found, strict=True):
        for i, text in zip(missing[number], told, strict=True):
            texts[i] = text
    return texts


def in_articles(
    wanted: Sequence[Sequence[Wanted]], articles: list[Article], catalogue: Catalogue, settings: Settings
) -> list[list[str]]:
    """The text of footers in articles: of each article those that are wanted of it, empty where they are not."""
    words = words_of([article.text for article in articles])
    bodies, _ = known_aside(words, articles, catalogue, settings)
    found = []
    for at, (asked, article) in enumerate(zip(wanted, articles, strict=True)):
        places = [_place(one, words, bodies, at) for one in asked]
        found.append([article.text[slice(*place)][:EXAMPLE_CHARACTERS] if place else "" for place in places])
    return found


def _place(footer: Wanted, words: Words, bodies: Bodies, at: int) -> tuple[int, int] | None:
    """The characters of a footer in an article of a batch; None where it is not there."""
    spans = bodies.spans.take(np.array([at]))
    if footer.words is None:
        rows = spans[0][spans[0][:, 0] == footer.number]
    else:
        first = _where(bodies.words.hashes[at], footer.words)
        row = np.array([[0, first, first + len(footer.words)]] if first >= 0 else [], np.int32).reshape(-1, 3)
        rows = before_strip(spans_of(row, np.zeros(len(row), np.int64), 1), spans).values
    if not len(rows):
        return None
    last = len(rows) if footer.words is not None else 1
    start, stop = places_of(
        words, np.array([at]), rows[:1, 1].astype(np.int64), rows[last - 1 : last, 2].astype(np.int64)
    )
    return int(start[0]), int(stop[0])


def _where(words: U32, run: U32) -> int:
    """Where a run first begins in an article, -1 if nowhere."""
    for at in np.flatnonzero(words[: len(words) - len(run) + 1] == run[0]).tolist():
        if np.array_equal(words[at : at + len(run)], run):
            return at
    return -1
