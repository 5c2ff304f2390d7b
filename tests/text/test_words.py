import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.normalise import normalise, spelled
from dedup.text.words import digests, words_of
from tests.made import joined_in_parts
from tests.text.written import english, long_runs, texts

GOLDEN = Path(__file__).parent.parent / "golden" / "words.json"
MASK = (1 << 64) - 1


def word_hash(word: str) -> int:
    """The hash of a word as ``words`` defines it, in plain Python."""
    data, hash_ = word.encode(), 0x6C62272E07BB0142
    for at in range(0, len(data), 8):
        hash_ = (hash_ ^ int.from_bytes(data[at : at + 8], "little")) * 0x9E3779B97F4A7C15 & MASK
        hash_ ^= hash_ >> 32
    return (hash_ * 0xD6E8FEB86659FD93 & MASK) >> 32


def hashes(text: str) -> list[int]:
    found: list[int] = words_of([text]).hashes[0].tolist()
    return found


@given(texts | english | long_runs)
def test_the_kernel_finds_the_words_that_plain_python_spells(text: str) -> None:
    assert hashes(text) == [word_hash(word) for word in spelled(text)]


@given(texts | english)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(texts)
def test_a_normalised_text_has_the_words_of_the_text(text: str) -> None:
    assert hashes(normalise(text)) == hashes(text)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@given(text=texts)
def test_a_text_and_its_unicode_forms_agree(form: Literal["NFC", "NFD"], text: str) -> None:
    assert hashes(unicodedata.normalize(form, text)) == hashes(text)


@given(english)
def test_changed_quotes_and_dashes_change_no_word(text: str) -> None:
    changed = text.replace('"', "”").replace("'", "’")
    assert hashes(changed) == hashes(text)


@given(english)
def test_look_alike_letters_change_no_word(text: str) -> None:
    assert hashes(text.translate(str.maketrans("aceghd", "асеɡһԁ"))) == hashes(text)


@given(english)
def test_letters_of_either_case_and_any_width_agree(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in text)
    flat = text.replace("\n", " ").replace("-", " ")  # line ends ask whether the next letter is small
    assert hashes(flat.upper()) == hashes(flat)
    assert hashes(wide) == hashes(text)


@given(english)
def test_soft_hyphens_and_zero_width_characters_inside_words_change_nothing(text: str) -> None:
    hidden = "".join(c + "\xad\u200b\u2060" if c.isalpha() else c for c in text)
    assert spelled(hidden) == spelled(text)
    assert hashes(hidden) == hashes(text)


@given(st.lists(texts | english, max_size=6), st.integers(1, 3))
def test_words_do_not_depend_on_what_is_read_beside_them(batch: list[str], size: int) -> None:
    parts = joined_in_parts(batch, size)
    whole = words_of(batch)
    for column in ("hashes", "blocks", "sentences", "places", "far"):
        one, other = getattr(parts, column), getattr(whole, column)
        assert [one[i].tolist() for i in range(len(one))] == [other[i].tolist() for i in range(len(batch))]


@given(texts | english)
def test_blocks_and_sentences_start_at_the_first_word_and_only_ever_later(text: str) -> None:
    words = words_of([text])
    for starts in (words.blocks[0].tolist(), words.sentences[0].tolist()):
        assert starts[:1] == ([0] if hashes(text) else [])
        assert starts == sorted(set(starts))
        assert all(start < len(words.hashes[0]) for start in starts)
    assert set(words.blocks[0].tolist()) <= set(words.sentences[0].tolist())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t ‘quote’ me", "dont quote me"),
        ("inter-\nnational trade", "international trade"),
        ("inter-  \r\n  national", "international"),
        ("inter\xad\nnational", "international"),
        ("Anglo-\nSaxon", "anglo saxon"),
        ("end-\n\nnew", "end new"),
        ("well-known", "well known"),
        ("COVID-\n19", "covid 19"),
        ("Straße STRASSE", "strasse strasse"),
        ("İstanbul ISTANBUL", "istanbul istanbul"),
        ("ﬁne oﬃce", "fine office"),
        ("Blіnkеn Вiden", "blinken biden"),
        ("e×tra dizᴢy", "extra dizzy"),
        ("1½ m²", "11 2 m2"),
        ("a\u200bb c\xadd", "ab cd"),
        ("\x92twas don\x92t", "twas dont"),
        ("…—“”", ""),
        ("", ""),
    ],
)
def test_a_text_is_normalised_as_a_reader_would_expect(text: str, words: str) -> None:
    assert normalise(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("東京都", ["東京", "京都"]),
        ("東 京", ["東", "京"]),
        ("ABC東京2020", ["abc", "東京", "2020"]),
        ("ไทย", ["ไท", "ทย"]),
        ("㍿", ["株式", "式会", "会社"]),
    ],
)
def test_scripts_without_spaces_give_a_word_for_each_two_neighbours(text: str, words: list[str]) -> None:
    assert spelled(text) == words


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One two.\n\nThree four.", [0, 2]),
        ("One two\nThree four", [0, 2]),
        ("a line that is\nwrapped in lower case", [0]),
        ("One.\r\n\r\nTwo.", [0, 1]),
        ("\n\n  One", [0]),
        ("東京都\n大阪府", [0, 2]),
    ],
)
def test_blocks_begin_after_line_ends_that_do_not_just_wrap_a_line(text: str, blocks: list[int]) -> None:
    assert words_of([text]).blocks[0].tolist() == blocks


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained. They left! Why? Nobody knows.", [0, 2, 4, 5]),
        ("He paid 3.50 at e.g. the bar.", [0]),
        ("Mr J. Smith of the U.S. Senate", [0]),
        ("the new film.Speaking to us", [0, 3]),
        ('"Go." "No."', [0, 1]),
        ("東京。大阪", [0, 1]),
        ("Growth was 2.5 percent. 2024 was worse.", [0, 5]),
    ],
)
def test_sentences_begin_after_a_stop_and_a_capital(text: str, sentences: list[int]) -> None:
    assert words_of([text]).sentences[0].tolist() == sentences


def test_golden_texts_have_their_golden_words() -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))
    assert {text: hashes(text) for text in golden} == golden


@pytest.mark.slow
def test_words_do_not_depend_on_the_hash_seed_of_python() -> None:
    script = "from dedup.text.words import words_of; print(words_of(['Größe 東京 don’t']).hashes[0].tolist())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1


def test_a_lone_surrogate_is_a_gap() -> None:
    assert hashes("one\ud800two") == hashes("one two")


def test_the_densest_characters_there_are_fit() -> None:
    assert len(hashes("\ufdfa" * 10_000)) == 4 * 10_000 - (10_000 - 1)


@given(st.lists(english, max_size=8))
def test_equal_words_have_equal_digests_and_others_do_not(batch: list[str]) -> None:
    column = words_of(batch).hashes
    found = digests(column).tolist()
    for i, one in enumerate(found):
        for j, other in enumerate(found):
            assert (one == other) == np.array_equal(column[i], column[j])
