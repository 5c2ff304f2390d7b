"""Texts to words as numbers: the one pass over the characters; all later work is arithmetic on its columns.

A word is a run of letters and digits (``alphabet`` says which characters are, and how they are spelled). It is kept
as a 32-bit hash. Beside the words stand where blocks (paragraphs) and sentences begin, and where in the text each
word is (``places`` reads it). Scripts without spaces between words give a word for every two neighbouring characters.
This file is long because the kernel, which does all of this in one pass, is best read in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xxhash

from dedup.columns import I64, U8, U16, U32, U64, Column, I64Rows, TextBytes, column
from dedup.kernels import kernel, trailing_zeros
from dedup.memory import Memory
from dedup.text.alphabet import (
    GAP,
    HYPHEN,
    IGNORED,
    LETTER,
    LINE_END,
    LOWER,
    SEVERAL,
    SHIFT,
    SIGN,
    SOFT_HYPHEN,
    STOP,
    WIDE_STOP,
    alphabet,
)
from dedup.text.written import ALL, HIGH_BITS, ONES, Written, load, written

START = np.uint64(0x6C62272E07BB0142)
STEP = np.uint64(0x9E3779B97F4A7C15)
LAST = np.uint64(0xD6E8FEB86659FD93)
KIND = np.uint64(15)
SENTENCE, BLOCK = 1, 2
ENDS = np.uint64(1 << GAP | 1 << STOP | 1 << LINE_END)
"""The kinds of characters of ASCII that end a word, whatever follows."""

FAR = 255
"""In ``Words.places``: the word's numbers are too large for a byte and stand in ``Words.far``."""

# Eight bytes at a time: each constant is one byte, eight times.
SPACES = ONES * np.uint64(0x20)
LOW_BITS = ONES * np.uint64(0x7F)
FROM_A = ONES * np.uint64(0x80 - ord("a"))
PAST_Z = ONES * np.uint64(0x7F - ord("z"))
FROM_0 = ONES * np.uint64(0x80 - ord("0"))
PAST_9 = ONES * np.uint64(0x7F - ord("9"))
GATHER = np.uint64(0x0102040810204080)
"""Eight bytes of 0 or 1, times this, have one bit for each in their highest byte."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of many articles, as columns."""

    hashes: Column[np.uint32]
    """The hash of each word."""

    blocks: Column[np.uint32]
    """For each block of an article the number of its first word in the article; the first is 0."""

    sentences: Column[np.uint32]
    """For each sentence of an article the number of its first word in the article; the first is 0."""

    places: Column[np.uint8]
    """For each word the characters between the word before (or the start of the text) and it, plus 1, in the low
    three bits, and its own characters, 1 to 31, in the others; ``FAR`` where either is larger or both are largest.

    A word reaches from its first letter to what ends it, with accents, apostrophes and other ignored characters. Of
    the words of one character, and of two neighbours in a script without spaces, the later one begins a character
    before the end of the earlier: hence the 1.
    """

    far: Column[np.uint32]
    """The same two numbers, one after the other, for each word whose place is ``FAR``."""

    def __len__(self) -> int:
        return len(self.hashes)

    def take(self, articles: I64) -> "Words":
        """The given articles in the given order; no word is copied."""
        return Words(
            self.hashes.take(articles),
            self.blocks.take(articles),
            self.sentences.take(articles),
            self.places.take(articles),
            self.far.take(articles),
        )


def words_of(texts: Sequence[str | bytes] | Written) -> Words:
    """The words, blocks and sentences of texts, with one run per text.

    Bytes are valid UTF-8. A lone surrogate in a string counts as a gap between words. Costs some 2 ns per byte.
    Quickest with half a megabyte to two at once: what is written before its size is known then stays in the cache.
    """
    data, starts = texts if isinstance(texts, Written) else written(texts)
    room = len(data) * 4 // 3  # the densest character there is, U+FDFA, takes 3 bytes and gives 4 words
    hashes, blocks, sentences, far = (np.empty(room, np.uint32) for _ in range(4))
    places, ends, table = np.empty(room, np.uint8), np.zeros((4, len(starts)), np.int64), alphabet()
    _read(
        data, starts, table.ascii_kinds, table.pages, table.cells, table.several, hashes, blocks, sentences, places,
        far, ends,
    )  # fmt: skip
    return Words(
        column(hashes[: ends[0, -1]].copy(), ends[0]),
        column(blocks[: ends[1, -1]].copy(), ends[1]),
        column(sentences[: ends[2, -1]].copy(), ends[2]),
        column(places[: ends[0, -1]].copy(), ends[0]),
        column(far[: ends[3, -1]].copy(), ends[3]),
    )


