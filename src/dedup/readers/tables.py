"""CSV tables: a header that names the columns, one article a row."""

import csv
from collections.abc import Iterator
from itertools import chain

from dedup.model import Article, Unreadable
from dedup.readers.batch import Refused, too_large
from dedup.readers.encodings import line_decoder, utf8_pieces
from dedup.readers.names import excerpt
from dedup.readers.records import Fields, fields_of, known_names, record_article
from dedup.readers.streams import EMPTY, Stream
from dedup.settings import Settings

_DELIMITERS = ",;\t|"
_LARGEST_FIELD = 2**31 - 1  # what the csv module takes on every platform


def table_articles(stream: Stream, path: str, settings: Settings) -> Iterator[Article | Unreadable]:
    """The articles of a CSV file, row by row; the delimiter is found in the header."""
    fields = fields_of(settings)
    csv.field_size_limit(min(settings.max_article_bytes, _LARGEST_FIELD))
    try:
        rows, columns = _table(_lines(stream, settings.max_article_bytes), fields)
        number = 0
        while (row := _next_row(rows, settings)) is not None:
            if row:
                number += 1
                yield _row_article(row, columns, path, number=number, fields=fields)
    except Refused as reason:
        yield Unreadable(path, str(reason))


_Rows = Iterator[list[str]]


def _table(lines: Iterator[str], fields: Fields) -> tuple[_Rows, list[str | None]]:
    """The rows below the header, and the known field that each column holds."""
    first = next((line for line in lines if line.strip()), None)
    if first is None:
        raise Refused(EMPTY)
    delimiter = max(_DELIMITERS, key=first.count)
    rows = csv.reader(chain([first], lines), delimiter=delimiter)
    try:
        header = next(rows)
    except csv.Error as error:
        raise Refused(f"its header is no CSV: {error}") from None
    known = known_names(header, fields)
    return rows, [known.get(name) for name in header]


def _next_row(rows: _Rows, settings: Settings) -> list[str] | str | None:
    """The next row; the reason in words where it is no row; None at the end."""
    try:
        return next(rows, None)
    except csv.Error as error:
        if "field larger" in str(error):
            limit = settings.max_article_bytes
            return f"{too_large(None, limit, 'max_article_bytes')}; perhaps a quotation mark is never closed"
        return f"not valid CSV: {error}"


def _row_article(
    row: list[str] | str, columns: list[str | None], path: str, *, number: int, fields: Fields
) -> Article | Unreadable:
    try:
        if isinstance(row, str):
            raise Refused(row)
        if len(row) > len(columns) and any(row[len(columns) :]):
            raise Refused(f"the row has {len(row)} columns, the header {len(columns)}; {_beginning(row)}")
        record: dict[str, str] = {}
        for name, value in zip(columns, row, strict=False):
            if name and value:
                record.setdefault(name, value)
        if len(row) < len(columns) and not any(name in record for name in fields.text):
            raise Refused(f"the row has {len(row)} columns, the header {len(columns)}; {_beginning(row)}")
        return record_article(record, path, number, fields)
    except Refused as reason:
        return Unreadable(f"{path}:{number}", str(reason))


def _beginning(row: list[str]) -> str:
    return f"it begins with {excerpt(row[0])!r}"


def _lines(stream: Stream, max_line: int) -> Iterator[str]:
    """The lines of the file, with their ends, decoded."""
    line_text = line_decoder()
    begun: list[bytes] = []  # the line that has not ended yet
    size = 0
    returns_only = None
    for piece in utf8_pieces(stream):
        if returns_only is None:
            returns_only = b"\n" not in piece and b"\r" in piece
        lines = (piece.replace(b"\r", b"\n") if returns_only else piece).split(b"\n")
        if len(lines) > 1:
            lines[0] = b"".join([*begun, lines[0]])
            begun, size = [], 0
            yield from (line_text(line, piece) + "\n" for line in lines[:-1])
        begun.append(lines[-1])
        size += len(lines[-1])
        if size > max_line:
            raise too_large(None, max_line, "max_article_bytes")
    if size:
        yield line_text(b"".join(begun), begun[-1])
