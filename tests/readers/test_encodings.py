import codecs
from pathlib import Path

import pytest

from .conftest import read_all
from .test_kinds import ARTICLES, HARBOUR, as_lines

RUSSIAN = (
    "Мост через реку открыт для движения после одиннадцати лет строительства. Мэр перерезал ленту под дождём.\n" * 3
)
WIDE = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def text_of(wire: Path, content: bytes, ending: str = ".txt") -> str:
    (wire / f"a{ending}").write_bytes(content)
    [article], unreadable = read_all(wire)
    assert unreadable == []
    return article.text


def reason_for(wire: Path, content: bytes, ending: str = ".txt") -> str:
    (wire / f"a{ending}").write_bytes(content)
    articles, [unreadable] = read_all(wire)
    assert articles == []
    return unreadable.reason


@pytest.mark.parametrize("ending", [".txt", ".md"])
@pytest.mark.parametrize("name", WIDE)
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(wire: Path, name: str, ending: str) -> None:
    assert text_of(wire, WIDE[name] + HARBOUR.encode(name.removesuffix("-sig")), ending) == HARBOUR


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_is_known_by_its_zeros_without_a_mark(wire: Path, name: str) -> None:
    assert text_of(wire, HARBOUR.encode(name)) == HARBOUR


@pytest.mark.parametrize("name", [*WIDE])
@pytest.mark.parametrize("ending", [".jsonl", ".json", ".csv"])
def test_records_may_be_wide(wire: Path, name: str, ending: str) -> None:
    record = {".csv": f'id,text\r\n1,"{HARBOUR}"\r\n'}.get(ending, as_lines(ARTICLES[:1]).decode())
    assert text_of(wire, WIDE[name] + record.encode(name.removesuffix("-sig")), ending) == HARBOUR


def test_windows_1252_is_read_with_its_quotation_marks(wire: Path) -> None:
    text = "“It’s a naïve plan”, says Åsa – and the café stays closed. " * 4
    assert text_of(wire, text.encode("cp1252")) == text


def test_windows_1252_keeps_the_bytes_that_it_leaves_undefined(wire: Path) -> None:
    text = text_of(
        wire, "“Quoted” caf\xe9 and d\xe9j\xe0 vu in every street of the town ".encode("cp1252") * 5 + b"\x81."
    )
    assert text.startswith("“Quoted” café")


@pytest.mark.parametrize("name", ["cp1251", "koi8-r"])
def test_other_alphabets_are_detected(wire: Path, name: str) -> None:
    assert text_of(wire, RUSSIAN.encode(name)) == RUSSIAN


def test_one_broken_byte_does_not_spoil_a_text_in_utf_8(wire: Path) -> None:
    text = text_of(wire, HARBOUR.encode() + "Ünïcödé ".encode() * 10 + b"\xff end")
    assert text.startswith(HARBOUR)
    assert text.endswith("\ufffd end")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8,
        b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj",
        b"\x1f\x8b\x08\0\0\0\0\0\0\3abcdef",
        bytes(1000),
        b"text\0\0\0\0\0\0 and zeros",
        bytes((i * 97 + i // 7) & 255 for i in range(3000)),
    ],
)
@pytest.mark.parametrize("ending", [".txt", ".html", ".md"])
def test_binary_data_is_named_as_such(wire: Path, content: bytes, ending: str) -> None:
    assert "looks like binary data" in reason_for(wire, content, ending)


@pytest.mark.parametrize("content", [b" ", b"\n\n\t \r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
def test_a_file_without_text_is_named(wire: Path, content: bytes, ending: str) -> None:
    assert "empty" in (reason := reason_for(wire, content, ending)) or "white space" in reason


def test_a_stray_nul_does_not_make_an_article_binary(wire: Path) -> None:
    assert text_of(wire, HARBOUR.encode() + b"\0") == HARBOUR + " "


def page(charset: str | None, text: str) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>T</title></head><body><article><p>{text}</p></article></body></html>"


SENTENCE = "Le café de la gare à Orléans reste fermé cet été, déplore la préfète du Loiret. " * 4


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
        (None, "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("utf-8", "cp1252"),
        (None, "cp1252"),
        ("bogus", "cp1252"),
        ("utf-16", "utf-8"),
        ("utf-7", "utf-8"),
        ("utf-8", "utf-16"),
        (None, "utf-16-le"),
    ],
)
def test_a_page_is_read_whatever_charset_it_declares(wire: Path, declared: str | None, written: str) -> None:
    assert text_of(wire, page(declared, SENTENCE).encode(written), ".html") == SENTENCE.strip()


@pytest.mark.parametrize("name", ["shift_jis", "euc-jp", "iso-2022-jp", "gb2312", "big5", "koi8-r", "windows-1251"])
def test_a_page_in_the_charset_that_it_declares(wire: Path, name: str) -> None:
    text = (
        RUSSIAN.strip()
        if name in ("koi8-r", "windows-1251")
        else ("中央市山大雨" if name == "gb2312" else "東京中央市場火山大雨") * 30
    )
    assert text_of(wire, page(name, text).encode(name), ".html").split() == text.split()
