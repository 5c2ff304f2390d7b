"""What a page shows beside its report: texts of articles, as far as they fit, and what partners share in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dedup.model import ArticleId, Passage

GONE, CHANGED, LEFT_OUT = "gone", "changed", "left out"
"""Why an article has no text: its file or record is not there any more; it or its partner reads otherwise than when
it was scanned; the page has no room for it."""

Quote = tuple[str | None, str | None]
"""How a passage begins in an article and in its partner; None where that is not at hand or is the same."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article as it was read again."""

    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Texts:
    """What was read again for a page, by ids of members."""

    limit: int = 0
    """Bytes of text, in UTF-8, that the page may hold."""

    texts: Mapping[ArticleId, ArticleText] = field(default_factory=dict)
    missing: Mapping[ArticleId, str] = field(default_factory=dict)
    """Why a member has no text."""

    passages: Mapping[ArticleId, tuple[Passage, ...]] = field(default_factory=dict)
    """What a member shares with its partner, if both have texts: in order of its text."""

    quotes: Mapping[ArticleId, tuple[Quote, ...]] = field(default_factory=dict)
    """Of a member without text, the beginnings of the passages that the report names first."""

    leads: Mapping[ArticleId, str] = field(default_factory=dict)
    """How the text of a member without title begins."""
