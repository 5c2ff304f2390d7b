from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.footers.judging import Runs
from dedup.footers.learning import fewest_articles, names
from dedup.footers.marking import RunTable, marked
from dedup.settings import Settings
from tests.footers.made import footers_of, hashed, named, rows_per_article, shingles, taught
from tests.made import columns
from tests.stories import story, words

NOTICE = words(1, 20)
UNKNOWN = [-1] * 99
OUTLETS = range(99)


def texts_around(run: list[str], place: str, count: int = 12) -> list[str]:
    """Different stories with a run of words at the top, at the bottom, or between two paragraphs."""
    own = [(words(100 + i, 90), words(300 + i, 80)) for i in range(count)]
    parts = {
        "top": lambda left, right: [run, left, right],
        "between": lambda left, right: [left, run, right],
        "bottom": lambda left, right: [left, right, run],
    }
    return ["\n\n".join(" ".join(part).capitalize() for part in parts[place](*pair)) for pair in own]


def edited(text: list[str], share: float, random: Random) -> list[str]:
    """A text of which a share of the words is another."""
    changed = set(random.sample(range(len(text)), round(share * len(text))))
    return [f"{word}x{random.randrange(1 << 30)}" if i in changed else word for i, word in enumerate(text)]


def copies(share: float, seed: int, count: int = 30) -> list[str]:
    """A story as outlets carry it: each with a header and a footer of its own, and a share of the words changed."""
    random, told = Random(seed), words(10_000 * seed, 300)
    frames = [(words(10_000 * seed + 2 * i + 1, 8), words(10_000 * seed + 2 * i + 2, 12)) for i in range(count)]
    return ["\n".join(map(" ".join, (top, edited(told, share, random), below))) for top, below in frames]


@pytest.mark.parametrize("place", ["top", "between", "bottom"])
@pytest.mark.parametrize("sources", [UNKNOWN, OUTLETS, [0] * 12])
def test_a_notice_below_different_stories_is_learned_word_for_word(place: str, sources: list[int]) -> None:
    assert footers_of(texts_around(NOTICE, place), sources[:12]) == [hashed(" ".join(NOTICE))]


def test_a_notice_that_stands_here_and_there_is_learned_once() -> None:
    texts = [texts_around(NOTICE, ("top", "between", "bottom")[i % 3])[i] for i in range(12)]
    assert footers_of(texts, UNKNOWN[:12]) == [hashed(" ".join(NOTICE))]


@pytest.mark.parametrize(("count", "learned"), [(3, 0), (4, 1)])
def test_a_notice_in_four_articles_is_learned_and_in_three_is_not(count: int, learned: int) -> None:
    assert len(footers_of(texts_around(NOTICE, "bottom", count), UNKNOWN[:count])) == learned


def test_a_short_article_does_not_count_for_what_others_hold() -> None:
    for seed in range(20):
        texts = [f"{story(1000 + seed, 20)} {story(5000 + 10 * seed + i)}" for i in range(3)]
        assert footers_of([*texts, "short"], UNKNOWN[:4]) == []


@pytest.mark.parametrize(("one", "other", "learned"), [(3, 2, 0), (2, 1, 1)])
def test_more_than_half_of_the_articles_must_tell_stories_of_their_own(one: int, other: int, learned: int) -> None:
    some = Settings(min_footer_stories=2, min_footer_articles=3, min_footer_votes=0.3)
    stories = texts_around(NOTICE, "bottom", 2)
    texts = [f"{story(1000 + i, 8)}\n{stories[i >= one]}" for i in range(one + other)]
    assert len(footers_of(texts, UNKNOWN[: one + other], some)) == learned


@pytest.mark.parametrize("length", [16, 17, 40, 400])
def test_longer_and_shorter_runs_are_learned_word_for_word(length: int) -> None:
    run = words(1, length)
    assert footers_of(texts_around(run, "bottom"), [0] * 12) == [hashed(" ".join(run))]


def test_a_run_shorter_than_a_shingle_is_not_learned() -> None:
    assert footers_of(texts_around(words(1, 11), "bottom"), UNKNOWN[:12]) == []


@pytest.mark.parametrize("share", [0, 0.01, 0.03, 0.05, 0.1])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_story_that_thirty_outlets_carry_stays(share: float, seed: int) -> None:
    assert footers_of(copies(share, seed), OUTLETS[:30]) == []
    assert footers_of(copies(share, seed), UNKNOWN[:30]) == []


def test_a_notice_below_the_copies_of_a_story_and_other_stories_is_learned_alone() -> None:
    texts = [f"{copy}\n{' '.join(NOTICE)}" for copy in copies(0.02, seed=5, count=6)]
    found = footers_of(texts + texts_around(NOTICE, "bottom"), UNKNOWN[:18])
    assert found == [hashed(" ".join(NOTICE))]


@pytest.mark.parametrize("own", [40, 100, 200])
def test_a_story_to_which_each_outlet_adds_a_paragraph_stays(own: int) -> None:
    told = story(1, 300)
    assert footers_of([f"{told}\n\n{story(100 + i, own).capitalize()}" for i in range(12)], OUTLETS[:12]) == []


def test_a_story_with_the_comments_of_each_outlets_readers_stays() -> None:
    told = story(1, 300)
    texts = [f"{told}\n\n" + "\n".join(story(100 * i + j, 25) for j in range(10)) for i in range(12)]
    assert footers_of(texts, OUTLETS[:12]) == []


def captioned() -> list[str]:
    """Pieces of 150 words, each above the same 400 words of captions."""
    captions = "\n".join(story(1000 + i, 25).capitalize() for i in range(16))
    return [f"{story(100 + i, 150)}\n{captions}" for i in range(12)]


