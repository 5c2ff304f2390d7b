"""The passages that a report names are words of both texts, where it says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.model import Article, Member, Unreadable
from dedup.readers import batches, read
from dedup.text.words import words_of
from tests.laws import costly
from tests.stories import record, story, words
from tests.workflows.test_footers import NOTICE, members, scan_records
from tests.workflows.test_relations import scan_texts


@pytest.fixture(scope="module")
def texts(sample: Path) -> dict[str, str]:
    options = dedup.Settings()
    work = [batch for batch in batches([sample], options) if not isinstance(batch, Unreadable)]
    return {one.id: one.text for batch in work for one in read(batch, options) if isinstance(one, Article)}


@pytest.fixture(scope="module")
def copies(sample_report: dedup.Report) -> list[Member]:
    return [one for one in members(sample_report).values() if one.relation != "original"]


def spelled(text: str) -> list[int]:
    """The words of a text, as numbers."""
    return words_of([text]).hashes.values.tolist()


def test_the_original_has_no_passages(sample_report: dedup.Report) -> None:
    found = {one.relation for one in members(sample_report).values() if one.passages is None}
    assert found == {"original"}


def test_a_near_copy_names_words_that_stand_in_both_texts(texts: dict[str, str], copies: list[Member]) -> None:
    checked = 0
    for one in copies:
        assert one.passages and one.to
        for passage in one.passages.longest if one.relation in ("near", "excerpt") else ():
            here = spelled(texts[one.id][passage.start : passage.stop])
            there = spelled(texts[one.to][passage.to_start : passage.to_stop])
            if len(here) == len(there) == passage.words:  # no footer between
                assert here == there
                checked += 1
    assert checked > 20


def test_the_longest_passages_come_first_and_add_up_to_no_more_than_all(copies: list[Member]) -> None:
    for one in copies:
        assert one.passages
        lengths = [passage.words for passage in one.passages.longest]
        assert len(lengths) == min(3, one.passages.count) and sum(lengths) <= one.passages.words
        if one.relation != "spun":
            assert lengths == sorted(lengths, reverse=True)


def test_an_identical_copy_is_one_passage(copies: list[Member]) -> None:
    found = [one.passages for one in copies if one.relation == "identical"]
    assert found
    for passages in found:
        assert passages and passages.count == 1
        assert [passage.words for passage in passages.longest] == [passages.words]


def test_identical_copies_of_a_few_words_are_one_passage(tmp_path: Path) -> None:
    report = scan_records(tmp_path, [record("a", "Six of them, no more."), record("b", "six of them - no more!")])
    (one,) = (one for one in members(report).values() if one.passages)
    assert one.passages
    assert [(p.words, p.start, p.stop, p.to_start, p.to_stop) for p in one.passages.longest] == [(5, 0, 21, 0, 20)]


def test_a_spun_copy_names_sentences_that_tell_the_same(texts: dict[str, str], copies: list[Member]) -> None:
    (one,) = (one for one in copies if one.id.endswith("allwires-mirror/rail-wedding.txt"))
    assert one.relation == "spun" and one.passages and one.to
    first = one.passages.longest[0]
    assert texts[one.id][first.start :].startswith("Railway companies Norrail and Southern Lines have agreed on")
    assert texts[one.to][first.to_start :].startswith("The railway companies Norrail and Southern Lines have agreed")


def test_a_passage_reaches_over_a_footer_that_was_set_aside(tmp_path: Path) -> None:
    bottoms = [story(100 + i, 60) for i in range(8)]
    many = [record(f"m{i}", f"{story(i, 60)}\n\n{NOTICE}\n\n{bottoms[i]}") for i in range(8)]
    bare = record("x", f"{story(0, 60)}\n\n{bottoms[0]}")
    one = members(scan_records(tmp_path, [*many, bare]))["x"]
    assert one.passages
    (passage,) = one.passages.longest
    assert (passage.words, passage.start, passage.stop) == (120, 0, len(bare["text"]))
    assert (passage.to_start, passage.to_stop) == (0, len(many[0]["text"]))


def test_shared_words_below_the_shortest_passage_are_named_by_another_setting(tmp_path: Path) -> None:
    whole = words(1, 60)
    changed = [word if i % 7 else f"x{i}" for i, word in enumerate(whole)]
    records = [record("a", " ".join(whole)), record("b", " ".join(changed))]
    usual = members(scan_records(tmp_path, records, min_resemblance=0.1))["b"].passages
    finer = members(scan_records(tmp_path, records, min_resemblance=0.1, min_passage_words=6))["b"].passages
    assert usual and (usual.count, usual.words) == (0, 0)
    assert finer and (finer.count, finer.words) == (8, 48)


PARTS = [" ".join(words(100 + i, 9)).capitalize() + "." for i in range(10)]


@costly(3)
@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=9).map(" ".join), min_size=2, max_size=9))
def test_every_passage_of_any_report_is_equal_word_for_word(found: list[str]) -> None:
    for one in members(scan_texts(found)).values():
        for passage in one.passages.longest if one.passages and one.to and one.relation != "spun" else ():
            assert one.to
            here, there = found[int(one.id[1:])], found[int(one.to[1:])]
            shared = spelled(here[passage.start : passage.stop])
            assert len(shared) == passage.words
            assert shared == spelled(there[passage.to_start : passage.to_stop])
