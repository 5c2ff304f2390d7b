"""Text files as articles: plain text, and Markdown with the front matter that site generators write."""

import re

from dedup.model import Article
from dedup.readers import dates
from dedup.readers.batch import Refused
from dedup.readers.names import printable, shown_path
from dedup.readers.streams import EMPTY

MAX_TITLE = 200  # characters of a first line that may be a headline

_LETTER = re.compile(r"\S")
_HEADING = re.compile(r"#{1,2}[ \t]+(.+?)[ \t#]*$")
_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)
_KEY = re.compile(r"^([A-Za-z_]+)[ \t]*:[ \t]*(.*)$", re.M)
_FRONT_MATTER = 1 << 16  # characters of a front matter


def text_article(text: str, path: str) -> Article:
    """The article of a plain text file; its first line is the title where a blank line follows it.

    Raises:
        Refused: the file is empty.
    """
    if not text or text.isspace():
        raise Refused(EMPTY if not text else "the file holds only white space")
    if not path.isprintable():
        path = shown_path(path)
    end = text.find("\n", 0, MAX_TITLE + 2)
    return Article(path, path, text, first_line_title(text) if end > 0 else None)


def first_line_title(text: str) -> str | None:
    """The first line, where it is short and a blank line follows it."""
    end = text.find("\n", 0, MAX_TITLE + 2)
    if end <= 0:
        return None
    following = text.find("\n", end + 1, end + 40)
    if following < 0 or (following > end + 1 and not text[end:following].isspace()):
        return None
    title = text[:end].strip()
    return title if title and _LETTER.search(text, following) else None


def markdown_article(text: str, path: str) -> Article:
    """The article of a Markdown file, less its front matter, which names title, date and so on.

    Raises:
        Refused: the file is empty.
    """
    matter, body = _front_matter(text)
    article = text_article(body, path)
    first, _, _ = body.lstrip().partition("\n")
    heading = _HEADING.match(first.strip())
    article.title = matter.get("title") or (heading[1] if heading else article.title)
    article.author = matter.get("author")
    article.source = matter.get("source")
    article.url = matter.get("url") or matter.get("link")
    article.canonical = matter.get("canonical") or matter.get("canonical_url")
    article.published = dates.normalised(matter.get("date") or matter.get("published") or "")
    return article


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The simple ``key: value`` lines between two ``---`` lines at the top, and the text after them."""
    opening = _FENCE.match(text)
    if not opening or not text.startswith("---"):
        return {}, text
    closing = _FENCE.search(text, opening.end(), opening.end() + _FRONT_MATTER)
    if not closing:
        return {}, text
    lines = _KEY.findall(text[opening.end() : closing.start()])
    if not lines:
        return {}, text
    values = {key.lower(): _unquoted(value) for key, value in reversed(lines)}
    return {key: value for key, value in values.items() if value}, text[closing.end() :].lstrip("\r\n")


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(part for v in value[1:-1].split(",") if (part := _unquoted(v)))
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return printable(value).strip()
