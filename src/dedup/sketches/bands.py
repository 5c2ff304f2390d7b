"""Bands: which articles share a bucket, as candidate pairs, without an object per bucket.

A band is ``band_rows`` rows of a signature; articles that agree in all of them share a bucket. A pair of resemblance
r does so in at least one of b bands of k rows with probability ``1 - (1 - r**k)**b`` (Leskovec, Rajaraman, Ullman,
Mining of Massive Datasets, chapter 3). Each band is one sort of 64-bit numbers: the upper bits a hash of the
band, the lower ones the article. Two buckets whose hashes collide only make candidates that the exact
comparison turns down.
"""

from dataclasses import dataclass
from math import comb

import numpy as np

from dedup.columns import I32, I64, U32, U64, Bool, I64Rows, U32Rows, U64Rows
from dedup.kernels import kernel
from dedup.parts import Spread, at_once
from dedup.settings import Settings
from dedup.sketches.minhash import Signatures
from dedup.sorting import DIGIT, distinct_by_bits, sort_hashes

MISSED_BY_SIEVE = 1e-6
"""Share of the pairs at ``min_resemblance`` that the sieve may drop: nothing beside what the bands miss."""

PAIRS_AT_ONCE = 1 << 22
"""Pairs that are gathered before those found twice are merged and looked at: copies share most of their buckets."""

PAIRS_IN_PART = 1 << 16
"""The same for one band of a part of a collection."""

BANDS_AT_ONCE = 16
"""Bands whose keys are made together: of two rows each, they lie within two lines of the cache."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What deserves an exact comparison. Articles are numbered as the signatures are."""

    pairs: I32
    """Shape (pairs, 2), left < right, sorted, each once: those that share a bucket of up to ``whole_bucket``."""

    buckets: list[I32]
    """The members of each larger bucket, ascending."""


def candidates(signatures: Signatures, articles: I64, settings: Settings, spread: Spread = at_once) -> Candidates:
    """The pairs of the given articles that share a bucket, and the buckets too large to pair up.

    Args:
        signatures: of all articles.
        articles: the numbers of those to look at, ascending, each with at least one shingle.
        settings: ``band_rows``, ``whole_bucket`` and ``min_resemblance`` count here.
        spread: how the work is shared out.

    A pair that shares a bucket, but so few rows that its resemblance is below ``min_resemblance`` for all but
    ``MISSED_BY_SIEVE`` of such pairs, is dropped: a look at the signatures costs a hundredth of a comparison.
    """
    parts = spread(lambda start, stop: _of_bands(start, stop, signatures.rows, articles, settings), settings.bands)
    index_bits = _index_bits(articles)
    merged = parts[0][0]
    if len(parts) > 1:
        merged = distinct_by_bits(np.concatenate([found for found, _ in parts]), 2 * int(index_bits))
    pairs = np.empty((len(merged), 2), np.int32)
    pairs[:, 0] = articles[(merged >> index_bits).astype(np.int64)]
    pairs[:, 1] = articles[(merged & _mask(index_bits)).astype(np.int64)]
    return Candidates(pairs, [bucket for _, buckets in parts for bucket in buckets])


