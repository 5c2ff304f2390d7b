"""Reads a batch: opens each file, and turns it into articles by its kind.

The loop over text files is the hottest of all reading, so it stands here in one piece.
"""

import os
from collections.abc import Iterator
from itertools import islice

import numpy as np

from dedup.model import Article, Unreadable
from dedup.readers import kinds
from dedup.readers.archives import archive_articles
from dedup.readers.batch import Batch, FileBatch, LineBlock, Refused
from dedup.readers.columns import column_articles
from dedup.readers.encodings import decoded, plain
from dedup.readers.folder import open_folder
from dedup.readers.kinds import kind_of
from dedup.readers.lines import NEWLINE, block_articles, blocks, json_articles
from dedup.readers.names import shown_path
from dedup.readers.pages import page_article
from dedup.readers.streams import Stream, open_file, refused, regular_size, whole_file
from dedup.readers.tables import table_articles
from dedup.readers.text import markdown_article, text_article
from dedup.settings import Settings

_FIRST = 1 << 15  # bytes; nearly all articles are shorter
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Found = Iterator[Article | Unreadable]


def read(batch: Batch, settings: Settings) -> Found:
    """The articles of a batch, and what of it could not be read; bad input never raises."""
    if isinstance(batch, LineBlock):
        return block_articles(batch, settings)
    return _files(batch, settings)


def articles_at(batch: Batch, places: list[int], count: int, settings: Settings) -> Iterator[tuple[int, Article]]:
    """Some articles of a batch once more, each with its place among the articles of the batch.

    Args:
        batch: the same batch.
        places: ascending.
        count: how many articles it had; where each line of a block gave one, the others need not be parsed.
        settings: as they were.
    """
    if isinstance(batch, LineBlock):
        ends = np.flatnonzero(np.frombuffer(batch.data, np.uint8) == NEWLINE).tolist()
        bounds = [-1, *ends, *([] if batch.data.endswith(b"\n") else [len(batch.data)])]
        if len(bounds) == count + 1:
            for place in places:
                line = LineBlock(
                    batch.path, batch.first_line + place, batch.data[bounds[place] + 1 : bounds[place + 1]]
                )
                yield from ((place, one) for one in read(line, settings) if isinstance(one, Article))
            return
    articles = (one for one in read(batch, settings) if isinstance(one, Article))
    asked = set(places)
    for place, article in enumerate(islice(articles, places[-1] + 1)):
        if place in asked:
            yield place, article


def _files(batch: FileBatch, settings: Settings) -> Found:
    for folder, names in batch.folders:
        prefix = f"{folder}/" if folder else ""
        try:
            folder_fd = open_folder(batch.root, folder)
        except Refused as reason:
            for name in names:
                yield Unreadable(shown_path(prefix + name), str(reason))
            continue
        try:
            for name in names:
                if name.endswith(".txt") and batch.shown is None:
                    yield _text_file(name, folder_fd, prefix + name, settings)
                else:
                    yield from _other_file(name, folder_fd, prefix + (batch.shown or name), settings)
        finally:
            os.close(folder_fd)


def _text_file(name: str, folder_fd: int, path: str, settings: Settings) -> Article | Unreadable:
    try:
        fd = os.open(name, _FLAGS, dir_fd=folder_fd)
        try:
            data = os.read(fd, _FIRST)
            if len(data) == _FIRST or len(data) > settings.max_article_bytes:
                os.lseek(fd, 0, os.SEEK_SET)
                data = whole_file(fd, "", settings.max_article_bytes, "max_article_bytes", settings=settings)
        finally:
            os.close(fd)
        text = plain(data)
        if text is None:
            return text_article(decoded(data), path)
        article = text_article(text, path)
        article.utf8 = data
        return article
    except Refused as reason:
        return Unreadable(shown_path(path), str(reason))
    except OSError as error:
        return Unreadable(shown_path(path), str(refused(error)))


def _other_file(name: str, folder_fd: int, path: str, settings: Settings) -> Found:
    """The articles of a file of any kind."""
    shown = shown_path(path)
    kind, packing = kind_of(path) or ("", "")
    try:
        fd = open_file(name, folder_fd)
    except Refused as reason:
        yield Unreadable(shown, str(reason))
        return
    try:
        if kind in kinds.ONE_ARTICLE:
            data = whole_file(fd, packing, settings.max_article_bytes, "max_article_bytes", settings=settings)
            yield _one_article(kind, data, shown)
        else:
            yield from _many_articles(kind, fd, packing, path=shown, settings=settings)
    except Refused as reason:
        yield Unreadable(shown, str(reason))
    finally:
        os.close(fd)


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
