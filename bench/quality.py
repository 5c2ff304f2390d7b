"""Scans labelled collections with dedup, measures how right its clusters are, and holds them to their floors.

    quality.py CORPUS… [--all FOLDER] [--check] [--raise]     scan each, then measure
    quality.py REPORT|- CORPUS                                measure a report that is there already

See README.md for the collections' shape and for what the figures mean. Exit: 0 done; 1 a scan failed or,
with --check, a figure got worse than its floor or ceiling; 2 wrong usage.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import measure
import orjson
from corpora import Corpus, CorpusError, corpus, digest, gold_of
from floors import Figures, Floors, held, raised, shortfalls, without_floor
from pairs import LabelledPairs, label_scores, read_pairs

from dedup.errors import GoldError
from dedup.evaluation.counting import Scores, score
from dedup.evaluation.gold import Gold

FLOORS = measure.BENCH / "floors.json"
KINDS_SHOWN = 40
DONE_OR_SOME_UNREADABLE = (0, 3)


def scanned(found: Corpus, options: argparse.Namespace) -> dict[str, Any]:
    """The report of a fresh scan of a collection."""
    command: list[str | Path] = [measure.dedup_command(options.dedup), "scan", found.input]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags: list[str | Path] = ["--report", report, "--jobs", str(options.jobs), "--quiet"]
        flags += ["--config", options.config] if options.config else []
        measure.run([*command, *flags], accept=DONE_OR_SOME_UNREADABLE)
        return read_report(report.read_bytes())


def read_report(content: bytes) -> dict[str, Any]:
    """A report, checked to be one."""
    report = orjson.loads(content)
    if not isinstance(report, dict) or report.get("format") != "dedup-report":
        raise ValueError("the report is no dedup-report; wanted the file that dedup scan --report wrote")
    return report


def clusters_of(report: dict[str, Any]) -> list[list[str]]:
    """The ids of the members of each cluster of a report."""
    return [[member["id"] for member in cluster["members"]] for cluster in report["clusters"]]


def fingerprint_of(report: dict[str, Any]) -> str:
    """The fingerprint of the settings of a report."""
    return str(report.get("run", {}).get("settings_fingerprint", ""))


def judged_clusters(found: Corpus, pairs: LabelledPairs) -> Gold | None:
    """The clusters of a collection as copies; None where it has none, or where they hold pairs of no copies.

    Such clusters say what tells of one event. Pairs that are not judged are not judged here either.
    """
    if found.clusters is None:
        return None
    gold = gold_of(found)
    cluster_of = gold.cluster_of
    apart = (pair for named in pairs.others.values() for pair in named)
    if any(a in cluster_of and cluster_of[a] == cluster_of.get(b) for a, b in apart):
        return None
    return dataclasses.replace(gold, ignored=gold.ignored | frozenset(pairs.not_judged))


def figures_of(found: Corpus, report: dict[str, Any]) -> Figures:
    """How right the clusters of a report are, by the clusters and by the pairs of a collection."""
    pairs, clusters = read_pairs(found.pairs), clusters_of(report)
    gold = judged_clusters(found, pairs)
    return Figures(score(gold, clusters) if gold else None, label_scores(pairs, clusters))


def shown(results: Mapping[str, Figures]) -> str:
    """All tables."""
    scores = {name: figures.scores for name, figures in results.items() if figures.scores}
    parts = [summary(scores)] if scores else []
    parts += [by_kind(name, one) for name, one in scores.items() if any(kind.kinds for kind in one.kinds)]
    labelled = {name: figures for name, figures in results.items() if figures.labels}
    return "\n\n".join(parts + ([by_label(labelled)] if labelled else []))


def summary(scores: Mapping[str, Scores]) -> str:
    """One row of measures for each collection with clusters."""
    header = (
        "collection",
        "precision",
        "recall",
        "F1",
        "ARI",
        "B-cubed P",
        "R",
        "F1",
        "pairs",
        "found",
        "largest",
    )
    rows = []
    for name, s in scores.items():
        shares = (s.precision, s.recall, s.f1, s.ari, s.bcubed_precision, s.bcubed_recall, s.bcubed_f1)
        rows.append([name, *(f"{x:.4f}" for x in shares), s.gold_pairs, s.found_pairs, s.largest_cluster])
    return measure.table(header, rows)


def by_kind(name: str, scores: Scores) -> str:
    """Recall and wrong pairs of one collection, kind by kind."""
    right = [(one.kinds, f"{one.recall:.3f}", one.gold_pairs) for one in scores.kinds if one.recall is not None]
    parts = [measure.table((f"{name}: right pairs by kind", "recall", "pairs"), right[:KINDS_SHOWN])]
    wrong = sorted((-one.wrong_pairs, one.kinds) for one in scores.kinds if one.wrong_pairs)
    if wrong:
        rows = [(kinds, -pairs) for pairs, kinds in wrong[:KINDS_SHOWN]]
        parts.append(measure.table((f"{name}: wrong pairs by kind", "pairs"), rows))
    return "\n\n".join(parts)


def by_label(results: Mapping[str, Figures]) -> str:
    """Of the labelled pairs of each name, how many stand in one cluster."""
    header = ("labelled pairs", "should be", "in one cluster", "pairs", "share")
    return measure.table(
        header,
        (
            (
                f"{name}: {one.name}",
                "together" if one.copies else "apart",
                one.together,
                one.pairs,
                f"{one.share:.4f}",
            )
            for name, figures in results.items()
            for one in figures.labels
        ),
    )


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line; ``report`` is the path of a report or ``-`` if one was given, else None."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", metavar="PATH", help="[REPORT|-] and folders of collections")
    parser.add_argument(
        "--all",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="take every collection that stands in this folder, too; what else stands there is left out",
    )
    parser.add_argument("--check", action="store_true", help="fail if a figure is worse than its floor or ceiling")
    parser.add_argument("--raise", dest="raises", action="store_true", help="raise the floors to these figures")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="file of the floors (default: floors.json here)")
    parser.add_argument("--jobs", type=int, default=1, help="processes of the scan (default: 1)")
    parser.add_argument("--config", type=Path, help="settings file for the scan")
    parser.add_argument("--dedup", help="path of the dedup command")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    parser.add_argument("--record", action="store_true", help="append the figures to history.jsonl")
    options = parser.parse_args(words)
    first = options.paths[0] if options.paths else ""
    options.report = first if first == "-" or Path(first).is_file() else None
    options.folders = [Path(p) for p in options.paths[1 if options.report else 0 :]]
    if not (options.folders or options.all) or (options.report and (len(options.folders) != 1 or options.all)):
        parser.error("wanted folders of collections, or one report and one folder")
    return options


def report_for(found: Corpus, options: argparse.Namespace) -> dict[str, Any]:
    """The report that was given, or else that of a fresh scan."""
    if options.report is None:
        return scanned(found, options)
    return read_report(sys.stdin.buffer.read() if options.report == "-" else Path(options.report).read_bytes())


def collections(options: argparse.Namespace) -> Iterator[Corpus]:
    """The collections that were named, then those of ``--all``; what is none there is said and left out.

    Raises:
        CorpusError: a folder that was named holds no collection, or one of ``--all`` none at all.
    """
    yield from map(corpus, options.folders)
    for parent in options.all:
        if not parent.is_dir():
            raise CorpusError(f"{parent} is no folder; wanted one in which collections stand")
        taken = 0
        for path in sorted(parent.iterdir()):
            try:
                found = corpus(path)
            except CorpusError:
                print(f"{path} is no labelled collection, and left out", file=sys.stderr)
                continue
            taken += 1
            yield found
        if not taken:
            raise CorpusError(f"no collection stands in {parent}; wanted one or more")


def main(words: list[str]) -> int:
    """Measure, print, check, raise."""
    options = parsed(words)
    floors: Floors = json.loads(options.floors.read_text()) if options.floors.exists() else {}
    results: dict[str, Figures] = {}
    failures: list[str] = []
    fingerprint = ""
    for found in list(collections(options)):
        report = report_for(found, options)
        name, figures, fingerprint = found.name, figures_of(found, report), fingerprint_of(report)
        results[name] = figures
        content = digest(found) if options.check or options.raises else ""
        if options.check:
            failures += shortfalls(name, floors, figures, content)
            if missing := without_floor(name, floors, figures):
                print(f"{name}: {missing} figures have no floor yet; --raise sets them", file=sys.stderr)
        if options.raises:
            floors = raised(name, floors, figures, content=content, fingerprint=fingerprint)

    print(shown(results))
    if options.json:
        plain = {name: dataclasses.asdict(figures) for name, figures in results.items()}
        options.json.write_text(json.dumps(plain, indent=1) + "\n")
    if options.raises:
        options.floors.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n")
    if options.record:
        measure.record("quality", fingerprint, {name: short(figures) for name, figures in results.items()})
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


def short(figures: Figures) -> dict[str, Any]:
    """The figures of one collection for the history: those that have floors and ceilings."""
    groups = held(figures)
    rounded = {group: {what: round(value, 4) for what, value in found.items()} for group, found in groups.items()}
    return {**rounded.pop(""), **{group: found for group, found in rounded.items() if found}}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (measure.CommandError, CorpusError, GoldError, ValueError) as error:
        sys.exit(f"quality: {error}")
