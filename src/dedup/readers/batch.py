"""The units of work of reading: some files, or a block of lines of one big JSON Lines file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pickle import PickleBuffer
from typing import Any, NamedTuple, SupportsIndex

from dedup.readers.names import shown_path


class Piece(NamedTuple):
    """What is read whole or not at all: a file, or a block of lines of a large one."""

    root: str
    """Real path of the scanned folder."""

    path: str
    """Of the file below it, as the system has it."""

    first_line: int = 0
    """Of a block, from 1; 0 for a whole file."""


@dataclass(slots=True)
class Pieces:
    """The pieces that a batch was made of, in order of reading: a list per field, an entry per piece."""

    pieces: list[Piece] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    """Of its bytes; empty where nobody asked, or it could not be opened."""

    articles: list[int] = field(default_factory=list)
    """How many articles it gave."""

    unreadable: list[int] = field(default_factory=list)
    """How many entries of what could not be read."""

    def add(self, piece: Piece, digest: bytes, articles: int, unreadable: int) -> None:
        """Append a piece."""
        self.pieces.append(piece)
        self.digests.append(digest)
        self.articles.append(articles)
        self.unreadable.append(unreadable)


class Brought(NamedTuple):
    """Where files come from that lie on this machine for a while, under other names."""

    root: str
    """Address of the scanned folder."""

    paths: Mapping[str, str]
    """The path of each below it, by the name that it has here."""


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Files below one scanned folder, for one worker to open and read."""

    root: str
    """Real path of the scanned folder."""

    folders: tuple[tuple[str, tuple[str, ...]], ...]
    """Each a folder's path below the root (empty for the root itself) and the names of files in it."""

    shown: str | None = None
    """Name to show for the only file, where the path that was given is a symbolic link of another name."""

    known: Mapping[str, bytes] | None = None
    """Digests that files, by their path below the root, had when they were read before: with the same one a file is
    not read again. None where nobody asks for digests."""

    brought: Brought | None = None
    """Where the files come from, if not from ``root``, which then is a folder of this machine without subfolders."""

    def __len__(self) -> int:
        """Number of files."""
        return sum(len(names) for _, names in self.folders)

    def piece(self, path: str) -> Piece:
        """What to know a file by that lies at ``path`` below the root."""
        return Piece(self.brought.root, self.brought.paths[path]) if self.brought else Piece(self.root, path)


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Whole lines of a JSON Lines file, as UTF-8 if they were UTF-16 or UTF-32."""

    path: str
    """The file's path below the scanned folder, as it is shown."""

    first_line: int
    """Number of the first line, from 1."""

    data: bytes
    root: str = ""
    """Real path of the scanned folder."""

    file: str = ""
    """The file's path below it, as the system has it."""

    refused: str = ""
    """Why there are no lines: what ``path`` names, a file or a line of it, cannot be read."""

    @property
    def piece(self) -> Piece:
        """What to know it by."""
        return Piece(self.root, self.file, self.first_line)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...] | str:
        """Pickled so that the data may go beside the rest."""
        data = PickleBuffer(self.data) if int(protocol) >= 5 else self.data
        return _line_block, (self.path, self.first_line, data, self.root, self.file, self.refused)


def _line_block(
    path: str, first_line: int, data: bytes | memoryview, root: str, file: str, refused: str
) -> LineBlock:
    return LineBlock(path, first_line, bytes(data), root, file, refused)


Batch = FileBatch | LineBlock


def halves(batch: Batch) -> list[Batch]:
    """A batch as two of half as many files or lines; as itself alone where it has but one."""
    if isinstance(batch, LineBlock):
        middle = batch.data.find(b"\n", len(batch.data) // 2) + 1 or batch.data.rfind(b"\n", 0, -1) + 1
        if not 0 < middle < len(batch.data):
            return [batch]
        first, rest = batch.data[:middle], batch.data[middle:]
        after = batch.first_line + first.count(b"\n")
        return [replace(batch, data=first), replace(batch, first_line=after, data=rest)]
    files = [(folder, name) for folder, names in batch.folders for name in names]
    if len(files) < 2:
        return [batch]
    parts = (files[: len(files) // 2], files[len(files) // 2 :])
    return [replace(batch, folders=tuple((folder, (name,)) for folder, name in part)) for part in parts]


def shown_paths(batch: Batch) -> list[str]:
    """What to call the files of a batch, or the lines of a block, in an ``Unreadable``."""
    if isinstance(batch, LineBlock):
        if batch.refused:
            return [batch.path]
        last = batch.first_line + batch.data.removesuffix(b"\n").count(b"\n")
        return [f"{batch.path}:{number}" for number in range(batch.first_line, last + 1)]
    return [
        shown_path(batch.shown or batch.piece(f"{folder}/{name}" if folder else name).path)
        for folder, names in batch.folders
        for name in names
    ]


class Refused(Exception):  # noqa: N818 - it is an answer more than an error
    """A file or record cannot be read; the message is the reason, in words for people.

    Never leaves this package: whoever reads the file turns it into an ``Unreadable``.
    """


def too_large(size: int | None, limit: int, setting: str) -> Refused:
    """The refusal of something larger than a setting allows; ``size`` None: reading stopped at the limit."""
    found = f"more than {limit:,}" if size is None else f"{size:,}"
    return Refused(f"too large: {found} bytes, the limit is {limit:,} (setting {setting})")
