"""Inputs by address, in file systems that only Spark reads: it lists them, and brings files and lines to machines.

Small files come whole, one to a row, and big JSON Lines files line by line. Spark passes over names that begin with a
dot, as a local scan does, and over those that begin with ``_``.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sql

from dedup.engines.spark.entries import FILE, Sizes
from dedup.engines.spark.order import lot_row
from dedup.engines.spark.reaching import path_of, reaching
from dedup.engines.spark.splits import LITERALLY, LinesAt, cut_files
from dedup.errors import InputError
from dedup.model import Unreadable
from dedup.readers.kinds import ENDINGS, LINES, kind_of
from dedup.readers.names import shown_path
from dedup.readers.streams import EMPTY, PACKINGS
from dedup.settings import MEBIBYTE, Settings

_FILE_BYTES = 16 << 10  # what a file costs beside its bytes, in bytes
_LEAST_SPLIT = MEBIBYTE


class _Root(NamedTuple):
    number: int
    address: str
    files: DataFrame
    """Path, length and content of each file that may hold articles."""


def stored_rows(
    session: SparkSession, addresses: Sequence[str], settings: Settings, sizes: Sizes, *, parts: int
) -> tuple[list[DataFrame], list[Unreadable]]:
    """A row for each file, and for each line of a big JSON Lines file; and what cannot be read.

    Sets how the session cuts files (``spark.sql.files.*``): they must be cut at the same bytes whenever the rows are
    used. Lists the addresses some times and goes through big JSON Lines files once. This machine gets 200 bytes for
    each 64 MiB of these.

    Raises:
        InputError: an address does not exist, or cannot be read.
    """
    roots = [_Root(number, address, _files(session, address)) for number, address in enumerate(addresses)]
    big, weight = list[LinesAt](), 0
    for root in roots:
        found, bytes_ = _listed(root, sizes)
        big, weight = big + found, weight + bytes_
    _cut_alike(session, weight // parts, sizes)
    rows = [_brought(root.files.where(~_is_big(sizes)), root.number, "a") for root in roots]
    lines = [file for file in big if kind_of(file.path) == (LINES, "")]
    if not lines:
        return rows, [_too_large(file, sizes) for file in big]
    with reaching(lines[0].address):
        cut = cut_files(session, lines, settings)
    rows += [cut.rows] if cut.rows else []
    for root in roots:
        whole = [file.path for file in cut.uncuttable if file.root == root.number and file.size <= sizes.whole]
        rows += [_brought(_binary(session, whole), root.number, "b")] if whole else []
    refused = [file for file in big if file not in lines]
    refused += [file for file in cut.uncuttable if file.size > sizes.whole]
    unreadable = [_too_large(file, sizes) for file in refused]
    return rows, unreadable + [Unreadable(shown_path(file.below), EMPTY) for file in cut.empty]


def outermost(addresses: Sequence[str]) -> list[str]:
    """Addresses in order, without what lies in another."""
    found: list[str] = []
    for address in sorted({address.rstrip("/") for address in addresses}):
        if not any(address == outer or address.startswith(f"{outer}/") for outer in found):
            found.append(address)
    return found


def _files(session: SparkSession, address: str) -> DataFrame:
    with reaching(address):
        every = _binary(session, [address])
        known = every.where(sql.col("_metadata.file_name").rlike(_pattern(ENDINGS, PACKINGS)))
        if kind_of(path_of(address)) is None:
            found = every.select("path").limit(1).toArrow()["path"].to_pylist()
            if [path_of(path) for path in found] == [path_of(address)]:
                raise InputError(
                    f"{address} is no kind of file that holds articles; wanted a folder, or a file that ends in "
                    f"{', '.join(ENDINGS)} (and .gz, .zst, .xz)"
                )
    return known


def _binary(session: SparkSession, paths: list[str]) -> DataFrame:
    return session.read.format("binaryFile").options(**LITERALLY).load(paths)


def _pattern(endings: Collection[str], packings: Collection[str] = ()) -> str:
    """A regular expression for the names that end in some of these."""
    packed = f"({'|'.join(packings)})?" if packings else ""
    return f"(?i)({'|'.join(endings)}){packed}$".replace(".", "[.]")


def _is_big(sizes: Sizes) -> Column:
    """Whether a file does not come whole: told by the listing, so that it is not opened."""
    size, name = sql.col("_metadata.file_size"), sql.col("_metadata.file_name")
    lines = name.rlike(_pattern([ending for ending, kind in ENDINGS.items() if kind == LINES]))
    return (size > sizes.whole) | ((size > sizes.split) & lines)


def _listed(root: _Root, sizes: Sizes) -> tuple[list[LinesAt], int]:
    """The files of a root that do not come whole, and what all of them weigh."""
    with reaching(root.address):
        big = root.files.where(_is_big(sizes)).select("path", "length").toArrow().sort_by("path").to_pylist()
        weight = (
            root.files.agg(sql.sum(sql.col("length") + _FILE_BYTES).alias("weight")).toArrow()["weight"][0].as_py()
        )
    return [LinesAt(root.number, root.address, one["path"], one["length"]) for one in big], weight or 0


def _cut_alike(session: SparkSession, share: int, sizes: Sizes) -> None:
    """Files are cut at the same bytes whichever are read, and whoever is there to read them."""
    split = min(sizes.split, max(_LEAST_SPLIT, share))
    session.conf.set("spark.sql.files.minPartitionNum", "1")
    session.conf.set("spark.sql.files.maxPartitionBytes", str(split))
    session.conf.set("spark.sql.files.openCostInBytes", str(min(_FILE_BYTES, split // 64)))


def _brought(files: DataFrame, root: int, kind: str) -> DataFrame:
    """Rows of whole files. Those that one task reads are a lot: the same each time."""
    lot = sql.lpad(sql.spark_partition_id().cast("string"), 8, "0")
    return files.select(
        sql.concat(sql.lit(lot_row(root, kind, "")), lot).alias("key"), sql.lit(FILE).alias("kind"), "path",
        sql.col("length").alias("size"), sql.lit(0).cast("long").alias("line"), sql.col("content").alias("value"),
    )  # fmt: skip


def _too_large(file: LinesAt, sizes: Sizes) -> Unreadable:
    return Unreadable(
        shown_path(file.below),
        f"too large to be brought to a machine as a whole: {file.size:,} bytes, the limit is {sizes.whole:,}; only "
        "JSON Lines that are not packed may be larger",
    )
