"""What people say to name a moment or a run."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import InputError
from dedup.store.history import PastRun
from dedup.store.since import LONG_AGO, first_kept, moment, runs_since

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def past_run(number: int, started: datetime) -> PastRun:
    time = f"{started.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return PastRun(number, f"{started.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}", time, time, 1.0, [], {})


RUNS = [past_run(number, datetime(2026, 3, number, 3, tzinfo=UTC)) for number in range(4, 10)]


def numbers(word: str | None) -> list[int]:
    return [run.number for run in runs_since(RUNS, word, now=NOW)]


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("7d", datetime(2026, 3, 3, 12, tzinfo=UTC)),
        ("12h", datetime(2026, 3, 10, 0, tzinfo=UTC)),
        ("2w", datetime(2026, 2, 24, 12, tzinfo=UTC)),
        ("0d", NOW),
        ("999999999w", LONG_AGO),
        ("2026-03-05", datetime(2026, 3, 5, tzinfo=UTC)),
        ("20260305", datetime(2026, 3, 5, tzinfo=UTC)),
        ("2026-03-05T03:00", datetime(2026, 3, 5, 3, tzinfo=UTC)),
        ("2026-03-05 03:00:07Z", datetime(2026, 3, 5, 3, 0, 7, tzinfo=UTC)),
        ("2026-03-05T03:00+02:00", datetime(2026, 3, 5, 1, tzinfo=UTC)),
    ],
)
def test_a_word_names_a_moment(word: str, wanted: datetime) -> None:
    assert moment(word, now=NOW) == wanted


@pytest.mark.parametrize("word", ["", "d", "7", "-7d", "7 d", "7D", "1.5d", "yesterday", "2026-13-01", "2026", "٧d"])
def test_another_word_names_none(word: str) -> None:
    assert moment(word, now=NOW) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_names_itself(at: datetime) -> None:
    assert moment(at.isoformat(), now=NOW) == at


def test_the_last_run_alone_is_meant_unless_told_otherwise() -> None:
    assert numbers(None) == [9] and runs_since([], None, now=NOW) == []


def test_a_run_named_by_id_or_number_is_not_among_those_since() -> None:
    assert numbers(RUNS[2].id) == numbers("6") == [7, 8, 9]


def test_nothing_is_new_since_the_last_run() -> None:
    assert numbers(RUNS[-1].id) == []


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("2026-03-08T03:00:00Z", [8, 9]),
        ("2026-03-08T03:00:01Z", [9]),
        ("2026-03-08", [8, 9]),
        ("2026-03-08T05:00+02:00", [8, 9]),
        ("48h", [9]),
        ("1970-01-01", [4, 5, 6, 7, 8, 9]),
        ("2030-01-01", []),
    ],
)
def test_a_run_that_started_at_that_time_or_later_is_among_those_since(word: str, wanted: list[int]) -> None:
    assert numbers(word) == wanted


@pytest.mark.parametrize("word", ["3", "10", "yesterday", "20260301T030000.000000Z"])
def test_a_word_that_is_neither_is_refused_with_the_last_runs(word: str) -> None:
    with pytest.raises(InputError) as refused:
        numbers(word)
    assert all(run.id in str(refused.value) for run in RUNS[-3:]) and repr(word) in str(refused.value)


def test_where_no_run_is_remembered_a_word_that_is_neither_is_refused() -> None:
    with pytest.raises(InputError, match="it remembers no run"):
        runs_since([], "4", now=NOW)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8), st.integers(0, 21))
def test_runs_are_forgotten_from_the_first_one_on_and_never_the_last(days: list[int], day: int) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    runs = [past_run(i, first + timedelta(days=at)) for i, at in enumerate(days)]
    kept = first_kept(runs, first + timedelta(days=day))
    assert all(at < day for at in days[:kept])
    assert kept == len(days) - 1 or days[kept] >= day


def test_where_no_run_is_remembered_none_is_forgotten() -> None:
    assert first_kept([], NOW) == 0
