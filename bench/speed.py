"""Times whole runs of dedup scan, and the stages within them.

    speed.py INPUT… [--jobs 1,2] [--runs 3] [--bare] [--cold] [--record]
    speed.py --make N --base CORPUS --tool MAKE_CORPUS.py [--files] …

INPUT is anything that dedup scan takes; each is scanned by itself. --make has a collection of N articles made
in a temporary folder first: the tool is called as ``TOOL BASE N OUT`` and leaves docs.jsonl, and txt/ with
--files. After a warm-up of each, runs are interleaved (A B C A B C), and medians are printed. Exit: 0 done;
1 failed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import corpora
import measure
import orjson
import quality
from measure import Cost

MEGABYTE = 1_000_000
BARE = "bare"


@dataclass(slots=True)
class Case:
    """One input with one number of processes (0: the bare loop), and what its runs took."""

    input: Path
    jobs: int
    costs: list[Cost] = field(default_factory=list)
    outputs: list[dict[str, Any]] = field(default_factory=list)
    """The ``run`` part of each report with the number of articles, or what the bare loop printed."""

    @property
    def input_name(self) -> str:
        """The last two parts of the path: ``docs.jsonl`` alone would name nothing."""
        return "/".join(self.input.absolute().parts[-2:])

    @property
    def name(self) -> str:
        return f"{self.input_name} {f'--jobs {self.jobs}' if self.jobs else BARE}"


def run(case: Case, out: Path, options: argparse.Namespace) -> tuple[Cost, dict[str, Any]]:
    """One run of a case: its cost, and what it said of itself."""
    command: list[str | Path]
    if not case.jobs:
        command = [sys.executable, measure.BENCH / "bare.py", case.input]
        return measure.run(command, cores=1, output=out), orjson.loads(out.read_bytes())
    command = [measure.dedup_command(options.dedup), "scan", case.input, "--report", out]
    command += [
        "--jobs",
        str(case.jobs),
        "--quiet",
        *(["--config", options.config] if options.config else []),
    ]
    env = measure.ONE_THREAD if case.jobs == 1 else {}
    cost = measure.run(command, cores=case.jobs, env=env, accept=quality.DONE_OR_SOME_UNREADABLE)
    report = quality.read_report(out.read_bytes())
    return cost, {**report["run"], "articles": report["counts"]["articles"]}


def forget_files() -> None:
    """Empty the system's cache of files, so that they come from the disk.

    Raises:
        CommandError: this is not Linux, or not the user who may.
    """
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
    except OSError as error:
        raise measure.CommandError(f"--cold cannot empty the cache of files: {error.strerror}; be root") from None


def measured(cases: Sequence[Case], options: argparse.Namespace) -> None:
    """A warm-up of each case, then ``runs`` rounds over all of them."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        for round_ in range(options.runs + 1):
            for case in cases:
                if options.cold:
                    forget_files()
                    idle_bytes(options)  # the program itself is not meant
                cost, output = run(case, out, options)
                if round_:
                    case.costs.append(cost)
                    case.outputs.append(output)
                print(f"{case.name}: {cost.cpu_seconds:.2f} CPU s, {cost.seconds:.2f} s", file=sys.stderr)


def text_bytes(path: Path) -> int:
    """Bytes of text in an input: of JSON Lines what their text fields hold, else the sizes of the files."""
    if path.is_file() and path.suffixes[:1] == [".jsonl"] and path.suffix in (".jsonl", ".xz"):
        return sum(len(text_of(orjson.loads(line)).encode()) for line in corpora.lines(path))
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())


def text_of(record: dict[str, Any]) -> str:
    """The text of a record, under the names that dedup knows by default."""
    found = (record[name] for name in ("text", "body", "content", "article") if name in record)
    return str(next(found, ""))


