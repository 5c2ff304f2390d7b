"""How much each kind of evidence says about who is the original of a cluster: a part of the settings.

A weight is a difference of log-odds (natural logarithm): 0.7 doubles the odds, 1.7 makes them five to one, 3 twenty
to one, 5 a hundred and fifty to one. For kinds that speak for one member by speaking against another's page, the
weight is what the page loses; the member that it names gains the share ``named`` of it.
"""

from dataclasses import dataclass, fields
from typing import Any

from dedup.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginWeights:
    """What the marks of an article weigh.

    Raises:
        SettingsError: a value is out of its range.
    """

    takedown: float = 5.0
    """Against a page with an aggregator's removal notice, 0 to 20: who writes does not offer to delete. It is the
    original only where all members have one."""

    syndication: float = 3.5
    """Against a page that says that its text was republished, comes from a feed or was translated by a machine, 0 to
    20."""

    aggregator: float = 1.5
    """Against a page whose other footers are those of aggregators, 0 to 20: outlets have such lines, too."""

    credit: float = 3.5
    """Against a page that names whom its text is from: in words, by its canonical link, as ``isBasedOn``, 0 to
    20."""

    copyright: float = 2.0
    """Against a page with another's copyright line, 0 to 20: an outlet's templates name its own owner."""

    publisher_mark: float = 1.0
    """On top of ``copyright``, 0 to 20, where a publisher's mark stands behind the line: it came with the text."""

    agency: float = 1.7
    """Against a page with the tag of an agency, 0 to 20. Agency words alone were measured to be right in 85 % of
    cases, which is odds of 5.7 to one."""

    byline: float = 1.2
    """Against a page whose author is another member, 0 to 20: fewer say it so, and some share a desk."""

    named: float = 0.6
    """What of these weights the member that is named gains, 0 to 1."""

    unfound: float = 0.5
    """What of ``agency`` and of a credit the page loses where it names nobody in the cluster, 0 to 1: all the others
    may well be copies of the same."""

    own_agency: float = 3.0
    """For the page of the agency itself that its tag names, 0 to 20."""

    own_copyright: float = 0.5
    """For a page with its own owner's copyright line, 0 to 20. Templates put it under copies, too."""

    own_link: float = 0.3
    """For a page whose canonical link leads to its own host, 0 to 20. Nearly all pages have that."""

    own_byline: float = 0.3
    """For a page that names a person as its author, 0 to 20. Aggregators often leave that in."""

    excerpt: float = 1.5
    """Against a text that is a part of another member's, 0 to 20, ..."""

    max_excerpt_length: float = 0.75
    """... if it has at most this share of its words, 0 to 1: what lacks less may be the text before it grew, ..."""

    min_excerpt_containment: float = 0.8
    """... and this share of its shingles is found there, 0 to 1. Where a second member carries the short form,
    too, it is not cut, and the long one is an expansion."""

    expansion: float = 1.0
    """Against such a text, 0 to 20, which holds more than the text that several have."""

    honest_times: float = 0.85
    """How likely the original, where it is dated, is the one dated first, 0.5 to less than 1. Times are forged,
    pages dated anew when they change."""

    outside: float = -1.0
    """For somebody named who is no member, -20 to 20, beside what names him: few collections lack the original."""

    anonymous: float = -0.5
    """For a member without source and address, -20 to 20, beside what names somebody who is no other member: it may
    be theirs."""

    elsewhere: float = -2.0
    """For somebody of whom nothing is known, -20 to 20, where a member says that it took its text from elsewhere, and
    not from whom; 0 takes the place of it where all members say so."""

    max_confidence: float = 0.99
    """The highest confidence, 0.5 to 1, that a hypothesis gets."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value, (least, most) = getattr(self, field.name), _RANGES.get(field.name, (0, 20))
            if not least <= value <= most:
                raise SettingsError(
                    f"setting origin.{field.name} = {value!r} is out of range; wanted {least:g} to {most:g}"
                )

    @classmethod
    def from_dict(cls, values: Any) -> "OriginWeights":
        """Weights from plain values, such as a TOML table.

        Raises:
            SettingsError: it is no table, a name is unknown, or a value is no number or out of range.
        """
        if not isinstance(values, dict):
            raise SettingsError(
                f"setting origin = {values!r} is not a table of weights, such as {{ takedown = 5.0 }}"
            )
        known = [field.name for field in fields(cls)]
        for name, value in values.items():
            if name not in known:
                raise SettingsError(f"unknown setting origin.{name}; known are {', '.join(known)}")
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise SettingsError(f"setting origin.{name} = {value!r} is not a number, such as 1.5")
        return cls(**{name: float(value) for name, value in values.items()})


_RANGES = {
    "named": (0, 1),
    "unfound": (0, 1),
    "max_excerpt_length": (0, 1),
    "min_excerpt_containment": (0, 1),
    "honest_times": (0.5, 0.999),
    "outside": (-20, 20),
    "anonymous": (-20, 20),
    "elsewhere": (-20, 20),
    "max_confidence": (0.5, 1),
}
"""The least and the most of each weight that is not from 0 to 20."""

ORIGIN_WEIGHTS = OriginWeights()
"""The defaults."""
