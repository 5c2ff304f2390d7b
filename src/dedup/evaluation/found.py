"""What a report found, as an evaluation needs it: clusters, links and thresholds, from the report's plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dedup.evaluation.links import MEASURE_OF, Link


@dataclass(frozen=True, slots=True)
class Found:
    """What a report found, and what it nearly found."""

    clusters: Sequence[Sequence[str]]
    """The ids of the members of each; no article is in two."""

    links: Sequence[Link]
    """Each member with its partner of the same cluster."""

    borderline: Sequence[Link]
    """Pairs below a threshold, as far as the report names them."""

    in_force: Mapping[str, float | None] = field(default_factory=dict)
    """By relation, the threshold of its measure; None where the report does not tell."""

    scanned: int = 0
    """Articles that the report was made of."""


def found(report: Mapping[str, Any]) -> Found:
    """What an evaluation needs of a report.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is not as its schema wants it.
    """
    clusters, links, cluster_of = list[list[str]](), list[Link](), dict[str, int]()
    for number, cluster in enumerate(report["clusters"]):
        members = [_text(member["id"]) for member in cluster["members"]]
        if not members:
            raise ValueError("a cluster has no members")
        for member in members:
            if cluster_of.setdefault(member, number) != number:
                raise ValueError(f"article {member!r} is in two clusters")
        clusters.append(members)
    for number, cluster in enumerate(report["clusters"]):
        for member in cluster["members"]:
            partner = member.get("to")
            if partner is not None and cluster_of.get(partner) == number:
                links.append(_link(member["id"], partner, member))
    pairs = report.get("borderline") or []
    borderline = [_link(_text(pair["left"]), _text(pair["right"]), pair) for pair in pairs]
    settings = report["run"].get("settings", {})
    in_force = {relation: _number(settings.get(f"min_{measure}")) for relation, measure in MEASURE_OF.items()}
    return Found(clusters, links, borderline, in_force, int(report["counts"]["articles"]))


def _link(left: str, right: str, told: Mapping[str, Any]) -> Link:
    measures = (_number(told.get(name)) for name in ("resemblance", "containment", "rewrite"))
    return Link(left, right, _text(told["relation"]), *measures)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where a text was wanted")
    return value


def _number(value: Any) -> float | None:
    if value is not None and not isinstance(value, (int, float)):
        raise TypeError(f"{value!r} where a number was wanted")
    return value
