"""The scan in parts: the order of the steps for a collection that no one machine holds."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.engines.exchange import Exchange, Sent
from dedup.footers.catalogue import load
from dedup.model import Counts, Footer, Run, Unreadable
from dedup.readers.names import shown_path
from dedup.report.document import streamed
from dedup.report.reading import FORMAT, VERSION
from dedup.settings import Settings
from dedup.workflows.about import run_of
from dedup.workflows.collection import Progress, ignore
from dedup.workflows.stopwatch import Stopwatch
from dedup.workflows.wide.boilerplate import learn
from dedup.workflows.wide.by_keys import judged_by_keys
from dedup.workflows.wide.finishing import BORDERLINE, CLUSTERS, CONTAINERS, FooterNames, clustered
from dedup.workflows.wide.near import near_copies
from dedup.workflows.wide.ranking import Ranked, ranked
from dedup.workflows.wide.reading import collect
from dedup.workflows.wide.stating import Again, state
from dedup.workflows.wide.tables import TABLES, Table, Tabling

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


PART_BYTES = 48 << 20
"""Text in a part, about, unless somebody says how many parts there are: some 10,000 articles, and some hundred
megabytes at any time of the worker that has it."""

FEWEST_PARTS, MOST_PARTS = 4, 4096
"""Each part sends records to all others, so that their number grows with the square: of a collection that would have
more parts, these are larger."""


class WideReport(NamedTuple):
    """The report of a scan in parts: what is as long as the collection lies where the scan left it."""

    run: Run
    counts: Counts
    unreadable: list[Unreadable]
    footers: list[Footer]
    set_aside: Sent
    lists: Ranked

    def pieces(self) -> Iterator[bytes]:
        """The report as JSON, piece by piece: whoever writes it need not hold all of it."""
        return streamed(
            {
                "format": FORMAT,
                "version": VERSION,
                "run": self.run,
                "counts": self.counts,
                "clusters": self.lists.of(CLUSTERS),
                "ended": [],
                "borderline": self.lists.of(BORDERLINE),
                "containers": self.lists.of(CONTAINERS),
                "footers": self.footers,
                "set_aside": self.set_aside.values("set aside"),
                "unreadable": self.unreadable,
            }
        )


def scan(
    paths: Sequence[str | Path],
    *,
    session: "SparkSession",
    work: str,
    settings: Settings | None = None,
    catalogue: Sequence[str | Path] = (),
    dataset: str | None = None,
    parts: int | None = None,
    progress: Progress | None = None,
    deliver: Callable[[WideReport], None] | None = None,
) -> WideReport:
    """Find the copies among articles on Spark.

    Args:
        paths: folders and files on this machine, which all machines must see alike, or addresses that Spark reads.
        session: of Spark 4.1 or later. ``dedup`` must be installed where its workers run.
        work: address of a folder that all machines see, for what lies between steps; removed at the end.
        settings: what counts as a copy.
        catalogue: files with footers of one's own.
        dataset: address of a folder for articles, relations and clusters as Parquet; what lies there by the names of
            ``TABLES`` is replaced.
        parts: of the collection; when None, as many as the session has been told for a shuffle, else one for
            ``PART_BYTES``.
        progress: called with each stage, and with the number of articles read.
        deliver: called with the report while what it is written from is there.

    Returns:
        The report, whose ``pieces`` can be asked for by ``deliver`` only.

    Raises:
        InputError: a path does not exist or cannot be scanned.
        EngineError: Spark cannot do it.
        SettingsError: a catalogue cannot be read or is not as it should be.
    """
    from dedup.engines.spark.exchange import SparkExchange  # noqa: PLC0415  what few need, and few have
    from dedup.engines.spark.inputs import inputs  # noqa: PLC0415
    from dedup.engines.spark.tables import saved  # noqa: PLC0415

    settings = settings or Settings()
    reading = inputs(session, [str(path) for path in paths], settings, parts or default_parts(session, 0))
    parts = parts or default_parts(session, reading.size())
    with SparkExchange(session, parts, work) as exchange:
        report = scan_on(
            exchange, reading, paths, settings=settings, catalogue=catalogue, unreadable=reading.unreadable,
            progress=progress or ignore, engine="spark", save=partial(saved, dataset) if dataset else None,
        )  # fmt: skip
        if deliver:
            deliver(report)
        return report


def default_parts(session: "SparkSession", size: int) -> int:
    """How many parts a collection of so many bytes has: as a session was told for its shuffles, else by its size."""
    told = session.conf.get("spark.sql.shuffle.partitions", None)
    return int(told) if told else min(MOST_PARTS, max(FEWEST_PARTS, -(-size // PART_BYTES)))


def scan_on(
    exchange: Exchange,
    inputs: Again,
    paths: Sequence[str | Path],
    *,
    settings: Settings | None = None,
    catalogue: Sequence[str | Path] = (),
    unreadable: Sequence[Unreadable] = (),
    progress: Progress = ignore,
    engine: str = "exchange",
    save: Callable[[str, Table, Sent], None] | None = None,
) -> WideReport:
    """Find the copies among articles by the steps of an exchange.

    Args:
        exchange: where the work is done.
        inputs: what to read, as ``exchange`` reads it: reading keys and ``Work``.
        paths: what was asked to be scanned, for the report.
        settings: what counts as a copy.
        catalogue: files with footers of one's own.
        unreadable: what could not be read already when the inputs were made.
        progress: called with each stage.
        engine: its name, for the report.
        save: called with the name, the columns and the rows of each of ``TABLES``, for whoever wants them.

    Returns:
        The report; what it writes is equal to that of ``dedup.scan`` but for ``run``.
    """
    settings = settings or Settings()
    known = load(*map(Path, catalogue)) if settings.set_aside_footers else None
    watch = Stopwatch()
    found = collect(exchange, inputs, settings, known, progress, watch)
    home, layout = found.home, found.layout
    watch.lap("read")
    progress("footers", layout.articles)
    learned = learn(exchange, home, layout, known, settings)
    bodies = learned.later
    watch.lap("footers")
    progress("comparing", layout.articles)
    near = near_copies(exchange, home, bodies, layout, settings)
    watch.lap("near")
    judged = judged_by_keys(exchange, home, bodies, near, layout, settings)
    watch.lap("keys")
    progress("report", layout.articles)
    stated = state(exchange, home, bodies, layout, learned.learned, inputs, known, settings)
    telling = [*(entry.tells == "aggregator" for entry in (known.entries if known else ()))]
    aggregators = np.zeros(len(stated.names), np.bool_)
    aggregators[: len(telling)] = telling
    names = FooterNames(stated.names, aggregators)
    done = clustered(exchange, home, bodies, near, judged, layout, names, settings, tables=save is not None)
    if save:
        articles = exchange.step(Tabling(layout), done.only("membership"), home=home)
        for name, table in TABLES.items():
            save(name, table, articles if name == "articles" else done.only(name))
    lists = ranked(exchange, done)
    in_clusters = [*done.values("counts")]
    watch.lap("report")
    all_unreadable = sorted([*unreadable, *found.unreadable])
    counts = Counts(
        articles=layout.articles,
        unreadable=len(all_unreadable),
        clusters=sum(clusters for clusters, _ in in_clusters),
        clustered_articles=sum(articles for _, articles in in_clusters),
        new_articles=layout.articles,
        removed_articles=0,
        changed_articles=0,
        footer_only_articles=stated.emptied,
        renamed_articles=found.renamed,
    )
    limits = [*near.limits, *learned.limits]
    about = run_of(watch, engine, [shown(str(path)) for path in paths], settings, known, limits)
    return WideReport(about, counts, all_unreadable, stated.footers, stated.set_aside, lists)


def shown(path: str) -> str:
    """A path or address as the report names it: a path in full, an address as it is."""
    return path if "://" in path else shown_path(os.path.abspath(path))  # noqa: PTH100 - links stay as they were given
