"""The verdict: which relation follows from the evidence, and from nothing else."""

import numpy as np

from dedup.columns import F64, I64, U8, Bool
from dedup.model import RELATIONS, Evidence, Relation
from dedup.settings import Settings

UNRELATED, IDENTICAL, NEAR, EXCERPT, SPUN = (
    RELATIONS.index(relation)
    for relation in (Relation.UNRELATED, Relation.IDENTICAL, Relation.NEAR, Relation.EXCERPT, Relation.SPUN)
)
"""Relations as they stand in columns."""


def decide(evidence: Evidence, settings: Settings) -> U8:
    """The relation of each pair, as its place in ``RELATIONS``, shape (pairs,).

    The one place where relations are decided: for a whole collection at once, and again for one pair that a
    person asks about. The closest relation that holds is taken, in the order of ``Relation``.
    """
    near = evidence.resemblance >= settings.min_resemblance
    excerpt = contained(evidence.left_in_right, evidence.left_words, settings) | contained(
        evidence.right_in_left, evidence.right_words, settings
    )
    spun = rewrite(evidence, settings) >= settings.min_rewrite
    decided = np.select([evidence.identical, near, excerpt, spun], [IDENTICAL, NEAR, EXCERPT, SPUN], UNRELATED)
    return decided.astype(np.uint8)


def contained(share: F64, words: I64, settings: Settings) -> Bool:
    """Whether articles of so many words, of which a share stands in another one, are excerpts; shape (pairs,)."""
    part = (share >= settings.min_containment) & (share * words >= settings.min_excerpt_words)
    whole = (share >= settings.min_whole_containment) & (words >= settings.min_whole_words)
    found: Bool = part | whole
    return found


def rewrite(evidence: Evidence, settings: Settings) -> F64:
    """How sure it is that the one is the other in other words, shape (pairs,), 0 to 1; 0 where nobody can tell.

    A logistic score of the three measures, each under a square root, which spreads out what is close to 0.
    """
    found = evidence.rewriting
    sum_ = (
        settings.phrase_weight * np.sqrt(found.phrases)
        + settings.order_weight * np.sqrt(found.order)
        + settings.sentence_weight * np.sqrt(found.sentences)
    )
    score: F64 = 1 / (1 + np.exp(settings.rewrite_bias - sum_))
    return np.where(tellable(evidence, settings), score, 0.0)


def tellable(evidence: Evidence, settings: Settings) -> Bool:
    """Whether articles are long enough, and in the language of the background, for a rewriting to be told.

    Shape (pairs,).
    """
    found = evidence.rewriting
    told: Bool = (
        (np.maximum(evidence.left_words, evidence.right_words) >= settings.min_rewrite_words)
        & (np.minimum(evidence.left_words, evidence.right_words) >= settings.min_spun_words)
        & (found.rest_words >= settings.min_rest_words)
        & (found.anchors >= settings.min_anchors)
        & (found.rare_share <= settings.max_rare_share)
    )
    return told
