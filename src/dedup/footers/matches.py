"""Matches: what is known of each place where a wording is found, and whether it may stand there.

A match in a place of its own must have it; a short one must fill its sentences, together with the others beside it.
"""

# mypy: disable-error-code="arg-type"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import I64, U32, Bool, I32Rows, I64Rows, U64Rows
from dedup.footers.bits import count, first_in, holds, last_in, put, put_each
from dedup.footers.wordings import LONG, MIN_FILLED, PLACE, VOUCHED
from dedup.kernels import inlined, lean

ANYWHERE, LINE, START, END = range(4)
"""The order of ``PLACES``."""

MOST_TURNS = 32
"""Rounds in which matches fall; usual are two. Made-up texts could need one for each match."""

FOUND_ARTICLE, FOUND_WORDING, CORE_FIRST, CORE_STOP, FIRST, LAST, FOUND_WEIGHT, STRONG_PARTS = range(8)
"""Columns of what is found: the article; the wording; the first word that it matches and the one after the last; the
same with the slots and changed words at its ends; its weight; how many strong parts matched."""

WIDTH = 8

SENTENCES, BLOCKS, OWNED, FILLED, FULL, LED, FOLLOWED = range(7)
"""Sets of words of an article: those that begin a sentence or block; those of any match; those of sentences of which
matches own ``MIN_FILLED``; those of blocks that they own whole; those before which, or behind which, they own all of
the block."""

SETS = 7


@lean
def begin(sets: U64Rows, sentences: U32, blocks: U32, base: int, length: int) -> None:
    """Note where the sentences and blocks of a zone begin that starts at word ``base``. O(sentences + blocks)."""
    sets[: BLOCKS + 1, : length // 64 + 1] = 0
    put_each(sets, SENTENCES, sentences, base)
    put_each(sets, BLOCKS, blocks, base)


@lean
def disown(sets: U64Rows, length: int) -> None:
    """Let no match own any word. O(words / 64)."""
    sets[OWNED:, : length // 64 + 1] = 0


@lean
def survey(sets: U64Rows, length: int) -> None:
    """Tell from the words that are owned the sentences that are filled and what is owned of blocks.

    O(words / 64 + sentences and blocks that own any).
    """
    word = first_in(sets, OWNED, 0, length, False)
    while word < length:
        first, stop = last_in(sets, SENTENCES, -1, word, False), first_in(sets, SENTENCES, word + 1, length, False)
        if count(sets, OWNED, first, stop) >= MIN_FILLED * (stop - first):
            put(sets, FILLED, first, stop)
        word = first_in(sets, OWNED, stop, length, False)
    word = first_in(sets, OWNED, 0, length, False)
    while word < length:
        first, stop = last_in(sets, BLOCKS, -1, word, False), first_in(sets, BLOCKS, word + 1, length, False)
        gap = first_in(sets, OWNED, first, stop, True)
        put(sets, LED, first, min(gap + 1, stop))
        if gap == stop:
            put(sets, FULL, first, stop)
            put(sets, FOLLOWED, first, stop)
        else:
            put(sets, FOLLOWED, last_in(sets, OWNED, gap, stop - 1, True), stop)
        word = first_in(sets, OWNED, stop, length, False)


@inlined
def stands(strong: int, wording: int, first: int, stop: int, sets: U64Rows, wordings: I64Rows) -> bool:
    """Whether words first to stop - 1 may be a match of so many strong parts of a wording, after a ``survey``."""
    place = wordings[wording, PLACE]
    if place == LINE and not holds(sets, FULL, first, stop):
        return False
    if place == START and not holds(sets, LED, first, first + 1):
        return False
    if place == END and not holds(sets, FOLLOWED, stop - 1, stop):
        return False
    return bool(strong >= LONG or wordings[wording, VOUCHED] or holds(sets, FILLED, first, stop))


@lean
def let_hopeless_fall(found: I32Rows, rows: I64, fallen: Bool, sets: U64Rows, wordings: I64Rows, length: int) -> None:
    """Mark the matches of one article that could not stand even if all the others did, until there is none.

    Which of them has the words that several want does not matter here, so nobody falls for the sake of one that
    falls itself.
    """
    more, turn = True, 0
    while more and turn < MOST_TURNS:
        more, turn = False, turn + 1
        disown(sets, length)
        for row in rows:
            if not fallen[row]:
                put(sets, OWNED, np.int64(found[row, FIRST]), np.int64(found[row, LAST]))
        survey(sets, length)
        for row in rows:
            if not fallen[row] and not stands(
                found[row, STRONG_PARTS],
                found[row, FOUND_WORDING],
                np.int64(found[row, FIRST]),
                np.int64(found[row, LAST]),
                sets,
                wordings,
            ):
                fallen[row] = more = True
