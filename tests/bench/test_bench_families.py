import json
from pathlib import Path

import numpy as np
import pytest
from corpora import CorpusError, corpus
from evidence import Evidence, gathered, of_unrelated
from families import figures, learned, main, recalls, shipped

from dedup.columns import F64
from dedup.settings import Settings
from tests.stories import record, words, write_records

SETTINGS = Settings()


def spoken(names: list[str], *little: str) -> str:
    """A text that tells of each name in turn, with little words before it; ten names a sentence."""
    told = [" ".join([*little, name]) for name in names]
    return " ".join(" ".join(told[i : i + 10]) + "." for i in range(0, len(told), 10))


def told(seed: int) -> str:
    return spoken(words(seed, 60), "the", "of")


def retold(seed: int) -> str:
    return spoken(words(seed, 60), "a", "in")


def pairs_folder(folder: Path, labels: dict[str, str]) -> Path:
    """Two pairs for each label; where it says so, copies in other little words, else different stories."""
    records, rows = [], []
    for number, (label, other) in enumerate(labels.items()):
        for seed in (10 * number, 10 * number + 1):
            copy = retold(seed) if other == "spun" else told(seed) if other == "equal" else retold(seed + 5)
            records += [record(f"{label}{seed}a", told(seed)), record(f"{label}{seed}b", copy)]
            rows.append(f"{label}{seed}a\t{label}{seed}b\t{label}\n")
    write_records(folder / "docs.jsonl", records)
    (folder / "pairs.tsv").write_text("".join(rows))
    return folder


def clustered_folder(folder: Path) -> Path:
    """Six articles on different things that begin with the same names, and two copies."""
    shared = words(900, 20)
    texts = {f"u{i}": spoken(shared + words(901 + i, 40), "the", "of") for i in range(6)}
    texts |= {"c1": told(950), "c2": retold(950)}
    write_records(folder / "docs.jsonl", [record(id_, text) for id_, text in texts.items()])
    (folder / "clusters.tsv").write_text("".join(f"{id_}\t{'c' if id_[0] == 'c' else id_}\n" for id_ in texts))
    return folder


def around(middle: float, seed: int) -> F64:
    return np.random.default_rng(seed).normal(middle, 0.1, (50, 3)).clip(0, 1)


def evidence(**copies: F64) -> Evidence:
    families = {"dipper": "paraphrase, dipper", "polish": "paraphrase, polish"}
    named = {families.get(name, name): found for name, found in copies.items()}
    return Evidence(named, {"news: different": around(0.2, 9)}, around(0.2, 10))


def test_a_text_with_other_little_words_is_open_and_an_equal_one_is_not(tmp_path: Path) -> None:
    folder = pairs_folder(
        tmp_path / "p", {"rt_es": "spun", "dipper": "spun", "polish": "equal", "different": "other"}
    )
    found = gathered([folder], clustered_folder(tmp_path / "c"), SETTINGS)
    assert {family: len(pairs) for family, pairs in found.copies.items()} == {
        "rule-based round trip": 2,
        "paraphrase, dipper": 2,
    }
    assert {kind: len(pairs) for kind, pairs in found.others.items()} == {"p: different": 2}


def test_unrelated_pairs_are_those_of_different_stories_that_share_keys(tmp_path: Path) -> None:
    assert len(of_unrelated(corpus(clustered_folder(tmp_path / "c")), SETTINGS)) == 15


def test_labels_of_no_family_are_said_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = pairs_folder(tmp_path / "p", {"rt_es": "spun", "riddle": "spun"})
    found = gathered([folder], clustered_folder(tmp_path / "c"), SETTINGS)
    assert list(found.copies) == ["rule-based round trip"]
    assert "riddle belongs to no family" in capsys.readouterr().err


def test_a_pair_of_an_article_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    folder = pairs_folder(tmp_path / "p", {"rt_es": "spun"})
    (folder / "pairs.tsv").write_text("rt_es0a\tnobody\trt_es\n")
    with pytest.raises(CorpusError, match="nobody"):
        gathered([folder], clustered_folder(tmp_path / "c"), SETTINGS)


def test_weights_without_a_family_do_not_depend_on_its_pairs() -> None:
    one = learned(evidence(dipper=around(0.7, 1), synonyms=around(0.8, 2)), SETTINGS, wrong=5, penalty=1)
    other = learned(evidence(dipper=around(0.4, 3), synonyms=around(0.8, 2)), SETTINGS, wrong=5, penalty=1)
    assert one.without["paraphrase, dipper"].values() == other.without["paraphrase, dipper"].values()
    assert one.every.values() != other.every.values()


def test_a_group_is_left_out_where_two_of_its_families_are_there_and_others_remain() -> None:
    dipper, polish, synonyms = around(0.7, 1), around(0.6, 2), around(0.8, 3)
    three = learned(evidence(dipper=dipper, polish=polish, synonyms=synonyms), SETTINGS, wrong=5, penalty=1)
    assert set(three.without) == {"paraphrase, dipper", "paraphrase, polish", "synonyms", "all paraphrase"}
    two = learned(evidence(dipper=dipper, polish=polish), SETTINGS, wrong=5, penalty=1)
    assert set(two.without) == {"paraphrase, dipper", "paraphrase, polish"}


def test_recall_of_a_group_is_that_of_all_its_pairs() -> None:
    pairs = evidence(dipper=around(0.7, 1), polish=around(0.1, 2), synonyms=around(0.8, 3))
    shares = recalls(pairs, learned(pairs, SETTINGS, wrong=5, penalty=1))
    for column in (0, 1, 2):
        parts = [shares[name][1][column] for name in ("paraphrase, dipper", "paraphrase, polish")]
        assert shares["all paraphrase"][1][column] == pytest.approx(sum(parts) / 2)


def test_the_shipped_line_is_that_of_the_settings() -> None:
    stricter = Settings(min_rewrite=0.9)
    assert shipped(SETTINGS).values() == [20.0, 17.0, 3.0, pytest.approx(19.2)]
    assert shipped(stricter).threshold == pytest.approx(19.2 + np.log(9))


def test_all_figures_are_written_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = pairs_folder(tmp_path / "p", {"rt_es": "spun", "dipper": "spun", "different": "other"})
    out = tmp_path / "figures.json"
    words_ = [str(folder), "--unrelated", str(clustered_folder(tmp_path / "c")), "--wrong", "1", "--json", str(out)]
    assert main(words_) == 0
    told_ = json.loads(out.read_text())
    assert told_["families"]["paraphrase, dipper"]["recall"]["without"] == 1.0
    assert told_["wrong"]["unrelated, sharing keys"]["pairs"] == 15
    assert "paraphrase, dipper" in capsys.readouterr().out


def test_one_family_is_too_few(tmp_path: Path) -> None:
    folder = pairs_folder(tmp_path / "p", {"rt_es": "spun"})
    with pytest.raises(CorpusError, match="fewer than two families"):
        main([str(folder), "--unrelated", str(clustered_folder(tmp_path / "c"))])


def test_figures_hold_every_group() -> None:
    pairs = evidence(dipper=around(0.7, 1), synonyms=around(0.8, 2))
    found = learned(pairs, SETTINGS, wrong=5, penalty=1)
    assert set(figures(pairs, found)["families"]) == set(found.without)
