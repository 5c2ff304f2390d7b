import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.text.normalise import located, normalise, spelled
from dedup.text.places import placed, spans
from dedup.text.words import FAR, Words, words_of
from tests.made import joined_in_parts
from tests.text.written import TELLING, english, long_runs, texts

any_text = texts | english | long_runs
Span = tuple[int, int]


def spans_of_words(words: Words, article: int = 0) -> list[Span]:
    """The span of each word of one article."""
    each = np.arange(len(words.hashes[article]))
    starts, stops = spans(words, np.full(len(each), article), each, each + 1)
    return list(zip(starts.tolist(), stops.tolist(), strict=True))


def found(text: str | bytes) -> list[Span]:
    return spans_of_words(words_of([text]))


def plain(text: str) -> list[Span]:
    return [(start, stop) for _, start, stop in located(text)]


@given(any_text)
def test_each_word_stands_where_plain_python_finds_it(text: str) -> None:
    assert found(text) == plain(text)


@given(st.lists(any_text, max_size=5), st.integers(1, 3))
def test_places_count_from_the_start_of_their_own_text(batch: list[str], size: int) -> None:
    joined = joined_in_parts(batch, size)
    assert [spans_of_words(joined, i) for i in range(len(batch))] == [plain(text) for text in batch]


@given(st.permutations([0, 1, 2, 3]), st.lists(any_text, min_size=4, max_size=4))
def test_articles_in_another_order_keep_their_places(order: list[int], batch: list[str]) -> None:
    taken = words_of(batch).take(np.array(order))
    assert [spans_of_words(taken, i) for i in range(4)] == [plain(batch[i]) for i in order]


@given(any_text.map(lambda text: text.encode("utf-8", "replace")))
def test_bytes_have_the_places_of_their_text(data: bytes) -> None:
    assert found(data) == plain(data.decode())


@given(any_text)
def test_the_characters_at_a_place_spell_the_word(text: str) -> None:
    for word, start, stop in located(text):
        assert word in spelled(text[start:stop])


@given(english | st.text(st.sampled_from([c for c in TELLING if len(spelled(c)) <= 1])))
def test_where_no_character_gives_several_words_the_slice_is_the_word_alone(text: str) -> None:
    for word, start, stop in located(text):
        assert normalise(text[start:stop]) == word


@given(any_text)
def test_places_go_forward_and_overlap_by_one_character_at_most(text: str) -> None:
    before = 0
    for number, (start, stop) in enumerate(found(text)):
        assert before - (number > 0) <= start < stop <= len(text)
        assert stop >= before
        before = stop


@given(st.lists(any_text, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_run_reaches_from_its_first_word_to_its_last(batch: list[str], random: object) -> None:
    each = [plain(text) for text in batch]
    runs = [(i, a, b) for i, of in enumerate(each) for a in range(len(of)) for b in range(a + 1, len(of) + 1)]
    random.shuffle(runs)  # type: ignore[attr-defined]
    runs = runs[:50]
    article, firsts, stops = np.array(runs, np.int64).reshape(-1, 3).T
    words = words_of(batch)
    asked = np.zeros(len(batch), np.bool_)
    asked[article] = True
    for starts, ends in (spans(words, article, firsts, stops), placed(words, asked).spans(article, firsts, stops)):
        assert starts.tolist() == [each[i][a][0] for i, a, _ in runs]
        assert ends.tolist() == [each[i][b - 1][1] for i, _, b in runs]


@pytest.mark.parametrize(
    ("text", "slices"),
    [
        ("Don’t ‘quote’ me.", ["Don’t", "quote’", "me"]),
        ("\ufeffHello", ["Hello"]),
        ("a cafe\u0301, no", ["a", "cafe\u0301", "no"]),
        ("inter-  \r\n  national trade", ["inter-  \r\n  national", "trade"]),
        ("inter\xad\u2028national été", ["inter\xad\u2028national", "été"]),
        ("Anglo-\nSaxon", ["Anglo", "Saxon"]),
        ("👍🏽 𝐀bc 𠀀𠀁", ["𝐀bc", "𠀀𠀁"]),
        ("one\ud800\udfffx", ["one", "x"]),
        ("東京都、大阪", ["東京", "京都", "大阪"]),
        ("か\u3099き\u3099く\u3099!", ["か\u3099き", "き\u3099く\u3099"]),
        ("abcﷺ", ["abcﷺ", "ﷺ", "ﷺ", "ﷺ"]),
        ("1½x", ["1½", "½x"]),
        ("a㋀日", ["a㋀", "㋀日"]),
        ("㍿日", ["㍿", "㍿", "㍿", "㍿日"]),
        ("x⑴y", ["x", "⑴", "y"]),
        ("…", []),
        ("", []),
    ],
)
def test_a_word_reaches_as_far_as_a_reader_would_expect(text: str, slices: list[str]) -> None:
    assert [text[start:stop] for start, stop in found(text)] == slices


@pytest.mark.parametrize(
    ("text", "far"),
    [
        (" " * 6 + "z" * 30, []),
        (" " * 5 + "z" * 31, []),
        (" " * 6 + "z" * 31, [7, 31]),  # would be FAR itself
        (" " * 7 + "z", [8, 1]),
        ("z" * 32, [1, 32]),
        (" " * 300 + "z" * 300 + " a", [301, 300]),
        ("東" + "\u200b" * 40 + "京都", [1, 42]),
        ("東京" + "\u200b" * 40 + "都", [0, 42]),
    ],
)
def test_what_a_byte_cannot_hold_is_kept_beside_it(text: str, far: list[int]) -> None:
    words = words_of([text])
    assert words.far[0].tolist() == far
    assert np.count_nonzero(words.places[0] == FAR) == len(far) // 2
    assert found(text) == plain(text)


@example(" " * 7 + "z")
@example("z" * 32 + " ")
@example("東" + "\u200b" * 31)
@given(st.text(st.sampled_from(TELLING), min_size=1, max_size=12))
def test_the_most_numbers_that_texts_can_need_fit(text: str) -> None:
    words = words_of([text * 400])
    assert 3 * len(words.far.values) <= 4 * 400 * len(text.encode("utf-8", "replace"))
    assert found(text * 400) == plain(text * 400)


def test_no_runs_have_no_spans() -> None:
    none = np.zeros(0, np.int64)
    assert [len(part) for part in spans(words_of(["one"]), none, none, none)] == [0, 0]


@pytest.mark.parametrize(("first", "stop"), [(0, 3), (1, 1), (-1, 1)])
def test_a_run_outside_its_article_is_refused(first: int, stop: int) -> None:
    with pytest.raises(ValueError, match="inside their articles"):
        spans(words_of(["one two"]), np.array([0]), np.array([first]), np.array([stop]))
