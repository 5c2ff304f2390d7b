"""The figures of an evaluation, as lines for a terminal. Every line may be as long as the ids in it."""

from collections.abc import Iterator, Sequence

from dedup.evaluation.counting import KindScore, Scores
from dedup.evaluation.links import MEASURE_OF, RelationScore
from dedup.evaluation.sweep import Sweep
from dedup.evaluation.worst import Mistake
from dedup.report.explaining import command
from dedup.report.fitting import counted, printable
from dedup.workflows.evaluate import Evaluation

MOST_KINDS = 40
"""Rows of the table of kinds."""

Row = Sequence[str]


def lines(evaluation: Evaluation) -> Iterator[str]:
    """All figures: of pairs and articles, by relation, by kind; the worst mistakes; the thresholds."""
    scores = evaluation.scores
    yield (
        f"{counted(evaluation.articles, 'labelled article')}, {evaluation.stories:,} stories with copies; "
        f"found {counted(evaluation.clusters, 'cluster')} of {evaluation.clustered_articles:,}, "
        f"the largest of {scores.largest_cluster:,}"
    )
    yield ""
    yield from _measures(scores)
    yield from _by_relation("found links", "precision", evaluation.by_relation)
    yield from _by_relation("labelled copies", "recall", evaluation.by_gold_relation)
    yield from _by_kind(scores.kinds)
    wrong, missed = scores.found_pairs - scores.right_pairs, scores.gold_pairs - scores.right_pairs
    yield from _mistakes(f"wrong pairs: {wrong:,}, found together and of different stories", evaluation.wrong)
    yield from _mistakes(f"missed pairs: {missed:,}, of one story and not found together", evaluation.missed)
    for sweep in evaluation.sweeps:
        yield from _thresholds(sweep)


def _measures(scores: Scores) -> Iterator[str]:
    rows = [
        ("pair", *_shares(scores.precision, scores.recall, scores.f1)),
        ("article (B-cubed)", *_shares(scores.bcubed_precision, scores.bcubed_recall, scores.bcubed_f1)),
    ]
    yield from table(("counted by", "precision", "recall", "F1"), rows)
    yield (
        f"adjusted Rand index {scores.ari:.4f}; of {scores.gold_pairs:,} labelled and {scores.found_pairs:,} found "
        f"pairs, {scores.right_pairs:,} are right"
    )


def _shares(*shares: float) -> Iterator[str]:
    return (f"{share:.4f}" for share in shares)


def _by_relation(title: str, measure: str, scores: Sequence[RelationScore]) -> Iterator[str]:
    if scores:
        yield ""
        rows = [(printable(one.relation), f"{one.pairs:,}", f"{one.right:,}", f"{one.share:.4f}") for one in scores]
        yield from table((title, "pairs", "right", measure), rows)


def _by_kind(kinds: Sequence[KindScore]) -> Iterator[str]:
    if not any(one.kinds for one in kinds):
        return
    rows = []
    for one in kinds[:MOST_KINDS]:
        recall = "" if one.recall is None else f"{one.recall:.4f}"
        rows.append((printable(one.kinds) or "(none)", f"{one.gold_pairs:,}", recall, f"{one.wrong_pairs:,}"))
    yield ""
    yield from table(("kinds of the two", "pairs", "recall", "wrong"), rows)
    if len(kinds) > MOST_KINDS:
        yield f"and {len(kinds) - MOST_KINDS:,} more; --json has all"


def _mistakes(title: str, mistakes: Sequence[Mistake]) -> Iterator[str]:
    yield ""
    yield title
    if mistakes:
        rows = [(one.relation or "", _measure(one), one.kinds, command(one.left, one.right)) for one in mistakes]
        columns = [column for column in zip(*rows, strict=True) if any(column)]
        cells = [[printable(cell) for cell in row] for row in zip(*columns, strict=True)]
        yield from (f"  {row}" for row in _aligned(cells, left=range(len(columns))))


def _measure(one: Mistake) -> str:
    """What the relation rests on; a borderline pair has what it falls short of."""
    name = MEASURE_OF.get(one.relation or "")
    value = getattr(one, name) if name else None
    return "" if value is None else f"{name} {value:.4g}"


def _thresholds(sweep: Sweep) -> Iterator[str]:
    yield ""
    if not sweep.steps:
        yield f"{sweep.measure} of {sweep.relation}: the report has no such link or borderline pair"
        return
    kept = f"{counted(sweep.links, 'link')} and {counted(sweep.borderline, 'borderline pair')}"
    yield f"{sweep.measure} from which two count as {sweep.relation}: {kept}"
    rows = [
        (
            f"{step.threshold:.4g}",
            *_shares(step.precision, step.recall, step.f1),
            f"{step.found_pairs:,}",
            "in force" if step.in_force else "",
        )
        for step in sweep.steps
    ]
    yield from table(("threshold", "precision", "recall", "F1", "pairs", ""), rows)
    if sweep.loose:
        yield f"{counted(sweep.loose, 'part')} of clusters with no link to the rest: taken for as weak as its weakest"
    if sweep.in_force is None:
        yield "the report does not tell the threshold in force"
    else:
        yield "known are: below the threshold in force, the borderline pairs; above it, one link for each member"


def table(header: Row, rows: Sequence[Row]) -> list[str]:
    """Rows below a header and a rule, the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * width if name else "" for name, width in zip(header, widths, strict=True)]
    return _aligned([header, rule, *rows], left=(0,))


def _aligned(rows: Sequence[Row], *, left: Sequence[int]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shown = []
    for row in rows:
        cells = [
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        shown.append("  ".join(cells).rstrip())
    return shown
