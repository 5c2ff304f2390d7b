"""What another threshold would give, from the evidence that a report holds; nothing is scanned anew.

Each member of a cluster is linked to its partner, and the report may name pairs just below a threshold
(``borderline``). For a relation and its measure, links below a threshold are cut and borderline pairs at or above it
are added; clusters are what then hangs together. A scan would know more: above the threshold in force a member has
one link here, though it may be related to others; below it only the borderline pairs are known, and nobody asks
whether the clusters that they join have enough in common. Where no links lead from some members to the rest of their
cluster, what holds them there is unknown, and is taken to be as weak as the weakest link among them.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np

from dedup.columns import I64
from dedup.evaluation.counting import Frame, agreed, pair_count, shares
from dedup.evaluation.found import Found
from dedup.evaluation.links import MEASURE_OF, Link

MOST_STEPS = 18
ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.5)
"""Sizes of a step, times a power of ten."""

SAME = 1e-9
"""Thresholds so close are one."""


@dataclass(frozen=True, slots=True)
class Step:
    """One threshold and what it gives."""

    threshold: float
    in_force: bool
    """Whether the report was made with it."""

    precision: float
    recall: float
    f1: float
    found_pairs: int
    right_pairs: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """The thresholds of one measure, the lowest first."""

    relation: str
    measure: str
    in_force: float | None
    """The threshold that the report was made with; None where the report does not tell."""

    links: int
    """Links of that relation that have the measure."""

    borderline: int
    """Pairs below the threshold in force that the report names."""

    loose: int
    """Parts of clusters that no link holds to the rest."""

    steps: tuple[Step, ...]
    """Empty where there is neither link nor pair."""


def sweep(base: Frame, found: Found, *, relation: str) -> Sweep:
    """Precision, recall and F1 at 12 to 20 thresholds of a relation's measure, or at each value if there are fewer.

    Cost: articles and links, and for each threshold a sort of the articles.

    Args:
        base: the gold. Articles that it does not know link others, but are in no pair.
        found: with all articles of the report.
        relation: one of MEASURE_OF.
    """
    in_force = found.in_force.get(relation)
    linked = [link for link in found.links if link.relation == relation and link.measure is not None]
    below = [
        link
        for link in found.borderline
        if link.relation == relation and link.measure is not None and (in_force is None or link.measure < in_force)
    ]
    # A link stands at the threshold that made it, even if its measure was the partner's, or was rounded down.
    lowest = -math.inf if in_force is None else in_force
    graded = [(max(link.measure or 0.0, lowest), link) for link in linked]
    graded += [(link.measure or 0.0, link) for link in below]
    groups = _Groups(base, found)
    loose = _loose(_Groups(base, found), found, graded)
    graded += [(strength, link) for strength, link in loose if strength is not None]
    graded.sort(key=lambda entry: -entry[0])
    groups.join(link for link in found.links if link.relation != relation or link.measure is None)
    groups.join(link for strength, link in loose if strength is None)
    gold_pairs = pair_count(base.truth, base.ignored)
    steps, at = list[Step](), 0
    for threshold in sorted(thresholds([value for value, _ in graded], in_force), reverse=True):
        start = at
        while at < len(graded) and graded[at][0] >= threshold - SAME:
            at += 1
        groups.join(link for _, link in graded[start:at])
        found_pairs, right_pairs = _counted(base, groups.labels())
        marked = in_force is not None and abs(threshold - in_force) <= SAME
        shared = shares(gold_pairs, found_pairs, right_pairs)
        steps.append(Step(threshold, marked, *shared, found_pairs, right_pairs))
    return Sweep(
        relation, MEASURE_OF[relation], in_force, len(linked), len(below), len(loose), tuple(reversed(steps))
    )


def thresholds(values: Iterable[float], in_force: float | None) -> list[float]:
    """Where to look, ascending: each value if they are few, else round steps; and the threshold in force.

    No value, no threshold.
    """
    distinct = sorted(set(values))
    if not distinct:
        return []
    chosen = distinct if len(distinct) <= MOST_STEPS else _round_steps(distinct[0], distinct[-1])
    if in_force is not None and not any(abs(value - in_force) <= SAME for value in chosen):
        chosen = sorted([*chosen, in_force])
    return chosen


def _round_steps(low: float, high: float) -> list[float]:
    """Multiples of the smallest round step of which at most MOST_STEPS reach from low to high."""
    power = math.floor(math.log10((high - low) / MOST_STEPS))
    for size in (factor * 10.0 ** (power + up) for up in (0, 1) for factor in ROUND):
        first, last = math.floor(low / size + SAME), math.floor(high / size + SAME)
        if last - first < MOST_STEPS:
            return [round(i * size, 2 - power) for i in range(first, last + 1)]
    raise AssertionError("a step of ten times the power always suffices")


def _counted(base: Frame, mine: I64) -> tuple[int, int]:
    """Pairs found and pairs found rightly."""
    return pair_count(mine, base.ignored), pair_count(agreed(base.truth, mine), base.ignored)


def _loose(groups: "_Groups", found: Found, graded: Iterable[tuple[float, Link]]) -> list[tuple[float | None, Link]]:
    """A link to the first member for each part of a cluster that no link holds to it, as weak as the part's weakest.

    The strength is None where no link of the part has one. ``groups`` has each article by itself, and is used up.
    """
    groups.join(found.links)
    ends = dict[int, tuple[str, str]]()
    for first, *others in found.clusters:
        for article in others:
            if groups.group(article) != groups.group(first):
                ends.setdefault(groups.group(article), (article, first))
    weakest = dict[int, float]()
    for strength, link in graded if ends else ():
        group = groups.group(link.left)
        weakest[group] = min(strength, weakest.get(group, strength))
    return [(weakest.get(group), Link(*pair, relation="")) for group, pair in ends.items()]


class _Groups:
    """Articles in groups that only ever grow together."""

    def __init__(self, base: Frame, found: Found) -> None:
        """Each article by itself."""
        self._labelled = len(base.place)
        self._place = dict(base.place)
        for article in chain.from_iterable(found.clusters):
            self._place.setdefault(article, len(self._place))
        for link in chain(found.links, found.borderline):
            self._place.setdefault(link.left, len(self._place))
            self._place.setdefault(link.right, len(self._place))
        self._parents = list(range(len(self._place)))

    def join(self, links: Iterable[Link]) -> None:
        """Make one group of the groups of the two articles of each link."""
        for link in links:
            self._parents[self.group(link.left)] = self.group(link.right)

    def labels(self) -> I64:
        """The group of each labelled article, as the number of one of its articles; shape (articles,)."""
        parents = np.array(self._parents, np.int64)
        while not np.array_equal(above := parents[parents], parents):
            parents = above
        return parents[: self._labelled]

    def group(self, article: str) -> int:
        """The group of an article, as the number of one of its articles."""
        parents, at = self._parents, self._place[article]
        while parents[at] != at:
            parents[at] = at = parents[parents[at]]
        return at
