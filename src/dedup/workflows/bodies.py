"""What of two articles is compared when they are explained: the scan's bodies, as far as its footers are known."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.columns import I64
from dedup.comparison.rewrite import Texts
from dedup.footers.catalogue import Catalogue
from dedup.footers.spans import Spans, no_spans, spans_of, stripped
from dedup.model import Article
from dedup.settings import Settings
from dedup.steps import Bodies, comparable, known_aside
from dedup.text.background import common_stems
from dedup.text.places import spans as places_of
from dedup.text.stems import Stems, Vocabulary
from dedup.text.words import Words, words_of
from dedup.workflows.collection import footer_names
from dedup.workflows.known import without_learned
from dedup.workflows.recalled import Place, Recalled

Row = tuple[str, int, int]
"""A footer and its first word in a text and the one after the last."""


class PairBodies(NamedTuple):
    """Two articles without their footers."""

    texts: Texts
    words: Words
    """Their places are those of all words of the texts."""

    lengths: I64
    """Words of each text."""

    spans: Spans
    names: list[str]
    """The id of each footer by its number in the spans."""


def bodies_of(
    articles: list[Article],
    told: Recalled | None,
    catalogue: Catalogue | None,
    settings: Settings,
    notes: list[str],
) -> PairBodies:
    """What of both is compared: the scan's bodies, where the footers that it learned are known."""
    written = [article.text for article in articles]
    words, stems = words_of(written), Stems()
    stems.add(Vocabulary(settings.stem_language).new(words, written))
    rare, lengths = stems.rare(common_stems(settings.max_anchor_share)), words.hashes.lengths
    known, names = Bodies(words, no_spans(len(articles))), list[str]()
    if catalogue:
        known, names = known_aside(words_of(written), articles, catalogue, settings)[0], footer_names(catalogue)
    if told and bool(told.catalogue_fingerprint) == (catalogue is not None):
        _note_changes(articles, known.words, told, notes)
    if catalogue is None:
        return PairBodies(Texts(words.hashes, words.sentences, rare), words, lengths, known.spans, [])
    spans = known.spans
    if told and told.footers is not None:
        spans = without_learned(known.words, spans, told.footers, len(names), told.settings).spans
        names += told.footers.names
    elif told:
        rows = [_rows(article.id, at, words, spans, names, told, notes) for at, article in enumerate(articles)]
        names += sorted({name for some in rows for name, _, _ in some} - set(names))
        numbered = [(names.index(name), first, stop) for some in rows for name, first, stop in some]
        where = np.repeat(np.arange(len(rows)), [len(some) for some in rows])
        spans = spans_of(np.array(numbered, np.int32).reshape(-1, 3), where, len(rows))
    left = stripped(words, spans)
    return PairBodies(
        Texts(comparable(left.hashes, spans, settings), left.sentences, rare), left, lengths, spans, names
    )


def _note_changes(articles: list[Article], known: Words, told: Recalled, notes: list[str]) -> None:
    """Say of which articles known footers leave other words than they did when the state read them."""
    for at, article in enumerate(articles):
        before = told.words_of.get(article.id)
        if before and not any(np.array_equal(known.hashes[at], words) for words in before):
            notes.append(f"{article.id}, or what footers are known, has changed since the scan.")


def _rows(
    id_: str, at: int, words: Words, fresh: Spans, names: list[str], told: Recalled, notes: list[str]
) -> list[Row]:
    """What is set aside of an article: what the report says, unless the text is another one now."""
    found = [(names[number], first, stop) for number, first, stop in fresh[at].tolist()]
    rows = rows_told(told.set_aside.get(id_, ()), at, words)
    if rows is None or [row for row in rows if row[0] not in told.learned] != found:
        notes.append(
            f"{id_}, or what footers are known, has changed since the scan: what footers the scan learned is not "
            "taken out here."
        )
        return found
    return rows


def rows_told(places: Sequence[Place], at: int, words: Words) -> list[Row] | None:
    """Footers by their words; None where their places are not those of words."""
    count = int(words.places.lengths[at])
    number = np.arange(count)
    begins, ends = places_of(words, np.full(count, at), number, number + 1)
    rows, last = list[Row](), 0
    for start, stop, name in places:
        first, after = int(np.searchsorted(begins, start)), int(np.searchsorted(ends, stop, "right"))
        if not (last <= first < after <= count and begins[first] == start and ends[after - 1] == stop):
            return None
        rows.append((name, first, after))
        last = after
    return rows
