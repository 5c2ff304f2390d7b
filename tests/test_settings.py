import ast
import inspect
import pickle
from dataclasses import FrozenInstanceError, fields, replace
from itertools import pairwise
from typing import Any

import orjson
import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import DedupError, SettingsError
from dedup.settings import STEMMERS, Settings
from dedup.weights import OriginWeights

NAMES = [field.name for field in fields(Settings)]
NAME_LISTS = [field.name for field in fields(Settings) if isinstance(field.default, tuple)]

LIMITS: list[tuple[str, Any, Any]] = [
    ("shingle_words", 1, 32),
    ("permutations", 2, 1024),
    ("seed", 0, 2**32 - 1),
    ("band_rows", 1, 8),
    ("min_resemblance", 1e-9, 1.0),
    ("min_cohesion", 1e-9, 1.0),
    ("footer_words", 2, 32),
    ("min_passage_words", 2, 1000),
    ("min_footer_votes", 1e-9, 1.0),
    ("min_footer_share", 1e-9, 1.0),
    ("max_remnant_words", 0, 10**9),
    ("min_apart_in_source", 1e-9, 999.0),
    ("min_apart", 1e-9, 999.0),
    ("max_line_words", 1, 10**9),
    ("min_lines", 1, 10**9),
    ("min_prose_words", 0, 10**9),
    ("min_footer_articles", 2, 255),
    ("min_footer_stories", 2, 10**9),
    ("min_apart_words", 1, 10**9),
    ("min_body_words", 0, 10**9),
    ("min_containment", 1e-9, 1.0),
    ("min_excerpt_words", 1, 10**9),
    ("min_whole_containment", 1e-9, 1.0),
    ("min_whole_words", 1, 10**9),
    ("max_key_share", 0.005, 1.0),
    ("max_key_articles", 2, 10**9),
    ("min_shared_keys", 1, 10**9),
    ("min_key_share", 1e-9, 1.0),
    ("max_anchor_share", 0.005, 1.0),
    ("min_key_order", 1e-9, 1.0),
    ("min_longer", 1.0, 999.0),
    ("verbatim_words", 1, 10**9),
    ("phrase_weight", 0.0, 1000.0),
    ("order_weight", 0.0, 1000.0),
    ("sentence_weight", 0.0, 1000.0),
    ("rewrite_bias", 0.0, 1000.0),
    ("min_rewrite", 0.1, 1.0),
    ("min_review", 1e-9, 0.5),
    ("min_kinship", 1e-9, 1.0),
    ("min_topic_share", 1e-9, 1.0),
    ("min_rewrite_words", 1, 20_000),
    ("min_spun_words", 1, 10**9),
    ("max_rewrite_words", 100, 10**9),
    ("min_rest_words", 1, 10**9),
    ("min_anchors", 1, 10**9),
    ("max_rare_share", 1e-9, 1.0),
    ("whole_bucket", 1, 10**9),
    ("max_pivots", 1, 10**9),
    ("max_article_bytes", 1, 2**40),
    ("max_json_bytes", 1, 2**40),
    ("max_expansion", 1, 10**9),
]

OUTSIDE: list[tuple[str, Any]] = [
    ("shingle_words", 0),
    ("shingle_words", 33),
    ("permutations", 1),
    ("permutations", 1026),
    ("permutations", 127),
    ("seed", -1),
    ("seed", 2**32),
    ("band_rows", 0),
    ("band_rows", 3),
    ("band_rows", 16),
    ("min_resemblance", 0.0),
    ("min_resemblance", -0.1),
    ("min_resemblance", 1.01),
    ("min_resemblance", float("nan")),
    ("min_resemblance", float("inf")),
    ("min_cohesion", 0.0),
    ("min_cohesion", float("nan")),
    ("footer_words", 1),
    ("min_passage_words", 1),
    ("min_passage_words", 1001),
    ("footer_words", 33),
    ("min_footer_votes", 0.0),
    ("min_footer_share", 0.0),
    ("max_remnant_words", -1),
    ("min_apart_in_source", 0.0),
    ("min_apart", 1000.0),
    ("max_line_words", 0),
    ("min_lines", 0),
    ("min_prose_words", -1),
    ("min_footer_articles", 1),
    ("min_footer_articles", 256),
    ("min_footer_stories", 1),
    ("min_apart_words", 0),
    ("min_body_words", -1),
    ("min_containment", 0.0),
    ("min_excerpt_words", 0),
    ("min_whole_containment", 1.1),
    ("min_whole_words", 0),
    ("stem_language", "klingon"),
    ("max_key_share", 0.004),
    ("max_key_articles", 1),
    ("min_shared_keys", 0),
    ("min_key_share", 0.0),
    ("max_anchor_share", 1.1),
    ("min_key_order", 0.0),
    ("min_longer", 0.99),
    ("verbatim_words", 0),
    ("phrase_weight", -1.0),
    ("order_weight", float("nan")),
    ("sentence_weight", 1001.0),
    ("rewrite_bias", -0.1),
    ("min_rewrite", 0.09),
    ("min_review", 0.51),
    ("min_kinship", 0.0),
    ("min_topic_share", 0.0),
    ("min_rewrite_words", 20_001),
    ("min_spun_words", 0),
    ("max_rewrite_words", 99),
    ("min_rest_words", 0),
    ("min_anchors", 0),
    ("max_rare_share", 0.0),
    ("whole_bucket", 0),
    ("max_pivots", 0),
    ("max_article_bytes", 0),
    ("max_json_bytes", -1),
    ("max_expansion", 0),
    ("text_fields", ()),
]

