"""``dedup state``: what a state holds, whether it is sound, and how it is made smaller."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson

from dedup.cli.saying import say
from dedup.cli.shared import FAILED, exit_codes, write_result
from dedup.report.fitting import printable

Command = Callable[..., Any]


def _of_a_state(command: Command) -> Command:
    return click.option("--state", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The state.")(
        command
    )


@click.group(short_help="Look at a state, check it, or make it smaller.")
def state() -> None:
    """Look at the state that 'dedup scan --state FILE' keeps, check it, or make it smaller."""


@state.command(short_help="Say what a state holds.")
@_of_a_state
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
def info(state: Path, as_json: bool) -> None:
    """Say what a state holds, what it takes on the disk, which runs it remembers, and who is at work with it."""
    with exit_codes():
        from dedup.cli.holding import document, lines  # noqa: PLC0415  wrong usage need not wait for it
        from dedup.workflows.history import holding  # noqa: PLC0415

        found = holding(state)
        if as_json:
            write_result(orjson.dumps(document(found), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        else:
            write_result("".join(f"{name:<10} {printable(told)}\n" for name, told in lines(found)).encode())


@state.command(short_help="Check whether a state is sound.")
@_of_a_state
@click.option("-q", "--quiet", is_flag=True, help="Say nothing if it is sound.")
def check(state: Path, quiet: bool) -> None:
    """Check every byte of a state, and whether its parts fit each other: one line for each problem, and exit code 1.

    What a run left that was killed is named, too, but no problem: the next run clears it.
    """
    with exit_codes():
        from dedup.workflows.history import check as checked  # noqa: PLC0415  wrong usage need not wait for it

        found = checked(state)
        lines = found.problems or [f"left over: {left}" for left in found.leftovers]
        if found.problems or not quiet:
            sound = [] if found.problems else [f"{found.path} is sound"]
            write_result("".join(f"{printable(line)}\n" for line in [*lines, *sound]).encode())
    if found.problems:
        say(f"dedup: {printable(found.path)} is damaged: {found.remedy}")
        sys.exit(FAILED)


@state.command(short_help="Forget old runs, and make a state as small as it can be.")
@_of_a_state
@click.option(
    "--older-than", required=True, metavar="AGE|DATE", help="Forget runs before this: 90d, 12h, 8w, 2026-01-31."
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option(
    "--lock-wait",
    type=click.FloatRange(0),
    default=0,
    metavar="SECONDS",
    help="Wait so long for a run that holds the state.  [default: 0]",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
def prune(state: Path, older_than: str, dry_run: bool, lock_wait: float, quiet: bool) -> None:
    """Forget old runs, what they changed, and articles gone by then; and make a state as small as can be.

    The last run stays, and all that the next one needs: its report will be the same, but that an article which was
    forgotten and comes back is seen for the first time. Needs room for a second state meanwhile.
    """
    with exit_codes():
        from dedup.cli.holding import gone  # noqa: PLC0415  wrong usage need not wait for it
        from dedup.workflows.history import prune as pruned  # noqa: PLC0415

        found = pruned(state, older_than, dry_run=dry_run, lock_wait=lock_wait)
        if not quiet:
            write_result(f"{gone(found, dry_run=dry_run)}\n".encode())
