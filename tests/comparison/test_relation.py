from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.comparison.relation import decide, rewrite
from dedup.model import RELATIONS, Evidence, Relation, Rewriting
from dedup.settings import Settings


def evidence(
    *, identical: bool = False, resemblance: float = 0.0, share: float = 0.0, words: int = 300, **told: float
) -> Evidence:
    """Of one pair; ``share`` is the containment of the left article, ``told`` are measures of its rewriting."""
    measures = {"phrases": 0, "order": 0, "sentences": 0, "rare_share": 0.3, "rest_words": 200, "anchors": 40, **told}
    return Evidence(
        np.array([identical]), np.array([resemblance]), np.array([share]), np.array([0.0]), np.array([words]),
        np.array([1000]), Rewriting(**{name: np.array([value]) for name, value in measures.items()}),
    )  # fmt: skip


def verdict(found: Evidence, **settings: float) -> Relation:
    return RELATIONS[decide(found, Settings(**settings))[0]]  # type: ignore[arg-type]


def decided(identical: bool, resemblance: float, settings: Settings) -> Relation:
    return RELATIONS[decide(evidence(identical=identical, resemblance=resemblance), settings)[0]]


SPUN = {"phrases": 0.2, "order": 0.7, "sentences": 0.5}


def test_an_article_of_which_half_stands_in_a_longer_one_is_an_excerpt() -> None:
    assert verdict(evidence(share=0.5, words=160)) == Relation.EXCERPT


def test_a_statement_of_sixty_words_that_two_reports_carry_makes_no_excerpt() -> None:
    assert verdict(evidence(share=0.6, words=100)) == Relation.UNRELATED


def test_a_short_text_that_stands_whole_in_another_is_an_excerpt() -> None:
    assert verdict(evidence(share=0.95, words=55)) == Relation.EXCERPT


def test_a_quotation_is_no_excerpt() -> None:
    assert verdict(evidence(share=1.0, words=40)) == Relation.UNRELATED


def test_what_is_told_in_the_same_order_and_partly_the_same_phrases_is_spun() -> None:
    assert verdict(evidence(**SPUN)) == Relation.SPUN


@pytest.mark.parametrize(
    "too_little", [{"words": 59}, {"rest_words": 19}, {"anchors": 4}, {"rare_share": 0.61}], ids=str
)
def test_where_too_little_is_left_to_tell_nobody_guesses(too_little: dict[str, int]) -> None:
    assert verdict(evidence(**{**SPUN, **too_little})) == Relation.UNRELATED  # type: ignore[arg-type]


def test_two_short_articles_are_never_spun() -> None:
    found = evidence(words=99, **SPUN)
    assert verdict(replace(found, right_words=np.array([99]))) == Relation.UNRELATED


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from(sorted(SPUN)))
def test_more_of_a_measure_never_makes_a_rewriting_less_sure(
    phrases: float, order: float, sentences: float, more: float, which: str
) -> None:
    measures = {"phrases": phrases, "order": order, "sentences": sentences}
    higher = {**measures, which: max(more, measures[which])}
    assert rewrite(evidence(**higher), Settings())[0] >= rewrite(evidence(**measures), Settings())[0]


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
