"""Hits: where in zones there are words that lead to wordings of a catalogue.

Each token is held against the last few before it. Pairs of a wording that follow each other closely make a *window*;
a token that leads to wordings by itself is a *single*. Whether anything comes of them is for ``search`` to say.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U16, I32Rows, I64Rows
from dedup.footers.tokens import Tokens, kind_of, place, words_in
from dedup.footers.wordings import (
    ALONE,
    BEGINS_PAIR,
    FIRST_CLASS,
    FIRST_PART,
    HOPED,
    NEAR_WORDS,
    REACH,
    UNKNOWN,
    WEIGHT,
    YEAR,
    Tables,
)
from dedup.footers.zones import ARTICLE, FIRST_TOKEN, STOP_TOKEN
from dedup.footers.zones import FIRST_WORD as FIRST_OF_ZONE
from dedup.kernels import lean
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

ZONE, WORDING, FIRST_WORD, LEADING_PART, LAST_WORD, LAST_PART, GATHERED, MASK = range(8)
"""Columns of windows: zone; wording; the first word and part of its pairs, and the last; the weight of the parts
in pairs; and while pairs are gathered, these parts, as bits."""


class Hits(NamedTuple):
    """What leads to wordings in some zones."""

    singles: I32
    """Shape (singles, 3), in order: zone, word, and class."""

    windows: I32
    """Shape (windows, 7), in order of zone; the columns are named above."""


def hits(words: Words, zones: I64, asked: I64, tokens: Tokens, tables: Tables) -> Hits:
    """The hits in zones. O(tokens + pairs * wordings that have them).

    Args:
        words: of the batch.
        zones: of the batch, as ``zones_of`` gives them.
        asked: the numbers of those to look at, ascending.
        tokens: of the batch.
        tables: of the catalogue.
    """
    total, recent = len(tokens.words), np.empty((RING, 3), np.int64)
    state = np.full((len(tables.wordings), MASK + 1), -1, np.int64)
    active = np.empty(len(tables.wordings), np.int64)
    rooms = [256 + total] * 2
    while True:
        singles, windows = np.empty((rooms[0], 3), np.int32), np.empty((rooms[1], GATHERED + 1), np.int32)
        state[:] = -1
        counts = _scan(
            tokens.words, tokens.classes, tokens.traits, zones, asked, words.hashes.starts, tables, state, active,
            singles, windows, recent,
        )  # fmt: skip
        if counts[0] < rooms[0] and counts[1] <= rooms[1]:
            return Hits(singles[: counts[0]], windows[: counts[1]])
        rooms = [2 * count + 1 for count in counts]


@lean
def _scan(
    tokens: I32, classes: U16, traits: I32, zones: I64Rows, asked: I64, starts: I64, t: Tables, state: I64Rows,
    active: I64, singles: I32Rows, windows: I32Rows, recent: I64Rows,
) -> tuple[int, int]:  # fmt: skip
    """Write singles and windows, as many as there is room for; returns how many there are.

    ``recent``, shape (RING, 3), is room for what tokens are, their words and the words after.
    """
    single, count, flags, follows = 0, 0, t.flags, t.follows
    pair_keys, pair_leads, leads, wordings, parts = t.pair_keys, t.pair_leads, t.leads, t.wordings, t.parts
    pair_shift = np.uint64(t.pair_shift)
    for zone in asked:
        first = starts[zones[zone, ARTICLE]] + zones[zone, FIRST_OF_ZONE]
        held, waiting = 0, 0  # tokens so far; wordings that have pairs
        lately, before, age = np.uint64(0), np.uint64(0), 0  # classes of tokens of this AGE words, of those before
        for one in range(zones[zone, FIRST_TOKEN], zones[zone, STOP_TOKEN]):
            class_, trait = np.int64(classes[tokens[one]]), np.int64(traits[tokens[one]])
            word = tokens[one] - first
            if word >> AGE != age:
                before = lately if word >> AGE == age + 1 else np.uint64(0)
                lately, age = np.uint64(0), word >> AGE
            for kind in range(YEAR if trait else FIRST_CLASS, FIRST_CLASS + 1):  # one word may be several things
                token = kind_of(kind, class_, trait, flags)
                if token == UNKNOWN:
                    continue
                leading = flags[token]
                at = min(single, len(singles) - 1)
                singles[at, 0], singles[at, 1], singles[at, 2] = zone, word, token
                single += leading & ALONE != 0  # without a branch that nobody could predict; so below
                for back in range(1, min(held, RECENT) + 1 if follows[token] & (lately | before) else 1):
                    last = held - back & RING - 1
                    other = recent[last, 1]
                    if word - other > NEAR_WORDS:
                        break
                    if recent[last, 2] <= word and follows[token] >> np.uint64(recent[last, 0] & 63) & np.uint64(1):
                        at = place(np.uint32(recent[last, 0] << 16 | token), pair_keys, pair_shift)
                        for lead in range(pair_leads[at, 0], pair_leads[at, 1]):
                            k = np.int64(leads[lead, 0])
                            if state[k, ZONE] != zone:
                                active[waiting] = k
                                waiting += 1
                                state[k, ZONE], state[k, GATHERED] = zone, 0
                            count = _note(
                                state, k, other, leads[lead, 1], word, leads[lead, 2], wordings, parts, windows, count
                            )
                now, begins = held & RING - 1, np.int64(leading & BEGINS_PAIR != 0)
                lately |= np.uint64(begins) << np.uint64(token & 63)
                recent[now, 0], recent[now, 1] = token, word
                recent[now, 2] = word + words_in(token, trait)
                held += begins
        for one in range(waiting):
            count = _settle(state, active[one], wordings, windows, count)
    return single, count


@lean
def _note(
    state: I64Rows, k: int, other: int, part: int, word: int, its_part: int, wordings: I64Rows, parts: I32Rows,
    windows: I32Rows, count: int,
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
def _settle(state: I64Rows, k: int, wordings: I64Rows, windows: I32Rows, count: int) -> int:
    """Write the window of a wording if it weighs enough, and forget it; returns the count of windows."""
    enough = state[k, GATHERED] >= wordings[k, HOPED]
    if enough and count < len(windows):
        for column in range(GATHERED + 1):
            windows[count, column] = state[k, column]
        windows[count, WORDING] = k
    state[k, GATHERED] = 0
    return count + enough
