from collections.abc import Callable
from itertools import groupby, takewhile
from operator import eq
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import I32, U8, U32, Column
from dedup.footers.judging import (
    SAMPLE,
    Runs,
    _common,
    _find,
    _index,
    _measure,
    _new_part,
    _place,
    held_by,
    judge,
)
from dedup.footers.votes import Frequent, Suspects
from dedup.footers.winnowing import winnow
from dedup.settings import Settings
from dedup.text.shingles import workspace
from dedup.text.words import words_of
from tests.footers.made import RANDOMS, digest, hashed, key, scattered, shingles
from tests.made import columns, in_parts
from tests.stories import story, words

few_words = st.lists(st.integers(0, 3), max_size=25)
articles = st.lists(few_words, min_size=2, max_size=SAMPLE)
keys = st.lists(st.integers(0, (1 << 32) - 1), max_size=40, unique=True)
NOTICE = story(1, 20)


def indexed(some: list[int]) -> tuple[U32, I32, U8]:
    """The keys as a column with their table."""
    held = np.array(some, np.uint32)
    return held, *_index(held)


@given(keys, keys)
def test_each_key_is_found_at_its_place_and_no_other_key(some: list[int], others: list[int]) -> None:
    table = indexed(some)
    for asked in some + others:
        assert _find(np.uint32(asked), *table) == (some.index(asked) if asked in some else -1)


def rank(article: list[int], suspect: int) -> int:
    """Where the hash of an article's picks and a suspect stands among those of other articles."""
    return (digest(article) ^ suspect) * 0xD6E8FEB86659FD93 % 2**64 >> 32


@given(st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=12), st.integers(1, 3), RANDOMS)
def test_the_articles_of_lowest_rank_are_held_for_each_suspect(
    picked: list[list[int]], parts: int, random: Random
) -> None:
    asked = [4, 1, 2]
    digests = np.array([digest(article) for article in picked], np.uint64)
    suspects = Suspects(np.array(asked, np.uint32), np.ones(len(asked), np.int64))
    holders, _, holding = held_by(Frequent(scattered(picked, random), digests), suspects, in_parts(parts))
    for s, suspect in enumerate(asked):
        lowest = sorted(rank(article, suspect) for article in picked if suspect in article)[:SAMPLE]
        held = [a for a in holders[s].tolist() if a >= 0]
        assert sorted(rank(picked[a], suspect) for a in held) == lowest
        assert len(set(held)) == len(held)
    assert holding.tolist() == [not set(asked).isdisjoint(article) for article in picked]


@given(few_words, st.integers(1, 4), st.data(), RANDOMS)
def test_a_shingle_is_placed_where_it_first_begins(
    article: list[int], size: int, data: st.DataObject, random: Random
) -> None:
    run = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    held = scattered([[9] * 30, article], random)
    wanted = [at for at in range(len(article)) if article[at : at + size] == run]
    of_run, scratch = key(shingles(run, size)[0]), np.empty(30, np.uint64)
    place = _place(held.values, held.starts[1], held.stops[1], size, np.uint32(of_run), scratch)
    assert place == (held.starts[1] + wanted[0] if wanted else -1)


@given(articles, st.integers(1, 3), st.integers(1, 6), RANDOMS)
def test_shared_and_lacking_shingles_are_counted_as_sets_and_lists_count_them(
    texts: list[list[int]], size: int, stretch: int, random: Random
) -> None:
    held, n = scattered(texts, random), len(texts)
    apart, shared = np.full((2, SAMPLE, SAMPLE), -1, np.int64)
    scratch, table, marks = workspace(30 * SAMPLE)
    mark = 1 << SAMPLE
    for _ in range(2):  # in a table that is used again
        mark = _measure(
            held.values, held.starts, held.stops, np.arange(n), n, size, stretch, scratch, table, marks, mark, apart,
            shared,
        )  # fmt: skip
    of_each = [shingles(text, size) for text in texts]
    for i in range(n):
        for j in set(range(n)) - {i}:
            has = [shingle in of_each[i] for shingle in of_each[j]]
            lacking = [len(list(run)) for there, run in groupby(has) if not there]
            assert shared[i, j] == sum(has)
            assert apart[i, j] == sum(length for length in lacking if length >= stretch)
    assert mark > marks.max()


def equal_from_the_start(left: list[int], right: list[int]) -> int:
    return len(list(takewhile(bool, map(eq, left, right))))


