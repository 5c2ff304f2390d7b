"""What a report says of some articles, or a state knows of them (``remembered.py``), for who looks at them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dedup.columns import U32
from dedup.errors import ReportError, SettingsError
from dedup.report.reading import read
from dedup.settings import Settings
from dedup.workflows.known import Learned

Place = tuple[int, int, str]
"""First character, the one after the last, and the id of the footer there."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a report says of some of its articles, or a state knows of them."""

    source: Path
    kind: str
    """``report`` or ``state``."""

    paths: Sequence[str]
    """What was scanned."""

    settings: Settings
    catalogue_fingerprint: str
    learned: Mapping[str, str]
    """The kind of each footer that the scan learned, by its id."""

    set_aside: Mapping[str, Sequence[Place]]
    """Of each of the articles, in order; nothing of one that has no footer. A state does not tell places."""

    path_of: Mapping[str, str]
    """Of a report the articles that stand in a cluster; of a state all that it knows."""

    cluster_of: Mapping[str, str]
    """Of the articles that stand in a cluster."""

    relation_of: Mapping[tuple[str, str], str]
    """The relation of a member to its partner, by the ids of both; a state does not tell it."""

    containers: frozenset[str]
    """Articles that hold several stories and are in no cluster for it; a state does not tell them."""

    borderline: frozenset[tuple[str, str]]
    """Pairs that may be copies, but not surely enough; a state does not tell them."""

    footers: Learned | None = None
    """The learned footers themselves, to be taken out of any text; None of a report, which tells places."""

    words_of: Mapping[str, Sequence[U32]] = field(default_factory=dict)
    """Of each of the articles what known footers left of it when it was read, where that is known; of several where
    its id may mean several."""

    ids: Sequence[str] = ()
    """Ids that a state knows, if it does not know one of those asked for."""


def recalled(source: Path, ids: Sequence[str]) -> Recalled:
    """What the report in a file says of the articles of these ids.

    Raises:
        ReportError: it is missing, damaged, no report, or does not say what was scanned.
        SettingsError: it was made with settings that are not known here.
    """
    document = read(source)
    try:
        return _recalled(source, document, set(ids))
    except SettingsError as problem:
        raise SettingsError(f"{source} was made with settings that are not known here: {problem}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise ReportError(f"{source} is a damaged report ({problem!r}); scan once more") from None


def _recalled(source: Path, document: Mapping[str, Any], ids: set[str]) -> Recalled:
    run = document["run"]
    if "paths" not in run:
        raise ReportError(f"{source} does not say what was scanned; scan once more, or name two files")
    path_of, cluster_of, relation_of = dict[str, str](), dict[str, str](), dict[tuple[str, str], str]()
    for cluster in document["clusters"]:
        for member in cluster["members"]:
            if member["id"] in ids:
                path_of[member["id"]], cluster_of[member["id"]] = str(member["path"]), str(cluster["id"])
                if member["to"] is not None:
                    relation_of[member["id"], str(member["to"])] = str(member["relation"])
    return Recalled(
        source,
        "report",
        [str(path) for path in run["paths"]],
        Settings.from_dict(dict(run["settings"])),
        str(run["catalogue_fingerprint"]),
        {str(one["id"]): str(one["kind"]) for one in document["footers"] if one["origin"] == "learned"},
        {one["id"]: places_told(one["footers"]) for one in document["set_aside"] if one["id"] in ids},
        path_of,
        cluster_of,
        relation_of,
        frozenset(one["id"] for one in document.get("containers", ()) if one["id"] in ids),
        frozenset((str(one["left"]), str(one["right"])) for one in document.get("borderline", ())),
    )


def places_told(footers: Mapping[str, Sequence[Sequence[int]]]) -> list[Place]:
    """The places of an article's footers as a report tells them, in order of the text."""
    return sorted((int(start), int(stop), str(name)) for name, some in footers.items() for start, stop in some)
