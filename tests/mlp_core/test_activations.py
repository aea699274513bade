"""Every activation equals its formula in Python's own math, and every slope its central difference."""
import math

import numpy as np
import pytest

from mlp_core.activations import ACTIVATIONS, ELEMENTWISE
from tests import oracles

DTYPES = (np.float32, np.float64)
S = np.array([[-20.0, -3.0, -0.75, -0.1], [0.1, 0.75, 3.0, 20.0]])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_activation_equals_its_formula(name, dtype):
    expected = oracles.activation(name, S)
    A = ACTIVATIONS[name].function(S.astype(dtype))
    assert A.dtype == dtype
    np.testing.assert_allclose(A, expected, rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_slope_equals_the_central_difference_of_its_formula(name):
    step = 1e-6
    expected = (oracles.activation(name, S + step) - oracles.activation(name, S - step)) / (2 * step)
    slope = ACTIVATIONS[name].slope(S, oracles.activation(name, S))
    np.testing.assert_allclose(slope, expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_given_out_is_overwritten_and_returned_and_s_stays(name):
    activation, before, out = ACTIVATIONS[name], S.copy(), np.full_like(S, np.nan)
    assert activation.function(before, out=out) is out
    np.testing.assert_array_equal(out, activation.function(before))
    if activation.slope is not None:
        slope = np.full_like(S, np.nan)
        assert activation.slope(before, out, out=slope) is slope
        np.testing.assert_array_equal(slope, activation.slope(before, out))
    np.testing.assert_array_equal(before, S)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name, limits, slopes", [
    ("sigmoid", (0, 0.5, 1), (0, 0.25, 0)),
    ("tanh", (-1, 0, 1), (0, 1, 0)),
    ("relu", (0, 0, 1e4), (0, 0, 1)),
    ("leaky_relu", (-1e2, 0, 1e4), (0.01, 0.01, 1)),
    ("linear", (-1e4, 0, 1e4), (1, 1, 1)),
])
def test_far_out_and_at_zero_values_and_slopes_are_exact(name, limits, slopes, dtype):
    far = np.array([[-1e4, 0, 1e4]], dtype)
    A = ACTIVATIONS[name].function(far)
    np.testing.assert_array_equal(A, np.array([limits], dtype))
    np.testing.assert_array_equal(ACTIVATIONS[name].slope(far, A), np.array([slopes], dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("logits, limits", [
    ((-1e4, 0, 1e4), (0, 0, 1)),
    ((1e4, 1e4, -1e4), (0.5, 0.5, 0)),
    ((-1e4, -1e4, -1e4), (1 / 3, 1 / 3, 1 / 3)),
    ((1000, 1001, -1e4), (1 / (1 + math.e), math.e / (1 + math.e), 0)),
])
def test_softmax_far_out_has_the_right_limit(logits, limits, dtype):
    A = ACTIVATIONS["softmax"].function(np.array([logits], dtype))
    np.testing.assert_allclose(A, [limits], rtol=4 * np.finfo(dtype).eps, atol=0)


def test_softmax_equals_its_formula_row_by_row():
    rows = np.random.default_rng(1).normal(0, 3, (6, 4))
    expected = [[math.exp(s) / math.fsum(map(math.exp, row)) for s in row] for row in rows]
    np.testing.assert_allclose(ACTIVATIONS["softmax"].function(rows), expected, rtol=1e-14)


def test_only_softmax_has_no_slope_of_its_own():
    assert [name for name, activation in ACTIVATIONS.items() if activation.slope is None] == ["softmax"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_outputs_and_slopes_stay_within_their_ranges_and_come_near_both_ends(name):
    far = np.array([[-1e30, -50, -1, 0, 1, 50, 1e30]])
    A = ACTIVATIONS[name].function(far)
    ranges = [(A, ACTIVATIONS[name].outputs)]
    if ACTIVATIONS[name].slope is not None:
        ranges.append((ACTIVATIONS[name].slope(far, A), ACTIVATIONS[name].slopes))
    for values, (low, high) in ranges:
        assert low <= values.min() and values.max() <= high
        assert values.min() < -1e20 if low == -np.inf else values.min() == pytest.approx(low, abs=1e-20)
        assert values.max() > 1e20 if high == np.inf else values.max() == pytest.approx(high)
