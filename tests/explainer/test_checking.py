"""The check of one weight and of all: against oracles, against the core's own check, and where it has to say no."""
from dataclasses import replace

import numpy as np
import pytest

from explainer.checking import MOST_DIGITS, STEPS, Check, U, agreeing_digits, marked, same_as_training
from explainer.walkthrough import take_walk
from mlp_core import Layer, Network
from mlp_core.gradient_check import central_difference
from mlp_core.network import parameter_arrays
from tests import oracles
from tests.explainer.test_walkthrough import walk_of

pytestmark = pytest.mark.filterwarnings("error")

NETWORKS = ("deep, best", "mazur, source", "hmkcode, best", "relu10, best", "nielsen, best")
every_network = pytest.mark.parametrize("case", NETWORKS)


def peak(array):
    return tuple(map(int, np.unravel_index(np.abs(array).argmax(), array.shape)))


def loss_by_hand(network, X, Y):
    """E from the oracles alone."""
    A = X
    for layer in network.layers:
        S = np.einsum("mk,kj->mj", A, layer.W) + (0 if layer.b is None else layer.b)
        A = oracles.activation(layer.activation, S)
    losses = oracles.loss(network.loss, S, A, Y)
    return losses.sum() if network.reduction == "sum" else losses.mean()


@every_network
def test_the_two_losses_and_the_quotient_of_a_weight_are_what_the_oracles_say(case):
    walk = walk_of(case)
    check = Check(walk)
    for layer in range(1, walk.L + 1):
        row, column = peak(walk.grads.dW[layer - 1])
        one = check.nudged(layer, "W", row, column, 1e-3)
        for value, sign in ((one.above, 1), (one.below, -1)):
            moved = walk.before.copy(np.float64)
            moved.layers[layer - 1].W[row, column] += sign * 1e-3
            by_hand = loss_by_hand(moved, walk.passed.A[0].astype(np.float64), walk.Y.astype(np.float64))
            assert value == pytest.approx(by_hand, rel=1e-13)
        assert one.quotient == pytest.approx((one.above - one.below) / .002, rel=1e-12)
        assert one.value == walk.layer(layer).W[row, column] and f"[{row}, {column}]" in one.name


@every_network
def test_backpropagation_and_the_quotient_agree_in_many_digits_and_the_walks_own_number_in_its_own(case):
    walk = walk_of(case)
    check = Check(walk)
    for (name, array), (_, own) in zip(parameter_arrays(check.network), parameter_arrays(walk.before)):
        layer, which = int(name[1:]), name[0]
        index = peak(getattr(walk.grads, f"d{which}")[layer - 1])
        one = check.nudged(layer, which, *(index if which == "W" else (0, *index)))
        numeric = central_difference(check.network, check.X, check.Y, array, index)
        assert one.quotient == pytest.approx(numeric, rel=1e-6)
        assert one.digits >= 5 and one.error < 1e-5 and one.corners == 0
        assert one.walked == pytest.approx(one.backpropagation, rel=1e-4 if own.dtype == np.float32 else 1e-14)


def test_nudging_leaves_the_walk_and_the_checked_network_as_they_were():
    walk = walk_of("relu10, best")
    check = Check(walk)
    before = [array.copy() for network in (walk.before, check.network) for _, array in parameter_arrays(network)]
    check.nudged(1, "W", 400, 3)
    check.valley(2, "b", 0, 4)
    check.compare()
    after = [array for network in (walk.before, check.network) for _, array in parameter_arrays(network)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after))


def steepness(eps, errors):
    """The slope of a straight line through the points of a log-log plot."""
    return np.polyfit(np.log10(eps), np.log10(errors), 1)[0]


@pytest.mark.parametrize("case, layer", [
    ("deep, best", 1), ("mazur, source", 2), ("nielsen, best", 1), ("relu10, best", 2)])
def test_the_valley_falls_with_the_square_of_eps_and_rises_as_eps_shrinks(case, layer):
    walk = walk_of(case, np.float64)
    row, column = peak(walk.grads.dW[layer - 1])
    valley = Check(walk).valley(layer, "W", row, column)
    left, right = STEPS > 1.01e-3, STEPS < 1e-6
    assert steepness(STEPS[left], valley.errors[left]) == pytest.approx(2, abs=.1)
    assert steepness(STEPS[right], valley.errors[right]) == pytest.approx(-1, abs=.25)
    np.testing.assert_allclose(valley.truncation[left], valley.errors[left], rtol=.15)
    assert 1e-7 < valley.best < 1e-2 and valley.errors.min() < 1e-7
    assert np.median(valley.errors[right] / valley.rounding[right]) < 30      # noise, of the size that is told
    assert set(valley.words) == {"truncation", "rounding", "bottom"}


def test_where_the_loss_is_a_parabola_along_a_weight_nothing_is_cut_off():
    valley = Check(walk_of("hmkcode, best")).valley(1, "W", 1, 0)
    assert valley.errors[0] < 1e-13 and not valley.truncation.any() and valley.best == .1
    assert steepness(STEPS, valley.errors + 1e-17) == pytest.approx(-1, abs=.2)
    assert "parabola" in valley.words["truncation"]


def test_a_weight_behind_a_pixel_that_is_never_lit_says_so():
    walk = walk_of("relu10, best")
    dark = int(np.flatnonzero(~walk.passed.A[0].any(axis=0))[0])
    valley = Check(walk).valley(1, "W", dark, 0)
    assert not valley.errors.any() and "pixel" in valley.words["flat"]


