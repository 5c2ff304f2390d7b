"""Walks folders and cuts their files into batches: sorted by name, no symbolic link followed, no file opened.

``batches`` opens big JSON Lines files: one process reads and unpacks them, several can parse the blocks. ``walk``
names them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dedup.model import Unreadable
from dedup.readers.batch import Batch, FileBatch, Refused
from dedup.readers.big import LinesFile, file_blocks
from dedup.readers.kinds import ENDINGS, LINES, ONE_ARTICLE, kind_of
from dedup.readers.links import why_not_followed
from dedup.readers.names import shown_path
from dedup.readers.roots import Root, roots_of
from dedup.readers.streams import open_folder, refused
from dedup.settings import MEBIBYTE, Settings

_BATCH_BYTES = 8 * MEBIBYTE
_FILE_BYTES = 16 << 10  # what a text file counts for in a batch, whose size is not asked for: 512 in a batch
_OWN_BLOCKS = MEBIBYTE  # size from which a JSON Lines file is cut into blocks
_PACKED_GROWTH = 4
_SINGLE = frozenset(ending for ending, kind in ENDINGS.items() if kind in ONE_ARTICLE)
Sift = Callable[[str, str, list[str], int], list[str]]
"""Which files of a folder to read: called with the root, the folder below it, the names of its files in order, and a
descriptor of the folder; gives some of these names, in order."""

_SPECIAL = "not a regular file, but a named pipe, a socket or a device"


def batches(
    paths: Sequence[str | Path], settings: Settings, sift: Sift | None = None
) -> Iterator[Batch | Unreadable]:
    """The work of reading in pieces, and what the walk itself could not read, in the order of the paths.

    A file that several of ``paths`` lead to is read once, as part of the outermost folder. With ``sift``, only what
    it lets pass is read.

    Raises:
        InputError: a path does not exist, or is nothing that can be scanned.
    """
    return _in_blocks(walk(paths, sift), settings)


def walk(paths: Sequence[str | Path], sift: Sift | None = None) -> Iterator[FileBatch | LinesFile | Unreadable]:
    """The same with big JSON Lines files named: no file is opened.

    Raises:
        InputError: a path does not exist, or is nothing that can be scanned.
    """
    return _all_batches(roots_of(paths), sift)


def _in_blocks(
    found: Iterator[FileBatch | LinesFile | Unreadable], settings: Settings
) -> Iterator[Batch | Unreadable]:
    for one in found:
        if isinstance(one, LinesFile):
            yield from file_blocks(one, settings)
        else:
            yield one


def _all_batches(roots: list[Root], sift: Sift | None) -> Iterator[FileBatch | LinesFile | Unreadable]:
    folders = [root.path for root in roots if root.name is None]
    for root in roots:
        if root.name is None:
            yield from _folder_batches(root.path, folders, sift)
        else:
            yield from _file_batches(root, sift)


def _file_batches(root: Root, sift: Sift | None) -> Iterator[FileBatch | LinesFile]:
    folder, name = os.path.join(*root.parts[:-1]), root.parts[-1]  # noqa: PTH118
    if sift and not _passes(folder, name, sift):
        return
    shown = root.name if root.name != name else None
    assert root.name is not None
    kind, _ = kind_of(root.name) or ("", "")
    if kind == LINES and (size := os.path.getsize(root.path)) > _OWN_BLOCKS:  # noqa: PTH202
        yield LinesFile(folder, "", name, shown_path(root.name), size)
    else:
        yield FileBatch(folder, (("", (name,)),), shown)


def _passes(folder: str, name: str, sift: Sift) -> bool:
    try:
        fd = open_folder(folder, "")
    except Refused:
        return True  # whoever opens the file finds out why
    try:
        return bool(sift(folder, "", [name], fd))
    finally:
        os.close(fd)


@dataclass(slots=True)
class _Gathered:
    """Files on their way into a batch."""

    root: str
    folders: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    folder: str = ""
    names: list[str] = field(default_factory=list)
    bytes: int = 0

    def batch(self) -> Iterator[FileBatch]:
        """What has been gathered, if anything."""
        self.close_folder()
        if self.folders:
            yield FileBatch(self.root, tuple(self.folders))
        self.folders, self.bytes = [], 0

    def add(self, name: str, size: int) -> Iterator[FileBatch]:
        """Take one file; a big one begins a batch of its own."""
        if size >= _BATCH_BYTES:
            yield from self.batch()
        self.names.append(name)
        self.bytes += size
        if self.bytes >= _BATCH_BYTES:
            yield from self.batch()

    def add_small(self, names: list[str]) -> Iterator[FileBatch]:
        """Take many files that hold one article each."""
        at = 0
        while at < len(names):
            taken = names[at : at + -(-(_BATCH_BYTES - self.bytes) // _FILE_BYTES)]
            self.names += taken
            self.bytes += _FILE_BYTES * len(taken)
            at += len(taken)
            if self.bytes >= _BATCH_BYTES:
                yield from self.batch()

    def close_folder(self) -> None:
        """What follows is in another folder."""
        if self.names:
            self.folders.append((self.folder, tuple(self.names)))
            self.names = []


def _folder_batches(root: str, roots: list[str], sift: Sift | None) -> Iterator[FileBatch | LinesFile | Unreadable]:
    gathered = _Gathered(root)
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            listed = _listed(root, folder, roots, sift)
        except Refused as reason:
            yield Unreadable(shown_path(folder) or ".", f"the folder cannot be listed: {reason}")
            continue
        prefix = f"{folder}/" if folder else ""
        waiting.extend(prefix + name for name in reversed(listed.folders))
        yield from listed.unreadable
        gathered.close_folder()
        gathered.folder = folder
        if not listed.sizes:
            yield from gathered.add_small(listed.files)
            continue
        for name in listed.files:
            if name in listed.big_lines:
                yield from gathered.batch()
                yield LinesFile(root, folder, name, shown_path(prefix + name), listed.sizes[name])
            else:
                yield from gathered.add(name, listed.sizes.get(name, _FILE_BYTES))
    yield from gathered.batch()


@dataclass(slots=True)
class _Listed:
    """One folder's entries, sorted by name."""

    files: list[str]
    folders: list[str]
    sizes: dict[str, int]  # of the files that are no single text
    big_lines: set[str]
    unreadable: list[Unreadable]


