"""``dedup evaluate``: how right a report is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from dedup.cli.shared import exit_codes, write_result
from dedup.report.fitting import counted, printable

if TYPE_CHECKING:
    from dedup.workflows.evaluate import Evaluation

SHOWN_IDS = 3


@click.command(short_help="Measure how right a report is against labelled clusters.")
@click.argument("report", type=click.Path(path_type=Path), metavar="REPORT")
@click.argument("gold", type=click.Path(path_type=Path), metavar="GOLD.tsv")
@click.option(
    "--ignore",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Pairs of ids, with a tab between, that count neither as right nor as wrong.",
)
@click.option(
    "--most",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="Name so many of the wrong pairs and of the missed ones.",
)
@click.option("--sweep", is_flag=True, help="Also say what other thresholds would give, from the report alone.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of tables.")
def evaluate(report: Path, gold: Path, ignore: Path | None, most: int, sweep: bool, as_json: bool) -> None:
    """Measure how right a report is against labelled clusters, and name the mistakes to look at first.

    GOLD.tsv has a line for each article: its id, its cluster, perhaps its kind, with tabs between; a header may name
    the columns id, cluster, kind, relation and to. An article that the gold does not label is left out of all
    figures; one that it labels and the report has in no cluster stands alone.
    """
    with exit_codes():
        from dedup.workflows.evaluate import evaluate as run  # noqa: PLC0415  wrong usage need not wait for it

        found = run(report, gold, ignore=ignore, most=most, thresholds=sweep)
        if as_json:
            write_result(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        else:
            from dedup.cli.figures import lines  # noqa: PLC0415  it knows the nouns of the workflow

            write_result("".join(f"{line}\n" for line in lines(found)).encode())
    _warn(found)


def _warn(found: "Evaluation") -> None:
    """Say on stderr where report and gold speak of different articles."""
    if found.left_out:
        some = ", ".join(map(printable, found.left_out[:SHOWN_IDS]))
        more = ", …" if len(found.left_out) > SHOWN_IDS else ""
        articles = counted(len(found.left_out), "article")
        click.echo(f"left out {articles} of the report that the gold does not label: {some}{more}", err=True)
    if found.articles > found.scanned:
        click.echo(
            f"the gold labels {counted(found.articles, 'article')}, the report is of {found.scanned:,}: "
            "the others count as found with nobody",
            err=True,
        )
