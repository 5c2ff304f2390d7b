import itertools

from hypothesis import given
from hypothesis import strategies as st

from dedup.evaluation.gold import Gold
from dedup.evaluation.links import Link
from dedup.evaluation.worst import Mistake, missed_pairs, wrong_pairs

GOLD = Gold({"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "c1": "c"})


def pairs(mistakes: list[Mistake]) -> list[tuple[str, str]]:
    return [(one.left, one.right) for one in mistakes]


def test_the_wrong_link_of_the_strongest_evidence_is_the_worst() -> None:
    links = [
        Link("a2", "a1", "near", 0.9),
        Link("b1", "a1", "near", 0.3),
        Link("b2", "a1", "near", 0.7),
        Link("c1", "a1", "spun", 0.1, 0.1, 2.5),
        Link("a3", "b1", "identical", 1.0),
    ]
    found = wrong_pairs(GOLD, [["a1", "a2", "b1", "b2", "c1", "a3"]], links, 9)
    assert pairs(found) == [("a3", "b1"), ("b2", "a1"), ("b1", "a1"), ("c1", "a1")]
    assert found[-1] == Mistake("c1", "a1", "spun", 0.1, 0.1, 2.5, "")


def test_a_mixed_cluster_without_a_wrong_link_is_shown_by_a_pair() -> None:
    found = wrong_pairs(GOLD, [["a1", "a2", "b1"]], [Link("a2", "a1", "near", 0.9)], 9)
    assert found == [Mistake("a1", "b1", None, None, None, None, "")]


def test_a_story_that_no_wrong_link_leads_to_is_shown_beside_the_links() -> None:
    links = [Link("b1", "a1", "near", 0.3), Link("c1", "b1", "near", 0.3)]
    gold = Gold({**GOLD.cluster_of, "d1": "d", "d2": "d"})
    found = wrong_pairs(gold, [["a1", "b1", "c1", "d1", "d2"]], links, 9)
    assert pairs(found) == [("b1", "a1"), ("c1", "b1"), ("a1", "d1")]


def test_a_wrong_pair_that_is_ignored_is_not_shown() -> None:
    gold = Gold(GOLD.cluster_of, ignored=frozenset({("a1", "b1")}))
    assert wrong_pairs(gold, [["a1", "b1"]], [Link("b1", "a1", "near", 0.9)], 9) == []


def test_a_missed_pair_that_the_report_nearly_found_comes_first() -> None:
    borderline = [Link("a1", "a3", "near", 0.2), Link("b1", "b2", "near", 0.24), Link("a1", "c1", "near", 0.24)]
    found = missed_pairs(GOLD, {"a1": 0, "a2": 0}, borderline, 9)
    assert pairs(found) == [("b1", "b2"), ("a1", "a3"), ("a3", "a1")][:2]
    assert found[0].resemblance == 0.24


def test_a_story_in_parts_is_shown_by_a_pair_of_the_largest_part_with_each_other() -> None:
    assert pairs(missed_pairs(GOLD, {"a1": 0, "a2": 0}, [], 9)) == [("a3", "a1"), ("b2", "b1")]


def test_the_partner_in_the_gold_is_the_pair_to_look_at() -> None:
    gold = Gold(GOLD.cluster_of, partner_of={"a3": "a2"})
    assert pairs(missed_pairs(gold, {"a1": 0, "a2": 0}, [], 1)) == [("a3", "a2")]


def test_two_parts_that_name_each_other_are_one_pair() -> None:
    gold = Gold(dict.fromkeys("wxyz", "s"), partner_of={"y": "z", "z": "y"})
    assert pairs(missed_pairs(gold, {"w": 0, "x": 0}, [], 9)) == [("y", "z")]


def test_a_missed_pair_that_is_ignored_is_not_shown() -> None:
    gold = Gold(GOLD.cluster_of, ignored=frozenset({("a1", "a3"), ("b2", "b1")}))
    assert pairs(missed_pairs(gold, {"a1": 0, "a2": 0}, [], 9)) == [("a3", "a2")]


def test_kinds_of_a_mistake_are_those_of_the_gold() -> None:
    gold = Gold({"x": "1", "y": "1"}, {"x": "story", "y": "cut"})
    assert missed_pairs(gold, {}, [], 1)[0].kinds == "cut ~ story"


NAMES = [f"n{i}" for i in range(9)]
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))


@given(
    st.fixed_dictionaries({n: st.sampled_from("abc") for n in NAMES}),
    st.fixed_dictionaries({n: st.integers(0, 3) for n in NAMES}),
    st.frozensets(PAIRS, max_size=4),
    st.lists(PAIRS, max_size=6),
)
def test_every_mistake_shown_is_one_and_no_kind_of_mistake_is_kept_back(
    truth: dict[str, str], told: dict[str, int], ignored: frozenset[tuple[str, str]], linked: list[tuple[str, str]]
) -> None:
    gold = Gold(truth, ignored=ignored)
    clusters = [[n for n in NAMES if told[n] == i] for i in range(4)]
    inside = [Link(a, b, "near", 0.5) for a, b in linked if a != b and told[a] == told[b]]
    across = [Link(a, b, "near", 0.2) for a, b in linked if a != b and told[a] != told[b]]
    looked_at = [p for p in itertools.combinations(NAMES, 2) if not gold.ignores(*p)]
    wrong = {p for p in looked_at if told[p[0]] == told[p[1]] and truth[p[0]] != truth[p[1]]}
    missed = {p for p in looked_at if told[p[0]] != told[p[1]] and truth[p[0]] == truth[p[1]]}
    shown_wrong = pairs(wrong_pairs(gold, [c for c in clusters if c], inside, 99))
    shown_missed = pairs(missed_pairs(gold, told, across, 99))
    assert {tuple(sorted(p)) for p in shown_wrong} <= wrong
    assert {tuple(sorted(p)) for p in shown_missed} <= missed
    assert len({tuple(sorted(p)) for p in shown_missed}) == len(shown_missed)
    if not ignored:
        assert bool(shown_wrong) == bool(wrong) and bool(shown_missed) == bool(missed)
