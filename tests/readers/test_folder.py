import os
import pickle
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dedup.errors import InputError
from dedup.model import Unreadable
from dedup.readers import FileBatch, batches, read
from dedup.settings import Settings

from .conftest import read_all

TEXT = "The market hall in Lowen burns for a second time this year.\n"


def article(folder: Path, name: str, text: str = TEXT) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(*paths: Path) -> list[str]:
    articles, unreadable = read_all(*paths)
    assert unreadable == []
    return [a.id for a in articles]


@pytest.fixture
def no_hanging() -> Iterator[None]:
    signal.alarm(5)
    yield
    signal.alarm(0)


def test_articles_are_named_by_their_path_below_the_scanned_folder(wire: Path) -> None:
    article(wire, "b.txt")
    article(wire, "a/deep/c.txt")
    assert ids(wire) == ["b.txt", "a/deep/c.txt"]


def test_a_file_is_named_by_its_own_name(wire: Path) -> None:
    assert ids(article(wire, "a/b.txt")) == ["b.txt"]


def test_hidden_files_hidden_folders_and_other_kinds_are_passed_over(wire: Path) -> None:
    for name in (".hidden.txt", ".git/a.txt", "style.css", "a.png", "README", "b.txt.bz2", "x.gz"):
        article(wire, name)
    assert ids(wire) == []


def test_the_order_does_not_depend_on_the_order_of_the_folder(wire: Path) -> None:
    for name in ("c.txt", "a.txt", "b.txt", "z/a.txt", "y/a.txt"):
        article(wire, name)
    assert ids(wire) == ["a.txt", "b.txt", "c.txt", "y/a.txt", "z/a.txt"]


def test_a_file_that_several_paths_lead_to_is_read_once(wire: Path) -> None:
    path = article(wire, "a/b.txt")
    (wire.parent / "link").symlink_to(wire)
    for given in (
        [wire, wire],
        [wire, path],
        [path, wire],
        [path, path],
        [wire / "a", wire],
        [wire, wire.parent / "link"],
    ):
        assert len(ids(*given)) == 1


def test_the_order_of_the_paths_changes_nothing(wire: Path) -> None:
    for name in ("a/b.txt", "a/c.txt", "d.txt"):
        article(wire, name)
    assert ids(wire, wire / "a") == ids(wire / "a", wire) == ids(wire)


def test_a_hidden_folder_that_is_given_is_read(wire: Path) -> None:
    article(wire, ".old/a.txt")
    article(wire, "b.txt")
    assert sorted(ids(wire, wire / ".old")) == ["a.txt", "b.txt"]


def test_a_path_may_be_a_symbolic_link(wire: Path) -> None:
    article(wire, "a.txt")
    blob = article(wire.parent, "blob", TEXT)
    (wire.parent / "today").symlink_to(wire)
    (wire.parent / "latest.txt").symlink_to(blob)
    assert ids(wire.parent / "today") == ["a.txt"]
    assert ids(wire.parent / "latest.txt") == ["latest.txt"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "does not exist"),
        ("a.png", "no kind of file that holds articles"),
        ("pipe.txt", "neither a folder"),
    ],
)
def test_a_path_that_cannot_be_scanned_is_an_error_at_once(wire: Path, name: str, words: str) -> None:
    article(wire, "a.png")
    os.mkfifo(wire / "pipe.txt")
    with pytest.raises(InputError, match=words):
        batches([wire / name], Settings())


def test_a_link_inside_the_folder_is_passed_over_for_its_target_is_read(wire: Path) -> None:
    article(wire, "a.txt")
    article(wire, "b/c.txt")
    (wire / "again.txt").symlink_to("a.txt")
    (wire / "loop").symlink_to(wire)
    (wire / "b" / "up").symlink_to("..")
    assert ids(wire) == ["a.txt", "b/c.txt"]


def test_a_link_into_another_scanned_folder_is_passed_over(wire: Path) -> None:
    other = article(wire.parent / "other", "x.txt")
    (wire / "x.txt").symlink_to(other)
    assert len(ids(wire, other.parent)) == 1


@pytest.mark.parametrize(
    ("name", "target", "words"),
    [
        ("out.txt", "../secret.txt", "leads out of the scanned folder; not followed"),
        ("out", "..", "leads out of the scanned folder; not followed"),
        ("round.txt", "round.txt", "leads round in a circle"),
        ("round", "round", "leads round in a circle"),
        ("broken.txt", "nowhere.txt", "broken symbolic link"),
        ("hidden.txt", ".cache/a", "something hidden"),
    ],
)
def test_a_link_that_hides_an_article_is_named_and_not_followed(
    wire: Path, name: str, target: str, words: str
) -> None:
    article(wire.parent, "secret.txt")
    article(wire, ".cache/a")
    (wire / name).symlink_to(target)
    articles, [unreadable] = read_all(wire)
    assert articles == []
    assert unreadable.path == name
    assert words in unreadable.reason


