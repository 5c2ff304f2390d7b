"""From bodies to relations and clusters: near copies by signatures, then excerpts and spun copies by keys."""

from typing import NamedTuple

import numpy as np

from dedup.clusters.components import gather
from dedup.clusters.containers import Holds, containers
from dedup.clusters.joining import attach, join
from dedup.columns import I32, I64, U32, Bool, Column, chained
from dedup.comparison.known import KnownPairs
from dedup.comparison.likely import likely
from dedup.comparison.order import counting, in_order
from dedup.comparison.relation import EXCERPT, NEAR, SPUN, UNRELATED, contained, rewrite
from dedup.comparison.rewrite import Texts
from dedup.comparison.topic import topic_share
from dedup.engines.local import LocalEngine
from dedup.model import LimitHit
from dedup.settings import Settings
from dedup.sketches.bands import candidates
from dedup.sketches.keys import key_candidates
from dedup.sketches.minhash import Signatures, contract, fill_signatures
from dedup.text.anchors import anchor_column
from dedup.text.background import common_stems
from dedup.text.stems import Stems
from dedup.verdicts import Links, joined, judge, near_links, verify, verify_buckets
from dedup.workflows.stopwatch import Stopwatch


class Related(NamedTuple):
    """What the articles of a collection have to do with each other. Articles have different words."""

    groups: I32
    """Shape (articles,): the cluster of each, by the number of its first member."""

    links: Links
    """The related pairs that were found."""

    borderline: Links
    """Pairs that may be spun copies, but are not sure enough to be called so."""

    containers: I32
    """Articles that hold several stories and are a copy of none, ascending."""

    holds: Holds
    """Which articles stand in containers."""

    limits: list[LimitHit]
    """What was left unexamined."""


def relate(
    texts: Texts,
    stems: Stems,
    settings: Settings,
    engine: LocalEngine,
    watch: Stopwatch,
    known: KnownPairs | None = None,
) -> Related:
    """Find the copies among articles with different words; what is known of pairs is not measured again."""
    words = texts.words
    signatures = sketch(words, settings, engine)
    watch.lap("signatures")
    near, limits = near_copies(words, signatures, settings, engine, watch, known)
    del signatures  # half a kilobyte an article
    rough = gather(words, near.pairs, near.evidence.resemblance, near.sizes, settings)
    watch.lap("clusters")
    judged = by_keys(texts, stems, rough, near, settings, engine, watch, known)
    found = decided(texts, near, judged, rough, settings)
    watch.lap("clusters")
    return found._replace(limits=limits)


def decided(texts: Texts, near: Links, judged: Links, rough: I32, settings: Settings) -> Related:
    """What all articles have to do with each other, once each two that may be related are judged.

    Args:
        texts: different ones.
        near: all near copies.
        judged: the pairs that share keys; unrelated ones matter if they may be spun copies.
        rough: shape (articles,), the group of near copies of each, by the number of its first.
        settings: how sure one must be.

    What becomes of articles depends only on those that links, and pairs which may be spun copies, lead to.
    """
    words, links = texts.words, joined([near, judged.take(judged.relations != UNRELATED)])
    holding = holds(links, words.lengths, settings)
    round_ups = containers(
        holding, words.lengths, rough, lambda pairs: _kin(texts, pairs, settings),
        lambda pairs: topic_share(texts, pairs, settings.shingle_words) >= settings.min_topic_share,
    )  # fmt: skip
    groups = clusters_of(texts, links, holding, round_ups, settings)
    apart = groups[judged.pairs[:, 0]] != groups[judged.pairs[:, 1]]
    borderline = judged.take(unsure(judged, settings) & apart)
    return Related(groups, links, borderline, round_ups, holding.take(np.isin(holding.outer, round_ups)), [])


def unsure(judged: Links, settings: Settings) -> Bool:
    """Which pairs may be spun copies, but not surely enough."""
    sure = rewrite(judged.evidence, settings) >= settings.min_review
    found: Bool = (judged.relations == UNRELATED) & sure
    return found


def sketch(words: Column[np.uint32], settings: Settings, engine: LocalEngine) -> Signatures:
    """The signatures of all articles."""
    rows = np.empty((len(words), settings.permutations), np.uint32)
    engine.spread(lambda start, stop: fill_signatures(words, settings, start, rows[start:stop]), len(words))
    return Signatures(rows, contract(settings))


def near_copies(
    words: Column[np.uint32],
    signatures: Signatures,
    settings: Settings,
    engine: LocalEngine,
    watch: Stopwatch,
    known: KnownPairs | None = None,
) -> tuple[Links, list[LimitHit]]:
    """The near pairs among different articles, and the limits that left some unexamined."""
    long_enough = np.flatnonzero(words.lengths >= settings.shingle_words)
    found = candidates(signatures, long_enough, settings, engine.spread)
    watch.lap("bands")
    in_order = found.pairs
    verified = engine.spread(lambda start, stop: verify(words, in_order[start:stop], settings, known), len(in_order))
    in_buckets, shared, left = verify_buckets(words, found.buckets, signatures, settings)
    related = near_links(words, [*verified, (in_buckets, shared)])
    watch.lap("verify")
    return related, unsettled(left, settings)


def unsettled(places: int, settings: Settings) -> list[LimitHit]:
    """The limit that left places in large buckets unsettled, if it did."""
    effect = "places in large buckets whose articles were not compared with every other one there"
    return [LimitHit("max_pivots", settings.max_pivots, places, effect)] if places else []


