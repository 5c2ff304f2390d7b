"""WARC archives: the pages that a crawler fetched, each an article whose id is its address.

Records are cut apart here, one by one, so that a damaged record costs only itself; the HTTP message inside
is left to the WARC library.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from fastwarc.warc import ArchiveIterator

from dedup.model import Article, Unreadable
from dedup.readers.addresses import host
from dedup.readers.batch import Refused, too_large
from dedup.readers.encodings import decoded
from dedup.readers.names import article_id, excerpt
from dedup.readers.pages import page_article
from dedup.readers.streams import EMPTY, Stream
from dedup.readers.text import first_line_title
from dedup.settings import Settings

_WANTED = ("response", "resource", "conversion")
_PAGES = ("text/html", "application/xhtml+xml")
_FAILURES = (ValueError, OSError, RuntimeError, EOFError, LookupError, AttributeError, TypeError)
_PIECE = 1 << 18
_MAX_HEAD = 1 << 16
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_NEXT_RECORD = b"\nWARC/1."

Head = dict[str, str]


def archive_articles(stream: Stream, path: str, settings: Settings) -> Iterator[Article | Unreadable]:
    """The articles of a WARC file: pages and plain texts that were fetched with status 200."""
    cursor = _Cursor(stream)
    number = 0
    try:
        while (head := cursor.head()) is not None:
            number += 1
            if found := _record(cursor, head, f"{path}:{number}", settings):
                yield found
        if not stream.bytes:
            raise Refused(EMPTY)
    except Refused as reason:
        yield Unreadable(path, str(reason))


class _Cursor:
    """Goes through a stream record by record.

    Raises (from every method):
        Refused: the stream fails, or ends within a record.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._held = bytearray()

    def head(self) -> bytes | None:
        """The next record's header, or what stands in its place up to the next record; None at the end."""
        while True:
            blank = len(self._held) - len(self._held.lstrip(b"\r\n"))
            del self._held[:blank]
            if self._held:
                break
            if not self._more():
                return None
        if not self._has(5) or not self._held.startswith(b"WARC/"):
            return self._up_to_next_record()
        while not (end := _HEAD_END.search(self._held)):
            if len(self._held) > _MAX_HEAD:
                return self._up_to_next_record()
            if not self._more():
                raise Refused("the archive is cut short within the header of a record")
        return self._taken(end.end())

    def body(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        if not self._has(size):
            raise Refused("the archive is cut short within a record")
        return self._taken(size)

    def skip(self, size: int) -> None:
        """Pass over ``size`` bytes."""
        while size > len(self._held):
            size -= len(self._held)
            self._held.clear()
            if not self._more():
                raise Refused("the archive is cut short within a record")
        del self._held[:size]

    def _up_to_next_record(self) -> bytes:
        first = bytes(self._held[:100])
        while (at := self._held.find(_NEXT_RECORD, 1)) < 0:
            del self._held[: -len(_NEXT_RECORD)]
            if not self._more():
                self._held.clear()
                return first.removeprefix(b"WARC/")
        del self._held[: at + 1]
        return first.removeprefix(b"WARC/")

    def _has(self, size: int) -> bool:
        while len(self._held) < size:
            if not self._more():
                return False
        return True

    def _more(self) -> bool:
        piece = self._stream.read(_PIECE)
        self._held += piece
        return bool(piece)

    def _taken(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


def _record(cursor: _Cursor, raw: bytes, place: str, settings: Settings) -> Article | Unreadable | None:
    """The article of one record, None when it is a picture, a redirect or the like."""
    head = _parsed_head(raw)
    if head is None:
        found = excerpt(raw.decode("utf-8", "replace"))
        return Unreadable(place, f"not a WARC record with a length: found {found!r}")
    size = int(head["content-length"])
    if head.get("warc-type", "").lower() not in _WANTED:
        cursor.skip(size)
        return None
    limit = settings.max_article_bytes
    if size > limit:
        cursor.skip(size)
        return Unreadable(place, str(too_large(size, limit, "max_article_bytes")))
    body = cursor.body(size)
    try:
        return _article(head, raw, body, place=place, limit=limit)
    except Refused as reason:
        return Unreadable(place, str(reason))
    except _FAILURES as error:
        return Unreadable(place, f"the record is damaged: {excerpt(str(error), 100)}")


def _parsed_head(raw: bytes) -> Head | None:
    """The header's fields by name in lower case, None without a length."""
    if not raw.startswith(b"WARC/"):
        return None
    lines = raw.decode("utf-8", "replace").splitlines()[1:]
    head = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = head.get("content-length", "")
    return head if length.isascii() and length.isdigit() and len(length) < 19 else None


def _article(head: Head, raw: bytes, body: bytes, *, place: str, limit: int) -> Article | None:
    url = head.get("warc-target-uri", "").removeprefix("<").removesuffix(">")
    path = place.rpartition(":")[0]
    kind: str | None = head.get("content-type")
    charset: str | None = None
    if head["warc-type"].lower() == "response":
        message = _message(raw + body)
        if message is None:
            return None
        kind, charset = message.http_content_type, message.http_charset
    kind = (kind or "text/html").partition(";")[0].strip().lower()
    if kind not in (*_PAGES, "text/plain"):
        return None
    if head["warc-type"].lower() == "response":
        body = message.reader.read(limit + 1)
        if len(body) > limit:
            raise too_large(None, limit, "max_article_bytes")
    found_id = article_id(url) if url else place
    if kind in _PAGES:
        return page_article(body, found_id, path, charset=charset, url=url or None)
    text = decoded(body)
    if not text.strip():
        raise Refused("the record holds no text")
    return Article(found_id, path, text, first_line_title(text), host(url), url or None)


def _message(record: bytes) -> Any:
    """The HTTP message of a response with its encodings undone, None when its status is not 200."""
    message: Any = next(iter(ArchiveIterator(io.BytesIO(record), parse_http=False)), None)
    if message is None:
        raise Refused("the record is damaged")
    message.parse_http(auto_decode="all")
    if message.http_headers is None or message.http_headers.status_code != 200:
        return None
    return message
