"""Questions about single articles: what do these two share, and which of those is this one a copy of."""

from collections.abc import Iterable

import numpy as np

from dedup.model import Article, Comparison, Match, Relation
from dedup.settings import Settings
from dedup.steps import comparisons
from dedup.text.words import words_of


def compare(left: str | Article, right: str | Article, *, settings: Settings | None = None) -> Comparison:
    """The relation of two texts, and the measures that it rests on.

    The same decision as in a scan, without the question whether the scan would have looked at the pair.
    """
    words = words_of([_text(left), _text(right)]).hashes
    return comparisons(words, np.array([[0, 1]], np.int32), settings or Settings())[0]


def query(article: str | Article, known: Iterable[Article], *, settings: Settings | None = None) -> list[Match]:
    """The known articles that one is a copy of, the closest first, ties in order of id.

    Compares with each of them exactly: some 60 microseconds per known article of 600 words.
    """
    candidates = list(known)
    words = words_of([_text(article), *(other.text for other in candidates)]).hashes
    pairs = np.zeros((len(candidates), 2), np.int32)
    pairs[:, 1] = np.arange(1, len(candidates) + 1)
    verdicts = comparisons(words, pairs, settings or Settings())
    matches = [
        Match(other.id, verdict)
        for other, verdict in zip(candidates, verdicts, strict=True)
        if verdict.relation != Relation.UNRELATED
    ]
    return sorted(matches, key=lambda match: (-match.comparison.resemblance, match.id))


def _text(article: str | Article) -> str:
    return article if isinstance(article, str) else article.text
