"""Hits: where in a batch of articles there are words that lead to wordings of a catalogue.

One pass over the words. Nearly all leave it at a bitmap. The others are *tokens*, held against the last few before
them. Pairs of a wording that follow each other closely make a *window*; a token that leads to wordings by itself is a
*single*. Whether anything comes of them is for ``search`` to say.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U16, U32, U64
from dedup.footers.wordings import (
    AGENCY,
    ALONE,
    BEGINS_PAIR,
    BITMAP_BITS,
    FIRST_CLASS,
    FIRST_PART,
    HOPED,
    IS_NUMBER,
    IS_YEAR,
    LEADS,
    NEAR_WORDS,
    NUMBER,
    REACH,
    SPREAD,
    STARTS_AGENCY,
    WEIGHT,
    YEAR,
    Tables,
)
from dedup.kernels import inlined, lean
from dedup.text.words import Words

RECENT = 8
"""Tokens that a new one is paired with, within ``NEAR_WORDS``: a few that belong to other wordings may be amid."""

RING = 2 * RECENT
"""Tokens that are remembered, the last of which may yet turn out to begin no pair. A power of two."""

AGE = 4
"""Tokens of an age, ``1 << AGE`` words, no less than ``NEAR_WORDS``, and of the one before are asked at once whether
a pair may begin with one of them."""

WIDEST = 256
"""Words in a window, at most."""

NOT_YET = 0xFFFF
"""In place of the class of a word that was not looked up."""

ARTICLE, WORDING, FIRST_WORD, LEADING_PART, LAST_WORD, LAST_PART, GATHERED, MASK = range(8)
"""Columns of windows: article; wording; the first word and part of its pairs, and the last; the weight of the parts
in pairs; and while pairs are gathered, these parts, as bits."""


class Hits(NamedTuple):
    """What leads to wordings in a batch of articles."""

    singles: I32
    """Shape (singles, 3), in order: article, word, and class."""

    windows: I32
    """Shape (windows, 7), in order of article; the columns are named above."""

    classes: U16
    """By word its class, or NOT_YET."""

    traits: I32
    """By word whose class is known: bit p set where it is what part p < FIRST_CLASS wants; from bit 8 the words of
    the agency that it begins; from bit 16 the number of that agency."""


def hits(words: Words, tables: Tables) -> Hits:
    """The hits in a batch of articles. O(words + pairs * wordings that have them)."""
    total, longest = int(words.hashes.stops.max(initial=0)), int(words.hashes.lengths.max(initial=0))
    classes, traits = np.full(total, NOT_YET, np.uint16), np.zeros(total, np.int32)
    recent, known = np.empty((RING, 3), np.int64), np.empty((longest, 2), np.int32)
    rooms = [256 + total // 4] * 2
    while True:
        singles, windows = np.empty((rooms[0], 3), np.int32), np.empty((rooms[1], GATHERED + 1), np.int32)
        state, active = (
            np.full((len(tables.wordings), MASK + 1), -1, np.int64),
            np.empty(len(tables.wordings), np.int64),
        )
        counts = _scan(
            words.hashes.values, words.hashes.starts, words.hashes.stops, tables, state, active, classes, traits,
            singles, windows, recent, known,
        )  # fmt: skip
        if counts[0] < rooms[0] and counts[1] <= rooms[1]:
            return Hits(singles[: counts[0]], windows[: counts[1]], classes, traits)
        rooms = [2 * count + 1 for count in counts]


@lean
def _scan(
    all_hashes: U32, starts: I64, stops: I64, t: Tables, state: I64, active: I64, all_classes: U16, all_traits: I32,
    singles: I32, windows: I32, recent: I64, known: I32,
) -> tuple[int, int]:  # fmt: skip
    """Write singles and windows, as many as there is room for; returns how many there are.

    ``recent``, shape (RING, 3), is room for the class, the word and the word after of tokens; ``known``, shape
    (words, 2), for the words of the longest article that lead anywhere.
    """
    single, count, bitmap_shift = 0, 0, np.uint32(t.bitmap_shift)
    bitmap, flags, follows = t.bitmap, t.flags, t.follows
    pair_keys, pair_leads, leads, wordings, parts = t.pair_keys, t.pair_leads, t.leads, t.wordings, t.parts
    shift, pair_shift = np.uint64(t.known_shift), np.uint64(t.pair_shift)
    for article in range(len(starts)):
        start, length = starts[article], stops[article] - starts[article]
        held, waiting = 0, 0  # tokens so far; wordings that have pairs
        lately, before, age = np.uint64(0), np.uint64(0), 0  # classes of tokens of this AGE words, of those before
        for one in range(_known(all_hashes[start : start + length], bitmap, bitmap_shift, t.known, shift, known)):
            word, class_ = np.int64(known[one, 0]), np.int64(known[one, 1])
            flag, trait = flags[class_], 0
            if not flag & (LEADS | STARTS_AGENCY):
                continue
            if flag & (IS_NUMBER | STARTS_AGENCY):
                trait = (1 << YEAR if flag & IS_YEAR else 0) | (1 << NUMBER if flag & IS_NUMBER else 0)
                if flag & STARTS_AGENCY:
                    trait |= _agency(
                        all_hashes, start + word, start + length, t.agency_ways[class_, 0], t.agency_ways[class_, 1],
                        t.agency_starts, t.agency_hashes, t.agencies,
                    )  # fmt: skip
            all_classes[start + word], all_traits[start + word] = class_, trait
            if word >> AGE != age:
                before = lately if word >> AGE == age + 1 else np.uint64(0)
                lately, age = np.uint64(0), word >> AGE
            for token in range(YEAR if trait else FIRST_CLASS, FIRST_CLASS + 1):  # one word may be several things
                if token == FIRST_CLASS:
                    if class_ < FIRST_CLASS or not flag & LEADS:
                        continue
                    token = class_  # noqa: PLW2901
                elif not trait >> token & 1:
                    continue
                kind = flags[token]
                at = min(single, len(singles) - 1)
                singles[at, 0], singles[at, 1], singles[at, 2] = article, word, token
                single += kind & ALONE != 0  # without a branch that nobody could predict; so below
                for back in range(1, min(held, RECENT) + 1 if follows[token] & (lately | before) else 1):
                    last = held - back & RING - 1
                    other = recent[last, 1]
                    if word - other > NEAR_WORDS:
                        break
                    if recent[last, 2] <= word and follows[token] >> np.uint64(recent[last, 0] & 63) & np.uint64(1):
                        at = place(np.uint32(recent[last, 0] << 16 | token), pair_keys, pair_shift)
                        for lead in range(pair_leads[at, 0], pair_leads[at, 1]):
                            k = np.int64(leads[lead, 0])
                            if state[k, ARTICLE] != article:
                                active[waiting] = k
                                waiting += 1
                                state[k, ARTICLE], state[k, GATHERED] = article, 0
                            count = _note(
                                state, k, other, leads[lead, 1], word, leads[lead, 2], wordings, parts, windows, count
                            )
                now, begins = held & RING - 1, np.int64(kind & BEGINS_PAIR != 0)
                lately |= np.uint64(begins) << np.uint64(token & 63)
                recent[now, 0], recent[now, 1] = token, word
                recent[now, 2] = word + (trait >> 8 & 0xFF if token == AGENCY else 1)
                held += begins
        for one in range(waiting):
            count = _settle(state, active[one], wordings, windows, count)
    return single, count


@lean
def _known(hashes: U32, bitmap: U8, bitmap_shift: np.uint32, table: U64, shift: np.uint64, known: I32) -> int:
    """Write the words of an article that the bitmap lets through, and the class of each; returns how many there are.

    First the words, without a branch on what they are; then their classes: so the processor fetches many at a time.
    """
    count, cut = 0, np.uint32((1 << BITMAP_BITS) - 1)
    for word in range(len(hashes)):
        low = hashes[word] >> bitmap_shift & cut
        known[count, 0] = word
        count += bitmap[low >> np.uint32(3)] >> (low & np.uint32(7)) & np.uint8(1)
    for one in range(count):
        known[one, 1] = class_of(hashes[known[one, 0]], table, shift)
    return count


@lean
def _note(
    state: I64, k: int, other: int, part: int, word: int, its_part: int, wordings: I64, parts: I32, windows: I32,
    count: int,
) -> int:  # fmt: skip
    """Add a pair to the window of a wording, or begin a new one with it; returns the count of windows."""
    gathered = state[k, GATHERED]
    if gathered and (
        other - state[k, LAST_WORD] > wordings[k, REACH]
        or word - state[k, FIRST_WORD] > WIDEST
        or part < state[k, LEADING_PART]
        or (its_part <= state[k, LAST_PART] and word > state[k, LAST_WORD] and gathered >= wordings[k, HOPED])
    ):  # the pairs so far are of another place
        count = _settle(state, k, wordings, windows, count)
        gathered = 0
    if not gathered:
        state[k, FIRST_WORD], state[k, LEADING_PART], state[k, MASK] = other, part, 0
    state[k, LAST_WORD], state[k, LAST_PART] = word, its_part
    for one in (part, its_part):
        if not state[k, MASK] >> one & 1:
            state[k, MASK] |= 1 << one
            gathered += parts[wordings[k, FIRST_PART] + one, WEIGHT]
    state[k, GATHERED] = gathered
    return count


@lean
def _settle(state: I64, k: int, wordings: I64, windows: I32, count: int) -> int:
    """Write the window of a wording if it weighs enough, and forget it; returns the count of windows."""
    enough = state[k, GATHERED] >= wordings[k, HOPED]
    if enough and count < len(windows):
        for column in range(GATHERED + 1):
            windows[count, column] = state[k, column]
        windows[count, WORDING] = k
    state[k, GATHERED] = 0
    return count + enough


@inlined
def place(key: np.uint32, keys: U32, shift: np.uint64) -> int:
    """Where a key stands in open addressing, or the free place that shows that it does not."""
    at = np.int64((np.uint64(key) * np.uint64(SPREAD) & np.uint64(0xFFFFFFFF)) >> shift)
    while keys[at] != key and keys[at] != 0:
        at = (at + 1) & (len(keys) - 1)
    return at


@inlined
def class_of(hash_: np.uint32, known: U64, shift: np.uint64) -> int:
    """The class of a word, 0 of one that the catalogue does not know. Mostly without a branch that depends on the
    word."""
    key = np.uint64(hash_)
    at = np.uint64((key * np.uint64(SPREAD) & np.uint64(0xFFFFFFFF)) >> shift)
    while (known[at] != 0) & (known[at] >> np.uint64(16) != key):
        at = (at + np.uint64(1)) & np.uint64(len(known) - 1)
    return np.int64(known[at] & np.uint64(0xFFFF))


@inlined
def looked_up(hashes: U32, word: int, known: U64, shift: np.uint64, classes: U16) -> int:
    """The class of a word, kept in ``classes``. What has traits was looked up when it was a token."""
    if classes[word] == NOT_YET:
        classes[word] = class_of(hashes[word], known, shift)
    return np.int64(classes[word])


@lean
def _agency(
    hashes: U32, word: int, words_stop: int, way: int, stop: int, starts: I64, wanted: U32, agencies: I32
) -> int:
    """The traits of a word at which an agency's name begins, one of those from ``way`` on; else 0."""
    for one in range(way, stop):
        length = starts[one + 1] - starts[one]
        same = word + length <= words_stop
        at = 0
        while same and at < length:
            same = wanted[starts[one] + at] == hashes[word + at]
            at += 1
        if same:
            return np.int64(1 << AGENCY | length << 8 | np.int64(agencies[one]) << 16)
    return 0
