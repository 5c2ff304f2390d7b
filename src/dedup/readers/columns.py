"""Parquet files: only the known columns are read, batch by batch."""

import io
import os
import tempfile
from collections.abc import Iterator
from typing import Any

from dedup.errors import MissingExtraError
from dedup.model import Article, Unreadable
from dedup.readers.batch import Refused
from dedup.readers.names import excerpt
from dedup.readers.records import Fields, fields_of, known_names, record_article
from dedup.readers.streams import EMPTY, Stream, regular_size
from dedup.settings import MEBIBYTE, Settings

_ROWS = 256  # rows in memory at a time
_IN_MEMORY = 64 * MEBIBYTE  # a larger file that is also compressed as a whole is unpacked to disk
_PIECE = 1 << 20


def column_articles(fd: int, packing: str, path: str, settings: Settings) -> Iterator[Article | Unreadable]:
    """The articles of a Parquet file, row by row."""
    fields = fields_of(settings)
    number = 0
    try:
        with _opened(fd, packing, settings) as file:
            for record in _records(file, fields):
                number += 1
                yield _article(record, path, number, fields)
    except (Refused, MissingExtraError) as reason:
        yield Unreadable(path, str(reason))


def _article(record: dict[str, Any], path: str, number: int, fields: Fields) -> Article | Unreadable:
    try:
        return record_article(record, path, number, fields)
    except Refused as reason:
        return Unreadable(f"{path}:{number}", str(reason))


def _opened(fd: int, packing: str, settings: Settings) -> Any:
    """A file that can be read at any place; one that is packed as a whole is unpacked first."""
    if regular_size(fd) == 0:
        raise Refused(EMPTY)
    if not packing:
        return io.BufferedReader(io.FileIO(os.dup(fd)), _PIECE)
    stream = Stream(fd, packing, settings)
    unpacked = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    while piece := stream.read(_PIECE):
        unpacked.write(piece)
    unpacked.seek(0)
    return unpacked


def _records(file: Any, fields: Fields) -> Iterator[dict[str, Any]]:
    """The rows as plain values.

    Raises:
        MissingExtraError: pyarrow is not installed.
        Refused: the file is damaged, or has no column for the text.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional package, 100 ms
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("a Parquet file needs the parquet extra: pip install 'newsdedup[parquet]'") from None
    try:
        table = pq.ParquetFile(file)
        known = known_names(table.schema_arrow.names, fields)
        for batch in table.iter_batches(_ROWS, columns=list(known), use_threads=False):
            columns = {
                known[name]: _values(column, pa)
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            }
            for row in zip(*columns.values(), strict=True):
                yield dict(zip(columns, row, strict=True))
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"the Parquet data is damaged: {excerpt(str(error), 150)}") from None


def _values(column: Any, pa: Any) -> list[Any]:
    """A column as plain values; texts that are no valid UTF-8 as bytes."""
    try:
        values = column.to_pylist()
    except UnicodeDecodeError:
        values = column.cast(pa.binary() if pa.types.is_string(column.type) else pa.large_binary()).to_pylist()
    return list(values)
