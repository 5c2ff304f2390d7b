"""The collection: all articles of a scan, read and stripped of the footers that the catalogue knows, in order of
id."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import gt
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from dedup.columns import I32, I64, column
from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import Catalogue
from dedup.footers.spans import Spans
from dedup.memory import Memory
from dedup.model import Article, Heads, Unreadable
from dedup.readers import Batch, Piece, Sift, articles_at, batches
from dedup.settings import Settings
from dedup.steps import Example, Prepared, Preparing, Work, lost
from dedup.text.stems import Stems
from dedup.text.words import Joining, Words
from dedup.workflows.stopwatch import Stopwatch

NAVIGATION = "navigation-lines"
"""The id of navigation that is told by its form."""

Progress = Callable[[str, int], None]
"""Told the name of the stage at work and how many articles were read so far."""


def ignore(stage: str, articles: int) -> None:
    """The progress that nobody watches."""


def footer_names(catalogue: Catalogue | None) -> list[str]:
    """The ids of the footers that are known before a collection is read, by number."""
    return [*(entry.name for entry in (catalogue.entries if catalogue else ())), NAVIGATION]


class Held(NamedTuple):
    """All articles of a scan, in order of reading."""

    heads: Heads
    words: Words
    spans: Spans
    stems: Stems
    examples: list[tuple[str, int, str]]
    """For some footers, by key, an article that holds it, by number, and its text there."""

    pieces: list[Piece]
    articles: list[int]
    """How many articles each piece gave."""

    unreadable: list[Unreadable]
    rows: I64
    """Shape (articles,): where each article stands among those of a state."""


class Keeper(Protocol):
    """Whoever holds what is read."""

    sift: Sift | None
    """Tells which files to read."""

    def to_read(self, batch: Batch) -> Batch | None:
        """What to read of a batch."""

    def keep(self, part: Prepared) -> None:
        """Take over what was read, in order."""

    def note(self, unreadable: Unreadable) -> None:
        """Take note of what the walk could not read."""

    def held(self) -> Held:
        """All that there is, once everything was read."""


class InMemory:
    """The keeper of a scan that remembers nothing of others."""

    sift: Sift | None = None

    def __init__(self, names: Sequence[str], memory: Memory) -> None:
        """``names`` are the ids of known footers; columns lie in ``memory``."""
        self._names, self._heads, self._unreadable = names, Heads(), list[Unreadable]()
        self._words, self._stems = Joining(memory), Stems()
        self._spans, self._span_ends = memory.growing(np.int32), [np.zeros(1, np.int64)]
        self._examples: dict[int, Example] = {}
        self._pieces, self._articles = list[Piece](), list[int]()
        self._sources: dict[str | None, str | None] = {}

    def to_read(self, batch: Batch) -> Batch:
        """All of it."""
        return batch

    def note(self, unreadable: Unreadable) -> None:
        """Take note of what the walk could not read."""
        self._unreadable.append(unreadable)

    def keep(self, part: Prepared) -> None:
        """Take over what was read."""
        first_examples(self._examples, part.examples, len(self._heads))
        part.heads.sources = [
            self._sources.setdefault(source, source) for source in part.heads.sources
        ]  # one of each
        self._heads.extend(part.heads)
        self._unreadable += part.unreadable
        self._pieces += part.pieces.pieces
        self._articles += part.pieces.articles
        for entries in part.stems:
            self._stems.add(entries)
        for bodies in part.bodies:
            self._words.append(bodies.words)
            self._span_ends.append(len(self._spans) // 3 + bodies.spans.stops)
            self._spans.append(bodies.spans.values.reshape(-1))

    def held(self) -> Held:
        """All that was read."""
        examples = [(self._names[number], one.article, one.text) for number, one in self._examples.items()]
        spans = column(self._spans.filled().reshape(-1, 3), np.concatenate(self._span_ends))
        return Held(
            self._heads, self._words.joined(), spans, self._stems, examples, self._pieces,
            self._articles, self._unreadable, np.arange(len(self._heads)),
        )  # fmt: skip


def first_examples(known: dict[int, Example], more: dict[int, Example], after: int) -> None:
    """Keep of each footer the example of the first id; ``after`` articles came before those of ``more``."""
    for footer, example in more.items():
        if footer not in known or example.id < known[footer].id:
            known[footer] = example._replace(article=after + example.article)


class Collection(NamedTuple):
    """All articles of a scan, in order of id."""

    heads: Heads
    words: Words
    """What known footers leave of each; the places are those of all words."""

    spans: Spans
    """What was set aside, in words of the text."""

    stems: Stems
    """The stems of all words."""

    examples: dict[tuple[str, int], str]
    """The text of some footers, by key, in an article, by number."""

    pieces: list[Piece]
    """What the articles were read from."""

    counts: list[int]
    """How many articles each piece gave."""

    sources: I32
    """Shape (articles,): the number of the piece that each came with."""

    ordinals: I32
    """Shape (articles,): its place among the articles of that piece."""

    unreadable: list[Unreadable]
    renamed: int
    rows: I64
    """Shape (articles,): where each article stands among those of a state."""


def read_collection(
    paths: Sequence[str | Path],
    settings: Settings,
    catalogue: Catalogue | None,
    engine: LocalEngine,
    watch: Stopwatch,
    tell: Progress,
    keeper: Keeper | None = None,
) -> Collection:
    """Read all articles and put them in order of id, so that the order of files changes nothing."""
    keeper = keeper or InMemory(footer_names(catalogue), engine.memory)

    def works() -> Iterator[Work]:
        for number, batch in enumerate(batches(paths, settings, keeper.sift)):
            if isinstance(batch, Unreadable):
                keeper.note(batch)
            elif (wanted := keeper.to_read(batch)) is not None:
                yield Work(number, wanted)

    preparing, articles = Preparing(settings, catalogue), 0
    part: Prepared
    for part in engine.map(preparing, works(), halves=Work.halves, lost=lost):
        watch.add(part.cost, elsewhere=part.process != os.getpid())
        with watch.part("words"):
            keeper.keep(part)
        articles += len(part.heads)
        tell("reading", articles)
    held = keeper.held()
    sources = np.repeat(np.arange(len(held.pieces), dtype=np.int32), held.articles)
    firsts = np.cumsum([0, *held.articles])[:-1]
    ordinals = (np.arange(len(held.heads)) - firsts[sources]).astype(np.int32)
    renamed = _rename(held.heads)
    found = Collection(
        held.heads, held.words, held.spans, held.stems, {(name, i): text for name, i, text in held.examples},
        held.pieces, held.articles, sources, ordinals, held.unreadable, renamed, held.rows,
    )  # fmt: skip
    if any(map(gt, held.heads.ids, islice(held.heads.ids, 1, None))):  # files mostly come in order already
        found = _in_order(found, sorted(range(len(held.heads)), key=held.heads.ids.__getitem__))
    watch.lap("read")
    return found


def _in_order(collection: Collection, order: list[int]) -> Collection:
    at = np.array(order, np.int64)
    place = np.empty_like(at)
    place[at] = np.arange(len(at))
    return collection._replace(
        heads=collection.heads.take(order), words=collection.words.take(at), spans=collection.spans.take(at),
        examples={(name, int(place[i])): text for (name, i), text in collection.examples.items()},
        sources=collection.sources[at], ordinals=collection.ordinals[at], rows=collection.rows[at],
    )  # fmt: skip


def read_again(
    paths: Sequence[str | Path], settings: Settings, collection: Collection, wanted: Iterable[int]
) -> Iterator[tuple[int, Article]]:
    """Some articles, by number, once more.

    Args:
        paths: what was read.
        settings: how it was read.
        collection: what was found.
        wanted: numbers of articles.

    Where files have changed since, other articles come, or none.
    """
    places: dict[Piece, list[int]] = {}
    counts: dict[Piece, int] = {}
    numbers: dict[tuple[Piece, int], int] = {}
    for number in wanted:
        source, place = int(collection.sources[number]), int(collection.ordinals[number])
        piece = collection.pieces[source]
        places.setdefault(piece, []).append(place)
        counts[piece] = collection.counts[source]
        numbers[piece, place] = number
    for some in places.values():
        some.sort()
    files = {(piece.root, piece.path) for piece in places}

    def among(root: str, folder: str, names: list[str], _: int) -> list[str]:
        prefix = f"{folder}/" if folder else ""
        return [name for name in names if (root, prefix + name) in files]

    for batch in batches(paths, settings, among) if places else ():
        if isinstance(batch, Unreadable):
            continue
        for piece, place, article in articles_at(batch, places, counts, settings):
            yield numbers.pop((piece, place)), article
        if not numbers:
            return


def _rename(heads: Heads) -> int:
    """Give articles that share an id their path before it, and a number behind it if they share that, too.

    Returns how many were renamed.
    """
    if len(set(heads.ids)) == len(heads):
        return 0
    shared = {id_ for id_, count in Counter(heads.ids).items() if count > 1}
    taken = set(heads.ids) - shared
    numbers: Counter[str] = Counter()
    renamed = 0
    for i, id_ in enumerate(heads.ids):
        if id_ in shared:
            wanted = name = f"{heads.paths[i]}#{id_}"
            while name in taken:
                numbers[wanted] += 1
                name = f"{wanted}#{numbers[wanted] + 1}"
            heads.ids[i] = name
            taken.add(name)
            renamed += 1
    return renamed
