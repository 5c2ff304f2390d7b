# ruff: noqa: PTH123 - a plain open keeps pathlib, and its memory, out of this process
"""Runs one command and writes what it cost; small on purpose, and started anew for each measured command.

    python -S launch.py FIGURES.json CPUS COMMAND…      CPUS: 0,1 or all

A process that is forked from a large one inherits that one's peak memory in ``ru_maxrss``; so the measured
command is started from here, not from the benchmark itself. CPU seconds are user plus system time of the
command and of all its children. ``peak_bytes`` is the largest single process, ``tree_peak_bytes`` the largest
sum over all processes at one moment, looked at every 50 milliseconds (0 if CPUS names a single core).
"""

import json
import os
import sys
import threading
import time

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 0.05


def resident(pid: int) -> tuple[int, int]:
    """Resident and shared bytes of a process and its children; 0, 0 once it is gone."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
            pages = statm.read().split()
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            pids = children.read().split()
    except OSError:
        return 0, 0
    own, shared = int(pages[1]) * PAGE_BYTES, int(pages[2]) * PAGE_BYTES
    below = [resident(int(child)) for child in pids]
    # What is shared (the mapped files, mostly) is counted once, where there is most of it.
    most_shared = max([shared, *(s for _, s in below)])
    return own - shared + sum(r - s for r, s in below) + most_shared, most_shared


def watch(pid: int, peak: list[int], done: threading.Event) -> None:
    """Keep the largest sum of resident memory in ``peak[0]`` until ``done``."""
    while not done.wait(LOOK_SECONDS):
        peak[0] = max(peak[0], resident(pid)[0])


def main(figures: str, cpus: str, command: list[str]) -> int:
    """Run the command, write the figures, return the command's exit code."""
    if cpus != "all" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    peak, done = [0], threading.Event()
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    if cpus == "all" or "," in cpus:
        threading.Thread(target=watch, args=(pid, peak, done), daemon=True).start()
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    done.set()
    code = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    with open(figures, "w", encoding="utf-8") as out:
        json.dump(
            {
                "seconds": seconds,
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
                "peak_bytes": usage.ru_maxrss * unit,
                "tree_peak_bytes": peak[0],
                "exit_code": code,
            },
            out,
        )
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
