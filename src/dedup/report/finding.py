"""Ids that a user names: the cluster that one means, and what may have been meant where nothing bears it."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from dedup.errors import InputError

CLOSE = 3
"""Names that an error gives of what may have been meant."""

LONG_ENOUGH, ALIKE = 3, 0.7
"""Characters that may stand for a name that holds them; how alike others are, as ``difflib`` measures it."""


def cluster_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    """The cluster of a report that bears this id; else the one that an article of this id stands in.

    A cluster keeps its id when the article leaves that it was called after, so that one id may mean two.

    Raises:
        InputError: the report has neither.
    """
    clusters: list[dict[str, Any]] = document["clusters"]
    for cluster in clusters:
        if cluster["id"] == name:
            return cluster
    for cluster in clusters:
        if any(member["id"] == name for member in cluster["members"]):
            return cluster
    known = [cluster["id"] for cluster in clusters]
    known += [member["id"] for cluster in clusters for member in cluster["members"]]
    raise InputError(
        f"no cluster of the report is called {name!r} or holds such an article{did_you_mean(name, known)}"
    )


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """What may have been meant, to go on with in a sentence; empty where nothing is close."""
    last = name.rsplit("/", 1)[-1].casefold()
    holding = [one for one in known if len(last) >= LONG_ENOUGH and last in one.casefold()]
    close = list(dict.fromkeys([*holding[:CLOSE], *get_close_matches(name, known, CLOSE, ALIKE)]))[:CLOSE]
    return f"; did you mean {' or '.join(close)}?" if close else ""
