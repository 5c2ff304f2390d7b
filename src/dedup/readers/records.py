"""Records as articles: which field of a JSON object, a table's row or a column holds what.

The usual record, with texts in the usual fields, takes one to two microseconds; whatever differs is looked at
with care in functions of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from dedup.model import Article
from dedup.readers import dates
from dedup.readers.addresses import host, web_address
from dedup.readers.batch import Refused, too_large
from dedup.readers.encodings import decoded
from dedup.readers.linked import name_of
from dedup.readers.names import MAX_ID, article_id, excerpt
from dedup.readers.pages import Page, read_page
from dedup.settings import Settings

_CAREFUL = frozenset(" \t\r\n\f\v<\ufeff\xa0\0")
_PAGE_STARTS = ("<!doctype html", "<html")
_MAX_SHORT = 1000  # characters of a title, source or author
_SHOWN_FIELDS = 12
_MOST_SHAPES = 256  # sets of keys that are remembered: hostile records may have ever different ones
_MOST_KEYS = 1 << 12  # characters in all keys of one that is remembered: hostile ones may have megabytes


@dataclass(frozen=True, slots=True)
class Fields:
    """The names of the fields, as the settings give them, and the limit on a text."""

    id: tuple[str, ...]
    text: tuple[str, ...]
    title: tuple[str, ...]
    url: tuple[str, ...]
    source: tuple[str, ...]
    published: tuple[str, ...]
    author: tuple[str, ...]
    max_bytes: int
    _narrow: dict[tuple[str, ...], "Fields"] = field(default_factory=dict, compare=False, repr=False)

    def of(self, record: dict[str, Any]) -> "Fields":
        """The names that a record has: most records of a file have the same, and few of the many there are."""
        keys = tuple(record)
        found = self._narrow.get(keys)
        if found is None:

            def present(names: tuple[str, ...]) -> tuple[str, ...]:
                return tuple(name for name in names if name in record)

            found = Fields(
                present(self.id), present(self.text), present(self.title), present(self.url), present(self.source),
                present(self.published), present(self.author), self.max_bytes,
            )  # fmt: skip
            if sum(map(len, keys)) <= _MOST_KEYS:
                if len(self._narrow) >= _MOST_SHAPES:
                    self._narrow.clear()
                self._narrow[keys] = found
        return found

    @property
    def all(self) -> tuple[str, ...]:
        """Every name once, in a fixed order."""
        every = (*self.id, *self.text, *self.title, *self.url, *self.source, *self.published, *self.author)
        return tuple(dict.fromkeys(every))


@lru_cache(maxsize=8)
def fields_of(settings: Settings) -> Fields:
    """The fields that ``settings`` name."""
    return Fields(
        settings.id_fields,
        settings.text_fields,
        settings.title_fields,
        settings.url_fields,
        settings.source_fields,
        settings.date_fields,
        settings.author_fields,
        settings.max_article_bytes,
    )


def known_names(names: list[str], fields: Fields) -> dict[str, str]:
    """The columns that hold a known field, each with the name of the field; upper and lower case are one.

    Raises:
        Refused: none of them holds the text.
    """
    known = {name.casefold(): name for name in reversed(fields.all)}
    found = {name: known[key] for name in names if (key := name.strip().casefold()) in known}
    found |= {name: name for name in names if name in fields.all}
    if not set(fields.text) & set(found.values()):
        raise no_text(names, fields)
    return found


def no_text(found: Iterable[Any], fields: Fields) -> Refused:
    """The refusal of something in which no field is named as a text."""
    names = [excerpt(str(name), 30) or "''" for name, _ in zip(found, range(_SHOWN_FIELDS + 1), strict=False)]
    shown = ", ".join(names[:_SHOWN_FIELDS]) + (", …" if len(names) > _SHOWN_FIELDS else "")
    return Refused(f"no text: looked for the fields {', '.join(fields.text)}; found {shown or 'none'}")


def record_article(record: Any, path: str, number: int, fields: Fields) -> Article:
    """The article in one record, the ``number``-th of its file.

    Raises:
        Refused: it is no object, or holds no text.
    """
    if type(record) is not dict:
        raise Refused(f"wanted a JSON object with a text, found {_kind(record)}")
    get, present = record.get, fields.of(record)
    text: Any = None
    for name in present.text:
        text = get(name)
        if text:
            break
    page = None
    if type(text) is not str or not text or text[0] in _CAREFUL:
        text, page = _careful_text(record, fields)
    if len(text) > fields.max_bytes:
        raise too_large(len(text), fields.max_bytes, "max_article_bytes")
    url = None
    for name in present.url:
        value = get(name)
        if value:
            url = _address(value)
            if url:
                break
    found_id = None
    for name in present.id:
        value = get(name)
        if value or value == 0:
            found_id = _id(value)
            if found_id:
                break
    title = source = published = author = None
    for name in present.title:
        value = get(name)
        if value:
            title = value if type(value) is str and len(value) < _MAX_SHORT else _short(value)
            break
    for name in present.source:
        value = get(name)
        if value:
            source = _source(value)
            if source:
                break
    for name in present.published:
        value = get(name)
        if value:
            published = dates.normalised(value)
            if published:
                break
    for name in present.author:
        value = get(name)
        if value:
            author = value if type(value) is str and len(value) < _MAX_SHORT else _short(value)
            break
    article = Article(
        found_id or f"{path}:{number}",
        path,
        text,
        title,
        source or (host(url) if url else None),
        url,
        None,
        published,
        author,
    )
    return article if page is None else _filled(article, page)


def _id(value: Any) -> str | None:
    if type(value) is str:
        if value.isprintable() and len(value) <= MAX_ID:
            return value if not value.isspace() else None
        return article_id(value) if value.strip() else None
    if isinstance(value, dict) and isinstance(value.get("$oid"), str):  # as MongoDB writes it
        return article_id(value["$oid"])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, (date,)):
        return value.isoformat()
    return None


def _address(value: Any) -> str | None:
    if type(value) is str and value.startswith(("http://", "https://")) and value.isprintable():
        return value
    return web_address(value)


def _source(value: Any) -> str | None:
    if type(value) is str and not value.startswith(("http://", "https://")):
        return value if len(value) < _MAX_SHORT else _short(value)
    return host(value) if isinstance(value, str) else _short(value)


def _short(value: Any) -> str | None:
    """A title, source or author out of a text, a list of texts, or an object that has a name."""
    if isinstance(value, str):
        return excerpt(value, _MAX_SHORT)
    if isinstance(value, (list, tuple)):
        return name_of(list(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return name_of(value)


def _careful_text(record: dict[str, Any], fields: Fields) -> tuple[str, Page | None]:
    """The text of a record in which it is a page, is in pieces, or begins in an unusual way.

    Raises:
        Refused: no field holds a text.
    """
    wrong = None
    for name in fields.text:
        value = record.get(name)
        if isinstance(value, bytes):
            value = decoded(value)
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)
        if isinstance(value, str) and (text := value.removeprefix("\ufeff")) and not text.isspace():
            if text[:200].lstrip()[:15].lower().startswith(_PAGE_STARTS):
                page = read_page(text)
                return page.text, page
            return text, None
        if name in record and wrong is None:
            wrong = f"its field {name!r} holds {_kind(value)}"
    if wrong:
        raise Refused(f"{wrong}, not a text")
    raise no_text(record, fields)


def _filled(article: Article, page: Page) -> Article:
    """``article`` with what only its page says."""
    article.title = article.title or page.title
    article.source = article.source or page.source
    article.url = article.url or page.url
    article.canonical = page.canonical
    article.published = article.published or page.published
    article.author = article.author or page.author
    article.publisher = page.publisher if page.publisher != article.source else None
    article.based_on = page.based_on
    return article


def _kind(value: Any) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, str):
        return "an empty text" if not value.strip() else "a text"
    if isinstance(value, (bool, type(None))):
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a number"
