"""What the benchmarks share: a command's cost, medians, tables, the history file. Standard library only."""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
HISTORY = BENCH / "history.jsonl"

THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
)
ONE_THREAD = dict.fromkeys(THREAD_LIMITS, "1")
"""The thread pools of numpy's and Rust's libraries, each held to one thread."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost, its children included."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


class CommandError(Exception):
    """A measured command failed, or could not be found."""


def allowed_cpus() -> list[int]:
    """The cores that this process may use, in order."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def run(
    command: Sequence[str | Path],
    *,
    cores: int = 0,
    env: Mapping[str, str] | None = None,
    accept: Iterable[int] = (0,),
    output: Path | None = None,
) -> Cost:
    """Run a command to its end on so many cores, the last of those allowed; 0 for all.

    Its stdout goes to ``output``, or nowhere.

    Raises:
        CommandError: its exit code is not one of ``accept``.
    """
    words = [str(word) for word in command]
    chosen = ",".join(map(str, allowed_cpus()[-cores:])) if cores else "all"
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        launcher = [sys.executable, "-S", str(BENCH / "launch.py"), str(figures), chosen]
        with (output or Path(os.devnull)).open("wb") as stdout:
            done = subprocess.run(
                [*launcher, *words],
                check=False,
                env={**os.environ, **(env or {})},
                stdout=stdout,
                stderr=subprocess.PIPE,
            )
        if not figures.exists() or done.returncode not in accept:
            said = done.stderr.decode(errors="replace").strip()[-2000:]
            raise CommandError(f"{' '.join(words)} ended with exit code {done.returncode}: {said}")
        cost = json.loads(figures.read_bytes())
    peak = max(cost["peak_bytes"], cost["tree_peak_bytes"])
    return Cost(seconds=cost["seconds"], cpu_seconds=cost["cpu_seconds"], peak_bytes=peak)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure by itself."""
    return Cost(
        seconds=statistics.median(c.seconds for c in costs),
        cpu_seconds=statistics.median(c.cpu_seconds for c in costs),
        peak_bytes=round(statistics.median(c.peak_bytes for c in costs)),
    )


def spread(costs: Sequence[Cost]) -> str:
    """The least and the most CPU seconds, as one can read them."""
    cpu = [c.cpu_seconds for c in costs]
    return f"{min(cpu):.2f} to {max(cpu):.2f}"


def dedup_command(given: str | None) -> str:
    """The path of the ``dedup`` command: the one given, else the one beside this Python, else on PATH.

    Raises:
        CommandError: there is none.
    """
    if given:
        return given
    beside = Path(sys.executable).with_name("dedup")
    found = str(beside) if beside.exists() else shutil.which("dedup")
    if not found:
        raise CommandError("found no dedup command; install the project in this environment or pass --dedup PATH")
    return found


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as aligned text: the first column to the left, the others to the right."""
    cells = [list(map(str, header)), *(list(map(str, row)) for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = []
    for row in cells:
        rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join([row[0].ljust(widths[0]), *rest]).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def mebibytes(count: float) -> str:
    """Bytes as whole MiB."""
    return f"{count / (1 << 20):.0f}"


def machine() -> dict[str, Any]:
    """The processor's model, the cores that may be used, and the Python."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        named = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    return {"cpu": model, "cores": len(allowed_cpus()), "python": platform.python_version()}


def commit() -> str:
    """The commit that is checked out, with ``+`` if files differ from it; empty outside git."""

    def git(*words: str) -> str:
        if not shutil.which("git"):
            return ""
        done = subprocess.run(["git", "-C", str(BENCH), *words], check=False, capture_output=True, text=True)
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "..", f":!{HISTORY.name}")
    return git("rev-parse", "HEAD") + ("+" if changed else "")


def record(benchmark: str, fingerprint: str, figures: Mapping[str, Any], history: Path = HISTORY) -> None:
    """Append one line to the history: when, of what, on what, and the figures."""
    line = {
        "benchmark": benchmark,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "settings_fingerprint": fingerprint,
        "machine": machine(),
        "figures": figures,
    }
    with history.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
