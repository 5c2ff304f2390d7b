"""A nightly run equals a fresh one, whatever happened to the files in between."""

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dedup
from dedup.model import Report
from dedup.readers import encodings, lines
from dedup.readers import folder as walk
from dedup.workflows import memory
from tests.laws import costly
from tests.stories import story, told, words

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
GRAIN_SECONDS = 0.02
"""In place of two seconds: longer than the tick by which the system sets the times of files."""


@pytest.fixture(autouse=True)
def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON Lines files are cut into blocks from a kilobyte on, and times settle at once."""
    monkeypatch.setattr(memory, "GRAIN_NS", int(GRAIN_SECONDS * 1e9))
    monkeypatch.setattr(walk, "_OWN_BLOCKS", 1000)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 3000)
    monkeypatch.setattr(encodings, "_PIECE", 1000)


def same_as_fresh(folder: Path, state: Path) -> Report:
    """Tonight's report, which a fresh scan gives, too."""
    time.sleep(1.5 * GRAIN_SECONDS)
    tonight = dedup.scan([folder], state=state, jobs=1)
    assert told(tonight) == told(dedup.scan([folder], jobs=1))
    return tonight


def text(seed: int, version: int) -> str:
    """A story, a near copy of it, an excerpt, pages with a footer that many share, or what is no article."""
    run, menu = words(seed % 5, 150), " ".join(words(99, 30))
    return [
        " ".join(run),
        " ".join([*run[:60], *words(50 + seed, 9), *run[60:]]),
        " ".join(run[:70]),
        f"{' '.join(run)}\n\n{menu}",
        f"{story(20 + seed, 90)}\n\n{menu}",
        f"{story(seed % 5)} {story((seed + 1) % 5)}",
        f"{story(20 + seed)}\n\nThe content will be deleted within 24 hours.",
        " \n ",
    ][version % 8]


NAMES = [f"{folder}{name}" for folder in ("", "wire/", "wire/a/") for name in ("1.txt", "2.txt", "3.html", "4.md")]
FEEDS = ["feed.jsonl", "wire/day.jsonl", "wire/day.jsonl.gz", "b.csv"]
names, seeds, versions = st.sampled_from(NAMES), st.integers(0, 9), st.integers(0, 7)
feeds = st.sampled_from(FEEDS)

Deed = Callable[[Path], None]


def written(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def add(name: str, seed: int, version: int) -> Deed:
    return lambda folder: written(folder / name, text(seed, version).encode())


def sneak(name: str, seed: int) -> Deed:
    """Another text of the same length in the same file, with the time of the old one."""

    def deed(folder: Path) -> None:
        if (folder / name).exists():
            before = (folder / name).stat()
            data = text(seed, 0).encode()[: before.st_size].ljust(before.st_size)
            with (folder / name).open("r+b") as file:
                file.write(data)
            os.utime(folder / name, ns=(before.st_atime_ns, before.st_mtime_ns))

    return deed


def touch(name: str) -> Deed:
    return lambda folder: (folder / name).touch() if (folder / name).exists() else None


def delete(name: str) -> Deed:
    return lambda folder: (folder / name).unlink(missing_ok=True)


def rename(name: str, other: str) -> Deed:
    def deed(folder: Path) -> None:
        if (folder / name).exists():
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).rename(folder / other)

    return deed


def packed(path: Path, data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0) if path.suffix == ".gz" else data


def fed(name: str, records: list[tuple[int, int]], where: str) -> Deed:
    """Records at the end or the start of a file, or in its place; some share an id, some lines are broken."""

    def deed(folder: Path) -> None:
        path = folder / name
        rows = [{"id": f"r{seed % 7}", "text": text(seed, version)} for seed, version in records]
        if path.suffix == ".csv":
            table = "".join(f'{row["id"]},"{row["text"]}"\n' for row in rows)
            written(path, f"id,text\n{table}".encode())
            return
        data = b"".join(orjson.dumps(row) + b"\n" if row["text"].strip() else b"{broken\n" for row in rows)
        old = b""
        if path.exists():
            old = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        if where == "end" and path.suffix != ".gz" and path.exists():
            with path.open("ab") as file:
                file.write(data)
        else:
            written(path, packed(path, {"end": old + data, "start": data + old, "all": data}[where]))

    return deed


deeds = st.one_of(
    st.builds(add, names, seeds, versions),
    st.builds(sneak, names, seeds),
    st.builds(touch, names | feeds),
    st.builds(delete, names | feeds),
    st.builds(rename, names, names),
    st.builds(
        fed, feeds, st.lists(st.tuples(seeds, versions), max_size=12), st.sampled_from(["end", "end", "start", "all"])
    ),
)
nights = st.lists(st.lists(deeds, max_size=5), min_size=2, max_size=4)
FIRST = [add(name, i, i) for i, name in enumerate(NAMES)]
FIRST += [fed(name, [(i, v) for i in range(4) for v in range(3)], "all") for name in FEEDS]


def live(folder: Path, state: Path, history: list[list[Deed]]) -> None:
    for todays in [FIRST, *history]:
        for deed in todays:
            deed(folder)
        same_as_fresh(folder, state)


@settings(costly(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights)
def test_a_night_equals_a_fresh_scan(tmp_path_factory: pytest.TempPathFactory, history: list[list[Deed]]) -> None:
    here = tmp_path_factory.mktemp("nights")
    live(here / "articles", here / "state.db", history)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights)
def test_many_nights_equal_fresh_scans(tmp_path_factory: pytest.TempPathFactory, history: list[list[Deed]]) -> None:
    here = tmp_path_factory.mktemp("nights")
    live(here / "articles", here / "state.db", history)
