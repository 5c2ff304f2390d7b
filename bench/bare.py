"""The least that reading can cost: a bare loop over the same input, as a yardstick for dedup's stage "read".

    bare.py PATH      a folder: os.open and os.read of every file; a file: orjson.loads of every line

Prints one JSON object: seconds and CPU seconds of the loop (without the start of Python), articles and bytes.
Of JSON Lines, .xz and .gz are unpacked on the way.
"""

import gzip
import json
import lzma
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import orjson

READ_BYTES = 1 << 20
OPENERS: dict[str, Callable[..., IO[bytes]]] = {".xz": lzma.open, ".gz": gzip.open}  # type: ignore[dict-item]


def read_folder(folder: Path) -> tuple[int, int]:
    """Files and bytes below a folder, each file read whole."""
    files = size = 0
    for _, _, names, here in os.fwalk(folder):
        for name in names:
            file = os.open(name, os.O_RDONLY, dir_fd=here)
            while block := os.read(file, READ_BYTES):
                size += len(block)
            os.close(file)
            files += 1
    return files, size


def read_lines(path: Path) -> tuple[int, int]:
    """Records and bytes of a JSON Lines file, each record decoded."""
    records = size = 0
    with OPENERS.get(path.suffix, Path.open)(path, "rb") as lines:
        for line in lines:
            orjson.loads(line)
            records += 1
            size += len(line)
    return records, size


def main(path: Path) -> None:
    """Read once and print what it took."""
    start, cpu = time.perf_counter(), time.process_time()
    articles, size = read_folder(path) if path.is_dir() else read_lines(path)
    figures = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}
    print(json.dumps({**figures, "articles": articles, "bytes": size}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
