import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.clusters.containers import Holds
from dedup.clusters.joining import SPEAKERS, attach, join
from dedup.columns import I32, Bool

Pair = tuple[int, int]
Scored = tuple[Pair, float]
Hold = tuple[int, int, float]

COUNT = 9
every_pair = [(a, b) for a in range(COUNT) for b in range(a + 1, COUNT)]
links = st.dictionaries(st.sampled_from(every_pair), st.sampled_from([0.6, 0.7, 0.8, 0.9]), max_size=14)
kinships = st.sets(st.sampled_from(every_pair))


def joined(scored: dict[Pair, float], kin: set[Pair], *, count: int = COUNT, groups: list[int] | None = None) -> I32:
    def related(pairs: I32) -> Bool:
        return np.array([(a, b) in kin for a, b in pairs.tolist()], np.bool_)

    pairs = np.array(list(scored), np.int32).reshape(-1, 2)
    return join(np.array(groups or range(count), np.int32), pairs, np.array(list(scored.values())), related)


def sets(names: I32) -> list[list[int]]:
    return [np.flatnonzero(names == name).tolist() for name in np.unique(names)]


# ---- spun copies -----------------------------------------------------------------------------------------------


def test_spun_copies_are_joined() -> None:
    assert sets(joined({(0, 2): 0.9}, set(), count=3)) == [[0, 2], [1]]


def test_a_chain_whose_ends_have_nothing_to_do_with_each_other_does_not_join() -> None:
    assert sets(joined({(0, 1): 0.9, (1, 2): 0.8}, set(), count=3)) == [[0, 1], [2]]


def test_ends_that_are_kin_are_joined_by_what_stands_between_them() -> None:
    assert sets(joined({(0, 1): 0.9, (1, 2): 0.8}, {(0, 2)}, count=3)) == [[0, 1, 2]]


def test_of_two_links_that_exclude_each_other_the_surer_one_holds() -> None:
    assert sets(joined({(0, 1): 0.7, (1, 2): 0.8}, set(), count=3)) == [[0], [1, 2]]


def test_whole_groups_of_near_copies_are_joined_by_one_link() -> None:
    assert sets(joined({(1, 4): 0.9}, set(), count=6, groups=[0, 0, 0, 3, 3, 5])) == [[0, 1, 2, 3, 4], [5]]


def test_within_a_group_a_link_changes_nothing() -> None:
    assert sets(joined({(0, 1): 0.9}, set(), count=3, groups=[0, 0, 2])) == [[0, 1], [2]]


def test_a_long_chain_falls_into_pieces_of_kin() -> None:
    chain = {(i, i + 1): 0.9 for i in range(COUNT - 1)}
    near = {(i, i + 2) for i in range(COUNT - 2)}
    for members in sets(joined(chain, near)):
        assert max(members) - min(members) <= 2


def test_more_copies_than_can_speak_are_one_cluster() -> None:
    count = 3 * SPEAKERS
    kin = {(a, b) for a in range(count) for b in range(a + 1, count)}
    assert sets(joined({(0, i): 0.9 for i in range(1, count)}, kin, count=count)) == [list(range(count))]


@given(links, kinships)
def test_any_two_members_of_a_small_cluster_are_linked_or_kin(scored: dict[Pair, float], kin: set[Pair]) -> None:
    for members in sets(joined(scored, kin)):
        if len(members) <= SPEAKERS:
            assert {(a, b) for a in members for b in members if a < b} <= set(scored) | kin


