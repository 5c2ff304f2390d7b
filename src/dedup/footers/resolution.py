"""Resolution: which of the places where wordings are found may be taken, and which words each of them gets.

The heavier match has its words first; what two of them want is cut from the lighter one. A short match is taken only
where its sentences are filled by it and the others beside it, one with a place of its own only there. Whoever falls
sets words free for others, so this goes on until nobody falls any more.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import I32, I64, U32, Bool, I32Rows, I64Rows, U64Rows
from dedup.footers.bits import first_in, put, room_for
from dedup.footers.matches import (
    CORE_FIRST,
    CORE_STOP,
    FIRST,
    FOUND_ARTICLE,
    FOUND_WEIGHT,
    FOUND_WORDING,
    LAST,
    MOST_TURNS,
    OWNED,
    SETS,
    STRONG_PARTS,
    begin,
    disown,
    let_hopeless_fall,
    stands,
    survey,
)
from dedup.footers.wordings import LONG, Tables
from dedup.kernels import lean
from dedup.text.words import Words

MIN_KEPT = 0.5
"""Share of its matched words, 0 to 1, that a lighter match must keep beside heavier ones."""


def resolve(words: Words, found: I32, asked: I64, banned: Bool, tables: Tables) -> tuple[I64, I64, I64]:
    """Which rows of ``found`` are taken, in order of article and word, and the first word and the one after the last
    of each.

    Args:
        words: of the batch.
        found: what ``search`` found, in order of article.
        asked: the rows to look at: all of some articles.
        banned: shape (found,), whether a row may not be taken.
        tables: of the catalogue.
    """
    longest = int(words.hashes.lengths.max(initial=0))
    owners, sets, taken = np.full(longest, -1, np.int64), room_for(SETS, longest), np.empty((3, len(asked)), np.int64)
    count = _resolve(
        found, asked.copy(), banned.copy(), words.hashes.lengths, words.sentences.values, words.sentences.starts,
        words.sentences.stops, words.blocks.values, words.blocks.starts, words.blocks.stops, tables.wordings, owners,
        sets, np.empty(len(asked), np.int64), taken,
    )  # fmt: skip
    return taken[0, :count], taken[1, :count], taken[2, :count]


@lean
def _resolve(
    found: I32Rows, asked: I64, fallen: Bool, lengths: I64, sentences: U32, sentence_starts: I64, sentence_stops: I64,
    blocks: U32, block_starts: I64, block_stops: I64, wordings: I64Rows, owners: I64, sets: U64Rows, keys: I64,
    taken: I64Rows,
) -> int:  # fmt: skip
    """Write the rows taken, their first words and the words after their last; returns how many.

    ``owners``, -1 for each word of the longest article, is left as it was; ``sets`` and ``keys`` are room.
    """
    count, start = 0, 0
    while start < len(asked):
        article, stop = np.int64(found[asked[start], FOUND_ARTICLE]), start
        while stop < len(asked) and found[asked[stop], FOUND_ARTICLE] == article:
            stop += 1
        rows, length = asked[start:stop], lengths[article]
        own_sentences = sentences[sentence_starts[article] : sentence_stops[article]]
        own_blocks = blocks[block_starts[article] : block_stops[article]]
        begin(sets, own_sentences, own_blocks, 0, length)
        let_hopeless_fall(found, rows, fallen, sets, wordings, length)
        rows = rows[: _by_weight(found, rows, keys[start:stop], fallen)]
        for turn in range(MOST_TURNS + 1):
            disown(sets, length)
            _assign(found, rows, fallen, owners, sets)
            survey(sets, length)
            if not _fell(found, rows, fallen, owners, sets, wordings):
                break
            if turn == MOST_TURNS - 1:
                _fell_all(found, rows, fallen)
        count = _take(found, rows, owners, sets, taken, count, length)
        for row in rows:
            owners[found[row, FIRST] : found[row, LAST]] = -1
        start = stop
    return count


@lean
def _by_weight(found: I32Rows, rows: I64, keys: I64, fallen: Bool) -> int:
    """Move up those of the rows that have not fallen, the heaviest first, of equal ones that of the earlier word;
    returns how many. ``keys`` is room. Shell's sort, as most articles have a few."""
    held = 0
    for row in rows:
        if not fallen[row]:
            keys[held] = -np.int64(found[row, FOUND_WEIGHT]) << 40 | np.int64(found[row, CORE_FIRST])
            rows[held] = row
            held += 1
    gap = 1
    while gap < held // 3:
        gap = 3 * gap + 1
    while gap:
        for place in range(gap, held):
            key, row, at = keys[place], rows[place], place
            while at >= gap and (keys[at - gap] > key or (keys[at - gap] == key and rows[at - gap] > row)):
                keys[at], rows[at] = keys[at - gap], rows[at - gap]
                at -= gap
            keys[at], rows[at] = key, row
        gap //= 3
    return held