class Joining:
    """Words that grow, part by part, in memory that is not copied."""

    def __init__(self, memory: Memory) -> None:
        self._texts = [memory.growing(np.uint32) for _ in range(4)]
        self._places = memory.growing(np.uint8)
        self._ends = [np.zeros((5, 1), np.int64)]

    def append(self, part: Words) -> None:
        """Add the articles of a part, whose runs lie one after the other."""
        runs = (part.hashes, part.blocks, part.sentences, part.far)
        filled = np.array([*([len(grown)] for grown in self._texts), [len(self._places)]])
        self._ends.append(filled + np.stack([run.stops for run in (*runs, part.places)]))
        for grown, run in zip(self._texts, runs, strict=True):
            grown.append(run.values)
        self._places.append(part.places.values)

    def joined(self) -> Words:
        """All articles, one part after the other."""
        *bounds, place_bounds = np.concatenate(self._ends, axis=1)
        hashes, blocks, sentences, far = (
            column(grown.filled(), bound) for grown, bound in zip(self._texts, bounds, strict=True)
        )
        return Words(hashes, blocks, sentences, column(self._places.filled(), place_bounds), far)


def digests(words: Column[np.uint32]) -> U64:
    """A 64-bit digest of each article's words, shape (articles,): equal for equal words in equal order."""
    data = words.values.view(np.uint8).data
    digest = xxhash.xxh3_64_intdigest
    spans = zip((words.starts * 4).tolist(), (words.stops * 4).tolist(), strict=True)
    return np.fromiter((digest(data[start:stop]) for start, stop in spans), np.uint64, len(words))