@given(articles, st.data(), st.booleans(), RANDOMS)
def test_what_articles_have_in_common_may_be_less_in_one_of_four(
    texts: list[list[int]], data: st.DataObject, told: bool, random: Random
) -> None:
    held, n = scattered(texts, random), len(texts)
    at = [data.draw(st.integers(0, len(text))) for text in texts]
    tellers = [0, *sorted(data.draw(st.sets(st.integers(1, n - 1), min_size=1)))] if told else list(range(n))
    pairs = [(texts[0], at[0], texts[t], at[t]) for t in tellers[1:]]
    lefts = sorted(equal_from_the_start(a[:p][::-1], b[:q][::-1]) for a, p, b, q in pairs)
    rights = sorted(equal_from_the_start(a[p:], b[q:]) for a, p, b, q in pairs)
    dropped = 1 if len(tellers) > 3 else 0
    left, right = _common(
        held.values, held.starts, held.stops, np.arange(n), held.starts + np.array(at), np.array(tellers),
        len(tellers), told,
    )  # fmt: skip
    assert (left, right) == (lefts[dropped], rights[dropped])


@given(
    st.permutations(range(24)),
    st.sets(st.integers(0, 21), max_size=6),
    st.sets(st.integers(0, 21), max_size=4),
    st.integers(0, 8),
    st.integers(9, 24),
)
def test_a_new_run_is_the_longest_part_outside_of_footers(
    article: list[int], suspected: set[int], footers: set[int], first: int, stop: int
) -> None:
    of_each = [key(shingle) for shingle in shingles(article, 3)]
    places = sorted(suspected | footers)
    done, footer = np.zeros(len(places), np.bool_), np.array([place in footers for place in places], np.bool_)
    table = indexed([of_each[place] for place in places])
    part = _new_part(np.array(article, np.uint32), first, stop, 3, *table, np.empty(30, np.uint64), done, footer)
    inside = [place for place in places if first <= place <= stop - 3]
    covered = {word for place in footers & set(inside) for word in range(place, place + 3)}
    free = [list(run) for gone, run in groupby(range(first, stop), lambda word: word in covered) if not gone]
    longest = max(free, key=len, default=[])
    assert list(range(*part)) == longest
    assert [place for place, known in zip(places, done, strict=True) if known] == inside


def every(picked: Column[np.uint32]) -> Frequent:
    """All picks, as if each were frequent."""
    return Frequent(picked, np.array([digest(picked[i].tolist()) for i in range(len(picked))], np.uint64))


def judged(texts: list[str], sources: list[int], run: str, fewest_across: int = 4) -> tuple[Column[np.uint32], Runs]:
    """The texts' words, and the run around the first shingle of a run that is picked."""
    held, settings = words_of(texts).hashes, Settings()
    of_run = winnow(columns([list(hashed(run))]), settings.footer_words)[0][:1]
    asked, numbers = Suspects(of_run.copy(), np.array([len(texts)])), np.array(sources, np.int32)
    picked = every(winnow(held, settings.footer_words))
    return held, judge(held, picked, numbers, asked, fewest_across=fewest_across, settings=settings)[0]


def stories_told(
    texts: list[str], sources: list[int], run: str = NOTICE, fewest_across: int = 4
) -> tuple[int, int] | None:
    """How many stories texts tell around a run, and how many texts were compared; None where there is no run."""
    _, runs = judged(texts, sources, run, fewest_across)
    return (int(runs.stories[0]), int(runs.compared[0])) if len(runs.stories) else None


def around(number: int, count: int = 150) -> str:
    """An article of so many words of its own, with the notice below."""
    return f"{story(100 + number, count)} {NOTICE}"


def test_articles_around_a_notice_tell_a_story_each() -> None:
    assert stories_told([around(i) for i in range(4)], [0, 1, 2, 3]) == (4, 4)


def test_no_more_than_a_sample_is_compared() -> None:
    assert stories_told([around(i) for i in range(9)], [-1] * 9) == (SAMPLE, SAMPLE)


def test_copies_tell_one_story() -> None:
    assert stories_told([f"{around(1)} {story(i, 10)}" for i in range(5)], [0, 1, 2, 3, 4]) == (1, 5)


def test_an_article_and_what_is_cut_from_it_tell_one_story() -> None:
    assert stories_told([f"{story(1, count)} {NOTICE}" for count in (200, 150, 100)], [5, 5, 5]) == (1, 3)


def test_two_copies_and_two_others_tell_three_stories() -> None:
    assert stories_told([around(1), f"{around(1)} {story(2, 10)}", around(3), around(4)], [0, 1, 2, 3]) == (3, 4)


@pytest.mark.parametrize(("own", "told"), [(23, 1), (24, 4)])
def test_an_own_start_has_min_apart_words(own: int, told: int) -> None:
    assert stories_told([around(i, own) for i in range(4)], [-1] * 4) == (told, 4)


