from pathlib import Path

import pytest

from tests.nights import copied


@pytest.fixture
def state(three_nights: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copied(three_nights, tmp_path)