def by_keys(
    texts: Texts,
    stems: Stems,
    rough: I32,
    near: Links,
    settings: Settings,
    engine: LocalEngine,
    watch: Stopwatch,
    known: KnownPairs | None = None,
) -> Links:
    """The verdict on each two articles that share keys, unrelated ones included.

    Of each group of near copies one speaks for all; so a story with hundreds of copies does not lose its keys for
    being frequent. So does each article that holds a near copy and more: it may be a round-up.
    """
    entrants = speakers(texts.words.lengths, rough, near, settings)
    entrants = entrants[texts.words.lengths[entrants] >= settings.min_whole_words]
    entering = texts.take(entrants)
    found = chained(engine.spread(lambda a, b: anchor_column(entering.words.part(a, b), texts.rare), len(entrants)))
    in_keys, common = in_keys_of(found, entering, stems, settings)
    shared = key_candidates(in_keys, settings, common=common, spread=engine.spread)
    pairs = entrants[shared].astype(np.int32)
    strangers = rough[pairs[:, 0]] != rough[pairs[:, 1]]
    shared, pairs = shared[strangers], pairs[strangers]
    watch.lap("keys")
    found = counting(found)
    enough = np.concatenate(
        engine.spread(lambda start, stop: in_order(found, shared[start:stop], settings.min_key_order), len(shared))
    )
    shared, pairs = shared[enough], pairs[enough]

    def judged_part(start: int, stop: int) -> Links:
        some, own = shared[start:stop], pairs[start:stop]

        def may_be(new: Bool | slice) -> Bool:
            return likely(entering, found, some[new], settings, min(settings.min_review, settings.min_rewrite))

        among = known.likely(own, may_be) if known else may_be(slice(None))
        return judge(texts, own, settings, known, among)

    judged = joined(engine.spread(judged_part, len(pairs)))
    watch.lap("spun")
    return judged


def in_keys_of(
    found: Column[np.uint32], texts: Texts, stems: Stems, settings: Settings
) -> tuple[Column[np.uint32], U32]:
    """Anchors, those for the verdict unless settings differ, and the stems that serve in no key all the same."""
    common = common_stems(settings.max_key_share)
    if settings.max_key_share <= settings.max_anchor_share:
        return found, common
    return anchor_column(texts.words, stems.rare(common)), common[:0]


def speakers(lengths: I64, rough: I32, near: Links, settings: Settings) -> I64:
    """The articles that speak for their groups of near copies, and those that hold a near copy whole; ascending.

    The one that resembles the others most speaks, the longest of several, the first of these.
    """
    suspect = np.zeros(len(lengths), np.bool_)
    suspect[holds(near, lengths, settings).outer] = True
    resemblance = np.repeat(near.evidence.resemblance, 2)
    central = np.bincount(near.pairs.reshape(-1), resemblance, minlength=len(lengths))
    alone = np.bincount(rough, minlength=len(lengths))[rough] == 1  # most are, and need no sorting
    some = np.flatnonzero(~alone)
    order = some[np.lexsort((-lengths[some], -central[some], suspect[some], rough[some]))]
    speaking = alone | suspect
    speaking[order[np.flatnonzero(np.diff(rough[order], prepend=-1))]] = True
    return np.flatnonzero(speaking)


def holds(links: Links, lengths: I64, settings: Settings) -> Holds:
    """The pairs of which one article stands in the other: excerpts, and near copies of which one has much more.

    Near copies must stand whole in the longer one; of two that share a half, none holds the other.
    """
    evidence, (left, right) = links.evidence, links.pairs.T
    flipped = lengths[left] > lengths[right]
    inner, outer = np.where(flipped, right, left), np.where(flipped, left, right)
    share = np.where(flipped, evidence.right_in_left, evidence.left_in_right)
    whole = (share >= settings.min_whole_containment) & (lengths[outer] >= settings.min_longer * lengths[inner])
    held = (links.relations == EXCERPT) | ((links.relations == NEAR) & whole)
    return Holds(inner, outer, share).take(held & contained(share, lengths[inner], settings))


def clusters_of(texts: Texts, links: Links, holding: Holds, round_ups: I32, settings: Settings) -> I32:
    """The cluster of each article, by the number of its first: near copies, then spun ones, then excerpts."""
    words = texts.words
    free = links.take(~_held_by(links.pairs, round_ups, words.lengths, settings))
    near = free.take(free.relations == NEAR)
    groups = gather(words, near.pairs, near.evidence.resemblance, near.sizes, settings)
    spun = free.take(free.relations == SPUN)
    sure = rewrite(spun.evidence, settings)
    groups = join(groups, spun.pairs, sure, lambda pairs: _kin(texts, pairs, settings))
    return attach(groups, holding, round_ups, words.lengths)


def _held_by(pairs: I32, round_ups: I32, lengths: I64, settings: Settings) -> Bool:
    """Which pairs are those of a container and a much shorter article: a story in it, or a copy of one."""
    left, right = pairs.T
    held: Bool = (np.isin(left, round_ups) & (lengths[left] >= settings.min_longer * lengths[right])) | (
        np.isin(right, round_ups) & (lengths[right] >= settings.min_longer * lengths[left])
    )
    return held


def _kin(texts: Texts, pairs: I32, settings: Settings) -> Bool:
    """Which pairs have anything to do with each other: words in a row, or a trace of rewriting.

    Asked of some, again and again, it looks at their articles alone, not at the columns of all.
    """
    articles, places = np.unique(pairs, return_inverse=True)
    judged = judge(texts.take(articles.astype(np.int64)), places.reshape(-1, 2).astype(np.int32), settings)
    evidence = judged.evidence
    shared = np.maximum(evidence.left_in_right, evidence.right_in_left)
    akin: Bool = (judged.relations != UNRELATED) | (shared >= settings.min_cohesion)
    return akin | (rewrite(evidence, settings) >= settings.min_kinship)
