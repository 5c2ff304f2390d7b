"""Shows that the weights of the rewriting score are not fitted to one family of spinning.

    families.py PAIRS… --unrelated CORPUS [--wrong 15] [--penalty .1] [--json FILE] [--record]

PAIRS are collections with labelled pairs, CORPUS is one with clusters. Fits the weights on all families of copies,
and on all but one, and prints how much of each family they find. See README.md. Exit: 0 done; 1 failed; 2 wrong
usage.
"""

import argparse
import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import measure
import numpy as np
from corpora import CorpusError
from evidence import FAMILIES, MEASURES, Evidence, gathered
from regression import Line, line, slopes

from dedup.columns import F64
from dedup.errors import GoldError
from dedup.settings import Settings

GROUPS: Mapping[str, Collection[str]] = {
    **{family: (family,) for family in FAMILIES},
    "all machine translation": ("rule-based round trip", "back translation", "translators"),
    "all paraphrase": ("paraphrase, dipper", "paraphrase, polish"),
}
"""The families that are left out together."""


class Learned(NamedTuple):
    """The weights that are compared."""

    shipped: Line
    """With the threshold of the settings."""

    shipped_moved: Line
    """With the threshold of the fitted ones: so that only the weights differ."""

    every: Line
    """Fitted on all families."""

    without: Mapping[str, Line]
    """Fitted on all but those of a group."""

    def columns(self, group: str) -> tuple[Line, Line, Line, Line]:
        """What the columns of a group of families show."""
        return self.shipped, self.shipped_moved, self.every, self.without[group]


def shipped(settings: Settings) -> Line:
    """What the settings ask of a spun copy."""
    odds = np.log(settings.min_rewrite / (1 - settings.min_rewrite)) if settings.min_rewrite < 1 else np.inf
    weights = np.array([settings.phrase_weight, settings.order_weight, settings.sentence_weight])
    return Line(weights, float(settings.rewrite_bias + odds))


def inside(evidence: Evidence, group: str) -> list[F64]:
    """The measures of the families of a group, as far as they are there."""
    return [evidence.copies[family] for family in GROUPS[group] if family in evidence.copies]


def learned(evidence: Evidence, settings: Settings, *, wrong: int, penalty: float) -> Learned:
    """Fit on all families, and on all but each group that is there and leaves others to learn from.

    Args:
        evidence: the pairs.
        settings: the shipped weights.
        wrong: how many unrelated pairs pass each threshold.
        penalty: of the regression.
    """

    def fitted(families: Collection[str]) -> Line:
        weights = slopes([evidence.copies[family] for family in families], evidence.unrelated, penalty)
        return line(weights, evidence.unrelated, wrong)

    without = {
        group: fitted([family for family in evidence.copies if family not in families])
        for group, families in GROUPS.items()
        if min(len(families), 2) <= len(inside(evidence, group)) < len(evidence.copies)
    }
    present = shipped(settings)
    moved = line(present.slopes, evidence.unrelated, wrong)
    return Learned(present, moved, fitted(list(evidence.copies)), without)


def recalls(evidence: Evidence, found: Learned) -> dict[str, tuple[int, list[float]]]:
    """For each group its pairs, and the share that each of the ``columns`` finds."""
    shares = {}
    for group in found.without:
        measures = np.concatenate(inside(evidence, group))
        shares[group] = len(measures), [float(one.passed(measures).mean()) for one in found.columns(group)]
    return shares


def passing(evidence: Evidence, found: Learned) -> dict[str, tuple[int, list[int]]]:
    """For each kind of pairs of no copies their number, and how many pass the shipped weights, those moved, those
    fitted on all, and at most those fitted without a group."""
    counts = {}
    for kind, measures in {"unrelated, sharing keys": evidence.unrelated, **evidence.others}.items():
        always = [int(one.passed(measures).sum()) for one in (found.shipped, found.shipped_moved, found.every)]
        most = max((int(one.passed(measures).sum()) for one in found.without.values()), default=0)
        counts[kind] = len(measures), [*always, most]
    return counts


def tables(evidence: Evidence, found: Learned, wrong: int) -> str:
    """Recall by family, what else passes, and the weights."""
    columns = ("pairs", "shipped", f"shipped, {wrong} wrong", "all families", "without it")
    shares = recalls(evidence, found).items()
    recall = [(group, pairs, *(f"{share:.3f}" for share in told)) for group, (pairs, told) in shares]
    wrongly = [(kind, pairs, *told) for kind, (pairs, told) in passing(evidence, found).items()]
    lines = {"shipped": found.shipped, "all families": found.every}
    lines |= {f"without {group}": one for group, one in found.without.items()}
    total = float(found.shipped.slopes.sum())
    weights = [(name, *(f"{value:.1f}" for value in one.scaled(total).values())) for name, one in lines.items()]
    return "\n\n".join(
        (
            measure.table(("recall of", *columns), recall),
            measure.table(("wrongly passing", *columns[:-1], "without one, most"), wrongly),
            measure.table(("weights, scaled to one sum", *MEASURES, "bias"), weights),
        )
    )


def figures(evidence: Evidence, found: Learned) -> dict[str, Any]:
    """The same as plain values."""

    def plain(one: Line) -> dict[str, float]:
        return {name: round(value, 3) for name, value in zip((*MEASURES, "bias"), one.values(), strict=True)}

    names = ("shipped", "shipped_moved", "all", "without")
    families = {
        group: {
            "pairs": pairs,
            "recall": dict(zip(names, (round(share, 4) for share in told), strict=True)),
            "weights_without": plain(found.without[group]),
        }
        for group, (pairs, told) in recalls(evidence, found).items()
    }
    wrongly = {
        kind: {"pairs": pairs, **dict(zip(names, told, strict=True))}
        for kind, (pairs, told) in passing(evidence, found).items()
    }
    weights = {"shipped": plain(found.shipped), "all": plain(found.every)}
    return {"weights": weights, "families": families, "wrong": wrongly}


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+", type=Path, metavar="PAIRS", help="collections with pairs.tsv")
    parser.add_argument("--unrelated", type=Path, required=True, metavar="CORPUS", help="a collection with clusters")
    parser.add_argument("--wrong", type=int, default=15, help="unrelated pairs that pass (default: 15)")
    parser.add_argument("--penalty", type=float, default=0.1, help="L2 penalty of the regression (default: .1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    parser.add_argument("--record", action="store_true", help="append the figures to history.jsonl")
    options = parser.parse_args(words)
    if options.penalty <= 0 or options.wrong < 1:
        parser.error("wanted a penalty of more than 0, and 1 or more wrong pairs")
    return options


def main(words: list[str]) -> int:
    """Read, fit, print."""
    options, settings = parsed(words), Settings()
    evidence = gathered(options.pairs, options.unrelated, settings)
    if len(evidence.copies) < 2:
        raise CorpusError("pairs of fewer than two families; wanted two or more, to learn from one what another is")
    found = learned(evidence, settings, wrong=options.wrong, penalty=options.penalty)
    print(tables(evidence, found, options.wrong))
    if options.json:
        options.json.write_text(json.dumps(figures(evidence, found), indent=1) + "\n")
    if options.record:
        measure.record("families", settings.fingerprint(), figures(evidence, found))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (CorpusError, GoldError, ValueError) as error:
        sys.exit(f"families: {error}")
