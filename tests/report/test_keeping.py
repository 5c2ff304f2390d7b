from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import ReportError
from dedup.report.keeping import Choice, Policy, choices, policy_of, unknown_sources

policies = st.sampled_from(["original", "first", "longest", "source:b,a", "source:none"]).map(policy_of)
numbers = st.integers(0, 3)
members = st.builds(
    lambda source, published, words: {"source": source, "published": published, "body_words": words},
    st.sampled_from(["a", "B", None]),
    st.sampled_from([None, "2024-03-04", "2024-03-04T10:00:00Z", "2024-03-05"]),
    numbers,
)
stories = st.lists(st.lists(members, min_size=2, max_size=5), max_size=4)


def document(clusters: list[list[dict[str, Any]]]) -> dict[str, Any]:
    found = []
    for number, cluster in enumerate(clusters):
        fields = {"first_seen": None, "source": None, "published": None, "body_words": 1}
        rows = [fields | {"id": f"{number}-{at}", "relation": "near"} | its for at, its in enumerate(cluster)]
        rows[0]["relation"] = "original"
        found.append({"id": f"{number}-0", "members": rows})
    return {"clusters": found}


def kept(policy: str, *cluster: dict[str, Any]) -> str:
    (choice,) = choices(document([list(cluster)]), policy_of(policy))
    return choice.kept.removeprefix("0-")


@given(stories, policies)
def test_what_is_kept_and_what_is_dropped_are_each_cluster_in_two_parts(
    clusters: list[list[dict[str, Any]]], policy: Policy
) -> None:
    report = document(clusters)
    for choice, cluster in zip(choices(report, policy), report["clusters"], strict=True):
        assert sorted([choice.kept, *choice.dropped]) == sorted(member["id"] for member in cluster["members"])


@given(stories, policies, st.sets(st.tuples(numbers, numbers).map("{0[0]}-{0[1]}".format)))
def test_of_a_cluster_one_is_kept_of_those_that_there_are(
    clusters: list[list[dict[str, Any]]], policy: Policy, among: set[str]
) -> None:
    report = document(clusters)
    there = [{m["id"] for m in cluster["members"]} & among for cluster in report["clusters"]]
    found = [{choice.kept, *choice.dropped} for choice in choices(report, policy, among=among)]
    assert found == [ids for ids in there if ids]


@given(stories, policies, st.randoms())
def test_the_order_of_members_does_not_matter(
    clusters: list[list[dict[str, Any]]], policy: Policy, random: Any
) -> None:
    report = document(clusters)
    before = [choice.kept for choice in choices(report, policy)]
    for cluster in report["clusters"]:
        random.shuffle(cluster["members"])
    assert [choice.kept for choice in choices(report, policy)] == before


def test_the_original_is_kept() -> None:
    assert kept("original", {"body_words": 1}, {"body_words": 9}) == "0"


def test_without_the_original_the_longest_is_kept() -> None:
    report = document([[{}, {"body_words": 5}, {"body_words": 9}]])
    assert list(choices(report, policy_of("original"), among={"0-1", "0-2"})) == [Choice("0-2", ["0-1"])]


def test_the_first_published_is_kept_and_undated_ones_come_last() -> None:
    assert kept("first", {}, {"published": "2024-03-05"}, {"published": "2024-03-04T23:00:00Z"}) == "2"


def test_of_articles_of_one_time_the_one_seen_first_is_kept() -> None:
    day = {"published": "2024-03-05"}
    assert kept("first", day | {"first_seen": "2024-03-07"}, day | {"first_seen": "2024-03-06"}) == "1"


def test_the_longest_is_kept_and_of_equal_ones_the_original() -> None:
    assert kept("longest", {"body_words": 5}, {"body_words": 9}) == "1"
    assert kept("longest", {"body_words": 9}, {"body_words": 9}) == "0"


@pytest.mark.parametrize(
    ("listed", "chosen"), [("A,b", "1"), ("b , a", "2"), ("c,b", "2"), ("c", "0"), ('"X, Inc.",a', "3")]
)
def test_the_source_that_is_listed_first_is_kept_and_else_the_original(listed: str, chosen: str) -> None:
    assert kept(f"source:{listed}", {}, {"source": "a"}, {"source": "B"}, {"source": "X, Inc."}) == chosen


def test_preferred_sources_that_no_member_has_are_told() -> None:
    assert unknown_sources(document([[{"source": "A"}, {}]]), policy_of("source:a,b")) == ["b"]


@pytest.mark.parametrize("text", ["", "newest", "source", "source:", "source:,", "original:", "first:a", "Original"])
def test_anything_else_is_no_policy(text: str) -> None:
    with pytest.raises(ValueError, match=r"original, first, longest|Reuters"):
        policy_of(text)


def test_lengths_that_a_report_does_not_tell_are_an_error_only_where_they_are_asked_for() -> None:
    report = document([[{}, {}]])
    for member in report["clusters"][0]["members"]:
        del member["body_words"]
    assert [choice.kept for choice in choices(report, policy_of("original"))] == ["0-0"]
    with pytest.raises(ReportError, match="scan anew"):
        list(choices(report, policy_of("longest")))
