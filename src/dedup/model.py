"""The nouns that cross the borders between stages: what is read, what is compared, what is reported.

``Report`` and what it is made of have the fields of report.json, in its order: the contract, typed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from itertools import islice
from operator import sub
from typing import Any, NamedTuple, overload

import numpy as np

from dedup.columns import F64, I32, I64, Bool

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
    publisher: str | None = None
    """Whom the page's JSON-LD names as its publisher, where that is not its ``source``."""

    based_on: str | None = None
    """What the page says in its data that it was taken from: an address or a name."""

    utf8: bytes | None = field(default=None, compare=False, repr=False)
    """The text in UTF-8, where the reader has it at hand: it need not be encoded again."""


@dataclass(frozen=True, slots=True, order=True)
class Unreadable:
    """A file or record that could not be read, and why, in words for people."""

    path: str
    """Path below the scanned folder; a record has its line behind it: ``wire/day.jsonl:7``."""

    reason: str


@dataclass(slots=True)
class Marker:
    """Words of a footer that tell where an article comes from, or who passed it on.

    Not frozen for the same reason as ``Article``.
    """

    kind: str
    """``copyright``, ``publisher_mark``, ``agency``, ``dateline`` (the agency in it as it is written), ``credit``,
    ``byline``, ``takedown``, ``syndication`` and others."""

    value: str
    """The words as they were read; for an agency its usual name."""

    start: int
    """Their first character in the text as it was read."""

    stop: int
    """One behind their last character."""


@dataclass(slots=True)
class Heads:
    """What is kept of many articles beside their words: a list per field, one entry per article."""

    ids: list[ArticleId] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    titles: list[str | None] = field(default_factory=list)
    sources: list[str | None] = field(default_factory=list)
    published: list[str | None] = field(default_factory=list)
    markers: list[Sequence[Marker]] = field(default_factory=list)
    urls: list[str | None] = field(default_factory=list)
    canonicals: list[str | None] = field(default_factory=list)
    authors: list[str | None] = field(default_factory=list)
    publishers: list[str | None] = field(default_factory=list)
    based_on: list[str | None] = field(default_factory=list)

    def add(self, articles: list[Article], markers: Sequence[Sequence[Marker]]) -> None:
        """Append articles and the markers of each."""
        self.ids += [article.id for article in articles]
        self.paths += [article.path for article in articles]
        self.titles += [article.title for article in articles]
        self.sources += [article.source for article in articles]
        self.published += [article.published for article in articles]
        self.markers += markers
        self.urls += [article.url for article in articles]
        self.canonicals += [article.canonical for article in articles]
        self.authors += [article.author for article in articles]
        self.publishers += [article.publisher for article in articles]
        self.based_on += [article.based_on for article in articles]

    def extend(self, other: "Heads") -> None:
        """Append all articles of another one."""
        for column, others in zip(self._columns(), other._columns(), strict=True):
            column.extend(others)

    def take(self, articles: list[int]) -> "Heads":
        """The given articles in the given order."""
        return Heads(*([column[i] for i in articles] for column in self._columns()))

    def _columns(self) -> list[list[Any]]:
        return [getattr(self, column.name) for column in fields(self)]

    def __len__(self) -> int:
        return len(self.ids)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled with markers as a list per field, which takes a fifth of the time."""
        flat = [marker for some in self.markers for marker in some]
        parts = [[getattr(marker, part) for marker in flat] for part in _MARKER_PARTS]
        return _heads, ([getattr(self, name) for name in _OTHER_HEADS], list(map(len, self.markers)), parts)


_MARKER_PARTS = [part.name for part in fields(Marker)]


def _heads(columns: list[list[Any]], counts: list[int], parts: list[list[Any]]) -> Heads:
    """Heads of all columns but markers, of the number of markers of each article, and of their parts."""
    heads, flat = Heads(), map(Marker, *parts)
    heads.markers = [list(islice(flat, count)) if count else () for count in counts]
    for name, column in zip(_OTHER_HEADS, columns, strict=True):
        setattr(heads, name, column)
    return heads


_OTHER_HEADS = [column.name for column in fields(Heads) if column.name != "markers"]


class Relation(StrEnum):
    """How two articles belong together."""

    UNRELATED = "unrelated"
    IDENTICAL = "identical"
    """Their words are equal."""

    NEAR = "near"
    """They share at least ``min_resemblance`` of their shingles."""

    EXCERPT = "excerpt"
    """Of the one, at least ``min_containment`` stands in the other, which is so much longer that they are not
    near."""

    SPUN = "spun"
    """The one is the other in other words, as a translation there and back leaves it."""


RELATIONS = (Relation.UNRELATED, Relation.IDENTICAL, Relation.NEAR, Relation.EXCERPT, Relation.SPUN)
"""In columns a relation is its place here."""


@dataclass(frozen=True, slots=True)
class Rewriting:
    """How far pairs of articles tell the same in other words; each of shape (pairs,).

    What both have word for word, in long runs, counts nowhere here.
    """

    phrases: F64
    """Resemblance of the phrases of two words, 0 to 1."""

    order: F64
    """Anchors that stand in the same order in both, over those of the article that has fewer, 0 to 1."""

    sentences: F64
    """Anchors that paired sentences share, weighed by how alike these are, over the same, 0 to 1."""

    rare_share: F64
    """Anchors over words, in the article that has more of them: near 1 in a language that the background lacks."""

    rest_words: I64
    """Words of the article that has fewer, without what both have word for word."""

    anchors: I64
    """Anchors of the article that has fewer."""


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

    left_words: I64
    """Words of the left body."""

    right_words: I64
    """Words of the right body."""

    rewriting: Rewriting
    """All 0 for a pair of which it was not measured: then it is not spun."""


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

    rewrite: float
    """How sure it is that the one is the other in other words, 0 to 1; 0 where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Match:
    """A known article that another one is a copy of."""

    id: ArticleId
    comparison: Comparison
    """Left is the article that was asked about, right the known one."""


