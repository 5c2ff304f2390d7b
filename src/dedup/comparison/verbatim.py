"""Verbatim passages: which words of an article stand word for word, in long runs, in another one."""

import numpy as np

from dedup.columns import I64, U64, Bool
from dedup.kernels import kernel
from dedup.text.shingles import table_size


@kernel
def verbatim(
    shingles: U64, count: int, filled: int, table: U64, marks: I64, mark: int, size: int, least: int, covered: Bool
) -> int:
    """Mark the words of an article that stand in runs of ``least`` or more whose shingles the other article has.

    Args:
        shingles: those of the article, in order, as ``roll`` gives them; ``count`` of them.
        filled: of how many shingles ``fill`` made the other's ``table`` with ``mark``.
        size: words in a shingle.
        covered: one for each word of the article; all are written.

    Returns how many words are not covered. O(words).
    """
    slots = np.uint64(table_size(filled) - 1)
    words = count + size - 1 if count > 0 else 0
    covered[:words] = False
    begin, rest = -1, words
    for i in range(count + 1):
        held = False
        if i < count:
            slot = shingles[i] & slots
            while marks[slot] >= mark and table[slot] != shingles[i]:
                slot = (slot + np.uint64(1)) & slots
            held = marks[slot] >= mark
        if held and begin < 0:
            begin = i
        elif not held and begin >= 0:
            stop = i + size - 1
            if stop - begin >= least:
                for word in range(begin, stop):
                    rest -= not covered[word]
                    covered[word] = True
            begin = -1
    return rest
