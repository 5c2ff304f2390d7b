"""Search: where in a batch of articles the wordings of a catalogue are found, whether or not they may be taken there.

Hits lead to places. A short wording has to fill its sentences; so before anything is aligned, hits in sentences that
all hits together cannot fill are dropped: this spares nearly all sentences of stories.
"""

# mypy: disable-error-code="arg-type,return-value,assignment,no-any-return"
# Within kernels, numpy's integers and Python's are the same; numpy's types tell them apart.

import numpy as np

from dedup.columns import I32, I64, U16, U32, U64, Bool, I32Rows, I64Rows, U64Rows
from dedup.footers.alignment import BEFORE, MOST_POINTS, PART, SCORE, STOP, WORD, align, may_hold
from dedup.footers.bits import count, first_in, holds, last_in, put, room_for
from dedup.footers.hits import (
    FIRST_WORD,
    GATHERED,
    LAST_PART,
    LAST_WORD,
    LEADING_PART,
    WORDING,
    ZONE,
    hits,
)
from dedup.footers.matches import (
    ANYWHERE,
    BLOCKS,
    CORE_FIRST,
    CORE_STOP,
    END,
    FILLED,
    FIRST,
    FOUND_ARTICLE,
    FOUND_WEIGHT,
    FOUND_WORDING,
    FULL,
    LAST,
    LINE,
    OWNED,
    SENTENCES,
    SETS,
    START,
    STRONG_PARTS,
    WIDTH,
    begin,
    disown,
    let_hopeless_fall,
)
from dedup.footers.tokens import Tokens, class_of, looked_up
from dedup.footers.wordings import (
    A_BLOCK,
    AGENCY,
    AHEAD,
    ASKS,
    BEHIND,
    CLASS,
    FIRST_CLASS,
    FIRST_LEAD,
    FIRST_PART,
    HOLDS,
    LEADS_STOP,
    LONG,
    MIN_FILLED,
    NEEDED,
    NOTHING,
    PARTS,
    PLACE,
    REACHES_AHEAD,
    REACHES_BEHIND,
    ROOM,
    SPARED,
    STRONG,
    UNKNOWN,
    VOUCHED,
    WEIGHT,
    WHOLE,
    Tables,
)
from dedup.footers.zones import ARTICLE, FIRST_BLOCK, FIRST_SENTENCE, STOP_BLOCK, STOP_SENTENCE
from dedup.footers.zones import FIRST_WORD as FIRST_OF_ZONE
from dedup.footers.zones import STOP_WORD as STOP_OF_ZONE
from dedup.kernels import inlined, lean
from dedup.text.words import Words

SPARE = 4
"""Words around the hits that are looked at beyond what the wording has room for."""


def search(words: Words, zones: I64, asked: I64, tokens: Tokens, tables: Tables) -> I32:
    """Every place where a wording is found in some zones, shape (found, WIDTH), in order of zone.

    The columns are those of ``matches``, FOUND_ARTICLE for the zone; words count from its first. Of ``tokens`` the
    classes of all words of what is found are known then.

    Args:
        words: of the batch.
        zones: of the batch, as ``zones_of`` gives them.
        asked: the numbers of those to look at, ascending.
        tokens: of the batch.
        tables: of the catalogue.
    """
    singles, windows = hits(words, zones, asked, tokens, tables)
    sets, points = room_for(SETS, int(words.hashes.lengths.max(initial=0))), np.empty((MOST_POINTS, 5), np.int64)
    room = 256 + (len(windows) + len(singles)) // 4
    while True:
        found = np.empty((room, WIDTH), np.int32)
        count = _look_closer(
            words.hashes.values, words.hashes.starts, words.sentences.values, words.blocks.values, zones, tables,
            singles, windows, tokens.classes, tokens.traits, sets, points, found, np.empty(room, np.int64),
            np.empty(room, np.bool_),
        )  # fmt: skip
        if count <= room:
            return found[:count]
        room = count