def test_a_gradient_below_what_rounding_leaves_is_not_called_right_or_wrong():
    walk = walk_of("deep, source")      # U(0, 1): every unit is saturated
    check = Check(walk)
    row, column = peak(check.grads.dW[0])
    assert "smaller than what rounding leaves" in check.valley(1, "W", row, column).words["flat"]
    verdicts = {one.name: one.verdict for one in check.compare()}
    assert verdicts["W1"] == "too small" and verdicts["W4"] == "agrees"


@pytest.mark.parametrize("a, b, digits", [
    (1.2345, 1.2345, MOST_DIGITS), (1.2345, 1.2346, 4), (-0.00123456, -0.00123999, 3), (123.4, 1234, 0),
    (2.5, -2.5, 0), (0.0, 0.0, MOST_DIGITS), (0.0, 1e-9, 0), (1.0, float("nan"), 0), (float("inf"), float("inf"), 0),
    (0.19999999, 0.20000001, 7), (9.99999e-5, 1.00000e-4, 5), (0.082167041, 0.082167040, 7), (3.0, 4.0, 0)])
def test_the_agreeing_digits_are_counted(a, b, digits):
    assert agreeing_digits(a, b) == agreeing_digits(b, a) == digits


@pytest.mark.parametrize("value, digits, parts", [
    (-0.08216704056, 7, ("−0.08216704", "05600", "")), (8.771355e-5, 3, ("8.77", "135500000", "·10⁻⁵")),
    (12.5, 0, ("", "12.5000000000", "")), (0.5, 12, ("0.500000000000", "", "")), (-3.0, 1, ("−3", ".00000000000", "")),
    (0.0, 15, ("0.00000000000", "", "")), (123456789012.0, 4, ("1234", "56789012.", ""))])
def test_a_number_is_split_behind_its_agreeing_digits(value, digits, parts):
    assert marked(value, digits) == parts
    mantissa, _, power = "".join(parts).replace("−", "-").partition("·10")
    power = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    assert float(mantissa) * 10.0 ** power == pytest.approx(value, rel=1e-11)


@pytest.mark.parametrize("case", [*NETWORKS, "xor, best", "relu16, source", "online, best", "nielsen, source"])
def test_the_right_gradients_pass_in_every_layer(case):
    check = Check(walk_of(case))
    found = check.compare()
    assert [one.name for one in found] == [name for name, _ in parameter_arrays(check.network)]
    assert all(one.verdict == "agrees" and one.largest < 1e-6 for one in found)
    assert all(one.ways == one.size for one in found if one.one_by_one and not one.left_out)


@every_network
def test_one_array_that_is_a_thousandth_off_is_found_and_no_other(case):
    check = Check(walk_of(case))
    for number, right in enumerate(check.grads.dW):
        wrong = [dW.copy() for dW in check.grads.dW]
        wrong[number][peak(right)] += 1e-3 * np.linalg.norm(right)      # in a single cell of up to 50,176
        red = {one.name for one in check.compare(replace(check.grads, dW=wrong)) if one.verdict == "differs"}
        assert red == {f"W{number + 1}"}


def test_a_gradient_of_another_shape_or_none_at_all_is_red():
    check = Check(walk_of("mazur, source"))
    found = check.compare(replace(check.grads, db=check.grads.delta, dW=[None, check.grads.dW[1]]))
    assert {one.name: one.verdict for one in found} == {"W1": "missing", "b1": "shape", "W2": "agrees", "b2": "shape"}
    assert "(1, 2)" in found[1].words and "(2,)" in found[1].words


@pytest.mark.parametrize("S, ways, left_out", [(1e-3, 2, 0), (3e-6, 2, 0), (1e-9, 1, 1)])
def test_a_sum_at_the_corner_of_relu_is_nudged_less_or_left_out(S, ways, left_out):
    layers = [Layer(np.array([[1.0, -.5]]), np.array([S - .25, .5]), "relu"), Layer(np.ones((2, 1)), None, "linear")]
    walk = take_walk(Network(layers), np.array([[.25]]), np.array([[2.0]]), .1)
    biases = {one.name: one for one in Check(walk).compare()}["b1"]
    assert (biases.verdict, biases.ways, biases.left_out) == ("agrees", ways, left_out)


def test_the_curve_says_down_to_which_eps_a_sum_crosses_a_corner():
    layers = [Layer(np.array([[1.0]]), np.array([-.242]), "relu"), Layer(np.array([[2.0]]), None, "sigmoid")]
    walk = take_walk(Network(layers), np.array([[.25]]), np.array([[1.0]]), .1)
    valley = Check(walk).valley(1, "b", 0, 0)
    np.testing.assert_array_equal(valley.corners, STEPS > .008)     # the sum is 0.008
    assert valley.best < .008 and "corner" in valley.words["corners"]


def test_what_is_checked_is_the_walk_in_more_digits():
    single, double = walk_of("deep, best"), walk_of("mazur, source")
    assert "float32" in Check(single).precision and "float32" not in Check(double).precision
    assert 1e-9 < Check(single).gap < 1e-5 and Check(double).gap == 0
    assert U == 2.0 ** -53


@every_network
def test_the_walks_update_is_the_trainers_and_one_bit_would_be_seen(case):
    walk = walk_of(case)
    assert all(one.same for one in same_as_training(walk))
    after = walk.after.copy()
    after.layers[0].W[0, 0] = np.nextafter(after.layers[0].W[0, 0], np.inf)
    assert [one.name for one in same_as_training(replace(walk, after=after)) if not one.same] == ["W1"]
