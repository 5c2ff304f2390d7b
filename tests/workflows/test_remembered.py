"""What a state remembers explains two articles as the report of its last run does."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

import dedup
from dedup.errors import InputError, StateError
from dedup.model import Relation
from dedup.report.document import write
from dedup.report.explanation import Explanation
from dedup.store.lock import locked
from dedup.workflows.explain import explain
from tests.nights import altered
from tests.stories import record, story, words, write_records, write_texts
from tests.workflows.test_explain import FERRY, RAIL, SPUN_RAIL
from tests.workflows.test_footers import NOTICE, members

WHOLE = words(1, 900)
MANY = [record(f"m{i}", f"{story(i, 60)}\n\n{NOTICE}") for i in range(8)]


class Run(NamedTuple):
    """What a run left."""

    found: dedup.Report
    report: Path
    state: Path


def run(folder: Path, articles: Path, **options: object) -> Run:
    """A run over some articles, with a state."""
    settings = dedup.Settings(**options)  # type: ignore[arg-type]
    found = dedup.scan([articles], settings=settings, jobs=1, state=folder / "news.db")
    write(found, folder / "report.json")
    return Run(found, folder / "report.json", folder / "news.db")


@pytest.fixture(scope="module")
def night(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("remembered"), sample)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Eight stories with a notice that a scan learns, an excerpt, and records that share their ids."""
    folder = tmp_path_factory.mktemp("day")
    write_records(folder / "in/day.jsonl", MANY)
    whole, part = (f"{' '.join(some)}\n\n{NOTICE}" for some in (WHOLE, WHOLE[300:450]))
    write_records(folder / "in/long.jsonl", [record("whole", whole), record("part", part)])
    write_records(folder / "in/x.jsonl", [record("x", story(90)), record("x", story(91)), record("z", story(91))])
    write_records(folder / "in/y.jsonl", [record("x", story(90))])
    return run(folder, folder / "in")


def by_both(left: str, right: str, run_: Run) -> Explanation:
    """The explanation by the state, once it is known to be that by the report."""
    found = explain(left, right, state=run_.state)
    assert replace(found, notes=()) == replace(explain(left, right, report=run_.report), notes=())
    return found


def learned(found: Explanation) -> list[str]:
    return [one.text for side in (found.left, found.right) for one in side.set_aside if one.origin == "learned"]


@pytest.mark.slow
def test_every_link_of_the_sample_is_explained_as_by_the_report_from_either_side(night: Run) -> None:
    links = [one for one in members(night.found).values() if one.to]
    assert {one.relation for one in links} >= {"identical", "near", "spun"}
    for one in links:
        assert one.to
        for left, right in ((one.id, one.to), (one.to, one.id)):
            found = by_both(left, right, night)
            assert (found.relation, found.notes) == (one.relation, ("The state has them in one cluster.",))


def test_unrelated_articles_of_the_sample_are_explained_as_by_the_report(night: Run) -> None:
    found = by_both(FERRY, RAIL, night)
    assert (found.relation, found.notes) == (Relation.UNRELATED, ("The state does not have them in one cluster.",))


def test_an_excerpt_is_explained_as_by_the_report(day: Run) -> None:
    assert by_both("whole", "part", day).relation == Relation.EXCERPT


def test_learned_footers_are_set_aside_as_by_the_report(day: Run) -> None:
    assert learned(by_both("m0", "m1", day)) == [NOTICE.removesuffix(".")] * 2
    assert learned(by_both("whole", "part", day)) == [NOTICE.removesuffix(".")] * 2


def test_learned_footers_are_set_aside_of_a_file_that_the_state_does_not_know(day: Run, tmp_path: Path) -> None:
    write_texts(tmp_path, {"new.txt": f"{story(0, 60)}\n\n{NOTICE}"})
    found = explain("m0", tmp_path / "new.txt", state=day.state)
    assert (found.relation, len(learned(found))) == (Relation.IDENTICAL, 2)


def test_the_settings_of_the_state_decide(tmp_path: Path) -> None:
    texts = {"a": f"{story(1)} {story(2)}", "b": f"{story(1)} {story(3)}"}
    write_records(tmp_path / "in.jsonl", [record(*one) for one in texts.items()])
    state = run(tmp_path, tmp_path / "in.jsonl", min_resemblance=0.9, min_containment=0.9).state
    assert explain("a", "b", state=state).relation == Relation.UNRELATED
    found = explain("a", "b", state=state, settings=dedup.Settings())
    assert found.relation == Relation.NEAR
    assert found.notes[0].startswith("These are other settings than those of the state")


