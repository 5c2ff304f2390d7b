"""One cluster of a report for people, as lines of text: all that the report says of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from dedup.report.explaining import command
from dedup.report.fitting import BOLD, DIM, PLAIN, Piece, counted, line, one_line, padded, printable, wrapped
from dedup.report.listing import STYLE, measure, moment, past, remembers_a_run
from dedup.report.reasons import grounds

DEFAULT_REPORT = "report.json"
"""What ``dedup explain`` looks into where it is not told."""

INDENT, LABEL = 2, 11
MOST_NAMED = 3
"""Articles and words that are named for each ground."""

WHAT = {
    "identical": "the same words as",
    "near": "many words in common with",
    "excerpt": "a part of",
    "spun": "the same in other words as",
}
"""What a member is to its partner."""


class _Paper(NamedTuple):
    """What lines are written on."""

    width: int
    colour: bool

    def line(self, *pieces: Piece) -> str:
        return line(pieces, width=self.width, colour=self.colour)

    def fact(self, label: str, text: str) -> Iterator[str]:
        """A label, and a text beside it on as many lines as it needs; nothing for an empty one."""
        for number, row in enumerate(wrapped(text, width=self.width - INDENT - LABEL)):
            name = Piece(" " * INDENT + padded("" if number else label, LABEL), DIM)
            yield self.line(name, Piece(row))


def lines(
    document: dict[str, Any],
    cluster: dict[str, Any],
    *,
    report: str = DEFAULT_REPORT,
    width: int = 100,
    colour: bool = False,
) -> Iterator[str]:
    """The likely original and what speaks for it, then each member: with whom it shares what.

    Args:
        document: a report as ``report.document.read`` gives it.
        cluster: one of its clusters.
        report: the file that it stands in, for the command that compares two members.
        width: columns of a line, 40 or more; longer texts go on below. That command alone stays on one line.
        colour: whether escape sequences may set colours.
    """
    paper, members = _Paper(width, colour), cluster["members"]
    kinds = {footer["id"]: footer["kind"] for footer in document["footers"]}
    yield paper.line(Piece(one_line(members[0]["title"] or members[0]["id"]), BOLD))
    yield from _cluster(document, cluster, paper)
    yield from _original(cluster, paper)
    for member in members:
        yield ""
        yield from _member(member, kinds, paper)
    yield from _around(document, {member["id"] for member in members}, paper)
    yield ""
    yield from wrapped("Why two of them are related, and the passages that they share:", width=width)
    options = () if report == DEFAULT_REPORT else ("--report", report)
    yield " " * INDENT + printable(command(members[0]["id"], members[1]["id"], *options))


def _cluster(document: dict[str, Any], cluster: dict[str, Any], paper: _Paper) -> Iterator[str]:
    members = cluster["members"]
    yield from paper.fact("cluster", cluster["id"])
    relations = [member["relation"] for member in members[1:]]
    told = ", ".join(f"{relations.count(relation):,} {relation}" for relation in dict.fromkeys(relations))
    yield from paper.fact("articles", f"{cluster['size']:,}: the original, {told}")
    times = sorted(member["published"] for member in members if member["published"])
    if times:
        undated = f"; {len(members) - len(times):,} say no time" if len(times) < len(members) else ""
        first, last = moment(times[0]), moment(times[-1])
        yield from paper.fact("published", f"{first} to {last}{undated}" if first != last else f"{first}{undated}")
    if remembers_a_run(document):
        yield from paper.fact("last run", past(cluster))
    if cluster["first_seen"]:
        yield from paper.fact("first seen", moment(cluster["first_seen"]))


def _original(cluster: dict[str, Any], paper: _Paper) -> Iterator[str]:
    hypothesis = cluster["original"]
    yield ""
    yield paper.line(Piece(f"Likely original, {hypothesis['confidence']:.0%} sure", BOLD))
    yield from paper.fact("article", hypothesis["id"])
    yield from _grounds(hypothesis, hypothesis["id"], "other", paper)
    if outside := hypothesis["outside"]:
        yield ""
        told = f"More likely from outside, {outside['confidence']:.0%} sure"
        yield paper.line(Piece(told, BOLD))
        yield from paper.fact("name", one_line(outside["name"]))
        yield from _grounds(outside, "", "article", paper)


def _grounds(hypothesis: dict[str, Any], of: str, others: str, paper: _Paper) -> Iterator[str]:
    for number, ground in enumerate(grounds(hypothesis, of=of, others=others)):
        said = ", ".join(f"“{one_line(value)}”" for value in ground.values[:MOST_NAMED] if value)
        where = [article for article in ground.articles if article != of]
        named = f" ({_some(where)})" if where else ""
        yield from paper.fact("" if number else "since", ground.words + (f": {said}" if said else "") + named)


def _some(names: list[str]) -> str:
    """Names, the first few of them."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _member(member: dict[str, Any], kinds: dict[str, str], paper: _Paper) -> Iterator[str]:
    is_original = member["relation"] == "original"
    name = Piece(printable(member["relation"]), STYLE.get(member["relation"], PLAIN))
    share = Piece("" if is_original else f"  {measure(member):.0%}")
    title = one_line(member["title"] or "")
    yield paper.line(name, share, Piece(f"  {title}" if title else "", BOLD))
    yield from paper.fact("id", member["id"])
    if not is_original:
        yield from paper.fact("is", _relation(member))
        yield from paper.fact("measures", _measures(member))
        for number, told in enumerate(_passages(member)):
            yield from paper.fact("" if number else "passages", told)
    yield from paper.fact("source", one_line(member["source"] or ""))
    yield from paper.fact("published", moment(member["published"]))
    yield from paper.fact("first seen", moment(member["first_seen"]))
    yield from paper.fact("length", counted(member["body_words"], "word") if "body_words" in member else "")
    yield from paper.fact("file", member["path"] if member["path"] != member["id"] else "")
    yield from paper.fact("footers", ", ".join(_footer(footer, kinds) for footer in member["footers"]))
    markers = dict.fromkeys((marker["kind"], one_line(marker["value"], 80)) for marker in member["markers"])
    yield from paper.fact("says", ", ".join(f"{kind.replace('_', ' ')} “{value}”" for kind, value in markers))


