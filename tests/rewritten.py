"""The measures of rewriting with Python's lists and sets: slow, plain, and the oracle of the kernels."""

from collections import Counter
from functools import cache
from itertools import accumulate, chain

from dedup.comparison.sentences import MIN_SHARE
from tests.made import stem

Sentence = list[int]


def flat(article: list[Sentence]) -> list[int]:
    """The words of an article."""
    return list(chain.from_iterable(article))


def shingles(words: list[int], size: int) -> list[tuple[int, ...]]:
    return [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]


def covered(words: list[int], other: list[int], size: int, least: int) -> list[bool]:
    """Which words stand in runs of ``least`` or more whose every shingle the other text has."""
    known, found = set(shingles(other, size)), [False] * len(words)
    held = [shingle in known for shingle in shingles(words, size)]
    for first in range(len(words)):
        for stop in range(first + max(least, size), len(words) + 1):
            if all(held[first : stop - size + 1]):
                found[first:stop] = [True] * (stop - first)
    return found


def longest_in_order(left: list[int], right: list[int]) -> int:
    """The length of the longest sequence that both have in this order, by dynamic programming."""
    before = [0] * (len(right) + 1)
    for one in left:
        now = [0]
        for at, other in enumerate(right):
            now.append(before[at] + 1 if one == other else max(before[at + 1], now[at]))
        before = now
    return before[-1]


def alike(one: Sentence, other: Sentence) -> float:
    """What two sentences have in common, as their anchors tell; 0 if too little to be paired."""
    common = (Counter(one) & Counter(other)).total()
    share = 2 * common / max(len(one) + len(other), 1)
    return common * share if share >= MIN_SHARE and (common > 1 or share == 1) else 0.0


def most_in_common(left: list[Sentence], right: list[Sentence]) -> float:
    """Of all ways to pair sentences without crossing, the one with the most in common."""

    @cache
    def best(a: int, b: int) -> float:
        if a == len(left) or b == len(right):
            return 0.0
        paired = alike(left[a], right[b])
        return max(best(a + 1, b), best(a, b + 1), paired + best(a + 1, b + 1) if paired else 0.0)

    return best(0, 0)


def rest(article: list[Sentence], other: list[Sentence], size: int, least: int) -> tuple[list[int], list[bool]]:
    """The words of an article, and which of them the other does not have word for word."""
    words, others = flat(article), flat(other)
    return words, [not taken for taken in covered(words, others, size, least)]


def phrases(words: list[int], open_: list[bool]) -> set[tuple[int, int]]:
    """Each two neighbouring words, unless both are covered."""
    return {(words[i], words[i + 1]) for i in range(len(words) - 1) if open_[i] or open_[i + 1]}


def anchors(article: list[Sentence], open_: list[bool]) -> list[Sentence]:
    """The anchors of each sentence that are not covered."""
    firsts = accumulate(map(len, article), initial=0)
    return [
        [stem(word) for at, word in enumerate(sentence, first) if open_[at] and stem(word)]
        for first, sentence in zip(firsts, article, strict=False)
    ]


def measures(left: list[Sentence], right: list[Sentence], size: int, least: int) -> list[float]:
    """Phrases, order, sentences, the share of rare words, the words and anchors of the one that has fewer."""
    (lefts, of_left), (rights, of_right) = rest(left, right, size, least), rest(right, left, size, least)
    if min(len(lefts), len(rights)) < size:
        return [0.0] * 6
    mine, its = phrases(lefts, of_left), phrases(rights, of_right)
    one, other = anchors(left, of_left), anchors(right, of_right)
    in_one, in_other = flat(one), flat(other)
    fewer = min(len(in_one), len(in_other))  # no stem comes so often that not all of its places count
    return [
        len(mine & its) / max(len(mine | its), 1),
        longest_in_order(in_one, in_other) / max(fewer, 1),
        most_in_common(one, other) / max(fewer, 1),
        max(len(in_one) / max(sum(of_left), 1), len(in_other) / max(sum(of_right), 1)),
        min(sum(of_left), sum(of_right)),
        fewer,
    ]
