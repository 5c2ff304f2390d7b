import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.relation import decide
from dedup.model import RELATIONS, Evidence, Relation
from dedup.settings import Settings


def decided(identical: bool, resemblance: float, settings: Settings) -> Relation:
    share = np.array([resemblance])
    return RELATIONS[decide(Evidence(np.array([identical]), share, share, share), settings)[0]]


@pytest.mark.parametrize(
    ("identical", "resemblance", "relation"),
    [
        (True, 1.0, Relation.IDENTICAL),
        (True, 0.0, Relation.IDENTICAL),  # equal words, too few for a shingle
        (False, 1.0, Relation.NEAR),
        (False, 0.25, Relation.NEAR),
        (False, 0.2499, Relation.UNRELATED),
        (False, 0.0, Relation.UNRELATED),
    ],
)
def test_a_relation_follows_from_the_evidence(identical: bool, resemblance: float, relation: Relation) -> None:
    assert decided(identical, resemblance, Settings(min_resemblance=0.25)) == relation


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1))
def test_more_resemblance_never_makes_less_of_a_relation(one: float, other: float, threshold: float) -> None:
    settings = Settings(min_resemblance=threshold)
    low, high = sorted([one, other])
    if decided(False, low, settings) == Relation.NEAR:
        assert decided(False, high, settings) == Relation.NEAR