SWITCHES = ["set_aside_footers"]
TABLES = ["origin"]
CHOICES = ["stem_language"]


def test_the_defaults_are_in_range() -> None:
    assert Settings() == Settings.from_dict({})


@pytest.mark.parametrize(("name", "least", "most"), LIMITS)
def test_the_ends_of_a_range_belong_to_it(name: str, least: Any, most: Any) -> None:
    for value in (least, most):
        assert getattr(Settings.from_dict({name: value}), name) == value


@pytest.mark.parametrize(("name", "value"), OUTSIDE)
def test_a_value_out_of_range_is_an_error_that_names_it(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=r"^setting \w+ = .* is out of range; wanted "):
        replace(Settings(), **{name: value})


def test_an_error_of_a_setting_is_also_a_value_error() -> None:
    assert issubclass(SettingsError, ValueError) and issubclass(SettingsError, DedupError)


WRONG: list[Any] = [None, True, [1], {"a": 1}, [None], [""], ""]


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(SWITCHES)))
@pytest.mark.parametrize("value", WRONG)
def test_a_value_of_the_wrong_type_is_an_error_that_names_it(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_dict({name: value})


@pytest.mark.parametrize("name", sorted(set(NAMES) - {*NAME_LISTS, *SWITCHES, *TABLES, *CHOICES}))
def test_a_number_in_quotation_marks_is_no_number(name: str) -> None:
    with pytest.raises(SettingsError, match=f"setting {name} = '1' is not a"):
        Settings.from_dict({name: "1"})


def test_an_unknown_setting_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(
        SettingsError, match=r"unknown setting 'min_similarity'; known are author_fields, .*whole_bucket"
    ):
        Settings.from_dict({"min_similarity": 0.3})


def test_a_whole_number_will_do_for_a_share() -> None:
    assert repr(Settings.from_dict({"min_resemblance": 1}).min_resemblance) == "1.0"


@pytest.mark.parametrize("name", NAME_LISTS)
def test_one_name_will_do_for_a_list_of_names(name: str) -> None:
    assert getattr(Settings.from_dict({name: "maintext"}), name) == ("maintext",)


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().seed = 2  # type: ignore[misc]


def test_settings_survive_the_way_to_a_worker() -> None:
    settings = Settings(min_resemblance=0.3, text_fields=("maintext",))
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_settings_survive_the_way_through_json() -> None:
    settings = Settings(min_resemblance=0.3, text_fields=("maintext",), origin=OriginWeights(takedown=7.0))
    assert Settings.from_dict(orjson.loads(orjson.dumps(settings.as_dict()))) == settings


def test_an_error_survives_the_way_from_a_worker() -> None:
    error = pickle.loads(pickle.dumps(SettingsError("setting seed = -1 is out of range")))
    assert (type(error), str(error)) == (SettingsError, "setting seed = -1 is out of range")


@given(st.sampled_from([1, 2, 4, 8]), st.integers(1, 16))
def test_the_bands_take_up_all_rows(band_rows: int, bands: int) -> None:
    assert Settings(permutations=8 * bands, band_rows=band_rows).bands * band_rows == 8 * bands


def test_equal_settings_have_equal_fingerprints() -> None:
    assert Settings(seed=2).fingerprint() == Settings.from_dict({"seed": 2}).fingerprint()


@pytest.mark.parametrize(("name", "least", "most"), LIMITS)
def test_every_number_is_part_of_the_fingerprint(name: str, least: Any, most: Any) -> None:
    assert len({Settings.from_dict({name: value}).fingerprint() for value in (least, most)}) == 2


@pytest.mark.parametrize("name", NAME_LISTS)
def test_every_list_of_names_is_part_of_the_fingerprint(name: str) -> None:
    assert Settings.from_dict({name: ["x"]}).fingerprint() != Settings().fingerprint()


def test_the_lists_of_these_tests_cover_every_setting() -> None:
    assert sorted([name for name, _, _ in LIMITS] + NAME_LISTS + SWITCHES + TABLES + CHOICES) == sorted(NAMES)


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_is_part_of_the_fingerprint(name: str) -> None:
    assert Settings.from_dict({name: False}).fingerprint() != Settings.from_dict({name: True}).fingerprint()


def test_the_stemmer_is_part_of_the_fingerprint() -> None:
    assert Settings.from_dict({"stem_language": "german"}).fingerprint() != Settings().fingerprint()


def test_every_stemmer_that_may_be_named_is_there() -> None:
    assert set(STEMMERS) <= set(Stemmer.algorithms())


@pytest.mark.parametrize("value", [0, 1, "true", None])
@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_true_or_false_and_nothing_else(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"setting {name} = {value!r} is neither true nor false"):
        Settings.from_dict({name: value})


def test_every_setting_has_a_docstring_with_its_reason() -> None:
    body = ast.parse(inspect.getsource(Settings)).body[0].body  # type: ignore[attr-defined]
    documented = {
        field.target.id
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr)
    }
    assert documented == set(NAMES)


def test_a_number_that_no_report_could_hold_is_refused() -> None:
    with pytest.raises(SettingsError, match="max_article_bytes"):
        Settings.from_dict({"max_article_bytes": 10**20})
