"""Finds and reads labelled collections: the articles' input, their clusters and kinds, the pairs not judged.

Two shapes are known. A folder with ``docs.jsonl`` (or ``docs.jsonl.xz``), one or both of ``clusters.tsv`` and
``pairs.tsv`` (see pairs.py), and perhaps ``ignore_pairs.tsv``; and a folder of files with a ``gold.tsv`` in it or
beside it (path below the folder, cluster, and perhaps kind). Tables are separated by tabs; a first line that starts
with ``id`` is a header.
"""

import lzma
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import orjson
import xxhash

from dedup.evaluation.gold import Gold, read_gold

BLOCK_BYTES = 1 << 20


class CorpusError(Exception):
    """A folder is no labelled collection."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The places of one labelled collection."""

    folder: Path
    input: Path
    """What ``dedup scan`` is given."""
    clusters: Path | None
    """None where only pairs are labelled."""

    ignored: Path | None = None
    pairs: Path | None = None

    @property
    def name(self) -> str:
        """The folder's name, under which its floors are kept."""
        return self.folder.resolve().name

    @property
    def docs(self) -> Path | None:
        """The JSON Lines file, if it is one."""
        return self.input if self.input.is_file() else None


def corpus(folder: Path) -> Corpus:
    """The collection in a folder.

    Raises:
        CorpusError: there is none.
    """
    docs = [folder / name for name in ("docs.jsonl", "docs.jsonl.xz") if (folder / name).is_file()]
    names = ("clusters.tsv", "ignore_pairs.tsv", "pairs.tsv")
    clusters, ignored, pairs = (folder / name if (folder / name).is_file() else None for name in names)
    if docs and (clusters or pairs):
        return Corpus(folder, docs[0], clusters, ignored, pairs)
    for gold in (folder / "gold.tsv", folder.parent / "gold.tsv"):
        if folder.is_dir() and not docs and gold.is_file():
            return Corpus(folder, folder, gold)
    raise CorpusError(
        f"{folder} has neither docs.jsonl(.xz) with clusters.tsv or pairs.tsv, nor a gold.tsv in it or beside it"
    )


def gold_of(found: Corpus) -> Gold:
    """The clusters of a collection.

    Raises:
        CorpusError: it has none.
    """
    if found.clusters is None:
        raise CorpusError(f"{found.folder} has no clusters.tsv, only pairs")
    gold = read_gold(found.clusters, found.ignored)
    if not found.docs:
        return gold
    records = map(orjson.loads, lines(found.docs))
    return replace(gold, kind_of={**gold.kind_of, **{record["id"]: record.get("kind", "") for record in records}})


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a table, its header left out."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        cells = line.split("\t")
        if line and not (number == 0 and cells[0] in ("id", "id_a", "path")):
            yield cells


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, unpacked, empty ones left out."""
    with opened(path) as stream:
        yield from (line for line in stream if line.strip())


def opened(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked if its name ends in .xz."""
    return lzma.open(path) if path.suffix == ".xz" else path.open("rb")  # type: ignore[return-value]


def digest(found: Corpus) -> str:
    """XXH3 of all that a score depends on: texts (unpacked, so .xz or not is the same) and labels."""
    hasher = xxhash.xxh3_128()
    inputs = [found.docs] if found.docs else sorted(p for p in found.input.rglob("*") if p.is_file())
    for path in inputs:
        if path != found.docs:
            hasher.update(path.relative_to(found.input).as_posix().encode() + b"\0")
        with opened(path) if path == found.docs else path.open("rb") as stream:
            while block := stream.read(BLOCK_BYTES):
                hasher.update(block)
    for table in (found.clusters, found.ignored, *([found.pairs] if found.pairs else [])):
        hasher.update(b"\0" + (table.read_bytes() if table else b""))
    return str(hasher.hexdigest())
