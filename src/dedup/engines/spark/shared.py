"""Inputs by path, in a file system that all machines share: this one walks the folders, the others open the files."""

import pickle
import socket
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from dedup.engines.spark.entries import WORK, Entry, Sizes, table
from dedup.engines.spark.order import item_key, walked
from dedup.errors import InputError
from dedup.model import Unreadable
from dedup.readers import Batch, FileBatch, LineBlock
from dedup.readers.big import Counted, LinesFile, Range, counted, file_blocks, range_blocks
from dedup.readers.folder import walk
from dedup.readers.kinds import kind_of
from dedup.settings import Settings

_FILE_BYTES = 16 << 10  # what a file counts for whose size nobody asked for
_LOOK = "number long, ends long, text boolean, plain boolean"


class _Lines(NamedTuple):
    """A range with the number of ends of lines before it."""

    part: Range
    ends: int


_Piece = FileBatch | LinesFile | _Lines


def shared_rows(
    session: SparkSession, paths: Sequence[str], sizes: Sizes, *, parts: int
) -> tuple[DataFrame, list[Unreadable]]:
    """A row for each batch of files, each JSON Lines file and each range of a big one; and what the walk could not
    read.

    Costs this machine a walk, and about 100 bytes a file. The others go through big files once, to count lines.

    Raises:
        InputError: a path does not exist, or is nothing that can be scanned.
    """
    found: list[FileBatch | LinesFile] = []
    unreadable: list[Unreadable] = []
    for one in walk(paths):
        if isinstance(one, Unreadable):
            unreadable.append(one)
        else:
            found.append(one)
    big = [
        (number, Range(one, start, min(start + sizes.split, one.size)))
        for number, one in enumerate(found)
        if isinstance(one, LinesFile) and _in_ranges(one, sizes)
        for start in range(0, one.size, sizes.split)
    ]
    ranges = _with_ends(big, _looks(session, [part for _, part in big], sizes, parts))
    rows = [row for number, one in enumerate(found) for row in _rows(number, ranges.get(number, [one]))]
    return spread(session, rows, sizes.task, parts=parts), unreadable


def read_shared(row: Entry, settings: Settings) -> Iterator[tuple[str, Batch]]:
    """What a row is, on any machine: batches with their reading keys.

    Raises:
        InputError: this machine does not see the folder.
    """
    piece: _Piece = pickle.loads(row.value or b"")
    _check(piece)
    if isinstance(piece, FileBatch):
        yield item_key(row.key, 0), piece
    elif isinstance(piece, LinesFile):
        yield from numbered(row.key, 1, file_blocks(piece, settings))
    else:
        first = piece.ends + (2 if piece.part.start else 1)
        yield from numbered(row.key, first, range_blocks(piece.part, piece.ends, settings))


def numbered(row: str, line: int, blocks: Iterable[LineBlock | Unreadable]) -> Iterator[tuple[str, LineBlock]]:
    """Blocks of a file in order with their reading keys, the first ``line`` or later; what cannot be read, as blocks
    of nothing."""
    for block in blocks:
        if isinstance(block, Unreadable):
            yield item_key(row, line), LineBlock(block.path, line, b"", refused=block.reason)
            line += 1
        else:
            line = max(line, block.first_line)
            yield item_key(row, line), block
            line = max(line + 1, block.first_line + block.data.count(b"\n"))


def spread(session: SparkSession, rows: list[Entry], task: int, *, parts: int) -> DataFrame:
    """A frame of rows in order, about as many bytes of work in each partition, ``task`` at most if it can be."""
    ends = list(accumulate((row.size for row in rows), initial=0))
    count = max(1, min(len(rows), max(parts, ends[-1] // max(1, task))))
    slots = [
        min(count - 1, count * (end + row.size // 2) // max(1, ends[-1]))
        for end, row in zip(ends, rows, strict=False)
    ]
    frame = session.createDataFrame(table(rows).append_column("slot", pa.array(slots, pa.int32())))
    return frame.repartitionById(count, "slot").sortWithinPartitions("key").drop("slot")


def _in_ranges(file: LinesFile, sizes: Sizes) -> bool:
    return file.size > sizes.split and kind_of(file.shown) == ("lines", "")


def _rows(number: int, pieces: Sequence[_Piece]) -> Iterator[Entry]:
    for at, piece in enumerate(pieces):
        yield Entry(walked(number, at), WORK, "", _size(piece), 0, pickle.dumps(piece, 5))


def _size(piece: _Piece) -> int:
    if isinstance(piece, FileBatch):
        return _FILE_BYTES * len(piece)
    return piece.size if isinstance(piece, LinesFile) else piece.part.stop - piece.part.start


def _looks(session: SparkSession, ranges: list[Range], sizes: Sizes, parts: int) -> list[Counted]:
    """A first look at each range, by all machines."""
    if not ranges:
        return []
    rows = [
        Entry(walked(number), WORK, "", part.stop - part.start, number, pickle.dumps(part, 5))
        for number, part in enumerate(ranges)
    ]
    looks = spread(session, rows, sizes.task, parts=parts).mapInArrow(_look, _LOOK).toArrow().sort_by("number")
    return [Counted(*look) for look in zip(*(looks[name].to_pylist() for name in Counted._fields), strict=True)]


def _look(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for number, value in zip(batch["line"].to_pylist(), batch["value"].to_pylist(), strict=True):
            part: Range = pickle.loads(value)
            _check(part.file)
            look = counted(part)
            yield pa.RecordBatch.from_pylist([{"number": number, **look._asdict()}])


def _with_ends(big: list[tuple[int, Range]], looks: list[Counted]) -> dict[int, list[_Piece]]:
    """The pieces of each big file: its ranges, or it as a whole where it is not to be cut."""
    found: dict[int, list[tuple[Range, Counted]]] = {}
    for (number, part), look in zip(big, looks, strict=True):
        found.setdefault(number, []).append((part, look))
    pieces: dict[int, list[_Piece]] = {}
    for number, parts in found.items():
        if all(look.plain for _, look in parts) and any(look.text for _, look in parts):
            before = accumulate((look.ends for _, look in parts), initial=0)
            pieces[number] = [_Lines(part, ends) for (part, _), ends in zip(parts, before, strict=False)]
        else:
            pieces[number] = [parts[0][0].file]
    return pieces


def _check(piece: _Piece) -> None:
    root = piece.part.file.root if isinstance(piece, _Lines) else piece.root
    if not Path(root).is_dir():
        raise InputError(
            f"{root} is not there on {socket.gethostname()}; what is given by path must lie in a file system that "
            "all machines share; else give an address that all of them can read, such as hdfs:// or s3a://"
        )
