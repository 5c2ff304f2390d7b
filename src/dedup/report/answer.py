"""An answer: which known articles one article is a copy of. ``dedup query --json`` writes these fields.

All places are in characters of the texts as they were read, from 0, the stop one behind the last.
"""

from dataclasses import dataclass

from dedup.model import ArticleId, Passages, Relation
from dedup.report.explanation import SetAsidePlace


@dataclass(frozen=True, slots=True)
class KnownMatch:
    """A known article that has a relation to the one in question, with the measures of a member of a cluster."""

    id: ArticleId
    path: str
    title: str | None
    source: str | None
    published: str | None
    cluster: ArticleId | None
    """The cluster that the known article is in; None for none."""

    relation: Relation
    resemblance: float
    """Shared over all shingles of both, 0 to 1."""

    containment: float
    """Share of the shingles of the article in question that the known one has, 0 to 1."""

    of_known: float
    """Share of the known article's shingles that the one in question has, 0 to 1."""

    excerpt: ArticleId | None
    """Of an excerpt and the article that it stands in, the id of the excerpt; None for other relations."""

    rewrite: float | None
    """How sure it is that the one is the other in other words, 0 to 1; None where that was not asked, since words in
    common say it all, or cannot be told."""

    passages: Passages
    """What both share, and where: first in the article in question, then in the known one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Which known articles one article is a copy of."""

    id: ArticleId
    title: str | None
    words: int
    """Of the text."""

    body_words: int
    """What footers leave of them, and what is compared; 0 of an article that is nothing but footers."""

    set_aside: tuple[SetAsidePlace, ...]
    """In order of the text."""

    known: int
    """Articles that it was compared with."""

    found: int
    """Those of them that have a relation to it; ``matches`` may name fewer."""

    matches: tuple[KnownMatch, ...]
    """The surest first: identical ones, near ones, excerpts, spun ones, each by what the relation rests on."""
