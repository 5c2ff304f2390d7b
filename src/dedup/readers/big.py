"""Big JSON Lines files: read in blocks of whole lines by one process, or in ranges of bytes by several.

A range gives the lines that begin in it, so that each line comes once wherever the file is cut. How many lines lie
before a range is counted in a pass of its own, which looks at nothing but the ends of lines.
"""

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from dedup.model import Unreadable
from dedup.readers.batch import LineBlock, Refused
from dedup.readers.encodings import is_cuttable
from dedup.readers.kinds import kind_of
from dedup.readers.lines import NEWLINE, blocks, cut
from dedup.readers.streams import Stream, open_file, open_folder, refused
from dedup.settings import Settings

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class LinesFile:
    """A big JSON Lines file, to be read in blocks of lines."""

    root: str
    """Real path of the scanned folder."""

    folder: str
    """Of the file, below it; empty for the root itself."""

    name: str
    """As the system has it."""

    shown: str
    """Its path below the root as it is shown, which also tells how it is packed."""

    size: int
    """Bytes; of a packed file, those that it is expected to grow to."""

    @property
    def path(self) -> str:
        """The file's path below the root, as the system has it."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


def file_blocks(file: LinesFile, settings: Settings) -> Iterator[LineBlock | Unreadable]:
    """A JSON Lines file in blocks of whole lines, and what of it cannot be read."""
    fd = -1
    try:
        fd = opened(file)
        kind = kind_of(file.shown)
        for block in blocks(Stream(fd, kind[1] if kind else "", settings), file.shown, settings):
            yield replace(block, root=file.root, file=file.path) if isinstance(block, LineBlock) else block
    except Refused as reason:
        yield Unreadable(file.shown, str(reason))
    finally:
        if fd >= 0:
            os.close(fd)


def opened(file: LinesFile) -> int:
    """A descriptor of the file.

    Raises:
        Refused: it cannot be opened.
    """
    folder_fd = open_folder(file.root, file.folder)
    try:
        return open_file(file.name, folder_fd)
    finally:
        os.close(folder_fd)


class Range(NamedTuple):
    """Some bytes of a file that is not packed."""

    file: LinesFile
    start: int
    stop: int
    """The byte after the last one."""


class Counted(NamedTuple):
    """What a first look at a range finds."""

    ends: int
    """Ends of lines in it."""

    text: bool
    """Whether there is more than white space."""

    plain: bool
    """Whether the file may be read in ranges, as far as its beginning tells: not where it looks like UTF-16, UTF-32
    or binary data."""


def counted(part: Range) -> Counted:
    """The ends of lines in a range, and how the file begins if the range does.

    One pass over the bytes. A file that cannot be read is not plain: whoever reads it finds out why.
    """
    ends, text, plain = 0, False, True
    try:
        fd = opened(part.file)
        try:
            for at, piece in _bytes(fd, part.start, part.stop):
                ends += int(np.count_nonzero(np.frombuffer(piece, np.uint8) == NEWLINE))
                text = text or bool((piece if at else piece.removeprefix(codecs.BOM_UTF8)).strip())
            if not part.start:
                plain = is_cuttable(os.pread(fd, _PIECE, 0))
        finally:
            os.close(fd)
    except (Refused, OSError):
        return Counted(0, False, False)
    return Counted(ends, text, plain)


def range_blocks(part: Range, ends: int, settings: Settings) -> Iterator[LineBlock | Unreadable]:
    """The lines that begin in a range, in blocks, and those that are too long.

    Args:
        part: of a file that is plain.
        ends: of lines before the range.
        settings: what is too long.
    """
    file, fd = part.file, -1
    try:
        fd = opened(file)
        between = not part.start or os.pread(fd, 1, part.start - 1) == b"\n"
        first = ends + (1 if between else 2)
        for block in cut(_lines(fd, part.start, part.stop), file.shown, settings, first_line=first):
            yield replace(block, root=file.root, file=file.path) if isinstance(block, LineBlock) else block
    except OSError as error:
        yield Unreadable(file.shown, str(refused(error)))
    except Refused as reason:
        yield Unreadable(file.shown, str(reason))
    finally:
        if fd >= 0:
            os.close(fd)


def _lines(fd: int, start: int, stop: int) -> Iterator[bytes]:
    """The bytes of the lines that begin from ``start`` on and before ``stop``, without byte order mark."""
    at, begun = max(start - 1, 0), start == 0  # a line begins behind the end of another
    os.lseek(fd, at, os.SEEK_SET)
    for piece in _pieces(fd):
        first, at = 0, at + len(piece)
        if not begun:
            first = piece.find(b"\n") + 1
            begun = first > 0
            if at - len(piece) + first >= stop or (not begun and at >= stop):
                return
            if not begun:
                continue
        elif start == 0 and at == len(piece):
            first = len(codecs.BOM_UTF8) if piece.startswith(codecs.BOM_UTF8) else 0
        if at >= stop:
            end = piece.find(b"\n", max(stop - 1 - (at - len(piece)), first)) + 1
            if end:
                yield piece[first:end]
                return
        yield piece[first:]


def _pieces(fd: int) -> Iterator[bytes]:
    while True:
        try:
            piece = os.read(fd, _PIECE)
        except OSError as error:
            raise refused(error) from None
        if not piece:
            return
        yield piece


def _bytes(fd: int, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
    for at in range(start, stop, _PIECE):
        yield at, os.pread(fd, min(_PIECE, stop - at), at)
