from pathlib import Path
from typing import Any

import orjson
import pytest

import dedup
from dedup.errors import GoldError, ReportError
from dedup.report.document import to_json
from dedup.workflows.evaluate import evaluate

GOLD = Path(__file__).parents[2] / "data" / "gold.tsv"
SETTINGS = {"min_resemblance": 0.25, "min_containment": 0.5, "min_rewrite": -1.34}


def member(id_: str, relation: str = "original", to: Any = None, **measures: Any) -> dict[str, Any]:
    return {"id": id_, "relation": relation, "to": to, "resemblance": 0.1, "containment": 0.1, **measures}


def report(folder: Path, clusters: list[list[dict[str, Any]]], *, articles: int = 9, **parts: Any) -> Path:
    """A report with what an evaluation reads."""
    document = {
        "format": "dedup-report",
        "version": 1,
        "run": {"settings": SETTINGS},
        "counts": {"articles": articles},
        "clusters": [{"members": members} for members in clusters],
        "footers": [],
        "set_aside": [],
        "unreadable": [],
    }
    document |= parts
    (folder / "report.json").write_bytes(orjson.dumps(document))
    return folder / "report.json"


def gold(folder: Path, rows: str) -> Path:
    (folder / "gold.tsv").write_text(rows, "utf-8")
    return folder / "gold.tsv"


@pytest.fixture
def spun(tmp_path: Path) -> Path:
    """A report with spun copies, an excerpt, and pairs that were nearly found."""
    clusters = [
        [
            member("wire"),
            member("copy", "near", "wire", resemblance=0.6),
            member("part", "excerpt", "copy", containment=0.8),
            member("turned", "spun", "wire", rewrite=2.0),
            member("stranger", "spun", "wire", rewrite=-0.9),
        ]
    ]
    borderline = [
        {"left": "lost", "right": "wire", "relation": "spun", "resemblance": 0, "containment": 0.1, "rewrite": -2.5},
        {"left": "other", "right": "wire", "relation": "spun", "resemblance": 0, "containment": 0.1, "rewrite": -3.5},
    ]
    return report(tmp_path, clusters, borderline=borderline)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    ids = ("wire", "copy", "part", "turned", "lost")
    return gold(tmp_path, "".join(f"{id_}\tstory\n" for id_ in ids) + "stranger\ts\nother\to\nalone\ta\n")


def test_a_report_is_measured_against_its_gold(spun: Path, labels: Path) -> None:
    found = evaluate(spun, labels)
    scores = found.scores
    assert (scores.gold_pairs, scores.found_pairs, scores.right_pairs) == (10, 10, 6)
    assert (found.articles, found.stories, found.clusters, found.clustered_articles) == (8, 1, 1, 5)
    assert [(one.relation, one.right, one.pairs) for one in found.by_relation] == [
        ("near", 1, 1),
        ("excerpt", 1, 1),
        ("spun", 1, 2),
    ]


def test_the_worst_mistakes_carry_the_evidence_of_the_report(spun: Path, labels: Path) -> None:
    found = evaluate(spun, labels)
    assert [(one.left, one.right, one.relation, one.rewrite) for one in found.wrong] == [
        ("stranger", "wire", "spun", -0.9)
    ]
    assert [(one.left, one.right, one.relation, one.rewrite) for one in found.missed] == [
        ("lost", "wire", "spun", -2.5)
    ]
    assert (evaluate(spun, labels, most=0).wrong, evaluate(spun, labels, most=0).missed) == ([], [])


def test_thresholds_are_swept_from_the_report_alone(spun: Path, labels: Path) -> None:
    near, excerpt, rewritten = evaluate(spun, labels, thresholds=True).sweeps
    assert [(s.threshold, s.in_force) for s in near.steps] == [(0.25, True), (0.6, False)]
    assert [(s.threshold, s.in_force) for s in excerpt.steps] == [(0.5, True), (0.8, False)]
    assert [(s.threshold, s.right_pairs, s.found_pairs, s.in_force) for s in rewritten.steps] == [
        (-3.5, 10, 21, False),
        (-2.5, 10, 15, False),
        (-1.34, 6, 10, True),
        (-0.9, 6, 10, False),
        (2.0, 6, 6, False),
    ]
    assert (rewritten.links, rewritten.borderline) == (2, 2)


