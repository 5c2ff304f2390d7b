from typing import Any

import pytest

from dedup.report.reasons import why


def hypothesis(*reasons: tuple[str, str]) -> dict[str, Any]:
    return {"id": "a", "evidence": [{"kind": kind, "value": "x", "article": article} for kind, article in reasons]}


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        ([("order", "a")], "nothing tells, first in order of path"),
        ([("credit", "b"), ("credit", "c"), ("published", "a")], "credited by 2 others, published first"),
        ([("credit", "b"), ("based_on", "b")], "credited by 1 other"),
        ([("copyright", "a"), ("copyright", "b")], "own copyright line, owner named in 1 other"),
        ([("takedown", "b"), ("takedown", "c")], "removal notice in 2 others"),
        ([("some later kind", "b"), ("some later kind", "a")], "other evidence in 1 other, other evidence"),
    ],
)
def test_reasons_of_one_kind_are_told_once_with_how_many_say_so(reasons: list[tuple[str, str]], told: str) -> None:
    assert why(hypothesis(*reasons), of="a") == told


def test_whoever_is_outside_is_named_in_articles() -> None:
    told = why(hypothesis(("copyright", "a"), ("copyright", "b")), of="", others="article")
    assert told == "owner named in 2 articles"
