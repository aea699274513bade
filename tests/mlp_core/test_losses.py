"""Every loss equals its sum written by hand, every slope its central difference, and none is ever infinite."""
import math

import numpy as np
import pytest

from mlp_core.activations import softmax
from mlp_core.losses import LOSSES

A = [[0.5, 1.0, 0.0], [0.25, 0.0, 0.75]]
Y = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]


def exact_cross_entropy(logits, targets):
    """−Σ y·log softmax(s), in math.fsum, from the logits' differences to the largest."""
    peak = max(logits)
    log_sum = math.log(math.fsum(math.exp(s - peak) for s in logits))
    return math.fsum(y * (log_sum - (s - peak)) for s, y in zip(logits, targets))


@pytest.mark.parametrize("loss, expected", [
    ("squared_error", [0.25, 0.5625 + 0.5625]),
    ("half_squared_error", [0.125, 0.5625]),
])
def test_an_error_of_squares_equals_the_sum_worked_by_hand(loss, expected):
    np.testing.assert_array_equal(LOSSES[loss].per_example(None, np.array(A), np.array(Y)), expected)


def test_cross_entropy_of_even_odds_is_the_logarithm_of_the_number_of_classes():
    S = np.zeros((1, 10))
    loss = LOSSES["cross_entropy"].per_example(S, softmax(S), np.eye(10)[[3]])
    np.testing.assert_allclose(loss, [math.log(10)], rtol=1e-15)


@pytest.mark.parametrize("targets", [(0, 1, 0), (0.2, 0.3, 0.5)])
@pytest.mark.parametrize("logits", [(1.5, -0.5, 0.25), (3000, 1000, -2000), (-1e4, 1e4, 0), (5000, 4995, 4000)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_is_exact_and_finite_for_logits_in_the_thousands(logits, targets, dtype):
    S, one = np.array([logits], dtype), np.array([targets], dtype)
    loss = LOSSES["cross_entropy"].per_example(S, softmax(S), one)
    rounding = 4 * np.finfo(dtype).eps * np.abs(S).max()
    np.testing.assert_allclose(loss, [exact_cross_entropy(logits, targets)], rtol=1e-6, atol=rounding)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_slope_equals_the_central_difference_of_its_loss(loss):
    rng, step = np.random.default_rng(2), 1e-6
    outputs, targets, by_S = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(3), size=4), LOSSES[loss].by == "S"
    expected = np.empty_like(outputs)
    for index in np.ndindex(outputs.shape):
        nudge = np.zeros_like(outputs)
        nudge[index] = step
        above, below = (LOSSES[loss].per_example(moved, moved, targets) for moved in (outputs + nudge, outputs - nudge))
        expected[index] = (above - below)[index[0]] / (2 * step)
    slope = LOSSES[loss].slope(softmax(outputs) if by_S else outputs, targets)
    np.testing.assert_allclose(slope, expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_given_out_is_overwritten_and_returned(loss):
    out = np.full((2, 3), np.nan)
    assert LOSSES[loss].slope(np.array(A), np.array(Y), out=out) is out
    np.testing.assert_array_equal(out, (2 if loss == "squared_error" else 1) * np.subtract(A, Y))
