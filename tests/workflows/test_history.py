"""What can be asked of a state, and how it is pruned; on the state that three small nights left."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

import dedup
from dedup.errors import InputError, StateError, StateLockedError
from dedup.model import CHANGES, Report
from dedup.report.document import to_json
from dedup.store.database import reading
from dedup.store.lock import locked
from dedup.workflows import history
from dedup.workflows.history import changes, check, holding, prune
from tests.nights import altered, copied
from tests.stories import story, write_texts


@pytest.fixture
def state(three_nights: Path, tmp_path: Path) -> Path:
    shutil.copytree(three_nights.parent / "articles", tmp_path / "articles", copy_function=shutil.copy2)
    return copied(three_nights, tmp_path)


def told(state: Path, since: str | None = None, kinds: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = [orjson.loads(line) for line in changes(state, since=since, kinds=kinds)]
    return [(one["change"], one["cluster"]) for one in found]


def run_ids(state: Path) -> list[str]:
    return list(dict.fromkeys(orjson.loads(line)["run"] for line in changes(state, since="2000-01-01")))


def contents_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


ALL = [("new", "a.txt"), ("grown", "a.txt"), ("new", "h.txt")]


def test_what_the_last_run_changed_is_told_unless_told_otherwise(state: Path) -> None:
    assert told(state) == ALL[2:]


def test_what_later_runs_changed_is_told_in_order_of_runs(state: Path) -> None:
    first, second, third = run_ids(state)
    assert told(state, first) == told(state, "1") == ALL[1:]
    assert told(state, second) == ALL[2:] and told(state, third) == []


def test_what_runs_since_a_day_changed_is_told(state: Path) -> None:
    assert told(state, "1d") == ALL and told(state, "2100-01-01") == []


@pytest.mark.parametrize("kind", CHANGES)
def test_only_changes_of_one_kind_are_told(state: Path, kind: str) -> None:
    assert told(state, "1d", (kind,)) == [one for one in ALL if one[0] == kind]


def test_a_line_is_what_the_run_told(state: Path) -> None:
    (line,) = changes(state)
    found = orjson.loads(line)
    assert found["added"] == ["h.txt", "i.txt"] and found["size"] == 2 and found["run"] == run_ids(state)[-1]


def test_changes_are_told_while_a_run_holds_the_state_and_writes_nothing(state: Path) -> None:
    with locked(state):
        before = contents_of(state.parent)
        assert told(state, "1d") == ALL
        assert contents_of(state.parent) == before


def test_changes_are_those_of_the_moment_of_the_question(state: Path) -> None:
    lines = changes(state, since="1d")
    next(lines)
    prune(state, "0d")
    assert len(list(lines)) == 2


@pytest.mark.parametrize("question", [changes, holding, check])
def test_a_missing_state_is_named(tmp_path: Path, question: Callable[[Path], object]) -> None:
    with pytest.raises(StateError, match="does not exist"):
        list(question(tmp_path / "none.db"))  # type: ignore[call-overload]
    assert list(tmp_path.iterdir()) == []


def test_no_lock_is_left_where_a_missing_state_is_to_be_pruned(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="does not exist"):
        prune(tmp_path / "none.db", "90d")
    assert list(tmp_path.iterdir()) == []


def test_a_state_holds_the_articles_and_runs(state: Path) -> None:
    found = holding(state)
    held = found.contents
    assert (held.articles, held.files, held.runs, held.tool_version) == (11, 9, 3, dedup.__version__)
    assert held.settings_fingerprint == dedup.Settings().fingerprint()
    assert held.first_run and held.last_run and held.last_run.counts["new_articles"] == 2
    assert [held.first_run.id, held.last_run.id] == run_ids(state)[::2]
    assert 0 < held.wasted_share < 0.2


def test_a_state_takes_what_its_files_take(state: Path) -> None:
    found = holding(state)
    columns = sum(file.stat().st_size for file in Path(f"{state}-columns").iterdir())
    assert (found.file_bytes, found.columns_bytes) == (state.stat().st_size, columns)


def test_who_holds_a_state_is_told(state: Path) -> None:
    assert holding(state).held_by is None
    with locked(state):
        assert f"process {os.getpid()} " in (holding(state).held_by or "")


def test_a_state_behind_a_link_is_found_with_its_columns(state: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(state)
    assert holding(link).contents.articles == 11 and check(link).problems == []
    prune(link, "0d")
    assert link.is_symlink() and check(state) == check(link)


def test_what_is_left_over_is_not_told_while_a_run_is_at_work(state: Path) -> None:
    Path(f"{state}-new").write_bytes(b"half")
    with locked(state):
        assert check(state).leftovers == []
    assert len(check(state).leftovers) == 1


def test_a_check_begins_anew_when_a_run_replaces_the_state(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []

    def problems(path: Path, opened: object) -> list[str]:
        looks.append(path)
        if len(looks) == 1:
            state.rename(state.with_name("gone"))
            shutil.copy(state.with_name("gone"), state)
            return ["the columns are gone"]
        return []

    monkeypatch.setattr(history, "problems", problems)
    assert check(state).problems == [] and len(looks) == 2


def test_pruning_frees_what_it_said_before(state: Path) -> None:
    before, said = holding(state), prune(state, "0d", dry_run=True)
    done, after = prune(state, "0d"), holding(state)
    assert said == done._replace(file_bytes=None)
    assert done.columns_bytes == before.columns_bytes - after.columns_bytes > 0
    assert done.file_bytes == before.file_bytes - after.file_bytes


def test_a_dry_run_writes_nothing(state: Path) -> None:
    before = contents_of(state.parent)
    prune(state, "0d", dry_run=True)
    assert contents_of(state.parent) == before


def test_a_pruned_state_is_sound_and_has_nothing_wasted_or_left_over(state: Path) -> None:
    prune(state, "0d")
    assert check(state).problems == check(state).leftovers == []
    assert holding(state).contents.wasted_share == 0


def test_pruning_a_state_again_finds_nothing(state: Path) -> None:
    prune(state, "0d")
    done = prune(state, "0d")
    assert (*done.forgotten, done.columns_bytes, done.file_bytes) == (0, 0, 0, 0, 0)


def test_what_the_last_run_changed_is_never_forgotten(state: Path) -> None:
    prune(state, "2100-01-01")
    assert told(state) == told(state, "1d") == ALL[2:]


def test_what_changed_since_a_run_is_not_told_where_some_of_it_is_forgotten(state: Path) -> None:
    first, second, _ = run_ids(state)
    prune(state, "0d")
    assert told(state, second) == ALL[2:]
    with pytest.raises(InputError, match="is no run that the state knows"):
        told(state, first)


def test_nothing_is_forgotten_of_younger_runs(state: Path) -> None:
    assert prune(state, "1d").forgotten == (0, 0, 0)
    assert told(state, "1d") == ALL


def without_times_of_tonight(report: Report, new: set[str]) -> dict[str, Any]:
    """The report without its run, and without when the articles that are new tonight were seen first."""
    document: dict[str, Any] = orjson.loads(to_json(report))
    del document["run"]
    for cluster in document["clusters"]:
        for member in cluster["members"]:
            if member["id"] in new:
                del member["first_seen"]
    return document


def test_the_night_after_pruning_is_as_it_would_have_been(state: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    (tmp_path / "other").mkdir()
    other = copied(state, tmp_path / "other")
    prune(state, "0d")
    write_texts(articles, {"j.txt": f"{story(8)} {story(9, 9)}", "k.txt": story(3)})
    (articles / "e.txt").unlink()
    pruned, kept = (dedup.scan([articles], state=one, jobs=1) for one in (state, other))
    new = {"j.txt", "k.txt"}
    assert without_times_of_tonight(pruned, new) == without_times_of_tonight(kept, new)
    assert check(state).problems == []


def test_examples_of_a_run_that_was_killed_go_to_no_other_article(state: Path) -> None:
    with reading(state) as looked:
        (gone,) = looked.execute("SELECT max(row) + 1 FROM articles WHERE row + 1 NOT IN (SELECT row FROM articles) "
                                 "AND row + 1 < (SELECT max(row) FROM articles)").fetchone()  # fmt: skip
    altered(state, f"INSERT INTO examples VALUES ('x', {gone}, 'text')")
    prune(state, "0d")
    with reading(state) as looked:
        assert looked.execute("SELECT count(*) FROM examples WHERE footer = 'x'").fetchone() == (0,)


def test_a_state_in_use_is_not_pruned(state: Path) -> None:
    with locked(state), pytest.raises(StateLockedError, match="in use by process"):
        prune(state, "0d")


def test_a_damaged_state_is_not_pruned(state: Path) -> None:
    (hashes,) = Path(f"{state}-columns").glob("*.hashes")
    hashes.write_bytes(bytes(hashes.stat().st_size))
    before = contents_of(state.parent)
    with pytest.raises(StateError, match="is damaged"):
        prune(state, "0d")
    assert contents_of(state.parent) == before | {f"{state}-lock": b""}


def test_what_is_no_time_prunes_nothing(state: Path) -> None:
    with pytest.raises(InputError, match="'3' is no time; wanted such as 90d"):
        prune(state, "3")


@pytest.mark.parametrize("step", ["forget", "finish", "put"])
def test_a_full_disk_while_pruning_leaves_the_state_as_it_was(
    state: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents_of(state.parent)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "forget":
        monkeypatch.setattr("dedup.store.shelf.Shelf.append_stems", full)
    else:
        monkeypatch.setattr(history.Replacement, step, full)
    with pytest.raises(StateError, match="No space left on device"):
        prune(state, "0d")
    monkeypatch.undo()
    after = contents_of(state.parent)
    assert {name: after[name] for name in before} == before
    assert check(state).problems == [] and not Path(f"{state}-new").exists()
