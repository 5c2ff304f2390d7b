"""What a run changed of clusters, as an alert is told of it."""

from dataclasses import replace
from functools import partial
from random import Random

import orjson
from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters.changes import changes
from dedup.clusters.life import Life, lives
from dedup.model import Change, Cluster, Ended, Member, Original, Remembered

RUN, TODAY, MONDAY = "20240306T020000.000000Z", "2024-03-06T02:00:00Z", "2024-03-04T02:00:00Z"
told = partial(changes, run=RUN, time=TODAY)


def member(id_: str) -> Member:
    title = f"Story of {id_}"
    return Member(id_, id_, title, None, None, None, "near", None, 1.0, 1.0, None, None, [], [], None, 9)


def cluster(life: Life, members: list[str]) -> Cluster:
    """A cluster whose original is the last of its members."""
    *others, original = sorted(members)
    return Cluster(*life, len(members), Original(original, 0.5, []), list(map(member, [original, *others])))


def night(yesterday: list[Remembered], today: list[list[str]]) -> tuple[list[Remembered], list[Cluster], list[Ended]]:
    found = lives(yesterday, today, time=TODAY)
    return yesterday, list(map(cluster, found.today, today)), found.ended


def change(kind: str, id_: str, size: int) -> Change:
    return Change(RUN, TODAY, kind, id_, size, None, None, [], [], [], None, [], None)


A = Remembered("a1", MONDAY, ["a1", "a2", "a3"])


def test_a_change_says_who_came_and_who_went() -> None:
    assert told(*night([A], [["a3", "a2", "n"]])) == [
        replace(change("grown", "a1", 3), title="Story of n", original="n", added=["n"], removed=["a1"])
    ]


def test_a_new_cluster_is_told_with_all_its_members() -> None:
    assert told(*night([], [["n2", "n1"]])) == [
        replace(change("new", "n2", 2), title="Story of n2", original="n2", added=["n1", "n2"])
    ]


def test_a_merger_is_told_of_who_survives_and_of_who_ended() -> None:
    b = Remembered("b1", TODAY, ["b1", "b2"])
    assert told(*night([A, b], [["a1", "a2", "a3", "b1", "b2"]])) == [
        replace(
            change("merged", "a1", 5),
            title="Story of b2",
            original="b2",
            added=["b1", "b2"],
            merged_from=["b1"],
        ),
        replace(change("ended", "b1", 0), removed=["b1", "b2"], into="a1"),
    ]


def test_a_split_is_told_of_both_parts() -> None:
    big = Remembered("a1", MONDAY, ["a1", "a2", "a3", "a4", "a5"])
    first, second = told(*night([big], [["a1", "a2", "a3"], ["a4", "a5"]]))
    assert (first.change, first.removed, first.split_into) == ("split", ["a4", "a5"], ["a4"])
    assert (second.change, second.added, second.split_from) == ("split", ["a4", "a5"], "a1")


def test_a_cluster_that_dissolved_merged_into_nothing() -> None:
    assert told(*night([A], [])) == [replace(change("ended", "a1", 0), removed=["a1", "a2", "a3"])]


def test_a_change_is_a_line_of_json() -> None:
    (line,) = map(orjson.dumps, told(*night([A], [["a1", "a2", "a3", "n"]])))
    assert orjson.loads(line) == {
        "run": RUN,
        "time": TODAY,
        "change": "grown",
        "cluster": "a1",
        "size": 4,
        "title": "Story of n",
        "original": "n",
        "added": ["n"],
        "removed": [],
        "merged_from": [],
        "split_from": None,
        "split_into": [],
        "into": None,
    }


# ---- laws -------------------------------------------------------------------------------------------------------

ARTICLES = [f"p{i}" for i in range(10)]
homes = st.lists(st.integers(0, 4), min_size=len(ARTICLES), max_size=len(ARTICLES))


def gathered(places: list[int]) -> list[list[str]]:
    clusters = [[one for one, at in zip(ARTICLES, places, strict=True) if at == number] for number in range(1, 5)]
    return [members for members in clusters if len(members) > 1]


def remembered(places: list[int]) -> list[Remembered]:
    return [Remembered(members[0], MONDAY, members) for members in gathered(places)]


@given(homes, homes)
def test_the_changes_turn_yesterdays_clusters_into_todays(before: list[int], after: list[int]) -> None:
    yesterday, clusters, ended = night(remembered(before), gathered(after))
    known = {one.id: set(one.members) for one in yesterday}
    for one in told(yesterday, clusters, ended):
        known[one.cluster] = known.get(one.cluster, set()) - set(one.removed) | set(one.added)
        assert len(known[one.cluster]) == one.size
    assert {name: its for name, its in known.items() if its} == {
        one.id: {member.id for member in one.members} for one in clusters
    }


@given(homes)
def test_a_night_without_changes_tells_nothing(places: list[int]) -> None:
    assert told(*night(remembered(places), gathered(places))) == []


@given(homes, homes, st.randoms(use_true_random=False))
def test_the_order_of_clusters_changes_nothing(before: list[int], after: list[int], chance: Random) -> None:
    yesterday, clusters, ended = night(remembered(before), gathered(after))
    known = told(yesterday, clusters, ended)
    for some in (yesterday, clusters, ended):
        chance.shuffle(some)
    assert told(yesterday, clusters, ended) == known