@dataclass
class OriginEvidence:
    """One reason why somebody is taken for the original.

    Neither frozen nor with slots, like ``Original`` and what else a report has tens of thousands of; ``Passage`` says
    why.
    """

    kind: str
    """What it is: ``published``, ``credit``, ``takedown`` and others; the schema of the report has them all."""

    value: str
    """What was found, in the words of the text where it is words."""

    article: ArticleId
    """Where it was found. What speaks against another member, and thereby for the original, stands in that one."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody who is named as the source of a cluster and has no article in it."""

    name: str
    confidence: float
    """0 to 1, that the original is theirs and was not among the articles."""

    evidence: list[OriginEvidence]


@dataclass
class Original:
    """The member of a cluster that is taken for the source of the others."""

    id: ArticleId
    confidence: float
    """0 to 1; low where ``outside`` is there, or where nothing tells the members apart."""

    evidence: list[OriginEvidence]
    """The weightiest first."""

    outside: Outside | None = None
    """Who is more likely to be the source than any member, if anybody is."""


@dataclass
class Passage:
    """Where an article and another one tell the same, in characters of both texts as they were read.

    It reaches over footers that were set aside between its words. Like ``Passages`` and ``Member`` not frozen only
    because there are so many, and a frozen one costs several times as much to make. Nor have these slots: as JSON
    the attributes of an object with slots are looked up one by one, which takes three times as long.
    """

    words: int
    """Words of this article that it holds, without those of footers."""

    start: int
    """Its first character in this article."""

    stop: int
    """One behind its last character."""

    to_start: int
    """The same in the other article."""

    to_stop: int


@dataclass
class Passages:
    """Where an article and its partner tell the same.

    Passages are the longest runs of words that both have, of ``min_passage_words`` or more; of a spun copy they are
    the sentences that tell the same in other words; of an identical one the whole text.
    """

    count: int
    words: int
    """Words of this article in all of them."""

    longest: Sequence[Passage]
    """Up to three of them, the longest first; of a spun copy those that share most names and other rare words."""


@dataclass
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

    excerpt: ArticleId | None
    """Of an excerpt and the article that it stands in, the id of the excerpt; None for other relations."""

    rewrite: float | None
    """How sure it is that this is the partner in other words, 0 to 1; None where that was not asked, since words in
    common say it all, or cannot be told."""

    footers: list[str]
    """The ids of the footers that were set aside; where they stand is in ``Report.set_aside``."""

    markers: Sequence[Marker]
    passages: Passages | None
    """What it shares with the partner, and where; None for the original."""

    body_words: int
    """Words that footers leave of it, and that are compared."""


