import ast
import inspect
from dataclasses import fields
from itertools import pairwise
from typing import Any

import pytest

from dedup.errors import SettingsError
from dedup.settings import Settings
from dedup.weights import OriginWeights

NAMES = [field.name for field in fields(OriginWeights)]


@pytest.mark.parametrize("name", NAMES)
def test_every_weight_is_part_of_the_fingerprint_of_the_settings(name: str) -> None:
    assert (
        Settings.from_dict({"origin": {name: 0.75}}).fingerprint()
        != Settings.from_dict({"origin": {name: 0.625}}).fingerprint()
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [-21.0, 21.0, float("nan")])
def test_a_weight_out_of_range_is_an_error_that_names_it(name: str, value: float) -> None:
    with pytest.raises(SettingsError, match=rf"^setting origin\.{name} = .* is out of range; wanted "):
        Settings.from_dict({"origin": {name: value}})


@pytest.mark.parametrize("value", ["1", None, True, [1]])
def test_a_weight_is_a_number(value: Any) -> None:
    with pytest.raises(SettingsError, match=r"setting origin\.takedown = .* is not a number"):
        Settings.from_dict({"origin": {"takedown": value}})


def test_an_unknown_weight_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"unknown setting origin\.theft; known are takedown, "):
        Settings.from_dict({"origin": {"theft": 1}})


def test_weights_that_are_not_given_keep_their_defaults() -> None:
    assert Settings.from_dict({"origin": {"takedown": 7}}).origin == OriginWeights(takedown=7.0)


def test_every_weight_has_a_docstring_with_its_reason() -> None:
    body = ast.parse(inspect.getsource(OriginWeights)).body[0].body  # type: ignore[attr-defined]
    documented = {
        field.target.id
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr)
    }
    assert documented == set(NAMES)
