import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dedup.model import Article
from dedup.readers import ahead, batches
from dedup.readers.ahead import IN_TURN, read_ahead
from dedup.readers.files import read
from dedup.settings import Settings

COUNT = 10 * IN_TURN


@pytest.fixture
def names(tmp_path: Path) -> list[str]:
    found = [f"{number:03}.txt" for number in range(COUNT)]
    for name in found:
        (tmp_path / name).write_text(f"The council met on day {name}.")
    return found


@pytest.fixture
def folder_fd(tmp_path: Path) -> Iterator[int]:
    fd = os.open(tmp_path, os.O_RDONLY)
    yield fd
    os.close(fd)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "COLD_SECONDS", -1.0)


def test_files_in_the_cache_need_no_thread(folder_fd: int, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "COLD_SECONDS", 60.0)
    before = threading.active_count()
    with read_ahead(folder_fd, names):
        assert threading.active_count() == before


@pytest.mark.usefixtures("slow")
def test_files_that_come_slowly_are_all_opened_ahead(
    folder_fd: int, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, done, real = list[str](), threading.Event(), os.open

    def noted(name: str, flags: int, *, dir_fd: int) -> int:
        opened.append(name)
        if len(set(opened)) == COUNT:
            done.set()
        return real(name, flags, dir_fd=dir_fd)

    monkeypatch.setattr(ahead.os, "open", noted)
    with read_ahead(folder_fd, names):
        assert done.wait(10)


@pytest.mark.usefixtures("slow")
def test_no_thread_is_left_whatever_happens(folder_fd: int, names: list[str]) -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), read_ahead(folder_fd, names):
        raise ZeroDivisionError
    assert threading.active_count() == before


@pytest.mark.usefixtures("slow")
def test_what_cannot_be_opened_is_left_to_the_reader(tmp_path: Path, folder_fd: int, names: list[str]) -> None:
    (tmp_path / names[0]).unlink()
    (tmp_path / names[-1]).unlink()
    os.mkfifo(tmp_path / names[-1])
    with read_ahead(folder_fd, names):
        pass


@pytest.mark.usefixtures("slow", "names")
def test_articles_are_the_same_as_ever(tmp_path: Path) -> None:
    settings = Settings()
    found = [one for batch in batches([tmp_path], settings) for one in read(batch, settings)]
    assert [one.text for one in found if isinstance(one, Article)] == [
        f"The council met on day {number:03}.txt." for number in range(COUNT)
    ]
