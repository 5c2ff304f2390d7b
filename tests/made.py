"""Columns made of plain lists, for tests of what works on columns."""

from collections.abc import Callable, Iterable
from itertools import chain, pairwise

import numpy as np

from dedup.columns import Column, column
from dedup.comparison.rewrite import Texts
from dedup.memory import Memory
from dedup.parts import Out, Spread
from dedup.text.stems import Rare, Stems
from dedup.text.words import Joining, Words, words_of


def columns(words: list[list[int]]) -> Column[np.uint32]:
    """A column with one run of word hashes per article."""
    values = np.array(list(chain.from_iterable(words)), np.uint32)
    return column(values, np.cumsum([0, *map(len, words)]))


def lists(runs: Column[np.uint32]) -> list[list[int]]:
    """The runs of a column."""
    return [runs[i].tolist() for i in range(len(runs))]


def in_parts(parts: int) -> Spread:
    """A way to share work out over so many parts, or fewer where there is less to do, one after the other."""

    def spread(function: Callable[[int, int], Out], count: int, /) -> list[Out]:
        some = max(1, min(parts, count))
        bounds = [count * i // some for i in range(some + 1)]
        return [function(*part) for part in pairwise(bounds)]

    return spread


RARE = 1000
"""Word hashes from which a word is rare; each two of them, such as 1000 and 1001, have one stem."""


def stem(word: int) -> int:
    """The stem of a rare word; 0 of a common one."""
    return word // 2 * 2 if word >= RARE else 0


def rare(words: Iterable[int]) -> Rare:
    """The stems of those of the words that are rare."""
    stems = Stems()
    stems.add(np.array([word << 32 | (stem(word) or 1) for word in sorted(set(words)) if word], np.uint64))
    return stems.rare(np.array([1], np.uint32))


def texts(articles: list[list[list[int]]]) -> Texts:
    """Articles as lists of sentences, these as lists of word hashes."""
    sentences = [[len(one) for one in article if one] for article in articles]
    firsts = [np.cumsum([0, *lengths])[: len(lengths)].tolist() for lengths in sentences]
    words = [list(chain.from_iterable(article)) for article in articles]
    return Texts(columns(words), columns(firsts), rare(chain.from_iterable(words)))


def joined_in_parts(texts: list[str], size: int) -> Words:
    """The words of texts, put together from parts of so many."""
    joining = Joining(Memory())
    for at in range(0, len(texts), size):
        joining.append(words_of(texts[at : at + size]))
    return joining.joined()
