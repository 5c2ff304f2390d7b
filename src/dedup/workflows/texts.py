"""Texts for a page: members of clusters read again, as many as fit, and all that each two partners share in them."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from dedup.columns import I64
from dedup.comparison.rewrite import Texts as Compared
from dedup.footers.spans import Spans, no_spans, spans_of, stripped
from dedup.model import RELATIONS, Article, Passage, Unreadable
from dedup.readers import LineBlock, batches, read
from dedup.readers.names import shown_path
from dedup.report.page.shown import one_line
from dedup.report.page.texts import CHANGED, GONE, LEFT_OUT, ArticleText, Quote, Texts
from dedup.settings import Settings
from dedup.steps import characters, comparable
from dedup.text.background import common_stems
from dedup.text.stems import Stems, Vocabulary
from dedup.text.words import Words, words_of
from dedup.workflows.bodies import rows_told
from dedup.workflows.recalled import Place, places_told
from dedup.workflows.stretches import NAMED, located, stretches
from dedup.workflows.within import Within

Json = dict[str, Any]

FIRST_MEMBERS = 20
"""Members of each cluster whose texts come before those of all others: one huge cluster must not take all room."""

SHOWN = 80
"""Passages of a member that a page marks: the longest, or of sentences those that share most."""

QUOTED, QUOTED_CHARACTERS = 2, 240
"""Passages that are quoted of a member without text, and how much of each."""

ROOM_FOR_QUOTES = 4
"""Quotes get a share of one in so many of the room for texts, on top of it."""

LEAD = 100
"""Characters of a text that stand for the title it lacks."""

_ORDINAL = re.compile(r"#\d+$")


def texts_of(document: Json, paths: Sequence[str | Path], settings: Settings, limit: int) -> Texts:
    """The texts of a report's members, of as many as there is room for, and what each shares with its partner.

    Room is for the clusters that are new or changed first, then in the order of the report, and for the first
    twenty members of each before all others. What has no room is quoted, if that has.

    Args:
        document: a report, as ``report.reading.read`` gives it.
        paths: where its articles are.
        settings: how they were read and compared.
        limit: bytes of text in UTF-8.

    Costs what reading the files that hold members costs, and some 100 ns a word of what is kept.

    Raises:
        InputError: one of ``paths`` does not exist, or cannot be scanned.
    """
    wanted = _Wanted(document, limit)
    for article in _articles(paths, wanted, settings) if paths else ():
        wanted.take(*article)
    passages, changed = _passages(wanted, settings)
    texts = {
        id_: ArticleText(article.text, article.url) for id_, article in wanted.kept().items() if id_ not in changed
    }
    missing = {id_: wanted.missing(id_) for id_ in wanted.members if id_ not in texts}
    missing |= dict.fromkeys(changed, CHANGED)
    return Texts(limit, texts, missing, passages, wanted.quoted(set(texts)), wanted.leads)


class _Wanted:
    """The members of a report, and what was read of them."""

    def __init__(self, document: Json, limit: int) -> None:
        clusters = document["clusters"]
        self.members: dict[str, Json] = {
            member["id"]: member for cluster in clusters for member in cluster["members"]
        }
        self._ids = _in_order(clusters)
        self._ranks = {id_: rank for rank, id_ in enumerate(self._ids)}
        self.set_aside: dict[str, list[Place]] = {
            one["id"]: places_told(one["footers"]) for one in document["set_aside"] if one["id"] in self.members
        }
        self.paths = {member["path"] for member in self.members.values()}
        self.longer = {id_ for full in self.members for id_ in (full, _ORDINAL.sub("", full))}
        self.leads: dict[str, str] = {}
        self._seen: set[str] = set()
        self._texts = Within[Article](limit)
        self._quotes = Within[tuple[str, int, int, str]](limit // ROOM_FOR_QUOTES)
        self._asked = _asked(self.members)

    def take(self, id_: str, article: Article) -> None:
        """Take the article of a member."""
        if id_ in self._seen:
            return
        self._seen.add(id_)
        if not article.title:
            self.leads[id_] = _lead(article.text, self.set_aside.get(id_, ()))
        size = len(article.utf8) if article.utf8 else len(article.text.encode("utf-8", "replace"))
        for rank, gone in self._texts.add(self._ranks[id_], size, article):
            for owner, number, side, start, stop in self._asked.get(self._ids[rank], ()):
                quote = one_line(gone.text[start:stop], QUOTED_CHARACTERS)
                place = (self._ranks[owner] * QUOTED + number) * 2 + side
                self._quotes.add(place, len(quote.encode("utf-8", "replace")), (owner, number, side, quote))

    def kept(self) -> dict[str, Article]:
        """The articles that there is room for."""
        return {self._ids[rank]: article for rank, article in sorted(self._texts.kept.items())}

    def missing(self, id_: str) -> str:
        """Why a member has no text."""
        return LEFT_OUT if id_ in self._seen else GONE

    def quoted(self, with_text: set[str]) -> dict[str, tuple[Quote, ...]]:
        """The quotes of each member that has no text, or whose partner has none."""
        found: dict[str, list[list[str | None]]] = {}
        for owner, number, side, quote in self._quotes.kept.values():
            if not {owner, self.members[owner]["to"]} <= with_text:
                rows = found.setdefault(owner, [])
                rows += [[None, None] for _ in range(number + 1 - len(rows))]
                rows[number][side] = quote
        return {id_: tuple((own, its) for own, its in rows) for id_, rows in found.items()}


def _in_order(clusters: Sequence[Json]) -> list[str]:
    """Ids of members, those first that get room first."""
    order = [
        (place // FIRST_MEMBERS, cluster["state"] == "unchanged", at, place, member["id"])
        for at, cluster in enumerate(clusters)
        for place, member in enumerate(cluster["members"])
    ]
    return [id_ for *_, id_ in sorted(order)]


def _asked(members: Mapping[str, Json]) -> dict[str, list[tuple[str, int, int, int, int]]]:
    """What to quote of an article if it has no room: whose passage, its number, which side, and where.

    The partner's side is quoted only of copies in other words.
    """
    asked: dict[str, list[tuple[str, int, int, int, int]]] = {}
    for id_, member in members.items():
        for number, row in enumerate(member["passages"]["longest"][:QUOTED] if member["passages"] else ()):
            asked.setdefault(id_, []).append((id_, number, 0, row["start"], row["stop"]))
            if member["relation"] == "spun":
                asked.setdefault(member["to"], []).append((id_, number, 1, row["to_start"], row["to_stop"]))
    return asked


def _lead(text: str, aside: Sequence[Place]) -> str:
    at, pieces = 0, list[str]()
    for start, stop, _ in aside:
        pieces.append(text[at:start])
        at = stop
        if sum(map(len, pieces)) > 2 * LEAD:
            break
    return one_line(" ".join([*pieces, text[at : at + 4 * LEAD]]), LEAD)


def _articles(paths: Sequence[str | Path], wanted: _Wanted, settings: Settings) -> Iterator[tuple[str, Article]]:
    """The articles of members, each with the id that the scan gave it."""
    given = {Path(os.path.realpath(path)).name for path in paths}  # a link may have another name

    def holding(_: str, folder: str, names: list[str], __: int) -> list[str]:
        prefix = f"{folder}/" if folder else ""
        return [name for name in names if shown_path(prefix + name) in wanted.paths or (not folder and name in given)]

    seen: dict[str, int] = {}
    for batch in batches(paths, settings, holding):
        if isinstance(batch, Unreadable) or (isinstance(batch, LineBlock) and batch.path not in wanted.paths):
            continue
        for one in read(batch, settings):
            if isinstance(one, Unreadable):
                continue
            member = wanted.members.get(one.id)
            if member and member["path"] == one.path:
                yield one.id, one
            longer = f"{one.path}#{one.id}"  # what the scan calls it where its id stands more than once
            if longer in wanted.longer:
                seen[longer] = order = seen.get(longer, 0) + 1
                id_ = longer if order == 1 else f"{longer}#{order}"
                if id_ in wanted.members:
                    yield id_, one


def _passages(wanted: _Wanted, settings: Settings) -> tuple[dict[str, tuple[Passage, ...]], set[str]]:
    """What members share with partners, and which articles read otherwise now, or their partners do.

    A scan found as many passages, of as many words, and the longest at the same places; else one of the two texts
    has changed. An article is taken for unchanged if it agrees with any of its partners.
    """
    kept = wanted.kept()
    numbers = {id_: number for number, id_ in enumerate(kept)}
    words, spans, texts, broken = _bodies(list(kept.values()), list(kept), wanted, settings)
    lengths = texts.words.lengths
    pairs, owners = list[tuple[int, int]](), list[Json]()
    doubtful, sound = {id_ for id_, number in numbers.items() if number in broken}, set[str]()
    for id_, number in numbers.items():
        member = wanted.members[id_]
        partner = numbers.get(member["to"])
        if partner is None or number in broken or partner in broken:
            continue
        if not (lengths[number] and lengths[partner]):
            doubtful |= {id_, member["to"]}
            continue
        pairs.append((number, partner))
        owners.append(member)
    found = _found(np.array(pairs, np.int32).reshape(-1, 2), owners, texts, words, spans, settings)
    passages = dict[str, tuple[Passage, ...]]()
    for member, (rows, same) in zip(owners, found, strict=True):
        two = {member["id"], member["to"]}
        if same:
            passages[member["id"]] = rows
            sound |= two
        else:
            doubtful |= two
    return passages, doubtful - sound


def _bodies(
    articles: list[Article], ids: list[str], wanted: _Wanted, settings: Settings
) -> tuple[Words, Spans, Compared, set[int]]:
    """What is compared of articles, as the scan did, and which of them no longer have footers where it saw them."""
    written = [article.text for article in articles]
    words, stems = words_of(written), Stems()
    stems.add(Vocabulary(settings.stem_language).new(words, written))
    rare = stems.rare(common_stems(settings.max_anchor_share))
    told = [rows_told(wanted.set_aside.get(id_, ()), number, words) for number, id_ in enumerate(ids)]
    broken = {number for number, rows in enumerate(told) if rows is None}
    spans = no_spans(len(articles))
    if settings.set_aside_footers:
        rows = [(0, first, stop) for some in told for _, first, stop in some or ()]
        where = np.repeat(np.arange(len(told)), [len(some or ()) for some in told])
        spans = spans_of(np.array(rows, np.int32).reshape(-1, 3), where, len(told))
    left = stripped(words, spans)
    compared = Compared(comparable(left.hashes, spans, settings), left.sentences, rare)
    return left, spans, compared, broken


def _found(
    pairs: np.ndarray[Any, np.dtype[np.int32]],
    members: list[Json],
    texts: Compared,
    words: Words,
    spans: Spans,
    settings: Settings,
) -> Iterator[tuple[tuple[Passage, ...], bool]]:
    """Of each pair the passages, and whether they are those of the report."""
    names = [relation.value for relation in RELATIONS]
    relations = np.array([names.index(member["relation"]) for member in members], np.uint8)
    every = stretches(texts, pairs, relations, settings)
    counts = np.bincount(every.pair, minlength=len(pairs)).tolist()
    totals = np.bincount(every.pair, every.left[:, 1] - every.left[:, 0], minlength=len(pairs)).tolist()
    named = every.heaviest(SHOWN)

    def places(which: I64, runs: I64) -> I64:
        return characters(words, spans, which, runs)

    here, there = located(named, pairs.astype(np.int64), places)
    rows = list(map(Passage, (named.left[:, 1] - named.left[:, 0]).tolist(), *here.T.tolist(), *there.T.tolist()))
    bounds = np.searchsorted(named.pair, np.arange(len(pairs) + 1)).tolist()
    for member, count, total, (first, stop) in zip(members, counts, totals, pairwise(bounds), strict=True):
        told, some = member["passages"], rows[first:stop]
        longest = [vars(row) for row in some[:NAMED]]
        same = (count, total, longest) == (told["count"], told["words"], told["longest"])
        yield tuple(sorted(some, key=lambda row: row.start)), same
