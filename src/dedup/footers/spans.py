"""Spans: which words of each article are footers, and what is left of an article without them.

The spans of many articles are a column with a row per span, ``(footer, first, stop)``: the number of the footer and
the words ``first`` to ``stop - 1`` of its article. The rows of an article are in order and do not overlap.
"""

import numpy as np

from dedup.columns import I32, I64, U32, Column, I32Rows, I64Rows, column, packed
from dedup.kernels import kernel
from dedup.memory import fresh
from dedup.text.words import Words

Spans = Column[np.int32]
"""Values of shape (total, 3)."""


def no_spans(articles: int) -> Spans:
    """No span in any of so many articles."""
    return column(np.empty((0, 3), np.int32), np.zeros(articles + 1, np.int64))


def spans_of(rows: I32, articles: I64, count: int) -> Spans:
    """Spans from their rows and the article of each, in order of article; ``count`` articles there are."""
    return column(rows, np.searchsorted(articles, np.arange(count + 1)))


def stripped(words: Words, spans: Spans) -> Words:
    """The articles without the given spans, packed one after the other.

    The places in the text stay those of all words. Takes ``words`` over: they lie one after the other, and the same
    memory is used. O(words).
    """
    parts = []
    for part, is_start in ((words.hashes, False), (words.blocks, True), (words.sentences, True)):
        bounds = np.zeros(len(words) + 1, np.int64)
        lengths = words.hashes.lengths
        if is_start:
            _shift(
                part.values, part.starts, part.stops, lengths, spans.values, spans.starts, spans.stops, part.values,
                bounds,
            )  # fmt: skip
        else:
            _strip(part.values, part.starts, part.stops, spans.values, spans.starts, spans.stops, bounds)
        parts.append(column(part.values[: bounds[-1]].copy(), bounds))
    return Words(parts[0], parts[1], parts[2], words.places, words.far)


def strip_in_place(words: Column[np.uint32], spans: Spans) -> Column[np.uint32]:
    """The words without the given spans; those behind a gap are moved up to it where they lie.

    What lies before the first gap stays, and so does what lies behind one that begins the article, which begins later
    then: mostly little is moved. O(spans and moved words).
    """
    starts, stops = words.starts.copy(), words.stops.copy()
    _strip_in_place(words.values, starts, stops, spans.values, spans.starts, spans.stops)
    return Column(words.values, starts, stops)


def renumbered(begins: Column[np.uint32], lengths: I64, spans: Spans) -> Column[np.uint32]:
    """The words that begin blocks or sentences, as they are numbered once the spans are gone.

    Args:
        begins: for each block or sentence of an article the number of its first word.
        lengths: words of each article before, shape (articles,).
        spans: what is taken out.
    """
    moved, bounds = fresh(int(begins.lengths.sum()), np.uint32), np.zeros(len(begins) + 1, np.int64)
    _shift(
        begins.values, begins.starts, begins.stops, lengths, spans.values, spans.starts, spans.stops, moved, bounds
    )
    return column(moved[: bounds[-1]], bounds)


def less(spans: Spans, others: Spans) -> Spans:
    """The spans without the words of the others; a span may be cut in two or vanish."""
    room = int(spans.lengths.sum() + others.lengths.sum())
    rows, bounds = np.empty((room, 3), np.int32), np.zeros(len(spans) + 1, np.int64)
    _less(spans.values, spans.starts, spans.stops, others.values, others.starts, others.stops, rows, bounds)
    return column(rows[: bounds[-1]].copy(), bounds)


def with_remnants(spans: Spans, blocks: Column[np.uint32], lengths: I64, *, most: int, share: float) -> Spans:
    """The spans, and with them what little they leave of blocks that are nearly all footer.

    Args:
        spans: of articles; a span does not reach over more than what it holds.
        blocks: for each block of an article the number of its first word.
        lengths: words of each article, shape (articles,).
        most: words of a piece that may go with the span beside it.
        share: of a block's words, 0 to 1, that the spans must hold for that.
    """
    rows, bounds = np.empty((int(spans.lengths.sum()), 3), np.int32), np.zeros(len(spans) + 1, np.int64)
    _with_remnants(
        spans.values, spans.starts, spans.stops, blocks.values, blocks.starts, blocks.stops, lengths, most, share,
        rows, bounds,
    )  # fmt: skip
    return column(rows[: bounds[-1]].copy(), bounds)


