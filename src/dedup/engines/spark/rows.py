"""Records as rows of Spark, and the functions that its workers call on Arrow batches of them.

A row is (part, kind, sender, number, bytes, value): the sender is a part, or a partition of the inputs; ``number``
counts what it sent in a step; ``value`` is a pickle of ``bytes`` bytes, compressed, since it goes through four pipes
and two files before somebody looks at it. Rows of mail also carry ``turn``: which of the arguments of the step they
came with.
"""

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, overload

import numpy as np
import pyarrow as pa
import zstandard
from pyspark import TaskContext

from dedup.engines.exchange import Record, Step
from dedup.memory import Memory

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


LEVEL = 1
"""Of compression: half the size, for two nanoseconds a byte."""

HELD_BYTES = 1 << 29
"""Pickles of what a part got that are held in memory."""


class Received(NamedTuple):
    """A value and what its place among those of its kind depends on."""

    turn: int
    sender: int
    number: int
    first: int
    """Byte of its pickle among those of all."""

    stop: int


def sent(records: Iterable[Record], sender: int) -> Iterator[pa.RecordBatch]:
    """Rows of what a sender sends, in batches of some megabytes, as it comes."""
    rows: list[tuple[int, str, int, int, int, bytes]] = []
    size, compressor = 0, zstandard.ZstdCompressor(LEVEL)
    for number, record in enumerate(records):
        pickled = pickle.dumps(record.value, 5)
        value = compressor.compress(pickled)
        rows.append((record.part, record.kind, sender, number, len(pickled), value))
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


def opened(value: memoryview | bytes) -> Any:
    """A value as it was sent."""
    return pickle.loads(zstandard.decompress(value))


class Inboxes:
    """What a part got, by kind; values are taken out of a batch before the next one comes.

    A part that holds a story with a million copies gets gigabytes. Past ``most`` bytes their pickles lie in a file
    without a name, and a value is made each time that it is looked at.
    """

    def __init__(self, most: int = HELD_BYTES) -> None:
        self._received: defaultdict[str, list[Received]] = defaultdict(list)
        self._memory = Memory(most)
        self._pickles = self._memory.growing(np.uint8)
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
            first = len(self._pickles)
            self._pickles.append(np.frombuffer(value.as_buffer(), np.uint8))
            self._received[kind].append(Received(turn, sender, number, first, len(self._pickles)))

    def inbox(self) -> defaultdict[str, Sequence[Any]]:
        """Values of each kind, in order of who sent them and then of sending, whatever the order of arrival."""
        found: defaultdict[str, Sequence[Any]] = defaultdict(list)
        pickles = self._pickles.filled().data
        for kind, rows in sorted(self._received.items()):
            values = Values(pickles, sorted(rows))
            found[kind] = values if self._memory.in_files else list(values)
        return found


class Values(Sequence[Any]):
    """Values that are made when they are looked at."""

    def __init__(self, pickles: memoryview, rows: list[Received]) -> None:
        self._pickles, self._rows = pickles, rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> "Values": ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return Values(self._pickles, self._rows[at])
        row = self._rows[at]
        return opened(self._pickles[row.first : row.stop])


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
