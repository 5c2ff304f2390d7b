from pathlib import Path

import orjson
import pytest

import dedup
from dedup.errors import SettingsError
from dedup.model import Member, Relation, Report
from dedup.report.document import to_json
from tests.stories import record, story, write_records, write_texts

NOTICE = (
    "Mirrored pages appear here unchecked. Whoever wrote one of them and would rather see it gone may tell the desk, "
    "which takes such pages off the shelf before the next morning."
)
MENU = "Front page\nHarbour\nCouncil\nFerries\nLetters\nJobs"
OWNER = "Copyright © 2024 Quayside Ledger Media Group plc. All rights reserved. d39999a1e0b0835515e0a811a5d18151"


def scan_records(tmp_path: Path, records: list[dict[str, str]], **settings: object) -> Report:
    write_records(tmp_path / "in" / "day.jsonl", records)
    return dedup.scan([tmp_path / "in"], settings=dedup.Settings(**settings), jobs=1)  # type: ignore[arg-type]


def spans(report: Report, id_: str, text: str) -> dict[str, list[str]]:
    """What was set aside of an article, in its own words."""
    (found,) = (one for one in report.set_aside if one.id == id_)
    return {name: [text[start:stop] for start, stop in places] for name, places in found.footers.items()}


def members(report: Report) -> dict[str, Member]:
    return {member.id: member for cluster in report.clusters for member in cluster.members}


@pytest.mark.parametrize("where", ["below", "above", "amid"])
def test_a_notice_under_different_stories_is_learned_wherever_it_stands(tmp_path: Path, where: str) -> None:
    texts = []
    for i in range(12):
        top, bottom = story(2 * i, 80), story(2 * i + 1, 80)
        parts = {"below": [top, bottom, NOTICE], "above": [NOTICE, top, bottom], "amid": [top, NOTICE, bottom]}[where]
        texts.append("\n\n".join(parts))
    report = scan_records(tmp_path, [record(f"a{i:02}", text) for i, text in enumerate(texts)])
    (footer,) = (one for one in report.footers if one.origin == "learned")
    assert (footer.articles, footer.example) == (12, NOTICE.removesuffix("."))
    for i, text in enumerate(texts):
        assert spans(report, f"a{i:02}", text)[footer.id] == [NOTICE.removesuffix(".")]
    assert report.clusters == []


def test_two_short_stories_under_one_learned_notice_are_no_copies(tmp_path: Path) -> None:
    many = [record(f"m{i}", f"{story(i, 120)}\n\n{NOTICE}") for i in range(8)]
    short = [record(f"s{i}", f"{story(100 + i, 12)}\n\n{NOTICE}") for i in range(2)]
    assert scan_records(tmp_path, [*many, *short]).clusters == []
    kept = scan_records(tmp_path, [*many, *short], set_aside_footers=False)
    assert [sorted(members(kept))] == [["s0", "s1"]]


def test_a_story_that_many_outlets_carry_is_no_footer(tmp_path: Path) -> None:
    wide = story(1, 150)
    copies = [
        record(f"w{i:02}", f"{story(500 + i, 15)}\n\n{wide}\n\n{story(900 + i, 15)}", source=f"outlet {i}")
        for i in range(40)
    ]
    others = [record(f"o{i:02}", story(100 + i, 150)) for i in range(20)]
    (cluster,) = scan_records(tmp_path, [*copies, *others]).clusters
    assert cluster.size == 40


def test_a_widget_between_two_paragraphs_does_not_cut_the_story_off(tmp_path: Path) -> None:
    top, bottom = story(1, 60), story(2, 60)
    plain, with_menu = f"{top}\n\n{bottom}", f"{top}\n\n{MENU}\n\n{bottom}"
    (cluster,) = scan_records(tmp_path, [record("a", plain), record("b", with_menu)]).clusters
    assert cluster.members[1].relation == Relation.IDENTICAL


def test_spans_point_into_the_text_as_it_was_read(tmp_path: Path) -> None:
    text = f"  ÜBER die Fähre… 🚢\n\n{story(1, 60)}\r\n\r\n{OWNER}\n\nBack to top"
    report = scan_records(tmp_path, [record("a", text)])
    found = spans(report, "a", text)
    assert OWNER in [slice_ for slices in found.values() for slice_ in slices]
    assert "Back to top" in [slice_ for slices in found.values() for slice_ in slices]


