"""Topic: whether a part of an article tells of what the rest of it tells of, though they share no words in a row."""

import numpy as np

from dedup.columns import F64, I32, U32, Bool
from dedup.comparison.rewrite import Texts
from dedup.comparison.verbatim import verbatim
from dedup.text.anchors import anchors
from dedup.text.shingles import fill, roll, workspace


def topic_share(texts: Texts, pairs: I32, size: int) -> F64:
    """The share of a part's distinct anchors that stand also outside of it in the article that holds it.

    Args:
        texts: all articles.
        pairs: shape (pairs, 2), each the number of an article and of one that holds it.
        size: words in a shingle; what both have in runs of so many words is the part.

    Returns shares, 0 to 1, shape (pairs,). Measured: for the first 60 (120, 250) words of an article and what follows
    .44 (.34, .24) in the middle; where others follow, .17 (.12, .09) for 5 in 100. Some 30 ns per word of both.
    """
    found = np.zeros(len(pairs))
    for row, (part, whole) in enumerate(pairs.tolist()):
        covered = _covered(texts.words[whole], texts.words[part], size)
        mine, rest = _stems(texts, part), _stems(texts, whole, covered)
        found[row] = len(np.intersect1d(mine, rest, assume_unique=True)) / len(mine) if len(mine) else 0.0
    return found


def _covered(whole: U32, part: U32, size: int) -> Bool:
    """Which words of an article stand in shingles that the part has, too."""
    scratch, table, marks = workspace(max(len(whole), len(part)))
    covered = np.zeros(len(whole), np.bool_)
    filled = roll(part, 0, len(part), size, scratch)
    fill(scratch, filled, table, marks, 1)
    count = roll(whole, 0, len(whole), size, scratch)
    verbatim(scratch, count, filled, table, marks, 1, size, size, covered)
    return covered


def _stems(texts: Texts, article: int, without: Bool | None = None) -> U32:
    """The distinct anchors of an article, ascending; only those of words that are not left out."""
    words = texts.words[article]
    stems, places = np.empty(len(words) + 1, np.uint32), np.empty(len(words) + 1, np.int32)
    count = anchors(words, 0, len(words), texts.rare, stems, places)
    kept = stems[:count] if without is None else stems[:count][~without[places[:count]]]
    return np.unique(kept)