def test_long_captions_under_the_pieces_of_one_source_are_learned() -> None:
    assert footers_of(captioned(), [0] * 12) == [sum((hashed(story(1000 + i, 25)) for i in range(16)), ())]


def test_as_much_text_in_common_between_different_sources_is_their_story() -> None:
    assert footers_of(captioned(), OUTLETS[:12]) == []


def test_a_statement_in_three_independent_reports_stays() -> None:
    statement = story(1, 60)
    reports = [f"{story(100 + i, 120)} {statement} {story(200 + i, 90)}" for i in range(3)]
    assert footers_of(reports + [story(300 + i) for i in range(20)], UNKNOWN[:23]) == []


def test_two_notices_in_different_order_are_two_footers() -> None:
    one, other = words(1, 20), words(2, 25)
    texts = texts_around(one + other, "bottom")[:6] + texts_around(other + one, "bottom")[6:]
    assert footers_of(texts, UNKNOWN[:12]) == sorted([hashed(" ".join(one)), hashed(" ".join(other))])


def test_two_notices_of_two_sites_are_two_footers() -> None:
    one, other = words(1, 20), words(2, 25)
    texts = texts_around(one, "bottom")[:6] + texts_around(other, "top")[6:]
    assert footers_of(texts, [0] * 6 + [1] * 6) == sorted([hashed(" ".join(one)), hashed(" ".join(other))])


def mixed() -> list[str]:
    """Stories with two notices here and there, and a story in several copies."""
    texts = texts_around(NOTICE, "bottom", 8) + texts_around(words(2, 30), "top", 16)[8:]
    return texts + copies(0.02, seed=7, count=8) + ["", "too short"]


# In collections on the border of a verdict, another sample of the articles may turn it: the order counts there.
@given(st.permutations(range(26)))
def test_the_order_of_articles_changes_no_footer(order: list[int]) -> None:
    texts = mixed()
    wanted = sorted([hashed(" ".join(NOTICE)), hashed(" ".join(words(2, 30)))])
    assert footers_of([texts[i] for i in order], UNKNOWN[:26]) == wanted


def test_learned_footers_share_no_word_of_an_article() -> None:
    pieces = [words(1, 20), words(2, 25), words(3, 15)]
    texts = []
    for i in range(24):
        some = Random(i).sample(pieces, 2)
        texts.append(" ".join([*words(100 + i, 80), *some[0], *some[1], *words(300 + i, 80)]))
    held, learned = taught(texts, UNKNOWN[:24])
    spans = marked(held, RunTable(held, learned.footers, 12), learned.holding)
    for rows in rows_per_article(spans):
        found = [word for word, _ in named(rows)]
        assert len(found) == len(set(found))
        assert {(first, stop) for _, first, stop in rows} <= {(80, stop) for stop in (95, 100, 105)} | {
            (first, stop) for first in (95, 100, 105) for stop in (115, 120, 125)
        }


def test_what_may_hold_a_footer_holds_every_article_with_one() -> None:
    texts = mixed()
    held, learned = taught(texts, UNKNOWN[:26])
    spans = marked(held, RunTable(held, learned.footers, 12), np.ones(26, np.bool_))
    assert set(np.flatnonzero(spans.lengths).tolist()) == set(range(16))
    assert learned.holding[:16].all()


def test_a_run_that_recurs_and_is_no_footer_is_told_apart() -> None:
    _, learned = taught(copies(0.05, seed=1), UNKNOWN[:30])
    assert len(learned.footers.articles) == 0
    assert len(learned.kept.articles) > 0


@pytest.mark.parametrize(
    ("texts", "in_source", "across"),
    [(0, 4, 4), (3_000, 4, 4), (48_000, 8, 16), (300_000, 13, 40), (1_000_000, 17, 73)],
)
def test_more_articles_are_wanted_in_a_larger_collection(texts: int, in_source: int, across: int) -> None:
    assert fewest_articles(texts, Settings()) == (in_source, across)


@given(st.integers(0, 10**6), st.integers(2, 20))
def test_sixteen_times_the_texts_want_twice_the_articles_of_a_source(texts: int, least: int) -> None:
    wanted = Settings(min_footer_articles=least)
    small, large = (fewest_articles(count, wanted)[0] for count in (max(3000, texts), 16 * max(3000, texts)))
    assert abs(large - 2 * small) <= 2


def named_runs(runs: list[tuple[int, int]], article: list[int], size: int = 12) -> list[str]:
    """The names of runs that stand in one article, given by their first words and one behind their last."""
    firsts, stops = np.array(runs, np.int32).reshape(-1, 2).T
    return names(
        columns([article]), Runs(np.zeros_like(firsts), firsts, stops, *np.zeros((3, len(runs)), np.int32)), size
    )


@given(st.lists(st.integers(0, 9), min_size=5, max_size=30))
def test_a_run_is_named_after_its_smallest_shingle(run: list[int]) -> None:
    assert named_runs([(0, len(run))], run, 5) == [f"learned-{min(shingles(run, 5)) >> 16:012x}"]


@given(st.lists(st.integers(0, 9), min_size=6, max_size=30))
def test_a_run_has_the_name_of_what_is_left_without_its_first_or_its_last_word(run: list[int]) -> None:
    end = len(run)
    whole, later, earlier = named_runs([(0, end), (1, end), (0, end - 1)], run, 5)
    assert whole == min(later, earlier)


def test_most_names_stay_while_an_edge_moves_by_a_word() -> None:
    articles = [list(hashed(story(i, 30))) for i in range(200)]
    moved = [len(set(named_runs([(0, 30), (1, 30), (0, 29)], article))) > 1 for article in articles]
    assert sum(moved) / 200 == pytest.approx(2 / 19, abs=0.06)


def test_no_runs_have_no_names() -> None:
    assert named_runs([], [1, 2, 3]) == []
