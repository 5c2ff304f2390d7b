"""Two processes at one state: one run at a time, and whoever reads sees a whole state all the while."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from stat import S_ISDIR

import numpy as np
import pytest

from dedup.errors import StateError, StateLockedError
from dedup.store import state as store
from dedup.store.database import reading
from tests.store.house import House


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House(tmp_path)
    house.run()
    monkeypatch.setattr(store, "MOST_WASTE", 0.0)
    monkeypatch.setattr(store, "LEAST_WASTE", 0)
    return house


def begun(house: House, monkeypatch: pytest.MonkeyPatch) -> int:
    """A copy of this process that stands still with a run about to put its state in place."""
    (house.work / "report.json").unlink()
    child = os.fork()
    if not child:
        try:
            monkeypatch.setattr("tests.store.house.write", lambda *_: (house.here / "come").touch() or time.sleep(60))
            house.run()
        finally:
            os._exit(1)
    for _ in range(1000):
        if (house.here / "come").exists():
            return child
        time.sleep(0.01)
    raise AssertionError("the run does not come to its end")


def ended(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_second_scan_is_told_who_is_at_work_and_a_killed_one_holds_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = begun(house, monkeypatch)
    try:
        with pytest.raises(StateLockedError, match=f"in use by process {child} on .* since .* UTC"):
            house.run()
        assert house.command().exit_code == 4
    finally:
        ended(child)
    house.run()
    house.check_tidy()


def test_a_state_is_read_while_a_run_is_at_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.shrink()
    child = begun(house, monkeypatch)
    try:
        with store.beside_a_run(house.state) as (opened, shelf):
            assert opened.execute("SELECT count(*) FROM articles").fetchone() == (shelf.rows,)
    finally:
        ended(child)


def rows(shelf: store.Shelf) -> list[bytes]:
    words, _ = shelf.words()
    return [words.hashes[i].tobytes() for i in range(shelf.rows)]


def test_who_reads_goes_on_reading_yesterdays_state_when_a_run_deletes_its_columns(house: House) -> None:
    with store.beside_a_run(house.state) as (opened, shelf):
        before = rows(shelf)
        house.shrink()
        house.run()
        assert not (store.columns_of(house.state) / "0.hashes").exists()
        assert rows(shelf) == before
        assert opened.execute("SELECT count(*) FROM articles").fetchone() == (len(before),)


def test_the_new_state_is_read_where_the_columns_of_the_old_one_went_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.shrink()
    shelf_of: Callable[..., store.Shelf] = store.shelf_of
    monkeypatch.setattr(store, "shelf_of", lambda *args: (shelf_of(*args), monkeypatch.undo(), house.run())[0])
    monkeypatch.setattr(store, "MOST_WASTE", 0.0)
    with store.beside_a_run(house.state) as (_, shelf):
        read = rows(shelf)
    with reading(house.state) as opened:
        tonight = shelf_of(house.state, opened)
    assert read == rows(tonight)
    assert shelf.generation == tonight.generation


def test_columns_that_are_gone_for_good_are_told(house: House) -> None:
    shutil.rmtree(store.columns_of(house.state))
    with pytest.raises(StateError, match="No such file"), store.beside_a_run(house.state):
        pass


class Stop(KeyboardInterrupt):
    pass


@pytest.mark.parametrize("after", ["replace", "tidy"])
def test_a_stop_when_the_state_is_in_place_undoes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Neither are the new columns deleted, nor is what was read saved once more."""
    house.shrink()
    (house.articles / "late.txt").write_text("A text that came late.")
    before = house.known()

    def stopped(*_: object) -> None:
        raise Stop

    with monkeypatch.context() as patch:
        if after == "replace":
            synced = os.fsync
            patch.setattr(
                "dedup.store.database.os.fsync", lambda fd: stopped() if S_ISDIR(os.fstat(fd).st_mode) else synced(fd)
            )
            patch.setattr("dedup.store.shelf._sync_folder", lambda _: None)
        else:
            patch.setattr(store.Shelf, "tidy", stopped)
        with pytest.raises(Stop):
            house.run()
    kept = house.load()
    assert kept.shelf.generation == 1
    assert len(kept.past.runs) == before[0] + 1
    assert np.array_equal(kept.articles.rows, np.arange(kept.shelf.rows))
    house.run()
    house.check_tidy()
