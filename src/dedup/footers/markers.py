"""Markers: what the slots of a match say, in the words of the text: an owner, an agency, an author, a source."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, Bool
from dedup.footers.catalogue import Catalogue
from dedup.footers.slots import SLOT
from dedup.footers.wordings import AUTHOR, BY_AGENCY, OWNER, SOURCE
from dedup.model import Marker

KINDS = {OWNER: "copyright", AUTHOR: "byline", SOURCE: "credit", BY_AGENCY: "agency"}
PUBLISHER_MARK = "publisher_mark"
DATELINE = "dateline"
"""Of an entry with this marker only the agency behind is told: ``NWS`` of ``PORT ANSEL, March 4 (NWS) -``."""

_BEFORE_A_NAME = re.compile(r"(?:(?:c|by|from|\d{4})\b[\W_]*)+", re.IGNORECASE)
_SMALL_WORDS = re.compile(
    r"(?:(?!(?:al|bin|da|de|del|den|der|di|dos|du|el|ibn|la|le|ten|ter|van|von)\b)[a-zà-öø-ÿа-я]\S*\s+)+"
)
"""Small words before a name that stand for words of the notice; particles belong to the name."""

_MARK_BEHIND = re.compile(r"[\W_]*\b[0-9A-Fa-f]{32}$")
_DATE_BEHIND = re.compile(r"[\W_]+(?:\w{3,9}\.?\s+)?\d[\W\d]*(?:\w{3,9}\W+\d[\W\d]*)?$")
_SHORT = re.compile(r"(?:^|\W)(?:[A-Za-z]|inc|ltd|co|corp|bros|cos|jr|sr|st|ltda|cia|pty|pvt)$", re.IGNORECASE)
"""What a full stop behind belongs to."""
_IN_BRACKETS = re.compile(r"[^()\n]{0,20}\(\s*([^()\n]{2,40}?)\s*\)")


class Given(NamedTuple):
    """Markers of which the words are known, but not yet how they read. Each column has shape (given,)."""

    articles: I64
    firsts: I64
    """The first word."""

    stops: I64
    """The one after the last."""

    kinds: I64
    """The kind, by its number among ``_kinds``."""

    agencies: I64
    """The number of the agency, or -1."""


@lru_cache(maxsize=4)
def _kinds(catalogue: Catalogue) -> list[str]:
    """All kinds of markers, in order."""
    return sorted({*KINDS.values(), PUBLISHER_MARK, *(entry.marker for entry in catalogue.entries if entry.marker)})


def given_by_slots(articles: I64, slots: I32, firsts: I64, stops: I64, marked: Bool, catalogue: Catalogue) -> Given:
    """The markers that slots of matches give, as far as they lie within what the matches were left.

    Args:
        articles: of the matches that are taken, shape (matches,).
        slots: of these, as ``slots_of`` gives them.
        firsts: the first word of each.
        stops: the word after the last of each.
        marked: whether its last word is a publisher mark.
        catalogue: that they are of.
    """
    names = _kinds(catalogue)
    numbers = np.array([names.index(KINDS[slot]) if slot in KINDS else 0 for slot in range(max(KINDS) + 1)])
    rows, places = np.nonzero(slots[:, :, SLOT])
    kinds, begins, ends, agencies = slots[rows, places].T.astype(np.int64)
    begins, ends = np.maximum(begins, firsts[rows]), np.minimum(ends, stops[rows])
    some = begins < ends
    rows, kinds = rows[some], kinds[some]
    tagged = np.flatnonzero(marked)
    none = np.full(len(tagged), -1)
    return Given(
        articles[np.concatenate([rows, tagged])],
        np.concatenate([begins[some], stops[tagged] - 1]),
        np.concatenate([ends[some], stops[tagged]]),
        np.concatenate([numbers[kinds], np.full(len(tagged), names.index(PUBLISHER_MARK))]),
        np.concatenate([np.where(kinds == BY_AGENCY, agencies[some], -1), none]),
    )


def given_by_entries(articles: I64, spans: I32, catalogue: Catalogue) -> Given:
    """The markers that spans give because their entry says so."""
    names = _kinds(catalogue)
    numbers = np.array([names.index(entry.marker) if entry.marker else -1 for entry in catalogue.entries], np.int64)
    kinds = numbers[spans[:, 0]]
    gives = np.flatnonzero(kinds >= 0)
    _, firsts, stops = spans[gives].T.astype(np.int64)
    return Given(articles[gives], firsts, stops, kinds[gives], np.full(len(gives), -1))


def read(places: tuple[I64, I64], texts: Sequence[str], given: Given, catalogue: Catalogue) -> list[Marker]:
    """Each of the markers, in the order in which they are given, of which ``places`` has the first character and the
    one after the last. One that says nothing has no value."""
    starts, ends = places
    names, agency_names = _kinds(catalogue), [name for name, _ in catalogue.agencies]
    columns = (given.articles, starts, ends, given.kinds, given.agencies)
    return [
        Marker(names[kind], agency_names[agency], start, end)
        if agency >= 0
        else _named(texts[article], start, end, names[kind])
        for article, start, end, kind, agency in zip(*(column.tolist() for column in columns), strict=True)
    ]


def by_article(count: int, given: Given, its: Sequence[Marker]) -> list[Sequence[Marker]]:
    """The markers of each of so many articles, in order of their places in the text, each once."""
    made: list[Sequence[Marker]] = [()] * count
    order = np.lexsort(given[::-1])
    for at, article in zip(order.tolist(), given.articles[order].tolist(), strict=True):
        marker, mine = its[at], made[article]
        if marker.value and marker not in mine:
            made[article] = [*mine, marker]
    return made


def _named(text: str, start: int, end: int, kind: str) -> Marker:
    """The marker that these characters of a text give."""
    if kind == DATELINE:
        match = _IN_BRACKETS.match(text, end) or _IN_BRACKETS.search(text, start, end)
        start, end = match.span(1) if match else (end, end)
        return Marker(kind, text[start:end], start, end)
    if kind not in KINDS.values():
        return Marker(kind, text[start:end], start, end)
    begin = max(0, start - 1)
    first, stop, value = _trimmed(text[begin : end + 2], start - begin, end - begin, kind == KINDS[AUTHOR])
    return Marker(kind, value, begin + first, begin + stop)


@lru_cache(maxsize=1 << 14)
def _trimmed(text: str, start: int, end: int, person: bool) -> tuple[int, int, str]:
    """The characters of a name, less what does not belong to it, and with what does, and how they read.

    Remembered, as the same name stands in many articles; so ``text`` is to be no more than what is looked at: a
    character before the name and two behind it.
    """
    if match := _BEFORE_A_NAME.match(text, start, end):
        start = match.end()
    match = _SMALL_WORDS.match(text, start, end)
    if match and match.end() < end:
        start = match.end()
    if match := _MARK_BEHIND.search(text, start, end):
        end = match.start()
    if person and (match := _DATE_BEHIND.search(text, start, end)):
        end = match.start()
    if text[end : end + 1] == "." and _SHORT.search(text, start, end):
        end += 1
    if text[end : end + 1] == ")" and "(" in text[start:end]:
        end += 1
    return start, end, text[start:end]
