"""From groups of articles to clusters: who is the original, and what each other member shares with which partner."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dedup.clusters.extent import extents
from dedup.clusters.origin import Claims, canonical, original
from dedup.columns import F64, I32, I64, U8, Bool, Column
from dedup.comparison.overlap import overlaps
from dedup.comparison.relation import decide
from dedup.model import RELATIONS, Cluster, Heads, Member, Original, Relation
from dedup.settings import Settings
from dedup.steps import Links, evidence_of, strongest


@dataclass(frozen=True, slots=True)
class Groups:
    """Which articles belong together, and on what grounds."""

    representatives: I64
    """The first article of each text, ascending: shape (texts,)."""

    text: I32
    """For each article the number of its text among the representatives, shape (articles,)."""

    group: I32
    """For each text its group, named by the group's first text, shape (texts,)."""

    links: Links
    """The relations between texts."""


@dataclass(slots=True)
class _Partners:
    """For each member of a cluster, in order of cluster and article, what it is to its partner."""

    member: I64
    partner: I64
    relation: U8
    resemblance: F64
    containment: F64


def clusters(
    heads: Heads,
    words: Column[np.uint32],
    groups: Groups,
    footers_of: Callable[[int], list[str]],
    aggregators: Bool,
    settings: Settings,
) -> list[Cluster]:
    """The clusters of two articles or more, the largest first, then in order of id.

    ``aggregators`` tells of each article whether it has a footer that only aggregators have.

    Each member names the original as its partner where the two are related, else the member that it resembles most.
    """
    group_of = groups.group[groups.text]
    order = np.argsort(group_of, kind="stable")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(group_of[order])) + 1])
    sizes = np.diff(np.concatenate([starts, [len(order)]]))
    clustered = order[np.repeat(sizes, sizes) > 1].tolist()
    claims = Claims(heads, aggregators.tolist(), _extents(words, groups, settings))
    sources, hypotheses, ids, at = list[int](), list[Original](), list[str](), 0
    for size in sizes[sizes > 1].tolist():
        source, hypothesis = original(clustered[at : at + size], claims, settings.origin)
        ids.append(heads.ids[canonical(clustered[at : at + size], heads)])
        sources += [source] * size
        hypotheses.append(hypothesis)
        at += size
    partners = _partners(np.array(clustered, np.int64), np.array(sources, np.int64), words, groups, settings)
    members = list(_members(heads, partners, sources, footers_of))
    found, at = [], 0
    for size, id_, hypothesis in zip(sizes[sizes > 1].tolist(), ids, hypotheses, strict=True):
        mine = sorted(members[at : at + size], key=lambda member: member.relation != "original")
        found.append(Cluster(id_, "new", None, size, hypothesis, mine))
        at += size
    return sorted(found, key=lambda cluster: (-cluster.size, cluster.id))


def _extents(words: Column[np.uint32], groups: Groups, settings: Settings) -> list[int]:
    """Which articles are cut from another of their cluster, or grown beyond one."""
    copies, links = np.bincount(groups.text, minlength=len(words)), groups.links
    found = extents(
        links.pairs, links.evidence.left_in_right, links.evidence.right_in_left,
        lengths=words.lengths, copies=copies, group=groups.group, weights=settings.origin,
    )  # fmt: skip
    of_articles: list[int] = found[groups.text].tolist()
    return of_articles


def _partners(members: I64, sources: I64, words: Column[np.uint32], groups: Groups, settings: Settings) -> _Partners:
    """The partner of each member, and the verdict on the two: with the original, or with the closest."""
    count = len(members)
    relation = np.full(count, RELATIONS.index(Relation.IDENTICAL), np.uint8)
    found = _Partners(members, sources.copy(), relation, np.ones(count), np.ones(count))
    mine = groups.text[members]
    other = np.flatnonzero(mine != groups.text[sources])
    _judge(found, other, words, groups, settings)
    unrelated = np.flatnonzero(found.relation == RELATIONS.index(Relation.UNRELATED))
    closest = strongest(groups.links, groups.group)
    found.partner[unrelated] = groups.representatives[closest[mine[unrelated]]]
    _judge(found, unrelated, words, groups, settings)
    return found


def _judge(found: _Partners, rows: I64, words: Column[np.uint32], groups: Groups, settings: Settings) -> None:
    """Compare the given members with their partners; their texts differ."""
    pairs = np.stack([groups.text[found.partner[rows]], groups.text[found.member[rows]]], axis=1)
    evidence = evidence_of(overlaps(words, pairs, settings.shingle_words))
    found.relation[rows] = decide(evidence, settings)
    found.resemblance[rows] = evidence.resemblance
    found.containment[rows] = evidence.right_in_left


def _members(
    heads: Heads, partners: _Partners, sources: list[int], footers_of: Callable[[int], list[str]]
) -> Iterator[Member]:
    rows = zip(
        partners.member.tolist(),
        sources,
        partners.partner.tolist(),
        partners.relation.tolist(),
        partners.resemblance.tolist(),
        partners.containment.tolist(),
        strict=True,
    )
    names = [str(relation) for relation in RELATIONS]
    ids, paths, titles, outlets, published = heads.ids, heads.paths, heads.titles, heads.sources, heads.published
    for article, source, partner, relation, resemblance, containment in rows:
        is_original = article == source
        yield Member(
            ids[article],
            paths[article],
            titles[article],
            outlets[article],
            published[article],
            None,
            "original" if is_original else names[relation],
            None if is_original else ids[partner],
            round(resemblance, 4),
            round(containment, 4),
            footers_of(article),
            heads.markers[article],
        )
