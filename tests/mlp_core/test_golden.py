"""Worked examples that others published: Mazur's and hmkcode's, every number to the digits given.

Where a post rounds or mixes two versions of its program, the expected value is the one recomputed by hand.
"""
import numpy as np
import pytest

from mlp_core import Layer, Network, backward, batch_loss, descend, forward, loss_at, loss_per_example
from mlp_core.presets import PRESETS

MAZUR_LOSSES = {    # after k updates: biases frozen, as in the post, or updated, as in any library
    True: {1: "0.291027774", 10: "0.220918592", 100: "0.020046828", 1000: "0.001114349", 9999: "0.0000351085",
           10000: "0.0000351019"},
    False: {1: "0.280471447", 10: "0.125527038", 100: "0.006083131", 1000: "0.000270705", 10000: "0.00000244756"},
}
MAZUR_OUTPUTS = {True: (0.015913620, 0.984064274), False: (0.011587527, 0.988458935)}    # after 10,000 updates


def built(name, which):
    preset = PRESETS[name]
    X, Y = map(np.array, preset.example)
    return preset.network(preset.setting(which), None), X, Y, preset.setting(which).learning_rate


def passed_both_ways(network, X, Y):
    passed = forward(network, X)
    return passed, backward(network, passed, Y)


def assert_digits(ours, published, digits=9):
    """Equal to the last published digit, with a hair's breadth for its rounding."""
    np.testing.assert_allclose(np.ravel(ours), np.ravel(published), rtol=0, atol=0.51 * 10.0 ** -digits)


@pytest.mark.parametrize("which", ["source", "best"])
def test_the_forward_pass_is_mazurs(which):
    network, X, Y, _ = built("mazur", which)
    passed = forward(network, X)
    assert_digits(passed.S[0], (0.377500000, 0.392500000))
    assert_digits(passed.A[1], (0.593269992, 0.596884378))
    assert_digits(passed.S[1], (1.105905967, 1.224921404))
    assert_digits(passed.output, (0.751365070, 0.772928465))
    assert_digits(loss_per_example(network, passed, Y), 0.298371109)
    assert_digits(batch_loss(network, passed, Y), 0.298371109)


def test_the_errors_of_the_two_outputs_are_mazurs():
    network, X, Y, _ = built("mazur", "source")
    outputs = forward(network, X).A[1]
    for unit, expected in ((0, 0.274811083), (1, 0.023560026)):
        last = network.layers[-1]
        alone = Network([Layer(last.W[:, [unit]], last.b[[unit]], "sigmoid")])
        assert_digits(loss_at(alone, outputs, Y[:, [unit]]), expected)


@pytest.mark.parametrize("which", ["source", "best"])
def test_the_backward_pass_is_mazurs(which):
    network, X, Y, _ = built("mazur", which)
    _, grads = passed_both_ways(network, X, Y)
    assert_digits(grads.dA[1], (0.741365070, -0.217071535))
    assert_digits(grads.slope[1], (0.186815602, 0.175510053))
    assert_digits(grads.delta[1], (0.138498562, -0.038098237))
    assert_digits(grads.dW[1].T, ((0.082167041, 0.082667628), (-0.022602540, -0.022740242)))     # w5, w6; w7, w8
    paths = grads.delta[1] * network.layers[1].W    # ∂E_o/∂out_h: hidden units in rows, outputs in columns
    assert_digits(paths, ((0.055399425, -0.019049118), (0.062324353, -0.020954030)))
    assert_digits(grads.dA[0], (0.036350306, 0.041370323))
    assert_digits(grads.slope[0], (0.241300709, 0.240613417))
    assert_digits(grads.delta[0], (0.008771355, 0.009954255))
    assert_digits(grads.dW[0].T, ((0.000438568, 0.000877135), (0.000497713, 0.000995425)))       # w1, w2; w3, w4
    assert_digits(grads.db[1], (0.138498562, -0.038098237))
    assert_digits(grads.db[0], (0.008771355, 0.009954255))


