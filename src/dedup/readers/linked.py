"""What a page says about itself in JSON-LD: the article among its objects, however they are nested.

The input is whatever a site wrote: broken, huge or hostile. Nothing here raises, and every loop is bounded.
"""

import html
import json
import re
from collections.abc import Iterable
from typing import Any

import orjson

from dedup.readers.names import encodable

_MAX_CHARACTERS = 4 << 20  # of one script
_MAX_SCRIPTS = 50
_MAX_OBJECTS = 2000
_TYPES = ("Article", "Posting", "Report", "Review")
_INWARD = ("@graph", "mainEntity", "mainEntityOfPage", "about", "item", "itemReviewed", "video")
_JUNK = re.compile(r"^\s*(?:<!--|<!\[CDATA\[|//<!\[CDATA\[)+|(?:-->|//\]\]>|\]\]>|;)+\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def linked_article(scripts: Iterable[str]) -> dict[str, Any]:
    """The first object that calls itself an article, an empty dict when there is none."""
    fallback: dict[str, Any] = {}
    for _, script in zip(range(_MAX_SCRIPTS), scripts, strict=False):
        for found in _objects(_parsed(script)):
            kinds = found.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and kind.endswith(_TYPES) for kind in kinds):
                if _is_body(found.get("articleBody")):
                    return found
                fallback = fallback or found
    return fallback


def name_of(value: Any) -> str | None:
    """The name in a person, an organisation, a text, or a list of these (joined with a comma)."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        names = [name for one in value[:20] if not isinstance(one, list) and (name := name_of(one))]
        return ", ".join(dict.fromkeys(names)) or None
    if not isinstance(value, str) or value.startswith(("http://", "https://")):
        return None
    return one_line(value)


def one_line(value: Any) -> str | None:
    """A short text without markup characters and line breaks, or None."""
    if not isinstance(value, str) or len(value) > 2000:
        return None
    return encodable(" ".join(html.unescape(value).split())) or None


def body_of(article: dict[str, Any]) -> str:
    """The text of the article as the page's JSON-LD gives it, possibly with markup; empty without one."""
    body = article.get("articleBody")
    if isinstance(body, list):
        body = "\n\n".join(part for part in body if isinstance(part, str))
    return body if isinstance(body, str) else ""


def _is_body(body: Any) -> bool:
    return bool(body) and isinstance(body, (str, list))


def _parsed(script: str) -> Any:
    if len(script) > _MAX_CHARACTERS:
        return None
    try:
        return orjson.loads(script)
    except orjson.JSONDecodeError:
        pass
    mended = _TRAILING_COMMA.sub(r"\1", _JUNK.sub("", script[:_MAX_CHARACTERS].strip()))
    try:
        return json.loads(mended, strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: Any) -> Iterable[dict[str, Any]]:
    """The objects that ``value`` leads to, in the order of the page, at most ``_MAX_OBJECTS``."""
    waiting = [value]
    for _ in range(_MAX_OBJECTS):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one[:_MAX_OBJECTS]))
        elif isinstance(one, dict):
            yield one
            waiting.extend(inner for key in reversed(_INWARD) if isinstance(inner := one.get(key), (dict, list)))
