"""The verdict: which relation follows from the evidence, and from nothing else."""

import numpy as np

from dedup.columns import U8
from dedup.model import RELATIONS, Evidence, Relation
from dedup.settings import Settings


def decide(evidence: Evidence, settings: Settings) -> U8:
    """The relation of each pair, as its place in ``RELATIONS``, shape (pairs,).

    The one place where relations are decided: for a whole collection at once, and again for one pair that a
    person asks about.
    """
    near = evidence.resemblance >= settings.min_resemblance
    decided = np.where(near, RELATIONS.index(Relation.NEAR), RELATIONS.index(Relation.UNRELATED))
    return np.where(evidence.identical, RELATIONS.index(Relation.IDENTICAL), decided).astype(np.uint8)
