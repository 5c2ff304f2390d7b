import pytest

from dedup.clusters.origin import MOST, original
from dedup.model import Article, Heads


def heads(*published: str | None) -> Heads:
    made = Heads()
    articles = [Article(f"a{number}", f"a{number}", "text", published=when) for number, when in enumerate(published)]
    made.add(articles, [()] * len(articles))
    return made


@pytest.mark.parametrize(
    ("published", "first"),
    [
        ((None, None), 0),
        (("2024-03-02", "2024-03-01"), 1),
        ((None, "2024-03-01"), 1),
        (("2024-03-01T09:00:00Z", "2024-03-01T08:59:59Z", None), 1),
        (("2024-03-01", "2024-03-01"), 0),
    ],
)
def test_the_original_is_the_one_first_published_else_the_first_in_order(
    published: tuple[str | None, ...], first: int
) -> None:
    found, hypothesis = original(list(range(len(published))), heads(*published))
    assert found == first
    assert hypothesis.id == f"a{first}"


@pytest.mark.parametrize("published", [None, "2024-03-01"])
def test_of_equal_claims_the_first_in_order_of_path_wins_whatever_its_id(published: str | None) -> None:
    found = Heads()
    found.add(
        [
            Article("a", "late.jsonl", "text", published=published),
            Article("b", "early.jsonl", "text", published=published),
        ],
        [(), ()],
    )
    assert original([0, 1], found)[1].id == "b"


def test_the_evidence_names_the_time_and_the_article() -> None:
    _, hypothesis = original([0, 1], heads("2024-03-02", "2024-03-01"))
    (reason,) = hypothesis.evidence
    assert (reason.kind, reason.value, reason.article) == ("published", "2024-03-01", "a1")


@pytest.mark.parametrize(
    ("published", "confidence"),
    [(("2024-03-01", "2024-03-02"), MOST), ((None, None, None, None), 0.25), (("2024-03-01", None, None), 0.3333)],
)
def test_the_confidence_falls_with_the_number_of_members_that_may_be_it(
    published: tuple[str | None, ...], confidence: float
) -> None:
    assert original(list(range(len(published))), heads(*published))[1].confidence == confidence
