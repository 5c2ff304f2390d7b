"""``kill -9`` at any moment leaves a whole state and a whole report, and the next run carries on.

A copy of this process runs and kills itself at the nth of the calls by which a run changes what is on the disk (half
way through it, where it is a write), for every n under the mark ``slow``, else for a few of each kind of night.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dedup.store import state as store
from dedup.workflows import nightly
from tests.store.breaking import Breaker
from tests.store.house import House, settle, small_and_quick, told

FEW = 3
"""Moments of each kind of night in the default run; there are 1,203 in all."""


class Kind(NamedTuple):
    """A kind of night."""

    yesterday: bool = True
    deed: str = "change"
    rebuild: bool = False
    checkpoints: bool = False
    compacts: bool = False


KINDS = {
    "first": Kind(yesterday=False),
    "first-with-checkpoints": Kind(yesterday=False, checkpoints=True),
    "change": Kind(),
    "change-with-checkpoints": Kind(checkpoints=True),
    "compaction": Kind(deed="shrink", compacts=True),
    "rebuild": Kind(rebuild=True),
    "rebuild-with-checkpoints": Kind(rebuild=True, checkpoints=True),
}


class Night:
    """One night to be killed, and what must be true whenever it was."""

    def __init__(self, here: Path, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
        self.house, self.kind, self._patch = House(here), kind, monkeypatch
        small_and_quick(monkeypatch)
        settle()
        self.house.run()
        if not kind.yesterday:  # kernels are loaded
            shutil.rmtree(self.house.work)
            self.house.work.mkdir()
        else:
            getattr(self.house, kind.deed)()
            settle()
        self.before = shutil.copytree(self.house.work, here / "before")
        self.known_before = self.house.known()
        if kind.compacts:
            monkeypatch.setattr(store, "MOST_WASTE", 0.0)
            monkeypatch.setattr(store, "LEAST_WASTE", 0)
        monkeypatch.setattr(nightly, "CHECKPOINT_SECONDS", -1.0 if kind.checkpoints else 1e9)
        with monkeypatch.context() as patch:
            breaker = Breaker(patch, at=0)
            report = self.house.run(rebuild=kind.rebuild)
        self.calls = breaker.calls
        self.fresh = self.house.fresh()
        assert told(report) == self.fresh
        self.names = [cluster.id for cluster in report.clusters]
        self.known_after = self.house.known()
        assert (self.house.load().shelf.generation > 0) == (kind.rebuild or kind.compacts)

    def kill(self, moment: int) -> None:
        self.house.restore(self.before)
        child = os.fork()
        if not child:
            try:
                Breaker(self._patch, at=moment)
                self.house.run(rebuild=self.kind.rebuild)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

    def check(self) -> None:
        house, yesterday = self.house, self.before / "report.json"
        known = house.known()
        if known not in (self.known_before, self.known_after):
            assert self.kind.checkpoints
            assert (known[0], known[2]) == (self.known_before[0], self.known_before[2])
        if not house.report.exists():
            assert not yesterday.exists()
        elif not yesterday.exists() or house.report.read_bytes() != yesterday.read_bytes():
            assert told(house.report.read_bytes()) == self.fresh
        report = house.run()
        assert told(report) == self.fresh == told(house.report.read_bytes())
        assert [cluster.id for cluster in report.clusters] == self.names
        house.check_tidy()


@pytest.fixture
def night(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Night]:
    with pytest.MonkeyPatch.context() as patch:
        yield Night(tmp_path, KINDS[request.param], patch)


@pytest.mark.parametrize("night", KINDS, indirect=True)
def test_a_run_that_is_killed_leaves_all_whole_and_the_next_one_carries_on(night: Night) -> None:
    count = len(night.calls)
    for moment in sorted({1 + i * (count - 1) // (FEW - 1) for i in range(FEW)}):
        night.kill(moment)
        night.check()


@pytest.mark.slow
@pytest.mark.parametrize("night", KINDS, indirect=True)
def test_so_it_is_at_every_moment(night: Night, capsys: pytest.CaptureFixture[str]) -> None:
    for moment in range(1, len(night.calls) + 1):
        night.kill(moment)
        night.check()
    with capsys.disabled():
        print(f" {len(night.calls)} moments ", end="")  # noqa: T201


def command_killed(house: House, seconds: float) -> bool:
    """Whether ``dedup scan`` still ran after so long, and was killed."""
    command = [
        sys.executable,
        "-m",
        "dedup",
        "scan",
        house.articles,
        "--state",
        house.state,
        "--report",
        house.report,
    ]
    with subprocess.Popen([*command, "--jobs", "2", "--quiet"]) as process:
        try:
            return process.wait(seconds) != 0
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait() == -signal.SIGKILL


def kill_commands(house: House, times: int, seed: int) -> None:
    for i in range(200):  # workers take part
        shutil.copy(house.articles / "1.txt", house.articles / f"copy{i}.txt")
    chosen, begun = random.Random(seed), time.monotonic()
    assert not command_killed(house, 60)
    usual = time.monotonic() - begun
    for night in range(times):
        if night % 3 == 0:
            shutil.rmtree(house.work)
            house.work.mkdir()
        yesterday = told(house.report.read_bytes()) if house.report.exists() else None
        (house.articles / "0.txt").write_text(f"{night} " * 100)
        command_killed(house, chosen.uniform(0.3 * usual, usual))
        fresh = house.fresh()
        if house.state.exists():
            house.load()
        if house.report.exists():
            assert told(house.report.read_bytes()) in (yesterday, fresh)
        assert told(house.run(lock_wait=1.0)) == fresh
        house.check_tidy()


@pytest.mark.slow
def test_the_command_with_workers_may_be_killed(tmp_path: Path) -> None:
    kill_commands(House(tmp_path), 1, seed=1)


@pytest.mark.slow
def test_the_command_with_workers_may_be_killed_a_hundred_times(tmp_path: Path) -> None:
    kill_commands(House(tmp_path), 100, seed=2)
