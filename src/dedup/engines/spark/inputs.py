"""From what is named to work for the machines of a cluster: what they read is what a local scan reads."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col

from dedup.engines.spark.order import row_of
from dedup.engines.spark.rows import SIZES, Row, Sizes
from dedup.engines.spark.shared import read_shared, shared_rows
from dedup.model import Unreadable
from dedup.settings import Settings
from dedup.steps import Work


@dataclass(frozen=True, slots=True)
class Inputs:
    """The rows of everything that is to be read. Without its frame it can be sent to other machines."""

    frame: DataFrame | None
    """Rows, a partition for each task."""

    unreadable: list[Unreadable]
    """What could not be read, as far as this machine knows."""

    settings: Settings
    sizes: Sizes = SIZES
    only: frozenset[str] | None = None
    """Reading keys of the items that are wanted; None for all."""

    def rows(self, batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, Work]]:
        """The work in rows of one partition, with its reading key; on any machine.

        Files that were brought to this machine are there until the next item is asked for.
        """
        for row in _rows(batches):
            for key, batch in read_shared(row, self.settings):
                if self.only is None or key in self.only:
                    yield key, Work(0, batch)

    def again(self, keys: Collection[str]) -> "Inputs":
        """Some items once more, by their reading keys.

        Rows of which nothing is wanted are sorted out before they come to Python.
        """
        assert self.frame is not None
        wanted = sorted({row_of(key) for key in keys})
        return replace(self, frame=self.frame.where(col("key").isin(wanted)), only=frozenset(keys))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without the frame."""
        return Inputs, (None, self.unreadable, self.settings, self.sizes, self.only)


def inputs(
    session: SparkSession, paths: Sequence[str], settings: Settings, parts: int, *, sizes: Sizes = SIZES
) -> Inputs:
    """What is to be read of folders and files.

    Args:
        session: of Spark.
        paths: on this machine or by address; ``file:`` is the former.
        settings: how it is read.
        parts: tasks to read with, at least, where there is enough to read.
        sizes: how it is cut.

    Raises:
        InputError: a path does not exist, or is nothing that can be scanned.
    """
    frame, unreadable = shared_rows(session, [_local(path) for path in paths], sizes, parts=parts)
    return Inputs(frame, unreadable, settings, sizes)


def _local(path: str) -> str:
    if not path.startswith("file:"):
        return path
    path = path.removeprefix("file:")
    return unquote("/" + path.lstrip("/"))


def _rows(batches: Iterator[pa.RecordBatch]) -> Iterator[Row]:
    for batch in batches:
        yield from map(Row, *(batch[name].to_pylist() for name in Row._fields))
