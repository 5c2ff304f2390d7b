"""Reading in parts: batches to sheets, ids made unique, articles put in order of id and numbered."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, U64, chained
from dedup.engines.exchange import NOWHERE, Exchange, Inbox, Record, Sent
from dedup.footers.catalogue import Catalogue
from dedup.model import Heads, Unreadable
from dedup.settings import Settings
from dedup.steps import Preparing, Work
from dedup.text.stems import Stems
from dedup.text.words import Words
from dedup.workflows.collection import Progress
from dedup.workflows.stopwatch import Costs, Stopwatch
from dedup.workflows.wide.sheets import (
    Layout,
    Sheet,
    bounds,
    by_part,
    gathered,
    hash_of,
    in_lots,
    one_stem,
    rare_entries,
)

SAMPLED = 8
"""Ids of each batch by which the parts are bounded."""


class Notes(NamedTuple):
    """What is told of a batch beside its articles."""

    articles: int
    unreadable: list[Unreadable]
    cost: Costs
    ids: list[str]
    """Some of them."""


class Ids(NamedTuple):
    """The ids of a batch that fall to a part."""

    key: str
    hashes: U64
    ordinals: I32


class Names(NamedTuple):
    """Articles of a batch that get another id."""

    key: str
    ordinals: list[int]
    names: list[str]


class Collected(NamedTuple):
    """All articles, in the parts where they stay."""

    home: Sent
    """``home``: sheets."""

    layout: Layout
    unreadable: list[Unreadable]
    renamed: int


def collect(
    exchange: Exchange,
    inputs: object,
    settings: Settings,
    catalogue: Catalogue | None,
    tell: Progress,
    watch: Stopwatch,
) -> Collected:
    """Read everything, and put it in order of id. ``watch`` is told what reading cost."""
    read = exchange.read(Reading(Preparing(settings, catalogue), settings, exchange.parts), inputs)
    unreadable, sample, articles = list[Unreadable](), list[str](), 0
    for notes in read.values("notes"):
        unreadable += notes.unreadable
        sample += notes.ids
        articles += notes.articles
        watch.add(notes.cost, elsewhere=True)
        tell("reading", articles)
    checked = exchange.step(Checking(exchange.parts), read.only("ids", "words"))
    overriding = one_stem(list(checked.values("stems")))
    mail = [read.only("sheet")]
    if any(checked.values("any shared")):
        wanted = exchange.step(Renaming(exchange.parts), *mail, checked.only("shared"))
        mail.append(exchange.step(Counting(exchange.parts), wanted.only("wanted"), read.only("ids")).only("named"))
    spread = exchange.step(Spreading(bounds(sample, exchange.parts)), *mail)
    settled = exchange.step(Settling(overriding), spread.only("sheet"))
    home = exchange.kept(settled.only("home"))
    counts = np.zeros(exchange.parts, np.int64)
    for part, count in settled.values("count"):
        counts[part] = count
    layout = Layout(np.cumsum(counts) - counts, int(counts.sum()))
    return Collected(home, layout, unreadable, sum(spread.values("renamed")))


@dataclass(frozen=True, slots=True)
class Reading:
    """Batches to sheets."""

    preparing: Preparing
    settings: Settings
    parts: int

    def __call__(self, works: Iterator[tuple[str, Work]]) -> Iterator[Record]:
        """Sheets, the hashes of ids, and words that were met first, with their stems."""
        stems, ids, words = Stems(), defaultdict[int, list[Ids]](list), defaultdict[int, list[tuple[str, U64]]](list)
        for key, work in works:
            prepared = self.preparing(work)
            ordinals = np.arange(len(prepared.heads), dtype=np.int32)
            hashes = np.fromiter(map(hash_of, prepared.heads.ids), np.uint64, len(ordinals))
            for part, some, which in by_part((hashes % np.uint64(self.parts)).astype(np.int64), hashes, ordinals):
                ids[part].append(Ids(key, some, which))
            new = np.concatenate([np.zeros(0, np.uint64), *prepared.stems])
            stems.add(new)
            for part, some in by_part(((new >> np.uint64(32)) % np.uint64(self.parts)).astype(np.int64), new):
                words[part].append((key, some))
            notes = Notes(
                len(ordinals), prepared.unreadable, prepared.cost, prepared.heads.ids[:: len(ordinals) // SAMPLED + 1]
            )
            yield Record(NOWHERE, "notes", notes)
            if len(ordinals):
                runs = ([getattr(part.words, name) for part in prepared.bodies] for name in Words.__slots__)
                joined = Words(*map(chained, runs))
                examples = {(footer, one.article): one.text for footer, one in prepared.examples.items()}
                rare = rare_entries(joined.hashes.values, stems, self.settings)
                sheet = Sheet(
                    prepared.heads, joined, chained([part.spans for part in prepared.bodies]), [key],
                    np.zeros_like(ordinals), ordinals, rare, examples,
                )  # fmt: skip
                for rows in in_lots(joined.places.lengths):
                    yield Record(_part(key, self.parts), "sheet", sheet.take(rows))
        yield from (Record(part, "ids", some) for part, some in ids.items())
        yield from (Record(part, "words", some) for part, some in words.items())


def _part(text: str, parts: int) -> int:
    return hash_of(text) % parts


@dataclass(frozen=True, slots=True)
class Checking:
    """Which ids several articles share; and of words that hash alike and have other stems, which stem counts."""

    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each batch which of its ids are shared; nowhere, the stems of words that have several."""
        some = [ids for lot in inbox["ids"] for ids in lot]
        hashes = np.concatenate([np.zeros(0, np.uint64), *(ids.hashes for ids in some)])
        distinct, counts = np.unique(hashes, return_counts=True)
        shared = distinct[counts > 1]
        yield Record(NOWHERE, "any shared", len(shared) > 0)
        for ids in some if len(shared) else ():
            which = ids.ordinals[np.isin(ids.hashes, shared)]
            if len(which):
                yield Record(_part(ids.key, self.parts), "shared", (ids.key, which))
        yield Record(NOWHERE, "stems", _first_stems([words for lot in inbox["words"] for words in lot]))


