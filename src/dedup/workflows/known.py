"""The known articles of a state, as a question is put to them: columns that are mapped, and never written to."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dedup import __version__
from dedup.columns import I64, Bool, Column, column
from dedup.errors import StateError
from dedup.footers.judging import Runs
from dedup.footers.marking import RunTable, marked
from dedup.footers.spans import Spans, before_strip, renumbered, strip_in_place, together, with_remnants
from dedup.model import Heads
from dedup.settings import Settings
from dedup.steps import comparable
from dedup.store.asking import articles_of_last_run, heads_of, living
from dedup.store.contract import Contract
from dedup.store.history import LearnedFooter, cluster_of, read_learned
from dedup.store.shelf import Shelf
from dedup.store.state import beside_a_run, contract_of, real_path
from dedup.text.alphabet import VERSION
from dedup.text.stems import Stems
from dedup.text.words import Words


class Known(NamedTuple):
    """All articles that a state remembers, as its last run saw them; among them some that are no more."""

    words: Words
    """What known footers leave of each; the places are those of all words."""

    spans: Spans
    """What was set aside of each, in words of the text; without the footers that the run learned."""

    stems: Stems
    """The stems of all words."""

    learned: list[LearnedFooter]
    """The footers that the run learned."""

    articles: int
    """How many are there."""

    living: Callable[[I64], Bool]
    """Whether some articles, by their numbers, are there."""

    heads: Callable[[I64], Heads]
    """The heads of some articles that are there, by their numbers, ascending."""

    clusters: Callable[[Heads], list[str | None]]
    """The id of the cluster that each of some articles was in after that run, None for none."""

    settings: Settings
    catalogue_fingerprint: str
    """Of the known footers; empty where none are set aside."""


@contextmanager
def known_articles(state: str | Path) -> Iterator[Known]:
    """What a state remembers, for as long as this lasts; a run that is at work changes nothing in it.

    Neither the state is written to nor anything beside it, and no lock is taken.

    Raises:
        StateError: there is no such state, it is damaged, or of another version.
    """
    with beside_a_run(real_path(state)) as (opened, shelf):
        yield _known(state, opened, shelf)


def _known(state: str | Path, opened: sqlite3.Connection, shelf: Shelf) -> Known:
    contract = contract_here(state, opened)
    words, spans = shelf.words()
    hashes = Column(words.hashes.values, *map(np.ascontiguousarray, (words.hashes.starts, words.hashes.stops)))
    stems = Stems()
    stems.add(shelf.stems())
    return Known(
        replace(words, hashes=hashes),
        spans,
        stems,
        read_learned(opened),
        articles_of_last_run(opened),
        partial(living, opened),
        lambda rows: heads_of(opened, rows.tolist()),
        lambda heads: cluster_of(opened, heads.ids),
        Settings.from_dict(dict(contract.settings)),
        contract.catalogue,
    )


def contract_here(state: str | Path, opened: sqlite3.Connection) -> Contract:
    """What a state was made with.

    Raises:
        StateError: another version made it, so that its words may be others.
    """
    contract = contract_of(opened)
    if contract.tool_version != __version__ or not contract.words.startswith(f"alphabet {VERSION}, "):
        raise StateError(
            f"state {state} was made by dedup {contract.tool_version}, this is {__version__}; scan once more with it"
        )
    return contract


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

    names: list[str]
    words: Column[np.uint32]
    table: RunTable


def learned_footers(learned: Sequence[LearnedFooter], settings: Settings) -> Learned:
    """The table of learned footers."""
    count, runs_ = len(learned), [one.words for one in learned]
    words = column(np.concatenate([np.empty(0, np.uint32), *runs_]), np.cumsum([0, *map(len, runs_)]))
    none, articles = np.zeros(count, np.int32), np.arange(count, dtype=np.int32)
    runs = Runs(articles, none, words.lengths.astype(np.int32), none, none, none)
    return Learned([one.name for one in learned], words, RunTable(words, runs, settings.footer_words))


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
