"""The gradient check says yes to right derivatives and no to wrong ones, be they only one per cent off."""
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from mlp_core import ACTIVATIONS, LOSSES, Layer, Network, backward, forward, new_network
from mlp_core.activations import ELEMENTWISE
from mlp_core.gradient_check import (
    central_difference,
    check_directions,
    check_every_weight,
    gradient_arrays,
    relative_error,
)
from mlp_core.network import REDUCTIONS, parameter_arrays
from mlp_core.presets import PRESETS
from tests import oracles

COMBINATIONS = [(hidden, *pair, reduction) for hidden in oracles.HIDDEN for pair in oracles.PAIRS
                for reduction in REDUCTIONS]


def example(hidden="tanh", output="tanh", loss="half_squared_error", reduction="sum"):
    rng = np.random.default_rng(21)
    network = new_network((3, 5, 2), (hidden, output), rng, loss=loss, reduction=reduction, random_biases=True)
    return network, rng.normal(size=(6, 3)), np.eye(2)[rng.integers(0, 2, 6)]


def both_checks(network, X, Y):
    return check_every_weight(network, X, Y), check_directions(network, X, Y, np.random.default_rng(22))


def times(factor, slope):
    def wrong(*arguments, out=None):
        return np.multiply(factor, slope(*arguments, out=out), out=out)
    return wrong


def with_wrong_slope(monkeypatch, table, name, slope):
    monkeypatch.setitem(table, name, replace(table[name], slope=slope))


@pytest.mark.parametrize("hidden, output, loss, reduction", COMBINATIONS)
def test_every_allowed_network_passes_both_checks(hidden, output, loss, reduction):
    every, directions = both_checks(*example(hidden, output, loss, reduction))
    assert every.largest_relative_error < 1e-6, every
    assert directions.largest_relative_error < 1e-7, directions


@pytest.mark.parametrize("hidden, output, loss, reduction", COMBINATIONS)
def test_a_float32_network_is_checked_in_float64_and_stays_as_it_was(hidden, output, loss, reduction):
    network, X, Y = example(hidden, output, loss, reduction)
    small = network.copy(np.float32)
    before = small.copy()
    for check in both_checks(small, X.astype(np.float32), Y):
        assert check.largest_relative_error < 1e-6, check
    for (_, array), (_, old) in zip(parameter_arrays(small), parameter_arrays(before), strict=True):
        assert array.dtype == np.float32 and np.array_equal(array, old)


def test_the_apps_own_network_passes_on_a_batch_of_images():
    images = np.random.default_rng(23).integers(0, 256, (20, 784), np.uint8)
    network = PRESETS["deep"].network(PRESETS["deep"].best, np.random.default_rng(0))
    check = check_directions(network, images, np.eye(10)[np.arange(20) % 10], np.random.default_rng(24))
    assert network.dtype == np.float32 and check.largest_relative_error < 1e-6, check


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_activation_slope_one_per_cent_off_is_caught(name, monkeypatch):
    network, X, Y = example(name, name)
    with_wrong_slope(monkeypatch, ACTIVATIONS, name, times(1.01, ACTIVATIONS[name].slope))
    for check in both_checks(network, X, Y):
        assert check.largest_relative_error > 5e-3, check


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_slope_one_per_cent_off_is_caught(loss, monkeypatch):
    network, X, Y = example("tanh", LOSSES[loss].outputs[0], loss)
    with_wrong_slope(monkeypatch, LOSSES, loss, times(1.01, LOSSES[loss].slope))
    for check in both_checks(network, X, Y):
        assert check.largest_relative_error > 5e-3, check


@pytest.mark.parametrize("wrong", [
    lambda S, A, out=None: np.multiply(A, 1 + A, out=out),      # a sign
    lambda S, A, out=None: np.multiply(S, 1 - S, out=out),      # S where A belongs
    lambda S, A, out=None: np.multiply(A, np.nan, out=out),
])
def test_a_wrong_sigmoid_derivative_is_caught_and_the_right_one_is_not(wrong, monkeypatch):
    network, X, Y = example("sigmoid", "sigmoid")
    assert max(check.largest_relative_error for check in both_checks(network, X, Y)) < 1e-6
    with_wrong_slope(monkeypatch, ACTIVATIONS, "sigmoid", wrong)
    for check in both_checks(network, X, Y):
        assert check.largest_relative_error > 0.1, check


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_passes_along_random_directions(name):
    preset, rng = PRESETS[name], np.random.default_rng(23)
    network = replace(preset, dtype=np.float64).network(preset.best, rng)
    X, Y = rng.random((5, preset.sizes[0])), rng.dirichlet(np.ones(preset.sizes[-1]), size=5)
    check = check_directions(network, X, Y, rng)
    assert 0 < check.largest_relative_error < 1e-5, check


def test_a_check_names_the_place_and_shows_both_numbers(monkeypatch):
    network, X, Y = example()
    with_wrong_slope(monkeypatch, LOSSES, network.loss, times(3, LOSSES[network.loss].slope))
    check = check_every_weight(network, X, Y)
    name, index = check.where[:2], tuple(map(int, check.where[3:-1].split(", ")))
    array = dict(parameter_arrays(network))[name]
    assert check.central_difference == central_difference(network, X, Y, array, index)
    assert check.backpropagation == pytest.approx(3 * check.central_difference, rel=1e-5)
    assert check_directions(network, X, Y, np.random.default_rng(0)).where.startswith("direction ")


def test_the_central_difference_of_a_parabola_is_exact_and_leaves_the_network_as_it_was():
    W = np.array([[0.75]])
    network = Network([Layer(W, None, "linear")], "squared_error")
    numeric = central_difference(network, np.array([[2.0]]), np.array([[1.0]]), W, (0, 0))
    assert numeric == pytest.approx(2 * (2 * 0.75 - 1) * 2, rel=1e-9)     # d/dw (2w − 1)²
    assert W[0, 0] == 0.75


def test_the_checks_leave_the_network_as_it_was():
    network, X, Y = example()
    before = network.copy()
    both_checks(network, X, Y)
    for (_, array), (_, old) in zip(parameter_arrays(network), parameter_arrays(before), strict=True):
        np.testing.assert_array_equal(array, old)


def test_parameters_and_gradients_come_in_the_same_order_without_the_biases_that_are_not_there():
    layers = [Layer(np.ones((3, 4)), None, "tanh"), Layer(np.ones((4, 2)), np.ones(2), "tanh")]
    network = Network(layers)
    grads = backward(network, forward(network, np.ones((5, 3))), np.ones((5, 2)))
    assert [name for name, _ in parameter_arrays(network)] == ["W1", "W2", "b2"]
    assert [g.shape for g in gradient_arrays(grads)] == [(3, 4), (4, 2), (2,)]


@pytest.mark.parametrize("a, b, expected", [
    (1.0, 1.0, 0.0), (2.0, 1.0, 0.5), (1.0, -1.0, 2.0), (0.0, 0.0, 0.0), (1e-9, 0.0, 0.1),
    (float("nan"), 1.0, inf), (inf, 1.0, inf),
])
def test_a_relative_error_is_taken_to_the_larger_and_is_infinite_for_what_is_no_number(a, b, expected):
    assert relative_error(a, b) == pytest.approx(expected)
