"""The page's data: a report and some texts as columns that a browser reads at once, and as parts that it reads late.

What the list of clusters needs comes first and as a whole, a column per field: 20,000 clusters are some MB. All else
of a cluster, texts included, stands in one of many parts, which is taken apart once somebody opens the cluster.
Places are in UTF-16 units, as browsers count characters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dedup.columns import I64
from dedup.report.page.shown import cut, cut_or_none, one_line
from dedup.report.page.texts import Texts
from dedup.report.reasons import why

Json = dict[str, Any]

PART_CHARACTERS = 1 << 18
"""From what size on, about, a part is closed: a browser takes that apart in a few milliseconds."""

EXAMPLE = 600
"""Characters of a footer's example."""

ARTICLES_OF_FOOTER = 100
"""Articles that the page names of a footer; the report names all."""

_ONE_ARTICLE = re.compile(r"(?: in| by| of|:) 1 (?:other|article)$")  # which one stands beside it

EXCERPT_OF_PARTNER, HOLDS_PARTNER = 1, 2


@dataclass(frozen=True, slots=True)
class PageData:
    """What the script of a page works on."""

    head: Json
    parts: list[list[Json]]
    """Clusters, one after the other, in as many parts as it takes."""


def page_data(document: Json, texts: Texts) -> PageData:
    """A report as ``report.reading.read`` gives it, and what was read again, for the script."""
    clusters = document["clusters"]
    numbers = {footer["id"]: i for i, footer in enumerate(document["footers"])}
    aside = _set_aside(document, numbers)
    sources: dict[str | None, int] = {None: 0}
    parts, firsts = list[list[Json]](), list[int]()
    room = 0
    for at, cluster in enumerate(clusters):
        if room <= 0:
            parts.append([])
            firsts.append(at)
            room = PART_CHARACTERS
        detail, size = _cluster(cluster, aside, texts)
        parts[-1].append(detail)
        room -= size
    head = {
        "clusters": _cluster_columns(clusters),
        "members": _member_columns(clusters, numbers, sources, texts),
        "sources": [cut_or_none(source) for source in sources],
        "footers": _footers(document, numbers),
        "parts": firsts,
        "missing": sorted(set(texts.missing.values())),
    }
    return PageData(head, parts)


def _cluster_columns(clusters: list[Json]) -> Json:
    sizes = [len(cluster["members"]) for cluster in clusters]
    return {
        "id": [cluster["id"] for cluster in clusters],
        "state": [cluster["state"] for cluster in clusters],
        "first_seen": [cluster["first_seen"] for cluster in clusters],
        "confidence": [cluster["original"]["confidence"] for cluster in clusters],
        "first": np.cumsum([0, *sizes]).tolist(),
    }


def _member_columns(
    clusters: list[Json], numbers: Mapping[str, int], sources: dict[str | None, int], texts: Texts
) -> Json:
    members = [member for cluster in clusters for member in cluster["members"]]
    return {
        "id": [member["id"] for member in members],
        "title": [cut_or_none(member["title"]) for member in members],
        "lead": [None if member["title"] else texts.leads.get(member["id"]) for member in members],
        "source": [sources.setdefault(member["source"], len(sources)) for member in members],
        "published": [member["published"] for member in members],
        "relation": [member["relation"] for member in members],
        "to": [place for cluster in clusters for place in _partners(cluster["members"])],
        "resemblance": [member["resemblance"] for member in members],
        "containment": [member["containment"] for member in members],
        "rewrite": [member["rewrite"] for member in members],
        "excerpt": [_excerpt(member) for member in members],
        "footers": [[numbers[name] for name in member["footers"] if name in numbers] for member in members],
    }


def _partners(members: list[Json]) -> list[int]:
    """The place of each member's partner in its cluster; -1 for the original."""
    places = {member["id"]: place for place, member in enumerate(members)}
    return [places.get(member["to"], -1) for member in members]


def _excerpt(member: Json) -> int:
    if member["excerpt"] is None:
        return 0
    return EXCERPT_OF_PARTNER if member["excerpt"] == member["id"] else HOLDS_PARTNER


def _set_aside(document: Json, numbers: Mapping[str, int]) -> dict[str, list[list[int]]]:
    """Of each member that has one the footers, by number, and their places, in order of the text."""
    members = {member["id"] for cluster in document["clusters"] for member in cluster["members"]}
    return {
        one["id"]: sorted(
            ([numbers.get(name, -1), *place] for name, places in one["footers"].items() for place in places),
            key=lambda row: row[1:],
        )
        for one in document["set_aside"]
        if one["id"] in members
    }


