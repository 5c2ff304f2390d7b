"""The life of clusters from one run to the next: which of today's is which of yesterday's, and what became of each.

Only names remember. Who is in a cluster today is settled before, and as in a fresh scan.

The older cluster survives. Each of yesterday's, the oldest first, picks as its heir the one of today's that holds
most of its members, unless an older one has it; the heir bears its id. Who went without picks the best of those that
nobody picked: only then, so that what an older cluster left behind takes no name from a younger one that stayed
together. Who is still without has ended. So a single article that goes from one cluster to another changes no name,
unless it was the last one of its cluster: that is a merger, which the older name survives, however small it was.

An id stays with its cluster, also when the article that it was taken from leaves. A cluster that comes back after it
ended is a new one, and may get the same id; not in the night in which it ends.
"""

from collections.abc import Sequence
from itertools import count
from operator import attrgetter
from typing import NamedTuple

from dedup.model import ArticleId, Ended, Remembered

NOBODY = -1
"""In place of the number of a cluster."""


class Life(NamedTuple):
    """What ``Cluster`` has of a cluster's past."""

    id: ArticleId
    state: str
    first_seen: str | None
    merged_from: list[ArticleId]
    split_from: ArticleId | None
    split_into: list[ArticleId]


class Lives(NamedTuple):
    """What became of all clusters."""

    today: list[Life]
    """One for each of today's, in their order."""

    ended: list[Ended]
    """Those of yesterday's that are no more, in order of id."""


def lives(yesterday: Sequence[Remembered], today: Sequence[Sequence[ArticleId]], *, time: str | None) -> Lives:
    """Name today's clusters, and tell what happened to them and to yesterday's.

    Args:
        yesterday: the clusters of the last run, in any order; empty where no state remembers one.
        today: the members of each cluster, each article in one at most, in the order of who may name it
            (``origin.in_order_of_name``). Clusters in any order.
        time: of today's run, which is when new clusters were first seen; None where no state remembers it.

    A new cluster is called after its first member whose id no other cluster bears, or bore yesterday; where there is
    none, after its first with ``#2``, ``#3`` and so on. 300,000 members cost .4 s in
    clusters of six, .9 s in pairs.
    """
    oldest = sorted(sorted(yesterday, key=attrgetter("id")), key=attrgetter("first_seen"))
    place = {article: number for number, members in enumerate(today) for article in members}
    held = [_held(one, place) for one in oldest]
    liked = [_liked(one, mine, today, place) for one, mine in zip(oldest, held, strict=True)]
    bears = _heirs(liked, len(today))
    names = _names(oldest, bears, today)
    gone = sorted({*range(len(oldest))}.difference(bears))
    merged: dict[int, list[ArticleId]] = {}
    for old in gone:
        for number in liked[old][:1]:
            merged.setdefault(number, []).append(oldest[old].id)
    parents = _parents(held, bears)
    found = []
    for number, (members, old) in enumerate(zip(today, bears, strict=True)):
        into = sorted(merged[number]) if number in merged else []
        if old == NOBODY:
            found.append(_new(names[number], time, *parents.get(number, (NOBODY, 0)), oldest))
        else:
            parts = sorted(names[other] for other in held[old] if other != number) if len(held[old]) > 1 else []
            found.append(_carried_on(oldest[old], len(members), held[old][number], into, parts))
    ended = [_ended(oldest[old], names[liked[old][0]] if liked[old] else None) for old in gone]
    return Lives(found, sorted(ended, key=attrgetter("id")))


def _held(one: Remembered, place: dict[ArticleId, int]) -> dict[int, int]:
    """How many members of one of yesterday's clusters each of today's holds, if any."""
    held: dict[int, int] = {}
    for article in one.members:
        number = place.get(article, NOBODY)
        if number != NOBODY:
            held[number] = held.get(number, 0) + 1
    return held


def _liked(
    one: Remembered, held: dict[int, int], today: Sequence[Sequence[ArticleId]], place: dict[ArticleId, int]
) -> tuple[int, ...]:
    """Those of today's clusters that hold members of one of yesterday's: who holds most of them, then who holds the
    article that it is called after, then in order of their canonical ids."""
    if len(held) < 2:
        return tuple(held)
    namesake = place.get(one.id, NOBODY)
    return tuple(sorted(held, key=lambda number: (-held[number], number != namesake, today[number][0])))


def _heirs(liked: list[tuple[int, ...]], clusters: int) -> list[int]:
    """For each of today's clusters the one of yesterday's that it goes on, counted from the oldest, or ``NOBODY``."""
    bears, without = [NOBODY] * clusters, []
    for old, choices in enumerate(liked):
        if choices and bears[choices[0]] == NOBODY:
            bears[choices[0]] = old
        else:
            without.append(old)
    for old in without:
        free = next((number for number in liked[old] if bears[number] == NOBODY), NOBODY)
        if free != NOBODY:
            bears[free] = old
    return bears


def _names(oldest: list[Remembered], bears: list[int], today: Sequence[Sequence[ArticleId]]) -> list[ArticleId]:
    """The ids of today's clusters, all different."""
    taken = {one.id for one in oldest}
    names = [oldest[old].id if old != NOBODY else "" for old in bears]
    nameless = []
    for number, members in enumerate(today):
        if bears[number] == NOBODY:
            names[number] = next((article for article in members if article not in taken), "")
            if not names[number]:
                nameless.append(number)
    taken.update(names)
    for number in nameless:  # no two of them have the same first member, and so none the same name
        numbered = (f"{today[number][0]}#{again}" for again in count(2))
        names[number] = next(name for name in numbered if name not in taken)
    return names


def _parents(held: list[dict[int, int]], bears: list[int]) -> dict[int, tuple[int, int]]:
    """For each of today's new clusters that articles of older ones moved to: which one, and how many; of several the
    one that most come from, then the oldest. It lives on: had it ended, it would have picked the new one."""
    parents: dict[int, tuple[int, int]] = {}
    for old, mine in enumerate(held):
        for number, members in mine.items() if len(mine) > 1 else ():
            if bears[number] == NOBODY and members > parents.get(number, (NOBODY, 0))[1]:
                parents[number] = old, members
    return parents


def _new(id_: ArticleId, time: str | None, parent: int, members: int, oldest: list[Remembered]) -> Life:
    """A cluster without a past of its own. It is a part of its parent if it holds two of its members, or one of two:
    a single article that leaves a larger cluster for a new story does not make that a part."""
    if parent == NOBODY:
        return Life(id_, "new", time, [], None, [])
    is_part = members > 1 or len(oldest[parent].members) == 2
    return Life(id_, "split" if is_part else "new", time, [], oldest[parent].id, [])


def _carried_on(one: Remembered, size: int, kept: int, merged: list[ArticleId], parts: list[ArticleId]) -> Life:
    """A cluster that goes on, of which ``kept`` members are left and ``parts`` stand elsewhere."""
    if merged:
        state = "merged"
    elif parts:
        state = "split"
    elif size > kept:
        state = "grown"
    else:
        state = "shrunk" if len(one.members) > kept else "unchanged"
    return Life(one.id, state, one.first_seen, merged, None, parts)


def _ended(one: Remembered, into: ArticleId | None) -> Ended:
    return Ended(one.id, one.first_seen, len(one.members), "dissolved" if into is None else "merged", into)
