"""The known articles of a state, as a person's question is put to them: columns that are mapped, and never written to."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dedup.columns import I64, U32, Column, column
from dedup.errors import StateError
from dedup.footers.judging import Runs
from dedup.footers.marking import RunTable, marked
from dedup.footers.spans import Spans, before_strip, renumbered, strip_in_place, together, with_remnants
from dedup.model import Heads
from dedup.settings import Settings
from dedup.steps import comparable
from dedup.text.stems import Stems
from dedup.text.words import Words


class Known(NamedTuple):
    """All articles that a state remembers, as its last run saw them."""

    words: Words
    """What known footers leave of each; the places are those of all words."""

    spans: Spans
    """What was set aside of each, in words of the text; without the footers that the run learned."""

    stems: Stems
    """The stems of all words."""

    learned: list[U32]
    """The words of each footer that the run learned."""

    heads: Callable[[I64], Heads]
    """The heads of some articles, by their numbers."""

    clusters: Callable[[I64], list[str | None]]
    """The id of the cluster that each of some articles was in after that run, None for none."""

    settings: Settings
    catalogue_fingerprint: str
    """Of the known footers; empty where none are set aside."""


def known_articles(state: Path) -> Known:
    """What a state remembers, without a lock: a run that is at work changes nothing in it.

    Raises:
        StateError: there is no such state, or it is damaged.
    """
    raise StateError(f"state {state} does not exist; wanted what 'dedup scan --state' writes")


def gathered(values: Column[Any], articles: Sequence[int]) -> Column[Any]:
    """A copy of the runs of some articles, one after the other: the only ones that are read."""
    runs = [values[article] for article in articles]
    return column(np.concatenate([values.values[:0], *runs]), np.cumsum([0, *map(len, runs)]))


class Body(NamedTuple):
    """What of some articles is compared, and what is not."""

    words: Column[np.uint32]
    sentences: Column[np.uint32]
    spans: Spans
    """All that was set aside, in words of the texts."""


class Learned(NamedTuple):
    """Learned footers, to be taken out of articles."""

    words: Column[np.uint32]
    runs: Runs
    table: RunTable


def learned_footers(learned: Sequence[U32], settings: Settings) -> Learned:
    """Learned footers from the words of each."""
    count = len(learned)
    words = column(np.concatenate([np.empty(0, np.uint32), *learned]), np.cumsum([0, *map(len, learned)]))
    none, articles = np.zeros(count, np.int32), np.arange(count, dtype=np.int32)
    runs = Runs(articles, none, words.lengths.astype(np.int32), none, none, none)
    return Learned(words, runs, RunTable(words, runs, settings.footer_words))


def without_learned(words: Words, spans: Spans, learned: Learned, first: int, settings: Settings) -> Body:
    """What learned footers leave of some articles, as a scan takes them out of its own.

    Args:
        words: what known footers leave of each; its hashes are taken over.
        spans: the known footers.
        learned: the learned ones.
        first: the number of the first learned one in spans.

    A scan looks for learned footers only where it may have seen one; this finds them also in an article of which they
    take no more than some 15 words.
    """
    hashes, sentences = words.hashes, words.sentences
    found = marked(hashes, learned.table, np.ones(len(hashes), np.bool_))
    if len(found.values):
        found = with_remnants(
            found, words.blocks, hashes.lengths, most=settings.max_remnant_words, share=settings.min_footer_share
        )
        found.values[:, 0] += first
        sentences = renumbered(sentences, hashes.lengths, found)
        hashes = strip_in_place(hashes, found)
        spans = together(spans, before_strip(found, spans))
    return Body(comparable(hashes, spans, settings), sentences, spans)