def test_links_to_pictures_are_nobodys_business(wire: Path) -> None:
    article(wire.parent, "a.png")
    (wire / "a.png").symlink_to("../a.png")
    (wire / "b.png").symlink_to("nowhere.png")
    assert ids(wire) == []


def test_pipes_and_sockets_are_named_and_never_waited_for(wire: Path, no_hanging: None) -> None:
    os.mkfifo(wire / "pipe.txt")
    os.mkfifo(wire / "pipe.jsonl.gz")
    os.mkfifo(wire / "pipe.png")
    here = Path.cwd()
    os.chdir(wire)  # the path of a socket is limited to 107 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.html")
        os.chdir(here)
        _, unreadable = read_all(wire)
    assert [u.path for u in unreadable] == ["pipe.jsonl.gz", "pipe.txt", "socket.html"]
    assert all("not a regular file" in u.reason for u in unreadable)


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.csv", "a.warc", "a.parquet", "a.json"])
def test_a_file_that_turns_into_a_pipe_is_not_waited_for(wire: Path, no_hanging: None, name: str) -> None:
    path = article(wire, name)
    works = list(batches([wire], Settings()))
    path.unlink()
    os.mkfifo(path)
    [found] = [one for work in works for one in read(work, Settings())]  # type: ignore[arg-type]
    assert isinstance(found, Unreadable)


def test_a_file_that_turns_into_a_link_is_not_followed(wire: Path) -> None:
    path = article(wire, "a.txt")
    works = list(batches([wire], Settings()))
    path.unlink()
    path.symlink_to("/etc/hostname")
    [found] = [one for work in works for one in read(work, Settings())]  # type: ignore[arg-type]
    assert isinstance(found, Unreadable)
    assert "not followed" in found.reason


def test_a_folder_that_vanishes_names_each_of_its_files(wire: Path) -> None:
    paths = [article(wire, "a/b.txt"), article(wire, "a/c.txt")]
    works = list(batches([wire], Settings()))
    for path in paths:
        path.unlink()
    (wire / "a").rmdir()
    found = [one for work in works for one in read(work, Settings())]  # type: ignore[arg-type]
    assert [one.path for one in found] == ["a/b.txt", "a/c.txt"]


def test_names_that_are_no_utf_8_are_read_and_can_be_printed(wire: Path) -> None:
    folder = os.fsencode(wire)
    for name in (b"caf\xe9.txt", b"line\nbreak.txt", b"caf\xe9.html", b"\xff.jsonl"):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(b"junk" if name.endswith(b"jsonl") else TEXT.encode())
    articles, unreadable = read_all(wire)
    assert [a.id for a in articles] == ["caf\\xe9.html", "caf\\xe9.txt", "line\ufffdbreak.txt"]
    assert [u.path for u in unreadable] == ["\\xff.jsonl:1"]


def test_a_tree_deeper_than_the_longest_path_is_read_to_its_end(wire: Path) -> None:
    name, depth = "d" * 200, 30
    fd = os.open(wire, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=fd)
        inner = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    out = os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=fd)
    os.write(out, TEXT.encode())
    os.close(out)
    os.close(fd)
    assert ids(wire) == ["/".join([name] * depth) + "/a.txt"]


def test_a_folder_that_cannot_be_listed_is_named(wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    article(wire, "open/a.txt")
    article(wire, "locked/b.txt")
    real = os.open

    def refusing(path: str, *args: int, **kwargs: int) -> int:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refusing)
    articles, unreadable = read_all(wire)
    assert [a.id for a in articles] == ["open/a.txt"]
    assert unreadable == [Unreadable("locked", "the folder cannot be listed: no permission to read it")]


def test_small_files_of_many_folders_share_batches(wire: Path) -> None:
    for folder in range(30):
        for name in range(20):
            article(wire, f"{folder:02}/{name}.txt")
    works = list(batches([wire], Settings()))
    assert all(isinstance(work, FileBatch) for work in works)
    assert [len(work) for work in works if isinstance(work, FileBatch)] == [512, 88]


def test_work_survives_the_way_to_another_process(wire: Path) -> None:
    for name in ("a.txt", "b.html", "c/d.jsonl"):
        article(wire, name)
    works = list(batches([wire], Settings()))
    assert pickle.loads(pickle.dumps(works)) == works


def test_nothing_is_walked_before_it_is_asked_for(wire: Path) -> None:
    article(wire, "a.txt")
    works = batches([wire], Settings())
    article(wire, "b.txt")
    assert sum(len(work) for work in works if isinstance(work, FileBatch)) == 2
