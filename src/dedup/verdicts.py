"""The pure steps from bodies to verdicts that every engine runs on batches: count, measure, decide, join.

Plain functions of values, as in ``steps``. ``judge`` is the one that a scan and a person's question share.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np

from dedup.columns import I32, I64, U8, Bool, Column
from dedup.comparison.buckets import settle
from dedup.comparison.known import KnownPairs
from dedup.comparison.overlap import Overlaps, overlaps
from dedup.comparison.relation import NEAR, UNRELATED, decide, rewrite
from dedup.comparison.rewrite import Texts, rewriting
from dedup.model import RELATIONS, Comparison, Evidence, Rewriting
from dedup.settings import Settings
from dedup.sketches.bands import fewest_rows
from dedup.sketches.minhash import Signatures


class Links(NamedTuple):
    """The relations between articles, found on their words."""

    pairs: I32
    """Shape (pairs, 2), left < right, in order, each once."""

    relations: U8
    """Shape (pairs,): the place of each relation in ``RELATIONS``; none is unrelated."""

    evidence: Evidence
    sizes: I64
    """Shape (articles,): distinct shingles of each article that stands in ``pairs``."""

    def take(self, rows: I64 | Bool) -> "Links":
        """Some of the pairs."""
        return Links(self.pairs[rows], self.relations[rows], _some(self.evidence, rows), self.sizes)


def evidence_of(words: Column[np.uint32], pairs: I32, found: Overlaps, told: Rewriting | None = None) -> Evidence:
    """The evidence that the counts of pairs of articles with different words give."""
    lengths, count = words.lengths, len(pairs)
    if told is None:
        told = Rewriting(*np.zeros((4, count)), *np.zeros((2, count), np.int64))
    return Evidence(
        np.zeros(count, np.bool_), found.resemblance, found.left_in_right, found.right_in_left,
        lengths[pairs[:, 0]], lengths[pairs[:, 1]], told,
    )  # fmt: skip


def verify(
    words: Column[np.uint32], pairs: I32, settings: Settings, known: KnownPairs | None = None
) -> tuple[I32, Overlaps]:
    """Of candidate pairs of different articles those that are near, and what they share."""
    found = (known.overlaps if known else overlaps)(words, pairs, settings.shingle_words)
    near = decide(evidence_of(words, pairs, found), settings) == NEAR
    return pairs[near], Overlaps(*(count[near] for count in found))


def verify_buckets(
    words: Column[np.uint32], buckets: list[I32], signatures: Signatures, settings: Settings
) -> tuple[I32, Overlaps, int]:
    """The near pairs in large buckets, what they share, and how many places in buckets stayed unsettled."""
    return settle(words, buckets, signatures.rows, fewest_rows(settings), settings)


def near_links(words: Column[np.uint32], found: list[tuple[I32, Overlaps]]) -> Links:
    """All near pairs, each once, in order."""
    pairs = np.concatenate([pairs for pairs, _ in found])
    counts = [np.concatenate(columns) for columns in zip(*(overlap for _, overlap in found), strict=True)]
    pairs, places = np.unique(pairs, axis=0, return_index=True)
    shared = Overlaps(*(count[places] for count in counts))
    relations = np.full(len(pairs), NEAR, np.uint8)
    return Links(pairs, relations, evidence_of(words, pairs, shared), _sizes(len(words), pairs, shared))


def _sizes(articles: int, pairs: I32, shared: Overlaps) -> I64:
    sizes = np.zeros(articles, np.int64)
    sizes[pairs[:, 0]], sizes[pairs[:, 1]] = shared.left, shared.right
    return sizes


def judge(
    texts: Texts, pairs: I32, settings: Settings, known: KnownPairs | None = None, among: Bool | None = None
) -> Links:
    """The verdict on each of some pairs of articles with different words, unrelated ones included.

    Rewriting is measured only where nothing closer holds, and only what is not known. ``among`` tells, if anybody
    knows, which pairs may be rewritings.
    """
    found = (known.overlaps if known else overlaps)(texts.words, pairs, settings.shingle_words)
    evidence = evidence_of(texts.words, pairs, found)
    relations = decide(evidence, settings)
    shorter = np.minimum(evidence.left_words, evidence.right_words)
    asked = (relations == UNRELATED) & (shorter >= settings.min_spun_words)
    open_ = np.flatnonzero(asked if among is None else asked & among)
    told = (known.rewriting if known else rewriting)(texts, pairs[open_], settings)
    for column, measured in zip(_columns(evidence.rewriting), _columns(told), strict=True):
        column[open_] = measured
    return Links(pairs, decide(evidence, settings), evidence, _sizes(len(texts.words), pairs, found))


def judge_any(texts: Texts, pairs: I32, settings: Settings) -> Links:
    """The verdict on each of some pairs, which may have the same words."""
    found, words = judge(texts, pairs, settings), texts.words
    evidence = replace(found.evidence, identical=_same_words(words, pairs))
    return found._replace(relations=decide(evidence, settings), evidence=evidence)


def _same_words(words: Column[np.uint32], pairs: I32) -> Bool:
    """Which pairs of articles have the same words, and any."""
    same = (len(words[a]) > 0 and np.array_equal(words[a], words[b]) for a, b in pairs.tolist())
    return np.fromiter(same, np.bool_, len(pairs))


def joined(parts: Sequence[Links]) -> Links:
    """The pairs of all parts, in order, each once."""
    pairs = np.concatenate([part.pairs for part in parts])
    _, rows = np.unique(pairs, axis=0, return_index=True)
    evidence = [part.evidence for part in parts]
    counted = zip(*map(_columns, evidence), strict=True)
    told = zip(*(_columns(one.rewriting) for one in evidence), strict=True)
    together = _evidence(map(np.concatenate, counted), map(np.concatenate, told))
    relations = np.concatenate([part.relations for part in parts])
    sizes = np.max([part.sizes for part in parts], axis=0)
    return Links(pairs, relations, together, sizes).take(rows)


def _some(evidence: Evidence, rows: I64 | Bool) -> Evidence:
    counted = (column[rows] for column in _columns(evidence))
    return _evidence(counted, (column[rows] for column in _columns(evidence.rewriting)))


_COUNTED = [one.name for one in fields(Evidence) if one.name != "rewriting"]
_TOLD = [one.name for one in fields(Rewriting)]


def _columns(measures: Evidence | Rewriting) -> list[Any]:
    names = _COUNTED if isinstance(measures, Evidence) else _TOLD
    return [getattr(measures, name) for name in names]


def _evidence(counted: Iterable[Any], told: Iterable[Any]) -> Evidence:
    """What ``_columns`` took apart."""
    rewriting_ = Rewriting(**dict(zip(_TOLD, told, strict=True)))
    return Evidence(**dict(zip(_COUNTED, counted, strict=True)), rewriting=rewriting_)


def comparisons(texts: Texts, pairs: I32, settings: Settings) -> list[Comparison]:
    """The verdict on each of some pairs, with all its measures."""
    found = overlaps(texts.words, pairs, settings.shingle_words)
    words = texts.words
    identical = _same_words(words, pairs)
    evidence = replace(evidence_of(words, pairs, found, rewriting(texts, pairs, settings)), identical=identical)
    return [
        Comparison(RELATIONS[relation], *measures)
        for relation, *measures in zip(
            decide(evidence, settings).tolist(),
            np.where(identical, 1.0, evidence.resemblance).tolist(),
            np.where(identical, 1.0, evidence.left_in_right).tolist(),
            np.where(identical, 1.0, evidence.right_in_left).tolist(),
            found.shared.tolist(),
            rewrite(evidence, settings).tolist(),
            strict=True,
        )
    ]


def strongest(links: Links, groups: I32) -> I32:
    """For each article its most resembling partner within its group, ties to the lower number; -1 for none."""
    within = groups[links.pairs[:, 0]] == groups[links.pairs[:, 1]]
    both = np.concatenate([links.pairs[within], links.pairs[within][:, ::-1]])
    strength = np.concatenate([links.evidence.resemblance[within]] * 2)
    order = np.lexsort((both[:, 1], -strength, both[:, 0]))
    articles, firsts = np.unique(both[order, 0], return_index=True)
    partners = np.full(len(groups), -1, np.int32)
    partners[articles] = both[order, 1][firsts]
    return partners
