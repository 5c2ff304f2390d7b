"""A scan in parts reports what a scan on one machine does."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.report.document import to_json
from dedup.settings import Settings
from tests.laws import costly
from tests.shared.collections import CASES, NOTICE, Case
from tests.stories import record, story, words, write_records
from tests.workflows.wide.here import scan_here


def told(report: bytes) -> bytes:
    """A report as it is written, from behind ``run`` on."""
    return report[report.index(b'\n  "counts": {') :]


@pytest.mark.parametrize("parts", [3, *(pytest.param(parts, marks=pytest.mark.slow) for parts in (1, 40))])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_scan_in_parts_is_a_scan(tmp_path: Path, case: Case, parts: int) -> None:
    path = case.make(tmp_path)
    wanted, found = dedup.scan(path, settings=case.settings, jobs=1), scan_here(path, parts, case.settings)
    assert told(b"".join(found.pieces())) == told(to_json(wanted))
    own, same = found.run, wanted.run
    assert (own.paths, own.settings, own.limits_hit) == (same.paths, same.settings, same.limits_hit)
    assert own.settings_fingerprint == same.settings_fingerprint
    assert own.catalogue_fingerprint == same.catalogue_fingerprint


def test_what_hangs_together_may_be_found_in_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.workflows.wide.components.FEW", 0)
    path = CASES["large buckets"].make(tmp_path)
    wanted = dedup.scan(path, settings=CASES["large buckets"].settings, jobs=1)
    found = scan_here(path, 4, CASES["large buckets"].settings)
    assert told(b"".join(found.pieces())) == told(to_json(wanted))


def texts(pieces: list[tuple[int, int, int]], noticed: bool) -> str:
    """A text of runs of words from a few long stories."""
    told = " ".join(" ".join(words(seed, 200)[start : start + length]) for seed, start, length in pieces)
    return f"{told}\n\n{NOTICE}" if noticed else told


PIECES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100), st.integers(20, 100)), min_size=1, max_size=3)
ARTICLES = st.lists(st.tuples(PIECES, st.booleans(), st.integers(0, 30)), min_size=1, max_size=40)


@costly(3)
@given(ARTICLES, st.integers(1, 9), st.integers(2, 5), st.integers(2, 4), st.sampled_from([2, 128]))
def test_whatever_the_articles_and_the_parts(
    tmp_path_factory: pytest.TempPathFactory,
    articles: list[tuple[list[tuple[int, int, int]], bool, int]],
    parts: int,
    whole_bucket: int,
    max_key_articles: int,
    permutations: int,
) -> None:
    folder = tmp_path_factory.mktemp("some")
    records = [record(f"id {id_}", texts(pieces, noticed)) for pieces, noticed, id_ in articles]
    write_records(folder / "day.jsonl", [*records, record("last", story(99))])
    settings_ = Settings(
        whole_bucket=whole_bucket, max_key_articles=max_key_articles, permutations=permutations, min_whole_words=20
    )
    wanted, found = dedup.scan(folder, settings=settings_, jobs=1), scan_here(folder, parts, settings_)
    assert told(b"".join(found.pieces())) == told(to_json(wanted))
    assert found.run.limits_hit == wanted.run.limits_hit
