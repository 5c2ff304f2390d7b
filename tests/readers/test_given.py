"""An article without a file is told by its first characters."""

import orjson
import pytest

from dedup.model import Article, Unreadable
from dedup.readers.given import given_article
from dedup.settings import Settings

PAGE = "<!DOCTYPE html><html><head><title>Ferry</title></head><body><article><p>No boats until Thursday, said the harbour master of the town, since the wind is too strong.</p></article></body></html>"  # noqa: E501


def given(data: str | bytes, **options: int) -> Article | Unreadable:
    return given_article(data if isinstance(data, bytes) else data.encode(), Settings.from_dict(options))


@pytest.mark.parametrize("before", ["", "\ufeff", "\n  "])
def test_an_object_is_a_record(before: str) -> None:
    found = given(before + '{"id": "x", "text": "No boats.", "title": "Ferry", "source": "ledger.example"}')
    assert isinstance(found, Article)
    assert (found.id, found.text, found.title, found.source) == ("x", "No boats.", "Ferry", "ledger.example")


def test_a_record_without_an_id_and_all_else_is_called_by_the_name_of_standard_input() -> None:
    for data in ('{"text": "No boats."}', PAGE, "No boats."):
        found = given(data)
        assert isinstance(found, Article)
        assert (found.id, found.path) == ("-", "-")


@pytest.mark.parametrize("data", [PAGE, PAGE.lower(), f"\n{PAGE}", PAGE.replace("<!DOCTYPE html>", "")])
def test_a_page_is_read_as_one(data: str) -> None:
    found = given(data)
    assert isinstance(found, Article)
    assert found.title and found.title.lower() == "ferry" and found.text.lower().startswith("no boats until thursday")


@pytest.mark.parametrize(
    "text", ["{PHOTO} No boats.", "< No boats", "[1] No boats.", "No <html> boats", "{ no boats }"]
)
def test_a_text_that_begins_like_something_else_is_a_text(text: str) -> None:
    found = given(text)
    assert isinstance(found, Article) and found.text == text


def test_other_charsets_are_read() -> None:
    found = given("Größe".encode("utf-16"))
    assert isinstance(found, Article) and found.text == "Größe"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the input is empty"),
        (b" \n", "the input holds only white space"),
        (bytes(range(256)) * 9, "looks like binary data, not text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "looks like binary data: a PNG picture"),
        (b'{"text": "No boats', "not valid JSON"),
        (b'{"name": "No boats"}', "no text: looked for the fields text, body"),
        (b'{"text": "a"}\n{"text": "b"}\n', "2 records in it; wanted one"),
        (orjson.dumps({"articles": [{"text": "a"}, {"text": "b"}]}), "2 records in it; wanted one"),
    ],
)
def test_what_is_no_article_is_told_in_a_sentence(data: bytes, reason: str) -> None:
    found = given(data)
    assert isinstance(found, Unreadable) and found.path == "-" and found.reason.startswith(reason)


def test_what_is_too_large_is_refused() -> None:
    found = given("No boats until Thursday", max_article_bytes=10)
    assert found == Unreadable("-", "too large: more than 10 bytes, the limit is 10 (setting max_article_bytes)")
