"""Candidates by keys are those of counting every key of every article with Python's sets."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.settings import Settings
from dedup.sketches import keys, rounds, sharing
from dedup.sketches.keys import APART, article_keys, key_candidates
from dedup.sketches.sharing import CROWDED
from dedup.text.anchors import anchor_column
from tests.made import RARE, columns, in_parts, rare, stem

FEW = Settings(max_key_articles=3, min_shared_keys=2, min_key_share=0.2)
Pair = tuple[int, int]

any_words = st.integers(1, 3) | st.integers(RARE, RARE + 11)
collections = st.lists(st.lists(any_words, max_size=14), max_size=9)
settings_ = st.builds(
    Settings,
    max_key_articles=st.integers(2, 5),
    min_shared_keys=st.integers(1, 3),
    min_key_share=st.sampled_from([0.01, 0.1, 0.5, 1.0]),
)


def found(batch: list[list[int]], settings: Settings = FEW) -> list[Pair]:
    known = rare(word for words in batch for word in words)
    return [(a, b) for a, b in key_candidates(anchor_column(columns(batch), known), settings).tolist()]


def keys_of(words: list[int]) -> list[frozenset[int]]:
    """Each two anchors that stand next or next but one to each other, in either order."""
    stems = [stem(word) for word in words if stem(word)]
    near = [frozenset(stems[i : j + 1 : j - i]) for i in range(len(stems)) for j in range(i + 1, i + APART + 1)]
    return [key for key in near if len(key) == 2]


def in_pairs(bucket: list[int], crowded: set[int], most: int) -> Iterable[Pair]:
    """The pairs that a bucket names: all, or the first of many versions of a story with each other one."""
    if len(bucket) <= most:
        return combinations(bucket, 2)
    versions = [article for article in bucket if article in crowded]
    return [(versions[0], other) for other in versions[1:]]


def plainly(batch: list[list[int]], settings: Settings) -> list[Pair]:
    """The candidates, by looking at every key."""
    holders = defaultdict[frozenset[int], list[int]](list)
    for article, words in enumerate(batch):
        for key in set(keys_of(words)):
            holders[key].append(article)
    buckets = [bucket for bucket in holders.values() if len(bucket) > 1]
    places = Counter(article for bucket in buckets for article in bucket)
    large = Counter(article for bucket in buckets if len(bucket) > settings.max_key_articles for article in bucket)
    crowded = {article for article in places if large[article] > CROWDED * places[article]}
    shared = Counter(pair for bucket in buckets for pair in in_pairs(bucket, crowded, settings.max_key_articles))
    totals = [len(keys_of(words)) for words in batch]
    return sorted(
        (a, b)
        for (a, b), count in shared.items()
        if count >= settings.min_shared_keys and count >= settings.min_key_share * min(totals[a], totals[b])
    )


@given(collections, settings_)
def test_candidates_are_the_pairs_that_share_enough_keys(batch: list[list[int]], settings: Settings) -> None:
    assert found(batch, settings) == plainly(batch, settings)


@given(st.lists(st.lists(any_words, max_size=5), min_size=1, max_size=3), st.data())
def test_so_they_are_among_many_versions_of_a_few_stories(stories: list[list[int]], data: st.DataObject) -> None:
    story = st.sampled_from(stories)
    batch = data.draw(st.lists(st.tuples(story, st.lists(any_words, max_size=3)).map(lambda both: both[0] + both[1])))
    assert found(batch) == plainly(batch, FEW)


@given(collections, settings_, st.integers(1, 9), st.integers(1, 20), st.integers(1, 20))
def test_what_is_done_in_parts_is_what_is_done_at_once(
    batch: list[list[int]], settings: Settings, keys_in_part: int, keys_at_once: int, pairs_at_once: int
) -> None:
    whole, of_words = found(batch, settings), rare(word for words in batch for word in words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "KEYS_IN_PART", keys_in_part)
        patch.setattr(keys, "KEYS_AT_ONCE", keys_at_once)
        patch.setattr(sharing, "PAIRS_AT_ONCE", pairs_at_once)
        patch.setattr(rounds, "MOST", 10**9)
        patch.setattr(sharing, "PAIRS_IN_BLOCK", pairs_at_once)
        patch.setattr(sharing, "PIECES", pairs_at_once)
        pairs = key_candidates(anchor_column(columns(batch), of_words), settings, spread=in_parts(3)).tolist()
        assert [(a, b) for a, b in pairs] == whole


@given(collections, st.sets(st.integers(RARE, RARE + 11).map(stem)))
def test_common_anchors_serve_in_no_key(batch: list[list[int]], common: set[int]) -> None:
    known = rare(word for words in batch for word in words)
    pairs = key_candidates(anchor_column(columns(batch), known), FEW, common=np.array(sorted(common), np.uint32))
    rest = [[word for word in words if stem(word) not in common] for words in batch]
    assert [(a, b) for a, b in pairs.tolist()] == found(rest)


@given(collections, st.randoms(use_true_random=False))
def test_the_order_of_articles_only_renumbers_the_pairs_where_no_key_is_too_frequent(
    batch: list[list[int]], random: object
) -> None:
    settings, order = replace(FEW, max_key_articles=9), list(range(len(batch)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = found([batch[i] for i in order], settings)
    assert sorted(tuple(sorted((order[a], order[b]))) for a, b in shuffled) == found(batch, settings)


@given(collections)
def test_the_order_of_words_between_anchors_and_their_forms_change_nothing(batch: list[list[int]]) -> None:
    changed = [[word for other in words for word in ((other ^ 1, 7) if stem(other) else ())] for words in batch]
    assert found(changed) == found(batch)


@given(collections)
def test_an_article_told_backwards_shares_its_keys(batch: list[list[int]]) -> None:
    assert found([words[::-1] for words in batch]) == found(batch)


@pytest.mark.parametrize("longer", [10, 1_000, 50_000])
def test_an_article_that_stands_whole_in_another_is_a_candidate_with_it_however_long_that_is(longer: int) -> None:
    part, around = list(range(RARE, RARE + 60)), list(range(2 * RARE, 2 * RARE + 2 * longer, 2))
    assert found([part, around[: longer // 2] + part + around[longer // 2 :]], Settings()) == [(0, 1)]


def test_of_sixty_versions_of_a_story_each_is_a_candidate_with_the_first() -> None:
    batch = [[*range(RARE, RARE + 60, 2), 2 * RARE + 2 * i, 2 * RARE + 2 * i + 200] for i in range(60)]
    assert found(batch, Settings()) == [(0, i) for i in range(1, 60)]


def test_a_stranger_with_a_phrase_of_many_versions_is_no_candidate_of_theirs() -> None:
    story, stranger = list(range(RARE, RARE + 60, 2)), list(range(2 * RARE, 2 * RARE + 60, 2))
    like = stranger[::-1]
    batch = [story] * 60 + [stranger[:15] + story[:3] + stranger[15:], like]
    assert found(batch, Settings()) == [*((0, i) for i in range(1, 60)), (60, 61)]


def test_a_phrase_of_the_language_names_nobody() -> None:
    phrase = [RARE, RARE + 2, RARE + 4]
    stories = [list(range(2 * RARE + 100 * i, 2 * RARE + 100 * i + 20, 2)) for i in range(30)]
    batch = [words for story in stories for words in (story + phrase, phrase + story)]
    assert found(batch, Settings(min_key_share=0.01)) == [(2 * i, 2 * i + 1) for i in range(30)]


def test_parts_without_a_shared_key_are_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "KEYS_IN_PART", 1)
    assert found([[RARE, RARE + 2], [RARE + 4, RARE + 6]], Settings(min_shared_keys=1)) == []


def test_articles_without_anchors_are_nobodys_candidates() -> None:
    assert found([[1, 2, 3]] * 3 + [[RARE] * 9] * 3 + [[]], Settings()) == []


def test_no_articles_make_no_candidates() -> None:
    assert found([], Settings()) == []


@given(collections)
def test_the_keys_of_an_article_are_those_of_its_anchors_and_no_other_article_matters(batch: list[list[int]]) -> None:
    known = rare(word for words in batch for word in words)
    made, articles, totals = article_keys(anchor_column(columns(batch), known), 20)
    assert totals.tolist() == [len(keys_of(words)) for words in batch]
    assert np.bincount(articles, minlength=len(batch)).tolist() == totals.tolist()
    for place, words in enumerate(batch):
        own = Counter(made[articles == place].tolist())
        assert sorted(own.values()) == sorted(Counter(keys_of(words)).values())
        alone = article_keys(anchor_column(columns([words]), known), 20)[0]
        assert Counter(alone.tolist()) == own
    assert not (made & np.uint64((1 << 20) - 1)).any()
