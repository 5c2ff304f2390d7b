"""By what the members of a cluster are called: outlet, host, folder, address."""

from functools import lru_cache
from pathlib import PurePosixPath

from dedup.clusters.names import Name, name, place
from dedup.model import Heads


def names_of(member: int, heads: Heads) -> tuple[Name, ...]:
    """By which names a member is known: its source and host, else the folders that it lies in."""
    source, url = heads.sources[member], heads.urls[member]
    if source is None and url is None:
        return _folder_names(heads.paths[member].rpartition("/")[0])
    host = (place(url) or ("", ""))[0] if url and url != heads.canonicals[member] else ""
    return _names(source or "", host)


def keys_of(member: int, names: tuple[Name, ...], heads: Heads) -> list[str]:
    """Its names, acronyms behind ``~``, and its address, which has a full stop or slash."""
    keys = [*_keys(names)]
    if (url := heads.urls[member]) and url != heads.canonicals[member] and (found := place(url)):
        keys.append(found[1])
        return list(dict.fromkeys(keys))
    return keys


@lru_cache(maxsize=1 << 14)
def _names(source: str, host: str) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(one for one in (name(source), name(host)) if one.core))


@lru_cache(maxsize=1 << 14)
def _keys(names: tuple[Name, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([one.core for one in names] + ["~" + one.acronym for one in names if one.acronym]))


@lru_cache(maxsize=1 << 14)
def _folder_names(folder: str) -> tuple[Name, ...]:
    parts = PurePosixPath(folder).parts
    return tuple(name(part) for part in parts if len(part) > 2 and not part.isdigit())