@kernel
def _letters(data: TextBytes) -> U8:
    """A bit for each byte, the first lowest: whether it is a letter or a digit of ASCII. O(bytes)."""
    marks = np.zeros(len(data) // 8 + 8, np.uint8)
    for i in range(len(data) // 8):
        eight_bytes = load(data, np.uint64(8 * i))
        plain = (eight_bytes | SPACES) & LOW_BITS
        letter = (plain + FROM_A) & ~(plain + PAST_Z)
        plain = eight_bytes & LOW_BITS
        numeral = (plain + FROM_0) & ~(plain + PAST_9)
        flags = ((letter | numeral) & ~eight_bytes & HIGH_BITS) >> np.uint64(7)
        marks[i] = (flags * GATHER) >> np.uint64(56)
    return marks


@kernel
def _run(marks: U8, at: np.uint64) -> np.uint64:
    """How many letters and digits of ASCII follow one another from ``at``, up to 57."""
    return np.uint64(trailing_zeros(~(load(marks, at >> np.uint64(3)) >> (at & np.uint64(7)))))


@kernel
def _mixed(hash_: np.uint64, eight_bytes: np.uint64) -> np.uint64:
    """One step of the hash of a word: xor, multiply, fold the high half down."""
    hash_ = (hash_ ^ eight_bytes) * STEP
    return hash_ ^ (hash_ >> np.uint64(32))


@kernel
def _finished(hash_: np.uint64, waiting: np.uint64, shift: np.uint64) -> np.uint32:
    """The hash of a word of which ``waiting`` holds the last ``shift`` bits."""
    if shift:
        hash_ = _mixed(hash_, waiting)
    return np.uint32((hash_ * LAST) >> np.uint64(32))


@kernel
def _short_word(data: TextBytes, at: np.uint64, count: np.uint64) -> np.uint32:
    """The hash of a word of 1 to 16 letters and digits of ASCII."""
    eight, bits = np.uint64(8), count * np.uint64(8)
    first, second = load(data, at) | SPACES, load(data, at + eight) | SPACES
    long = np.uint64(0) - np.uint64(count > eight)  # all bits or none
    hash_ = _mixed(START, first & (ALL >> (np.uint64(64) - bits & np.uint64(63)) | long))
    more = _mixed(hash_, second & ALL >> (np.uint64(128) - bits & np.uint64(63)))
    return np.uint32(((hash_ ^ (hash_ ^ more) & long) * LAST) >> np.uint64(32))


@kernel
def _pushed(
    hash_: np.uint64, waiting: np.uint64, shift: np.uint64, code: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """The state of a word's hash after one more character, which counts as its bytes in UTF-8."""
    six, low, more = np.uint64(6), np.uint64(0x3F), np.uint64(0x80)
    if code < np.uint64(0x80):
        bytes_, bits = code, np.uint64(8)
    elif code < np.uint64(0x800):
        bytes_, bits = np.uint64(0xC0) | code >> six | (more | code & low) << np.uint64(8), np.uint64(16)
    elif code < np.uint64(0x10000):
        bytes_ = np.uint64(0xE0) | code >> np.uint64(12) | (more | code >> six & low) << np.uint64(8)
        bytes_ |= (more | code & low) << np.uint64(16)
        bits = np.uint64(24)
    else:
        bytes_ = np.uint64(0xF0) | code >> np.uint64(18) | (more | code >> np.uint64(12) & low) << np.uint64(8)
        bytes_ |= (more | code >> six & low) << np.uint64(16) | (more | code & low) << np.uint64(24)
        bits = np.uint64(32)
    waiting |= bytes_ << shift
    if shift + bits >= np.uint64(64):
        hash_ = _mixed(hash_, waiting)
        over = shift + bits - np.uint64(64)
        return hash_, bytes_ >> (bits - over) if over else np.uint64(0), over
    return hash_, waiting, shift + bits


@kernel
def _character(data: TextBytes, at: np.uint64) -> tuple[np.uint64, np.uint64]:
    """The character at a place of valid UTF-8, and the place after it."""
    lead, low, six = np.uint64(data[at]), np.uint64(0x3F), np.uint64(6)
    if lead < np.uint64(0x80):
        return lead, at + np.uint64(1)
    second = np.uint64(data[at + np.uint64(1)]) & low
    if lead < np.uint64(0xE0):
        return (lead & np.uint64(0x1F)) << six | second, at + np.uint64(2)
    third = np.uint64(data[at + np.uint64(2)]) & low
    if lead < np.uint64(0xF0):
        return (lead & np.uint64(0x0F)) << np.uint64(12) | second << six | third, at + np.uint64(3)
    code = (lead & np.uint64(0x07)) << np.uint64(18) | second << np.uint64(12) | third << six
    return code | np.uint64(data[at + np.uint64(3)]) & low, at + np.uint64(4)


@kernel
def _cell(code: np.uint64, pages: U16, cells: U32) -> np.uint64:
    """The cell of a character in the alphabet's table."""
    return np.uint64(cells[np.uint64(pages[code >> np.uint64(8)]) << np.uint64(8) | code & np.uint64(255)])


@kernel
def _continues(data: TextBytes, at: np.uint64, stop: np.uint64, pages: U16, cells: U32) -> np.uint64:
    """Where a word split before ``at`` by a hyphen goes on, in lower case after one line end; else 0."""
    line_ends = 0
    while at < stop:
        code, after = _character(data, at)
        cell = _cell(code, pages, cells)
        kind = cell & KIND
        if kind == LINE_END:
            line_ends += 1
        elif kind == LETTER:
            return at if line_ends == 1 and cell & np.uint64(LOWER) else np.uint64(0)
        elif code not in (32, 9, 13):
            return np.uint64(0)
        at = after
    return np.uint64(0)


@kernel
def _noted(
    places: U8, far: U32, word: np.uint64, far_count: np.uint64, last: np.uint64, first: np.uint64, stop: np.uint64
) -> np.uint64:
    """Write the place of a word, by the characters where the word before stops and where it itself starts and stops.

    Returns how many numbers there are in ``far`` now.
    """
    gap, length = first - last + np.uint64(1), stop - first
    place = (length << np.uint64(3)) + gap
    if gap >> np.uint64(3) | (place + np.uint64(1)) >> np.uint64(8):  # too large, or FAR itself
        places[word] = FAR
        far[far_count] = gap
        far[far_count + np.uint64(1)] = length
        return far_count + np.uint64(2)
    places[word] = place
    return far_count


@kernel
def _begins(line_ends: int, after_stop: int, last_length: int, letter: np.uint8, after_gap: bool) -> int:
    """What a word begins: a block, a sentence or nothing, by what stands between it and the word before.

    A line end begins a block unless the text goes on in lower case, as where a line was only wrapped; an empty line
    always does. A stop ends a sentence unless the next word is small, or the last one is an initial, or it stands
    right before a digit. Without branches, which would often be foreseen wrongly.

    Args:
        line_ends: between the words.
        after_stop: 0 without a stop, 1 after one, more after one that ends a sentence anywhere.
        last_length: of the word before.
        letter: the first one of the word; of other letters than those of ASCII any of the same case.
        after_gap: whether what stands right before it is no stop.
    """
    large = (letter < 97) | (letter > 122)
    block = (line_ends > 1) | (line_ends > 0) & large
    inside_number = (letter <= 57) & (not after_gap)
    sentence = (after_stop > 1) | (after_stop > 0) & large & (last_length > 1) & (not inside_number)
    return int(BLOCK * block + SENTENCE * (sentence & (not block)))


@kernel
def _begun(
    blocks: U32, sentences: U32, block: np.uint64, sentence: np.uint64, word: np.uint64, begins: int
) -> tuple[np.uint64, np.uint64]:
    """Write a word behind those that begin blocks and sentences; returns how many of each there are now.

    What it does not begin is written all the same, and the next one over it.
    """
    blocks[block] = sentences[sentence] = word
    return block + np.uint64(begins == BLOCK), sentence + np.uint64(begins != 0)


@kernel
def _read(
    data: TextBytes, starts: I64, kinds: U8, pages: U16, cells: U32, several: U32, hashes: U32, blocks: U32,
    sentences: U32, places: U8, far: U32, ends: I64Rows,
) -> None:  # fmt: skip
    """Write the words of all texts, their places, and the words that begin blocks and sentences. One pass, O(bytes).

    Text i is ``data[starts[i]:starts[i + 1] - 1]``; a zero byte ends each text, 16 more the last, so that
    16 bytes can be read anywhere. ``kinds``, shape (256,), is the kind of each character of ASCII; ``ends``,
    shape (4, texts + 1), takes the bounds of each text's words, blocks, sentences and numbers in ``far``.

    A place in characters is one in bytes less the bytes that continue a character, ``extra``. Where several texts lie
    one after the other, such places count from no text's start: only differences of them are kept.
    """
    none, one, two, eight, full = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(8), np.uint64(64)
    marks = _letters(data)
    word, block, sentence, far_count, extra = none, none, none, none, none
    for text in range(len(starts) - 1):
        at, stop, first = np.uint64(starts[text]), np.uint64(starts[text + 1] - 1), word
        hash_, waiting, shift, length = START, none, none, 0  # the word at hand
        sign, signs = none, 0  # the last character of a run without spaces, and how many it has
        begun, sign_begun, last = none, none, at - extra  # where the word and ``sign`` begin; the last word's stop
        line_ends, after_stop, after_gap, last_length = 2, 0, True, 0  # what lies before the word to come
        while at < stop:
            # The hot path: letters and digits of ASCII, by the map of where they are.
            if kinds[data[at]] == LETTER and not signs:
                if length == 0:
                    begun = at - extra
                    if line_ends or after_stop:
                        begins = _begins(line_ends, after_stop, last_length, data[at], after_gap)
                        block, sentence = _begun(blocks, sentences, block, sentence, word - first, begins)
                        line_ends = after_stop = 0
                    # Whole words of up to 16 bytes, as long as nothing but ASCII is between them. Where the next one
                    # begins is known from the map alone, so that it need not wait for what is made of this one.
                    count, gap = _run(marks, at), begun - last + one
                    while count - one < two * eight and gap < eight:
                        end = at + count
                        following = _run(marks, end + one)
                        while (data[end] == 32) & (following - one < two * eight):  # five of six: just a space
                            hashes[word] = _short_word(data, at, count)
                            places[word] = (count << np.uint64(3)) + gap
                            word += one
                            at, count, gap = end + one, following, two
                            end = at + count
                            following = _run(marks, end + one)
                        if not ENDS >> kinds[data[end]] & one:
                            break
                        hashes[word] = _short_word(data, at, count)
                        places[word] = (count << np.uint64(3)) + gap
                        word += one
                        # The int of an unsigned number is unsigned, and with a signed one becomes a fraction.
                        last_length, last, at = int(np.int64(count)), end - extra, end
                        while at < stop and ENDS >> kinds[data[at]] & one:
                            line_ends += kinds[data[at]] == LINE_END
                            after_stop |= kinds[data[at]] == STOP
                            after_gap = kinds[data[at]] != STOP
                            at += one
                        count, gap = _run(marks, at), at - end + one
                        if count:
                            begins = _begins(line_ends, after_stop, last_length, data[at], after_gap)
                            block, sentence = _begun(blocks, sentences, block, sentence, word - first, begins)
                            line_ends = after_stop = 0
                    if count == none:
                        continue
                    begun = at - extra
                    last = begun + one - gap
                while True:
                    count = min(_run(marks, at), eight)
                    if count == none:
                        break
                    chunk = (load(data, at) | SPACES) & ALL >> (full - count * eight)
                    waiting |= chunk << shift
                    length += int(np.int64(count))
                    at += count
                    bits = shift + count * eight
                    if bits >= full:
                        hash_ = _mixed(hash_, waiting)
                        waiting = chunk >> (full - shift) if shift else none
                        bits -= full
                    shift = bits
                continue
            if ENDS >> kinds[data[at]] & one and not signs:  # the next most frequent: spaces and marks of ASCII
                if length:
                    hashes[word] = _finished(hash_, waiting, shift)
                    far_count = _noted(places, far, word, far_count, last, begun, at - extra)
                    last = at - extra
                    word += one
                    hash_, waiting, shift, last_length, length = START, none, none, length, 0
                line_ends += kinds[data[at]] == LINE_END
                after_stop = max(after_stop, int(kinds[data[at]] == STOP))
                after_gap = kinds[data[at]] != STOP
                at += one
                continue
            code, after = _character(data, at)
            cell = _cell(code, pages, cells)
            kind = cell & KIND
            here = at - extra
            extra += after - at - one
            at = after
            if kind == IGNORED:
                continue
            if kind in (HYPHEN, SOFT_HYPHEN):
                goes_on = _continues(data, at, stop, pages, cells) if length else none
                if goes_on:
                    for skipped in range(at, goes_on):
                        extra += np.uint64(data[skipped] & 0xC0 == 0x80)
                    at = goes_on
                if goes_on or kind == SOFT_HYPHEN:
                    continue
                kind = np.uint64(GAP)
            value = cell >> np.uint64(SHIFT)
            parts = np.uint64(several[value]) if cell & np.uint64(SEVERAL) else one
            for part in range(parts):
                letter = value
                if cell & np.uint64(SEVERAL):
                    letter = np.uint64(several[value + one + np.uint64(part)])
                    kind = _cell(letter, pages, cells) & KIND
                ended = here + one if part else here  # where a word that ends now stops
                if kind != SIGN and signs:  # a run without spaces ends; alone, its character is a word
                    if signs == 1:
                        hash_, waiting, shift = _pushed(START, none, none, sign)
                        hashes[word] = _finished(hash_, waiting, shift)
                        word += one
                        hash_, waiting, shift = START, none, none
                    far_count = _noted(places, far, word - one, far_count, last, begun, ended)
                    last = ended
                    signs, last_length, after_gap = 0, 2, False
                if kind != LETTER and length:  # a word ends
                    hashes[word] = _finished(hash_, waiting, shift)
                    far_count = _noted(places, far, word, far_count, last, begun, ended)
                    last = ended
                    word += one
                    hash_, waiting, shift, last_length, length = START, none, none, length, 0
                    after_gap = False
                if kind in (LETTER, SIGN):
                    if length == 0 and signs == 0:
                        begun = here
                        if line_ends or after_stop:
                            letter_like = np.uint8(97 if cell & np.uint64(LOWER) else 65)
                            begins = _begins(line_ends, after_stop, last_length, letter_like, True)
                            block, sentence = _begun(blocks, sentences, block, sentence, word - first, begins)
                            line_ends = after_stop = 0
                    if kind == LETTER:
                        hash_, waiting, shift = _pushed(hash_, waiting, shift, letter)
                        length += 1
                    else:
                        if signs > 1:  # the place of a pair waits for what comes: the last of a run reaches further
                            far_count = _noted(places, far, word - one, far_count, last, begun, sign_begun + one)
                            last, begun = sign_begun + one, sign_begun
                        if signs:
                            hash_, waiting, shift = _pushed(START, none, none, sign)
                            hash_, waiting, shift = _pushed(hash_, waiting, shift, letter)
                            hashes[word] = _finished(hash_, waiting, shift)
                            word += one
                            hash_, waiting, shift = START, none, none
                        sign, sign_begun = letter, here
                        signs += 1
                elif kind == LINE_END:
                    line_ends += 1
                    after_gap = True
                elif kind == STOP:
                    after_stop = max(after_stop, 1)
                    after_gap = False
                elif kind == WIDE_STOP:
                    after_stop = 2
                else:
                    after_gap = True
        if signs == 1:
            hash_, waiting, shift = _pushed(START, none, none, sign)
        if length or signs == 1:
            hashes[word] = _finished(hash_, waiting, shift)
            word += one
        if length or signs:
            far_count = _noted(places, far, word - one, far_count, last, begun, at - extra)
        ends[0, text + 1], ends[1, text + 1], ends[2, text + 1] = word, block, sentence
        ends[3, text + 1] = far_count
