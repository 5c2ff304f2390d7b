"""A report for people, as lines of text."""

import textwrap
from collections.abc import Iterator
from typing import Any

from dedup.report.reasons import why

INDENT = "    "


def lines(document: dict[str, Any], *, width: int = 100, most: int | None = None) -> Iterator[str]:
    """The clusters of a report, the largest first: the likely original and why, then each copy and what it shares.

    What happened to a cluster since the last run is told where the report knows of one.

    Args:
        document: a report as ``report.reading.read`` gives it.
        width: columns of a line, 40 or more; longer ones are cut.
        most: how many clusters to show, without what is in none; all when None.
    """
    counts = document["counts"]
    yield (
        f"{counted(counts['articles'], 'article')}, {counts['clustered_articles']:,} of them in "
        f"{counted(counts['clusters'], 'cluster')}; {counts['unreadable']:,} unreadable"
    )
    clusters = document["clusters"]
    remembers = any(cluster["state"] != "new" for cluster in clusters)
    for cluster in clusters[:most]:
        yield ""
        original, *copies = cluster["members"]
        title = printable(original["title"] or original["id"])
        yield textwrap.shorten(f"{cluster['size']} x {title}", width, placeholder=" …")
        past = [_past(cluster)] if remembers else []
        told = [*past, *_origin(original, cluster["original"]), *_copies(original, copies)]
        yield from (_cut(f"{INDENT}{line}", width) for line in told)
    if most is not None and len(clusters) > most:
        yield ""
        yield f"and {counted(len(clusters) - most, 'more cluster')}"
    yield from (_cut(line, width) for line in (_apart(document) if most is None else ()))
    if document["unreadable"]:
        yield ""
    for bad in document["unreadable"]:
        yield f"unreadable: {printable(bad['path'])}: {printable(bad['reason'])}"


def _apart(document: dict[str, Any]) -> Iterator[str]:
    """What is in no cluster, but worth a look: containers, the number of borderline pairs, clusters that ended."""
    for container in document.get("containers", []):
        yield ""
        held = counted(len(container["contains"]), "other article")
        yield f"{printable(container['id'])} holds {held}, and is a copy of none"
        yield from (
            f"{INDENT}{story['containment']:>4.0%} of {printable(story['id'])}" for story in container["contains"]
        )
    if unsure := document.get("borderline", []):
        yield ""
        yield f"{counted(len(unsure), 'pair')} may be copies in other words; 'borderline' in the report names them"
    if ended := document.get("ended", []):
        yield ""
    for cluster in ended:
        became = f"merged into {printable(cluster['into'])}" if cluster["into"] else printable(cluster["end"])
        yield f"ended: {printable(cluster['id'])} ({counted(cluster['size'], 'article')}), {became}"


def _past(cluster: dict[str, Any]) -> str:
    """What happened to a cluster since the last run, and which others had a part in it."""
    told = {name: cluster.get(name) for name in ("merged_from", "split_from", "split_into")}
    parts = [
        f"{name.replace('_', ' ')} {', '.join(map(printable, [ids] if isinstance(ids, str) else ids))}"
        for name, ids in told.items()
        if ids
    ]
    state = printable(cluster["state"])
    return "; ".join(parts if parts and state in ("merged", "split") else [state, *parts])


def _origin(original: dict[str, Any], hypothesis: dict[str, Any]) -> Iterator[str]:
    """The original, how sure that is, and why; whom copies name who is not among them."""
    yield f"{'original':<10}{'':>6}  {_name(original)}"
    yield f"{'':<18}({hypothesis['confidence']:.0%}: {why(hypothesis, of=hypothesis['id'])})"
    if outside := hypothesis["outside"]:
        reasons = why(outside, of="", others="article")
        yield f"{'outside':<10}{'':>6}  {printable(outside['name'])}  ({outside['confidence']:.0%}: {reasons})"


def _copies(original: dict[str, Any], copies: list[dict[str, Any]]) -> Iterator[str]:
    for copy in copies:
        partner = "" if copy["to"] == original["id"] else f"  (of {printable(copy['to'])})"
        if copy["relation"] == "excerpt" and copy.get("excerpt") != copy["id"]:
            partner = f"  (which holds {printable(copy['to'])})"
        yield f"{printable(copy['relation']):<10}{_measure(copy):>6.0%}  {_name(copy)}{partner}"


def _measure(copy: dict[str, Any]) -> float:
    """What a relation rests on: words in common of both, how much of the excerpt, how sure the rewriting."""
    if copy["relation"] == "spun":
        return min(0.99, float(copy.get("rewrite") or 0.0))  # nobody is that sure of a rewriting
    inner = copy["relation"] == "excerpt" and copy.get("excerpt") == copy["id"]
    return float(copy["containment"] if inner else copy["resemblance"])


def _name(member: dict[str, Any]) -> str:
    facts = [printable(member[key]) for key in ("source", "published") if member[key]]
    return printable(member["id"]) + (f"  [{', '.join(facts)}]" if facts else "")


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural unless it is one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """A text from an article or file without what would move a terminal's cursor or change its colours."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