def _listed(root: str, folder: str, roots: list[str], sift: Sift | None) -> _Listed:
    files: list[str] = []
    listed = _Listed(files, [], {}, set(), [])
    fd = open_folder(root, folder)
    try:
        with os.scandir(fd) as entries:
            for entry in entries:
                name = entry.name
                if name[name.rfind(".") :] in _SINGLE and name[0] != "." and entry.is_file(follow_symlinks=False):
                    files.append(name)  # the usual case, in as little as possible
                    continue
                if name[0] == ".":
                    continue
                known = kind_of(name)
                if entry.is_file(follow_symlinks=False):
                    if known:
                        listed.files.append(name)
                        if known[1] or known[0] not in ONE_ARTICLE:
                            _note_size(entry, known, listed)
                elif entry.is_dir(follow_symlinks=False):
                    listed.folders.append(name)
                elif entry.is_symlink():
                    path = f"{folder}/{name}" if folder else name
                    if reason := why_not_followed(f"{root}/{path}", roots):
                        listed.unreadable.append(Unreadable(shown_path(path), reason))
                elif known:
                    path = f"{folder}/{name}" if folder else name
                    listed.unreadable.append(Unreadable(shown_path(path), _SPECIAL))
        listed.files.sort()
        if sift:
            listed.files = sift(root, folder, listed.files, fd)
    except OSError as error:
        raise refused(error) from None
    finally:
        os.close(fd)
    listed.folders.sort()
    listed.unreadable.sort()
    return listed


def _note_size(entry: os.DirEntry[str], known: tuple[str, str], listed: _Listed) -> None:
    try:
        size = entry.stat(follow_symlinks=False).st_size
    except OSError:
        return  # whoever opens it finds out why
    grown = size * _PACKED_GROWTH if known[1] else size
    listed.sizes[entry.name] = max(_FILE_BYTES, grown)
    if known[0] == LINES and grown > _OWN_BLOCKS:
        listed.big_lines.add(entry.name)
