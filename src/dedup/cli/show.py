"""``dedup show``: a report in the terminal, or its pairs for a program."""

from pathlib import Path

import click

from dedup.cli.shared import exit_codes, terminal, write_lines
from dedup.report import listing, pairs
from dedup.report.finding import cluster_of
from dedup.report.reading import read

FORMATS = {"csv": pairs.csv_lines, "jsonl": pairs.json_lines}


@click.command(short_help="Show a report in the terminal, or write its pairs as CSV.")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT")
@click.option(
    "--cluster", metavar="ID", help="Show all of one cluster: that of this id, or that of the article of this id."
)
@click.option("--most", type=click.IntRange(1), metavar="N", help="Show only the N largest clusters.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *FORMATS]),
    default="text",
    show_default=True,
    help="Text for people; or each member of a cluster with its partner, a line each, as CSV or JSON Lines.",
)
@click.option(
    "--borderline", is_flag=True, help="Also the pairs that may be copies in other words, but not surely enough."
)
def show(report: Path, *, cluster: str | None, most: int | None, form: str, borderline: bool) -> None:
    """Show the clusters of a report: the likely original, each copy, and the share of words that it has in common.

    Colours and cutting to width are for terminals alone; NO_COLOR=1 goes without colours.

    \b
    CSV and JSON Lines have these columns, of which later versions only add to the end:
      cluster        id of the cluster; none of a borderline pair
      id             of the member
      to             id of its partner
      relation       identical, near, excerpt or spun; borderline
      resemblance    runs of words that both have, over all that either has, 0 to 1
      containment    share of the member's runs of words that its partner has, 0 to 1
      excerpt        of an excerpt and its partner, the id of the one that stands in the other
      rewrite        how sure it is that the one is the other in other words, 0 to 1
      passages       how many they share
      passage_words  words of the member in all of these
      body_words     words that footers leave of the member
      original       id of the cluster's likely original, which has no line of its own
      title source published path   of the member
    """
    if cluster is not None and most is not None:
        raise click.UsageError("--cluster shows one cluster, --most the largest ones; give one")
    with exit_codes():
        document = read(report)
        one = None if cluster is None else cluster_of(document, cluster)
        if form != "text":
            write_lines(FORMATS[form](pairs.pairs(document, cluster=one, most=most, borderline=borderline)))
            return
        width, colour = terminal()
        if one:
            from dedup.report import closeup  # noqa: PLC0415  wrong usage need not wait for it

            write_lines(closeup.lines(document, one, report=str(report), width=width, colour=colour))
        else:
            write_lines(listing.lines(document, width=width, colour=colour, most=most, borderline=borderline))
