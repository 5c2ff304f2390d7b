"""``dedup footers``: what boilerplate a collection holds."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from dedup.cli.shared import (
    PARTLY_UNREADABLE,
    UNCUT,
    exit_codes,
    progress_bar,
    say_unreadable,
    settings_from,
    write_result,
)
from dedup.report.fitting import counted, printable

if TYPE_CHECKING:  # columns, which wrong usage need not wait for
    from dedup.model import Footer, Recurring

FOOTER_ROW = "{:>9} {:>8}  {:<11} {:<8} {:<36} {}"
UNKNOWN_ROW = "{:>9} {:>6}  {:<22} {}"


@click.command(short_help="Show the footers that articles carry: known ones and learned ones.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.option("--unknown", is_flag=True, help="Show what recurs and looks like boilerplate, but was kept.")
@click.option("--most", type=click.IntRange(1), metavar="N", help="Show only the N most frequent.")
@click.option(
    "--catalogue", type=click.Path(path_type=Path), multiple=True, metavar="FILE", help="More known footers, as TOML."
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processor cores to use.  [default: all]")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings, as TOML.")
def footers(
    paths: tuple[str, ...],
    as_json: bool,
    unknown: bool,
    most: int | None,
    catalogue: tuple[Path, ...],
    jobs: int | None,
    config: Path | None,
) -> None:
    """Show the footers that articles carry: notices, copyright lines, menus, and what else is no story.

    Known ones come from the catalogue that is shipped, and from files of the same form (--catalogue); others are
    learned: runs of words that stand in many different stories. See --unknown for what could be added.
    """
    with exit_codes():
        settings = settings_from(config)
        with progress_bar(quiet=False) as bar:
            from dedup.workflows.footers import find_footers  # noqa: PLC0415  wrong usage need not wait for it

            found = find_footers(paths, settings=settings, catalogue=catalogue, jobs=jobs, progress=bar)
        runs = found.unknown[:most]
        known = found.footers[:most]
        if as_json:
            shown = runs if unknown else known
            write_result(orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        else:
            width = max(80, shutil.get_terminal_size((UNCUT, 24)).columns)
            rows = _unknown_rows(runs) if unknown else _footer_rows(known)
            write_result("".join(f"{row[:width].rstrip()}\n" for row in rows).encode())
    click.echo(
        f"{counted(found.articles, 'article')}, {found.footer_only_articles:,} of them nothing but footers; "
        f"{counted(len(found.footers), 'kind')} of footers, {len(found.unknown):,} unknown",
        err=True,
    )
    say_unreadable([(bad.path, bad.reason) for bad in found.unreadable], all_of_them=False)
    if found.unreadable:
        sys.exit(PARTLY_UNREADABLE)


def _footer_rows(footers: "list[Footer]") -> Iterator[str]:
    yield FOOTER_ROW.format("articles", "sources", "kind", "origin", "id", "example")
    for one in footers:
        example = _one_line(one.example)
        yield FOOTER_ROW.format(f"{one.articles:,}", f"{one.sources:,}", one.kind, one.origin, one.id, example)


def _unknown_rows(runs: "list[Recurring]") -> Iterator[str]:
    yield UNKNOWN_ROW.format("articles", "words", "id", "example")
    for one in runs:
        yield UNKNOWN_ROW.format(f"{one.articles:,}", one.words, one.id, _one_line(one.example))


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))