def _of_bands(start: int, stop: int, rows: U32, articles: I64, settings: Settings) -> tuple[U64, list[I32]]:
    """The pairs that share a bucket of the bands ``start`` to ``stop - 1``, as ``_pairs`` writes them, and the large
    buckets."""
    index_bits, limit, fewest = _index_bits(articles), settings.whole_bucket, fewest_rows(settings)
    keys = np.empty((min(BANDS_AT_ONCE, stop - start), len(articles)), np.uint64)
    other, counts = np.empty(len(articles), np.uint64), np.empty(1 << DIGIT, np.int64)
    found = np.empty(max(PAIRS_AT_ONCE, min(limit, len(articles))), np.uint64)
    merged, count = np.empty(0, np.uint64), 0
    buckets: list[I32] = []
    for band in range(start, stop):
        if (band - start) % len(keys) == 0:
            _keys(rows, articles, band, settings.band_rows, index_bits, keys[: stop - band])
        own = keys[(band - start) % len(keys)]
        sort_hashes(own, other, 64, counts)  # those of a bucket are then in order of article
        at = 0
        while at < len(own):
            at, count = _pairs(own, at, index_bits, limit, found, count)
            if at < len(own):  # found is full
                merged, count = _merged(merged, found[:count], rows, articles, index_bits, fewest), 0
        for first, end in _large(own, index_bits, limit):
            members = articles[(own[first:end] & _mask(index_bits)).astype(np.int64)]
            buckets.append(members.astype(np.int32))
    return _merged(merged, found[:count], rows, articles, index_bits, fewest), buckets


def band_keys(rows: U32, settings: Settings, bits: int) -> U64:
    """A hash of each band of signatures, shape (bands, articles), its lowest ``bits`` all 0.

    ``candidates`` has the place of the article there, which needs as many bits as the number of articles.
    """
    keys = np.empty((settings.bands, len(rows)), np.uint64)
    articles = np.arange(len(rows))
    for band in range(0, settings.bands, BANDS_AT_ONCE):
        _keys(rows, articles, band, settings.band_rows, np.uint64(bits), keys[band : band + BANDS_AT_ONCE])
    return keys >> np.uint64(bits) << np.uint64(bits)


def paired(keys: U64, bits: int, limit: int) -> U64:
    """The pairs of a band whose sorted keys have articles in their lowest ``bits``, as ``left << bits | right``.

    Buckets of more than ``limit`` articles make none.
    """
    found, parts, at = np.empty(max(PAIRS_IN_PART, limit), np.uint64), [np.empty(0, np.uint64)], 0
    while at < len(keys):
        at, count = _pairs(keys, at, np.uint64(bits), limit, found, 0)
        parts.append(found[:count].copy())
    return np.concatenate(parts)


def large_buckets(keys: U64, bits: int, limit: int) -> list[list[int]]:
    """Where in the sorted keys of a band the buckets of more than ``limit`` articles begin and end."""
    return _large(keys, np.uint64(bits), limit)


def sieved(pairs: I32, rows: U32, settings: Settings) -> Bool:
    """Which pairs ``candidates`` does not drop; ``rows`` are the signatures of all articles."""
    packed = pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1].astype(np.uint64)
    passed = np.empty(len(pairs), np.bool_)
    _sieve(packed, rows, np.arange(len(rows)), np.uint64(32), fewest_rows(settings), passed)
    return passed


def _index_bits(articles: I64) -> np.uint64:
    """The lowest bits of a key, which tell the place of its article."""
    return np.uint64(max(1, int(len(articles) - 1).bit_length()))


def probability(resemblance: float, settings: Settings) -> float:
    """How probable it is that the bands make a candidate of a pair of this resemblance, 0 to 1."""
    return 1 - (1 - resemblance**settings.band_rows) ** settings.bands


def fewest_rows(settings: Settings) -> int:
    """The fewest equal rows that a pair at ``min_resemblance`` has, but for ``MISSED_BY_SIEVE`` of such pairs."""
    n, p, below = settings.permutations, settings.min_resemblance, 0.0
    for rows in range(n):
        below += comb(n, rows) * p**rows * (1 - p) ** (n - rows)
        if below > MISSED_BY_SIEVE:
            return rows
    return n


def _mask(index_bits: np.uint64) -> np.uint64:
    return np.uint64((1 << int(index_bits)) - 1)


