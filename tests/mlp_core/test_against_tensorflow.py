"""TensorFlow's GradientTape gives the same losses, gradients and deltas for every network we offer."""
from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest

from explainer.notation import ACTIVATION_NOTATION
from mlp_core import ACTIVATIONS, backward, batch_loss, forward
from mlp_core.losses import cross_entropy
from mlp_core.network import REDUCTIONS
from mlp_core.presets import PRESETS, own_preset
from tests import oracles

CASES = [(name, preset, which) for name, preset in PRESETS.items() for which in ("source", "best")]
OWN = [own_preset((12, 8), hidden, output, loss, reduction) for reduction in REDUCTIONS
       for hidden, (output, loss) in [*zip(cycle(oracles.HIDDEN), oracles.PAIRS),
                                      *(("relu", pair) for pair in oracles.PAIRS)]]
CASES += [(f"own-{p.activations[0]}-{p.activations[-1]}-{p.loss}-{p.source.reduction}", p, "source") for p in OWN]


def tensorflow_activation(tf, name):
    """What Keras has of that name, as the notation says."""
    kind = ACTIVATION_NOTATION[name].keras
    if isinstance(kind, str):
        return tf.keras.activations.get(kind)
    (layer, options), = kind.items()
    return getattr(tf.keras.layers, layer)(**options, dtype="float64")


def tensorflow_losses(tf, loss, S, A, Y):
    """(m,): the loss of each example, from TensorFlow's own operations."""
    if loss == "cross_entropy":
        return tf.nn.softmax_cross_entropy_with_logits(Y, S)
    squares = tf.reduce_sum(tf.math.squared_difference(A, Y), axis=1)
    return squares / 2 if loss == "half_squared_error" else squares


def tensorflow_says(tf, network, X, Y):
    """(E, S of each layer, delta, dW, db), computed by TensorFlow from the network's arrays alone."""
    W = [tf.Variable(layer.W) for layer in network.layers]
    b = [tf.Variable(np.zeros(layer.n_out) if layer.b is None else layer.b) for layer in network.layers]
    with tf.GradientTape(persistent=True) as tape:
        S, A = [], tf.constant(X)
        for layer, weights, biases in zip(network.layers, W, b):
            S.append(tf.matmul(A, weights) + biases)
            A = tensorflow_activation(tf, layer.activation)(S[-1])
        losses = tensorflow_losses(tf, network.loss, S[-1], A, tf.constant(Y))
        total = tf.reduce_sum(losses)
        E = total if network.reduction == "sum" else tf.reduce_mean(losses)
    return (E.numpy(), *([t.numpy() for t in tensors] for tensors in (
        S, tape.gradient(total, S), tape.gradient(E, W), tape.gradient(E, b))))


def batch(preset, rng):
    if preset.is_toy:
        return tuple(map(np.array, preset.example))
    images = rng.integers(0, 256, (6, preset.sizes[0]), np.uint8)
    return images, np.eye(preset.sizes[-1])[rng.integers(0, preset.sizes[-1], 6)]


def tolerance(*activations):
    """1e-10, but for a layer with options, such as a leak, which TensorFlow keeps in float32."""
    return 1e-10 if all(isinstance(ACTIVATION_NOTATION[name].keras, str) for name in activations) else 1e-7


def assert_agree(ours, theirs, tolerance=1e-10):
    """To so much of each array's largest number; below 1e-13 there is nothing but rounding."""
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance * np.abs(other).max() + 1e-13)


@pytest.mark.parametrize("preset, which", [pytest.param(p, which, id=f"{name}-{which}") for name, p, which in CASES])
def test_tensorflow_finds_the_same_loss_and_the_same_gradients(tf, preset, which):
    rng = np.random.default_rng(51)
    network = replace(preset, dtype=np.float64).network(preset.setting(which), rng)
    X, Y = batch(preset, rng)
    passed = forward(network, X)
    grads = backward(network, passed, Y)
    E, S, delta, dW, db = tensorflow_says(tf, network, X if preset.is_toy else X / 255, Y)
    close = tolerance(*preset.activations)
    assert batch_loss(network, passed, Y) == pytest.approx(E, rel=close)
    assert_agree(passed.S, S, close)
    assert_agree(grads.delta, delta, close)
    assert_agree(grads.dW, dW, close)
    assert_agree([g for g in grads.db if g is not None],
                 [g for g, layer in zip(db, network.layers) if layer.b is not None], close)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_tensorflow_has_the_same_activations_and_slopes_far_out_and_at_zero_too(tf, name):
    S = np.array([[-1e4, -30, -1, -1e-3], [0, 1e-3, 1, 30], [1e4, 1e4, 0, -1e4]])
    variable = tf.Variable(S)
    with tf.GradientTape() as tape:
        A = tensorflow_activation(tf, name)(variable)
    ours = ACTIVATIONS[name].function(S)
    exact = tolerance(name) == 1e-10
    np.testing.assert_allclose(ours, A.numpy(), rtol=1e-14 if exact else 1e-7, atol=1e-300)
    if ACTIVATIONS[name].slope is not None:
        slope = ACTIVATIONS[name].slope(S, ours)
        np.testing.assert_allclose(slope, tape.gradient(A, variable).numpy(), rtol=1e-12 if exact else 1e-7, atol=1e-14)


@pytest.mark.parametrize("scale", [1, 1e3, 1e4])
def test_tensorflow_finds_the_same_cross_entropy_from_large_logits(tf, scale):
    rng = np.random.default_rng(52)
    S, Y = scale * rng.normal(size=(20, 10)), np.eye(10)[rng.integers(0, 10, 20)]
    theirs = tf.nn.softmax_cross_entropy_with_logits(Y, S).numpy()
    np.testing.assert_allclose(cross_entropy(S, None, Y), theirs, rtol=1e-12, atol=1e-12 * scale)
