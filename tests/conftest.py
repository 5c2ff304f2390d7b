from pathlib import Path

import pytest

import dedup

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "data" / "sample"


@pytest.fixture(scope="session")
def sample_report(sample: Path) -> dedup.Report:
    return dedup.scan([sample], jobs=1)
