"""An article that comes without a file, as on standard input: what it is shows in its first characters."""

import codecs
import re

from dedup.model import Article, Unreadable
from dedup.readers.batch import Refused, too_large
from dedup.readers.encodings import decoded
from dedup.readers.lines import json_articles
from dedup.readers.pages import page_article
from dedup.readers.text import text_article
from dedup.settings import Settings

NAME = "-"

_LOOKED_AT = 1024
_RECORD = re.compile(r'\s*\{\s*["}]')
_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|\?xml[^>]*>\s*(?:<!doctype\s+html|<html))\b", re.I)


def given_article(data: bytes, settings: Settings) -> Article | Unreadable:
    """The article in some bytes: a JSON object is a record, HTML a page, all else a text; its path is ``-``.

    A record keeps its id; else that is ``-``, too.
    """
    try:
        found = _article(data, settings)
    except Refused as reason:
        return Unreadable(NAME, str(reason).replace("the file", "the input"))
    if isinstance(found, Unreadable):
        return Unreadable(NAME, found.reason)
    if found.id.startswith(f"{NAME}:"):  # by its place in the input
        found.id = NAME
    return found


def _article(data: bytes, settings: Settings) -> Article | Unreadable:
    if len(data) > settings.max_article_bytes:
        raise too_large(None, settings.max_article_bytes, "max_article_bytes")
    text = decoded(data) if data else ""
    start = text[:_LOOKED_AT]
    if _RECORD.match(start):
        several = list(json_articles(data.removeprefix(codecs.BOM_UTF8), NAME, settings))
        if len(several) > 1:
            raise Refused(f"{len(several):,} records in it; wanted one")
        return several[0] if several else Unreadable(NAME, "there is no article in it")
    if _PAGE.match(start):
        return page_article(data, NAME, NAME)
    return text_article(text, NAME)
