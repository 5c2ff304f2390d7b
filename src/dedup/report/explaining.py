"""An explanation for people, as lines of text. It calls the two articles A and B."""

import shlex
import textwrap
from collections.abc import Iterator
from math import floor

from dedup.report.explanation import ExplainedArticle, Explanation, Measure, QuotedPassage
from dedup.report.fitting import counted, cut, printable

MOST_SET_ASIDE = 10
MOST_QUOTED = 240
"""Characters of a passage that are shown; of a longer one its beginning and its end."""

WHAT = {
    "resemblance": "runs of {size} words, of all that either has",
    "left_in_right": "A's runs of {size} words, found in B",
    "right_in_left": "B's runs of {size} words, found in A",
    "phrases": "pairs of neighbouring words, of all that either has",
    "order": "names, numbers and other rare words, in the same order",
    "sentences": "the same, sentence by sentence",
    "rewrite": "all three together, as a score",
}
"""Each measure in words."""

COLUMN = max(map(len, WHAT.values()))


def percent(share: float) -> str:
    """A share as a percentage, rounded down: it never seems to reach a threshold that it does not reach."""
    return f"{floor(share * 1000 + 1e-6) / 10:.1f} %"


def command(left: str, right: str, *options: str) -> str:
    """The command that says why two articles are related, or not, as a shell takes it."""
    ids = ["--"] * (left.startswith("-") or right.startswith("-")) + [left, right]
    return shlex.join(["dedup", "explain", *options, *ids])


def lines(found: Explanation, *, width: int = 100) -> Iterator[str]:
    """The verdict, what it rests on, and what would change it.

    Args:
        found: the explanation.
        width: columns of a line, 60 or more.
    """
    yield from _head("A", found.left, width)
    yield from _head("B", found.right, width)
    yield ""
    yield from _wrapped(found.summary, width)
    yield ""
    yield "Words in common:"
    for measure in found.measures:
        if measure.name == "phrases":
            yield "In other words, where they do not share the words themselves:"
        yield from _measure(measure, width, found.shingle_words)
    for reason in found.cannot_tell:
        yield from _wrapped(f"Whether one is the other in other words cannot be told: {reason}.", width)
    yield ""
    yield from _passages(found, width)
    for name, article in (("A", found.left), ("B", found.right)):
        yield from _set_aside(name, article, width)
    yield ""
    yield from _wrapped(_chance(found), width)
    yield from _wrapped(found.change, width)
    for note in found.notes:
        yield from _wrapped(note, width)


def _head(name: str, article: ExplainedArticle, width: int) -> Iterator[str]:
    title = f", {_shown(article.title)}" if article.title else ""
    yield cut(f"{name}  {printable(article.id)}{title}", width)
    footers = article.words - article.body_words
    left = f", {article.body_words:,} without footers" if footers else ""
    yield f"   {counted(article.words, 'word')}{left}"


def _measure(measure: Measure, width: int, size: int) -> Iterator[str]:
    what = WHAT[measure.name].format(size=size)
    value = "not measured" if measure.value is None else percent(measure.value)
    if measure.name == "rewrite" and measure.value is not None:
        value = f"{floor(measure.value * 1000 + 1e-6) / 1000:.3f}"
    bar = ""
    if measure.relation is not None and measure.needed is not None:
        needed = f"{measure.needed:g}" if measure.name == "rewrite" else percent(measure.needed)
        short = not measure.met and measure.value is not None and measure.value >= measure.needed
        verdict = "yes" if measure.met else f"no{measure.condition}" if short else "no"
        bar = f"{measure.relation} from {needed}: {verdict}"
    line = f"  {what:<{COLUMN}}  {value:>7}  {bar}".rstrip()
    yield from textwrap.wrap(line, width, subsequent_indent=" " * 6, drop_whitespace=True)


def _passages(found: Explanation, width: int) -> Iterator[str]:
    if not found.passages:
        yield "They share no passage long enough to name."
        return
    if found.passage_kind == "sentences":
        yield f"{counted(found.passage_count, 'pair')} of sentences that tell the same; those that share most:"
    else:
        listed = "the longest:" if len(found.passages) > 1 else "it reads:"
        yield f"{counted(found.passage_count, 'passage')} of {found.passage_words:,} words in both; {listed}"
    for passage in found.passages:
        yield from _passage(passage, width)
    if found.passage_count > len(found.passages):
        yield f"  and {found.passage_count - len(found.passages):,} more"


def _passage(passage: QuotedPassage, width: int) -> Iterator[str]:
    a = f"A {passage.left_start:,}-{passage.left_stop:,}"
    b = f"B {passage.right_start:,}-{passage.right_stop:,}"
    quoted = _shortened(passage.left)
    if passage.anchors is None:
        yield f"  {counted(passage.words, 'word')}, characters {a}, {b}"
        before, after = (printable(text) for text in (passage.before, passage.after))
        quote = f"{'… ' if before.strip() else ''}{before}“{quoted}”{after}{' …' if after.strip() else ''}"
        yield from _wrapped(quote, width, indent=4)
    else:
        yield f"  {counted(passage.anchors, 'rare word')} in common, characters {a}, {b}"
        yield from _wrapped(f"A  {quoted}", width, indent=4)
        yield from _wrapped(f"B  {_shortened(passage.right)}", width, indent=4)


def _set_aside(name: str, article: ExplainedArticle, width: int) -> Iterator[str]:
    if not article.set_aside:
        return
    yield ""
    yield f"Set aside in {name}, as no part of the story:"
    for one in article.set_aside[:MOST_SET_ASIDE]:
        yield cut(f"  {one.kind:<11} {printable(one.id)}  “{_shown(one.text)}”", width)
    if len(article.set_aside) > MOST_SET_ASIDE:
        yield f"  and {len(article.set_aside) - MOST_SET_ASIDE:,} more"


def _chance(found: Explanation) -> str:
    shared = next(measure.value or 0.0 for measure in found.measures if measure.name == "resemblance")
    if shared >= 1:
        return "A scan compares two with the same words for certain."
    chance = "more than 99.9 %" if found.chance > 0.999 else percent(found.chance)
    return (
        f"A scan comes to compare two that share so many words ({percent(shared)}) with a chance of {chance}; pairs "
        "that share few words it finds by the names, numbers and other rare words that stand close together in both."
    )


def _wrapped(text: str, width: int, *, indent: int = 0) -> Iterator[str]:
    yield from textwrap.wrap(
        text, width, initial_indent=" " * indent, subsequent_indent=" " * (indent + (3 if indent else 0))
    )


def _shown(text: str) -> str:
    return printable(" ".join(text.split()))


def _shortened(text: str) -> str:
    text = _shown(text)
    if len(text) <= MOST_QUOTED:
        return text
    return f"{text[: MOST_QUOTED * 2 // 3].rstrip()} … {text[-MOST_QUOTED // 3 :].lstrip()}"
