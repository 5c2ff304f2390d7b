"""Records as rows of Spark, and the functions that its workers call on Arrow batches of them.

A row is (part, kind, sender, number, bytes, value): the sender is a part, or a partition of the inputs; ``number``
counts what it sent in a step; ``value`` is a pickle of ``bytes`` bytes. Rows of mail also carry ``turn``: which of
the arguments of the step they came with.
"""

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark import TaskContext

from dedup.engines.exchange import Record, Step

SCHEMA = "part int, kind string, sender int, number long, bytes long, value binary"
COLUMNS = pa.schema(
    [
        ("part", pa.int32()),
        ("kind", pa.string()),
        ("sender", pa.int32()),
        ("number", pa.int64()),
        ("bytes", pa.int64()),
        ("value", pa.binary()),
    ]
)

BATCH_BYTES, BATCH_ROWS = 1 << 23, 1 << 12
"""A batch of rows is handed to Spark when it has either: it holds some of them at once."""


class Received(NamedTuple):
    """A value and what its place among those of its kind depends on."""

    turn: int
    sender: int
    number: int
    value: Any


def sent(records: Iterable[Record], sender: int) -> Iterator[pa.RecordBatch]:
    """Rows of what a sender sends, in batches of some megabytes, as it comes."""
    rows: list[tuple[int, str, int, int, int, bytes]] = []
    size = 0
    for number, record in enumerate(records):
        value = pickle.dumps(record.value, 5)
        rows.append((record.part, record.kind, sender, number, len(value), value))
        size += len(value)
        if size >= BATCH_BYTES or len(rows) >= BATCH_ROWS:
            yield _batch(rows)
            rows, size = [], 0
    if rows:
        yield _batch(rows)


def _batch(rows: list[tuple[int, str, int, int, int, bytes]]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, kind.type) for column, kind in zip(columns, COLUMNS, strict=True)], schema=COLUMNS
    )


class Inboxes:
    """What a part got, by kind; values are taken out of a batch before the next one comes."""

    def __init__(self) -> None:
        self._received: defaultdict[str, list[Received]] = defaultdict(list)
        self.part: int | None = None

    def take(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch, all of the same part."""
        if not batch.num_rows:
            return
        self.part = batch.column("part")[0].as_py()
        names = ("kind", "turn", "sender", "number")
        for kind, turn, sender, number, value in zip(
            *(batch.column(name).to_pylist() for name in names), batch.column("value"), strict=True
        ):
            self._received[kind].append(Received(turn, sender, number, pickle.loads(value.as_buffer())))

    def inbox(self) -> defaultdict[str, list[Any]]:
        """Values of each kind, in order of who sent them and then of sending, whatever the order of arrival."""
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for kind in sorted(self._received):
            rows = self._received.pop(kind)
            rows.sort(key=lambda row: row[:3])
            found[kind] = [row.value for row in rows]
        return found


def reader(
    function: Callable[[Iterator[Any]], Iterable[Record]], rows: Callable[[Iterator[pa.RecordBatch]], Iterator[Any]]
) -> Callable[..., Any]:
    """What a worker does with a partition of the inputs: one lot, unless it is empty."""

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        context = TaskContext.get()
        lot = iter(rows(batches))
        for first in lot:
            yield from sent(function(chain((first,), lot)), context.partitionId() if context else 0)

    return read


def worker(function: Step) -> Callable[..., Any]:
    """What a worker does with the mail of one part, which is a partition of its own."""

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        inboxes = Inboxes()
        for batch in batches:
            inboxes.take(batch)
        if inboxes.part is not None:
            yield from sent(function(inboxes.part, inboxes.inbox()), inboxes.part)

    return work


def worker_at_home(function: Step) -> Callable[..., Any]:
    """What a worker does with a part's home and mail."""

    def work(home: pa.Table, mail: pa.Table) -> pa.Table:
        inboxes = Inboxes()
        for table in (home, mail):
            for batch in table.to_batches():
                inboxes.take(batch)
        part = inboxes.part
        rows = () if part is None else sent(function(part, inboxes.inbox()), part)
        return pa.Table.from_batches(rows, schema=COLUMNS)

    return work
