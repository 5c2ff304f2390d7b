"""Sheets: articles as they lie in a part and are sent about, in columns that follow one another without gaps."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from xxhash import xxh3_64_intdigest

from dedup.columns import I32, I64, U32, U64, Column, chained, packed
from dedup.comparison.rewrite import Texts
from dedup.footers.spans import Spans
from dedup.memory import Memory
from dedup.model import Heads
from dedup.settings import Settings
from dedup.sorting import distinct_by_bits
from dedup.text.background import common_stems
from dedup.text.stems import Stems
from dedup.text.words import Words

WORDS_AT_ONCE = 1 << 20
"""Words of a record, about: some megabytes."""

Named = TypeVar("Named", bound=tuple[Any, ...])


class Layout(NamedTuple):
    """Which articles, by number, lie in which part."""

    firsts: I64
    """Shape (parts,): the first article of each, ascending; parts may be empty."""

    articles: int

    def part_of(self, numbers: I64) -> I64:
        """The part of each article."""
        found: I64 = np.searchsorted(self.firsts, numbers, "right") - 1
        return found

    def size(self, part: int) -> int:
        """How many articles lie in a part."""
        stop = self.firsts[part + 1] if part + 1 < len(self.firsts) else self.articles
        return int(stop - self.firsts[part])


class Sheet(NamedTuple):
    """Articles as they were read, without the footers that the catalogue knows."""

    heads: Heads
    words: Words
    """What known footers leave; the places are those of all words."""

    spans: Spans
    """What was set aside, in words of the text."""

    keys: list[str]
    """Reading keys of the batches that they were read in."""

    batches: I32
    """Shape (articles,): the place of each one's reading key in ``keys``."""

    ordinals: I32
    """Shape (articles,): its place in the batch."""

    stems: U64
    """The rare ones among all words, with their stems, each as ``word << 32 | stem``, each word once, ascending."""

    examples: dict[tuple[int, int], str]
    """For some footers, by number, and articles, by place in this sheet, the footer's text."""

    def take(self, rows: I64) -> "Sheet":
        """Some articles in the given order, copied. The stems stay those of all."""
        order = rows.tolist()
        place = {row: at for at, row in enumerate(order)}
        own = self.words.take(rows)
        words = Words(
            packed(own.hashes), packed(own.blocks), packed(own.sentences), packed(own.places), packed(own.far)
        )  # fmt: skip
        return self._replace(
            heads=self.heads.take(order), words=words, spans=packed(self.spans.take(rows)),
            batches=self.batches[rows], ordinals=self.ordinals[rows],
            examples={(name, place[row]): text for (name, row), text in self.examples.items() if row in place},
        )  # fmt: skip


def gathered(sheets: Sequence[Sheet]) -> Sheet:
    """The articles of several sheets, of which there is at least one, in their order."""
    if len(sheets) == 1:
        return sheets[0]
    heads, keys, batches = Heads(), list[str](), list[I32]()
    examples: dict[tuple[int, int], str] = {}
    for sheet in sheets:
        examples.update({(name, row + len(heads)): text for (name, row), text in sheet.examples.items()})
        heads.extend(sheet.heads)
        batches.append(sheet.batches + len(keys))
        keys += sheet.keys
    runs = ([getattr(sheet.words, name) for sheet in sheets] for name in Words.__slots__)
    return Sheet(
        heads, Words(*map(chained, runs)), chained([sheet.spans for sheet in sheets]), keys,
        np.concatenate(batches).astype(np.int32), np.concatenate([sheet.ordinals for sheet in sheets]),
        one_stem([sheet.stems for sheet in sheets]), examples,
    )  # fmt: skip


def one_stem(entries: Sequence[U64]) -> U64:
    """Words with their stems, each word once, ascending; of different stems of a word the lowest."""
    found = np.unique(np.concatenate([np.zeros(0, np.uint64), *entries]))
    first: U64 = found[np.diff(found >> np.uint64(32), prepend=np.uint64(1 << 33)) != 0]
    return first


def rare_entries(words: U32, stems: Stems, settings: Settings) -> U64:
    """The words that are rare enough to be anchors or in keys, with their stems, as ``Sheet.stems`` has them."""
    distinct = distinct_by_bits(words.astype(np.uint64), 32).astype(np.uint32)
    found = stems.of(distinct)
    rare = (found != 0) & ~np.isin(found, common_stems(max(settings.max_anchor_share, settings.max_key_share)))
    entries: U64 = distinct[rare].astype(np.uint64) << np.uint64(32) | found[rare]
    return entries


