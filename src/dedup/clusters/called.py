"""By what the members of a cluster are called: outlet, host, folder, address."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePosixPath

from dedup.clusters.names import Name, name, place
from dedup.model import Heads


def names_of(member: int, heads: Heads) -> tuple[Name, ...]:
    """By which names a member is known: its source and host, else the folders that it lies in."""
    source, url = heads.sources[member], heads.urls[member]
    if source is None and url is None:
        return _folder_names(heads.paths[member].rpartition("/")[0])
    named = [name(source)] if source else []
    if url and url != heads.canonicals[member] and (found := place(url)):
        named.append(name(found[0]))
    return tuple(dict.fromkeys(one for one in named if one.core))


def keys_of(member: int, names: Iterable[Name], heads: Heads) -> list[str]:
    """Its names, acronyms behind ``~``, and its address, which has a full stop or slash."""
    keys = [one.core for one in names] + ["~" + one.acronym for one in names if one.acronym]
    if (url := heads.urls[member]) and url != heads.canonicals[member] and (found := place(url)):
        keys.append(found[1])
    return list(dict.fromkeys(keys))


@lru_cache(maxsize=1 << 14)
def _folder_names(folder: str) -> tuple[Name, ...]:
    parts = PurePosixPath(folder).parts
    return tuple(name(part) for part in parts if len(part) > 2 and not part.isdigit())
