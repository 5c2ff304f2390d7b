import copy
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

import dedup
from dedup.model import RELATIONS, Relation
from dedup.report.document import to_json
from tests.stories import record, story, write_records

SCHEMA = orjson.loads(files("dedup.report").joinpath("report.schema.json").read_bytes())
VALIDATOR = Draft202012Validator(SCHEMA)

MONDAY = "2024-03-04T02:00:00Z"
MERGED = {"id": "a", "first_seen": MONDAY, "size": 3, "end": "merged", "into": "b"}
DISSOLVED = {"id": "d", "first_seen": MONDAY, "size": 2, "end": "dissolved", "into": None}

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def document(sample_report: dedup.Report) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(to_json(sample_report))
    del found["clusters"][2:]  # enough to break, and quick
    return found


@pytest.fixture
def changed(document: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(document)


def every_object(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for part in schema for found in every_object(part)]
    if not isinstance(schema, dict):
        return []
    inner = [found for part in schema.values() for found in every_object(part)]
    return [schema, *inner] if "required" in schema and "properties" in schema else inner


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_report_of_the_sample_validates(sample_report: dedup.Report) -> None:
    assert sample_report.clusters
    assert [error.message for error in VALIDATOR.iter_errors(orjson.loads(to_json(sample_report)))] == []


def test_the_report_of_an_empty_folder_validates(tmp_path: Path) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(orjson.loads(to_json(dedup.scan([tmp_path]))))] == []


def test_a_report_with_unreadable_files_and_limits_hit_validates(tmp_path: Path) -> None:
    text = story(0)
    pages = [record(f"p{i}", f"{text} {story(1000 + i, 90)}") for i in range(80)]
    write_records(tmp_path / "day.jsonl", [*pages, {"id": "no text"}])
    report = dedup.scan([tmp_path], settings=dedup.Settings(max_pivots=1, min_resemblance=0.9, whole_bucket=2))
    assert report.run.limits_hit and report.unreadable
    assert [error.message for error in VALIDATOR.iter_errors(orjson.loads(to_json(report)))] == []


def test_every_field_of_a_report_is_described_in_the_schema(document: dict[str, Any]) -> None:
    definitions = SCHEMA["$defs"]
    described = {
        "run": document["run"],
        "counts": document["counts"],
        "cluster": document["clusters"][0],
        "original": document["clusters"][0]["original"],
        "member": document["clusters"][0]["members"][0],
        "stage": document["run"]["stages"][0],
    }
    for name, value in described.items():
        assert set(value) == set(definitions[name]["properties"]), name
    assert set(document) == set(SCHEMA["properties"])


def test_every_field_has_a_description_of_its_own_or_of_its_definition() -> None:
    def description(field: dict[str, Any]) -> str | None:
        referred = SCHEMA["$defs"].get(field.get("$ref", "").removeprefix("#/$defs/"), {})
        return field.get("description") or referred.get("description")

    bare = [
        name
        for found in every_object(SCHEMA)
        for name, field in found["properties"].items()
        if not description(field)
    ]
    assert bare == []


def test_every_relation_of_the_tool_is_in_the_schema() -> None:
    known = set(SCHEMA["$defs"]["member"]["properties"]["relation"]["enum"])
    assert {str(relation) for relation in RELATIONS} - {str(Relation.UNRELATED)} <= known


def test_added_fields_are_tolerated(changed: dict[str, Any]) -> None:
    for place in (
        changed,
        changed["run"],
        changed["counts"],
        changed["clusters"][0],
        changed["clusters"][0]["original"],
        changed["clusters"][0]["members"][0],
    ):
        place["added_later"] = {"anything": 1}
    assert VALIDATOR.is_valid(changed)


def test_somebody_outside_validates(changed: dict[str, Any]) -> None:
    original = changed["clusters"][0]["original"]
    original["outside"] = {"name": "Halvern Trust", "confidence": 0.9, "evidence": original["evidence"]}
    assert VALIDATOR.is_valid(changed)


