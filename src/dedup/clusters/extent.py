"""Completeness: which texts are cut from a longer one in their cluster, and which have grown beyond it."""

import numpy as np

from dedup.columns import F64, I8, I32, I64
from dedup.weights import OriginWeights

CUT, WHOLE, GROWN = -1, 0, 1
"""The extent of a text among those of its cluster."""


def extents(
    pairs: I32,
    left_in_right: F64,
    right_in_left: F64,
    *,
    lengths: I64,
    copies: I64,
    group: I32,
    weights: OriginWeights,
) -> I8:
    """The extent of each text, shape (texts,): ``CUT`` from another, ``GROWN`` beyond another, else ``WHOLE``.

    Args:
        pairs: related texts, shape (pairs, 2).
        left_in_right: containment of the first of each pair in the second, shape (pairs,).
        right_in_left: the other way round.
        lengths: words of each text, shape (texts,).
        copies: how many articles have each text, shape (texts,).
        group: the cluster of each text, shape (texts,).
        weights: what counts as a part.

    A text that is a part of a longer one is cut from it, unless a second article has the short form: then it was
    rather the long one that grew. Two articles alone may be either; cuts are more frequent. O(pairs).
    """
    share = weights.min_excerpt_containment
    within = group[pairs[:, 0]] == group[pairs[:, 1]]
    left, right, ahead, back = pairs[within, 0], pairs[within, 1], left_in_right[within], right_in_left[within]
    peers = copies > 1
    mutual = (ahead >= share) & (back >= share)
    peers[left[mutual]] = peers[right[mutual]] = True
    short, long = np.concatenate([left, right]), np.concatenate([right, left])
    held = np.concatenate([ahead, back]) >= share
    held &= lengths[short] <= weights.max_excerpt_length * lengths[long]
    found = np.full(len(lengths), WHOLE, np.int8)
    found[long[held & peers[short]]] = GROWN
    found[short[held & ~peers[short]]] = CUT
    return found