def _footers(document: Json, numbers: Mapping[str, int]) -> list[Json]:
    articles: list[list[str]] = [[] for _ in numbers]
    for one in document["set_aside"]:
        for name in one["footers"]:
            if name in numbers and len(articles[numbers[name]]) < ARTICLES_OF_FOOTER:
                articles[numbers[name]].append(one["id"])
    return [
        {
            **{name: footer[name] for name in ("id", "kind", "origin", "tells", "articles", "sources")},
            "example": one_line(footer["example"], EXAMPLE),
            "in": articles[number],
        }
        for number, footer in enumerate(document["footers"])
    ]


def _cluster(cluster: Json, aside: Mapping[str, list[list[int]]], texts: Texts) -> tuple[Json, int]:
    """All that the list does not need of a cluster, and about how many characters that is."""
    members = cluster["members"]
    places = {member["id"]: place for place, member in enumerate(members)}
    held: dict[str, int] = {}
    units: dict[str, I64 | None] = {}
    for member in members:
        if member["id"] in texts.texts:
            text = texts.texts[member["id"]].text
            held.setdefault(text, len(held))
            units[member["id"]] = _units(text)
    detail = {
        "origin": _origin(cluster["original"], places),
        **{name: cluster[name] for name in ("merged_from", "split_from", "split_into") if cluster.get(name)},
        "members": [_member(member, aside.get(member["id"], []), texts, held, units) for member in members],
        "texts": list(held),
    }
    return detail, sum(map(len, held)) + 400 * len(members)


def _origin(hypothesis: Json, places: Mapping[str, int]) -> Json:
    outside = hypothesis["outside"]
    return {
        "why": why(hypothesis, of=hypothesis["id"]),
        "evidence": _evidence(hypothesis, hypothesis["id"], "other", places),
        "outside": outside
        and {
            "name": cut(outside["name"]),
            "confidence": outside["confidence"],
            "why": why(outside, of="", others="article"),
            "evidence": _evidence(outside, "", "article", places),
        },
    }


def _evidence(hypothesis: Json, of: str, others: str, places: Mapping[str, int]) -> list[Json]:
    return [
        {
            "says": _ONE_ARTICLE.sub("", why({"evidence": [reason]}, of=of, others=others)),
            "value": cut(reason["value"]),
            "in": places.get(reason["article"], reason["article"]),
        }
        for reason in hypothesis["evidence"]
    ]


def _member(
    member: Json, aside: list[list[int]], texts: Texts, held: Mapping[str, int], units: Mapping[str, I64 | None]
) -> Json:
    """A member; fields that say nothing are left out."""
    id_, passages = member["id"], member["passages"]
    article = texts.texts.get(id_)
    found: Json = {
        "path": None if member["path"] == id_ else member["path"],
        "first_seen": member["first_seen"],
        "markers": [[marker["kind"], cut(marker["value"])] for marker in member["markers"]],
        "words": member.get("body_words"),
        "missing": texts.missing.get(id_),
        "passages": passages and [passages["count"], passages["words"]],
        "quotes": texts.quotes.get(id_),
    }
    if article:
        here, there = units[id_], units.get(member["to"])
        found["text"] = held[article.text]
        found["url"] = article.url
        found["aside"] = [[footer, *_at(here, start, stop)] for footer, start, stop in aside]
        found["shared"] = list(_shared(member, texts, here, there, with_partner=member["to"] in texts.texts))
    return {name: value for name, value in found.items() if value not in (None, [], ())}


def _shared(
    member: Json, texts: Texts, here: I64 | None, there: I64 | None, *, with_partner: bool
) -> Iterator[list[int]]:
    """Places of passages in both texts: all of them, or those that the report names if the partner's is missing."""
    found = texts.passages.get(member["id"])
    if found is not None and with_partner:
        for one in found:
            yield [*_at(here, one.start, one.stop), *_at(there, one.to_start, one.to_stop)]
    elif member["passages"]:
        for row in sorted(member["passages"]["longest"], key=lambda row: int(row["start"])):
            yield [*_at(here, row["start"], row["stop"]), -1, -1]


def _units(text: str) -> I64 | None:
    """Where each character of a text begins in UTF-16, and where the text ends; None if that is where it is."""
    if text.isascii() or max(text) <= "\uffff":
        return None
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(1 + (points > 0xFFFF))])


def _at(units: I64 | None, *places: int) -> Iterable[int]:
    return places if units is None else (int(units[min(place, len(units) - 1)]) for place in places)
