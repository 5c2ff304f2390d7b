import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.columns import U32, U64
from dedup.footers.bits import put, room_for
from dedup.footers.matches import BLOCKS, FILLED, FOLLOWED, FULL, LED, OWNED, SETS, begin, disown, survey
from dedup.footers.wordings import MIN_FILLED
from dedup.kernels import kernel


@kernel
def surveyed(sets: U64, sentences: U32, blocks: U32, owned: U32, length: int) -> None:
    begin(sets, sentences, blocks, 0, length)
    disown(sets, length)
    for word in owned:
        put(sets, OWNED, np.int64(word), np.int64(word) + 1)
    survey(sets, length)


def bounds(starts: list[int], length: int) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], length], strict=True))


def starts_within(length: int) -> st.SearchStrategy[list[int]]:
    return st.sets(st.integers(0, length - 1), max_size=8).map(lambda some: sorted({0, *some}))


articles = st.integers(1, 150).flatmap(
    lambda length: st.tuples(
        st.just(length),
        starts_within(length),
        starts_within(length),
        st.lists(st.tuples(st.integers(0, length - 1), st.integers(1, 40)), max_size=5),
    )
)


@given(articles)
def test_what_is_owned_of_sentences_and_blocks_is_as_each_word_tells(
    article: tuple[int, list[int], list[int], list[tuple[int, int]]],
) -> None:
    length, sentences, blocks, runs = article
    owned = {word for first, count in runs for word in range(first, min(length, first + count))}
    sets = room_for(SETS, length)
    surveyed(sets, *(np.array(some, np.uint32) for some in (sentences, blocks, sorted(owned))), length)
    told = {
        which: set(np.flatnonzero(np.unpackbits(sets[which].view(np.uint8), bitorder="little")).tolist())
        for which in (BLOCKS, FILLED, FULL, LED, FOLLOWED)
    }
    assert told[BLOCKS] == set(blocks)
    assert told[FILLED] == {
        word
        for first, stop in bounds(sentences, length)
        if len(owned & set(range(first, stop))) >= MIN_FILLED * (stop - first)
        for word in range(first, stop)
    }
    touched = [(first, stop) for first, stop in bounds(blocks, length) if owned & set(range(first, stop))]
    words = [(word, first, stop) for first, stop in touched for word in range(first, stop)]
    assert told[FULL] == {word for word, first, stop in words if owned >= set(range(first, stop))}
    assert told[LED] == {word for word, first, _ in words if owned >= set(range(first, word))}
    assert told[FOLLOWED] == {word for word, _, stop in words if owned >= set(range(word + 1, stop))}