@dataclass
class Cluster:
    """Articles that are copies of one story."""

    id: ArticleId
    """The canonical id: that of the article first seen, among those of one night the one first published. The cluster
    keeps it while it lives, even when that article leaves; ``#2`` stands behind it where another cluster bears it."""

    state: str
    """``new``, ``grown``, ``shrunk``, ``unchanged``, ``merged`` or ``split``, since the last run."""

    first_seen: str | None
    """Time of the run that met it first; None where no state remembers runs."""

    merged_from: list[ArticleId]
    """Clusters of the last run that ended in this one, in order of id."""

    split_from: ArticleId | None
    """For a cluster that the last run did not have: the one that members of it left, if there is one."""

    split_into: list[ArticleId]
    """Clusters in which articles stand now that the last run had in this one, in order of id."""

    size: int
    original: Original
    members: list[Member]
    """The original first, then in order of id."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A cluster as the last run left it."""

    id: ArticleId
    first_seen: str
    """Time of the run that met it first."""

    members: Sequence[ArticleId]
    """In any order, each once; no article stands in two clusters of one run."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A cluster of the last run that is no more."""

    id: ArticleId
    first_seen: str
    size: int
    """Members that it had."""

    end: str
    """``merged`` into another cluster, or ``dissolved``: no article of it stands in a cluster."""

    into: ArticleId | None
    """The cluster that holds most of its articles; None where it dissolved."""


CHANGES = ("new", "grown", "shrunk", "merged", "split", "ended")
"""What ``Change.change`` may be."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a run changed of a cluster: a line of JSON on which an alert can be built."""

    run: str
    """The id of the run."""

    time: str
    """When it started."""

    change: str
    """One of ``CHANGES``."""

    cluster: ArticleId
    size: int
    """Members after the run; 0 of one that ended."""

    title: str | None
    """Headline of the original."""

    original: ArticleId | None
    """None of a cluster that ended."""

    added: list[ArticleId]
    """Members that it did not have before; all of a new one, in order of id."""

    removed: list[ArticleId]
    """Members that it had before; all of one that ended, in order of id."""

    merged_from: list[ArticleId]
    split_from: ArticleId | None
    split_into: list[ArticleId]
    """These three as ``Cluster`` has them."""

    into: ArticleId | None
    """Of one that ended, the cluster that it merged into; None where it dissolved, and for the others."""


@dataclass(frozen=True, slots=True)
class Borderline:
    """Two articles that may be copies of each other, but not surely enough to stand in one cluster for it."""

    left: ArticleId
    right: ArticleId
    relation: str
    """What they would be to each other: ``spun``."""

    resemblance: float
    """Shared over all shingles of both, 0 to 1."""

    containment: float
    """Share of the shorter one's shingles that the longer one has, 0 to 1."""

    rewrite: float
    """How sure it is that the one is the other in other words, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Contained:
    """A story that stands in a container."""

    id: ArticleId
    containment: float
    """Share of the story's shingles that the container has, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Container:
    """A round-up, live blog or digest: it holds several stories and is a copy of none."""

    id: ArticleId
    path: str
    contains: list[Contained]
    """The story with the largest share first, then in order of id."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there was."""

    articles: int
    unreadable: int
    clusters: int
    clustered_articles: int
    new_articles: int
    removed_articles: int
    changed_articles: int
    """Articles that the last run knew and whose file or record reads otherwise now."""

    footer_only_articles: int
    """Articles of which footers leave too little to compare: emptied pages, menus. They are in no cluster."""

    renamed_articles: int
    """Articles whose id stood twice in the collection, and who therefore bear their path before it."""


@dataclass(frozen=True, slots=True)
class Footer:
    """Boilerplate that was found, and set aside."""

    id: str
    """The name of an entry of the catalogue; for a learned one a fingerprint of its words."""

    kind: str
    """``takedown``, ``copyright``, ``credit``, ``byline``, ``navigation``, ``related``, ``newsletter``, ``social``,
    ``legal``, ``comments``, ``advertising``; ``template`` where nothing tells."""

    origin: str
    """``shipped``: known from the catalogue; ``learned``: from this collection."""

    tells: str
    """What it says of an article: that it is an ``origin``, an ``aggregator``, or ``nothing``."""

    articles: int
    """Articles that hold it."""

    sources: int
    """Known sources of these articles."""

    example: str
    """It as it stands in one article; empty where the file was gone when it was looked up."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A run of words that stands in many articles, and was not taken for a footer."""

    id: str
    articles: int
    """About how many different texts hold it, as far as they were counted."""

    words: int
    example: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """What was set aside of an article, and where it stands in the text as it was read."""

    id: ArticleId
    footers: dict[str, list[tuple[int, int]]]
    """By id of the footer, the first character of each place and one behind the last."""


