"""The footers of a collection, without a look at what is a copy of what."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import load
from dedup.model import Footer, Recurring, Unreadable
from dedup.settings import Settings
from dedup.workflows.boilerplate import Wanted, examples, footers, strip
from dedup.workflows.collection import Progress, ignore, read_collection
from dedup.workflows.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class FootersFound:
    """What boilerplate a collection holds."""

    articles: int
    footer_only_articles: int
    footers: list[Footer]
    """The most frequent first, then in order of id."""

    unknown: list[Recurring]
    """What looks like boilerplate, but was kept, the most frequent first."""

    unreadable: list[Unreadable]


def find_footers(
    paths: str | Path | Sequence[str | Path],
    *,
    settings: Settings | None = None,
    catalogue: Sequence[str | Path] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
) -> FootersFound:
    """The footers that articles in folders and files hold: known ones, and those that the collection shows.

    Takes what ``scan`` takes, and raises what it raises.
    """
    settings = settings or Settings()
    paths = [paths] if isinstance(paths, (str, Path)) else paths
    known = load(*map(Path, catalogue))
    engine, watch, progress = LocalEngine(jobs), Stopwatch(), progress or ignore
    collection = read_collection(paths, settings, known, engine, watch, progress)
    progress("footers", len(collection.heads))
    stripped = strip(collection, known, settings, engine)
    found = footers(stripped, collection, known, paths, settings, engine)
    runs = [Wanted(run.name, run.article, -1, run.words) for run in stripped.kept]
    texts = examples(runs, collection, known, paths, settings)
    unknown = [
        Recurring(run.name, run.held, len(run.words), text) for run, text in zip(stripped.kept, texts, strict=True)
    ]
    unknown.sort(key=lambda run: (-run.articles, run.id))
    return FootersFound(
        len(collection.heads), stripped.footer_only, found.footers, unknown, sorted(collection.unreadable)
    )
