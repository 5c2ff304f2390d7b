"""The worst mistakes: pairs wrongly found together, and pairs that were missed, those to look at first.

A cluster of 10,000 articles of two stories has millions of wrong pairs, so pairs are never listed in full: a few that
stand for the others are picked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, product

from dedup.evaluation.gold import Gold
from dedup.evaluation.links import Link, judged, strongest_first


@dataclass(frozen=True, slots=True)
class Mistake:
    """Two articles that a report joins wrongly, or fails to join, and the evidence that it has of the two."""

    left: str
    right: str
    relation: str | None
    """None where the report says nothing of the two."""

    resemblance: float | None
    containment: float | None
    rewrite: float | None
    kinds: str
    """The kinds of the two in the gold, joined by ``~``; may be empty."""


def wrong_pairs(gold: Gold, clusters: Sequence[Sequence[str]], links: Iterable[Link], most: int) -> list[Mistake]:
    """Pairs that stand in one cluster and are of different stories.

    First the links, the strongest evidence first: identical, near by resemblance, excerpt by containment, spun by the
    score of rewriting. Then a pair for each story that stands in a cluster of others and that no wrong link leads to.

    Args:
        gold: the labels.
        clusters: labelled members of each found cluster.
        links: of members with their partners.
        most: how many pairs to give.
    """
    wrong = sorted(
        (link for link in judged(gold, links) if not gold.joins(link.left, link.right)), key=strongest_first
    )
    partners = defaultdict[str, list[str]](list)
    for link in wrong:
        partners[link.left].append(link.right)
    strangers = (stranger for members in clusters for stranger in _strangers(gold, members, partners))
    return list(islice(chain((_told(gold, link) for link in wrong), strangers), most))


def missed_pairs(gold: Gold, found_of: Mapping[str, int], borderline: Iterable[Link], most: int) -> list[Mistake]:
    """Pairs that are copies of one story and do not stand in one cluster.

    First those that the report names as just below a threshold, the strongest first. Then, for each story that was
    found in several parts or not at all, its largest part with each other one: the largest parts first.

    Args:
        gold: the labels.
        found_of: the found cluster of each article that is in one.
        borderline: pairs that the report kept though they were not found.
        most: how many pairs to give.
    """
    kept = sorted(
        (
            link
            for link in judged(gold, borderline)
            if gold.joins(link.left, link.right) and not _together(found_of, link.left, link.right)
        ),
        key=strongest_first,
    )
    told = {link.pair for link in kept}
    others = (_silent(gold, *pair) for pair in _torn(gold, found_of, told))
    return list(islice(chain((_told(gold, link) for link in kept), others), most))


def _together(found_of: Mapping[str, int], left: str, right: str) -> bool:
    return left in found_of and found_of[left] == found_of.get(right)


def _strangers(gold: Gold, members: Sequence[str], partners: Mapping[str, Sequence[str]]) -> Iterator[Mistake]:
    """The first member with the first of each story that no chain of wrong links leads to from the first's story."""
    first_of = dict[str, str]()
    for member in members:
        first_of.setdefault(gold.cluster_of[member], member)
    beside = defaultdict[str, set[str]](set)
    for left in members if len(first_of) > 1 else ():
        for right in partners.get(left, ()):
            beside[gold.cluster_of[left]].add(gold.cluster_of[right])
            beside[gold.cluster_of[right]].add(gold.cluster_of[left])
    reached = set[str]()
    for story, member in first_of.items():
        if story not in reached:
            if reached and not gold.ignores(members[0], member):
                yield _silent(gold, members[0], member)
            ahead = [story]
            while ahead:
                reached.add(at := ahead.pop())
                ahead += beside[at] - reached


def _torn(gold: Gold, found_of: Mapping[str, int], told: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """A pair for each part of a story that stands apart from the story's largest part, the largest parts first.

    Pairs that were told are left out, and each one given is added to them.
    """
    stories = defaultdict[str, dict[int | str, list[str]]](dict)
    for article, cluster in gold.cluster_of.items():
        part: int | str = found_of.get(article, article)
        stories[cluster].setdefault(part, []).append(article)
    parts = []
    for story in stories.values():
        if len(story) > 1:
            largest, *others = sorted(story.values(), key=len, reverse=True)
            parts += [(largest, other) for other in others]
    parts.sort(key=lambda two: -len(two[0]) * len(two[1]))
    for largest, other in parts:
        pair = _between(gold, largest, other)
        if pair and (ordered := (min(pair), max(pair))) not in told:
            told.add(ordered)
            yield pair


def _between(gold: Gold, largest: list[str], other: list[str]) -> tuple[str, str] | None:
    """A pair that is judged: of the smaller part and its partner in the gold if there is one, else the first."""
    inside = set(other)
    partners = ((a, gold.partner_of[a]) for a in other if gold.partner_of.get(a, a) not in inside)
    pairs = chain(partners, product(other, largest))
    return next((pair for pair in pairs if not gold.ignores(*pair)), None)


def _told(gold: Gold, link: Link) -> Mistake:
    kinds = gold.kinds(link.left, link.right)
    return Mistake(
        link.left, link.right, link.relation, link.resemblance, link.containment, link.rewrite, kinds
    )  # fmt: skip


def _silent(gold: Gold, left: str, right: str) -> Mistake:
    return Mistake(left, right, None, None, None, None, gold.kinds(left, right))