def _footer(footer: str, kinds: dict[str, str]) -> str:
    return f"{footer} ({kinds[footer]})" if footer in kinds else footer


def _relation(member: dict[str, Any]) -> str:
    holds = member["relation"] == "excerpt" and member.get("excerpt") != member["id"]
    what = "an article that holds as a part" if holds else WHAT.get(member["relation"], "a copy of")
    return f"{what} {member['to']}"


def _measures(member: dict[str, Any]) -> str:
    told = [
        f"{member['resemblance']:.1%} of the runs of words of both in common",
        f"{member['containment']:.1%} of its own found there",
    ]
    if member.get("rewrite") is not None:
        told.append(f"{min(0.99, member['rewrite']):.0%} sure that it is the same in other words")
    return "; ".join(told)


def _passages(member: dict[str, Any]) -> Iterator[str]:
    """How many passages it shares with its partner, and where the longest stand in both."""
    passages = member.get("passages")
    if not passages or not passages["count"]:
        return
    if member["relation"] == "spun":
        yield f"{counted(passages['count'], 'pair')} of sentences that tell the same"
    else:
        yield f"{counted(passages['count'], 'passage')} of {counted(passages['words'], 'word')} in both"
    for one in passages["longest"]:
        here, there = f"{one['start']:,}-{one['stop']:,}", f"{one['to_start']:,}-{one['to_stop']:,}"
        yield f"{counted(one['words'], 'word')} at characters {here}, there {there}"


def _around(document: dict[str, Any], members: set[str], paper: _Paper) -> Iterator[str]:
    """What has to do with the cluster and is not in it: borderline partners, round-ups that hold a member."""
    unsure = [pair for pair in document.get("borderline", []) if pair["left"] in members or pair["right"] in members]
    if unsure:
        yield ""
        yield paper.line(Piece("Perhaps the same in other words, not surely enough", BOLD))
    for pair in unsure:
        yield from paper.fact(f"{pair['rewrite']:.0%} sure", f"{pair['left']} and {pair['right']}")
    for container in document.get("containers", []):
        held = [story for story in container["contains"] if story["id"] in members]
        if held:
            yield ""
            yield paper.line(Piece(f"Held by {container['id']}, which is a copy of none", BOLD))
        for story in held:
            yield from paper.fact(f"{story['containment']:.0%}", f"of {story['id']}")