@lean
def _look_closer(
    hashes: U32, starts: I64, sentences: U32, blocks: U32, zones: I64Rows, t: Tables, singles: I32Rows,
    windows: I32Rows, classes: U16, traits: I32, sets: U64Rows, points: I64Rows, found: I32Rows, rows: I64,
    fallen: Bool,
) -> int:  # fmt: skip
    """Write what is found and not hopeless; returns how much there is, and writes no more than there is room for.

    ``sets`` has room for those of the longest article.
    """
    single, window, count = 0, 0, 0
    looked_from, looked_to = 0, 0  # words whose classes are known
    alone, leads, wordings, parts = t.alone, t.leads, t.wordings, t.parts
    known, shift = t.known, np.uint64(t.known_shift)
    while single < len(singles) or window < len(windows):
        zone = np.int64(windows[window, ZONE]) if window < len(windows) else np.int64(singles[single, 0])
        if single < len(singles):
            zone = min(zone, np.int64(singles[single, 0]))
        base = zones[zone, FIRST_OF_ZONE]
        start, length = starts[zones[zone, ARTICLE]] + base, zones[zone, STOP_OF_ZONE] - base
        single_stop, window_stop, already = single, window, count
        while single_stop < len(singles) and singles[single_stop, 0] == zone:
            single_stop += 1
        while window_stop < len(windows) and windows[window_stop, ZONE] == zone:
            window_stop += 1
        own_sentences = sentences[zones[zone, FIRST_SENTENCE] : zones[zone, STOP_SENTENCE]]
        own_blocks = blocks[zones[zone, FIRST_BLOCK] : zones[zone, STOP_BLOCK]]
        if _hopeless(
            singles[single:single_stop], windows[window:window_stop], alone, wordings, parts, own_sentences,
            own_blocks, base, length,
        ):  # fmt: skip
            single, window = single_stop, window_stop
            continue
        begin(sets, own_sentences, own_blocks, base, length)
        _cover(singles[single:single_stop], windows[window:window_stop], alone, wordings, parts, sets, length)
        _survey(sets, own_sentences, base, FILLED, MIN_FILLED, length)
        _survey(sets, own_blocks, base, FULL, 1.0, length)
        while single < single_stop or window < window_stop:
            is_single = single < single_stop
            if is_single:
                first, class_ = np.int64(singles[single, 1]), singles[single, 2]
                last, single = first, single + 1
                fills, full = holds(sets, FILLED, first, first + 1), holds(sets, FULL, first, first + 1)
                if alone[class_, ASKS] > fills + full:  # NOTHING, A_SENTENCE, A_BLOCK
                    continue
                lead, leads_stop = np.int64(alone[class_, FIRST_LEAD]), np.int64(alone[class_, LEADS_STOP])
            else:
                first, last = np.int64(windows[window, FIRST_WORD]), np.int64(windows[window, LAST_WORD])
                class_ = np.int32(UNKNOWN)
                lead, leads_stop = 0, 1
                fills = windows[window, GATHERED] >= (LONG - 1) * STRONG or holds(sets, FILLED, first, last + 1)
                full, window = holds(sets, FULL, first, last + 1), window + 1
            for one in range(lead, leads_stop):
                if is_single:
                    k, part = np.int64(leads[one, 0]), np.int64(leads[one, 1])
                    last_part = part
                else:
                    k, part = np.int64(windows[window - 1, WORDING]), np.int64(windows[window - 1, LEADING_PART])
                    last_part = np.int64(windows[window - 1, LAST_PART])
                place, first_part, parts_count = wordings[k, PLACE], wordings[k, FIRST_PART], wordings[k, PARTS]
                ahead = np.int64(parts[first_part + part, AHEAD])
                behind = np.int64(parts[first_part + last_part, BEHIND])
                if wordings[k, VOUCHED]:
                    if place == START and not _near_start(sets, first, ahead + SPARE):
                        continue
                    if place == END and not _near_end(sets, last, behind + SPARE, length):
                        continue
                elif not fills or (place == LINE and not full):
                    continue
                if (
                    is_single
                    and wordings[k, WHOLE]
                    and parts_count > 1
                    and _lacks_next(
                        hashes,
                        known,
                        shift,
                        classes,
                        start,
                        first,
                        length,
                        parts,
                        first_part + part,
                        part,
                        parts_count,
                    )
                ):
                    continue
                if parts_count == 1:
                    point = 0
                    points[0, WORD], points[0, PART], points[0, BEFORE] = start + first, 0, -1
                    points[0, STOP] = start + first + (traits[start + first] >> 8 & 0xFF if class_ == AGENCY else 1)
                    points[0, SCORE] = parts[first_part, WEIGHT]
                else:
                    # Slots at the ends of a wording hold none of its parts.
                    low, high = first, last + 1
                    if part:
                        low = max(0, first - ahead + parts[first_part, ROOM] - SPARE)
                    if last_part < parts_count - 1:
                        high += behind + SPARE
                        high -= parts[first_part + parts_count, ROOM] - parts[first_part + parts_count - 1, ROOM]
                        high = min(high, length)
                    if start + low < looked_from or start + low > looked_to:
                        looked_from = looked_to = start + low
                    for word in range(looked_to, start + high):
                        classes[word] = class_of(hashes[word], known, shift)
                    looked_to = max(looked_to, start + high)
                    seen = _seen(classes[start + low : start + high], traits[start + low : start + high])
                    if not may_hold(seen, parts, first_part, parts_count, wordings[k, SPARED]):
                        continue
                    point = align(
                        classes,
                        traits,
                        start + low,
                        start + high,
                        parts,
                        first_part,
                        parts_count,
                        wordings[k, HOLDS],
                        points,
                    )
                if point >= 0 and points[point, SCORE] >= wordings[k, NEEDED]:
                    if count < len(found):
                        _write(zone, k, start, length, sets, wordings, parts, points, point, found[count])
                    count += 1
        if already < count <= len(found):
            count = _without_hopeless(found, already, count, rows, fallen, sets, wordings, length)
    return count


