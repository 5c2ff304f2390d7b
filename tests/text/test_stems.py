import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from Stemmer import Stemmer

from dedup.text.normalise import spelled
from dedup.text.stems import Vocabulary, stem_hash
from dedup.text.words import words_of
from tests.text.test_words import word_hash

apostrophes = st.text(st.sampled_from("abyingsABé019  .,-\n'’`‘"), max_size=100)
batches = st.lists(st.lists(apostrophes, max_size=4), min_size=1, max_size=3)


@given(batches)
def test_each_distinct_word_of_a_batch_comes_once_with_the_stem_of_its_spelling(batches: list[list[str]]) -> None:
    vocabulary, stem = Vocabulary("english"), Stemmer("english").stemWord
    for batch in batches:
        entries = vocabulary.entries(words_of(batch), batch)
        wanted = {word_hash(word): stem_hash(stem(word)) for text in batch for word in spelled(text)}
        assert sorted(entries.tolist()) == sorted(word << 32 | of_it for word, of_it in wanted.items())


def test_a_batch_with_more_words_than_the_first_table_holds_loses_none() -> None:
    text = " ".join(f"w{number}" for number in range(70_000))
    words = words_of([text, text])
    found = Vocabulary("english").entries(words, [text, text]) >> np.uint64(32)
    assert np.array_equal(np.sort(found), np.unique(words.hashes.values))
