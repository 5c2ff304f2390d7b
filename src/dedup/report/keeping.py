"""Which article of each cluster to keep, and which to drop: what a collection of texts without copies needs."""

import csv
from collections.abc import Callable, Iterator, Set
from typing import Any, NamedTuple

from dedup.errors import ReportError

ORIGINAL, FIRST, LONGEST, SOURCE = "original", "first", "longest", "source"

Member = dict[str, Any]
Key = Callable[[Member], tuple[Any, ...]]
"""What members are ordered by: the smallest is kept."""


class Policy(NamedTuple):
    """What makes the article of a cluster that is kept."""

    name: str
    sources: tuple[str, ...] = ()
    """For ``source``: the preferred ones, the most preferred first; capital letters do not matter."""


class Choice(NamedTuple):
    """What is kept of a cluster and what is dropped, by id."""

    kept: str
    dropped: list[str]
    """In the order of the report."""


def policy_of(text: str) -> Policy:
    """A policy as a user writes it: ``original``, ``first``, ``longest`` or ``source:NAME,NAME``.

    A name with a comma stands in quotes, as in CSV.

    Raises:
        ValueError: it is none, in words for people.
    """
    name, colon, rest = text.partition(":")
    if name == SOURCE:
        row = next(csv.reader([rest], skipinitialspace=True), [])
        sources = tuple(source.strip().casefold() for source in row if source.strip())
        if not sources:
            raise ValueError("'source' wants names behind it, the most preferred first, as in source:Reuters,AP")
        return Policy(SOURCE, sources)
    if colon or name not in (ORIGINAL, FIRST, LONGEST):
        raise ValueError(f"{text!r} is none of original, first, longest, source:LIST")
    return Policy(name)


def choices(document: dict[str, Any], policy: Policy, *, among: Set[str] | None = None) -> Iterator[Choice]:
    """What to keep and what to drop of each cluster, in the order of the report.

    Args:
        document: a report as ``report.document.read`` gives it.
        policy: which member is kept; of members that it does not tell apart the original, else the longest.
        among: the articles that there are to choose from; those of the report when None. A cluster without any is
            left out.

    Raises:
        ReportError: lengths are asked for, and the report is of a version that did not tell them.
    """
    key = _keys(document, policy)
    for cluster in document["clusters"]:
        members = [member for member in cluster["members"] if among is None or member["id"] in among]
        if members:
            kept = min(members, key=key)["id"]
            yield Choice(kept, [member["id"] for member in members if member["id"] != kept])


def unknown_sources(document: dict[str, Any], policy: Policy) -> list[str]:
    """Preferred sources that no clustered article has."""
    known = {_source(member) for cluster in document["clusters"] for member in cluster["members"]}
    return [source for source in policy.sources if source not in known]


def _keys(document: dict[str, Any], policy: Policy) -> Key:
    if policy.name == FIRST:
        return _first
    if policy.name == SOURCE:
        rank = {source: number for number, source in reversed([*enumerate(policy.sources)])}
        return lambda member: (rank.get(_source(member), len(rank)), *_original(member))
    if policy.name == ORIGINAL:
        return _original
    if any("body_words" not in member for cluster in document["clusters"] for member in cluster["members"]):
        raise ReportError(
            "the report does not tell how long articles are, since an older version wrote it; scan anew"
        )
    return _longest


def _original(member: Member) -> tuple[Any, ...]:
    return member["relation"] != "original", -member.get("body_words", 0), member["id"]


def _first(member: Member) -> tuple[Any, ...]:
    published = member["published"]
    return not published, published or "", member["first_seen"] or "", *_original(member)


def _longest(member: Member) -> tuple[Any, ...]:
    return -member["body_words"], *_original(member)


def _source(member: Member) -> str:
    return (member["source"] or "").strip().casefold()
