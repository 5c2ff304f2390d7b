from collections.abc import Set as AbstractSet

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import U64
from dedup.footers.bits import count, first_in, holds, last_in, put, put_each, room_for
from dedup.kernels import kernel

WORDS = 200
"""In each article: several numbers of bits, the last one not filled."""

runs = st.lists(st.tuples(st.integers(0, WORDS), st.integers(0, WORDS)).map(sorted), max_size=5)
edges = st.tuples(st.integers(0, WORDS - 1), st.integers(0, WORDS - 1)).map(sorted)


@kernel
def filled(sets: U64, firsts: list[int], stops: list[int]) -> None:
    for i in range(len(firsts)):
        put(sets, 1, firsts[i], stops[i])


@kernel
def asked(sets: U64, first: int, stop: int, invert: bool) -> tuple[bool, int, int, int]:
    return (
        holds(sets, 1, first, stop),
        count(sets, 1, first, stop),
        first_in(sets, 1, first, stop, invert),
        last_in(sets, 1, first - 1, stop - 1, invert),
    )


@kernel
def put_singly(sets: U64, words: U64, base: int) -> None:
    put_each(sets, 1, words, base)


def empty() -> U64:
    sets = room_for(3, WORDS)
    sets[:] = 0
    return sets


def members(sets: U64) -> set[int]:
    return set(np.flatnonzero(np.unpackbits(sets[1].view(np.uint8), bitorder="little")).tolist())


def as_bits(words: AbstractSet[int]) -> U64:
    sets = empty()
    put_singly(sets, np.array(sorted(words), np.uint32) + np.uint32(70), 70)
    return sets


@given(runs)
def test_runs_of_words_are_put_in_and_nothing_else(some: list[list[int]]) -> None:
    sets = empty()
    filled(sets, np.array([first for first, _ in some], np.int64), np.array([stop for _, stop in some], np.int64))
    assert members(sets) == {word for first, stop in some for word in range(first, stop)}
    assert not sets[0].any()
    assert not sets[2].any()


@given(st.frozensets(st.integers(0, WORDS - 1)))
def test_single_words_are_put_in(words: frozenset[int]) -> None:
    assert members(as_bits(words)) == words


@given(
    st.one_of(
        st.frozensets(st.integers(0, WORDS - 1)), runs.map(lambda some: {w for a, b in some for w in range(a, b)})
    ),
    edges,
    st.booleans(),
)
def test_a_run_is_told_as_by_a_set(words: AbstractSet[int], ends: list[int], invert: bool) -> None:
    first, stop = ends[0], ends[1] + 1
    within = [word for word in range(first, stop) if word in words]
    looked_for = [word for word in range(first, stop) if (word in words) != invert]
    assert asked(as_bits(words), first, stop, invert) == (
        len(within) == stop - first,
        len(within),
        looked_for[0] if looked_for else stop,
        looked_for[-1] if looked_for else first - 1,
    )
