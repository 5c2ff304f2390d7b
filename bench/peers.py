"""Compares dedup with other libraries, from the same JSON Lines file to clusters, on one core.

    peers.py DOCS.jsonl CLUSTERS.tsv [--peers datasketch,rensa,rensa-words,daft] [--runs 3] [--record]

Each library lives in an environment of its own below .envs/, made from the package index at first use, and is
driven by peers/run_NAME.py as its documentation recommends. In the first round each library runs with each of
its settings; the one of best pair F1 then goes through all rounds, in turn with the others (A B C A B C).
Figures are of whole processes: start-up, imports and reading included. Exit: 0 done; 1 failed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import corpora
import measure
import quality
from measure import Cost

from dedup.evaluation.counting import Scores, score
from dedup.evaluation.gold import Gold, read_gold

ENVS = measure.BENCH / ".envs"
WARM_UP_ARTICLES = 200
ENVIRONMENT = {**measure.ONE_THREAD, "DAFT_PROGRESS_BAR": "0", "DAFT_ANALYTICS_ENABLED": "0"}


@dataclass(frozen=True, slots=True)
class Peer:
    """A library as it is to be run: what to install, which script, and the settings to choose the best of."""

    name: str
    library: str
    requirement: str
    settings: tuple[str, ...]


PEERS = (
    Peer(
        "datasketch",
        "datasketch",
        "datasketch>=2,<3",
        ("--threshold 0.7", "--threshold 0.5", "--threshold 0.5 --unchecked"),
    ),
    Peer("rensa", "rensa", "rensa", ("--threshold 0.7", "--threshold 0.5", "--threshold 0.5 --unchecked")),
    Peer(
        "rensa-words",
        "rensa",
        "rensa",
        ("--words 1 --threshold 0.8", "--words 1 --threshold 0.7", "--words 1 --threshold 0.5"),
    ),
    Peer("rensa-cminhash", "rensa", "rensa", ("--sketch c --threshold 0.7", "--sketch c --threshold 0.5")),
    Peer("daft", "daft", "daft", ("--threshold 0.7", "--threshold 0.5")),
)
DEFAULT = ("datasketch", "rensa", "rensa-words", "daft")


@dataclass(slots=True)
class Entry:
    """One tool with one setting: how to run it, and what came out."""

    tool: str
    setting: str
    command: list[str | Path]
    version: str
    costs: list[Cost] = field(default_factory=list)
    scores: Scores | None = None
    fingerprint: str = ""

    @property
    def f1(self) -> float:
        return self.scores.f1 if self.scores else 0.0


def python_of(peer: Peer, *, fresh: bool) -> Path:
    """The Python of a peer's environment, which is made and filled if it is not there."""
    folder = ENVS / peer.library
    python = folder / "bin" / "python"
    filled = folder / ".filled"
    if fresh or not filled.exists():
        print(f"installing {peer.requirement}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            peer.requirement,
        ]
        done = subprocess.run(pip, check=False, capture_output=True, text=True)
        if done.returncode:
            raise measure.CommandError(f"pip could not install {peer.requirement}: {done.stderr.strip()[-2000:]}")
        filled.touch()
    return python


def version_of(python: Path, library: str) -> str:
    """The version of a library that an environment holds."""
    asked = f"from importlib.metadata import version; print(version({library!r}))"
    done = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def peer_entries(peer: Peer, *, fresh: bool) -> list[Entry]:
    """One entry for each setting of a peer."""
    python = python_of(peer, fresh=fresh)
    script = measure.BENCH / "peers" / f"run_{peer.library}.py"
    version = version_of(python, peer.library)
    return [Entry(peer.name, s, [python, script, "{docs}", "{out}", *s.split()], version) for s in peer.settings]


def dedup_entry(given: str | None, config: Path | None) -> Entry:
    """dedup on one core."""
    command = measure.dedup_command(given)
    said = subprocess.run([command, "--version"], check=False, capture_output=True, text=True)
    scan: list[str | Path] = [command, "scan", "{docs}", "--report", "{out}", "--jobs", "1", "--quiet"]
    with_config: list[str | Path] = ["--config", config.resolve()] if config else []
    return Entry(
        "dedup", "as set" if config else "defaults", [*scan, *with_config], (said.stdout.split() or ["?"])[-1]
    )


def run(entry: Entry, docs: Path, out: Path) -> Cost:
    """One run of an entry on one core."""
    places = {"{docs}": docs, "{out}": out}
    command = [places.get(str(word), word) for word in entry.command]
    accept = quality.DONE_OR_SOME_UNREADABLE if entry.tool == "dedup" else (0,)
    return measure.run(command, cores=1, env=ENVIRONMENT, accept=accept)


def read_clusters(entry: Entry, out: Path) -> list[list[str]]:
    """The clusters that an entry wrote; of dedup the fingerprint of its settings is kept, too."""
    if entry.tool == "dedup":
        report = quality.read_report(out.read_bytes())
        entry.fingerprint = quality.fingerprint_of(report)
        return quality.clusters_of(report)
    members: dict[str, list[str]] = {}
    for article, cluster in corpora.rows(out):
        members.setdefault(cluster, []).append(article)
    return list(members.values())


def measured(entry: Entry, docs: Path, gold: Gold, folder: Path) -> None:
    """Run an entry once more; the first time, score its clusters."""
    out = folder / "out"
    entry.costs.append(run(entry, docs, out))
    if entry.scores is None:
        entry.scores = score(gold, read_clusters(entry, out))
    print(
        f"{entry.tool} {entry.setting}: {entry.costs[-1].cpu_seconds:.2f} CPU s, F1 {entry.f1:.4f}",
        file=sys.stderr,
    )


