"""Memory of columns that grow: at first ordinary memory, past a limit files, so that a collection may be larger than
what fits.

The files have no names: they are gone with the process, however it ends. What lies in them is mapped; ``let_go`` ends
that for now, and a later look brings the pages back, mostly out of the system's cache of files.
"""

import mmap
import tempfile
from typing import IO, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from dedup.errors import OutputError

Scalar = TypeVar("Scalar", bound=np.generic)

IN_MEMORY = 1 << 30
"""Bytes of all columns together from which on they lie in files."""


class Memory:
    """Where the columns of a collection lie."""

    def __init__(self, most: int = IN_MEMORY) -> None:
        """``most`` is the size of all columns together, in bytes, from which on they lie in files."""
        self._most, self._bytes = most, 0
        self._columns = list[Growing[Any]]()
        self._mapped = list[mmap.mmap]()

    def growing(self, dtype: type[Scalar]) -> "Growing[Scalar]":
        """An empty array that grows here."""
        fresh = Growing(dtype, self)
        self._columns.append(fresh)
        return fresh

    @property
    def in_files(self) -> bool:
        """Whether columns lie in files."""
        return self._bytes > self._most

    def let_go(self) -> None:
        """Give back what memory the mapped columns take at the moment; what was written to them stays."""
        for mapped in self._mapped:
            mapped.madvise(mmap.MADV_DONTNEED)

    def count(self, size: int) -> None:
        """Note that a column grows by so many bytes; the one past the limit has all of them move to files."""
        before, self._bytes = self.in_files, self._bytes + size
        if self.in_files and not before and hasattr(mmap, "MADV_DONTNEED"):
            for column in self._columns:
                column.move_to_file()

    def map(self, file: IO[bytes], size: int) -> mmap.mmap:
        """A file as memory."""
        self._mapped.append(mmap.mmap(file.fileno(), size))
        return self._mapped[-1]


class Growing(Generic[Scalar]):
    """An array that grows at its end without being copied where the system can move memory (Linux).

    Memory that is not filled is not touched. Do not hold on to an array that ``filled`` gave while it grows.
    """

    def __init__(self, dtype: type[Scalar], memory: Memory | None = None) -> None:
        """An empty array, which stays in memory if it is alone."""
        self._dtype = np.dtype(dtype)
        self._whole = memory
        self._memory = _memory(1 << 24)
        self._file: IO[bytes] | None = None
        self._mapped = 0  # bytes of the file that are mapped
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, values: NDArray[Scalar]) -> None:
        """Add values at the end.

        Raises:
            OutputError: the folder for temporary files is full.
        """
        if self._whole:
            self._whole.count(values.nbytes)
        if self._file:
            _write(self._file, np.ascontiguousarray(values).view(np.uint8).data)
        else:
            size = (self._count + len(values)) * self._dtype.itemsize
            if size > len(self._memory):
                self._grow(2 * size)
            self._array(self._count + len(values))[self._count :] = values
        self._count += len(values)

    def filled(self) -> NDArray[Scalar]:
        """All values so far; no copy."""
        size = self._count * self._dtype.itemsize
        if self._file and self._whole and size > self._mapped:
            self._file.flush()
            self._memory, self._mapped = self._whole.map(self._file, size), size
        return self._array(self._count)

    def move_to_file(self) -> None:
        """Have a file hold what is here and what comes."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this
        _write(self._file, memoryview(self._memory)[: self._count * self._dtype.itemsize])
        self._memory = _memory(1)

    def _array(self, count: int) -> NDArray[Scalar]:
        return np.frombuffer(self._memory, self._dtype, count)

    def _grow(self, size: int) -> None:
        try:
            self._memory.resize(size)
        except (SystemError, OSError, ValueError):  # not Linux: memory cannot be moved, so it is copied
            larger = _memory(size)
            larger[: self._count * self._dtype.itemsize] = self._memory[: self._count * self._dtype.itemsize]
            self._memory = larger


def fresh(count: int, dtype: type[Scalar]) -> NDArray[Scalar]:
    """Room for so many values: memory only where it is filled, in pages of the usual size, as ``_memory`` says."""
    return np.frombuffer(_memory(max(1, count * np.dtype(dtype).itemsize)), dtype, count)


def _write(file: IO[bytes], data: memoryview) -> None:
    try:
        file.write(data)
    except OSError as problem:
        raise OutputError(
            f"cannot write to {tempfile.gettempdir()}, which holds what of a large collection is not in memory: "
            f"{problem.strerror}; wanted about as much room there as the texts have, so free some or set TMPDIR"
        ) from None


def _memory(size: int) -> mmap.mmap:
    """Fresh memory, in pages of the usual size: a shared mapping would not grow.

    Large pages were slower: .6 s for the first use of 250 MB against .17, on a virtual machine that had to be given
    whole large pages by its host.
    """
    return mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
