import itertools
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.evaluation.counting import frame, score
from dedup.evaluation.found import Found
from dedup.evaluation.gold import Gold
from dedup.evaluation.links import Link
from dedup.evaluation.sweep import MOST_STEPS, Step, sweep, thresholds

GOLD = Gold({"a1": "a", "a2": "a", "a3": "a", "a4": "a", "b1": "b", "b2": "b"})
FOUND = Found(
    [["a1", "a2", "a3", "b1"]],
    [
        Link("a2", "a1", "near", 0.6, 0.7),
        Link("a3", "a1", "spun", 0.1, 0.2, 2.0),
        Link("b1", "a1", "spun", 0.1, 0.2, -0.5),
    ],
    [Link("a4", "a1", "spun", 0.0, 0.1, -2.0), Link("b2", "a3", "spun", 0.0, 0.1, -3.0)],
)


def swept(relation: str, in_force: float | None, found: Found = FOUND, gold: Gold = GOLD) -> tuple[Step, ...]:
    return sweep(frame(gold), replace(found, in_force={relation: in_force}), relation=relation).steps


def test_links_below_a_threshold_are_cut_and_borderline_pairs_above_it_are_added() -> None:
    steps = swept("spun", -1.34)
    assert [(s.threshold, s.right_pairs, s.found_pairs, s.in_force) for s in steps] == [
        (-3.0, 7, 15, False),  # all six: 6 of a, 1 of b
        (-2.0, 6, 10, False),  # a4 joins
        (-1.34, 3, 6, True),  # as the report has it
        (-0.5, 3, 6, False),
        (2.0, 3, 3, False),  # b1 is cut
    ]


def test_links_of_another_relation_stay() -> None:
    assert [(s.threshold, s.found_pairs) for s in swept("near", 0.25)] == [(0.25, 6), (0.6, 6)]


def test_the_shares_of_a_step_are_those_of_its_pairs() -> None:
    last = swept("spun", -1.34)[-1]
    assert (last.precision, last.recall) == (1.0, 3 / 7)
    assert last.f1 == pytest.approx(2 * (3 / 7) / (1 + 3 / 7))


def test_a_relation_that_the_report_lacks_has_no_steps() -> None:
    assert swept("excerpt", 0.5) == ()


def test_a_link_without_its_measure_is_never_cut() -> None:
    found = Found([["a1", "a2", "a3"]], [Link("a2", "a1", "spun"), Link("a3", "a1", "spun", rewrite=1.0)], [])
    assert [s.found_pairs for s in swept("spun", 0.0, found)] == [3, 3]


def test_a_link_whose_measure_falls_short_of_the_threshold_in_force_stands_at_it() -> None:
    found = Found([["a1", "a2"]], [Link("a2", "a1", "excerpt", 0.1, 0.2)], [])
    assert [(s.threshold, s.found_pairs, s.in_force) for s in swept("excerpt", 0.5, found)] == [(0.5, 1, True)]


def test_a_pair_that_failed_for_another_reason_than_the_threshold_is_not_added() -> None:
    found = Found([["a1", "a2"]], [Link("a2", "a1", "near", 0.4)], [Link("b1", "b2", "near", 0.9)])
    assert [s.found_pairs for s in swept("near", 0.25, found)] == [1, 1]


def test_articles_without_label_link_others_and_are_in_no_pair() -> None:
    found = Found([["x", "a1", "a2"]], [Link("a1", "x", "near", 0.5), Link("a2", "x", "near", 0.4)], [])
    assert [(s.threshold, s.found_pairs) for s in swept("near", 0.4, found)] == [(0.4, 1), (0.5, 0)]


def test_what_a_report_joins_without_naming_the_link_is_as_weak_as_its_weakest_link() -> None:
    members = ["a1", "a2", "a3", "a4", "b1"]
    links = [Link("a2", "a1", "near", 0.8), Link("a4", "a3", "near", 0.5), Link("b1", "a3", "near", 0.7)]
    whole = sweep(frame(GOLD), Found([members], links, [], {"near": 0.25}), relation="near")
    assert [(s.threshold, s.found_pairs) for s in whole.steps] == [(0.25, 10), (0.5, 10), (0.7, 2), (0.8, 1)]
    assert whole.loose == 1


