"""Reasons: what a verdict on two articles rests on, measure by measure, and how far it is from another one."""

from collections.abc import Iterator
from math import ceil, floor

from dedup.comparison.relation import contained, rewrite, tellable
from dedup.model import Evidence, Relation
from dedup.report.explaining import percent
from dedup.report.explanation import Measure
from dedup.settings import Settings

A, B = "A", "B"


def measures(evidence: Evidence, relation: Relation, settings: Settings) -> tuple[Measure, ...]:
    """The measures of the only pair of ``evidence``, with what each takes for a relation."""
    same = relation == Relation.IDENTICAL
    shared = 1.0 if same else float(evidence.resemblance[0])
    found = [
        Measure(
            "resemblance", shared, settings.min_resemblance, Relation.NEAR, shared >= settings.min_resemblance, ""
        )
    ]
    sides = (
        ("left_in_right", A, evidence.left_in_right, evidence.left_words),
        ("right_in_left", B, evidence.right_in_left, evidence.right_words),
    )
    for name, article, share, words in sides:
        whole = (
            f", or {percent(settings.min_whole_containment)} of {settings.min_whole_words:,} words or more"
            if share[0] * words[0] < settings.min_excerpt_words
            else ""
        )
        condition = f", if that is {settings.min_excerpt_words:,} words of {article} or more{whole}"
        met = same or bool(contained(share, words, settings)[0])
        value = 1.0 if same else float(share[0])
        found.append(Measure(name, value, settings.min_containment, Relation.EXCERPT, met, condition))
    return (*found, *_rewriting(evidence, settings)) if asked(evidence) else tuple(found)


def asked(evidence: Evidence) -> bool:
    """Whether rewriting was measured: not where words in common say it all, or an article is too short."""
    rewriting = evidence.rewriting
    return bool(rewriting.rest_words[0] > 0 or rewriting.anchors[0] > 0)


def _rewriting(evidence: Evidence, settings: Settings) -> Iterator[Measure]:
    rewriting = evidence.rewriting
    for name in ("phrases", "order", "sentences"):
        yield Measure(name, float(getattr(rewriting, name)[0]), None, None, False, "")
    score = float(rewrite(evidence, settings)[0])
    told = bool(tellable(evidence, settings)[0])
    yield Measure(
        "rewrite", score if told else None, settings.min_rewrite, Relation.SPUN, score >= settings.min_rewrite, ""
    )


def cannot_tell(evidence: Evidence, relation: Relation, settings: Settings) -> tuple[str, ...]:
    """Why it cannot be told of an unrelated pair whether one is the other in other words; nothing where it can."""
    if relation != Relation.UNRELATED:
        return ()
    return tuple(_obstacles(evidence, settings))


def _obstacles(evidence: Evidence, settings: Settings) -> Iterator[str]:
    words = [int(evidence.left_words[0]), int(evidence.right_words[0])]
    shorter, longer = (A, B) if words[0] <= words[1] else (B, A)
    if min(words) < settings.min_spun_words:
        yield f"{shorter} is too short, {min(words):,} words, {settings.min_spun_words:,} needed"
    if max(words) < settings.min_rewrite_words:
        yield f"{longer}, the longer one, is too short, {max(words):,} words, {settings.min_rewrite_words:,} needed"
    rewriting = evidence.rewriting
    if not asked(evidence):
        return
    if rewriting.rest_words[0] < settings.min_rest_words:
        yield (
            f"besides what both have word for word, too little is left, {int(rewriting.rest_words[0]):,} words, "
            f"{settings.min_rest_words:,} needed"
        )
    if rewriting.anchors[0] < settings.min_anchors:
        yield (
            f"too few names, numbers and other rare words, {int(rewriting.anchors[0]):,}, {settings.min_anchors:,} "
            "needed"
        )
    if rewriting.rare_share[0] > settings.max_rare_share:
        yield (
            f"{percent(float(rewriting.rare_share[0]))} of the words are rare ones, more than "
            f"{percent(settings.max_rare_share)}: a list, or a language that is not known"
        )


def summary(evidence: Evidence, relation: Relation, settings: Settings) -> str:
    """The relation in one sentence."""
    if relation == Relation.IDENTICAL:
        return "A and B are identical: they have the same words in the same order."
    if relation == Relation.NEAR:
        return "A and B are near copies: a good part of what either says stands word for word in the other."
    if relation == Relation.EXCERPT:
        left = contained(evidence.left_in_right, evidence.left_words, settings)[0]
        right = contained(evidence.right_in_left, evidence.right_words, settings)[0]
        part, whole = (A, B) if left and (not right or evidence.left_words[0] <= evidence.right_words[0]) else (B, A)
        return f"{part} is an excerpt of {whole}: most of {part} stands word for word in {whole}, which has more."
    if relation == Relation.SPUN:
        return "A and B are spun copies: the one is the other in other words, told in the same order."
    empty = [name for name, words in ((A, evidence.left_words), (B, evidence.right_words)) if words[0] == 0]
    if empty:
        return f"A and B are unrelated: footers leave nothing of {' and '.join(empty)} that could be compared."
    return "A and B are unrelated: neither copies the other, as far as their words show."


def change(evidence: Evidence, relation: Relation, settings: Settings) -> str:
    """What would have to change for another verdict: the nearest threshold, in words."""
    resemblance = float(evidence.resemblance[0])
    if relation == Relation.IDENTICAL:
        return "A single other word would make them near copies, if they are not very short."
    if relation == Relation.NEAR:
        over = percent(resemblance - settings.min_resemblance).removesuffix(" %")
        return f"They would no longer be near copies with more than {over} percentage points less in common."
    if relation == Relation.SPUN:
        score = float(rewrite(evidence, settings)[0])
        return (
            f"They would no longer be spun copies with a score below {settings.min_rewrite:g}; it is {_score(score)}."
        )
    ways = sorted(_ways(evidence, relation, settings))
    return f"For another verdict: {'; '.join(way for _, way in ways)}."


def _ways(evidence: Evidence, relation: Relation, settings: Settings) -> Iterator[tuple[float, str]]:
    """How an unrelated pair or an excerpt might be more, with the share of the way that is left, 0 to 1."""
    shared, needed = float(evidence.resemblance[0]), settings.min_resemblance
    way = f"{_points(needed - shared)} more percentage points of words in common would make them near copies"
    yield 1 - shared / needed, way
    if relation == Relation.EXCERPT:
        return
    share, less, part, whole = max(
        (float(evidence.left_in_right[0]), -int(evidence.left_words[0]), A, B),
        (float(evidence.right_in_left[0]), -int(evidence.right_words[0]), B, A),
    )
    needed, held = settings.min_containment, int(share * -less)
    if share < needed:
        more = f"{_points(needed - share)} more percentage points of {part} found in {whole}"
        yield 1 - share / needed, f"{more} would make it an excerpt"
    else:
        more = f"{settings.min_excerpt_words:,} words of {part} found in {whole}, not {held:,},"
        yield 1 - held / settings.min_excerpt_words, f"{more} would make it an excerpt"
    if bool(tellable(evidence, settings)[0]):
        score, needed = float(rewrite(evidence, settings)[0]), settings.min_rewrite
        yield 1 - score / needed, f"a score of {needed:g} for rewriting, not {_score(score)}, would make them spun"


def _score(score: float) -> str:
    return f"{floor(score * 1000 + 1e-6) / 1000:.3f}"


def _points(gap: float) -> str:
    """A distance in percentage points, rounded up: it is enough."""
    return f"{ceil(gap * 1000 - 1e-6) / 10:.1f}"
