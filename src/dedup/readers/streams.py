"""A file's bytes, decompressed on the way (gz, zst, xz), with a stop for decompression bombs.

A reader never holds more than one slice of the compressed file and what that slice grows to. Concatenated
gzip members, zst frames and xz streams are read as one.
"""

import errno
import lzma
import os
import stat
import zlib
from collections.abc import Callable
from typing import Any

import zstandard

from dedup.readers.batch import Refused, too_large
from dedup.settings import MEBIBYTE, Settings

PACKINGS = (".gz", ".zst", ".xz")

EMPTY = "the file is empty"

_FREE_BYTES = 64 * MEBIBYTE  # a small file may grow by any factor up to here
_SLICE = 1 << 16  # compressed bytes read at a time
_ZST_SLICE = 1 << 10  # zst has no limit on its output; 1 KiB cannot grow past 32 MiB
_OUTPUT = 1 << 20
_XZ_MEMORY = 512 * MEBIBYTE  # xz -9 needs 65 MiB
_ZST_WINDOW = 128 * MEBIBYTE  # what zstd --long=27 writes

_MAGIC = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd", ".xz": b"\xfd7zXZ\x00"}
_ZST_SKIPPABLE = range(0x184D2A50, 0x184D2A60)


def open_file(name: str, dir_fd: int | None = None) -> int:
    """A descriptor of a file; follows no symbolic link, and waits for no named pipe.

    Raises:
        Refused: it cannot be opened.
    """
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=dir_fd)
    except OSError as error:
        raise refused(error) from None


def open_folder(root: str, folder: str) -> int:
    """A descriptor of a folder below ``root``, however long its path is.

    Raises:
        Refused: it cannot be opened.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(f"{root}/{folder}" if folder else root, flags)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise refused(error) from None
    fd = open_folder(root, "")
    for name in folder.split("/"):
        try:
            inner = os.open(name, flags, dir_fd=fd)
        except OSError as error:
            raise refused(error) from None
        finally:
            os.close(fd)
        fd = inner
    return fd


def refused(error: OSError) -> Refused:
    """An error of the operating system in words for people."""
    if error.errno == errno.ENOENT:
        return Refused("it was there when the folder was listed, and is gone")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Refused("no permission to read it")
    if error.errno == errno.ELOOP:
        return Refused("it was a file when the folder was listed, and is now a symbolic link; not followed")
    if error.errno == errno.ENXIO:
        return Refused("not a regular file")
    return Refused(f"cannot be read: {error.strerror or type(error).__name__}")


def regular_size(fd: int) -> int:
    """Size in bytes of the open file.

    Raises:
        Refused: it is no regular file.
    """
    found = os.fstat(fd)
    if not stat.S_ISREG(found.st_mode):
        raise Refused("not a regular file")
    return found.st_size


class Stream:
    """The bytes of an open file, decompressed where ``packing`` says so; reads forward only.

    Raises (from ``read``):
        Refused: the file is damaged, cut short, a decompression bomb, or the disk fails.
    """

    def __init__(self, fd: int, packing: str, settings: Settings) -> None:
        self._fd = fd
        self._expansion = settings.max_expansion
        self._packing = packing
        self._coder: Any = None
        self._input = b""
        self._left = b""
        self._at = 0
        self.packed_bytes = 0
        self.bytes = 0
        self._ended = False
        self._make = _CODERS.get(packing)
        self._slice = 16 * _ZST_SLICE if packing == ".zst" else _SLICE

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, at least one before the end, all of them when ``size`` is negative."""
        if size < 0:
            parts = list(iter(lambda: self.read(_OUTPUT), b""))
            return b"".join(parts)
        if self._make is None:
            piece = self._disk(size)
            self.bytes += len(piece)
            return piece
        if self._at >= len(self._left):
            self._left, self._at = self._next(), 0
        start = self._at
        self._at += size
        return self._left if start == 0 and size >= len(self._left) else self._left[start : self._at]

    def _disk(self, size: int) -> bytes:
        try:
            piece = os.read(self._fd, size)
        except OSError as error:
            raise refused(error) from None
        self.packed_bytes += len(piece)
        return piece

    def _next(self) -> bytes:
        """Some decompressed bytes; none at the end of the file."""
        while not self._ended:
            if not self._input and (self._coder is None or _hungry(self._coder)):
                self._input = self._disk(self._slice)
                if not self._input:
                    self._ended = True
            piece = self._decompressed()
            if self._ended and not piece and self._coder is not None:
                raise Refused(f"the {self._packing[1:]} data is cut short after {self.bytes:,} bytes")
            if piece:
                self.bytes += len(piece)
                if self.bytes > _FREE_BYTES and self.bytes > self._expansion * self.packed_bytes:
                    raise Refused(
                        f"looks like a decompression bomb: its first {self.packed_bytes:,} bytes grow to "
                        f"more than {self.bytes:,}, over {self._expansion} times as many "
                        "(setting max_expansion)"
                    )
                return piece
        return b""

    def _decompressed(self) -> bytes:
        if self._coder is None:
            self._start()
            if self._coder is None:
                return b""
        size = _ZST_SLICE if self._packing == ".zst" else len(self._input)
        given, rest = self._input[:size], self._input[size:]
        try:
            piece, left, done = _step(self._coder, given, self._packing)
        except (zlib.error, lzma.LZMAError, zstandard.ZstdError, MemoryError) as error:
            raise Refused(f"the {self._packing[1:]} data is damaged: {_words(error)}") from None
        self._input = left + rest if left else rest
        if done:
            self._coder = None
        return piece

    def _start(self) -> None:
        """Begin the next member; zero bytes between and after members are padding."""
        if self.bytes or self.packed_bytes > len(self._input):
            self._input = self._input.lstrip(b"\0")
        if not self._input:
            if not self.packed_bytes:
                raise Refused(EMPTY)
            return
        magic = _MAGIC[self._packing]
        while len(self._input) < len(magic):
            more = self._disk(_SLICE)
            if not more:
                break
            self._input += more
        if not self._input.startswith(magic) and not self._skippable():
            where = "no" if not self.bytes else "followed by something that is no"
            raise Refused(f"the {self._packing[1:]} data is damaged: {where} {self._packing[1:]} data")
        assert self._make is not None
        self._coder = self._make()

    def _skippable(self) -> bool:
        return self._packing == ".zst" and int.from_bytes(self._input[:4], "little") in _ZST_SKIPPABLE


