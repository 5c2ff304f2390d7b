"""Which of today's clusters is which of yesterday's, and what is told of each."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters.life import Life, Lives, lives
from dedup.model import Ended, Remembered

MONDAY, TUESDAY, WEDNESDAY = (f"2024-03-0{day}T02:00:00Z" for day in (4, 5, 6))
A = Remembered("a1", MONDAY, ["a1", "a2", "a3", "a4"])
B = Remembered("b1", TUESDAY, ["b1", "b2", "b3"])


def night(yesterday: list[Remembered], *today: str) -> Lives:
    """What becomes of clusters; today's as their members with spaces between them."""
    return lives(yesterday, [members.split() for members in today], time=WEDNESDAY)


def told(found: Lives) -> list[tuple[str, str]]:
    return [(life.id, life.state) for life in found.today]


# ---- one cluster ------------------------------------------------------------------------------------------------


def test_where_no_state_remembers_all_is_new_and_called_after_its_first_member() -> None:
    found = lives([], [["b", "a"], ["c", "d"]], time=None)
    assert found == Lives([Life("b", "new", None, [], None, []), Life("c", "new", None, [], None, [])], [])


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ("a1 a2 a3 a4", "unchanged"),
        ("a4 a3 a2 a1", "unchanged"),
        ("a1 a2 a3 a4 n", "grown"),
        ("n a1", "grown"),
        ("a1 a2", "shrunk"),
        ("a2 a3 a4", "shrunk"),
        ("n a2 a3 a4", "grown"),
    ],
)
def test_a_cluster_keeps_its_id_and_age_whoever_comes_and_goes(members: str, state: str) -> None:
    assert night([A], members) == Lives([Life("a1", state, MONDAY, [], None, [])], [])


def test_a_cluster_of_which_no_member_stands_in_a_cluster_dissolved() -> None:
    found = night([A], "n1 n2")
    assert found.today == [Life("n1", "new", WEDNESDAY, [], None, [])]
    assert found.ended == [Ended("a1", MONDAY, 4, "dissolved", None)]


def test_a_cluster_that_comes_back_after_it_ended_is_a_new_one() -> None:
    assert night([], "a1 a2 a3 a4").today == [Life("a1", "new", WEDNESDAY, [], None, [])]


# ---- mergers ----------------------------------------------------------------------------------------------------


def test_of_two_that_merge_the_older_survives_though_it_is_smaller() -> None:
    found = night([B, Remembered("c1", MONDAY, ["c1", "c2"])], "b1 b2 b3 c1 c2")
    assert found.today == [Life("c1", "merged", MONDAY, ["b1"], None, [])]
    assert found.ended == [Ended("b1", TUESDAY, 3, "merged", "c1")]


def test_of_two_of_one_night_that_merge_the_first_in_order_of_id_survives() -> None:
    assert night([Remembered("y", MONDAY, ["y", "z"]), Remembered("x", MONDAY, ["x", "w"])], "y z x w").today == [
        Life("x", "merged", MONDAY, ["y"], None, [])
    ]


def test_the_last_article_of_a_cluster_takes_its_name_along() -> None:
    found = night([A, B], "b1 b2 b3 a4")
    assert told(found) == [("a1", "merged")] and found.ended == [Ended("b1", TUESDAY, 3, "merged", "a1")]


def test_what_ends_in_pieces_merged_into_who_holds_most_of_it() -> None:
    c = Remembered("c1", TUESDAY, ["c1", "c2", "c3"])
    assert night([A, B, c], "a1 a2 a3 a4 c1", "b1 b2 b3 c2 c3").ended == [Ended("c1", TUESDAY, 3, "merged", "b1")]


# ---- splits and moves -------------------------------------------------------------------------------------------


