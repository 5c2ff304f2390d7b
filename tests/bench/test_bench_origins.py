from pathlib import Path

import orjson
import pytest
from origins import SURE, Judged, calibration, judged, share_right
from planted import KINDS, Truth
from planting import plant

import dedup
from dedup.report.document import to_json


@pytest.fixture(scope="module")
def hypotheses(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    folder = tmp_path_factory.mktemp("planted")
    truths = plant(folder, 250, seed=11)
    return judged(orjson.loads(to_json(dedup.scan([folder], jobs=1)))["clusters"], truths)


def test_of_hypotheses_that_are_sure_nine_in_ten_are_right(hypotheses: list[Judged]) -> None:
    sure = [one for one in hypotheses if one.confidence >= SURE]
    assert len(sure) > 80 and share_right(sure) >= 0.9


def test_hypotheses_that_are_not_sure_are_right_less_often(hypotheses: list[Judged]) -> None:
    assert share_right([one for one in hypotheses if one.confidence < 0.6]) < 0.6


def test_every_kind_of_cluster_is_judged(hypotheses: list[Judged]) -> None:
    assert {one.kind for one in hypotheses} == {kind.__name__ for kind in KINDS}


def test_equal_seeds_plant_equal_clusters(tmp_path: Path) -> None:
    assert plant(tmp_path / "a", 20) == plant(tmp_path / "b", 20)
    assert plant(tmp_path / "c", 20, seed=2) != plant(tmp_path / "a", 20)
    for file in (tmp_path / "a").rglob("*.*"):
        assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes()


def cluster(original: str, *others: str, outside: str | None = None) -> dict[str, object]:
    named = {"name": outside, "confidence": 0.8, "evidence": []} if outside else None
    members = [{"id": id_} for id_ in (original, *others)]
    return {"original": {"id": original, "confidence": 0.2, "outside": named}, "members": members}


def test_a_hypothesis_is_a_member_or_somebody_outside() -> None:
    truths = [Truth("silent", "a", None, ["a", "b"]), Truth("wire", None, "Northern Wire Service", ["c", "d"])]
    found = judged([cluster("b", "a"), cluster("c", "d", outside="NWS")], truths)
    assert found == [Judged("silent", 0.2, False), Judged("wire", 0.8, True)]


def test_clusters_that_mix_stories_or_lost_their_original_are_not_judged() -> None:
    truths = [Truth("silent", "a", None, ["a", "b", "c"]), Truth("silent", "d", None, ["d", "e"])]
    assert judged([cluster("b", "c"), cluster("a", "e")], truths) == []


def test_each_hypothesis_is_in_one_range_of_confidence() -> None:
    shares = [0.0, 0.2, 0.59, 0.6, 0.9, 0.95, 1.0]
    rows = calibration([Judged("silent", share, True) for share in shares])
    assert [count for _, count, *_ in rows] == [1, 1, 1, 1, 0, 0, 1, 2]