def test_thresholds_are_not_swept_unless_asked_for(spun: Path, labels: Path) -> None:
    assert evaluate(spun, labels).sweeps == []


@pytest.mark.parametrize("clusters", [[[member("a"), member("b", "spun", "a", rewrite=None)]], []])
def test_a_report_of_an_older_version_can_be_swept(tmp_path: Path, clusters: list[list[dict[str, Any]]]) -> None:
    old = report(tmp_path, clusters, run={"settings": {"min_resemblance": 0.25}})
    found = evaluate(old, gold(tmp_path, "a\tx\nb\tx\n"), thresholds=True)
    assert [(one.relation, one.steps) for one in found.sweeps] == [("near", ()), ("excerpt", ()), ("spun", ())]


def test_ignored_pairs_count_neither_as_right_nor_as_wrong(spun: Path, labels: Path, tmp_path: Path) -> None:
    (tmp_path / "ignore.tsv").write_text("stranger\twire\nturned\twire\nlost\twire\n")
    found = evaluate(spun, labels, ignore=tmp_path / "ignore.tsv")
    scores = found.scores
    assert (scores.gold_pairs, scores.found_pairs, scores.right_pairs) == (8, 8, 5)
    assert [(one.relation, one.pairs) for one in found.by_relation] == [("near", 1), ("excerpt", 1)]


def test_an_article_without_label_is_left_out_and_named(spun: Path, tmp_path: Path) -> None:
    found = evaluate(spun, gold(tmp_path, "wire\ts\ncopy\ts\n"))
    assert found.left_out == ["part", "stranger", "turned"]
    assert (found.scores.found_pairs, found.scores.precision, found.scores.largest_cluster) == (1, 1.0, 2)


def test_a_gold_of_another_collection_is_an_error(spun: Path, tmp_path: Path) -> None:
    with pytest.raises(
        GoldError, match=r"labels no article of the clusters.*ids such as 'wire', the labels such as 'x'"
    ):
        evaluate(spun, gold(tmp_path, "x\ty\n"))


def test_a_report_without_clusters_found_nothing(tmp_path: Path) -> None:
    scores = evaluate(report(tmp_path, []), gold(tmp_path, "a\tx\nb\tx\n")).scores
    assert (scores.precision, scores.recall, scores.largest_cluster) == (1.0, 0.0, 0)


@pytest.mark.parametrize(
    "parts",
    [
        {"clusters": [{"members": [{"id": "a"}, {"id": "b", "to": "a"}]}]},
        {"clusters": [{"members": [member("a")]}, {"members": [member("a")]}]},
        {"clusters": [{"members": [member("a"), member("b", "near", "a", resemblance="high")]}]},
        {"clusters": [{"members": [member("a"), member("b", "near", ["a"])]}]},
        {"clusters": [{"members": [{"id": 1}]}]},
        {"clusters": [{"members": []}]},
        {"clusters": [[]]},
        {"clusters": [{}]},
        {"borderline": [{"left": "a"}]},
        {"borderline": 7},
        {"counts": {}},
        {"run": {"settings": 1}},
        {"run": {"settings": {"min_resemblance": "much"}}},
    ],
)
def test_a_damaged_report_is_an_error_and_no_traceback(tmp_path: Path, parts: dict[str, Any]) -> None:
    damaged = report(tmp_path, [[member("a"), member("b", "near", "a")]])
    damaged.write_bytes(orjson.dumps(orjson.loads(damaged.read_bytes()) | parts))
    with pytest.raises(ReportError, match="damaged report"):
        evaluate(damaged, gold(tmp_path, "a\tx\nb\tx\n"), thresholds=True)


def test_the_sample_is_measured_by_relation(tmp_path: Path, sample_report: dedup.Report) -> None:
    (tmp_path / "report.json").write_bytes(to_json(sample_report))
    found = evaluate(tmp_path / "report.json", GOLD, thresholds=True)
    recall = {one.relation: (one.right, one.pairs) for one in found.by_gold_relation}
    assert (recall["identical"], recall["near"]) == ((3, 3), (20, 20))
    assert (found.articles, found.scanned, found.left_out) == (70, 70, [])
    in_force = [step for one in found.sweeps for step in one.steps if step.in_force]
    assert {step.f1 for step in in_force} == {found.scores.f1}
