"""From groups of articles to clusters: who is the original, and what each other member shares with which partner."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

from dedup.clusters.containers import Holds
from dedup.clusters.extent import extents
from dedup.clusters.origin import Claims, canonical, original
from dedup.columns import F64, I32, I64, U8, Bool
from dedup.comparison.known import KnownPairs
from dedup.comparison.relation import NEAR, rewrite
from dedup.comparison.rewrite import Texts
from dedup.model import (
    RELATIONS,
    Borderline,
    Cluster,
    Contained,
    Container,
    Heads,
    Member,
    Original,
    Passages,
    Relation,
)
from dedup.parts import Spread, at_once
from dedup.settings import Settings
from dedup.verdicts import Links, judge, strongest
from dedup.workflows.stretches import Characters, shared_passages


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
    of_partner: F64
    """Share of the partner's shingles that the member has."""

    rewrite: F64


def clusters(
    heads: Heads,
    texts: Texts,
    groups: Groups,
    footers_of: Callable[[I64], list[list[str]]],
    characters: Characters,
    aggregators: Bool,
    settings: Settings,
    known: KnownPairs | None = None,
    spread: Spread = at_once,
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
    claims = Claims(heads, aggregators.tolist(), _extents(texts, groups, settings))
    sources, hypotheses, ids, at = list[int](), list[Original](), list[str](), 0
    for size in sizes[sizes > 1].tolist():
        source, hypothesis = original(clustered[at : at + size], claims, settings.origin)
        ids.append(heads.ids[canonical(clustered[at : at + size], heads)])
        sources += [source] * size
        hypotheses.append(hypothesis)
        at += size
    partners = _partners(np.array(clustered, np.int64), np.array(sources, np.int64), texts, groups, settings, known)
    passages = _passages(partners, texts, groups, characters, settings, spread)
    lengths = texts.words.lengths[groups.text[partners.member]].tolist()
    members = _members(heads, partners, np.array(sources, np.int64), footers_of(partners.member), passages, lengths)
    found, at = [], 0
    for size, id_, hypothesis in zip(sizes[sizes > 1].tolist(), ids, hypotheses, strict=True):
        mine = members[at : at + size]
        mine.insert(0, mine.pop(clustered.index(sources[at], at) - at))
        found.append(Cluster(id_, "new", None, [], None, [], size, hypothesis, mine))
        at += size
    return sorted(found, key=lambda cluster: (-cluster.size, cluster.id))


def _extents(texts: Texts, groups: Groups, settings: Settings) -> list[int]:
    """Which articles are cut from another of their cluster, or grown beyond one."""
    copies, links = np.bincount(groups.text, minlength=len(texts.words)), groups.links
    found = extents(
        links.pairs, links.evidence.left_in_right, links.evidence.right_in_left,
        lengths=texts.words.lengths, copies=copies, group=groups.group, weights=settings.origin,
    )  # fmt: skip
    of_articles: list[int] = found[groups.text].tolist()
    return of_articles


def _partners(
    members: I64, sources: I64, texts: Texts, groups: Groups, settings: Settings, known: KnownPairs | None
) -> _Partners:
    """The partner of each member, and the verdict on the two: with the original, or with the closest."""
    count = len(members)
    relation = np.full(count, RELATIONS.index(Relation.IDENTICAL), np.uint8)
    found = _Partners(
        members, sources.copy(), relation, np.ones(count), np.ones(count), np.ones(count), np.zeros(count)
    )
    mine = groups.text[members]
    other = np.flatnonzero(mine != groups.text[sources])
    _judge(found, other, texts, groups, settings, known)
    unrelated = np.flatnonzero(found.relation == RELATIONS.index(Relation.UNRELATED))
    closest = strongest(groups.links, groups.group)
    found.partner[unrelated] = groups.representatives[closest[mine[unrelated]]]
    _judge(found, unrelated, texts, groups, settings, known)
    return found


def _judge(
    found: _Partners, rows: I64, texts: Texts, groups: Groups, settings: Settings, measured: KnownPairs | None
) -> None:
    """Compare the given members with their partners; their texts differ. What is known of near ones is not counted
    again."""
    left, right = groups.text[found.partner[rows]], groups.text[found.member[rows]]
    known = _known_near(left, right, groups.links)
    is_known = known >= 0
    _note(found, rows[is_known], groups.links.take(known[is_known]), (left > right)[is_known], settings)
    pairs = np.stack([left, right], axis=1)[~is_known].astype(np.int32)
    _note(found, rows[~is_known], judge(texts, pairs, settings, measured), np.zeros(len(pairs), np.bool_), settings)


def _note(found: _Partners, rows: I64, verdict: Links, turned: Bool, settings: Settings) -> None:
    """Write the verdicts on members and their partners, who are on the left, or on the right where turned."""
    evidence = verdict.evidence
    found.relation[rows] = verdict.relations
    found.resemblance[rows] = evidence.resemblance
    found.containment[rows] = np.where(turned, evidence.left_in_right, evidence.right_in_left)
    found.of_partner[rows] = np.where(turned, evidence.right_in_left, evidence.left_in_right)
    found.rewrite[rows] = rewrite(evidence, settings)


def _known_near(left: I32, right: I32, links: Links) -> I64:
    """The place of each two texts among the near links, -1 where they are not there, shape (pairs,)."""
    places = np.flatnonzero(links.relations == NEAR)
    if not len(places):
        return np.full(len(left), -1, np.int64)
    linked, wanted = (
        np.minimum(a, b).astype(np.int64) << 32 | np.maximum(a, b) for a, b in (links.pairs[places].T, (left, right))
    )
    at = np.minimum(np.searchsorted(linked, wanted), len(linked) - 1)
    return np.where(linked[at] == wanted, places[at], -1)


def _passages(
    partners: _Partners, texts: Texts, groups: Groups, characters: Characters, settings: Settings, spread: Spread
) -> list[Passages | None]:
    """What each member shares with its partner; None where it is its own."""
    rows = np.flatnonzero(partners.member != partners.partner)
    articles = np.stack([partners.member[rows], partners.partner[rows]], axis=1)
    relations = partners.relation[rows]

    def part(start: int, stop: int) -> list[Passages]:
        some = slice(start, stop)
        return shared_passages(texts, articles[some], groups.text, relations[some], characters, settings)

    found: list[Passages | None] = [None] * len(partners.member)
    for row, passages in zip(rows.tolist(), chain.from_iterable(spread(part, len(rows))), strict=True):
        found[row] = passages
    return found


def _members(
    heads: Heads,
    partners: _Partners,
    sources: I64,
    footers: list[list[str]],
    passages: list[Passages | None],
    lengths: list[int],
) -> list[Member]:
    """The members, column by column: there may be as many as articles."""
    articles, is_original = partners.member.tolist(), partners.member == sources
    inner = np.where(partners.containment >= partners.of_partner, partners.member, partners.partner)
    is_excerpt = ~is_original & (partners.relation == RELATIONS.index(Relation.EXCERPT))
    names, told = [*map(str, RELATIONS), "original"], partners.rewrite != 0
    relations = np.where(is_original, len(RELATIONS), partners.relation).tolist()
    return list(
        map(
            Member,
            *([column[i] for i in articles] for column in (heads.ids, heads.paths, heads.titles)),
            *([column[i] for i in articles] for column in (heads.sources, heads.published)),
            repeat(None),
            [names[relation] for relation in relations],
            _ids(heads, np.where(is_original, -1, partners.partner)),
            _rounded(partners.resemblance),
            _rounded(partners.containment),
            _ids(heads, np.where(is_excerpt, inner, -1)),
            [share if told else None for share, told in zip(_rounded(partners.rewrite), told.tolist(), strict=True)],
            footers,
            [tuple(heads.markers[i]) for i in articles],
            passages,
            lengths,
        )
    )


def _ids(heads: Heads, articles: I64) -> list[str | None]:
    """The ids of some articles, None for -1."""
    return [heads.ids[article] if article >= 0 else None for article in articles.tolist()]


def _rounded(shares: F64) -> list[float]:
    """Shares as ``round(share, 4)`` gives them, which takes its time: asked only where the fifth digit is a 5."""
    scaled = shares * 1e4
    rounded = np.rint(scaled)
    found: list[float] = (rounded / 1e4).tolist()
    for i in np.flatnonzero(np.abs(scaled - rounded) > 0.499999).tolist():
        found[i] = round(float(shares[i]), 4)
    return found


def borderline(heads: Heads, representatives: I64, pairs: Links, settings: Settings) -> list[Borderline]:
    """The pairs that may be spun copies, named by the first article of each text; the surest first."""
    evidence = pairs.evidence
    inner = np.where(evidence.left_words <= evidence.right_words, evidence.left_in_right, evidence.right_in_left)
    rows = zip(
        *representatives[pairs.pairs].T.tolist(),
        evidence.resemblance.tolist(),
        inner.tolist(),
        rewrite(evidence, settings).tolist(),
        strict=True,
    )
    found = [
        Borderline(heads.ids[left], heads.ids[right], "spun", *(round(measure, 4) for measure in measures))
        for left, right, *measures in rows
    ]
    return sorted(found, key=lambda pair: (-pair.rewrite, pair.left, pair.right))


def containers(heads: Heads, groups: Groups, round_ups: I32, holds: Holds) -> list[Container]:
    """The articles that hold several stories, each with the stories that stand in it, in order of id."""
    stories = dict[int, list[Contained]]()
    for inner, outer, share in zip(*(column.tolist() for column in holds), strict=True):
        story = Contained(heads.ids[groups.representatives[inner]], round(share, 4))
        stories.setdefault(outer, []).append(story)
    found = []
    for article in np.flatnonzero(np.isin(groups.text, round_ups)).tolist():
        held = sorted(stories[int(groups.text[article])], key=lambda story: (-story.containment, story.id))
        found.append(Container(heads.ids[article], heads.paths[article], held))
    return found
