"""The scan: folders in, report out; the order of the steps for a whole collection."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from operator import gt
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dedup import __version__
from dedup.clusters.components import gather
from dedup.columns import Column
from dedup.engines.local import LocalEngine
from dedup.model import (
    Counts,
    Heads,
    LimitHit,
    Report,
    Run,
    Unreadable,
)
from dedup.readers import Batch, batches, halves
from dedup.report.document import FORMAT, VERSION
from dedup.settings import Settings
from dedup.sketches.bands import candidates
from dedup.sketches.minhash import Signatures, contract, fill_signatures
from dedup.steps import (
    Links,
    Prepared,
    first_alike,
    links,
    lost,
    prepare,
    verify,
    verify_buckets,
)
from dedup.text.words import Words, join
from dedup.workflows.membership import Groups, clusters
from dedup.workflows.stopwatch import Stopwatch

Progress = Callable[[str, int], None]
"""Told the name of the stage at work and how many articles were read so far."""


class Collection(NamedTuple):
    """All articles of a scan, in order of id."""

    heads: Heads
    words: Words
    unreadable: list[Unreadable]
    renamed: int


def scan(
    paths: str | Path | Sequence[str | Path],
    *,
    settings: Settings | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Find the copies among the articles in folders and files.

    Args:
        paths: one or several folders, walked to any depth, and files of the kinds that ``dedup`` reads.
        settings: what counts as a copy; the defaults suit news.
        jobs: processor cores to use; all that there are when None. Changes nothing in the result.
        progress: called now and then with the stage at work and the number of articles read so far.

    Returns:
        The report; only its ``run`` part differs between scans of equal input with equal settings.

    Raises:
        InputError: a path does not exist or cannot be scanned. A file below a folder that cannot be read is no
            error, but listed in the report.
    """
    settings = settings or Settings()
    paths = [paths] if isinstance(paths, (str, Path)) else paths
    engine = LocalEngine(jobs)
    watch = Stopwatch()
    tell = progress or _ignore
    collection = read_collection(paths, settings, engine, watch, tell)
    tell("signatures", len(collection.heads))
    alike = first_alike(collection.words.hashes)
    representatives = np.flatnonzero(alike == np.arange(len(alike)))
    words = collection.words.hashes.take(representatives)
    signatures = sketch(words, settings, engine)
    watch.lap("signatures")
    tell("comparing", len(collection.heads))
    related, limits = relate(words, signatures, settings, engine, watch)
    tell("clusters", len(collection.heads))
    groups = gather(words, related.pairs, related.evidence.resemblance, related.sizes, settings)
    watch.lap("clusters")
    texts = np.searchsorted(representatives, alike).astype(np.int32)
    found = clusters(collection.heads, words, Groups(representatives, texts, groups, related), settings)
    watch.lap("report")
    counts = Counts(
        articles=len(collection.heads),
        unreadable=len(collection.unreadable),
        clusters=len(found),
        clustered_articles=sum(cluster.size for cluster in found),
        new_articles=len(collection.heads),
        removed_articles=0,
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
        limits_hit=limits,
        stages=watch.stages,
    )
    return Report(FORMAT, VERSION, run, counts, found, [], sorted(collection.unreadable))


def _ignore(stage: str, articles: int) -> None:
    """The progress that nobody watches."""


def read_collection(
    paths: Sequence[str | Path], settings: Settings, engine: LocalEngine, watch: Stopwatch, tell: Progress
) -> Collection:
    """Read all articles and put them in order of id, so that the order of files changes nothing."""
    heads, unreadable = Heads(), list[Unreadable]()

    def readable() -> Iterator[Batch]:
        for batch in batches(paths, settings):
            if isinstance(batch, Unreadable):
                unreadable.append(batch)
            else:
                yield batch

    def words_of_parts() -> Iterator[Words]:
        part: Prepared
        for part in engine.map(partial(prepare, settings=settings), readable(), halves=halves, lost=lost):
            heads.extend(part.heads)
            unreadable.extend(part.unreadable)
            watch.add(part.cost, elsewhere=part.process != os.getpid())
            with watch.part("words"):
                yield from part.words
            tell("reading", len(heads))

    words = join(words_of_parts())
    renamed = _rename(heads)
    if any(map(gt, heads.ids, islice(heads.ids, 1, None))):  # files mostly come in order already
        order = sorted(range(len(heads)), key=heads.ids.__getitem__)
        heads, words = heads.take(order), words.take(np.array(order, np.int64))
    watch.lap("read")
    return Collection(heads, words, unreadable, renamed)


def _rename(heads: Heads) -> int:
    """Give articles that share an id their path before it, and a number behind it if they share that, too.

    Returns how many were renamed.
    """
    if len(set(heads.ids)) == len(heads):
        return 0
    shared = {id_ for id_, count in Counter(heads.ids).items() if count > 1}
    taken = set(heads.ids) - shared
    numbers: Counter[str] = Counter()
    renamed = 0
    for i, id_ in enumerate(heads.ids):
        if id_ in shared:
            wanted = name = f"{heads.paths[i]}#{id_}"
            while name in taken:
                numbers[wanted] += 1
                name = f"{wanted}#{numbers[wanted] + 1}"
            heads.ids[i] = name
            taken.add(name)
            renamed += 1
    return renamed


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
