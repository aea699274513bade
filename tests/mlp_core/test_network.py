"""A network that does not fit cannot be built, and a new one is drawn as its initialisation says."""
import itertools

import numpy as np
import pytest

from mlp_core import ACTIVATIONS, INITIALISATIONS, LOSSES, Layer, Network, new_network, train
from mlp_core.network import REDUCTIONS


def layer(n_in, n_out, activation="sigmoid", dtype=np.float64):
    return Layer(np.full((n_in, n_out), 0.5, dtype), np.zeros(n_out, dtype), activation)


def with_a(value, array):
    array.flat[0] = value
    return array


@pytest.mark.parametrize("hidden, output, loss, reduction",
                         [*itertools.product(ACTIVATIONS, ACTIVATIONS, LOSSES, REDUCTIONS)])
def test_a_combination_is_built_or_refused_naming_both_parts(hidden, output, loss, reduction):
    layers = [layer(3, 4, hidden), layer(4, 2, output)]
    if hidden == "softmax":
        with pytest.raises(ValueError, match="'softmax' belongs in the output layer, it is in layer 1"):
            Network(layers, loss, reduction)
    elif (output == "softmax") != (loss == "cross_entropy"):
        with pytest.raises(ValueError, match=f"'{loss}' does not go with the output activation '{output}'"):
            Network(layers, loss, reduction)
    else:
        assert Network(layers, loss, reduction).sizes == (3, 4, 2)


@pytest.mark.parametrize("layers, told", [
    ([], "at least one layer"),
    ([layer(3, 4), layer(5, 2)], "layer 1 gives 4 values, layer 2 takes 5"),
    ([Layer(np.ones(3), None, "tanh")], r"layer 1: W has shape \(3,\), it needs \(n_in, n_out\)"),
    ([Layer(np.ones((3, 0)), None, "tanh")], r"layer 1: W has shape \(3, 0\)"),
    ([Layer(np.ones((3, 4)), np.ones(3), "tanh")], r"b has shape \(3,\), W has 4 columns: b needs shape \(4,\)"),
    ([Layer(np.ones((3, 4)), np.ones((1, 4)), "tanh")], r"b has shape \(1, 4\), W has 4 columns"),
    ([layer(3, 4, "swish")], "'swish' is no activation here; there are sigmoid, tanh"),
    ([Layer(np.ones((3, 4), int), None, "tanh")], "layer 1: W is int64, it needs float32 or float64"),
    ([Layer(np.ones((3, 4), np.float16), None, "tanh")], "layer 1: W is float16, it needs float32 or float64"),
    ([layer(3, 4), layer(4, 2, dtype=np.float32)], "layer 2: W is float32, layer 1 is float64"),
    ([Layer(np.ones((3, 4)), np.ones(4, np.float32), "tanh")], "layer 1: b is float32, layer 1 is float64"),
    ([layer(3, 4), Layer(with_a(np.nan, np.ones((4, 2))), None, "tanh")], "layer 2: W holds a number that is not"),
    ([Layer(np.ones((3, 4)), with_a(np.inf, np.ones(4)), "tanh")], "layer 1: b holds a number that is not finite"),
])
def test_layers_that_do_not_fit_are_refused_naming_both_parts(layers, told):
    with pytest.raises(ValueError, match=told):
        Network(layers)


@pytest.mark.parametrize("words, told", [
    ({"loss": "hinge"}, "'hinge' is no loss here; there are half_squared_error"),
    ({"reduction": "max"}, "'max' is no reduction here; there are sum, mean"),
    ({"initialisation": "magic"}, "'magic' is no initialisation here; there are normal"),
    ({"sizes": (3, 4, 5, 2)}, "4 sizes need 3 activations, there are 2"),
    ({"sizes": (3, 0, 2)}, r"sizes must be whole numbers from 1 on, they are \(3, 0, 2\)"),
    ({"sizes": (3, 2.5, 2)}, "sizes must be whole numbers from 1 on"),
])
def test_a_new_network_refuses_unknown_names_and_sizes_that_do_not_fit(words, told):
    words = {"sizes": (3, 4, 2), "activations": ("tanh", "tanh"), "rng": np.random.default_rng(0)} | words
    with pytest.raises(ValueError, match=told):
        new_network(**words)


def test_the_repr_draws_the_architecture():
    network = new_network((784, 16, 10), ("relu", "softmax"), np.random.default_rng(0), loss="cross_entropy")
    assert repr(network) == ("Network(784 ─relu→ 16 ─softmax→ 10 | cross_entropy, sum over the batch | "
                             "12,730 parameters)")


