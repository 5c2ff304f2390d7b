"""How much the confidence in an original means: on made-up clusters whose original is known.

    origins.py [--clusters N] [--seed N]

Prints, for each range of confidence, how many hypotheses fall into it and how many of these are right, and the
same by kind of cluster. A cluster has one hypothesis, the likeliest: a member, or somebody outside. The clusters and
their chances are those of ``planted.py``. Exit: 0 done; 1 the scan failed.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import measure
import orjson
from planted import Truth
from planting import plant

BINS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
SURE = 0.9


class Judged(NamedTuple):
    """One hypothesis."""

    kind: str
    confidence: float
    right: bool


def judged(clusters: Sequence[dict[str, Any]], truths: Sequence[Truth]) -> list[Judged]:
    """The likeliest hypothesis of each reported cluster; clusters that mix stories or lost their original are left
    out."""
    truth_of = {id_: truth for truth in truths for id_ in truth.ids}
    found = []
    for cluster in clusters:
        ids = {member["id"] for member in cluster["members"]}
        stories = {id(truth_of[id_]): truth_of[id_] for id_ in ids}
        truth = next(iter(stories.values()))
        if len(stories) > 1 or (truth.original and truth.original not in ids):
            continue
        outside = cluster["original"]["outside"]
        if outside:
            found.append(Judged(truth.kind, outside["confidence"], _same(outside["name"], truth)))
        else:
            right = cluster["original"]["id"] == truth.original
            found.append(Judged(truth.kind, cluster["original"]["confidence"], right))
    return found


def _same(name: str, truth: Truth) -> bool:
    """Whether somebody who is named outside is who it was; wires go by their initials, too."""
    if not truth.outside:
        return False
    initials = "".join(word[0] for word in truth.outside.split())
    return name.strip(" .") == truth.outside.strip(" .") or name == initials


def calibration(hypotheses: Sequence[Judged]) -> list[tuple[str, int, str, str]]:
    """For each range of confidence: how many hypotheses, their mean confidence, the share that is right."""
    rows = []
    for least, most in pairwise(BINS):
        inside = [one for one in hypotheses if least <= one.confidence < most or one.confidence == most == BINS[-1]]
        rows.append((f"{least:.2f} to {most:.2f}", len(inside), *_means(inside)))
    return rows


def by_kind(hypotheses: Sequence[Judged]) -> list[tuple[str, int, str, str]]:
    """The same for each kind of cluster."""
    kinds = sorted({one.kind for one in hypotheses})
    groups = [(kind, [one for one in hypotheses if one.kind == kind]) for kind in kinds]
    return [(kind, len(inside), *_means(inside)) for kind, inside in groups]


def share_right(hypotheses: Sequence[Judged]) -> float:
    """The share of hypotheses that are right; 1 of none."""
    return sum(one.right for one in hypotheses) / len(hypotheses) if hypotheses else 1.0


def _means(inside: Sequence[Judged]) -> tuple[str, str]:
    if not inside:
        return "", ""
    return f"{sum(one.confidence for one in inside) / len(inside):.3f}", f"{share_right(inside):.3f}"


def main(words: list[str]) -> int:
    """Plant, scan, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clusters", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
    parser.add_argument("--config", type=Path, help="settings file for the scan")
    parser.add_argument("--dedup", help="path of the dedup command")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        truths, report = plant(Path(folder, "in"), options.clusters, options.seed), Path(folder, "report.json")
        command: list[str | Path] = [measure.dedup_command(options.dedup), "scan", Path(folder, "in")]
        command += ["--report", report, "--quiet", *(["--config", options.config] if options.config else [])]
        measure.run(command)
        hypotheses = judged(orjson.loads(report.read_bytes())["clusters"], truths)
    print(measure.table(("confidence", "clusters", "mean", "right"), calibration(hypotheses)))
    print()
    print(measure.table(("kind of cluster", "clusters", "mean", "right"), by_kind(hypotheses)))
    sure = [one for one in hypotheses if one.confidence >= SURE]
    print(f"\n{len(truths)} planted, {len(hypotheses)} judged; {share_right(hypotheses):.3f} right")
    print(f"of {len(sure)} with {SURE} and more {share_right(sure):.3f} are right")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except measure.CommandError as error:
        sys.exit(f"origins: {error}")
