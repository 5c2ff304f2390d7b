"""An explanation is the scan's own decision, with what it rests on."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.errors import InputError, ReportError, SettingsError
from dedup.model import Member, Relation
from dedup.report.document import to_json, write
from dedup.report.explanation import Explanation, Measure
from dedup.workflows.explain import explain
from tests.laws import costly
from tests.stories import record, story, words, write_records, write_texts
from tests.workflows.test_footers import NOTICE, members

FERRY = "outlets/kelmouth-courier/2024/03/crews-to-walk-out.html"
RAIL, SPUN_RAIL = "outlets/quayside-ledger/2024/07/union-rail.html", "aggregators/allwires-mirror/rail-wedding.txt"


@pytest.fixture(scope="module")
def report(sample_report: dedup.Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("explain") / "report.json"
    write(sample_report, file)
    return file


def scanned(folder: Path, records: list[dict[str, str]], **options: object) -> Path:
    """The report of a scan of some records."""
    write_records(folder / "in" / "day.jsonl", records)
    options_ = dedup.Settings(**options)  # type: ignore[arg-type]
    write(dedup.scan([folder / "in"], settings=options_, jobs=1), folder / "report.json")
    return folder / "report.json"


def two(folder: Path, left: str, right: str, **options: object) -> Explanation:
    """The explanation of two texts in files."""
    write_texts(folder, {"a.txt": left, "b.txt": right})
    return explain(folder / "a.txt", folder / "b.txt", settings=dedup.Settings(**options))  # type: ignore[arg-type]


def measure(found: Explanation, name: str) -> Measure:
    (one,) = (one for one in found.measures if one.name == name)
    return one


def test_every_link_of_the_sample_is_explained_as_the_report_has_it(
    sample_report: dedup.Report, report: Path
) -> None:
    links = [one for one in members(sample_report).values() if one.to]
    assert {one.relation for one in links} >= {"identical", "near", "spun"}
    for one in links:
        assert one.to
        _as_reported(explain(one.id, one.to, report=report), one)


def _as_reported(found: Explanation, one: Member) -> None:
    shared = round(measure(found, "resemblance").value or 0, 4), round(measure(found, "left_in_right").value or 0, 4)
    assert (found.relation, *shared) == (one.relation, one.resemblance, one.containment)
    if one.rewrite is not None:
        assert round(measure(found, "rewrite").value or 0, 4) == one.rewrite
    assert one.passages and (found.passage_count, found.passage_words) == (one.passages.count, one.passages.words)
    told = [(p.words, p.start, p.stop, p.to_start, p.to_stop) for p in one.passages.longest]
    quoted = [(p.words, p.left_start, p.left_stop, p.right_start, p.right_stop) for p in found.passages]
    assert quoted[: len(told)] == told
    assert found.notes == (f"The report has them in one cluster, and calls them {one.relation}.",)


def test_what_is_set_aside_is_what_the_report_set_aside(sample_report: dedup.Report, report: Path) -> None:
    found = explain(RAIL, SPUN_RAIL, report=report)
    for article in (found.left, found.right):
        (told,) = (one.footers for one in sample_report.set_aside if one.id == article.id)
        places = sorted((start, stop, name) for name, some in told.items() for start, stop in some)
        assert [(one.start, one.stop, one.id) for one in article.set_aside] == places


def test_without_a_report_two_files_of_the_sample_are_explained(sample: Path) -> None:
    found = explain(sample / RAIL, sample / SPUN_RAIL)
    assert (found.relation, found.passage_kind) == (Relation.SPUN, "sentences")
    assert found.notes == ("Footers that a scan learns from its collection are not known here.",)
    first = found.passages[0]
    assert first.left.startswith("The railway companies Norrail and Southern Lines have agreed to merge")
    assert first.right.startswith("Railway companies Norrail and Southern Lines have agreed on a merger")


def test_what_has_nothing_in_common_is_unrelated(sample: Path) -> None:
    found = explain(sample / FERRY, sample / "wires/nws/2024-08-06-estrin-fire.txt")
    assert (found.relation, found.passages, found.cannot_tell) == (Relation.UNRELATED, (), ())
    assert not any(one.met for one in found.measures)
    assert "25.0 more percentage points of words in common would make them near copies" in found.change


def test_the_other_way_round_is_the_same_from_the_other_side(report: Path) -> None:
    there, back = explain(RAIL, SPUN_RAIL, report=report), explain(SPUN_RAIL, RAIL, report=report)
    assert (there.left, there.right, there.relation) == (back.right, back.left, back.relation)
    assert measure(there, "left_in_right").value == measure(back, "right_in_left").value
    assert measure(there, "rewrite").value == measure(back, "rewrite").value


def test_too_short_a_text_is_said_to_be_too_short(tmp_path: Path) -> None:
    found = two(tmp_path, story(1, 30), story(2, 73))
    assert found.relation == Relation.UNRELATED
    assert found.cannot_tell == (
        "A is too short, 30 words, 60 needed",
        "B, the longer one, is too short, 73 words, 100 needed",
    )


def test_an_excerpt_is_directed(tmp_path: Path) -> None:
    whole = words(1, 900)
    found = two(tmp_path, " ".join(whole), " ".join(whole[300:450]))
    assert (found.relation, found.summary[:25]) == (Relation.EXCERPT, "B is an excerpt of A: most"[:25])
    assert (measure(found, "left_in_right").met, measure(found, "right_in_left").met) == (False, True)


def test_a_passage_is_quoted_with_what_stands_around_it(tmp_path: Path) -> None:
    middle = " ".join(words(1, 12))
    found = two(tmp_path, f"Long before,\nshort before: {middle}, after.", f"Elsewhere {middle} there.")
    (passage,) = found.passages
    assert (passage.words, passage.left, passage.right, passage.anchors) == (12, middle, middle, None)
    assert (passage.before, passage.after) == ("Long before, short before: ", ", after.")


def test_a_footer_within_a_passage_is_left_out_of_the_quote(tmp_path: Path) -> None:
    bottoms = [story(100 + i, 60) for i in range(8)]
    many = [record(f"m{i}", f"{story(i, 60)}\n\n{NOTICE}\n\n{bottoms[i]}") for i in range(8)]
    report = scanned(tmp_path, [*many, record("x", f"{story(0, 60)}\n\n{bottoms[0]}")])
    found = explain("m0", "x", report=report)
    assert found.relation == Relation.IDENTICAL
    (passage,) = found.passages
    assert (passage.words, passage.left) == (120, f"{story(0, 60)} […] . {bottoms[0]}")
    assert [(one.origin, one.text) for one in found.left.set_aside] == [("learned", NOTICE.removesuffix("."))]


def test_a_changed_text_is_noticed(tmp_path: Path) -> None:
    many = [record(f"m{i}", f"{story(i, 60)}\n\n{NOTICE}") for i in range(8)]
    report = scanned(tmp_path, many)
    write_records(tmp_path / "in" / "day.jsonl", [record("m0", f"New. {many[0]['text']}"), *many[1:]])
    found = explain("m0", "m1", report=report)
    assert found.notes[0].startswith("m0, or what footers are known, has changed since the scan")
    assert (found.left.set_aside, len(found.right.set_aside)) == ((), 1)


def test_the_settings_of_the_report_decide(tmp_path: Path) -> None:
    left, right = f"{story(1)} {story(2)}", f"{story(1)} {story(3)}"
    report = scanned(tmp_path, [record("a", left), record("b", right)], min_resemblance=0.9, min_containment=0.9)
    assert explain("a", "b", report=report).relation == Relation.UNRELATED
    found = explain("a", "b", report=report, settings=dedup.Settings())
    assert found.relation == Relation.NEAR
    assert found.notes[0].startswith("These are other settings than those of the report")


def test_another_catalogue_than_that_of_the_report_is_noticed(tmp_path: Path, report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    document["run"]["catalogue_fingerprint"] = "0" * 32
    (tmp_path / "report.json").write_bytes(orjson.dumps(document))
    notes = explain(RAIL, SPUN_RAIL, report=tmp_path / "report.json").notes
    assert notes[0] == "The report knew other footers; name the same files with --catalogue."


def test_an_id_that_stood_twice_is_found_by_the_name_that_the_report_gave_it(tmp_path: Path) -> None:
    write_records(tmp_path / "in/a.jsonl", [record("x", story(1)), record("x", story(2)), record("y", story(3))])
    write_records(tmp_path / "in/b.jsonl", [record("x", story(1)), record("z", story(2))])
    write(dedup.scan([tmp_path / "in"]), tmp_path / "r.json")
    assert explain("a.jsonl#x", "b.jsonl#x", report=tmp_path / "r.json").relation == Relation.IDENTICAL
    assert explain("a.jsonl#x#2", "z", report=tmp_path / "r.json").relation == Relation.IDENTICAL
    with pytest.raises(InputError, match=r"^x is the id of several articles; give a\.jsonl#x or a\.jsonl#x or b"):
        explain("x", "y", report=tmp_path / "r.json")


def test_a_record_in_a_file_is_named_by_its_id_or_its_line(tmp_path: Path) -> None:
    file = write_records(tmp_path / "f.jsonl", [record("one", story(1)), {"text": story(1)}, record("two", story(2))])
    assert explain(f"{file}#one", f"{file}:2").relation == Relation.IDENTICAL
    assert explain(f"{file}#one", f"{file}#two").relation == Relation.UNRELATED
    with pytest.raises(InputError, match=r"holds 3 articles; name one of them, such as .*f\.jsonl#one or "):
        explain(file, file)
    with pytest.raises(InputError, match=r"has no article 'onee'; did you mean one\?$"):
        explain(f"{file}#onee", f"{file}#two")


def test_an_article_and_a_file_outside_of_the_report_are_explained(tmp_path: Path, report: Path) -> None:
    file = write_texts(tmp_path, {"new.txt": story(1)}) / "new.txt"
    assert explain(FERRY, file, report=report).relation == Relation.UNRELATED


def test_an_id_that_is_nearly_right_is_answered_with_close_ones(report: Path) -> None:
    with pytest.raises(
        InputError, match=r"no article 'ferry-strike' .*; did you mean wires/nws/2024-03-04-ferry-strike"
    ):
        explain("ferry-strike", RAIL, report=report)
    with pytest.raises(InputError, match=r"did you mean outlets/quayside-ledger/2024/07/union-rail\.html"):
        explain(RAIL.replace("union", "uniom"), SPUN_RAIL, report=report)


def test_scanned_folders_that_are_gone_are_named(tmp_path: Path) -> None:
    report = scanned(tmp_path, [record("a", story(1))])
    (tmp_path / "in").rename(tmp_path / "moved")
    with pytest.raises(InputError, match=r"was made of what is no longer there: .*/in does not exist"):
        explain("a", "a", report=report)


def test_a_report_that_does_not_say_what_was_scanned_is_an_error(tmp_path: Path, report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    for key, error, told in [
        ("paths", ReportError, "does not say what was scanned"),
        ("settings", ReportError, "is a damaged report"),
    ]:
        run = {name: value for name, value in document["run"].items() if name != key}
        (tmp_path / "r.json").write_bytes(orjson.dumps({**document, "run": run}))
        with pytest.raises(error, match=told):
            explain(RAIL, SPUN_RAIL, report=tmp_path / "r.json")


def test_settings_of_another_version_are_an_error(tmp_path: Path, report: Path) -> None:
    document = orjson.loads(report.read_bytes())
    document["run"]["settings"]["of_tomorrow"] = 1
    (tmp_path / "r.json").write_bytes(orjson.dumps(document))
    with pytest.raises(SettingsError, match="was made with settings that are not known here: unknown setting"):
        explain(RAIL, SPUN_RAIL, report=tmp_path / "r.json")


SENTENCES = [" ".join(words(100 + i, 8)).capitalize() + "." for i in range(8)]
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9).map(" ".join)


@costly(3)
@given(left=texts, right=texts)
def test_an_explanation_of_two_texts_is_their_comparison(
    tmp_path_factory: pytest.TempPathFactory, left: str, right: str
) -> None:
    found, compared = two(tmp_path_factory.getbasetemp(), left, right), dedup.compare(left, right)
    assert found.relation == compared.relation
    assert measure(found, "resemblance").value == compared.resemblance
    assert measure(found, "right_in_left").value == compared.right_in_left


def test_an_explanation_as_json_has_all_its_fields(report: Path) -> None:
    document = orjson.loads(orjson.dumps(explain(RAIL, SPUN_RAIL, report=report)))
    assert document["relation"] == "spun"
    assert set(document) == set(Explanation.__slots__)


def test_the_report_is_the_same_as_before_it_was_explained(report: Path, sample_report: dedup.Report) -> None:
    explain(RAIL, SPUN_RAIL, report=report)
    assert report.read_bytes() == to_json(sample_report)
