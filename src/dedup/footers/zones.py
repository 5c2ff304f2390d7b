"""Zones: the parts of articles in which wordings of a catalogue are looked for, each by itself.

A wording lies within a block, or in several that a pair of its parts joins: a notice may be wrapped, a menu has a
line for each link. So what is found in a zone depends on its words alone, and need not be found again where it stands
in other articles; and what a site says below each story is most of what there is to find.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import I32, I64, U16, U32, U64, Column, column, ranges
from dedup.footers.tokens import Tokens, place
from dedup.footers.wordings import FIRST_CLASS, NEAR_WORDS, WITHIN, Tables
from dedup.kernels import inlined, lean
from dedup.text.words import Words

ARTICLE, FIRST_WORD, STOP_WORD, FIRST_BLOCK, STOP_BLOCK, FIRST_SENTENCE, STOP_SENTENCE, FIRST_TOKEN, STOP_TOKEN = (
    range(9)
)
"""Columns of zones: the article; the first word and the one after the last, counted from its first; the rows that its
blocks, its sentences and its tokens have in the columns of the batch, from and to."""

MIXER = 0x9E3779B97F4A7C15
"""Odd multiplier of a digest (splitmix64)."""


def zones_of(words: Words, tokens: Tokens, tables: Tables) -> tuple[I64, U64]:
    """The zones of a batch that have tokens, in order, shape (zones, 9), and a digest of the words of each.

    Of 64 bits: among a million zones two share one by chance once in 40 million collections. O(words).
    """
    room = int(words.blocks.lengths.sum())
    rows, digests = np.empty((room, STOP_TOKEN + 1), np.int64), np.empty(room, np.uint64)
    count = _zones(
        words.hashes.values, words.hashes.starts, words.hashes.stops, words.blocks.values, words.blocks.starts,
        words.blocks.stops, words.sentences.values, words.sentences.starts, words.sentences.stops, tokens.words,
        tokens.bounds, tokens.classes, tables, rows, digests,
    )  # fmt: skip
    return rows[:count], digests[:count]


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
    hashes: U32, starts: I64, stops: I64, blocks: U32, block_starts: I64, block_stops: I64, sentences: U32,
    sentence_starts: I64, sentence_stops: I64, tokens: I32, bounds: I64, classes: U16, t: Tables, rows: I64,
    digests: U64,
) -> int:  # fmt: skip
    """Write the zones that have tokens; returns how many."""
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
                joined = first_token < token < last_token and _joined(
                    tokens, first_token, token, last_token, classes, t
                )
            while sentence < last_sentence and sentences[sentence] < stop:
                sentence += 1
            if token > first_token:
                row = rows[count]
                row[ARTICLE], row[FIRST_WORD], row[STOP_WORD] = article, first, stop
                row[FIRST_BLOCK], row[STOP_BLOCK] = first_block, block
                row[FIRST_SENTENCE], row[STOP_SENTENCE] = first_sentence, sentence
                row[FIRST_TOKEN], row[STOP_TOKEN] = first_token, token
                digests[count] = _digest(hashes[start + first : start + stop])
                count += 1
    return count


@inlined
def _joined(tokens: I32, first: int, middle: int, stop: int, classes: U16, t: Tables) -> bool:
    """Whether one of the tokens ``first`` to ``middle - 1`` and one of those from ``middle`` on are a pair."""
    for right in range(middle, stop):
        if tokens[right] - tokens[middle - 1] > NEAR_WORDS:
            return False
        for left in range(middle - 1, first - 1, -1):
            apart = tokens[right] - tokens[left]
            if apart > NEAR_WORDS:
                break
            if _are_pair(np.int64(classes[tokens[left]]), np.int64(classes[tokens[right]]), apart, t):
                return True
    return False


@lean
def _are_pair(left: int, right: int, apart: int, t: Tables) -> bool:
    """Whether words of such classes are a pair of any wording. Numbers stand at the ends of all kinds of lines, so
    that a pair that has one joins nothing."""
    if left < FIRST_CLASS or right < FIRST_CLASS or not t.follows[right] >> np.uint64(left & 63) & np.uint64(1):
        return False
    at = place(np.uint32(left << 16 | right), t.pair_keys, np.uint64(t.pair_shift))
    for lead in range(t.pair_leads[at, 0], t.pair_leads[at, 1]):  # noqa: SIM110 - numba compiles loops
        if apart <= t.leads[lead, WITHIN]:
            return True
    return False


@inlined
def _digest(words: U32) -> int:
    """Of words in order. Two sums at once, so that one multiplication need not wait for the other."""
    even, odd, multiplier = np.uint64(len(words)), np.uint64(1), np.uint64(MIXER)
    for at in range(0, len(words) - 1, 2):
        even = (even ^ np.uint64(words[at])) * multiplier
        even ^= even >> np.uint64(32)
        odd = (odd ^ np.uint64(words[at + 1])) * multiplier
        odd ^= odd >> np.uint64(29)
    if len(words) & 1:
        even = (even ^ np.uint64(words[-1])) * multiplier
        even ^= even >> np.uint64(32)
    mixed = (even ^ (odd >> np.uint64(31) | odd << np.uint64(33))) * multiplier
    return mixed ^ mixed >> np.uint64(32)
