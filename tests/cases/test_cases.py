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


@pytest.mark.parametrize("case", [pytest.param(case, id=case["teaches"]) for case in CASES])
def test_the_other_way_round_it_gets_the_same(case: dict[str, str]) -> None:
    there, back = compare(case["left"], case["right"]), compare(case["right"], case["left"])
    assert (there.relation, there.resemblance, there.rewrite) == (back.relation, back.resemblance, back.rewrite)
    assert (there.left_in_right, there.right_in_left) == (back.right_in_left, back.left_in_right)
