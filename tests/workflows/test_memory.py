"""What a scan with a state reads again, and what it does not."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup import steps
from dedup.errors import TimeUp
from dedup.readers import encodings, lines
from dedup.readers import folder as walk
from dedup.settings import Settings
from dedup.store import state as store
from dedup.workflows import memory, nightly
from tests.stories import record, story, told, words, write_records, write_texts

GRAIN_SECONDS = 0.02


class Reader:
    """Scans a folder with a state, and notes what was taken apart."""

    def __init__(self, folder: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.state = folder, state
        self.read: list[str] = []
        """The paths of the articles that were taken apart in the last scan."""

        readings = steps.readings

        def noted(batch: Any, settings: Settings) -> Iterator[Any]:
            for one in readings(batch, settings):
                yield one._replace(found=self._noted(one.found))

        monkeypatch.setattr(steps, "readings", noted)

    def _noted(self, found: Any) -> Iterator[Any]:
        for one in found:
            if isinstance(one, dedup.Article):
                self.read.append(one.id)
            yield one

    def scan(self, *, settled: bool = True, **options: Any) -> dedup.Report:
        """Tonight's report."""
        if settled:
            time.sleep(1.5 * GRAIN_SECONDS)
        self.read.clear()
        return dedup.scan([self.folder], state=self.state, jobs=1, **options)

    def fresh(self, **options: Any) -> dedup.Report:
        """What a scan without a state says; not noted."""
        read = [*self.read]
        report = dedup.scan([self.folder], jobs=1, **options)
        self.read[:] = read
        return report


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr(memory, "GRAIN_NS", int(GRAIN_SECONDS * 1e9))
    monkeypatch.setattr(walk, "_OWN_BLOCKS", 1000)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 3000)
    monkeypatch.setattr(encodings, "_PIECE", 1000)
    folder = write_texts(tmp_path / "articles", {f"{i}.txt": story(i // 2) for i in range(6)})
    return Reader(folder, tmp_path / "state.db", monkeypatch)


def test_only_new_and_changed_files_are_taken_apart(reader: Reader) -> None:
    first = reader.scan()
    assert len(reader.read) == 6
    write_texts(reader.folder, {"3.txt": story(9), "new/7.txt": story(0)})
    (reader.folder / "5.txt").unlink()
    second = reader.scan()
    assert reader.read == ["3.txt", "new/7.txt"]
    counts = second.counts
    assert (counts.new_articles, counts.removed_articles, counts.changed_articles) == (1, 1, 1)
    assert (first.counts.new_articles, first.counts.removed_articles, first.counts.changed_articles) == (6, 0, 0)


def test_a_touched_file_is_known_by_its_bytes(reader: Reader) -> None:
    reader.scan()
    (reader.folder / "1.txt").touch()
    assert reader.scan().counts.changed_articles == 0
    assert reader.read == []


def test_a_file_rewritten_at_once_with_the_same_size_and_time_is_not_missed(reader: Reader) -> None:
    file = reader.folder / "1.txt"
    before = file.stat()
    reader.scan(settled=False)
    file.write_text(story(0)[:-4] + "gone", "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert reader.scan(settled=False).counts.changed_articles == 1


def test_of_a_feed_that_grew_only_its_last_block_is_taken_apart(reader: Reader) -> None:
    feed = [record(f"r{i}", story(20 + i)) for i in range(30)]
    write_records(reader.folder / "feed.jsonl", feed)
    reader.scan()
    write_records(reader.folder / "feed.jsonl", [*feed, record("late", story(20))])
    report = reader.scan()
    assert "late" in reader.read
    assert len(reader.read) <= 6
    assert (report.counts.new_articles, report.counts.changed_articles) == (1, 0)
    assert told(report) == told(reader.fresh())


def test_a_feed_that_did_not_grow_is_not_opened(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    write_records(reader.folder / "feed.jsonl", [record(f"r{i}", story(20 + i)) for i in range(30)])
    reader.scan()
    opened = []
    monkeypatch.setattr("dedup.readers.big.open_file", lambda name, _: opened.append(name))
    reader.scan()
    assert opened == []


def test_what_could_not_be_read_is_tried_again_and_its_reason_stays(reader: Reader) -> None:
    write_texts(reader.folder, {"empty.txt": ""})
    (reader.folder / "bad.jsonl").write_bytes(b'{"id": "a", "text": "one"}\n{broken\n')
    first = reader.scan()
    second = reader.scan()
    assert [bad.path for bad in second.unreadable] == ["bad.jsonl:2", "empty.txt"]
    assert second.unreadable == first.unreadable == reader.fresh().unreadable


def test_articles_that_share_an_id_are_named_as_in_a_fresh_scan(reader: Reader) -> None:
    write_records(reader.folder / "a.jsonl", [record("x", story(1)), record("x", story(2))])
    reader.scan()
    write_records(reader.folder / "b.jsonl", [record("x", story(3))])
    assert told(reader.scan()) == told(reader.fresh())
    (reader.folder / "a.jsonl").unlink()
    report = reader.scan()
    assert told(report) == told(reader.fresh())
    assert report.counts.renamed_articles == 0


def test_a_scan_that_is_stopped_keeps_what_it_read(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(stage: str, articles: int) -> None:
        if stage == "comparing":
            raise TimeUp("enough")

    with pytest.raises(TimeUp):
        reader.scan(progress=stop)
    assert len(reader.read) == 6
    report = reader.scan()
    assert reader.read == []
    assert report.counts.new_articles == 6
    assert told(report) == told(reader.fresh())


def test_after_a_checkpoint_nothing_is_saved_twice(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "CHECKPOINT_SECONDS", 0)
    reader.scan()
    write_texts(reader.folder, {"3.txt": story(9), "7.txt": story(0)})
    write_records(reader.folder / "feed.jsonl", [record(f"r{i}", story(20 + i)) for i in range(30)])
    for _ in range(2):
        assert told(reader.scan()) == told(reader.fresh())
    assert reader.read == []


def test_a_state_that_was_compacted_gives_the_same_report(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    reader.scan()
    monkeypatch.setattr(store, "LEAST_WASTE", 0)
    monkeypatch.setattr(store, "MOST_WASTE", 0.0)
    write_texts(reader.folder, {"0.txt": story(9), "3.txt": story(9), "7.txt": story(0)})
    (reader.folder / "2.txt").unlink()
    assert told(reader.scan()) == told(reader.fresh())
    assert {file.stem for file in store.columns_of(reader.state).iterdir()} == {"1"}
    assert told(reader.scan()) == told(reader.fresh())
    assert reader.read == []
    assert {file.stem for file in store.columns_of(reader.state).iterdir()} == {"1"}


def test_clusters_keep_their_names_and_times_while_they_grow_merge_and_end(reader: Reader) -> None:
    first = reader.scan()
    assert {(one.id, one.state) for one in first.clusters} == {("0.txt", "new"), ("2.txt", "new"), ("4.txt", "new")}
    bridge = " ".join(word for seed in (0, 1) for word in words(seed, 120))
    write_texts(reader.folder, {"a.txt": story(0), "0.txt": bridge, "2.txt": bridge})
    (reader.folder / "4.txt").unlink()
    second = reader.scan()
    by_id = {one.id: one for one in second.clusters}
    assert by_id["0.txt"].first_seen == first.run.started
    assert [(one.id, one.end) for one in second.ended if one.id == "4.txt"] == [("4.txt", "dissolved")]
    seen = {member.id: member.first_seen for one in second.clusters for member in one.members}
    assert seen["a.txt"] == second.run.started
    assert seen["0.txt"] == first.run.started


def test_an_article_that_comes_back_was_seen_when_it_was_first_there(reader: Reader) -> None:
    first = reader.scan()
    text = (reader.folder / "1.txt").read_text("utf-8")
    (reader.folder / "1.txt").unlink()
    assert reader.scan().counts.removed_articles == 1
    write_texts(reader.folder, {"1.txt": text})
    third = reader.scan()
    assert third.counts.new_articles == 1
    seen = {member.id: member.first_seen for one in third.clusters for member in one.members}
    assert seen["1.txt"] == first.run.started


def test_without_footers_set_aside_a_state_serves_as_well(reader: Reader) -> None:
    settings = Settings(set_aside_footers=False)
    reader.scan(settings=settings)
    write_texts(reader.folder, {"7.txt": story(0)})
    assert told(reader.scan(settings=settings)) == told(reader.fresh(settings=settings))


def test_a_state_follows_other_folders(reader: Reader, tmp_path: Path) -> None:
    reader.scan()
    other = write_texts(tmp_path / "other", {"0.txt": story(0), "1.txt": story(0)})
    report = dedup.scan([other], state=reader.state, jobs=1)
    assert told(report) == told(dedup.scan([other], jobs=1))
    assert report.counts.removed_articles == 4


def test_a_report_that_cannot_be_delivered_leaves_the_state_as_it_was(reader: Reader) -> None:
    reader.scan()
    before = reader.state.read_bytes()
    write_texts(reader.folder, {"7.txt": story(0)})

    def fail(_: dedup.Report) -> None:
        raise dedup.OutputError("no room")

    with pytest.raises(dedup.OutputError):
        reader.scan(deliver=fail)
    assert reader.state.read_bytes() == before
    assert reader.scan().counts.new_articles == 1


def test_the_example_of_a_learned_footer_is_right_when_its_edges_move(reader: Reader) -> None:
    menu = words(99, 40)
    write_texts(reader.folder, {f"m{i}.txt": f"{story(30 + i)}\n\n{' '.join(menu[:30])}" for i in range(6)})
    assert told(reader.scan()) == told(reader.fresh())
    write_texts(reader.folder, {f"n{i}.txt": f"{story(50 + i)}\n\n{' '.join(menu)}" for i in range(9)})
    assert told(reader.scan()) == told(reader.fresh())
