"""Made-up clusters whose original is known: wires, outlets and aggregators that copy, credit, cut, forge and forget.

Stories are invented syllables, outlets are invented names; the footers are worded as such footers go. Each kind of
cluster is a small history with chances of its own, and the odd mark lies: a wire stamps its time late, an outlet
credits a copy, a template names another owner. The chances are guesses, not measurements; what is measured on such
clusters is whether confidences mean what they say where marks lie about as often as here.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "al", "en", "or")]
_FIRST = [
    "Ashe",
    "Brack",
    "Colm",
    "Dun",
    "Estrin",
    "Fen",
    "Gall",
    "Harrow",
    "Isel",
    "Kel",
    "Lar",
    "Mal",
    "Nor",
    "Ost",
]
_LAST = ["water", "vale", "mouth", "gate", "holm", "mark", "stead", "wick"]
_PAPERS = ["Courier", "Tribune", "Gazette", "Herald", "Observer", "Post", "Leader", "Sentinel"]
_MACHINES = ["Planet Feed Basket", "AllNews Mirror", "Streamhub World", "Instant Digest", "Globe Gatherer"]
_OWNERS = [
    "Varley & Daughters, Inc.",
    "Ostrey Print Holdings plc",
    "Pellow Brothers Ltd.",
    "Halvern Trust Company, Inc.",
]
_WIRES = [("Northern Wire Service", "NWS"), ("Harbour Press Agency", "HPA"), ("Upland News Bureau", "UNB")]
_PEOPLE = ["Maud Pellow", "Gus Penhallow", "Hollis Merrin", "Fenella Strick", "Ingram Vole", "Magnus Tarr"]
_NOTICES = [
    "{name} is an automatic aggregator of news from media around the world. In each material the link to the original"
    " source is given. If you are the owner of the content and do not want us to publish your materials, please"
    " contact us by email at desk@{host}. The content will be deleted within 24 hours.",
    "This entry was gathered by a robot and not checked by a human being. Owners who do not want their content to"
    " appear on this site may ask for its removal by email at desk@{host}.",
    "{name} automatically collects and publishes news from open sources on the internet. All trademarks belong to"
    " their rightful owners, all materials to their authors. Materials are deleted at the first request of the rights"
    " holder.",
]
_CREDITS = [
    "Originally published by {name}.",
    "This article was originally published by {name}.",
    "This article first appeared in {name}.",
    "Source: {name}",
]


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes."""

    name: str
    host: str
    owner: str


@dataclass(frozen=True, slots=True)
class Planted:
    """One article, before it is written to disk."""

    outlet: Outlet
    blocks: tuple[str, ...]
    published: datetime | None = None
    dateline: str = ""
    author: str = ""
    feet: tuple[str, ...] = ()
    canonical: str = ""
    form: str = "record"
    """``record``, ``page`` or ``text``; a text says neither who published it nor when."""


@dataclass(slots=True)
class Truth:
    """What is known of one made-up cluster."""

    kind: str
    original: str | None
    """Id of the original; None where it is no member."""

    outside: str | None = None
    """Who has it, where that is known from the marks that were planted."""

    ids: list[str] = field(default_factory=list)


