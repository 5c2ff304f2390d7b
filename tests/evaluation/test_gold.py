from pathlib import Path

import pytest

from dedup.errors import GoldError
from dedup.evaluation.gold import Gold, read_gold, read_pairs

SAMPLE_GOLD = Path(__file__).parents[2] / "data" / "gold.tsv"


def gold(folder: Path, text: str | bytes) -> Gold:
    return read_gold(table(folder, text))


def table(folder: Path, text: str | bytes) -> Path:
    file = folder / "gold.tsv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_columns_without_a_header_are_id_cluster_and_kind(tmp_path: Path) -> None:
    found = gold(tmp_path, "a\tx\tcut\nb\tx\n")
    assert (found.cluster_of, found.kind_of) == ({"a": "x", "b": "x"}, {"a": "cut"})


@pytest.mark.parametrize("header", ["id\tcluster\tkind", "path\tcluster\tcase", "ID\tCluster\tKind"])
def test_a_header_is_no_article(tmp_path: Path, header: str) -> None:
    assert gold(tmp_path, f"{header}\na\tx\tcut\n") == Gold({"a": "x"}, {"a": "cut"})


def test_a_header_names_the_columns_in_any_order(tmp_path: Path) -> None:
    found = gold(tmp_path, "note\tcluster\tkind\tid\nseen twice\tx\tcut\ta\n")
    assert (found.cluster_of, found.kind_of) == ({"a": "x"}, {"a": "cut"})


def test_an_article_named_cluster_is_no_header(tmp_path: Path) -> None:
    assert gold(tmp_path, "cluster\tx\nb\tx\n").cluster_of == {"cluster": "x", "b": "x"}


def test_the_relation_stands_for_a_kind_that_is_not_told(tmp_path: Path) -> None:
    assert gold(tmp_path, "id\tcluster\trelation\tcase\na\tx\tnear\tcut to half\n").kind_of == {"a": "near"}


def test_the_partner_is_the_one_named_of_the_same_cluster(tmp_path: Path) -> None:
    rows = "a\tx\toriginal\t\nb\tx\tnear\ta\nc\ty\tcontainer\ta;b\nd\tx\texcerpt\tc;b\ne\tx\tspun\te"
    assert gold(tmp_path, f"id\tcluster\trelation\tto\n{rows}\n").partner_of == {"b": "a", "d": "b"}


def test_the_partner_of_a_gold_that_names_none_is_the_original(tmp_path: Path) -> None:
    found = gold(tmp_path, "id\tcluster\trelation\nb\tx\tnear\na\tx\toriginal\nc\ty\tunrelated\n")
    assert found.partner_of == {"b": "a"}


def test_marks_of_windows_and_empty_lines_are_no_part_of_a_cell(tmp_path: Path) -> None:
    assert gold(tmp_path, b"\xef\xbb\xbfid\tcluster\r\na\tx\r\n\r\nb\tx\r\n").cluster_of == {"a": "x", "b": "x"}


def test_only_a_line_end_ends_a_line(tmp_path: Path) -> None:
    assert gold(tmp_path, "a\u2028\x0b\tx\n").cluster_of == {"a\u2028\x0b": "x"}


def test_an_article_may_stand_twice_in_one_cluster(tmp_path: Path) -> None:
    assert gold(tmp_path, "a\tx\na\tx\n").cluster_of == {"a": "x"}


def test_the_gold_of_the_sample_works_as_it_is() -> None:
    found = read_gold(SAMPLE_GOLD)
    assert len(found.cluster_of) == 70
    assert found.relation_of["ff-8102"] == "near"
    assert found.partner_of["ff-8102"] == "wires/nws/2024-08-06-estrin-fire.txt"
    assert "outlets/isle-sentinel/year-in-review.txt" not in found.partner_of


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no labels"),
        ("id\tcluster\n", "holds no labels"),
        ("a\tx\nb\n", r"line 2 of .* has no cluster"),
        ("a\tx\n\nb\t\n", r"line 3 of .* has no cluster"),
        ("a\tx\n\ty\n", r"line 2 of .* has no id"),
        ("a,x\nb,x\n", r"line 1 of .* has no cluster; wanted id and cluster with a tab between"),
        ("id\tstory\na\tx\n", "header without a column 'cluster'"),
        ("a\tx\na\ty\n", r"line 2 of .* puts 'a' into cluster 'y', an earlier one into 'x'"),
        ("a\tx\n".encode("utf-16"), "is not UTF-8"),
        (b"a\tx\nb\xff\tx\n", "is not UTF-8 from byte 5 on"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(GoldError, match=told) as raised:
        gold(tmp_path, text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["gone.tsv", "."])
def test_a_table_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(GoldError, match="cannot read"):
        read_gold(tmp_path / name)


@pytest.mark.parametrize("header", ["", "id\tid\n", "id_a\tid_b\n", "left\tright\treason\n"])
def test_pairs_are_the_first_two_columns(tmp_path: Path, header: str) -> None:
    assert read_pairs(table(tmp_path, f"{header}a\tb\tsame site\nc\td\n")) == {("a", "b"), ("c", "d")}


def test_a_row_of_one_id_is_no_pair(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"line 2 of .* has no two ids"):
        read_pairs(table(tmp_path, "a\tb\nc\n"))
