import csv
import gzip
import io
import sys
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Article
from dedup.readers import LineBlock, batches, folder, lines, read
from dedup.readers.batch import Refused
from dedup.readers.records import fields_of, record_article
from dedup.settings import Settings

from .conftest import read_all
from .test_kinds import ARTICLES, HARBOUR, as_page

TEXT = "The lighthouse of Skarn goes dark for a week."


def of(record: Any, **settings: Any) -> Article:
    return record_article(record, "day.jsonl", 7, fields_of(Settings(**settings)))


def reason(record: Any) -> str:
    with pytest.raises(Refused) as refused:
        of(record)
    return str(refused.value)


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ({"id": "x"}, "x"),
        ({"id": 17}, "17"),
        ({"id": 0}, "0"),
        ({"id": 1.5}, "1.5"),
        ({"id": "", "url": "https://a.example/b"}, "https://a.example/b"),
        ({"id": None, "url": "https://a.example/b"}, "https://a.example/b"),
        ({"id": True}, "day.jsonl:7"),
        ({"id": " \t"}, "day.jsonl:7"),
        ({"id": ["a"]}, "day.jsonl:7"),
        ({"id": {"$oid": "507f1f77"}}, "507f1f77"),
        ({}, "day.jsonl:7"),
        ({"id": "a\0b\nc\x1b[31md"}, "a\ufffdb\ufffdc\ufffd[31md"),
        ({"id": "a\u202etxt.exe"}, "a\ufffdtxt.exe"),
    ],
)
def test_the_id_is_the_first_that_is_there_and_can_be_printed(record: dict[str, Any], wanted: str) -> None:
    assert of({**record, "text": TEXT}).id == wanted


def test_an_endless_id_is_cut_and_stays_different_from_its_like() -> None:
    one, other = (of({"id": "x" * 10_000 + end, "text": TEXT}).id for end in "ab")
    assert len(one) == len(other) == 2048
    assert one != other
    assert one == of({"id": "x" * 10_000 + "a", "text": TEXT}).id


@pytest.mark.parametrize("name", ["text", "body", "content", "article"])
def test_the_text_may_stand_in_any_of_the_named_fields(name: str) -> None:
    assert of({name: TEXT}).text == TEXT


def test_the_names_of_fields_can_be_set() -> None:
    found = of({"t": TEXT, "n": 5, "who": "Ada"}, text_fields=("t",), id_fields=("n",), author_fields=("who",))
    assert (found.text, found.id, found.author) == (TEXT, "5", "Ada")


def test_an_empty_field_makes_way_for_the_next() -> None:
    assert of({"text": " ", "body": None, "content": TEXT}).text == TEXT


def test_paragraphs_in_a_list_are_put_together() -> None:
    assert of({"text": ["One.", "Two."]}).text == "One.\n\nTwo."


def test_a_text_that_is_a_page_is_read_as_a_page() -> None:
    found = of({"text": as_page(ARTICLES[0]).decode(), "title": "Mine"})
    assert (found.text, found.title, found.source) == (HARBOUR, "Mine", "Oldwick Courier")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({}, "no text: looked for the fields text, body, content, article, maintext, articleBody; found none"),
        ({"headline": "x", "k" * 90: 1}, "found headline, kkk"),
        ({f"f{n}": n for n in range(50)}, "f11, …"),
        ({"text": ""}, "'text' holds an empty text, not a text"),
        ({"text": None}, "'text' holds null"),
        ({"text": 5}, "'text' holds a number"),
        ({"text": {"a": 1}}, "'text' holds an object"),
        ({"text": [1, 2]}, "'text' holds a list"),
        ([1], "wanted a JSON object with a text, found a list"),
        (None, "found null"),
        ({"text": "<html></html>"}, "no main text"),
    ],
)
def test_a_record_without_text_says_what_it_holds_instead(record: Any, words: str) -> None:
    assert words in reason(record)


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        ({"source": "Skarn Times"}, "Skarn Times"),
        ({"publisher": {"name": "Skarn Times", "@type": "Organization"}}, "Skarn Times"),
        ({"source": {"id": None, "name": "Skarn Times"}}, "Skarn Times"),
        ({"source": "https://www.skarn.example/x"}, "skarn.example"),
        ({"url": "https://www.Skarn.example:8080/a?b=c"}, "skarn.example"),
        ({"url": "https://user@skarn.example/"}, "skarn.example"),
        ({"url": "no address"}, None),
        ({"url": 5, "source": []}, None),
    ],
)
def test_the_source_is_a_name_or_else_the_host(record: dict[str, Any], wanted: str | None) -> None:
    assert of({**record, "text": TEXT}).source == wanted


