"""Tables of what a scan found, as datasets for those who go on with it."""

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa

from dedup.engines.spark.exchange import SparkSent
from dedup.engines.spark.failing import translated
from dedup.engines.spark.rows import opened

TYPES = {"string": pa.string(), "double": pa.float64(), "bigint": pa.int64()}


def saved(folder: str, name: str, columns: Mapping[str, str], rows: SparkSent) -> None:
    """Write a table as Parquet, in place of what lies there.

    Args:
        folder: its address; the table is a folder of its own below it.
        name: of the table, and of the kind of its rows.
        columns: the type of each, as SQL calls it, one of ``TYPES``.
        rows: values of a list for each column.
    """
    schema = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    with translated():
        found = rows.only(name).frame().select("value").mapInArrow(_unpacked(columns), schema)
        found.write.mode("overwrite").parquet(f"{folder.rstrip('/')}/{name}")


def _unpacked(columns: Mapping[str, str]) -> Callable[..., Iterator[pa.RecordBatch]]:
    schema = pa.schema([(column, TYPES[kind]) for column, kind in columns.items()])

    def unpack(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for value in batch.column("value"):
                arrays = zip(opened(value.as_buffer()), schema.types, strict=True)
                yield pa.RecordBatch.from_arrays([pa.array(array, kind) for array, kind in arrays], schema=schema)

    return unpack
