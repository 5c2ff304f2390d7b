"""Taking: which of the wordings that are found in zones are taken there, and what their slots give."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import numpy as np

from dedup.columns import I32, I64, Bool, column
from dedup.footers.catalogue import Catalogue, Entry
from dedup.footers.markers import Given, given_by_slots, read
from dedup.footers.matches import FIRST, FOUND_ARTICLE, FOUND_WORDING, LAST
from dedup.footers.repeats import Found
from dedup.footers.resolution import resolve
from dedup.footers.slots import slots_of
from dedup.footers.tokens import Tokens
from dedup.footers.wordings import ENTRY, Tables
from dedup.text.places import Placed
from dedup.text.words import FAR, Words

SHAPE_BEFORE, SHAPE_BEHIND = 3, 6
"""Characters before and behind a match that its shape may look at: a bracket, a dash."""

PATIENCE = 3
"""Rounds in which only the shapes of what would be taken are looked at. A list of dates would need many."""

MARK = re.compile("[0-9A-Fa-f]{32}")
"""A publisher mark. Those of Dow Jones stay the same for years of pages."""

MARKED_KIND = "copyright"
"""The kind of footers that a publisher mark may follow."""


def taken(
    words: Words, places: Placed, pieces: Sequence[str], where: I32, tokens: Tokens, catalogue: Catalogue, t: Tables
) -> Found:
    """What is taken in each of some zones.

    Args:
        words: of the zones.
        places: of their words, in the pieces.
        pieces: the characters of the zones.
        where: what ``search`` found in them; each has a row.
        tokens: of the batch, as ``search`` left them.
        catalogue: of which ``t`` are the tables.
    """
    rows, firsts, stops = _taken(words, places, pieces, where, catalogue, t)
    zones, entries = where[rows, FOUND_ARTICLE].astype(np.int64), t.wordings[where[rows, FOUND_WORDING], ENTRY]
    stops, marked = _with_marks(words, places, pieces, zones, firsts, stops, _may_be_marked(catalogue)[entries])
    given = given_by_slots(zones, slots_of(words, where[rows], tokens, t), firsts, stops, marked, catalogue)
    given = Given(*(part[np.argsort(given.articles, kind="stable")] for part in given))
    bounds = np.arange(len(pieces) + 1)
    return Found(
        column(np.stack([entries, firsts, stops], axis=1).astype(np.int32), np.searchsorted(zones, bounds)),
        column(np.stack(given[1:], axis=1).astype(np.int32), np.searchsorted(given.articles, bounds)),
        read(places.spans(given.articles, given.firsts, given.stops), pieces, given, catalogue),
    )


def _taken(
    words: Words, places: Placed, texts: Sequence[str], where: I32, catalogue: Catalogue, t: Tables
) -> tuple[I64, I64, I64]:
    """The matches that are taken and whose shapes fit, in order, the first word of each and the one after the last.

    Shapes are looked at only for what would be taken. Where one does not fit, its article is resolved once more; from
    ``PATIENCE`` on, all shapes there are looked at.
    """
    entries = t.wordings[where[:, FOUND_WORDING], ENTRY]
    unsure = np.array([test is not None for test in _tests(catalogue)], np.bool_)[entries]
    fallen = np.zeros(len(where), np.bool_)
    asked, settled, turn = np.arange(len(where)), list[tuple[I64, I64, I64]](), 0
    while len(asked):
        turn += 1
        if turn > PATIENCE:
            rows = asked[unsure[asked]]
            fallen[_unfit(places, texts, where, rows, where[rows, FIRST], where[rows, LAST], entries, catalogue)] = (
                True
            )
            unsure[rows] = False
        rows, firsts, stops = resolve(words, where, asked, fallen, t)
        look = np.flatnonzero(unsure[rows])
        unfit = _unfit(places, texts, where, rows[look], firsts[look], stops[look], entries, catalogue)
        unsure[rows[look]], fallen[unfit] = False, True
        if not unfit:
            settled.append((rows, firsts, stops))
            break
        again = np.zeros(len(words), np.bool_)
        again[where[unfit, FOUND_ARTICLE]] = True
        done = ~again[where[rows, FOUND_ARTICLE]]
        settled.append((rows[done], firsts[done], stops[done]))
        asked = asked[again[where[asked, FOUND_ARTICLE]]]
    rows, firsts, stops = (np.concatenate(column) for column in zip(*settled, strict=True))
    order = np.lexsort((firsts, where[rows, FOUND_ARTICLE]))
    return rows[order], firsts[order], stops[order]


def _unfit(
    places: Placed,
    texts: Sequence[str],
    where: I32,
    rows: I64,
    firsts: I64,
    stops: I64,
    entries: I64,
    catalogue: Catalogue,
) -> list[int]:
    """Of matches that stand at the given words those whose shape the text there does not have."""
    if not len(rows):
        return []
    tests, articles = _tests(catalogue), where[rows, FOUND_ARTICLE]
    starts, ends = places.spans(articles, firsts, stops)
    starts, ends = np.maximum(starts - SHAPE_BEFORE, 0), ends + SHAPE_BEHIND
    columns = (rows.tolist(), articles.tolist(), entries[rows].tolist(), starts.tolist(), ends.tolist())
    return [
        row
        for row, article, entry, start, end in zip(*columns, strict=True)
        if (fits := tests[entry]) and not fits(texts[article][start:end])
    ]


@lru_cache(maxsize=1 << 14)
def _fits(shape: str, text: str) -> bool:
    """Whether a text has a shape. Remembered, as footers say the same again and again."""
    return _compiled(shape).search(text) is not None


_compiled = lru_cache(maxsize=None)(re.compile)


@lru_cache(maxsize=4)
def _tests(catalogue: Catalogue) -> list[Callable[[str], object] | None]:
    """What tells of each entry whether a text has its shape; None where it may have any.

    No two stories begin alike, so that what stands at their start is not remembered.
    """

    def test(entry: Entry) -> Callable[[str], object] | None:
        if not entry.shape:
            return None
        return _compiled(entry.shape).search if entry.place == "start" else partial(_fits, entry.shape)

    return [test(entry) for entry in catalogue.entries]


@lru_cache(maxsize=4)
def _may_be_marked(catalogue: Catalogue) -> Bool:
    return np.array([entry.kind == MARKED_KIND for entry in catalogue.entries], np.bool_)


def _with_marks(
    words: Words, places: Placed, texts: Sequence[str], articles: I64, firsts: I64, stops: I64, asked: Bool
) -> tuple[I64, Bool]:
    """Where matches stop when a publisher mark behind them belongs to them, and whether each ends with one.

    Only the matches for which ``asked`` is set may have one.
    """
    starts, lengths = words.places.starts[articles], words.places.lengths[articles]
    limits = np.where(np.append(articles[1:] == articles[:-1], False), np.append(firsts[1:], 0), lengths)
    ends, marked = stops.copy(), np.zeros(len(stops), np.bool_)
    for more in (0, 1):  # the last word of a match, the one behind it
        last = stops - 1 + more
        maybe = np.flatnonzero(asked & ~marked & (last < limits))
        maybe = maybe[words.places.values[starts[maybe] + last[maybe]] == FAR]  # as of each word of 32 letters
        begins, halts = places.spans(articles[maybe], last[maybe], last[maybe] + 1)
        for row, begin, halt in zip(maybe.tolist(), begins.tolist(), halts.tolist(), strict=True):
            if MARK.fullmatch(texts[articles[row]], begin, halt):
                marked[row], ends[row] = True, stops[row] + more
    return ends, marked