def test_parameters_counts_what_training_may_change():
    W1, W2 = np.ones((3, 4)), np.ones((4, 2))
    assert Network([Layer(W1, np.ones(4), "tanh"), Layer(W2, np.ones(2), "tanh")]).parameters == 3 * 4 + 4 + 4 * 2 + 2
    assert Network([Layer(W1, None, "tanh"), Layer(W2, np.ones(2), "tanh", frozen_bias=True)]).parameters == 12 + 8


def test_a_copy_shares_nothing_with_its_original():
    layers = [Layer(np.ones((3, 2)), np.ones(2), "tanh", frozen_bias=True), Layer(np.ones((2, 2)), None, "relu")]
    network = Network(layers, "squared_error", "mean")
    copy = network.copy()
    assert repr(copy) == repr(network) and copy.layers[0].frozen_bias and copy.layers[1].b is None
    copy.layers[0].W += 1
    copy.layers[0].b += 1
    assert network.layers[0].W.max() == network.layers[0].b.max() == 1


@pytest.mark.parametrize("name, options, mean, spread, extent", [
    ("normal", {}, 0, 1, None),
    ("normal", {"scale": 0.01}, 0, 0.01, None),
    ("uniform", {}, 0.5, 1 / np.sqrt(12), (0, 1)),
    ("uniform", {"low": -0.5, "high": 0.5}, 0, 1 / np.sqrt(12), (-0.5, 0.5)),
    ("scaled_normal", {}, 0, 1 / 20, None),
    ("scaled_normal", {"gain": 2.0}, 0, 2 / 20, None),
    ("glorot", {}, 0, np.sqrt(2 / (400 + 200)), (-0.1, 0.1)),
    ("glorot", {"gain": 4.0}, 0, 4 * np.sqrt(2 / (400 + 200)), (-0.4, 0.4)),
    ("he", {}, 0, np.sqrt(2 / 400), None),
])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_initialisation_has_the_mean_the_spread_and_the_extent_it_states(name, options, mean, spread, extent, dtype):
    network = new_network((400, 200), ("tanh",), np.random.default_rng(4), initialisation=name, options=options,
                          dtype=dtype)
    W = network.layers[0].W
    assert W.shape == (400, 200) and W.dtype == network.layers[0].b.dtype == dtype
    assert W.mean() == pytest.approx(mean, abs=5 * spread / np.sqrt(W.size))
    assert W.std() == pytest.approx(spread, rel=0.02)
    if extent:
        assert extent[0] <= W.min() < W.max() <= extent[1]
        assert W.max() - W.min() > 0.99 * (extent[1] - extent[0])
    assert not network.layers[0].b.any()


def columns_differ(network):
    """Of each hidden layer, whether any two of its units have other weights."""
    return [bool((layer.W != layer.W[:, :1]).any()) for layer in network.layers[:-1]]


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("name", ["zeros", "glorot"])
def test_all_zeros_keep_the_units_of_a_layer_the_same_for_ever_and_others_do_not(name, activation):
    rng = np.random.default_rng(6)
    X, Y = rng.random((40, 5)), rng.random((40, 2))
    network = new_network((5, 4, 3, 2), (activation, activation, "sigmoid"), rng, initialisation=name)
    *_, end = train(network, X, Y, learning_rate=0.3, batch_size=8, epochs=30, rng=rng)
    assert not end.diverged and columns_differ(network) == [name != "zeros"] * 2
    assert network.layers[-1].b.any()                       # it does learn
    if activation == "sigmoid":
        assert network.layers[0].W.any() and network.layers[1].W.any()


@pytest.mark.parametrize("name", [name for name in INITIALISATIONS if name != "zeros"])
def test_the_same_seed_draws_the_same_network_and_another_seed_another(name):
    first, second, third = (new_network((5, 4, 3), ("tanh", "tanh"), np.random.default_rng(seed), initialisation=name,
                                        random_biases=True) for seed in (0, 0, 1))
    for one, same, other in zip(first.layers, second.layers, third.layers):
        np.testing.assert_array_equal(one.W, same.W)
        np.testing.assert_array_equal(one.b, same.b)
        assert (one.W != other.W).all() and (one.b != other.b).all()


def test_random_biases_come_from_the_distribution_of_the_weights():
    network = new_network((3, 5000), ("tanh",), np.random.default_rng(5), initialisation="uniform", random_biases=True)
    b = network.layers[0].b
    assert 0 <= b.min() < b.max() <= 1 and b.mean() == pytest.approx(0.5, abs=0.02)
