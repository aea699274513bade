"""What one weighted sum of the output layer owes to each input: central differences and TensorFlow say the same."""
from dataclasses import replace

import numpy as np
import pytest

from mlp_core import ACTIVATIONS, Layer, Network, forward, new_network
from mlp_core.propagation import input_gradient
from tests.mlp_core.test_against_tensorflow import tensorflow_activation

NETWORKS = {     # activations, loss
    "sigmoid": (("sigmoid",) * 3, "half_squared_error"),
    "relu, softmax": (("relu", "relu", "softmax"), "cross_entropy"),
    "linear": (("linear",) * 3, "squared_error"),
    "tanh": (("tanh",) * 3, "half_squared_error"),
    "tanh, softmax": (("tanh", "softmax"), "cross_entropy"),
    "one layer": (("softmax",), "cross_entropy"),
}
EVERY_NETWORK = pytest.mark.parametrize("name", NETWORKS)
WITH_AND_WITHOUT_BIASES = pytest.mark.parametrize("biases", [True, False])


def example(name, biases):
    """A network of this kind and four examples for it; no example lies on a kink of a ReLU."""
    rng, (activations, loss) = np.random.default_rng(61), NETWORKS[name]
    sizes = (7, 6, 5, 4)[-len(activations) - 1:]
    network = new_network(sizes, activations, rng, loss=loss, random_biases=True, options={"gain": 1.5})
    if not biases:
        network = Network([Layer(layer.W, None, layer.activation) for layer in network.layers], loss)
    return network, rng.random((4, sizes[0]))


@EVERY_NETWORK
@WITH_AND_WITHOUT_BIASES
def test_central_differences_of_the_weighted_sum_are_the_input_gradient(name, biases):
    network, X = example(name, biases)
    for unit in range(network.sizes[-1]):
        found = input_gradient(network, forward(network, X), unit)
        assert found.shape == X.shape and found.any()
        for row, column in np.ndindex(X.shape):
            nudge = np.zeros_like(X)
            nudge[row, column] = 1e-6
            above, below = (forward(network, X + sign * nudge).S[-1][:, unit] for sign in (1, -1))
            numeric = (above - below) / 2e-6
            assert found[row, column] == pytest.approx(numeric[row], rel=1e-6, abs=1e-8)
            assert not np.delete(numeric, row).any()    # an example's sum depends on its own inputs alone


@EVERY_NETWORK
@WITH_AND_WITHOUT_BIASES
def test_tensorflow_finds_the_same_input_gradient(tf, name, biases):
    network, X = example(name, biases)
    inputs = tf.Variable(X)
    with tf.GradientTape(persistent=True) as tape:
        A, sums = inputs, None
        for layer in network.layers:
            sums = tf.matmul(A, layer.W) + (0 if layer.b is None else layer.b)
            A = tensorflow_activation(tf, layer.activation)(sums)
        units = [tf.reduce_sum(sums[:, unit]) for unit in range(network.sizes[-1])]
    for unit, total in enumerate(units):
        ours = input_gradient(network, forward(network, X), unit)
        np.testing.assert_allclose(ours, tape.gradient(total, inputs).numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", [name for name, kind in ACTIVATIONS.items() if kind.slope is not None])
def test_a_slope_one_per_cent_off_would_be_seen(name, monkeypatch):
    rng = np.random.default_rng(64)
    network, X = new_network((3, 4, 2), (name, "linear"), rng, random_biases=True), rng.random((1, 3))
    passed, nudged = forward(network, X), forward(network, X + [[1e-6, 0, 0]])
    numeric, slope = (nudged.S[-1] - passed.S[-1])[0, 0] / 1e-6, ACTIVATIONS[name].slope
    assert numeric and input_gradient(network, passed, 0)[0, 0] == pytest.approx(numeric, rel=1e-4)
    wrong = replace(ACTIVATIONS[name], slope=lambda S, A: 1.01 * slope(S, A))
    monkeypatch.setitem(ACTIVATIONS, name, wrong)
    assert input_gradient(network, passed, 0)[0, 0] != pytest.approx(numeric, rel=1e-3)


def test_the_input_gradient_leaves_the_network_and_the_pass_as_they_were():
    network, X = example("sigmoid", True)
    passed = forward(network, X)
    before = [array.copy() for array in [*passed.S, *passed.A, *(layer.W for layer in network.layers)]]
    input_gradient(network, passed, 1)
    for array, old in zip([*passed.S, *passed.A, *(layer.W for layer in network.layers)], before, strict=True):
        np.testing.assert_array_equal(array, old)
