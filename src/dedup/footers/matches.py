"""Matches: what is known of each place where a wording is found, and whether it may stand there.

A match in a place of its own must have it; a short one must fill its sentences, together with the others beside it.
"""

from dedup.columns import I32, I64, U32, Bool
from dedup.footers.wordings import LONG, MAX_MARKERS, MIN_FILLED, PLACE, VOUCHED
from dedup.kernels import kernel

ANYWHERE, LINE, START, END = range(4)
"""The order of ``PLACES``."""

MOST_TURNS = 32
"""Rounds in which matches fall; usual are two. Made-up texts could need one for each match."""

FOUND_ARTICLE, FOUND_WORDING, CORE_FIRST, CORE_STOP, FIRST, LAST, FOUND_WEIGHT, STRONG_PARTS, FOUND_MARKERS = range(9)
"""Columns of what is found: the article; the wording; the first word that it matches and the one after the last; the
same with the slots and changed words at its ends; its weight; how many strong parts matched; then for each marker
``MARKER``: the slot that gives it, its first word and the one after the last, and the number of the agency."""

MARKER = 4
WIDTH = FOUND_MARKERS + MARKER * MAX_MARKERS


@kernel
def bounds(starts: U32, word: int, length: int) -> tuple[int, int]:
    """The first word of the sentence or block that a word stands in, and the one after its last. O(log of these)."""
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        if starts[middle] <= word:
            low = middle
        else:
            high = middle
    return int(starts[low]), int(starts[low + 1]) if low + 1 < len(starts) else length


@kernel
def filled(starts: U32, first: int, stop: int, covered: I64, share: float, length: int) -> bool:
    """Whether of each block or sentence that the words first to stop - 1 touch such a share is covered."""
    at = first
    while at < stop:
        begin, end = bounds(starts, at, length)
        if covered[end] - covered[begin] < share * (end - begin):
            return False
        at = end
    return True


@kernel
def stands(
    strong: int,
    wording: int,
    first: int,
    stop: int,
    owned: I64,
    sentences: U32,
    blocks: U32,
    wordings: I64,
    length: int,
) -> bool:
    """Whether words first to stop - 1 may be a match of so many strong parts of a wording.

    ``owned``, shape (words + 1,), counts the words up to each that are of any match.
    """
    place = wordings[wording, PLACE]
    if place == LINE and not filled(blocks, first, stop, owned, 1.0, length):
        return False
    if place == START and not _all(bounds(blocks, first, length)[0], first, owned):
        return False
    if place == END and not _all(stop, bounds(blocks, stop - 1, length)[1], owned):
        return False
    free = strong >= LONG or wordings[wording, VOUCHED]
    return free or filled(sentences, first, stop, owned, MIN_FILLED, length)


@kernel
def _all(first: int, stop: int, owned: I64) -> bool:
    return bool(owned[stop] - owned[first] == stop - first)


@kernel
def count_up(changes: I64 | I32, length: int) -> None:
    """Turn changes into a count: write for each word how many of the words before it are in any span.

    ``changes``, shape (words + 1,), holds how many spans begin at each word, less how many ended just before it.
    O(words).
    """
    depth, within = 0, 0
    for word in range(length):
        depth += changes[word]
        changes[word] = within
        within += depth > 0
    changes[length] = within


@kernel
def let_hopeless_fall(
    found: I64, rows: I64, fallen: Bool, owned: I64, sentences: U32, blocks: U32, wordings: I64, length: int
) -> None:
    """Mark the matches of one article that could not stand even if all the others did, until there is none.

    Which of them has the words that several want does not matter here, so nobody falls for the sake of one that
    falls itself. ``owned``, shape (words + 1,), is room.
    """
    more, turn = True, 0
    while more and turn < MOST_TURNS:
        more, turn = False, turn + 1
        owned[: length + 1] = 0
        for row in rows:
            if not fallen[row]:
                owned[found[row, FIRST]] += 1
                owned[found[row, LAST]] -= 1
        count_up(owned, length)
        for row in rows:
            if not fallen[row] and not stands(
                found[row, STRONG_PARTS], found[row, FOUND_WORDING], found[row, FIRST], found[row, LAST], owned,
                sentences, blocks, wordings, length,
            ):  # fmt: skip
                fallen[row] = more = True
