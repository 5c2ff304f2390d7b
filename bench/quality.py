"""Scans labelled collections with dedup, measures how right its clusters are, and holds them to their floors.

    quality.py CORPUS [CORPUS…] [--check] [--raise]     scan each, then measure
    quality.py REPORT|- CORPUS                          measure a report that is there already

See README.md for the collections' shape and for what the figures mean. Exit: 0 done; 1 a scan failed or,
with --check, a measure fell below its floor; 2 wrong usage.
"""

import argparse
import dataclasses
import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

import measure
import orjson
from corpora import Corpus, CorpusError, corpus, digest, gold_of

from dedup.errors import GoldError
from dedup.evaluation.counting import Scores, score

FLOORS = measure.BENCH / "floors.json"
HELD = ("precision", "recall", "f1", "ari", "bcubed_precision", "bcubed_recall", "bcubed_f1")
"""The measures that have floors."""
KINDS_SHOWN = 40
DONE_OR_SOME_UNREADABLE = (0, 3)

Floors = dict[str, dict[str, Any]]


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


def shortfalls(name: str, floors: Floors, scores: Scores, content: str) -> list[str]:
    """Why a collection fails its floors: one sentence for each reason, none if it holds."""
    floor = floors.get(name)
    if floor is None:
        return []
    if floor["digest"] != content:
        return [f"{name}: its floors are for other texts or labels; remove its entry and --raise anew"]
    return [
        f"{name}: {held} is {getattr(scores, held):.4f}, below its floor {floor[held]:.3f}"
        for held in HELD
        if held in floor and getattr(scores, held) < floor[held]
    ]


def raised(name: str, floors: Floors, scores: Scores, *, content: str, fingerprint: str) -> Floors:
    """The floors with those of one collection raised to the present figures, rounded down; none is lowered.

    Raises:
        ValueError: its floors are for other texts or labels.
    """
    old = floors.get(name, {"digest": content})
    if old["digest"] != content:
        raise ValueError(f"the floors of {name} are for other texts or labels; remove its entry to start anew")
    new: dict[str, Any] = {"digest": content, "settings_fingerprint": fingerprint}
    for held in HELD:
        # The small addition keeps .29 (times 1000: 289.99999999999994) at .290.
        present = math.floor(getattr(scores, held) * 1000 + 1e-9) / 1000
        new[held] = max(present, old.get(held, 0.0))
    return {**floors, name: new}


def summary(scores: dict[str, Scores]) -> str:
    """One row of measures for each collection."""
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


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line; ``report`` is the path of a report or ``-`` if one was given, else None."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH", help="[REPORT|-] and folders of collections")
    parser.add_argument("--check", action="store_true", help="fail if a measure is below its floor")
    parser.add_argument("--raise", dest="raises", action="store_true", help="raise the floors to these figures")
    parser.add_argument("--floors", type=Path, default=FLOORS, help="file of the floors (default: floors.json here)")
    parser.add_argument("--jobs", type=int, default=1, help="processes of the scan (default: 1)")
    parser.add_argument("--config", type=Path, help="settings file for the scan")
    parser.add_argument("--dedup", help="path of the dedup command")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    parser.add_argument("--record", action="store_true", help="append the figures to history.jsonl")
    options = parser.parse_args(words)
    first = options.paths[0]
    options.report = first if first == "-" or Path(first).is_file() else None
    options.folders = [Path(p) for p in options.paths[1 if options.report else 0 :]]
    if not options.folders or (options.report and len(options.folders) != 1):
        parser.error("wanted folders of collections, or one report and one folder")
    return options


def report_for(found: Corpus, options: argparse.Namespace) -> dict[str, Any]:
    """The report that was given, or else that of a fresh scan."""
    if options.report is None:
        return scanned(found, options)
    return read_report(sys.stdin.buffer.read() if options.report == "-" else Path(options.report).read_bytes())


def main(words: list[str]) -> int:
    """Measure, print, check, raise."""
    options = parsed(words)
    floors: Floors = json.loads(options.floors.read_text()) if options.floors.exists() else {}
    results: dict[str, Scores] = {}
    failures: list[str] = []
    fingerprint = ""
    for folder in options.folders:
        found = corpus(folder)
        report = report_for(found, options)
        scores, fingerprint = score(gold_of(found), clusters_of(report)), fingerprint_of(report)
        results[found.name] = scores
        if options.check or options.raises:
            content = digest(found)
            if options.check:
                failures += shortfalls(found.name, floors, scores, content)
                if found.name not in floors:
                    print(f"{found.name} has no floors yet; --raise sets them", file=sys.stderr)
            if options.raises:
                floors = raised(found.name, floors, scores, content=content, fingerprint=fingerprint)

    print("\n\n".join([summary(results), *(by_kind(name, s) for name, s in results.items())]))
    figures = {name: dataclasses.asdict(scores) for name, scores in results.items()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    if options.raises:
        options.floors.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n")
    if options.record:
        short = {name: {m: round(f[m], 4) for m in HELD} for name, f in figures.items()}
        measure.record("quality", fingerprint, short)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (measure.CommandError, CorpusError, GoldError, ValueError) as error:
        sys.exit(f"quality: {error}")
