import orjson
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Passage
from dedup.report.page.data import ARTICLES_OF_FOOTER, page_data
from dedup.report.page.texts import ArticleText, Texts
from tests.report.page.made import Json, cluster, footer, large, member, report


def two(**fields: object) -> Json:
    return report([cluster([member("a", "original", None), member("b", "near", "a")])], **fields)


def test_columns_have_an_entry_for_each_cluster_and_member() -> None:
    document, texts = large(50)
    head = page_data(document, texts).head
    count = sum(one["size"] for one in document["clusters"])
    assert {len(column) for column in head["members"].values()} == {count}
    assert head["clusters"]["first"][-1] == count
    assert head["clusters"]["id"] == [one["id"] for one in document["clusters"]]


def test_parts_hold_all_clusters_in_order_and_say_where_they_begin() -> None:
    document, texts = large(900, text_bytes=1 << 20)
    data = page_data(document, texts)
    assert len(data.parts) > 2
    begins = [sum(map(len, data.parts[:n])) for n in range(len(data.parts))]
    assert data.head["parts"] == begins
    sizes = [len(rest["members"]) for part in data.parts for rest in part]
    assert sizes == [one["size"] for one in document["clusters"]]


def test_a_partner_is_told_by_its_place_in_the_cluster() -> None:
    three = [member("a", "original", None), member("b", "near", "a"), member("c", "near", "b")]
    assert page_data(report([cluster(three)]), Texts()).head["members"]["to"] == [-1, 0, 1]


def test_equal_texts_stand_in_the_page_once() -> None:
    texts = Texts(9, {id_: ArticleText("the same", None) for id_ in "ab"})
    rest = page_data(two(), texts).parts[0][0]
    assert rest["texts"] == ["the same"] and [one["text"] for one in rest["members"]] == [0, 0]


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_places_are_where_browsers_count_them(before: str, shared: str, after: str) -> None:
    text, start, stop = before + shared + after, len(before), len(before) + len(shared)
    texts = Texts(9, {id_: ArticleText(text, None) for id_ in "ab"}, {}, {"b": (Passage(1, start, stop, 0, stop),)})
    row = page_data(two(), texts).parts[0][0]["members"][1]["shared"][0]
    units = text.encode("utf-16-le")
    assert units[2 * row[0] : 2 * row[1]].decode("utf-16-le") == shared
    assert units[2 * row[2] : 2 * row[3]].decode("utf-16-le") == before + shared


def test_without_the_partners_text_the_passages_of_the_report_are_marked() -> None:
    texts = Texts(9, {"b": ArticleText("x" * 80, None)}, {"a": "gone"})
    rest = page_data(two(), texts).parts[0][0]
    assert rest["members"][1]["shared"] == [[0, 60, -1, -1]] and rest["members"][0]["missing"] == "gone"


def test_footers_of_a_text_come_in_its_order_by_their_numbers() -> None:
    document = two(footers=[footer("f"), footer("g")])
    document["set_aside"] = [{"id": "a", "footers": {"f": [[5, 6]], "g": [[0, 2], [8, 9]]}}]
    rest = page_data(document, Texts(9, {"a": ArticleText("0123456789", None)})).parts[0][0]
    assert rest["members"][0]["aside"] == [[1, 0, 2], [0, 5, 6], [1, 8, 9]]


def test_of_a_footer_the_first_articles_are_named_and_all_counted() -> None:
    ids = [f"{n:04}" for n in range(ARTICLES_OF_FOOTER + 50)]
    document = two(footers=[footer("f", articles=len(ids))])
    document["set_aside"] = [{"id": id_, "footers": {"f": [[0, 1]]}} for id_ in ids]
    found = page_data(document, Texts()).head["footers"][0]
    assert found["in"] == ids[:ARTICLES_OF_FOOTER] and found["articles"] == len(ids)


def test_evidence_is_told_in_words_with_where_it_was_found() -> None:
    origin = page_data(two(), Texts()).parts[0][0]["origin"]
    assert origin["why"] == "published first"
    assert origin["evidence"] == [{"says": "published first", "value": "2024-03-05", "in": 0}]


def test_a_title_of_a_megabyte_takes_little_room() -> None:
    long = member(
        "a", "original", None, title="x" * (1 << 20), markers=[{"kind": "byline", "value": "y" * (1 << 20)}]
    )
    data = page_data(report([cluster([long, member("b", "near", "a")])]), Texts())
    assert len(orjson.dumps(data.head)) + len(orjson.dumps(data.parts)) < 3000


def test_evidence_from_another_article_is_told_without_counting_it() -> None:
    document = two()
    document["clusters"][0]["original"]["evidence"] = [{"kind": "credit", "value": "AP", "article": "b"}]
    origin = page_data(document, Texts()).parts[0][0]["origin"]
    assert origin["why"] == "credited by 1 other"
    assert origin["evidence"] == [{"says": "credited", "value": "AP", "in": 1}]
