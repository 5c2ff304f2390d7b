"""Neither the order of files, nor the number of workers, nor the seed of Python's hashes changes a report."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.engines.local import BEFORE_WORKERS
from dedup.readers import batches
from tests.laws import costly
from tests.stories import record, story, without_run, words, write_records, write_texts


def collection() -> list[dict[str, Any]]:
    """Forty records: copies, edited copies, excerpts, a spun copy, a round-up, singles, ties in time and
    resemblance."""
    found = []
    for seed in range(6):
        text = words(seed, 120)
        edited = [*text[:40], *words(50 + seed, 12), *text[40:]]
        found += [
            record(f"{seed}-b", " ".join(text), published="2024-03-05", title=f"Story {seed}"),
            record(f"{seed}-a", " ".join(text), published="2024-03-05"),
            record(f"{seed}-c", " ".join(edited), source="The Kelmouth Courier"),
            record(f"{seed}-d", " ".join(text[:50])),
            record(f"{seed}-e", " ".join(text[60:])),
        ]
    found += [record(f"visit-{file.stem}", file.read_text("utf-8")) for file in VISIT.glob("*.txt")]
    page = [word for part in range(15) for word in (*words(40, 12), *words(60 + part, 28))]  # of one topic
    found += [record(f"page-{i}", " ".join([*page, *words(41 + i, 40)])) for i in range(2)]
    found += [record(f"page-part-{i}", " ".join(page[at : at + 90])) for i, at in enumerate((0, 40, 300, 510))]
    return [*found, record("round-up", " ".join(story(seed) for seed in range(3))), record("empty", "...")]


VISIT = Path(__file__).parents[1] / "cases" / "visit"
RELATED = {"identical", "near", "excerpt", "spun"}
RECORDS = sorted(collection(), key=lambda one: one["id"])


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("ordered")
    write_records(folder / "day.jsonl", RECORDS)
    report = dedup.scan([folder], jobs=1)
    assert len(report.clusters) >= 8
    assert {member.relation for cluster in report.clusters for member in cluster.members} == {"original", *RELATED}
    assert "round-up" in {container.id for container in report.containers}
    return without_run(report)


@costly(5)
@given(st.permutations(range(len(RECORDS))))
def test_the_order_of_records_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, wanted: bytes, order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("shuffled")
    write_records(folder / "day.jsonl", [RECORDS[i] for i in order])
    assert without_run(dedup.scan([folder], jobs=1)) == wanted


def test_the_order_in_which_files_were_made_changes_nothing(tmp_path: Path) -> None:
    texts = {f"{one['id'][-1]}/{one['id']}.txt": one["text"] for one in RECORDS}
    names = list(texts)
    Random(1).shuffle(names)
    there = write_texts(tmp_path / "there", texts)
    back = write_texts(tmp_path / "back", {name: texts[name] for name in names})
    assert without_run(dedup.scan([there])) == without_run(dedup.scan([back]))


def test_the_order_of_paths_changes_nothing(tmp_path: Path) -> None:
    folders = [write_texts(tmp_path / name, {f"{name}{i}.txt": story(i) for i in range(3)}) for name in "abc"]
    assert without_run(dedup.scan(folders)) == without_run(dedup.scan(folders[::-1]))


def test_a_path_given_twice_changes_nothing(tmp_path: Path) -> None:
    write_texts(tmp_path, {"a/1.txt": story(1), "2.txt": story(1)})
    twice = [tmp_path, tmp_path / "a", tmp_path, tmp_path / "2.txt"]
    assert without_run(dedup.scan(twice)) == without_run(dedup.scan([tmp_path]))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """So many folders that worker processes start: each is at least one batch."""
    root = tmp_path_factory.mktemp("folders")
    parts = 2 * BEFORE_WORKERS + 3
    for part in range(parts):
        write_records(root / f"{part}" / f"{part}.jsonl", RECORDS[part::parts])
    (root / "3" / "bad.json").write_text("{", "utf-8")
    found = [root / f"{part}" for part in range(parts)]
    assert len(list(batches(found, dedup.Settings()))) > BEFORE_WORKERS
    return found


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_number_of_workers_changes_nothing(folders: list[Path], jobs: int) -> None:
    assert without_run(dedup.scan(folders, jobs=jobs)) == without_run(dedup.scan(folders, jobs=1))


def test_workers_from_the_first_batch_on_change_nothing(folders: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    alone = without_run(dedup.scan(folders, jobs=1))
    monkeypatch.setattr("dedup.engines.local.BEFORE_WORKERS", 0)
    assert without_run(dedup.scan(folders, jobs=2)) == alone


@pytest.mark.slow
def test_the_seed_of_pythons_hashes_changes_nothing(tmp_path: Path, wanted: bytes) -> None:
    # what is wanted was found with a random seed, unless PYTHONHASHSEED is set for the tests themselves
    write_records(tmp_path / "day.jsonl", RECORDS)
    code = (
        "import sys, dedup; from tests.stories import without_run\n"
        "sys.stdout.buffer.write(without_run(dedup.scan([sys.argv[1]], jobs=1)))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        )
        for seed in ("0", "1")
    ]
    assert [process.communicate()[0] for process in started] == [wanted] * 2


def test_two_scans_of_the_same_folder_differ_in_their_run_only(sample: Path, sample_report: dedup.Report) -> None:
    again = dedup.scan([sample], jobs=1)
    assert without_run(again) == without_run(sample_report)
    assert again.run.id != sample_report.run.id
