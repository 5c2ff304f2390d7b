"""Footers that nobody has catalogued, learned from the collection: runs of words that many different stories hold.

First the whole collection votes, cheaply (``votes``); then the few runs with many votes are looked at exactly
(``judging``); at last the runs that are footers are looked up in all articles (``marking``).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U32, U64, Bool, Column
from dedup.footers.counting import MOST_COUNTED
from dedup.footers.judging import Runs, judge
from dedup.footers.votes import MOST_HELD, suspects
from dedup.kernels import kernel
from dedup.parts import Spread, at_once
from dedup.settings import Settings
from dedup.text.shingles import roll, smallest_of


class Learned(NamedTuple):
    """What a collection shows."""

    footers: Runs
    """The runs that are footers, the most frequent first."""

    kept: Runs
    """The runs that recur in several articles, but are not taken for footers, the most frequent first."""

    holding: Bool
    """Shape (texts,): which texts may hold any."""


def learn(
    words: Column[np.uint32],
    picked: Column[np.uint32],
    sources: I32,
    settings: Settings,
    spread: Spread = at_once,
    between: Callable[[], None] | None = None,
) -> Learned:
    """The footers that different texts show.

    Args:
        words: of different texts, without the footers that are known.
        picked: what ``winnow`` gives for them, with shingles of ``footer_words``; it is taken over.
        sources: a number for the source of each text, -1 where it is unknown; shape (texts,).
        settings: ``footer_words`` and what ``fewest_articles`` and ``judge`` say.
        spread: how the work is shared out.
        between: called now and then, to let go of memory.
    """
    in_source, across = fewest_articles(len(words), settings)
    found, frequent = suspects(picked, in_source, settings.min_footer_votes, spread)
    runs, holding = judge(
        words, frequent, sources, found, fewest_across=across, settings=settings, spread=spread, between=between
    )
    told = are_footers(runs, settings)
    return Learned(runs.take(told), runs.take(~told), holding)


def are_footers(runs: Runs, settings: Settings) -> Bool:
    """Which runs stand in enough different stories to be footers, shape (runs,)."""
    found: Bool = (runs.stories >= settings.min_footer_stories) & (2 * runs.stories > runs.compared)
    return found


def fewest_articles(texts: int, settings: Settings) -> tuple[int, int]:
    """In how many different texts a run must stand to be looked at: of one source, and of several or unknown ones.

    More in a larger collection, where more recurs by chance: ``min_footer_articles`` up to 3,000 texts, and from
    there on with the fourth root of their number within a source, which is what templates are, and with its square
    root across sources.
    """
    growth = float(max(1.0, texts / 3000))
    wanted = (round(settings.min_footer_articles * growth**power) for power in (0.25, 0.5))
    return min(next(wanted), MOST_COUNTED), min(next(wanted), MOST_HELD)


def names(words: Column[np.uint32], runs: Runs, size: int) -> list[str]:
    """A name for each run: the smallest of its shingles, which mostly stays the same while its edges move."""
    starts = words.starts[runs.articles]
    smallest = np.empty(len(starts), np.uint64)
    scratch = np.empty(int((runs.stops - runs.firsts).max(initial=0)) + 1, np.uint64)
    _smallest(words.values, starts + runs.firsts, starts + runs.stops, size, scratch, smallest)
    return [f"learned-{shingle >> 16:012x}" for shingle in smallest.tolist()]


@kernel
def _smallest(words: U32, firsts: I64, stops: I64, size: int, scratch: U64, smallest: U64) -> None:
    for r in range(len(firsts)):
        smallest[r] = smallest_of(scratch[: roll(words, firsts[r], stops[r], size, scratch)])