class World:
    """Draws clusters; equal seeds give equal ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        names = [f"The {a}{b} {paper}" for a in _FIRST for b, paper in zip(_LAST, _PAPERS, strict=True)]
        self.outlets = [Outlet(name, _host(name), f"{name.removeprefix('The ')} Ltd.") for name in names]
        self.machines = [Outlet(name, _host(name), name) for name in _MACHINES]
        self.wires = [(Outlet(name, _host(name), name), short) for name, short in _WIRES]

    def chance(self, share: float) -> bool:
        """True in so many cases."""
        return self.random.random() < share

    def story(self) -> tuple[str, ...]:
        """Paragraphs of invented words."""
        return tuple(self._block() for _ in range(self.random.randint(7, 12)))

    def _block(self) -> str:
        words = ["".join(self.random.choices(_SYLLABLES, k=self.random.randint(1, 3))) for _ in range(38)]
        return " ".join(words[:19]).capitalize() + ". " + " ".join(words[19:]).capitalize() + "."

    def moment(self) -> datetime:
        """Some time in 2024."""
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=self.random.randrange(500_000))

    def later(self, time: datetime | None) -> datetime | None:
        """When a copy of something is published: minutes to two days later."""
        return None if time is None else time + timedelta(minutes=self.random.choice([15, 60, 240, 900, 2800]))

    def edited(self, blocks: tuple[str, ...], share: float) -> tuple[str, ...]:
        """The same with some words replaced."""

        def word(old: str) -> str:
            return "".join(self.random.choices(_SYLLABLES, k=2)) if self.chance(share) else old

        return tuple(" ".join(map(word, block.split(" "))) for block in blocks)

    def reworked(self, blocks: tuple[str, ...]) -> tuple[str, ...]:
        """A copy as outlets print it: as it is, lightly edited, cut or with something added."""
        way = self.random.random()
        if way < 0.45:
            return blocks
        if way < 0.7:
            return self.edited(blocks, 0.04)
        if way < 0.85:
            return blocks[: max(3, round(len(blocks) * self.random.uniform(0.35, 0.7)))]
        return (*blocks, *(self._block() for _ in range(2)))

    def form(self) -> str:
        """How an article comes."""
        return self.random.choices(["record", "page", "text"], [5, 4, 2])[0]

    def house(self, outlet: Outlet) -> tuple[str, ...]:
        """The copyright line that an outlet's pages may have; now and then of an owner of another name."""
        if not self.chance(0.4):
            return ()
        owner = self.random.choice(_OWNERS) if self.chance(0.2) else outlet.owner
        return (f"Copyright © 2024 {owner} All rights reserved.",)

    def own(self, outlet: Outlet) -> Planted:
        """An article of an outlet's own."""
        author = self.random.choice(_PEOPLE) if self.chance(0.5) else ""
        time = self.moment() if self.chance(0.85) else None
        feet = self.house(outlet)
        if self.chance(0.08):
            feet = ("Source: Ministry of Fisheries", *feet)
        return Planted(outlet, self.story(), time, author=author, feet=feet, form=self.form())

    def copy(self, of: Planted, by: Outlet, **said: object) -> Planted:
        """What an outlet makes of an article of another; now and then dated before it."""
        time = self.later(of.published) if self.chance(0.85) else None
        if time and self.chance(0.06):
            time -= timedelta(days=3)
        feet = (*(f for f in of.feet if self.chance(0.08)), *self.house(by))
        made = Planted(by, self.reworked(of.blocks), time, feet=feet, form=self.form())
        return replace(made, **said)  # type: ignore[arg-type]

    def machine_copy(self, of: Planted, *, keeps_line: float = 0.35, notice: float = 0.88) -> Planted:
        """What an aggregator makes of an article: cut or in other words, its notice below, its time often forged."""
        machine = self.random.choice(self.machines)
        blocks = self.random.choice(
            [of.blocks, self.edited(of.blocks, 0.08), of.blocks[: max(4, len(of.blocks) // 2)]]
        )
        time = of.published
        if time:
            time += timedelta(minutes=self.random.choice([-600, -90, 30, 120, 600]))
        line = (f"Copyright © 2024 {of.outlet.owner} All rights reserved.",) if self.chance(keeps_line) else ()
        feet = line
        if self.chance(notice):
            feet += (self.random.choice(_NOTICES).format(name=machine.name, host=machine.host),)
        return Planted(machine, blocks, time, of.dateline, feet=feet, form=self.form())

    def two(self) -> list[Outlet]:
        """Two to four different outlets."""
        return self.random.sample(self.outlets, self.random.randint(2, 4))


def _host(name: str) -> str:
    return name.removeprefix("The ").lower().replace(" ", "-") + ".example"


Cluster = tuple[list[Planted], int | None, str | None]
"""The articles, which of them is the original, and who is it outside."""


def wire(world: World) -> Cluster:
    """A wire story in two to four outlets; the wire's own may be missing."""
    agency, short = world.random.choice(world.wires)
    line = f"PORT {world.random.choice(_FIRST).upper()}, March 4 ({short}) -"
    stamp = world.moment() if world.chance(0.7) else None
    first = Planted(agency, world.story(), stamp, line, form=world.form())
    copies = []
    for outlet in world.two():
        kept = line if world.chance(0.7) else ""
        author = agency.name if world.chance(0.25) else ""
        copies.append(world.copy(first, outlet, dateline=kept, author=author))
    if world.chance(0.3):
        return copies, None, agency.name if any(c.dateline or c.author for c in copies) else None
    return [first, *copies], 0, None


def agency_material(world: World) -> Cluster:
    """An outlet's own story that bears an agency's tag, and copies without it."""
    first, *others = world.two()
    _, short = world.random.choice(world.wires)
    written = replace(world.own(first), dateline=f"PORT {world.random.choice(_FIRST).upper()}, March 4 ({short}) -")
    return [written, *(world.copy(written, other) for other in others)], 0, None


def credited(world: World) -> Cluster:
    """An outlet's story that others print and mostly credit; some credit the copy they took."""
    first, *others = world.two()
    made = [world.own(first)]
    for other in others:
        taken = world.random.choice(made) if world.chance(0.15) else made[0]
        copy = world.copy(taken, other)
        if world.chance(0.7):
            copy = replace(copy, feet=(world.random.choice(_CREDITS).format(name=taken.outlet.name), *copy.feet))
        made.append(copy)
    return made, 0, None


def linked(world: World) -> Cluster:
    """An outlet's page, and partners' pages whose canonical link leads to it."""
    first, *others = world.two()
    made = replace(world.own(first), form="page", canonical=f"https://{first.host}/story")
    return [made, *(world.copy(made, other, form="page", canonical=made.canonical) for other in others)], 0, None


def silent(world: World) -> Cluster:
    """An outlet's story that others print without a word."""
    first, *others = world.two()
    made = world.own(first)
    return [made, *(world.copy(made, other) for other in others)], 0, None


def gathered(world: World) -> Cluster:
    """An outlet's story and what aggregators made of it."""
    made = world.own(world.random.choice(world.outlets))
    return [made, *(world.machine_copy(made) for _ in range(world.random.randint(1, 3)))], 0, None


def gathered_of_copies(world: World) -> Cluster:
    """Aggregators' and an outlet's copies of a story that is not there."""
    made = world.own(world.random.choice(world.outlets))
    copies = [world.machine_copy(made), world.copy(made, world.random.choice(world.outlets))]
    return copies, None, made.outlet.owner


def orphaned(world: World) -> Cluster:
    """Only aggregators' pages; the owner's line is left in some."""
    made = replace(world.own(world.random.choice(world.outlets)), feet=())
    copies = [world.machine_copy(made, keeps_line=0.6, notice=1.0) for _ in range(world.random.randint(2, 3))]
    return copies, None, made.outlet.owner


def bare(world: World) -> Cluster:
    """Texts that say nothing at all."""
    first, *others = world.two()
    made = Planted(first, world.story(), form="text")
    return [made, *(replace(made, outlet=other) for other in others)], 0, None


KINDS: dict[Callable[[World], Cluster], int] = {
    wire: 25,
    agency_material: 4,
    credited: 20,
    linked: 8,
    silent: 15,
    gathered: 16,
    gathered_of_copies: 3,
    orphaned: 8,
    bare: 3,
}
"""Of a hundred clusters, how many are of each kind."""
