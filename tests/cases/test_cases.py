import json
from pathlib import Path

import pytest

from dedup.workflows.compare import compare

CASES = json.loads(Path(__file__).with_name("relations.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case["teaches"],
            marks=[pytest.mark.xfail(strict=True, reason="not judged yet")] if case["expect"] == "fail" else [],
        )
        for case in CASES
    ],
)
def test_a_labelled_case_gets_its_relation(case: dict[str, str]) -> None:
    wanted = case["relation"] if case["expect"] == "fail" else case["expect"]
    assert compare(case["left"], case["right"]).relation == wanted
