import pytest
from floors import Figures, held, raised, shortfalls, without_floor
from pairs import LabelScore

from dedup.evaluation.counting import score
from dedup.evaluation.gold import Gold

SCORES = score(Gold({"a": "1", "b": "1", "c": "1", "d": "2"}), [["a", "b"]])
"""Precision 1, recall 1/3, F1 1/2."""

CLUSTERS = Figures(SCORES)
PAIRS = Figures(None, (LabelScore("spun", True, 3, 2), LabelScore("different", False, 3, 1)))


def big_cluster(kind: str, size: int) -> Figures:
    """One story of articles of one kind, half of which are found together."""
    articles = [f"{kind}{i}" for i in range(size)]
    return Figures(score(Gold(dict.fromkeys(articles, "1"), dict.fromkeys(articles, kind)), [articles[: size // 2]]))


def test_floors_are_the_figures_rounded_down() -> None:
    floors = raised("news", {}, CLUSTERS, content="d", fingerprint="f")
    assert floors["news"]["recall"] == 0.333
    assert floors["news"]["f1"] == 0.5
    assert (floors["news"]["digest"], floors["news"]["settings_fingerprint"]) == ("d", "f")


def test_recall_of_a_label_has_a_floor_and_wrongly_found_pairs_have_a_ceiling_rounded_up() -> None:
    floors = raised("news", {}, PAIRS, content="d", fingerprint="f")
    assert floors["news"] == {
        "digest": "d",
        "settings_fingerprint": "f",
        "labels": {"spun": 0.666},
        "ceilings": {"different": 0.334},
    }


def test_raising_never_lowers_a_floor_and_leaves_other_collections_alone() -> None:
    before = {"news": {"digest": "d", "recall": 0.9, "f1": 0.1}, "other": {"digest": "e", "f1": 0.7}}
    after = raised("news", before, CLUSTERS, content="d", fingerprint="f")
    assert (after["news"]["recall"], after["news"]["f1"]) == (0.9, 0.5)
    assert after["other"] == before["other"]


def test_raising_never_lifts_a_ceiling() -> None:
    before = {"news": {"digest": "d", "labels": {"spun": 0.9}, "ceilings": {"different": 0.1}}}
    after = raised("news", before, PAIRS, content="d", fingerprint="f")
    assert (after["news"]["labels"], after["news"]["ceilings"]) == ({"spun": 0.9}, {"different": 0.1})
    assert before["news"]["ceilings"] == {"different": 0.1}


def test_floors_of_other_texts_are_neither_raised_nor_passed() -> None:
    floors = {"news": {"digest": "old", "f1": 0.1}}
    with pytest.raises(ValueError, match="other texts"):
        raised("news", floors, CLUSTERS, content="new", fingerprint="f")
    assert shortfalls("news", floors, CLUSTERS, "new") != []


def test_a_measure_below_its_floor_is_named() -> None:
    floors = {"news": {"digest": "d", "precision": 1.0, "f1": 0.501}}
    assert shortfalls("news", floors, CLUSTERS, "d") == ["news: f1 is 0.5000, below its floor 0.501"]


def test_a_label_below_its_floor_and_one_above_its_ceiling_are_named() -> None:
    floors = {"news": {"digest": "d", "labels": {"spun": 0.7}, "ceilings": {"different": 0.2}}}
    assert shortfalls("news", floors, PAIRS, "d") == [
        "news: recall of spun is 0.6667, below its floor 0.700",
        "news: share of different put into one cluster is 0.3333, above its ceiling 0.200",
    ]


def test_a_floor_of_what_is_no_longer_measured_fails() -> None:
    floors = {"news": {"digest": "d", "kinds": {"story ~ cut": 0.9}}}
    assert shortfalls("news", floors, PAIRS, "d") == [
        "news: recall of the kinds story ~ cut is no longer measured, and has the bound 0.900"
    ]


@pytest.mark.parametrize("figures", [CLUSTERS, PAIRS, big_cluster("story", 20)])
def test_figures_hold_the_floors_they_set(figures: Figures) -> None:
    floors = raised("news", {}, figures, content="d", fingerprint="f")
    assert shortfalls("news", floors, figures, "d") == []
    assert without_floor("news", floors, figures) == 0


def test_a_collection_without_floors_passes_and_its_figures_are_counted() -> None:
    assert shortfalls("news", {}, CLUSTERS, "d") == []
    assert without_floor("news", {}, CLUSTERS) == 7


def test_only_kinds_with_many_pairs_have_floors() -> None:
    assert held(big_cluster("story", 20))["kinds"] == {"story": 45 / 190}
    assert held(big_cluster("story", 10))["kinds"] == {}
    assert held(big_cluster("", 20))["kinds"] == {}
