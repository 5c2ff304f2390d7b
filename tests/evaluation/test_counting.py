import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.evaluation.counting import MOST_KINDS, Scores, score
from dedup.evaluation.gold import Gold

# Two stories, a (3 articles) and b (2); c alone. Found: {a1, a2} and {a3, b1}. Of 4 gold pairs 1 is found, of
# 2 found pairs 1 is right: P = 1/2, R = 1/4, F1 = 1/3. Of 15 pairs in all, 4 * 2 / 15 = 8/15 are right by
# chance: ARI = (1 - 8/15) / (3 - 8/15) = 7/37.
GOLD = Gold(
    {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "c1": "c"},
    {"a1": "story", "a2": "cut", "a3": "cut", "b1": "story", "b2": "edit", "c1": "story"},
)
FOUND = [["a1", "a2"], ["a3", "b1"]]


def test_pair_measures_are_those_counted_by_hand() -> None:
    scores = score(GOLD, FOUND)
    assert (scores.gold_pairs, scores.found_pairs, scores.right_pairs) == (4, 2, 1)
    assert (scores.precision, scores.recall) == (1 / 2, 1 / 4)
    assert scores.f1 == pytest.approx(1 / 3)
    assert scores.ari == pytest.approx(7 / 37)
    assert scores.largest_cluster == 2


def test_bcubed_measures_are_those_counted_by_hand() -> None:
    # Precision: a1 and a2 1, a3 1/2, b1 1/2, b2 and c1 (alone) 1. Recall: 2/3, 2/3, 1/3, 1/2, 1/2, 1.
    scores = score(GOLD, FOUND)
    assert scores.bcubed_precision == pytest.approx(5 / 6)
    assert scores.bcubed_recall == pytest.approx(11 / 18)
    assert scores.bcubed_f1 == pytest.approx(2 * (5 / 6) * (11 / 18) / (5 / 6 + 11 / 18))


def test_recall_and_wrong_pairs_are_told_by_kinds() -> None:
    scores = score(GOLD, FOUND)
    assert [(one.kinds, one.recall, one.gold_pairs, one.wrong_pairs) for one in scores.kinds] == [
        ("cut ~ story", 0.5, 2, 1),
        ("cut", 0.0, 1, 0),
        ("edit ~ story", 0.0, 1, 0),
    ]


def test_kinds_without_a_gold_pair_have_no_recall() -> None:
    (only,) = score(Gold({"a": "1", "b": "2"}, {"a": "story", "b": "story"}), [["a", "b"]]).kinds
    assert (only.kinds, only.recall, only.gold_pairs, only.wrong_pairs) == ("story", None, 0, 1)


def test_more_kinds_than_can_be_told_apart_are_one() -> None:
    names = [str(i) for i in range(MOST_KINDS + 1)]
    (only,) = score(Gold(dict.fromkeys(names, "1"), {n: f"the case of {n}" for n in names}), [names]).kinds
    assert (only.kinds, only.recall) == ("", 1.0)


def test_an_ignored_pair_is_neither_right_nor_wrong_nor_missed() -> None:
    ignored = frozenset({("a2", "a1"), ("a1", "a2"), ("a3", "b1"), ("b1", "b2"), ("a1", "elsewhere")})
    scores = score(Gold(GOLD.cluster_of, GOLD.kind_of, ignored), FOUND)
    assert (scores.gold_pairs, scores.found_pairs, scores.right_pairs) == (2, 0, 0)
    assert (scores.precision, scores.recall) == (1.0, 0.0)
    assert sum(one.wrong_pairs for one in scores.kinds) == 0


def test_nothing_found_is_precise_and_nothing_to_find_is_complete() -> None:
    assert score(GOLD, []).precision == 1.0
    assert score(Gold({"a": "1", "b": "2"}), []).recall == 1.0
    assert score(Gold({"a": "1", "b": "2"}), []).ari == 1.0


def test_an_article_without_label_is_an_error() -> None:
    with pytest.raises(ValueError, match="'z'"):
        score(GOLD, [["a1", "z"]])


def test_an_article_in_two_found_clusters_is_an_error() -> None:
    with pytest.raises(ValueError, match="two found clusters"):
        score(GOLD, [["a1", "a2"], ["a2", "a3"]])


