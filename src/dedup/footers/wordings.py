"""A catalogue as tables of numbers, the form in which kernels look for its wordings.

A wording is a row of *parts*, each a word that it wants (or any year, number or agency), with free
*room* before, between and behind them where slots stand. Words that stand for each other share a *class*. What leads
from a text to a wording is a *pair*: two of its strong parts, one soon after the other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedup.columns import I32, I64, U8, U32, U64, Bool, I32Rows, I64Rows
from dedup.errors import SettingsError
from dedup.footers.catalogue import PLACES, SLOT, SLOTS, Catalogue, Entry
from dedup.text.words import words_of

STRONG = 20
"""Weight of a word that says something. Weights and costs are whole numbers, so that sums are exact."""

WEAK = 5
"""Weight of a word that says little, such as "the": a notice and a story share these by chance."""

MIN_COVERAGE = 0.62
"""Share of a wording's weight, 0 to 1, from which it counts as found. Translation there and back changes about every
third word of a notice; a sentence of a story has half of one only where it speaks of the same thing."""

SHORT_COVERAGE = 0.7
"""The same for a wording of fewer than ``LONG`` strong parts, of which one less leaves next to nothing. One with a
single strong part must be there whole: "up next" is a heading of links, "what next" one of stories."""

LONG = 6
"""Strong parts that a match must have to be taken wherever it stands; with fewer it has to fill its sentences."""

MIN_FILLED = 0.7
"""Share of the words of a sentence, 0 to 1, that matches must fill for a short one among them to be taken: a story
that uses the same words does so in a sentence of its own."""

FREQUENT = (
    "about after all also am any back because before being best but call can close could day days did do "
    "down each even every find first for free full get go good has have help him home how i if in into it "
    "its just keep know last later leave left life like local long made make many may me more most much "
    "must new news next night no now off on one only open other out over own part people place play right "
    "rights said same say says see show site so some state states still such take than that them then "
    "there they this three time times today top two under until up use used very view want was way week "
    "were what when where which while who why with without work world year years yes you"
)
"""Words of ordinary English that do not lead to a wording which has others: each one in a story would cost a look."""

NEXT_PARTS = 3
"""A pair is a strong part and one of the next so many strong ones: two in a row may be changed."""

NEAR_WORDS = 14
"""Words from the first word of a pair to the second, at most: enough for an owner's name between them."""

MAX_PARTS = 63
MAX_MARKERS = 4
"""Slots of one wording that give markers."""

BITMAP_BITS = 19

SPREAD = 0x9E3779B1
"""Odd multiplier whose product has the place of a key in open addressing in its upper bits (Fibonacci hashing)."""

UNKNOWN, YEAR, NUMBER, AGENCY, FIRST_CLASS = range(5)
"""Classes of no word of the catalogue; from FIRST_CLASS on they are words."""

BEGINS_PAIR, ENDS_PAIR, ALONE, STARTS_AGENCY, IS_YEAR, IS_NUMBER = 1, 2, 4, 8, 16, 32
"""What is known of a class: pairs begin with it, pairs end with it, it leads to wordings by itself, an agency's name
may begin with it, it is a year, it is a number."""

LEADS = BEGINS_PAIR | ENDS_PAIR | ALONE

OWNER, AUTHOR, SOURCE, BY_AGENCY = 1, 2, 3, 4
"""Parts and slots that give a marker."""

_TYPED = {"year": YEAR, "number": NUMBER, "agency": AGENCY}
_GIVES = {"owner": OWNER, "author": AUTHOR, "source": SOURCE}

Scalar = TypeVar("Scalar", bound=np.generic)


