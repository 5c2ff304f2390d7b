"""The collection: all articles of a scan, read and stripped of the footers that the catalogue knows, in order of
id."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from operator import gt
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, chained
from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import Catalogue
from dedup.footers.spans import Spans, no_spans
from dedup.model import Article, Heads, Unreadable
from dedup.readers import articles_at, batches
from dedup.settings import Settings
from dedup.steps import Prepared, Work, lost, prepare
from dedup.text.stems import Stems
from dedup.text.words import Words, join
from dedup.workflows.stopwatch import Stopwatch

Progress = Callable[[str, int], None]
"""Told the name of the stage at work and how many articles were read so far."""


def ignore(stage: str, articles: int) -> None:
    """The progress that nobody watches."""


class Collection(NamedTuple):
    """All articles of a scan, in order of id."""

    heads: Heads
    words: Words
    """What known footers leave of each; the places are those of all words."""

    spans: Spans
    """What was set aside, in words of the text."""

    stems: Stems
    """The stems of all words."""

    examples: dict[int, tuple[str, str]]
    """For each known footer the first id of an article that holds it, and its text there."""

    batches: I32
    """Shape (articles,): the number of the batch that each came with."""

    ordinals: I32
    """Shape (articles,): its place among the articles of that batch."""

    unreadable: list[Unreadable]
    renamed: int


def read_collection(
    paths: Sequence[str | Path],
    settings: Settings,
    catalogue: Catalogue | None,
    engine: LocalEngine,
    watch: Stopwatch,
    tell: Progress,
) -> Collection:
    """Read all articles and put them in order of id, so that the order of files changes nothing."""
    heads, unreadable, spans = Heads(), list[Unreadable](), [no_spans(0)]
    stems = Stems()
    examples: dict[int, tuple[str, str]] = {}
    numbers, ordinals = [np.empty(0, np.int32)], [np.empty(0, np.int32)]

    def works() -> Iterator[Work]:
        for number, batch in enumerate(batches(paths, settings)):
            if isinstance(batch, Unreadable):
                unreadable.append(batch)
            else:
                yield Work(number, batch)

    def words_of_parts() -> Iterator[Words]:
        part: Prepared
        of_batch = Counter[int]()
        preparing = partial(prepare, settings=settings, catalogue=catalogue)
        for part in engine.map(preparing, works(), halves=Work.halves, lost=lost):
            count = len(part.heads)
            numbers.append(np.full(count, part.number, np.int32))
            ordinals.append(np.arange(of_batch[part.number], of_batch[part.number] + count, dtype=np.int32))
            of_batch[part.number] += count
            heads.extend(part.heads)
            unreadable.extend(part.unreadable)
            for footer, example in part.examples.items():
                examples[footer] = min(example, examples.get(footer, example))
            watch.add(part.cost, elsewhere=part.process != os.getpid())
            with watch.part("stems"):
                for entries in part.stems:
                    stems.add(entries)
            with watch.part("words"):
                for bodies in part.bodies:
                    spans.append(bodies.spans)
                    yield bodies.words
            tell("reading", len(heads))

    words = join(words_of_parts())
    found = Collection(
        heads, words, chained(spans), stems, examples, np.concatenate(numbers), np.concatenate(ordinals),
        unreadable, _rename(heads),
    )  # fmt: skip
    if any(map(gt, heads.ids, islice(heads.ids, 1, None))):  # files mostly come in order already
        order = sorted(range(len(heads)), key=heads.ids.__getitem__)
        at = np.array(order, np.int64)
        found = found._replace(
            heads=heads.take(order), words=words.take(at), spans=found.spans.take(at), batches=found.batches[at],
            ordinals=found.ordinals[at],
        )  # fmt: skip
    watch.lap("read")
    return found


def read_again(
    paths: Sequence[str | Path], settings: Settings, collection: Collection, wanted: Iterable[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], Article]]:
    """Some articles once more.

    Args:
        paths: what was read.
        settings: how it was read.
        collection: what was found.
        wanted: the number of the batch and the place in it of each article.

    Where files have changed since, other articles come, or none.
    """
    places: dict[int, list[int]] = {}
    for number, place in sorted(wanted):
        places.setdefault(number, []).append(place)
    counts = np.bincount(collection.batches).tolist()
    for number, batch in enumerate(batches(paths, settings) if places else ()):
        if number in places and not isinstance(batch, Unreadable):
            found = articles_at(batch, places[number], counts[number], settings)
            yield from (((number, place), article) for place, article in found)
        if number >= max(places):
            return


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
