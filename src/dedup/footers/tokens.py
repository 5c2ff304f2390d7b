"""Tokens: the words of articles that lead to wordings of a catalogue, and what they are to them.

One pass over the words. Nearly all leave it at a bitmap.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U16, U32, U64, I32Rows
from dedup.footers.wordings import (
    AGENCY,
    BITMAP_BITS,
    FIRST_CLASS,
    IS_NUMBER,
    IS_YEAR,
    LEADS,
    NUMBER,
    SPREAD,
    STARTS_AGENCY,
    YEAR,
    Tables,
)
from dedup.kernels import inlined, lean
from dedup.text.words import Words

NOT_YET = 0xFFFF
"""In place of the class of a word that was not looked up."""


class Tokens(NamedTuple):
    """The words of a batch of articles that lead to wordings, or begin the name of an agency."""

    words: I32
    """Shape (tokens,), in order: the word, in the column of the batch."""

    bounds: I64
    """Shape (articles + 1,): the tokens of article i are ``words[bounds[i]:bounds[i + 1]]``."""

    classes: U16
    """By word of the batch its class, if it is a token or was looked up since; else NOT_YET."""

    traits: I32
    """By word of the batch, 0 if it is no token: bit p set where it is what part p < FIRST_CLASS wants; from bit 8
    the words of the agency that it begins; from bit 16 the number of that agency."""


def tokens_of(words: Words, tables: Tables) -> Tokens:
    """The tokens of a batch of articles. O(words)."""
    total, longest = int(words.hashes.stops.max(initial=0)), int(words.hashes.lengths.max(initial=0))
    tokens, bounds = np.empty(total, np.int32), np.zeros(len(words) + 1, np.int64)
    classes, traits = np.full(total, NOT_YET, np.uint16), np.zeros(total, np.int32)
    _tokens(
        words.hashes.values, words.hashes.starts, words.hashes.stops, tables, np.empty((longest, 2), np.int32),
        tokens, bounds, classes, traits,
    )  # fmt: skip
    return Tokens(tokens[: bounds[-1]], bounds, classes, traits)


@lean
def _tokens(
    all_hashes: U32, starts: I64, stops: I64, t: Tables, known: I32Rows, tokens: I32, bounds: I64, classes: U16,
    traits: I32,
) -> None:  # fmt: skip
    """Write the tokens of all articles and what they are. ``known``, shape (words, 2), is room for the longest."""
    count, bitmap, flags = 0, t.bitmap, t.flags
    bitmap_shift, shift = np.uint32(t.bitmap_shift), np.uint64(t.known_shift)
    for article in range(len(starts)):
        start, stop = starts[article], stops[article]
        for one in range(_known(all_hashes[start:stop], bitmap, bitmap_shift, t.known, shift, known)):
            word, class_ = start + known[one, 0], np.int64(known[one, 1])
            flag, trait = flags[class_], 0
            if not flag & (LEADS | STARTS_AGENCY):
                continue
            if flag & (IS_NUMBER | STARTS_AGENCY):
                trait = (1 << YEAR if flag & IS_YEAR else 0) | (1 << NUMBER if flag & IS_NUMBER else 0)
                if flag & STARTS_AGENCY:
                    trait |= _agency(
                        all_hashes, word, stop, t.agency_ways[class_, 0], t.agency_ways[class_, 1], t.agency_starts,
                        t.agency_hashes, t.agencies,
                    )  # fmt: skip
            classes[word], traits[word], tokens[count] = class_, trait, word
            count += 1
        bounds[article + 1] = count


@lean
def _known(hashes: U32, bitmap: U8, bitmap_shift: np.uint32, table: U64, shift: np.uint64, known: I32Rows) -> int:
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


@inlined
def kind_of(kind: int, class_: int, trait: int, flags: U8) -> int:
    """What a token is to wordings, of the several things it may be: YEAR, NUMBER or AGENCY if it is one, or at
    FIRST_CLASS its class if that leads anywhere; else no class of all, 0."""
    if kind < FIRST_CLASS:
        return kind if trait >> kind & 1 else 0
    return class_ if class_ >= FIRST_CLASS and flags[class_] & LEADS else 0


@inlined
def words_in(token: int, trait: int) -> int:
    """How many words a token has."""
    return np.int64(trait >> 8 & 0xFF) if token == AGENCY else 1


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
