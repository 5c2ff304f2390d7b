"""The nouns that cross the borders between stages: what is read, what is compared, what is reported.

``Report`` and what it is made of have the fields of report.json, in its order: the contract, typed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dedup.columns import F64, Bool

ArticleId = str


@dataclass(slots=True)
class Article:
    """One text as it was read, with what its file says about it.

    Not frozen only because a frozen one costs five times as much to make; nobody changes one.
    """

    id: ArticleId
    """For a file its path below the scanned folder, with ``/``; for a record its own id."""

    path: str
    """The file it stands in, below the scanned folder."""

    text: str
    title: str | None = None
    source: str | None = None
    """The outlet, or the host of the address."""

    url: str | None = None
    canonical: str | None = None
    """Where the page says that it belongs (``rel=canonical``), when it says so."""

    published: str | None = None
    """ISO 8601: ``2022-03-07T10:00:00Z``, in UTC, or ``2022-03-07`` where only the day is known."""

    author: str | None = None
    utf8: bytes | None = field(default=None, compare=False, repr=False)
    """The text in UTF-8, where the reader has it at hand: it need not be encoded again."""


@dataclass(frozen=True, slots=True, order=True)
class Unreadable:
    """A file or record that could not be read, and why, in words for people."""

    path: str
    """Path below the scanned folder; a record has its line behind it: ``wire/day.jsonl:7``."""

    reason: str


@dataclass(slots=True)
class Heads:
    """What is kept of many articles beside their words: a list per field, one entry per article."""

    ids: list[ArticleId] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    titles: list[str | None] = field(default_factory=list)
    sources: list[str | None] = field(default_factory=list)
    published: list[str | None] = field(default_factory=list)

    def add(self, articles: list[Article]) -> None:
        """Append articles."""
        self.ids += [article.id for article in articles]
        self.paths += [article.path for article in articles]
        self.titles += [article.title for article in articles]
        self.sources += [article.source for article in articles]
        self.published += [article.published for article in articles]

    def extend(self, other: "Heads") -> None:
        """Append all articles of another one."""
        self.ids += other.ids
        self.paths += other.paths
        self.titles += other.titles
        self.sources += other.sources
        self.published += other.published

    def take(self, articles: list[int]) -> "Heads":
        """The given articles in the given order."""
        return Heads(
            [self.ids[i] for i in articles],
            [self.paths[i] for i in articles],
            [self.titles[i] for i in articles],
            [self.sources[i] for i in articles],
            [self.published[i] for i in articles],
        )

    def __len__(self) -> int:
        return len(self.ids)


class Relation(StrEnum):
    """How two articles belong together."""

    UNRELATED = "unrelated"
    IDENTICAL = "identical"
    """Their words are equal."""

    NEAR = "near"
    """They share at least ``min_resemblance`` of their shingles."""


RELATIONS = (Relation.UNRELATED, Relation.IDENTICAL, Relation.NEAR)
"""In columns a relation is its place here."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The measures of many pairs, each of shape (pairs,), on which their relations rest."""

    identical: Bool
    """Whether the words of both are equal, and there are any."""

    resemblance: F64
    """Shared over all shingles of both, 0 to 1."""

    left_in_right: F64
    """Containment: share of the left article's shingles that the right one has, 0 to 1."""

    right_in_left: F64
    """Containment: share of the right article's shingles that the left one has, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two articles have in common, and what follows."""

    relation: Relation
    resemblance: float
    """Shared over all shingles of both, 0 to 1."""

    left_in_right: float
    """Containment: share of the left article's shingles that the right one has, 0 to 1."""

    right_in_left: float
    """Containment: share of the right article's shingles that the left one has, 0 to 1."""

    shared_shingles: int
    """Distinct shingles that both have."""


@dataclass(frozen=True, slots=True)
class Match:
    """A known article that another one is a copy of."""

    id: ArticleId
    comparison: Comparison
    """Left is the article that was asked about, right the known one."""


@dataclass(frozen=True, slots=True)
class OriginEvidence:
    """One reason why an article is taken for the original."""

    kind: str
    value: str
    article: ArticleId


@dataclass(frozen=True, slots=True)
class Original:
    """The member of a cluster that is taken for the source of the others."""

    id: ArticleId
    confidence: float
    """0 to 1."""

    evidence: list[OriginEvidence]


@dataclass(frozen=True, slots=True)
class Member:
    """An article in a cluster, and the partner that it was related to."""

    id: ArticleId
    path: str
    title: str | None
    source: str | None
    published: str | None
    first_seen: str | None
    """Time of the run that met it first; None where no state remembers runs."""

    relation: str
    """``original``, or its ``Relation`` to the partner."""

    to: ArticleId | None
    """The partner; None for the original."""

    resemblance: float
    """With the partner, 0 to 1; 1 for the original."""

    containment: float
    """Share of this article's shingles that the partner has, 0 to 1; 1 for the original."""

    footers: list[str]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that are copies of one story."""

    id: ArticleId
    """The canonical id: that of the article first seen, among those of one night the one first published."""

    state: str
    first_seen: str | None
    size: int
    original: Original
    members: list[Member]
    """The original first, then in order of id."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there was."""

    articles: int
    unreadable: int
    clusters: int
    clustered_articles: int
    new_articles: int
    removed_articles: int
    renamed_articles: int
    """Articles whose id stood twice in the collection, and who therefore bear their path before it."""


@dataclass(frozen=True, slots=True)
class LimitHit:
    """A limit that left something undone."""

    setting: str
    value: int
    count: int
    effect: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage of a run cost."""

    name: str
    seconds: float
    cpu_seconds: float
    """Of all processes."""

    peak_bytes: int
    """Largest memory of the main process up to the end of the stage."""


@dataclass(frozen=True, slots=True)
class Run:
    """One scan: when, with what, at what cost. The only part of a report that differs between equal scans."""

    id: str
    tool_version: str
    started: str
    finished: str
    seconds: float
    engine: str
    settings: dict[str, Any]
    settings_fingerprint: str
    limits_hit: list[LimitHit]
    stages: list[Stage]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a scan, as report.json holds it."""

    format: str
    version: int
    run: Run
    counts: Counts
    clusters: list[Cluster]
    """The largest first, then in order of id."""

    footers: list[dict[str, Any]]
    unreadable: list[Unreadable]
