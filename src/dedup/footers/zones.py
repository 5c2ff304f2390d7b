"""Zones: the parts of articles in which wordings of a catalogue are looked for, each by itself.

A wording lies within a block, or in several that a pair of its parts joins: a notice may be wrapped, a menu has a
line for each link. So what is found in a zone depends on its characters alone, and need not be found again where it
stands in other articles; and what a site says below each story is most of what there is to find.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import I32, I64, U8, U16, U32, U64, Column, I64Rows, TextBytes, column, ranges
from dedup.footers.tokens import Tokens, place, words_in
from dedup.footers.wordings import AGENCY, FIRST_CLASS, NEAR_WORDS, Tables
from dedup.kernels import inlined, lean
from dedup.text.places import decode
from dedup.text.words import Words
from dedup.text.written import Written, after_characters, before_characters, digest

(
    ARTICLE, FIRST_WORD, STOP_WORD, FIRST_BLOCK, STOP_BLOCK, FIRST_SENTENCE, STOP_SENTENCE, FIRST_TOKEN, STOP_TOKEN,
    BEGIN, END,
) = range(11)  # fmt: skip
"""Columns of zones: the article; the first word and the one after the last, counted from its first; the rows that its
blocks, its sentences and its tokens have in the columns of the batch, from and to; the first character of the zone
and the one after the last. The characters are those from the start of the first word's line to the end of the last
one's, but none of the words beside them."""

LINE_END = ord("\n")


def zones_of(words: Words, written: Written, tokens: Tokens, tables: Tables) -> tuple[I64, U64]:
    """The zones of a batch that have tokens, in order, shape (zones, 11), and a digest of the characters of each.

    Of 63 bits: that two of a hundred thousand zones have the same one is less likely than one in a thousand million.
    O(words + bytes).
    """
    room = int(words.blocks.lengths.sum())
    rows, longest = np.empty((room, END + 1), np.int64), int(words.hashes.lengths.max(initial=0))
    count = _zones(
        words.hashes.starts, words.hashes.stops, words.blocks.values, words.blocks.starts, words.blocks.stops,
        words.sentences.values, words.sentences.starts, words.sentences.stops, tokens.words, tokens.bounds,
        tokens.classes, tokens.traits, tables, rows,
    )  # fmt: skip
    rows, digests, places = rows[:count], np.empty(count, np.uint64), np.empty((2, longest), np.uint32)
    _cut(
        rows, words.places.values, words.places.starts, words.places.stops, words.far.values, words.far.starts,
        written.data, written.starts, places[0], places[1], digests,
    )  # fmt: skip
    return rows, digests


def as_articles(words: Words, rows: I64) -> Words:
    """The words of zones as if each were an article: blocks and sentences count from its first word. The places of
    words that are ``FAR`` are not known."""
    articles, firsts, stops = rows[:, : STOP_WORD + 1].T
    starts = words.hashes.starts[articles]
    hashes = Column(words.hashes.values, starts + firsts, starts + stops)
    starts = words.places.starts[articles]
    return Words(
        hashes,
        _from(words.blocks, firsts, rows[:, FIRST_BLOCK], rows[:, STOP_BLOCK]),
        _from(words.sentences, firsts, rows[:, FIRST_SENTENCE], rows[:, STOP_SENTENCE]),
        Column(words.places.values, starts + firsts, starts + stops),
        Column(words.far.values, np.zeros_like(firsts), np.zeros_like(firsts)),
    )


def _from(begins: Column[np.uint32], firsts: I64, starts: I64, stops: I64) -> Column[np.uint32]:
    """What begins in zones, counted from their first words."""
    lengths = stops - starts
    values = begins.values[ranges(starts, lengths)] - np.repeat(firsts, lengths).astype(np.uint32)
    return column(values, np.concatenate([[0], np.cumsum(lengths)]))


