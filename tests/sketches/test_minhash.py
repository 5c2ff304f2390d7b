from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSHForest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import ContractError
from dedup.settings import Settings
from dedup.sketches.minhash import EMPTY, Signatures, signatures
from dedup.text.shingles import roll
from dedup.text.words import words_of
from tests.made import columns

articles = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=30), min_size=1, max_size=5)


def signed(words: list[list[int]], settings: Settings) -> Signatures:
    return signatures(columns(words), settings)


def datasketch_of(words: list[int], settings: Settings) -> MinHash:
    out = np.zeros(len(words) + 1, np.uint64)
    count = roll(np.array(words, np.uint32), 0, len(words), settings.shingle_words, out)
    sketch = MinHash(settings.permutations, seed=settings.seed, hashfunc=int, scheme="affine32")
    sketch.update_batch([int(shingle >> np.uint64(32)) for shingle in out[:count]])
    return sketch


@given(articles, st.integers(1, 4), st.integers(0, 3), st.sampled_from([2, 6, 128]))
def test_signatures_are_bit_for_bit_those_of_datasketch(
    words: list[list[int]], size: int, seed: int, rows: int
) -> None:
    settings = Settings(shingle_words=size, seed=seed, permutations=rows)
    found = signed(words, settings)
    for i, article in enumerate(words):
        assert found.rows[i].tolist() == datasketch_of(article, settings).hashvalues.tolist()


def test_signatures_of_the_sample_articles_are_those_of_datasketch(sample: Path) -> None:
    words = words_of([path.read_text("utf-8", "replace") for path in sorted(sample.rglob("*.txt"))]).hashes
    found = signatures(words, Settings())
    assert len(words) > 30
    for i in range(len(words)):
        assert found.rows[i].tolist() == datasketch_of(words[i].tolist(), Settings()).hashvalues.tolist()


@given(articles)
def test_the_signature_of_a_union_is_the_smaller_row_of_both(words: list[list[int]]) -> None:
    settings = Settings(shingle_words=1, permutations=16)
    apart = signed(words, settings).rows.min(axis=0)
    joint = signed([list(chain.from_iterable(words))], settings).rows[0]
    assert joint.tolist() == apart.tolist()


def test_an_article_without_shingles_has_the_rows_of_an_empty_datasketch() -> None:
    found = signed([[1, 2, 3, 4]], Settings()).rows[0]
    assert (found == EMPTY).all()
    assert found.tolist() == MinHash(128, seed=1, scheme="affine32").hashvalues.tolist()


@pytest.mark.parametrize("resemblance", [0.1, 0.3, 0.5, 0.9])
def test_the_estimate_is_as_near_to_the_truth_as_theory_says(resemblance: float) -> None:
    settings = Settings(shingle_words=1)
    draw = np.random.RandomState(7)
    pairs, size = 200, 400
    shared = round(2 * size * resemblance / (1 + resemblance))
    errors = []
    for _ in range(pairs):
        numbers = draw.randint(0, 1 << 32, 2 * size - shared, dtype=np.uint32).tolist()
        both = signed([numbers[:size], numbers[size - shared :]], settings)
        errors.append(both[0].resemblance(both[1]) - shared / (2 * size - shared))
    deviation = (resemblance * (1 - resemblance) / settings.permutations) ** 0.5
    assert abs(np.mean(errors)) < 4 * deviation / pairs**0.5
    assert np.std(errors) == pytest.approx(deviation, rel=0.25)


def test_a_sketch_goes_to_datasketch_and_works_there() -> None:
    text = "one two three four five six seven eight nine ten"
    sketch = signatures(words_of([text]).hashes, Settings())[0].to_datasketch()
    assert isinstance(sketch, LeanMinHash)
    assert sketch.scheme == "affine32"
    forest = MinHashLSHForest(num_perm=128)
    forest.add("it", MinHash(seed=sketch.seed, hashvalues=sketch.hashvalues, scheme=sketch.scheme))
    forest.index()
    assert forest.query(sketch, 1) == ["it"]


@pytest.mark.parametrize("other", [{"seed": 2}, {"permutations": 64}, {"shingle_words": 4}])
def test_sketches_made_in_different_ways_do_not_meet(other: dict[str, int]) -> None:
    one = signed([[1, 2, 3, 4, 5, 6]], Settings())[0]
    another = signed([[1, 2, 3, 4, 5, 6]], Settings(**other))[0]
    with pytest.raises(ContractError, match="made in different ways"):
        one.resemblance(another)


def test_two_empty_sketches_resemble_each_other_not_at_all() -> None:
    empty = signed([[1], [2]], Settings())
    assert empty[0].resemblance(empty[1]) == 0.0
