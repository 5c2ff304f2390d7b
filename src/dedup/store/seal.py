"""The seal of a state: a digest of the whole SQLite file behind its last page, where SQLite does not look.

SQLite knows no checksums, and a flipped bit in a cell would change a report in silence. The seal lies in the file
itself, so that both take their place in one step. Costs .01 s for the 19 MB of 100,000 articles, a third of what
SQLite's own ``quick_check`` takes, which sees much less.
"""

import os
from pathlib import Path
from typing import IO

import xxhash

MARK = b"dedup-seal-xxh3\n"
SEAL_BYTES = len(MARK) + 16
READ_AT_ONCE = 1 << 20


def seal(path: Path, size: int) -> None:
    """Seal the first ``size`` bytes of a file, drop what comes behind, and bring it to the disk.

    Raises:
        OSError: such as a full disk.
    """
    with path.open("r+b") as file:
        file.truncate(size)
        digest = _digest(file, size)
        file.seek(size)
        file.write(MARK + digest)
        file.flush()
        os.fsync(file.fileno())


def is_sealed(path: Path) -> bool:
    """Whether a file is byte for byte as it was sealed.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size - SEAL_BYTES
        return size >= 0 and _digest(file, size) == _told(file)


def _digest(file: IO[bytes], size: int) -> bytes:
    hasher = xxhash.xxh3_128()
    while size and (data := file.read(min(size, READ_AT_ONCE))):
        hasher.update(data)
        size -= len(data)
    return hasher.digest()


def _told(file: IO[bytes]) -> bytes | None:
    """The digest in the seal that begins where a file was read to; None if there is no seal."""
    mark, digest = file.read(len(MARK)), file.read()
    return digest if mark == MARK else None
