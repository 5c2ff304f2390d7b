"""A page of an aggregator against its original and against another reporter's story of the same visit.

The three texts in ``visit`` were written for this project, the original in the words that a page of a real aggregator
must have had before it was translated there and back. That page is not ours to pass on: name a file that holds it
in ``DEDUP_SPUN_PAGE`` to have it compared, too.
"""

import os
from pathlib import Path

import pytest

import dedup
from dedup.model import Relation

VISIT = Path(__file__).parent / "visit"
REAL = os.environ.get("DEDUP_SPUN_PAGE")

PAGES = [
    pytest.param(VISIT / "respun.txt", id="respun"),
    pytest.param(
        Path(REAL or ""), id="real", marks=pytest.mark.skipif(not REAL, reason="DEDUP_SPUN_PAGE names no file")
    ),
]


def compared(page: Path, other: str) -> dedup.Comparison:
    return dedup.compare(page.read_text("utf-8"), (VISIT / other).read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_translated_there_and_back_is_a_spun_copy_of_its_original(page: Path) -> None:
    assert compared(page, "original.txt").relation == Relation.SPUN


@pytest.mark.parametrize("page", PAGES)
def test_an_independent_report_of_the_same_visit_is_no_copy_and_not_even_borderline(page: Path) -> None:
    found = compared(page, "independent.txt")
    assert found.relation == Relation.UNRELATED
    assert found.rewrite < dedup.Settings().min_review


def test_neither_is_it_a_copy_of_the_original() -> None:
    assert compared(VISIT / "original.txt", "independent.txt").relation == Relation.UNRELATED
