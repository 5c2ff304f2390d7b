"""One run at a time, with real processes: a lock ends with whoever holds it, however that ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dedup.errors import StateError, StateLockedError
from dedup.store.lock import held_by, lock_path, locked

HOLD = """
import sys, time
from pathlib import Path
from dedup.store.lock import locked

with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""
HOLD_WITH_WORKERS = """
import os, sys, time
from pathlib import Path
from dedup.engines.local import BEFORE_WORKERS, LocalEngine
from dedup.store.lock import locked

def work(seconds):
    if seconds:
        os.write(1, b"held\\n")  # at once, whatever the other worker writes
        time.sleep(seconds)

with locked(Path(sys.argv[1])):
    list(LocalEngine(2).map(work, [0] * BEFORE_WORKERS + [600, 600]))
"""
Holding = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "dedup.db"


@pytest.fixture
def holding(state: Path) -> Iterator[Holding]:
    """Starts a process that holds the lock, and ends it after the test."""
    started = []

    def start(seconds: float = 600, program: str = HOLD) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", program, state, str(seconds)], stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout and process.stdout.readline() == b"held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_state_that_nobody_uses_can_be_locked_again_and_again(state: Path) -> None:
    for _ in range(2):
        with locked(state):
            assert lock_path(state).exists()


def test_the_lock_lies_beside_the_state_and_makes_none(state: Path) -> None:
    with locked(state):
        pass
    assert [file.name for file in state.parent.iterdir()] == ["dedup.db-lock"]


def test_a_lock_that_nobody_holds_names_nobody(state: Path) -> None:
    with locked(state):
        pass
    assert lock_path(state).read_bytes() == b""


def test_who_comes_second_is_told_at_once_who_holds_the_state_since_when_and_what_to_do(
    state: Path, holding: Holding
) -> None:
    first = holding()
    told = (
        rf"^{re.escape(str(state))} is in use by process {first.pid} on \S+ since "
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; wait for it with --lock-wait SECONDS, or pass another --state$"
    )
    begun = time.monotonic()
    with pytest.raises(StateLockedError, match=told), locked(state):
        pass
    assert time.monotonic() - begun < 0.5


def test_the_same_process_does_not_get_the_lock_twice(state: Path) -> None:
    with locked(state), pytest.raises(StateLockedError, match=f"process {os.getpid()} "), locked(state):
        pass


def test_a_state_is_locked_under_each_of_its_names(state: Path) -> None:
    state.touch()
    (state.parent / "link.db").symlink_to(state)
    with locked(state), pytest.raises(StateLockedError), locked(state.parent / "link.db"):
        pass


def test_the_holder_is_still_named_after_another_came_second(state: Path, holding: Holding) -> None:
    first = holding()
    for _ in range(2):
        with pytest.raises(StateLockedError, match=f"process {first.pid} "), locked(state):
            pass


def test_who_waits_gets_the_lock_when_it_is_free(state: Path, holding: Holding) -> None:
    holding(0.3)
    with locked(state, wait_seconds=20):
        assert f"process {os.getpid()} " in lock_path(state).read_text()


def test_who_waits_in_vain_is_told_after_that_time(state: Path, holding: Holding) -> None:
    holding()
    begun = time.monotonic()
    with pytest.raises(StateLockedError), locked(state, wait_seconds=0.3):
        pass
    assert 0.3 <= time.monotonic() - begun < 5


def test_a_lock_left_by_a_killed_process_is_no_lock(state: Path, holding: Holding) -> None:
    first = holding()
    first.kill()
    first.wait()
    with locked(state):
        assert f"process {os.getpid()} " in lock_path(state).read_text()


def test_workers_of_a_killed_process_do_not_hold_its_lock(state: Path, holding: Holding) -> None:
    first = holding(program=HOLD_WITH_WORKERS)
    assert first.stdout and first.stdout.readline() == b"held\n"  # the second worker has begun, too
    first.kill()
    os.waitpid(first.pid, 0)
    with locked(state):
        pass


def test_a_worker_that_lives_on_does_not_hold_the_lock(state: Path) -> None:
    with locked(state):
        worker = os.fork()
        if worker == 0:
            time.sleep(600)
            os._exit(1)
    try:
        with locked(state):
            pass
    finally:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


def test_a_worker_that_ends_does_not_free_the_lock(state: Path) -> None:
    with locked(state):
        worker = os.fork()
        if worker == 0:
            os._exit(0)
        os.waitpid(worker, 0)
        with pytest.raises(StateLockedError), locked(state):
            pass


def test_an_error_of_the_holder_frees_the_lock(state: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(state):
        raise ZeroDivisionError
    with locked(state):
        pass


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"there is no folder .*gone; make it first$"), locked(tmp_path / "gone/s"):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_is_not_writable_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    told = f"the folder {re.escape(str(tmp_path))} is not writable"
    with pytest.raises(StateError, match=told), locked(tmp_path / "dedup.db"):
        pass
    tmp_path.chmod(0o755)


def test_a_lock_that_cannot_be_opened_is_a_clear_error(state: Path) -> None:
    lock_path(state).mkdir()
    with pytest.raises(StateError, match=r"^cannot lock the state .*: Is a directory; keep it on another file"):
        locked(state).__enter__()


def test_who_holds_a_lock_is_told_and_nobody_once_it_is_free(state: Path) -> None:
    assert held_by(state) is None and not lock_path(state).exists()
    with locked(state):
        told = held_by(state)
        assert told and told.startswith(f"process {os.getpid()} on ")
    assert held_by(state) is None


def test_a_killed_process_holds_no_lock_though_its_name_stands_there(state: Path, holding: Holding) -> None:
    holder = holding()
    assert f"process {holder.pid} " in (held_by(state) or "")
    holder.kill()
    holder.wait()
    assert lock_path(state).read_text() and held_by(state) is None
