"""Labelled notices, most of them met in the wild and written anew, against the shipped catalogue."""

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from dedup.footers.catalogue import load
from dedup.footers.matching import found
from dedup.text.places import spans
from dedup.text.words import words_of

CASES: list[dict[str, Any]] = orjson.loads((Path(__file__).parent / "footers.json").read_bytes())["cases"]
UNLIKE = [(entry.name, sentence) for entry in load().entries for sentence in entry.unlike]

MIN_COVERED = 0.9
"""Share of an expected notice's words that must be taken."""

MOST_BEYOND = 2
"""Words of the story beside a notice that may be taken with it."""


def marked(case: dict[str, Any]) -> pytest.Mark | Any:
    unsolved = [pytest.mark.xfail(strict=True)] if case.get("expect") == "fail" else []
    return pytest.param(case, id=case["teaches"][:80], marks=unsolved)


def taken(text: str) -> tuple[dict[int, str], list[tuple[int, int]], list[tuple[str, str]]]:
    """The kind of each word that is taken, the characters of all words, and the markers."""
    words = words_of([text])
    marks = found(words, [text], load())
    kinds = {
        word: load().entries[entry].kind
        for entry, first, stop in marks.spans[0].tolist()
        for word in range(first, stop)
    }
    count = len(words.hashes[0])
    starts, stops = spans(words, np.zeros(count, np.int64), np.arange(count), np.arange(1, count + 1))
    places = list(zip(starts.tolist(), stops.tolist(), strict=True))
    return kinds, places, [(marker.kind, marker.value) for marker in marks.markers[0]]


@pytest.mark.parametrize("case", [marked(case) for case in CASES if case["footers"]])
def test_a_notice_is_taken_and_nothing_of_the_story(case: dict[str, Any]) -> None:
    kinds, places, markers = taken(case["text"])
    within: set[int] = set()
    for footer in case["footers"]:
        start = case["text"].index(footer["text"])
        stop = start + len(footer["text"])
        words = [word for word, (first, last) in enumerate(places) if start <= first and last <= stop]
        right = [word for word in words if kinds.get(word) == footer["kind"]]
        assert len(right) >= MIN_COVERED * len(words), footer["text"]
        within.update(words)
    assert len(set(kinds) - within) <= MOST_BEYOND
    for marker in case.get("markers", []):
        assert (marker["kind"], marker["value"]) in markers


@pytest.mark.parametrize("case", [marked(case) for case in CASES if not case["footers"]])
def test_a_story_that_talks_of_such_things_is_left_alone(case: dict[str, Any]) -> None:
    assert taken(case["text"])[0] == {}


@pytest.mark.parametrize(("name", "sentence"), UNLIKE)
def test_what_an_entry_must_not_match_is_not_matched(name: str, sentence: str) -> None:
    words = words_of([sentence])
    entries = {load().entries[row[0]].name for row in found(words, [sentence], load()).spans[0].tolist()}
    assert name not in entries


def test_there_are_enough_cases_of_each_sort() -> None:
    spun = [case for case in CASES if "spun" in case["teaches"].lower() or "translat" in case["teaches"].lower()]
    assert sum(bool(case["footers"]) for case in CASES) >= 30
    assert sum(not case["footers"] for case in CASES) >= 30
    assert len(spun) >= 10
