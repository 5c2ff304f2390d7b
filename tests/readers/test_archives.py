import gzip
from pathlib import Path

import brotli
import pytest

from dedup.settings import Settings

from .conftest import read_all
from .test_kinds import ARTICLES, HARBOUR, as_page, warc_record

GOOD = [warc_record(f"https://a.example/{n}", as_page(article)) for n, article in enumerate(ARTICLES)]
INFO = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nx: y\r\n\r\n"


def record(kind: str, content: bytes, content_type: str, url: str = "https://a.example/x") -> bytes:
    return (
        (
            f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        ).encode()
        + content
        + b"\r\n\r\n"
    )


def http(body: bytes, headers: str) -> bytes:
    return record(
        "response", f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body, "application/http; msgtype=response"
    )


def ids(wire: Path, content: bytes, **settings: int) -> tuple[list[str], list[str]]:
    (wire / "a.warc").write_bytes(content)
    articles, unreadable = read_all(wire, settings=Settings(**settings))
    return [a.id for a in articles], [f"{u.path} {u.reason}" for u in unreadable]


def test_only_pages_and_texts_that_were_found_are_articles(wire: Path) -> None:
    others = [
        warc_record("https://a.example/gone", as_page(ARTICLES[0]), status="404 Not Found"),
        warc_record("https://a.example/moved", b"", status="301 Moved"),
        warc_record("https://a.example/logo.png", b"\x89PNG\0", kind="image/png"),
        record("request", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "application/http; msgtype=request"),
        record("metadata", b"a: b", "application/warc-fields"),
    ]
    found, bad = ids(wire, INFO + GOOD[0] + b"".join(others) + GOOD[1])
    assert (found, bad) == (["https://a.example/0", "https://a.example/1"], [])


def test_texts_and_pages_without_http_are_read(wire: Path) -> None:
    text = record("conversion", HARBOUR.encode(), "text/plain", "https://a.example/t")
    page = record("resource", as_page(ARTICLES[1]), "text/html; charset=utf-8", "<https://a.example/p>")
    data = record("resource", b"{}", "application/json")
    (wire / "a.warc").write_bytes(text + page + data)
    articles, unreadable = read_all(wire)
    assert [(a.id, a.url) for a in articles] == [
        ("https://a.example/t", "https://a.example/t"),
        ("https://a.example/p",) * 2,
    ]
    assert articles[0].text == HARBOUR
    assert articles[0].source == "a.example"
    assert unreadable == []


def chunked(body: bytes) -> bytes:
    return (
        b"".join(b"%x\r\n%s\r\n" % (len(body[i : i + 50]), body[i : i + 50]) for i in range(0, len(body), 50))
        + b"0\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Type: text/html", as_page(ARTICLES[0])),
        (
            "Content-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip",
            gzip.compress(as_page(ARTICLES[0]), mtime=0),
        ),
        ("Content-Type: text/html\r\nContent-Encoding: br", brotli.compress(as_page(ARTICLES[0]))),
        ("Content-Type: text/html\r\nTransfer-Encoding: chunked", chunked(as_page(ARTICLES[0]))),
        ("Content-Type: TEXT/HTML; Charset=Bogus", as_page(ARTICLES[0])),
        ("Content-Type: application/xhtml+xml", as_page(ARTICLES[0])),
        ("X-Nothing: said", as_page(ARTICLES[0])),
        (
            "Content-Type: text/html; charset=windows-1252",
            as_page(ARTICLES[0]).replace(b"utf-8", b"x").decode().encode("cp1252"),
        ),
    ],
)
def test_the_encodings_of_http_are_undone(wire: Path, headers: str, body: bytes) -> None:
    (wire / "a.warc").write_bytes(http(body, headers))
    [article], unreadable = read_all(wire)
    assert article.text == HARBOUR
    assert unreadable == []


def test_a_bad_record_is_named_by_its_number_and_the_others_are_read(wire: Path) -> None:
    bad = [
        http(b"\x1f\x8b broken gzip", "Content-Type: text/html\r\nContent-Encoding: gzip"),
        warc_record("https://a.example/empty", b""),
        warc_record("https://a.example/menu", b"<html><body></body></html>"),
        warc_record("https://a.example/png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
    ]
    found, reasons = ids(wire, GOOD[0] + b"".join(bad) + GOOD[1])
    assert found == ["https://a.example/0", "https://a.example/1"]
    assert [reason.split()[0] for reason in reasons] == ["a.warc:2", "a.warc:3", "a.warc:4", "a.warc:5"]


@pytest.mark.parametrize("body", [b"word " * 2000, gzip.compress(b"word " * 2000, mtime=0)])
def test_a_record_that_is_too_large_is_named_with_the_setting(wire: Path, body: bytes) -> None:
    packed = "\r\nContent-Encoding: gzip" if body[:1] == b"\x1f" else ""
    found, [reason] = ids(wire, http(body, f"Content-Type: text/plain{packed}") + GOOD[0], max_article_bytes=5000)
    assert found == ["https://a.example/0"]
    assert reason.startswith("a.warc:1 too large")
    assert "max_article_bytes" in reason


def test_a_record_without_an_address_is_named_by_its_place(wire: Path) -> None:
    page = as_page(ARTICLES[0])
    head = f"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
    assert ids(wire, head.encode() + page + b"\r\n\r\n") == (["a.warc:1"], [])


@pytest.mark.parametrize("cut", [40, 300, 700, len(GOOD[0]) + 100])
def test_an_archive_that_is_cut_short_keeps_its_whole_records(wire: Path, cut: int) -> None:
    found, reasons = ids(wire, (GOOD[0] + GOOD[1])[:cut])
    assert found == ["https://a.example/0"] * (cut > len(GOOD[0]))
    assert len(reasons) == 1


def test_what_is_no_archive_is_named(wire: Path) -> None:
    found, reasons = ids(wire, b"This is a letter to the editor.\n" * 100)
    assert found == []
    assert len(reasons) == 1


def test_members_packed_one_by_one_are_read_up_to_the_damage(wire: Path) -> None:
    (wire / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, GOOD))[:-40])
    articles, [unreadable] = read_all(wire)
    assert [a.id for a in articles][:2] == ["https://a.example/0", "https://a.example/1"]
    assert "cut short" in unreadable.reason