@lean
def _assign(found: I32Rows, rows: I64, fallen: Bool, owners: I64, sets: U64Rows) -> None:
    """Give each word to one match: first what they match, the heaviest first, then slots and changes at the ends.

    A match of a single strong word does not break into the slot of a heavier one: "Image copyright Twitter" names no
    button. The owner of a word is the place of a row among ``rows``, which are in order of weight, or -1.
    """
    for row in rows:
        owners[found[row, FIRST] : found[row, LAST]] = -1
    for bare in (False, True):
        for place in range(len(rows)):
            row = rows[place]
            core_first, core_stop = found[row, CORE_FIRST], found[row, CORE_STOP]
            if fallen[row]:
                continue
            if bare == (found[row, STRONG_PARTS] <= 1):
                first, stop = _free_run(core_first, core_stop, owners)
                if stop - first >= MIN_KEPT * (core_stop - core_first):
                    owners[first:stop] = place
                    put(sets, OWNED, first, stop)
            if bare and owners[core_first] == place:
                word = core_first
                while word > found[row, FIRST] and owners[word - 1] == -1:
                    word -= 1
                    owners[word] = place
                put(sets, OWNED, word, core_first)
            if bare and owners[core_stop - 1] == place:
                word = core_stop
                while word < found[row, LAST] and owners[word] == -1:
                    owners[word] = place
                    word += 1
                put(sets, OWNED, core_stop, word)


@lean
def _free_run(first: int, stop: int, owners: I64) -> tuple[int, int]:
    """The longest run of words from first to stop - 1 that nobody has."""
    best_first, best_stop, begun = first, first, first
    for word in range(first, stop):
        if owners[word] != -1:
            begun = word + 1
        elif word + 1 - begun > best_stop - best_first:
            best_first, best_stop = begun, word + 1
    return best_first, best_stop


@lean
def _fell(found: I32Rows, rows: I64, fallen: Bool, owners: I64, sets: U64Rows, wordings: I64Rows) -> bool:
    """Let those fall that may not have the words they were given; returns whether any did."""
    any_fell = False
    for place in range(len(rows)):
        row = rows[place]
        if fallen[row]:
            continue
        first, stop = _run(found[row, FIRST], found[row, LAST], place, owners)
        if first < stop and not stands(
            found[row, STRONG_PARTS], found[row, FOUND_WORDING], first, stop, sets, wordings
        ):
            fallen[row] = any_fell = True
    return any_fell


@lean
def _run(first: int, stop: int, place: int, owners: I64) -> tuple[int, int]:
    """The run of words within first to stop - 1 that one has."""
    while first < stop and owners[first] != place:
        first += 1
    while stop > first and owners[stop - 1] != place:
        stop -= 1
    return first, stop


@lean
def _fell_all(found: I32Rows, rows: I64, fallen: Bool) -> None:
    """Let all fall that depend on others."""
    for row in rows:
        fallen[row] |= found[row, STRONG_PARTS] < LONG


@lean
def _take(found: I32Rows, rows: I64, owners: I64, sets: U64Rows, taken: I64Rows, count: int, length: int) -> int:
    """Write what each match has, in order of words."""
    word = first_in(sets, OWNED, 0, length, False)
    while word < length:
        place = owners[word]
        taken[0, count], taken[1, count] = rows[place], word
        while word < length and owners[word] == place:
            word += 1
        taken[2, count] = word
        count += 1
        word = first_in(sets, OWNED, word, length, False)
    return count
