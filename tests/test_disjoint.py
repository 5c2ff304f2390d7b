import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.disjoint import firsts

articles = st.integers(0, 19)


@given(st.lists(st.tuples(articles, articles), max_size=30))
def test_firsts_are_the_lowest_that_pairs_lead_to(pairs: list[tuple[int, int]]) -> None:
    lowest = list(range(20))
    for _ in lowest:
        for a, b in pairs:
            lowest[a] = lowest[b] = min(lowest[a], lowest[b])
    assert firsts(np.array(pairs, np.int64).reshape(-1, 2), 20).tolist() == lowest
