"""How right found clusters are against labelled ones, as arithmetic on a contingency table; pure, no files.

No pair is ever listed: n articles of one cluster that agree in label and kind count as n (n - 1) / 2 pairs,
so a million articles and clusters of 10,000 take seconds. Ignored pairs count neither as right nor as wrong
in the pair measures and in the Rand index (which is taken from the pairs); B-cubed knows no ignored pairs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dedup.columns import I64
from dedup.evaluation.gold import Gold

MOST_KINDS = 200
"""A gold with more different kinds has descriptions of single articles: they are not told apart."""


@dataclass(frozen=True, slots=True)
class KindScore:
    """The pairs whose two articles are of certain kinds."""

    kinds: str
    """Those of the two, sorted, joined by ``~``."""

    gold_pairs: int
    found_pairs: int
    right_pairs: int
    recall: float | None
    """None where the gold has no such pair."""

    @property
    def wrong_pairs(self) -> int:
        """Pairs found and not in the gold."""
        return self.found_pairs - self.right_pairs


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares are 0 to 1."""

    precision: float
    recall: float
    f1: float
    ari: float
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    gold_pairs: int
    found_pairs: int
    right_pairs: int
    largest_cluster: int
    kinds: tuple[KindScore, ...]
    """Those with most gold pairs first, then those with most found ones."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The gold as numbers: what is the same for all clusters that are measured against it."""

    place: Mapping[str, int]
    """The number of each article."""

    truth: I64
    """The cluster of each article, shape (articles,)."""

    ignored: tuple[I64, I64]
    """The two articles of each pair that is not judged."""


def frame(gold: Gold) -> Frame:
    """The gold as numbers."""
    place = {article: i for i, article in enumerate(gold.cluster_of)}
    return Frame(place, numbered(list(gold.cluster_of.values())), ignored_places(place, gold.ignored))


def score(gold: Gold, found: Sequence[Iterable[str]]) -> Scores:
    """Measure found clusters; an article in none of them stands alone.

    Raises:
        ValueError: a found article is not in the gold, or is in two clusters.
    """
    base = frame(gold)
    place, truth = base.place, base.truth
    kinds, kind_names = named([gold.kind_of.get(a, "") for a in place])
    if len(kind_names) > MOST_KINDS:
        kinds, kind_names = np.zeros_like(kinds), [""]
    mine = found_labels(place, found)
    both = agreed(truth, mine)

    counts = [pairs_by_kinds(labels, kinds, len(kind_names), base.ignored) for labels in (truth, mine, both)]
    gold_pairs, found_pairs, right_pairs = (int(c.sum()) for c in counts)
    precision, recall, f1 = shares(gold_pairs, found_pairs, right_pairs)
    b_precision, b_recall = bcubed(truth, mine, both)
    return Scores(
        precision=precision,
        recall=recall,
        f1=f1,
        ari=adjusted_rand(gold_pairs, found_pairs, right_pairs, articles=len(place)),
        bcubed_precision=b_precision,
        bcubed_recall=b_recall,
        bcubed_f1=harmonic(b_precision, b_recall),
        gold_pairs=gold_pairs,
        found_pairs=found_pairs,
        right_pairs=right_pairs,
        largest_cluster=max((len(set(cluster)) for cluster in found), default=0),
        kinds=kind_scores(counts, kind_names),
    )


def shares(gold_pairs: int, found_pairs: int, right_pairs: int) -> tuple[float, float, float]:
    """Precision, recall and F1; nothing found is precise, nothing to find is complete."""
    precision = right_pairs / found_pairs if found_pairs else 1.0
    recall = right_pairs / gold_pairs if gold_pairs else 1.0
    return precision, recall, harmonic(precision, recall)


def agreed(truth: I64, mine: I64) -> I64:
    """A number for each article that two have in common if both labels of theirs are equal; shape (articles,)."""
    return dense(truth * (int(mine.max(initial=0)) + 1) + mine)


def dense(labels: I64) -> I64:
    """Labels as numbers from 0 on."""
    numbers: I64 = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    return numbers


def numbered(labels: Sequence[str]) -> I64:
    """Each label as the number of its first appearance."""
    return named(labels)[0]


