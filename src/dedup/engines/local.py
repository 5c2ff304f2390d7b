"""The local engine: worker processes for reading, threads for kernels, on this machine."""

import mmap
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice, pairwise
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext, ForkContext, ForkProcess, ForkServerContext, ForkServerProcess
from types import ModuleType
from typing import Any, Generic, TypeVar

from dedup.engines.slots import Slots, packed, unpacked
from dedup.memory import Memory

In = TypeVar("In")
Out = TypeVar("Out")

BEFORE_WORKERS = 2
"""Batches done without workers: a small folder is read before they have started, and kernels are loaded once."""

AT_ONCE = 1 << 13
"""Articles, or pairs of them, that are gone through at once where columns lie in files: 160 MB where pairs lie far
apart, since the system brings 64 KiB around each place into memory."""

PER_WORKER = 3
"""Batches on their way per worker: enough to keep it busy, few enough to keep memory low."""


def usable_cores() -> int:
    """The number of processor cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processes() -> BaseContext:
    """How worker processes are made: as copies of this one, with its kernels loaded, where that is safe.

    It is on Linux as long as no thread was started that might hold a lock while the copy is made. Else they are
    made anew, which costs each a second.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return _Forks()
    return _ForkServer() if os.name == "posix" else get_context("spawn")


class _Fork(ForkProcess):
    """A worker that a pool ends by SIGKILL when another one died, since it is deaf to SIGTERM."""

    terminate = ForkProcess.kill


class _Forks(ForkContext):
    Process = _Fork


class _MadeAnew(ForkServerProcess):
    terminate = ForkServerProcess.kill


class _ForkServer(ForkServerContext):
    Process = _MadeAnew


STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
"""What ends a run, and is the main process's business: terminals and systemd send it to the workers, too."""


class _Task:
    """What a worker process works at."""

    function: Callable[[Any], Any]
    memory: mmap.mmap | None


def _begin(function: Callable[[Any], Any], memory: mmap.mmap | None) -> None:
    """Make a worker of this process, for one function."""
    _follow_main()
    _Task.function, _Task.memory = function, memory


def _work(batch: Any) -> Any:
    """The function of a batch, both of them as parcels where there is memory for it."""
    if _Task.memory is None:
        return _Task.function(batch)
    found = _Task.function(unpacked(batch, _Task.memory))
    return packed(found, _Task.memory, batch.slot)


