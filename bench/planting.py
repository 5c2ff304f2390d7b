"""Writes the made-up clusters of ``planted.py`` to disk, as JSON Lines, web pages and plain texts."""

from collections.abc import Iterator
from pathlib import Path

import orjson
from planted import KINDS, Planted, Truth, World


def plant(folder: Path, count: int, seed: int = 1) -> list[Truth]:
    """Write ``count`` made-up clusters below a folder, as JSON Lines, pages and texts, and tell the truth of each."""
    folder.mkdir(parents=True, exist_ok=True)
    world, records, truths = World(seed), list[dict[str, str]](), list[Truth]()
    for number in range(count):
        kind = world.random.choices(list(KINDS), list(KINDS.values()))[0]
        articles, original, outside = kind(world)
        order = list(range(len(articles)))
        world.random.shuffle(order)  # the original comes first in order of id as often as any other
        ids = [""] * len(articles)
        for rank, place in enumerate(order):
            ids[place] = _write(folder, articles[place], f"{number:04}-{rank}", records)
        truths.append(Truth(kind.__name__, None if original is None else ids[original], outside, ids))
    (folder / "feed.jsonl").write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return truths


def _write(folder: Path, article: Planted, name: str, records: list[dict[str, str]]) -> str:
    """Write one article, or add it to the records; its id."""
    if article.form == "record":
        time = {"published": article.published.isoformat()} if article.published else {}
        author = {"author": article.author} if article.author else {}
        records.append({"id": name, "text": _text(article), "source": article.outlet.name, **time, **author})
        return name
    outlet = article.outlet.host.removesuffix(".example")
    path = Path(outlet if article.form == "page" else "texts", name + (".html" if article.form == "page" else ".txt"))
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    content = _page(article, name) if article.form == "page" else _text(article)
    (folder / path).write_text(content, encoding="utf-8")
    return path.as_posix()


def _text(article: Planted) -> str:
    first, *rest = article.blocks
    return "\n\n".join([f"{article.dateline} {first}".strip(), *rest, *article.feet])


def _page(article: Planted, name: str) -> str:
    return "\n".join(_lines_of_page(article, name))


def _lines_of_page(article: Planted, name: str) -> Iterator[str]:
    address = article.canonical or f"https://{article.outlet.host}/{name}"
    yield f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}</title>'
    yield f'<meta property="og:site_name" content="{article.outlet.name}"><link rel="canonical" href="{address}">'
    if article.published:
        yield f'<meta property="article:published_time" content="{article.published.isoformat()}">'
    if article.author:
        yield f'<meta name="author" content="{article.author}">'
    yield "</head><body><article>"
    yield from (f"<p>{block}</p>" for block in _text(article).split("\n\n"))
    yield "</article></body></html>"
