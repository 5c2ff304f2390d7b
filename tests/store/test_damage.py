"""A state that is damaged, foreign or made otherwise: one clear sentence, the file as it was, and a way on."""

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import DedupError, StateError
from dedup.settings import Settings
from dedup.store import state as store
from dedup.store.database import VERSION
from dedup.store.seal import SEAL_BYTES
from tests.nights import altered
from tests.store.house import CONTRACT, House, files, told

PLACES = 80
"""Bytes of the database in which a bit is flipped, and lengths to which it is cut."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with a state; tests take copies of its work."""
    house = House(tmp_path_factory.mktemp("kept"))
    house.run()
    shutil.copytree(house.work, house.here / "before")
    return house


@pytest.fixture
def house(kept: House) -> House:
    kept.restore(kept.here / "before")
    return kept


def refusal(house: House, contract: store.Contract = CONTRACT) -> str:
    """What is said of the state, which stays as it is."""
    before = files(house.work)
    with pytest.raises(StateError) as caught:
        store.load(house.state, contract, rebuild=False)
    assert files(house.work) == before
    said = str(caught.value)
    assert "\n" not in said
    assert str(house.state) in said
    return said


def check_rebuilt(house: House, *, remembered: bool) -> None:
    """With ``rebuild`` the run reads everything, and remembers earlier runs or does not."""
    ids = [cluster.id for cluster in store.load(house.state, CONTRACT, rebuild=True).past.clusters]
    assert bool(ids) == remembered
    report = house.run(rebuild=True)
    assert told(report) == house.fresh()
    assert report.counts.new_articles == (0 if remembered else report.counts.articles)
    house.check_tidy()
    assert told(house.run()) == told(report)


@pytest.mark.parametrize(("version", "what"), [(VERSION + 1, "newer"), (0, "older")])
def test_a_state_of_another_version_says_which_and_can_be_replaced(house: House, version: int, what: str) -> None:
    altered(house.state, f"PRAGMA user_version = {version}")
    said = refusal(house)
    assert f"{what} version of dedup" in said and "--rebuild" in said
    check_rebuilt(house, remembered=False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tool_version": "9.9"}, f"by dedup {CONTRACT.tool_version}, this is 9.9"),
        (
            {"settings": Settings(min_resemblance=0.5).as_dict()},
            f"min_resemblance = {Settings().min_resemblance}, now 0.5",
        ),
        ({"catalogue": "other"}, "with another catalogue of footers"),
        ({"words": "alphabet 99"}, "now alphabet 99"),
    ],
)
def test_a_state_that_was_made_otherwise_says_how_and_remembers_clusters(
    house: House, change: dict[str, Any], said: str
) -> None:
    other = CONTRACT._replace(**change)
    assert said in refusal(house, other) and "--rebuild" in refusal(house, other)
    past = store.load(house.state, other, rebuild=True)
    assert past.past.clusters and not past.pieces


def test_other_settings_end_a_scan_and_a_rebuild_goes_on_with_the_same_clusters(house: House) -> None:
    settings = Settings(min_resemblance=0.3)
    with pytest.raises(StateError, match="min_resemblance"):
        house.run(settings=settings)
    report = house.run(settings=settings, rebuild=True)
    assert report.counts.new_articles == 0
    assert {cluster.state for cluster in report.clusters} == {"unchanged"}


FOREIGN: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("A letter to my aunt.\n"),
    "another database": lambda path: sqlite3.connect(path).execute("CREATE TABLE mine (x)").connection.close(),
    "a part of something": lambda path: path.write_bytes(b"SQLite format 3\0 or not"),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_file_that_is_no_state_is_never_replaced(
    house: House, make: Callable[[Path], object], rebuild: bool
) -> None:
    shutil.rmtree(house.work)
    house.work.mkdir()
    make(house.state)
    before = house.state.read_bytes()
    with pytest.raises(StateError, match="is no state of dedup; name another file"):
        house.run(rebuild=rebuild)
    assert house.state.read_bytes() == before


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_folder_in_the_place_of_a_state_is_told_at_once(house: House, rebuild: bool) -> None:
    house.state.unlink()
    house.state.mkdir()
    with pytest.raises(StateError, match="is no file"):
        house.run(rebuild=rebuild)


def test_an_empty_file_is_no_state_yet(house: House) -> None:
    house.state.write_bytes(b"")
    assert told(house.run()) == house.fresh()
    house.check_tidy()


