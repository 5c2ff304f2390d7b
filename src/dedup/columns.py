"""Columns: many articles' values one after the other in one array, and where each article's part lies."""

import mmap
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

I8: TypeAlias = NDArray[np.int8]
U8: TypeAlias = NDArray[np.uint8]
U16: TypeAlias = NDArray[np.uint16]
U32: TypeAlias = NDArray[np.uint32]
I32: TypeAlias = NDArray[np.int32]
U64: TypeAlias = NDArray[np.uint64]
I64: TypeAlias = NDArray[np.int64]
F64: TypeAlias = NDArray[np.float64]
Bool: TypeAlias = NDArray[np.bool_]

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Column(Generic[Scalar]):
    """One run of values per article; the runs may lie in any order in ``values``."""

    values: NDArray[Scalar]
    """Shape (total,)."""

    starts: I64
    """Shape (articles,): article i is ``values[starts[i]:stops[i]]``."""

    stops: I64
    """Shape (articles,)."""

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, article: int) -> NDArray[Scalar]:
        return self.values[self.starts[article] : self.stops[article]]

    @property
    def lengths(self) -> I64:
        """Shape (articles,): how many values each article has."""
        return self.stops - self.starts

    def part(self, start: int, stop: int) -> "Column[Scalar]":
        """The articles ``start`` to ``stop - 1``; no value is copied."""
        return Column(self.values, self.starts[start:stop], self.stops[start:stop])

    def take(self, articles: I64) -> "Column[Scalar]":
        """The given articles in the given order; no value is copied."""
        return Column(self.values, self.starts[articles], self.stops[articles])


def column(values: NDArray[Scalar], bounds: I64) -> Column[Scalar]:
    """A column of runs that lie one after the other: run i is ``values[bounds[i]:bounds[i + 1]]``."""
    return Column(values, bounds[:-1], bounds[1:])


def packed(column_: Column[Scalar]) -> Column[Scalar]:
    """A copy whose runs lie one after the other."""
    lengths = column_.lengths
    return column(column_.values[ranges(column_.starts, lengths)], np.concatenate([[0], np.cumsum(lengths)]))


def ranges(starts: I64, lengths: I64) -> I64:
    """The numbers from each start on, so many of each, one after the other: shape (sum of ``lengths``,)."""
    ends = np.concatenate([[0], np.cumsum(lengths)])
    numbers: I64 = np.arange(ends[-1]) + np.repeat(starts - ends[:-1], lengths)
    return numbers


def chained(parts: list[Column[Scalar]]) -> Column[Scalar]:
    """The runs of all parts, of which there is at least one; the values of several are copied."""
    if len(parts) == 1:
        return parts[0]
    ends = np.cumsum([0, *(len(part.values) for part in parts)])[:-1]
    starts = np.concatenate([part.starts + end for part, end in zip(parts, ends, strict=True)])
    stops = np.concatenate([part.stops + end for part, end in zip(parts, ends, strict=True)])
    return Column(np.concatenate([part.values for part in parts]), starts, stops)


class Growing(Generic[Scalar]):
    """An array that grows at its end without being copied where the system can move memory (Linux).

    Memory that is not filled is not touched. Do not hold on to an array that ``filled`` gave while it grows.
    """

    def __init__(self, dtype: type[Scalar]) -> None:
        self._dtype = np.dtype(dtype)
        self._memory = _memory(1 << 24)
        self._count = 0

    def append(self, values: NDArray[Scalar]) -> None:
        """Add values at the end."""
        size = (self._count + len(values)) * self._dtype.itemsize
        if size > len(self._memory):
            self._grow(2 * size)
        self._array()[self._count : self._count + len(values)] = values
        self._count += len(values)

    def filled(self) -> NDArray[Scalar]:
        """All values so far; no copy."""
        return self._array()[: self._count]

    def _array(self) -> NDArray[Scalar]:
        return np.frombuffer(self._memory, self._dtype)

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


def _memory(size: int) -> mmap.mmap:
    """Fresh memory, in pages of the usual size: a shared mapping would not grow.

    Large pages were slower: .6 s for the first use of 250 MB against .17, on a virtual machine that had to be given
    whole large pages by its host.
    """
    return mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