@pytest.mark.parametrize("which, b1, b2", [
    ("source", (0.35, 0.35), (0.60, 0.60)),
    ("best", (0.345614323, 0.345022873), (0.530750719, 0.619049118)),
])
def test_the_parameters_after_one_step_are_mazurs(which, b1, b2):
    network, X, Y, learning_rate = built("mazur", which)
    descend(network, passed_both_ways(network, X, Y)[1], learning_rate)
    assert_digits(network.layers[0].W.T, ((0.149780716, 0.199561432), (0.249751144, 0.299502287)))
    assert_digits(network.layers[1].W.T, ((0.358916480, 0.408666186), (0.511301270, 0.561370121)))
    assert_digits(network.layers[0].b, b1)
    assert_digits(network.layers[1].b, b2)


def test_the_loss_after_one_step_is_mazurs():
    network, X, Y, learning_rate = built("mazur", "source")
    descend(network, passed_both_ways(network, X, Y)[1], learning_rate)
    assert_digits(loss_at(network, X, Y), 0.291027774)


@pytest.mark.parametrize("which, frozen", [("source", True), ("best", False)])
def test_the_losses_after_up_to_ten_thousand_steps_are_mazurs(which, frozen):
    network, X, Y, learning_rate = built("mazur", which)
    passed, grads = passed_both_ways(network, X, Y)
    for step in range(1, 10_001):
        descend(network, backward(network, passed, Y, out=grads), learning_rate)
        forward(network, X, out=passed)
        if step in MAZUR_LOSSES[frozen]:
            published = MAZUR_LOSSES[frozen][step]
            assert_digits(batch_loss(network, passed, Y), float(published), digits=len(published) - 2)
    assert_digits(passed.output, MAZUR_OUTPUTS[frozen])


@pytest.mark.parametrize("which", ["source", "best"])
def test_one_step_of_hmkcodes_example_is_his(which):
    network, X, Y, learning_rate = built("hmkcode", which)
    passed, grads = passed_both_ways(network, X, Y)
    assert_digits(passed.A[1], (0.85, 0.48))
    assert_digits(passed.output, 0.191)
    assert_digits(batch_loss(network, passed, Y), 0.3272405)
    assert_digits(grads.delta[1], -0.809)
    assert_digits(grads.dW[1], (-0.68765, -0.38832))
    assert_digits(grads.delta[0], (-0.11326, -0.12135))
    descend(network, grads, learning_rate)
    assert_digits(grads.change_W[1], (0.0343825, 0.019416))
    assert_digits(network.layers[1].W, (0.1743825, 0.169416))
    assert_digits(network.layers[0].W.T, ((0.121326, 0.226989), (0.132135, 0.0982025)))
    again = forward(network, X)
    assert_digits(again.A[1], (0.923619, 0.5588775))
    assert_digits(again.output, 0.255745781)
    assert_digits(batch_loss(network, again, Y), 0.276957171)


def test_one_example_of_xor_is_negnevitskys_with_the_other_sign_for_his_errors():
    """Section 6.4 of his book: (1, 1) alone, α = 0.1, δ = f′·(target − output), thresholds are −b."""
    network, X, Y, _ = built("xor", "best")
    passed, grads = passed_both_ways(network, X[:1], Y[:1])
    for ours, published in ((passed.A[1], (0.5250, 0.8808)), (passed.output, 0.5097), (-grads.dA[1], -0.5097),
                            (-grads.delta[1], -0.1274), (-grads.delta[0], (0.0381, -0.0147))):
        assert_digits(ours, published, digits=4)
    descend(network, grads, 0.1)
    assert_digits(grads.change_W[1].T, (-0.0067, -0.0112), digits=4)
    assert_digits(-grads.change_b[1], 0.0127, digits=4)
    assert_digits(network.layers[0].W, ((0.5038, 0.8985), (0.4038, 0.9985)), digits=4)
    assert_digits(network.layers[1].W.T, (-1.2067, 1.0888), digits=4)
    assert_digits(-network.layers[0].b, (0.7962, -0.0985), digits=4)
    assert_digits(-network.layers[1].b, 0.3127, digits=4)


def test_hmkcodes_example_with_biases_gives_his_prediction_with_biases():
    plain, X, Y, learning_rate = built("hmkcode", "source")
    network = Network([Layer(layer.W, np.zeros(layer.n_out), "linear") for layer in plain.layers])
    descend(network, passed_both_ways(network, X, Y)[1], learning_rate)
    assert_digits(forward(network, X).output, 0.298211240)
