"""One suite for every kind of file: the same three articles, plain and packed, read back equal."""

import csv
import gzip
import io
import lzma
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from dedup.model import Article

from .conftest import read_all

HARBOUR = (
    "The harbour of Oldwick freezes over in the night, and forty fishing boats stay in port.\n\n"
    "“We haven't seen ice like this since 1987,” says the harbour master, Åsa Lindqvist. The ferry to the "
    "island is cancelled until further notice, and the mail goes by helicopter.\n\n"
    "The weather service expects a thaw on Thursday at the earliest; until then the town's bakery brings "
    "bread to the crews, free of charge."
)
BRIDGE = (
    "A bridge over the river Tarn opens to traffic after eleven years of building.\n\n"
    "It cost three times what was planned. The mayor cuts the ribbon, and a brass band plays in the rain "
    "while two hundred people wait to walk across it first.\n\n"
    "Lorries have to take the old road for another month, because the scales are not calibrated yet."
)
CHEESE = (
    "Dairy farmers in the hills of Montreval win the right to call their cheese by the name of the village.\n\n"
    "The court follows their argument that only milk from the high meadows gives the taste. A factory in "
    "the valley, which makes nine tenths of it, has a year to find another name.\n\n"
    "«It is a good day for forty cows and a bad one for four hundred workers», says the union's lawyer."
)
ARTICLES = [
    Article(
        "a-1",
        "",
        HARBOUR,
        "Harbour freezes",
        "Oldwick Courier",
        "https://courier.example/harbour-freezes",
        None,
        "2022-03-07T10:00:00Z",
        "Ada Quill",
    ),
    Article(
        "a-2",
        "",
        BRIDGE,
        "Bridge opens",
        "Tarn Post",
        "https://tarnpost.example/bridge-opens",
        None,
        "2022-03-08",
        "Ben Ivory",
    ),
    Article(
        "a-3",
        "",
        CHEESE,
        "Cheese has a name",
        "Hill Gazette",
        "https://hills.example/cheese",
        None,
        "2022-03-09T23:30:00Z",
        "Cléo Marnier, Dan Oak",
    ),
]


def as_text(article: Article) -> bytes:
    return f"{article.title}\n\n{article.text}".encode()


def as_markdown(article: Article) -> bytes:
    matter = {"title": article.title, "author": article.author, "date": article.published, "url": article.url}
    matter["source"] = article.source
    lines = "".join(f'{key}: "{value}"\n' for key, value in matter.items())
    return f"---\n{lines}---\n{article.text}\n".encode()


def as_page(article: Article) -> bytes:
    paragraphs = "".join(f"<p>{p}</p>" for p in article.text.split("\n\n"))
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{article.title}</title>'
        f'<meta property="og:site_name" content="{article.source}"><meta name="author" content="{article.author}">'
        f'<meta property="article:published_time" content="{article.published}">'
        f'<link rel="canonical" href="{article.url}"></head>'
        f"<body><nav><a href=/>Home</a> <a href=/sport>Sport</a></nav><article>{paragraphs}</article></body></html>"
    ).encode()


def as_record(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "text": article.text,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "date": article.published,
        "author": article.author,
    }


def as_lines(articles: list[Article]) -> bytes:
    return b"".join(orjson.dumps(as_record(a)) + b"\n" for a in articles)


def as_json(articles: list[Article]) -> bytes:
    return orjson.dumps({"articles": [as_record(a) for a in articles]})


def as_csv(articles: list[Article]) -> bytes:
    out = io.StringIO()
    table = csv.DictWriter(out, list(as_record(articles[0])))
    table.writeheader()
    table.writerows(as_record(a) for a in articles)
    return out.getvalue().encode()


def as_parquet(articles: list[Article]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([as_record(a) for a in articles]), out)
    return out.getvalue()


def as_warc(articles: list[Article]) -> bytes:
    return b"".join(warc_record(article.url or "", as_page(article)) for article in articles)