@inlined
def _seen(classes: U16, traits: I32) -> int:
    """The classes that words have, as bit ``class & 63`` each. A loop without a branch, for vector instructions."""
    seen = 0
    for word in range(len(classes)):
        seen |= 1 << (classes[word] & 63) | traits[word] & (1 << FIRST_CLASS) - 1
    return seen


@inlined
def _near_start(sets: U64Rows, word: int, most: int) -> bool:
    """Whether at most so many words stand in a block before a word of it."""
    floor = word - most - 1
    return floor < 0 or last_in(sets, BLOCKS, floor, word, False) > floor


@inlined
def _near_end(sets: U64Rows, word: int, most: int, length: int) -> bool:
    """Whether at most so many words stand in a block behind a word of it."""
    roof = word + most + 2
    return roof > length or first_in(sets, BLOCKS, word + 1, roof, False) < roof


@inlined
def _lacks_next(
    hashes: U32, known: U64, shift: np.uint64, classes: U16, start: int, word: int, length: int, parts: I32Rows,
    row: int, part: int, count: int,
) -> bool:  # fmt: skip
    """Whether beside a word that is a part of a wording another part is missing that must stand just there."""
    if (
        part
        and parts[row, ROOM] == parts[row - 1, ROOM]
        and parts[row - 1, CLASS] >= FIRST_CLASS
        and (word == 0 or looked_up(hashes, start + word - 1, known, shift, classes) != parts[row - 1, CLASS])
    ):
        return True
    if part < count - 1 and parts[row, ROOM] == parts[row + 1, ROOM] and parts[row + 1, CLASS] >= FIRST_CLASS:
        return bool(
            word == length - 1 or looked_up(hashes, start + word + 1, known, shift, classes) != parts[row + 1, CLASS]
        )
    return False


@lean
def _without_hopeless(
    found: I32Rows, already: int, count: int, rows: I64, fallen: Bool, sets: U64Rows, wordings: I64Rows, length: int
) -> int:
    """Move up what is found in an article from row ``already`` on, less the hopeless; returns the new count.

    ``rows`` and ``fallen`` are room for as many as ``found`` has.
    """
    for row in range(already, count):
        rows[row], fallen[row] = row, False
    let_hopeless_fall(found, rows[already:count], fallen, sets, wordings, length)
    for row in range(already, count):
        if not fallen[row]:
            for column in range(WIDTH):
                found[already, column] = found[row, column]
            already += 1
    return already


@lean
def _hopeless(
    singles: I32Rows, windows: I32Rows, alone: I32Rows, wordings: I64Rows, parts: I32Rows, sentences: U32,
    blocks: U32, base: int, length: int,
) -> bool:  # fmt: skip
    """Whether all hits of a zone together could not even fill its shortest sentence, or block where all ask for one:
    so it is with most paragraphs of stories, and quicker told than what they fill."""
    most, lines = 0, True
    for row in range(len(singles)):
        class_ = singles[row, 2]
        if alone[class_, ASKS] == NOTHING:
            return False
        lines &= alone[class_, ASKS] == A_BLOCK
        most += _reach(1, np.int64(alone[class_, REACHES_AHEAD]), np.int64(alone[class_, REACHES_BEHIND]))
    for row in range(len(windows)):
        k = np.int64(windows[row, WORDING])
        if wordings[k, VOUCHED] or windows[row, GATHERED] >= (LONG - 1) * STRONG:
            return False
        lines &= wordings[k, PLACE] == LINE
        first_part = wordings[k, FIRST_PART]
        ahead = np.int64(parts[first_part + windows[row, LEADING_PART], AHEAD])
        behind = np.int64(parts[first_part + windows[row, LAST_PART], BEHIND])
        most += _reach(np.int64(windows[row, LAST_WORD] + 1 - windows[row, FIRST_WORD]), ahead, behind)
    if lines:
        return most < _shortest(blocks, base, length)
    return most < MIN_FILLED * _shortest(sentences, base, length)