def test_the_larger_part_keeps_the_name_and_the_other_says_where_it_comes_from() -> None:
    assert night([A], "a1 n", "a2 a3 a4").today == [
        Life("n", "new", WEDNESDAY, [], "a1", []),
        Life("a1", "split", MONDAY, [], None, ["n"]),
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_of_equal_parts_the_one_with_the_article_that_names_the_cluster_keeps_the_name(turned: bool) -> None:
    parts = ["a2 a3", "a4 a1"]
    found = night([A], *(reversed(parts) if turned else parts))
    assert sorted(told(found)) == [("a1", "split"), ("a2", "split")]


def test_of_equal_parts_without_that_article_the_first_in_order_of_canonical_id_keeps_the_name() -> None:
    assert told(night([A], "a4 n", "a2 m")) == [("a4", "new"), ("a1", "split")]


def test_a_part_of_two_members_is_split_off_a_single_article_only_left() -> None:
    big = Remembered("a1", MONDAY, [f"a{i}" for i in range(1, 9)])
    found = night([big], "a1 a2 a3 a4 a5", "a6 n", "a7 a8 m o p")
    assert found.today == [
        Life("a1", "split", MONDAY, [], None, ["a6", "a7"]),
        Life("a6", "new", WEDNESDAY, [], "a1", []),
        Life("a7", "split", WEDNESDAY, [], "a1", []),
    ]


def test_a_new_cluster_left_the_one_that_most_of_its_members_come_from_then_the_oldest() -> None:
    assert night([A, B], "a1 a2 a3", "b1 b2", "b3 a4").today[2] == Life("b3", "new", WEDNESDAY, [], "a1", [])
    longer = Remembered("b1", TUESDAY, ["b1", "b2", "b3", "b4", "b5"])
    found = night([A, longer], "a1 a2 a3", "b1 b2 b3", "b4 b5 a4")
    assert found.today[2] == Life("b4", "split", WEDNESDAY, [], "b1", [])


def test_a_pair_that_is_torn_in_two_is_split() -> None:
    found = night([Remembered("x", MONDAY, ["x", "y"])], "x n", "y m")
    assert told(found) == [("x", "split"), ("y", "split")]


def test_an_article_that_goes_over_to_another_cluster_changes_no_name() -> None:
    found = night([A, B], "a1 a2 a3", "b1 b2 b3 a4")
    assert found.today == [
        Life("a1", "split", MONDAY, [], None, ["b1"]),
        Life("b1", "grown", TUESDAY, [], None, []),
    ]


def test_what_is_left_of_an_older_cluster_takes_no_name_from_one_that_stayed_together() -> None:
    c = Remembered("c1", WEDNESDAY, ["c1", "c2"])
    found = night([A, B, c], "a1 a2 a3 a4 b1 b2", "b3 c1 c2")
    assert told(found) == [("a1", "merged"), ("c1", "grown")]
    assert found.ended == [Ended("b1", TUESDAY, 3, "merged", "a1")]


def test_what_is_left_of_a_cluster_whose_larger_part_merged_goes_on_under_its_name() -> None:
    assert night([A, B], "a1 a2 a3 a4 b1 b2", "b3 n") == Lives(
        [Life("a1", "grown", MONDAY, [], None, []), Life("b1", "split", TUESDAY, [], None, ["a1"])], []
    )


# ---- names that are taken ---------------------------------------------------------------------------------------


def test_a_new_cluster_is_called_after_its_first_member_whose_id_no_other_bears() -> None:
    assert told(night([A], "a2 a3 a4", "a1 n1 n2")) == [("a1", "split"), ("n1", "new")]


def test_where_all_members_name_other_clusters_a_number_stands_behind_the_first() -> None:
    y, z = Remembered("x1", MONDAY, ["y1", "y2"]), Remembered("x2", MONDAY, ["z1", "z2"])
    assert told(night([y, z], "y1 y2", "z1 z2", "x2 x1")) == [
        ("x1", "unchanged"),
        ("x2", "unchanged"),
        ("x2#2", "new"),
    ]


def test_a_number_that_is_taken_is_passed_over() -> None:
    known = [Remembered(name, MONDAY, [f"{name}a", f"{name}b"]) for name in ("x1", "x2", "x1#2")]
    assert told(night(known, "x1a x1b", "x2a x2b", "x1 x2"))[-1] == ("x1#3", "new")


def test_a_number_that_is_the_id_of_a_member_of_another_new_cluster_is_passed_over() -> None:
    known = [Remembered(name, MONDAY, [f"{name}a", f"{name}b"]) for name in ("x1", "x2")]
    assert told(night(known, "x1a x1b", "x2a x2b", "x1 x2", "x1#2 n"))[2:] == [("x1#3", "new"), ("x1#2", "new")]


def test_an_id_that_ends_tonight_is_given_to_nobody_else_tonight() -> None:
    found = night([Remembered("x", MONDAY, ["y", "z"])], "x n")
    assert told(found) == [("n", "new")] and [end.id for end in found.ended] == ["x"]


# ---- laws -------------------------------------------------------------------------------------------------------

Nights = list[tuple[list[int], list[str]]]
"""The place of each article in each night, and the order of who may name a cluster."""

ARTICLES = [f"p{i}" for i in range(10)] + ["p1#2", "p1#3"]
homes = st.lists(st.integers(0, 5), min_size=len(ARTICLES), max_size=len(ARTICLES))
orders = st.permutations(ARTICLES)


def gathered(places: list[int], order: list[str]) -> list[list[str]]:
    """Clusters of two articles or more: each article stands at its place, 0 is in no cluster."""
    home = dict(zip(ARTICLES, places, strict=True))
    clusters = [[article for article in order if home[article] == number] for number in range(1, 6)]
    return [members for members in clusters if len(members) > 1]


def remembered(found: Lives, today: list[list[str]]) -> list[Remembered]:
    """What the next night knows."""
    return [
        Remembered(life.id, life.first_seen or "", members) for life, members in zip(found.today, today, strict=True)
    ]


some_nights = st.lists(st.tuples(homes, orders), min_size=2, max_size=5)


def history(nights: Nights) -> tuple[list[Remembered], list[list[str]], Lives]:
    """The clusters before the last of some nights, those of it, and what became of them."""
    yesterday: list[Remembered] = []
    for day, (places, order) in enumerate(nights, start=1):
        before, today = yesterday, gathered(places, order)
        found = lives(before, today, time=f"2024-03-{day:02}T02:00:00Z")
        yesterday = remembered(found, today)
    return before, today, found


@given(some_nights)
def test_all_ids_of_a_night_are_distinct_and_none_is_one_that_ended(
    nights: Nights,
) -> None:
    _, _, found = history(nights)
    names = [life.id for life in found.today] + [end.id for end in found.ended]
    assert len(names) == len(set(names))


@given(some_nights)
def test_every_cluster_of_yesterday_goes_on_or_ended(nights: Nights) -> None:
    yesterday, today, found = history(nights)
    aged = {life.id: life.first_seen for life in found.today}
    ended = {end.id: end for end in found.ended}
    for one in yesterday:
        held = Counter(i for i, members in enumerate(today) for article in one.members if article in members)
        if one.id in aged:
            assert one.id not in ended and aged[one.id] == one.first_seen and held
        else:
            most = [found.today[i].id for i, count in held.items() if count == max(held.values())]
            end = ended[one.id]
            assert (end.end == "merged" and end.into in most) if held else (end.end, end.into) == ("dissolved", None)
    assert set(ended) <= {one.id for one in yesterday}


@given(some_nights)
def test_who_ended_in_another_is_the_younger_of_the_two(nights: Nights) -> None:
    yesterday, _, found = history(nights)
    age = {one.id: (one.first_seen, one.id) for one in yesterday}
    for life in found.today:
        assert all(age[life.id] < age[ended] for ended in life.merged_from)
        assert sorted(life.merged_from) == [end.id for end in found.ended if end.into == life.id]


@given(some_nights)
def test_states_are_what_sets_of_members_say(nights: Nights) -> None:
    yesterday, today, found = history(nights)
    before = {one.id: set(one.members) for one in yesterday}
    for life, members in zip(found.today, today, strict=True):
        elsewhere = [
            other.id for other, its in zip(found.today, today, strict=True)
            if other.id != life.id and before.get(life.id, set()) & set(its)
        ]  # fmt: skip
        assert life.split_into == sorted(elsewhere)
        old, now = before.get(life.id), set(members)
        if old is None:
            assert life.state in ("new", "split") and not life.merged_from
            assert (life.split_from is None) == (not any(its & now for its in before.values()))
            continue
        expected = (
            "merged" if life.merged_from else "split" if elsewhere else "grown" if now - old
            else "shrunk" if old - now else "unchanged"
        )  # fmt: skip
        assert (life.state, life.split_from) == (expected, None)


@given(some_nights)
def test_what_split_from_another_is_among_what_that_one_split_into(nights: Nights) -> None:
    _, _, found = history(nights)
    by_id = {life.id: life for life in found.today}
    for life in found.today:
        if life.split_from is not None:
            assert life.id in by_id[life.split_from].split_into
            assert by_id[life.split_from].state in ("split", "merged")


@given(some_nights, orders)
def test_clusters_of_the_same_members_keep_their_ids_and_are_unchanged(nights: Nights, order: list[str]) -> None:
    _, today, found = history(nights)
    again = [sorted(members, key=order.index) for members in today]
    after = lives(remembered(found, today), again, time="2024-04-01T02:00:00Z")
    assert after == Lives([Life(life.id, "unchanged", life.first_seen, [], None, []) for life in found.today], [])


@given(st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=6), st.lists(orders, min_size=6, max_size=6), homes)
def test_a_cluster_that_only_grows_and_shrinks_keeps_its_id(
    nights: list[set[int]], order: list[list[str]], others: list[int]
) -> None:
    core, rest = ["k1", "k2"], ARTICLES[:8]
    yesterday = [Remembered("k1", MONDAY, core)]
    for number, joined in enumerate(nights):
        mine = {*core, *(rest[i] for i in joined)}
        strangers = [[f"s{name}" for name in members] for members in gathered(others, order[number])]
        today = [*strangers, sorted(mine, key=[*order[number], *core].index)]
        found = lives(yesterday, today, time=f"2024-03-{number + 10}T02:00:00Z")
        before = set(next(one.members for one in yesterday if one.id == "k1"))
        state = "grown" if mine - before else "shrunk" if before - mine else "unchanged"
        assert found.today[-1] == Life("k1", state, MONDAY, [], None, [])
        yesterday = remembered(found, today)


@given(some_nights, st.randoms(use_true_random=False))
def test_the_order_of_clusters_changes_nothing(nights: Nights, chance: Random) -> None:
    yesterday, today, found = history(nights)
    turned = [Remembered(one.id, one.first_seen, sorted(one.members)) for one in yesterday]
    places = list(range(len(today)))
    chance.shuffle(turned)
    chance.shuffle(places)
    time = f"2024-03-{len(nights):02}T02:00:00Z"
    assert lives(turned, [today[i] for i in places], time=time) == Lives(
        [found.today[i] for i in places], found.ended
    )
