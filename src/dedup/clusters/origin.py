"""The original: which member of a cluster is taken for the source of the others, or who outside is.

Each member is a hypothesis, and so is who is named most and is no member. Marks add to the log-odds of a hypothesis
(``weights.py`` has what each weighs); the confidence is its share of all, as in a logistic model with as many
outcomes. Where nothing tells members apart they share alike. A mark alone never decides: a copyright line can be a
template's, a time forged, an agency's tag left on by whoever rewrote the story.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import exp, fsum, log

from dedup.clusters.extent import CUT, GROWN
from dedup.clusters.testimony import NOTICES, TAKEDOWN, Mark, Testimony, testimony
from dedup.model import Heads, Original, OriginEvidence, Outside
from dedup.weights import OriginWeights

MOST_EVIDENCE = 12
"""Reasons that a report gives for an original; the weightiest."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What is known of all articles that bears on originals; an entry per article in each."""

    heads: Heads
    aggregators: Sequence[bool]
    """Whether it has a footer that only aggregators have."""

    extents: Sequence[int]
    """Whether it is cut from another member, or grown beyond one, as ``extent.extents`` tells."""


def canonical(members: Sequence[int], heads: Heads, first_seen: Sequence[str] | None = None) -> int:
    """The member that a cluster is called after: the first published, else the first in order of path, then of id.

    It does not hang on who is taken for the original, so that the name stays when that is judged anew.

    Args:
        members: article numbers, in any order; the numbers count in order of id.
        heads: of all articles.
        first_seen: for each article the time of the run that met it first. Where it is given it goes before the time
            of publication. No original may be judged by it: it remembers, which only names do.
    """
    return members[0] if len(members) == 1 else min(members, key=_precedence(heads, first_seen))


def in_order_of_name(members: Sequence[int], heads: Heads, first_seen: Sequence[str] | None = None) -> list[int]:
    """Members in the order of who may name the cluster, the ``canonical`` one first; a microsecond for each."""
    return sorted(members, key=_precedence(heads, first_seen))


def _precedence(
    heads: Heads, first_seen: Sequence[str] | None
) -> Callable[[int], tuple[str, str, str, int] | tuple[str, str, int]]:
    published, paths = heads.published, heads.paths
    if first_seen is None:
        return lambda member: (published[member] or _NEVER, paths[member], member)
    return lambda member: (first_seen[member], published[member] or _NEVER, paths[member], member)


_NEVER = "~"
"""A time behind all others."""


def original(members: Sequence[int], claims: Claims, weights: OriginWeights) -> tuple[int, Original]:
    """The likely original among articles, by number and as it is reported.

    Args:
        members: article numbers, in any order; the numbers count in order of id.
        claims: of all articles.
        weights: what each kind of evidence weighs.

    A member with a removal notice is it only where all have one. Costs some 10 microseconds, 3 for each member and 10
    for each that says something of its origin; names that were seen before cost less.
    """
    members, heads = sorted(members), claims.heads
    said = testimony(members, heads, claims.aggregators, weights)
    scores = _scores(members, said, claims.extents, weights)
    candidates = [m for m in members if m not in said.copies] if said.copies else members
    first = _earlier(scores, candidates, heads.published, weights.honest_times)
    outsider, outside = _outsider(said, weights) if said.outside else ("", 0.0)
    if outsider:
        _may_be_theirs(scores, candidates, outside - weights.outside + weights.anonymous, heads)
    free = ([m for m in members if m not in said.noticed] if said.noticed else []) or members
    rounded = [_rounded(scores[m]) for m in free]
    best = max(rounded)
    chosen = canonical([m for m, score in zip(free, rounded, strict=True) if score == best], heads)
    rivals = [*scores.values(), *([outside] if outsider else ()), *_elsewhere(members, said, weights)]
    share = fsum(map(exp, rivals))
    confidence = min(weights.max_confidence, exp(scores[chosen]) / share)
    evidence = _evidence(_reasons(chosen, members, said, claims, first), heads)
    named = None
    if outsider and outside > best:
        sure = min(weights.max_confidence, exp(outside) / share)
        named = Outside(outsider, round(sure, 4), _outside_reasons(said, outsider, heads))
    return chosen, Original(heads.ids[chosen], round(confidence, 4), evidence, named)


@lru_cache(maxsize=1 << 12)
def _rounded(score: float) -> float:
    """As sums may differ in the last digits. Members mostly have one of a few scores, and to round takes a while."""
    return round(score, 9)


def _scores(
    members: Sequence[int], said: Testimony, extents: Sequence[int], weights: OriginWeights
) -> dict[int, float]:
    """What the marks for and against each member, and its extent, come to.

    Of several marks of one kind, or of one page, the weightiest counts, for they come from one hand. Each further
    page that names a member adds less. A removal notice comes on top of all.
    """
    scores = _named(members, said) if said.named else dict.fromkeys(members, 0.0)
    for member, marks in said.own.items():
        scores[member] += marks[0].weight if len(marks) == 1 else _weightiest((m.kind, m.weight) for m in marks)
    for member, marks in said.against.items():
        kinds = ((mark.kind == TAKEDOWN, mark.weight) for mark in marks)
        scores[member] -= marks[0].weight if len(marks) == 1 else _weightiest(kinds)
    for member in members:
        if extent := extents[member]:
            scores[member] -= weights.excerpt if extent == CUT else weights.expansion
    return scores


