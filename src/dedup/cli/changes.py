"""``dedup changes``: what the nightly runs changed in clusters."""

from pathlib import Path

import click

from dedup.cli.shared import exit_codes, write_result
from dedup.model import CHANGES


def _kinds(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> frozenset[str]:
    kinds = frozenset(kind.strip() for part in given for kind in part.split(","))
    if unknown := sorted(kinds.difference(CHANGES)):
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(CHANGES)}")
    return kinds


@click.command(short_help="Say what the nightly runs changed in clusters, as JSON Lines.")
@click.option(
    "--state", type=click.Path(path_type=Path), required=True, metavar="FILE", help="The state of the runs."
)
@click.option(
    "--since",
    metavar="RUN|DATE",
    help="The runs after this one, by id or number; or those that started at this time or later: 2026-01-31, "
    "2026-01-31T03:00 (UTC), 7d, 12h.  [default: the last run alone]",
)
@click.option(
    "--change",
    "kinds",
    multiple=True,
    callback=_kinds,
    metavar="KIND,...",
    help=f"Only these: {', '.join(CHANGES)}.  [default: all]",
)
def changes(state: Path, since: str | None, kinds: frozenset[str]) -> None:
    """Say what the nightly runs changed in clusters: one object of JSON a line, the largest cluster of a run first.

    Each has run, time, change, cluster, size, title, original, added, removed, merged_from, split_from, split_into,
    into. Also while a run is at work. Mail when stories got copies, none else:

    \b
    new=$(dedup changes --state news.db --change new) && [ "$new" ] && printf '%s\\n' "$new" | mail -s copies root

    Pipe it through jq -r '"\\(.size) x \\(.title)"' for a list that people read.
    """
    with exit_codes():
        from dedup.workflows.history import changes as told  # noqa: PLC0415  wrong usage need not wait for it

        for line in told(state, since=since, kinds=kinds):
            write_result(f"{line}\n".encode())
