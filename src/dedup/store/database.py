"""The SQLite file of a state: its tables, and how it is replaced as a whole.

The file is never written into. A run writes a copy, and puts it in place of the old one at its end: that is its one
transaction. Whoever has the old file open goes on reading it; whatever happens before leaves it as it was.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from dedup.errors import StateError
from dedup.store.seal import is_sealed, seal
from dedup.store.shelf import REMEDY, columns_of

SQLITE = b"SQLite format 3\0"
"""How every SQLite file begins."""

APPLICATION = 0x64656475
"""The number by which SQLite files say whose they are, at byte 68: ``dedu``."""

VERSION = 1
"""Of the tables below; a state of another version is not read."""

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, started TEXT NOT NULL, finished TEXT NOT NULL,
    seconds REAL NOT NULL, paths TEXT NOT NULL, counts TEXT NOT NULL);
CREATE TABLE segments (file TEXT, start INTEGER, stop INTEGER, digest BLOB NOT NULL);
CREATE TABLE pieces (
    number INTEGER PRIMARY KEY, root BLOB NOT NULL, path BLOB NOT NULL, first_line INTEGER NOT NULL,
    size INTEGER, modified_ns INTEGER, changed_ns INTEGER, inode INTEGER, settled INTEGER NOT NULL,
    digest BLOB NOT NULL, first_row INTEGER NOT NULL, articles INTEGER NOT NULL, unreadable TEXT);
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, path TEXT, title TEXT, source TEXT, published TEXT, markers TEXT,
    url TEXT, canonical TEXT, author TEXT, publisher TEXT, based_on TEXT);
CREATE TABLE examples (footer TEXT PRIMARY KEY, row INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE learned (place INTEGER PRIMARY KEY, name TEXT NOT NULL, words BLOB NOT NULL);
CREATE TABLE measures (what TEXT PRIMARY KEY, rows BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (id TEXT PRIMARY KEY, first_run INTEGER NOT NULL, last_run INTEGER) WITHOUT ROWID;
CREATE TABLE clusters (id TEXT PRIMARY KEY, first_seen TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE members (article TEXT PRIMARY KEY, cluster TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (run INTEGER NOT NULL, place INTEGER NOT NULL, change TEXT NOT NULL, PRIMARY KEY (run, place))
    WITHOUT ROWID;
"""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, to be read; nothing is written beside it, and a run that ends meanwhile changes nothing in it.

    Raises:
        StateError: there is none, it is damaged, no state, or one of another version.
    """
    check_is_state(path)
    opened = None
    try:
        opened = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
        _check_version(path, opened)
        _check_seal(path, path)
        yield opened
    except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:
        raise StateError(f"state {path} is damaged ({problem}): {REMEDY}") from None
    finally:
        if opened:
            opened.close()


def check_is_state(path: Path) -> None:
    """Raise StateError of what is no state, whole or damaged, and must not be replaced by one."""
    if not path.is_file():
        what = "is no file" if path.exists() else "does not exist"
        raise StateError(f"state {path} {what}; wanted what 'dedup scan --state' writes")
    try:
        with path.open("rb") as file:
            head = file.read(72)
    except OSError as problem:
        raise StateError(f"cannot read state {path}: {problem.strerror}; give permission, or name another") from None
    ours = head.startswith(SQLITE) and head[68:] == APPLICATION.to_bytes(4, "big")
    if not ours and not columns_of(path).is_dir():
        raise StateError(f"{path} is no state of dedup; name another file")


def _check_seal(path: Path, file: Path) -> None:
    """Raise StateError unless a file, the database of a state or a copy of it, is as it was written."""
    try:
        whole = is_sealed(file)
    except OSError as problem:
        raise StateError(f"cannot read state {path}: {problem.strerror}; {REMEDY}") from None
    if not whole:
        raise StateError(f"state {path} is damaged (its bytes are not those that were written): {REMEDY}")


def _check_version(path: Path, opened: sqlite3.Connection) -> None:
    (application,), (version,) = (
        opened.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    if application != APPLICATION:
        raise sqlite3.DatabaseError("it does not say that it is a state")
    if version != VERSION:
        newer = "a newer" if version > VERSION else "an older"
        raise StateError(
            f"state {path} was written by {newer} version of dedup (its tables are version {version}, wanted "
            f"{VERSION}); use that version, or pass --rebuild to start a new state in its place"
        )


class Replacement:
    """A copy of a database, or a new one, that is on its way to its place."""

    def __init__(self, path: Path, *, anew: bool) -> None:
        """Copy the database of a state; where there is none or ``anew``, make an empty one.

        Raises:
            StateError: there is no room, or no permission, or the state was damaged since it was loaded.
        """
        self.path = path
        self._part = path.with_name(f"{path.name}-new")
        self._made: sqlite3.Connection | None = None
        try:
            with writing(path):
                self._part.unlink(missing_ok=True)
                copied = path.exists() and not anew
                if copied:
                    shutil.copyfile(path, self._part)
                    _check_seal(path, self._part)
                self.opened = self._made = sqlite3.connect(self._part, isolation_level=None)
                self.opened.execute("PRAGMA journal_mode = OFF")  # what goes wrong loses the copy, nothing else
                self.opened.execute("PRAGMA synchronous = OFF")
                self.opened.execute("BEGIN")
                if not copied:
                    self._create()
        except BaseException:
            self.drop()
            raise

    def _create(self) -> None:
        for statement in TABLES.split(";"):
            self.opened.execute(statement)
        self.opened.execute(f"PRAGMA application_id = {APPLICATION}")
        self.opened.execute(f"PRAGMA user_version = {VERSION}")

    def finish(self) -> None:
        """Bring the copy to the disk.

        Raises:
            StateError: there is no room.
        """
        with writing(self.path):
            self.opened.execute("COMMIT")
            (pages,), (page_bytes,) = (
                self.opened.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size")
            )
            self.opened.close()
            seal(self._part, pages * page_bytes)
            if self.path.exists():
                shutil.copymode(self.path, self._part)

    def put(self) -> None:
        """Put the finished copy in place."""
        with writing(self.path):
            self._part.replace(self.path)
            fd = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def drop(self) -> bool:
        """Forget the copy; False if it is in place already, so that nothing of it may go."""
        if self._made:
            self._made.close()
        try:
            self._part.unlink()
        except FileNotFoundError:
            return False
        except OSError:
            return self._part.exists()
        return True


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Failures to write a state, in words for people."""
    try:
        yield
    except OSError as problem:
        raise unwritable(path, problem) from None
    except sqlite3.DatabaseError as problem:
        raise StateError(f"cannot write state {path}: {problem}; make room, and run again") from None


def unwritable(path: Path, problem: OSError) -> StateError:
    """What to tell of a state that the system does not let be written."""
    reason = problem.strerror or type(problem).__name__
    return StateError(f"cannot write state {path}: {reason}; make room or give permission, and run again")
