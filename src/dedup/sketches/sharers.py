"""Sharers: which known articles share so much with one that they must be compared, by one pass over all words.

No signature is asked: the shingles of the article are looked up at every word of the known ones, so near copies and
excerpts in either direction are found for certain. Copies in other words are found by keys, as in ``keys``, but
without a limit on the articles that hold one: the keys of a single article name few enough.

The known articles still hold the footers that a scan learned. What these can hide is allowed for: shingles that
exist only once a footer is gone, and words that count as the article's until it is.
"""

from typing import NamedTuple

import numpy as np

from dedup.columns import I64, U8, U32, U64, Bool, Column
from dedup.kernels import kernel
from dedup.settings import Settings
from dedup.sketches.keys import APART
from dedup.sketches.numbers import Numbers, has, let_pass, numbers, passes, put
from dedup.text.shingles import BASE, MIX, roll, table_size
from dedup.text.stems import Stems, stem_of

WORDS, KEYS = 1, 2
"""Bits of what ``sharers`` gives."""

WORD, FORM = np.uint8(1), np.uint8(2)
"""Bits of a word's flag: the article has the word; it has an anchor of its stem."""

FLAGS = 16
"""Flags for each word that has one, at least: a sixteenth of other words share one."""


class Sought(NamedTuple):
    """What of one article is looked for in others."""

    flags: U8
    """By the lowest bits of a word, shape (a power of two,): ``WORD`` and ``FORM`` of all words that have these."""

    shingles: Numbers
    distinct: int
    """Distinct shingles of the article."""

    forms: U64
    """The entry of every known word that has the stem of one of the article's anchors, as a table of ``Rare``."""

    keys: Numbers
    """Each two anchors that make a key; empty if rewriting is not asked about."""

    totals: int
    """Keys of the article, those that come twice included."""

    stems: U64
    """The table of ``Stems`` of all known words."""

    common: Numbers
    """Stems that are no anchors."""

    footers: Numbers
    """Shingles of the footers that the scan learned, of ``footer_size`` words."""

    footer_count: int
    """How many there are."""

    footer_size: int
    footer_words: U64
    """A sieve of their words."""


class Bounds(NamedTuple):
    """From what on an article may be a copy, as the settings have it."""

    size: int
    """Words in a shingle."""

    min_share: float
    """Share of the question's shingles from which the two are near, or the question stands in the other."""

    min_part: float
    """Share of the other's shingles from which it stands in the question, ..."""

    min_part_words: int
    """... if it has so many words."""

    min_keys: int
    """Keys that both have, ..."""

    min_key_share: float
    """... and their share of the keys of the one that has fewer."""

    footer_run: int
    """Shingles in a row that a footer has at least."""

    remnant: int
    """Words beside a footer that may go with it."""


def bounds(settings: Settings) -> Bounds:
    """The bounds that no pair of articles falls below that ``decide`` relates, but for spun ones."""
    part = min(settings.min_containment, settings.min_whole_containment)
    size = min(settings.shingle_words, settings.footer_words)
    return Bounds(
        settings.shingle_words, min(settings.min_resemblance, part), part,
        min(settings.min_whole_words, settings.min_excerpt_words), settings.min_shared_keys, settings.min_key_share,
        settings.footer_words - size + 1, settings.max_remnant_words,
    )  # fmt: skip


def sought(
    body: U32, anchors: U32, stems: Stems, common: U32, learned: Column[np.uint32], settings: Settings
) -> Sought:
    """What to look for of one article.

    Args:
        body: its words, without footers.
        anchors: the stems of its rare words, in order; none if rewriting is not asked about.
        stems: of all known words.
        common: the stems that are not rare.
        learned: the words of each footer that the known articles may still hold.
        settings: ``shingle_words`` and ``footer_words`` count here.

    One pass over the table of stems, 2 ns per slot.
    """
    size = min(settings.shingle_words, settings.footer_words)
    shingles, keys, footers = (
        numbers(n) for n in (len(body), APART * len(anchors), int(learned.lengths.sum()) if len(learned) else 0)
    )
    common_, wanted = numbers(len(common) if len(anchors) else 0), numbers(len(anchors))
    footer_words = np.zeros_like(footers.sieve)
    scratch = np.empty(max(len(body), int(learned.lengths.max(initial=0))) + 1, np.uint64)
    distinct, totals = _fill(
        body, anchors, common if len(anchors) else common[:0], learned.values, learned.starts, learned.stops,
        settings.shingle_words, size, scratch, shingles, keys, common_, wanted, footers, footer_words,
    )  # fmt: skip
    entries, forms = _forms_of(stems.table, wanted) if len(anchors) else np.empty(0, np.uint64), Stems()
    forms.add(entries)
    flags = np.zeros(1 << max(8, int(FLAGS * (len(body) + len(entries))).bit_length()), np.uint8)
    flags[body & (len(flags) - 1)] = WORD
    flags[(entries >> np.uint64(32)).astype(np.uint32) & (len(flags) - 1)] |= FORM
    return Sought(
        flags, shingles, distinct, forms.rare(np.empty(0, np.uint32)).table, keys, totals, stems.table, common_,
        footers, len(learned), size, footer_words,
    )  # fmt: skip


