"""Columns: many articles' values one after the other in one array, and where each article's part lies."""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeAlias, TypeVar

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

I32Rows: TypeAlias = Annotated[I32, 2]
U32Rows: TypeAlias = Annotated[U32, 2]
U64Rows: TypeAlias = Annotated[U64, 2]
I64Rows: TypeAlias = Annotated[I64, 2]
F64Rows: TypeAlias = Annotated[F64, 2]
"""Arrays of two dimensions. Numpy's types do not tell, but code is compiled for one number of dimensions
(``compiling``); so the parameters of kernels do."""

READ_ONLY = "read only"
TextBytes: TypeAlias = Annotated[U8, READ_ONLY]
"""The bytes of a Python object, which nobody may write to: for that, too, code is compiled."""

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
