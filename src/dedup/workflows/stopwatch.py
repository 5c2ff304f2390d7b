"""What each stage of a run costs: wall seconds, CPU seconds of all processes, memory."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter, process_time

from dedup.model import Stage


class Stopwatch:
    """Laps one after the other, and the cost of work done in between elsewhere."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC)
        self.stages: list[Stage] = []
        self._begun = self._lap = perf_counter()
        self._cpu_lap = process_time()
        self._parts: dict[str, tuple[float, float]] = {}
        self._here: dict[str, tuple[float, float]] = {}
        self._elsewhere = False

    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Wall seconds since the start."""
        return perf_counter() - self._begun

    def add(self, cost: dict[str, tuple[float, float]], *, elsewhere: bool) -> None:
        """Note wall and CPU seconds of parts of the lap at hand, and whether other processes spent them."""
        self._elsewhere = elsewhere
        for name, (wall, cpu) in cost.items():
            before = self._parts.get(name, (0.0, 0.0))
            self._parts[name] = before[0] + wall, before[1] + cpu

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Note what is done meanwhile as a part of the lap at hand."""
        wall, cpu = perf_counter(), process_time()
        yield
        before = self._here.get(name, (0.0, 0.0))
        self._here[name] = before[0] + perf_counter() - wall, before[1] + process_time() - cpu

    def lap(self, name: str) -> None:
        """End the stage at hand. Parts that were noted become stages; the rest of the lap goes to ``name``."""
        wall, cpu = perf_counter() - self._lap, process_time() - self._cpu_lap
        rest_wall = wall - sum(cost[0] for cost in self._here.values())
        rest_cpu = cpu - sum(cost[1] for cost in self._here.values())
        noted_wall, noted_cpu = (sum(cost[i] for cost in self._parts.values()) for i in (0, 1))
        parts = {name: (0.0, 0.0)} | self._parts
        if self._elsewhere:  # several worked at once: their wall time is shared out, their CPU time comes on top
            share = rest_wall / noted_wall if noted_wall else 1.0
            parts = {part: (cost[0] * share, cost[1]) for part, cost in parts.items()}
            noted_wall, noted_cpu = noted_wall * share, 0.0
        parts[name] = parts[name][0] + rest_wall - noted_wall, parts[name][1] + rest_cpu - noted_cpu
        for part, cost in self._here.items():
            before = parts.get(part, (0.0, 0.0))
            parts[part] = before[0] + cost[0], before[1] + cost[1]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        self.stages += [Stage(part, round(w, 4), round(c, 4), peak) for part, (w, c) in parts.items()]
        self._lap, self._cpu_lap, self._parts, self._elsewhere = perf_counter(), process_time(), {}, False
        self._here = {}
