"""Why two articles are related, or not: the scan's own decision once more, with all that it rests on."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dedup.columns import I64
from dedup.comparison.passages import Stretches
from dedup.comparison.rewrite import Texts
from dedup.footers.catalogue import Catalogue, load
from dedup.model import RELATIONS, Article, Evidence, Relation
from dedup.report.explanation import ExplainedArticle, Explanation, QuotedPassage, SetAsidePlace
from dedup.settings import Settings
from dedup.sketches.bands import probability
from dedup.steps import characters
from dedup.text.places import spans as places_of
from dedup.verdicts import judge_any
from dedup.workflows.bodies import PairBodies, bodies_of
from dedup.workflows.collection import NAVIGATION
from dedup.workflows.lookup import article_of_file, articles_of_report, articles_of_state
from dedup.workflows.reasons import cannot_tell, change, measures, summary
from dedup.workflows.recalled import Recalled, recalled
from dedup.workflows.remembered import remembered
from dedup.workflows.stretches import located, stretches

QUOTED = 10
"""Passages that are quoted."""

CONTEXT = 40
"""Characters of a text that are shown on either side of a passage."""


def explain(
    left: str | Path,
    right: str | Path,
    *,
    report: str | Path | None = None,
    state: str | Path | None = None,
    settings: Settings | None = None,
    catalogue: Sequence[str | Path] = (),
) -> Explanation:
    """Why two articles are related, or not: the same decision as in a scan, and all that it rests on.

    Args:
        left: a file that is one article, ``path#id`` for a record in a file, or an id of the report or state.
        right: the other article.
        report: the file that a scan wrote. With it, ids are looked up in what was scanned, and the footers that the
            report names for an article are set aside, learned ones included.
        state: what a scan keeps from run to run, instead of a report; only read, also while a run is at work. Ids are
            those of the last run's articles, and the footers that it learned are set aside of any text.
        settings: what counts as a copy; those of the report or state where there is one, else the defaults.
        catalogue: files with footers of one's own, which come on top of the shipped ones.

    Raises:
        InputError: there is no such file or id, it cannot be read, or it means several articles.
        ReportError: the report is missing, damaged or no report.
        StateError: there is no such state, it is damaged, or of another version.
        SettingsError: a catalogue, or the settings of the report, are not as they should be.
        ValueError: both a report and a state.
    """
    if report is not None and state is not None:
        raise ValueError("wanted a report or a state, got both")
    names, notes = [str(left), str(right)], list[str]()
    told = recalled(Path(report), names) if report is not None else None
    if state is not None:
        told = remembered(state, names, catalogue)
    if told and settings and settings.fingerprint() != told.settings.fingerprint():
        notes.append(f"These are other settings than those of the {told.kind}, whose verdict may be another one.")
    settings = settings or (told.settings if told else Settings())
    footers = load(*map(Path, catalogue)) if settings.set_aside_footers else None
    if told:
        look_up = articles_of_report if told.kind == "report" else articles_of_state
        found = look_up(names, told, settings)
        if told.catalogue_fingerprint != (footers.fingerprint if footers else ""):
            notes.append(f"The {told.kind} knew other footers; name the same files with --catalogue.")
    else:
        found = {name: article_of_file(name, settings) for name in names}
        if footers:
            notes.append("Footers that a scan learns from its collection are not known here.")
    articles = [found[name] for name in names]
    bodies = bodies_of(articles, told, footers, settings, notes)
    return _explained(articles, bodies, told, footers, settings, notes)


def _explained(
    articles: list[Article],
    bodies: PairBodies,
    told: Recalled | None,
    catalogue: Catalogue | None,
    settings: Settings,
    notes: list[str],
) -> Explanation:
    texts, pair = bodies.texts, np.array([[0, 1]], np.int32)
    evidence, relation = _verdict(texts, _turned(articles, told), settings)
    found = stretches(texts, pair, np.array([RELATIONS.index(relation)], np.uint8), settings)
    kinds = {entry.name: entry.kind for entry in catalogue.entries} if catalogue else {}
    learned = told.learned if told else {}
    sides = [
        _article(article, at, bodies, {NAVIGATION: "navigation", **learned, **kinds}, set(kinds))
        for at, article in enumerate(articles)
    ]
    notes += _said(articles, relation, told)
    return Explanation(
        left=sides[0],
        right=sides[1],
        relation=relation,
        summary=summary(evidence, relation, settings),
        shingle_words=settings.shingle_words,
        measures=measures(evidence, relation, settings),
        cannot_tell=cannot_tell(evidence, relation, settings),
        passage_kind="sentences" if relation == Relation.SPUN else "words",
        passage_count=len(found.pair),
        passage_words=int((found.left[:, 1] - found.left[:, 0]).sum()),
        passages=_quoted(found.heaviest(QUOTED), articles, bodies, sides, relation),
        chance=1.0 if relation == Relation.IDENTICAL else probability(float(evidence.resemblance[0]), settings),
        change=change(evidence, relation, settings),
        notes=tuple(notes),
    )


def _verdict(texts: Texts, turned: bool, settings: Settings) -> tuple[Evidence, Relation]:
    """The evidence, seen from the left article, and what follows; the scan may have looked from the right one."""
    links = judge_any(texts, np.array([[1, 0] if turned else [0, 1]], np.int32), settings)
    found = links.evidence
    if turned:
        found = Evidence(
            found.identical, found.resemblance, found.right_in_left, found.left_in_right, found.right_words,
            found.left_words, found.rewriting,
        )  # fmt: skip
    return found, RELATIONS[int(links.relations[0])]


def _turned(articles: list[Article], told: Recalled | None) -> bool:
    """Whether the scan compared the second with the first: it compares a member's partner with the member."""
    return told is not None and (articles[0].id, articles[1].id) in told.relation_of


