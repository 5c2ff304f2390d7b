"""Anchors: the words of a text whose stems are rare in its language. They are what a rewriting cannot replace: names,
numbers, the things that a story is about, in the order in which it tells of them.
"""

import numpy as np

from dedup.columns import I32, U32, U64
from dedup.kernels import kernel
from dedup.text.stems import stem_of


@kernel
def anchors(words: U32, start: int, stop: int, table: U64, stems: U32, places: I32) -> int:
    """Write the stem and the place of each anchor of ``words[start:stop]``, and return how many there are. O(words).

    ``table`` is that of ``Stems.rare``; places count from ``start``. ``stems`` and ``places`` have room for all
    words.
    """
    count = 0
    for i in range(start, stop):
        stem = stem_of(words[i], table)
        if stem != 0:
            stems[count] = stem
            places[count] = np.int32(i - start)
            count += 1
    return count
