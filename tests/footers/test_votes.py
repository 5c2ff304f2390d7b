from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.footers.votes import MOST_HELD, VOTE, WINDOW, suspects
from dedup.footers.winnowing import winnow
from dedup.parts import at_once
from dedup.text.words import words_of
from tests.footers.made import RANDOMS, digest, hashed, key, scattered, shingles
from tests.made import columns, in_parts, lists
from tests.stories import story, words

articles = st.lists(st.lists(st.integers(0, 14), max_size=14, unique=True), max_size=9)
"""The picks of each article, each once: small keys, of which no two share a count."""


def level(found: list[int]) -> int:
    """The articles that share an article's least shared stretch, where its picks stand in so many."""
    wide = min(WINDOW, len(found))
    windows = [sorted(found[at : at + wide], reverse=True) for at in range(len(found) - wide + 1)]
    return max(1, min((window[1] if wide > 1 else 0) for window in windows))


def plain(picked: list[list[int]], fewest: int, share: float) -> list[tuple[int, int]]:
    """The suspects and how many articles hold each."""
    counts = Counter(pick for article in picked for pick in article)
    votes, held = Counter[int](), Counter[int]()
    for article in picked:
        found = [min(255, counts[pick]) for pick in article]
        for pick in article:
            if counts[pick] >= fewest:
                votes[pick] += (VOTE + level(found) // 2) // level(found)
                held[pick] += 1
    chosen = [pick for pick in held if votes[pick] >= share * VOTE * held[pick]]
    return sorted(((pick, held[pick]) for pick in chosen), key=lambda suspect: (-suspect[1], suspect[0]))


def found(picked: list[list[int]], fewest: int, share: float) -> list[tuple[int, int]]:
    chosen, _ = suspects(columns(picked), fewest, share)
    return list(zip(chosen.keys.tolist(), chosen.held.tolist(), strict=True))


def votes_of(texts: list[str], run: str) -> float:
    """The most votes that a shingle of a run has, from the texts that hold it; 0 where none of it is picked."""
    hashes = words_of(texts).hashes
    keys = {key(shingle) for shingle in shingles(hashed(run), 12)}
    for part in range(100, 0, -1):
        held = [
            suspect
            for suspect in zip(*suspects(winnow(hashes, 12), 2, part / 100)[0], strict=True)
            if suspect[0] in keys
        ]
        if held:
            return max(part / 100 * float(count) for _, count in held)
    return 0.0


@given(articles, st.integers(2, 4), st.floats(0.01, 1), RANDOMS)
def test_suspects_are_those_of_plain_python(
    picked: list[list[int]], fewest: int, share: float, random: Random
) -> None:
    chosen, _ = suspects(scattered(picked, random, between=[]), fewest, share)
    assert list(zip(chosen.keys.tolist(), chosen.held.tolist(), strict=True)) == plain(picked, fewest, share)


@given(articles, st.integers(2, 4), st.floats(0.01, 1), RANDOMS)
def test_the_order_of_articles_changes_no_suspect(
    picked: list[list[int]], fewest: int, share: float, random: Random
) -> None:
    before = found(picked, fewest, share)
    random.shuffle(picked)
    assert found(picked, fewest, share) == before


@given(articles, st.integers(2, 4), st.floats(0.01, 1), st.integers(1, 5))
def test_votes_that_are_counted_in_parts_are_those_counted_at_once(
    picked: list[list[int]], fewest: int, share: float, parts: int
) -> None:
    whole, some = (suspects(columns(picked), fewest, share, spread) for spread in (at_once, in_parts(parts)))
    assert [column.tolist() for column in whole[0]] == [column.tolist() for column in some[0]]
    assert lists(whole[1].picks) == lists(some[1].picks)
    assert whole[1].digests.tolist() == some[1].digests.tolist()


@given(articles, st.integers(2, 4))
def test_what_is_frequent_is_left_of_each_article_with_a_digest_of_all(picked: list[list[int]], fewest: int) -> None:
    counts = Counter(pick for article in picked for pick in article)
    _, frequent = suspects(columns(picked), fewest, 0.5)
    left = [[pick for pick in article if counts[pick] >= fewest] for article in picked]
    assert lists(frequent.picks) == left
    assert frequent.digests.tolist() == [digest(all_) if some else 0 for all_, some in zip(picked, left, strict=True)]


def test_ten_copies_of_a_story_have_about_one_vote_together() -> None:
    copied = story(1, 200)
    texts = [f"{story(10 + i, 8)} {copied} {story(30 + i, 8)}" for i in range(10)]
    assert votes_of(texts, copied) == pytest.approx(1, abs=0.15)


def test_twenty_stories_with_one_notice_have_about_twenty_votes_for_it() -> None:
    notice = story(1, 20)
    texts = [f"{story(10 + i, 200)} {notice}" for i in range(20)]
    assert votes_of(texts, notice) == pytest.approx(20, abs=0.5)


def test_a_share_of_a_vote_is_rounded_to_a_64th() -> None:
    assert found([[1, 2]] * 5, 2, 13 / VOTE) == [(1, 5), (2, 5)]
    assert found([[1, 2]] * 5, 2, 13.5 / VOTE) == []


def test_ten_copies_and_ten_stories_around_one_notice_have_about_eleven_votes() -> None:
    notice, copied = story(1, 20), story(2, 200)
    texts = [f"{story(10 + i, 200)} {notice}" for i in range(10)]
    texts += [f"{story(30 + i, 8)} {copied} {notice}" for i in range(10)]
    assert votes_of(texts, notice) == pytest.approx(11, abs=0.5)


def test_a_common_phrase_hides_no_story_of_its_own() -> None:
    notice, phrase = story(1, 20), story(2, 12)
    texts = [" ".join([*words(10 + i, 100), phrase, *words(40 + i, 100), notice]) for i in range(20)]
    assert votes_of(texts, notice) == pytest.approx(20, abs=0.5)


def test_a_run_in_too_few_articles_is_no_suspect() -> None:
    picked = [[1, 2, 10 * i] for i in range(1, 5)]
    assert found(picked, 4, 0.1) == [(1, 4), (2, 4)]
    assert found(picked, 5, 0.1) == []


def test_the_first_thousand_articles_speak_for_all() -> None:
    own = iter(range(100, 1 << 20))
    picked = [[7, *(next(own) for _ in range(10))] for _ in range(MOST_HELD + 100)]
    assert found(picked, 4, 1.0) == [(7, MOST_HELD)]


def test_a_story_in_three_hundred_outlets_is_no_suspect() -> None:
    assert found([[1, 2, 3, 4, 5, 100 + i] for i in range(300)], 4, 0.02) == []


def test_an_article_of_many_picks_has_the_votes_of_any_other() -> None:
    long = list(range(1000, 7000))
    assert found([[7, *long], [7, 9000, 9001], [7, 9002, 9003]], 3, 1.0) == [(7, 3)]


def test_an_article_that_repeats_a_run_counts_once() -> None:
    assert found([[7, 1, 2, 7, 3, 4, 7], [7, 5, 6, 8, 9]], 2, 0.1) == [(7, 2)]


def test_no_picks_have_no_suspects() -> None:
    assert found([[], []], 2, 0.5) == []