def stems_of(entries: U64) -> Stems:
    """The table of words with their stems."""
    found = Stems()
    found.add(entries)
    return found


class Bodies(NamedTuple):
    """The bodies of some articles, as they are sent to whoever compares them."""

    numbers: I64
    """Shape (articles,), ascending."""

    words: Column[np.uint32]
    sentences: Column[np.uint32]
    stems: U64
    """As ``Sheet.stems`` has them, of these words at least."""

    def take(self, rows: I64) -> "Bodies":
        """Some articles, in order, copied, with the stems of their words only."""
        words = packed(self.words.take(rows))
        needed = distinct_by_bits(words.values.astype(np.uint64), 32)
        stems = self.stems[np.isin(self.stems >> np.uint64(32), needed, assume_unique=True)]
        return Bodies(self.numbers[rows], words, packed(self.sentences.take(rows)), stems)


def together(parcels: Iterable[Bodies]) -> Bodies:
    """The articles of several, in order of number, each once; of several of one number any.

    Their words lie in a file without a name if they are more than fit (``memory``): bodies of all copies of a story
    come to one part.
    """
    memory = Memory()
    words, sentences = memory.growing(np.uint32), memory.growing(np.uint32)
    numbers, stems = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    starts, lengths = ([np.zeros((2, 0), np.int64)] for _ in range(2))
    for parcel in parcels:
        starts.append(np.stack([parcel.words.starts + len(words), parcel.sentences.starts + len(sentences)]))
        lengths.append(np.stack([parcel.words.lengths, parcel.sentences.lengths]))
        words.append(parcel.words.values)
        sentences.append(parcel.sentences.values)
        numbers.append(parcel.numbers)
        stems.append(parcel.stems)
    distinct, rows = np.unique(np.concatenate(numbers), return_index=True)
    first, count = (np.ascontiguousarray(np.concatenate(some, axis=1)[:, rows]) for some in (starts, lengths))
    own = Column(words.filled(), first[0], first[0] + count[0])
    return Bodies(distinct, own, Column(sentences.filled(), first[1], first[1] + count[1]), one_stem(stems))


def texts_of(bodies: Bodies, settings: Settings) -> tuple[Texts, Stems]:
    """Bodies as they are compared, and the stems of their rare words."""
    stems = stems_of(bodies.stems)
    return Texts(bodies.words, bodies.sentences, stems.rare(common_stems(settings.max_anchor_share))), stems


def places(numbers: I64, wanted: I64) -> I64:
    """Where numbers stand among others, which are ascending and have all of them."""
    found: I64 = np.searchsorted(numbers, wanted)
    return found


def by_part(parts: I64, *columns: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of columns, together for each part: the part, and its rows of each column."""
    if len(parts) and parts.max() < 1 << 15:
        parts = parts.astype(np.int16)  # numpy sorts these by digits
    order = np.argsort(parts, kind="stable")
    found = parts[order]
    bounds = [*np.flatnonzero(np.diff(found, prepend=-1)).tolist(), len(found)]
    for first, stop in pairwise(bounds):
        yield int(found[first]), *(column[order[first:stop]] for column in columns)


def bounds(sample: list[Any], parts: int) -> list[Any]:
    """What parts of about the same size begin with, but for the first, by a sample of their order. Sorts it."""
    sample.sort()
    return [sample[len(sample) * part // parts] for part in range(1, parts)] if sample else []


def hash_of(text: str) -> int:
    """64 bits of a text, whatever characters it has."""
    return xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"))


def in_lots(lengths: I64, most: int = WORDS_AT_ONCE) -> Iterator[I64]:
    """The rows of articles in lots of about ``most`` words each, and of 4,096 articles at most."""
    ends, begin = np.cumsum(lengths), 0
    while begin < len(lengths):
        before = ends[begin - 1] if begin else 0
        stop = min(max(begin + 1, int(np.searchsorted(ends, before + most, "right"))), begin + 4096)
        yield np.arange(begin, stop)
        begin = stop


def stacked(values: Sequence[Named], empty: Callable[[], Named]) -> Named:
    """The rows of several named columns as one."""
    if not values:
        return empty()
    columns = map(np.concatenate, zip(*values, strict=True))
    return type(values[0])(*columns)
