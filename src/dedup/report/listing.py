"""A report for people, as lines of text."""

import textwrap
from collections.abc import Iterator
from typing import Any

INDENT = "    "


def lines(document: dict[str, Any], *, width: int = 100, most: int | None = None) -> Iterator[str]:
    """The clusters of a report, the largest first: the likely original, then each copy and what it shares.

    Args:
        document: a report as ``report.document.read`` gives it.
        width: columns of a line, 40 or more; longer ones are cut.
        most: how many clusters to show; all when None.
    """
    counts = document["counts"]
    yield (
        f"{counted(counts['articles'], 'article')}, {counts['clustered_articles']:,} of them in "
        f"{counted(counts['clusters'], 'cluster')}; {counts['unreadable']:,} unreadable"
    )
    clusters = document["clusters"]
    for cluster in clusters[:most]:
        yield ""
        original, *copies = cluster["members"]
        title = printable(original["title"] or original["id"])
        yield textwrap.shorten(f"{cluster['size']} x {title}", width, placeholder=" …")
        yield from (_cut(f"{INDENT}{line}", width) for line in _members(original, copies))
    if most is not None and len(clusters) > most:
        yield ""
        yield f"and {counted(len(clusters) - most, 'more cluster')}"
    if document["unreadable"]:
        yield ""
    for bad in document["unreadable"]:
        yield f"unreadable: {printable(bad['path'])}: {printable(bad['reason'])}"


def _members(original: dict[str, Any], copies: list[dict[str, Any]]) -> Iterator[str]:
    yield f"{'original':<10}{'':>6}  {_name(original)}"
    for copy in copies:
        partner = "" if copy["to"] == original["id"] else f"  (of {printable(copy['to'])})"
        yield f"{printable(copy['relation']):<10}{copy['resemblance']:>6.0%}  {_name(copy)}{partner}"


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
