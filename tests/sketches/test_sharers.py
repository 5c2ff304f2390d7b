"""Nobody who is related to an article is missed among its sharers, and few others are taken for one."""

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import Column
from dedup.comparison.rewrite import Texts
from dedup.model import RELATIONS, Relation
from dedup.settings import Settings
from dedup.sketches.sharers import KEYS, WORDS, sharers, sought
from dedup.text.stems import Stems
from dedup.verdicts import judge_any
from tests.made import RARE, columns, rare, stem

SETTINGS = Settings(min_excerpt_words=12, min_whole_words=8)
RUNS = [list(range(100 + 8 * i, 108 + 8 * i)) for i in range(8)]

some_runs = st.lists(st.sampled_from(RUNS), max_size=14).map(lambda runs: list(chain.from_iterable(runs)))
few_words = st.lists(st.integers(1, 4), max_size=40)
articles = st.lists(st.one_of(some_runs, few_words, st.tuples(some_runs, few_words).map(lambda two: two[0] + two[1])))


def vocabulary(words: Column[np.uint32]) -> Stems:
    found = Stems()
    distinct = sorted(set(words.values.tolist()) - {0})
    found.add(np.array([word << 32 | (stem(word) or 1) for word in distinct], np.uint64))
    return found


def anchors(words: list[int]) -> list[int]:
    return [stem(word) for word in words if stem(word)]


def flags(question: list[int], known: list[list[int]], *learned: list[int]) -> list[int]:
    words, own = columns(known), np.array(anchors(question), np.uint32)
    footers, common = columns(list(learned)), np.array([1], np.uint32)
    wanted = sought(np.array(question, np.uint32), own, vocabulary(words), common, footers, SETTINGS)
    found: list[int] = sharers(words, wanted, SETTINGS).tolist()
    return found


def keys(words: list[int]) -> list[tuple[int, int]]:
    """Each two anchors next or next but one to each other."""
    found = anchors(words)
    pairs = [(found[i], found[j]) for i in range(len(found)) for j in (i + 1, i + 2) if j < len(found)]
    return [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@given(st.one_of(some_runs, few_words), articles)
def test_nobody_is_missed_who_shares_enough_words(question: list[int], known: list[list[int]]) -> None:
    words = columns([question, *known])
    pairs = np.array([[0, i + 1] for i in range(len(known))], np.int32).reshape(-1, 2)
    related = judge_any(Texts(words, columns([[0]] * len(words)), rare([])), pairs, SETTINGS).relations
    for flag, relation, other in zip(flags(question, known), related.tolist(), known, strict=True):
        if RELATIONS[relation] not in (Relation.UNRELATED, Relation.SPUN) and len(question) >= 5 <= len(other):
            assert flag & WORDS


FOOTER = list(range(500, 514))


@given(some_runs, st.lists(st.tuples(some_runs, some_runs, st.integers(0, 2))))
def test_nobody_is_missed_for_the_learned_footers_that_they_still_hold(
    question: list[int], parts: list[tuple[list[int], list[int], int]]
) -> None:
    bare = [before + after for before, after, _ in parts]
    known = [
        before + FOOTER + after + FOOTER * (times == 2) if times else before + after for before, after, times in parts
    ]
    words = columns([question, *bare])
    pairs = np.array([[0, i + 1] for i in range(len(bare))], np.int32).reshape(-1, 2)
    related = judge_any(Texts(words, columns([[0]] * len(words)), rare([])), pairs, SETTINGS).relations
    for flag, relation, other in zip(flags(question, known, FOOTER), related.tolist(), bare, strict=True):
        if RELATIONS[relation] != Relation.UNRELATED and len(question) >= 5 <= len(other):
            assert flag & WORDS


rare_words = st.lists(st.one_of(st.integers(RARE, RARE + 30), st.integers(1, 9)), max_size=30)


@given(rare_words, st.lists(rare_words))
def test_nobody_is_missed_who_shares_enough_keys(question: list[int], known: list[list[int]]) -> None:
    mine = keys(question)
    for flag, other in zip(flags(question, known), known, strict=True):
        shared = len(set(mine) & set(keys(other)))
        if shared >= 2 and shared >= 0.1 * min(len(mine), len(keys(other))):
            assert flag & KEYS


@given(rare_words, rare_words)
def test_whoever_shares_fewer_than_two_pairs_of_anchors_that_stand_close_among_shared_ones_shares_no_keys(
    question: list[int], other: list[int]
) -> None:
    among = [word for word in other if stem(word) in anchors(question)]
    if sum(key in keys(question) for key in keys(among)) < 2:
        assert not flags(question, [other])[0] & KEYS


def test_a_tenth_of_the_keys_of_the_one_that_has_fewer_must_be_shared() -> None:
    mine, its = list(range(RARE, RARE + 80, 2)), list(range(RARE + 500, RARE + 580, 2))
    assert flags(mine, [[*its, *mine[:6]], [*its, *mine[:5]], mine[:4]]) == [KEYS, 0, KEYS]


@given(some_runs, st.lists(few_words))
def test_articles_without_a_shingle_in_common_share_nothing(question: list[int], known: list[list[int]]) -> None:
    assert not any(flags(question, known))


def test_a_long_article_that_shares_a_sentence_is_no_sharer() -> None:
    question, other = list(range(100, 200)), list(range(300, 400))
    assert flags(question, [[*other, *question[:20]], [*other, *question[:30]]]) == [0, WORDS]


def test_a_part_of_the_question_is_a_sharer_however_short_it_is_beside_its_footers() -> None:
    question = list(range(100, 300))
    part, strange = question[50:70], list(range(600, 700))
    assert flags(question, [part, [*FOOTER, *part, *FOOTER], [*part, *strange]], FOOTER) == [WORDS, WORDS, 0]
