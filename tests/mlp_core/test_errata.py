"""What the sources get wrong about the core, each shown with numbers; the ids are those of explainer/sources/."""
import math

import numpy as np
import pytest

from mlp_core import LOSSES, backward, descend, forward, loss_at, new_network
from mlp_core.activations import softmax
from mlp_core.losses import cross_entropy, cross_entropy_slope, half_squared_error_slope
from mlp_core.metrics import mean_squared_error
from mlp_core.presets import PRESETS


def numeric_gradient(f, x, step=1e-6):
    """Central differences of a number f() along every entry of x, which is left as it was."""
    result = np.empty_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + step
        above = f()
        x[index] = old - step
        result[index] = (above - f()) / (2 * step)
        x[index] = old
    return result


def batch(m=20, reduction="sum", activations=("tanh", "softmax"), loss="cross_entropy"):
    rng = np.random.default_rng(41)
    network = new_network((4, 5, 3), activations, rng, loss=loss, reduction=reduction, random_biases=True)
    return network, rng.normal(size=(m, 4)), np.eye(3)[rng.integers(0, 3, m)]


@pytest.mark.parametrize("n, ratio", [("entries", 0.002), ("examples", 0.02)])
def test_a13b_the_gradient_of_the_mse_is_2_over_n_of_the_one_trained_with(n, ratio):
    rng = np.random.default_rng(42)
    A, Y = rng.random((100, 10)), np.eye(10)[rng.integers(0, 10, 100)]
    measured = numeric_gradient(lambda: mean_squared_error(A, Y, n=n), A)
    np.testing.assert_allclose(measured, ratio * half_squared_error_slope(A, Y), rtol=1e-6, atol=1e-9)


def test_a20_the_bias_gradients_are_the_column_sums_of_delta_not_its_means():
    network, X, Y = batch()
    grads = backward(network, forward(network, X), Y)
    for layer, delta, db in zip(network.layers, grads.delta, grads.db):
        np.testing.assert_allclose(db, delta.sum(axis=0), rtol=1e-14)
        np.testing.assert_allclose(db, numeric_gradient(lambda: loss_at(network, X, Y), layer.b), rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(delta.mean(axis=0), db / 20, rtol=1e-14)


def test_a22_the_gradients_of_the_mean_are_those_of_the_sum_over_m():
    (network, X, Y), (mean, *_) = batch(), batch(reduction="mean")
    summed, averaged = (backward(net, forward(net, X), Y) for net in (network, mean))
    for one, other in zip(summed.dW + summed.db, averaged.dW + averaged.db):
        np.testing.assert_allclose(one / 20, other, rtol=1e-14)
    for one, other in zip(summed.delta, averaged.delta):
        np.testing.assert_array_equal(one, other)


def test_a24_updating_as_one_goes_gives_another_gradient_and_the_loss_that_mazur_prints():
    preset = PRESETS["mazur"]
    X, Y = map(np.array, preset.example)
    network = preset.network(preset.source, None)
    sequential = network.copy()
    grads = backward(network, forward(network, X), Y)
    sequential.layers[1].W -= 0.5 * grads.dW[1]
    too_late = (grads.delta[1] @ sequential.layers[1].W.T) * grads.slope[0]
    assert not np.allclose(X.T @ too_late, grads.dW[0], rtol=1e-3)
    sequential.layers[0].W -= 0.5 * (X.T @ too_late)
    descend(network, grads, 0.5)
    assert loss_at(sequential, X, Y) == pytest.approx(0.291027924, abs=5.1e-10)      # his first program
    assert loss_at(network, X, Y) == pytest.approx(0.291027774, abs=5.1e-10)         # his corrected one


def test_a26_the_sigmoid_is_right_and_silent_where_the_printed_formula_overflows():
    network, *_ = batch(activations=("sigmoid", "sigmoid"), loss="squared_error")
    X = np.full((1, 4), 1e6)
    with pytest.warns(RuntimeWarning, match="overflow"):
        printed = 1 / (1 + np.exp(-(X @ network.layers[0].W + network.layers[0].b)))
    np.testing.assert_array_equal(forward(network, X).A[1], printed)
    assert set(printed.flat) == {0.0, 1.0}


def test_a33_a_short_last_batch_shrinks_the_sum_and_not_the_mean():
    for reduction, factor in (("sum", 2), ("mean", 1)):
        network, X, Y = batch(reduction=reduction)
        twice = np.concatenate([X, X]), np.concatenate([Y, Y])
        assert loss_at(network, *twice) == pytest.approx(factor * loss_at(network, X, Y), rel=1e-13)


def test_b5_softmax_needs_its_whole_jacobian_and_then_collapses_to_a_minus_y():
    S, Y, step = np.random.default_rng(43).normal(size=(1, 4)), np.array([[0, 0, 1.0, 0]]), 1e-6
    A = softmax(S)
    jacobian = np.array([((softmax(S + step * e) - softmax(S - step * e)) / (2 * step))[0] for e in np.eye(4)]).T
    np.testing.assert_allclose(jacobian, np.diag(A[0]) - np.outer(A[0], A[0]), atol=1e-9)
    np.testing.assert_allclose((-Y / A) @ jacobian, A - Y, atol=1e-9)
    measured = numeric_gradient(lambda: cross_entropy(S, A, Y)[0], S)
    np.testing.assert_allclose(cross_entropy_slope(A, Y), measured, atol=1e-9)
    printed = Y * (A - Y)
    assert np.abs(printed - (A - Y)).max() > 0.05


def test_b6_a_blank_unit_has_slope_zero():
    network, _, Y = batch(activations=("relu", "softmax"))
    network.layers[0].b[:] = 0
    grads = backward(network, forward(network, np.zeros((20, 4))), Y)
    assert not grads.slope[0].any() and not grads.dW[0].any()


def test_b19_cross_entropy_from_clipped_probabilities_hides_how_wrong_an_answer_is():
    S, Y = np.array([[1200.0, 0.0, -300.0]]), np.array([[0.0, 1.0, 0.0]])
    A = softmax(S)
    clipped = -(Y * np.log(np.clip(A, 1e-12, 1))).sum()
    assert A[0, 1] == 0
    assert clipped == pytest.approx(12 * math.log(10))                              # 27.6, however wrong
    assert LOSSES["cross_entropy"].per_example(S, A, Y) == pytest.approx([1200.0], rel=1e-15)


def test_c1_db_has_a_number_for_each_unit_and_their_sum_in_the_output_layer_is_nothing():
    network, X, Y = batch(reduction="mean")
    grads = backward(network, forward(network, X), Y)
    assert [db.shape for db in grads.db] == [(5,), (3,)]
    assert abs(grads.db[-1].sum()) < 1e-15 < 1e-3 < np.abs(grads.db[-1]).max()
    measured = numeric_gradient(lambda: loss_at(network, X, Y), network.layers[-1].b)
    np.testing.assert_allclose(grads.db[-1], measured, rtol=1e-6)
