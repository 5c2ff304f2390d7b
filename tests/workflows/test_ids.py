"""What articles and clusters are called."""

from pathlib import Path

import pytest

import dedup
from tests.stories import groups, member_ids, record, story, write_records, write_texts


def test_the_id_of_a_file_is_its_path_below_the_scanned_folder(tmp_path: Path) -> None:
    write_texts(tmp_path, {"wire/a.txt": story(1), "b.txt": story(1)})
    assert groups(dedup.scan([tmp_path])) == [{"wire/a.txt", "b.txt"}]


def test_ids_that_collide_get_the_path_of_their_file(tmp_path: Path) -> None:
    write_records(tmp_path / "a.jsonl", [record("7", story(1)), record("8", story(1))])
    write_records(tmp_path / "sub" / "b.jsonl", [record("7", story(1))])
    assert groups(dedup.scan([tmp_path])) == [{"a.jsonl#7", "8", "sub/b.jsonl#7"}]


def test_ids_that_collide_are_counted(tmp_path: Path) -> None:
    write_records(tmp_path / "a.jsonl", [record("7", story(1)), record("8", story(1))])
    write_records(tmp_path / "b.jsonl", [record("7", story(1))])
    assert dedup.scan([tmp_path]).counts.renamed_articles == 2


def test_ids_that_differ_are_left_alone(sample_report: dedup.Report) -> None:
    assert sample_report.counts.renamed_articles == 0


def test_ids_that_collide_in_one_file_get_a_number_too(tmp_path: Path) -> None:
    write_records(tmp_path / "a.jsonl", [record("7", story(1))] * 3)
    assert groups(dedup.scan([tmp_path])) == [{"a.jsonl#7", "a.jsonl#7#2", "a.jsonl#7#3"}]


def test_a_given_path_never_takes_the_id_of_another_article(tmp_path: Path) -> None:
    write_records(tmp_path / "a.jsonl", [record("7", story(1)), record("a.jsonl#7", story(1)), record("7", story(1))])
    assert groups(dedup.scan([tmp_path])) == [{"a.jsonl#7", "a.jsonl#7#2", "a.jsonl#7#3"}]


def test_files_of_the_same_name_in_two_scanned_folders_are_two_articles(tmp_path: Path) -> None:
    folders = [write_texts(tmp_path / name, {"a.txt": story(1)}) for name in ("monday", "tuesday")]
    report = dedup.scan(folders)
    assert (report.counts.articles, report.counts.renamed_articles) == (2, 2)
    assert groups(report) == [{"a.txt#a.txt", "a.txt#a.txt#2"}]


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        ({"a": "2024-03-05", "b": "2024-03-04", "c": "2024-03-06"}, "b"),
        ({"a": None, "b": None, "c": "2024-03-06"}, "c"),
        ({"a": "2024-03-05T10:00:00Z", "b": "2024-03-05T09:00:00+02:00", "c": None}, "b"),
        ({"a": "2024-03-05", "b": "2024-03-05", "c": "2024-03-05"}, "a"),
        ({"a": None, "b": None, "c": None}, "a"),
        ({"a": "no date", "b": "no date", "c": "1 March 2024"}, "c"),
    ],
)
def test_a_cluster_is_called_after_the_first_published_else_the_first_in_order(
    tmp_path: Path, dates: dict[str, str | None], first: str
) -> None:
    write_records(tmp_path / "day.jsonl", [record(id_, story(1), published=date) for id_, date in dates.items()])
    cluster = dedup.scan([tmp_path]).clusters[0]
    assert cluster.id == cluster.original.id == cluster.members[0].id == first


def test_among_files_without_date_the_first_path_is_the_original(tmp_path: Path) -> None:
    write_texts(tmp_path, {name: story(1) for name in ("z.txt", "b/y.txt", "b/x.txt")})
    assert dedup.scan([tmp_path]).clusters[0].original.id == "b/x.txt"


def test_the_original_comes_first_and_the_others_follow_in_order_of_id(tmp_path: Path) -> None:
    dates = {"d": None, "a": "2024-03-05", "c": "2024-03-04", "b": None}
    write_records(tmp_path / "day.jsonl", [record(id_, story(1), published=date) for id_, date in dates.items()])
    assert [member.id for member in dedup.scan([tmp_path]).clusters[0].members] == ["c", "a", "b", "d"]


def test_clusters_come_by_size_and_then_by_id(tmp_path: Path) -> None:
    pages = [record(f"{name}{i}", story(seed)) for seed, name in enumerate("dab") for i in range(2)]
    write_records(tmp_path / "day.jsonl", [*pages, record("b9", story(2))])
    assert [cluster.id for cluster in dedup.scan([tmp_path]).clusters] == ["b0", "a0", "d0"]


def test_what_a_record_says_of_itself_is_in_the_report(tmp_path: Path) -> None:
    said = {"title": "No boats", "source": "The Kelmouth Courier", "published": "2024-03-05"}
    write_records(tmp_path / "wire" / "day.jsonl", [record("a", story(1), **said), record("b", story(1))])
    a, b = dedup.scan([tmp_path]).clusters[0].members
    assert (a.path, a.title, a.source, a.published) == ("wire/day.jsonl", *said.values())
    assert (b.title, b.source, b.published, b.first_seen) == (None, None, None, None)


@pytest.mark.parametrize("rivals", [2, 3, 4])
def test_the_confidence_in_an_original_is_shared_among_those_that_may_be_it(tmp_path: Path, rivals: int) -> None:
    write_records(tmp_path / "day.jsonl", [record(f"{i}", story(1)) for i in range(rivals)])
    assert dedup.scan([tmp_path]).clusters[0].original.confidence == round(1 / rivals, 4)


def test_the_evidence_for_an_original_speaks_of_a_member(sample_report: dedup.Report) -> None:
    for cluster in sample_report.clusters:
        assert {evidence.article for evidence in cluster.original.evidence} <= member_ids(cluster)
