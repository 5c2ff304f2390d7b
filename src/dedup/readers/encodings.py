"""Bytes as text: by byte order mark, by what they are declared to be, or by what they look like.

Valid UTF-8 wins over every declaration, for pages often declare what they are not. Binary data is refused.
"""

import codecs
import re
from collections.abc import Callable, Iterator

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

from dedup.readers.batch import Refused
from dedup.readers.names import encodable
from dedup.readers.streams import EMPTY, Stream

_MARKS = (  # UTF-32 before UTF-16, whose mark it begins with
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a picture or sound"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x1f\x8b", "gzip data without the ending .gz"),
    (b"\x28\xb5\x2f\xfd", "zst data without the ending .zst"),
    (b"\xfd7zXZ", "xz data without the ending .xz"),
    (b"BZh", "bzip2 data"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"PAR1", "Parquet data"),
    (b"SQLite format 3", "an SQLite database"),
)
_DOUBTFUL = frozenset(start[:3] for start in (codecs.BOM_UTF8, b"%PDF-", b"PAR1"))
_PIECE = 1 << 20
_SAMPLE = 1 << 16
_TEXT_CONTROLS = bytes([*range(8, 14), 27, 26])  # backspace to carriage return, escape (ISO-2022), old end of file
_CONTROLS = bytes(c for c in range(32) if c not in _TEXT_CONTROLS)
_MAX_CONTROLS = 0.02  # share of bytes; random bytes have 0.09, text has 0
_MAX_NULS = 0.002  # a stray NUL in an article is dirt, more is binary data
_META_CHARSET = re.compile(rb"""<meta[^>]{1,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.I)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{1,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""")
_META_WINDOW = 8192  # browsers look at 1,024 bytes; real pages declare later
_SEVEN_BIT = ("iso2022_jp", "hz")  # charsets whose bytes are all valid UTF-8


def decoded(data: bytes) -> str:
    """The text of a file or record, without byte order mark and encodable as UTF-8.

    Raises:
        Refused: the bytes are binary data.
    """
    text = plain(data)
    return _not_utf8(data, None) if text is None else text


def plain(data: bytes) -> str | None:
    """The text of bytes that are just that text in UTF-8; None for all that wants a closer look."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if b"\0" in data or data[:3] in _DOUBTFUL else text


def decoded_page(data: bytes, declared: str | None = None) -> str:
    """The source text of a web page; ``declared`` is the charset that the server named.

    Raises:
        Refused: the bytes are binary data.
    """
    label = declared or _declared_inside(data)
    codec = map_encoding_to_html5(label, fallback_utf8=False) if label else None
    if codec not in _SEVEN_BIT:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            pass
        else:
            if b"\0" not in data and data[:3] not in _DOUBTFUL:
                return text
    return _not_utf8(data, codec)


def wide_encoding(data: bytes) -> str | None:
    """The UTF-16 or UTF-32 that ``data`` begins in, by its mark or its zero bytes; None for anything else."""
    for mark, name in _MARKS[1:]:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    if sample.count(0) < len(sample) // 4 or len(sample) < 4:
        return None
    return _by_zeros(sample)


def is_cuttable(head: bytes) -> bool:
    """Whether a text that begins so is cut into lines by its bytes: it is neither UTF-16, UTF-32 nor binary data."""
    return not _is_binary(head) and wide_encoding(head) is None


def _is_binary(head: bytes) -> bool:
    return head.count(0) > max(2, _MAX_NULS * len(head))


def utf8_pieces(stream: Stream) -> Iterator[bytes]:
    """The bytes of a stream of text without byte order mark; UTF-16 and UTF-32 become UTF-8.

    Raises:
        Refused: they are binary data, or the stream fails.
    """
    first = b""
    while len(first) < 4 and (more := stream.read(_PIECE)):
        first += more
    wide = wide_encoding(first)
    if not wide:
        if _is_binary(first):
            raise Refused("looks like binary data, not text")
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from iter(lambda: stream.read(_PIECE), b"")
        return
    decoder = codecs.getincrementaldecoder(wide)("replace")
    yield decoder.decode(first).removeprefix("\ufeff").encode("utf-8", "replace")
    while piece := stream.read(_PIECE):
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def line_decoder() -> Callable[[bytes, bytes], str]:
    """A function that decodes the lines of one file, each with the piece of the file around it.

    The charset of the first line that is not UTF-8 is found from the piece, and kept.
    """
    codec = ""

    def line_text(line: bytes, around: bytes) -> str:
        nonlocal codec
        try:
            return line.decode()
        except UnicodeDecodeError:
            codec = codec or detect_encoding(around) or "cp1252"
        try:
            return _windows_1252(line) if codec.startswith("utf") else encodable(line.decode(codec))
        except (UnicodeDecodeError, LookupError):
            return _windows_1252(line)

    return line_text


def _by_zeros(sample: bytes) -> str | None:
    """Which of its bytes are zero tells UTF-16 and UTF-32 of mostly Latin text, even without a mark."""
    whole = len(sample) - len(sample) % 4
    zeros = [sample[i:whole:4].count(0) / (whole // 4) for i in range(4)]
    high, low = 0.6, 0.05
    patterns = {
        "utf-32-le": (False, None, True, True),
        "utf-32-be": (True, True, None, False),
        "utf-16-le": (False, True, False, True),
        "utf-16-be": (True, False, True, False),
    }
    for name, pattern in patterns.items():
        if all(
            wanted is None or (share >= high if wanted else share <= low)
            for share, wanted in zip(zeros, pattern, strict=True)
        ):
            return name
    return None


def _not_utf8(data: bytes, declared: str | None) -> str:
    """Text that is not plain UTF-8: marked, wide, in another charset, or damaged UTF-8."""
    if not data:
        raise Refused(EMPTY)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return encodable(_without_nuls(data[len(mark) :].decode(name, "replace"), data))
    for magic, kind in _BINARY:
        if data.startswith(magic):
            raise Refused(f"looks like binary data: {kind}")
    wide = wide_encoding(data)
    if wide:
        return encodable(_without_nuls(data.decode(wide, "replace"), data))
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MAX_CONTROLS * len(sample) or data.count(0) > max(1, _MAX_NULS * len(data)):
        raise Refused("looks like binary data, not text")
    return encodable(_in_some_charset(data, declared).replace("\0", " "))


def _without_nuls(text: str, data: bytes) -> str:
    nuls = text.count("\0")
    if nuls > max(1, _MAX_NULS * len(text)) or text.count("\ufffd") > max(2, len(text) // 5):
        raise Refused("looks like binary data, not text")
    return text.replace("\0", " ") if nuls else text


def _in_some_charset(data: bytes, declared: str | None) -> str:
    if declared in _SEVEN_BIT:
        return data.decode(declared, "replace")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken * 8 <= _not_ascii(text) - broken or not broken:
        return text  # UTF-8 with a few broken bytes
    for codec in (declared, detect_encoding(data)):
        if codec and not codec.startswith(("utf-8", "utf-16", "utf-32")):
            try:
                return data.decode(codec)
            except (UnicodeDecodeError, LookupError):
                continue
    return _windows_1252(data)


def _not_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _windows_1252(data: bytes) -> str:
    """Text as windows-1252; its five undefined bytes become control characters, as in browsers."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1").translate(_C1)


def _declared_inside(data: bytes) -> str | None:
    head = data[:_META_WINDOW]
    found = _XML_ENCODING.search(head) or _META_CHARSET.search(head)
    return found[1].decode() if found else None


_C1 = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
