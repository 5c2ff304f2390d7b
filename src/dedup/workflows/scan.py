"""The scan: folders in, report out; the order of the steps for a whole collection."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dedup.alike import first_alike
from dedup.comparison.rewrite import Texts
from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import Catalogue, load
from dedup.kernels import before_compiling
from dedup.model import Counts, Report
from dedup.readers.names import shown_path
from dedup.report.reading import FORMAT, VERSION
from dedup.settings import Settings
from dedup.steps import characters
from dedup.text.background import common_stems
from dedup.workflows.about import run_of
from dedup.workflows.boilerplate import Footers, footers, strip
from dedup.workflows.boilerplate import Run as LearnedRun
from dedup.workflows.collection import Collection, Progress, ignore, read_collection
from dedup.workflows.compiling import compile_all
from dedup.workflows.membership import Groups, borderline, clusters, containers
from dedup.workflows.nightly import Deliver, Night, night
from dedup.workflows.relating import relate
from dedup.workflows.stopwatch import Stopwatch

COMPILING = "compiling, once after an installation"
"""The stage that is told while kernels are compiled."""


def scan(
    paths: str | Path | Sequence[str | Path],
    *,
    settings: Settings | None = None,
    catalogue: Sequence[str | Path] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
    state: str | Path | None = None,
    rebuild: bool = False,
    lock_wait: float = 0.0,
    deliver: Deliver | None = None,
) -> Report:
    """Find the copies among the articles in folders and files.

    Args:
        paths: one or several folders, walked to any depth, and files of the kinds that ``dedup`` reads.
        settings: what counts as a copy; the defaults suit news.
        catalogue: files with footers of one's own, which come on top of the shipped ones.
        jobs: processor cores to use; all that there are when None. Changes nothing in the result.
        progress: called now and then with the stage at work and the number of articles read so far.
        state: a file that remembers what was read and found, so that the next scan reads only what is new. Its
            columns lie beside it. The report is the same but for the names and life of clusters, and ``first_seen``.
        rebuild: read everything again, whatever the state has; what it remembers of earlier runs stays.
        lock_wait: seconds to wait for another scan with the same state.
        deliver: called with the report before the state is saved. If it raises, the state stays as it was.

    Returns:
        The report; only its ``run`` part differs between scans of equal input with equal settings.

    Raises:
        InputError: a path does not exist or cannot be scanned. A file below a folder that cannot be read is no
            error, but listed in the report.
        SettingsError: a catalogue cannot be read or is not as it should be.
        StateLockedError: another scan holds the state.
        StateError: the state is damaged, was made otherwise, or cannot be written; it stays as it was.
    """
    settings = settings or Settings()
    known = load(*map(Path, catalogue)) if settings.set_aside_footers else None
    paths = [paths] if isinstance(paths, (str, Path)) else paths
    engine = LocalEngine(jobs)
    watch = Stopwatch(engine.memory.let_go)
    before_compiling(partial(_compile, engine.jobs, progress or ignore))
    if state is None:
        report = _examined(paths, settings, known, engine, watch, progress or ignore, None).report
        if deliver:
            deliver(report)
        return report
    with night(state, settings, known, watch, rebuild=rebuild, lock_wait=lock_wait) as run:
        found = _examined(paths, settings, known, engine, watch, progress or ignore, run)
        return run.end(found.report, found.collection, found.boilerplate, found.learned, deliver)


def _compile(jobs: int, progress: Progress) -> None:
    progress(COMPILING, 0)
    compile_all(jobs)


class _Examined(NamedTuple):
    """What a scan finds, and what it found it in."""

    report: Report
    collection: Collection
    boilerplate: Footers
    learned: Sequence[LearnedRun]


def _examined(
    paths: Sequence[str | Path],
    settings: Settings,
    known: Catalogue | None,
    engine: LocalEngine,
    watch: Stopwatch,
    progress: Progress,
    run: Night | None,
) -> _Examined:
    """Read what is to be read, and compare all of it."""
    collection = read_collection(paths, settings, known, engine, watch, progress, run.keeper if run else None)
    progress("footers", len(collection.heads))
    stripped = strip(collection, known, settings, engine)
    watch.lap("footers")
    progress("comparing", len(collection.heads))
    alike = first_alike(stripped.bodies, engine.spread, engine.in_turn)
    representatives = np.flatnonzero(alike == np.arange(len(alike)))
    rare = collection.stems.rare(common_stems(settings.max_anchor_share))
    texts = Texts(stripped.bodies, stripped.sentences, rare).take(representatives)
    pairs = run.known_pairs(texts) if run else None
    told = engine.meanwhile(partial(footers, stripped, collection, known, paths, settings, engine))
    related = relate(texts, collection.stems, settings, engine, watch, pairs)
    progress("report", len(collection.heads))
    boilerplate = told()
    text_of = np.searchsorted(representatives, alike).astype(np.int32)
    grouped = Groups(representatives, text_of, related.groups, related.links)
    places = partial(characters, collection.words, stripped.spans)
    found = clusters(
        collection.heads, texts, grouped, boilerplate.of, places, boilerplate.aggregators, settings, pairs,
        engine.spread,
    )  # fmt: skip
    unsure = borderline(collection.heads, representatives, related.borderline, settings)
    round_ups = containers(collection.heads, grouped, related.containers, related.holds)
    watch.lap("report")
    counts = Counts(
        articles=len(collection.heads),
        unreadable=len(collection.unreadable),
        clusters=len(found),
        clustered_articles=sum(cluster.size for cluster in found),
        new_articles=len(collection.heads),
        removed_articles=0,
        changed_articles=0,
        footer_only_articles=stripped.footer_only,
        renamed_articles=collection.renamed,
    )
    shown = [shown_path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - links stay as they were given
    about = run_of(watch, engine.name, shown, settings, known, related.limits)
    report = Report(
        FORMAT, VERSION, about, counts, found, [], unsure, round_ups,
        boilerplate.footers, boilerplate.set_aside, sorted(collection.unreadable),
    )  # fmt: skip
    return _Examined(report, collection, boilerplate, stripped.learned)
