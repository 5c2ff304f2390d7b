"""Floors: the figures of each collection that must not get worse, kept in floors.json.

An entry holds the digest of the collection, the measures of its clusters, and, where there are any, ``kinds``
(recall of the pairs of two kinds), ``labels`` (recall of the labelled pairs of a name) and ``ceilings`` (share of the
pairs of a name that are wrongly put into one cluster). Floors are rounded down and only rise, ceilings are rounded up
and only fall.
"""

import math
from dataclasses import dataclass
from typing import Any

from pairs import LabelScore

from dedup.evaluation.counting import Scores

HELD = ("precision", "recall", "f1", "ari", "bcubed_precision", "bcubed_recall", "bcubed_f1")
"""The measures that have floors."""

MIN_KIND_PAIRS = 60
"""Pairs of two kinds from which their recall has a floor: one pair more or less is then below .02."""

KINDS, LABELS, CEILINGS = "kinds", "labels", "ceilings"

Floors = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Figures:
    """How right a scan of one collection is."""

    scores: Scores | None
    """None where only pairs are labelled."""

    labels: tuple[LabelScore, ...] = ()


def held(figures: Figures) -> dict[str, dict[str, float]]:
    """The figures that have floors or ceilings, by group; the measures of clusters are the group without a name."""
    measures, kinds = dict[str, float](), dict[str, float]()
    if figures.scores:
        measures = {name: getattr(figures.scores, name) for name in HELD}
        kinds = {
            one.kinds: one.recall
            for one in figures.scores.kinds
            if one.kinds and one.recall is not None and one.gold_pairs >= MIN_KIND_PAIRS
        }
    labels, ceilings = ({one.name: one.share for one in figures.labels if one.copies == c} for c in (True, False))
    return {"": measures, KINDS: kinds, LABELS: labels, CEILINGS: ceilings}


def shortfalls(name: str, floors: Floors, figures: Figures, content: str) -> list[str]:
    """Why a collection fails its floors: one sentence for each reason, none if it holds."""
    entry = floors.get(name)
    if entry is None:
        return []
    if entry["digest"] != content:
        return [f"{name}: its floors are for other texts or labels; remove its entry and --raise anew"]
    found = []
    for group, present in held(figures).items():
        for what, bound in _bounds(entry, group).items():
            value, told = present.get(what), _told(group, what)
            if value is None:
                found.append(f"{name}: {told} is no longer measured, and has the bound {bound:.3f}")
            elif group == CEILINGS and value > bound:
                found.append(f"{name}: {told} is {value:.4f}, above its ceiling {bound:.3f}")
            elif group != CEILINGS and value < bound:
                found.append(f"{name}: {told} is {value:.4f}, below its floor {bound:.3f}")
    return found


def without_floor(name: str, floors: Floors, figures: Figures) -> int:
    """How many figures of a collection have neither floor nor ceiling yet."""
    entry = floors.get(name, {})
    return sum(len(present.keys() - _bounds(entry, group).keys()) for group, present in held(figures).items())


def raised(name: str, floors: Floors, figures: Figures, *, content: str, fingerprint: str) -> Floors:
    """The floors with those of one collection raised to the present figures, its ceilings lowered; none gets laxer.

    Raises:
        ValueError: its floors are for other texts or labels.
    """
    old = floors.get(name, {"digest": content})
    if old["digest"] != content:
        raise ValueError(f"the floors of {name} are for other texts or labels; remove its entry to start anew")
    new: dict[str, Any] = {"digest": content, "settings_fingerprint": fingerprint}
    for group, present in held(figures).items():
        bounds = _bounds(old, group)
        for what, value in present.items():
            if group == CEILINGS:
                bounds[what] = min(_rounded_up(value), bounds.get(what, 1.0))
            else:
                bounds[what] = max(_rounded_down(value), bounds.get(what, 0.0))
        if group and bounds:
            new[group] = bounds
        elif not group:
            new |= bounds
    return {**floors, name: new}


def _bounds(entry: dict[str, Any], group: str) -> dict[str, float]:
    """The floors or ceilings of one group of an entry."""
    return dict(entry.get(group, {})) if group else {name: entry[name] for name in HELD if name in entry}


def _told(group: str, what: str) -> str:
    return {
        "": what,
        KINDS: f"recall of the kinds {what}",
        LABELS: f"recall of {what}",
        CEILINGS: f"share of {what} put into one cluster",
    }[group]


def _rounded_down(value: float) -> float:
    # The small addition keeps .29 (times 1000: 289.99999999999994) at .290.
    return math.floor(value * 1000 + 1e-9) / 1000


def _rounded_up(value: float) -> float:
    return math.ceil(value * 1000 - 1e-9) / 1000
