"""An answer for people, as lines of text."""

from collections.abc import Iterator

from dedup.model import Passages, Relation
from dedup.report.answer import Answer, KnownMatch
from dedup.report.explaining import MOST_SET_ASIDE
from dedup.report.fitting import counted, cut, printable

INDENT = " " * 18


def lines(found: Answer, *, width: int = 100) -> Iterator[str]:
    """Who is a copy of the article or the article of whom, by what, and what was set aside before.

    Args:
        found: the answer.
        width: columns of a line, 40 or more; longer ones are cut.
    """
    yield from (cut(line, width) for line in _lines(found))


def _lines(found: Answer) -> Iterator[str]:
    yield printable(found.id) + (f", {_shown(found.title)}" if found.title else "")
    left = f", {found.body_words:,} without footers" if found.body_words < found.words else ""
    yield f"{counted(found.words, 'word')}{left}; compared with {counted(found.known, 'known article')}"
    yield ""
    if not found.found:
        yield "It is a copy of none of them."
    for match in found.matches:
        yield from _match(match, found)
    if found.found > len(found.matches):
        yield f"and {found.found - len(found.matches):,} more"
    if found.set_aside:
        yield ""
        yield "Set aside, as no part of the story:"
    for one in found.set_aside[:MOST_SET_ASIDE]:
        yield f"  {one.kind:<11} {printable(one.id)}  “{_shown(one.text)}”"
    if len(found.set_aside) > MOST_SET_ASIDE:
        yield f"  and {len(found.set_aside) - MOST_SET_ASIDE:,} more"


def _match(match: KnownMatch, found: Answer) -> Iterator[str]:
    facts = [printable(fact) for fact in (match.source, match.published) if fact]
    name = printable(match.id) + (f"  [{', '.join(facts)}]" if facts else "")
    title = f"  {_shown(match.title)}" if match.title else ""
    yield f"{match.relation:<10}{_measure(match, found.id):>6.0%}  {name}{title}"
    if match.relation == Relation.EXCERPT:
        yield f"{INDENT}{'it stands in this one' if _is_part(match, found.id) else 'this one stands in it'}"
    if match.relation != Relation.IDENTICAL:
        yield INDENT + _passages(match.passages, match.relation)
    if match.cluster is not None:
        yield f"{INDENT}in the cluster {printable(match.cluster)}"


def _measure(match: KnownMatch, asked: str) -> float:
    """What a relation rests on: words in common of both, how much of the excerpt, how sure the rewriting."""
    if match.relation == Relation.SPUN:
        return min(0.99, match.rewrite or 0.0)  # nobody is that sure of a rewriting
    if match.relation == Relation.EXCERPT:
        return match.containment if _is_part(match, asked) else match.of_known
    return match.resemblance


def _is_part(match: KnownMatch, asked: str) -> bool:
    """Whether the article in question is the excerpt."""
    return match.excerpt == asked and match.containment >= match.of_known


def _passages(passages: Passages, relation: Relation) -> str:
    if not passages.count:
        return "they share no passage long enough to name"
    first = passages.longest[0]
    where = f"characters {first.start:,}-{first.stop:,}, there {first.to_start:,}-{first.to_stop:,}"
    if relation == Relation.SPUN:
        return f"{counted(passages.count, 'pair')} of sentences that tell the same; most: {where}"
    which = "the longest: " if passages.count > 1 else ""
    return f"{counted(passages.count, 'passage')} of {counted(passages.words, 'word')} in both; {which}{where}"


def _shown(text: str) -> str:
    return printable(" ".join(text.split()))
