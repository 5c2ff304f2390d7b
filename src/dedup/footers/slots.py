"""Slots: which words of matches stand in the slots of their wordings that give markers.

Few of the places where wordings are found are taken. So only these are aligned once more, to tell where in them each
part stands.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

from typing import Annotated

import numpy as np

from dedup.columns import I32, I64, U16, I32Rows, I64Rows
from dedup.footers.alignment import BEFORE, MOST_POINTS, PART, STOP, WORD, align
from dedup.footers.matches import CORE_FIRST, CORE_STOP, FIRST, FOUND_ARTICLE, FOUND_WORDING, LAST
from dedup.footers.tokens import Tokens
from dedup.footers.wordings import (
    AGENCY,
    BY_AGENCY,
    CLASS,
    FIRST_PART,
    FIRST_SLOT,
    GIVES,
    HOLDS,
    MAX_MARKERS,
    PARTS,
    SLOTS_STOP,
    Tables,
)
from dedup.kernels import lean
from dedup.text.words import Words

SLOT, FIRST_WORD, WORD_AFTER, AGENCY_NUMBER = range(4)
"""What is told of a marker: the slot that gives it, or 0; its first word and the one after the last; and the number
of the agency."""


def slots_of(words: Words, found: I32, tokens: Tokens, tables: Tables) -> I32:
    """What the slots of matches give, shape (found, MAX_MARKERS, 4). O(found), as ``align`` where a wording gives
    markers.

    Args:
        words: of the zones.
        found: rows of what ``search`` found.
        tokens: of the batch, as ``search`` left them.
        tables: of the catalogue.
    """
    slots = np.zeros((len(found), MAX_MARKERS, AGENCY_NUMBER + 1), np.int32)
    _fill(
        found, words.hashes.starts, tokens.classes, tokens.traits, tables.wordings, tables.parts, tables.slots,
        np.empty((MOST_POINTS, 5), np.int64), slots,
    )  # fmt: skip
    return slots


@lean
def _fill(
    found: I32Rows, starts: I64, classes: U16, traits: I32, wordings: I64Rows, parts: I32Rows, slots: I64Rows,
    points: I64Rows, out: Annotated[I32, 3],
) -> None:  # fmt: skip
    """Write the markers of each row that may give any, from its last word to its first."""
    for at in range(len(found)):
        k = np.int64(found[at, FOUND_WORDING])
        if not wordings[k, GIVES]:
            continue
        row, start = out[at], starts[found[at, FOUND_ARTICLE]]
        core_first, core_stop = np.int64(found[at, CORE_FIRST]), np.int64(found[at, CORE_STOP])
        first_part, count = wordings[k, FIRST_PART], wordings[k, PARTS]
        first_slot, slots_stop = wordings[k, FIRST_SLOT], wordings[k, SLOTS_STOP]
        # The best chain of what was looked at begins and ends here, so it is the best here, too.
        one = align(
            classes, traits, start + core_first, start + core_stop, parts, first_part, count, wordings[k, HOLDS],
            points,
        )  # fmt: skip
        written = _write_slots(
            slots, first_slot, slots_stop, points[one, PART], count, core_stop, np.int64(found[at, LAST]), row, 0
        )
        while one >= 0:
            part, word, before = points[one, PART], points[one, WORD] - start, points[one, BEFORE]
            if parts[first_part + part, CLASS] == AGENCY:
                stop = points[one, STOP] - start
                written = _write_marker(row, written, BY_AGENCY, word, stop, traits[points[one, WORD]] >> 16)
            before_part, before_stop = -1, np.int64(found[at, FIRST])
            if before >= 0:
                before_part, before_stop = points[before, PART], points[before, STOP] - start
            written = _write_slots(slots, first_slot, slots_stop, before_part, part, before_stop, word, row, written)
            one = before


@lean
def _write_slots(
    slots: I64Rows, first_slot: int, slots_stop: int, part: int, its_part: int, first: int, stop: int, row: I32Rows,
    written: int,
) -> int:  # fmt: skip
    """Share words ``first`` to ``stop - 1``, between two parts, among the slots there; write those that give markers.

    Each slot gets a word, then those that give markers as many as they take, then the others. Words beyond that
    replace parts that are missing: before the first slot, if there are such.
    """
    count, before, capacity, wanted = 0, 0, 0, 0  # wanted: by slots that give markers, beyond a word each
    for slot in range(first_slot, slots_stop):
        if part < slots[slot, 0] <= its_part:
            if count == 0:
                before = slots[slot, 0] - part - 1
            count += 1
            capacity += slots[slot, 1]
            if slots[slot, 2]:
                wanted += slots[slot, 1] - 1
    if count == 0 or stop <= first:
        return written
    left = stop - first
    at = first
    if left > capacity:
        at += min(left - capacity, before)
        left = capacity
    one_each = min(left, count)
    for_markers = min(left - one_each, wanted)
    for_others = left - one_each - for_markers
    for slot in range(first_slot, slots_stop):
        if part < slots[slot, 0] <= its_part:
            gives, more = slots[slot, 2], slots[slot, 1] - 1
            taken = min(one_each, 1)
            one_each -= taken
            if gives:
                more = min(more, for_markers)
                for_markers -= more
            else:
                more = min(more, for_others)
                for_others -= more
            taken += more
            if gives and taken:
                written = _write_marker(row, written, gives, at, at + taken, 0)
            at += taken
    return written


@lean
def _write_marker(row: I32Rows, written: int, gives: int, first: int, stop: int, agency: int) -> int:
    if written == MAX_MARKERS:
        return written
    row[written, SLOT], row[written, FIRST_WORD] = gives, first
    row[written, WORD_AFTER], row[written, AGENCY_NUMBER] = stop, agency
    return written + 1