def together(left: Spans, right: Spans) -> Spans:
    """The spans of both, which do not overlap. O(spans)."""
    room = int(left.lengths.sum() + right.lengths.sum())
    rows, bounds = np.empty((room, 3), np.int32), np.zeros(len(left) + 1, np.int64)
    _together(left.values, left.starts, left.stops, right.values, right.starts, right.stops, rows, bounds)
    return column(rows, bounds)


def before_strip(later: Spans, earlier: Spans) -> Spans:
    """Spans of stripped articles, counted in the words that were there before ``earlier`` was stripped.

    A span that reached over a gap is cut there, so that the result does not overlap with ``earlier``.
    """
    room = int(later.lengths.sum() + earlier.lengths.sum())
    rows, bounds = np.empty((room, 3), np.int32), np.zeros(len(later) + 1, np.int64)
    _before_strip(
        later.values, later.starts, later.stops, earlier.values, earlier.starts, earlier.stops, rows, bounds
    )
    return column(rows[: bounds[-1]].copy(), bounds)


def in_text(spans: Spans, articles: I64, runs: I64) -> I64:
    """Runs of words of stripped articles, counted in the words that were there before ``spans`` were stripped.

    Args:
        spans: what was stripped.
        articles: the article of each run, shape (runs,).
        runs: the first word and the one after the last, shape (runs, 2), none empty.

    Unlike those of ``before_strip``, a run is not cut: it reaches over the gaps within it. O(runs + their gaps).
    """
    found = np.empty((len(runs), 2), np.int64)
    _in_text(spans.values, spans.starts, spans.stops, np.ascontiguousarray(articles), runs, found)
    return found


def articles_of(spans: Spans) -> I64:
    """The article of each row of ``rows_of``, shape (rows,)."""
    return np.repeat(np.arange(len(spans)), spans.lengths)


def rows_of(spans: Spans) -> I32:
    """The rows in order of their articles, shape (rows, 3)."""
    return packed(spans).values


@kernel
def _strip(values: U32, starts: I64, stops: I64, rows: I32Rows, firsts: I64, lasts: I64, bounds: I64) -> None:
    """Move the words of all articles outside the spans together."""
    at = 0
    for a in range(len(starts)):
        word = starts[a]
        for r in range(firsts[a], lasts[a]):
            at = _move(values, word, starts[a] + rows[r, 1], at)
            word = starts[a] + rows[r, 2]
        at = bounds[a + 1] = _move(values, word, stops[a], at)


@kernel
def _strip_in_place(values: U32, starts: I64, stops: I64, rows: I32Rows, firsts: I64, lasts: I64) -> None:
    """Move the words of each article outside the spans together, and write where they start and stop then."""
    for a in range(len(starts)):
        start = word = at = starts[a]
        for r in range(firsts[a], lasts[a]):
            at = _move(values, word, start + rows[r, 1], at)
            word = start + rows[r, 2]
            if at == starts[a]:  # no word stays before the span
                starts[a] = at = word
        stops[a] = _move(values, word, stops[a], at)


@kernel
def _move(values: U32, first: int, stop: int, to: int) -> int:
    """Move words down to ``to``, or leave them alone that lie there: memory that is only read need not be copied.

    Returns the end of the words.
    """
    if first != to:
        for i in range(stop - first):
            values[to + i] = values[first + i]
    return to + stop - first


@kernel
def _together(
    left: I32Rows, starts: I64, stops: I64, right: I32Rows, firsts: I64, lasts: I64, out: I32Rows, bounds: I64
) -> None:
    """Merge the rows of each article in order of their first word. O(rows)."""
    count = 0
    for a in range(len(starts)):
        i, j = starts[a], firsts[a]
        while i < stops[a] or j < lasts[a]:
            if j == lasts[a] or (i < stops[a] and left[i, 1] <= right[j, 1]):
                out[count] = left[i]
                i += 1
            else:
                out[count] = right[j]
                j += 1
            count += 1
        bounds[a + 1] = count


@kernel
def _shift(
    begins: U32, starts: I64, stops: I64, lengths: I64, rows: I32Rows, firsts: I64, lasts: I64, moved: U32,
    bounds: I64,
) -> None:  # fmt: skip
    """Renumber the words that begin blocks or sentences.

    One that is gone hands its beginning to the next that stays. ``moved`` may be ``begins``, where articles lie one
    after the other.
    """
    at = 0
    for a in range(len(starts)):
        row, gone, first = firsts[a], 0, at
        left = lengths[a]
        for r in range(firsts[a], lasts[a]):
            left -= rows[r, 2] - rows[r, 1]
        for i in range(starts[a], stops[a]):
            word = np.int64(begins[i])
            while row < lasts[a] and rows[row, 2] <= word:
                gone += rows[row, 2] - rows[row, 1]
                row += 1
            now = word - gone
            if row < lasts[a] and rows[row, 1] < word:
                now = rows[row, 1] - gone
            if now < left and (at == first or moved[at - 1] != now):
                moved[at] = now
                at += 1
        bounds[a + 1] = at


