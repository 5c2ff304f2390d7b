"""The pure steps that every engine runs on batches: prepare, group, sketch, compare, gather.

Plain functions of values that can be sent to another process or machine. They know the order of nothing; the
workflows do.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, Bool, Column
from dedup.comparison.buckets import settle
from dedup.comparison.overlap import Overlaps, overlaps
from dedup.comparison.relation import decide
from dedup.footers.catalogue import Catalogue
from dedup.footers.lines import navigation
from dedup.footers.matching import found
from dedup.footers.spans import Spans, articles_of, less, no_spans, stripped, together, with_remnants
from dedup.model import RELATIONS, Article, Comparison, Evidence, Heads, Marker, Unreadable
from dedup.readers import Batch, halves, read, shown_paths
from dedup.settings import Settings
from dedup.sketches.bands import fewest_rows
from dedup.sketches.minhash import Signatures
from dedup.text.places import spans as places_of
from dedup.text.words import Words, digests, words_of

CHARACTERS_AT_ONCE = 1 << 20
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


@dataclass(slots=True)
class Prepared:
    """A batch of articles, read, taken apart into words and stripped of known footers."""

    number: int
    """Of the batch."""

    heads: Heads
    bodies: list[Bodies]
    """The articles, in order, in parts."""

    unreadable: list[Unreadable] = field(default_factory=list)
    examples: dict[int, tuple[str, str]] = field(default_factory=dict)
    """For each known footer that was found the first id of an article that holds it, and its text there."""

    cost: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Wall and CPU seconds of ``read``, ``words`` and ``catalogue``."""

    process: int = 0
    """Number of the process that did it."""


class Links(NamedTuple):
    """The relations between articles, found on their words."""

    pairs: I32
    """Shape (pairs, 2), left < right, each once."""

    evidence: Evidence
    sizes: I64
    """Shape (articles,): distinct shingles of each article that stands in ``pairs``."""


def prepare(work: Work, settings: Settings, catalogue: Catalogue | None) -> Prepared:
    """Read a batch, take its texts apart into words and set known footers aside.

    Without a catalogue nothing is set aside. Texts are dropped as soon as their words are known.
    """
    prepared = Prepared(work.number, Heads(), [], process=os.getpid())
    clock = _Clock()
    for articles in _some(read(work.batch, settings), prepared.unreadable):
        clock.lap("read")
        words = words_of([article.utf8 or article.text for article in articles])
        clock.lap("words")
        markers: Sequence[Sequence[Marker]] = [()] * len(articles)
        bodies = Bodies(words, no_spans(len(articles)))
        if catalogue:
            bodies, markers = known_aside(words, articles, catalogue, settings)
            _note_examples(bodies, articles, prepared.examples)
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
    words: Words, articles: list[Article], catalogue: Catalogue, settings: Settings
) -> tuple[Bodies, Sequence[Sequence[Marker]]]:
    """Articles without their known footers, and the markers of each. Takes ``words`` over, except for the places."""
    marks = found(words, [article.text for article in articles], catalogue)
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


def _note_examples(bodies: Bodies, articles: list[Article], examples: dict[int, tuple[str, str]]) -> None:
    """Keep for each footer its text in the first article by id that holds it."""
    words, spans = bodies
    where, footers = articles_of(spans), spans.values[:, 0]
    rank = np.argsort(np.argsort(np.array([article.id for article in articles], object)))
    order = np.lexsort((rank[where], footers))
    _, firsts = np.unique(footers[order], return_index=True)
    rows = order[firsts]
    firsts, stops = places_of(words, where[rows], *spans.values[rows, 1:].astype(np.int64).T)
    for row, first, stop in zip(rows.tolist(), firsts.tolist(), stops.tolist(), strict=True):
        article, footer = articles[where[row]], int(footers[row])
        if footer not in examples or article.id < examples[footer][0]:
            examples[footer] = article.id, article.text[first : min(stop, first + EXAMPLE_CHARACTERS)]


def _some(found: Iterator[Article | Unreadable], unreadable: list[Unreadable]) -> Iterator[list[Article]]:
    """The articles that are found, some at a time; what else there is goes into ``unreadable``."""
    articles, characters = list[Article](), 0
    for one in found:
        if isinstance(one, Unreadable):
            unreadable.append(one)
            continue
        articles.append(one)
        characters += len(one.text)
        if characters >= CHARACTERS_AT_ONCE:
            yield articles
            articles, characters = [], 0
    yield articles


