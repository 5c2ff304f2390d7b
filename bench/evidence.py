"""The measures of rewriting of labelled pairs, family by family, and of unrelated pairs that a scan would compare."""

import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from corpora import Corpus, CorpusError, corpus, gold_of
from pairs import Pair, read_pairs

from dedup.alike import first_alike
from dedup.clusters.components import gather
from dedup.columns import F64
from dedup.comparison.relation import SPUN, UNRELATED, tellable
from dedup.comparison.rewrite import Texts
from dedup.engines.local import LocalEngine
from dedup.footers.catalogue import load
from dedup.settings import Settings
from dedup.steps import comparable
from dedup.text.background import common_stems
from dedup.text.stems import Stems
from dedup.verdicts import Links, judge
from dedup.workflows.collection import ignore, read_collection
from dedup.workflows.relating import by_keys, near_copies, sketch
from dedup.workflows.stopwatch import Stopwatch

FAMILIES: Mapping[str, Collection[str]] = {
    "rule-based round trip": ("rt_es", "rt_es_trunc"),
    "synonyms": ("syn10", "syn20", "syn40", "syn70"),
    "back translation": ("back_translation",),
    "paraphrase, dipper": ("dipper",),
    "paraphrase, polish": ("polish",),
    "translators": ("human_vs_mt", "mt_vs_mt", "human_vs_human"),
}
"""The labels that belong to each family of spinning."""

MEASURES = ("phrases", "order", "sentences")


class Evidence(NamedTuple):
    """The square roots of the measures of pairs, each of shape (pairs, 3), of which only rewriting can tell."""

    copies: Mapping[str, F64]
    """By family; none is empty."""

    others: Mapping[str, F64]
    """Of no copies, by collection and label."""

    unrelated: F64
    """Of articles of different stories that a scan compares since they share keys."""


class Opened(NamedTuple):
    """A collection, ready for pairs of it to be judged: bodies without known footers."""

    ids: Sequence[str]
    texts: Texts
    stems: Stems


def gathered(folders: Sequence[Path], unrelated: Path, settings: Settings) -> Evidence:
    """All measures; labels that belong to no family are said and left out.

    Raises:
        CorpusError: a folder holds no collection, or a pair names an article that is not there.
    """
    family_of = {label: family for family, labels in FAMILIES.items() for label in labels}
    copies, others = defaultdict[str, list[F64]](list), dict[str, F64]()
    for found in map(corpus, folders):
        labelled, articles = read_pairs(found.pairs), opened(found, settings)
        for label, listed in labelled.copies.items():
            if label in family_of:
                copies[family_of[label]].append(of_pairs(articles, listed, settings))
            else:
                print(f"{found.name}: {label} belongs to no family, and is left out", file=sys.stderr)
        for label, listed in labelled.others.items():
            others[f"{found.name}: {label}"] = of_pairs(articles, listed, settings)
    joined = {family: np.concatenate(copies[family]) for family in FAMILIES if family in copies}
    filled = {family: measures for family, measures in joined.items() if len(measures)}
    return Evidence(filled, others, of_unrelated(corpus(unrelated), settings))


def opened(found: Corpus, settings: Settings) -> Opened:
    """Read a collection and set known footers aside."""
    read = read_collection([found.input], settings, load(), LocalEngine(1), Stopwatch(), ignore)
    bodies = comparable(read.words.hashes, read.spans, settings)
    rare = read.stems.rare(common_stems(settings.max_anchor_share))
    return Opened(read.heads.ids, Texts(bodies, read.words.sentences, rare), read.stems)


def open_measures(links: Links, settings: Settings) -> F64:
    """The square roots of the measures of those pairs that nothing closer than rewriting holds, and that it can tell.

    Shape (pairs, 3), in the order of ``MEASURES``.
    """
    kept = links.take(np.isin(links.relations, (UNRELATED, SPUN)) & tellable(links.evidence, settings))
    measures: F64 = np.sqrt(np.column_stack([getattr(kept.evidence.rewriting, name) for name in MEASURES]))
    return measures


def of_pairs(articles: Opened, pairs: Sequence[Pair], settings: Settings) -> F64:
    """The measures of labelled pairs.

    Raises:
        CorpusError: the collection lacks an article.
    """
    place = {id_: i for i, id_ in enumerate(articles.ids)}
    try:
        places = np.array([(place[a], place[b]) for a, b in pairs], np.int32)
    except KeyError as missing:
        raise CorpusError(f"a labelled pair names article {missing}, which the collection lacks") from None
    return open_measures(judge(articles.texts, places, settings), settings)


def of_unrelated(found: Corpus, settings: Settings) -> F64:
    """The measures of the pairs of different stories that a scan would compare for their keys."""
    gold, whole = gold_of(found), opened(found, settings)
    alike = first_alike(whole.texts.words)
    firsts = np.flatnonzero(alike == np.arange(len(alike)))
    texts, ids = whole.texts.take(firsts), [whole.ids[i] for i in firsts.tolist()]
    engine, watch = LocalEngine(1), Stopwatch()
    near, _ = near_copies(texts.words, sketch(texts.words, settings, engine), settings, engine, watch)
    rough = gather(texts.words, near.pairs, near.evidence.resemblance, near.sizes, settings)
    links = judge(texts, by_keys(texts, whole.stems, rough, near, settings, engine, watch).pairs, settings)
    pairs = [(ids[a], ids[b]) for a, b in links.pairs.tolist()]
    apart = [not gold.joins(*pair) and not gold.ignores(*pair) for pair in pairs]
    return open_measures(links.take(np.array(apart, np.bool_)), settings)
