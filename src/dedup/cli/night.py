"""What a run needs that nobody watches: state, limits, log, metrics, as options of ``dedup scan``."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedup import __version__
from dedup.cli.saying import say
from dedup.cli.shared import DONE, FAILED, PARTLY_UNREADABLE
from dedup.errors import OutputError
from dedup.report.files import check_writable, write_whole
from dedup.report.fitting import printable
from dedup.report.metrics import Outcome, last_success, metrics

if TYPE_CHECKING:  # columns, which wrong usage need not wait for
    from dedup.model import Report

LOWEST_PRIORITY = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The options of a run by night, as they were given."""

    state: Path | None
    rebuild: bool
    lock_wait: float | None
    max_seconds: int | None
    nice: bool
    log_file: Path | None
    metrics: Path | None

    def of_state(self) -> dict[str, Any]:
        """The arguments of ``workflows.scan.scan`` that concern the state."""
        if self.state is None:
            return {}
        return {"state": self.state, "rebuild": self.rebuild, "lock_wait": self.lock_wait or 0}


OPTIONS = (
    click.option(
        "--state",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Remember here what was read and reported, and read only what is new.",
    ),
    click.option("--rebuild", is_flag=True, help="Forget what the state remembers of the articles, and read all."),
    click.option(
        "--lock-wait",
        type=click.FloatRange(0),
        metavar="SECONDS",
        help="Wait so long for another run that holds the state.  [default: 0]",
    ),
    click.option("--max-seconds", type=click.IntRange(1), metavar="N", help="End after N seconds without a report."),
    click.option("--nice", is_flag=True, help="Work at low priority: others go first."),
    click.option(
        "--log-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Append what is said, with times, to this.",
    ),
    click.option(
        "--metrics",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write metrics for Prometheus; the name ends with .prom for its node exporter.",
    ),
)


def night_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options; it gets them as one argument ``night``."""

    @wraps(command)
    def with_night(**arguments: Any) -> None:
        night = Night(**{field.name: arguments.pop(field.name) for field in fields(Night)})
        if night.state is None and (night.rebuild or night.lock_wait is not None):
            raise click.UsageError(f"{'--rebuild' if night.rebuild else '--lock-wait'} needs --state FILE")
        command(**arguments, night=night)

    for option in reversed(OPTIONS):
        option(with_night)
    return with_night


def low_priority() -> None:
    """Let others go first: on the processor, and, where the scheduler heeds it, on the disk.

    Linux derives the priority on the disk from that on the processor as long as nobody sets it apart. Batch work is
    what is not worth waking early. Worker processes and threads inherit both.
    """
    os.nice(LOWEST_PRIORITY)
    with suppress(OSError, AttributeError):  # not Linux, or not allowed in a container
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


class Measured:
    """Holds the report for the metrics, once there is one."""

    report: "Report | None" = None


@contextmanager
def measured(target: Path | None, report: str) -> Iterator[Measured]:
    """Write metrics of what is done meanwhile, however it ends.

    Args:
        target: where they go; None for nowhere.
        report: where the report goes.

    Raises:
        OutputError: they could not be written there; said before anything is done.
    """
    found = Measured()
    if target is None:
        yield found
        return
    check_writable(target, "the metrics")
    begun, code = time.monotonic(), FAILED
    try:
        yield found
        code = DONE
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else FAILED
        raise
    finally:
        now = round(time.time(), 3)
        before = now if code in (DONE, PARTLY_UNREADABLE) else _last_success(target)
        label = "stdout" if report == "-" else printable(str(Path(report).absolute()))
        outcome = Outcome(label, __version__, now, round(time.monotonic() - begun, 3), code, before)
        try:
            write_whole(metrics(outcome, found.report).encode(), target, "the metrics")
        except OutputError as problem:
            say(f"dedup: {printable(str(problem))}")
            sys.exit(code or FAILED)


def _last_success(target: Path) -> float | None:
    with suppress(OSError):
        return last_success(target.read_text("utf-8", "replace"))
    return None
