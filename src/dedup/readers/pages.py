"""Web pages as articles: the main text, and what the page says about itself.

One parse per page. Copies are found by their words, so a footer too much costs less than a paragraph too
few: where the main text comes out far too short, what else the page offers is taken instead.
"""

import re
from dataclasses import dataclass
from typing import Any

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from dedup.model import Article
from dedup.readers import dates
from dedup.readers.addresses import host, web_address
from dedup.readers.batch import Refused
from dedup.readers.encodings import decoded_page
from dedup.readers.linked import body_of, linked_article, name_of, one_line
from dedup.readers.names import encodable
from dedup.readers.streams import EMPTY

OWN_PAGE = b"<!doctype html>\n<!-- dedup-page "
"""How a page that this program makes of a report begins. It is no article."""

_SHORT = 250  # characters: two sentences; a main text below is compared with the other texts of the page
_NEXT_TO_NOTHING = 100  # characters: a heading or a caption
_MUCH_LESS = 0.6  # share of the JSON-LD text below which the main text has lost something
_MAX_DEPTH = 1000  # nested blocks; the search for the main text takes the square of it, 1.3 s at 8,000
_MANY_TAGS = 4000
_LONG_PAGE = 1 << 17
_MAX_ATTRIBUTES = 5000  # of one element; the parser takes the square of it, 1 s at 20,000

_BLOCK = re.compile(r"<(/?)(?:div|article)\b", re.I)
_LONG_TAG = re.compile(r"<[A-Za-z][^>]{20000,}")
_MARKUP = re.compile(r"</?(?:p|br|div|a|strong|em|b|i|span|h[1-6]|li|ul|ol|img|figure|blockquote)\b[^>]*>", re.I)
_AROUND = ["nav", "header", "footer", "aside", "button", "select"]
_MENUS = ["nav", "button", "select"]
_BODIES = ("[itemprop=articleBody]", "article", "main", "[role=main]")

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "dc.created",
    "article.published",
    "published_time",
    "citation_publication_date",
    "og:published_time",
)
_AUTHOR = (
    "author",
    "article:author",
    "parsely-author",
    "byl",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
)
_BASED_ON = ("isBasedOn", "isBasedOnUrl", "sourceOrganization")
_SYNDICATED = ("original-source", "syndication-source")


@dataclass(frozen=True, slots=True)
class Page:
    """What one page holds; an ``Article`` but for its id and path."""

    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    canonical: str | None = None
    published: str | None = None
    author: str | None = None
    publisher: str | None = None
    based_on: str | None = None


def page_article(
    data: bytes, article_id: str, path: str, *, charset: str | None = None, url: str | None = None
) -> Article:
    """The article of a page; ``charset`` and ``url`` are what the server said and where it was fetched.

    Raises:
        Refused: it is empty, binary data, or holds no main text.
    """
    page = read_page(decoded_page(data, charset), url)
    return Article(
        article_id,
        path,
        page.text,
        page.title,
        page.source,
        url or page.url,
        page.canonical,
        page.published,
        page.author,
        page.publisher,
        page.based_on,
    )


def read_page(source: str, url: str | None = None) -> Page:
    """The main text of a page and what the page says about itself.

    Raises:
        Refused: it is empty, or holds no main text.
    """
    if not source or source.isspace():
        raise Refused(EMPTY if not source else "the file holds only white space")
    _check_attributes(source)
    try:
        tree: Any = HTMLTree.parse(source)
    except (ValueError, RuntimeError) as error:
        raise Refused(f"cannot be parsed as a web page: {error}") from None
    document = tree.document
    linked = linked_article(script.text or "" for script in document.query_selector_all('script[type*="ld+json"]'))
    text = _main_text(source, tree, linked)
    if not text:
        raise Refused("the page holds no main text")
    metas = _metas(document)
    canonical = _canonical(document, metas, url)
    address = url or canonical or _linked_address(linked)
    publisher = name_of(linked.get("publisher"))
    outlet = one_line(metas.get("og:site_name")) or publisher or host(address)
    return Page(
        text=text,
        title=_title(document, metas, linked),
        source=outlet,
        url=address,
        canonical=canonical,
        published=_published(document, metas, linked),
        author=_author(document, metas, linked),
        publisher=publisher if publisher != outlet else None,
        based_on=_based_on(metas, linked),
    )


def plain(source: str) -> str:
    """The text of a piece of markup, block by block."""
    return str(extract_plain_text(source, alt_texts=False, list_bullets=False)).strip()


