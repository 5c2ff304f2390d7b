"""Containers: round-ups, live blogs and digests, which hold several stories and are a copy of none.

An article that holds another one is mostly that story with more around it. It is a container if it also holds one
that has nothing to do with the first: then it is linked to all that it holds, and joins nobody.
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


def containers(holds: Holds, words: I64, groups: I32, kin: Callable[[I32], Bool]) -> I32:
    """The articles that hold several stories, ascending.

    Args:
        holds: who stands in whom.
        words: of each article.
        groups: the near copies of each article, by the number of the first one.
        kin: says of pairs of articles, shape (pairs, 2), whether they have anything to do with each other.

    The longest story that an article holds is compared with each other one: costs one comparison per story.
    """
    order = np.lexsort((holds.inner, -words[holds.inner], holds.outer))
    inner, outer = holds.inner[order], holds.outer[order]
    firsts = np.flatnonzero(np.diff(outer, prepend=-1))
    longest = np.repeat(inner[firsts], np.diff(np.append(firsts, len(outer))))
    asked = np.flatnonzero(groups[longest] != groups[inner])
    pairs = np.sort(np.stack([longest[asked], inner[asked]], axis=1), axis=1).astype(np.int32)
    strangers = asked[~kin(pairs)]
    return np.unique(outer[strangers])