def _said(articles: list[Article], relation: Relation, told: Recalled | None) -> list[str]:
    """What the report or state says of the two, in a sentence."""
    if told is None:
        return []
    left, right = (article.id for article in articles)
    together = left in told.cluster_of and told.cluster_of[left] == told.cluster_of.get(right)
    said = f"The {told.kind} {'has' if together else 'does not have'} them in one cluster"
    theirs = told.relation_of.get((left, right)) or told.relation_of.get((right, left))
    if theirs:
        said += f", and calls them {theirs}"
        said += "" if theirs == relation else ": texts, settings or the program have changed since"
    elif {(left, right), (right, left)} & told.borderline:
        said += ", and lists them as borderline"
    holding = [name for name, id_ in (("A", left), ("B", right)) if id_ in told.containers]
    held = [f"It takes {name} for a container, which holds several stories and joins none." for name in holding]
    return [f"{said}.", *held]


def _article(
    article: Article, at: int, bodies: PairBodies, kinds: dict[str, str], shipped: set[str]
) -> ExplainedArticle:
    rows = bodies.spans[at].astype(np.int64)
    starts, stops = places_of(bodies.words, np.full(len(rows), at), rows[:, 1], rows[:, 2])
    footers = []
    for number, start, stop in zip(rows[:, 0].tolist(), starts.tolist(), stops.tolist(), strict=True):
        name = bodies.names[number]
        origin = "shipped" if name in shipped or name == NAVIGATION else "learned"
        text = " ".join(article.text[start:stop].split())
        footers.append(SetAsidePlace(name, kinds.get(name, "template"), origin, start, stop, text))
    return ExplainedArticle(
        article.id, article.title, int(bodies.lengths[at]), int(bodies.texts.words.lengths[at]), tuple(footers)
    )


def _quoted(
    found: Stretches, articles: list[Article], bodies: PairBodies, sides: list[ExplainedArticle], relation: Relation
) -> tuple[QuotedPassage, ...]:
    def places(which: I64, runs: I64) -> I64:
        return characters(bodies.words, bodies.spans, which, runs)

    here, there = located(found, np.array([[0, 1]]), places)
    quoted = []
    lengths = (found.left[:, 1] - found.left[:, 0]).tolist()
    for words, weight, (start, stop), (to_start, to_stop) in zip(
        lengths, found.weight.tolist(), here.tolist(), there.tolist(), strict=True
    ):
        text = articles[0].text
        quoted.append(
            QuotedPassage(
                words,
                weight if relation == Relation.SPUN else None,
                start,
                stop,
                to_start,
                to_stop,
                _context(text[max(0, start - CONTEXT) : start], cut_first=start > CONTEXT),
                _read(text, start, stop, sides[0]),
                _context(text[stop : stop + CONTEXT], cut_last=stop + CONTEXT < len(text)),
                _read(articles[1].text, to_start, to_stop, sides[1]),
            )
        )
    return tuple(quoted)


def _context(text: str, *, cut_first: bool = False, cut_last: bool = False) -> str:
    """Some characters on one line, without the word that was cut at their end."""
    words = re.split(r"\s+", text)
    return " ".join(words[int(cut_first) : len(words) - int(cut_last)])


def _read(text: str, start: int, stop: int, article: ExplainedArticle) -> str:
    """A part of a text on one line, without the footers in it."""
    pieces, at = [], start
    for footer in article.set_aside:
        if start <= footer.start < stop:
            pieces.append(text[at : footer.start])
            at = footer.stop
    return " […] ".join(" ".join(piece.split()) for piece in [*pieces, text[at:stop]])
