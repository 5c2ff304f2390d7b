"""An explanation: why two articles are related, or not. ``dedup explain --json`` writes these fields.

All places are in characters of the texts as they were read, from 0, the stop one behind the last.
"""

from dataclasses import dataclass

from dedup.model import ArticleId, Relation


@dataclass(frozen=True, slots=True)
class SetAsidePlace:
    """A footer that was set aside, and how it reads."""

    id: str
    kind: str
    origin: str
    """``shipped``: known from a catalogue; ``learned``: by the scan, from its collection."""

    start: int
    stop: int
    text: str
    """On one line."""


@dataclass(frozen=True, slots=True)
class ExplainedArticle:
    """One of the two articles."""

    id: ArticleId
    title: str | None
    words: int
    """Of the text."""

    body_words: int
    """What footers leave of them, and what is compared; 0 of an article that is nothing but footers."""

    set_aside: tuple[SetAsidePlace, ...]
    """In order of the text."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number that the verdict rests on, and what it takes for a relation."""

    name: str
    """``resemblance``, ``left_in_right``, ``right_in_left``; ``phrases``, ``order``, ``sentences``, ``rewrite``."""

    value: float | None
    """0 to 1; None where it was not measured."""

    needed: float | None
    """From which it makes a relation; None for what only counts in the score ``rewrite``."""

    relation: Relation | None
    """The relation that it makes."""

    met: bool
    """Whether it does."""

    condition: str
    """What else that takes, in words; empty for nothing."""


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """Where both tell the same, and how it reads in both."""

    words: int
    """Words of the left article in it, without those of footers."""

    anchors: int | None
    """Of a pair of sentences the names, numbers and other rare words that both have; None for a run of words."""

    left_start: int
    left_stop: int
    right_start: int
    right_stop: int
    before: str
    """A few words of the left text before it, on one line, with the space between, if there is one."""

    left: str
    """On one line; ``[…]`` where a footer was set aside."""

    after: str
    right: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two articles are related, or not."""

    left: ExplainedArticle
    right: ExplainedArticle
    relation: Relation
    summary: str
    """The relation in one sentence, which calls the left article A and the right one B."""

    shingle_words: int
    """Words in the runs that resemblance and containment count."""

    measures: tuple[Measure, ...]
    cannot_tell: tuple[str, ...]
    """Why it cannot be told whether the one is the other in other words, where that is so."""

    passage_kind: str
    """``words``: runs of words that both have; ``sentences``: those that tell the same in other words."""

    passage_count: int
    passage_words: int
    """Words of the left article in all of them."""

    passages: tuple[QuotedPassage, ...]
    """Up to ten, the longest first; of sentences those that share most."""

    chance: float
    """How probable it is that the bands of a scan make a candidate of a pair of this resemblance, 0 to 1."""

    change: str
    """What would have to change for another verdict, in words."""

    notes: tuple[str, ...]
    """What else there is to know, a sentence each."""
