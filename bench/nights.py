"""Does a collection that came night by night give the report of one fresh scan, and what does a night cost?

    nights.py CORPUS [--nights 30] [--seed 1] [--check-each] [--jobs 1] [--keep FOLDER]
    nights.py CORPUS --new 0.01 [--jobs 1] [--runs 3] [--record]

The articles of a collection (a folder that quality.py takes, or a JSON Lines file) are cut at random into nights.
Each night brings a file of records and some text files; now and then records are cut short, files are touched,
renamed, deleted and put back, and a feed grows. Each night is scanned with a state, and the last report is compared
with that of a scan without one: all must be equal but the run, the names and lives of clusters, and the times first
seen. Exit: 0 equal; 1 not.

With --new, all but a share of the articles are scanned with a new state, then all with it, and both are timed as
whole processes, with the size of the state.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import corpora
import measure
import orjson

from dedup.report.memoryless import without_memory

FILE_SHARE = 0.1
"""Share of the articles that come as text files."""

SETTLED_SECONDS = 2.5
"""Time after which a file that was written is believed to be the same by its times."""

CHANGES = 5
"""Things that happen to what came before, each night."""


def lines_of(source: Path) -> Iterator[bytes]:
    """The records of a collection."""
    docs = source if source.is_file() else corpora.corpus(source).docs
    if docs is None:
        raise corpora.CorpusError(f"{source} has no docs.jsonl")
    yield from corpora.lines(docs)


class Folder:
    """A folder of articles that lives."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self._random = folder, random.Random(seed)
        self._away: list[tuple[Path, bytes]] = []
        folder.mkdir()

    def night(self, number: int, records: list[bytes]) -> None:
        """What a night brings."""
        apart, whole = [], []
        for line in records:
            (apart if self._random.random() < FILE_SHARE else whole).append(line)
        (self.folder / f"day-{number:03}.jsonl").write_bytes(b"".join(whole))
        with (self.folder / "feed.jsonl").open("ab") as feed:
            feed.writelines(apart[::2])
        (self.folder / "files").mkdir(exist_ok=True)
        for i, line in enumerate(apart[1::2]):
            (self.folder / "files" / f"{number:03}-{i:04}.txt").write_text(orjson.loads(line)["text"], "utf-8")
        for _ in range(CHANGES if number else 0):
            self._random.choice([self._cut, self._touch, self._rename, self._delete, self._put_back])()

    def _some(self, pattern: str) -> Path | None:
        found = sorted(self.folder.glob(pattern))
        return self._random.choice(found) if found else None

    def _cut(self) -> None:
        """A record in the middle of a file loses its last words."""
        path = self._some("day-*.jsonl")
        if path and (lines := path.read_bytes().splitlines(keepends=True)):
            at = self._random.randrange(len(lines))
            record = orjson.loads(lines[at])
            record["text"] = record["text"][: 2 * len(record["text"]) // 3]
            lines[at] = orjson.dumps(record) + b"\n"
            path.write_bytes(b"".join(lines))

    def _touch(self) -> None:
        if path := self._some(self._random.choice(["day-*.jsonl", "files/*.txt"])):
            path.touch()

    def _rename(self) -> None:
        if path := self._some("files/*.txt"):
            path.rename(path.with_name(f"renamed-{path.name}"))

    def _delete(self) -> None:
        if path := self._some(self._random.choice(["day-*.jsonl", "files/*.txt"])):
            self._away.append((path, path.read_bytes()))
            path.unlink()

    def _put_back(self) -> None:
        if self._away:
            path, data = self._away.pop(0)
            path.write_bytes(data)


def scan(folder: Path, report: Path, options: argparse.Namespace, state: Path | None) -> measure.Cost:
    """A scan as a process of its own."""
    command: list[str | Path] = [measure.dedup_command(options.dedup), "scan", folder, "--report", report, "--quiet"]
    command += ["--jobs", str(options.jobs), *(["--state", state] if state else [])]
    return measure.run(command)


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Where two reports differ, in words."""
    left, right = without_memory(one), without_memory(other)
    found = []
    for part in left:
        if left[part] != right[part]:
            some: list[Any] = []
            if isinstance(left[part], list):
                some = [one for one in left[part] if one not in right[part]][:2]
            found.append(f"{part}: {orjson.dumps(some or [left[part], right[part]]).decode()[:500]}")
    return found


def live(options: argparse.Namespace, here: Path) -> int:
    """All nights, and the comparison."""
    lines = list(lines_of(options.corpus))
    chosen = random.Random(options.seed)
    nights: list[list[bytes]] = [[] for _ in range(options.nights)]
    for line in lines:
        chosen.choice(nights).append(line)
    folder, state = Folder(here / "articles", options.seed), here / "state.db"
    wrong = 0
    for number, records in enumerate(nights):
        folder.night(number, records)
        cost = scan(folder.folder, here / "night.json", options, state)
        night = orjson.loads((here / "night.json").read_bytes())
        counts, states = night["counts"], [cluster["state"] for cluster in night["clusters"]]
        told = ", ".join(f"{states.count(name)} {name}" for name in sorted(set(states)))
        print(
            f"night {number + 1:3}: {counts['articles']:7,} articles, {counts['new_articles']:6,} new, "
            f"{counts['removed_articles']:5,} gone, {counts['changed_articles']:4,} changed; "
            f"{len(states):6,} clusters ({told}), {len(night['ended'])} ended; {cost.cpu_seconds:.1f} CPU s",
            flush=True,
        )
        if options.check_each or number == options.nights - 1:
            scan(folder.folder, here / "fresh.json", options, None)
            found = differences(night, orjson.loads((here / "fresh.json").read_bytes()))
            wrong += bool(found)
            print("\n".join(found) or "           equal to a fresh scan")
    return 1 if wrong else 0


def cost_of_a_night(options: argparse.Namespace, here: Path) -> int:
    """What a first run with a state costs, a night with some new articles, and a scan without a state."""
    lines = list(lines_of(options.corpus))
    folder, state = here / "articles", here / "state.db"
    folder.mkdir()
    known = len(lines) - round(options.new * len(lines))
    costs: dict[str, list[measure.Cost]] = {"first run": [], "night": [], "without a state": []}
    for _ in range(options.runs):
        for old in here.glob("state.db*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        (folder / "new.jsonl").unlink(missing_ok=True)
        (folder / "known.jsonl").write_bytes(b"".join(lines[:known]))
        time.sleep(SETTLED_SECONDS)
        costs["first run"].append(scan(folder, here / "night.json", options, state))
        (folder / "new.jsonl").write_bytes(b"".join(lines[known:]))
        costs["night"].append(scan(folder, here / "night.json", options, state))
        costs["without a state"].append(scan(folder, here / "fresh.json", options, None))
    found = differences(*(orjson.loads((here / name).read_bytes()) for name in ("night.json", "fresh.json")))
    text = sum(len(orjson.loads(line)["text"].encode()) for line in lines)
    size = state.stat().st_size + sum(file.stat().st_size for file in Path(f"{state}-columns").iterdir())
    middle = {name: measure.median(some) for name, some in costs.items()}
    rows = [
        (name, f"{one.cpu_seconds:.2f}", f"{one.seconds:.2f}", measure.mebibytes(one.peak_bytes), spread)
        for (name, one), spread in zip(middle.items(), map(measure.spread, costs.values()), strict=True)
    ]
    print(measure.table(("", "CPU s", "wall s", "MiB", "CPU s from … to"), rows))
    share = middle["night"].cpu_seconds / middle["first run"].cpu_seconds
    print(
        f"{len(lines):,} articles, {len(lines) - known:,} of them new in the night, which costs {share:.3f} of the "
        f"first run; state {size / 1e6:,.0f} MB, {size / text:.2f} of {text / 1e6:,.0f} MB of text"
    )
    print("\n".join(found) or "the night's report is equal to that of a scan without a state")
    if options.record:
        figures = {name: asdict(one) for name, one in middle.items()}
        run = orjson.loads((here / "night.json").read_bytes())["run"]
        sizes = {"articles": len(lines), "new": len(lines) - known, "jobs": options.jobs, "state": size, "text": text}
        measure.record("nights", run["settings_fingerprint"], {**figures, **sizes, "share": share})
    return 1 if found else 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check-each", action="store_true")
    parser.add_argument("--new", type=float, help="share of the articles that a night brings")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--dedup", help="the command, if it is not in the environment of this Python")
    parser.add_argument("--keep", type=Path, help="work here, and leave it there")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    here = options.keep or Path(tempfile.mkdtemp(prefix="nights-"))
    here.mkdir(exist_ok=True, parents=True)
    try:
        return live(options, here) if options.new is None else cost_of_a_night(options, here)
    finally:
        if not options.keep:
            shutil.rmtree(here)


if __name__ == "__main__":
    sys.exit(main())