def _named(members: Sequence[int], said: Testimony) -> dict[int, float]:
    """What others' pages say for each member; of one outlet there may be thousands."""
    scores: dict[int, float] = {}
    votes: dict[tuple[str, ...], float] = {}
    for member in members:
        keys = said.named_as(member)
        if keys not in votes:
            votes[keys] = _joint(_naming(keys, said))
        scores[member] = votes[keys]
    return scores


def _weightiest(marks: Iterable[tuple[str | bool, float]]) -> float:
    """What the weightiest mark of each kind comes to together."""
    found: dict[str | bool, float] = {}
    for kind, weight in marks:
        found[kind] = max(weight, found.get(kind, 0.0))
    return fsum(found.values())


def _naming(keys: tuple[str, ...], said: Testimony) -> list[Mark]:
    """What others' pages say for whoever has some keys."""
    return [mark for key in keys for mark in said.named[key]]


def _joint(marks: Sequence[Mark]) -> float:
    """What marks on several pages come to: the weightiest, and half the logarithm of the number of pages on top."""
    if not marks:
        return 0.0
    return max(mark.weight for mark in marks) * (1 + log(len({mark.by for mark in marks})) / 2)


def _earlier(
    scores: dict[int, float], candidates: list[int], times: Sequence[str | None], honest: float
) -> list[int]:
    """Add to the scores of dated members what the order of their times says; the first ones, if it says something.

    The dated ones together neither gain nor lose: who has no time may have been earlier or later. Of ``m`` dated ones
    the ``f`` first share the odds ``honest``, the others the rest. A day without a time of day ties with all of it.
    """
    dated = [m for m in candidates if times[m]]
    if len(dated) < 2:
        return []
    when = {m: times[m] or "" for m in dated}
    day = min(time[:10] for time in when.values())
    on_it = [m for m in dated if when[m][:10] == day]
    moment = min(when[m] for m in on_it)
    first = on_it if len(moment) == len(day) else [m for m in on_it if when[m] == moment]
    later = len(dated) - len(first)
    if not later:
        return []
    for member in dated:
        scores[member] += log(len(dated) * (1 - honest) / later)
    for member in first:
        scores[member] += log(honest / len(first)) - log((1 - honest) / later)
    return first


def _outsider(said: Testimony, weights: OriginWeights) -> tuple[str, float]:
    """Who is named most and is no member, as it is written there, and its log-odds; an empty name for none."""
    found = [
        (_joint([mark for _, mark in named]) + weights.outside, min(named, key=lambda one: one[1].by)[0])
        for named in said.outside.values()
    ]
    score, outsider = max(found, key=lambda one: (round(one[0], 9), one[1]), default=(0.0, ""))
    return outsider, score


def _may_be_theirs(scores: dict[int, float], candidates: list[int], gain: float, heads: Heads) -> None:
    """Add to the scores of members that may be the page of somebody who is named, as nobody knows whose they are."""
    for member in candidates:
        if heads.sources[member] is None and heads.urls[member] is None:
            scores[member] += log(1 + exp(gain))


def _elsewhere(members: Sequence[int], said: Testimony, weights: OriginWeights) -> list[float]:
    """The log-odds of somebody of whom nothing is known, where a member took its text from nobody knows whom."""
    if not said.from_outside:
        return []
    return [0.0 if len(said.from_outside) == len(members) else weights.elsewhere]


def _outside_reasons(said: Testimony, outsider: str, heads: Heads) -> list[OriginEvidence]:
    marks = next(named for named in said.outside.values() if outsider in (text for text, _ in named))
    weightiest = sorted((mark for _, mark in marks), key=lambda mark: (-mark.weight, mark.by, mark.kind))
    return _evidence(weightiest, heads)


def _evidence(marks: Sequence[Mark], heads: Heads) -> list[OriginEvidence]:
    """Marks as they are reported, each once: an author may stand in the text and in the data of its page."""
    ids = heads.ids
    found = dict.fromkeys([(mark.kind, mark.value, mark.by) for mark in marks])
    return [OriginEvidence(kind, value, ids[by]) for kind, value, by in islice(found, MOST_EVIDENCE)]


def _reasons(chosen: int, members: Sequence[int], said: Testimony, claims: Claims, first: list[int]) -> list[Mark]:
    """Why a member was chosen: what speaks for it, when it was published, what speaks against the others."""
    found = [*said.own.get(chosen, ()), *(_naming(said.named_as(chosen), said) if said.named else ())]
    if len(found) > 1:
        found.sort(key=lambda mark: (-mark.weight, mark.by, mark.kind, mark.value))
    if chosen in first:
        found.append(Mark(0.0, "published", claims.heads.published[chosen] or "", chosen))
    if said.against and chosen not in said.noticed:
        told = {chosen, *(mark.by for mark in found)}
        notices = [
            [mark for mark in marks if mark.kind in NOTICES] for by, marks in said.against.items() if by not in told
        ]
        against = [max(marks) if len(marks) > 1 else marks[0] for marks in notices if marks]
        found += sorted(against, key=lambda mark: (-mark.weight, mark.by)) if len(against) > 1 else against
    extents = claims.extents
    if len(found) < MOST_EVIDENCE and not extents[chosen]:
        others = [member for member in members if extents[member]]
        found += [Mark(0.0, *_EXTENTS[extents[member]], member) for member in others[:MOST_EVIDENCE]]
    return found or [Mark(0.0, "order", "first in order of path", chosen)]


_EXTENTS = {CUT: ("excerpt", "holds a part of the story"), GROWN: ("expansion", "holds more than the others")}