class Tables(NamedTuple):
    """What kernels walk. The values of wording k stand at ``..._starts[k]`` to ``..._starts[k + 1]``."""

    bitmap: U8
    """2**19 bits: whether a word with these bits of its hash may lead anywhere."""

    bitmap_shift: int
    """How many lower bits of a hash are left out there."""

    known: U64
    """Open addressing, at the upper bits of ``hash * SPREAD`` or after: ``hash << 16 | class`` of all known words, 0
    where a place is free. One number, as a word is looked up in memory that is far."""

    known_shift: int
    """By how many bits a product is shifted to give a place there."""

    flags: U8
    """By class: BEGINS_PAIR to IS_NUMBER."""

    agency_ways: I64Rows
    """Shape (classes, 2): the ways to write an agency that begin with a word of this class, from, to; the longest
    first."""

    agency_starts: I64
    """By way, its words in ``agency_hashes``."""

    agency_hashes: U32
    agencies: I32
    """By way the number of the agency."""

    pair_keys: U32
    """Open addressing: ``class << 16 | class``, 0 where free."""

    pair_shift: int
    """The same for pairs."""

    pair_leads: I32Rows
    """Shape (places, 2): for each pair its first row in ``leads``, and one behind its last."""

    follows: U64
    """By class the classes of which a word may begin a pair that ends with it, as bit ``class & 63`` each."""

    alone: I32Rows
    """Shape (classes, 5), the columns REACHES_AHEAD to LEADS_STOP, for words that lead by themselves."""

    leads: I32Rows
    """Shape (rows, 3): wording, its part, its other part (the same where one word leads by itself)."""

    wordings: I64Rows
    """Shape (wordings, 14), the columns FIRST_PART to GIVES."""

    parts: I32Rows
    """Shape (parts + wordings, 5), the columns CLASS to BEHIND; behind the parts of a wording stands a row for what
    comes after them."""

    slots: I64Rows
    """Shape (slots, 3): the part that it stands before, how many words it may take, the marker that it gives or 0."""


(
    FIRST_PART, PARTS, FIRST_SLOT, SLOTS_STOP, NEEDED, HOPED, REACH, PLACE, VOUCHED, ENTRY, HOLDS, WHOLE, SPARED,
    GIVES,
) = range(14)  # fmt: skip
"""Columns of ``Tables.wordings``: the row of its first part; how many it has; its rows in ``slots``, from and to; the
weight from which it counts as found; that of different parts in pairs below which it is not looked at; the words
between two pairs up to which they may be of one match; where it must stand, by the order in ``PLACES``; whether its
place and shape say enough, so that it need not fill its sentence; the number of its entry in the catalogue; the
classes that its parts want, as bit ``class & 63`` each; whether nothing of it may be missing;
the weight that may; whether it gives markers."""

CLASS, WEIGHT, ROOM, AHEAD, BEHIND = range(5)
"""Columns of ``Tables.parts``: what the part wants, its weight, the free words that may stand anywhere before it, and
all words that the wording may have before it and behind it."""

REACHES_AHEAD, REACHES_BEHIND, ASKS, FIRST_LEAD, LEADS_STOP = range(5)
"""Columns of ``Tables.alone``: the most words that a wording to which such a word leads, and which is not vouched
for, may have before it and behind it, or -1; the least that one of the wordings asks for; its rows in ``leads``, from
and to."""

NOTHING, A_SENTENCE, A_BLOCK = range(3)
"""What a wording asks that could be filled around a word: nothing, as its place and shape say enough; its sentence;
or all of its block."""


