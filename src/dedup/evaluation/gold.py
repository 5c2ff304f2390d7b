"""The gold: which articles are copies of one story, as people labelled it, read from a table separated by tabs.

    id<TAB>cluster[<TAB>kind]

A first line that starts with ``id`` or ``path``, or has one of them and ``cluster``, is a header. It names columns:
``id`` (or ``path``), ``cluster``, ``kind`` (else ``relation``, else ``case`` stands for it), ``relation`` (what the
article is to its partner) and ``to`` (the partner). Others are left alone. No quotes, no escapes: cells end at tabs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dedup.errors import GoldError

NAMES_OF_ID = ("id", "path")
NAMES_OF_KIND = ("kind", "relation", "case")
FIRST_OF_PAIRS = ("id", "path", "id_a", "left")
"""With these begins the header of a table of pairs."""

PARTNERS = ";"
"""Between the partners of an article that has several."""

ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Gold:
    """The truth about each article, by its id, and the pairs that are not judged."""

    cluster_of: Mapping[str, str]
    """Every labelled article; one without copies has a cluster of its own."""

    kind_of: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[tuple[str, str]] = frozenset()
    """Either way round; they count neither as right nor as wrong."""

    relation_of: Mapping[str, str] = field(default_factory=dict)
    partner_of: Mapping[str, str] = field(default_factory=dict)
    """The article of the same cluster that the relation is with."""

    def ignores(self, left: str, right: str) -> bool:
        """Whether a pair is not judged."""
        return (left, right) in self.ignored or (right, left) in self.ignored

    def joins(self, left: str, right: str) -> bool:
        """Whether two labelled articles are copies of one story."""
        return self.cluster_of[left] == self.cluster_of[right]

    def kinds(self, left: str, right: str) -> str:
        """The kinds of two articles, sorted, joined by ``~``."""
        return " ~ ".join(sorted({self.kind_of.get(left, ""), self.kind_of.get(right, "")}))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the cells of a row stand; None where there are none."""

    id: int = 0
    cluster: int = 1
    kind: int | None = 2
    relation: int | None = None
    to: int | None = None


def read_gold(path: Path, ignore: Path | None = None) -> Gold:
    """The labels of a table, and the pairs of another one that are not judged.

    Raises:
        GoldError: a file is missing or not UTF-8, a row lacks its id or cluster, an id has two clusters, or there are
            no labels at all.
    """
    rows = list(_rows(path))
    columns = _header(path, rows[0][1]) if rows else None
    clusters, kinds, relations, partners = dict[str, str](), dict[str, str](), dict[str, str](), dict[str, str]()
    for number, cells in rows[1:] if columns else rows:
        columns = columns or _Columns()
        article, cluster = _cell(cells, columns.id), _cell(cells, columns.cluster)
        if not article or not cluster:
            lacking = "cluster" if article else "id"
            raise GoldError(f"line {number:,} of {path} has no {lacking}; wanted id and cluster with a tab between")
        if clusters.setdefault(article, cluster) != cluster:
            raise GoldError(
                f"line {number:,} of {path} puts {article!r} into cluster {cluster!r}, an earlier one into "
                f"{clusters[article]!r}; keep one of them"
            )
        for found, column in ((kinds, columns.kind), (relations, columns.relation), (partners, columns.to)):
            if text := _cell(cells, column):
                found.setdefault(article, text)
    if not clusters:
        raise GoldError(f"{path} holds no labels; wanted lines of id and cluster with a tab between")
    ignored = read_pairs(ignore) if ignore else frozenset()
    return Gold(clusters, kinds, ignored, relations, dict(_partners(clusters, relations, partners)))


def read_pairs(path: Path) -> frozenset[tuple[str, str]]:
    """The pairs in the first two columns of a table; a first line that starts with ``id``, ``id_a``, ``left`` or
    ``path`` is a header.

    Raises:
        GoldError: the file is missing or not UTF-8, or a row has less than two ids.
    """
    found = set()
    for place, (number, cells) in enumerate(_rows(path)):
        if place == 0 and cells[0].strip().lower() in FIRST_OF_PAIRS:
            continue
        if not _cell(cells, 0) or not _cell(cells, 1):
            raise GoldError(f"line {number:,} of {path} has no two ids; wanted a pair of ids with a tab between")
        found.add((cells[0], cells[1]))
    return frozenset(found)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not empty, with their numbers from 1 on, as cells."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise GoldError(f"cannot read {path}: {problem.strerror}") from None
    except UnicodeDecodeError as problem:
        raise GoldError(f"{path} is not UTF-8 from byte {problem.start:,} on; save it as UTF-8") from None
    for number, line in enumerate(text.split("\n"), 1):
        if stripped := line.removesuffix("\r"):
            yield number, stripped.split("\t")


def _header(path: Path, first: list[str]) -> _Columns | None:
    """What the first line names; None where it is no header."""
    names = [cell.strip().lower() for cell in first]
    id_ = next((names.index(name) for name in NAMES_OF_ID if name in names), None)
    if id_ is None or (id_ and "cluster" not in names):
        return None
    if "cluster" not in names:
        raise GoldError(f"{path} has a header without a column 'cluster'; wanted the columns id and cluster")
    place = {name: names.index(name) for name in names}
    kind = next((place[name] for name in NAMES_OF_KIND if name in place), None)
    return _Columns(id_, place["cluster"], kind, place.get("relation"), place.get("to"))


def _cell(cells: list[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _partners(
    clusters: Mapping[str, str], relations: Mapping[str, str], named: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Each article that has a relation, with its partner: the one named, else the original of its cluster."""
    originals = {clusters[article]: article for article, relation in relations.items() if relation == ORIGINAL}
    for article in relations:
        cluster, text = clusters[article], named.get(article)
        choices = [text, *text.split(PARTNERS)] if text else [originals.get(cluster, "")]
        partner = next((other for other in choices if clusters.get(other) == cluster and other != article), None)
        if partner:
            yield article, partner