def sharers(words: Column[np.uint32], wanted: Sought, settings: Settings) -> U8:
    """Which articles share enough with the one that is sought, shape (articles,).

    ``WORDS``: one may be near to the other, or stand in it; no other article is. ``KEYS``: they share
    ``min_shared_keys`` keys, and ``min_key_share`` of the keys of the one that has fewer. Of its anchors only those
    are looked at that the question has, too, among which two that make a key stand as close, or closer: so some are
    told to share enough that do not. With a question shorter than a shingle none is told to. Some 2 ns per word.
    """
    longest, found = int(words.lengths.max(initial=0)), np.zeros(len(words), np.uint8)
    slots = table_size(longest)
    _search(
        words.values, words.starts, words.stops, wanted, bounds(settings), np.empty(longest + 1, np.uint64),
        np.empty(longest + 1, np.uint64), np.empty(longest + 1, np.bool_), np.empty(slots, np.uint64),
        np.zeros(slots, np.int64), found,
    )  # fmt: skip
    return found


def _forms_of(table: U64, wanted: Numbers) -> U64:
    """The entries of all words whose stems are wanted."""
    room = 4096
    while True:
        found = np.empty(room, np.uint64)
        count = _forms(table, wanted, found)
        if count <= room:
            return found[:count]
        room = count


@kernel
def _key(left: np.uint32, right: np.uint32) -> np.uint64:
    """A number for two stems, the same in either order."""
    low, high = np.uint64(min(left, right)), np.uint64(max(left, right))
    mixed = (high << np.uint64(32) | low) * np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ mixed >> np.uint64(32)


@kernel
def _fill(
    body: U32, anchors: U32, common: U32, learned: U32, starts: I64, stops: I64, size: int, footer_size: int,
    scratch: U64, shingles: Numbers, keys: Numbers, common_: Numbers, wanted: Numbers, footers: Numbers,
    footer_words: U64,
) -> tuple[int, int]:  # fmt: skip
    """Fill all sets, and return how many distinct shingles and how many keys there are."""
    distinct, totals = 0, 0
    for i in range(roll(body, 0, len(body), size, scratch)):
        distinct += put(scratch[i], shingles)
    for i in range(len(anchors)):
        put(np.uint64(anchors[i]), wanted)
        for j in range(i + 1, min(i + APART + 1, len(anchors))):
            if anchors[i] != anchors[j]:
                put(_key(anchors[i], anchors[j]), keys)
                totals += 1
    for i in range(len(common)):
        put(np.uint64(common[i]), common_)
    for run in range(len(starts)):
        for i in range(roll(learned, starts[run], stops[run], footer_size, scratch)):
            put(scratch[i], footers)
        for i in range(starts[run], stops[run]):
            let_pass(np.uint64(learned[i]), footer_words)
    return distinct, totals


@kernel
def _forms(table: U64, wanted: Numbers, found: U64) -> int:
    """Write the entries whose stems are wanted, and return how many there are, even where there is no room."""
    count, stems, sieve = 0, wanted.table, wanted.sieve
    for slot in range(len(table)):
        stem = table[slot] & np.uint64(0xFFFFFFFF)
        if stem != 0 and has(stem, stems, sieve):
            if count < len(found):
                found[count] = table[slot]
            count += 1
    return count


@kernel
def _shingle(words: U32, at: int, size: int) -> np.uint64:
    """One shingle, as ``roll`` makes it."""
    hash_ = np.uint64(0)
    for i in range(at, at + size):
        hash_ = hash_ * BASE + np.uint64(words[i]) + np.uint64(1)
    hash_ = (hash_ ^ hash_ >> np.uint64(32)) * MIX
    return hash_ ^ hash_ >> np.uint64(32)


