import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.parts import at_once
from dedup.settings import Settings
from dedup.sketches import bands
from dedup.sketches.bands import candidates, fewest_rows, probability
from dedup.sketches.minhash import Signatures, contract, signatures
from tests.laws import costly
from tests.made import columns, in_parts

LOW = Settings(permutations=8, band_rows=2, min_resemblance=0.01, whole_bucket=5)


def in_python(rows: np.ndarray, settings: Settings) -> set[tuple[int, int]]:
    """The pairs that agree in a band, and in enough rows for the sieve."""
    found = set()
    for left in range(len(rows)):
        for right in range(left + 1, len(rows)):
            equal = rows[left] == rows[right]
            if equal.reshape(-1, settings.band_rows).all(axis=1).any() and equal.sum() >= fewest_rows(settings):
                found.add((left, right))
    return found


def signed(rows: list[list[int]]) -> Signatures:
    return Signatures(np.array(rows, np.uint32).reshape(-1, LOW.permutations), contract(LOW))


small_rows = st.lists(st.lists(st.integers(0, 2), min_size=8, max_size=8), min_size=1, max_size=5)


@given(small_rows)
def test_candidates_are_the_pairs_that_share_a_bucket(rows: list[list[int]]) -> None:
    found = candidates(signed(rows), np.arange(len(rows)), LOW)
    assert {(a, b) for a, b in found.pairs.tolist()} == in_python(np.array(rows), LOW)
    assert found.buckets == []


@given(small_rows)
def test_each_candidate_comes_once_left_before_right_and_in_order(rows: list[list[int]]) -> None:
    pairs = candidates(signed(rows), np.arange(len(rows)), LOW).pairs.tolist()
    assert pairs == sorted(set(map(tuple, pairs)), key=tuple) or pairs == [list(p) for p in sorted(map(tuple, pairs))]
    assert all(left < right for left, right in pairs)


@given(st.lists(st.lists(st.integers(0, 2), min_size=8, max_size=8), min_size=6, max_size=30))
def test_what_a_small_buffer_merges_is_what_a_large_one_finds(rows: list[list[int]]) -> None:
    whole = candidates(signed(rows), np.arange(len(rows)), LOW)
    before = bands.PAIRS_AT_ONCE
    bands.PAIRS_AT_ONCE = 30
    try:
        pieces = candidates(signed(rows), np.arange(len(rows)), LOW)
    finally:
        bands.PAIRS_AT_ONCE = before
    assert pieces.pairs.tolist() == whole.pairs.tolist()


@pytest.mark.parametrize("room", [1, 2, 39, 40, 41, 100])
def test_a_bucket_that_fills_the_buffer_many_times_over_gives_all_its_pairs(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bands, "PAIRS_AT_ONCE", room)
    wide = Settings(permutations=8, band_rows=2, min_resemblance=0.01, whole_bucket=40)
    found = candidates(signed([[7] * 8] * 40), np.arange(40), wide)
    assert found.pairs.tolist() == [[i, j] for i in range(40) for j in range(i + 1, 40)]


def test_a_bucket_of_more_than_whole_bucket_is_handed_over_whole() -> None:
    found = candidates(signed([[7] * 8] * 6 + [list(range(10, 18))]), np.arange(7), LOW)
    assert found.pairs.tolist() == []
    assert [bucket.tolist() for bucket in found.buckets] == [[0, 1, 2, 3, 4, 5]] * LOW.bands


def test_articles_that_are_left_out_are_in_no_bucket() -> None:
    found = candidates(signed([[7] * 8] * 4), np.array([1, 3]), LOW)
    assert found.pairs.tolist() == [[1, 3]]


def test_no_articles_make_no_candidates() -> None:
    assert len(candidates(signed([]), np.arange(0), LOW).pairs) == 0


@pytest.mark.parametrize(("resemblance", "at_least"), [(0.25, 0.98), (0.3, 0.99), (0.5, 0.99999)])
def test_the_default_bands_find_copies_from_a_quarter_of_common_shingles_on(
    resemblance: float, at_least: float
) -> None:
    assert probability(resemblance, Settings()) > at_least


@costly(3)
@given(st.sampled_from([64, 128, 256]), st.floats(0.05, 0.95))
def test_the_sieve_lets_all_but_a_millionth_pass(permutations: int, resemblance: float) -> None:
    settings = Settings(permutations=permutations, min_resemblance=resemblance)
    fewest = fewest_rows(settings)
    lost = sum(
        math.comb(permutations, k) * resemblance**k * (1 - resemblance) ** (permutations - k) for k in range(fewest)
    )
    assert lost <= bands.MISSED_BY_SIEVE


@pytest.fixture
def pair_of() -> Callable[[float, np.random.RandomState], list[list[int]]]:
    def make(resemblance: float, draw: np.random.RandomState) -> list[list[int]]:
        shared = round(600 * resemblance / (1 + resemblance))
        numbers = draw.randint(0, 1 << 32, 600 - shared, dtype=np.uint32).tolist()
        return [numbers[:300], numbers[300 - shared :]]

    return make


@given(st.lists(st.lists(st.integers(0, 2), min_size=8, max_size=8), max_size=12), st.integers(1, 5))
def test_bands_that_are_looked_at_in_parts_give_the_same(rows: list[list[int]], parts: int) -> None:
    settings = replace(LOW, whole_bucket=2)
    whole, some = (
        candidates(signed(rows), np.arange(len(rows)), settings, spread) for spread in (at_once, in_parts(parts))
    )
    assert some.pairs.tolist() == whole.pairs.tolist()
    assert [bucket.tolist() for bucket in some.buckets] == [bucket.tolist() for bucket in whole.buckets]


def test_the_share_of_pairs_found_is_the_one_that_theory_gives(
    pair_of: Callable[[float, np.random.RandomState], list[list[int]]],
) -> None:
    settings, draw = Settings(shingle_words=1, min_resemblance=0.01), np.random.RandomState(3)
    articles = [article for _ in range(400) for article in pair_of(0.15, draw)]
    found = candidates(signatures(columns(articles), settings), np.arange(len(articles)), settings)
    share = sum(left % 2 == 0 and right == left + 1 for left, right in found.pairs.tolist()) / 400
    expected = probability(0.15, settings)
    assert share == pytest.approx(expected, abs=4 * (expected * (1 - expected) / 400) ** 0.5)


@given(st.lists(st.lists(st.integers(0, 2), min_size=8, max_size=8), min_size=1, max_size=30))
def test_band_by_band_the_candidates_and_the_large_buckets_are_the_same(rows: list[list[int]]) -> None:
    made, bits = signed(rows), max(1, (len(rows) - 1).bit_length())
    mask = np.uint64((1 << bits) - 1)
    pairs, buckets = set[tuple[int, int]](), list[list[int]]()
    for hashes in bands.band_keys(made.rows, LOW, bits):
        keys = np.sort(hashes | np.arange(len(rows), dtype=np.uint64))
        found = bands.paired(keys, bits, LOW.whole_bucket)
        pairs |= set(zip((found >> np.uint64(bits)).tolist(), (found & mask).tolist(), strict=True))
        buckets += [(keys[a:b] & mask).tolist() for a, b in bands.large_buckets(keys, bits, LOW.whole_bucket)]
    listed = np.array(sorted(pairs), np.int32).reshape(-1, 2)
    whole = candidates(made, np.arange(len(rows)), LOW)
    assert listed[bands.sieved(listed, made.rows, LOW)].tolist() == whole.pairs.tolist()
    assert buckets == [bucket.tolist() for bucket in whole.buckets]
