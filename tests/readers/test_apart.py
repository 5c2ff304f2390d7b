import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Article
from dedup.readers.apart import APART, LEAST, lines_apart
from dedup.readers.batch import LineBlock
from dedup.readers.lines import block_articles
from dedup.readers.records import fields_of, record_article
from dedup.settings import Settings

LONG = "Nine bytes " * 30
odd = st.text(st.sampled_from('ab \\"/\n\t\x00\x1f\x7f“éü中🎉\ud7ff\ue000\ufffe\uffff'), max_size=12)
long = st.lists(odd | st.text(max_size=9) | st.just(LONG), min_size=1, max_size=4).map("".join)
records = st.dictionaries(
    st.sampled_from(["text", "title", "id", "body"]) | odd, long | odd | st.integers(0, 9), max_size=4
)


def put_back(rest: Any, text: str) -> Any:
    """What is parsed with the string in its place again."""
    if isinstance(rest, dict):
        return {put_back(key, text): put_back(value, text) for key, value in rest.items()}
    if isinstance(rest, list):
        return [put_back(value, text) for value in rest]
    return text if rest == APART else rest


def loaded(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:
        return ValueError


def held(line: bytes) -> Any:
    """What a line says by its parts."""
    ((start, stop, rest, text),) = lines_apart(line)
    assert (start, stop) == (0, len(line))
    found = loaded(rest or line)
    return put_back(found, text.decode()) if rest else found


@given(records, st.booleans())
def test_a_record_in_parts_says_what_it_says_as_a_whole(record: dict[str, Any], ascii_only: bool) -> None:
    assert held(json.dumps(record, ensure_ascii=ascii_only).encode()) == record


@given(records, st.booleans(), st.binary(min_size=1, max_size=4), st.integers(min_value=0))
def test_a_damaged_line_is_refused_in_parts_as_it_is_as_a_whole(
    record: dict[str, Any], ascii_only: bool, damage: bytes, at: int
) -> None:
    line = json.dumps(record | {"text": LONG}, ensure_ascii=ascii_only).encode()
    at %= len(line)
    line = line[:at] + damage.replace(b"\n", b"\r") + line[at + len(damage) :]
    assert held(line) == loaded(line)


@pytest.mark.parametrize(
    "inside",
    [
        b"\xc0\xaf", b"\xc3", b"\xe0\x9f\xbf", b"\xed\xa0\x80", b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xff",
        b"\x80", b"\xe2\x80", b"\xf0\x9f\x8e", b"\\ud800", b"\\udc00", b"\\ud800\\u0041", b"\\ud83d\\ud83d",
        b"\\u12g4", b"\\x41", b"\\", b"\x1f", b"\\uffff", b"\xef\xbf\xbf",
    ],
)  # fmt: skip
def test_a_string_that_is_not_valid_or_holds_the_sign_leaves_its_line_whole(inside: bytes) -> None:
    for before in range(9):
        line = b'{"text": "' + b"x" * (int(LEAST) + before) + inside + b'"}'
        assert list(lines_apart(line)) == [(0, len(line), b"", b"")]


def test_the_longest_string_is_taken_out_if_it_is_long_enough() -> None:
    short, longer = "s" * (int(LEAST) - 1), "l" * int(LEAST)
    lines = [json.dumps(strings).encode() + b"\n" for strings in ([short], [short, longer], [longer, short])]
    assert [text.decode() for *_, text in lines_apart(b"".join(lines))] == ["", longer, longer]


@given(st.lists(st.sampled_from([b"", b"{}", json.dumps({"text": LONG}).encode()]), max_size=3000), st.booleans())
def test_the_lines_are_those_of_the_block(lines: list[bytes], ended: bool) -> None:
    block = b"\n".join(lines) + b"\n" * ended
    assert [block[start:stop] for start, stop, *_ in lines_apart(block)] == block.splitlines(keepends=True)


@given(st.lists(records, max_size=5))
def test_articles_are_those_of_records_parsed_as_a_whole(found: list[dict[str, Any]]) -> None:
    texts = [record | {"body": LONG} for record in found]
    block = LineBlock("day.jsonl", 1, b"".join(orjson.dumps(record) + b"\n" for record in texts))
    fields = fields_of(Settings())
    wanted = [record_article(record, "day.jsonl", number, fields) for number, record in enumerate(texts, 1)]
    assert list(block_articles(block, Settings())) == wanted


@pytest.mark.parametrize("text", ["<html><body><p>" + LONG, " " + LONG, "\ufeff" + LONG, "\xa0" + LONG])
def test_a_text_that_wants_a_closer_look_gets_it(text: str) -> None:
    block = LineBlock("day.jsonl", 1, orjson.dumps({"text": text}))
    (article,) = block_articles(block, Settings())
    assert isinstance(article, Article)
    assert article.text == record_article({"text": text}, "day.jsonl", 1, fields_of(Settings())).text


def test_a_text_that_is_a_title_too_stays_one() -> None:
    settings = Settings(title_fields=("text",))
    (article,) = block_articles(LineBlock("day.jsonl", 1, orjson.dumps({"text": LONG})), settings)
    assert isinstance(article, Article)
    assert article.title == LONG


@pytest.mark.parametrize(("line", "wanted"), [
    ('{"text": "%s", "text": "short"}', "short"),
    ('{"text": "short", "note": "%s"}', "short"),
    ('{"text": ["%s", "short"]}', LONG + "\n\nshort"),
    ('{"text": "", "body": "%s"}', LONG),
    ('{"%s": 1, "text": "short"}', "short"),
])  # fmt: skip
def test_the_longest_string_is_the_text_only_where_it_stands_for_it(line: str, wanted: str) -> None:
    (article,) = block_articles(LineBlock("day.jsonl", 1, (line % LONG).encode()), Settings())
    assert isinstance(article, Article)
    assert article.text == wanted
