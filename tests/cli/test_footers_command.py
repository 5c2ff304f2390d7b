from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from dedup.cli.main import main
from tests.stories import record, story, write_records

OWNER = "Copyright © 2024 Quayside Ledger Media Group plc. All rights reserved."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [record(f"a{i}", f"{story(i, 60)}\n\n{OWNER}", source=f"outlet {i % 2}") for i in range(3)]
    write_records(tmp_path / "in" / "day.jsonl", rows)
    return tmp_path / "in"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["footers", *map(str, arguments)])


def test_the_table_has_a_row_per_footer(folder: Path) -> None:
    result = run(folder, "--jobs", 1)
    assert result.exit_code == 0
    head, row = result.stdout.splitlines()
    assert head.split() == ["articles", "sources", "kind", "origin", "id", "example"]
    assert row.split()[:5] == ["3", "2", "copyright", "shipped", "copyright-owner"]
    assert row.endswith(OWNER.removesuffix("."))


def test_json_has_every_field(folder: Path) -> None:
    (footer,) = orjson.loads(run(folder, "--json", "--jobs", 1).stdout)
    assert footer == {
        "id": "copyright-owner",
        "kind": "copyright",
        "origin": "shipped",
        "tells": "origin",
        "articles": 3,
        "sources": 2,
        "example": OWNER.removesuffix("."),
    }


def test_unknown_ones_have_a_table_of_their_own(folder: Path) -> None:
    result = run(folder, "--unknown", "--jobs", 1)
    assert result.stdout.split() == ["articles", "words", "id", "example"]


def test_the_most_frequent_come_first_and_can_be_all(folder: Path) -> None:
    assert len(run(folder, "--most", 1, "--jobs", 1).stdout.splitlines()) == 2


def test_an_unreadable_file_is_named_and_the_exit_code_is_3(folder: Path) -> None:
    (folder / "empty.txt").touch()
    result = run(folder, "--jobs", 1)
    assert result.exit_code == 3
    assert "unreadable: empty.txt" in result.stderr


def test_a_missing_catalogue_exits_with_2_and_one_sentence(folder: Path, tmp_path: Path) -> None:
    result = run(folder, "--catalogue", tmp_path / "none.toml")
    assert result.exit_code == 2
    assert "none.toml" in result.stderr and len(result.stderr.splitlines()) == 1


def test_an_example_cannot_move_the_cursor(tmp_path: Path) -> None:
    text = f"{story(1, 60)}\n\nCopyright © 2024 Quayside \x1b[2J Media Group plc. All rights reserved."
    write_records(tmp_path / "day.jsonl", [record("a", text)])
    assert "\x1b" not in run(tmp_path, "--jobs", 1).stdout