def _main_text(source: str, tree: Any, linked: dict[str, Any]) -> str:
    deep = _depth(source) > _MAX_DEPTH
    text = _extracted(tree, main_content=not deep)
    said = body_of(linked)
    if said:
        said = encodable(plain(said) if _MARKUP.search(said) or "&" in said else said.strip())
        if len(text) < _MUCH_LESS * len(said):
            return said
    if len(text) >= _SHORT or deep:
        return text
    return _other_text(tree, text)


def _other_text(tree: Any, text: str) -> str:
    """The text of an element that should hold the article, where it is much longer than ``text``.

    Where there is next to no ``text``: that of the page, less what stands around the article.
    """
    nodes = [node for node in map(tree.document.query_selector, _BODIES) if node is not None]
    candidates = [(node.html, _AROUND) for node in nodes]
    if len(text) < _NEXT_TO_NOTHING:
        candidates += [(tree, _AROUND), (tree, _MENUS), (tree, [])]
    for page, skipped in candidates:
        other = _extracted(page, skip_elements=skipped)
        if len(other) >= max(_SHORT, 2 * len(text)):
            return other
    return text or _extracted(tree, skip_elements=_MENUS)


def _extracted(page: Any, **options: Any) -> str:
    text = extract_plain_text(page, alt_texts=False, list_bullets=False, comments=False, **options)
    return str(text).strip()


def _depth(source: str) -> int:
    """How deep the blocks of a page nest, as far as it matters: 0 for a page with few tags."""
    if source.count("<") < _MANY_TAGS:
        return 0
    depth = deepest = 0
    for tag in _BLOCK.finditer(source):
        depth += -1 if tag[1] else 1
        deepest = max(deepest, depth)
        depth = max(depth, 0)
    return deepest


def _check_attributes(source: str) -> None:
    if len(source) < _LONG_PAGE:
        return
    for tag in _LONG_TAG.finditer(source):
        if len(tag[0].split(None, _MAX_ATTRIBUTES)) > _MAX_ATTRIBUTES:
            raise Refused(f"one of its tags has more than {_MAX_ATTRIBUTES:,} attributes; no article looks like this")


def _metas(document: Any) -> dict[str, str]:
    """The page's meta elements by name, property or itemprop in lower case; the first of a name wins."""
    found: dict[str, str] = {}
    for meta in document.query_selector_all("meta[content]")[:500]:
        name = meta.getattr("property") or meta.getattr("name") or meta.getattr("itemprop")
        content = meta.getattr("content")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _title(document: Any, metas: dict[str, str], linked: dict[str, Any]) -> str | None:
    title = one_line(linked.get("headline")) or one_line(metas.get("og:title"))
    if title:
        return title
    headings = document.query_selector_all("h1")
    if len(headings) == 1 and (title := one_line(headings[0].text)):
        return title
    element = document.query_selector("title")
    return one_line(element.text) if element is not None else None


def _canonical(document: Any, metas: dict[str, str], url: str | None) -> str | None:
    link = document.query_selector('link[rel~="canonical"][href]')
    address = web_address(link.getattr("href"), url) if link is not None else None
    return address or web_address(metas.get("og:url"), url)


def _linked_address(linked: dict[str, Any]) -> str | None:
    page = linked.get("mainEntityOfPage")
    return web_address(linked.get("url")) or web_address(page.get("@id") if isinstance(page, dict) else page)


def _published(document: Any, metas: dict[str, str], linked: dict[str, Any]) -> str | None:
    for value in (linked.get("datePublished"), *map(metas.get, _PUBLISHED), linked.get("dateCreated")):
        if value and (moment := dates.normalised(value)):
            return moment
    for selector in ("[itemprop=datePublished]", "article time[datetime]", "time[datetime]"):
        element = document.query_selector(selector)
        if element is not None:
            moment = dates.normalised(element.getattr("datetime") or element.getattr("content") or "")
            if moment:
                return moment
    return None


def _based_on(metas: dict[str, str], linked: dict[str, Any]) -> str | None:
    """The address, else the name, of what the page says that it was taken from."""
    for value in (*map(linked.get, _BASED_ON), *map(metas.get, _SYNDICATED)):
        for one in value[:20] if isinstance(value, list) else [value]:
            place = (one.get("url") or one.get("@id")) if isinstance(one, dict) else one
            if found := web_address(place) or name_of(one):
                return found
    return None


def _author(document: Any, metas: dict[str, str], linked: dict[str, Any]) -> str | None:
    for value in (linked.get("author"), linked.get("creator"), *map(metas.get, _AUTHOR)):
        if value and (name := name_of(value)):
            return name
    element = document.query_selector('[rel~="author"], [itemprop=author]')
    name = one_line(element.text) if element is not None else None
    return name if name and len(name) <= 100 else None
