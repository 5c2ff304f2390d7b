"""Search: where in a batch of articles the wordings of a catalogue are found, whether or not they may be taken there.

Hits lead to places. A short wording has to fill its sentences; so before anything is aligned, hits in sentences that
all hits together cannot fill are dropped: this spares nearly all sentences of stories.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import I32, I64, U16, U32
from dedup.footers.alignment import BEFORE, MOST_POINTS, PART, SCORE, STOP, WORD, align
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
from dedup.footers.wordings import (
    AGENCY,
    BY_AGENCY,
    CLASS,
    FIRST_PART,
    FIRST_SLOT,
    LONG,
    MAX_MARKERS,
    MIN_FILLED,
    NEEDED,
    PARTS,
    PLACE,
    ROOM,
    SLOTS_STOP,
    STRONG,
    VOUCHED,
    WEIGHT,
    Tables,
)
from dedup.kernels import kernel
from dedup.text.words import Words

SPARE = 4
"""Words around the hits that are looked at beyond what the wording has room for."""

ANYWHERE, LINE, START, END = range(4)
"""The order of ``PLACES``."""

FOUND_ARTICLE, FOUND_WORDING, CORE_FIRST, CORE_STOP, FIRST, LAST, FOUND_WEIGHT, STRONG_PARTS, FOUND_MARKERS = range(9)
"""Columns of what is found: the article; the wording; the first word that it matches and the one after the last; the
same with the slots and changed words at its ends; its weight; how many strong parts matched; then for each marker
``MARKER``: the slot that gives it, its first word and the one after the last, and the number of the agency."""

MARKER = 4
WIDTH = FOUND_MARKERS + MARKER * MAX_MARKERS


def search(words: Words, tables: Tables) -> I64:
    """Every place where a wording is found, shape (found, WIDTH), in order of article. The columns are named
    above."""
    singles, windows, classes, traits = hits(words, tables)
    longest = int(words.hashes.lengths.max(initial=0))
    owned, points = np.empty(longest + 2, np.int64), np.empty((MOST_POINTS, 5), np.int64)
    room = 64 + len(windows) + len(singles)
    while True:
        found = np.empty((room, WIDTH), np.int64)
        count = _look_closer(
            words.hashes.values, words.hashes.starts, words.hashes.stops, words.sentences.values,
            words.sentences.starts, words.sentences.stops, words.blocks.values, words.blocks.starts,
            words.blocks.stops, tables, singles, windows, classes, traits, owned, points, found,
        )  # fmt: skip
        if count <= room:
            return found[:count]
        room = count


@kernel
def _look_closer(
    hashes: U32, starts: I64, stops: I64, all_sentences: U32, sentence_starts: I64, sentence_stops: I64,
    all_blocks: U32, block_starts: I64, block_stops: I64, t: Tables, singles: I32, windows: I64, classes: U16,
    traits: I32, covered: I64, points: I64, found: I64,
) -> int:  # fmt: skip
    """Write what is found; returns how much there is, and writes no more than there is room for."""
    single, window, count = 0, 0, 0
    alone, pair_leads, leads, wordings, parts, slots = t.alone, t.pair_leads, t.leads, t.wordings, t.parts, t.slots
    keys, key_classes = t.keys, t.classes
    while single < len(singles) or window < len(windows):
        article = windows[window, ARTICLE] if window < len(windows) else np.int64(singles[single, 0])
        if single < len(singles):
            article = min(article, np.int64(singles[single, 0]))
        start, length = starts[article], stops[article] - starts[article]
        sentences = all_sentences[sentence_starts[article] : sentence_stops[article]]
        blocks = all_blocks[block_starts[article] : block_stops[article]]
        single_stop, window_stop = single, window
        while single_stop < len(singles) and singles[single_stop, 0] == article:
            single_stop += 1
        while window_stop < len(windows) and windows[window_stop, ARTICLE] == article:
            window_stop += 1
        _cover(
            singles, single, single_stop, windows, window, window_stop, sentences, blocks, alone, wordings, parts,
            covered,
            length,
        )  # fmt: skip
        begin, end, sentence, fills = 0, 0, 0, False  # of the sentence of the single at hand
        while single < single_stop or window < window_stop:
            lead, leads_stop = 0, 1
            if single < single_stop:
                first, at = np.int64(singles[single, 1]), singles[single, 2]
                last = first
                if first >= end:
                    while sentence < len(sentences) and sentences[sentence] <= first:
                        sentence += 1
                    begin = np.int64(sentences[sentence - 1])
                    end = np.int64(sentences[sentence]) if sentence < len(sentences) else length
                    fills = covered[end] - covered[begin] >= MIN_FILLED * (end - begin)
                lead, leads_stop = pair_leads[at, 0], pair_leads[at, 1]
                if not fills and not alone[at, 2]:
                    leads_stop = lead
            for one in range(lead, leads_stop):
                if single < single_stop:
                    k, part = np.int64(leads[one, 0]), np.int64(leads[one, 1])
                    last_part, short = part, True
                else:
                    k, part, last_part = (
                        windows[window, WORDING],
                        windows[window, LEADING_PART],
                        windows[window, LAST_PART],
                    )
                    first, last = windows[window, FIRST_WORD], windows[window, LAST_WORD]
                    short = windows[window, GATHERED] < (LONG - 1) * STRONG
                    fills = not short or filled(sentences, first, last + 1, covered, MIN_FILLED, length)
                first_part, count_of_parts = wordings[k, FIRST_PART], wordings[k, PARTS]
                ahead = part + parts[first_part + part, ROOM]
                behind = count_of_parts - 1 - last_part
                behind += parts[first_part + count_of_parts, ROOM] - parts[first_part + last_part, ROOM]
                if wordings[k, VOUCHED]:
                    if wordings[k, PLACE] == START and first - bounds(blocks, first, length)[0] > ahead + SPARE:
                        continue
                    if wordings[k, PLACE] == END and bounds(blocks, last, length)[1] - last > behind + 1 + SPARE:
                        continue
                elif not fills or (
                    wordings[k, PLACE] == LINE and not filled(blocks, first, last + 1, covered, 1.0, length)
                ):
                    continue
                low = max(0, first - ahead - SPARE)
                high = min(length, last + 1 + behind + SPARE)
                look_up(hashes, start + low, start + high, keys, key_classes, classes)
                point = align(classes, traits, start + low, start + high, parts, first_part, count_of_parts, points)
                if point >= 0 and points[point, SCORE] >= wordings[k, NEEDED]:
                    if count < len(found):
                        _write(
                            article, k, start, length, sentences, blocks, wordings, parts, slots, traits, points,
                            point,
                            found, count,
                        )  # fmt: skip
                    count += 1
            if single < single_stop:
                single += 1
            else:
                window += 1
    return count


@kernel
def _cover(
    singles: I32, single: int, single_stop: int, windows: I64, window: int, window_stop: int, sentences: U32,
    blocks: U32, alone: I64, wordings: I64, parts: I64, covered: I64, length: int,
) -> None:  # fmt: skip
    """Write to ``covered[i]`` how many of the first i words of an article all its hits together could fill."""
    covered[: length + 1] = 0
    sentence_first = sentence_stop = block_first = block_stop = sentence = block = 0
    for row in range(single, single_stop):
        word, at = np.int64(singles[row, 1]), singles[row, 2]
        if word >= sentence_stop:
            while sentence < len(sentences) and sentences[sentence] <= word:
                sentence += 1
            while block < len(blocks) and blocks[block] <= word:
                block += 1
            sentence_first, block_first = np.int64(sentences[sentence - 1]), np.int64(blocks[block - 1])
            sentence_stop = np.int64(sentences[sentence]) if sentence < len(sentences) else length
            block_stop = np.int64(blocks[block]) if block < len(blocks) else length
        first, stop = word, word + 1
        if word - sentence_first <= alone[at, 0]:
            first = block_first if word - block_first <= alone[at, 0] else sentence_first
        if sentence_stop - stop <= alone[at, 1]:
            stop = block_stop if block_stop - stop <= alone[at, 1] else sentence_stop
        covered[first] += 1
        covered[stop] -= 1
    for row in range(window, window_stop):
        k, part, last_part = windows[row, WORDING], windows[row, LEADING_PART], windows[row, LAST_PART]
        first, stop = windows[row, FIRST_WORD], windows[row, LAST_WORD] + 1
        first_part, count = wordings[k, FIRST_PART], wordings[k, PARTS]
        ahead = part + parts[first_part + part, ROOM]
        behind = count - 1 - last_part + parts[first_part + count, ROOM] - parts[first_part + last_part, ROOM]
        for starts in (sentences, blocks):
            if ahead:
                bound = bounds(starts, windows[row, FIRST_WORD], length)[0]
                first = min(first, max(bound, windows[row, FIRST_WORD] - ahead))
            if behind:
                bound = bounds(starts, windows[row, LAST_WORD], length)[1]
                stop = max(stop, min(bound, windows[row, LAST_WORD] + 1 + behind))
        covered[first] += 1
        covered[stop] -= 1
    depth, sum_ = 0, 0
    for word in range(length):
        depth += covered[word]
        covered[word] = sum_
        sum_ += depth > 0
    covered[length] = sum_


@kernel
def bounds(starts: U32, word: int, length: int) -> tuple[int, int]:
    """The first word of the sentence or block that a word stands in, and the one after its last. O(log of these)."""
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        if starts[middle] <= word:
            low = middle
        else:
            high = middle
    return np.int64(starts[low]), np.int64(starts[low + 1]) if low + 1 < len(starts) else length


@kernel
def filled(starts: U32, first: int, stop: int, covered: I64, share: float, length: int) -> bool:
    """Whether of each block or sentence that the words first to stop - 1 touch such a share is covered."""
    at = first
    while at < stop:
        begin, end = bounds(starts, at, length)
        if covered[end] - covered[begin] < share * (end - begin):
            return False
        at = end
    return True


@kernel
def _write(
    article: int, k: int, start: int, length: int, sentences: U32, blocks: U32, wordings: I64, parts: I64, slots: I64,
    traits: I32, points: I64, last: int, found: I64, at: int,
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
    place_starts = sentences if wordings[k, PLACE] == ANYWHERE else blocks
    first_bound = bounds(place_starts, core_first, length)[0]
    last_bound = bounds(place_starts, core_stop - 1, length)[1]
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
