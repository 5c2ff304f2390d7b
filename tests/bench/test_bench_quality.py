import dataclasses
import json
import lzma
from pathlib import Path

import pytest
from corpora import CorpusError, corpus, digest, gold_of
from measure import table
from pairs import read_pairs
from quality import collections, judged_clusters, main, parsed

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


def with_pairs(folder: Path, rows: str) -> Path:
    (folder / "pairs.tsv").write_text("id_a\tid_b\tlabel\n" + rows)
    return folder


def report_file(path: Path, clusters: list[list[str]]) -> Path:
    members = [{"members": [{"id": i} for i in cluster]} for cluster in clusters]
    path.write_text(json.dumps({"format": "dedup-report", "run": {}, "clusters": members}))
    return path


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


def test_a_folder_may_have_labelled_pairs_alone(tmp_path: Path) -> None:
    folder = labelled_folder(tmp_path / "news")
    (folder / "clusters.tsv").rename(folder / "pairs.tsv")
    assert (corpus(folder).clusters, corpus(folder).pairs) == (None, folder / "pairs.tsv")
    with pytest.raises(CorpusError, match="only pairs"):
        gold_of(corpus(folder))


def test_clusters_that_hold_a_pair_of_no_copies_are_not_judged(tmp_path: Path) -> None:
    found = corpus(with_pairs(labelled_folder(tmp_path / "news"), "a\tb\tsame_event_different_text\n"))
    assert judged_clusters(found, read_pairs(found.pairs)) is None


def test_pairs_that_are_not_judged_are_not_judged_by_clusters_either(tmp_path: Path) -> None:
    found = corpus(with_pairs(labelled_folder(tmp_path / "news"), "a\tc\tsame_event_shares_text\n"))
    gold = judged_clusters(found, read_pairs(found.pairs))
    assert gold is not None
    assert gold.ignores("c", "a")


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


def test_the_digest_changes_with_a_label_of_a_pair(tmp_path: Path) -> None:
    folder = labelled_folder(tmp_path / "news")
    digests = {digest(corpus(folder))}
    digests.add(digest(corpus(with_pairs(folder, "a\tb\tspun\n"))))
    digests.add(digest(corpus(with_pairs(folder, "a\tb\tdifferent\n"))))
    assert len(digests) == 3


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


def test_labelled_pairs_are_held_to_their_floors_and_ceilings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, floors = labelled_folder(tmp_path / "news"), tmp_path / "floors.json"
    (folder / "clusters.tsv").unlink()
    with_pairs(folder, "a\tb\tspun\na\tc\tdifferent\n")
    good = report_file(tmp_path / "good.json", [["a", "b"]])
    bad = report_file(tmp_path / "bad.json", [["a", "c"]])
    assert main([str(good), str(folder), "--raise", "--floors", str(floors)]) == 0
    entry = json.loads(floors.read_text())["news"]
    assert (entry["labels"], entry["ceilings"]) == ({"spun": 1.0}, {"different": 0.0})
    assert main([str(bad), str(folder), "--check", "--floors", str(floors)]) == 1
    said = capsys.readouterr().err
    assert "recall of spun is 0.0000, below its floor 1.000" in said
    assert "share of different put into one cluster is 1.0000, above its ceiling 0.000" in said


def test_all_takes_the_collections_of_a_folder_and_says_what_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("news", "wire"):
        labelled_folder(tmp_path / name)
    (tmp_path / "pages").mkdir()
    (tmp_path / "README.md").write_text("no collection")
    found = [one.name for one in collections(parsed(["--all", str(tmp_path)]))]
    assert found == ["news", "wire"]
    left_out = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in left_out] == [str(tmp_path / "README.md"), str(tmp_path / "pages")]


def test_a_folder_that_is_named_must_hold_a_collection(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for words in ([str(tmp_path / "pages")], ["--all", str(tmp_path / "nowhere")], ["--all", str(tmp_path)]):
        with pytest.raises(CorpusError):
            list(collections(parsed(words)))


def test_every_measure_of_the_scores_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(dataclasses.asdict(SCORES)))["recall"] == pytest.approx(1 / 3)


def test_a_table_aligns_its_columns() -> None:
    assert table(("tool", "s"), [("a", 1), ("bcdef", 22)]).splitlines() == [
        "tool    s",
        "-----  --",
        "a       1",
        "bcdef  22",
    ]
