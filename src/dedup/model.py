"""The nouns that cross the borders between stages: what is read, what is compared, what is reported."""

from dataclasses import dataclass
from enum import StrEnum

ArticleId = str


@dataclass(slots=True)
class Article:
    """One text as it was read, with what its file says about it.

    Not frozen only because a frozen one costs three times as much to make; nobody changes one.
    """

    id: ArticleId
    """For a file its path below the scanned folder, with ``/``; for a record its own id."""

    path: str
    """The file it stands in, below the scanned folder."""

    text: str
    title: str | None = None
    source: str | None = None
    """The outlet, or the host of the address."""

    url: str | None = None
    canonical: str | None = None
    """Where the page says that it belongs (``rel=canonical``), when it says so."""

    published: str | None = None
    """ISO 8601: ``2022-03-07T10:00:00Z``, in UTC, or ``2022-03-07`` where only the day is known."""

    author: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Unreadable:
    """A file or record that could not be read, and why, in words for people."""

    path: str
    """Path below the scanned folder; a record has its line behind it: ``wire/day.jsonl:7``."""

    reason: str
