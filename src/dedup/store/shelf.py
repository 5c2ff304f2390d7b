"""The columns of a state: words, places and spans of all articles in files that grow at their end and are mapped.

A shelf is a folder beside the state with one file per column, in the byte order of this machine, each named by its
generation: ``3.hashes``. What was once written is never changed; what comes behind the length that the state knows
is left from a run that did not end, and is cut off. A shelf that holds too much of articles that are gone is written
anew as the next generation.
"""

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dedup.columns import I64, U64, Column, packed
from dedup.errors import StateError
from dedup.text.words import Words

COLUMNS: dict[str, tuple[type[np.generic], int]] = {
    "hashes": (np.uint32, 1),
    "blocks": (np.uint32, 1),
    "sentences": (np.uint32, 1),
    "places": (np.uint8, 1),
    "far": (np.uint32, 1),
    "spans": (np.int32, 3),
}
"""Dtype and values per entry of the columns that have a run per article."""

BOUNDS = "bounds"
"""The file of the runs: int64, for each row the start and stop in each of ``COLUMNS``."""

STEMS = "stems"
"""The file of the vocabulary: uint64, ``word << 32 | stem``."""

ROWS_AT_ONCE = 1 << 14
"""Rows that are copied at once when a shelf is written anew."""

READ_AT_ONCE = 1 << 20
"""Bytes of a file that are checked at once: small enough for the cache."""


REMEDY = "restore the state and its columns from a backup, or pass --rebuild to read everything again"


def columns_of(path: Path) -> Path:
    """The folder of a state's columns."""
    return path.with_name(f"{path.name}-columns")


class Segment(NamedTuple):
    """What one run added to a file, and its digest: XXH3 in 16 bytes."""

    file: str
    start: int
    stop: int
    """In bytes."""

    digest: bytes


