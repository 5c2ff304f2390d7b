"""Whatever is wrong with a state is found; and what is sound is found sound."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dedup.store.checking import leftovers, problems
from dedup.store.database import reading
from tests.nights import altered


def found(state: Path) -> list[str]:
    with reading(state) as opened:
        return list(problems(state, opened))


def column(state: Path, name: str) -> Path:
    (file,) = Path(f"{state}-columns").glob(f"*.{name}")
    return file


def test_a_state_that_runs_left_is_sound(state: Path) -> None:
    assert found(state) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE pieces SET first_row = 1000 WHERE number = 0", "has rows 1000 to 1000, the columns have"),
        ("UPDATE pieces SET first_row = -1 WHERE number = 0", "has rows -1 to -1"),
        ("UPDATE pieces SET articles = 1000000000000 WHERE number = 0", "the columns have"),
        ("UPDATE pieces SET articles = -1 WHERE number = 0", "the columns have"),
        ("UPDATE pieces SET first_row = first_row + 1 WHERE number = 0", "1 rows are those of several pieces"),
        ("DELETE FROM articles WHERE row = 0", "1 rows of pieces are those of no article, such as row 0 of "),
        ("DELETE FROM pieces WHERE articles = 3", "3 articles are those of no piece"),
        ("UPDATE articles SET row = 1000 WHERE row = 0", "1 articles are not in the columns, such as row 1000"),
        ("UPDATE articles SET markers = 'x' WHERE row = 0", "what it tells of articles cannot be read"),
        ("UPDATE examples SET row = 1000", "examples of footers are not in the columns"),
        ("UPDATE learned SET words = x'00'", "what it tells of footers and pairs cannot be read"),
        ("UPDATE measures SET rows = x'00'", "what it tells of footers and pairs cannot be read"),
        ("DELETE FROM runs WHERE number = 1", "articles were first seen in a run that is not remembered"),
        ("UPDATE seen SET last_run = 9 WHERE id = 'c.txt'", "1 articles were seen after the last run, such as c.txt"),
        ("UPDATE seen SET last_run = 0 WHERE id = 'c.txt'", "1 articles were seen last before they were seen first"),
        ("DELETE FROM seen WHERE id = 'b.txt'", "1 members of clusters were not seen by the last run, such as b.txt"),
        ("DELETE FROM clusters WHERE id = 'a.txt'", "3 members of clusters stand in a cluster that is not there"),
        ("DELETE FROM members WHERE article = 'i.txt'", "1 clusters have less than two members, such as h.txt"),
        ("UPDATE changes SET run = 9 WHERE run = 3", "1 changes are those of a run that is not remembered"),
        ('UPDATE changes SET change = \'{"change":"x"}\' WHERE run = 3', "change 3:0 is of no known kind"),
        ("UPDATE changes SET change = '{'", "what it tells of runs and clusters cannot be read"),
        ("UPDATE runs SET counts = ''", "what it tells of runs and clusters cannot be read"),
        ("DELETE FROM meta", "the database cannot be read"),
        ("DROP TABLE seen", "what it tells of runs and clusters cannot be read: no such table"),
        ("UPDATE segments SET start = start + 1, stop = stop + 1", "the parts of the column hashes do not follow"),
        ("UPDATE segments SET file = 'x' WHERE file = 'hashes'", "what it tells of the columns cannot be read: 'x'"),
        ("UPDATE segments SET digest = x'00' WHERE file = 'stems'", ".stems is damaged"),
    ],
)
def test_what_does_not_fit_is_told(state: Path, statement: str, told: str) -> None:
    altered(state, statement)
    assert any(told in problem for problem in found(state)), found(state)


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [flipped, cut, Path.unlink])
def test_each_damaged_column_is_a_line(state: Path, damage: Callable[[Path], None]) -> None:
    files = [column(state, name) for name in ("hashes", "bounds", "stems")]
    for file in files:
        damage(file)
    told = found(state)
    assert len(told) == 3 and all(any(str(file) in line for line in told) for file in files)


def test_a_damaged_page_of_the_database_is_told(state: Path) -> None:
    (page,) = _pages(state, "articles")
    with state.open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)
    altered(state)
    assert found(state)


def _pages(state: Path, table: str) -> list[int]:
    with reading(state) as opened:
        return [page for (page,) in opened.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,))]


def left(state: Path) -> list[str]:
    with reading(state) as opened:
        return list(leftovers(state, opened))


def test_a_run_that_came_to_its_end_leaves_nothing_over(state: Path) -> None:
    assert left(state) == []


def test_what_a_killed_run_left_is_no_problem_but_named(state: Path) -> None:
    part, grown, other = Path(f"{state}-new"), column(state, "hashes"), Path(f"{state}-columns", "7.hashes")
    part.write_bytes(b"half")
    other.write_bytes(b"1234567")
    with grown.open("ab") as file:
        file.write(b"12345")
    assert left(state) == [f"{part} (4 bytes)", f"{grown} (5 bytes at its end)", f"{other} (7 bytes)"]
    assert found(state) == []
