import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters.components import SAMPLE, gather
from dedup.comparison.overlap import distinct, overlaps
from dedup.settings import Settings
from tests.made import columns

SINGLE = Settings(shingle_words=1)


def clusters_of(words: list[list[int]], settings: Settings, shuffle: object = None) -> list[list[int]]:
    held = columns(words)
    every = [(a, b) for a in range(len(words)) for b in range(a + 1, len(words))]
    pairs = np.array(every, np.int32).reshape(-1, 2)
    resemblance = overlaps(held, pairs, settings.shingle_words).resemblance
    near = np.flatnonzero(resemblance >= settings.min_resemblance)
    if shuffle is not None:
        near = near.tolist()
        shuffle.shuffle(near)  # type: ignore[attr-defined]
    sizes = distinct(held, np.arange(len(words), dtype=np.int32), settings.shingle_words)
    names = gather(held, pairs[near], resemblance[near], sizes, settings)
    return sorted([np.flatnonzero(names == name).tolist() for name in np.unique(names)])


def shared(left: list[int], right: list[int]) -> float:
    return len(set(left) & set(right)) / max(1, min(len(set(left)), len(set(right))))


def test_articles_that_slide_along_a_text_are_no_cluster_of_first_and_last() -> None:
    words = [list(range(30 * i, 30 * i + 100)) for i in range(20)]
    found = clusters_of(words, SINGLE)
    assert len(found) > 4
    for cluster in found:
        assert all(shared(words[a], words[b]) >= SINGLE.min_cohesion for a in cluster for b in cluster)


def test_two_stories_are_not_joined_by_the_round_up_that_holds_both() -> None:
    one, other = list(range(100)), list(range(200, 300))
    found = clusters_of([one, one[:95], one + other, other, other[:95]], SINGLE)
    assert not any({0, 3} <= set(cluster) for cluster in found)
    assert any({0, 1} <= set(cluster) for cluster in found)
    assert any({3, 4} <= set(cluster) for cluster in found)


def test_copies_changed_in_different_places_stay_one_cluster() -> None:
    story = list(range(200))
    copies = [
        story,
        *(story[: 20 * i] + list(range(1000 * i, 1000 * i + 30)) + story[20 * i + 30 :] for i in range(9)),
    ]
    assert clusters_of(copies, SINGLE) == [list(range(10))]


def test_three_hundred_copies_are_one_cluster() -> None:
    story = list(range(100))
    assert clusters_of([[*story, 1000 + i] for i in range(300)], SINGLE) == [list(range(300))]


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=6), min_size=2, max_size=9), st.randoms())
def test_the_order_of_the_relations_changes_nothing(words: list[list[int]], random: object) -> None:
    assert clusters_of(words, SINGLE, random) == clusters_of(words, SINGLE)


@given(st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=8), min_size=2, max_size=9))
def test_in_a_small_cluster_any_two_members_share_something(words: list[list[int]]) -> None:
    settings = Settings(shingle_words=1, min_resemblance=0.3, min_cohesion=0.2)
    for cluster in clusters_of(words, settings):
        if len(cluster) <= SAMPLE:
            assert all(shared(words[a], words[b]) >= 0.2 for a in cluster for b in cluster)


@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=6), min_size=2, max_size=9))
def test_a_cluster_is_named_after_its_first_article(words: list[list[int]]) -> None:
    held = columns(words)
    pairs = np.array([(a, b) for a in range(len(words)) for b in range(a + 1, len(words))], np.int32)
    found = overlaps(held, pairs, 1)
    sizes = distinct(held, np.arange(len(words), dtype=np.int32), 1)
    names = gather(held, pairs, found.resemblance, sizes, SINGLE)
    assert all(names[name] == name and name <= i for i, name in enumerate(names.tolist()))


def test_articles_without_relations_are_clusters_of_their_own() -> None:
    none = np.empty((0, 2), np.int32)
    assert gather(columns([[1], [2]]), none, np.empty(0), np.zeros(2, np.int64), SINGLE).tolist() == [0, 1]
