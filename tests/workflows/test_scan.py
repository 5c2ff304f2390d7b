"""A scan tells where it is."""

from pathlib import Path

import pytest

from dedup.workflows import scan as module
from tests.stories import story, write_texts


def stages(folder: Path) -> list[tuple[str, int]]:
    told = list[tuple[str, int]]()
    module.scan(folder, jobs=1, progress=lambda stage, articles: told.append((stage, articles)))
    return list(dict.fromkeys(told))


def test_each_stage_is_told_with_the_articles_so_far(tmp_path: Path) -> None:
    found = stages(write_texts(tmp_path / "in", {"a.txt": story(1), "b.txt": story(1)}))
    assert [one for one in found if one[0] != module.COMPILING] == [
        (stage, 2) for stage in ("reading", "footers", "comparing", "report")
    ]


def test_it_is_told_that_kernels_are_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "before_compiling", lambda do: do())
    assert stages(write_texts(tmp_path / "in", {"a.txt": story(1)}))[0] == (module.COMPILING, 0)