def best(entries: Iterable[Entry]) -> list[Entry]:
    """Of each tool, the entry of the highest F1; the quicker of equals."""
    chosen: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: (e.f1, -e.costs[0].cpu_seconds)):
        chosen[entry.tool] = entry
    return [chosen[tool] for tool in dict.fromkeys(e.tool for e in entries)]


def compare(entries: list[Entry], docs: Path, gold: Gold, *, runs: int) -> list[Entry]:
    """Warm up, run every setting once, then the best of each tool in turn; the best, with all their runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few = folder / "few.jsonl"
        with docs.open("rb") as lines:
            few.write_bytes(b"".join(islice(lines, WARM_UP_ARTICLES)))
        for tool in {e.tool: e for e in entries}.values():
            run(tool, few, folder / "out")
        for entry in entries:
            measured(entry, docs, gold, folder)
        chosen = best(entries)
        for _ in range(runs - 1):
            for entry in chosen:
                measured(entry, docs, gold, folder)
    return chosen


def figures(entry: Entry, dedup: Entry | None) -> dict[str, Any]:
    """What is printed and recorded of an entry."""
    cost, scores = measure.median(entry.costs), entry.scores
    assert scores is not None
    line = {
        "tool": entry.tool,
        "version": entry.version,
        "setting": entry.setting,
        "runs": len(entry.costs),
        "cpu_seconds": round(cost.cpu_seconds, 3),
        "cpu_seconds_each": [round(c.cpu_seconds, 3) for c in entry.costs],
        "seconds": round(cost.seconds, 3),
        "peak_bytes": cost.peak_bytes,
        **{m: round(getattr(scores, m), 4) for m in ("precision", "recall", "f1", "bcubed_f1")},
        "largest_cluster": scores.largest_cluster,
    }
    if dedup and entry is not dedup:
        own = measure.median(dedup.costs)
        line["cpu_ratio"] = round(cost.cpu_seconds / own.cpu_seconds, 3)
        line["peak_ratio"] = round(cost.peak_bytes / own.peak_bytes, 3)
    return line


def shown(lines: Iterable[dict[str, Any]], *, ratios: bool) -> str:
    """The figures as a table; ratios are to dedup: 2.0 means twice what dedup takes."""
    header = [
        "tool",
        "version",
        "setting",
        "runs",
        "CPU s",
        "wall s",
        "MiB",
        "P",
        "R",
        "F1",
        "B3 F1",
        "largest",
    ]
    rows = []
    for x in lines:
        shares = [f"{x[m]:.4f}" for m in ("precision", "recall", "f1", "bcubed_f1")]
        cost = [f"{x['cpu_seconds']:.2f}", f"{x['seconds']:.2f}", measure.mebibytes(x["peak_bytes"])]
        row = [x["tool"], x["version"], x["setting"], x["runs"], *cost, *shares, x["largest_cluster"]]
        rows.append([*row, *(x.get(r, "") for r in ("cpu_ratio", "peak_ratio"))] if ratios else row)
    return measure.table([*header, "CPU x", "MiB x"] if ratios else header, rows)


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line; ``peers`` becomes a list of Peer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", type=Path, metavar="DOCS.jsonl", help="articles with id and text, not packed")
    parser.add_argument("clusters", type=Path, metavar="CLUSTERS.tsv", help="id, cluster of every article")
    known = ",".join(peer.name for peer in PEERS)
    parser.add_argument("--peers", default=",".join(DEFAULT), help=f"of {known} (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=3, help="rounds (default: 3)")
    parser.add_argument("--dedup", help="path of the dedup command")
    parser.add_argument("--config", type=Path, help="settings file for dedup")
    parser.add_argument("--peers-only", action="store_true", help="leave dedup out")
    parser.add_argument("--fresh", action="store_true", help="make the environments anew")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    parser.add_argument("--record", action="store_true", help="append the figures to history.jsonl")
    options = parser.parse_args(words)
    names = [name for name in options.peers.split(",") if name]
    by_name = {peer.name: peer for peer in PEERS}
    if unknown := [name for name in names if name not in by_name]:
        parser.error(f"unknown peers {', '.join(unknown)}; known are {known}")
    options.peers = [by_name[name] for name in names]
    return options


def main(words: list[str]) -> int:
    """Set up, run, print."""
    options = parsed(words)
    ignored = options.clusters.with_name("ignore_pairs.tsv")
    gold = read_gold(options.clusters, ignored if ignored.is_file() else None)
    dedup = None if options.peers_only else dedup_entry(options.dedup, options.config)
    made: set[str] = set()
    entries = [dedup] if dedup else []
    for peer in options.peers:
        entries += peer_entries(peer, fresh=options.fresh and peer.library not in made)
        made.add(peer.library)

    chosen = compare(entries, options.docs, gold, runs=options.runs)
    lines = [figures(entry, dedup) for entry in chosen]
    rest = [figures(entry, dedup) for entry in entries if entry not in chosen]
    print(f"{len(gold.cluster_of)} articles, one core of {measure.machine()['cpu']}\n")
    print(shown(lines, ratios=dedup is not None))
    if rest:
        print("\nother settings, one run each\n\n" + shown(rest, ratios=dedup is not None))
    result = {"articles": len(gold.cluster_of), "best": lines, "others": rest}
    if options.json:
        options.json.write_text(json.dumps({"machine": measure.machine(), **result}, indent=1) + "\n")
    if options.record:
        measure.record("peers", dedup.fingerprint if dedup else "", result)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (measure.CommandError, ValueError, OSError) as error:
        sys.exit(f"peers: {error}")
