"""``dedup scan``: folders in, report out."""

import sys
from functools import partial
from logging import WARNING
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dedup.cli.night import Night, low_priority, measured, night_options
from dedup.cli.saying import logged, say, stages_logged
from dedup.cli.shared import (
    PARTLY_UNREADABLE,
    exit_codes,
    progress_bar,
    say_unreadable,
    settings_from,
    write_result,
)
from dedup.cli.spark import Spark, spark_options
from dedup.cli.stopping import heed_no_more_stops, time_limit
from dedup.report.files import check_writable, write_whole
from dedup.report.fitting import counted, printable

if TYPE_CHECKING:  # columns, which wrong usage need not wait for
    from dedup.model import Report
    from dedup.workflows.wide.scan import WideReport

PAGE = "the page"


@click.command(short_help="Find the copies among scraped articles and write a report of clusters.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--report", default="report.json", metavar="FILE", show_default=True, help="Where to write; - is stdout."
)
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Also write a page to open in a browser."
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where the work is done.",
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processor cores to use.  [default: all]")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Settings, as TOML.")
@click.option(
    "--catalogue", type=click.Path(path_type=Path), multiple=True, metavar="FILE", help="More known footers, as TOML."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing unless something is wrong.")
@click.option("-v", "--verbose", is_flag=True, help="Also say what each stage cost, and name every unreadable file.")
@night_options
@spark_options
def scan(
    paths: tuple[str, ...],
    report: str,
    html: Path | None,
    engine: str,
    jobs: int | None,
    config: Path | None,
    catalogue: tuple[Path, ...],
    quiet: bool,
    verbose: bool,
    night: Night,
    spark: Spark,
) -> None:
    """Find the copies among the articles in folders and files, and write a report of clusters.

    Reads .txt .md .html .htm .json .jsonl .ndjson .csv .parquet .warc, each also with .gz .zst .xz behind it,
    in folders of any depth. What cannot be read is listed in the report, and the exit code is 3.
    """
    target = None if report == "-" else Path(report)
    with exit_codes(), logged(night.log_file, quiet=quiet), measured(night.metrics, report) as run, exit_codes():
        with time_limit(night.max_seconds):
            settings = settings_from(config)
            if target:
                check_writable(target)
            if html:
                check_writable(html, PAGE)
            if night.nice:
                low_priority()
            with progress_bar(quiet=quiet) as bar:
                scanned = partial(_on_spark, spark=spark) if engine == "spark" else partial(_here, night=night)
                result: Any = scanned(
                    paths,
                    jobs=jobs,
                    settings=settings,
                    catalogue=catalogue,
                    progress=stages_logged(bar),
                    target=target,
                )
        run.report = result
        if html:
            from dedup.workflows.page import page_of_report  # noqa: PLC0415

            write_whole(page_of_report(result), html, PAGE)
        written = report if report == "-" or not html else f"{report}, {html}"
        _summarise(result, written, quiet=quiet, verbose=verbose, remembers=night.state is not None)
        if result.unreadable:
            sys.exit(PARTLY_UNREADABLE)


def _here(paths: tuple[str, ...], *, night: Night, jobs: int | None, target: Path | None, **how: Any) -> "Report":
    """A scan on this machine."""
    from dedup.workflows.scan import scan as found  # noqa: PLC0415  half a second that wrong usage need not wait

    return found(paths, jobs=jobs, deliver=partial(_deliver, target), **how, **night.of_state())


def _on_spark(
    paths: tuple[str, ...], *, spark: Spark, jobs: int | None, target: Path | None, **how: Any
) -> "WideReport":
    """A scan on Spark."""
    from dedup.workflows.spark import spark_session  # noqa: PLC0415

    with spark.work_folder() as work, spark_session(spark.master_with(jobs), spark.conf()) as session:
        from dedup.workflows.wide.scan import scan as found  # noqa: PLC0415  once Spark is there

        deliver = partial(_deliver_pieces, target)
        return found(paths, session=session, work=work, dataset=spark.dataset, deliver=deliver, **how)


def _deliver(target: Path | None, report: "Report") -> None:
    """Write the report; None is stdout. What follows takes moments, and is not to be stopped."""
    from dedup.report.document import to_json, write  # noqa: PLC0415

    if target and (target.is_file() or not target.exists()):
        heed_no_more_stops()  # but of a pipe or device nobody knows how long that takes
    if target:
        write(report, target)
    else:
        write_result(to_json(report))
    heed_no_more_stops()


def _deliver_pieces(target: Path | None, report: "WideReport") -> None:
    """Write the report as it comes from Spark, which can be stopped: a report that is there stays until all came."""
    if target:
        write_whole(report.pieces(), target, "the report")
    else:
        for piece in report.pieces():
            write_result(piece)
    heed_no_more_stops()


def _summarise(result: "Report | WideReport", report: str, *, quiet: bool, verbose: bool, remembers: bool) -> None:
    counts, run = result.counts, result.run
    where = "" if report == "-" else f"; {printable(report)}"
    renamed = f", {counts.renamed_articles:,} ids given a path" if counts.renamed_articles else ""
    emptied = f", {counts.footer_only_articles:,} nothing but footers" if counts.footer_only_articles else ""
    new, changed, gone = counts.new_articles, counts.changed_articles, counts.removed_articles
    since = f" ({new:,} new, {changed:,} changed, {gone:,} gone)" if remembers else ""
    say(
        f"{counted(counts.articles, 'article')}{since}, {counts.unreadable:,} unreadable, "
        f"{counted(counts.clusters, 'cluster')} of {counts.clustered_articles:,}{emptied}{renamed}; "
        f"{run.seconds:.1f} s, "
        f"{counts.articles / max(run.seconds, 1e-9):,.0f} articles/s{where}",
        quiet=quiet,
    )
    for hit in run.limits_hit:
        say(f"limit {hit.setting} = {hit.value}: {hit.count:,} {hit.effect}", quiet=quiet, level=WARNING)
    for stage in run.stages:
        told = f"  {stage.name:<11}{stage.seconds:8.2f} s {stage.cpu_seconds:8.2f} CPU s"
        say(told, quiet=quiet or not verbose)
    say_unreadable(
        [(bad.path, bad.reason) for bad in result.unreadable], all_of_them=verbose and not quiet, quiet=quiet
    )