def test_without_footers_a_state_explains_as_its_report(tmp_path: Path) -> None:
    write_records(tmp_path / "in.jsonl", MANY)
    found = by_both("m0", "m1", run(tmp_path, tmp_path / "in.jsonl", set_aside_footers=False))
    assert (learned(found), found.left.set_aside, len(found.notes)) == ([], (), 1)


def test_a_text_that_changed_since_is_noticed_and_read_as_it_is_now(tmp_path: Path) -> None:
    file = write_records(tmp_path / "in.jsonl", MANY)
    state = run(tmp_path, file).state
    write_records(file, [record("m0", f"{MANY[0]['text']} One word more."), *MANY[1:]])
    found = explain("m0", "m1", state=state)
    assert found.notes[0] == "m0, or what footers are known, has changed since the scan."
    assert not any(note.startswith("m1") for note in found.notes)
    assert (found.left.words, len(learned(found))) == (63 + len(NOTICE.split()), 2)


def test_other_footers_than_those_of_the_state_are_noticed(tmp_path: Path, day: Run) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[footer]]\nname = "own"\nkind = "copyright"\nwordings = ["the tide tables come from the harbour office"]\n'
    )
    notes = explain("m0", "m1", state=day.state, catalogue=[own]).notes
    assert notes[0] == "The state knew other footers; name the same files with --catalogue."


def test_ids_that_stood_twice_are_found_by_the_names_that_the_report_gave_them(day: Run) -> None:
    assert by_both("x.jsonl#x", "y.jsonl#x", day).relation == Relation.IDENTICAL
    found = by_both("x.jsonl#x#2", "z", day)
    assert (found.relation, found.notes) == (Relation.IDENTICAL, ("The state has them in one cluster.",))
    with pytest.raises(InputError, match=r"^x is the id of several articles; give x\.jsonl#x or y\.jsonl#x$"):
        explain("x", "z", state=day.state)


def test_an_id_is_found_with_its_path_before_it(day: Run) -> None:
    found = explain("day.jsonl#m0", "m0", state=day.state)
    assert (found.relation, len(learned(found))) == (Relation.IDENTICAL, 2)
    found = explain("x.jsonl#z", "x.jsonl#x#2", state=day.state)
    assert found.notes == ("The state has them in one cluster.",)


def test_an_id_that_the_state_does_not_know_is_answered_with_close_ones(night: Run) -> None:
    with pytest.raises(
        InputError, match=r"news\.db knows no article 'ferry-strike'; did you mean .*ferry-strike\.txt"
    ):
        explain("ferry-strike", RAIL, state=night.state)
    with pytest.raises(InputError, match=r"did you mean outlets/quayside-ledger/2024/07/union-rail\.html"):
        explain(RAIL.replace("union", "uniom"), SPUN_RAIL, state=night.state)


def test_an_article_that_is_gone_is_named(tmp_path: Path) -> None:
    folder = write_texts(tmp_path / "in", {"a.txt": story(1), "b.txt": story(2)})
    state = run(tmp_path, folder).state
    (folder / "a.txt").unlink()
    with pytest.raises(InputError, match=r"there is no article 'a\.txt' in what .*news\.db was made of"):
        explain("a.txt", "b.txt", state=state)


def test_a_state_is_read_while_a_run_holds_it_and_nothing_is_written(day: Run) -> None:
    def files() -> dict[Path, int]:
        return {file: file.stat().st_mtime_ns for file in day.state.parent.rglob("*")}

    with locked(day.state, 0):
        before = files()
        assert explain("m0", "m1", state=day.state).relation == Relation.UNRELATED
        assert files() == before


def test_a_state_without_a_run_that_ended_is_an_error(tmp_path: Path) -> None:
    state = run(tmp_path, write_records(tmp_path / "in.jsonl", MANY)).state
    altered(state, "DELETE FROM runs")
    with pytest.raises(StateError, match=r"no run of state .*news\.db came to its end; scan once more"):
        explain("m0", "m1", state=state)


def test_a_report_and_a_state_at_once_are_a_mistake_of_the_caller(day: Run) -> None:
    with pytest.raises(ValueError, match="wanted a report or a state, got both"):
        explain("m0", "m1", report=day.report, state=day.state)