def _follow_main() -> None:
    """Make a worker end with the main process, however that ends, and leave what stops a run to it.

    One that ended on its own in the middle of a result would let the main process wait for the rest. A killed main
    process cannot tell its workers anything.
    """
    for stop in STOPS:
        signal.signal(stop, signal.SIG_IGN)
    if main := parent_process():
        threading.Thread(target=_end_after, args=(main.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


@contextmanager
def _start_of_workers() -> Iterator[None]:
    """While this lasts, new workers do not run the caller's script once more, and what stops a run waits.

    They need nothing of the script, and one without ``if __name__ == "__main__"`` would scan again in each. A signal
    would end a worker, with a traceback, that has not come to ``_follow_main`` yet.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        sys.modules["__main__"] = main


class _Pool(Generic[In, Out]):
    """Workers that have one function to do."""

    def __init__(self, function: Callable[[In], Out], workers: int, most: int = 0) -> None:
        """``most`` batches at most are under way at once; with 0 they go through pipes."""
        context = _processes()
        self._slots = Slots(most) if most and isinstance(context, _Forks) else None
        memory = self._slots.memory if self._slots else None
        self._pool = ProcessPoolExecutor(workers, context, _begin, (function, memory))

    def submit(self, batch: In) -> Future[Any]:
        """What ``result`` waits for; the first call starts the workers."""
        with _start_of_workers():
            if self._slots is None:
                return self._pool.submit(_work, batch)
            return self._pool.submit(_work, packed(batch, self._slots.memory, self._slots.take()))

    @contextmanager
    def result(self, future: Future[Any] | None) -> Iterator[Out]:
        """The function of a batch that was submitted, as long as this lasts."""
        if future is None:
            raise BrokenProcessPool("the workers ended before they were given the batch")
        found = future.result()
        if self._slots is None:
            yield found
        else:
            yield unpacked(found, self._slots.memory)
            self._slots.give_back(found.slot)

    def end(self, *, now: bool = False) -> None:
        """Let the workers end, now or when all is done."""
        if now:  # else they would end their batches first, and the interpreter would wait for that when it ends
            for worker in list(self._pool._processes.values()):
                worker.kill()
        self._pool.shutdown(wait=not now, cancel_futures=now)


def _alone(
    function: Callable[[In], Out],
    batch: In,
    halves: Callable[[In], list[In]] | None,
    lost: Callable[[In], Out] | None,
) -> Iterator[Out]:
    """``function`` of a batch in a worker of its own, or of its halves where that dies, too."""
    pool, results = _Pool(function, 1), list[Out]()
    try:
        with pool.result(pool.submit(batch)) as found:
            results.append(found)
    except BrokenProcessPool:
        if lost is None:
            raise
    finally:
        pool.end()
    parts = halves(batch) if halves and not results else []
    if len(parts) > 1:
        for part in parts:
            yield from _alone(function, part, halves, lost)
    elif lost and not results:
        yield lost(batch)
    yield from results


class LocalEngine:
    """Runs steps on the cores of one machine; what comes out does not depend on how many."""

    name = "local"

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs or usable_cores()
        self.memory = Memory()
        """Where columns lie that grow with the collection."""

    def map(
        self,
        function: Callable[[In], Out],
        batches: Iterable[In],
        *,
        halves: Callable[[In], list[In]] | None = None,
        lost: Callable[[In], Out] | None = None,
        here: int = BEFORE_WORKERS,
    ) -> Iterator[Out]:
        """``function`` of each batch, in order; in worker processes, but for the first ``here`` of them.

        The columns of a result are void once the next one is asked for: whoever wants to keep them copies them.

        At most ``PER_WORKER`` batches per worker are taken from ``batches`` ahead of what is handed out. A batch
        whose worker dies, as on a file that crashes a parser or for lack of memory, is tried again alone, then by
        ``halves``; what kills a worker by itself goes to ``lost``, or ends the map where there is none.
        """
        waiting = iter(batches)
        if self.jobs == 1:
            yield from map(function, waiting)
            return
        yield from map(function, islice(waiting, here))
        under_way: deque[tuple[In, Future[Out] | None]] = deque()
        broken = True
        while broken:
            broken, most = False, PER_WORKER * self.jobs
            pool = _Pool(function, self.jobs, most)
            try:
                for batch in waiting:
                    under_way.append((batch, None))
                    under_way[-1] = batch, pool.submit(batch)
                    if len(under_way) >= most:
                        with pool.result(under_way[0][1]) as found:
                            yield found
                        under_way.popleft()
                while under_way:
                    with pool.result(under_way[0][1]) as found:
                        yield found
                    under_way.popleft()
            except BrokenProcessPool:
                broken = True
            except BaseException:
                pool.end(now=True)
                raise
            pool.end()
            while under_way:
                yield from _alone(function, under_way.popleft()[0], halves, lost)

    def spread(self, function: Callable[[int, int], Out], count: int) -> list[Out]:
        """``function(start, stop)`` over parts of ``range(count)``, in order, on threads; at least one part.

        There are more parts than threads where columns lie in files: after each of them their memory is let go.
        """
        parts = self._parts(count, self.jobs if count >= 2 * self.jobs else 1)
        if self.jobs == 1 or len(parts) == 1:
            return [self._part(function, *part) for part in parts]
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(lambda part: self._part(function, *part), parts))

    def in_turn(self, function: Callable[[int, int], Out], count: int) -> list[Out]:
        """The same, one part after the other: a single one where columns lie in memory."""
        return [self._part(function, *part) for part in self._parts(count, 1)]

    def meanwhile(self, function: Callable[[], Out]) -> Callable[[], Out]:
        """Begin ``function`` now, on a thread beside what follows; what is returned waits for what it gives.

        It is called only then where there is one core, or where columns lie in files, for the sake of memory.
        """
        if self.jobs == 1 or self.memory.in_files:
            return function
        pool = ThreadPoolExecutor(1)
        found = pool.submit(function)
        pool.shutdown(wait=False)
        return found.result

    def _parts(self, count: int, fewest: int) -> list[tuple[int, int]]:
        parts = max(fewest, count // AT_ONCE) if self.memory.in_files else fewest
        bounds = [count * i // parts for i in range(parts + 1)]
        return list(pairwise(bounds))

    def _part(self, function: Callable[[int, int], Out], start: int, stop: int) -> Out:
        found = function(start, stop)
        self.memory.let_go()
        return found
