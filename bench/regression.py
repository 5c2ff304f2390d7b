"""Logistic regression with weights and an L2 penalty, and the threshold that so many pairs pass: numpy alone."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.columns import F64, Bool

MOST_STEPS = 100
ENOUGH = 1e-9
"""A step of Newton's method that changes no coefficient by more ends it."""


class Line(NamedTuple):
    """Weights of the measures of a pair, and what their weighed sum must reach."""

    slopes: F64
    """Shape (measures,)."""

    threshold: float

    def passed(self, measures: F64) -> Bool:
        """Which pairs pass; ``measures`` of shape (pairs, measures)."""
        found: Bool = measures @ self.slopes >= self.threshold
        return found

    def values(self) -> list[float]:
        """The slopes, then the threshold."""
        return [*self.slopes.tolist(), self.threshold]

    def scaled(self, total: float) -> "Line":
        """The same verdicts by slopes of this sum, more than 0."""
        factor = total / float(self.slopes.sum())
        return Line(self.slopes * factor, self.threshold * factor)


def slopes(copies: Sequence[F64], others: F64, penalty: float) -> F64:
    """The weights that best tell pairs of copies from others, shape (measures,).

    Each pair of the others weighs 1; each family of copies weighs the same, all of them as much as the others.

    Args:
        copies: of each family, the measures of its pairs, shape (pairs, measures).
        others: the same of pairs of no copies.
        penalty: half of it times the sum of the squared weights is what they cost; more than 0. The intercept costs
            nothing.

    Newton's method, O(steps * pairs); the penalty makes the minimum unique.
    """
    x = np.concatenate([others, *copies])
    x = np.column_stack([x, np.ones(len(x))])
    is_copy = (np.arange(len(x)) >= len(others)).astype(np.float64)
    of_copies = [np.full(len(family), len(others) / len(copies) / len(family)) for family in copies]
    weights = np.concatenate([np.ones(len(others)), *of_copies])
    costs = np.diag([penalty] * (x.shape[1] - 1) + [0.0])
    found = np.zeros(x.shape[1])
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (weights * (chance - is_copy)) + costs @ found
        bend = (x.T * (weights * chance * (1 - chance))) @ x + costs
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < ENOUGH:
            break
    coefficients: F64 = found[:-1]
    return coefficients


def line(weights: F64, others: F64, wrong: int) -> Line:
    """The threshold that so many of the pairs of no copies pass, and others only with a sum equal to the last one's.

    Raises:
        ValueError: there are fewer pairs.
    """
    sums = np.sort(others @ weights)
    if not 1 <= wrong <= len(sums):
        raise ValueError(f"{len(sums):,} unrelated pairs, of which {wrong:,} shall pass; wanted 1 to {len(sums):,}")
    return Line(weights, float(sums[-wrong]))