def test_a_footer_validates(changed: dict[str, Any]) -> None:
    changed["footers"] = [
        {
            "id": "f1",
            "kind": "takedown",
            "origin": "shipped",
            "tells": "aggregator",
            "articles": 3,
            "sources": 1,
            "example": "Removed.",
        }
    ]
    assert VALIDATOR.is_valid(changed)


@pytest.mark.parametrize("state", ["new", "grown", "shrunk", "unchanged", "merged", "split"])
def test_every_state_of_a_cluster_validates(changed: dict[str, Any], state: str) -> None:
    changed["clusters"][0]["state"] = state
    assert VALIDATOR.is_valid(changed)


def test_a_cluster_that_others_merged_into_and_the_ends_of_clusters_validate(changed: dict[str, Any]) -> None:
    changed["clusters"][0].update(merged_from=["a", "b"], split_into=["c"])
    changed["clusters"][1].update(state="split", first_seen=MONDAY, split_from="c")
    changed["ended"] = [MERGED, DISSOLVED]
    assert VALIDATOR.is_valid(changed)


@pytest.mark.parametrize("relation", ["identical", "near", "excerpt", "spun"])
def test_every_relation_of_a_copy_validates(changed: dict[str, Any], relation: str) -> None:
    changed["clusters"][0]["members"][1]["relation"] = relation
    assert VALIDATOR.is_valid(changed)


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Each required field of a document, as the way to it; of a list the first entry and the second."""
    found: list[tuple[str | int, ...]] = []
    if isinstance(value, dict) and path[-1:] != ("settings",):
        for name, inner in value.items():
            found += [(*path, name), *places(inner, (*path, name))]
    elif isinstance(value, list):
        for number, inner in enumerate(value[:2]):
            found += places(inner, (*path, number))
    return found


def two_of_each(value: Any) -> Any:
    """The document with two entries of each list."""
    if isinstance(value, dict):
        return {name: two_of_each(inner) for name, inner in value.items()}
    return [two_of_each(inner) for inner in value[:2]] if isinstance(value, list) else value


def test_no_field_of_a_report_may_be_missing(document: dict[str, Any]) -> None:
    document = {**two_of_each(document), "unreadable": [{"path": "a.txt", "reason": "empty"}], "ended": [MERGED]}
    tolerated = []
    for *way, name in places(document):
        if way[:1] == ["set_aside"] and way[-1] == "footers":
            continue  # the names are those of footers
        broken = copy.deepcopy(document)
        holder: Any = broken
        for step in way:
            holder = holder[step]
        del holder[name]
        if VALIDATOR.is_valid(broken):
            tolerated.append([*way, name])
    assert tolerated == []


def test_no_field_of_a_report_may_hold_a_list_in_place_of_a_value(document: dict[str, Any]) -> None:
    document = two_of_each(document)
    tolerated = []
    for *way, name in places(document):
        if way[:1] == ["set_aside"] and way[-1] == "footers":
            continue  # the names are those of footers
        broken = copy.deepcopy(document)
        holder: Any = broken
        for step in way:
            holder = holder[step]
        if not isinstance(holder[name], list):
            holder[name] = []
            if VALIDATOR.is_valid(broken):
                tolerated.append([*way, name])
    assert tolerated == []


MUTATIONS: dict[str, Change] = {
    "another format": lambda r: r.update(format="report"),
    "another version": lambda r: r.update(version=2),
    "a version as text": lambda r: r.update(version="1"),
    "a negative count": lambda r: r["counts"].update(articles=-1),
    "a count that is no whole number": lambda r: r["counts"].update(clusters=1.5),
    "a count that is null": lambda r: r["counts"].update(renamed_articles=None),
    "an unknown engine": lambda r: r["run"].update(engine="abacus"),
    "a start without time": lambda r: r["run"].update(started="2024-03-05"),
    "a start in another zone": lambda r: r["run"].update(started="2024-03-05T04:30:00+01:00"),
    "a fingerprint too short": lambda r: r["run"].update(settings_fingerprint="abc"),
    "negative seconds": lambda r: r["run"].update(seconds=-0.1),
    "a limit that was never hit": lambda r: r["run"].update(
        limits_hit=[{"setting": "max_pivots", "value": 1, "count": 0, "effect": "none"}]
    ),
    "a limit as text": lambda r: r["run"].update(limits_hit=["max_pivots"]),
    "a cluster of one": lambda r: r["clusters"][0].update(size=1, members=r["clusters"][0]["members"][:1]),
    "an unknown state": lambda r: r["clusters"][0].update(state="old"),
    "a first_seen that is no time": lambda r: r["clusters"][0].update(first_seen="yesterday"),
    "clusters that merged as one id": lambda r: r["clusters"][0].update(merged_from="a"),
    "several that it split from": lambda r: r["clusters"][0].update(split_from=["a", "b"]),
    "an end that nobody knows": lambda r: r.update(ended=[{**MERGED, "end": "lost"}]),
    "a merger into nothing": lambda r: r.update(ended=[{**MERGED, "into": None}]),
    "a cluster that dissolved into another": lambda r: r.update(ended=[{**DISSOLVED, "into": "b"}]),
    "an empty id": lambda r: r["clusters"][0].update(id=""),
    "a confidence above one": lambda r: r["clusters"][0]["original"].update(confidence=1.01),
    "an outside that is only a name": lambda r: r["clusters"][0]["original"].update(outside="Halvern Trust"),
    "an outside without evidence": lambda r: r["clusters"][0]["original"].update(
        outside={"name": "Halvern Trust", "confidence": 0.9, "evidence": []}
    ),
    "an original without evidence": lambda r: r["clusters"][0]["original"].update(evidence=[]),
    "an unknown relation": lambda r: r["clusters"][0]["members"][1].update(relation="unrelated"),
    "two originals": lambda r: r["clusters"][0]["members"][1].update(
        relation="original", to=None, resemblance=1, containment=1
    ),
    "a first member that is no original": lambda r: r["clusters"][0]["members"].reverse(),
    "an original with a partner": lambda r: r["clusters"][0]["members"][0].update(to="x"),
    "a copy without partner": lambda r: r["clusters"][0]["members"][1].update(to=None),
    "a resemblance in per cent": lambda r: r["clusters"][0]["members"][1].update(resemblance=47),
    "a negative containment": lambda r: r["clusters"][0]["members"][1].update(containment=-0.1),
    "a date as a person writes it": lambda r: r["clusters"][0]["members"][0].update(published="5 March 2024"),
    "a title that is a number": lambda r: r["clusters"][0]["members"][0].update(title=7),
    "footers that are numbers": lambda r: r["clusters"][0]["members"][0].update(footers=[1]),
    "an unknown kind of footer": lambda r: r.update(footers=[{**r["footers"][0], "kind": "junk"}]),
    "an unknown origin of a footer": lambda r: r.update(footers=[{**r["footers"][0], "origin": "guessed"}]),
    "a footer that tells what nobody knows": lambda r: r.update(footers=[{**r["footers"][0], "tells": "theft"}]),
    "a marker without a place": lambda r: r["clusters"][0]["members"][0].update(
        markers=[{"kind": "copyright", "value": "Harbour Times"}]
    ),
    "an article of which nothing was set aside": lambda r: r["set_aside"][0].update(footers={}),
    "a place of a footer without an end": lambda r: r["set_aside"][0].update(footers={"f": [[1]]}),
    "an unreadable file without reason": lambda r: r.update(unreadable=[{"path": "a.txt", "reason": ""}]),
    "an unreadable file that is only a path": lambda r: r.update(unreadable=["a.txt"]),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_broken_report_does_not_validate(changed: dict[str, Any], mutation: Change) -> None:
    mutation(changed)
    assert not VALIDATOR.is_valid(changed)