def lost(work: Work) -> Prepared:
    """What is left of a batch of one file or line whose reading ended the process that read it."""
    reason = "reading it crashed the process that read it (a damaged file, or too little memory)"
    return Prepared(work.number, Heads(), [], [Unreadable(path, reason) for path in shown_paths(work.batch)])


def first_alike(words: Column[np.uint32]) -> I64:
    """For each article the first one with the same words in the same order, shape (articles,).

    An article without any word is like no other.
    """
    _, firsts, groups = np.unique(digests(words), return_index=True, return_inverse=True)
    alike: I64 = firsts[groups.reshape(-1)].astype(np.int64)
    alike[words.lengths == 0] = np.flatnonzero(words.lengths == 0)
    for article in np.flatnonzero(alike != np.arange(len(alike))).tolist():
        if not np.array_equal(words[article], words[int(alike[article])]):  # equal digests of other words
            alike[article] = article
    return alike


def evidence_of(found: Overlaps, identical: Bool | None = None) -> Evidence:
    """The evidence that the counts of pairs give; where nothing else is said, no pair is identical."""
    if identical is None:
        identical = np.zeros(len(found.shared), np.bool_)
    return Evidence(identical, found.resemblance, found.left_in_right, found.right_in_left)


def verify(words: Column[np.uint32], pairs: I32, settings: Settings) -> tuple[I32, Overlaps]:
    """Of candidate pairs of different articles those that are related, and what they share."""
    found = overlaps(words, pairs, settings.shingle_words)
    related = decide(evidence_of(found), settings) > 0
    return pairs[related], Overlaps(*(count[related] for count in found))


def verify_buckets(
    words: Column[np.uint32], buckets: list[I32], signatures: Signatures, settings: Settings
) -> tuple[I32, Overlaps, int]:
    """The related pairs in large buckets, what they share, and how many places in buckets stayed unsettled."""
    return settle(words, buckets, signatures.rows, fewest_rows(settings), settings)


def links(articles: int, found: list[tuple[I32, Overlaps]]) -> Links:
    """All related pairs, each once, in order."""
    pairs = np.concatenate([pairs for pairs, _ in found])
    counts = [np.concatenate(columns) for columns in zip(*(overlap for _, overlap in found), strict=True)]
    pairs, places = np.unique(pairs, axis=0, return_index=True)
    shared = Overlaps(*(count[places] for count in counts))
    sizes = np.zeros(articles, np.int64)
    sizes[pairs[:, 0]], sizes[pairs[:, 1]] = shared.left, shared.right
    return Links(pairs, evidence_of(shared), sizes)


def comparisons(words: Column[np.uint32], pairs: I32, settings: Settings) -> list[Comparison]:
    """The verdict on each of some pairs, with all its measures."""
    found = overlaps(words, pairs, settings.shingle_words)
    identical = np.array(
        [len(words[a]) > 0 and np.array_equal(words[a], words[b]) for a, b in pairs.tolist()], np.bool_
    )
    evidence = evidence_of(found, identical)
    return [
        Comparison(RELATIONS[relation], *measures)
        for relation, *measures in zip(
            decide(evidence, settings).tolist(),
            np.where(identical, 1.0, evidence.resemblance).tolist(),
            np.where(identical, 1.0, evidence.left_in_right).tolist(),
            np.where(identical, 1.0, evidence.right_in_left).tolist(),
            found.shared.tolist(),
            strict=True,
        )
    ]


def strongest(links: Links, groups: I32) -> I32:
    """For each article its most resembling partner within its group, ties to the lower number; -1 for none."""
    within = groups[links.pairs[:, 0]] == groups[links.pairs[:, 1]]
    both = np.concatenate([links.pairs[within], links.pairs[within][:, ::-1]])
    strength = np.concatenate([links.evidence.resemblance[within]] * 2)
    order = np.lexsort((both[:, 1], -strength, both[:, 0]))
    articles, firsts = np.unique(both[order, 0], return_index=True)
    partners = np.full(len(groups), -1, np.int32)
    partners[articles] = both[order, 1][firsts]
    return partners
