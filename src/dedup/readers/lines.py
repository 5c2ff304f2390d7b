"""JSON and JSON Lines: blocks of whole lines for several workers, and the records in them."""

import codecs
import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import orjson

from dedup.model import Article, Unreadable
from dedup.readers.batch import LineBlock, Refused, too_large
from dedup.readers.encodings import decoded, utf8_pieces
from dedup.readers.names import encodable, excerpt
from dedup.readers.records import Fields, fields_of, record_article
from dedup.readers.streams import EMPTY, Stream
from dedup.settings import MEBIBYTE, Settings

BLOCK_BYTES = 2 * MEBIBYTE
NEWLINE = ord("\n")
_ON_ONE_LINE, _AT = re.compile(r": line 1 column (\d+) \(char \d+\)$"), r" at character \1"
_OWN_REPORT = re.compile(rb'\s*\{\s*"format":\s*"dedup-report"')

_MAX_DEPTH = 50  # levels of a record in which single surrogates are looked for
_LISTS = (
    "articles",
    "items",
    "docs",
    "documents",
    "results",
    "records",
    "data",
    "entries",
    "news",
    "posts",
    "stories",
)


def blocks(stream: Stream, path: str, settings: Settings) -> Iterator[LineBlock | Unreadable]:
    """The file in blocks of whole lines of some 2 MiB, and its lines that are too long, as they come.

    Where the file is damaged, the lines before the damage are kept.
    """
    return cut(utf8_pieces(stream), path, settings, whole=True)


def cut(
    pieces: Iterator[bytes], path: str, settings: Settings, *, first_line: int = 1, whole: bool = False
) -> Iterator[LineBlock | Unreadable]:
    """The same of bytes that begin with line ``first_line``; only where they are ``whole`` may a file be empty."""
    cutter = _Cutter(path, settings.max_article_bytes, first_line)
    try:
        for piece in pieces:
            yield from cutter.add(piece)
        yield from cutter.end()
        if whole and not cutter.seen:
            yield Unreadable(path, EMPTY)
    except Refused as reason:
        yield from cutter.whole_lines()
        yield Unreadable(path, str(reason))


def block_articles(block: LineBlock, settings: Settings) -> Iterator[Article | Unreadable]:
    """The articles in a block of lines, one JSON object a line; empty lines are passed over."""
    if block.refused:
        yield Unreadable(block.path, block.refused)
        return
    fields = fields_of(settings)
    path, limit, loads = block.path, settings.max_article_bytes, orjson.loads
    found: Article | Unreadable
    for number, line in enumerate(BytesIO(block.data), block.first_line):  # one line at a time stays in the cache
        try:
            if len(line) > limit and (size := len(line.removesuffix(b"\n"))) > limit:
                raise too_large(size, limit, "max_article_bytes")
            found = record_article(loads(line), path, number, fields)
        except ValueError:
            if not line.strip():
                continue
            found = _second_try(line.removesuffix(b"\n"), path, number, fields)
        except Refused as reason:
            found = Unreadable(f"{path}:{number}", str(reason))
        yield found


def json_articles(data: bytes, path: str, settings: Settings) -> Iterator[Article | Unreadable]:
    """The articles of a JSON file: one object, a list of them, an object around it, or JSON Lines.

    A report of this program holds none, and nothing that is amiss.
    """
    if _OWN_REPORT.match(data):
        return  # a nightly scan of the folder in which its report lies
    fields = fields_of(settings)
    try:
        if not data.strip():
            raise Refused(EMPTY)
        try:
            whole = parsed(data)
        except Refused:
            if not _is_json_lines(data):
                raise
            yield from block_articles(LineBlock(path, 1, data.removeprefix(codecs.BOM_UTF8)), settings)
            return
        records = _records(whole, fields)
    except Refused as reason:
        yield Unreadable(path, str(reason))
        return
    for number, record in enumerate(records, 1):
        try:
            yield record_article(record, path, number, fields)
        except Refused as reason:
            yield Unreadable(f"{path}:{number}", str(reason))