def named(labels: Sequence[str]) -> tuple[I64, list[str]]:
    """Each label as a number, and the labels in the order of their numbers."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(x, len(numbers)) for x in labels], dtype=np.int64), list(numbers)


def found_labels(place: Mapping[str, int], found: Sequence[Iterable[str]]) -> I64:
    """The found cluster of each article; those of none get a number of their own."""
    labels = np.arange(len(found), len(found) + len(place), dtype=np.int64)
    seen: dict[str, int] = {}
    for number, cluster in enumerate(found):
        for article in set(cluster):
            if article not in place:
                raise ValueError(f"article {article!r} of a found cluster has no label in the gold")
            if article in seen:
                raise ValueError(f"article {article!r} is in two found clusters")
            seen[article] = number
            labels[place[article]] = number
    return dense(labels)


def ignored_places(place: Mapping[str, int], ignored: Iterable[tuple[str, str]]) -> tuple[I64, I64]:
    """The places of the two articles of each ignored pair, once, whichever way round it was given."""
    pairs = {tuple(sorted((place[a], place[b]))) for a, b in ignored if a in place and b in place and a != b}
    listed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]


def pairs_by_kinds(labels: I64, kinds: I64, kind_count: int, ignored: tuple[I64, I64]) -> I64:
    """Pairs of articles that share a label, less the ignored ones, by kinds: entry low * kind_count + high.

    Cost: articles, plus for each label the square of the number of its different kinds.
    """
    cells, sizes = np.unique(labels * kind_count + kinds, return_counts=True)
    label, kind = cells // kind_count, cells % kind_count
    counts = np.zeros(kind_count * kind_count, dtype=np.int64)
    np.add.at(counts, kind * kind_count + kind, sizes * (sizes - 1) // 2)
    # Cells are sorted by label, then kind: compare each with the one `step` places on, while labels agree.
    for step in range(1, kind_count):
        same = np.flatnonzero(label[:-step] == label[step:])
        if not len(same):
            break
        np.add.at(counts, kind[same] * kind_count + kind[same + step], sizes[same] * sizes[same + step])
    left, right = ignored
    out = labels[left] == labels[right]
    low, high = np.sort([kinds[left[out]], kinds[right[out]]], axis=0)
    np.subtract.at(counts, low * kind_count + high, 1)
    return counts


def pair_count(labels: I64, ignored: tuple[I64, I64]) -> int:
    """Pairs of articles that share a label, less the ignored ones."""
    return int(pairs_by_kinds(labels, np.zeros_like(labels), 1, ignored)[0])


def bcubed(truth: I64, mine: I64, both: I64) -> tuple[float, float]:
    """Precision and recall averaged over articles (Bagga and Baldwin 1998)."""
    together = np.bincount(both)[both]
    precision = together / np.bincount(mine)[mine]
    recall = together / np.bincount(truth)[truth]
    return float(precision.mean()), float(recall.mean())


def adjusted_rand(gold_pairs: int, found_pairs: int, right_pairs: int, *, articles: int) -> float:
    """Hubert and Arabie's index: 1 for equal clusters, about 0 for clusters by chance."""
    every = articles * (articles - 1) / 2
    by_chance = gold_pairs * found_pairs / every if every else 0.0
    most = (gold_pairs + found_pairs) / 2
    return (right_pairs - by_chance) / (most - by_chance) if most != by_chance else 1.0


def harmonic(precision: float, recall: float) -> float:
    """F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def kind_scores(counts: Sequence[I64], kinds: Sequence[str]) -> tuple[KindScore, ...]:
    """The gold, found and right pairs of entry ``low * len(kinds) + high``, in order of their number."""
    gold, found, right = counts
    names = [" ~ ".join(sorted({a, b})) for a in kinds for b in kinds]
    scores = []
    for i in np.flatnonzero((gold > 0) | (found > 0)).tolist():
        total, told, hit = int(gold[i]), int(found[i]), int(right[i])
        scores.append(KindScore(names[i], total, told, hit, hit / total if total else None))
    return tuple(sorted(scores, key=lambda one: (-one.gold_pairs, -one.found_pairs, one.kinds)))
