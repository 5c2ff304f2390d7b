"""Names of outlets, owners and agencies, made comparable.

``The Quayside Ledger``, ``Quayside Ledger Media Group plc``, ``quayside-ledger.example`` and a folder
``quayside-ledger`` are one.

A rule of thumb: what a name ends in (a legal form, ``News``, ``Media``) is left out, and an acronym of three letters
or more stands for the words that it is made of.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*", re.I)
_ADDRESS = re.compile(r"(?:https?:)?//(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)(?::\d+)?([^#]*)", re.I)
_SMALL = frozenset(
    ["the", "of", "and", "for", "a", "an", "la", "le", "el", "der", "die", "das", "de", "du", "des", "to"]
)
_ENDINGS = frozenset(
    [
        *("inc", "incorporated", "ltd", "limited", "plc", "llc", "llp", "lp", "co", "corp", "corporation", "company"),
        *("gmbh", "ag", "kg", "se", "sa", "srl", "spa", "bv", "nv", "oy", "ab", "as", "pty", "pvt", "ltda", "cia"),
        *("group", "holding", "holdings", "media", "press", "publishing", "publishers", "publications", "publisher"),
        *("house", "news", "newspaper", "newspapers", "newswires", "newswire", "network", "online", "digital", "web"),
        *("agency", "service", "com", "verlag", "verlagsgesellschaft", "editorial", "agencia", "agence", "agentur"),
    ]
)
_NO_PERSON = _ENDINGS | {
    *("staff", "bot", "robot", "admin", "administrator", "editor", "editors", "desk", "newsroom", "team", "wire"),
    *("correspondent", "correspondents", "reporter", "reporters", "redaktion", "redacción", "rédaction", "agencies"),
    *("editorial", "feed", "автор", "редакция", "guest", "user", "unknown", "post"),
}
_SECOND_LEVEL = frozenset(["co", "com", "org", "net", "gov", "ac", "or", "ne", "edu"])
_LENDERS = frozenset(["wordpress", "blogspot", "substack", "github", "tumblr", "medium", "livejournal"])
"""Hosts below which everybody has a name of his own."""

_KNOWN = {"ap": "associated", "pa": "pa"}
"""Names of two letters that stand for others; other acronyms have three."""


class Name(NamedTuple):
    """The two forms of a name by which it is found."""

    core: str
    """Its words, small, in one, without what says nothing; empty where there are none."""

    acronym: str
    """Of three letters or more; else empty."""


@lru_cache(maxsize=1 << 16)
def name(text: str) -> Name:
    """A name of an outlet, owner or agency, or of a host."""
    text = text.strip()
    if _HOST.fullmatch(text):
        return Name(_of_host(text.lower()), "")
    words = [word.replace("’", "").replace("'", "") for word in _WORD.findall(text.casefold())]
    while len(words) > 1 and words[0] in _SMALL:
        del words[0]
    acronym = "".join(word[0] for word in words if word not in _SMALL)
    while len(words) > 1 and words[-1] in _ENDINGS | _SMALL:
        words.pop()
    core = _unglued("".join(words))
    return Name(_KNOWN.get(core, core), acronym if len(acronym) > 2 else "")


@lru_cache(maxsize=1 << 12)
def place(address: str) -> tuple[str, str] | None:
    """The host of an address, and the address in a form that does not hang on its scheme; None if it is none."""
    found = _ADDRESS.match(address)
    if not found:
        return None
    host = found[1].lower()
    return host, host + found[2].rstrip("/?")


def is_person(author: str) -> bool:
    """Whether an author looks like a person: two words or more, none of which an organisation has."""
    words = _WORD.findall(author.casefold())
    return 2 <= len(words) <= 12 and not _NO_PERSON.intersection(words)


def alike(left: Name, right: Name) -> bool:
    """Whether two names are one; also where one begins with the other, as of a site and its host."""
    if not left.core or not right.core:
        return False
    if left.core in (right.core, right.acronym) or left.acronym == right.core:
        return True
    short, long = sorted((left.core, right.core), key=len)
    return len(short) >= 5 and long.startswith(short)


@lru_cache(maxsize=1 << 14)
def is_one_of(wanted: Name, names: tuple[Name, ...]) -> bool:
    """Whether a name is alike to one of some."""
    return any(alike(wanted, one) for one in names)


def _of_host(host: str) -> str:
    labels = host.removeprefix("www.").split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    if len(labels) > 1 and labels[-1] in _LENDERS:
        labels.pop()
    core = _unglued(labels[-1].replace("-", ""))
    return _KNOWN.get(core, core)


def _unglued(core: str) -> str:
    """``apnews`` as ``ap``: what hosts write in one word with the name."""
    for ending in ("online", "news", "media"):
        if core.endswith(ending) and len(core) > len(ending) + 1:
            return core.removesuffix(ending)
    return core.removeprefix("the") if core.startswith("the") and len(core) > 8 else core
