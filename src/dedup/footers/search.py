"""Search: where in a batch of articles the wordings of a catalogue are found, whether or not they may be taken there.

Hits lead to places. A short wording has to fill its sentences; so before anything is aligned, hits in sentences that
all hits together cannot fill are dropped: this spares nearly all sentences of stories.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import I32, I64, U16, U32
from dedup.footers.alignment import BEFORE, MOST_POINTS, PART, SCORE, STOP, WORD, align, may_hold
from dedup.footers.hits import (
    ARTICLE,
    FIRST_WORD,
    GATHERED,
    LAST_PART,
    LAST_WORD,
    LEADING_PART,
    WORDING,
    hits,
    look_up,
)
from dedup.footers.matches import (
    ANYWHERE,
    CORE_FIRST,
    CORE_STOP,
    END,
    FIRST,
    FOUND_ARTICLE,
    FOUND_MARKERS,
    FOUND_WEIGHT,
    FOUND_WORDING,
    LAST,
    LINE,
    MARKER,
    START,
    STRONG_PARTS,
    WIDTH,
    count_up,
    let_hopeless_fall,
)
from dedup.footers.wordings import (
    AGENCY,
    BY_AGENCY,
    CLASS,
    FIRST_CLASS,
    FIRST_PART,
    FIRST_SLOT,
    HOLDS,
    LONG,
    MAX_MARKERS,
    MIN_FILLED,
    NEEDED,
    PARTS,
    PLACE,
    ROOM,
    SLOTS_STOP,
    SPARED,
    STRONG,
    UNKNOWN,
    VOUCHED,
    WEIGHT,
    WHOLE,
    Tables,
)
from dedup.kernels import kernel
from dedup.text.words import Words

SPARE = 4
"""Words around the hits that are looked at beyond what the wording has room for."""

SENTENCE, BLOCK = 0, 2
"""Rows of ``around``: for each word of an article the first word of its sentence, or its block, and behind it the
word after the last."""


def search(words: Words, tables: Tables) -> I64:
    """Every place where a wording is found, shape (found, WIDTH), in order of article. The columns are those of
    ``matches``."""
    singles, windows, classes, traits = hits(words, tables)
    longest = int(words.hashes.lengths.max(initial=0))
    covered, around = np.empty(longest + 1, np.int32), np.empty((4, longest), np.int32)
    points = np.empty((MOST_POINTS, 5), np.int64)
    room = 64 + len(windows) + len(singles)
    while True:
        found = np.empty((room, WIDTH), np.int64)
        count = _look_closer(
            words.hashes.values, words.hashes.starts, words.hashes.stops, words.sentences.values,
            words.sentences.starts, words.sentences.stops, words.blocks.values, words.blocks.starts,
            words.blocks.stops, tables, singles, windows, classes, traits, covered, around, points, found,
        )  # fmt: skip
        if count <= room:
            return found[:count]
        room = count


@kernel
def _look_closer(
    hashes: U32, starts: I64, stops: I64, all_sentences: U32, sentence_starts: I64, sentence_stops: I64,
    all_blocks: U32, block_starts: I64, block_stops: I64, t: Tables, singles: I32, windows: I64, classes: U16,
    traits: I32, covered: I32, around: I32, points: I64, found: I64,
) -> int:  # fmt: skip
    """Write what is found and not hopeless; returns how much there is, and writes no more than there is room for.

    ``covered``, shape (words + 1,), and ``around``, shape (4, words), are room for the longest article.
    """
    single, window, count = 0, 0, 0
    alone, leads, wordings, parts, slots = t.alone, t.leads, t.wordings, t.parts, t.slots
    known, shift = t.known, np.uint64(t.known_shift)
    while single < len(singles) or window < len(windows):
        article = windows[window, ARTICLE] if window < len(windows) else np.int64(singles[single, 0])
        if single < len(singles):
            article = min(article, np.int64(singles[single, 0]))
        start, length = starts[article], stops[article] - starts[article]
        _spread(all_sentences, sentence_starts[article], sentence_stops[article], length, around, SENTENCE)
        _spread(all_blocks, block_starts[article], block_stops[article], length, around, BLOCK)
        single_stop, window_stop, already = single, window, count
        while single_stop < len(singles) and singles[single_stop, 0] == article:
            single_stop += 1
        while window_stop < len(windows) and windows[window_stop, ARTICLE] == article:
            window_stop += 1
        _cover(
            singles,
            single,
            single_stop,
            windows,
            window,
            window_stop,
            around,
            alone,
            wordings,
            parts,
            covered,
            length,
        )
        while single < single_stop or window < window_stop:
            is_single = single < single_stop
            if is_single:
                first, class_ = np.int64(singles[single, 1]), singles[single, 2]
                last, short = first, True
                lead, leads_stop = alone[class_, 3], alone[class_, 4]
                fills = _filled(around, SENTENCE, first, first + 1, covered, MIN_FILLED)
                if not fills and not alone[class_, 2]:
                    leads_stop = lead
                single += 1
            else:
                first, last, class_ = windows[window, FIRST_WORD], windows[window, LAST_WORD], np.int32(UNKNOWN)
                lead, leads_stop = 0, 1
                short = windows[window, GATHERED] < (LONG - 1) * STRONG
                fills = not short or _filled(around, SENTENCE, first, last + 1, covered, MIN_FILLED)
                window += 1
            for one in range(lead, leads_stop):
                if is_single:
                    k, part = np.int64(leads[one, 0]), np.int64(leads[one, 1])
                    last_part = part
                else:
                    k, part = windows[window - 1, WORDING], windows[window - 1, LEADING_PART]
                    last_part = windows[window - 1, LAST_PART]
                place, begin, parts_count = wordings[k, PLACE], wordings[k, FIRST_PART], wordings[k, PARTS]
                ahead = part + parts[begin + part, ROOM]
                behind = parts_count - 1 - last_part
                behind += parts[begin + parts_count, ROOM] - parts[begin + last_part, ROOM]
                if wordings[k, VOUCHED]:
                    if place == START and first - around[BLOCK, first] > ahead + SPARE:
                        continue
                    if place == END and around[BLOCK + 1, last] - last > behind + 1 + SPARE:
                        continue
                elif not fills or (place == LINE and not _filled(around, BLOCK, first, last + 1, covered, 1.0)):
                    continue
                if wordings[k, WHOLE] and is_single:
                    look_up(
                        hashes,
                        start + max(0, first - 1),
                        start + min(length, first + 2),
                        known,
                        shift,
                        classes,
                    )
                    if _lacks_next(classes, start, first, length, parts, begin, part, parts_count):
                        continue
                if parts_count == 1:
                    point = 0
                    points[0, WORD], points[0, PART], points[0, BEFORE] = start + first, 0, -1
                    points[0, STOP] = start + first + (traits[start + first] >> 8 & 0xFF if class_ == AGENCY else 1)
                    points[0, SCORE] = parts[begin, WEIGHT]
                else:
                    # Slots at the ends of a wording hold none of its parts.
                    low, high = first, last + 1
                    if part:
                        low = max(0, first - ahead + parts[begin, ROOM] - SPARE)
                    if last_part < parts_count - 1:
                        high += (
                            behind + SPARE - parts[begin + parts_count, ROOM] + parts[begin + parts_count - 1, ROOM]
                        )
                        high = min(high, length)
                    look_up(hashes, start + low, start + high, known, shift, classes)
                    if not may_hold(
                        classes, traits, start + low, start + high, parts, begin, parts_count, wordings[k, SPARED]
                    ):
                        continue
                    point = align(
                        classes,
                        traits,
                        start + low,
                        start + high,
                        parts,
                        begin,
                        parts_count,
                        wordings[k, HOLDS],
                        points,
                    )
                if point >= 0 and points[point, SCORE] >= wordings[k, NEEDED]:
                    if count < len(found):
                        _write(article, k, start, around, wordings, parts, slots, traits, points, point, found, count)
                    count += 1
        if already < count <= len(found):
            count = _without_hopeless(
                found, already, count, all_sentences[sentence_starts[article] : sentence_stops[article]],
                all_blocks[block_starts[article] : block_stops[article]], wordings, length,
            )  # fmt: skip
    return count


@kernel
def _lacks_next(
    classes: U16, start: int, word: int, length: int, parts: I64, begin: int, part: int, count: int
) -> bool:
    """Whether beside a word that is a part of a wording another part is missing that must stand just there."""
    if part and parts[begin + part, ROOM] == parts[begin + part - 1, ROOM]:
        wanted = parts[begin + part - 1, CLASS]
        if wanted >= FIRST_CLASS and (word == 0 or classes[start + word - 1] != wanted):
            return True
    if part < count - 1 and parts[begin + part, ROOM] == parts[begin + part + 1, ROOM]:
        wanted = parts[begin + part + 1, CLASS]
        return wanted >= FIRST_CLASS and (word == length - 1 or classes[start + word + 1] != wanted)
    return False


@kernel
def _without_hopeless(
    found: I64, already: int, count: int, sentences: U32, blocks: U32, wordings: I64, length: int
) -> int:
    """Move up what is found in an article from row ``already`` on, less the hopeless; returns the new count."""
    here, fallen = found[already:count], np.zeros(count - already, np.bool_)
    let_hopeless_fall(
        here, np.arange(len(here)), fallen, np.empty(length + 1, np.int64), sentences, blocks, wordings, length
    )
    for row in range(len(here)):
        if not fallen[row]:
            found[already] = here[row]
            already += 1
    return already


@kernel
def _spread(all_starts: U32, row: int, stop: int, length: int, around: I32, column: int) -> None:
    """Write for each word of an article the first word of its sentence or block and the one after the last."""
    for one in range(row, stop):
        first = np.int64(all_starts[one])
        last = np.int64(all_starts[one + 1]) if one + 1 < stop else length
        for word in range(first, last):
            around[column, word], around[column + 1, word] = first, last


@kernel
def _cover(
    singles: I32, single: int, single_stop: int, windows: I64, window: int, window_stop: int, around: I32, alone: I64,
    wordings: I64, parts: I64, covered: I32, length: int,
) -> None:  # fmt: skip
    """Write to ``covered[i]`` how many of the first i words of an article all its hits together could fill."""
    covered[: length + 1] = 0
    for row in range(single, single_stop):
        word, class_ = np.int64(singles[row, 1]), singles[row, 2]
        _add(word, word, alone[class_, 0], alone[class_, 1], around, covered)
    for row in range(window, window_stop):
        k, part, last_part = windows[row, WORDING], windows[row, LEADING_PART], windows[row, LAST_PART]
        begin, count = wordings[k, FIRST_PART], wordings[k, PARTS]
        ahead = part + parts[begin + part, ROOM]
        behind = count - 1 - last_part + parts[begin + count, ROOM] - parts[begin + last_part, ROOM]
        _add(windows[row, FIRST_WORD], windows[row, LAST_WORD], ahead, behind, around, covered)
    count_up(covered, length)


@kernel
def _add(first: int, last: int, ahead: int, behind: int, around: I32, covered: I32) -> None:
    """Count the words that a match could fill which has words ``first`` and ``last``, within their block."""
    covered[max(first - max(0, ahead), around[BLOCK, first])] += 1
    covered[min(last + 1 + max(0, behind), around[BLOCK + 1, last])] -= 1


@kernel
def _filled(around: I32, column: int, first: int, stop: int, covered: I32, share: float) -> bool:
    """Whether of each sentence or block that the words first to stop - 1 touch such a share can be filled."""
    at = first
    while at < stop:
        begin, end = around[column, at], around[column + 1, at]
        if covered[end] - covered[begin] < share * (end - begin):
            return False
        at = np.int64(end)
    return True


@kernel
def _write(
    article: int, k: int, start: int, around: I32, wordings: I64, parts: I64, slots: I64, traits: I32, points: I64,
    last: int, found: I64, at: int,
) -> None:  # fmt: skip
    """Write one place where a wording is found, from the last point of its alignment; words there count from
    ``start``."""
    row, first_part, count = found[at], wordings[k, FIRST_PART], wordings[k, PARTS]
    first_slot, slots_stop = wordings[k, FIRST_SLOT], wordings[k, SLOTS_STOP]
    strong, one, first = 0, last, last
    while one >= 0:
        strong += parts[first_part + points[one, PART], WEIGHT] == STRONG
        first, one = one, points[one, BEFORE]
    core_first, core_stop = points[first, WORD] - start, points[last, STOP] - start
    column = SENTENCE if wordings[k, PLACE] == ANYWHERE else BLOCK
    first_bound, last_bound = np.int64(around[column, core_first]), np.int64(around[column + 1, core_stop - 1])
    ahead, behind = points[first, PART], points[last, PART]
    begin = first_bound if core_first - first_bound <= ahead + parts[first_part + ahead, ROOM] else core_first
    missing = count - 1 - behind + parts[first_part + count, ROOM] - parts[first_part + behind, ROOM]
    end = last_bound if last_bound - core_stop <= missing else core_stop
    row[FOUND_ARTICLE], row[FOUND_WORDING], row[FOUND_WEIGHT], row[STRONG_PARTS] = (
        article,
        k,
        points[last, SCORE],
        strong,
    )
    row[CORE_FIRST], row[CORE_STOP], row[FIRST], row[LAST] = core_first, core_stop, begin, end
    row[FOUND_MARKERS:] = 0
    if first_slot == slots_stop and not _has_agency(parts, first_part, count):
        return
    written = _write_slots(slots, first_slot, slots_stop, behind, count, core_stop, end, row, 0)
    one = last
    while one >= 0:
        part, word, before = points[one, PART], points[one, WORD] - start, points[one, BEFORE]
        if parts[first_part + part, CLASS] == AGENCY:
            stop = points[one, STOP] - start
            written = _write_marker(row, written, BY_AGENCY, word, stop, traits[points[one, WORD]] >> 16)
        before_part, before_stop = (
            (points[before, PART], points[before, STOP] - start) if before >= 0 else (-1, begin)
        )
        written = _write_slots(slots, first_slot, slots_stop, before_part, part, before_stop, word, row, written)
        one = before


@kernel
def _has_agency(parts: I64, first: int, count: int) -> bool:
    for part in range(first, first + count):  # noqa: SIM110 - numba compiles loops
        if parts[part, CLASS] == AGENCY:
            return True
    return False


@kernel
def _write_slots(
    slots: I64,
    first_slot: int,
    slots_stop: int,
    part: int,
    its_part: int,
    first: int,
    stop: int,
    row: I64,
    written: int,
) -> int:
    """Share words ``first`` to ``stop - 1``, between two parts, among the slots there; write those that give markers.

    Each slot gets a word, then those that give markers as many as they take, then the others. Words beyond that
    replace parts that are missing: before the first slot, if there are such.
    """
    count, before, capacity = 0, 0, 0
    for slot in range(first_slot, slots_stop):
        if part < slots[slot, 0] <= its_part:
            if count == 0:
                before = slots[slot, 0] - part - 1
            count += 1
            capacity += slots[slot, 1]
    if count == 0 or stop <= first:
        return written
    left = stop - first
    at = first
    if left > capacity:
        at += min(left - capacity, before)
        left = capacity
    taken = np.zeros(slots_stop - first_slot, np.int64)
    for turn in range(3):
        number = 0
        for slot in range(first_slot, slots_stop):
            if part < slots[slot, 0] <= its_part:
                more = 1 if turn == 0 else slots[slot, 1] - taken[number]
                if turn == 1 and slots[slot, 2] == 0:
                    more = 0
                more = min(more, left)
                taken[number] += more
                left -= more
                number += 1
    number = 0
    for slot in range(first_slot, slots_stop):
        if part < slots[slot, 0] <= its_part:
            if slots[slot, 2] and taken[number]:
                written = _write_marker(row, written, slots[slot, 2], at, at + taken[number], 0)
            at += taken[number]
            number += 1
    return written


@kernel
def _write_marker(row: I64, written: int, gives: int, first: int, stop: int, agency: int) -> int:
    if written == MAX_MARKERS:
        return written
    at = FOUND_MARKERS + written * MARKER
    row[at], row[at + 1], row[at + 2], row[at + 3] = gives, first, stop, agency
    return written + 1
