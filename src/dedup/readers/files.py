"""Reads a batch: opens each file, and turns it into articles by its kind.

The loop over text files is the hottest of all reading, so it stands here in one piece.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np
import xxhash

from dedup.model import Article, Unreadable
from dedup.readers import kinds
from dedup.readers.ahead import FLAGS, read_ahead
from dedup.readers.archives import archive_articles
from dedup.readers.batch import Batch, FileBatch, LineBlock, Piece, Refused
from dedup.readers.columns import column_articles
from dedup.readers.encodings import decoded, plain
from dedup.readers.kinds import kind_of
from dedup.readers.lines import NEWLINE, block_articles, blocks, json_articles
from dedup.readers.names import shown_path
from dedup.readers.pages import OWN_PAGE, page_article
from dedup.readers.streams import Stream, open_file, open_folder, refused, regular_size, whole_file
from dedup.readers.tables import table_articles
from dedup.readers.text import markdown_article, text_article
from dedup.settings import Settings

_FIRST = 1 << 15  # bytes; nearly all articles are shorter

_HASHED = 1 << 20  # bytes of a large file that are hashed at once

Found = Iterator[Article | Unreadable]


class Reading(NamedTuple):
    """A piece, and what is found in it."""

    piece: Piece
    digest: bytes
    """Of its bytes, where the batch asks for it; empty where it could not be opened."""

    found: Iterable[Article | Unreadable]
    """To be used up before the next piece is asked for. Empty for a file that is known by its digest."""


def read(batch: Batch, settings: Settings) -> Found:
    """The articles of a batch, and what of it could not be read; bad input never raises."""
    for reading in readings(batch, settings):
        yield from reading.found


def readings(batch: Batch, settings: Settings) -> Iterator[Reading]:
    """The same, piece by piece."""
    if isinstance(batch, LineBlock):
        yield Reading(batch.piece, b"", block_articles(batch, settings))
    else:
        yield from _files(batch, settings)


def digest(data: bytes) -> bytes:
    """The digest by which a piece is known to be the same: XXH3 in 16 bytes."""
    return xxhash.xxh3_128_digest(data)


def articles_at(
    batch: Batch, places: Mapping[Piece, list[int]], counts: Mapping[Piece, int], settings: Settings
) -> Iterator[tuple[Piece, int, Article]]:
    """Some articles of a batch once more, each with its piece and its place among the articles of that.

    Args:
        batch: the same batch, or other pieces in one.
        places: of some pieces the places that are wanted, ascending.
        counts: how many articles these pieces had; where each line of a block gave one, others need not be parsed.
        settings: as they were.
    """
    if isinstance(batch, LineBlock):
        wanted = places.get(batch.piece, ())
        ends = np.flatnonzero(np.frombuffer(batch.data, np.uint8) == NEWLINE).tolist() if wanted else []
        bounds = [-1, *ends, *([] if batch.data.endswith(b"\n") else [len(batch.data)])]
        if wanted and len(bounds) == counts[batch.piece] + 1:
            for place in wanted:
                data = batch.data[bounds[place] + 1 : bounds[place + 1]]
                line = LineBlock(batch.path, batch.first_line + place, data)
                yield from ((batch.piece, place, one) for one in read(line, settings) if isinstance(one, Article))
            return
    for reading in readings(batch, settings):
        wanted = places.get(reading.piece, ())
        if not wanted:
            continue
        articles = (one for one in reading.found if isinstance(one, Article))
        asked = set(wanted)
        for place, article in enumerate(islice(articles, wanted[-1] + 1)):
            if place in asked:
                yield reading.piece, place, article


def _files(batch: FileBatch, settings: Settings) -> Iterator[Reading]:
    for folder, names in batch.folders:
        prefix = f"{folder}/" if folder else ""
        try:
            folder_fd = open_folder(batch.root, folder)
        except Refused as reason:
            for name in names:
                piece = batch.piece(prefix + name)
                yield Reading(piece, b"", (Unreadable(shown_path(piece.path), str(reason)),))
            continue
        try:
            with read_ahead(folder_fd, names):
                for name in names:
                    piece = batch.piece(prefix + name)
                    if name.endswith(".txt") and batch.shown is None:
                        yield _text_file(name, folder_fd, piece, batch.known, settings)
                    else:
                        yield from _other_file(name, folder_fd, piece, batch, settings)
        finally:
            os.close(folder_fd)


def _text_file(
    name: str, folder_fd: int, piece: Piece, known: Mapping[str, bytes] | None, settings: Settings
) -> Reading:
    digest_ = b""
    try:
        fd = os.open(name, FLAGS, dir_fd=folder_fd)
        try:
            data = os.read(fd, _FIRST)
            if len(data) == _FIRST or len(data) > settings.max_article_bytes:
                os.lseek(fd, 0, os.SEEK_SET)
                data = whole_file(fd, "", settings.max_article_bytes, "max_article_bytes", settings=settings)
        finally:
            os.close(fd)
        if known is not None and (digest_ := digest(data)) == known.get(piece.path):
            return Reading(piece, digest_, ())
        text = plain(data)
        if text is None:
            return Reading(piece, digest_, (text_article(decoded(data), piece.path),))
        article = text_article(text, piece.path)
        article.utf8 = data
        return Reading(piece, digest_, (article,))
    except Refused as reason:
        return Reading(piece, digest_, (Unreadable(shown_path(piece.path), str(reason)),))
    except OSError as error:
        return Reading(piece, digest_, (Unreadable(shown_path(piece.path), str(refused(error))),))


def _other_file(name: str, folder_fd: int, piece: Piece, batch: FileBatch, settings: Settings) -> Iterator[Reading]:
    """A file of any kind."""
    shown = shown_path(batch.shown or piece.path)
    digest_ = b""
    try:
        fd = open_file(name, folder_fd)
    except Refused as reason:
        yield Reading(piece, digest_, (Unreadable(shown, str(reason)),))
        return
    try:
        if batch.known is not None:
            digest_ = _digest_of(fd)
            if digest_ == batch.known.get(piece.path):
                yield Reading(piece, digest_, ())
                return
        yield Reading(piece, digest_, _articles(fd, batch.shown or piece.path, settings))
    except Refused as reason:
        yield Reading(piece, digest_, (Unreadable(shown, str(reason)),))
    finally:
        os.close(fd)


def _digest_of(fd: int) -> bytes:
    """The digest of an open file, which is then at its beginning again."""
    regular_size(fd)
    hasher = xxhash.xxh3_128()
    try:
        while piece := os.read(fd, _HASHED):
            hasher.update(piece)
        os.lseek(fd, 0, os.SEEK_SET)
    except OSError as error:
        raise refused(error) from None
    return hasher.digest()


def _articles(fd: int, path: str, settings: Settings) -> Found:
    kind, packing = kind_of(path) or ("", "")
    shown = shown_path(path)
    try:
        if kind == kinds.PAGE and _begins(fd, OWN_PAGE):
            return  # a nightly scan of the folder in which its page lies
        if kind in kinds.ONE_ARTICLE:
            data = whole_file(fd, packing, settings.max_article_bytes, "max_article_bytes", settings=settings)
            yield _one_article(kind, data, shown)
        else:
            yield from _many_articles(kind, fd, packing, path=shown, settings=settings)
    except Refused as reason:
        yield Unreadable(shown, str(reason))


def _begins(fd: int, how: bytes) -> bool:
    try:
        return os.pread(fd, len(how), 0) == how
    except OSError:  # whoever reads it says why
        return False


def _one_article(kind: str, data: bytes, path: str) -> Article:
    if kind == kinds.PAGE:
        return page_article(data, path, path)
    article = markdown_article if kind == kinds.MARKDOWN else text_article
    return article(decoded(data), path)


def _many_articles(kind: str, fd: int, packing: str, *, path: str, settings: Settings) -> Found:
    if kind == kinds.PARQUET:
        return column_articles(fd, packing, path, settings)
    if kind == kinds.JSON:
        data = whole_file(fd, packing, settings.max_json_bytes, "max_json_bytes", settings=settings)
        return json_articles(data, path, settings)
    regular_size(fd)
    stream = Stream(fd, packing, settings)
    if kind == kinds.CSV:
        return table_articles(stream, path, settings)
    if kind == kinds.WARC:
        return archive_articles(stream, path, settings)
    return _lines(stream, path, settings)


def _lines(stream: Stream, path: str, settings: Settings) -> Found:
    for block in blocks(stream, path, settings):
        if isinstance(block, Unreadable):
            yield block
        else:
            yield from block_articles(block, settings)
