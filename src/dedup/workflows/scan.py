"""The scan: folders in, report out; the order of the steps for a whole collection."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dedup import __version__
from dedup.clusters.components import gather
from dedup.columns import Column
from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import load
from dedup.model import Counts, LimitHit, Report, Run
from dedup.report.document import FORMAT, VERSION
from dedup.settings import Settings
from dedup.sketches.bands import candidates
from dedup.sketches.minhash import Signatures, contract, fill_signatures
from dedup.steps import Links, first_alike, links, verify, verify_buckets
from dedup.workflows.boilerplate import footers, strip
from dedup.workflows.collection import Progress, ignore, read_collection
from dedup.workflows.membership import Groups, clusters
from dedup.workflows.stopwatch import Stopwatch


def scan(
    paths: str | Path | Sequence[str | Path],
    *,
    settings: Settings | None = None,
    catalogue: Sequence[str | Path] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Find the copies among the articles in folders and files.

    Args:
        paths: one or several folders, walked to any depth, and files of the kinds that ``dedup`` reads.
        settings: what counts as a copy; the defaults suit news.
        catalogue: files with footers of one's own, which come on top of the shipped ones.
        jobs: processor cores to use; all that there are when None. Changes nothing in the result.
        progress: called now and then with the stage at work and the number of articles read so far.

    Returns:
        The report; only its ``run`` part differs between scans of equal input with equal settings.

    Raises:
        InputError: a path does not exist or cannot be scanned. A file below a folder that cannot be read is no
            error, but listed in the report.
        SettingsError: a catalogue cannot be read or is not as it should be.
    """
    settings = settings or Settings()
    known = load(*map(Path, catalogue)) if settings.set_aside_footers else None
    paths = [paths] if isinstance(paths, (str, Path)) else paths
    engine = LocalEngine(jobs)
    watch = Stopwatch()
    progress = progress or ignore
    collection = read_collection(paths, settings, known, engine, watch, progress)
    progress("footers", len(collection.heads))
    stripped = strip(collection, known, settings, engine)
    watch.lap("footers")
    progress("signatures", len(collection.heads))
    alike = first_alike(stripped.bodies)
    representatives = np.flatnonzero(alike == np.arange(len(alike)))
    words = stripped.bodies.take(representatives)
    signatures = sketch(words, settings, engine)
    watch.lap("signatures")
    progress("comparing", len(collection.heads))
    related, limits = relate(words, signatures, settings, engine, watch)
    progress("clusters", len(collection.heads))
    groups = gather(words, related.pairs, related.evidence.resemblance, related.sizes, settings)
    watch.lap("clusters")
    progress("report", len(collection.heads))
    boilerplate = footers(stripped, collection, known, paths, settings)
    texts = np.searchsorted(representatives, alike).astype(np.int32)
    grouped = Groups(representatives, texts, groups, related)
    found = clusters(collection.heads, words, grouped, boilerplate.of, boilerplate.aggregators, settings)
    watch.lap("report")
    counts = Counts(
        articles=len(collection.heads),
        unreadable=len(collection.unreadable),
        clusters=len(found),
        clustered_articles=sum(cluster.size for cluster in found),
        new_articles=len(collection.heads),
        removed_articles=0,
        footer_only_articles=stripped.footer_only,
        renamed_articles=collection.renamed,
    )
    run = Run(
        id=f"{watch.started:%Y%m%dT%H%M%S.%fZ}",
        tool_version=__version__,
        started=f"{watch.started:%Y-%m-%dT%H:%M:%SZ}",
        finished=f"{watch.now():%Y-%m-%dT%H:%M:%SZ}",
        seconds=round(watch.seconds(), 3),
        engine=engine.name,
        settings=settings.as_dict(),
        settings_fingerprint=settings.fingerprint(),
        catalogue_fingerprint=known.fingerprint if known else "",
        limits_hit=limits,
        stages=watch.stages,
    )
    unreadable = sorted(collection.unreadable)
    return Report(FORMAT, VERSION, run, counts, found, boilerplate.footers, boilerplate.set_aside, unreadable)


def _ignore(stage: str, articles: int) -> None:
    """The progress that nobody watches."""


def sketch(words: Column[np.uint32], settings: Settings, engine: LocalEngine) -> Signatures:
    """The signatures of all articles."""
    rows = np.empty((len(words), settings.permutations), np.uint32)
    engine.spread(lambda start, stop: fill_signatures(words, settings, start, rows[start:stop]), len(words))
    return Signatures(rows, contract(settings))


def relate(
    words: Column[np.uint32], signatures: Signatures, settings: Settings, engine: LocalEngine, watch: Stopwatch
) -> tuple[Links, list[LimitHit]]:
    """The related pairs among different articles, and the limits that left some unexamined."""
    long_enough = np.flatnonzero(words.lengths >= settings.shingle_words)
    found = candidates(signatures, long_enough, settings)
    watch.lap("bands")
    in_order = found.pairs
    verified = engine.spread(lambda start, stop: verify(words, in_order[start:stop], settings), len(in_order))
    in_buckets, shared, unsettled = verify_buckets(words, found.buckets, signatures, settings)
    limits = []
    if unsettled:
        limits.append(
            LimitHit(
                "max_pivots",
                settings.max_pivots,
                unsettled,
                "places in large buckets whose articles were not compared with every other one there",
            )
        )
    related = links(len(words), [*verified, (in_buckets, shared)])
    watch.lap("verify")
    return related, limits