@lean
def _zones(
    starts: I64, stops: I64, blocks: U32, block_starts: I64, block_stops: I64, sentences: U32, sentence_starts: I64,
    sentence_stops: I64, tokens: I32, bounds: I64, classes: U16, traits: I32, t: Tables, rows: I64Rows,
) -> int:  # fmt: skip
    """Write the zones that have tokens, less their characters; returns how many. O(blocks + sentences + tokens)."""
    count = 0
    for article in range(len(starts)):
        start, length = starts[article], stops[article] - starts[article]
        block, last_block = block_starts[article], block_stops[article]
        sentence, last_sentence = sentence_starts[article], sentence_stops[article]
        token, last_token = bounds[article], bounds[article + 1]
        while token < last_token:
            first_block, first_sentence, first_token = block, sentence, token
            first, joined = np.int64(blocks[block]), True
            stop = first
            while joined:
                block += 1
                stop = np.int64(blocks[block]) if block < last_block else length
                while token < last_token and tokens[token] < start + stop:
                    token += 1
                joined = (
                    first_token < token
                    and stop < length
                    and _joined(tokens, first_token, token, last_token, start + stop, classes, traits, t)
                )
            while sentence < last_sentence and sentences[sentence] < stop:
                sentence += 1
            if token > first_token:
                row = rows[count]
                row[ARTICLE], row[FIRST_WORD], row[STOP_WORD] = article, first, stop
                row[FIRST_BLOCK], row[STOP_BLOCK] = first_block, block
                row[FIRST_SENTENCE], row[STOP_SENTENCE] = first_sentence, sentence
                row[FIRST_TOKEN], row[STOP_TOKEN] = first_token, token
                count += 1
    return count


@lean
def _joined(tokens: I32, first: int, middle: int, stop: int, edge: int, classes: U16, traits: I32, t: Tables) -> bool:
    """Whether one of the tokens ``first`` to ``middle - 1`` reaches over the word at ``edge``, where those from
    ``middle`` on begin, or is a pair with one of these."""
    for left in range(middle - 1, first - 1, -1):
        if edge - tokens[left] > NEAR_WORDS:
            break
        if traits[tokens[left]] >> AGENCY & 1 and tokens[left] + words_in(AGENCY, traits[tokens[left]]) > edge:
            return True
    for right in range(middle, stop):
        if tokens[right] - tokens[middle - 1] > NEAR_WORDS:
            break
        for left in range(middle - 1, first - 1, -1):
            if tokens[right] - tokens[left] > NEAR_WORDS:
                break
            if _are_pair(np.int64(classes[tokens[left]]), np.int64(classes[tokens[right]]), t):
                return True
    return False


@inlined
def _are_pair(left: int, right: int, t: Tables) -> bool:
    """Whether words of such classes are a pair of any wording. Numbers stand at the ends of all kinds of lines, so
    that a pair that has one joins nothing."""
    if left < FIRST_CLASS or right < FIRST_CLASS or not t.follows[right] >> np.uint64(left & 63) & np.uint64(1):
        return False
    at = place(np.uint32(left << 16 | right), t.pair_keys, np.uint64(t.pair_shift))
    return bool(t.pair_leads[at, 0] < t.pair_leads[at, 1])


@lean
def _cut(
    rows: I64Rows, places: U8, place_starts: I64, place_stops: I64, far: U32, far_starts: I64, data: TextBytes,
    text_starts: I64, word_begin: U32, word_end: U32, digests: U64,
) -> None:  # fmt: skip
    """Write the characters that zones have from and to, and their digests. O(words + bytes).

    ``word_begin`` and ``word_end`` are room for the words of the longest article.
    """
    article, at, character = -1, 0, 0  # a place in the text, in bytes and in characters
    for zone in range(len(rows)):
        row = rows[zone]
        if row[ARTICLE] != article:
            article = row[ARTICLE]
            words = places[place_starts[article] : place_stops[article]]
            decode(words, far[far_starts[article] :], word_begin, word_end)
            length, at, character = len(words), text_starts[article], 0
        first, stop = row[FIRST_WORD], row[STOP_WORD]
        floor = np.int64(word_end[first - 1]) if first else 0
        at = after_characters(data, at, np.int64(word_begin[first]) - character)
        begin, more = before_characters(data, at, np.int64(word_begin[first]) - floor, LINE_END)
        row[BEGIN] = word_begin[first] - more
        at = after_characters(data, at, np.int64(word_end[stop - 1]) - np.int64(word_begin[first]))
        character = row[END] = np.int64(word_end[stop - 1])
        roof = text_starts[article + 1] - 1
        if stop < length:
            roof = after_characters(data, at, np.int64(word_begin[stop]) - character)
        end = at
        while end < roof and data[end] != LINE_END:
            row[END] += data[end] & 0xC0 != 0x80
            end += 1
        digests[zone] = digest(data, begin, end)
