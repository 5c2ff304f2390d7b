"""Walks folders and cuts their files into batches: sorted by name, no symbolic link followed, no file opened.

Only big JSON Lines files are opened here: one process reads and unpacks them, several can parse the blocks.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dedup.errors import InputError
from dedup.model import Unreadable
from dedup.readers.batch import Batch, FileBatch, LineBlock, Refused
from dedup.readers.kinds import ENDINGS, LINES, ONE_ARTICLE, kind_of
from dedup.readers.lines import blocks
from dedup.readers.links import why_not_followed
from dedup.readers.names import shown_path
from dedup.readers.streams import Stream, open_file, refused
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


@dataclass(frozen=True, slots=True, order=True)
class _Root:
    """A folder or file that was given, by its real path."""

    parts: tuple[str, ...]
    name: str | None  # of a file, as it was given

    @property
    def path(self) -> str:
        return os.path.join(*self.parts)  # noqa: PTH118


def batches(
    paths: Sequence[str | Path], settings: Settings, sift: Sift | None = None
) -> Iterator[Batch | Unreadable]:
    """The work of reading in pieces, and what the walk itself could not read, in the order of the paths.

    A file that several of ``paths`` lead to is read once, as part of the outermost folder. With ``sift``, only what
    it lets pass is read.

    Raises:
        InputError: a path does not exist, or is nothing that can be scanned.
    """
    roots = _roots(paths)
    return _all_batches(roots, settings, sift)


def open_folder(root: str, folder: str) -> int:
    """A descriptor of a folder below ``root``, however long its path is.

    Raises:
        Refused: it cannot be opened.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(f"{root}/{folder}" if folder else root, flags)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise refused(error) from None
    fd = open_folder(root, "")
    for name in folder.split("/"):
        try:
            inner = os.open(name, flags, dir_fd=fd)
        except OSError as error:
            raise refused(error) from None
        finally:
            os.close(fd)
        fd = inner
    return fd


def _roots(paths: Sequence[str | Path]) -> list[_Root]:
    """What was given, outermost first, without what lies in another."""
    roots: list[_Root] = []
    for root in sorted({_root(str(path)) for path in paths}, key=lambda r: (r.parts, r.name or "")):
        if not any(_covers(outer, root) for outer in roots):
            roots.append(root)
    return roots


def _root(path: str) -> _Root:
    real = os.path.realpath(path)
    try:
        mode = Path(real).stat().st_mode
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise InputError(f"{path} does not exist; wanted a folder or a file to scan") from None
        raise InputError(f"{path} cannot be scanned: {error.strerror}; wanted a folder or a file") from None
    if stat.S_ISDIR(mode):
        return _Root(Path(real).parts, None)
    name = Path(os.path.abspath(path)).name  # noqa: PTH100 - resolve() would follow the link
    if not stat.S_ISREG(mode):
        raise InputError(f"{path} is neither a folder nor a regular file; give one of these to scan")
    if kind_of(name) is None:
        raise InputError(
            f"{path} is no kind of file that holds articles; wanted a folder, or a file that ends in "
            f"{', '.join(ENDINGS)} (and .gz, .zst, .xz)"
        )
    return _Root(Path(real).parts, name)


def _covers(outer: _Root, inner: _Root) -> bool:
    """Whether the walk through ``outer`` comes to ``inner``."""
    below = inner.parts[len(outer.parts) :]
    if inner.parts[: len(outer.parts)] != outer.parts:
        return False
    if not below:
        return True
    if outer.name is not None or any(part.startswith(".") for part in below):
        return False
    return inner.name is None or kind_of(below[-1]) is not None


def _all_batches(roots: list[_Root], settings: Settings, sift: Sift | None) -> Iterator[Batch | Unreadable]:
    folders = [root.path for root in roots if root.name is None]
    for root in roots:
        if root.name is None:
            yield from _folder_batches(root.path, folders, settings, sift)
        else:
            yield from _file_batches(root, settings, sift)


def _file_batches(root: _Root, settings: Settings, sift: Sift | None) -> Iterator[Batch | Unreadable]:
    folder, name = os.path.join(*root.parts[:-1]), root.parts[-1]  # noqa: PTH118
    if sift and not _passes(folder, name, sift):
        return
    shown = root.name if root.name != name else None
    assert root.name is not None
    kind, _ = kind_of(root.name) or ("", "")
    if kind == LINES and os.path.getsize(root.path) > _OWN_BLOCKS:  # noqa: PTH202
        yield from _line_blocks(folder, "", name, shown=root.name, settings=settings)
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


def _folder_batches(
    root: str, roots: list[str], settings: Settings, sift: Sift | None
) -> Iterator[Batch | Unreadable]:
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
                yield from _line_blocks(root, folder, name, shown=prefix + name, settings=settings)
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


def _line_blocks(
    root: str, folder: str, name: str, *, shown: str, settings: Settings
) -> Iterator[Batch | Unreadable]:
    shown, path = shown_path(shown), f"{folder}/{name}" if folder else name
    kind = kind_of(shown)
    fd = -1
    try:
        folder_fd = open_folder(root, folder)
        try:
            fd = open_file(name, folder_fd)
        finally:
            os.close(folder_fd)
        for block in blocks(Stream(fd, kind[1] if kind else "", settings), shown, settings):
            yield replace(block, root=root, file=path) if isinstance(block, LineBlock) else block
    except Refused as reason:
        yield Unreadable(shown, str(reason))
    finally:
        if fd >= 0:
            os.close(fd)