@inlined
def _reach(words: int, ahead: int, behind: int) -> int:
    """The words of a hit with those that may stand before it and behind it."""
    return words + max(0, ahead) + max(0, behind)


@inlined
def _shortest(starts: U32, base: int, length: int) -> int:
    """The words of the shortest sentence or block."""
    least = length
    for one in range(len(starts)):
        stop = np.int64(starts[one + 1]) - base if one + 1 < len(starts) else length
        least = min(least, stop - (np.int64(starts[one]) - base))
    return least


@lean
def _cover(
    singles: I32Rows, windows: I32Rows, alone: I32Rows, wordings: I64Rows, parts: I32Rows, sets: U64Rows, length: int
) -> None:
    """Let all hits of an article own what they could fill."""
    disown(sets, length)
    for row in range(len(singles)):
        word, class_ = np.int64(singles[row, 1]), singles[row, 2]
        _own(
            word, word, np.int64(alone[class_, REACHES_AHEAD]), np.int64(alone[class_, REACHES_BEHIND]), sets, length
        )
    for row in range(len(windows)):
        first_part = wordings[windows[row, WORDING], FIRST_PART]
        ahead = np.int64(parts[first_part + windows[row, LEADING_PART], AHEAD])
        behind = np.int64(parts[first_part + windows[row, LAST_PART], BEHIND])
        _own(np.int64(windows[row, FIRST_WORD]), np.int64(windows[row, LAST_WORD]), ahead, behind, sets, length)


@lean
def _survey(sets: U64Rows, starts: U32, base: int, which: int, share: float, length: int) -> None:
    """Put the words of the sentences or blocks in of which such a share is owned. Quicker than ``survey`` where most
    have an owned word."""
    for one in range(len(starts)):
        first = np.int64(starts[one]) - base
        stop = np.int64(starts[one + 1]) - base if one + 1 < len(starts) else length
        if first < stop and count(sets, OWNED, first, stop) >= share * (stop - first):
            put(sets, which, first, stop)


@inlined
def _own(first: int, last: int, ahead: int, behind: int, sets: U64Rows, length: int) -> None:
    """Own the words that a match could fill which has words ``first`` and ``last``, within their block."""
    floor, roof = max(0, first - max(0, ahead)), min(length, last + 1 + max(0, behind))
    put(sets, OWNED, last_in(sets, BLOCKS, floor, first, False), first_in(sets, BLOCKS, last + 1, roof, False))


@lean
def _write(
    zone: int, k: int, start: int, length: int, sets: U64Rows, wordings: I64Rows, parts: I32Rows, points: I64Rows,
    last: int, row: I32,
) -> None:  # fmt: skip
    """Write one place where a wording is found, from the last point of its alignment; words there count from
    ``start``."""
    first_part = wordings[k, FIRST_PART]
    strong, one, first = 0, last, last
    while one >= 0:
        strong += parts[first_part + points[one, PART], WEIGHT] == STRONG
        first, one = one, points[one, BEFORE]
    core_first, core_stop = points[first, WORD] - start, points[last, STOP] - start
    bounds = SENTENCES if wordings[k, PLACE] == ANYWHERE else BLOCKS
    ahead, behind = points[first, PART], points[last, PART]
    floor = max(-1, core_first - np.int64(parts[first_part + ahead, AHEAD]) - 1)
    head = last_in(sets, bounds, floor, core_first, False)
    if head == floor:
        head = core_first
    missing = np.int64(parts[first_part + behind, BEHIND])
    end = first_in(sets, bounds, core_stop, min(length, core_stop + missing + 1), False)
    if end - core_stop > missing:
        end = core_stop
    row[FOUND_ARTICLE], row[FOUND_WORDING], row[FOUND_WEIGHT], row[STRONG_PARTS] = (
        zone,
        k,
        points[last, SCORE],
        strong,
    )
    row[CORE_FIRST], row[CORE_STOP], row[FIRST], row[LAST] = core_first, core_stop, head, end
