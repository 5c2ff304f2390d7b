import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from score import Gold, Scores, score

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
    assert scores.recall_by_kind == {"cut ~ story": (0.5, 2), "cut": (0.0, 1), "edit ~ story": (0.0, 1)}
    assert list(scores.recall_by_kind) == ["cut ~ story", "cut", "edit ~ story"]
    assert scores.wrong_by_kind == {"cut ~ story": 1}


def test_an_ignored_pair_is_neither_right_nor_wrong_nor_missed() -> None:
    ignored = frozenset({("a2", "a1"), ("a1", "a2"), ("a3", "b1"), ("b1", "b2"), ("a1", "elsewhere")})
    scores = score(Gold(GOLD.cluster_of, GOLD.kind_of, ignored), FOUND)
    assert (scores.gold_pairs, scores.found_pairs, scores.right_pairs) == (2, 0, 0)
    assert (scores.precision, scores.recall) == (1.0, 0.0)
    assert scores.wrong_by_kind == {}


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
    assert {k: n for k, (_, n) in scores.recall_by_kind.items()} == every
    assert {k: round(r * n) for k, (r, n) in scores.recall_by_kind.items() if r} == right
    assert scores.wrong_by_kind == wrong


def hundred_thousand_in_clusters_of_ten_thousand() -> Scores:
    names = [str(i) for i in range(100_000)]
    gold = Gold({n: str(i // 10_000) for i, n in enumerate(names)}, dict.fromkeys(names, "story"))
    return score(gold, [names[i : i + 20_000] for i in range(0, 100_000, 20_000)])


def test_clusters_of_ten_thousand_are_counted_and_not_listed() -> None:
    scores = hundred_thousand_in_clusters_of_ten_thousand()
    assert scores.gold_pairs == 10 * 10_000 * 9_999 // 2
    assert scores.found_pairs == 5 * 20_000 * 19_999 // 2
    assert scores.right_pairs == scores.gold_pairs
