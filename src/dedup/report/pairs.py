"""The pairs of a report for other programs: each member of a cluster with its partner, as CSV or JSON Lines."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import orjson

BORDERLINE = "borderline"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles and what they have in common: the columns, in their order, of which later versions add to the end.

    Measures are as ``model.Member`` has them; a borderline pair has those of ``model.Borderline``.
    """

    cluster: str | None
    """None of a borderline pair."""

    id: str
    to: str
    relation: str
    """``borderline`` for two that may be copies in other words, but not surely enough."""

    resemblance: float
    containment: float | None
    """None of a borderline pair, of which the report does not say whose share it is."""

    excerpt: str | None
    rewrite: float | None
    passages: int | None = None
    passage_words: int | None = None
    body_words: int | None = None
    original: str | None = None
    """The cluster's likely original, which has no partner and thus no row."""

    title: str | None = None
    source: str | None = None
    published: str | None = None
    path: str | None = None


COLUMNS = tuple(field.name for field in fields(Pair))


def pairs(
    document: dict[str, Any],
    *,
    cluster: dict[str, Any] | None = None,
    most: int | None = None,
    borderline: bool = False,
) -> Iterator[Pair]:
    """The pairs of a report, in its order; then the borderline ones if they are wanted.

    Args:
        document: a report as ``report.document.read`` gives it.
        cluster: one of its clusters, for its pairs alone, and the borderline ones of its members.
        most: how many clusters, the largest first; all when None.
        borderline: also the borderline pairs.
    """
    for one in [cluster] if cluster else document["clusters"][:most]:
        yield from (_pair(one, member) for member in one["members"][1:])
    if not borderline:
        return
    members = {member["id"] for member in cluster["members"]} if cluster else set()
    for pair in document.get("borderline", []):
        if not cluster or pair["left"] in members or pair["right"] in members:
            yield _borderline(pair)


def _pair(cluster: dict[str, Any], member: dict[str, Any]) -> Pair:
    shared = member.get("passages") or {}
    return Pair(
        cluster=cluster["id"],
        id=member["id"],
        to=member["to"],
        relation=member["relation"],
        resemblance=member["resemblance"],
        containment=member["containment"],
        excerpt=member.get("excerpt"),
        rewrite=member.get("rewrite"),
        passages=shared.get("count"),
        passage_words=shared.get("words"),
        body_words=member.get("body_words"),
        original=cluster["original"]["id"],
        title=member["title"],
        source=member["source"],
        published=member["published"],
        path=member["path"],
    )


def _borderline(pair: dict[str, Any]) -> Pair:
    return Pair(None, pair["left"], pair["right"], BORDERLINE, pair["resemblance"], None, None, pair["rewrite"])


def json_lines(found: Iterable[Pair]) -> Iterator[str]:
    """An object of JSON each, without line end."""
    return (orjson.dumps(pair).decode() for pair in found)


def csv_lines(found: Iterable[Pair]) -> Iterator[str]:
    """The header and a row each, without line end, quoted as RFC 4180 has it; what is not known is empty."""
    rows = _Rows()
    writer, values = csv.writer(rows, lineterminator="\r\n"), attrgetter(*COLUMNS)
    writer.writerow(COLUMNS)
    yield rows.last
    for pair in found:
        writer.writerow(values(pair))
        yield rows.last


class _Rows:
    """What a CSV writer writes to: keeps the last row."""

    last = ""

    def write(self, row: str) -> None:
        self.last = row.removesuffix(
            "\r\n"
        )  # it quotes what the line end holds: with "\n" alone it would not quote "\r"