def parsed(data: bytes) -> Any:
    """What a JSON text says; takes NaN, halves of surrogate pairs and other charsets than UTF-8, too.

    Raises:
        Refused: it is no JSON.
    """
    try:
        return orjson.loads(data)
    except ValueError as error:
        first = error
    text = decoded(data)
    try:
        return _clean(json.loads(text), _MAX_DEPTH)
    except RecursionError:
        raise Refused("not valid JSON: nested too deeply") from None
    except ValueError:
        raise Refused(f"not valid JSON: {excerpt(_ON_ONE_LINE.sub(_AT, str(first)), 100)}") from None


def _second_try(line: bytes, path: str, number: int, fields: Fields) -> Article | Unreadable:
    try:
        return record_article(parsed(line), path, number, fields)
    except Refused as reason:
        return Unreadable(f"{path}:{number}", str(reason))


def _records(whole: Any, fields: Fields) -> list[Any]:
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict) and not any(isinstance(whole.get(name), str) for name in fields.text):
        for name in _LISTS:
            held = whole.get(name)
            if isinstance(held, list) and any(isinstance(one, dict) for one in held):
                return held
    return [whole]


def _is_json_lines(data: bytes) -> bool:
    first, _, rest = data.lstrip().partition(b"\n")
    try:
        return isinstance(orjson.loads(first.removeprefix(codecs.BOM_UTF8)), dict) and bool(rest.strip())
    except ValueError:
        return False


def _clean(value: Any, levels: int) -> Any:
    """``value`` with encodable texts, as far down as ``levels``."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict) and levels:
        return {encodable(key): _clean(inner, levels - 1) for key, inner in value.items()}
    if isinstance(value, list) and levels:
        return [_clean(inner, levels - 1) for inner in value]
    return None if isinstance(value, (dict, list)) else value


class _Cutter:
    """Gathers pieces of a file and gives them back in blocks of whole lines."""

    def __init__(self, path: str, max_line: int, first_line: int) -> None:
        self._path = path
        self._max_line = max_line
        self._parts: list[bytes] = []
        self._size = 0
        self._line = first_line
        self._skipped = 0  # bytes so far of a line that is too long
        self.seen = False
        self._cuttable = False  # whether the parts hold the end of a line

    def add(self, piece: bytes) -> Iterator[LineBlock | Unreadable]:
        """Take the next bytes; gives a block when there is enough for one."""
        if self._skipped:
            end = piece.find(b"\n")
            self._skipped += len(piece) if end < 0 else end
            if end < 0:
                return
            yield self._too_long()
            piece = piece[end + 1 :]
        self._parts.append(piece)
        self._size += len(piece)
        self._cuttable = self._cuttable or b"\n" in piece
        if self._size >= BLOCK_BYTES:
            if self._cuttable:
                yield from self.whole_lines()
            if self._size > self._max_line:
                self._skipped, self._parts, self._size = self._size, [], 0

    def whole_lines(self) -> Iterator[LineBlock]:
        """What has been gathered up to the end of the last whole line."""
        parts, rest, head = self._parts, list[bytes](), memoryview(b"")
        while parts:
            last = parts.pop()
            if cut := last.rfind(b"\n") + 1:
                rest.append(last[cut:])
                head = memoryview(last)[:cut]
                break
            rest.append(last)
        self._parts, self._size, self._cuttable = rest[::-1], sum(map(len, rest)), False
        if head:
            yield self._block(b"".join([*parts, head]))

    def end(self) -> Iterator[LineBlock | Unreadable]:
        """The rest, whose last line may lack its end."""
        if self._skipped:
            yield self._too_long()
        data = b"".join(self._parts)
        if data:
            yield self._block(data)

    def _block(self, data: bytes) -> LineBlock:
        block = LineBlock(self._path, self._line, data)
        self._line += int(np.count_nonzero(np.frombuffer(data, np.uint8) == NEWLINE))  # twice as fast as count
        self.seen = self.seen or not data.isspace()
        return block

    def _too_long(self) -> Unreadable:
        refused = too_large(self._skipped, self._max_line, "max_article_bytes")
        unreadable = Unreadable(f"{self._path}:{self._line}", str(refused))
        self._line += 1
        self._skipped, self.seen = 0, True
        return unreadable
