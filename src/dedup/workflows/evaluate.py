"""How right a report is against labelled clusters."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dedup.errors import GoldError, ReportError
from dedup.evaluation.counting import Scores, frame, score
from dedup.evaluation.found import Found
from dedup.evaluation.found import found as found_in
from dedup.evaluation.gold import Gold, read_gold
from dedup.evaluation.links import MEASURE_OF, RelationScore, precision_by_relation, recall_by_relation
from dedup.evaluation.sweep import Sweep, sweep
from dedup.evaluation.worst import Mistake, missed_pairs, wrong_pairs
from dedup.report.reading import read


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How right a report is. ``dedup evaluate --json`` writes these fields."""

    articles: int
    """Labelled articles: those of which every pair counts. One that is in no cluster stands alone."""

    stories: int
    """Labelled clusters of two articles or more."""

    scanned: int
    """Articles that the report was made of."""

    clusters: int
    clustered_articles: int
    """Both as in the report, articles without label included."""

    left_out: list[str]
    """Clustered articles that the gold does not label, in order: they are left out of all figures."""

    scores: Scores
    by_relation: tuple[RelationScore, ...]
    """Precision: of the report's links of a member and its partner, how many join copies of one story."""

    by_gold_relation: tuple[RelationScore, ...]
    """Recall: of the articles that the gold relates to a partner, how many are in one cluster with it."""

    wrong: list[Mistake]
    missed: list[Mistake]
    """The worst mistakes, a few of them."""

    sweeps: list[Sweep]
    """What other thresholds would give; empty unless asked for."""


def evaluate(
    report: str | Path,
    gold: str | Path,
    *,
    ignore: str | Path | None = None,
    most: int = 10,
    thresholds: bool = False,
) -> Evaluation:
    """Measure a report against labelled clusters.

    Args:
        report: the file that a scan wrote.
        gold: the table of labels; ``evaluation/gold.py`` says how it looks.
        ignore: a table of pairs that count neither as right nor as wrong.
        most: how many of the worst wrong and missed pairs to give.
        thresholds: also say what other thresholds would give.

    Cost: articles, not pairs; a report of 100,000 articles takes a second or two.

    Raises:
        ReportError: the report is missing, damaged or no report.
        GoldError: a table is missing or not of that form, or labels no article of the report's clusters.
    """
    report, gold = Path(report), Path(gold)
    content = read(report)
    labels = read_gold(gold, Path(ignore) if ignore else None)
    try:
        found = found_in(content)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise ReportError(f"{report} is a damaged report ({problem}); scan once more") from None
    members, left_out = _labelled(found, labels)
    if found.clusters and not any(members):
        raise GoldError(
            f"{gold} labels no article of the clusters of {report}, which has ids such as {found.clusters[0][0]!r}, "
            f"the labels such as {next(iter(labels.cluster_of))!r}; label the ids of the report"
        )
    found_of = {article: number for number, cluster in enumerate(members) for article in cluster}
    return Evaluation(
        articles=len(labels.cluster_of),
        stories=_stories(labels),
        scanned=found.scanned,
        clusters=len(found.clusters),
        clustered_articles=sum(map(len, found.clusters)),
        left_out=left_out,
        scores=score(labels, members),
        by_relation=precision_by_relation(labels, found.links),
        by_gold_relation=recall_by_relation(labels, lambda a, b: a in found_of and found_of[a] == found_of.get(b)),
        wrong=wrong_pairs(labels, members, found.links, most),
        missed=missed_pairs(labels, found_of, found.borderline, most),
        sweeps=list(_sweeps(labels, found)) if thresholds else [],
    )


def _labelled(found: Found, gold: Gold) -> tuple[list[list[str]], list[str]]:
    """The labelled members of each cluster that has any, and the ids of the others."""
    members = [[article for article in cluster if article in gold.cluster_of] for cluster in found.clusters]
    others = (article for cluster in found.clusters for article in cluster if article not in gold.cluster_of)
    return [cluster for cluster in members if cluster], sorted(others)


def _stories(gold: Gold) -> int:
    seen, several = set[str](), set[str]()
    for cluster in gold.cluster_of.values():
        (several if cluster in seen else seen).add(cluster)
    return len(several)


def _sweeps(gold: Gold, found: Found) -> Iterator[Sweep]:
    base = frame(gold)
    return (sweep(base, found, relation=relation) for relation in MEASURE_OF)
