"""What is forgotten of the history of runs, and what stays."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from dedup.store.database import TABLES
from dedup.store.history import Forgotten, changes_from, forget_before, forgettable

Seen = list[tuple[int, int | None]]
sightings: st.SearchStrategy[Seen] = st.lists(
    st.tuples(st.integers(1, 6), st.one_of(st.none(), st.integers(0, 5))).map(
        lambda one: (one[0], None if one[1] is None else max(one))
    ),
    max_size=8,
)


def remembering(seen: Seen) -> sqlite3.Connection:
    """Six runs, each with two changes, and articles with their first and last ones."""
    opened = sqlite3.connect(":memory:")
    opened.executescript(TABLES)
    opened.executemany("INSERT INTO runs VALUES (?, 'id', '', '', 0, '', '')", [(run,) for run in range(1, 7)])
    opened.executemany("INSERT INTO changes VALUES (?, ?, '{}')", [(run, i) for run in range(1, 7) for i in (0, 1)])
    opened.executemany("INSERT INTO seen VALUES (?, ?, ?)", [(f"a{i}", *one) for i, one in enumerate(seen)])
    return opened


def counts(opened: sqlite3.Connection) -> tuple[int, ...]:
    return tuple(
        opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("runs", "changes", "seen")
    )


@given(sightings, st.integers(0, 6))
def test_as_much_is_forgotten_as_was_said_before(seen: Seen, run: int) -> None:
    opened = remembering(seen)
    before, said = counts(opened), forgettable(opened, run)
    forget_before(opened, run)
    assert said == Forgotten(*(b - a for b, a in zip(before, counts(opened), strict=True)))


@given(sightings, st.integers(0, 6))
def test_what_happened_from_that_run_on_is_remembered(seen: Seen, run: int) -> None:
    opened = remembering(seen)
    forget_before(opened, run)
    left = {int(id_[1:]) for (id_,) in opened.execute("SELECT id FROM seen")}
    runs = {number for (number,) in opened.execute("SELECT number FROM runs")}
    assert left == {i for i, (_, last) in enumerate(seen) if last is None or last >= run}
    assert runs == {number for number in range(1, 7) if number >= run or number in {seen[i][0] for i in left}}
    assert {number for (number,) in opened.execute("SELECT run FROM changes")} == {*range(max(run, 1), 7)}


def test_what_was_forgotten_once_is_not_remembered_for_an_earlier_moment() -> None:
    opened = remembering([])
    assert changes_from(opened) == 0
    forget_before(opened, 5)
    forget_before(opened, 3)
    assert changes_from(opened) == 5
