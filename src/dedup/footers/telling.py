"""The kind of a learned footer, where its words tell it.

Its words are held against those of the catalogue's wordings: a word tells the kinds whose wordings use it, the more
so the fewer kinds do.
"""

from collections import defaultdict
from functools import lru_cache

import numpy as np

from dedup.columns import U32
from dedup.footers.catalogue import SLOT, Catalogue
from dedup.settings import Settings
from dedup.text.words import words_of

MIN_TOLD = 0.3
"""Share of a footer's words, 0 to 1, that must speak for a kind; menus and headlines of a site stay below."""

UNTOLD = "template"


def kind_told(words: U32, lines: int, catalogue: Catalogue | None, settings: Settings) -> str:
    """The kind of a footer of these words in so many lines: ``template`` if nothing tells."""
    if len(words) <= settings.max_line_words * lines and lines >= settings.min_lines:
        return "navigation"
    telling = _telling(catalogue) if catalogue else {}
    votes: defaultdict[str, float] = defaultdict(float)
    for word in np.unique(words).tolist():
        for kind, worth in telling.get(word, {}).items():
            votes[kind] += worth
    kind = max(sorted(votes), key=votes.__getitem__, default=UNTOLD)
    return kind if votes[kind] >= MIN_TOLD * len(np.unique(words)) else UNTOLD


@lru_cache(maxsize=4)
def _telling(catalogue: Catalogue) -> dict[int, dict[str, float]]:
    """For each word of the wordings that is not weak how much it says for each kind; together at most 1."""
    weak = set(_hashes([" ".join(words) for _, words in catalogue.weak]))
    held: defaultdict[int, set[str]] = defaultdict(set)
    for entry in catalogue.entries:
        for word in set(_hashes([SLOT.sub(" ", wording) for wording in entry.wordings])) - weak:
            held[word].add(entry.kind)
    return {word: dict.fromkeys(sorted(kinds), 1 / len(kinds) ** 2) for word, kinds in held.items()}


def _hashes(texts: list[str]) -> list[int]:
    return words_of(texts).hashes.values.tolist() if texts else []
