import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from regression import Line, line, slopes

from dedup.columns import F64
from tests.laws import costly

PAIRS = 30


def measures(seed: int, middle: float, pairs: int = PAIRS) -> F64:
    """Three measures of each pair, around a middle."""
    return np.random.default_rng(seed).normal(middle, 0.2, (pairs, 3))


def cost(weights: F64, copies: list[F64], others: F64, penalty: float) -> float:
    """What the regression minimises, in plain terms, with the best intercept, which lies where the cost is level."""
    low, high = -100.0, 100.0
    for _ in range(200):
        thirds = low + (high - low) / 3, high - (high - low) / 3
        left, right = (cost_with(weights, bias, copies, others, penalty) for bias in thirds)
        low, high = (low, thirds[1]) if left < right else (thirds[0], high)
    return cost_with(weights, low, copies, others, penalty)


def cost_with(weights: F64, bias: float, copies: list[F64], others: F64, penalty: float) -> float:
    total = penalty / 2 * weights @ weights + np.log1p(np.exp(others @ weights + bias)).sum()
    for family in copies:
        total += np.log1p(np.exp(-(family @ weights + bias))).mean() * len(others) / len(copies)
    return float(total)


seeds = st.integers(0, 1 << 30)


@costly(3)
@given(seeds, st.integers(0, 2), st.sampled_from([-0.01, 0.01]))
def test_no_other_weights_cost_less(seed: int, which: int, change: float) -> None:
    copies, others = [measures(seed, 0.8), measures(seed + 1, 0.6, pairs=7)], measures(seed + 2, 0.3)
    found = slopes(copies, others, 1.0)
    changed = found.copy()
    changed[which] += change
    assert cost(found, copies, others, 1.0) < cost(changed, copies, others, 1.0)


@given(seeds, st.integers(1, 5))
def test_a_family_weighs_the_same_however_many_pairs_it_has(seed: int, times: int) -> None:
    first, second, others = measures(seed, 0.8), measures(seed + 1, 0.6), measures(seed + 2, 0.3)
    more = np.concatenate([second] * times)
    assert np.allclose(slopes([first, second], others, 1.0), slopes([first, more], others, 1.0))


@given(seeds, st.integers(1, PAIRS))
def test_so_many_unrelated_pairs_pass_the_line(seed: int, wrong: int) -> None:
    others = measures(seed, 0.3)
    assert line(np.array([1.0, 2.0, 3.0]), others, wrong).passed(others).sum() == wrong


def test_more_wrong_pairs_than_there_are_cannot_be_had() -> None:
    with pytest.raises(ValueError, match="30 unrelated pairs"):
        line(np.ones(3), measures(1, 0.3), PAIRS + 1)


@given(seeds, st.floats(0.1, 100))
def test_a_scaled_line_gives_the_same_verdicts(seed: int, total: float) -> None:
    one, pairs = Line(np.array([3.0, 2.0, 1.0]), 2.5), measures(seed, 0.4)
    assert np.array_equal(one.scaled(total).passed(pairs), one.passed(pairs))
    assert one.scaled(total).slopes.sum() == pytest.approx(total)
