import csv
import io
from dataclasses import asdict

import orjson
from hypothesis import given
from hypothesis import strategies as st

from dedup.report.pairs import COLUMNS, Pair, csv_lines, json_lines, pairs

texts = st.text(st.sampled_from("a,\"\n\r\t '=é日") | st.characters(codec="utf-8"), max_size=8)
shares = st.floats(0, 1)
some_pairs = st.lists(
    st.builds(Pair, texts, texts, texts, texts, shares, shares, st.none() | texts, st.none() | shares)
)


def test_the_columns_keep_their_names_and_order() -> None:
    assert (
        *("cluster", "id", "to", "relation", "resemblance", "containment", "excerpt", "rewrite"),
        *("passages", "passage_words", "body_words", "original", "title", "source", "published", "path"),
    ) == COLUMNS


@given(some_pairs)
def test_a_reader_of_csv_gets_what_was_written(found: list[Pair]) -> None:
    told = "".join(f"{row}\n" for row in csv_lines(found))
    header, *rows = csv.reader(io.StringIO(told, newline=""))
    assert header == list(COLUMNS)
    assert rows == [["" if value is None else str(value) for value in asdict(pair).values()] for pair in found]


@given(some_pairs)
def test_a_reader_of_json_lines_gets_what_was_written(found: list[Pair]) -> None:
    assert [orjson.loads(row) for row in json_lines(found)] == [asdict(pair) for pair in found]
    assert all("\n" not in row for row in json_lines(found))


def test_a_report_of_before_members_told_their_length_has_pairs() -> None:
    member = {"title": None, "source": None, "published": None, "path": "p", "resemblance": 1.0, "containment": 1.0}
    original = member | {"id": "a", "relation": "original", "to": None}
    copy = member | {"id": "b", "relation": "identical", "to": "a"}
    cluster = {"id": "c", "original": {"id": "a"}, "members": [original, copy]}
    (pair,) = pairs({"clusters": [cluster]})
    assert (pair.cluster, pair.id, pair.to, pair.body_words, pair.original) == ("c", "b", "a", None, "a")
