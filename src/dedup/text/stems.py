"""Stems: what the forms of a word have in common, so that ``ministers`` is ``minister``.

Each distinct word is stemmed once, by the Snowball stemmer of its language, never the words of a text one by one. A
stem is kept as a 32-bit hash, like a word; ``Stems`` is the table that leads from the one to the other.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import Stemmer
import xxhash

from dedup.columns import I32, I64, U32, U64, Column
from dedup.kernels import kernel
from dedup.text.normalise import spelled
from dedup.text.places import spans
from dedup.text.words import Words, words_of

FIRST_SLOTS = 1 << 16
STEM = np.uint64(0xFFFFFFFF)
"""The bits of an entry that hold the stem; the word stands above them."""


def stem_hash(stem: str) -> int:
    """The hash of a stem: 32 bits, never 0."""
    return xxhash.xxh32_intdigest(stem.encode()) or 1


class Rare(NamedTuple):
    """The stems of rare words, by their hashes."""

    table: U64
    """Entries ``word << 32 | stem``; 0 is a free slot."""

    sieve: U64
    """A bit for each slot of a word that is in the table: most words are not, and are told by one look at it."""


class Stems:
    """The stems of words, by their hashes: a hash table that grows."""

    def __init__(self) -> None:
        self.table = np.zeros(FIRST_SLOTS, np.uint64)
        """Entries ``word << 32 | stem``; 0 is a free slot. A power of two of slots, at most half of them taken."""

        self.count = 0

    def add(self, entries: U64) -> None:
        """Enter words with their stems, each as ``word << 32 | stem``; what is known already stays as it is."""
        slots = len(self.table)
        while slots < 2 * (self.count + len(entries)):
            slots *= 2
        if slots > len(self.table):
            known, self.table = self.table[self.table != 0], np.zeros(slots, np.uint64)
            _enter(known, self.table)
        self.count += _enter(entries, self.table)

    def of(self, words: U32) -> U32:
        """The stem of each word, 0 where none is known."""
        found = np.zeros(len(words), np.uint32)
        _look_up(words, self.table, found)
        return found

    def rare(self, common: U32) -> Rare:
        """The stems of all words but those of the given common stems."""
        known = np.sort(self.table[self.table != 0])
        rare = known[~np.isin((known & STEM).astype(np.uint32), common)]
        table, sieve = np.zeros(_slots(len(rare)), np.uint64), np.zeros(max(16, _slots(len(rare)) // 8), np.uint64)
        _enter(rare, table)
        _mark(rare, sieve)
        return Rare(table, sieve)


class Vocabulary:
    """The words met so far, batch by batch."""

    def __init__(self, language: str) -> None:
        """The vocabulary of a language that Snowball has a stemmer for, such as ``english``; it knows no word yet."""
        self._stemmer = Stemmer.Stemmer(language, 0)
        self._known = Stems()
        self._latest = np.zeros(FIRST_SLOTS, np.uint32)

    def new(self, words: Words, texts: Sequence[str]) -> U64:
        """The words that no batch before had, with their stems, each as ``word << 32 | stem``, in no order.

        Args:
            words: of the texts, as ``words_of`` gives them.
            texts: as they were read.

        Costs some 3 ns per word, and two microseconds per new one.
        """
        distinct, article, place = self._strangers(words.hashes)
        if not len(distinct):
            return np.zeros(0, np.uint64)
        where, first = article.astype(np.int64), place.astype(np.int64)
        start, stop = spans(words, where, first, first + 1)
        pieces = zip(where.tolist(), start.tolist(), stop.tolist(), distinct.tolist(), strict=True)
        spellings = [_spelling(texts[a][i:j], word) for a, i, j, word in pieces]
        stems = np.array([stem_hash(stem) for stem in self._stemmer.stemWords(spellings)], np.uint32)
        found = _entries(distinct, stems)
        self._known.add(found)
        return found

    def _strangers(self, words: Column[np.uint32]) -> tuple[U32, I32, I32]:
        """The words of a batch that are not known, each once, with the article and place where it stands first."""
        slots = FIRST_SLOTS
        maybe = np.empty(int(words.lengths.max(initial=0)) + 1, np.int64)
        latest = self._latest.copy()
        while True:
            distinct, places = np.empty(slots, np.uint32), np.empty((2, slots), np.int32)
            seen = np.zeros(slots, np.uint32)
            count = _unknown(
                words.values, words.starts, words.stops, latest, maybe, self._known.table, seen, distinct, *places
            )
            if 2 * count <= slots:
                self._latest = latest
                return distinct[:count], places[0, :count], places[1, :count]
            slots, latest = 4 * slots, self._latest.copy()


def _entries(words: U32, stems: U32) -> U64:
    return words.astype(np.uint64) << np.uint64(32) | stems


def _spelling(piece: str, word: int) -> str:
    """The word of this hash as the alphabet spells it; the usual ones without a look at its table, which is slow.

    A piece with a character such as ``¼`` holds several words.
    """
    plain = piece if piece.isalnum() else piece.replace("’", "").replace("'", "")
    if plain.isascii() and plain.isalnum():
        return plain.lower()
    found = spelled(piece)
    at: int = words_of([piece]).hashes[0].tolist().index(word) if len(found) > 1 else 0
    return found[at]


def _slots(count: int) -> int:
    return max(16, 1 << int(2 * count).bit_length())


@kernel
def _slot(word: np.uint64, mask: np.uint64) -> np.uint64:
    return word * np.uint64(0x9E3779B1) >> np.uint64(8) & mask


@kernel
def _bit(word: np.uint64, sieve: U64) -> np.uint64:
    return word * np.uint64(0x85EBCA6B) >> np.uint64(9) & np.uint64(64 * len(sieve) - 1)


@kernel
def sieved(word: np.uint32, sieve: U64) -> np.uint64:
    """1 for each rare word and for one in twenty of the others, else 0. O(1)."""
    bit = _bit(np.uint64(word), sieve)
    return np.uint64(sieve[bit >> np.uint64(6)] >> (bit & np.uint64(63)) & np.uint64(1))


@kernel
def stem_of(word: np.uint32, table: U64) -> np.uint32:
    """The stem of a word in a table of ``Stems`` or ``Rare``, 0 where it has none. O(1)."""
    mask = np.uint64(len(table) - 1)
    slot = _slot(np.uint64(word), mask)
    while table[slot] != 0 and table[slot] >> np.uint64(32) != np.uint64(word):
        slot = (slot + np.uint64(1)) & mask
    return np.uint32(table[slot] & STEM)


@kernel
def _mark(entries: U64, sieve: U64) -> None:
    for i in range(len(entries)):
        bit = _bit(entries[i] >> np.uint64(32), sieve)
        sieve[bit >> np.uint64(6)] |= np.uint64(1) << (bit & np.uint64(63))


@kernel
def _enter(entries: U64, table: U64) -> int:
    """Write the entries of words that the table lacks, and return how many there were. O(entries)."""
    mask, count = np.uint64(len(table) - 1), 0
    for i in range(len(entries)):
        word = entries[i] >> np.uint64(32)
        slot = _slot(word, mask)
        while table[slot] != 0 and table[slot] >> np.uint64(32) != word:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] == 0:
            table[slot] = entries[i]
            count += 1
    return count


@kernel
def _look_up(words: U32, table: U64, found: U32) -> None:
    for i in range(len(words)):
        found[i] = stem_of(words[i], table)


@kernel
def _unknown(
    words: U32, starts: I64, stops: I64, latest: U32, maybe: I64, known: U64, seen: U32, distinct: U32, article: I32,
    place: I32,
) -> int:  # fmt: skip
    """Write each word of a batch that is not known once, with the article and place where it stands first. O(words).

    ``seen`` is a table of zeros. Returns how many there are, or, once they fill more than half of it, that it is too
    small. The word whose hash is 0 counts as 1.

    Args:
        latest: for each slot the word of this batch, or of one before, that came last: most words are told by it.
        maybe: room for the others of the longest article. They are gathered without a branch, which would mostly be
            foreseen wrongly at new words.
    """
    few, mask, count = np.uint64(len(latest) - 1), np.uint64(len(seen) - 1), 0
    for a in range(len(starts)):
        others = 0
        for i in range(starts[a], stops[a]):
            word = max(words[i], np.uint32(1))
            slot = _slot(np.uint64(word), few)
            maybe[others] = i
            others += latest[slot] != word
            latest[slot] = word
        for j in range(others):
            i = maybe[j]
            if stem_of(words[i], known):
                continue
            word = max(words[i], np.uint32(1))
            slot = _slot(np.uint64(word), mask)
            while seen[slot] != 0 and seen[slot] != word:
                slot = (slot + np.uint64(1)) & mask
            if seen[slot] == 0:
                if 2 * count >= len(seen):
                    return len(seen)
                seen[slot] = word
                distinct[count], article[count], place[count] = words[i], a, i - starts[a]
                count += 1
    return count
