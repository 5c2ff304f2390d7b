"""One suite for every engine: what comes out does not depend on where the work is done."""

import operator
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import active_children, parent_process
from multiprocessing.connection import wait
from pathlib import Path

import pytest

from dedup.engines import local
from dedup.engines.local import BEFORE_WORKERS, PER_WORKER, LocalEngine
from dedup.errors import DedupError, InputError
from dedup.memory import IN_MEMORY

ENOUGH = BEFORE_WORKERS + 8


@pytest.fixture(params=[1, 2])
def engine(request: pytest.FixtureRequest) -> LocalEngine:
    return LocalEngine(request.param)


def process(_: int) -> int:
    return os.getpid()


def refuse(number: int) -> int:
    if number == ENOUGH - 2:
        raise InputError("batch 8 is bad; leave it out")
    return number


@pytest.mark.parametrize("count", [0, 1, BEFORE_WORKERS, BEFORE_WORKERS + 1, 40])
def test_map_gives_the_results_in_order(engine: LocalEngine, count: int) -> None:
    assert list(engine.map(operator.neg, range(count))) == [-i for i in range(count)]


def test_an_error_in_a_batch_comes_back_as_it_was_raised(engine: LocalEngine) -> None:
    with pytest.raises(DedupError, match=r"^batch 8 is bad; leave it out$"):
        list(engine.map(refuse, range(ENOUGH)))


def test_the_results_before_a_bad_batch_are_handed_out(engine: LocalEngine) -> None:
    found = []
    with pytest.raises(InputError):
        found.extend(engine.map(refuse, range(ENOUGH)))
    assert found == list(range(ENOUGH - 2))


def test_an_error_in_the_batches_themselves_comes_through(engine: LocalEngine) -> None:
    def broken() -> Iterator[int]:
        yield from range(ENOUGH)
        raise InputError("no more")

    with pytest.raises(InputError, match="no more"):
        list(engine.map(operator.neg, broken()))


def test_a_map_can_be_left_halfway(engine: LocalEngine) -> None:
    results = engine.map(operator.neg, range(1000))
    assert [next(results) for _ in range(ENOUGH)] == [-i for i in range(ENOUGH)]
    results.close()  # type: ignore[attr-defined]


def slow(number: int) -> int:
    time.sleep(60 * (number > BEFORE_WORKERS))
    return number


def test_a_map_that_is_left_ends_its_workers_in_the_middle_of_their_work() -> None:
    found = LocalEngine(2).map(slow, range(ENOUGH))
    assert list(islice(found, BEFORE_WORKERS + 1)) == list(range(BEFORE_WORKERS + 1))
    workers = active_children()
    found.close()  # type: ignore[attr-defined]
    assert len(workers) == 2
    for worker in workers:  # which a thread of their pool waits for, too: whoever comes second would not see the end
        assert wait([worker.sentinel], timeout=30)


def test_all_batches_go_to_workers_where_none_is_to_be_done_here() -> None:
    assert os.getpid() not in list(LocalEngine(2).map(process, range(3), here=0))


def test_an_engine_maps_again_and_again(engine: LocalEngine) -> None:
    assert [list(engine.map(operator.neg, range(n))) for n in (ENOUGH, ENOUGH)] == [[-i for i in range(ENOUGH)]] * 2


def deadly(numbers: list[int]) -> list[int]:
    if 13 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return numbers


def in_halves(numbers: list[int]) -> list[list[int]]:
    return [numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]] if len(numbers) > 1 else [numbers]


def test_what_kills_its_worker_is_found_and_nothing_else_is_lost() -> None:
    batches = [[4 * i + k for k in range(4)] for i in range(ENOUGH)]
    found = LocalEngine(2).map(deadly, batches, halves=in_halves, lost=lambda numbers: [-n for n in numbers])
    assert [n for numbers in found for n in numbers] == [-13 if n == 13 else n for n in range(4 * ENOUGH)]


def test_a_map_that_can_lose_nothing_ends_when_a_worker_dies() -> None:
    with pytest.raises(BrokenProcessPool):
        list(LocalEngine(2).map(deadly, [[i] for i in range(20)]))


def test_no_more_batches_are_taken_ahead_than_the_workers_need(engine: LocalEngine) -> None:
    taken = []

    def batches() -> Iterator[int]:
        for number in range(60):
            taken.append(number)
            yield number

    for done, _ in enumerate(engine.map(operator.neg, batches())):
        assert len(taken) <= done + 1 + PER_WORKER * engine.jobs


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 100])
def test_spread_covers_the_whole_range_in_order(engine: LocalEngine, count: int) -> None:
    parts = engine.spread(lambda start, stop: (start, stop), count)
    assert [i for start, stop in parts for i in range(start, stop)] == list(range(count))


