"""What the machines of a cluster read is what a local scan reads."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from dedup.engines.spark.entries import Sizes
from dedup.engines.spark.inputs import Inputs, inputs
from dedup.errors import InputError
from dedup.model import Article, Unreadable
from dedup.readers import batches, read
from dedup.settings import Settings

pytestmark = pytest.mark.spark

Found = list[Article | Unreadable]
SMALL = Sizes(split=20_000, task=50_000, item=20_000, files=7)
LIMIT = Settings(max_article_bytes=30_000)


def found_here(paths: list[Path], settings: Settings = LIMIT) -> Found:
    works = batches([str(path) for path in paths], settings)
    return [one for work in works for one in ([work] if isinstance(work, Unreadable) else read(work, settings))]


def items_of(given: Inputs) -> dict[str, Found]:
    """What is in the items, by reading key, as machines find it."""
    assert given.frame is not None
    items: dict[str, Found] = {}
    whole = given.frame.toArrow()
    for key, work in given.rows(iter(whole.to_batches())):
        assert key not in items
        items[key] = list(read(work.batch, given.settings))
    return items


def in_order(given: Inputs) -> Found:
    items = items_of(given)
    return [*given.unreadable, *(one for key in sorted(items) for one in items[key])]


def known(found: Found) -> list[Any]:
    return sorted((one.path, one.reason) if isinstance(one, Unreadable) else (one.path, repr(one)) for one in found)


@pytest.fixture(scope="session")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wire")
    for number in range(40):
        inner = folder / f"{number % 3}" / f"{number % 2}"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / f"{number}.txt").write_text(f"A storm with {number} winds.")
    (folder / "b [1] {x,y}.html").write_text("<p>A fire was put out at the harbour.</p>")
    (folder / "é%20 ü.md").write_text("# Tide\n\nIt came.")
    (folder / ".hidden.txt").write_text("No.")
    (folder / "style.css").write_text("No.")
    (folder / "broken.json").write_text("{")
    line = b'{"text": "%d %s"}\n'
    lines = b"".join(line % (n, b"word " * 20) for n in range(3000))
    (folder / "0/big.jsonl").write_bytes(b"\xef\xbb\xbf" + lines + b'\n\r\n{"id": "x\xff", "text": "a\xe9"}\r\n{')
    (folder / "2/long.jsonl").write_bytes(lines[:50_000] + b"x" * 50_000 + b"\n" + lines)
    (folder / "1/packed.jsonl.gz").write_bytes(gzip.compress(lines * 3))
    (folder / "1/cut.jsonl.gz").write_bytes(gzip.compress(lines * 3, 1)[:-9])
    (folder / "1/wide.jsonl").write_bytes(lines.decode().encode("utf-16"))
    (folder / "1/blank.jsonl").write_bytes(b" \n" * 20_000)
    (folder / "1/binary.jsonl").write_bytes(b"\0\1\2\n" * 9_000)
    return folder


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.readers.folder._OWN_BLOCKS", 10_000)
    monkeypatch.setattr("dedup.readers.lines.BLOCK_BYTES", 5_000)


def test_paths_are_read_as_by_a_local_scan_and_in_its_order(session: Any, wire: Path) -> None:
    given = inputs(session, [str(wire / "2"), wire.as_uri()], LIMIT, 4, sizes=SMALL)
    here = found_here([wire])
    assert [one for one in in_order(given) if isinstance(one, Article)] == [
        one for one in here if isinstance(one, Article)
    ]
    assert known(in_order(given)) == known(here)


def test_some_items_are_read_again_as_they_were(session: Any, wire: Path) -> None:
    given = inputs(session, [str(wire)], LIMIT, 4, sizes=SMALL)
    items = items_of(given)
    wanted = sorted(items)[3::7]
    assert items_of(given.again(wanted)) == {key: items[key] for key in wanted}


def test_the_work_is_spread_over_the_parts(session: Any, wire: Path) -> None:
    frame = inputs(session, [str(wire)], LIMIT, 4, sizes=SMALL).frame
    assert frame is not None
    sizes = frame.selectExpr("spark_partition_id() part", "size").groupBy("part").sum("size").toArrow()
    assert sizes.num_rows > 10
    assert max(sizes.column(1).to_pylist()) < 16 * SMALL.task


@pytest.fixture
def addressed(session: Any, wire: Path) -> Inputs:
    return inputs(session, [f"file:{wire}"], LIMIT, 4, sizes=SMALL, by_spark=True)


def test_addresses_are_read_as_by_a_local_scan(addressed: Inputs, wire: Path) -> None:
    assert known(in_order(addressed)) == known(found_here([wire]))


def test_some_items_of_addresses_are_read_again_as_they_were(addressed: Inputs) -> None:
    items = items_of(addressed)
    wanted = sorted(items)[2::5]
    assert items_of(addressed.again(wanted)) == {key: items[key] for key in wanted}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("hdfs-nowhere://x/y", "has no connector for hdfs-nowhere:"),
        ("s3a://bucket/x", "has no connector for s3a:"),
        ("file:/nowhere/at/all", "does not exist"),
        ("/nowhere/at/all", "does not exist"),
        ("hdfs://nowhere.invalid:1/x", "cannot be reached"),
        ("file:/etc/passwd", "is no kind of file that holds articles"),
    ],
)
def test_what_cannot_be_scanned_is_one_sentence(session: Any, address: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        inputs(session, [address], LIMIT, 2, by_spark=address.startswith("file:"))
    assert str(caught.value).startswith(address)
    assert "\n" not in str(caught.value)


def test_what_is_too_large_to_be_brought_is_named(session: Any, wire: Path) -> None:
    given = inputs(session, [f"file:{wire}/1"], LIMIT, 2, sizes=replace(SMALL, whole=15_000), by_spark=True)
    [refused] = [one for one in given.unreadable if one.path == "packed.jsonl.gz"]
    assert "too large to be brought to a machine as a whole" in refused.reason


def test_a_folder_that_another_machine_does_not_see_is_an_error(session: Any, tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire/a.txt").write_text("A storm.")
    given = inputs(session, [str(tmp_path / "wire")], LIMIT, 2)
    batches_ = given.frame.toArrow().to_batches()
    (tmp_path / "wire").rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="all machines share"):
        list(given.rows(iter(batches_)))


def test_machines_of_the_cluster_read_it_all(session: Any, wire: Path) -> None:
    given = inputs(session, [str(wire / "0"), f"file:{wire}/1"], LIMIT, 2, sizes=SMALL)

    rows = given.rows  # what is sent must not hold the frame

    def sent(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for key, work in rows(parts):
            yield pa.RecordBatch.from_pylist([{"key": key, "found": len(list(read(work.batch, LIMIT)))}])

    found = given.frame.mapInArrow(sent, "key string, found long").toArrow()
    assert len(set(found["key"].to_pylist())) == found.num_rows
    assert sum(found["found"].to_pylist()) == len(found_here([wire / "0", wire / "1"]))
