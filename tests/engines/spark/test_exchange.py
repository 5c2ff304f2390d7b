"""Spark's exchange gives what ``Here`` gives, and shuffles no more than it has to."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dedup.engines.exchange import NOWHERE, Here, Inbox, Record
from dedup.engines.spark.exchange import SparkExchange
from dedup.errors import EngineError, InputError
from tests.engines.networks import Mixing, told

pytestmark = pytest.mark.spark


class Numbers:
    """Inputs that are numbers, as a frame has them."""

    def __init__(self, session: Any, count: int, lots: int = 3) -> None:
        self.frame = session.range(0, count, 1, lots)

    @staticmethod
    def rows(batches: Iterator[Any]) -> Iterator[int]:
        for batch in batches:
            yield from batch.column(0).to_pylist()


@pytest.fixture
def exchange(session: Any, tmp_path: Path) -> Iterator[SparkExchange]:
    with SparkExchange(session, 4, str(tmp_path)) as exchange:
        yield exchange


def failing(lot: Iterator[int]) -> Iterable[Record]:
    raise InputError(f"no {next(lot)} here; pass another")


def buggy(lot: Iterator[int]) -> Iterable[Record]:
    raise ValueError(f"a bug at {next(lot)}")


def large(lot: Iterator[int]) -> Iterable[Record]:
    for item in lot:
        yield Record(item % 2, "large", np.full(1 << 20, item, np.uint64))


def totals(part: int, inbox: Inbox) -> Iterable[Record]:
    for column in inbox["large"]:
        column[0] += 1  # columns can be written to
        yield Record(NOWHERE, "total", (part, int(column[0]), len(column)))


@pytest.mark.parametrize(("count", "seed"), [(1, 1), (40, 2)])
def test_a_network_of_steps_tells_what_it_tells_here(session: Any, tmp_path: Path, count: int, seed: int) -> None:
    with SparkExchange(session, 3, str(tmp_path)) as exchange:
        assert told(exchange, Numbers(session, count), seed) == told(Here(3), range(count), seed)


def test_nothing_gives_nothing(session: Any, exchange: SparkExchange) -> None:
    assert told(exchange, Numbers(session, 0), 1) == [[], [], [], []]


def test_what_is_kept_is_not_shuffled_again(
    session: Any, exchange: SparkExchange, capsys: pytest.CaptureFixture[str]
) -> None:
    read = exchange.read(to_all, Numbers(session, 9))
    exchange.mapped(Mixing(4, 1), read.only("mail"), home=exchange.kept(read.only("home"))).explain()
    plan = capsys.readouterr().out
    home, mail = plan[plan.index("Physical Plan") :].split("\n+- ", 1)  # the two branches of a cogroup
    assert "Bucketed: true" in home and "Exchange" not in home
    assert mail.count("Exchange") == 1


def to_all(lot: Iterator[int]) -> Iterable[Record]:
    for item in lot:
        yield Record(item % 4, "home", (item, np.arange(2)))
        yield Record(item % 3, "mail", (item, np.arange(2)))


def test_large_records_come_through(session: Any, exchange: SparkExchange) -> None:
    sent = exchange.step(totals, exchange.read(large, Numbers(session, 5, 2)))
    assert sorted(sent.values("total")) == sorted((item % 2, item + 1, 1 << 20) for item in range(5))


def test_many_values_come_in_order_of_who_sent_them(
    session: Any, exchange: SparkExchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dedup.engines.spark.exchange.AT_ONCE_BYTES", 100)
    sent = exchange.read(to_all, Numbers(session, 50, 7))
    assert [item for item, _ in sent.values("home")] == list(range(50))


def test_what_each_step_sent_is_counted(session: Any, exchange: SparkExchange) -> None:
    sent = exchange.read(large, Numbers(session, 3, 1))
    exchange.step(totals, sent)
    read, step = exchange.costs()
    assert (read.step, read.kind, read.records, read.mailed) == ("large", "large", 3, 1)
    assert 3 << 23 < read.bytes < (3 << 23) + 3000 and 0 < read.stored_bytes < read.bytes
    assert (step.step, step.kind, step.records, step.mailed) == ("totals", "total", 3, 0)


def test_nothing_is_left_behind(session: Any, tmp_path: Path) -> None:
    before = session.conf.get("spark.sql.shuffle.partitions")
    with SparkExchange(session, 5, str(tmp_path)) as exchange:
        exchange.kept(exchange.read(to_all, Numbers(session, 3)))
        assert any(tmp_path.iterdir())
    assert not any(tmp_path.iterdir())
    assert session.conf.get("spark.sql.shuffle.partitions") == before


def test_an_error_of_ours_in_a_worker_comes_as_it_is(session: Any, exchange: SparkExchange) -> None:
    with pytest.raises(InputError, match=r"^no 0 here; pass another$"):
        exchange.read(failing, Numbers(session, 1, 1))


def test_a_bug_in_a_worker_keeps_its_traceback(session: Any, exchange: SparkExchange) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*in buggy.*ValueError: a bug at 0"):
        exchange.read(buggy, Numbers(session, 1, 1))


def test_a_work_folder_that_cannot_be_written_is_one_sentence(session: Any) -> None:
    with (
        pytest.raises(EngineError, match=r"^[^\n]*$"),
        SparkExchange(session, 2, "/proc/nowhere") as exchange,
    ):
        exchange.read(to_all, Numbers(session, 3))
