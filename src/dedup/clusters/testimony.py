"""What the members of a cluster say about where their text comes from: marks for members, against them, and for
somebody who is not among them.

A mark is made only where a member says something, so that members that say nothing cost next to nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple

from dedup.clusters.called import keys_of, names_of
from dedup.clusters.names import Name, is_one_of, is_person, name, place
from dedup.model import Heads
from dedup.weights import OriginWeights

TAKEDOWN = "takedown"
PASSED_ON = frozenset(["syndication", "translation", "counter", "removal"])
"""Kinds of markers that say: this text was published elsewhere before."""
AGGREGATOR = "aggregator"
NOTICES = PASSED_ON | {TAKEDOWN, AGGREGATOR}
"""Kinds of marks against a page that name nobody."""


_LISTS: Callable[[], defaultdict[Any, list[Any]]] = partial(defaultdict, list)


class Mark(NamedTuple):
    """Something that a member says."""

    weight: float
    """In log-odds, 0 or more."""

    kind: str
    value: str
    by: int
    """The member that says it."""

    def weighing(self, weight: float) -> "Mark":
        """The same with another weight."""
        return Mark(weight, self.kind, self.value, self.by)


@dataclass(slots=True)
class Testimony:
    """All marks of a cluster. Not frozen only because a frozen one costs several times as much to make."""

    own: dict[int, list[Mark]] = field(default_factory=_LISTS)
    """By member what its own page says for it."""

    keys: dict[int, list[str]] = field(default_factory=dict)
    """By member what it is called by: its names, its address, and whose copyright line it has."""

    named: dict[str, list[Mark]] = field(default_factory=_LISTS)
    """By such a key what other members' pages say for whoever has it. A page that names an outlet speaks for all
    members of that outlet, of which there may be thousands."""

    against: dict[int, list[Mark]] = field(default_factory=_LISTS)
    """By member what its own page says against it."""

    outside: dict[str, list[tuple[str, Mark]]] = field(default_factory=_LISTS)
    """By the core of its name who is named and is no member: the name as it stands, and the mark."""

    noticed: set[int] = field(default_factory=set)
    """Members with an aggregator's removal notice."""

    copies: set[int] = field(default_factory=set)
    """Members that say themselves that they are copies, and those with a notice."""

    from_outside: set[int] = field(default_factory=set)
    """Of these, the ones that do not say so of another member."""

    def named_as(self, member: int) -> tuple[str, ...]:
        """The keys of a member under which others speak for it."""
        if not self.named:
            return ()
        return tuple([key for key in self.keys.get(member, ()) if key in self.named])


def testimony(members: Sequence[int], heads: Heads, aggregators: Sequence[bool], weights: OriginWeights) -> Testimony:
    """What all members say.

    Args:
        members: article numbers.
        heads: of all articles.
        aggregators: for each article whether it has a footer that only aggregators have.
        weights: what it weighs.
    """
    markers, canonicals, authors = heads.markers, heads.canonicals, heads.authors
    publishers, based_on = heads.publishers, heads.based_on
    speakers = [
        m
        for m in members
        if markers[m] or canonicals[m] or authors[m] or publishers[m] or based_on[m] or aggregators[m]
    ]
    if not speakers:
        return Testimony()
    court = _Court(members, heads, weights)
    for member in speakers:
        court.hear(member, aggregator=aggregators[member])
    court.settle_owners()
    return court.found


