"""An exchange whose parts lie wherever Spark puts them: each step is one shuffle, and is laid down once.

What a step sends is written as Parquet into a folder of the run, by kind, and read from there by whoever needs it: it
is not computed again for each of them, nor when the executor is lost that computed it. Only the DataFrame API is
used, so that all of it also goes over Spark Connect.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any, NamedTuple, Protocol
from uuid import uuid4

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from dedup.engines.exchange import NOWHERE, Record, Step
from dedup.engines.spark.failing import translated
from dedup.engines.spark.rows import SCHEMA, opened, reader, worker, worker_at_home

AT_ONCE_BYTES = 1 << 26
"""Values that are brought to whoever asks for them at once."""

ROW_GROUP_BYTES = 1 << 24
"""Rows that are held before they are written, for each kind in each task: they are of no use together."""

WRITING = {
    "compression": "none",
    "parquet.block.size": str(ROW_GROUP_BYTES),
    "parquet.page.size.row.check.min": "1",
    "parquet.page.size.row.check.max": "64",
    "parquet.block.size.row.check.min": "1",
    "parquet.block.size.row.check.max": "64",
    "parquet.enable.dictionary": "false",
}
"""Rows may have megabytes: their sizes are looked at after each few."""

CONF = {
    "spark.sql.adaptive.enabled": "false",  # it would put parts together, or apart
    "spark.sql.execution.arrow.maxRecordsPerBatch": "256",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(1 << 24),
    "spark.sql.parquet.enableVectorizedReader": "false",  # it takes 4,096 rows at once, whatever their size
    "spark.sql.maxConcurrentOutputFileWriters": "64",  # else rows are sorted by kind before they are written
}
"""What a session is told as long as an exchange uses it."""


class Inputs(Protocol):
    """What a collection is read from."""

    frame: DataFrame

    def rows(self, batches: Iterator[pa.RecordBatch]) -> Iterator[Any]:
        """Inputs of the rows of a partition; can be pickled without the frame."""


class Cost(NamedTuple):
    """What a step sent of a kind."""

    step: str
    kind: str
    records: int
    bytes: int
    """Of the values, before they are compressed."""

    stored_bytes: int
    mailed: int
    """How many steps it was mailed to: so many times its bytes were shuffled."""


@dataclass(frozen=True)
class SparkSent:
    """What was sent in a step: a folder of Parquet."""

    session: SparkSession
    laid: "Laid"
    kinds: tuple[str, ...] | None = None
    home: str | None = None
    """The table in which it lies by part, if it was ``kept``."""

    def only(self, *kinds: str) -> "SparkSent":
        """The records of some kinds."""
        return replace(self, kinds=kinds, home=None)

    def frame(self) -> DataFrame:
        """The rows."""
        rows = self.session.read.schema(SCHEMA).parquet(self.laid.folder)
        return rows if self.kinds is None else rows.where(sql.col("kind").isin(*self.kinds))

    def values(self, kind: str) -> Iterator[Any]:
        """Values of a kind, some megabytes at a time."""
        with translated():
            rows = self.only(kind).frame()
            found = rows.agg(sql.sum("bytes"), sql.max("sender")).first()
            if found is None or found[0] is None:
                return
            some, senders = int(found[0]) // AT_ONCE_BYTES + 1, int(found[1]) + 1
            place = sql.floor(sql.col("sender").cast("long") * some / senders).cast("int")
            rows = rows.repartitionById(some, place).sortWithinPartitions("sender", "number").select("value")
            for row in rows.toLocalIterator(prefetchPartitions=True):
                yield opened(row.value)


@dataclass
class Laid:
    """Where a step was laid down, and what was done with it."""

    step: str
    folder: str
    mailed: list[tuple[str, ...] | None] = field(default_factory=list)
    """The kinds that each of the steps took that it was mailed to; None is all."""


class SparkExchange:
    """An exchange on a session; closed when its values are no longer needed. What it takes is what it sent."""

    def __init__(self, session: SparkSession, parts: int, work: str) -> None:
        """``work`` is the URI of a folder in which each run makes one of its own, which ``close`` removes."""
        self.parts = parts
        self._session = session
        self._name = f"dedup_{uuid4().hex[:12]}"
        self._folder = f"{work.rstrip('/')}/{self._name}"
        self._laid: list[Laid] = []
        self._homes = 0
        conf = {**CONF, "spark.sql.shuffle.partitions": str(parts)}
        with translated():
            self._before = {name: session.conf.get(name, None) for name in conf}
            for name, value in conf.items():
                session.conf.set(name, value)
            session.sql(f"CREATE DATABASE {self._name} LOCATION '{_quoted(self._folder)}'")

    def __enter__(self) -> "SparkExchange":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with suppress(Exception) if kind else nullcontext():  # of two errors the first is the one to tell
            self.close()

    def close(self) -> None:
        """Remove what was laid down, and leave the session as it was."""
        with translated():
            self._session.sql(f"DROP DATABASE IF EXISTS {self._name} CASCADE")
            for name, value in self._before.items():
                if value is None:
                    self._session.conf.unset(name)
                else:
                    self._session.conf.set(name, value)

    def read(self, function: Callable[[Iterator[Any]], Iterable[Record]], inputs: Inputs) -> SparkSent:
        """Each partition of the inputs is a lot."""
        with translated():
            return self._lay(function, inputs.frame.mapInArrow(reader(function, inputs.rows), SCHEMA))

    def step(self, function: Step, *mail: Any, home: Any = None) -> SparkSent:
        """One shuffle of the mail; ``home`` stays where it is."""
        with translated():
            for one in mail:
                one.laid.mailed.append(one.kinds)
            frame = self.mapped(function, *mail, home=home)
            return self._lay(function, frame)

    def mapped(self, function: Step, *mail: SparkSent, home: SparkSent | None = None) -> DataFrame:
        """The rows that a step sends, not computed yet."""
        rows = [
            one.frame().where(sql.col("part") != NOWHERE).withColumn("turn", sql.lit(turn))
            for turn, one in enumerate(mail, 1)
        ]
        if home is None or home.home is None:
            if home is not None:
                rows.append(home.frame().where(sql.col("part") != NOWHERE).withColumn("turn", sql.lit(0)))
            return (
                reduce(DataFrame.unionByName, rows)
                .repartitionById(self.parts, sql.col("part"))
                .mapInArrow(worker(function), SCHEMA)
            )
        at_home = self._session.table(home.home).withColumn("turn", sql.lit(0))
        coming = reduce(DataFrame.unionByName, rows) if rows else at_home.limit(0)
        return at_home.groupBy("part").cogroup(coming.groupBy("part")).applyInArrow(worker_at_home(function), SCHEMA)

    def kept(self, sent: Any) -> SparkSent:
        """Laid down once more, by part: one file each, which Spark need not shuffle to know where a part is."""
        self._homes += 1
        table = f"{self._name}.home{self._homes}"
        with translated():
            rows = sent.frame().where(sql.col("part") != NOWHERE).repartition(self.parts, "part")
            rows.write.options(**WRITING).bucketBy(self.parts, "part").format("parquet").saveAsTable(table)
        return SparkSent(self._session, sent.laid, sent.kinds, table)

    def costs(self) -> list[Cost]:
        """What each step so far has sent, by kind. Reads sizes only, in one job."""
        with translated():
            stored = [self._stored(number) for number, _ in enumerate(self._laid)]
            rows = reduce(DataFrame.unionByName, stored).collect() if stored else []
        found = []
        for number, kind, records, size, stored_bytes in sorted(tuple(row) for row in rows):
            laid = self._laid[number]
            mailed = sum(kinds is None or kind in kinds for kinds in laid.mailed)
            found.append(Cost(laid.step, kind, records, size, stored_bytes, mailed))
        return found

    def _stored(self, number: int) -> DataFrame:
        files = (
            self._session.read.schema(SCHEMA)
            .parquet(self._laid[number].folder)
            .groupBy("kind", "_metadata.file_path")
            .agg(
                sql.count("*").alias("n"),
                sql.sum("bytes").alias("size"),
                sql.max("_metadata.file_size").alias("stored"),
            )
        )
        by_kind = files.groupBy("kind").agg(sql.sum("n"), sql.sum("size"), sql.sum("stored"))
        return by_kind.select(sql.lit(number).alias("step"), "*")

    def _lay(self, function: object, rows: DataFrame) -> SparkSent:
        step = called(function)
        laid = Laid(step, f"{self._folder}/{len(self._laid):04}-{step}")
        self._laid.append(laid)
        rows.write.options(**WRITING).partitionBy("kind").parquet(laid.folder)
        return SparkSent(self._session, laid)


def called(function: object) -> str:
    """The name of a step: that of its function, or of its class."""
    while isinstance(function, partial):
        function = function.func
    return str(getattr(function, "__name__", type(function).__name__))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