def _merged(known: U64, found: U64, rows: U32, articles: I64, index_bits: np.uint64, fewest: int) -> U64:
    """The pairs known so far, and those of the found ones that pass the sieve: in order, each once."""
    pairs = distinct_by_bits(found, 2 * int(index_bits))
    passed = np.empty(len(pairs), np.bool_)
    _sieve(pairs, rows, articles, index_bits, fewest, passed)
    return (
        distinct_by_bits(np.concatenate([known, pairs[passed]]), 2 * int(index_bits)) if len(known) else pairs[passed]
    )


def _large(keys: U64, index_bits: np.uint64, limit: int) -> list[list[int]]:
    """Where in the sorted keys the buckets of more than ``limit`` articles lie."""
    bounds = np.empty((len(keys) // (limit + 1), 2), np.int64)
    found: list[list[int]] = bounds[: _find_large(keys, index_bits, limit, bounds)].tolist()
    return found


@kernel
def _find_large(keys: U64, index_bits: np.uint64, limit: int, bounds: I64Rows) -> int:
    """Write where each bucket of more than ``limit`` articles begins and ends; how many there are. O(keys)."""
    found, start = 0, 0
    while start + limit < len(keys):
        if keys[start] >> index_bits != keys[start + limit] >> index_bits:
            start += 1
            continue
        stop = start + limit + 1
        while stop < len(keys) and keys[stop] >> index_bits == keys[start] >> index_bits:
            stop += 1
        bounds[found, 0], bounds[found, 1] = start, stop
        found, start = found + 1, stop
    return found


@kernel
def _keys(rows: U32Rows, articles: I64, band: int, count: int, index_bits: np.uint64, keys: U64Rows) -> None:
    """For each article a hash of each band of ``count`` rows from ``band`` on, its lowest bits the place in
    ``articles``. Several bands at once, shape (bands, articles), for they stand side by side in a signature."""
    for i in range(len(articles)):
        row = rows[articles[i]]
        for b in range(len(keys)):
            first = (band + b) * count
            hash_ = np.uint64(0)
            for r in range(first, first + count):
                hash_ = (hash_ ^ np.uint64(row[r])) * np.uint64(0x9E3779B97F4A7C15)
                hash_ ^= hash_ >> np.uint64(32)
            hash_ *= np.uint64(0xD6E8FEB86659FD93)
            keys[b, i] = hash_ >> index_bits << index_bits | np.uint64(i)


@kernel
def _pairs(keys: U64, at: int, index_bits: np.uint64, limit: int, found: U64, count: int) -> tuple[int, int]:
    """Write the pairs whose left article has its key at ``at`` or behind it, as ``left << index_bits | right``.

    Left and right are places in ``articles``. Stops when ``found``, which has room for ``limit`` pairs or more, may
    be full. Returns the key to go on with, maybe amid a bucket, and how many pairs ``found`` holds. O(articles +
    pairs).
    """
    mask = (np.uint64(1) << index_bits) - np.uint64(1)
    start = at
    while start > 0 and keys[start - 1] >> index_bits == keys[at] >> index_bits:
        start -= 1
    while at < len(keys):
        stop = at + 1
        while stop < len(keys) and keys[stop] >> index_bits == keys[at] >> index_bits:
            stop += 1
        for i in range(at, stop if stop - start <= limit else at):
            if stop - i > len(found) - count:
                return i, count
            left = (keys[i] & mask) << index_bits
            for j in range(i + 1, stop):
                found[count] = left | keys[j] & mask
                count += 1
        start = at = stop
    return at, count


@kernel
def _sieve(pairs: U64, rows: U32Rows, articles: I64, index_bits: np.uint64, fewest: int, passed: Bool) -> None:
    """Which pairs agree in ``fewest`` rows or more. O(pairs * rows)."""
    mask = (np.uint64(1) << index_bits) - np.uint64(1)
    for p in range(len(pairs)):
        left, right = articles[np.int64(pairs[p] >> index_bits)], articles[np.int64(pairs[p] & mask)]
        equal = 0
        for r in range(rows.shape[1]):
            equal += rows[left, r] == rows[right, r]
        passed[p] = equal >= fewest
