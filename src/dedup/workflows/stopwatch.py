"""What each stage of a run costs: wall seconds, CPU seconds of all processes, memory."""

import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter, process_time

from dedup.model import Stage

Costs = dict[str, tuple[float, float]]
"""Wall and CPU seconds by name of stage."""


class Stopwatch:
    """Laps one after the other, and parts of a lap that belong to other stages or were done by other processes."""

    def __init__(self, between: Callable[[], None] | None = None) -> None:
        """``between`` is called at the end of each lap."""
        self._between = between
        self.started = datetime.now(UTC)
        self.stages: list[Stage] = []
        self._begun = self._lap = perf_counter()
        self._cpu_lap = process_time()
        self._here: Costs = {}
        self._elsewhere: Costs = {}

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Wall seconds since the start."""
        return perf_counter() - self._begun

    def add(self, costs: Costs, *, elsewhere: bool) -> None:
        """Note parts of the lap at hand, and whether another process did them."""
        _sum_up(self._elsewhere if elsewhere else self._here, costs)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Note what is done meanwhile as a part of the lap at hand."""
        wall, cpu = perf_counter(), process_time()
        yield
        self.add({name: (perf_counter() - wall, process_time() - cpu)}, elsewhere=False)

    def lap(self, name: str) -> None:
        """End the stage at hand: what of the lap was no part of another stage goes to ``name``.

        CPU seconds of other processes come on top; as several worked at once, the wall seconds that this process
        waited for them are shared out in proportion.
        """
        costs: Costs = {name: (0.0, 0.0)}
        waited = perf_counter() - self._lap - sum(wall for wall, _ in self._here.values())
        rest_cpu = process_time() - self._cpu_lap - sum(cpu for _, cpu in self._here.values())
        theirs = sum(wall for wall, _ in self._elsewhere.values())
        _sum_up(costs, self._here)
        _sum_up(costs, {part: (waited * wall / theirs, cpu) for part, (wall, cpu) in self._elsewhere.items()})
        _sum_up(costs, {name: (0.0 if theirs else waited, rest_cpu)})
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        self.stages += [Stage(part, round(wall, 4), round(cpu, 4), peak) for part, (wall, cpu) in costs.items()]
        if self._between:
            self._between()
        self._lap, self._cpu_lap, self._here, self._elsewhere = perf_counter(), process_time(), {}, {}


def _sum_up(costs: Costs, more: Costs) -> None:
    for name, (wall, cpu) in more.items():
        before = costs.get(name, (0.0, 0.0))
        costs[name] = before[0] + wall, before[1] + cpu
