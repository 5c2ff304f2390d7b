"""The exact look at what may be a footer: do the articles that hold the run tell different stories?

For each shingle with enough votes, a few of the articles that hold it are compared with each other. Two tell
different stories if each has long stretches of words that the other lacks, long in proportion to what they share. If
enough do, what they have in common around the shingle is a footer.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, U32, U64, Bool, Column, I32Rows, I64Rows, U32Rows
from dedup.footers.counting import slot_of
from dedup.footers.votes import PART_BITS, PARTS, Frequent, Suspects
from dedup.footers.winnowing import key_of
from dedup.kernels import kernel
from dedup.parts import Spread, at_once
from dedup.settings import Settings
from dedup.text.shingles import roll, table_size, workspace

SAMPLE = 5
"""Articles that are compared for one run: all pairs of them."""

SUSPECTS_AT_ONCE = 512
"""Suspects that are judged in one go. Where words lie in files, each looks at some five places of them, and the
system brings 64 KiB around each into memory: 160 MB."""


class Runs(NamedTuple):
    """Runs of words that recur in many articles, each as it stands in one of them."""

    articles: I32
    """Shape (runs,): an article that holds it."""

    firsts: I32
    """Shape (runs,): its first word there."""

    stops: I32
    """Shape (runs,): one behind its last word."""

    held: I32
    """Shape (runs,): about how many different texts hold it, as far as they were counted."""

    stories: I32
    """Shape (runs,): how many different stories the articles tell that were compared."""

    compared: I32
    """Shape (runs,): how many articles were compared, at most ``SAMPLE``."""

    def take(self, places: I64 | Bool) -> "Runs":
        """The given runs."""
        return Runs(*(part[places] for part in self))


def judge(
    words: Column[np.uint32],
    frequent: Frequent,
    sources: I32,
    suspects: Suspects,
    *,
    fewest_across: int,
    settings: Settings,
    spread: Spread = at_once,
    between: Callable[[], None] | None = None,
) -> tuple[Runs, Bool]:
    """The runs around the suspects, and which articles hold any, shape (articles,).

    Args:
        words: of different texts.
        frequent: what ``suspects`` gives for them.
        sources: a number for the source of each text, -1 where it is unknown.
        suspects: the shingles to look at.
        fewest_across: articles below which a run counts only if they are all of one source.
        settings: ``footer_words``, ``min_apart_words``, ``min_apart_in_source``, ``min_apart`` and ``shingle_words``
            count here.
        spread: how the search for who holds them is shared out.
        between: called after every ``SUSPECTS_AT_ONCE`` of them, to let go of memory.

    Costs some 50 microseconds per run, and 2 ns per frequent pick.
    """
    holders, ranks, holding = held_by(frequent, suspects, spread)
    holders = np.take_along_axis(holders, np.lexsort((holders, ranks)), axis=1)
    runs = judge_held(
        words, holders, sources, suspects, fewest_across=fewest_across, settings=settings, between=between
    )
    return runs, holding


def held_by(frequent: Frequent, suspects: Suspects, spread: Spread = at_once) -> tuple[I32, U32, Bool]:
    """Up to ``SAMPLE`` articles that hold each suspect, in any order, with the ranks by which they were chosen.

    Both of shape (suspects, SAMPLE), -1 where there are fewer; and which articles hold any, shape (articles,). Those
    of the lowest ranks are chosen, of equal ones the first.
    """
    holders = np.full((len(suspects.keys), SAMPLE), -1, np.int32)
    ranks = np.full((len(suspects.keys), SAMPLE), 0xFFFFFFFF, np.uint32)
    picks, digests = frequent
    holding = np.zeros(len(picks), np.bool_)
    index = _index(suspects.keys)

    def hold(low: int, high: int) -> None:  # several write ``holding``, and all of them true
        _hold(
            picks.values, picks.starts, picks.stops, digests, suspects.keys, *index, low, high, holders, ranks,
            holding,
        )  # fmt: skip

    spread(hold, PARTS)
    return holders, ranks, holding


def judge_held(
    words: Column[np.uint32],
    holders: I32,
    sources: I32,
    suspects: Suspects,
    *,
    fewest_across: int,
    settings: Settings,
    between: Callable[[], None] | None = None,
) -> Runs:
    """The runs around the suspects, as ``judge`` has them, by the articles that hold each, in order of rank."""
    index = _index(suspects.keys)
    of_each = np.where(holders >= 0, words.lengths[holders], 0)
    scratch, table, marks = workspace(int(of_each.sum(axis=1).max(initial=0)))
    found = np.empty((6, len(suspects.keys)), np.int32)
    done, footer = np.zeros((2, len(suspects.keys)), np.bool_)
    count, mark = 0, 1 << SAMPLE  # the lower bits of a mark tell of each article
    for begin in range(0, len(suspects.keys), SUSPECTS_AT_ONCE):
        count, mark = _judge(
            words.values, words.starts, words.stops, sources, suspects.keys, suspects.held, *index, holders, begin,
            settings.footer_words, settings.shingle_words, settings.min_apart_words, settings.min_apart_in_source,
            settings.min_apart, scratch, table, marks, settings.min_footer_stories, fewest_across, done, footer,
            count, mark, found,
        )  # fmt: skip
        if between:
            between()
    return Runs(*found[:, :count].copy())


def _index(keys: U32) -> tuple[I32, U8]:
    """A hash table from key to its place in ``keys``, and a map of bits that says no to most other keys."""
    slots = table_size(2 * len(keys))
    places, bits = np.full(slots, -1, np.int32), np.zeros(slots, np.uint8)
    _enter(keys, places, bits)
    return places, bits


@kernel
def _slot(key: np.uint32, slots: int) -> np.uint64:
    return (np.uint64(key) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(24)) & np.uint64(slots - 1)


@kernel
def _enter(keys: U32, places: I32, bits: U8) -> None:
    for i in range(len(keys)):
        slot = _slot(keys[i], len(places))
        while places[slot] >= 0:
            slot = (slot + np.uint64(1)) & np.uint64(len(places) - 1)
        places[slot] = i
        bit = _slot(keys[i], 8 * len(bits))
        bits[bit >> np.uint64(3)] |= np.uint8(1) << np.uint8(bit & np.uint64(7))


@kernel
def _find(key: np.uint32, keys: U32, places: I32, bits: U8) -> int:
    """The place of a key, -1 if it is none."""
    bit = _slot(key, 8 * len(bits))
    if not bits[bit >> np.uint64(3)] >> np.uint8(bit & np.uint64(7)) & np.uint8(1):
        return -1
    slot = _slot(key, len(places))
    while places[slot] >= 0:
        if keys[places[slot]] == key:
            return int(places[slot])
        slot = (slot + np.uint64(1)) & np.uint64(len(places) - 1)
    return -1


@kernel
def _hold(
    picked: U32, starts: I64, stops: I64, digests: U64, keys: U32, places: I32, bits: U8, low: int, high: int,
    holders: I32Rows, ranks: U32Rows, holding: Bool,
) -> None:  # fmt: skip
    """Note ``SAMPLE`` of the articles that hold each suspect of the parts ``low`` to ``high - 1`` of ``PARTS``: those
    whose digest, mixed with its key, is lowest, of several the first.

    So the number of an article does not matter, and a new one seldom changes the sample. O(picks).
    """
    for a in range(len(starts)):
        for pick in picked[starts[a] : stops[a]]:
            s = _find(pick, keys, places, bits) if low <= slot_of(pick, PART_BITS) < high else -1
            if s < 0:
                continue
            holding[a] = True
            mixed = (digests[a] ^ np.uint64(keys[s])) * np.uint64(0xD6E8FEB86659FD93)
            rank = np.uint32(mixed >> np.uint64(32))
            last, known = 0, False
            for h in range(SAMPLE):
                known = known or holders[s, h] == a
                if ranks[s, h] > ranks[s, last] or (
                    ranks[s, h] == ranks[s, last] and holders[s, h] > holders[s, last]
                ):
                    last = h
            if not known and rank < ranks[s, last]:
                ranks[s, last], holders[s, last] = rank, a


@kernel
def _judge(
    words: U32, starts: I64, stops: I64, sources: I32, keys: U32, held: I64, places: I32, bits: U8, holders: I32Rows,
    begin: int, footer_words: int, size: int, stretch: int, in_source: float, elsewhere: float, scratch: U64,
    table: U64, marks: I64, fewest_stories: int, fewest_across: int, done: Bool, footer: Bool, count: int, mark: int,
    found: I32Rows,
) -> tuple[int, int]:  # fmt: skip
    """Write a run for each of ``SUSPECTS_AT_ONCE`` suspects that does not lie in one yet, as the rows of ``Runs``.

    Returns how many rows there are then, and the next free mark of the table.

    ``done`` and ``footer`` tell of each suspect whether it lies in a run, and in a footer. O(words) of ``SAMPLE``
    articles for each pair of them.
    """
    chosen, at = np.empty(SAMPLE, np.int64), np.empty(SAMPLE, np.int64)
    apart, shared = np.zeros((SAMPLE, SAMPLE), np.int64), np.zeros((SAMPLE, SAMPLE), np.int64)
    tellers = np.empty(SAMPLE, np.int64)  # the first article of each story
    for s in range(begin, min(begin + SUSPECTS_AT_ONCE, len(keys))):
        if done[s]:
            continue
        done[s] = True
        if held[s] < fewest_across and not _of_one_source(holders[s], sources):
            continue
        n = 0
        for h in range(SAMPLE):
            a = holders[s, h]
            place = -1 if a < 0 else _place(words, starts[a], stops[a], footer_words, keys[s], scratch)
            if place >= 0:
                chosen[n], at[n] = a, place
                n += 1
        if n < fewest_stories:
            continue
        mark = _measure(words, starts, stops, chosen, n, size, stretch, scratch, table, marks, mark, apart, shared)
        stories = 0
        for j in range(n):
            own = True
            for t in range(stories):
                i = tellers[t]
                alike = sources[chosen[i]] >= 0 and sources[chosen[i]] == sources[chosen[j]]
                wanted = (in_source if alike else elsewhere) * min(shared[i, j], shared[j, i])
                own = own and min(apart[i, j], apart[j, i]) >= max(stretch, wanted)
            if own:
                tellers[stories] = j
                stories += 1
        left, right = _common(words, starts, stops, chosen, at, tellers, stories if stories > 2 else n, stories > 2)
        if right < footer_words:  # two shingles of one key
            continue
        first, stop = _new_part(
            words, at[0] - left, at[0] + right, footer_words, keys, places, bits, scratch, done, footer
        )
        if stop - first < footer_words:
            continue
        if stories >= fewest_stories and 2 * stories > n:
            for i in range(roll(words, first, stop, footer_words, scratch)):
                other = _find(key_of(scratch[i]), keys, places, bits)
                if other >= 0:
                    footer[other] = True
        a = chosen[0]
        found[0, count], found[1, count], found[2, count] = a, first - starts[a], stop - starts[a]
        found[3, count], found[4, count], found[5, count] = held[s], stories, n
        count += 1
    return count, mark


@kernel
def _of_one_source(holders: I32, sources: I32) -> bool:
    """Whether all articles that hold a suspect are known to be of one source."""
    alike = True
    for a in holders:
        alike = alike and (a < 0 or (sources[a] >= 0 and sources[a] == sources[holders[0]]))
    return alike


@kernel
def _new_part(
    words: U32, first: int, stop: int, size: int, keys: U32, places: I32, bits: U8, scratch: U64, done: Bool,
    footer: Bool,
) -> tuple[int, int]:  # fmt: skip
    """The longest part of a run that lies in no footer found before; all its suspects are done with."""
    begin, best_first, best_stop = first, first, first
    for i in range(roll(words, first, stop, size, scratch)):
        s = _find(key_of(scratch[i]), keys, places, bits)
        if s < 0:
            continue
        done[s] = True
        if footer[s]:
            if first + i - begin > best_stop - best_first:
                best_first, best_stop = begin, first + i
            begin = first + i + size
    if stop - begin > best_stop - best_first:
        best_first, best_stop = begin, stop
    return best_first, best_stop


@kernel
def _place(words: U32, start: int, stop: int, size: int, key: np.uint32, scratch: U64) -> int:
    """Where the shingle of a key first begins in an article, -1 if nowhere. O(words)."""
    for i in range(roll(words, start, stop, size, scratch)):
        if key_of(scratch[i]) == key:
            return start + i
    return -1


@kernel
def _measure(
    words: U32, starts: I64, stops: I64, chosen: I64, n: int, size: int, stretch: int, scratch: U64, table: U64,
    marks: I64, mark: int, apart: I64Rows, shared: I64Rows,
) -> int:  # fmt: skip
    """For each two articles i and j, the shingles of j that i has, and those in stretches of j that i lacks.

    A stretch counts from ``stretch`` shingles in a row. Returns the next free mark of the table: a shingle's is
    ``mark`` and a bit for each article that has it. ``table`` and ``marks`` have room for the shingles of all
    ``SAMPLE`` articles. O(words).
    """
    total, lacking = 0, np.zeros(SAMPLE, np.int64)
    for i in range(n):
        total += max(0, stops[chosen[i]] - starts[chosen[i]] - size + 1)
    slots = np.uint64(table_size(total) - 1)
    for i in range(n):
        for p in range(roll(words, starts[chosen[i]], stops[chosen[i]], size, scratch)):
            slot = _slot_of(scratch[p], slots, table, marks, mark)
            if marks[slot] < mark:
                table[slot], marks[slot] = scratch[p], mark
            marks[slot] |= 1 << i
    shared[:n, :n] = apart[:n, :n] = 0
    for j in range(n):
        lacking[:] = 0
        for p in range(roll(words, starts[chosen[j]], stops[chosen[j]], size, scratch)):
            holders = marks[_slot_of(scratch[p], slots, table, marks, mark)]
            for i in range(n):
                held = holders >> i & 1
                shared[i, j] += held
                lacking[i] = 0 if held else lacking[i] + 1
                apart[i, j] += stretch if lacking[i] == stretch else int(lacking[i] > stretch)
    return mark + (1 << SAMPLE)


@kernel
def _slot_of(shingle: np.uint64, slots: np.uint64, table: U64, marks: I64, mark: int) -> np.uint64:
    """The slot of a shingle, or the free one where it belongs."""
    slot = shingle & slots
    while marks[slot] >= mark and table[slot] != shingle:
        slot = (slot + np.uint64(1)) & slots
    return slot


@kernel
def _common(
    words: U32, starts: I64, stops: I64, chosen: I64, at: I64, tellers: I64, n: int, told: bool
) -> tuple[int, int]:
    """How many words before and from the shingle's first on the articles have in common; one of four may differ.

    Compared are the first article and the ``n`` tellers if stories are ``told``, else the first ``n`` articles.
    """
    lefts, rights = np.empty(n - 1, np.int64), np.empty(n - 1, np.int64)
    a = chosen[0]
    for t in range(1, n):
        other = tellers[t] if told else t
        b, left, right = chosen[other], 0, 0
        while left < min(at[0] - starts[a], at[other] - starts[b]) and (
            words[at[0] - left - 1] == words[at[other] - left - 1]
        ):
            left += 1
        while (
            right < min(stops[a] - at[0], stops[b] - at[other]) and words[at[0] + right] == words[at[other] + right]
        ):
            right += 1
        lefts[t - 1], rights[t - 1] = left, right
    dropped = 1 if n > 3 else 0
    return np.sort(lefts)[dropped], np.sort(rights)[dropped]
