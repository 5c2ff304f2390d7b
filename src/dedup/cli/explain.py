"""``dedup explain``: why two articles are related, or not."""

import os
import shutil
from pathlib import Path

import click
import orjson

from dedup.cli.shared import UNCUT, exit_codes, settings_from, write_result

DEFAULT_REPORT = "report.json"


@click.command(short_help="Say why two articles are related, or not.")
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"The report that A and B are ids of.  [default: {DEFAULT_REPORT}, if A or B is no file]",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Instead of a report, what scans keep from run to run.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Settings, as TOML.  [default: those of the report or state]",
)
@click.option(
    "--catalogue", type=click.Path(path_type=Path), multiple=True, metavar="FILE", help="More known footers, as TOML."
)
def explain(
    left: str,
    right: str,
    *,
    report: Path | None,
    state: Path | None,
    as_json: bool,
    config: Path | None,
    catalogue: tuple[Path, ...],
) -> None:
    """Say why two articles are related, or not: what they share, what that takes, and what was set aside before.

    A and B are ids of a report or a state, whose articles are read again; or files that are one article each; or
    records in files, as in feed.jsonl#id or, for one that has no id, feed.jsonl:7. A state is only read, also while
    a scan is at work.
    """
    if report and state:
        raise click.UsageError("--report and --state are two ways to say what A and B are ids of; give one")
    with exit_codes():
        settings = settings_from(config) if config else None
        from dedup.workflows.explain import explain as run  # noqa: PLC0415  wrong usage need not wait for it
        from dedup.workflows.lookup import file_of  # noqa: PLC0415

        if not (report or state) and os.path.isfile(DEFAULT_REPORT) and not (file_of(left) and file_of(right)):  # noqa: PTH113
            report = Path(DEFAULT_REPORT)
        found = run(left, right, report=report, state=state, settings=settings, catalogue=catalogue)
        if as_json:
            write_result(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        else:
            from dedup.report.explaining import lines  # noqa: PLC0415

            width = max(60, min(120, shutil.get_terminal_size((UNCUT, 24)).columns))
            write_result("".join(f"{line}\n" for line in lines(found, width=width)).encode())
