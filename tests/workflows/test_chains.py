"""Many like pages are one cluster; chains and round-ups are none."""

from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup.settings import Settings
from tests.stories import groups, record, story, words, write_records
from tests.workflows import plain


def scan_records(folder: Path, records: list[dict[str, Any]], **options: float) -> dedup.Report:
    write_records(folder / "day.jsonl", records)
    return dedup.scan([folder], settings=Settings.from_dict(options), jobs=1)


def test_two_hundred_identical_pages_are_one_cluster(tmp_path: Path) -> None:
    report = scan_records(tmp_path, [record(f"p{i:03}", story(1)) for i in range(200)])
    assert groups(report) == [{f"p{i:03}" for i in range(200)}]
    assert {member.relation for member in report.clusters[0].members[1:]} == {"identical"}


def test_three_hundred_pages_that_differ_in_a_line_are_one_cluster(tmp_path: Path) -> None:
    pages = [record(f"p{i:03}", f"{story(1)} {story(1000 + i, 10)}") for i in range(300)]
    assert len(pages) > Settings().whole_bucket
    report = scan_records(tmp_path, pages)
    assert groups(report) == [{f"p{i:03}" for i in range(300)}]
    assert {member.relation for member in report.clusters[0].members[1:]} == {"near"}


def test_three_stories_of_a_hundred_near_copies_each_stay_apart(tmp_path: Path) -> None:
    pages = [record(f"{s}-{i:03}", f"{story(s)} {story(1000 + i, 10)}") for s in range(3) for i in range(100)]
    assert sorted(map(min, groups(scan_records(tmp_path, pages)))) == ["0-000", "1-000", "2-000"]


def test_large_buckets_give_the_clusters_that_small_ones_give(tmp_path: Path) -> None:
    pages = [record(f"{s}-{i:03}", f"{story(s)} {story(1000 + i, 10)}") for s in range(3) for i in range(40)]
    paired = scan_records(tmp_path, pages, whole_bucket=1000)
    pivoted = scan_records(tmp_path, pages, whole_bucket=2)
    assert paired.clusters == pivoted.clusters


def test_a_limit_that_leaves_articles_uncompared_is_in_the_report(tmp_path: Path) -> None:
    pages = [record(f"{i}", f"{story(1, 100)} {story(1000 + i, 100)}") for i in range(40)]
    report = scan_records(tmp_path, pages, whole_bucket=2, max_pivots=1, min_resemblance=0.5, set_aside_footers=False)
    assert [(hit.setting, hit.value) for hit in report.run.limits_hit] == [("max_pivots", 1)]
    assert report.run.limits_hit[0].count > 0


def test_no_limit_is_hit_in_the_sample(sample_report: dedup.Report) -> None:
    assert sample_report.run.limits_hit == []


def chain(links: int, *, size: int, step: int) -> list[str]:
    """Texts that each begin ``step`` words further on in one long text."""
    whole = words(1, size + step * (links - 1))
    return [" ".join(whole[step * i : step * i + size]) for i in range(links)]


@pytest.fixture
def sliding() -> list[str]:
    found = chain(20, size=200, step=60)
    assert plain.containment(found[0], found[1]) > 0.69
    assert plain.resemblance(found[0], found[-1]) == 0
    return found


def test_a_chain_whose_ends_share_nothing_is_not_one_cluster(tmp_path: Path, sliding: list[str]) -> None:
    report = scan_records(tmp_path, [record(f"c{i:02}", text) for i, text in enumerate(sliding)])
    assert len(report.clusters) > 1


def test_no_cluster_of_a_chain_holds_two_articles_that_share_nothing(tmp_path: Path, sliding: list[str]) -> None:
    report = scan_records(tmp_path, [record(f"c{i:02}", text) for i, text in enumerate(sliding)])
    for group in groups(report):
        found = [sliding[int(id_[1:])] for id_ in group]
        assert all(plain.resemblance(left, right) > 0 for left in found for right in found)


@pytest.mark.parametrize("whole_bucket", [2, 64])
@pytest.mark.parametrize("step", [6, 10, 20, 40])
def test_no_cluster_of_a_slow_chain_holds_two_articles_that_share_nothing(
    tmp_path: Path, step: int, whole_bucket: int
) -> None:
    found = chain(45, size=200, step=step)
    report = scan_records(tmp_path, [record(f"c{i:02}", t) for i, t in enumerate(found)], whole_bucket=whole_bucket)
    strangers = [
        (left, right)
        for group in groups(report)
        for left in group
        for right in group
        if not plain.shingles(found[int(left[1:])]) & plain.shingles(found[int(right[1:])])
    ]
    assert strangers == []


@pytest.mark.parametrize("copies", [1, 4])
def test_a_round_up_does_not_merge_the_stories_that_it_holds(tmp_path: Path, copies: int) -> None:
    pages = [record(f"{s}-{i}", f"{story(s)} {story(1000 + 10 * s + i, 8)}") for s in (1, 2) for i in range(copies)]
    pages.append(record("round-up", f"{story(1)} {story(2)}"))
    for group in groups(scan_records(tmp_path, pages)):
        assert len({id_[0] for id_ in group if id_ != "round-up"}) <= 1


def test_several_round_ups_of_two_stories_do_not_merge_them(tmp_path: Path) -> None:
    pages = [record("1", story(1)), record("2", story(2))]
    pages += [record(f"r{i}", f"{story(1)} {story(2)} {story(1000 + i, 8)}") for i in range(9)]
    assert not any({"1", "2"} <= group for group in groups(scan_records(tmp_path, pages)))


def test_no_cluster_of_eight_windows_on_one_text_holds_two_that_share_nothing(tmp_path: Path) -> None:
    spans = [(160, 270), (170, 420), (150, 370), (170, 370), (130, 350), (220, 470), (290, 480), (250, 440)]
    whole = words(5, 480)
    pages = [record(f"{i}", " ".join(whole[slice(*span)])) for i, span in enumerate(spans)]
    report = scan_records(tmp_path, pages, min_whole_words=1000, min_excerpt_words=1000)
    assert not any({"0", "6"} <= group for group in groups(report))
