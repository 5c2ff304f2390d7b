"""A few nights of a small collection, and the state that they leave, for tests of what looks at states."""

import shutil
import sqlite3
from pathlib import Path

import dedup
from dedup.store.seal import seal
from tests.stories import record, story, write_records, write_texts


def nights(folder: Path) -> Path:
    """Three nights: a cluster of two and a large file; a copy more and an article less; and a new cluster.

    Returns:
        The state, in ``folder``, with the articles beside it in ``articles``.
    """
    articles, state = folder / "articles", folder / "news.db"
    footer = " ".join(story(99, 30).split())
    texts = {
        f"{name}.txt": f"{story(seed)}\n\n{footer}" for name, seed in zip("abcdef", (1, 1, 3, 4, 5, 6), strict=True)
    }
    write_texts(articles, texts)
    write_records(articles / "feed.jsonl", [record(f"r{i}", story(20 + i)) for i in range(3)])
    dedup.scan([articles], state=state, jobs=1)
    (articles / "c.txt").unlink()
    write_texts(articles, {"g.txt": f"{story(1)} {story(2, 9)}"})
    dedup.scan([articles], state=state, jobs=1)
    write_texts(articles, {"h.txt": story(8), "i.txt": story(8)})
    dedup.scan([articles], state=state, jobs=1)
    return state


def copied(state: Path, folder: Path) -> Path:
    """A copy of a state with its columns."""
    shutil.copy(state, folder)
    shutil.copytree(f"{state}-columns", folder / f"{state.name}-columns")
    return folder / state.name


def altered(state: Path, *statements: str) -> None:
    """Something else in the database of a state, sealed as dedup does it."""
    opened = sqlite3.connect(state, isolation_level=None)
    for statement in statements:
        opened.execute(statement)
    (pages,), (size,) = (opened.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    opened.close()
    seal(state, pages * size)
