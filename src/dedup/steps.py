"""The pure steps that every engine runs on batches: prepare, group, sketch, compare, gather.

Plain functions of values that can be sent to another process or machine. They know the order of nothing; the
workflows do.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U64, Bool, Column
from dedup.comparison.buckets import settle
from dedup.comparison.overlap import Overlaps, overlaps
from dedup.comparison.relation import NEAR, UNRELATED, decide, rewrite
from dedup.comparison.rewrite import Texts, rewriting
from dedup.footers.catalogue import Catalogue
from dedup.footers.lines import navigation
from dedup.footers.matching import found
from dedup.footers.spans import Spans, articles_of, in_text, less, no_spans, stripped, together, with_remnants
from dedup.model import RELATIONS, Article, Comparison, Evidence, Heads, Marker, Rewriting, Unreadable
from dedup.readers import Batch, halves, read, shown_paths
from dedup.settings import Settings
from dedup.sketches.bands import fewest_rows
from dedup.sketches.minhash import Signatures
from dedup.text.places import spans as places_of
from dedup.text.stems import Vocabulary
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

    stems: list[U64] = field(default_factory=list)
    """The distinct words of the articles with their stems, part by part, as ``Vocabulary.entries`` gives them."""

    cost: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Wall and CPU seconds of ``read``, ``words``, ``stems`` and ``catalogue``."""

    process: int = 0
    """Number of the process that did it."""


class Links(NamedTuple):
    """The relations between articles, found on their words."""

    pairs: I32
    """Shape (pairs, 2), left < right, in order, each once."""

    relations: U8
    """Shape (pairs,): the place of each relation in ``RELATIONS``; none is unrelated."""

    evidence: Evidence
    sizes: I64
    """Shape (articles,): distinct shingles of each article that stands in ``pairs``."""

    def take(self, rows: I64 | Bool) -> "Links":
        """Some of the pairs."""
        return Links(self.pairs[rows], self.relations[rows], _some(self.evidence, rows), self.sizes)


def prepare(work: Work, settings: Settings, catalogue: Catalogue | None) -> Prepared:
    """Read a batch, take its texts apart into words and set known footers aside.

    Without a catalogue nothing is set aside. Texts are dropped as soon as their words are known.
    """
    prepared = Prepared(work.number, Heads(), [], process=os.getpid())
    clock = _Clock()
    for articles in _a_few(read(work.batch, settings), prepared.unreadable):
        clock.lap("read")
        words = words_of([article.utf8 or article.text for article in articles])
        clock.lap("words")
        prepared.stems.append(vocabulary(settings.stem_language).entries(words, [a.text for a in articles]))
        clock.lap("stems")
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


