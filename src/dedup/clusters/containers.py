"""Containers: round-ups, live blogs and digests, which hold several stories and are a copy of none.

An article that holds another one is mostly that story with more around it. Where it holds two that have nothing to do
with each other, these may still be its first and its last paragraphs, as excerpts. So each is asked whether it tells
of what the rest of the article tells of: a paragraph does, a story in a round-up does not.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dedup.columns import F64, I32, I64, Bool


class Holds(NamedTuple):
    """Articles that stand in longer ones, each of shape (holds,)."""

    inner: I32
    outer: I32
    share: F64
    """Containment: share of the inner article's shingles that the outer one has, 0 to 1."""

    def take(self, rows: I64 | Bool) -> "Holds":
        """Some of them."""
        return Holds(self.inner[rows], self.outer[rows], self.share[rows])


ASKED = 16
"""Stories that an article holds, the longest, which are asked whether they belong there."""


def containers(
    holds: Holds, words: I64, groups: I32, kin: Callable[[I32], Bool], at_home: Callable[[I32], Bool]
) -> I32:
    """The articles that hold several stories, ascending.

    Args:
        holds: who stands in whom.
        words: of each article.
        groups: the near copies of each article, by the number of the first one.
        kin: says of pairs of articles, shape (pairs, 2), whether they have anything to do with each other.
        at_home: says of pairs of a story and an article that holds it, whether the story tells of what the rest of
            the article tells of.

    The longest story that an article holds is compared with each other one: costs one comparison per story. If they
    are strangers, and more than half of the stories are not at home, it is a container.
    """
    order = np.lexsort((holds.inner, -words[holds.inner], holds.outer))
    inner, outer = holds.inner[order], holds.outer[order]
    firsts = np.flatnonzero(np.diff(outer, prepend=-1))
    longest = np.repeat(inner[firsts], np.diff(np.append(firsts, len(outer))))
    asked = np.flatnonzero(groups[longest] != groups[inner])
    pairs = np.sort(np.stack([longest[asked], inner[asked]], axis=1), axis=1).astype(np.int32)
    suspects = np.unique(outer[asked[~kin(pairs)]])
    stories = _stories(inner, outer, groups, suspects)
    strange = ~at_home(stories)
    of = np.searchsorted(suspects, stories[:, 1])
    found: I32 = suspects[2 * np.bincount(of, strange, len(suspects)) > np.bincount(of, minlength=len(suspects))]
    return found


def _stories(inner: I32, outer: I32, groups: I32, suspects: I32) -> I32:
    """Of each suspect the longest stories that it holds, one for each group, as pairs with it; up to ``ASKED``."""
    held = dict[tuple[int, int], int]()
    rows = np.flatnonzero(np.isin(outer, suspects))
    for story, article, group in zip(
        inner[rows].tolist(), outer[rows].tolist(), groups[inner[rows]].tolist(), strict=True
    ):
        held.setdefault((article, group), story)
    pairs = np.array([(story, article) for (article, _), story in held.items()], np.int32).reshape(-1, 2)
    first = np.flatnonzero(np.diff(pairs[:, 1], prepend=-1))
    rank = np.arange(len(pairs)) - np.repeat(first, np.diff(np.append(first, len(pairs))))
    chosen: I32 = pairs[rank < ASKED]
    return chosen