@pytest.mark.parametrize(
    ("author", "wanted"),
    [
        ("Ada", "Ada"),
        (["Ada", "Ben"], "Ada, Ben"),
        ([{"name": "Ada"}, {"name": "Ben"}], "Ada, Ben"),
        ({"name": "Ada"}, "Ada"),
        ([], None),
        ([[["x"]]], None),
        (5, "5"),
        ("A\nB", "A\nB"),
    ],
)
def test_authors_come_in_many_shapes(author: Any, wanted: str | None) -> None:
    assert of({"author": author, "text": TEXT}).author == wanted


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(fields_of(Settings()).all), json_values))
def test_whatever_stands_in_a_record_only_refused_comes_out(record: dict[str, Any]) -> None:
    try:
        found = of(record)
    except Refused:
        return
    assert found.id
    assert found.text.strip()
    assert all(value is None or isinstance(value, str) for value in (found.title, found.source, found.author))


def lines_of(wire: Path, content: bytes, **settings: Any) -> tuple[list[str], list[str]]:
    (wire / "day.jsonl").write_bytes(content)
    articles, unreadable = read_all(wire, settings=Settings(**settings))
    return [a.id for a in articles], [f"{u.path} {u.reason}" for u in unreadable]


LINE = orjson.dumps({"text": TEXT})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"text": ', "day.jsonl:7 not valid JSON: "),
        (b"[1, 2]", "day.jsonl:7 wanted a JSON object"),
        (b'"a"', "day.jsonl:7 wanted a JSON object with a text, found a text"),
        (b"[" * 100_000, "day.jsonl:7 not valid JSON"),
        (b'{"a": ' * 3000 + b"1" + b"}" * 3000, "day.jsonl:7 "),
        (b'{"text": 1}', "day.jsonl:7 its field 'text' holds a number"),
        (b"\0\0\1\2\3", "day.jsonl:7 "),
        (b'{"text": "' + b"x" * 5000 + b'"}', "day.jsonl:7 too large: 5,012 bytes, the limit is 4,096 (setting max_"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_the_others_are_read(wire: Path, line: bytes, words: str) -> None:
    limit = {} if len(line) > 6000 else {"max_article_bytes": 4096}
    good, bad = lines_of(wire, b"\n".join([LINE] * 6 + [line] + [LINE] * 2), **limit)
    assert good == [f"day.jsonl:{n}" for n in (1, 2, 3, 4, 5, 6, 8, 9)]
    assert len(bad) == 1
    assert bad[0].startswith(words)


def test_blank_lines_count_and_are_passed_over(wire: Path) -> None:
    good, bad = lines_of(wire, b"\n \r\n" + LINE + b"\r\n\n\t\n" + LINE)
    assert (good, bad) == (["day.jsonl:3", "day.jsonl:6"], [])


def test_a_line_in_another_charset_is_read(wire: Path) -> None:
    (wire / "a.jsonl").write_bytes(b'{"text": "' + "“Un café”, dit-elle à l'été.".encode("cp1252") + b'"}')
    [article], _ = read_all(wire)
    assert article.text == "“Un café”, dit-elle à l'été."


@pytest.mark.parametrize(
    ("escaped", "wanted"),
    [(rb"a\ud83dz", "a\ufffdz"), (rb"\ude00z", "\ufffdz"), (rb"\ud83d\ude00z", "😀z"), (rb"\\ud83dz", r"\ud83dz")],
)
def test_half_a_surrogate_pair_is_replaced(wire: Path, escaped: bytes, wanted: str) -> None:
    (wire / "a.jsonl").write_bytes(
        b'{"text": "' + escaped + b'", "title": "' + escaped + b'", "n": [["' + escaped + b'"]]}'
    )
    [article], _ = read_all(wire)
    assert (article.text, article.title) == (wanted, wanted)


def test_nan_is_no_reason_to_lose_an_article(wire: Path) -> None:
    good, bad = lines_of(wire, b'{"text": "A storm.", "id": NaN, "score": Infinity}')
    assert (good, bad) == (["nan"], []) or (good, bad) == (["day.jsonl:1"], [])


def test_a_big_file_comes_in_blocks_that_know_their_first_line(wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 100_000)
    monkeypatch.setattr(folder, "_OWN_BLOCKS", 10_000)
    content = b"\n".join(b'{"text": "%d %s"}' % (n, b"word " * 100) for n in range(20_000))
    for name, data in {"a.jsonl": content, "b.jsonl.gz": gzip.compress(content, 1)}.items():
        (wire / name).write_bytes(data)
    works = [work for work in batches([wire], Settings()) if isinstance(work, LineBlock)]
    assert len([work for work in works if work.path == "a.jsonl"]) > 3
    found = [one for work in works for one in read(work, Settings())]
    assert [one.id for one in found if isinstance(one, Article)] == [
        f"{name}:{n}" for name in ("a.jsonl", "b.jsonl.gz") for n in range(1, 20_001)
    ]


@pytest.mark.parametrize("block", [10, 100, 1000])
def test_lines_longer_than_a_block_are_whole_or_named(
    wire: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", block)
    monkeypatch.setattr(lines.Stream, "read", _little_by_little(lines.Stream.read))
    long = orjson.dumps({"text": "x" * 4000})
    good, bad = lines_of(
        wire, b"\n".join([LINE, long, LINE, long.replace(b"x", b"yyy"), LINE]), max_article_bytes=5000
    )
    assert good == ["day.jsonl:1", "day.jsonl:2", "day.jsonl:3", "day.jsonl:5"]
    assert bad == ["day.jsonl:4 too large: 12,013 bytes, the limit is 5,000 (setting max_article_bytes)"]


def _little_by_little(real: Any) -> Any:
    return lambda self, size=-1: real(self, min(size, 70) if size > 0 else size)


@pytest.mark.parametrize(
    ("whole", "wanted"),
    [
        ({"text": TEXT}, ["a.json:1"]),
        ([{"text": TEXT}, {"text": TEXT, "id": 5}], ["a.json:1", "5"]),
        ({"status": "ok", "articles": [{"text": TEXT}]}, ["a.json:1"]),
        ({"version": 1, "items": [{"content": TEXT}]}, ["a.json:1"]),
        ({"text": TEXT, "items": [{"text": "no"}]}, ["a.json:1"]),
        ([], []),
    ],
)
def test_json_may_be_one_article_or_a_list_of_them(wire: Path, whole: Any, wanted: list[str]) -> None:
    (wire / "a.json").write_bytes(orjson.dumps(whole))
    articles, unreadable = read_all(wire)
    assert ([a.id for a in articles], unreadable) == (wanted, [])


def test_json_that_is_json_lines_is_read_as_such(wire: Path) -> None:
    (wire / "a.json").write_bytes(LINE + b"\n" + LINE + b"\nnonsense\n")
    articles, [unreadable] = read_all(wire)
    assert [a.id for a in articles] == ["a.json:1", "a.json:2"]
    assert unreadable.path == "a.json:3"


@pytest.mark.parametrize(
    "content", [b"{", b"[1,", b"[" * 200_000, b"nonsense", b'{"a": 1}', b"5", b'[{"text": "x"}, 5]']
)
def test_json_that_holds_no_article_is_named(wire: Path, content: bytes) -> None:
    (wire / "a.json").write_bytes(content)
    _, [unreadable] = read_all(wire)
    assert unreadable.path in ("a.json", "a.json:1", "a.json:2")


def csv_of(wire: Path, content: str | bytes, **settings: Any) -> tuple[list[Article], list[str]]:
    (wire / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    articles, unreadable = read_all(wire, settings=Settings(**settings))
    return articles, [f"{u.path} {u.reason}" for u in unreadable]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(wire: Path, delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [["id", "text", "x"], ["1", f'a {delimiter} "b"\nc', ""], ["2", "d", ""]]
    )
    articles, bad = csv_of(wire, "\ufeff" + out.getvalue())
    assert [(a.id, a.text) for a in articles] == [("1", f'a {delimiter} "b"\nc'), ("2", "d")]
    assert bad == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(wire: Path, end: str) -> None:
    articles, bad = csv_of(wire, end.join(["ID,Text", "1,One.", "", "2,Two."]))
    assert [(a.id, a.text) for a in articles] == [("1", "One."), ("2", "Two.")]
    assert bad == []


def test_columns_are_known_in_upper_and_lower_case(wire: Path) -> None:
    [article], _ = csv_of(wire, "Text,TITLE,Date\nA storm.,Storm,2022-03-07\n")
    assert (article.text, article.title, article.published, article.id) == (
        "A storm.",
        "Storm",
        "2022-03-07",
        "a.csv:1",
    )


def test_rows_with_a_wrong_number_of_columns_are_kept_only_where_no_text_is_torn(wire: Path) -> None:
    rows = ["id,text,title", "1,One.", "2,Two.,T,,", "3,torn, by, commas", "4", "5,Five.,T"]
    articles, bad = csv_of(wire, "\n".join(rows))
    assert [a.id for a in articles] == ["1", "2", "5"]
    assert [b[:24] for b in bad] == ["a.csv:3 the row has 4 co", "a.csv:4 the row has 1 co"]


def test_a_nul_in_a_table_does_no_harm(wire: Path) -> None:
    articles, bad = csv_of(wire, "id,text\n1,On\0e.\n2,Two.\n")
    assert (len(articles), bad) == (2, [])


def test_a_field_past_the_limit_is_named_with_the_setting(wire: Path) -> None:
    articles, bad = csv_of(wire, "id,text\n1,One.\n2," + "x" * 3000 + "\n3,Three.\n", max_article_bytes=2000)
    assert [a.id for a in articles] == ["1", "3"]
    assert "max_article_bytes" in bad[0]


def test_a_field_longer_than_the_csv_module_usually_takes(wire: Path) -> None:
    articles, bad = csv_of(wire, "id,text\n1," + "x" * 500_000 + "\n")
    assert (len(articles), bad) == (1, [])


def test_a_table_without_a_column_for_the_text_is_named_once(wire: Path) -> None:
    articles, bad = csv_of(wire, "id,headline\n1,x\n2,y\n")
    assert articles == []
    assert bad == [
        "a.csv no text: looked for the fields text, body, content, article, maintext, articleBody; found id, headline"
    ]


def test_a_table_in_windows_1252_is_read(wire: Path) -> None:
    text = "“Un café”, dit-elle à l'été, et la préfète répond à côté. "
    articles, bad = csv_of(wire, ("id;text\n" + "".join(f"{n};{text * 3}\n" for n in range(5))).encode("cp1252"))
    assert [a.text for a in articles] == [text * 3] * 5
    assert bad == []


def test_other_columns_of_a_parquet_file_are_not_read_and_types_may_vary(wire: Path) -> None:
    import datetime as dt  # noqa: PLC0415

    table = pa.table(
        {
            "id": [1, 2],
            "Content": pa.array([TEXT, None], pa.large_string()),
            "published": [dt.datetime(2022, 3, 7, 10), None],
            "author": [["Ada", "Ben"], []],
            "publisher": [{"name": "Skarn Times"}, None],
            "junk": [b"x" * 1000] * 2,
        }
    )
    pq.write_table(table, wire / "a.parquet")
    [article], [unreadable] = read_all(wire)
    assert article == Article(
        "1", "a.parquet", TEXT, None, "Skarn Times", None, None, "2022-03-07T10:00:00Z", "Ada, Ben"
    )
    assert unreadable.path == "a.parquet:2"


def test_parquet_texts_that_are_bytes_or_broken_are_read(wire: Path) -> None:
    broken = pa.array([b"caf\xe9 \x93ferm\xe9\x94", TEXT.encode()], pa.binary())
    pq.write_table(pa.table({"text": broken}), wire / "a.parquet")
    pq.write_table(pa.table({"text": broken.cast(pa.string(), safe=False).view(pa.string())}), wire / "b.parquet")
    articles, _ = read_all(wire)
    assert [a.text for a in articles] == ["café “fermé”", TEXT] * 2


def test_parquet_without_its_extra_says_what_to_install(wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"text": [TEXT]}), wire / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    _, [unreadable] = read_all(wire)
    assert unreadable.reason.endswith("needs the parquet extra: pip install 'newsdedup[parquet]'")


@pytest.mark.parametrize("cut", [3, 50, -4, -20])
def test_a_damaged_parquet_file_is_named(wire: Path, cut: int) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": [TEXT] * 100}), out)
    (wire / "a.parquet").write_bytes(out.getvalue()[:cut])
    _, [unreadable] = read_all(wire)
    assert "Parquet data is damaged" in unreadable.reason


def test_records_with_ever_other_keys_are_read_as_ever() -> None:
    fields = fields_of(Settings())
    found = [record_article({f"k{i}": 1, "body": f"b{i}", "id": i}, "day.jsonl", 7, fields) for i in range(1000)]
    assert [(one.id, one.text) for one in found] == [(str(i), f"b{i}") for i in range(1000)]


def test_the_names_of_a_record_do_not_pass_to_one_with_other_keys() -> None:
    fields = fields_of(Settings())
    first = record_article({"text": "", "body": "long", "title": "T"}, "day.jsonl", 1, fields)
    then = record_article({"text": "short", "headline": "H"}, "day.jsonl", 2, fields)
    assert [(one.text, one.title) for one in (first, then)] == [("long", "T"), ("short", "H")]


def test_records_with_huge_keys_are_read_and_not_remembered() -> None:
    fields = fields_of(Settings())
    before = set(fields._narrow)
    assert record_article({"k" * 1_000_000: 1, "text": "t"}, "day.jsonl", 7, fields).text == "t"
    assert set(fields._narrow) == before