@kernel
def _search(
    words: U32, starts: I64, stops: I64, wanted: Sought, least: Bounds, shingles: U64, others: U64, footer: Bool,
    table: U64, marks: I64, found: U8,
) -> None:  # fmt: skip
    """Tell of each article what it shares. O(words).

    A shingle is looked at only behind as many words in a row that the question has, too. Nothing is taken out of a
    tuple in the loop over words, which would count references to it.
    """
    flags, known, sieve, size = wanted.flags, wanted.shingles.table, wanted.shingles.sieve, least.size
    forms, keys, key_sieve, asked = wanted.forms, wanted.keys.table, wanted.keys.sieve, wanted.totals > 0
    mask = np.uint32(len(flags) - 1)
    for a in range(len(starts)):
        shared, run = 0, 0
        shared_keys, last, before = 0, np.uint32(0), np.uint32(0)  # of the anchors that the question has, too
        for i in range(starts[a], stops[a]):
            flag = flags[words[i] & mask]
            run = (run + 1) * int(flag & WORD)
            if run < size and not flag & FORM:
                continue
            if run >= size:
                shared += has(_shingle(words, i - size + 1, size), known, sieve)
            stem = stem_of(words[i], forms) if flag & FORM else np.uint32(0)
            if stem != 0:
                if 0 != last != stem:
                    shared_keys += has(_key(last, stem), keys, key_sieve)
                if 0 != before != stem:
                    shared_keys += has(_key(before, stem), keys, key_sieve)
                last, before = stem, last
        if shared and _may_share(
            words, starts[a], stops[a], shared, wanted, least, shingles, others, footer, table, marks, a + 1
        ):
            found[a] = WORDS
        if asked and shared_keys >= least.min_keys:
            most = shared_keys / least.min_key_share
            if wanted.totals <= most or not _more_keys(words, starts[a], stops[a], most, wanted):
                found[a] |= KEYS


@kernel
def _may_share(
    words: U32, start: int, stop: int, shared: int, wanted: Sought, least: Bounds, shingles: U64, others: U64,
    footer: Bool, table: U64, marks: I64, mark: int,
) -> bool:  # fmt: skip
    """Whether an article may be near to the question, or one stand in the other.

    ``shared`` of its shingles are the question's. Each footer that it may hold can hide ``size - 1`` more,
    and take words with it on either side; shingles in a footer are nobody's.
    """
    enough, size = least.min_share * wanted.distinct, least.size
    if shared >= enough:
        return True
    gaps = _footers(words, start, stop, wanted, least, others, footer)
    most = min(shared + gaps * (size - 1), wanted.distinct)
    if most >= enough:
        return True
    if stop - start < least.min_part_words:
        return False
    room = most * (1 - least.min_part) / least.min_part + 2 * least.remnant * gaps + 1e-6
    known, sieve = wanted.shingles.table, wanted.shingles.sieve
    count = roll(words, start, stop, size, shingles)
    own, slots, covered = 0, np.uint64(table_size(count) - 1), 0
    for i in range(size - 1):
        covered += footer[i]
    for i in range(count):
        covered += footer[i + size - 1]
        free = covered == 0
        covered -= footer[i]
        if not free or has(shingles[i], known, sieve):
            continue
        slot = shingles[i] & slots
        while marks[slot] == mark and table[slot] != shingles[i]:
            slot = (slot + np.uint64(1)) & slots
        if marks[slot] != mark:
            table[slot], marks[slot] = shingles[i], mark
            own += 1
            if own > room:
                return False
    return True


@kernel
def _footers(words: U32, start: int, stop: int, wanted: Sought, least: Bounds, others: U64, footer: Bool) -> int:
    """Mark the words that stand in shingles of footers, and return how many footers there may be, apart from others.

    O(words).
    """
    footer[: stop - start] = False
    if not wanted.footer_count:
        return 0
    gaps, run, size, known, sieve = 0, 0, wanted.footer_size, wanted.footers.table, wanted.footers.sieve
    for i in range(roll(words, start, stop, size, others)):
        if has(others[i], known, sieve):
            footer[i : i + size] = True
            run += 1
            gaps += run == least.footer_run
        else:
            run = 0
    return gaps


@kernel
def _more_keys(words: U32, start: int, stop: int, most: float, wanted: Sought) -> bool:
    """Whether an article has more keys than ``most``, those aside that may be a footer's. Stops as soon as it has."""
    footers, stems, common, sieve = wanted.footer_words, wanted.stems, wanted.common.table, wanted.common.sieve
    keys, last, before = 0, np.uint32(0), np.uint32(0)
    for i in range(start, stop):
        if passes(np.uint64(words[i]), footers):
            continue
        stem = stem_of(words[i], stems)
        if stem == 0 or has(np.uint64(stem), common, sieve):
            continue
        keys += (0 != last != stem) + (0 != before != stem)
        last, before = stem, last
        if keys > most:
            return True
    return False
