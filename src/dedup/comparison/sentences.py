"""Sentences: which sentence of one article tells what which sentence of another one tells, in the same order.

Two sentences are alike as far as they share anchors. Of all ways to pair sentences without crossing, the one with the
most in common counts, as when a translation is aligned with its original.
"""

import numpy as np

from dedup.columns import I32, I64, U32, F64Rows, I32Rows
from dedup.comparison.order import first_of
from dedup.kernels import kernel

MIN_SHARE = 0.3
"""Share of the anchors of two sentences that they have in common, 0 to 1, from which they may be paired: 2 of 6."""

MOST_SENTENCES = 512
"""In a longer article neighbouring sentences are taken together, so that no pair costs more than their square."""


@kernel
def sentence_numbers(places: I32, count: int, firsts: U32, begin: int, end: int, numbers: I32) -> int:
    """Write the sentence that each anchor stands in, and return how many sentences there are, up to MOST_SENTENCES.

    Sentence s of the article begins with word ``firsts[begin + s]``; the last is before ``end``. O(anchors +
    sentences).
    """
    sentences, at = max(end - begin, 1), begin
    for i in range(count):
        while at + 1 < end and firsts[at + 1] <= places[i]:
            at += 1
        number = at - begin
        if sentences > MOST_SENTENCES:
            number = number * MOST_SENTENCES // sentences
        numbers[i] = number
    return min(sentences, MOST_SENTENCES)


@kernel
def alignment(
    left: U32, lefts: int, left_numbers: I32, left_sentences: int, right: U32, rights: int, right_numbers: I32,
    right_sentences: int, mask: int, heads: I64, after: I64, best: F64Rows,
) -> float:  # fmt: skip
    """How much two articles have in common sentence by sentence: shared anchors, each weighed by how alike its two
    sentences are.

    ``right`` is chained by ``chain``, which gave ``mask``, and took out of ``left``, too, what does not count. A stem
    that stands twice in both of two sentences is two anchors in common, in either direction. Fills ``best``, shape
    (sentences + 1, sentences + 1) or more: of the first sentences of both, the most that they have in common;
    ``paired`` reads from it which were paired. O(sentences of the one * of the other + shared anchors).
    """
    in_left, in_right = np.zeros(left_sentences, np.int32), np.zeros(right_sentences, np.int32)
    shared = np.zeros((left_sentences, right_sentences), np.int32)
    turns, turns_in = np.zeros(rights, np.int32), np.full(rights, -1, np.int32)
    for i in range(rights):
        in_right[right_numbers[i]] += 1
    for i in range(lefts):
        number = left_numbers[i]
        in_left[number] += 1
        at, last, held, turn = first_of(left[i], mask, heads), -1, 0, 0
        while at >= 0:
            if right[at] == left[i]:
                if turn == 0:  # how often the stem has come in its sentence; noted at its last place in ``right``
                    turns[at] = 1 if turns_in[at] != number else turns[at] + 1
                    turns_in[at], turn = number, turns[at]
                held = held + 1 if right_numbers[at] == last else 1
                last = right_numbers[at]
                shared[number, last] += held == turn
            at = after[at]
    best[0, : right_sentences + 1] = 0.0
    for a in range(left_sentences):
        best[a + 1, 0] = 0.0
        for b in range(right_sentences):
            value = max(best[a, b + 1], best[a + 1, b])
            common = shared[a, b]
            if common > 0:
                alike = 2 * common / (in_left[a] + in_right[b])
                if alike >= MIN_SHARE and (common > 1 or alike == 1):
                    value = max(value, best[a, b] + common * alike)
            best[a + 1, b + 1] = value
    return float(best[left_sentences, right_sentences])


@kernel
def paired(best: F64Rows, left_sentences: int, right_sentences: int, pairs: I32Rows) -> int:
    """Write which sentences ``alignment`` paired, from the last to the first, and return how many pairs there are."""
    a, b, count = left_sentences, right_sentences, 0
    while a > 0 and b > 0:
        if best[a, b] == best[a - 1, b]:
            a -= 1
        elif best[a, b] == best[a, b - 1]:
            b -= 1
        else:
            a, b = a - 1, b - 1
            pairs[count, 0], pairs[count, 1] = a, b
            count += 1
    return count
