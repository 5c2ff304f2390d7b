"""A report without what only a state knows: two of the same articles are then equal, whatever came before."""

from collections.abc import Mapping
from typing import Any

LIFE = ("id", "state", "first_seen", "merged_from", "split_from", "split_into")
"""What of a cluster remembers earlier runs."""

SINCE = ("new_articles", "removed_articles", "changed_articles")
"""Counts of what is new since the last run."""


def without_memory(document: Mapping[str, Any]) -> dict[str, Any]:
    """A report, as ``document.read`` gives it, without its run, names and life of clusters, and times first seen.

    Clusters are in the order of their size, then of the ids of their members.
    """
    clusters = []
    for cluster in document["clusters"]:
        members = [{**member, "first_seen": None} for member in cluster["members"]]
        clusters.append({**{key: value for key, value in cluster.items() if key not in LIFE}, "members": members})
    clusters.sort(key=lambda cluster: (-cluster["size"], sorted(member["id"] for member in cluster["members"])))
    counts = {name: count for name, count in document["counts"].items() if name not in SINCE}
    rest = {key: value for key, value in document.items() if key not in ("run", "ended")}
    return {**rest, "counts": counts, "clusters": clusters}