@lru_cache(maxsize=2)
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of a language, with the memory of this process."""
    return Vocabulary(language)


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


def _a_few(found: Iterator[Article | Unreadable], unreadable: list[Unreadable]) -> Iterator[list[Article]]:
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


def evidence_of(words: Column[np.uint32], pairs: I32, found: Overlaps, told: Rewriting | None = None) -> Evidence:
    """The evidence that the counts of pairs of articles with different words give."""
    lengths, count = words.lengths, len(pairs)
    if told is None:
        told = Rewriting(*np.zeros((4, count)), *np.zeros((2, count), np.int64))
    return Evidence(
        np.zeros(count, np.bool_), found.resemblance, found.left_in_right, found.right_in_left,
        lengths[pairs[:, 0]], lengths[pairs[:, 1]], told,
    )  # fmt: skip


def verify(words: Column[np.uint32], pairs: I32, settings: Settings) -> tuple[I32, Overlaps]:
    """Of candidate pairs of different articles those that are near, and what they share."""
    found = overlaps(words, pairs, settings.shingle_words)
    near = decide(evidence_of(words, pairs, found), settings) == NEAR
    return pairs[near], Overlaps(*(count[near] for count in found))


def verify_buckets(
    words: Column[np.uint32], buckets: list[I32], signatures: Signatures, settings: Settings
) -> tuple[I32, Overlaps, int]:
    """The near pairs in large buckets, what they share, and how many places in buckets stayed unsettled."""
    return settle(words, buckets, signatures.rows, fewest_rows(settings), settings)


def near_links(words: Column[np.uint32], found: list[tuple[I32, Overlaps]]) -> Links:
    """All near pairs, each once, in order."""
    pairs = np.concatenate([pairs for pairs, _ in found])
    counts = [np.concatenate(columns) for columns in zip(*(overlap for _, overlap in found), strict=True)]
    pairs, places = np.unique(pairs, axis=0, return_index=True)
    shared = Overlaps(*(count[places] for count in counts))
    relations = np.full(len(pairs), NEAR, np.uint8)
    return Links(pairs, relations, evidence_of(words, pairs, shared), _sizes(len(words), pairs, shared))


def _sizes(articles: int, pairs: I32, shared: Overlaps) -> I64:
    sizes = np.zeros(articles, np.int64)
    sizes[pairs[:, 0]], sizes[pairs[:, 1]] = shared.left, shared.right
    return sizes


def judge(texts: Texts, pairs: I32, settings: Settings) -> Links:
    """The verdict on each of some pairs of articles with different words, unrelated ones included.

    Rewriting is measured only where nothing closer holds.
    """
    found = overlaps(texts.words, pairs, settings.shingle_words)
    evidence = evidence_of(texts.words, pairs, found)
    relations = decide(evidence, settings)
    shorter = np.minimum(evidence.left_words, evidence.right_words)
    open_ = np.flatnonzero((relations == UNRELATED) & (shorter >= settings.min_spun_words))
    told = rewriting(texts, pairs[open_], settings)
    for column, measured in zip(_columns(evidence.rewriting), _columns(told), strict=True):
        column[open_] = measured
    return Links(pairs, decide(evidence, settings), evidence, _sizes(len(texts.words), pairs, found))


def judge_any(texts: Texts, pairs: I32, settings: Settings) -> Links:
    """The verdict on each of some pairs, which may have the same words."""
    found, words = judge(texts, pairs, settings), texts.words
    same = [len(words[a]) > 0 and np.array_equal(words[a], words[b]) for a, b in pairs.tolist()]
    evidence = replace(found.evidence, identical=np.array(same, np.bool_))
    return found._replace(relations=decide(evidence, settings), evidence=evidence)


def joined(parts: Sequence[Links]) -> Links:
    """The pairs of all parts, in order, each once."""
    pairs = np.concatenate([part.pairs for part in parts])
    _, rows = np.unique(pairs, axis=0, return_index=True)
    evidence = [part.evidence for part in parts]
    counted = zip(*map(_columns, evidence), strict=True)
    told = zip(*(_columns(one.rewriting) for one in evidence), strict=True)
    together = _evidence(map(np.concatenate, counted), map(np.concatenate, told))
    relations = np.concatenate([part.relations for part in parts])
    sizes = np.max([part.sizes for part in parts], axis=0)
    return Links(pairs, relations, together, sizes).take(rows)


def _some(evidence: Evidence, rows: I64 | Bool) -> Evidence:
    counted = (column[rows] for column in _columns(evidence))
    return _evidence(counted, (column[rows] for column in _columns(evidence.rewriting)))


_COUNTED = [one.name for one in fields(Evidence) if one.name != "rewriting"]
_TOLD = [one.name for one in fields(Rewriting)]


def _columns(measures: Evidence | Rewriting) -> list[Any]:
    names = _COUNTED if isinstance(measures, Evidence) else _TOLD
    return [getattr(measures, name) for name in names]


def _evidence(counted: Iterable[Any], told: Iterable[Any]) -> Evidence:
    """What ``_columns`` took apart."""
    rewriting_ = Rewriting(**dict(zip(_TOLD, told, strict=True)))
    return Evidence(**dict(zip(_COUNTED, counted, strict=True)), rewriting=rewriting_)


def comparisons(texts: Texts, pairs: I32, settings: Settings) -> list[Comparison]:
    """The verdict on each of some pairs, with all its measures."""
    found = overlaps(texts.words, pairs, settings.shingle_words)
    words = texts.words
    identical = np.array(
        [len(words[a]) > 0 and np.array_equal(words[a], words[b]) for a, b in pairs.tolist()], np.bool_
    )
    evidence = replace(evidence_of(words, pairs, found, rewriting(texts, pairs, settings)), identical=identical)
    return [
        Comparison(RELATIONS[relation], *measures)
        for relation, *measures in zip(
            decide(evidence, settings).tolist(),
            np.where(identical, 1.0, evidence.resemblance).tolist(),
            np.where(identical, 1.0, evidence.left_in_right).tolist(),
            np.where(identical, 1.0, evidence.right_in_left).tolist(),
            found.shared.tolist(),
            rewrite(evidence, settings).tolist(),
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
