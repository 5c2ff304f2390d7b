from collections.abc import Callable
from pathlib import Path

import pytest

from dedup.model import Article, Unreadable
from dedup.readers import batches, read
from dedup.settings import Settings

Read = Callable[..., tuple[list[Article], list[Unreadable]]]


def read_all(*paths: Path, settings: Settings | None = None) -> tuple[list[Article], list[Unreadable]]:
    settings = settings or Settings()
    found: list[Article | Unreadable] = []
    for work in batches(paths, settings):
        found.extend([work] if isinstance(work, Unreadable) else read(work, settings))
    articles = [one for one in found if isinstance(one, Article)]
    for article in articles:
        for value in (article.id, article.path, article.text, article.title, article.source, article.url):
            assert value is None or value.encode() is not None
    return articles, [one for one in found if isinstance(one, Unreadable)]


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    folder = tmp_path / "wire"
    folder.mkdir()
    return folder
