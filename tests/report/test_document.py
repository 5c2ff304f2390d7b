"""The report's file: the old one or the new one, never a part."""

import os
import resource
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.errors import OutputError, ReportError
from dedup.model import SetAsideTable
from dedup.report.document import entry, set_aside_entries, streamed, to_json, write
from dedup.report.files import check_writable
from dedup.report.reading import read


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Writing more than that fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_report_that_was_written_is_read_back(tmp_path: Path, sample_report: dedup.Report) -> None:
    write(sample_report, tmp_path / "report.json")
    assert read(tmp_path / "report.json") == orjson.loads(to_json(sample_report))


def test_a_report_is_utf_8_and_ends_with_a_line_end(sample_report: dedup.Report) -> None:
    assert to_json(sample_report).decode("utf-8").endswith("}\n")


def test_nothing_but_the_report_is_left_in_its_folder(tmp_path: Path, sample_report: dedup.Report) -> None:
    for _ in range(2):
        write(sample_report, tmp_path / "report.json")
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_a_full_disk_leaves_yesterdays_report_whole(tmp_path: Path, sample_report: dedup.Report) -> None:
    (tmp_path / "report.json").write_text("yesterday", "utf-8")
    with files_no_larger_than(1000), pytest.raises(OutputError, match=r"cannot write the report to .*File too large"):
        write(sample_report, tmp_path / "report.json")
    assert (tmp_path / "report.json").read_text("utf-8") == "yesterday"


def test_a_full_disk_leaves_no_part_behind(tmp_path: Path, sample_report: dedup.Report) -> None:
    with files_no_larger_than(1000), pytest.raises(OutputError):
        write(sample_report, tmp_path / "report.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_mode_of_an_existing_report_is_kept(tmp_path: Path, sample_report: dedup.Report, mode: int) -> None:
    (tmp_path / "report.json").touch()
    (tmp_path / "report.json").chmod(mode)
    write(sample_report, tmp_path / "report.json")
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == mode


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_report_may_be_read_by_whom_the_umask_lets(
    tmp_path: Path, sample_report: dedup.Report, mask: int, mode: int
) -> None:
    before = os.umask(mask)
    try:
        write(sample_report, tmp_path / "report.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == mode


def test_the_umask_is_left_as_it_was(tmp_path: Path, sample_report: dedup.Report) -> None:
    before = os.umask(0o027)
    write(sample_report, tmp_path / "report.json")
    assert os.umask(before) == 0o027


@pytest.mark.parametrize("existing", [True, False])
def test_a_symbolic_link_stays_and_its_target_is_replaced(
    tmp_path: Path, sample_report: dedup.Report, existing: bool
) -> None:
    (tmp_path / "archive").mkdir()
    target, link = tmp_path / "archive" / "today.json", tmp_path / "report.json"
    if existing:
        target.touch()
    link.symlink_to(target)
    write(sample_report, link)
    assert link.is_symlink() and read(target)["format"] == "dedup-report"
    assert not target.is_symlink() and len(list(tmp_path.rglob("*"))) == 3


def test_a_name_as_long_as_the_system_allows_is_written(tmp_path: Path, sample_report: dedup.Report) -> None:
    write(sample_report, tmp_path / ("r" * 250 + ".json"))
    assert [len(file.name) for file in tmp_path.iterdir()] == [255]


def test_a_device_is_written_to(sample_report: dedup.Report) -> None:
    write(sample_report, Path(os.devnull))
    assert Path(os.devnull).is_char_device()


def test_a_pipe_is_written_to(tmp_path: Path, sample_report: dedup.Report) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as reader:
        found = reader.submit((tmp_path / "pipe").read_bytes)
        write(sample_report, tmp_path / "pipe")
    assert found.result() == to_json(sample_report) and (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("name", ["missing/report.json", "file/report.json", "folder"])
def test_a_place_that_cannot_hold_a_report_is_known_beforehand(
    tmp_path: Path, sample_report: dedup.Report, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        check_writable(tmp_path / name)
    with pytest.raises(OutputError):
        write(sample_report, tmp_path / name)


def test_a_place_that_can_hold_a_report_is_let_pass(tmp_path: Path) -> None:
    check_writable(tmp_path / "report.json")
    (tmp_path / "report.json").touch()
    check_writable(tmp_path / "report.json")
    check_writable(Path(os.devnull))
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize("part", ["run", "counts", "clusters", "footers", "unreadable"])
def test_a_report_with_a_part_missing_is_damaged(tmp_path: Path, sample_report: dedup.Report, part: str) -> None:
    document = orjson.loads(to_json(sample_report))
    del document[part]
    (tmp_path / "report.json").write_bytes(orjson.dumps(document))
    with pytest.raises(ReportError, match=f"is a damaged report: {part} missing"):
        read(tmp_path / "report.json")


names = st.lists(st.sampled_from(["legal", 'a "b"', "x]],[y", "ü"]), min_size=1, max_size=4)


@st.composite
def set_aside_tables(draw: st.DrawFn) -> SetAsideTable:
    footers = draw(names)
    spans = st.tuples(st.integers(0, len(footers) - 1), st.integers(0, 99), st.integers(0, 10**9))
    articles = draw(st.dictionaries(st.text(st.characters(codec="utf-8")), st.lists(spans, min_size=1, max_size=6)))
    rows = np.array([span for spans in articles.values() for span in spans], np.int64).reshape(-1, 3)
    bounds = np.cumsum([0, *map(len, articles.values())])
    return SetAsideTable(list(articles), footers, rows[:, 0].astype(np.int32), rows[:, 1:], bounds)


@given(set_aside_tables(), st.integers(1, 3))
def test_what_was_set_aside_is_told_from_columns_as_from_nouns(
    sample_report: dedup.Report, table: SetAsideTable, at_once: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.report.document.ROWS_AT_ONCE", at_once)
        told = orjson.loads(to_json(replace(sample_report, set_aside=table)))["set_aside"]
    assert [(row["id"], list(row["footers"].items())) for row in told] == [
        (row.id, [(footer, list(map(list, places))) for footer, places in row.footers.items()]) for row in table
    ]


def test_each_article_of_which_something_was_set_aside_has_a_line(sample_report: dedup.Report) -> None:
    lines = to_json(sample_report).decode("utf-8").splitlines()
    assert sum(line.startswith('    {"id":') for line in lines) == len(sample_report.set_aside)


def test_a_report_that_comes_in_pieces_is_laid_out_as_one_that_is_whole(sample_report: dedup.Report) -> None:
    parts: dict[str, Any] = {field.name: getattr(sample_report, field.name) for field in fields(sample_report)}
    for name in ("clusters", "borderline", "containers", "ended", "unreadable"):
        parts[name] = (entry(one) for one in parts[name])
    table = parts["set_aside"]
    halves = [SetAsideTable(table._ids[a:b], table.names, *rows(table, a, b)) for a, b in ((0, 5), (5, len(table)))]
    parts["set_aside"] = map(set_aside_entries, halves)
    assert b"".join(streamed(parts)) == to_json(sample_report)


def rows(table: SetAsideTable, first: int, stop: int) -> tuple[Any, Any, Any]:
    """Spans of some articles of a table."""
    bounds = table._bounds[first : stop + 1]
    spans = slice(bounds[0], bounds[-1])
    return table._rows[spans], table._places[spans], bounds - bounds[0]
