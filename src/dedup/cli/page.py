"""``dedup page``: a report as one HTML file."""

from pathlib import Path

import click

from dedup.cli.shared import exit_codes, write_result
from dedup.report.files import check_writable, write_whole
from dedup.report.reading import read

MAX_TEXT = "20 MiB"
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
    metavar="BYTES",
    help=f"Texts of articles that the page may hold; 0 for none.  [default: {MAX_TEXT}]",
)
def page(report: Path, *, out: str | None, articles: tuple[Path, ...], max_text: int | None) -> None:
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
        from dedup.workflows.page import MAX_TEXT as USUAL  # noqa: PLC0415  wrong usage need not wait for it
        from dedup.workflows.page import page_of  # noqa: PLC0415

        content = page_of(
            document, source=report, articles=articles, max_text=USUAL if max_text is None else max_text
        )
        if out == "-":
            write_result(content)
        else:
            write_whole(content, target, WHAT)
