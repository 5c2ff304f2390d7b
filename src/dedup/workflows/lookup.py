"""Lookup: from what a person calls an article, a file or an id of a report or state, to the article, read anew."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from dedup.errors import InputError
from dedup.model import Article, Unreadable
from dedup.readers import Batch, FileBatch, LineBlock, batches, read
from dedup.readers.given import given_article
from dedup.readers.kinds import ENDINGS, ONE_ARTICLE, kind_of
from dedup.readers.names import shown_path
from dedup.report.finding import CLOSE, did_you_mean
from dedup.settings import Settings
from dedup.workflows.recalled import Recalled

LOOKED_AT = 20_000
"""Names among which similar ones are looked for."""

KNOWN = ", or an id of a report (--report) or of a state (--state)"
"""What ``dedup explain`` takes beside files."""

_LINE = re.compile(r"(.+):(\d+)")
_ORDINAL = re.compile(r"#(\d+)")


def file_of(name: str) -> tuple[Path, str | None] | None:
    """The file or folder that a name leads to, and the id of a record in it, where it gives one.

    Forms are ``path``, ``path#id``, and ``path:line`` for a record that has no id of its own.
    """
    if os.path.lexists(name):
        return Path(name), None
    for at in (found.start() for found in re.finditer("#", name)):
        if os.path.isfile(name[:at]):  # noqa: PTH113 - false, not an error, for what can be no path
            return Path(name[:at]), name[at + 1 :]
    line = _LINE.fullmatch(name)
    if line and os.path.isfile(line[1]):  # noqa: PTH113
        return Path(line[1]), f"{shown_path(Path(line[1]).name)}:{line[2]}"
    return None


def article_of_file(name: str, settings: Settings, *, known: str = KNOWN) -> Article:
    """The article that a file is, or that a record in it is; its id is the name.

    Args:
        name: of the file, with ``#id`` for a record.
        settings: how to read.
        known: what else a name may be, to go on with in the message about one that is no file.

    Raises:
        InputError: there is no such file or record, it cannot be read, or it is one of several.
    """
    found = file_of(name)
    if found is None:
        raise InputError(
            f"{name} does not exist; wanted a file that is an article{known}{did_you_mean(name, _beside(name))}"
        )
    path, wanted = found
    if path.is_dir():
        raise InputError(f"{name} is a folder; wanted a file that is an article{known}")
    if path.exists() and kind_of(path.name) is None:
        raise InputError(
            f"{name} is no kind of file that holds articles; wanted one that ends in {', '.join(ENDINGS)}"
        )
    ids, match, count = list[str](), list[Article](), 0
    reasons = dict[str, str]()
    for one in _all(batches([path], settings), settings):
        if isinstance(one, Unreadable):
            reasons[one.path] = one.reason
            continue
        count += 1
        if wanted is None or one.id == wanted:
            match = [*match[:1], one]
        if len(ids) < LOOKED_AT:
            ids.append(one.id)
    if wanted is not None and not match:
        if wanted in reasons:
            raise InputError(f"{name} cannot be read: {reasons[wanted]}")
        close = did_you_mean(wanted, ids) or (f", but {ids[0]!r} and others" if ids else "")
        raise InputError(f"{path} has no article {wanted!r}{close}")
    if not count:
        reason = next(iter(reasons.values()), "there is no article in it")
        raise InputError(f"{name} cannot be read: {reason}")
    if len(match) > 1:
        some = " or ".join(f"{path}#{id_}" for id_ in ids[:2]) if wanted is None else "a file of its own"
        held = f"{count:,} articles" if wanted is None else f"several articles {wanted!r}"
        raise InputError(f"{path} holds {held}; name one of them, such as {some}")
    return replace(match[0], id=shown_path(name))


def article_of_stream(stream: BinaryIO, settings: Settings) -> Article:
    """The article that standard input is: a JSON object, a page or a text.

    Raises:
        InputError: it is empty, too large, binary data, or several articles.
    """
    found = given_article(stream.read(settings.max_article_bytes + 1), settings)
    if isinstance(found, Unreadable):
        raise InputError(f"standard input cannot be read: {found.reason}")
    return found


def articles_of_report(names: Sequence[str], report: Recalled, settings: Settings) -> dict[str, Article]:
    """The articles that a report calls by these ids, read once more, each with the name as its id.

    Args:
        names: ids; those that the report's articles do not have may name files.
        report: what it says of them.
        settings: how to read.

    Costs what reading the files of records among the scanned ones costs, unless the report has both in clusters.

    Raises:
        InputError: an article is not there any more, or a name means several.
    """
    try:
        pieces = batches(report.paths, settings)
    except InputError as problem:
        raise InputError(f"{report.source} was made of what is no longer there: {problem}") from None
    search = _Search(names, report.path_of)
    for one in _all(search.relevant(pieces), settings):
        search.look_at(one)
        if search.done:
            break
    for name in names:
        several = search.several.get(name, [])
        if len(several) > 1 and name not in report.path_of:
            raise InputError(f"{name} is the id of several articles; give {' or '.join(several[:CLOSE])}")
        if name in search.found:
            continue
        if name in search.reasons:
            raise InputError(f"{name} cannot be read: {search.reasons[name]}")
        if file_of(name) is None:
            where = f"there is no article {name!r} in what {report.source} was made of"
            raise InputError(f"{where}{did_you_mean(name, search.ids)}")
        search.found[name] = article_of_file(name, settings)
    return search.found


def articles_of_state(names: Sequence[str], state: Recalled, settings: Settings) -> dict[str, Article]:
    """The articles that a state knows by these ids, read once more, each with the name as its id.

    Args:
        names: ids; those that the state does not know may name files.
        state: what it knows of them.
        settings: how to read.

    Costs what reading the files that hold them costs.

    Raises:
        InputError: the state knows no such article, or it is not there any more.
    """
    strangers = [name for name in names if name not in state.path_of]
    for name in strangers:
        if file_of(name) is None:
            raise InputError(f"state {state.source} knows no article {name!r}{did_you_mean(name, state.ids)}")
    known = [name for name in names if name in state.path_of]
    found = articles_of_report(known, state, settings) if known else {}
    return found | {name: article_of_file(name, settings) for name in strangers}


class _Search:
    """What is looked for among the articles of a scan, and what was found."""

    def __init__(self, names: Sequence[str], paths: Mapping[str, str]) -> None:
        self.found: dict[str, Article] = {}
        self.several: dict[str, list[str]] = {}
        """For each name the ids of the articles that it may mean."""

        self.ids: list[str] = []
        self.reasons: dict[str, str] = {}
        self._names, self._paths = set(names), paths
        self._files = {name[:at] for name in names for at in [*_marks(name), len(name)]}
        self._seen: dict[str, int] = {}
        known = {paths.get(name) for name in names}
        self._only = None if None in known else known

    @property
    def done(self) -> bool:
        """Whether nothing more can come: all are known to the report, and found."""
        return self.found.keys() >= self._names <= self._paths.keys()

    def relevant(self, pieces: Iterator[Batch | Unreadable]) -> Iterator[Batch | Unreadable]:
        """What may hold one of the articles: of files that are one article each, only those of these names."""
        for piece in pieces:
            if isinstance(piece, Unreadable):
                yield piece
            elif isinstance(piece, LineBlock):
                if self._only is None or piece.path in self._only:
                    yield piece
            else:
                yield self._files_of(piece)

    def _files_of(self, piece: FileBatch) -> FileBatch:
        folders = []
        for folder, names in piece.folders:
            kept = tuple(
                name for name in names if self._may_hold(f"{folder}/" if folder else "", piece.shown or name)
            )
            folders.append((folder, kept))
        return replace(piece, folders=tuple(folders))

    def _may_hold(self, prefix: str, name: str) -> bool:
        path, (kind, _) = shown_path(prefix + name), kind_of(name) or ("", "")
        if kind in ONE_ARTICLE:
            if path not in self._files:
                self._note(path)
            return path in self._files
        return self._only is None or path in self._only

    def look_at(self, one: Article | Unreadable) -> None:
        """Take an article if it is one of those looked for."""
        if isinstance(one, Unreadable):
            self.reasons[one.path] = one.reason
            return
        self._note(one.id)
        if one.id in self._names:
            self.found.setdefault(one.id, one)
            self.several.setdefault(one.id, []).append(f"{one.path}#{one.id}")
        longer = f"{one.path}#{one.id}"  # what the scan calls it where its id stands twice
        self._seen[longer] = order = self._seen.get(longer, 0) + 1 if self._wanted(longer) else 0
        for name in self._names if order else ():
            ordinal = _ORDINAL.fullmatch(name.removeprefix(longer)) if name.startswith(longer) else None
            if (name == longer and order == 1) or (ordinal and int(ordinal[1]) == order):
                self.found[name] = replace(one, id=name)

    def _wanted(self, longer: str) -> bool:
        return any(name.startswith(longer) for name in self._names)

    def _note(self, id_: str) -> None:
        if len(self.ids) < LOOKED_AT:
            self.ids.append(id_)


def _marks(name: str) -> list[int]:
    return [found.start() for found in re.finditer("#", name)]


def _all(pieces: Iterator[Batch | Unreadable], settings: Settings) -> Iterator[Article | Unreadable]:
    for piece in pieces:
        if isinstance(piece, Unreadable):
            yield piece
        else:
            yield from read(piece, settings)


def _beside(name: str) -> list[str]:
    """The files beside the one that a name would be."""
    folder = Path(name).parent
    try:
        return [str(folder / entry) for entry in sorted(os.listdir(folder))[:LOOKED_AT]]  # noqa: PTH208 - names only
    except (OSError, ValueError):
        return []