class SetAsidePart(NamedTuple):
    """Some articles of a ``SetAsideTable``: the spans of one footer in an article stand together, and its footers in
    the order in which they begin."""

    ids: Sequence[ArticleId]
    rows: I32
    """Shape (spans,), the number of each span's footer."""

    again: Bool
    """Shape (spans,), whether the span before is of the same footer in the same article."""

    places: I64
    """Shape (spans, 2), its first character and one behind its last."""

    bounds: I64
    """Shape (articles + 1,), the spans of each article."""


class SetAsideTable(Sequence[SetAside]):
    """``SetAside`` of many articles, kept as columns: a noun is made for each that is asked for."""

    def __init__(self, ids: Sequence[ArticleId], names: Sequence[str], rows: I32, places: I64, bounds: I64) -> None:
        """A table of articles.

        Args:
            ids: of the articles.
            names: ids of the footers.
            rows: shape (spans,), the number of each span's footer.
            places: shape (spans, 2), its first character and one behind its last.
            bounds: shape (articles + 1,), the spans of each article.
        """
        number_of = {name: number for number, name in enumerate(names)}
        one_number = np.array([number_of[name] for name in names], np.int32)  # should two bear one name
        self.names = names
        self._ids, self._rows, self._places, self._bounds = ids, one_number[rows], places, bounds

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, at: int) -> SetAside: ...
    @overload
    def __getitem__(self, at: slice) -> list[SetAside]: ...
    def __getitem__(self, at: int | slice) -> SetAside | list[SetAside]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        row = at % len(self)
        return SetAside(*next(self.rows(row, row + 1)))

    def __iter__(self) -> Iterator[SetAside]:
        return (SetAside(*row) for row in self.rows(0, len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # equal by content, like a list

    def part(self, start: int, stop: int) -> SetAsidePart:
        """Articles ``start`` to ``stop - 1``."""
        bounds = self._bounds[start : stop + 1] - self._bounds[start]
        spans = slice(self._bounds[start], self._bounds[start] + bounds[-1])
        articles = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        footers = articles * len(self.names) + self._rows[spans]
        _, firsts, which = np.unique(footers, return_index=True, return_inverse=True)
        begins = firsts[which]
        order = np.argsort(begins, kind="stable")
        again = np.diff(begins[order], prepend=-1) == 0
        return SetAsidePart(
            self._ids[start:stop], self._rows[spans][order], again, self._places[spans][order], bounds
        )

    def rows(self, start: int, stop: int) -> Iterator[tuple[ArticleId, dict[str, list[tuple[int, int]]]]]:
        """What ``SetAside`` has of articles ``start`` to ``stop - 1``, without a noun for each."""
        bounds = self._bounds[start : stop + 1].tolist()
        first, last = bounds[0], bounds[-1]
        spans = zip(self._rows[first:last].tolist(), *self._places[first:last].T.tolist(), strict=True)
        for id_, count in zip(self._ids[start:stop], map(sub, bounds[1:], bounds), strict=True):
            footers: dict[str, list[tuple[int, int]]] = {}
            for row, begin, end in islice(spans, count):
                footers.setdefault(self.names[row], []).append((begin, end))
            yield id_, footers


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
    paths: list[str]
    """What was scanned: absolute paths. Bytes of a name that are no UTF-8 stand as ``\\xff``, and lead nowhere."""

    settings: dict[str, Any]
    settings_fingerprint: str
    catalogue_fingerprint: str
    """Digest of the known footers; empty where footers are not set aside."""

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

    ended: list[Ended]
    """Clusters of the last run that are no more, in order of id; empty where no state remembers one."""

    borderline: list[Borderline]
    """The surest first, then in order of id."""

    containers: list[Container]
    """In order of id."""

    footers: list[Footer]
    """The most frequent first, then in order of id."""

    set_aside: Sequence[SetAside]
    """What was set aside of each article, in order of id; articles without footers are not in it."""

    unreadable: list[Unreadable]
