"""Links: what a report says of two articles and on which measures, and how many of these are right."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dedup.evaluation.gold import Gold

RELATIONS = ("identical", "near", "excerpt", "spun")
"""In the order of what they say of two articles, the strongest first."""

MEASURE_OF = {"near": "resemblance", "excerpt": "containment", "spun": "rewrite"}
"""The measure whose threshold makes a relation; equal texts need none."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles and the measures that a report gives of them; a measure that it lacks is None."""

    left: str
    """The member, where the other is its partner."""

    right: str
    relation: str
    resemblance: float | None = None
    containment: float | None = None
    rewrite: float | None = None

    @property
    def measure(self) -> float | None:
        """The one on which the relation rests."""
        name = MEASURE_OF.get(self.relation)
        return getattr(self, name) if name else None

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids in order."""
        return (self.left, self.right) if self.left < self.right else (self.right, self.left)


@dataclass(frozen=True, slots=True)
class RelationScore:
    """How many pairs of one relation are right."""

    relation: str
    pairs: int
    right: int
    share: float
    """Right over all, 0 to 1."""


def rank(relation: str) -> int:
    """The place of a relation in RELATIONS; unknown ones are last."""
    return RELATIONS.index(relation) if relation in RELATIONS else len(RELATIONS)


def strongest_first(link: Link) -> tuple[int, float, str, str]:
    """Sorts links: by relation, then by its measure, the highest first."""
    measure = link.measure
    return rank(link.relation), -measure if measure is not None else 0.0, link.left, link.right


def judged(gold: Gold, links: Iterable[Link]) -> Iterator[Link]:
    """The links between two labelled articles that are judged, each pair once."""
    seen = set[tuple[str, str]]()
    for link in links:
        labelled = link.left in gold.cluster_of and link.right in gold.cluster_of
        if labelled and link.pair not in seen and link.left != link.right and not gold.ignores(*link.pair):
            seen.add(link.pair)
            yield link


def precision_by_relation(gold: Gold, links: Iterable[Link]) -> tuple[RelationScore, ...]:
    """Of the links of a report, how many join copies of one story."""
    return _tally((link.relation, gold.joins(link.left, link.right)) for link in judged(gold, links))


def recall_by_relation(gold: Gold, together: Callable[[str, str], bool]) -> tuple[RelationScore, ...]:
    """Of the articles that the gold relates to a partner of their cluster, how many were found with it.

    Args:
        gold: ``relation_of`` and ``partner_of`` count here.
        together: whether two articles were found in one cluster.
    """
    pairs = [(gold.relation_of[article], article, partner) for article, partner in gold.partner_of.items()]
    return _tally((relation, together(a, b)) for relation, a, b in pairs if not gold.ignores(a, b))


def _tally(verdicts: Iterable[tuple[str, bool]]) -> tuple[RelationScore, ...]:
    counts = dict[str, list[int]]()
    for relation, right in verdicts:
        count = counts.setdefault(relation, [0, 0])
        count[0] += 1
        count[1] += right
    order = sorted(counts, key=lambda relation: (rank(relation), relation))
    return tuple(RelationScore(name, counts[name][0], counts[name][1], _share(counts[name])) for name in order)


def _share(count: Sequence[int]) -> float:
    return count[1] / count[0]
