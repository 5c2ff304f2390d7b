import dataclasses
import json
import lzma
from pathlib import Path

import pytest
from corpora import CorpusError, corpus, digest, gold_of
from measure import table
from quality import main, raised, shortfalls

from dedup.evaluation.counting import score
from dedup.evaluation.gold import Gold

SCORES = score(Gold({"a": "1", "b": "1", "c": "1", "d": "2"}), [["a", "b"]])
"""Precision 1, recall 1/3, F1 1/2."""


def labelled_folder(folder: Path) -> Path:
    folder.mkdir()
    kinds = {"a": "story", "b": "cut", "c": "story"}
    docs = [json.dumps({"id": i, "text": f"text of {i}", "kind": kind}) for i, kind in kinds.items()]
    (folder / "docs.jsonl").write_text("\n".join(docs) + "\n")
    (folder / "clusters.tsv").write_text("id\tcluster\na\t1\nb\t1\nc\t2\n")
    return folder


def report_file(path: Path, clusters: list[list[str]]) -> Path:
    members = [{"members": [{"id": i} for i in cluster]} for cluster in clusters]
    path.write_text(json.dumps({"format": "dedup-report", "run": {}, "clusters": members}))
    return path


def test_floors_are_the_figures_rounded_down() -> None:
    floors = raised("news", {}, SCORES, content="d", fingerprint="f")
    assert floors["news"]["recall"] == 0.333
    assert floors["news"]["f1"] == 0.5
    assert (floors["news"]["digest"], floors["news"]["settings_fingerprint"]) == ("d", "f")


def test_raising_never_lowers_a_floor_and_leaves_other_collections_alone() -> None:
    before = {"news": {"digest": "d", "recall": 0.9, "f1": 0.1}, "other": {"digest": "e", "f1": 0.7}}
    after = raised("news", before, SCORES, content="d", fingerprint="f")
    assert (after["news"]["recall"], after["news"]["f1"]) == (0.9, 0.5)
    assert after["other"] == before["other"]


def test_floors_of_other_texts_are_neither_raised_nor_passed() -> None:
    floors = {"news": {"digest": "old", "f1": 0.1}}
    with pytest.raises(ValueError, match="other texts"):
        raised("news", floors, SCORES, content="new", fingerprint="f")
    assert shortfalls("news", floors, SCORES, "new") != []


def test_a_measure_below_its_floor_is_named() -> None:
    floors = {"news": {"digest": "d", "precision": 1.0, "f1": 0.501}}
    assert shortfalls("news", floors, SCORES, "d") == ["news: f1 is 0.5000, below its floor 0.501"]


def test_figures_hold_the_floors_they_set() -> None:
    floors = raised("news", {}, SCORES, content="d", fingerprint="f")
    assert shortfalls("news", floors, SCORES, "d") == []


def test_a_collection_without_floors_passes() -> None:
    assert shortfalls("news", {}, SCORES, "d") == []


def test_labels_and_kinds_are_read_from_a_labelled_folder(tmp_path: Path) -> None:
    gold = gold_of(corpus(labelled_folder(tmp_path / "news")))
    assert gold.cluster_of == {"a": "1", "b": "1", "c": "2"}
    assert gold.kind_of == {"a": "story", "b": "cut", "c": "story"}


def test_labels_and_kinds_are_read_from_a_gold_file_beside_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sample").mkdir()
    (tmp_path / "gold.tsv").write_text("id\tcluster\trelation\nx/1.txt\ts\toriginal\nx/2.txt\ts\tnear\n")
    gold = gold_of(corpus(tmp_path / "sample"))
    assert gold.cluster_of == {"x/1.txt": "s", "x/2.txt": "s"}
    assert gold.kind_of == {"x/1.txt": "original", "x/2.txt": "near"}


def test_a_folder_without_labels_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="gold"):
        corpus(tmp_path)


def test_the_digest_is_that_of_the_unpacked_texts(tmp_path: Path) -> None:
    folder = labelled_folder(tmp_path / "news")
    plain = digest(corpus(folder))
    (folder / "docs.jsonl.xz").write_bytes(lzma.compress((folder / "docs.jsonl").read_bytes()))
    (folder / "docs.jsonl").unlink()
    assert digest(corpus(folder)) == plain


def test_the_digest_changes_with_a_label(tmp_path: Path) -> None:
    folder = labelled_folder(tmp_path / "news")
    before = digest(corpus(folder))
    (folder / "clusters.tsv").write_text("id\tcluster\na\t1\nb\t1\nc\t1\n")
    assert digest(corpus(folder)) != before


def test_a_report_is_measured_raised_and_then_held_to_its_floors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, floors = labelled_folder(tmp_path / "news"), tmp_path / "floors.json"
    good = report_file(tmp_path / "good.json", [["a", "b"]])
    bad = report_file(tmp_path / "bad.json", [["a", "c"]])
    assert main([str(good), str(folder), "--raise", "--floors", str(floors)]) == 0
    assert json.loads(floors.read_text())["news"]["f1"] == 1.0
    assert main([str(good), str(folder), "--check", "--floors", str(floors)]) == 0
    assert main([str(bad), str(folder), "--check", "--floors", str(floors)]) == 1
    assert "f1 is 0.0000, below its floor 1.000" in capsys.readouterr().err


def test_every_measure_of_the_scores_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(dataclasses.asdict(SCORES)))["recall"] == pytest.approx(1 / 3)


def test_a_table_aligns_its_columns() -> None:
    assert table(("tool", "s"), [("a", 1), ("bcdef", 22)]).splitlines() == [
        "tool    s",
        "-----  --",
        "a       1",
        "bcdef  22",
    ]
