"""Why an article is taken for the original, in words for people."""

from typing import Any, NamedTuple

from dedup.report.fitting import counted

_OWN = {
    "agency": "tag of its own agency",
    "dateline": "tag of its own agency",
    "copyright": "own copyright line",
    "canonical": "own canonical link",
    "byline": "signed",
    "published": "published first",
    "order": "nothing tells, first in order of path",
}
"""What a reason that is found in the original itself says."""

_OTHERS = {
    "credit": "credited by {}",
    "based_on": "credited by {}",
    "canonical": "canonical page of {}",
    "copyright": "owner named in {}",
    "publisher": "owner named in {}",
    "agency": "agency named in {}",
    "dateline": "agency named in {}",
    "byline": "named as author in {}",
    "takedown": "removal notice in {}",
    "syndication": "taken from elsewhere by their own words: {}",
    "translation": "translated by a machine: {}",
    "counter": "taken from elsewhere by their own words: {}",
    "removal": "removed: {}",
    "aggregator": "footers of an aggregator in {}",
    "excerpt": "only a part in {}",
    "expansion": "more text in {}",
}
"""What a reason says that is found in other articles; ``{}`` stands for how many."""


class Ground(NamedTuple):
    """What a hypothesis rests on: reasons that say the same."""

    words: str
    values: list[str]
    """What was found, each once."""

    articles: list[str]
    """In which it was found, each once."""


def grounds(hypothesis: dict[str, Any], *, of: str, others: str = "other") -> list[Ground]:
    """The reasons of a hypothesis as a report gives them, the weightiest first.

    Args:
        hypothesis: of a cluster's original, or of somebody outside.
        of: the id of the article that it speaks for; empty for somebody outside.
        others: what the articles that speak are called, for one of them.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for reason in hypothesis["evidence"]:
        own = reason["article"] == of
        words = (_OWN if own else _OTHERS).get(reason["kind"], "other evidence" if own else "other evidence in {}")
        found.setdefault(words, []).append(reason)
    told = []
    for words, reasons in found.items():
        values, articles = ([*dict.fromkeys(reason[key] for reason in reasons)] for key in ("value", "article"))
        told.append(Ground(words.format(counted(len(articles), others)), values, articles))
    return told


def why(hypothesis: dict[str, Any], *, of: str, others: str = "other") -> str:
    """The grounds of a hypothesis in one phrase."""
    return ", ".join(ground.words for ground in grounds(hypothesis, of=of, others=others))