class _Court:
    """Hears one member after the other, knowing the names of all, once somebody is named who is not the speaker."""

    def __init__(self, members: Sequence[int], heads: Heads, weights: OriginWeights) -> None:
        self.found = Testimony()
        self._members, self._heads, self._weights = members, heads, weights
        self._passed_on: set[int] = set()
        self._names_another: set[int] = set()
        self._owners: dict[str, list[Mark]] = defaultdict(list)

    @cached_property
    def _known(self) -> dict[str, int]:
        """By key how many members it calls; whose they are is noted in ``found.keys``."""
        known: dict[str, int] = {}
        for member in self._members:
            keys = self.found.keys[member] = keys_of(member, self._names(member), self._heads)
            for key in keys:
                known[key] = known.get(key, 0) + 1
        return known

    def _names(self, member: int) -> tuple[Name, ...]:
        return names_of(member, self._heads)

    def hear(self, member: int, *, aggregator: bool) -> None:
        """What its footers say of the page as such, then whom they and the data of its page name."""
        heads = self._heads
        persons: list[str] = []  # ``list[str]()`` takes a microsecond more, ten times as long
        if markers := heads.markers[member]:
            said = [(marker.kind, marker.value) for marker in markers]
            self._notices(member, said, aggregator=aggregator)
            self._footers(member, said, persons)
        elif aggregator:
            self._notices(member, [], aggregator=True)
        if (publisher := heads.publishers[member]) and not self._is_own(member, publisher):
            self._others(Mark(self._weights.copyright, "publisher", publisher, member))
        if author := heads.authors[member]:
            persons.append(author)
        for person in persons:
            self._byline(member, person)
        if canonical := heads.canonicals[member]:
            self._canonical(Mark(self._weights.credit, "canonical", canonical, member))
        if based_on := heads.based_on[member]:
            self._credits([Mark(self._weights.credit, "based_on", based_on, member)], plain=True)

    def _notices(self, member: int, said: Sequence[tuple[str, str]], *, aggregator: bool) -> None:
        """What says of a page that it passes texts on."""
        found, weights = self.found, self._weights
        against: list[Mark] = []
        for kind, value in said:
            if kind == TAKEDOWN:
                found.noticed.add(member)
                against.append(Mark(weights.takedown, TAKEDOWN, value, member))
            elif kind in PASSED_ON and not self._credits_itself(member, said):
                against.append(Mark(weights.syndication, kind, value, member))
        if against:
            self._passed_on.add(member)
            self._is_copy_from_outside(member)
        elif aggregator and not self._credits_itself(member, said):
            against.append(Mark(weights.aggregator, AGGREGATOR, "footers of an aggregator", member))
        if against:
            found.against[member] += against

    def _footers(self, member: int, said: Sequence[tuple[str, str]], persons: list[str]) -> None:
        """Whom its footers name, each once; authors are only noted in ``persons``."""
        credited: list[str] = []
        for kind, value in dict.fromkeys(said) if len(said) > 1 else said:
            if kind == "copyright":
                self._owner(member, value, said)
            elif kind == "credit":
                credited.append(value)
            elif kind in ("agency", "dateline"):
                self._agency(member, kind, value)
            elif kind == "byline":
                persons.append(value)
        if credited:
            marks = [Mark(self._weights.credit, "credit", value, member) for value in credited]
            self._credits(marks, plain=member in self._passed_on)

    def _credits(self, marks: Sequence[Mark], *, plain: bool) -> None:
        """Words that name whom the text is from; ``plain`` where they can mean nothing else.

        Of several, those that name nobody in the cluster are less plain where another does: ``Source: the ministry``.
        """
        unfound = [mark for mark in marks if not self._is_own(mark.by, mark.value) and not self._others(mark)]
        plain = plain and len(unfound) == len(marks)
        loss = self._weights.unfound
        for mark in unfound:
            self._outside(mark, mark.weight * (1 if plain else loss * loss))
            self._against(mark, mark.weight * (loss if plain else loss * loss))
            if plain:
                self._is_copy_from_outside(mark.by)

    def _agency(self, member: int, kind: str, value: str) -> None:
        weights = self._weights
        if self._is_own(member, value):
            self.found.own[member].append(Mark(weights.own_agency, kind, value, member))
        elif not self._others(mark := Mark(weights.agency, kind, value, member)):
            known = bool(self._heads.sources[member]) or member in self._passed_on
            self._outside(mark, mark.weight * (1 if known else weights.unfound))
            if known:
                self._against(mark, mark.weight * weights.unfound)

    def _owner(self, member: int, value: str, said: Sequence[tuple[str, str]]) -> None:
        weights = self._weights
        if self._is_own(member, value):
            self.found.own[member].append(Mark(weights.own_copyright, "copyright", value, member))
            return
        stamped = any(kind == "publisher_mark" for kind, _ in said)
        mark = Mark(weights.copyright + (weights.publisher_mark if stamped else 0.0), "copyright", value, member)
        if not self._others(mark) and (core := name(value).core):
            self._owners[core].append(mark)

    def _byline(self, member: int, author: str) -> None:
        weights = self._weights
        if self._is_own(member, author) or self._others(Mark(weights.byline, "byline", author, member)):
            return
        if is_person(author):
            self.found.own[member].append(Mark(weights.own_byline, "byline", author, member))

    def _canonical(self, mark: Mark) -> None:
        """The address at which a page says that it belongs: its own, or another's."""
        if not (found := place(mark.value)):
            return
        host, address = found
        url = self._heads.urls[mark.by]
        own = place(url) if url and url != mark.value else None
        if own:
            at_home = own[0].removeprefix("www.") == host.removeprefix("www.")
        else:  # the address of the page is known from this link alone
            at_home = not self._names(mark.by) or is_one_of(name(host), self._names(mark.by))
        if at_home:
            self.found.own[mark.by].append(mark.weighing(self._weights.own_link))
            return
        if there := self._others_called(name(host), address, mark.by):
            self._name_others(mark, there)
        elif own:
            self._outside(mark, mark.weight)
            self._against(mark, mark.weight * self._weights.unfound)
            self._is_copy_from_outside(mark.by)

    def settle_owners(self) -> None:
        """What copyright lines say whose owner is no member by name.

        An owner's line under an aggregator's page speaks for the members that have it without being aggregators, and
        where there is none, for the owner, outside. Several outlets' pages with one owner's line may be copies, too.
        """
        weights, found = self._weights, self.found
        for owner, lines in self._owners.items():
            others = [mark for mark in lines if mark.by not in found.noticed]
            copied = [mark for mark in lines if mark.by in found.noticed]
            for mark in others if copied else ():
                found.keys[mark.by].append("©" + owner)
            for mark in copied if others else ():
                self._name_others(mark, ["©" + owner])
            if not others:
                for mark in copied:
                    self._outside(mark, mark.weight)
            if len({self._heads.sources[mark.by] for mark in others} - {None}) > 1:
                for mark in others:
                    self._outside(mark, mark.weight * weights.unfound)

    def _is_copy_from_outside(self, member: int) -> None:
        self.found.copies.add(member)
        if member not in self._names_another or member in self.found.noticed:
            self.found.from_outside.add(member)

    def _credits_itself(self, member: int, said: Sequence[tuple[str, str]]) -> bool:
        """Whether a notice such as ``Originally published by`` names the page's own outlet."""
        return any(kind == "credit" and self._is_own(member, value) for kind, value in said)

    def _is_own(self, member: int, value: str) -> bool:
        return _means_one_of(value, names_of(member, self._heads))

    def _others(self, mark: Mark) -> bool:
        """Count a mark for the members that it names; whether there are any."""
        there = self._others_called(*_called(mark.value), mark.by)
        if there:
            self._name_others(mark, there)
        return bool(there)

    def _name_others(self, mark: Mark, others: Iterable[str]) -> None:
        self._against(mark, mark.weight)
        self.found.copies.add(mark.by)
        self._names_another.add(mark.by)
        if mark.by not in self.found.noticed:
            self.found.from_outside.discard(mark.by)
        vote = mark.weighing(mark.weight * self._weights.named)
        for key in others:
            self.found.named[key].append(vote)

    def _others_called(self, wanted: Name, address: str, by: int) -> list[str]:
        """The keys that other members than ``by`` have: that of an address, else those of a name."""
        known = self._known
        mine = self.found.keys[by]
        if address and known.get(address, 0) > (address in mine):
            return [address]
        keys = [wanted.core, "~" + wanted.core, wanted.acronym] if wanted.core else []
        return [key for key in keys if key and known.get(key, 0) > (key in mine)]

    def _against(self, mark: Mark, weight: float) -> None:
        self.found.against[mark.by].append(mark.weighing(weight))

    def _outside(self, mark: Mark, weight: float) -> None:
        host, _ = place(mark.value) or ("", "")
        named = host or mark.value
        if core := name(named).core:
            self.found.outside[core].append((named, mark.weighing(weight)))


@lru_cache(maxsize=1 << 14)
def _called(value: str) -> tuple[Name, str]:
    """Whom a mark names: the name, or the host of an address, and the address."""
    host, address = place(value) or ("", "")
    return name(host or value), address


@lru_cache(maxsize=1 << 14)
def _means_one_of(value: str, names: tuple[Name, ...]) -> bool:
    """Whether a mark names who has one of some names."""
    return is_one_of(_called(value)[0], names)
