"""A folder of articles, with the state and the report of the nights that scan it."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import dedup
from dedup.cli.main import main
from dedup.footers.catalogue import load
from dedup.model import Report
from dedup.readers import folder as walk
from dedup.readers import lines
from dedup.report.document import write
from dedup.settings import Settings
from dedup.store import state as store
from dedup.workflows import memory
from dedup.workflows.nightly import contract_for
from tests.stories import record, story, told, write_records, write_texts

CONTRACT = contract_for(Settings(), load())
GRAIN_SECONDS = 0.02
"""In place of two seconds: longer than the tick by which the system sets the times of files."""

TAKEDOWN = "The content will be deleted within 24 hours."

Whole = dict[str, bytes]
"""All files of a folder."""


def files(folder: Path) -> Whole:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class House:
    def __init__(self, here: Path) -> None:
        self.here, self.articles, self.work = here, here / "articles", here / "work"
        self.state, self.report = self.work / "state.db", self.work / "report.json"
        self.work.mkdir()
        write_texts(self.articles, {f"{i}.txt": story(i % 4) for i in range(6)})
        write_texts(
            self.articles, {f"wire/{i}.txt": f"{story(i % 4)} {story(20 + i, 20)}\n\n{TAKEDOWN}" for i in range(4)}
        )
        self.feed(4)

    def feed(self, count: int) -> None:
        write_records(self.articles / "feed.jsonl", [record(f"r{i}", story(i)) for i in range(count)])

    def change(self) -> None:
        """New, changed, removed and grown files."""
        write_texts(self.articles, {"new.txt": story(2), "1.txt": story(3), "wire/0.txt": story(9)})
        (self.articles / "0.txt").unlink()
        self.feed(7)

    def shrink(self) -> None:
        (self.articles / "0.txt").unlink()
        shutil.rmtree(self.articles / "wire")

    def run(self, **named: Any) -> Report:
        return dedup.scan(
            [self.articles], state=self.state, jobs=1, deliver=lambda report: write(report, self.report), **named
        )

    def command(self) -> Result:
        """What the command says to the same."""
        places = ["--state", self.state, "--report", self.report]
        return CliRunner().invoke(main, ["scan", *map(str, [self.articles, *places]), "--jobs", "1", "--quiet"])

    def fresh(self) -> Any:
        return told(dedup.scan([self.articles], jobs=1))

    def load(self) -> store.State:
        return store.load(self.state, CONTRACT, rebuild=False)

    def known(self) -> Any:
        """What the state says, but for times; it passes its checks."""
        kept = self.load()
        pieces = sorted((piece.path, piece.first_line, piece.digest, piece.articles) for piece in kept.pieces)
        clusters = sorted((one.id, sorted(one.members)) for one in kept.past.clusters)
        return len(kept.past.runs), pieces, clusters

    def restore(self, before: Path) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(before, self.work)

    def check_tidy(self) -> None:
        """Nothing is there but the report, the state, its lock, and the columns of its generation."""
        generation = self.load().shelf.generation
        names = {path.name for path in self.work.iterdir()}
        assert names == {"state.db", "state.db-columns", "state.db-lock", "report.json"}
        assert {path.stem for path in store.columns_of(self.state).iterdir()} == {str(generation)}


def small_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON Lines files are cut into blocks from a kilobyte on, and times settle at once."""
    monkeypatch.setattr(memory, "GRAIN_NS", int(GRAIN_SECONDS * 1e9))
    monkeypatch.setattr(walk, "_OWN_BLOCKS", 1000)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 2500)


def settle() -> None:
    time.sleep(1.5 * GRAIN_SECONDS)
