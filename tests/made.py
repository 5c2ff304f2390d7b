"""Columns made of plain lists, for tests of what works on columns."""

from itertools import chain

import numpy as np

from dedup.columns import Column, column


def columns(words: list[list[int]]) -> Column[np.uint32]:
    """A column with one run of word hashes per article."""
    values = np.array(list(chain.from_iterable(words)), np.uint32)
    return column(values, np.cumsum([0, *map(len, words)]))
