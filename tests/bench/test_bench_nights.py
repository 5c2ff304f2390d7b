import json
from pathlib import Path
from typing import Any

import nights
import orjson
import pytest
from nights import Folder, differences, main

import dedup
from dedup.report.document import to_json
from tests.stories import record, story, write_records, write_texts


def document(folder: Path, **options: Any) -> Any:
    return orjson.loads(to_json(dedup.scan([folder], jobs=1, **options)))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return write_records(tmp_path / "docs.jsonl", [record(f"r{i}", story(i // 2)) for i in range(40)])


def test_two_reports_of_the_same_articles_differ_in_nothing(tmp_path: Path) -> None:
    folder = write_texts(tmp_path / "articles", {f"{i}.txt": story(i // 2) for i in range(6)})
    first = document(folder, state=tmp_path / "state.db")
    assert differences(document(folder, state=tmp_path / "state.db"), document(folder)) == []
    (folder / "5.txt").unlink()
    assert differences(first, document(folder))[0].startswith("counts: ")


def test_a_folder_that_lives_does_so_alike_each_time(tmp_path: Path, docs: Path) -> None:
    found = []
    for name in ("one", "two"):
        folder = Folder(tmp_path / name, 3)
        for number in range(4):
            folder.night(number, docs.read_bytes().splitlines(keepends=True)[10 * number : 10 * number + 10])
        files = sorted(path for path in folder.folder.rglob("*") if path.is_file())
        found.append({path.relative_to(folder.folder): path.read_bytes() for path in files})
    assert found[0] == found[1]


@pytest.mark.slow
def test_nights_are_lived_and_held_against_a_fresh_scan(
    tmp_path: Path, docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["nights.py", str(docs), "--nights", "1"])
    assert main() == 0
    assert capsys.readouterr().out.count("equal to a fresh scan") == 1


@pytest.mark.slow
def test_the_cost_of_a_night_is_told_and_recorded(
    tmp_path: Path, docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    history = tmp_path / "history.jsonl"
    monkeypatch.setattr(nights, "SETTLED_SECONDS", 0)
    monkeypatch.setattr(nights.measure.record, "__defaults__", (history,))
    monkeypatch.setattr("sys.argv", ["nights.py", str(docs), "--new", "0.25", "--record"])
    assert main() == 0
    assert "40 articles, 10 of them new in the night" in capsys.readouterr().out
    assert json.loads(history.read_text())["figures"]["new"] == 10
