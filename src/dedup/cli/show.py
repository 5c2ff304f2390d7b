"""``dedup show``: a report in the terminal."""

import shutil
from pathlib import Path

import click

from dedup.cli.shared import UNCUT, exit_codes, write_result
from dedup.report.listing import lines
from dedup.report.reading import read


@click.command(short_help="Show a report in the terminal.")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT")
@click.option("--most", type=click.IntRange(1), metavar="N", help="Show only the N largest clusters.")
def show(report: Path, most: int | None) -> None:
    """Show the clusters of a report: the likely original, each copy, and the share of words that it has in common."""
    with exit_codes():
        width = max(40, shutil.get_terminal_size((UNCUT, 24)).columns)
        write_result("".join(f"{line}\n" for line in lines(read(report), width=width, most=most)).encode())