def stages(case: Case) -> Iterator[dict[str, Any]]:
    """The medians of each stage of a case, in the order of the report; last what no stage accounts for."""
    costs, sums = ("seconds", "cpu_seconds"), {"seconds": 0.0, "cpu_seconds": 0.0}
    for name in dict.fromkeys(stage["name"] for stage in case.outputs[0].get("stages", [])):
        # A stage may come in several laps of a run: clusters, for one.
        each = [[s for s in output["stages"] if s["name"] == name] for output in case.outputs]
        middle = {key: statistics.median(sum(s[key] for s in laps) for laps in each) for key in costs}
        sums = {key: sums[key] + middle[key] for key in costs}
        peak = round(statistics.median(max(s["peak_bytes"] for s in laps) for laps in each))
        yield {"name": name, **middle, "peak_bytes": peak}
    cost = measure.median(case.costs)
    rest = {key: max(0.0, getattr(cost, key) - sums[key]) for key in costs}
    yield {"name": "start and rest", **rest, "peak_bytes": None}


def idle_bytes(options: argparse.Namespace) -> int:
    """The peak memory of a scan of a single article: what a scan takes before there is anything to hold."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "one.txt").write_text("The council met on Monday and did not agree on a budget for the year.")
        cost, _ = run(Case(Path(folder) / "one.txt", 1), Path(folder) / "out", options)
    return cost.peak_bytes


def figures(case: Case, size: int, idle: int, *, cold: bool) -> dict[str, Any]:
    """What is printed and recorded of a case."""
    cost = measure.median(case.costs)
    return {
        "input": case.input_name,
        "jobs": case.jobs,
        "runs": len(case.costs),
        "cold": cold,
        "articles": case.outputs[0]["articles"],
        "text_bytes": size,
        "seconds": round(cost.seconds, 3),
        "cpu_seconds": round(cost.cpu_seconds, 3),
        "cpu_seconds_each": [round(c.cpu_seconds, 3) for c in case.costs],
        "peak_bytes": cost.peak_bytes,
        "idle_bytes": idle,
        "stages": [{k: round(v, 4) if isinstance(v, float) else v for k, v in s.items()} for s in stages(case)],
    }


def whole_runs(lines: Sequence[dict[str, Any]]) -> str:
    """One row for each input and number of processes."""
    header = (
        "input",
        "jobs",
        "runs",
        "articles",
        "text MB",
        "CPU s",
        "wall s",
        "peak MiB",
        "articles/s",
        "MB/CPU s",
    )
    rows = []
    for x in lines:
        cost = [f"{x['cpu_seconds']:.2f}", f"{x['seconds']:.2f}", measure.mebibytes(x["peak_bytes"])]
        speed = [rate(x["articles"], x["seconds"]), rate(x["text_bytes"] / MEGABYTE, x["cpu_seconds"])]
        text = f"{x['text_bytes'] / MEGABYTE:.1f}"
        rows.append([x["input"], x["jobs"], x["runs"], x["articles"], text, *cost, *speed])
    return measure.table(header, rows)


def stage_table(x: dict[str, Any], bare: dict[str, float] | None) -> str:
    """The stages of one case; reading is set against the bare loop if there is one."""
    rows = []
    named = [{**bare, "name": f"({BARE} reading)", "peak_bytes": None}] if bare else []
    for stage in [*x["stages"], *named]:
        speed = [
            rate(x["articles"], stage["seconds"]),
            rate(x["text_bytes"] / MEGABYTE, stage["cpu_seconds"]),
        ]
        peak = stage["peak_bytes"]
        memory = (
            [measure.mebibytes(peak), f"{max(0, peak - x['idle_bytes']) / x['articles']:,.0f}"] if peak else ["", ""]
        )
        times = [f"{stage['seconds']:.3f}", f"{stage['cpu_seconds']:.3f}"]
        rows.append([stage["name"], *times, *speed, *memory])
    title = f"{x['input']} --jobs {x['jobs']}"
    header = ("wall s", "CPU s", "articles/s", "MB/CPU s", "peak MiB", "bytes/article")
    return measure.table((title, *header), rows)


def rate(count: float, seconds: float) -> str:
    """So many a second, as a whole number."""
    return f"{count / seconds:,.0f}" if seconds >= 0.0005 else ""


def bare_of(cases: Sequence[Case], path: Path) -> dict[str, float] | None:
    """The medians of the bare loop over an input, if it ran."""
    outputs = [output for case in cases if case.input == path and not case.jobs for output in case.outputs]
    keys = ("seconds", "cpu_seconds")
    return {key: statistics.median(o[key] for o in outputs) for key in keys} if outputs else None


def made(options: argparse.Namespace, folder: Path) -> Path:
    """The path of a freshly made collection: its JSON Lines, or its folder of files with --files."""
    flags = [flag for flag, on in (("--files", options.files), ("--plain", options.plain)) if on]
    command = [sys.executable, options.tool, options.base, str(options.make), folder, *flags]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise measure.CommandError(f"{options.tool} could not make a collection: {done.stderr.strip()[-2000:]}")
    return folder / ("txt" if options.files else "docs.jsonl")


def parsed(words: list[str]) -> argparse.Namespace:
    """The command line; ``jobs`` becomes a list of numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, metavar="INPUT")
    parser.add_argument("--jobs", default="1", help="numbers of processes, such as 1,2 (default: 1)")
    parser.add_argument("--runs", type=int, default=3, help="rounds after the warm-up (default: 3)")
    parser.add_argument("--bare", action="store_true", help="set reading against a bare loop over the same input")
    parser.add_argument("--cold", action="store_true", help="empty the system's cache of files before each run")
    parser.add_argument("--make", type=int, metavar="N", help="have a collection of N articles made")
    parser.add_argument("--base", type=Path, metavar="CORPUS", help="labelled collection to make it from")
    parser.add_argument("--tool", type=Path, help="script that makes it, called as TOOL BASE N OUT")
    parser.add_argument("--files", action="store_true", help="have it made as a folder of text files")
    parser.add_argument("--plain", action="store_true", help="have it made without boilerplate")
    parser.add_argument("--dedup", help="path of the dedup command")
    parser.add_argument("--config", type=Path, help="settings file for the scan")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    parser.add_argument("--record", action="store_true", help="append the figures to history.jsonl")
    options = parser.parse_args(words)
    options.jobs = [int(number) for number in options.jobs.split(",")]
    if options.make and not (options.base and options.tool):
        parser.error("--make needs --base and --tool")
    if not options.make and not options.inputs:
        parser.error("wanted an INPUT or --make")
    if missing := [str(path) for path in options.inputs if not path.exists()]:
        parser.error(f"no such input: {', '.join(missing)}")
    return options