def counted_pair_by_pair(gold: Gold, found: list[list[str]]) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Gold, right and wrong pairs by kinds, each pair looked at: the oracle."""
    found_of = {article: i for i, cluster in enumerate(found) for article in cluster}
    ignored = {frozenset(pair) for pair in gold.ignored}
    totals: tuple[dict[str, int], ...] = ({}, {}, {})
    for a, b in itertools.combinations(gold.cluster_of, 2):
        if frozenset((a, b)) in ignored:
            continue
        truth = gold.cluster_of[a] == gold.cluster_of[b]
        told = a in found_of and found_of[a] == found_of.get(b)
        kinds = " ~ ".join(sorted({gold.kind_of.get(a, ""), gold.kind_of.get(b, "")}))
        for counts, holds in zip(totals, (truth, truth and told, told and not truth), strict=True):
            if holds:
                counts[kinds] = counts.get(kinds, 0) + 1
    return totals[0], totals[1], totals[2]


@st.composite
def labelled(draw: st.DrawFn) -> tuple[Gold, list[list[str]]]:
    names = [f"n{i}" for i in range(draw(st.integers(1, 14)))]
    truth = {n: draw(st.sampled_from("abc")) for n in names}
    kinds = {n: draw(st.sampled_from(["", "cut", "story", "edit"])) for n in names}
    ignored = draw(st.frozensets(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=6))
    told = {n: draw(st.integers(0, 4)) for n in names}
    found = [[n for n in names if told[n] == i] for i in range(4)]
    return Gold(truth, kinds, ignored), [cluster for cluster in found if cluster]


@given(labelled())
def test_counts_equal_those_of_looking_at_each_pair(case: tuple[Gold, list[list[str]]]) -> None:
    gold, found = case
    every, right, wrong = counted_pair_by_pair(gold, found)
    scores = score(gold, found)
    assert {one.kinds: one.gold_pairs for one in scores.kinds if one.gold_pairs} == every
    assert {one.kinds: one.right_pairs for one in scores.kinds if one.right_pairs} == right
    assert {one.kinds: one.wrong_pairs for one in scores.kinds if one.wrong_pairs} == wrong
    assert all(one.recall == one.right_pairs / one.gold_pairs for one in scores.kinds if one.recall is not None)


@given(labelled())
def test_bcubed_equals_that_of_looking_at_each_article(case: tuple[Gold, list[list[str]]]) -> None:
    gold, found = case
    found_set = {a: {a} for a in gold.cluster_of} | {a: set(cluster) for cluster in found for a in cluster}
    precision = recall = 0.0
    for article, cluster in gold.cluster_of.items():
        truth = {a for a in gold.cluster_of if gold.cluster_of[a] == cluster}
        both = len(truth & found_set[article])
        precision += both / len(found_set[article]) / len(gold.cluster_of)
        recall += both / len(truth) / len(gold.cluster_of)
    scores = score(gold, found)
    assert (scores.bcubed_precision, scores.bcubed_recall) == (pytest.approx(precision), pytest.approx(recall))


@given(labelled())
def test_what_is_found_as_labelled_is_right_in_every_measure(case: tuple[Gold, list[list[str]]]) -> None:
    gold, _ = case
    stories = [[a for a in gold.cluster_of if gold.cluster_of[a] == c] for c in set(gold.cluster_of.values())]
    s = score(gold, stories)
    assert (s.precision, s.recall, s.f1, s.ari) == (1, 1, 1, 1)
    assert (s.bcubed_precision, s.bcubed_recall) == (pytest.approx(1), pytest.approx(1))


def hundred_thousand_in_clusters_of_ten_thousand() -> Scores:
    names = [str(i) for i in range(100_000)]
    gold = Gold({n: str(i // 10_000) for i, n in enumerate(names)}, dict.fromkeys(names, "story"))
    return score(gold, [names[i : i + 20_000] for i in range(0, 100_000, 20_000)])


def test_clusters_of_ten_thousand_are_counted_and_not_listed() -> None:
    scores = hundred_thousand_in_clusters_of_ten_thousand()
    assert scores.gold_pairs == 10 * 10_000 * 9_999 // 2
    assert scores.found_pairs == 5 * 20_000 * 19_999 // 2
    assert scores.right_pairs == scores.gold_pairs