@kernel
def _less(
    rows: I32Rows, starts: I64, stops: I64, others: I32Rows, firsts: I64, lasts: I64, out: I32Rows, bounds: I64
) -> None:
    """Cut the other spans out of ``rows``. O(rows + others)."""
    count = 0
    for a in range(len(starts)):
        other = firsts[a]
        for r in range(starts[a], stops[a]):
            first = rows[r, 1]
            while other < lasts[a] and others[other, 2] <= first:
                other += 1
            o = other
            while o < lasts[a] and others[o, 1] < rows[r, 2]:
                if first < others[o, 1]:
                    out[count, 0], out[count, 1], out[count, 2] = rows[r, 0], first, others[o, 1]
                    count += 1
                first = max(first, others[o, 2])
                o += 1
            if first < rows[r, 2]:
                out[count, 0], out[count, 1], out[count, 2] = rows[r, 0], first, rows[r, 2]
                count += 1
        bounds[a + 1] = count


@kernel
def _before_strip(
    rows: I32Rows, starts: I64, stops: I64, earlier: I32Rows, firsts: I64, lasts: I64, out: I32Rows, bounds: I64
) -> None:
    """Count ``rows`` in the words before ``earlier`` was stripped. O(rows + earlier)."""
    count = 0
    for a in range(len(starts)):
        gap, gone = firsts[a], 0
        for r in range(starts[a], stops[a]):
            first, stop = rows[r, 1], rows[r, 2]
            while gap < lasts[a] and earlier[gap, 1] - gone <= first:
                gone += earlier[gap, 2] - earlier[gap, 1]
                gap += 1
            while gap < lasts[a] and earlier[gap, 1] - gone < stop:
                if first + gone < earlier[gap, 1]:  # else two gaps lie side by side
                    out[count, 0], out[count, 1], out[count, 2] = rows[r, 0], first + gone, earlier[gap, 1]
                    count += 1
                first = earlier[gap, 1] - gone
                gone += earlier[gap, 2] - earlier[gap, 1]
                gap += 1
            out[count, 0], out[count, 1], out[count, 2] = rows[r, 0], first + gone, stop + gone
            count += 1
        bounds[a + 1] = count


@kernel
def _in_text(rows: I32Rows, starts: I64, stops: I64, articles: I64, runs: I64Rows, found: I64Rows) -> None:
    """Add to each word of the runs the words of the gaps before it."""
    for i in range(len(runs)):
        gap, gone = starts[articles[i]], 0
        for side in range(2):
            word = runs[i, side] - side  # the last word, not the one after it, which may lie behind another gap
            while gap < stops[articles[i]] and rows[gap, 1] - gone <= word:
                gone += rows[gap, 2] - rows[gap, 1]
                gap += 1
            found[i, side] = word + gone + side


@kernel
def _with_remnants(
    rows: I32Rows, starts: I64, stops: I64, blocks: U32, firsts: I64, lasts: I64, lengths: I64, most: int,
    share: float, out: I32Rows, bounds: I64,
) -> None:  # fmt: skip
    """Write the rows, widened to the edges of blocks and to each other where little is left. O(rows + blocks)."""
    count = 0
    for a in range(len(starts)):
        begun, row, held = count, starts[a], np.int64(0)
        for r in range(starts[a], stops[a]):
            out[count] = rows[r]
            count += 1
        for block in range(firsts[a], lasts[a]):
            begin = np.int64(blocks[block])
            end = np.int64(blocks[block + 1]) if block + 1 < lasts[a] else lengths[a]
            while row < stops[a] and rows[row, 2] <= begin:
                row += 1
            held, r = np.int64(0), row
            while r < stops[a] and rows[r, 1] < end:
                held += min(np.int64(rows[r, 2]), end) - max(np.int64(rows[r, 1]), begin)
                r += 1
            if r == row or held < share * (end - begin):
                continue
            at = begun + row - starts[a]
            last = begun + r - 1 - starts[a]
            if 0 < out[at, 1] - begin <= most:
                out[at, 1] = begin
            for i in range(at, last):
                if 0 < out[i + 1, 1] - out[i, 2] <= most:
                    out[i, 2] = out[i + 1, 1]
            if 0 < end - out[last, 2] <= most:
                out[last, 2] = end
        bounds[a + 1] = count
