"""Ranges of a big JSON Lines file: the lines that begin in them are those of the file, with their numbers."""

import gzip
import os
import pickle
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from dedup.model import Article, Unreadable
from dedup.readers import LineBlock, big, folder, read
from dedup.readers.big import LinesFile, Range, counted, file_blocks, range_blocks
from dedup.readers.folder import walk
from dedup.settings import Settings

LIMIT = Settings(max_article_bytes=60)
line = st.sampled_from(
    [b'{"text": "A storm."}', b'{"text": "Fire", "id": "f"}', b"", b" \r", b"\r", b"{", b"\xff\xfe", b"x" * 70]
) | st.integers(1, 40).map(lambda n: b'{"text": "%s"}' % (b"w" * n))
contents = st.tuples(
    st.sampled_from([b"", b"\xef\xbb\xbf"]), st.lists(line, max_size=12), st.sampled_from([b"", b"\n", b"\n\n"])
).map(lambda parts: parts[0] + b"\n".join(parts[1]) + parts[2])


def found_in(blocks: object, settings: Settings) -> list[Article | Unreadable]:
    return [
        one
        for block in blocks  # type: ignore[attr-defined]
        for one in ([block] if isinstance(block, Unreadable) else read(block, settings))
    ]


def lines_file(path: Path) -> LinesFile:
    return LinesFile(str(path.parent), "", path.name, path.name, path.stat().st_size)


@given(contents, st.integers(3, 90), st.integers(1, 200))
@example(b'{"text": "a"}\n{"text": "b"}\n', 14, 1)
@example(b'\n\n\n{"text": "b"}', 3, 1)
@how(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ranges_have_the_lines_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, width: int, piece: int
) -> None:
    (tmp_path / "day.jsonl").write_bytes(content)
    monkeypatch.setattr(big, "_PIECE", max(piece, 3))
    file = lines_file(tmp_path / "day.jsonl")
    bounds = [*range(0, len(content), width), len(content)]
    ranges = [Range(file, start, stop) for start, stop in pairwise(bounds)]
    looks = [counted(part) for part in ranges]
    assume(all(look.plain for look in looks))
    before = accumulate((look.ends for look in looks), initial=0)
    blocks = [block for part, ends in zip(ranges, before, strict=False) for block in range_blocks(part, ends, LIMIT)]
    whole = found_in(file_blocks(file, LIMIT), LIMIT)
    if any(look.text for look in looks):
        assert found_in(blocks, LIMIT) == whole
    else:
        assert [one.reason for one in whole if isinstance(one, Unreadable)] == ["the file is empty"]


@pytest.mark.parametrize("content", ["\ufeff{}".encode("utf-16"), '{"text": 1}'.encode("utf-16-le"), b"\0" * 9])
def test_what_may_be_no_utf8_is_not_plain(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "day.jsonl").write_bytes(content)
    assert not counted(Range(lines_file(tmp_path / "day.jsonl"), 0, len(content))).plain


def test_a_file_that_is_gone_is_not_plain_and_named_once_read(tmp_path: Path) -> None:
    (tmp_path / "day.jsonl").write_bytes(b"{}\n")
    part = Range(lines_file(tmp_path / "day.jsonl"), 0, 3)
    (tmp_path / "day.jsonl").unlink()
    assert not counted(part).plain
    assert [one.path for one in range_blocks(part, 0, LIMIT)] == ["day.jsonl"]


def test_a_walk_names_big_files_of_lines_and_opens_none(wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_OWN_BLOCKS", 10)
    (wire / "sub").mkdir()
    (wire / "a.jsonl").write_bytes(b'{"text": "A storm."}\n' * 3)
    (wire / "sub/b.jsonl.gz").write_bytes(gzip.compress(b'{"text": "A storm."}\n' * 3))
    (wire / "c.txt").write_text("A fire.")
    monkeypatch.setattr(os, "read", None)
    files = [one for one in walk([wire]) if isinstance(one, LinesFile)]
    assert [(one.path, one.shown) for one in files] == [("a.jsonl", "a.jsonl"), ("sub/b.jsonl.gz",) * 2]


def test_a_block_of_nothing_says_why(wire: Path) -> None:
    block = LineBlock("day.jsonl:7", 7, b"", str(wire), "day.jsonl", refused="too large")
    assert list(read(pickle.loads(pickle.dumps(block, 5)), LIMIT)) == [Unreadable("day.jsonl:7", "too large")]
