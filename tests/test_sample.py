"""The sample collection, scanned with the defaults, against what its authors did to each text."""

import csv
from pathlib import Path

import pytest

import dedup
from dedup.model import Article, Relation, Unreadable
from dedup.readers import batches, read
from dedup.workflows.compare import compare
from tests.stories import groups

GOLD = Path(__file__).parents[1] / "data" / "gold.tsv"

with GOLD.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines, delimiter="\t"))


def ids(*relations: str) -> list[str]:
    return [row["id"] for row in ROWS if row["relation"] in relations]


ORIGINAL_OF = {row["id"]: row["to"] for row in ROWS if row["relation"] in ("identical", "near", "spun", "excerpt")}
STORY_OF = {row["id"]: row["cluster"] for row in ROWS}


@pytest.fixture(scope="module")
def articles(sample: Path) -> dict[str, Article]:
    settings = dedup.Settings()
    work = [batch for batch in batches([sample], settings) if not isinstance(batch, Unreadable)]
    found = [article for batch in work for article in read(batch, settings)]
    return {article.id: article for article in found if isinstance(article, Article)}


@pytest.fixture(scope="module")
def cluster_of(sample_report: dedup.Report) -> dict[str, set[str]]:
    """The ids of each article's cluster; of those in none, only its own."""
    return {row["id"]: {row["id"]} for row in ROWS} | {id_: group for group in groups(sample_report) for id_ in group}


def test_the_gold_names_every_article_of_the_sample_and_no_other(articles: dict[str, Article]) -> None:
    assert sorted(articles) == sorted(row["id"] for row in ROWS)


def test_every_file_of_the_sample_can_be_read(sample_report: dedup.Report) -> None:
    assert sample_report.unreadable == []
    assert sample_report.counts.articles == len(ROWS)


def test_the_partners_in_the_gold_are_articles_of_the_sample() -> None:
    partners = {partner for row in ROWS for partner in row["to"].split(";") if partner}
    assert partners <= {row["id"] for row in ROWS}


@pytest.mark.parametrize("id_", ids("identical", "near"))
def test_a_copy_is_clustered_with_its_original(cluster_of: dict[str, set[str]], id_: str) -> None:
    assert ORIGINAL_OF[id_] in cluster_of[id_]


@pytest.mark.parametrize("id_", ids("identical"))
def test_a_copy_of_the_whole_text_is_identical_to_its_original(articles: dict[str, Article], id_: str) -> None:
    assert compare(articles[id_], articles[ORIGINAL_OF[id_]]).relation == Relation.IDENTICAL


@pytest.mark.parametrize("id_", ids("unrelated"))
def test_an_article_that_is_no_copy_is_clustered_with_nobody(cluster_of: dict[str, set[str]], id_: str) -> None:
    assert cluster_of[id_] == {id_}


def test_no_cluster_holds_articles_of_two_stories(sample_report: dedup.Report) -> None:
    for group in groups(sample_report):
        copies = group - set(ids("container"))
        assert len({STORY_OF[id_] for id_ in copies}) <= 1


@pytest.mark.parametrize("story", sorted({row["cluster"] for row in ROWS if row["relation"] == "original"}))
def test_the_original_is_found_where_anything_tells(sample_report: dedup.Report, story: str) -> None:
    right = next(row["id"] for row in ROWS if row["cluster"] == story and row["relation"] == "original")
    (hypothesis,) = (
        cluster.original for cluster in sample_report.clusters if right in {member.id for member in cluster.members}
    )
    if story == "school-meals":  # neither has a date or a mark
        assert hypothesis.confidence <= 0.5
    else:
        assert hypothesis.id == right and hypothesis.confidence > 0.8


def test_every_spun_copy_is_clustered_with_its_original(cluster_of: dict[str, set[str]]) -> None:
    assert [id_ for id_ in ids("spun") if ORIGINAL_OF[id_] not in cluster_of[id_]] == []


def test_every_excerpt_is_clustered_with_its_original(cluster_of: dict[str, set[str]]) -> None:
    assert [id_ for id_ in ids("excerpt") if ORIGINAL_OF[id_] not in cluster_of[id_]] == []


def test_no_container_is_a_member_of_a_cluster(cluster_of: dict[str, set[str]]) -> None:
    assert [id_ for id_ in ids("container") if cluster_of[id_] != {id_}] == []
