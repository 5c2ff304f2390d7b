"""Big JSON Lines files by address: Spark brings their lines, split by split, and they get the numbers that they have.

Spark does not tell the number of a line. A first pass counts the lines of each split; how many lie before it is a sum
of these. So a file must be cut at the same bytes both times, and be the same.
"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from dedup.engines.spark.entries import LINE, Entry
from dedup.engines.spark.order import item_key, split_row
from dedup.engines.spark.reaching import below, path_of
from dedup.errors import InputError
from dedup.readers import LineBlock
from dedup.readers.batch import too_large
from dedup.readers.encodings import is_cuttable
from dedup.readers.lines import BLOCK_BYTES
from dedup.readers.names import shown_path
from dedup.settings import MEBIBYTE, Settings

LITERALLY = {"recursiveFileLookup": "true", "__globPaths__": "false"}
"""Options of reading: a name may hold [ and *."""

_HEAD = MEBIBYTE  # bytes that tell whether a file is text
_IS_TEXT = "trim(LEADING '\t\r\x0b\x0c ' FROM value) != ''"
_WIDE_MARKS = (bytearray(b"\xff\xfe"), bytearray(b"\xfe\xff"))
_FIRSTS = pa.schema(
    [
        ("file", pa.string()),
        ("first", pa.int64()),
        ("plain", pa.string()),
        ("key", pa.string()),
        ("line", pa.int64()),
    ]
)


class Split(NamedTuple):
    """What is known of some bytes of a file."""

    file: str
    """Its address, with % for what addresses do not have."""

    start: int
    lines: int
    """That begin in it."""

    text: bool
    """Whether one of them is not blank."""

    doubtful: bool
    """Whether the file begins in a way that it might not be UTF-8."""


class LinesAt(NamedTuple):
    """A JSON Lines file below a root."""

    root: int
    """Its number."""

    address: str
    """Of the root."""

    path: str
    """As Spark has it."""

    size: int

    @property
    def below(self) -> str:
        """Its path below the root."""
        return below(path_of(self.address), path_of(self.path))


class Cut(NamedTuple):
    """What became of files that were to be cut."""

    rows: DataFrame | None
    """A row for each line."""

    uncuttable: list[LinesAt]
    """UTF-16, UTF-32 or binary data, as their beginning tells."""

    empty: list[LinesAt]
    """Without any line that is not blank."""


def cut_files(session: SparkSession, files: list[LinesAt], settings: Settings) -> Cut:
    """The lines of files. Goes through them once; this machine gets a row for each split."""
    splits = _splits(session, [file.path for file in files])
    doubtful = [file.path for file in files if any(split.doubtful for split in splits.get(file.path, ()))]
    uncuttable = _uncuttable(session, doubtful) if doubtful else set()
    cuttable = [file for file in files if file.path not in uncuttable]
    full = [file for file in cuttable if any(split.text for split in splits.get(file.path, ()))]
    return Cut(
        _rows(session, full, splits, settings) if full else None,
        [file for file in files if file.path in uncuttable],
        [file for file in cuttable if file not in full],
    )


def read_lines(lines: Iterator[Entry], root: str, settings: Settings) -> Iterator[tuple[str, LineBlock]]:
    """The lines of a split, in order, in blocks with their reading keys.

    Raises:
        InputError: the file is not as it was when its lines were counted.
    """
    some: list[bytes] = []
    key = path = shown = ""
    size = at = start = 0
    for line in lines:
        if not line.key:
            raise InputError(f"{line.path} changed while it was read; scan again")
        if not key:
            key, path, at = line.key, below(path_of(root), path_of(line.path)), line.line
            shown, start = shown_path(path), at
        if line.value is not None:
            some.append(line.value)
            size += line.size
        if some and (size >= BLOCK_BYTES or line.value is None):
            yield item_key(key, start), _block(shown, start, some, root, path)
            some, size, start = [], 0, at + 1
        if line.value is None:
            reason = str(too_large(line.size, settings.max_article_bytes, "max_article_bytes"))
            yield item_key(key, at), LineBlock(f"{shown}:{at}", at, b"", root, path, refused=reason)
            start = at + 1
        at += 1
    if some:
        yield item_key(key, start), _block(shown, start, some, root, path)


def _block(shown: str, first: int, lines: list[bytes], root: str, path: str) -> LineBlock:
    return LineBlock(shown, first, b"\n".join(lines) + b"\n", root, path)


def _text(session: SparkSession, paths: list[str]) -> DataFrame:
    """A row for each line, in order within a split. Spark takes a mark of UTF-8 away, as the readers do."""
    lines = session.read.options(lineSep="\n", **LITERALLY).text(paths)
    return lines.select(
        "value", sql.col("_metadata.file_path").alias("path"), sql.col("_metadata.file_block_start").alias("start")
    )


def _splits(session: SparkSession, paths: list[str]) -> dict[str, list[Split]]:
    """The splits of each file, in order."""
    value, at_first = sql.col("value"), sql.col("start") == 0
    mark = sql.substring(value.cast("binary"), 1, 2)
    doubtful = at_first & (value.contains(sql.lit("\0")) | mark.isin(*map(sql.lit, _WIDE_MARKS)))
    found = (
        _text(session, paths)
        .groupBy("path", "start")
        .agg(
            sql.count("*").alias("lines"),
            sql.max(sql.expr(_IS_TEXT)).alias("text"),
            sql.max(doubtful).alias("doubtful"),
        )
    )
    splits: dict[str, list[Split]] = {}
    for one in found.toArrow().sort_by("start").to_pylist():
        splits.setdefault(unquote(one["path"]), []).append(
            Split(one["path"], one["start"], one["lines"], one["text"], one["doubtful"])
        )
    return splits


def _uncuttable(session: SparkSession, paths: list[str]) -> set[str]:
    """Those files that only look like lines, by their first mebibyte."""
    heads = _text(session, paths).where(sql.col("start") == 0).mapInArrow(_heads, "path string, cuttable boolean")
    return {unquote(one["path"]) for one in heads.toArrow().to_pylist() if not one["cuttable"]}


def _heads(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    heads: dict[str, bytearray] = {}
    for batch in batches:
        for path, value in zip(batch["path"].to_pylist(), batch["value"].cast(pa.binary()).to_pylist(), strict=True):
            head = heads.setdefault(path, bytearray())
            if len(head) < _HEAD:
                head += value[:_HEAD] + b"\n"
    for path, head in heads.items():
        yield pa.RecordBatch.from_pylist([{"path": path, "cuttable": is_cuttable(bytes(head[:_HEAD]))}])


def _rows(
    session: SparkSession, files: list[LinesAt], splits: dict[str, list[Split]], settings: Settings
) -> DataFrame:
    firsts: list[tuple[str, int, str, str, int]] = []
    for file in files:
        line = 1
        for split in splits[file.path]:
            key = split_row(file.root, file.below, split.start)
            firsts.append((split.file, split.start, file.path, key, line))
            line += split.lines
    columns = zip(*firsts, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _FIRSTS, strict=True)]
    known = session.createDataFrame(pa.table(arrays, _FIRSTS))
    size = sql.octet_length("value").cast("long")
    lines = _text(session, [file.path for file in files]).select(
        "path", "start", size.alias("size"),
        sql.when(size <= settings.max_article_bytes, sql.col("value").cast("binary")).alias("value"),
    )  # fmt: skip
    same = (lines["path"] == known["file"]) & (lines["start"] == known["first"])
    path = sql.coalesce("plain", "path").alias("path")
    return lines.join(sql.broadcast(known), same, "left").select(
        "key", sql.lit(LINE).alias("kind"), path, "size", "line", "value"
    )
