from pathlib import Path

import pytest
from corpora import CorpusError
from pairs import LabelledPairs, label_scores, read_pairs

TABLE = """id_a\tid_b\tlabel\tfamily
a\tb\t1\trt_es
c\td\t0\tsame_event_silver
e\tf\tdipper
g\th\tdifferent
i\tj\tuncertain_spun
k\tl\tpolish_unlabelled
m\tn\tsame_event_shares_text
"""


@pytest.fixture
def pairs(tmp_path: Path) -> LabelledPairs:
    (tmp_path / "pairs.tsv").write_text(TABLE)
    return read_pairs(tmp_path / "pairs.tsv")


def test_pairs_are_named_by_their_family_else_by_their_label(pairs: LabelledPairs) -> None:
    assert pairs.copies == {"rt_es": [("a", "b")], "dipper": [("e", "f")]}


def test_label_0_and_the_known_labels_are_no_copies(pairs: LabelledPairs) -> None:
    assert pairs.others == {"same_event_silver": [("c", "d")], "different": [("g", "h")]}


def test_uncertain_and_unlabelled_pairs_are_not_judged(pairs: LabelledPairs) -> None:
    assert pairs.not_judged == [("i", "j"), ("k", "l"), ("m", "n")]


def test_a_row_without_a_label_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("a\tb\n")
    with pytest.raises(CorpusError, match="label"):
        read_pairs(tmp_path / "pairs.tsv")


def test_no_table_has_no_pairs() -> None:
    assert read_pairs(None) == LabelledPairs({}, {}, [])


def test_the_share_of_a_label_is_that_of_its_pairs_in_one_cluster() -> None:
    pairs = LabelledPairs({"spun": [("a", "b"), ("a", "c"), ("d", "e")]}, {"different": [("a", "d"), ("x", "y")]})
    spun, different = label_scores(pairs, [["a", "b"], ["c", "d", "e"]])
    assert (spun.name, spun.copies, spun.pairs, spun.together, spun.share) == ("spun", True, 3, 2, 2 / 3)
    assert (different.copies, different.pairs, different.together) == (False, 2, 0)
