"""From what is named to work for the machines of a cluster: what they read is what a local scan reads."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby
from typing import Any, cast

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col
from pyspark.sql.functions import sum as sum_of

from dedup.engines.spark.entries import FILE, SIZES, WORK, Entry, Sizes
from dedup.engines.spark.order import root_of, row_of
from dedup.engines.spark.reaching import below, local_path, path_of
from dedup.engines.spark.shared import read_shared, shared_rows
from dedup.engines.spark.splits import read_lines
from dedup.engines.spark.spool import File, Origin, read_brought
from dedup.engines.spark.stored import outermost, stored_rows
from dedup.model import Unreadable
from dedup.readers import Batch
from dedup.settings import Settings
from dedup.steps import Work


@dataclass(slots=True)
class Inputs:
    """The rows of everything that is to be read; without its frame it can be sent to other machines."""

    frame: DataFrame
    """Rows; each partition is for one task, and is passed to ``rows`` in order."""

    unreadable: list[Unreadable]
    """What this machine found that cannot be read."""

    settings: Settings
    roots: tuple[str, ...] = ()
    """Addresses, by number."""

    sizes: Sizes = SIZES
    only: frozenset[str] | None = None
    """Reading keys of the items that are wanted; None for all."""

    def rows(self, batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, Work]]:
        """The work in the rows of one partition, each with its reading key; on any machine.

        Keys are distinct, and their order is that in which a local scan reads; only of files by address an item may
        hold some that lie further apart, all of one root and in order. An item is to be used up before the next is
        asked for: files that were brought to this machine are deleted then. ``Work.number`` is always 0.

        Raises:
            InputError: this machine does not see a folder that was given by path, or a file changed meanwhile.
        """
        for (kind, key), entries in groupby(_entries(batches), lambda entry: (entry.kind, entry.key)):
            for item, batch in self._batches(kind, key, entries):
                if self.only is None or item in self.only:
                    yield item, Work(0, batch)

    def size(self) -> int:
        """Bytes that are to be read, about; costs a look at each row, of large files by address at each line."""
        found = self.frame.agg(sum_of("size")).first()
        return int(found[0] or 0) if found else 0

    def again(self, keys: Collection[str]) -> "Inputs":
        """Some items once more, as they were, by their reading keys.

        Costs, of paths, reading just what is wanted: a batch, or a file or range of lines. Of addresses Spark reads
        everything again, but only lots of files and splits go to Python in which something is wanted.
        """
        wanted = sorted({row_of(key) for key in keys})
        return replace(self, frame=self.frame.where(col("key").isin(wanted)), only=frozenset(keys))

    def _batches(self, kind: str, key: str, entries: Iterator[Entry]) -> Iterator[tuple[str, Batch]]:
        if kind == WORK:
            for entry in entries:
                yield from read_shared(entry, self.settings)
            return
        root = self.roots[root_of(key)] if key else ""
        if kind == FILE:
            files = (File(below(path_of(root), path_of(entry.path)), entry.value or b"") for entry in entries)
            yield from read_brought(files, Origin(root, root_of(key), key), self.sizes, self.settings)
        else:
            yield from read_lines(entries, root, self.settings)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled without the frame."""
        frame = cast(DataFrame, None)
        return Inputs, (frame, self.unreadable, self.settings, self.roots, self.sizes, self.only)


def inputs(
    session: SparkSession,
    paths: Sequence[str],
    settings: Settings,
    parts: int,
    *,
    sizes: Sizes = SIZES,
    by_spark: bool = False,
) -> Inputs:
    """What is to be read of folders and files.

    What is named by path, or as ``file:``, this machine walks and the others open: it must lie in a file system that
    all of them see. Other addresses (``hdfs:``, ``s3a:``, …) are listed and read by Spark.

    Args:
        session: of Spark.
        paths: paths and addresses.
        settings: how they are read.
        parts: tasks to read with, at least, where there is enough to read.
        sizes: how inputs are cut.
        by_spark: let Spark read ``file:`` as well.

    Raises:
        InputError: something does not exist, cannot be reached, or is nothing that can be scanned.
    """
    here: list[str] = []
    there: list[str] = []
    for path in paths:
        local = None if by_spark and path.startswith("file:") else local_path(path)
        if local is None:
            there.append(path)
        else:
            here.append(local)
    roots = outermost(there)
    frames: list[DataFrame] = []
    unreadable: list[Unreadable] = []
    if here or not there:
        frame, unreadable = shared_rows(session, here, sizes, parts=parts)
        frames.append(frame)
    if roots:
        rows, amiss = stored_rows(session, roots, settings, sizes, parts=parts)
        frames, unreadable = frames + rows, unreadable + amiss
    return Inputs(reduce(DataFrame.unionByName, frames), unreadable, settings, tuple(roots), sizes)


def _entries(batches: Iterator[pa.RecordBatch]) -> Iterator[Entry]:
    for batch in batches:
        yield from map(Entry, *(batch[name].to_pylist() for name in Entry._fields))
