"""A full disk: one clear sentence, yesterday's state and report as they were, and the next run carries on."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import OutputError, StateError
from dedup.store import state as store
from dedup.workflows import nightly
from tests.store.breaking import Breaker, no_room, no_room_in_sqlite
from tests.store.house import House, files, settle, small_and_quick, told

KINDS = ["first", "change", "change-with-checkpoints", "compaction", "rebuild"]
FEW = 3
"""Moments of each kind of night in the default run, from which on the disk is full; there are 666 in all."""


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as context:
        small_and_quick(context)
        yield context


def yesterday(house: House, kind: str, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """All that was before tonight, and how to run tonight."""
    house.run()
    if kind == "first":
        shutil.rmtree(house.work)
        house.work.mkdir()
    else:
        (house.shrink if kind == "compaction" else house.change)()
    settle()
    if kind == "compaction":
        patch.setattr(store, "MOST_WASTE", 0.0)
        patch.setattr(store, "LEAST_WASTE", 0)
    patch.setattr(nightly, "CHECKPOINT_SECONDS", -1.0 if kind.endswith("checkpoints") else 1e9)
    return {"rebuild": kind == "rebuild"}


def check_moments(house: House, kind: str, patch: pytest.MonkeyPatch, few: int | None) -> int:
    named = yesterday(house, kind, patch)
    before = Path(shutil.copytree(house.work, house.here / "before"))
    with patch.context() as context:
        breaker = Breaker(context, at=10**9, how=no_room, sqlite=no_room_in_sqlite)
        fresh = told(house.run(**named))
    count = len(breaker.calls)
    for moment in range(1, count + 1, 1 if few is None else count // few):
        house.restore(before)
        with patch.context() as context:
            Breaker(context, at=moment, how=no_room, sqlite=no_room_in_sqlite)
            with pytest.raises((StateError, OutputError), match=r"(?i)no space left|disk is full") as caught:
                house.run(**named)
        assert "\n" not in str(caught.value) and "make room" in str(caught.value)
        check_whole(house, before, in_place=moment == count, checkpoints=kind.endswith("checkpoints"))
        if kind == "compaction" and moment < count:
            assert {path.stem for path in store.columns_of(house.state).iterdir()} == {"0"}
        assert told(house.run(**named)) == fresh == told(house.report.read_bytes())
        house.check_tidy()
    return count


def check_whole(house: House, before: Path, *, in_place: bool, checkpoints: bool) -> None:
    """Nothing but the lengths of columns is other than before; once the report was replaced, nothing but that, too.

    The last moment is the fsync of the folder, when the state is in place.
    """
    was, now = files(before), files(house.work)
    assert {name for name in now if "-new" in name or ".part" in name} == set()
    if in_place:
        house.load()
        return
    if checkpoints:
        house.load()
    else:
        assert now.get("state.db") == was.get("state.db")
        for name, data in was.items():
            if "columns" in name:
                assert now[name].startswith(data)
    if now.get("report.json") != was.get("report.json"):
        assert told(now["report.json"]) == house.fresh()


@pytest.mark.parametrize("kind", KINDS)
def test_a_disk_that_is_full_from_some_moment_on_loses_nothing(
    kind: str, tmp_path: Path, patch: pytest.MonkeyPatch
) -> None:
    check_moments(House(tmp_path), kind, patch, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_so_it_is_from_every_moment_on(
    kind: str, tmp_path: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    count = check_moments(House(tmp_path), kind, patch, None)
    with capsys.disabled():
        print(f" {count} moments ", end="")  # noqa: T201


def mount(target: Path, *options: str) -> bool:
    return subprocess.run(["mount", *options, target], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[House]:
    """A house whose state and report lie on a disk of their own."""
    house = House(tmp_path)
    if not mount(house.work, "-t", "tmpfs", "-o", "size=16k", "tmpfs"):
        pytest.skip("a disk can be mounted by root only")
    try:
        yield house
    finally:
        subprocess.run(["umount", "-l", house.work], check=True)


def test_a_real_disk_that_is_too_small_is_told_until_there_is_room(disk: House, patch: pytest.MonkeyPatch) -> None:
    fresh, refused = disk.fresh(), 0
    for pages in range(4, 100, 4):
        assert mount(disk.work, "-o", f"remount,size={pages * 4}k")
        try:
            assert told(disk.run()) == fresh
        except (StateError, OutputError) as problem:
            refused += 1
            assert "make room" in str(problem)
            assert not disk.state.exists()
            assert not [name for name in files(disk.work) if "-new" in name or ".part" in name]
        else:
            break
    assert refused > 5
    disk.check_tidy()
    disk.change()
    settle()
    before = files(disk.work)
    with pytest.raises((StateError, OutputError), match="make room"):
        disk.run()
    assert disk.command().exit_code == 1
    after = files(disk.work)
    assert (after["state.db"], after["report.json"]) == (before["state.db"], before["report.json"])
    assert mount(disk.work, "-o", "remount,size=16m")
    assert told(disk.run()) == disk.fresh()
    disk.check_tidy()