@dataclass(slots=True)
class _Wording:
    """One wording, taken apart."""

    entry: int
    parts: list[int] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    optional: list[bool] = field(default_factory=list)
    rooms: list[int] = field(default_factory=lambda: [0])
    """Free words directly before each part, and behind the last."""

    slots: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def strong(self) -> list[int]:
        return [i for i, weight in enumerate(self.weights) if weight == STRONG]

    def leading(self, frequent: Mapping[int, int]) -> list[int]:
        """The parts that lead to it: the strong ones less those of frequent classes; if there is none, the strong
        ones; if there is none, the least frequent, as all of it has to be there: "une" of "à la une"."""
        return (
            [i for i in self.strong if self.parts[i] not in frequent]
            or self.strong
            or [min(range(len(self.parts)), key=lambda i: frequent.get(self.parts[i], 0))]
        )

    @property
    def needed(self) -> int:
        weights = [weight for weight, optional in zip(self.weights, self.optional, strict=True) if not optional]
        strong, total = weights.count(STRONG), sum(weights)
        share = MIN_COVERAGE if strong >= LONG else SHORT_COVERAGE if strong > 1 else 1.0
        return -int(-total * share // 1)

    @property
    def gives(self) -> int:
        """How many markers it may give."""
        return sum(gives > 0 for _, _, gives in self.slots) + self.parts.count(AGENCY)

    @property
    def reach(self) -> int:
        return len(self.parts) + sum(self.rooms) + NEAR_WORDS


@lru_cache(maxsize=4)
def tables(catalogue: Catalogue) -> Tables:
    """The tables of a catalogue, made once per process in some 50 ms.

    Raises:
        SettingsError: a wording has too many words, or none to find it by.
    """
    texts = [SLOT.split(wording) for entry in catalogue.entries for wording in entry.wordings]
    vocabulary = _Vocabulary(catalogue, [text for pieces in texts for text in pieces[::2]])
    wordings, pieces = [], iter(texts)
    for number, entry in enumerate(catalogue.entries):
        weak = vocabulary.weak[entry.language]
        for wording in entry.wordings:
            wordings.append(_taken_apart(number, next(pieces), vocabulary, weak))
            _check(wordings[-1], entry, wording)
    return _tables(catalogue, vocabulary, wordings)


class _Vocabulary:
    """The words of a catalogue as hashes, and the class of each."""

    def __init__(self, catalogue: Catalogue, texts: Sequence[str]) -> None:
        same = [word for group in catalogue.same for word in group]
        ways = [(number, way) for number, (_, ways) in enumerate(catalogue.agencies) for way in ways]
        weak = [" ".join(words) for _, words in catalogue.weak]
        runs = _hashes([*texts, *same, *weak, FREQUENT, *(way for _, way in ways), *map(str, range(10_000))])
        self.texts = {text: next(runs) for text in texts}
        singles = [next(runs) for _ in same]
        for word, run in zip(same, singles, strict=True):
            if len(run) != 1:
                raise SettingsError(f"the catalogue has {word!r} in [same]; wanted single words")
        alike = iter(singles)
        groups = [[next(alike)[0] for _ in group] for group in catalogue.same]
        weak_hashes = {language: next(runs) for language, _ in catalogue.weak}
        frequent = next(runs)
        little = {h for hashes in weak_hashes.values() for h in hashes}
        self.agencies = [(number, _headless(next(runs), little)) for number, _ in ways]
        self.numbers = [run[0] for run in runs]
        used = {h for run in self.texts.values() for h in run} | {way[0] for _, way in self.agencies}
        self.classes = _classes(sorted(used), groups)
        self.weak: defaultdict[str, set[int]] = defaultdict(set)
        for language, hashes in weak_hashes.items():
            self.weak[language] = {self.classes[h] for h in hashes if h in self.classes}
        self.frequent = Counter([NUMBER, *(class_ for weak in self.weak.values() for class_ in weak)])
        """The classes that words of every text have, each with the number of languages that say so."""
        self.frequent.update({self.classes[h] for h in frequent if h in self.classes})


def _headless(way: list[int], weak: set[int]) -> list[int]:
    """A way to write an agency without the article before it: looking for each "the" of a text would cost too
    much."""
    while len(way) > 1 and way[0] in weak:
        way = way[1:]
    return way


def _hashes(texts: list[str]) -> Any:
    """An iterator over the hashes of each text's words."""
    found = words_of(texts).hashes
    values = found.values.tolist()
    return iter([values[start:stop] for start, stop in zip(found.starts.tolist(), found.stops.tolist(), strict=True)])


def _classes(used: list[int], groups: list[list[int]]) -> dict[int, int]:
    """A class for each word in use and all that stand for it; groups that have a word in common are one."""
    group_of: dict[int, list[int]] = {}
    for group in groups:
        joined = list(dict.fromkeys(h for word in group for h in group_of.get(word, [word])))
        group_of.update(dict.fromkeys(joined, joined))
    classes: dict[int, int] = {}
    number = FIRST_CLASS
    for h in used:
        if h not in classes:
            classes.update(dict.fromkeys(group_of.get(h, [h]), number))
            number += 1
    return classes


def _taken_apart(entry: int, pieces: list[str], vocabulary: _Vocabulary, weak: set[int]) -> _Wording:
    """The wording that is given as texts and slots in turn."""
    made = _Wording(entry)

    def add(part: int, weight: int, optional: bool) -> None:
        made.rooms[-1] += part == AGENCY  # for the article before its name
        made.parts.append(part)
        made.weights.append(weight)
        made.optional.append(optional)
        made.rooms.append(int(part == YEAR))  # for the second one of "2021-2022"

    for place, piece in enumerate(pieces):
        slot = piece.removesuffix("?")
        if place % 2 == 0:
            for h in vocabulary.texts[piece]:
                add(vocabulary.classes[h], WEAK if vocabulary.classes[h] in weak else STRONG, False)
        elif slot in _TYPED:
            optional = piece.endswith("?")
            add(_TYPED[slot], WEAK if optional else STRONG, optional)  # it cannot make up for a word that is missing
        elif slot != "mark":  # which is looked for behind each copyright line, whatever the wording says
            made.slots.append((len(made.parts), SLOTS[slot], _GIVES.get(slot, 0)))
            made.rooms[-1] += SLOTS[slot]
    return made


def _check(made: _Wording, entry: Entry, wording: str) -> None:
    where = f"footer {entry.name!r} of the catalogue has the wording {wording!r}"
    if all(made.optional):
        raise SettingsError(f"{where}; wanted at least one word, or a slot such as {{agency}}, that must be there")
    if len(made.parts) > MAX_PARTS:
        raise SettingsError(f"{where} of {len(made.parts)} words; wanted {MAX_PARTS} at most, so split it")
    if made.gives > MAX_MARKERS:
        raise SettingsError(f"{where}; wanted at most {MAX_MARKERS} slots that give markers")


def _leads(wordings: list[_Wording], frequent: Mapping[int, int]) -> dict[int, list[tuple[int, int, int]]]:
    """By pair of classes all wordings that it leads to, and the two parts there."""
    leads: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for number, made in enumerate(wordings):
        strong, sure = made.leading(frequent), 0
        room = list(accumulate(made.rooms))
        for place, i in enumerate(strong):
            for j in strong[place + 1 : place + 1 + NEXT_PARTS]:
                if j - i + room[j] - room[i] <= NEAR_WORDS:
                    leads[made.parts[i] << 16 | made.parts[j]].append((number, i, j))
                    sure += not made.optional[i] and not made.optional[j]
        if not sure:  # no pair that has to be there
            for i in strong:
                if not made.optional[i]:
                    leads[made.parts[i]].append((number, i, i))
    return dict(sorted(leads.items()))  # those of single classes first


def _alone(
    leads: dict[int, list[tuple[int, int, int]]], wordings: list[_Wording], asks: list[int], classes: int
) -> I32:
    alone, row = np.full((classes, 5), [-1, -1, A_BLOCK, 0, 0], np.int32), 0
    for class_, reached in leads.items():
        if class_ >= 1 << 16:
            break
        alone[class_, FIRST_LEAD:] = row, row + len(reached)
        row += len(reached)
        for number, i, _ in reached:
            made = wordings[number]
            alone[class_, ASKS] = min(alone[class_, ASKS], asks[made.entry])
            if asks[made.entry] != NOTHING:
                behind = len(made.parts) - 1 - i + sum(made.rooms[i + 1 :])
                alone[class_, :ASKS] = np.maximum(alone[class_, :ASKS], (i + sum(made.rooms[: i + 1]), behind))
    return alone


def _tables(catalogue: Catalogue, vocabulary: _Vocabulary, wordings: list[_Wording]) -> Tables:
    leads = _leads(wordings, vocabulary.frequent)
    known = dict(vocabulary.classes)
    flags = np.zeros(max(known.values(), default=FIRST_CLASS) + 1, np.uint8)
    for pair in leads:
        if pair < 1 << 16:
            flags[pair] |= ALONE
        else:
            flags[pair >> 16] |= BEGINS_PAIR
            flags[pair & 0xFFFF] |= ENDS_PAIR
    flags[YEAR] |= IS_YEAR | IS_NUMBER | flags[NUMBER]
    flags[NUMBER] |= IS_NUMBER
    for number, h in enumerate(vocabulary.numbers):
        flags[known.setdefault(h, YEAR if 1900 <= number < 2100 else NUMBER)] |= (
            flags[YEAR] if 1900 <= number < 2100 else flags[NUMBER]
        )
    ways = sorted(vocabulary.agencies, key=lambda way: (known[way[1][0]], -len(way[1]), way))
    first_classes = np.array([known[way[0]] for _, way in ways], np.int64)
    if flags[AGENCY] & LEADS:
        flags[first_classes] |= STARTS_AGENCY
    bitmap, bitmap_shift = _bitmap(known, flags & (LEADS | STARTS_AGENCY) != 0)
    keys, places = _hashed(np.array(list(known), np.uint32))
    hashes, class_numbers = np.array(list(known), np.uint64), np.array(list(known.values()), np.uint64)
    alone = _alone(leads, wordings, [_asks(entry) for entry in catalogue.entries], len(flags))
    pairs = [pair for pair in leads if pair >= 1 << 16]
    pair_keys, pair_places = _hashed(np.array(pairs, np.uint32))
    bounds = int(alone[:, LEADS_STOP].max()) + _bounds(leads[pair] for pair in pairs).astype(np.int32)
    return Tables(
        bitmap=np.packbits(bitmap, bitorder="little"),
        bitmap_shift=bitmap_shift,
        known=_placed(hashes << np.uint64(16) | class_numbers, places, len(keys)),
        known_shift=33 - len(keys).bit_length(),
        flags=flags,
        agency_ways=np.searchsorted(first_classes, np.arange(len(flags))[:, None] + [0, 1]),
        agency_starts=_bounds(way for _, way in ways),
        agency_hashes=_joined([way for _, way in ways], np.uint32),
        agencies=np.array([number for number, _ in ways], np.int32),
        pair_keys=pair_keys,
        pair_shift=33 - len(pair_keys).bit_length(),
        pair_leads=_placed(np.stack([bounds[:-1], bounds[1:]], axis=1), pair_places, len(pair_keys)),
        follows=_follows(pairs, len(flags)),
        alone=alone,
        leads=_joined(list(leads.values()), np.int32).reshape(-1, 3),
        wordings=np.array(list(_rows(catalogue, wordings, vocabulary.frequent)), np.int64).reshape(-1, GIVES + 1),
        parts=_joined([_part_rows(made) for made in wordings], np.int32).reshape(-1, BEHIND + 1),
        slots=_joined([made.slots for made in wordings], np.int64).reshape(-1, 3),
    )


def _rows(catalogue: Catalogue, wordings: list[_Wording], frequent: Mapping[int, int]) -> Iterator[tuple[int, ...]]:
    part, slot = 0, 0
    for made in wordings:
        entry = catalogue.entries[made.entry]
        slots_stop = slot + len(made.slots)
        leading = sum(made.weights[i] for i in made.leading(frequent))
        needed, whole = made.needed, sum(made.weights)
        # What leads nowhere may be found besides, and one part that stands too far from the others for a pair.
        hoped = needed - (whole - leading) - STRONG
        holds = 0
        for class_ in made.parts:
            holds |= 1 << (class_ & 63)
        yield (
            part, len(made.parts), slot, slots_stop, needed, hoped, made.reach, PLACES.index(entry.place),
            int(_vouched(entry)), made.entry, holds - (holds >> 63 << 64), int(needed == whole),
            whole - needed, int(made.gives > 0),
        )  # fmt: skip
        part, slot = part + len(made.parts) + 1, slots_stop


def _part_rows(made: _Wording) -> list[tuple[int, ...]]:
    rooms = list(accumulate(made.rooms))
    ahead = [part + room for part, room in enumerate(rooms)]
    behind = [ahead[-1] - 1 - words for words in ahead]
    return list(zip([*made.parts, UNKNOWN], [*made.weights, 0], rooms, ahead, behind, strict=True))


def _vouched(entry: Entry) -> bool:
    return entry.place in ("start", "end") and entry.shape != ""


def _asks(entry: Entry) -> int:
    return NOTHING if _vouched(entry) else A_BLOCK if entry.place == "line" else A_SENTENCE


def _follows(pairs: list[int], classes: int) -> U64:
    follows = [0] * classes
    for pair in pairs:
        follows[pair & 0xFFFF] |= 1 << (pair >> 16 & 63)
    return np.array(follows, np.uint64)


def _bitmap(known: dict[int, int], leads: Bool) -> tuple[Bool, int]:
    """Which bits of a hash may lead anywhere; such bits that few known words that lead nowhere, the most frequent
    words of all among them, share them by chance."""
    hashes, classes = np.array(list(known), np.int64), np.array(list(known.values()), np.int64)
    best, best_shift, fewest = np.zeros(0, np.bool_), 0, len(known) + 1
    for shift in range(32 - BITMAP_BITS + 1):
        bits = hashes >> shift & ((1 << BITMAP_BITS) - 1)
        bitmap = np.zeros(1 << BITMAP_BITS, np.bool_)
        bitmap[bits[leads[classes]]] = True
        shared = int(np.count_nonzero(bitmap[bits[~leads[classes]]]))
        if shared < fewest:
            best, best_shift, fewest = bitmap, shift, shared
    return best, best_shift


def _hashed(keys: U32) -> tuple[U32, I64]:
    """The keys, none of them 0, in open addressing at most a quarter full, and the place of each."""
    bits = max(4, int(4 * len(keys)).bit_length())
    table, places = [0] * (1 << bits), []
    for key in keys.tolist():
        at = (key * SPREAD & 0xFFFFFFFF) >> (32 - bits)
        while table[at]:
            at = (at + 1) & (len(table) - 1)
        table[at] = key
        places.append(at)
    return np.array(table, np.uint32), np.array(places, np.int64)


def _placed(values: NDArray[Scalar], places: I64, size: int) -> NDArray[Scalar]:
    """A table of so many rows with the values at their places, else 0."""
    table = np.zeros((size, *values.shape[1:]), values.dtype)
    table[places] = values
    return table


def _bounds(runs: Iterable[Sequence[Any]]) -> I64:
    return np.cumsum([0, *map(len, runs)])


def _joined(runs: Sequence[Sequence[Any]], dtype: type[Scalar]) -> NDArray[Scalar]:
    return np.array([value for run in runs for value in run], dtype)