@given(links, kinships, st.randoms(use_true_random=False))
def test_the_order_of_links_changes_nothing(scored: dict[Pair, float], kin: set[Pair], random: object) -> None:
    items = list(scored.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert joined(dict(items), kin).tolist() == joined(scored, kin).tolist()


@given(links, kinships)
def test_a_cluster_is_named_after_its_first_article(scored: dict[Pair, float], kin: set[Pair]) -> None:
    names = joined(scored, kin).tolist()
    assert all(names[name] == name <= article for article, name in enumerate(names))


def one_after_the_other(scored: dict[Pair, float], kin: set[Pair]) -> list[list[int]]:
    """Link by link, the surest first, and pair by pair."""
    clusters = [[article] for article in range(COUNT)]
    related, speak = set(scored) | kin, dict[tuple[int, ...], list[int]]()
    for a, b in sorted(scored, key=lambda pair: (-scored[pair], pair)):
        left, right = (next(one for one in clusters if article in one) for article in (a, b))
        if left is right:
            continue
        mine, theirs = (speak.get(tuple(one), [end]) for one, end in ((left, a), (right, b)))
        if min(left) > min(right):
            mine, theirs = theirs, mine
        if all((min(x, y), max(x, y)) in related for x in mine for y in theirs):
            clusters = [one for one in clusters if one not in (left, right)] + [sorted(left + right)]
            speak[tuple(sorted(left + right))] = (mine + theirs)[:SPEAKERS]
    return sorted(clusters)


@given(links, kinships)
def test_joining_is_what_going_from_link_to_link_gives(scored: dict[Pair, float], kin: set[Pair]) -> None:
    assert sets(joined(scored, kin)) == one_after_the_other(scored, kin)


def test_what_hangs_together_nowhere_is_asked_about_at_once() -> None:
    pairs, asked = np.array([(0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (7, 8)], np.int32), []

    def related(pairs: I32) -> Bool:
        asked.append(pairs.tolist())
        return np.array([True, False, True])

    names = join(np.arange(9, dtype=np.int32), pairs, np.ones(6), related)
    assert asked == [[[0, 2], [3, 5], [6, 8]]]
    assert sets(names) == [[0, 1, 2], [3, 4], [5], [6, 7, 8]]


# ---- excerpts --------------------------------------------------------------------------------------------------

holds_ = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 8), st.sampled_from([0.5, 0.7, 1.0])).filter(
        lambda hold: hold[0] < hold[1]
    ),
    max_size=10,
    unique_by=lambda hold: hold[:2],
)


def attached(
    holds: list[Hold], *, words: list[int], groups: list[int] | None = None, containers: list[int] | None = None
) -> I32:
    inner, outer = np.array([hold[:2] for hold in holds], np.int32).reshape(-1, 2).T
    held = Holds(inner, outer, np.array([hold[2] for hold in holds]))
    of = np.array(groups or range(len(words)), np.int32)
    return attach(of, held, np.array(containers or [], np.int32), np.array(words))


def test_an_excerpt_stands_with_the_article_that_it_comes_from() -> None:
    assert sets(attached([(0, 1, 1.0)], words=[80, 400, 400])) == [[0, 1], [2]]


def test_an_excerpt_stands_with_the_one_that_holds_most_of_it_and_joins_no_two() -> None:
    assert sets(attached([(0, 1, 0.7), (0, 2, 0.9)], words=[80, 500, 400])) == [[0, 2], [1]]


def test_of_several_that_hold_as_much_it_stands_with_the_longest() -> None:
    assert sets(attached([(0, 1, 1.0), (0, 2, 1.0)], words=[80, 400, 500])) == [[0, 2], [1]]


def test_near_copies_of_an_excerpt_go_where_the_longest_of_them_goes() -> None:
    found = attached([(0, 2, 1.0), (1, 3, 0.6)], words=[80, 90, 400, 400], groups=[0, 0, 2, 3])
    assert sets(found) == [[0, 1, 3], [2]]


def test_nothing_attaches_to_a_container() -> None:
    assert sets(attached([(0, 1, 1.0), (0, 2, 0.6)], words=[80, 900, 400], containers=[1])) == [[0, 2], [1]]


def test_an_excerpt_of_an_excerpt_stands_with_both() -> None:
    assert sets(attached([(0, 1, 1.0), (1, 2, 1.0), (0, 2, 0.9)], words=[80, 200, 400])) == [[0, 1, 2]]


@given(holds_, st.lists(st.integers(0, 8), max_size=2))
def test_each_article_that_holds_something_stays_apart_from_others_that_do(
    holds: list[Hold], containers: list[int]
) -> None:
    words = [100 + 50 * article for article in range(9)]
    outer = {hold[1] for hold in holds} - {hold[0] for hold in holds}
    for members in sets(attached(holds, words=words, containers=containers)):
        assert len(outer & set(members)) <= 1


@given(holds_, st.lists(st.integers(0, 8), max_size=2), st.randoms(use_true_random=False))
def test_the_order_in_which_excerpts_come_changes_nothing(
    holds: list[Hold], containers: list[int], random: object
) -> None:
    shuffled, words = list(holds), [100 + 50 * (article % 4) for article in range(9)]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    there = attached(holds, words=words, containers=containers)
    assert attached(shuffled, words=words, containers=containers).tolist() == there.tolist()


@given(holds_, st.lists(st.integers(6, 8), min_size=1, max_size=3))
def test_a_container_that_is_no_excerpt_stands_alone(holds: list[Hold], containers: list[int]) -> None:
    names = attached(holds, words=[100 + 50 * article for article in range(9)], containers=containers)
    assert all(np.count_nonzero(names == names[one]) == 1 for one in containers)
