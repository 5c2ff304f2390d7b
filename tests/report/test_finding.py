import pytest

from dedup.errors import InputError
from dedup.report.finding import cluster_of, did_you_mean

DOCUMENT = {
    "clusters": [
        {"id": "old", "members": [{"id": "a"}, {"id": "b"}]},
        {"id": "b", "members": [{"id": "c"}, {"id": "news/fire-in-estrin.txt"}]},
    ]
}


@pytest.mark.parametrize(("name", "cluster"), [("old", "old"), ("a", "old"), ("b", "b"), ("c", "b")])
def test_a_cluster_is_found_by_its_id_and_else_by_that_of_an_article(name: str, cluster: str) -> None:
    assert cluster_of(DOCUMENT, name)["id"] == cluster


def test_the_error_for_an_unknown_id_names_those_that_hold_it() -> None:
    with pytest.raises(InputError, match=r"'estrin'.*did you mean news/fire-in-estrin\.txt"):
        cluster_of(DOCUMENT, "estrin")


def test_nothing_is_offered_where_nothing_is_close() -> None:
    assert did_you_mean("zebra", ["a", "b"]) == ""
