"""``dedup page``: a report as one HTML file."""

from pathlib import Path

import click

from dedup.cli.shared import exit_codes, write_result
from dedup.report.files import check_writable, write_whole
from dedup.report.page import MAX_TEXT
from dedup.report.reading import read
from dedup.settings import MEBIBYTE

WHAT = "the page"


@click.command(short_help="Make one HTML file of a report, to open in a browser.")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT")
@click.option(
    "--out", metavar="FILE", help="Where to write; - is stdout.  [default: beside the report, ending in .html]"
)
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="Where the articles are now.  [default: where they were scanned]",
)
@click.option(
    "--max-text",
    type=click.IntRange(0),
    default=MAX_TEXT,
    metavar="BYTES",
    help=f"Texts of articles that the page may hold; 0 for none.  [default: {MAX_TEXT // MEBIBYTE} MiB]",
)
def page(report: Path, *, out: str | None, articles: tuple[Path, ...], max_text: int) -> None:
    """Make one HTML file of a report: clusters to sort, filter and open, and each copy side by side with its partner.

    The file opens from disk in any browser, and loads nothing. Texts of articles are read again from where they were
    scanned; those of new and changed clusters and of large ones come first until --max-text is reached, and the
    page says what it is without.
    """
    with exit_codes():
        target = report.with_suffix(".html") if out is None else Path(out)
        if out != "-":
            check_writable(target, WHAT)
        document = read(report)
        from dedup.workflows.page import page_of  # noqa: PLC0415  wrong usage need not wait for it

        content = page_of(document, source=report, articles=articles, max_text=max_text)
        if out == "-":
            write_result(content)
        else:
            write_whole(content, target, WHAT)
