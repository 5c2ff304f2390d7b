"""What the shipped background says of English, and what may be relied on."""

from collections import Counter
from importlib.resources import files

import numpy as np
import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.background import LANGUAGE, common_stems, shares
from dedup.text.normalise import normalise, spelled
from dedup.text.stems import stem_hash

ENDINGS = ["", "e", "s", "al", "ed", "er", "es", "ing", "ion", "ly", "y", "able", "ive", "ous"]

share = st.floats(0.005, 1)


def test_each_stem_stands_in_the_file_once() -> None:
    written = files("dedup.text").joinpath("background.txt").read_text("utf-8").splitlines()
    stems = Counter(stem for line in written if not line.startswith("#") for stem in line.split()[1:])
    assert stems.most_common(1)[0][1] == 1
    assert set(stems) == set(shares())


def test_shares_are_those_of_common_stems() -> None:
    assert all(0.005 <= found <= 1 for found in shares().values())
    assert len(shares()) > 5_000


@pytest.mark.parametrize("word", ["the", "and", "of", "said"])
def test_a_word_of_every_text_is_common(word: str) -> None:
    assert stem_hash(word) in common_stems(0.5)


@pytest.mark.parametrize("word", ["otter", "turbine", "chancellor"])
def test_a_word_of_few_texts_is_not_common(word: str) -> None:
    assert stem_hash(Stemmer.Stemmer(LANGUAGE).stemWord(word)) not in common_stems(0.05)


@given(share, share)
def test_a_higher_bar_leaves_fewer_stems_common(one: float, other: float) -> None:
    low, high = sorted([one, other])
    assert set(common_stems(high).tolist()) <= set(common_stems(low).tolist())


@given(share)
def test_common_are_the_stems_above_the_bar(bar: float) -> None:
    wanted = {stem_hash(stem) for stem, found in shares().items() if found > bar}
    assert common_stems(bar).tolist() == sorted(wanted)


def test_no_two_stems_share_a_hash() -> None:
    assert len({stem_hash(stem) for stem in shares()}) == len(shares())


def test_no_stem_is_more_common_than_all_texts() -> None:
    assert common_stems(1.0).tolist() == []
    assert common_stems(0.005).dtype == np.uint32


def test_every_stem_is_what_snowball_gives_for_it_with_some_ending() -> None:
    stemmer = Stemmer.Stemmer(LANGUAGE)
    assert [stem for stem in shares() if stem not in stemmer.stemWords([stem + end for end in ENDINGS])] == []


def test_every_stem_is_one_word_as_the_alphabet_spells_it() -> None:
    assert [stem for stem in shares() if spelled(stem) != [stem] or normalise(stem) != stem] == []
