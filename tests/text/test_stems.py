"""The stem of a word is what Snowball gives for the word as it is spelled, whoever met it first."""

from itertools import pairwise

import numpy as np
import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.normalise import spelled
from dedup.text.stems import FIRST_SLOTS, Rare, Stems, Vocabulary, sieved, stem_hash, stem_of
from dedup.text.words import words_of
from tests.text.written import english, long_runs, texts

batches = st.lists(texts | english | long_runs, max_size=5)
entries = st.lists(st.tuples(st.integers(1, 2**32 - 1), st.integers(1, 20)), max_size=40)
Entry = tuple[int, int]


def plainly(batch: list[str], language: str = "english") -> dict[int, int]:
    """The hash of each word of a batch, with the hash of its stem."""
    found, stemmer = {}, Stemmer.Stemmer(language)
    for text in batch:
        for word, hash_ in zip(spelled(text), words_of([text]).hashes[0].tolist(), strict=True):
            found[hash_] = stem_hash(stemmer.stemWord(word))
    return found


def apart(found: np.ndarray) -> list[Entry]:
    """Entries as words and stems."""
    return [(entry >> 32, entry & 0xFFFFFFFF) for entry in found.tolist()]


def met(vocabulary: Vocabulary, batch: list[str]) -> list[Entry]:
    return apart(vocabulary.new(words_of(batch), batch))


def packed(pairs: list[Entry]) -> np.ndarray:
    return np.array([word << 32 | stem for word, stem in pairs], np.uint64)


def table(pairs: list[Entry]) -> Stems:
    stems = Stems()
    stems.add(packed(pairs))
    return stems


def looked_up(rare: Rare, words: list[int]) -> list[int]:
    return [int(stem_of(np.uint32(word), rare.table)) for word in words]


# ---- vocabularies ----------------------------------------------------------------------------------------------


@given(batches)
def test_each_word_of_a_batch_comes_once_with_the_stem_that_snowball_gives_for_its_spelling(batch: list[str]) -> None:
    assert sorted(met(Vocabulary("english"), batch)) == sorted(plainly(batch).items())


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Ministers and the minister's", ["minist", "and", "the", "minist"]),
        ("Don’t", ["dont"]),
        ("Еnginееrs", ["engin"]),
        ("Café cafés", ["cafe", "cafe"]),
        ("inter-\nnational TRADING", ["internat", "trade"]),
        ("東京都", ["東京", "京都"]),
        ("¼ x㋀日", ["1", "4", "x1", "月日"]),
    ],
)
def test_a_stem_is_the_one_that_a_reader_would_expect(text: str, stems: list[str]) -> None:
    known = dict(met(Vocabulary("english"), [text]))
    assert [known[word] for word in words_of([text]).hashes[0].tolist()] == [stem_hash(stem) for stem in stems]


@given(batches, batches)
def test_a_vocabulary_gives_each_word_once_for_all_batches(before: list[str], batch: list[str]) -> None:
    vocabulary = Vocabulary("english")
    first, then = met(vocabulary, before), met(vocabulary, batch)
    assert sorted(first + then) == sorted(plainly(before + batch).items())
    assert met(vocabulary, before + batch) == []


@given(batches, st.randoms(use_true_random=False))
def test_the_order_of_the_texts_of_a_batch_changes_no_entry(batch: list[str], random: object) -> None:
    shuffled = list(batch)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(met(Vocabulary("english"), shuffled)) == sorted(met(Vocabulary("english"), batch))


def test_another_language_has_other_stems() -> None:
    assert met(Vocabulary("german"), ["Häuser"]) == list(plainly(["Häuser"], "german").items())
    assert met(Vocabulary("german"), ["Häuser"]) != met(Vocabulary("english"), ["Häuser"])


