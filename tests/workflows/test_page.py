"""Texts of a page: read again, as many as fit, with what the scan found in them."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.errors import InputError, ReportError, SettingsError
from dedup.report.document import to_json
from dedup.report.page.texts import Texts
from dedup.settings import Settings
from dedup.workflows.page import page_of
from dedup.workflows.texts import texts_of
from dedup.workflows.within import Within
from tests.stories import record, story, write_records, write_texts

ROOM = 1 << 20


def document_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(to_json(dedup.scan([folder], jobs=1)))
    return found


def texts(document: dict[str, Any], *paths: Path, room: int = ROOM) -> Texts:
    return texts_of(document, paths or document["run"]["paths"], Settings(), room)


@pytest.fixture(scope="module")
def sample_document(sample_report: dedup.Report) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(to_json(sample_report))
    return found


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "in", {"a.txt": story(1), "b.txt": f"{story(1)} {story(2, 9)}"})


def test_all_members_have_texts_and_passages_where_all_is_as_it_was(sample_document: dict[str, Any]) -> None:
    found = texts(sample_document)
    members = [member for cluster in sample_document["clusters"] for member in cluster["members"]]
    assert found.texts.keys() == {member["id"] for member in members} and not found.missing
    assert found.passages.keys() == {member["id"] for member in members if member["to"]}


def test_passages_are_as_many_and_as_long_as_the_scan_found(sample_document: dict[str, Any]) -> None:
    found = texts(sample_document)
    for cluster in sample_document["clusters"]:
        for member in cluster["members"][1:]:
            rows = found.passages[member["id"]]
            assert len(rows) == member["passages"]["count"]
            assert sum(row.words for row in rows) == member["passages"]["words"]
            assert {row["start"] for row in member["passages"]["longest"]} <= {row.start for row in rows}


def test_articles_that_moved_are_found_where_they_are_now(two: Path, tmp_path: Path) -> None:
    document = document_of(two)
    two.rename(tmp_path / "moved")
    assert texts(document, tmp_path / "moved").texts.keys() == {"a.txt", "b.txt"}


def test_records_that_share_an_id_are_told_apart(tmp_path: Path) -> None:
    same = [record("7", story(1)), record("7", f"{story(1)} {story(2, 9)}"), record("8", story(1))]
    write_records(tmp_path / "in" / "a.jsonl", same)
    document = document_of(tmp_path / "in")
    found = texts(document)
    assert {id_: len(one.text) for id_, one in found.texts.items()} == {
        "a.jsonl#7": len(same[0]["text"]),
        "a.jsonl#7#2": len(same[1]["text"]),
        "8": len(same[2]["text"]),
    }


def test_an_article_that_is_gone_is_said_to_be_and_the_others_stay(two: Path) -> None:
    document = document_of(two)
    (two / "b.txt").unlink()
    found = texts(document)
    assert found.missing == {"b.txt": "gone"} and found.texts.keys() == {"a.txt"}


def test_an_article_that_changed_is_shown_without_its_text(tmp_path: Path) -> None:
    folder = write_texts(tmp_path / "in", {f"{name}.txt": f"{story(1)} {name}" for name in ("a", "b", "c")})
    document = document_of(folder)
    original = document["clusters"][0]["members"][0]["id"]
    other = next(name for name in ("a.txt", "b.txt", "c.txt") if name != original)
    (folder / other).write_text(story(5), "utf-8")
    found = texts(document)
    assert found.missing == {other: "changed"} and len(found.texts) == 2


def test_a_pair_of_which_one_changed_is_shown_without_both_texts(two: Path) -> None:
    document = document_of(two)
    (two / "b.txt").write_text(story(1)[:400], "utf-8")
    assert texts(document).missing == {"a.txt": "changed", "b.txt": "changed"}


def test_what_has_no_room_is_quoted(two: Path) -> None:
    document = document_of(two)
    found = texts(document, room=2 * len(story(1)) - 9)
    member = document["clusters"][0]["members"][1]
    assert found.missing == {member["id"]: "left out"} and len(found.texts) == 1
    quote, of_partner = found.quotes[member["id"]][0]
    assert quote is not None and story(1).startswith(quote.removesuffix("…")) and of_partner is None


def test_a_page_without_room_has_no_text_at_all(two: Path) -> None:
    found = texts(document_of(two), room=0)
    assert not found.texts and not found.quotes and set(found.missing.values()) == {"left out"}


def test_clusters_that_changed_come_before_larger_ones(tmp_path: Path) -> None:
    names = {"a1": 1, "a2": 1, "a3": 1, "b1": 2, "b2": 2}
    document = document_of(write_texts(tmp_path / "in", {f"{k}.txt": story(v) for k, v in names.items()}))
    assert [one["size"] for one in document["clusters"]] == [3, 2]
    document["clusters"][0]["state"] = "unchanged"
    assert texts(document, room=2 * len(story(2)) + 9).texts.keys() == {"b1.txt", "b2.txt"}


def test_untitled_articles_are_called_by_how_their_story_begins(sample_document: dict[str, Any]) -> None:
    for cluster in sample_document["clusters"]:
        for member in cluster["members"]:
            member["title"] = None
    stripped = {id_: lead for id_, lead in texts(sample_document).leads.items() if lead.startswith("HALVERN")}
    assert stripped == {}


def test_damage_is_one_error(two: Path) -> None:
    document = document_of(two)
    del document["clusters"][0]["members"][0]["relation"]
    with pytest.raises(ReportError, match=r"r\.json is a damaged report"):
        page_of(document, source="r.json")


def test_settings_of_another_version_are_an_error_that_says_so(two: Path) -> None:
    document = document_of(two)
    document["run"]["settings"]["min_wit"] = 1
    with pytest.raises(SettingsError, match=r"r\.json was made with settings that are not known here"):
        page_of(document, source="r.json")


def test_articles_that_are_nowhere_are_an_error(two: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        page_of(document_of(two), source="r.json", articles=[tmp_path / "nowhere"])


def test_a_page_is_made_though_all_files_are_gone(two: Path) -> None:
    document = document_of(two)
    for file in two.iterdir():
        file.unlink()
    two.rmdir()
    assert b"The scanned files are not where they were" in page_of(document, source="r.json")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), unique_by=lambda row: row[0]), st.integers(0, 60))
def test_what_is_kept_is_the_longest_beginning_of_the_ranks_that_fits(rows: list[tuple[int, int]], room: int) -> None:
    within, gone = Within[str](room), list[tuple[int, str]]()
    for rank, size in rows:
        gone += within.add(rank, size, str(rank))
    kept, left = list[int](), room
    for rank, size in sorted(rows):
        left -= size
        if left < 0:
            break
        kept.append(rank)
    assert sorted(within.kept) == kept
    assert sorted([*within.kept.items(), *gone]) == sorted((rank, str(rank)) for rank, _ in rows)
