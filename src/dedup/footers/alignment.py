"""Alignment: how much of a wording stands in a run of words, in order, and where.

A *point* is a word of the text that is what a part of the wording wants. A *chain* is points whose words and parts
both rise. It scores the weights of its parts, less ``FOREIGN`` for each word between two of its points for which the
wording has neither room nor a part of its own there. The best chain is the alignment.
"""

from dedup.columns import I32, U16, I32Rows, I64Rows
from dedup.footers.wordings import AGENCY, CLASS, FIRST_CLASS, ROOM, UNKNOWN, WEIGHT
from dedup.kernels import inlined, lean

FOREIGN = 4
"""Cost of a word that the wording does not have: a fifth of a strong word, so that a sentence may be padded, but two
words of a wording found at both ends of a long sentence are no match."""

WORD, STOP, PART, SCORE, BEFORE = range(5)
"""Columns of points: the word, the one after (an agency has several), the part, the best score of a chain that ends
here, and the point before this one in that chain, or -1."""

MOST_POINTS = 1 << 9


@inlined
def may_hold(seen: int, parts: I32Rows, first_part: int, count: int, spared: int) -> bool:
    """Whether words of such classes, as bit ``class & 63`` each, may hold all parts of a wording but some that weigh
    ``spared`` at most. Where they may not, no chain weighs enough. O(parts)."""
    for row in range(first_part, first_part + count):
        spared -= parts[row, WEIGHT] & ((seen >> (parts[row, CLASS] & 63) & 1) - 1)
    return spared >= 0


@lean
def align(
    classes: U16, traits: I32, first: int, stop: int, parts: I32Rows, first_part: int, count: int, holds: int,
    points: I64Rows,
) -> int:  # fmt: skip
    """The last point of the best chain within words ``first`` to ``stop - 1``; -1 if nothing fits.

    O(words * parts + points ** 2).

    Args:
        classes: of each word.
        traits: of each word: bit p set where it is what the part p < FIRST_CLASS wants; from bit 8 the words of the
            agency that begins here.
        first: word to begin with.
        stop: word to stop before.
        parts: of all wordings, as ``Tables`` has them.
        first_part: row of the first part of the wording.
        count: parts of the wording.
        holds: which classes these want, as ``Tables.wordings`` has it.
        points: room for points, shape (MOST_POINTS, 5); those after the last that fits are left out.
    """
    held, best = 0, -1
    for word in range(first, stop):
        class_, trait = classes[word], traits[word]
        if class_ == UNKNOWN or (trait == 0 and not holds >> (class_ & 63) & 1):
            continue
        for part in range(count):
            wanted = parts[first_part + part, CLASS]
            if wanted >= FIRST_CLASS:
                if wanted != class_:
                    continue
            elif not trait >> wanted & 1:
                continue
            if held == len(points):
                return best
            # The best chain that ends here; ties go to the nearest point.
            score, before = 0, -1
            room = part - 1 + parts[first_part + part, ROOM]
            for other in range(held - 1, -1, -1):
                its_part = points[other, PART]
                if its_part >= part or points[other, STOP] > word:
                    continue
                free = room - its_part - parts[first_part + its_part, ROOM]
                its_score = points[other, SCORE] - FOREIGN * max(0, word - points[other, STOP] - free)
                if its_score > score:
                    score, before = its_score, other
            points[held, WORD], points[held, PART], points[held, BEFORE] = word, part, before
            points[held, STOP] = word + (trait >> 8 & 0xFF if wanted == AGENCY else 1)
            points[held, SCORE] = score + parts[first_part + part, WEIGHT]
            if best < 0 or points[held, SCORE] > points[best, SCORE]:
                best = held
            held += 1
    return best
