"""The pure steps from files to bodies that every engine runs on batches: read, take apart, set known footers aside.

Plain functions of values that can be sent to another process or machine. They know the order of nothing; the
workflows do. What follows on bodies is in ``verdicts``.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

from dedup.columns import I64, U64, Column
from dedup.footers.catalogue import Catalogue
from dedup.footers.lines import navigation
from dedup.footers.matching import found
from dedup.footers.repeats import Repeats
from dedup.footers.spans import Spans, articles_of, in_text, less, no_spans, stripped, together, with_remnants
from dedup.model import Article, Heads, Marker, Unreadable
from dedup.readers import Batch, LineBlock, Piece, Pieces, halves, readings, shown_paths
from dedup.settings import Settings
from dedup.text.places import spans as places_of
from dedup.text.stems import Vocabulary
from dedup.text.words import Words, words_of
from dedup.text.written import Written, written

CHARACTERS_AT_ONCE = 1 << 21
"""Text that waits to be taken apart into words at once."""

EXAMPLE_CHARACTERS = 500
"""The most that is kept of a footer as its example."""


class Work(NamedTuple):
    """A batch with its number in the order of reading."""

    number: int
    batch: Batch

    def halves(self) -> "list[Work]":
        """The same as two of half as many files or lines; as itself alone where it has but one."""
        return [Work(self.number, part) for part in halves(self.batch)]


class Bodies(NamedTuple):
    """Articles without the footers that the catalogue knows."""

    words: Words
    """What is left; its places are those of all words of the text."""

    spans: Spans
    """What was set aside, in words of the text. The number after the catalogue's entries is navigation told by its
    form."""


class Example(NamedTuple):
    """A footer as it stands in an article."""

    id: str
    """Of the article."""

    article: int
    """Its number."""

    text: str


@dataclass(slots=True)
class Prepared:
    """A batch of articles, read, taken apart into words and stripped of known footers."""

    number: int
    """Of the batch."""

    heads: Heads
    bodies: list[Bodies]
    """The articles, in order, in parts."""

    pieces: Pieces = field(default_factory=Pieces)
    """What they were read from; a piece that is known by its digest gave none."""

    unreadable: list[Unreadable] = field(default_factory=list)
    """In order of pieces."""

    examples: dict[int, Example] = field(default_factory=dict)
    """For each known footer that was found, it as it stands in the article of the first id that holds it."""

    stems: list[U64] = field(default_factory=list)
    """The words of the articles that were met first here, with their stems, part by part, as ``Vocabulary.new``
    gives them."""

    cost: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Wall and CPU seconds of ``read``, ``words``, ``stems`` and ``catalogue``."""

    process: int = 0
    """Number of the process that did it."""


