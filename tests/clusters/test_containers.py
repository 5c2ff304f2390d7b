import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters.containers import Holds, containers
from dedup.columns import I32, Bool

Held = tuple[int, int]

LENGTHS = [100, 120, 140, 160, 600, 700]
"""Words of four stories and of two articles that may hold them."""

holdings = st.sets(st.tuples(st.integers(0, 3), st.integers(4, 5))).map(sorted)
families = st.lists(st.integers(0, 2), min_size=6, max_size=6)
"""For each article what it is about: those of one number are kin."""


def found(
    held: list[Held], kin: list[int], groups: list[int] | None = None, at_home: tuple[int, ...] = ()
) -> list[int]:
    inner, outer = np.array(held, np.int32).reshape(-1, 2).T
    family = np.array(kin)

    def related(pairs: I32) -> Bool:
        asked: Bool = family[pairs[:, 0]] == family[pairs[:, 1]]
        return asked

    def belongs(pairs: I32) -> Bool:
        asked: Bool = np.isin(pairs[:, 0], at_home)
        return asked

    of = np.array(groups or range(len(LENGTHS)), np.int32)
    holds = Holds(inner, outer, np.ones(len(held)))
    round_ups: list[int] = containers(holds, np.array(LENGTHS), of, related, belongs).tolist()
    return round_ups


def test_two_strangers_in_one_article_make_it_a_container() -> None:
    assert found([(0, 4), (1, 4)], [0, 1, 2, 3, 4, 5]) == [4]


def test_two_parts_of_one_story_do_not() -> None:
    assert found([(0, 4), (1, 4)], [0, 0, 2, 3, 0, 5]) == []


def test_two_strangers_that_tell_of_what_the_rest_tells_of_are_parts_of_it() -> None:
    assert found([(0, 4), (1, 4)], [0, 1, 2, 3, 4, 5], at_home=(0, 1)) == []


def test_two_stories_of_three_that_are_not_at_home_make_a_container() -> None:
    assert found([(0, 4), (1, 4), (2, 4)], [0, 1, 2, 3, 4, 5], at_home=(0,)) == [4]


def test_one_story_of_two_that_is_not_at_home_does_not() -> None:
    assert found([(0, 4), (1, 4)], [0, 1, 2, 3, 4, 5], at_home=(0,)) == []


def test_one_story_alone_does_not() -> None:
    assert found([(0, 4), (1, 5)], [0, 1, 2, 3, 0, 1]) == []


def test_near_copies_of_one_story_do_not_whatever_else_they_are() -> None:
    assert found([(0, 4), (1, 4)], [0, 1, 2, 3, 4, 5], groups=[0, 0, 2, 3, 4, 5]) == []


def test_an_article_that_stands_in_a_container_is_none_for_it() -> None:
    assert found([(0, 5), (1, 5), (4, 5)], [0, 1, 2, 3, 0, 5]) == [5]


@given(holdings, families)
def test_a_container_holds_a_stranger_to_the_longest_story_in_it(held: list[Held], kin: list[int]) -> None:
    stories = {outer: [inner for inner, its in held if its == outer] for outer in (4, 5)}
    wanted = [outer for outer, its in stories.items() if len({kin[inner] for inner in its}) > 1]
    assert found(held, kin) == wanted


@given(holdings, families, st.randoms(use_true_random=False))
def test_the_order_in_which_holdings_come_changes_nothing(held: list[Held], kin: list[int], random: object) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(shuffled, kin) == found(held, kin)


def test_where_nobody_holds_anybody_there_are_no_containers() -> None:
    assert found([], [0] * 6) == []
