"""Signatures: the smallest hash per row, bit for bit those of datasketch's ``affine32`` scheme.

Row r of a signature is the minimum over all shingles of ``a[r] * fmix32(shingle) + b[r]`` modulo 2**32, where the
shingle is the upper half of its 64 bits and fmix32 is the finalizer of MurmurHash3. The share of equal rows in two
signatures estimates the resemblance of the two sets of shingles. Source: Broder 1997,
doi:10.1109/SEQUEN.1997.666900; the scheme: datasketch 2.0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.columns import I64, U32, U64, Column, U32Rows
from dedup.errors import ContractError
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.text import alphabet
from dedup.text.shingles import roll

EMPTY = np.uint32(0xFFFFFFFF)
"""The value of every row of an article without shingles, as datasketch has it."""


@dataclass(frozen=True, slots=True)
class Contract:
    """How signatures were made; only signatures of one contract may meet."""

    seed: int
    rows: int
    shingle_words: int
    scheme: str = "affine32"
    hash: str = "dedup-words-1"
    normaliser: int = alphabet.VERSION

    def meet(self, other: "Contract") -> None:
        """Raise ContractError, with the difference in words, unless both are the same."""
        if self != other:
            names = [n for n in self.__slots__ if getattr(self, n) != getattr(other, n)]
            found = ", ".join(f"{n} {getattr(self, n)} and {getattr(other, n)}" for n in names)
            raise ContractError(f"the signatures were made in different ways ({found}); make them anew")


def contract(settings: Settings) -> Contract:
    """The contract of signatures made with these settings."""
    return Contract(settings.seed, settings.permutations, settings.shingle_words)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The signature of one article."""

    rows: U32
    """Shape (permutations,)."""

    contract: Contract

    def resemblance(self, other: "Sketch") -> float:
        """Estimated share of common shingles, 0 to 1; standard error at most ``0.5 / sqrt(rows)``.

        Raises:
            ContractError: the two were made in different ways.
        """
        self.contract.meet(other.contract)
        return float(np.mean(self.rows == other.rows)) if (self.rows != EMPTY).any() else 0.0

    def to_datasketch(self) -> Any:
        """The same signature as a ``datasketch.LeanMinHash``, for its Forest, Ensemble and storage."""
        from datasketch import LeanMinHash  # noqa: PLC0415  half a second that only this call needs

        return LeanMinHash(seed=self.contract.seed, hashvalues=self.rows, scheme=self.contract.scheme)


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures of many articles."""

    rows: U32
    """Shape (articles, permutations)."""

    contract: Contract

    def __getitem__(self, article: int) -> Sketch:
        return Sketch(self.rows[article], self.contract)


def signatures(words: Column[np.uint32], settings: Settings) -> Signatures:
    """The signature of each article; one without shingles has ``EMPTY`` in every row.

    Costs some 7 ns a word, and 4 bytes a row of memory.
    """
    rows = np.empty((len(words), settings.permutations), np.uint32)
    fill_signatures(words, settings, 0, rows)
    return Signatures(rows, contract(settings))


def fill_signatures(words: Column[np.uint32], settings: Settings, first: int, rows: U32) -> None:
    """Write the signatures of the articles from ``first`` on into ``rows``, shape (count, permutations)."""
    a, b = permutations(settings)
    longest = int(words.lengths.max(initial=0))
    shingles, mixed = np.empty(longest, np.uint64), np.empty(longest, np.uint32)
    _sketch(words.values, words.starts, words.stops, first, settings.shingle_words, a, b, shingles, mixed, rows)


def permutations(settings: Settings) -> tuple[U32, U32]:
    """The factors (odd) and summands of the rows, each of shape (permutations,), as datasketch draws them."""
    draw = np.random.RandomState(settings.seed)
    factors = draw.randint(0, 1 << 31, settings.permutations, dtype=np.uint32)
    summands: NDArray[np.uint32] = draw.randint(0, 1 << 32, settings.permutations, dtype=np.uint32)
    return factors * np.uint32(2) + np.uint32(1), summands


@kernel
def _sketch(
    words: U32, starts: I64, stops: I64, first: int, size: int, a: U32, b: U32, shingles: U64, mixed: U32,
    out: U32Rows,
) -> None:  # fmt: skip
    """Fill the rows of ``out``, shape (articles, rows). O(shingles * rows), eight or sixteen rows an instruction."""
    rows = len(a)
    for i in range(len(out)):
        row = out[i]
        for r in range(rows):
            row[r] = EMPTY
        count = roll(words, starts[first + i], stops[first + i], size, shingles)
        for s in range(count):
            h = np.uint32(shingles[s] >> np.uint64(32))
            h = np.uint32((h ^ h >> 16) * 0x85EBCA6B)
            h = np.uint32((h ^ h >> 13) * 0xC2B2AE35)
            mixed[s] = h ^ h >> 16
        whole = count - count % 4
        for s in range(0, whole, 4):  # four at a time: each row is loaded and stored a quarter as often
            h0, h1, h2, h3 = mixed[s], mixed[s + 1], mixed[s + 2], mixed[s + 3]
            for r in range(rows):  # numba widens to 64 bits, the casts let the compiler narrow again
                low = min(np.uint32(a[r] * h0 + b[r]), np.uint32(a[r] * h1 + b[r]))
                high = min(np.uint32(a[r] * h2 + b[r]), np.uint32(a[r] * h3 + b[r]))
                row[r] = min(row[r], low, high)
        for s in range(whole, count):
            for r in range(rows):
                row[r] = min(row[r], np.uint32(a[r] * mixed[s] + b[r]))
