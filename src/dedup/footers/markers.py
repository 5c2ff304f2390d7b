"""Markers: what the slots of a match say, in the words of the text: an owner, an agency, an author, a source."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, Bool
from dedup.footers.catalogue import Catalogue
from dedup.footers.matches import FOUND_ARTICLE, FOUND_MARKERS, MARKER
from dedup.footers.wordings import AUTHOR, BY_AGENCY, MAX_MARKERS, OWNER, SOURCE
from dedup.model import Marker
from dedup.text.places import Placed

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
    """A marker of which the words are known, but not yet how they read."""

    article: int
    first: int
    stop: int
    kind: str
    agency: int
    """Its number, or -1."""


def given_by_slots(where: I64, firsts: I64, stops: I64, marked: Bool) -> list[Given]:
    """The markers that slots of matches give, as far as they lie within what the matches were left.

    Args:
        where: rows of what ``search`` found, those that are taken.
        firsts: the first word of each.
        stops: the word after the last of each.
        marked: whether its last word is a publisher mark.
    """
    given = []
    slots = where[:, FOUND_MARKERS:].reshape(-1, MAX_MARKERS, MARKER)
    rows, numbers = np.nonzero(slots[:, :, 0])
    kinds, agencies = slots[rows, numbers, 0], slots[rows, numbers, 3]
    begins = np.maximum(slots[rows, numbers, 1], firsts[rows])
    ends = np.minimum(slots[rows, numbers, 2], stops[rows])
    some = begins < ends
    columns = (where[rows, FOUND_ARTICLE], begins, ends, kinds, agencies)
    for article, begin, end, kind, agency in zip(*(column[some].tolist() for column in columns), strict=True):
        given.append(Given(article, begin, end, KINDS[kind], agency if kind == BY_AGENCY else -1))
    for row in np.flatnonzero(marked).tolist():
        stop = int(stops[row])
        given.append(Given(int(where[row, FOUND_ARTICLE]), stop - 1, stop, PUBLISHER_MARK, -1))
    return given


def given_by_entries(articles: I64, spans: I32, catalogue: Catalogue) -> list[Given]:
    """The markers that spans give because their entry says so."""
    kinds = [entry.marker for entry in catalogue.entries]
    gives = np.array([kind != "" for kind in kinds], np.bool_)[spans[:, 0]]
    return [
        Given(article, first, stop, kinds[entry], -1)
        for article, (entry, first, stop) in zip(articles[gives].tolist(), spans[gives].tolist(), strict=True)
    ]


def markers(
    places: Placed, texts: Sequence[str], given: Sequence[Given], catalogue: Catalogue
) -> list[Sequence[Marker]]:
    """The markers of each article, in order of their places in the text."""
    made: list[Sequence[Marker]] = [()] * len(texts)
    if not given:
        return made
    given = sorted(given)
    articles, firsts, stops = (np.array(column, np.int64) for column in list(zip(*given, strict=True))[:3])
    starts, ends = places.spans(articles, firsts, stops)
    names = [name for name, _ in catalogue.agencies]
    for one, start, end in zip(given, starts.tolist(), ends.tolist(), strict=True):
        if one.agency >= 0:
            marker = Marker(one.kind, names[one.agency], start, end)
        else:
            marker = _named(texts[one.article], start, end, one.kind)
        mine = made[one.article]
        if marker.value and marker not in mine:
            made[one.article] = [*mine, marker]
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
