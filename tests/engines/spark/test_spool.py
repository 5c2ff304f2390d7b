"""Files that were brought are read as what their names say, and their names lead nowhere."""

import os
from pathlib import Path

import pytest

from dedup.engines.spark.entries import SIZES
from dedup.engines.spark.spool import File, Origin, read_brought
from dedup.model import Article, Unreadable
from dedup.readers import FileBatch, LineBlock, read
from dedup.settings import Settings

ORIGIN = Origin("s3a://bucket/wire", 0, "lot000000a00000001")


def test_hostile_names_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names = ["../../out.txt", "/etc/x.txt", "a/../../b.md", "n" * 3000 + ".txt", "a.txt", "a.txt/b.txt", "x\ny.html"]
    files = [File(name, b"<p>A storm came over the hills.</p>") for name in names]
    for _, batch in read_brought(files, ORIGIN, SIZES, Settings()):
        assert isinstance(batch, FileBatch)
        assert {os.path.dirname(path) for path in map(str, tmp_path.rglob("*.txt"))} == {batch.root}  # noqa: PTH120
        found = list(read(batch, Settings()))
        assert all(isinstance(one, Article) for one in found)
        assert {one.path for one in found} == {name.replace("\n", "\ufffd") for name in names}
    assert list(tmp_path.iterdir()) == []


def test_pieces_are_called_by_where_they_come_from() -> None:
    files = [File("day/b.txt", b"A"), File("a.jsonl.gz", b"no gzip")]
    pieces, bad = set(), []
    for _, batch in read_brought(files, ORIGIN, SIZES, Settings()):
        if isinstance(batch, LineBlock):
            pieces.add(batch.piece[:2])
        else:
            pieces.add(batch.piece(batch.folders[0][1][0])[:2])
        bad += [one.path for one in read(batch, Settings()) if isinstance(one, Unreadable)]
    assert pieces == {(ORIGIN.root, "day/b.txt"), (ORIGIN.root, "a.jsonl.gz")}
    assert bad == ["a.jsonl.gz"]