def read_whole(stream: Stream, limit: int, setting: str) -> bytes:
    """All bytes of the stream.

    Raises:
        Refused: there are more than ``limit``, or the stream fails.
    """
    parts = []
    size = 0
    while piece := stream.read(_OUTPUT):
        parts.append(piece)
        size += len(piece)
        if size > limit:
            raise too_large(None, limit, setting)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def whole_file(fd: int, packing: str, limit: int, setting: str, *, settings: Settings) -> bytes:
    """All bytes of an open file, decompressed.

    Raises:
        Refused: it is no regular file, larger than ``limit``, or damaged.
    """
    size = regular_size(fd)
    if not packing and size > limit:
        raise too_large(size, limit, setting)
    return read_whole(Stream(fd, packing, settings), limit, setting)


def _hungry(coder: Any) -> bool:
    return bool(getattr(coder, "needs_input", True))


def _step(coder: Any, given: bytes, packing: str) -> tuple[bytes, bytes, bool]:
    """Decompressed bytes, input that is left, and whether the member is complete."""
    piece = coder.decompress(given) if packing == ".zst" else coder.decompress(given, _OUTPUT)
    if coder.eof:
        return piece, coder.unused_data, True
    return piece, coder.unconsumed_tail if packing == ".gz" else b"", False


def _words(error: BaseException) -> str:
    return str(error).replace("\n", " ")[:120] or type(error).__name__


_CODERS: dict[str, Callable[[], Any]] = {
    ".gz": lambda: zlib.decompressobj(wbits=31),
    ".xz": lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_XZ_MEMORY),
    ".zst": lambda: zstandard.ZstdDecompressor(max_window_size=_ZST_WINDOW).decompressobj(),
}
