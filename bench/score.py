"""How right found clusters are against labelled ones, as arithmetic on a contingency table; pure, no files.

No pair is ever listed: n articles of one cluster that agree in label and kind count as n (n - 1) / 2 pairs,
so a million articles and clusters of 10,000 take seconds. Ignored pairs count neither as right nor as wrong
in the pair measures and in the Rand index (which is taken from the pairs); B-cubed knows no ignored pairs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Gold:
    """The truth: each article's cluster and kind, and the pairs that are not judged."""

    cluster_of: Mapping[str, str]
    kind_of: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares are 0 to 1. ``kinds`` are those of the two articles of a pair, sorted, joined by ``~``."""

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
    recall_by_kind: dict[str, tuple[float, int]]
    """Recall and number of gold pairs, by kinds; most pairs first."""
    wrong_by_kind: dict[str, int]
    """Wrong pairs, by kinds; most first."""


def score(gold: Gold, found: Sequence[Iterable[str]]) -> Scores:
    """Measure found clusters; an article in none of them stands alone.

    Raises:
        ValueError: a found article is not in the gold, or is in two clusters.
    """
    place = {article: i for i, article in enumerate(gold.cluster_of)}
    truth = numbered([gold.cluster_of[a] for a in place])
    kinds, kind_names = named([gold.kind_of.get(a, "") for a in place])
    mine = found_labels(place, found)
    both = np.unique(truth * (len(place) + 1) + mine, return_inverse=True)[1]
    ignored = ignored_places(place, gold.ignored)

    counts = [pairs_by_kinds(labels, kinds, len(kind_names), ignored) for labels in (truth, mine, both)]
    gold_pairs, found_pairs, right_pairs = (int(c.sum()) for c in counts)
    precision = right_pairs / found_pairs if found_pairs else 1.0
    recall = right_pairs / gold_pairs if gold_pairs else 1.0
    b_precision, b_recall = bcubed(truth, mine, both)
    names = pair_names(kind_names)
    return Scores(
        precision=precision,
        recall=recall,
        f1=harmonic(precision, recall),
        ari=adjusted_rand(gold_pairs, found_pairs, right_pairs, articles=len(place)),
        bcubed_precision=b_precision,
        bcubed_recall=b_recall,
        bcubed_f1=harmonic(b_precision, b_recall),
        gold_pairs=gold_pairs,
        found_pairs=found_pairs,
        right_pairs=right_pairs,
        largest_cluster=max((len(set(cluster)) for cluster in found), default=0),
        recall_by_kind={name: (int(counts[2][i]) / total, total) for name, i, total in ordered(counts[0], names)},
        wrong_by_kind={name: wrong for name, _, wrong in ordered(counts[1] - counts[2], names)},
    )


def numbered(labels: Sequence[str]) -> Ints:
    """Each label as the number of its first appearance."""
    return named(labels)[0]


def named(labels: Sequence[str]) -> tuple[Ints, list[str]]:
    """Each label as a number, and the labels in the order of their numbers."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(x, len(numbers)) for x in labels], dtype=np.int64), list(numbers)


def found_labels(place: Mapping[str, int], found: Sequence[Iterable[str]]) -> Ints:
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
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def ignored_places(place: Mapping[str, int], ignored: Iterable[tuple[str, str]]) -> tuple[Ints, Ints]:
    """The places of the two articles of each ignored pair, once, whichever way round it was given."""
    pairs = {tuple(sorted((place[a], place[b]))) for a, b in ignored if a in place and b in place and a != b}
    listed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]


def pairs_by_kinds(labels: Ints, kinds: Ints, kind_count: int, ignored: tuple[Ints, Ints]) -> Ints:
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


def bcubed(truth: Ints, mine: Ints, both: Ints) -> tuple[float, float]:
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


def pair_names(kinds: Sequence[str]) -> list[str]:
    """What to call the pairs of entry ``low * len(kinds) + high``."""
    return [" ~ ".join(sorted({a, b})) for a in kinds for b in kinds]


def ordered(counts: Ints, names: Sequence[str]) -> list[tuple[str, int, int]]:
    """Name, entry and count of each entry above 0, most first."""
    entries = [(names[i], i, int(counts[i])) for i in np.flatnonzero(counts > 0).tolist()]
    return sorted(entries, key=lambda entry: (-entry[2], entry[0]))