class Shelf:
    """The files of one generation."""

    def __init__(self, folder: Path, generation: int, segments: list[Segment]) -> None:
        """The shelf that a state tells of; without segments an empty one, whose files need not be there."""
        self.folder, self.generation, self.segments = folder, generation, segments
        self._lengths = dict.fromkeys((*COLUMNS, BOUNDS, STEMS), 0)
        for segment in segments:
            self._lengths[segment.file] = max(self._lengths[segment.file], segment.stop)
        self._begun = dict(self._lengths)
        self._files: dict[str, IO[bytes]] = {}
        self._hashers: dict[str, xxhash.xxh3_128] = {}
        self._maps: dict[str, memoryview | None] = {}

    @property
    def rows(self) -> int:
        """Articles on the shelf, those that are gone included."""
        return self._lengths[BOUNDS] // (16 * len(COLUMNS))

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(self._lengths.values())

    def append(self, words: Words, spans: Column[np.int32]) -> None:
        """Add articles in rows of their own, with what was set aside of each.

        Raises:
            OSError: such as a full disk.
        """
        ends = []
        for name, part in zip(COLUMNS, (*_runs(words), spans), strict=True):
            dtype, width = COLUMNS[name]
            begun = self._lengths[name] // (np.dtype(dtype).itemsize * width)
            ends += [part.starts + begun, part.stops + begun]
            self._write(name, part.values)
        self._write(BOUNDS, np.stack(ends, axis=1).astype(np.int64))

    def append_stems(self, entries: U64) -> None:
        """Add words with their stems to the vocabulary."""
        self._write(STEMS, entries)

    def hold(self) -> None:
        """Map all columns now, to read on whatever a run does to the files; nothing may be added from here on.

        Raises:
            StateError: a file is missing, or shorter than it was.
        """
        self._maps = {name: self._open_map(name) for name in self._lengths}

    def words(self) -> tuple[Words, Column[np.int32]]:
        """All rows, mapped; a change to the arrays stays in this process."""
        bounds = self._mapped(BOUNDS, np.int64).reshape(-1, 2 * len(COLUMNS))
        runs = []
        for i, (name, (dtype, width)) in enumerate(COLUMNS.items()):
            values = self._mapped(name, dtype)
            runs.append(Column(values.reshape(-1, width) if width > 1 else values, *bounds.T[2 * i : 2 * i + 2]))
        return Words(*runs[:-1]), runs[-1]

    def stems(self) -> U64:
        """The vocabulary."""
        return self._mapped(STEMS, np.uint64)

    def words_held(self) -> I64:
        """Shape (rows,): words of each row, a look at the bounds only."""
        bounds = self._mapped(BOUNDS, np.int64).reshape(-1, 2 * len(COLUMNS))
        lengths: I64 = bounds[:, 1] - bounds[:, 0]
        return lengths

    def bytes_of(self, rows: I64) -> int:
        """Size of all files if they held nothing but some rows, and the whole vocabulary."""
        bounds = self._mapped(BOUNDS, np.int64).reshape(-1, len(COLUMNS), 2)[rows]
        lengths = (bounds[:, :, 1] - bounds[:, :, 0]).sum(axis=0)
        sizes = [np.dtype(dtype).itemsize * width for dtype, width in COLUMNS.values()]
        return int(lengths @ np.array(sizes)) + bounds.nbytes + self._lengths[STEMS]

    def synced(self) -> list[Segment]:
        """Bring what was added to the disk; the segments of the shelf with those that were added."""
        for name, file in self._files.items():
            file.flush()
            os.fsync(file.fileno())
            if self._lengths[name] > self._begun[name]:
                digest = self._hashers[name].digest()
                self.segments.append(Segment(name, self._begun[name], self._lengths[name], digest))
                self._begun[name] = self._lengths[name]
            self._hashers[name] = xxhash.xxh3_128()
        if self._files:
            _sync_folder(self.folder)
        return self.segments

    def check(self) -> None:
        """Look at every byte.

        Raises:
            StateError: a file is missing, too short, or not as it was written.
        """
        room = memoryview(bytearray(READ_AT_ONCE))
        for segment in self.segments:
            hasher, left = xxhash.xxh3_128(), segment.stop - segment.start
            with self._opened(segment.file) as file:
                file.seek(segment.start)
                while left and (count := file.readinto(room[: min(left, READ_AT_ONCE)])):
                    hasher.update(room[:count])
                    left -= count
            if hasher.digest() != segment.digest:
                raise StateError(f"{self._path(segment.file)} is damaged: {REMEDY}")

    def compacted(self, rows: I64) -> "Shelf":
        """The next generation, with nothing but the given rows, in their order, and the whole vocabulary.

        It is no state's before a state tells of it. Needs room for both.
        """
        fresh = Shelf(self.folder, self.generation + 1, [])
        fresh.remove()
        words, spans = self.words()
        try:
            for start in range(0, len(rows), ROWS_AT_ONCE):
                some = rows[start : start + ROWS_AT_ONCE]
                fresh.append(Words(*map(packed, _runs(words.take(some)))), packed(spans.take(some)))
            fresh.append_stems(self.stems())
        except BaseException:
            fresh.remove()
            raise
        return fresh

    def remove(self) -> None:
        """Delete the files of this generation, as far as they are there."""
        self.close()
        for name in self._lengths:
            self._path(name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Delete what other generations left in the folder."""
        mine = {self._path(name).name for name in self._lengths}
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in mine and path.suffix[1:] in self._lengths:
                with suppress(OSError):  # the next run tries again
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close all files; what was mapped stays mapped."""
        for file in self._files.values():
            with suppress(OSError):  # what a full disk did not take
                file.close()
        self._files = {}

    def _path(self, name: str) -> Path:
        return self.folder / f"{self.generation}.{name}"

    def _write(self, name: str, values: NDArray[np.generic]) -> None:
        if name not in self._files:
            self.folder.mkdir(exist_ok=True)
            if not self._lengths[name]:
                self._path(name).unlink(missing_ok=True)  # whoever still reads it reads on
            file = self._path(name).open("ab")
            file.truncate(self._lengths[name])
            self._files[name], self._hashers[name] = file, xxhash.xxh3_128()
        data = np.ascontiguousarray(values).reshape(-1).view(np.uint8).data
        self._files[name].write(data)
        self._hashers[name].update(data)
        self._lengths[name] += len(data)

    def _mapped(self, name: str, dtype: type[np.generic]) -> NDArray[Any]:
        held = self._open_map(name)
        return np.frombuffer(held, dtype) if held else np.empty(0, dtype)

    def _open_map(self, name: str) -> memoryview | None:
        """The bytes of a file, None of an empty one.

        Raises:
            StateError: it is missing, or shorter than it was.
        """
        if name in self._maps:
            return self._maps[name]
        length = self._lengths[name]
        if not length:
            return None
        if name in self._files:
            self._files[name].flush()
        with self._opened(name) as file:
            return memoryview(mmap.mmap(file.fileno(), length, access=mmap.ACCESS_COPY))

    @contextmanager
    def _opened(self, name: str) -> Iterator[FileIO]:
        """A file of the shelf, to be read.

        Raises:
            StateError: it is missing, or shorter than it was.
        """
        try:
            with FileIO(self._path(name)) as file:
                found, wanted = os.fstat(file.fileno()).st_size, self._lengths[name]
                if found < wanted:
                    raise StateError(f"{self._path(name)} has {found:,} bytes, wanted {wanted:,}: {REMEDY}")
                yield file
        except OSError as problem:
            raise StateError(f"cannot read {self._path(name)}: {problem.strerror}; {REMEDY}") from None


def _runs(words: Words) -> Iterator[Column[Any]]:
    """The columns of words, in the order of ``COLUMNS``."""
    return iter((words.hashes, words.blocks, words.sentences, words.places, words.far))


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