def main(words: list[str]) -> int:
    """Make what is to be made, measure, print."""
    options = parsed(words)
    with tempfile.TemporaryDirectory() as folder:
        inputs = [
            *options.inputs,
            *([made(options, Path(folder) / f"made-{options.make}")] if options.make else []),
        ]
        jobs = [*options.jobs, *([0] if options.bare else [])]
        cases = [Case(path, number) for path in inputs for number in jobs]
        measured(cases, options)
        sizes = {path: text_bytes(path) for path in inputs}
    scans = [case for case in cases if case.jobs]
    idle = idle_bytes(options)
    lines = [figures(case, sizes[case.input], idle, cold=options.cold) for case in scans]
    parts = [whole_runs(lines)]
    for case, line in zip(scans, lines, strict=True):
        bare = bare_of(cases, case.input)
        line["bare"] = bare
        if line["stages"] or bare:
            parts.append(stage_table(line, bare))
    print("\n\n".join(parts))
    if options.json:
        options.json.write_text(json.dumps({"machine": measure.machine(), "cases": lines}, indent=1) + "\n")
    if options.record:
        measure.record("speed", scans[0].outputs[0].get("settings_fingerprint", ""), {"cases": lines})
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (measure.CommandError, ValueError, OSError) as error:
        sys.exit(f"speed: {error}")