@pytest.mark.parametrize("count", [FIRST_SLOTS // 2, FIRST_SLOTS // 2 + 1])
def test_a_batch_of_more_words_than_fit_the_first_table_loses_none(count: int) -> None:
    batch = [" ".join(f"w{i}" for i in range(at, count, 3)) for at in range(3)]
    found = met(Vocabulary("english"), batch)
    assert len(found) == count
    assert dict(found) == plainly(batch)


def test_a_batch_without_words_has_no_entries() -> None:
    assert met(Vocabulary("english"), ["...", ""]) == met(Vocabulary("english"), []) == []


@given(st.text(st.sampled_from("aeé東\n "), max_size=20))
def test_the_hash_of_a_stem_is_never_0(stem: str) -> None:
    assert 0 < stem_hash(stem) < 1 << 32


def test_a_stem_whose_hash_would_be_0_is_given_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xxhash.xxh32_intdigest", lambda data: 0)
    assert stem_hash("any") == 1


# ---- the table -------------------------------------------------------------------------------------------------


@given(entries, entries)
def test_what_was_entered_first_is_what_is_found(first: list[Entry], then: list[Entry]) -> None:
    stems, wanted = table(first), dict[int, int]()
    stems.add(packed(then))
    for word, stem in first + then:
        wanted.setdefault(word, stem)
    assert stems.of(np.array(list(wanted), np.uint32)).tolist() == list(wanted.values())
    assert stems.count == len(wanted)


@given(entries, st.lists(st.integers(1, 2**32 - 1)))
def test_a_word_that_was_never_entered_has_no_stem(known: list[Entry], asked: list[int]) -> None:
    strangers = [word for word in asked if word not in dict(known)]
    assert table(known).of(np.array(strangers, np.uint32)).tolist() == [0] * len(strangers)


def test_the_table_grows_and_keeps_what_it_holds() -> None:
    stems, words = Stems(), np.arange(1, FIRST_SLOTS + 1, dtype=np.uint64)
    for part in np.array_split(words << np.uint64(32) | words % np.uint64(97) + np.uint64(1), 7):
        stems.add(part)
        assert len(stems.table) >= 2 * stems.count
    assert len(stems.table) > FIRST_SLOTS
    assert stems.of(words.astype(np.uint32)).tolist() == [word % 97 + 1 for word in words.tolist()]


# ---- rare words ------------------------------------------------------------------------------------------------


@given(entries, st.sets(st.integers(1, 20)))
def test_rare_leaves_out_the_words_of_common_stems_and_no_others(known: list[Entry], common: set[int]) -> None:
    first = dict(reversed(known))
    rare = table(known).rare(np.array(sorted(common), np.uint32))
    assert looked_up(rare, list(first)) == [0 if stem in common else stem for stem in first.values()]


@given(entries, st.sets(st.integers(1, 20)))
def test_the_sieve_misses_no_rare_word(known: list[Entry], common: set[int]) -> None:
    rare = table(known).rare(np.array(sorted(common), np.uint32))
    for word, _ in known:
        assert sieved(np.uint32(word), rare.sieve) == 1 or stem_of(np.uint32(word), rare.table) == 0


def test_the_sieve_lets_few_other_words_pass() -> None:
    drawn = np.random.RandomState(5).permutation(1 << 20)[:24_000].astype(np.uint32) * np.uint32(2654435761)
    rare = table([(word, 1) for word in drawn[:4_000].tolist()]).rare(np.empty(0, np.uint32))
    assert sum(int(sieved(word, rare.sieve)) for word in drawn[4_000:]) < 20_000 / 10


@given(entries, entries, st.sets(st.integers(1, 20)))
def test_rare_words_do_not_depend_on_the_order_in_which_words_were_met(
    first: list[Entry], then: list[Entry], common: set[int]
) -> None:
    each = list(dict(first + then).items())  # each word with one stem
    left, right = (one.rare(np.array(sorted(common), np.uint32)) for one in (table(each), table(each[::-1])))
    assert left.table.tolist() == right.table.tolist()
    assert left.sieve.tolist() == right.sieve.tolist()


def test_of_no_words_none_is_rare() -> None:
    assert looked_up(Stems().rare(np.array([1], np.uint32)), [1, 2]) == [0, 0]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30, unique=True))
def test_words_whose_slots_collide_are_told_apart(words: list[int]) -> None:
    rare = table([(word, word) for word in words]).rare(np.empty(0, np.uint32))
    assert looked_up(rare, words) == words
    assert all(left != right for left, right in pairwise(sorted(looked_up(rare, words))))