def test_spread_gives_one_part_of_nothing(engine: LocalEngine) -> None:
    assert engine.spread(lambda start, stop: (start, stop), 0) == [(0, 0)]


def test_an_error_in_a_part_comes_through(engine: LocalEngine) -> None:
    with pytest.raises(ZeroDivisionError):
        engine.spread(lambda start, stop: 1 // start, 100)


def test_what_is_done_meanwhile_is_there_when_it_is_asked_for(engine: LocalEngine) -> None:
    assert engine.meanwhile(lambda: "told")() == "told"


def test_an_error_meanwhile_comes_through_when_it_is_asked_for(engine: LocalEngine) -> None:
    asked = engine.meanwhile(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        asked()


def test_with_two_jobs_it_begins_before_it_is_asked_for() -> None:
    begun = threading.Event()
    asked = LocalEngine(2).meanwhile(begun.set)
    assert begun.wait(timeout=60)
    asked()


def test_with_one_job_or_columns_in_files_it_begins_only_then() -> None:
    in_files = LocalEngine(2)
    in_files.memory.count(IN_MEMORY + 1)
    for engine in (LocalEngine(1), in_files):
        begun = list[str]()
        asked = engine.meanwhile(lambda begun=begun: begun.append(threading.current_thread().name))  # type: ignore[misc]
        assert not begun
        asked()
        assert begun == [threading.current_thread().name]


def test_one_job_works_in_this_process_only() -> None:
    assert set(LocalEngine(1).map(process, range(ENOUGH))) == {os.getpid()}


def test_two_jobs_work_in_other_processes_once_there_is_enough_to_do() -> None:
    found = list(LocalEngine(2).map(process, range(ENOUGH)))
    assert set(found[:BEFORE_WORKERS]) == {os.getpid()}
    assert os.getpid() not in found[BEFORE_WORKERS:]


def test_few_batches_start_no_worker() -> None:
    assert set(LocalEngine(2).map(process, range(BEFORE_WORKERS))) == {os.getpid()}


def test_an_engine_uses_all_cores_unless_told_otherwise() -> None:
    assert LocalEngine().jobs == local.usable_cores() >= 1


ASLEEP = """
import time
from dedup.engines.local import BEFORE_WORKERS, LocalEngine

def batches():
    yield from range(BEFORE_WORKERS + 2)
    print("workers are up", flush=True)
    time.sleep(600)

list(LocalEngine(2).map(abs, batches()))
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_process_that_started_them(end: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", ASLEEP], stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline() == b"workers are up\n"
    process.send_signal(end)
    rest, _ = process.communicate(timeout=60)  # ends when nobody holds the pipe any more, no worker either
    assert (process.returncode, rest) == (-end, b"")


def test_ctrl_c_ends_workers_without_a_word() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ASLEEP], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout and process.stdout.readline() == b"workers are up\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
    _, told = process.communicate(timeout=60)
    assert told.count(b"Traceback") == 1  # that of the script, which does not catch it


def told_to_end(stop: signal.Signals) -> signal.Signals:
    if parent_process():
        os.kill(os.getpid(), stop)
    return stop


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGALRM])
def test_workers_leave_what_stops_a_run_to_the_process_that_started_them(stop: signal.Signals) -> None:
    assert list(LocalEngine(2).map(told_to_end, [stop] * ENOUGH)) == [stop] * ENOUGH


ANEW = """
import threading
from dedup.engines.local import LocalEngine
from tests.engines.test_engines import deadly

if __name__ == "__main__":
    threading.Thread(target=threading.Event().wait, daemon=True).start()  # forbids to copy this process
    found = LocalEngine(2).map(deadly, [[i] for i in range(20)], lost=lambda numbers: [-n for n in numbers])
    print(sum(n for numbers in found for n in numbers), flush=True)
"""


@pytest.mark.slow
def test_a_pool_of_workers_that_are_made_anew_survives_the_death_of_one(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(ANEW, "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, tmp_path / "script.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert (done.stdout, done.stderr) == (f"{sum(range(20)) - 26}\n", "")


UNGUARDED = """
import threading
from dedup.engines.local import LocalEngine

threading.Thread(target=threading.Event().wait, daemon=True).start()  # forbids to copy this process
print(sum(LocalEngine(2).map(abs, range(10))), flush=True)
"""


def test_workers_that_are_made_anew_do_not_run_a_script_without_guard_again(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED, "utf-8")
    command = [sys.executable, tmp_path / "script.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("45\n", "")