def _first_stems(words: Sequence[tuple[str, U64]]) -> U64:
    """Of words that have several stems the one that was read first."""
    entries = np.concatenate([np.zeros(0, np.uint64), *(some for _, some in words)])
    distinct, counts = np.unique(np.unique(entries) >> np.uint64(32), return_counts=True)
    several = distinct[counts > 1]
    first: dict[int, tuple[str, int]] = {}
    for key, some in words if len(several) else ():
        for entry in some[np.isin(some >> np.uint64(32), several)].tolist():
            first[entry >> 32] = min(first.get(entry >> 32, (key, entry)), (key, entry))
    return np.array(sorted(entry for _, entry in first.values()), np.uint64)


@dataclass(frozen=True, slots=True)
class Renaming:
    """Articles that share an id want their path before it."""

    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the part of each name who wants it."""
        shared = defaultdict[str, list[I32]](list)
        for key, which in inbox["shared"]:
            shared[key].append(which)
        wanted = defaultdict[int, list[tuple[str, str, int]]](list)
        for sheet in inbox["sheet"] if shared else ():
            (key,) = sheet.keys
            for row in np.flatnonzero(np.isin(sheet.ordinals, np.concatenate([[-1], *shared[key]]))).tolist():
                name = f"{sheet.heads.paths[row]}#{sheet.heads.ids[row]}"
                wanted[_part(name, self.parts)].append((name, key, int(sheet.ordinals[row])))
        yield from (Record(to, "wanted", some) for to, some in wanted.items())


@dataclass(frozen=True, slots=True)
class Counting:
    """Of articles that want the same name, the first gets it unless it is somebody's own, the others a number behind
    it."""

    parts: int

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To each batch the names of its articles."""
        named: dict[str, Names] = {}
        hashes = [np.zeros(0, np.uint64), *(ids.hashes for lot in inbox["ids"] for ids in lot)]
        distinct, counts = np.unique(np.concatenate(hashes), return_counts=True)
        taken = set(distinct[counts == 1].tolist()) if inbox["wanted"] else set()
        for name, same in groupby(sorted(one for some in inbox["wanted"] for one in some), lambda one: one[0]):
            for number, (_, key, ordinal) in enumerate(same, int(hash_of(name) in taken)):
                own = named.setdefault(key, Names(key, [], []))
                own.ordinals.append(ordinal)
                own.names.append(f"{name}#{number + 1}" if number else name)
        yield from (Record(_part(key, self.parts), "named", own) for key, own in named.items())


@dataclass(frozen=True, slots=True)
class Spreading:
    """Sheets to the parts of their ids, which are ranges of ids."""

    bounds: list[str]

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """The articles of each sheet that go to each part; nowhere, how many have another id than they came with."""
        named = {
            (names.key, ordinal): name
            for names in inbox["named"]
            for ordinal, name in zip(names.ordinals, names.names, strict=True)
        }
        for sheet in inbox["sheet"]:
            (key,) = sheet.keys
            for row, ordinal in enumerate(sheet.ordinals.tolist() if named else ()):
                sheet.heads.ids[row] = named.get((key, ordinal), sheet.heads.ids[row])
            to = np.searchsorted(np.array(self.bounds, object), np.array(sheet.heads.ids, object), "right")
            rows = np.arange(len(to))
            for part_, some in by_part(to.astype(np.int64), rows):
                yield Record(part_, "sheet", sheet.take(some))
        yield Record(NOWHERE, "renamed", len(named))


@dataclass(frozen=True, slots=True)
class Settling:
    """Sheets in order of id, where they stay."""

    stems: U64
    """Of words that would have several."""

    def __call__(self, part: int, inbox: Inbox) -> Iterator[Record]:
        """To the part itself its articles in order, some at a time; nowhere, how many they are."""
        found = gathered(inbox["sheet"])
        order = sorted(range(len(found.heads)), key=lambda i: (found.heads.ids[i], found.keys[found.batches[i]], i))
        found = found.take(np.array(order, np.int64))
        _make_unique(found.heads)
        if len(self.stems):
            words = found.stems >> np.uint64(32)
            own = self.stems[np.isin(self.stems >> np.uint64(32), words)]
            found = found._replace(stems=one_stem([found.stems[~np.isin(words, own >> np.uint64(32))], own]))
        for rows in in_lots(found.words.places.lengths):
            some = found.take(rows)
            yield Record(part, "home", some._replace(stems=found.stems if rows[0] == 0 else found.stems[:0]))
        yield Record(NOWHERE, "count", (part, len(found.heads)))


def _make_unique(heads: Heads) -> None:
    """Number ids that are equal all the same: somebody's own id is the new name of another."""
    taken = set(heads.ids)
    if len(taken) == len(heads):
        return
    seen = set[str]()
    for at, id_ in enumerate(heads.ids):
        name, number = id_, 1
        while name in seen or (name != id_ and name in taken):
            number += 1
            name = f"{id_}#{number}"
        heads.ids[at] = name
        seen.add(name)


def home_of(inbox: Inbox) -> Sheet:
    """All articles of a part."""
    return gathered(inbox["home"])