def test_a_member_names_its_footers_and_their_markers(tmp_path: Path) -> None:
    text = f"{story(1, 60)}\n\n{OWNER}"
    report = scan_records(tmp_path, [record("a", text), record("b", story(1, 60))])
    one, other = members(report)["a"], members(report)["b"]
    assert one.footers and not other.footers and not other.markers
    found = {marker.kind: text[marker.start : marker.stop] for marker in one.markers}
    assert found["copyright"] == "Quayside Ledger Media Group plc"
    assert found["publisher_mark"] == "d39999a1e0b0835515e0a811a5d18151"
    assert [marker.value for marker in one.markers] == [text[m.start : m.stop] for m in one.markers]


def test_pages_that_are_nothing_but_footer_are_in_no_cluster_and_counted(tmp_path: Path) -> None:
    page = "Gone\n\nThis article was removed at the request of the rights holder.\n\n" + OWNER
    report = scan_records(tmp_path, [record("a", page), record("b", page), record("c", story(1, 60))])
    assert report.clusters == []
    assert report.counts.footer_only_articles == 2


def test_a_list_of_short_lines_without_prose_is_compared_as_it_is(tmp_path: Path) -> None:
    table = "\n".join(story(i, 4) for i in range(30))
    (cluster,) = scan_records(tmp_path, [record("a", table), record("b", table)]).clusters
    assert cluster.size == 2


def test_the_order_of_records_changes_no_footer(tmp_path: Path) -> None:
    rows = [record(f"a{i:02}", f"{story(i, 100)}\n\n{NOTICE}\n\n{OWNER}") for i in range(12)]
    one, other = scan_records(tmp_path / "1", rows), scan_records(tmp_path / "2", rows[::-1])
    assert (one.footers, list(one.set_aside)) == (other.footers, list(other.set_aside))


def test_a_footer_of_ones_own_is_found_and_comes_on_top(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[footer]]\nname = "tide-table"\nkind = "template"\n'
        'wordings = ["Tide tables for the harbour hang at the quay office"]\n'
    )
    text = f"{story(1, 60)}\n\nTide tables for the harbour hang at the quay office."
    write_records(tmp_path / "in" / "day.jsonl", [record("a", text)])
    report = dedup.scan([tmp_path / "in"], catalogue=[own], jobs=1)
    assert [(one.id, one.origin) for one in report.footers] == [("tide-table", "shipped")]
    assert report.run.catalogue_fingerprint != dedup.scan([tmp_path / "in"], jobs=1).run.catalogue_fingerprint


def test_a_catalogue_that_is_none_is_one_clear_error(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[footer]]\nname = "x"\nkind = "junk"\nwordings = ["a b c"]\n')
    with pytest.raises(SettingsError, match=r"own\.toml.*'junk'"):
        dedup.scan([tmp_path], catalogue=[own])


def test_what_was_set_aside_is_written_as_it_is_read_back(tmp_path: Path) -> None:
    report = scan_records(tmp_path, [record(f"a{i}", f"{story(i, 60)}\n\n{OWNER}") for i in range(3)])
    written = orjson.loads(to_json(report))["set_aside"]
    assert [one["id"] for one in written] == ["a0", "a1", "a2"]
    assert [one["footers"] for one in written] == [
        {name: [list(place) for place in places] for name, places in one.footers.items()} for one in report.set_aside
    ]


def test_what_recurs_but_is_no_footer_is_listed_as_unknown(tmp_path: Path) -> None:
    saga = story(7, 120)
    rows = [record(f"a{i}", f"{saga}\n\n{story(50 + i, 70)}", source=f"outlet {i}") for i in range(8)]
    write_records(tmp_path / "in" / "day.jsonl", rows)
    found = dedup.find_footers([tmp_path / "in"], jobs=1)
    assert [one for one in found.footers if one.origin == "learned"] == []
    assert any(one.example and one.example in saga for one in found.unknown)


def test_examples_are_read_once_more_from_every_kind_of_file(tmp_path: Path) -> None:
    write_texts(tmp_path / "in", {f"t{i}.txt": f"{story(i, 100)}\n\n{NOTICE}" for i in range(8)})
    rows = [record(f"r{i}", f"{story(20 + i, 100)}\n\n{MENU}\n\n{NOTICE}") for i in range(8)]
    write_records(tmp_path / "in" / "day.jsonl", [{"no": "text"}, *rows])
    for found in (dedup.find_footers([tmp_path / "in"], jobs=1), dedup.find_footers([tmp_path / "in"], jobs=2)):
        (learned,) = (one for one in found.footers if one.origin == "learned")
        assert learned.example == NOTICE.removesuffix(".")
