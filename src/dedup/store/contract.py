"""What a state was made with, and what to say where that is not what is wanted."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dedup.errors import StateError


class Contract(NamedTuple):
    """What must be equal for what is kept of articles to be right."""

    tool_version: str
    settings: Mapping[str, Any]
    catalogue: str
    """Fingerprint of the known footers; empty where none are set aside."""

    words: str
    """Version of the alphabet, and how signatures are made."""


def check_contract(path: Path, wanted: Contract, found: list[Any]) -> None:
    """Raise StateError, with what differs, if a state was not made as wanted; ``found`` is its contract."""
    kept = Contract(*found)
    if kept.tool_version != wanted.tool_version:
        what = f"by dedup {kept.tool_version}, this is {wanted.tool_version}"
    elif kept.settings != orjson.loads(orjson.dumps(wanted.settings)):
        what = f"with other settings ({_differences(kept.settings, orjson.loads(orjson.dumps(wanted.settings)))})"
    elif kept.catalogue != wanted.catalogue:
        what = "with another catalogue of footers"
    elif kept.words != wanted.words:
        what = f"with other words and signatures ({kept.words}, now {wanted.words})"
    else:
        return
    raise StateError(
        f"state {path} was made {what}; pass --rebuild to read all articles again and keep what is remembered of "
        "clusters, or name another --state"
    )


def _differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    names = [name for name in {**found, **wanted} if found.get(name) != wanted.get(name)]
    some = [f"{name} = {found.get(name)!r}, now {wanted.get(name)!r}" for name in names[:3]]
    return "; ".join([*some, *(["…"] if len(names) > 3 else [])])