def test_what_a_report_joins_without_naming_any_measure_stays_joined() -> None:
    links = [Link("a2", "a1", "near", 0.8), Link("a4", "a3", "identical")]
    found = Found([["a1", "a2", "a3", "a4"]], links, [])
    assert [(s.threshold, s.found_pairs) for s in swept("near", 0.25, found)] == [(0.25, 6), (0.8, 6)]


def test_few_values_are_the_thresholds_themselves() -> None:
    assert thresholds([0.31, 0.9, 0.31], 0.25) == [0.25, 0.31, 0.9]


def test_no_value_gives_no_threshold() -> None:
    assert thresholds([], 0.25) == []


@given(st.floats(-9, 9), st.floats(0.01, 20), st.floats(0, 1))
def test_many_values_are_swept_in_round_steps_from_the_lowest_to_the_highest(
    lowest: float, span: float, middle: float
) -> None:
    values = [lowest + span * i / 60 for i in range(61)]
    in_force = lowest + span * middle
    found = thresholds(values, in_force)
    assert found == sorted(found) and any(abs(t - in_force) < 1e-6 for t in found)
    assert 10 <= len(found) <= MOST_STEPS + 1
    gap = max(b - a for a, b in itertools.pairwise(found)) + 1e-6
    assert found[0] <= lowest + gap and found[-1] >= lowest + span - gap
    assert all(round(t, 5) == t for t in found if abs(t - in_force) > 1e-9)


NAMES = [f"n{i}" for i in range(8)]
MEASURES = st.floats(0, 1).map(lambda x: round(x, 2))


def components(names: list[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Groups of what hangs together, grown until nothing changes: the oracle."""
    groups = [{name} for name in names]
    for a, b in edges:
        one, two = (next(g for g in groups if name in g) for name in (a, b))
        if one is not two:
            groups.remove(two)
            one |= two
    return [sorted(group) for group in groups]


@st.composite
def reports(draw: st.DrawFn) -> tuple[Gold, Found]:
    truth = {n: draw(st.sampled_from("abc")) for n in NAMES}
    ignored = draw(st.frozensets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=3))
    clusters, links, borderline = [], [], []
    told = {n: draw(st.integers(0, 3)) for n in NAMES}
    for number in range(3):
        members = [n for n in NAMES if told[n] == number]
        if len(members) > 1:
            clusters.append(members)
            for at, member in enumerate(members[1:], 1):
                relation = draw(st.sampled_from(["near", "identical"]))
                value = 0.25 + 0.75 * draw(MEASURES)
                links.append(Link(member, members[draw(st.integers(0, at - 1))], relation, value))
    for left, right in itertools.combinations(NAMES, 2):
        if draw(st.integers(0, 9)) == 0:
            borderline.append(Link(left, right, "near", 0.25 * draw(MEASURES)))
    return Gold(truth, ignored=ignored), Found(clusters, links, borderline)


@given(reports())
def test_each_step_is_what_its_links_give_when_joined_and_scored_anew(case: tuple[Gold, Found]) -> None:
    gold, found = case
    for step in swept("near", 0.25, found, gold):
        kept = [
            (one.left, one.right)
            for one in [*found.links, *found.borderline]
            if one.relation != "near" or (one.resemblance or 0) >= step.threshold - 1e-9
            if one not in found.borderline or (one.resemblance or 0) < 0.25
        ]
        scores = score(gold, components(NAMES, kept))
        assert (step.found_pairs, step.right_pairs) == (scores.found_pairs, scores.right_pairs)
        assert (step.precision, step.recall, step.f1) == (scores.precision, scores.recall, scores.f1)


@given(reports())
def test_the_step_in_force_is_the_report_itself(case: tuple[Gold, Found]) -> None:
    gold, found = case
    whole = score(gold, found.clusters)
    for step in swept("near", 0.25, found, gold):
        if step.in_force:
            assert (step.found_pairs, step.right_pairs) == (whole.found_pairs, whole.right_pairs)
