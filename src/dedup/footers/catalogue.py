"""The catalogue of footers: what boilerplate is known to look like, read from TOML and checked once.

The shipped ``catalogue.toml`` comes first, a user's own files on top of it: an entry with the name of an earlier
one takes its place, words of a ``[same]`` line join the line that has one of them already.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import xxhash

from dedup.errors import SettingsError

KINDS = (
    "takedown", "copyright", "credit", "byline", "navigation", "related", "newsletter", "social", "legal", "comments",
    "advertising", "template",
)  # fmt: skip
TELLS = ("origin", "aggregator", "nothing")
PLACES = ("anywhere", "line", "start", "end")
SLOTS = {
    "name": 8, "owner": 10, "agency": 6, "author": 8, "source": 8, "mark": 1, "year": 1, "number": 1, "date": 5,
    "place": 4, "address": 8, "title": 20,
}  # fmt: skip
"""The slots of wordings, and how many words each may swallow."""

SLOT = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TABLES = {"same", "weak", "agencies", "footer"}
_TEXTS = {
    "name": "",
    "kind": "",
    "tells": "nothing",
    "language": "en",
    "place": "anywhere",
    "marker": "",
    "shape": "",
}
_CHOICES = {"kind": KINDS, "tells": TELLS, "place": PLACES}
_LISTS = ("wordings", "unlike")


@dataclass(frozen=True, slots=True)
class Entry:
    """One known footer, in all its wordings."""

    name: str
    """Unique in a catalogue; the id of the footer in reports."""

    kind: str
    wordings: tuple[str, ...]
    """Each about a sentence, with slots such as ``{owner}``."""

    tells: str = "nothing"
    """What finding it says about the article: that it is an ``origin``, an ``aggregator``, or ``nothing``."""

    language: str = "en"
    place: str = "anywhere"
    """``anywhere``; ``line``: it fills a block by itself; ``start``, ``end``: it stands there in a block."""

    marker: str = ""
    """Kind of the marker that has the matched words as its value, if there is to be one."""

    shape: str = ""
    """Regular expression that must be found in the text around a match, if not empty."""

    unlike: tuple[str, ...] = ()
    """Sentences of stories that must not match."""


@dataclass(frozen=True)
class Catalogue:
    """All known footers. Small enough to be sent to each worker, which makes its own tables of it."""

    entries: tuple[Entry, ...]
    same: tuple[tuple[str, ...], ...] = ()
    """Words that stand for each other."""

    weak: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By language the words that say little."""

    agencies: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By name the ways in which an agency is written."""

    @cached_property
    def fingerprint(self) -> str:
        """Digest of all content, 32 hexadecimal digits: equal for equal catalogues on every machine."""
        content = {**_shallow(self), "entries": list(map(_shallow, self.entries))}
        return xxhash.xxh3_128_hexdigest(orjson.dumps(content, option=orjson.OPT_SORT_KEYS))

    def __hash__(self) -> int:
        return int(self.fingerprint[:15], 16)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Catalogue) and self.fingerprint == other.fingerprint


def _shallow(one: Catalogue | Entry) -> dict[str, Any]:
    """Its fields by name; ``asdict`` would copy all that is in them, which takes 20 ms."""
    return {field.name: getattr(one, field.name) for field in fields(one)}


def load(*paths: Path) -> Catalogue:
    """The shipped catalogue with the user's own on top, in the order given.

    Raises:
        SettingsError: a file cannot be read, or an entry is not as it should be.
    """
    if not paths:
        return _shipped()  # one and the same, so that its digest and tables are made once
    parts = [_shipped()]
    for path in paths:
        try:
            parts.append(parse(path.read_text("utf-8"), str(path)))
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"catalogue {path} cannot be read: {error}") from None
    return _merged(parts)


def parse(toml: str, origin: str) -> Catalogue:
    """The catalogue in one TOML text; ``origin`` is what messages call it.

    Raises:
        SettingsError: the text is no TOML, or an entry is not as it should be.
    """
    try:
        tables = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"catalogue {origin} is no valid TOML: {error}") from None
    _known(tables, _TABLES, f"catalogue {origin}")
    entries = [_entry(table, origin) for table in _rows(tables.get("footer", []), origin)]
    names = [entry.name for entry in entries]
    twice = sorted({name for name in names if names.count(name) > 1})
    _wanted(not twice, f"catalogue {origin} has the footer {', '.join(twice)} more than once; names are unique")
    return Catalogue(
        tuple(entries),
        tuple(group for _, groups in _by_key(tables, "same", origin) for group in _groups(groups, origin)),
        tuple(
            (language, _texts(words, f"weak words {language!r} of catalogue {origin}"))
            for language, words in _by_key(tables, "weak", origin)
        ),
        tuple(
            (name, _texts(ways, f"agency {name!r} of catalogue {origin}"))
            for name, ways in _by_key(tables, "agencies", origin)
        ),
    )


@lru_cache(maxsize=1)
def _shipped() -> Catalogue:
    toml = files("dedup.footers").joinpath("catalogue.toml").read_text("utf-8")
    return _merged([parse(toml, "catalogue.toml")])


def _merged(parts: list[Catalogue]) -> Catalogue:
    entries = {entry.name: entry for part in parts for entry in part.entries}
    weak: dict[str, tuple[str, ...]] = {}
    for language, words in (pair for part in parts for pair in part.weak):
        weak[language] = tuple(dict.fromkeys(weak.get(language, ()) + words))
    agencies = {name: ways for part in parts for name, ways in part.agencies}
    same = tuple(group for part in parts for group in part.same)
    return Catalogue(tuple(entries.values()), same, tuple(weak.items()), tuple(agencies.items()))


def _entry(table: Mapping[str, Any], origin: str) -> Entry:
    """One table as an entry, with every value checked."""
    name = table.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SettingsError(
            f"catalogue {origin} has a footer named {name!r}; wanted small letters, digits and hyphens, such as "
            '"back-to-top"'
        )
    where = f"footer {name!r} of catalogue {origin}"
    _known(table, {*_TEXTS, *_LISTS}, where)
    for key in _TEXTS:
        _wanted(isinstance(table.get(key, ""), str), f"{where} has {key} = {table.get(key)!r}; wanted a text")
    for key, choices in _CHOICES.items():
        value = table.get(key, _TEXTS[key])
        _wanted(value in choices, f"{where} has {key} = {value!r}; wanted one of {', '.join(choices)}")
    wordings = _texts(table.get("wordings"), f"wordings of {where}")
    for wording in wordings:
        _check_slots(wording, where)
    try:
        re.compile(table.get("shape", ""))
    except re.error as error:
        raise SettingsError(f"{where} has a shape that is no regular expression: {error}") from None
    unlike = _texts(table["unlike"], f"unlike of {where}") if table.get("unlike") else ()
    texts = {key: table.get(key, default) for key, default in _TEXTS.items()}
    return Entry(**texts, wordings=wordings, unlike=unlike)


def _check_slots(wording: str, where: str) -> None:
    for slot in SLOT.findall(wording):
        if slot.removesuffix("?") not in SLOTS:
            raise SettingsError(f"{where} has a slot {{{slot}}}; known are {', '.join(sorted(SLOTS))}")
    rest = SLOT.sub(" ", wording)
    _wanted("{" not in rest and "}" not in rest, f"{where} has a brace that belongs to no slot: {wording!r}")


def _rows(value: Any, origin: str) -> list[Mapping[str, Any]]:
    rows = isinstance(value, list) and all(isinstance(row, dict) for row in value)
    _wanted(rows, f"catalogue {origin} has footer = {value!r}; wanted tables, each headed [[footer]]")
    return list(value)


def _by_key(tables: Mapping[str, Any], name: str, origin: str) -> list[tuple[str, Any]]:
    table = tables.get(name, {})
    _wanted(isinstance(table, dict), f"catalogue {origin} has {name} = {table!r}; wanted a table headed [{name}]")
    return list(table.items())


def _groups(groups: Any, origin: str) -> list[tuple[str, ...]]:
    _wanted(isinstance(groups, list), f"catalogue {origin} has {groups!r} in [same]; wanted a list of lists of words")
    return [_texts(group, f"a line in [same] of catalogue {origin}") for group in groups]


def _texts(value: Any, where: str) -> tuple[str, ...]:
    texts = isinstance(value, list) and value and all(isinstance(one, str) and one.strip() for one in value)
    _wanted(bool(texts), f"{where}: found {value!r}, wanted a list of texts, none of them empty")
    return tuple(value)


def _known(table: Mapping[str, Any], names: set[str], where: str) -> None:
    unknown = sorted(set(table) - names)
    _wanted(not unknown, f"{where} has the unknown {', '.join(unknown)}; known are {', '.join(sorted(names))}")


def _wanted(holds: bool, message: str) -> None:
    if not holds:
        raise SettingsError(message)