@pytest.mark.parametrize(("own", "told"), [(19, 1), (20, 4)])
def test_an_own_middle_counts_with_the_shingles_at_its_edges(own: int, told: int) -> None:
    # Shingles are counted: 20 own words between shared ones are in 24 shingles of 5 words that the other lacks.
    texts = [f"{story(2, 20)} {story(100 + i, own)} {NOTICE}" for i in range(4)]
    assert stories_told(texts, [5] * 4) == (told, 4)


def captioned(own: int) -> list[str]:
    """Four pieces of so many words of their own above 400 words that all have."""
    return [f"{story(100 + i, own)} {story(1, 400)}" for i in range(4)]


@pytest.mark.parametrize(("sources", "told"), [([5, 5, 5, 5], 4), ([0, 1, 2, 3], 1), ([-1, -1, -1, -1], 1)])
def test_articles_of_one_source_need_less_of_their_own(sources: list[int], told: int) -> None:
    assert stories_told(captioned(200), sources, story(1, 400)) == (told, 4)


@pytest.mark.parametrize(("own", "told"), [(390, 1), (400, 4)])
def test_articles_of_different_sources_need_min_apart_times_what_they_share(own: int, told: int) -> None:
    assert stories_told(captioned(own), [0, 1, 2, 3], story(1, 400)) == (told, 4)


@pytest.mark.parametrize(("own", "told"), [(90, 1), (100, 4)])
def test_articles_of_one_source_need_min_apart_in_source(own: int, told: int) -> None:
    assert stories_told(captioned(own), [5] * 4, story(1, 400)) == (told, 4)


@pytest.mark.parametrize(("sources", "told"), [([5, 5, 5, 5], (4, 4)), ([0, 1, 2, 3], None), ([-1] * 4, None)])
def test_a_run_in_few_articles_counts_only_within_one_source(
    sources: list[int], told: tuple[int, int] | None
) -> None:
    assert stories_told([around(i) for i in range(4)], sources, fewest_across=5) == told


@pytest.mark.parametrize("odd", [1, 2, 3])
def test_a_run_in_few_articles_of_two_sources_does_not_count(odd: int) -> None:
    sources = [6 if i == odd else 5 for i in range(4)]
    assert stories_told([around(i) for i in range(4)], sources, fewest_across=5) is None


def test_two_articles_are_too_few_to_tell() -> None:
    assert stories_told([around(i) for i in range(2)], [5, 5]) is None


def ends(run: Callable[[int], str]) -> list[tuple[int, ...]]:
    """The words of the run around a notice in five articles, each made of its number."""
    held, runs = judged([f"{story(100 + i, 150)} {run(i)} {story(200 + i, 150)}" for i in range(5)], [-1] * 5, NOTICE)
    spans = zip(runs.articles.tolist(), runs.firsts.tolist(), runs.stops.tolist(), strict=True)
    return [tuple(held[article][first:stop].tolist()) for article, first, stop in spans]


def test_a_run_reaches_from_the_first_common_word_to_the_last() -> None:
    assert ends(lambda i: NOTICE) == [hashed(NOTICE)]


@pytest.mark.parametrize("place", range(SAMPLE))
def test_a_run_that_ends_early_in_one_article_ends_where_the_others_say(place: int) -> None:
    found = ends(lambda i: " ".join(words(1, 17 if i == place else 20)))
    assert found[0][:17] == hashed(NOTICE)[:17]
    if found != [hashed(NOTICE)]:  # the run is told by the one article that ends early
        assert found == [hashed(NOTICE)[:17]]


def test_a_key_of_nobody_gives_no_run() -> None:
    held = columns([list(range(30)), list(range(50, 90))])
    asked = Suspects(np.array([7], np.uint32), np.array([4]))
    runs, holding = judge(
        held, every(winnow(held, 12)), np.array([-1, -1], np.int32), asked, fewest_across=4, settings=Settings()
    )
    assert len(runs.articles) == 0
    assert not holding.any()


def test_no_suspects_give_no_runs() -> None:
    held = columns([list(range(30)), []])
    asked = Suspects(np.empty(0, np.uint32), np.empty(0, np.int64))
    runs, holding = judge(
        held, every(columns([[1], []])), np.array([-1, -1], np.int32), asked, fewest_across=4, settings=Settings()
    )
    assert len(runs.articles) == 0
    assert not holding.any()


def test_runs_that_are_taken_keep_all_that_is_known_of_them() -> None:
    runs = Runs(*np.arange(18, dtype=np.int32).reshape(6, 3))
    assert [part.tolist() for part in runs.take(np.array([2, 0]))] == [[3 * i + 2, 3 * i] for i in range(6)]
    assert [part.tolist() for part in runs.take(np.array([False, True, False]))] == [[3 * i + 1] for i in range(6)]
