"""Files that were brought to a machine lie in a temporary folder while they are read, a few at a time.

They are called by numbers there: whatever their names say, they lead nowhere else. The readers of a local scan read
them as what their names say that they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dedup.engines.spark.entries import Sizes
from dedup.engines.spark.order import in_lot, item_key, place
from dedup.engines.spark.shared import numbered
from dedup.readers import Batch, FileBatch
from dedup.readers.batch import Brought
from dedup.readers.big import LinesFile, file_blocks
from dedup.readers.kinds import LINES, kind_of
from dedup.readers.names import shown_path
from dedup.settings import MEBIBYTE, Settings

_OWN_BLOCKS = MEBIBYTE  # size from which a JSON Lines file, and any packed one, is read in blocks


class File(NamedTuple):
    """A file that was brought."""

    path: str
    """Below its root."""

    content: bytes


class Origin(NamedTuple):
    """Where a lot of files comes from."""

    root: str
    number: int
    """Of the root."""

    lot: str
    """Key of its rows."""


def read_brought(
    files: Iterable[File], origin: Origin, sizes: Sizes, settings: Settings
) -> Iterator[tuple[str, Batch]]:
    """The files of a lot in batches with their reading keys.

    The files of a batch are there until the next one is asked for.
    """
    some: list[File] = []
    size = 0
    for file in files:
        kind = kind_of(file.path)
        if kind is None:
            continue
        if kind[0] == LINES and (kind[1] or len(file.content) > _OWN_BLOCKS):
            yield from _lines(file, origin, settings)
            continue
        some.append(file)
        size += len(file.content)
        if size >= sizes.item or len(some) >= sizes.files:
            yield from _batch(some, origin)
            some, size = [], 0
    if some:
        yield from _batch(some, origin)


def _batch(files: list[File], origin: Origin) -> Iterator[tuple[str, Batch]]:
    files.sort(key=lambda file: place(origin.number, file.path))
    names = {f"{number}{_ending(file.path)}": file for number, file in enumerate(files)}
    brought = Brought(origin.root, {name: file.path for name, file in names.items()})
    with _spooled(names) as folder:
        yield _key(files[0], origin), FileBatch(folder, (("", tuple(names)),), brought=brought)


def _lines(file: File, origin: Origin, settings: Settings) -> Iterator[tuple[str, Batch]]:
    with _spooled({"0": file}) as folder:
        named = LinesFile(folder, "", "0", shown_path(file.path), len(file.content))
        row = in_lot(place(origin.number, file.path), origin.lot)
        for key, block in numbered(row, 1, file_blocks(named, settings)):
            yield key, replace(block, root=origin.root, file=file.path)


def _key(first: File, origin: Origin) -> str:
    return item_key(in_lot(place(origin.number, first.path), origin.lot), 0)


def _ending(path: str) -> str:
    return ".txt" if path.endswith(".txt") else ""


@contextmanager
def _spooled(names: Mapping[str, File]) -> Iterator[str]:
    with TemporaryDirectory(prefix="dedup-") as folder:
        for name, file in names.items():
            (Path(folder) / name).write_bytes(file.content)
        yield folder