class Preparing:
    """``prepare`` for one batch after another of a scan."""

    def __init__(self, settings: Settings, catalogue: Catalogue | None) -> None:
        self._settings, self._catalogue = settings, catalogue
        self._vocabulary, self._repeats = Vocabulary(settings.stem_language), Repeats()

    def __call__(self, work: Work) -> Prepared:
        """A batch prepared."""
        return prepare(work, self._settings, self._catalogue, self._vocabulary, self._repeats)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without what it has met: another process has met nothing yet."""
        return Preparing, (self._settings, self._catalogue)


def prepare(
    work: Work, settings: Settings, catalogue: Catalogue | None, vocabulary: Vocabulary, repeats: Repeats
) -> Prepared:
    """Read a batch, take its texts apart into words and set known footers aside.

    Without a catalogue nothing is set aside. Texts are dropped as soon as their words are known. Of the words those
    are told that no batch before had which met the same vocabulary; footers that batches before had are found again
    in ``repeats``.
    """
    prepared = Prepared(work.number, Heads(), [], process=os.getpid())
    clock = _Clock()
    for articles in _a_few(_articles(work.batch, settings, prepared)):
        clock.lap("read")
        as_written = written([article.utf8 or article.text for article in articles])
        words = words_of(as_written)
        clock.lap("words")
        prepared.stems.append(vocabulary.new(words, [article.text for article in articles]))
        clock.lap("stems")
        markers: Sequence[Sequence[Marker]] = [()] * len(articles)
        bodies = Bodies(words, no_spans(len(articles)))
        if catalogue:
            bodies, markers = known_aside(words, articles, catalogue, settings, repeats, as_written)
            _note_examples(bodies, articles, len(prepared.heads), prepared.examples)
        clock.lap("catalogue")
        prepared.bodies.append(bodies)
        prepared.heads.add(articles, markers)
    clock.lap("read")
    prepared.cost = clock.costs
    return prepared


class _Clock:
    """Wall and CPU seconds, lap by lap."""

    def __init__(self) -> None:
        self.costs: dict[str, tuple[float, float]] = {}
        self._last = perf_counter(), process_time()

    def lap(self, name: str) -> None:
        now, before = (perf_counter(), process_time()), self.costs.get(name, (0.0, 0.0))
        self.costs[name] = before[0] + now[0] - self._last[0], before[1] + now[1] - self._last[1]
        self._last = now


def known_aside(
    words: Words,
    articles: list[Article],
    catalogue: Catalogue,
    settings: Settings,
    repeats: Repeats | None = None,
    as_written: Written | None = None,
) -> tuple[Bodies, Sequence[Sequence[Marker]]]:
    """Articles without their known footers, and the markers of each. Takes ``words`` over, except for the places."""
    marks = found(words, [article.text for article in articles], catalogue, repeats, as_written)
    lines = less(navigation(words, len(catalogue.entries), settings), marks.spans)
    spans = with_remnants(
        together(marks.spans, lines),
        words.blocks,
        words.hashes.lengths,
        most=settings.max_remnant_words,
        share=settings.min_footer_share,
    )
    return Bodies(stripped(words, spans), spans), marks.markers


def comparable(bodies: Column[np.uint32], spans: Spans, settings: Settings) -> Column[np.uint32]:
    """The bodies, but no word of one of which footers left fewer than ``min_body_words``: it is nothing but
    footer."""
    only_footers = (bodies.lengths < settings.min_body_words) & (spans.lengths > 0)
    return Column(bodies.values, bodies.starts, np.where(only_footers, bodies.starts, bodies.stops))


def characters(words: Words, spans: Spans, articles: I64, runs: I64) -> I64:
    """Where runs of words of bodies stand in the texts as they were read, in characters.

    Args:
        words: of all articles, with the places of all words of their texts.
        spans: what was set aside of each.
        articles: the article of each run, shape (runs,); quick where equal ones stand together.
        runs: the first word of the body and the one after the last, shape (runs, 2), none empty.

    Returns:
        The first character and the one after the last, shape (runs, 2). A run reaches over what was set aside
        between its words.
    """
    first, stop = places_of(words, articles, *in_text(spans, articles, runs).T)
    return np.stack([first, stop], axis=1)


def _note_examples(bodies: Bodies, articles: list[Article], after: int, examples: dict[int, Example]) -> None:
    """Keep for each footer its text in the first article by id that holds it; ``after`` articles came before."""
    words, spans = bodies
    where, footers = articles_of(spans), spans.values[:, 0]
    rank = np.argsort(np.argsort(np.array([article.id for article in articles], object)))
    order = np.lexsort((rank[where], footers))
    _, firsts = np.unique(footers[order], return_index=True)
    rows = order[firsts]
    firsts, stops = places_of(words, where[rows], *spans.values[rows, 1:].astype(np.int64).T)
    for row, first, stop in zip(rows.tolist(), firsts.tolist(), stops.tolist(), strict=True):
        article, footer = articles[where[row]], int(footers[row])
        if footer not in examples or article.id < examples[footer].id:
            text = article.text[first : min(stop, first + EXAMPLE_CHARACTERS)]
            examples[footer] = Example(article.id, after + int(where[row]), text)


def _articles(batch: Batch, settings: Settings, prepared: Prepared) -> Iterator[Article]:
    """The articles of a batch; its pieces and what else there is are noted."""
    for reading in readings(batch, settings):
        articles, before = 0, len(prepared.unreadable)
        for one in reading.found:
            if isinstance(one, Unreadable):
                prepared.unreadable.append(one)
            else:
                articles += 1
                yield one
        prepared.pieces.add(reading.piece, reading.digest, articles, len(prepared.unreadable) - before)


def _a_few(found: Iterable[Article]) -> Iterator[list[Article]]:
    """The articles, some at a time."""
    articles, characters = list[Article](), 0
    for one in found:
        articles.append(one)
        characters += len(one.text)
        if characters >= CHARACTERS_AT_ONCE:
            yield articles
            articles, characters = [], 0
    yield articles


def lost(work: Work) -> Prepared:
    """What is left of a batch of one file or line whose reading ended the process that read it."""
    reason = "reading it crashed the process that read it (a damaged file, or too little memory)"
    batch, unreadable = work.batch, [Unreadable(path, reason) for path in shown_paths(work.batch)]
    pieces = Pieces()
    if isinstance(batch, LineBlock):
        pieces.add(batch.piece, b"", 0, len(unreadable))
    else:
        (folder, names), *_ = [one for one in batch.folders if one[1]]
        pieces.add(Piece(batch.root, f"{folder}/{names[0]}" if folder else names[0]), b"", 0, len(unreadable))
    return Prepared(work.number, Heads(), [], pieces, unreadable)
