"""A report for people, as lines of text: all its clusters. ``closeup.py`` has one of them in full."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from dedup.report.fitting import (
    BOLD,
    CYAN,
    DIM,
    GREEN,
    MAGENTA,
    PLAIN,
    RED,
    YELLOW,
    Piece,
    columns,
    counted,
    line,
    one_line,
    padded,
    printable,
    squeezed,
    wrapped,
)
from dedup.report.reasons import why

STYLE = {"original": GREEN, "outside": YELLOW, "identical": CYAN, "near": PLAIN, "excerpt": MAGENTA, "spun": RED}
"""By relation. The word stands there, too: nobody needs to tell colours apart."""

LABEL, SHARE = 9, 5
INDENT = "  "
INNER = len(INDENT) + LABEL + SHARE + 2
"""Columns before the id of a member."""

MOST_ID, TIME, LEAST_SOURCE, MOST_SOURCE = 60, 16, 10, 40
"""Columns: up to which ids are aligned; what a time takes; what is enough to show a source, and what it gets."""


def lines(
    document: dict[str, Any],
    *,
    width: int = 100,
    colour: bool = False,
    most: int | None = None,
    borderline: bool = False,
) -> Iterator[str]:
    """The clusters of a report, the largest first: the likely original and why, then each copy and what it shares.

    What happened to a cluster since the last run is told where the report knows of one.

    Args:
        document: a report as ``report.reading.read`` gives it.
        width: columns of a line, 40 or more; longer ones are cut.
        colour: whether escape sequences may set colours.
        most: how many clusters to show, without what is in none; all when None.
        borderline: name the pairs that may be copies, but not surely enough.
    """
    yield from _summary(document, width, colour=colour)
    clusters = document["clusters"]
    remembers = remembers_a_run(document)
    for cluster in clusters[:most]:
        yield ""
        title = one_line(cluster["members"][0]["title"] or cluster["members"][0]["id"])
        yield line([Piece(f"{cluster['size']} x "), Piece(title, BOLD)], width=width, colour=colour)
        state = f"  ({past(cluster)})" if remembers else ""
        name = squeezed(printable(cluster["id"]), width - INNER)
        yield _labelled("cluster", [Piece(name), Piece(state, DIM)], width, colour=colour)
        yield from _origin(cluster, width, colour=colour)
        yield from _copies(cluster, width, colour=colour)
    if most is not None and len(clusters) > most:
        yield ""
        yield f"and {counted(len(clusters) - most, 'more cluster')}"
    apart = _apart(document, borderline=borderline) if most is None else _unsure(document) if borderline else ()
    yield from (line([Piece(one)], width=width) for one in apart)
    if document["unreadable"]:
        yield ""
    for bad in document["unreadable"]:
        yield from wrapped(f"unreadable: {bad['path']}: {bad['reason']}", width=width)


def remembers_a_run(document: dict[str, Any]) -> bool:
    """Whether a report knows of a run before it: else all is new, which need not be told."""
    counts = document["counts"]
    since = counts["articles"] - counts["new_articles"] or counts["removed_articles"] or document.get("ended")
    return bool(since) or any(cluster["state"] != "new" for cluster in document["clusters"])


def _summary(document: dict[str, Any], width: int, *, colour: bool) -> Iterator[str]:
    counts = document["counts"]
    told = (
        f"{counted(counts['articles'], 'article')}, {counts['clustered_articles']:,} of them in "
        f"{counted(counts['clusters'], 'cluster')}; {counts['unreadable']:,} unreadable"
    )
    yield line([Piece(told, BOLD)], width=width, colour=colour)
    relations = Counter(member["relation"] for cluster in document["clusters"] for member in cluster["members"][1:])
    if relations:
        copies = ", ".join(f"{count:,} {printable(relation)}" for relation, count in relations.most_common())
        yield line([Piece(f"copies: {copies}")], width=width)
    if remembers_a_run(document):
        new, changed, gone = (counts.get(f"{kind}_articles", 0) for kind in ("new", "changed", "removed"))
        yield line([Piece(f"since the last run: {new:,} new, {changed:,} changed, {gone:,} removed")], width=width)


def past(cluster: dict[str, Any]) -> str:
    """What happened to a cluster since the last run, and which others had a part in it."""
    told = {name: cluster.get(name) for name in ("merged_from", "split_from", "split_into")}
    parts = [
        f"{name.replace('_', ' ')} {', '.join(map(printable, [ids] if isinstance(ids, str) else ids))}"
        for name, ids in told.items()
        if ids
    ]
    state = printable(cluster["state"])
    return "; ".join(parts if parts and state in ("merged", "split") else [state, *parts])


def _labelled(label: str, rest: list[Piece], width: int, *, colour: bool, share: str = "") -> str:
    first = Piece(f"{padded(label, LABEL)}{share:>{SHARE}}", STYLE.get(label, PLAIN))
    return line([Piece(INDENT), first, Piece("  "), *rest], width=width, colour=colour)


def _origin(cluster: dict[str, Any], width: int, *, colour: bool) -> Iterator[str]:
    """The original, how sure that is, and why; whom copies name who is not among them."""
    original, hypothesis = cluster["members"][0], cluster["original"]
    yield from _member(original, _Table.of(cluster, width), "", width, colour=colour)
    sure = f"{hypothesis['confidence']:.0%} sure: {why(hypothesis, of=hypothesis['id'])}"
    yield from wrapped(sure, width=width, indent=INNER)
    if outside := hypothesis["outside"]:
        yield _labelled("outside", [Piece(one_line(outside["name"]))], width, colour=colour)
        sure = f"{outside['confidence']:.0%} sure: {why(outside, of='', others='article')}"
        yield from wrapped(sure, width=width, indent=INNER)


def _copies(cluster: dict[str, Any], width: int, *, colour: bool) -> Iterator[str]:
    table, original = _Table.of(cluster, width), cluster["members"][0]
    for copy in cluster["members"][1:]:
        partner = "" if copy["to"] == original["id"] else f"of {copy['to']}"
        if copy["relation"] == "excerpt" and copy.get("excerpt") != copy["id"]:
            partner = f"holds {copy['to']}"
        yield from _member(copy, table, partner, width, colour=colour)


class _Table(NamedTuple):
    """Columns for the members of one cluster: ids first, then what there is room for."""

    id: int
    time: int
    source: int

    @classmethod
    def of(cls, cluster: dict[str, Any], width: int) -> "_Table":
        members = cluster["members"]
        id_ = min(max(columns(printable(member["id"])) for member in members), MOST_ID, width - INNER)
        room = width - INNER - id_
        dated = any(member["published"] for member in members) and room >= TIME + 2
        room -= (TIME + 2) * dated
        source = max(columns(one_line(member["source"] or "", MOST_SOURCE)) for member in members)
        return cls(id_, TIME * dated, source if room >= min(source, LEAST_SOURCE) + 2 else 0)


def _member(member: dict[str, Any], table: _Table, partner: str, width: int, *, colour: bool) -> Iterator[str]:
    """A row of the table, and the partner behind it or, where that does not fit, below."""
    id_ = squeezed(printable(member["id"]), width - INNER)
    cells = [padded(id_, table.id)]
    if table.time:
        cells.append(padded(moment(member["published"]), table.time))
    if table.source:
        cells.append(padded(one_line(member["source"] or "", MOST_SOURCE), table.source))
    share = "" if member["relation"] == "original" else f"{measure(member):.0%}"
    facts = "  ".join(cells[1:]).rstrip()
    row = [Piece(cells[0]), Piece("  "), Piece(facts, DIM)]
    partner = printable(partner)
    fits = INNER + columns(f"{cells[0]}  {facts}  {partner}") <= width
    if partner and fits:
        row.append(Piece(f"  {partner}"))
    yield _labelled(printable(member["relation"]), row, width, colour=colour, share=share)
    if partner and not fits:
        yield " " * INNER + squeezed(partner, width - INNER)


def moment(published: str | None) -> str:
    """A time as people write it, to the minute."""
    return one_line((published or "").replace("T", " ").removesuffix("Z")[:TIME])


def measure(copy: dict[str, Any]) -> float:
    """What a relation rests on: words in common of both, how much of the excerpt, how sure the rewriting."""
    if copy["relation"] == "spun":
        return min(0.99, float(copy.get("rewrite") or 0.0))  # nobody is that sure of a rewriting
    inner = copy["relation"] == "excerpt" and copy.get("excerpt") == copy["id"]
    return float(copy["containment"] if inner else copy["resemblance"])


def _apart(document: dict[str, Any], *, borderline: bool) -> Iterator[str]:
    """What is in no cluster, but worth a look: containers, borderline pairs, clusters that ended."""
    for container in document.get("containers", []):
        yield ""
        held = counted(len(container["contains"]), "other article")
        yield f"{container['id']} holds {held}, and is a copy of none"
        yield from (f"{INDENT}{story['containment']:>4.0%} of {story['id']}" for story in container["contains"])
    if borderline:
        yield from _unsure(document)
    elif unsure := document.get("borderline", []):
        yield ""
        yield f"{counted(len(unsure), 'pair')} may be copies in other words; --borderline names them"
    if ended := document.get("ended", []):
        yield ""
    for cluster in ended:
        became = f"merged into {cluster['into']}" if cluster["into"] else cluster["end"]
        yield f"ended: {cluster['id']} ({counted(cluster['size'], 'article')}), {became}"


def _unsure(document: dict[str, Any]) -> Iterator[str]:
    """The pairs that may be copies in other words, with how sure that is."""
    unsure = document.get("borderline", [])
    yield ""
    yield f"{counted(len(unsure), 'pair')} may be copies in other words" + (", how sure that is:" if unsure else "")
    yield from (f"{INDENT}{pair['rewrite']:>4.0%}  {pair['left']}  {pair['right']}" for pair in unsure)
