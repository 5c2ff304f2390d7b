"""Two texts, and one text against many."""

from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Article, Relation
from dedup.settings import Settings
from dedup.workflows.compare import compare, query
from tests.stories import story, words
from tests.workflows import plain

SENTENCES = [" ".join(words(100 + i, 8)).capitalize() + "." for i in range(8)]
texts = st.lists(st.sampled_from(SENTENCES), max_size=9).map(" ".join)


def article(id_: str, text: str) -> Article:
    return Article(id_, f"{id_}.txt", text)


@given(texts, texts)
def test_resemblance_is_the_same_from_both_sides(left: str, right: str) -> None:
    assert compare(left, right).resemblance == compare(right, left).resemblance


@given(texts, texts)
def test_containment_turns_round_with_the_texts(left: str, right: str) -> None:
    there, back = compare(left, right), compare(right, left)
    assert (there.left_in_right, there.right_in_left) == (back.right_in_left, back.left_in_right)


@given(texts, texts)
def test_the_measures_are_those_of_sets_of_shingles(left: str, right: str) -> None:
    found = compare(left, right)
    assert found.resemblance == plain.resemblance(left, right)
    assert found.left_in_right == plain.containment(left, right)
    assert found.shared_shingles == len(plain.shingles(left) & plain.shingles(right))


@given(texts)
def test_a_text_is_identical_to_itself_if_it_has_words(text: str) -> None:
    assert compare(text, text).relation == (Relation.IDENTICAL if text else Relation.UNRELATED)


def test_a_part_is_wholly_contained_in_its_story() -> None:
    whole = words(1, 100)
    found = compare(" ".join(whole[:50]), " ".join(whole))
    assert (found.left_in_right, found.right_in_left, found.shared_shingles) == (1.0, 46 / 96, 46)


def test_the_settings_decide() -> None:
    left, right = f"{story(1)} {story(2)}", f"{story(1)} {story(3)}"
    assert compare(left, right).relation == Relation.NEAR
    assert compare(left, right, settings=Settings(min_resemblance=0.9)).relation == Relation.UNRELATED


def test_articles_and_their_texts_compare_alike() -> None:
    left, right = story(1), f"{story(1)} {story(2)}"
    assert compare(article("a", left), article("b", right)) == compare(left, right)


def test_a_title_is_no_part_of_what_is_compared() -> None:
    assert compare(Article("a", "a.txt", story(1), title="One"), story(1)).relation == Relation.IDENTICAL


def test_a_query_gives_the_closest_first_and_ties_in_order_of_id() -> None:
    known = [
        article("b", story(1)),
        article("far", f"{story(1)} {story(2)}"),
        article("other", story(3)),
        article("a", story(1)),
    ]
    assert [match.id for match in query(story(1), known)] == ["a", "b", "far"]


def test_a_match_of_a_query_is_the_comparison_with_the_known_article() -> None:
    known = article("b", f"{story(1)} {story(2)}")
    (match,) = query(article("a", story(1)), [known])
    assert match.comparison == compare(story(1), known)


def test_a_query_takes_the_known_articles_from_any_iterable() -> None:
    assert [match.id for match in query(story(1), (article(f"{i}", story(i)) for i in range(3)))] == ["1"]


def test_a_query_against_nothing_finds_nothing() -> None:
    assert query(story(1), []) == []


def test_an_empty_text_matches_nothing() -> None:
    assert query("", [article("a", ""), article("b", story(1))]) == []
