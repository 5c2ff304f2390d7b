"""The inquiry: which of the articles that a state knows is this one a copy of; .15 s for 100,000 known ones.

Nothing is written, and signatures are not asked: one pass over all known words finds who shares enough with the
article (``sketches.sharers``), and these are compared as a scan compares. The verdict on each is that of a scan with
the article among the known ones, but for what it would teach that scan of footers.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from dedup.columns import I64, U8, U32, U64, Column, chained
from dedup.comparison.order import counting, in_order
from dedup.comparison.relation import EXCERPT, SPUN, UNRELATED, rewrite
from dedup.comparison.rewrite import Texts
from dedup.engines.local import LocalEngine
from dedup.errors import StateError
from dedup.footers.catalogue import Catalogue, load
from dedup.footers.spans import Spans, no_spans
from dedup.footers.telling import kind_told
from dedup.model import RELATIONS, Article, ArticleId, Heads, Passages
from dedup.report.answer import Answer, KnownMatch
from dedup.report.explanation import SetAsidePlace
from dedup.settings import Settings
from dedup.sketches.sharers import KEYS, WORDS, sharers, sought
from dedup.steps import characters, known_aside
from dedup.text.anchors import anchor_column
from dedup.text.background import common_stems
from dedup.text.places import spans as places_of
from dedup.text.stems import Rare, Stems, Vocabulary
from dedup.text.words import Words, words_of
from dedup.verdicts import Links, joined, judge_any
from dedup.workflows.collection import NAVIGATION, footer_names
from dedup.workflows.known import Body, Known, Learned, gathered, known_articles, learned_footers, without_learned
from dedup.workflows.lookup import article_of_file, article_of_stream
from dedup.workflows.stretches import shared_passages

FEW = 500
"""Candidates up to which threads would cost more than they save."""


class Asked(NamedTuple):
    """The article in question."""

    article: Article
    words: Words
    """Its places are those of all words of the text."""

    body: Body
    stems: U64
    """The distinct words of the text with their stems, as ``Vocabulary.new`` gives them."""


def find_copies(
    article: str | Article,
    state: str | Path,
    *,
    catalogue: Sequence[str | Path] = (),
    most: int | None = None,
    jobs: int | None = None,
) -> Answer:
    """Which of the articles that a state knows is this one a copy of.

    Args:
        article: the article, or its text.
        state: what ``scan`` keeps from run to run; only read, also while a run is at work.
        catalogue: the files with footers of one's own that the runs were given.
        most: how many matches to name, the surest ones; all when None.
        jobs: processor cores to use; all that there are when None.

    Raises:
        StateError: there is no such state, it is damaged, or was made with other known footers.
        SettingsError: a catalogue cannot be read or is not as it should be.
    """
    given = Article("", "", article) if isinstance(article, str) else article
    with known_articles(state) as known:
        return answer(given, known, catalogue=catalogue, most=most, jobs=jobs)


def find_copies_of_file(
    name: str,
    state: str | Path,
    *,
    stdin: BinaryIO | None = None,
    catalogue: Sequence[str | Path] = (),
    most: int | None = None,
    jobs: int | None = None,
) -> Answer:
    """As ``find_copies``, of a file that is one article, of ``path#id`` for a record in one, or of ``stdin``.

    Raises:
        InputError: there is no such file or record, it cannot be read, or it is one of several.
    """
    with known_articles(state) as known:
        settings = known.settings
        article = article_of_stream(stdin, settings) if stdin else article_of_file(name, settings, known="")
        return answer(article, known, catalogue=catalogue, most=most, jobs=jobs)


def answer(
    article: Article,
    known: Known,
    *,
    catalogue: Sequence[str | Path] = (),
    most: int | None = None,
    jobs: int | None = None,
) -> Answer:
    """Which of the known articles is this one a copy of; the arguments are those of ``find_copies``.

    Near copies, excerpts and identical articles are found for certain; copies in other words if they share keys as
    a scan wants it, however many articles have these. Some 2 ns per known word on one core, and 5 to 30 microseconds
    per candidate.
    """
    settings = known.settings
    footers = load(*map(Path, catalogue)) if settings.set_aside_footers else None
    if known.catalogue_fingerprint != (footers.fingerprint if footers else ""):
        raise StateError(
            "the state was made with other known footers; name the same files with --catalogue, or scan once more"
        )
    engine, learned = LocalEngine(jobs), learned_footers(known.learned, settings)
    asked = _asked(article, footers, learned, settings)
    numbers, flags = _candidates(asked, known, learned, engine)
    texts, spans = _texts(asked, numbers, known, learned, footers)
    links = _related(texts, flags, settings, engine)
    heads = known.heads(numbers[links.pairs[:, 1] - 1])
    order = _surest_first(links, heads.ids, settings)[:most]
    found, links, heads = len(heads), links.take(order), heads.take(order.tolist())
    some = np.append(0, links.pairs[:, 1]).astype(np.int64)
    numbers = numbers[some[1:] - 1]
    passages = _passages(asked, texts.take(some), spans.take(some), links.relations, numbers, known)
    return Answer(
        article.id,
        article.title,
        int(asked.words.places.lengths[0]),
        int(asked.body.words.lengths[0]),
        _set_aside(asked, footers, learned, settings),
        known.articles,
        found,
        _matches(article.id, links, heads, known.clusters(heads), passages, settings),
    )


def _asked(article: Article, footers: Catalogue | None, learned: Learned, settings: Settings) -> Asked:
    """The article in question, taken apart as a scan would."""
    words = words_of([article.text])
    stems = Vocabulary(settings.stem_language).new(words, [article.text])
    spans = no_spans(1)
    if footers:
        (words, spans), _ = known_aside(words, [article], footers, settings)
    body = without_learned(words, spans, learned, _first_learned(footers), settings)
    return Asked(article, words, body, stems)


def _first_learned(footers: Catalogue | None) -> int:
    """The number of the first learned footer: those of the catalogue and navigation come before."""
    return len(footer_names(footers)) if footers else 0


def _candidates(asked: Asked, known: Known, learned: Learned, engine: LocalEngine) -> tuple[I64, U8]:
    """The known articles to be compared, ascending, and what they share; shape (candidates,) both."""
    settings, words, body = known.settings, known.words.hashes, asked.body.words[0]
    if len(body) < settings.shingle_words:
        same = np.flatnonzero(words.lengths == len(body)) if len(body) else np.empty(0, np.int64)
        same = same[known.living(same)]
        return same, np.full(len(same), WORDS, np.uint8)
    common, anchors = common_stems(settings.max_key_share), np.empty(0, np.uint32)
    if len(body) >= settings.min_spun_words:
        own = Stems()
        own.add(asked.stems)
        anchors = anchor_column(asked.body.words, own.rare(common)).values
    wanted = sought(body, anchors, known.stems, common, learned.words, settings)
    parts = engine.spread(
        lambda a, b: sharers(Column(words.values, words.starts[a:b], words.stops[a:b]), wanted, settings), len(words)
    )
    flags = np.concatenate(parts)
    numbers = np.flatnonzero(flags)
    numbers = numbers[known.living(numbers)]
    return numbers, flags[numbers]


def _texts(
    asked: Asked, numbers: I64, known: Known, learned: Learned, footers: Catalogue | None
) -> tuple[Texts, Spans]:
    """The article in question, which is number 0, and the candidates, as they are compared; and what is set aside."""
    words, which = known.words, numbers.tolist()
    hashes, blocks, sentences = (gathered(one, which) for one in (words.hashes, words.blocks, words.sentences))
    some, spans = Words(hashes, blocks, sentences, words.places, words.far), gathered(known.spans, which)
    body = without_learned(some, spans, learned, _first_learned(footers), known.settings)
    bodies = chained([asked.body.words, body.words])
    texts = Texts(bodies, chained([asked.body.sentences, body.sentences]), _rare(bodies.values, asked.stems, known))
    return texts, chained([asked.body.spans, body.spans])


def _rare(words: U32, own: U64, known: Known) -> Rare:
    """The rare ones of some words, of which a few are known by their entries, the others to the state."""
    stems = Stems()
    if len(words) > len(known.stems.table):
        stems.table, stems.count = known.stems.table.copy(), known.stems.count
    stems.add(own)
    if len(words) <= len(known.stems.table):
        distinct = np.unique(words)
        found = known.stems.of(distinct)
        stems.add((distinct.astype(np.uint64) << np.uint64(32) | found)[found != 0])
    return stems.rare(common_stems(known.settings.max_anchor_share))


def _related(texts: Texts, flags: U8, settings: Settings, engine: LocalEngine) -> Links:
    """The verdict on the article in question and each candidate that it has a relation to.

    Who only shares keys must have its rare words in the same order, as in a scan.
    """
    pairs = np.zeros((len(flags), 2), np.int32)
    pairs[:, 1] = np.arange(1, len(flags) + 1)
    engine = engine if len(pairs) > FEW else LocalEngine(1)
    by_keys = pairs[flags == KEYS]
    some = texts.words.take(np.append(0, by_keys[:, 1]).astype(np.int64))
    anchors, numbered = counting(anchor_column(some, texts.rare)), by_keys.copy()
    numbered[:, 1] = np.arange(1, len(by_keys) + 1)
    least = settings.min_key_order
    alike = np.concatenate(engine.spread(lambda a, b: in_order(anchors, numbered[a:b], least), len(by_keys)))
    pairs = np.concatenate([pairs[flags != KEYS], by_keys[alike]])
    judged = joined(engine.spread(lambda a, b: judge_any(texts, pairs[a:b], settings), len(pairs)))
    return judged.take(judged.relations != UNRELATED)


def _surest_first(links: Links, ids: list[str], settings: Settings) -> I64:
    """The order of related articles: by relation, by what that rests on, by id."""
    evidence = links.evidence
    larger = np.maximum(evidence.left_in_right, evidence.right_in_left)
    rests_on = np.select(
        [links.relations == SPUN, links.relations == EXCERPT],
        [rewrite(evidence, settings), larger],
        evidence.resemblance,
    )
    names_ = np.unique(np.array(ids, object), return_inverse=True)[1]
    order: I64 = np.lexsort((names_, -rests_on, links.relations))
    return order


def _passages(asked: Asked, texts: Texts, spans: Spans, relations: U8, numbers: I64, known: Known) -> list[Passages]:
    """What the article in question, which is number 0 of the texts, shares with each of the others, and where."""
    which = numbers.tolist()
    places = chained([asked.words.places, gathered(known.words.places, which)])
    far = chained([asked.words.far, gathered(known.words.far, which)])
    words = Words(texts.words, texts.sentences, texts.sentences, places, far)
    pairs = np.zeros((len(which), 2), np.int64)
    pairs[:, 1] = np.arange(1, len(which) + 1)
    numbered = np.arange(len(which) + 1, dtype=np.int32)
    return shared_passages(texts, pairs, numbered, relations, partial(characters, words, spans), known.settings)


def _matches(
    asked: ArticleId, links: Links, heads: Heads, clusters: list[str | None], passages: list[Passages],
    settings: Settings,
) -> tuple[KnownMatch, ...]:  # fmt: skip
    evidence = links.evidence
    same = evidence.identical
    resemblance, mine, its = (
        np.where(same, 1.0, share).tolist()
        for share in (evidence.resemblance, evidence.left_in_right, evidence.right_in_left)
    )
    sure = rewrite(evidence, settings).tolist()
    return tuple(
        KnownMatch(
            id=heads.ids[at],
            path=heads.paths[at],
            title=heads.titles[at],
            source=heads.sources[at],
            published=heads.published[at],
            cluster=clusters[at],
            relation=RELATIONS[relation],
            resemblance=_rounded(resemblance[at]),
            containment=_rounded(mine[at]),
            of_known=_rounded(its[at]),
            excerpt=(asked if mine[at] >= its[at] else heads.ids[at]) if relation == EXCERPT else None,
            rewrite=round(sure[at], 4) or None,
            passages=passages[at],
        )
        for at, relation in enumerate(links.relations.tolist())
    )


def _rounded(share: float) -> float:
    return share if share in (0.0, 1.0) else round(share, 4)


def _set_aside(
    asked: Asked, footers: Catalogue | None, learned: Learned, settings: Settings
) -> tuple[SetAsidePlace, ...]:
    """The footers of the article in question, and how they read."""
    rows, found = asked.body.spans[0].astype(np.int64), list[SetAsidePlace]()
    entries = footers.entries if footers else ()
    after = _first_learned(footers)
    starts, stops = places_of(asked.words, np.zeros(len(rows), np.int64), rows[:, 1], rows[:, 2])
    for number, start, stop in zip(rows[:, 0].tolist(), starts.tolist(), stops.tolist(), strict=True):
        written = asked.article.text[start:stop]
        if number < len(entries):
            name, kind = entries[number].name, entries[number].kind
        elif number < after:
            name, kind = NAVIGATION, "navigation"
        else:
            name = learned.names[number - after]
            kind = kind_told(learned.words[number - after], 1 + written.count("\n"), footers, settings)
        origin = "shipped" if number < after else "learned"
        found.append(SetAsidePlace(name, kind, origin, start, stop, " ".join(written.split())))
    return tuple(found)
