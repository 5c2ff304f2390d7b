"""The original: which member of a cluster is taken for the source of the others, or who outside is.

Each member is a hypothesis, and so is who is named most and is no member. Marks add to the log-odds of a hypothesis
(``weights.py`` has what each weighs); the confidence is its share of all, as in a logistic model with as many
outcomes. Where nothing tells members apart they share alike. A mark alone never decides: a copyright line can be a
template's, a time forged, an agency's tag left on by whoever rewrote the story.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, fsum, log

from dedup.clusters.extent import CUT, GROWN, WHOLE
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
    return min(members, key=_precedence(heads, first_seen))


def in_order_of_name(members: Sequence[int], heads: Heads, first_seen: Sequence[str] | None = None) -> list[int]:
    """Members in the order of who may name the cluster, the ``canonical`` one first; a microsecond for each."""
    return sorted(members, key=_precedence(heads, first_seen))


def _precedence(heads: Heads, first_seen: Sequence[str] | None) -> Callable[[int], tuple[str, bool, str, str, int]]:
    def precedence(member: int) -> tuple[str, bool, str, str, int]:
        published = heads.published[member] or ""
        seen = first_seen[member] if first_seen else ""
        return seen, not published, published, heads.paths[member], member

    return precedence


def original(members: Sequence[int], claims: Claims, weights: OriginWeights) -> tuple[int, Original]:
    """The likely original among articles, by number and as it is reported.

    Args:
        members: article numbers, in any order; the numbers count in order of id.
        claims: of all articles.
        weights: what each kind of evidence weighs.

    A member with a removal notice is it only where all have one. Costs some 10 microseconds, 3 for each member and 10
    for each that says something of its origin; names that were seen before cost less.
    """
    members = sorted(members)
    said = testimony(members, claims.heads, claims.aggregators, weights)
    votes: dict[tuple[str, ...], float] = {}
    extent = {WHOLE: 0.0, CUT: -weights.excerpt, GROWN: -weights.expansion}
    scores = {m: _testified(m, said, votes) + extent[claims.extents[m]] for m in members}
    candidates = [m for m in members if m not in said.copies] if said.copies else members
    first = _earlier(scores, candidates, claims.heads.published, weights.honest_times)
    outsider, outside = _outsider(said, weights)
    if outsider:
        _may_be_theirs(scores, candidates, outside - weights.outside + weights.anonymous, claims.heads)
    free = [m for m in members if m not in said.noticed] or members
    rounded = [round(scores[m], 9) for m in free]
    best = max(rounded)
    chosen = canonical([m for m, score in zip(free, rounded, strict=True) if score == best], claims.heads)
    rivals = [*scores.values(), *([outside] if outsider else []), *_elsewhere(members, said, weights)]
    share = fsum(map(exp, rivals))
    confidence = min(weights.max_confidence, exp(scores[chosen]) / share)
    reasons = _reasons(chosen, members, said, claims, first)
    evidence = _evidence(reasons, claims.heads)
    named = None
    if outsider and outside > best:
        sure = min(weights.max_confidence, exp(outside) / share)
        named = Outside(outsider, round(sure, 4), _outside_reasons(said, outsider, claims.heads))
    return chosen, Original(claims.heads.ids[chosen], round(confidence, 4), evidence, named)


def _testified(member: int, said: Testimony, votes: dict[tuple[str, ...], float]) -> float:
    """What the marks for and against a member come to.

    Of several marks of one kind, or of one page, the weightiest counts, for they come from one hand. Each further
    page that names the member adds less; ``votes`` remembers what they come to. A removal notice comes on top of all.
    """
    total = 0.0
    if said.named:
        keys = said.named_as(member)
        if keys not in votes:
            votes[keys] = _joint(_naming(keys, said))
        total = votes[keys]
    if own := said.own.get(member):
        total += _weightiest((mark.kind, mark.weight) for mark in own) if len(own) > 1 else own[0].weight
    if against := said.against.get(member):
        kinds = ((mark.kind == TAKEDOWN, mark.weight) for mark in against)
        total -= _weightiest(kinds) if len(against) > 1 else against[0].weight
    return total


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
    found = dict.fromkeys([(mark.kind, mark.value, mark.by) for mark in marks])
    return [OriginEvidence(kind, value, heads.ids[by]) for kind, value, by in list(found)[:MOST_EVIDENCE]]


def _reasons(chosen: int, members: Sequence[int], said: Testimony, claims: Claims, first: list[int]) -> list[Mark]:
    """Why a member was chosen: what speaks for it, when it was published, what speaks against the others."""
    marks = [*said.own.get(chosen, ()), *_naming(said.named_as(chosen), said)]
    found = sorted(marks, key=lambda mark: (-mark.weight, mark.by, mark.kind, mark.value))
    if chosen in first:
        found.append(Mark(0.0, "published", claims.heads.published[chosen] or "", chosen))
    told = {mark.by for mark in found} | {chosen}
    against = [
        max(notices)
        for by, marks in said.against.items()
        if by not in told
        and chosen not in said.noticed
        and (notices := [mark for mark in marks if mark.kind in NOTICES])
    ]
    found += sorted(against, key=lambda mark: (-mark.weight, mark.by))
    if len(found) < MOST_EVIDENCE and not claims.extents[chosen]:
        others = [member for member in members if claims.extents[member]]
        found += [Mark(0.0, *_EXTENTS[claims.extents[member]], member) for member in others[:MOST_EVIDENCE]]
    return found or [Mark(0.0, "order", "first in order of path", chosen)]


_EXTENTS = {CUT: ("excerpt", "holds a part of the story"), GROWN: ("expansion", "holds more than the others")}