def warc_record(url: str, page: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-03-10T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:7d7b1d1e-0000-4000-8000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


SINGLE: dict[str, Callable[[Article], bytes]] = {
    ".txt": as_text,
    ".md": as_markdown,
    ".html": as_page,
    ".HTM": as_page,
}
MANY: dict[str, Callable[[list[Article]], bytes]] = {
    ".jsonl": as_lines,
    ".ndjson": as_lines,
    ".json": as_json,
    ".csv": as_csv,
    ".parquet": as_parquet,
    ".warc": as_warc,
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
    ".xz": lzma.compress,
}


def written(folder: Path, ending: str, packing: str) -> dict[str, Path]:
    """The three articles as files of one kind, by the id of their article."""
    files = {}
    for article in ARTICLES:
        if ending in SINGLE:
            path, content = folder / f"{article.id}{ending}{packing}", SINGLE[ending](article)
        else:
            path, content = folder / f"day{ending}{packing}", MANY[ending](ARTICLES)
        path.write_bytes(PACKED[packing](content))
        files[article.id] = path
    return files


def expected(ending: str, packing: str) -> list[Article]:
    articles = []
    for article in ARTICLES:
        name = f"{article.id}{ending}{packing}" if ending in SINGLE else f"day{ending}{packing}"
        if ending in SINGLE:
            article = replace(article, id=name)  # noqa: PLW2901
        if ending == ".txt":
            article = Article(name, name, f"{article.title}\n\n{article.text}", article.title)  # noqa: PLW2901
        if ending in (".html", ".HTM", ".warc"):
            article = replace(article, canonical=article.url)  # noqa: PLW2901
        if ending == ".warc":
            article = replace(article, id=article.url or "")  # noqa: PLW2901
        articles.append(replace(article, path=name))
    return articles


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("ending", [*SINGLE, *MANY])
def test_every_kind_reads_back_the_same_three_articles(wire: Path, ending: str, packing: str) -> None:
    written(wire, ending, packing)
    articles, unreadable = read_all(wire)
    assert unreadable == []
    assert [replace(a, text=a.text.rstrip()) for a in articles] == expected(ending, packing)


@pytest.mark.parametrize("ending", [*SINGLE, *MANY])
def test_every_kind_can_be_given_as_a_file(wire: Path, ending: str) -> None:
    files = written(wire, ending, "")
    articles, unreadable = read_all(*files.values())
    assert unreadable == []
    assert [a.id for a in articles] == [a.id for a in expected(ending, "")]


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("ending", [*SINGLE, *MANY])
def test_an_empty_file_of_every_kind_is_named(wire: Path, ending: str, packing: str) -> None:
    (wire / f"a{ending}{packing}").write_bytes(b"")
    articles, [unreadable] = read_all(wire)
    assert articles == []
    assert (unreadable.path, unreadable.reason) == (f"a{ending}{packing}", "the file is empty")


@pytest.mark.parametrize("packing", [".gz", ".zst", ".xz"])
@pytest.mark.parametrize("ending", [*SINGLE, *MANY])
def test_a_packed_file_of_every_kind_that_is_cut_short_is_named(wire: Path, ending: str, packing: str) -> None:
    for path in set(written(wire, ending, packing).values()):
        path.write_bytes(path.read_bytes()[:-30])
    _, unreadable = read_all(wire)
    assert {u.path for u in unreadable} == {f.name for f in wire.iterdir()}
    assert all("cut short" in u.reason or "damaged" in u.reason for u in unreadable)


@pytest.mark.parametrize("ending", [*SINGLE, *MANY])
def test_random_bytes_of_every_kind_are_named_and_never_raise(wire: Path, ending: str) -> None:
    junk = bytes((i * i * 31 + i * 7 + (i >> 3)) & 255 for i in range(5000))
    (wire / f"junk{ending}").write_bytes(junk)
    articles, unreadable = read_all(wire)
    assert articles == []
    assert len(unreadable) >= 1


@pytest.mark.parametrize("ending", [*SINGLE, *MANY])
def test_a_file_of_every_kind_that_vanishes_is_named(wire: Path, ending: str) -> None:
    from dedup.readers import batches, read  # noqa: PLC0415
    from dedup.settings import Settings  # noqa: PLC0415

    files = set(written(wire, ending, "").values())
    works = list(batches([wire], Settings()))
    for path in files:
        path.unlink()
    found = [one for work in works for one in read(work, Settings())]  # type: ignore[arg-type]
    assert {one.path for one in found} == {path.name for path in files}
    assert all("gone" in one.reason for one in found)  # type: ignore[union-attr]
