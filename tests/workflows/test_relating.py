"""Parts of stories, grown stories and round-ups, from records to report."""

from pathlib import Path
from typing import Any

import pytest

import dedup
from dedup.model import Cluster
from dedup.settings import Settings
from tests.stories import groups, record, story, words, write_records
from tests.workflows import plain

VISIT = Path(__file__).parents[1] / "cases" / "visit"


def scan_texts(folder: Path, texts: dict[str, str], **options: Any) -> dedup.Report:
    write_records(folder / "day.jsonl", [record(id_, text) for id_, text in texts.items()])
    return dedup.scan([folder], settings=Settings.from_dict(options), jobs=1)


def relation(cluster: Cluster, id_: str) -> tuple[str, str | None]:
    """What a member is, and to whom."""
    return next((member.relation, member.to) for member in cluster.members if member.id == id_)


def containers(report: dedup.Report) -> dict[str, set[str]]:
    """The stories that stand in each container."""
    return {container.id: {story.id for story in container.contains} for container in report.containers}


def sentences(seed: int, count: int, length: int) -> list[str]:
    run = words(seed, count * length)
    return [" ".join(run[at : at + length]).capitalize() + "." for at in range(0, len(run), length)]


# ---- parts of stories --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [150, 300, 900])
def test_the_first_half_of_a_story_is_a_copy_of_it(tmp_path: Path, size: int) -> None:
    whole = words(1, size)
    report = scan_texts(tmp_path, {"half": " ".join(whole[: size // 2]), "whole": " ".join(whole), "x": story(2)})
    assert groups(report) == [{"half", "whole"}]
    assert {member.relation for member in report.clusters[0].members} <= {"original", "near", "excerpt"}


def test_three_sentences_of_thirty_words_out_of_a_long_page_are_an_excerpt_of_it(tmp_path: Path) -> None:
    page = sentences(1, 30, 30)
    report = scan_texts(tmp_path, {"page": " ".join(page), "part": " ".join(page[11:14]), "x": story(2, 900)})
    assert groups(report) == [{"page", "part"}]
    assert "excerpt" in {member.relation for member in report.clusters[0].members}
    assert report.containers == []


def test_sentences_from_here_and_there_in_a_page_are_an_excerpt_of_it(tmp_path: Path) -> None:
    page = sentences(1, 30, 30)
    report = scan_texts(tmp_path, {"page": " ".join(page), "part": " ".join([page[2], page[12], *page[20:22]])})
    assert groups(report) == [{"page", "part"}]


def test_an_excerpt_stands_in_the_cluster_of_its_page_with_the_copies_of_that(tmp_path: Path) -> None:
    page = words(1, 600)
    texts = {f"copy {i}": " ".join([*page, *words(100 + i, 20)]) for i in range(3)}
    report = scan_texts(tmp_path, {**texts, "part": " ".join(page[200:300]), "x": story(2, 600)})
    assert groups(report) == [{*texts, "part"}]
    assert relation(report.clusters[0], "part")[0] in ("excerpt", "original")


def test_two_excerpts_that_share_nothing_stand_in_the_cluster_of_the_page_that_both_come_from(tmp_path: Path) -> None:
    topic = words(7, 20)
    page = [
        " ".join(f"{name} {word}" for name, word in zip(topic, words(10 + i, 20), strict=True)) for i in range(12)
    ]
    texts = {"page": " ".join(page), "one": " ".join(page[:3]), "other": " ".join(page[8:11])}
    assert groups(scan_texts(tmp_path, texts)) == [set(texts)]


def test_a_page_of_which_two_parts_share_neither_words_nor_topic_is_taken_for_a_container(tmp_path: Path) -> None:
    page = words(1, 600)
    report = scan_texts(tmp_path, {"page": " ".join(page), "1": " ".join(page[:90]), "2": " ".join(page[500:600])})
    assert groups(report) == []
    assert containers(report) == {"page": {"1", "2"}}


def test_a_story_with_five_new_paragraphs_is_still_that_story(tmp_path: Path) -> None:
    told = sentences(1, 8, 30)
    grown = [*told, *sentences(2, 5, 40)]
    report = scan_texts(tmp_path, {"told": "\n\n".join(told), "grown": "\n\n".join(grown), "x": story(3, 300)})
    assert groups(report) == [{"told", "grown"}]
    assert report.containers == []


def test_a_story_of_which_a_fifth_stands_in_another_is_no_copy(tmp_path: Path) -> None:
    shared = words(1, 60)
    texts = {f"{i}": " ".join([*shared, *words(10 + i, 240)]) for i in range(2)}
    assert groups(scan_texts(tmp_path, texts)) == []


def test_a_statement_of_sixty_words_makes_no_copies_of_two_reports_that_quote_it(tmp_path: Path) -> None:
    statement = words(1, 60)
    texts = {f"{i}": " ".join([*words(10 + i, 80), *statement, *words(20 + i, 80)]) for i in range(2)}
    report = scan_texts(tmp_path, texts)
    assert groups(report) == [] and report.borderline == []


def test_the_statement_itself_is_an_excerpt_of_one_of_the_two_and_joins_them_not(tmp_path: Path) -> None:
    statement = words(1, 60)
    texts = {f"{i}": " ".join([*words(10 + i, 80), *statement, *words(20 + i, 90 + i)]) for i in range(2)}
    assert groups(scan_texts(tmp_path, {**texts, "statement": " ".join(statement)})) == [{"1", "statement"}]


@pytest.mark.parametrize(("size", "copies"), [(49, False), (50, True)])
def test_a_short_text_that_stands_whole_in_another_is_a_copy_from_fifty_words_on(
    tmp_path: Path, size: int, copies: bool
) -> None:
    page = words(1, 400)
    report = scan_texts(tmp_path, {"page": " ".join(page), "part": " ".join(page[100 : 100 + size])})
    assert groups(report) == ([{"page", "part"}] if copies else [])


# ---- round-ups ---------------------------------------------------------------------------------------------------


@pytest.fixture
def round_up() -> dict[str, str]:
    """Three stories with a copy each, and the round-up of the three."""
    texts = {f"{i}": story(i, 150) for i in range(3)}
    copies = {f"{i} again": f"{text} {story(100 + int(i), 10)}" for i, text in texts.items()}
    return {**texts, **copies, "round-up": "\n\n".join(texts.values())}


def test_a_round_up_is_listed_with_its_stories_and_stands_in_no_cluster(
    tmp_path: Path, round_up: dict[str, str]
) -> None:
    report = scan_texts(tmp_path, round_up)
    assert sorted(map(sorted, groups(report))) == [[f"{i}", f"{i} again"] for i in range(3)]
    assert set(containers(report)) == {"round-up"}
    assert {"0", "1", "2"} <= containers(report)["round-up"] <= set(round_up)


def test_what_a_container_holds_of_a_story_is_its_containment(tmp_path: Path, round_up: dict[str, str]) -> None:
    report = scan_texts(tmp_path, round_up)
    for held in report.containers[0].contains:
        assert held.containment == round(plain.containment(round_up[held.id], round_up["round-up"]), 4)


@pytest.mark.parametrize("stories", [2, 3, 12])
def test_a_round_up_of_any_number_of_stories_is_a_container(tmp_path: Path, stories: int) -> None:
    texts = {f"{i}": story(i, 150) for i in range(stories)}
    report = scan_texts(tmp_path, {**texts, "round-up": "\n\n".join(texts.values())})
    assert groups(report) == []
    assert containers(report) == {"round-up": set(texts)}


def test_copies_of_a_round_up_are_a_cluster_and_each_of_them_a_container(
    tmp_path: Path, round_up: dict[str, str]
) -> None:
    report = scan_texts(tmp_path, {**round_up, "round-up 2": f"{round_up['round-up']} {story(50, 8)}"})
    assert {"round-up", "round-up 2"} in groups(report)
    assert set(containers(report)) == {"round-up", "round-up 2"}


def test_excerpts_of_the_stories_of_a_round_up_do_not_stand_with_the_round_up(
    tmp_path: Path, round_up: dict[str, str]
) -> None:
    parts = {f"{i} part": " ".join(words(i, 150)[30:120]) for i in range(3)}
    report = scan_texts(tmp_path, {**round_up, **parts})
    assert sorted(map(sorted, groups(report))) == [[f"{i}", f"{i} again", f"{i} part"] for i in range(3)]


# ---- other words -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> dedup.Report:
    texts = {name: (VISIT / f"{name}.txt").read_text("utf-8") for name in ("original", "respun", "independent")}
    return scan_texts(tmp_path_factory.mktemp("visit"), {**texts, "x": story(2, 400)})


def test_a_story_and_its_rewording_are_a_cluster_without_the_report_of_another(visit: dedup.Report) -> None:
    assert groups(visit) == [{"original", "respun"}]
    assert "spun" in {member.relation for member in visit.clusters[0].members}


def test_a_spun_copy_says_how_sure_it_is(visit: dedup.Report) -> None:
    copy = next(member for member in visit.clusters[0].members if member.relation == "spun")
    assert copy.rewrite is not None and copy.rewrite >= Settings().min_rewrite


def test_borderline_pairs_are_in_no_cluster_together(tmp_path: Path) -> None:
    texts = {name: (VISIT / f"{name}.txt").read_text("utf-8") for name in ("original", "respun", "independent")}
    report = scan_texts(tmp_path, texts, min_rewrite=1.0, min_review=0.0001)
    assert {"original", "respun"} in [{pair.left, pair.right} for pair in report.borderline]
    assert all(not {pair.left, pair.right} <= group for pair in report.borderline for group in groups(report))
    assert all(0.0001 <= pair.rewrite < 1.0 for pair in report.borderline)
