"""Stretches: where each of two articles tells what the other one tells, for the report and for a person who asks."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from dedup.columns import I32, I64, U8
from dedup.comparison.aligned import aligned_sentences
from dedup.comparison.passages import Stretches, passages
from dedup.comparison.relation import IDENTICAL, SPUN
from dedup.comparison.rewrite import Texts
from dedup.model import Passage, Passages
from dedup.settings import Settings

Characters = Callable[[I64, I64], I64]
"""Where runs of words stand in the texts as they were read: ``steps.characters`` of a collection."""

NAMED = 3
"""Passages of a member that are named with their places."""


def stretches(texts: Texts, pairs: I32, relations: U8, settings: Settings) -> Stretches:
    """Where pairs of articles tell the same, as their relations ask for it.

    Identical articles have one passage, all of them; spun ones their aligned sentences; all others their passages.
    """
    parts = []
    whole, spun = relations == IDENTICAL, relations == SPUN
    for rows in (np.flatnonzero(whole), np.flatnonzero(spun), np.flatnonzero(~whole & ~spun)):
        some, relation = pairs[rows], relations[rows[0]] if len(rows) else 0
        if relation == IDENTICAL:
            lengths = texts.words.lengths[some]
            ends = np.stack([np.zeros_like(lengths), lengths], axis=2)
            found = Stretches(np.arange(len(rows)), ends[:, 0], ends[:, 1], lengths[:, 0])
        elif relation == SPUN:
            found = aligned_sentences(texts, some, settings)
        else:
            found = passages(texts.words, some, settings.min_passage_words)
        parts.append(found._replace(pair=rows[found.pair]))
    return Stretches(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def located(found: Stretches, articles: I64, characters: Characters) -> tuple[I64, I64]:
    """The characters of stretches in both articles, each of shape (rows, 2).

    ``articles``, shape (pairs, 2), are the two of each pair.
    """
    places = []
    for side, runs in enumerate((found.left, found.right)):
        which = articles[found.pair, side]
        order = np.argsort(which, kind="stable")
        place = np.empty_like(runs)
        place[order] = characters(which[order], runs[order])
        places.append(place)
    return places[0], places[1]


def shared_passages(
    texts: Texts, articles: I64, text_of: I32, relations: U8, characters: Characters, settings: Settings
) -> list[Passages]:
    """What articles share with their partners, and where.

    Args:
        texts: what is compared.
        articles: shape (pairs, 2), each an article and its partner.
        text_of: for each article the number of its text, shape (articles,).
        relations: shape (pairs,), the relation of each two.
        characters: where their words stand.
        settings: ``min_passage_words`` and those of rewriting count here.
    """
    found = stretches(texts, text_of[articles].astype(np.int32).reshape(-1, 2), relations, settings)
    counts = np.bincount(found.pair, minlength=len(articles))
    words = np.bincount(found.pair, found.left[:, 1] - found.left[:, 0], minlength=len(articles)).astype(np.int64)
    named = found.heaviest(NAMED)
    here, there = located(named, articles, characters)
    lengths = named.left[:, 1] - named.left[:, 0]
    rows = list(map(Passage, lengths.tolist(), *here.T.tolist(), *there.T.tolist()))
    bounds = np.searchsorted(named.pair, np.arange(len(articles) + 1)).tolist()
    return [
        Passages(count, total, tuple(rows[start:stop]))
        for count, total, (start, stop) in zip(counts.tolist(), words.tolist(), pairwise(bounds), strict=True)
    ]
