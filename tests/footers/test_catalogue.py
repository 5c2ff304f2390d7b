import pickle
from pathlib import Path

import pytest

from dedup.errors import SettingsError
from dedup.footers.catalogue import KINDS, load, parse

ENTRY = '[[footer]]\nname = "tide-table"\nkind = "template"\nwordings = ["Tide tables hang at the quay office"]\n'


def test_the_shipped_catalogue_has_entries_of_every_kind_with_names_of_their_own() -> None:
    entries = load().entries
    assert {entry.kind for entry in entries} == set(KINDS)
    assert len({entry.name for entry in entries}) == len(entries)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ru"])
@pytest.mark.parametrize("kind", ["takedown", "copyright", "related"])
def test_notices_rights_and_links_are_known_in_five_languages(language: str, kind: str) -> None:
    assert any(entry.language == language and entry.kind == kind for entry in load().entries)


def test_an_entry_of_the_same_name_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    name = load().entries[0].name
    (tmp_path / "own.toml").write_text(ENTRY.replace("tide-table", name), "utf-8")
    mine = load(tmp_path / "own.toml")
    assert len(mine.entries) == len(load().entries)
    assert [entry.kind for entry in mine.entries if entry.name == name] == ["template"]


def test_the_shipped_catalogue_is_one_and_the_same_however_often_it_is_loaded() -> None:
    """Its digest and its tables are made once, not at each comparison."""
    assert load() is load()


def test_any_change_changes_the_fingerprint_and_pickling_does_not(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(ENTRY, "utf-8")
    mine = load(tmp_path / "own.toml")
    assert mine.fingerprint != load().fingerprint
    assert pickle.loads(pickle.dumps(mine)).fingerprint == mine.fingerprint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[footer", "no valid TOML"),
        (ENTRY.replace("template", "junk"), "kind = 'junk'; wanted one of takedown"),
        (ENTRY.replace("tide-table", "Tide Table"), "named 'Tide Table'"),
        (ENTRY + "colour = 1\n", "the unknown colour"),
        (ENTRY + ENTRY, "tide-table more than once"),
        (ENTRY.replace('["Tide tables hang at the quay office"]', "[]"), "wanted a list of texts"),
        (ENTRY.replace("Tide tables", "{tide} tables"), "a slot {tide}"),
        (ENTRY.replace("Tide tables", "Tide } tables"), "a brace that belongs to no slot"),
        (ENTRY + "shape = '('\n", "no regular expression"),
        (ENTRY + "place = 'top'\n", "place = 'top'"),
        ("footer = 1", "footer = 1; wanted tables"),
        ("[same]\nen = 1", "wanted a list of lists"),
    ],
)
def test_a_wrong_catalogue_is_one_sentence_that_names_the_file_and_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(text, "own.toml")
    assert "own.toml" in str(caught.value) and told in str(caught.value) and "\n" not in str(caught.value).strip()


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml cannot be read"):
        load(tmp_path / "none.toml")