def test_a_missing_folder_is_named(house: House) -> None:
    shutil.rmtree(house.work)
    with pytest.raises(StateError, match=f"there is no folder {house.work}; make it first"):
        house.run()


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_flipped_bit_anywhere_in_the_database_is_found(house: House, rebuild: bool) -> None:
    whole, chosen = house.state.read_bytes(), random.Random(1)
    places = [*range(100), *(chosen.randrange(len(whole)) for _ in range(PLACES)), *range(-SEAL_BYTES, 0)]
    for place in places:
        data = bytearray(whole)
        data[place] ^= 1 << chosen.randrange(8)
        house.state.write_bytes(data)
        if rebuild:
            store.load(house.state, CONTRACT, rebuild=True)
        else:
            assert "--rebuild" in refusal(house)
    check_rebuilt(house, remembered=False)


def test_a_database_that_was_cut_off_anywhere_is_found(house: House) -> None:
    whole, chosen = house.state.read_bytes(), random.Random(2)
    for length in [1, 15, 16, 71, 72, 99, *(chosen.randrange(len(whole)) for _ in range(PLACES)), len(whole) - 1]:
        house.state.write_bytes(whole[:length])
        assert "damaged" in refusal(house)
    check_rebuilt(house, remembered=False)


def test_a_database_that_grew_is_found(house: House) -> None:
    with house.state.open("ab") as file:
        file.write(b"\n")
    assert "damaged" in refusal(house)


def test_a_cell_that_another_tool_changed_is_found(house: House) -> None:
    opened = sqlite3.connect(house.state)
    opened.execute("UPDATE articles SET title = 'Another' WHERE row = 0")
    opened.commit()
    opened.close()
    assert "its bytes are not those that were written" in refusal(house)


def columns(house: House) -> list[Path]:
    found = [path for path in sorted(store.columns_of(house.state).iterdir()) if path.stat().st_size]
    assert len(found) == 7  # no word of these articles is far from the one before
    return found


def missing(path: Path) -> None:
    path.unlink()


def cut_off(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[random.Random(path.name).randrange(len(data))] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [missing, cut_off, flipped])
def test_columns_that_are_damaged_are_named_and_read_again(house: House, harm: Callable[[Path], None]) -> None:
    for path in columns(house):
        house.restore(house.here / "before")
        harm(path)
        said = refusal(house)
        assert path.name in said and "--rebuild" in said
    check_rebuilt(house, remembered=True)


def test_without_its_columns_a_state_remembers_clusters(house: House) -> None:
    shutil.rmtree(store.columns_of(house.state))
    assert "No such file" in refusal(house)
    check_rebuilt(house, remembered=True)


def test_what_stands_behind_the_columns_is_of_no_run_and_goes(house: House) -> None:
    for path in columns(house):
        with path.open("ab") as file:
            file.write(b"words of a run that was killed")
    (house.articles / "late.txt").write_text("A text that came late, and is not long.")
    try:
        assert told(house.run()) == house.fresh()
    finally:
        (house.articles / "late.txt").unlink()
    house.load()


@pytest.mark.skipif(os.geteuid() != 0, reason="a disk can be mounted by root only")
def test_a_disk_that_is_read_only_is_told_at_once(house: House) -> None:
    bind = subprocess.run(["mount", "--bind", house.work, house.work], capture_output=True, check=False)
    if bind.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", house.work], check=True)
        before = files(house.work)
        with pytest.raises(StateError, match=r"not writable \(Read-only file system\)"):
            house.run()
        with store.beside_a_run(house.state) as (_, shelf):
            assert len(shelf.words()[0].hashes) == shelf.rows
        assert files(house.work) == before
    finally:
        subprocess.run(["umount", "-l", house.work], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_writable_is_told_at_once(house: House) -> None:
    (house.work / "state.db-lock").unlink()
    house.work.chmod(0o500)
    try:
        with pytest.raises(DedupError, match="not writable"):
            house.run()
    finally:
        house.work.chmod(0o700)


def test_the_command_fails_with_one_line_and_leaves_yesterdays_report(house: House) -> None:
    flipped(store.columns_of(house.state) / "0.hashes")
    before = files(house.work)
    failed = house.command()
    assert failed.exit_code == 1
    assert failed.stderr.count("\n") == 1 and "0.hashes is damaged" in failed.stderr
    assert files(house.work) == before
