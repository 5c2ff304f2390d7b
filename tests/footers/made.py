"""Columns, spans and collections for the tests of footers, and the plain forms that they are held against."""

from collections.abc import Iterable, Sequence
from random import Random

import numpy as np
from hypothesis import strategies as st

from dedup.columns import U32, Column
from dedup.footers.learning import Learned, learn
from dedup.footers.spans import Spans
from dedup.footers.winnowing import winnow
from dedup.settings import Settings
from dedup.text.shingles import roll
from dedup.text.words import words_of

Row = tuple[int, int, int]
"""A footer, its first word and one behind its last."""

Marked = tuple[list[int], list[Row]]
"""The words of an article and its spans."""

RANDOMS = st.builds(Random, st.integers(0, 999))


def scattered(runs: Sequence[Sequence[int]], random: Random, between: Sequence[int] = (7,)) -> Column[np.uint32]:
    """A column whose runs lie in any order among its values, with values of no article between them."""
    order = list(range(len(runs)))
    random.shuffle(order)
    values, starts = [*between], np.zeros(len(runs), np.int64)
    for i in order:
        starts[i] = len(values)
        values += [*runs[i], *between]
    return Column(np.array(values, np.uint32), starts, starts + np.array([len(run) for run in runs], np.int64))


def scattered_spans(runs: Sequence[Sequence[Row]], random: Random) -> Spans:
    """Spans whose rows lie in any order of their articles."""
    places = scattered([range(len(run)) for run in runs], random)
    rows = np.full((len(places.values), 3), 7, np.int32)
    for start, run in zip(places.starts.tolist(), runs, strict=True):
        rows[start : start + len(run)] = np.array(run, np.int32).reshape(-1, 3)
    return Column(rows, places.starts, places.stops)


def rows_per_article(spans: Spans) -> list[list[Row]]:
    """The rows of each article."""
    return [[(a, b, c) for a, b, c in spans[i].tolist()] for i in range(len(spans))]


PIECES = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.integers(0, 3)), max_size=4)
"""The gap before each span, its length and its footer."""


def rows_within(count: int, pieces: list[Row]) -> list[Row]:
    """Spans of an article of so many words, cut off at its end; without gaps they lie side by side."""
    rows, at = list[Row](), 0
    for gap, length, footer in pieces:
        first, stop = at + gap, min(count, at + gap + length)
        if first < stop:
            rows.append((footer, first, stop))
        at = stop
    return rows


def _marked(pieces: list[tuple[int, list[Row]]]) -> list[Marked]:
    return [
        (list(range(100 * i, 100 * i + count)), rows_within(count, some)) for i, (count, some) in enumerate(pieces)
    ]


marked_articles = st.lists(st.tuples(st.integers(0, 20), PIECES), max_size=4).map(_marked)
"""Articles of different words, empty ones among them, and spans of each."""


def named(rows: Iterable[Row]) -> list[tuple[int, int]]:
    """Each word of some spans with its footer, in order."""
    return [(word, footer) for footer, first, stop in rows for word in range(first, stop)]


def kept(count: int, rows: Iterable[Row]) -> list[int]:
    """The words of an article of so many that are in no span."""
    gone = {word for word, _ in named(rows)}
    return [word for word in range(count) if word not in gone]


def shingles(words: Sequence[int] | U32, size: int) -> list[int]:
    """The shingles of one article."""
    out = np.empty(len(words) + 1, np.uint64)
    count = roll(np.array(words, np.uint32), 0, len(words), size, out)
    return [int(shingle) for shingle in out[:count]]


def key(shingle: int) -> int:
    """The 32 bits of a shingle by which it is known among picks."""
    return shingle >> 16 & 0xFFFFFFFF


def digest(picked: list[int]) -> int:
    """The digest of an article's picks."""
    found = 0
    for pick in picked:
        found = (found ^ pick) * 0x9E3779B97F4A7C15 % 2**64
    return found


def hashed(text: str) -> tuple[int, ...]:
    """The words of one text."""
    return tuple(words_of([text]).hashes[0].tolist())


def taught(
    texts: list[str], sources: Iterable[int], settings: Settings | None = None
) -> tuple[Column[np.uint32], Learned]:
    """The words of texts, and what they teach; of each text the number of its source."""
    settings = settings or Settings()
    words = words_of(texts).hashes
    numbers = np.array(list(sources), np.int32)
    return words, learn(words, winnow(words, settings.footer_words), numbers, settings)


def footers_of(texts: list[str], sources: Iterable[int], settings: Settings | None = None) -> list[tuple[int, ...]]:
    """The words of each footer that texts teach, in order of the words."""
    words, learned = taught(texts, sources, settings)
    runs = zip(*(part.tolist() for part in learned.footers[:3]), strict=True)
    return sorted(tuple(words[article][first:stop].tolist()) for article, first, stop in runs)
