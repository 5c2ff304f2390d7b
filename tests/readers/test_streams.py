import gzip
import lzma
import os
from pathlib import Path

import pytest
import zstandard

from dedup.settings import MEBIBYTE, Settings

from .conftest import read_all
from .test_kinds import HARBOUR, PACKED

PACKINGS = [name for name in PACKED if name]
LINE = b'{"id": "%d", "text": "The night train to Brenn is late again."}\n'


def zeros(packing: str, mebibytes: int) -> bytes:
    """``mebibytes`` of spaces, as small as the packing makes them."""
    block = b" " * MEBIBYTE
    if packing == ".gz":
        return gzip.compress(block, 9) * mebibytes
    if packing == ".zst":
        return zstandard.compress(block, 19) * mebibytes
    return lzma.compress(block, preset=0) * mebibytes


@pytest.mark.parametrize("ending", [".txt", ".jsonl", ".csv", ".warc", ".json", ".parquet"])
@pytest.mark.parametrize("packing", PACKINGS)
def test_a_decompression_bomb_is_named_before_it_fills_the_memory(wire: Path, packing: str, ending: str) -> None:
    (wire / f"bomb{ending}{packing}").write_bytes(zeros(packing, 80))
    articles, unreadable = read_all(wire, settings=Settings(max_expansion=20))
    assert articles == []
    assert unreadable[-1].path.startswith(f"bomb{ending}{packing}")
    assert "decompression bomb" in unreadable[-1].reason or ending == ".warc"


@pytest.mark.parametrize("packing", PACKINGS)
def test_members_that_follow_each_other_are_read_as_one(wire: Path, packing: str) -> None:
    pack = PACKED[packing]
    padding = b"\0" * 8 if packing != ".zst" else b""
    (wire / f"a.jsonl{packing}").write_bytes(pack(LINE % 1) + pack(b"") + pack(LINE % 2) + padding)
    articles, unreadable = read_all(wire)
    assert [a.id for a in articles] == ["1", "2"]
    assert unreadable == []


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_stands_before_the_damage_is_kept(wire: Path, packing: str) -> None:
    pack = PACKED[packing]
    whole = pack(b"".join(LINE % n for n in range(10)))
    (wire / f"a.jsonl{packing}").write_bytes(whole + pack(os.urandom(3000).hex().encode())[:200])
    articles, [unreadable] = read_all(wire)
    assert len(articles) == 10
    assert "cut short" in unreadable.reason


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_file_that_is_not_packed_as_its_name_says_is_named(wire: Path, packing: str) -> None:
    (wire / f"a.txt{packing}").write_text(HARBOUR, encoding="utf-8")
    _, [unreadable] = read_all(wire)
    assert f"no {packing[1:]} data" in unreadable.reason


@pytest.mark.parametrize("packing", PACKINGS)
def test_something_else_behind_the_data_is_named(wire: Path, packing: str) -> None:
    (wire / f"a.jsonl{packing}").write_bytes(PACKED[packing](LINE % 1) + b"and now for something else")
    articles, [unreadable] = read_all(wire)
    assert len(articles) == 1
    assert "followed by something" in unreadable.reason


@pytest.mark.parametrize("packing", PACKINGS)
def test_one_article_that_is_too_large_once_unpacked_is_named_with_the_setting(wire: Path, packing: str) -> None:
    (wire / f"a.txt{packing}").write_bytes(PACKED[packing](b"word " * 1000))
    _, [unreadable] = read_all(wire, settings=Settings(max_article_bytes=4000))
    assert unreadable.reason == "too large: more than 4,000 bytes, the limit is 4,000 (setting max_article_bytes)"


def test_a_zst_file_may_begin_with_a_skippable_frame(wire: Path) -> None:
    skipped = (0x184D2A50).to_bytes(4, "little") + (3).to_bytes(4, "little") + b"abc"
    (wire / "a.txt.zst").write_bytes(skipped + zstandard.compress(b"Snow falls on Lowen."))
    [article], _ = read_all(wire)
    assert article.text == "Snow falls on Lowen."


@pytest.mark.parametrize("ending", [".txt", ".html", ".json", ".md"])
def test_a_sparse_file_of_three_gigabytes_is_not_read(wire: Path, ending: str) -> None:
    with (wire / f"huge{ending}").open("wb") as file:
        file.truncate(3 << 30)
    _, [unreadable] = read_all(wire)
    assert "too large: 3,221,225,472 bytes" in unreadable.reason
    assert ("max_json_bytes" if ending == ".json" else "max_article_bytes") in unreadable.reason


def test_an_article_longer_than_the_first_read_is_whole(wire: Path) -> None:
    text = "Every house in the street has a lamp in its window. " * 5000
    (wire / "long.txt").write_text(text, encoding="utf-8")
    [article], _ = read_all(wire)
    assert article.text == text
