"""Every preset is the network its source describes, can be built, and learns as its note says."""
from dataclasses import replace

import numpy as np
import pytest

from mlp_core import ACTIVATIONS, INITIALISATIONS, LOSSES, forward, train
from mlp_core.losses import OUTPUT_LOSSES
from mlp_core.metrics import accuracy
from mlp_core.network import REDUCTIONS
from mlp_core.presets import PRESETS, own_preset

BOTH_SETTINGS = [pytest.param(preset, which, id=f"{name}-{which}") for name, preset in PRESETS.items()
                 for which in ("source", "best")]
MNIST = [name for name, preset in PRESETS.items() if not preset.is_toy]


def ten_patterns(rng, n):
    """n noisy copies of ten random images, as bright as MNIST's, as uint8, and which of the ten each is.

    An image's |x|² is about 100, as in MNIST, for which the best α were found: with 2.5 times as much, α = 0.3 leaves
    no ReLU unit alive.
    """
    patterns, labels = (rng.random((10, 784)) < 0.2) * 200, np.arange(n) % 10
    noisy = patterns[labels] + rng.normal(0, 25, (n, 784))
    return np.clip(noisy, 0, 255).astype(np.uint8), np.eye(10, dtype=np.float32)[labels]


@pytest.mark.parametrize("name, sizes, parameters", [
    ("deep", (784, 64, 32, 16, 10), 53_018),
    ("relu16", (784, 16, 16, 10), 13_002),
    ("relu10", (784, 10, 10), 7_960),
    ("online", (784, 16, 10), 784 * 16 + 16 + 16 * 10 + 10),
    ("nielsen", (784, 30, 10), 784 * 30 + 30 + 30 * 10 + 10),
    ("mazur", (2, 2, 2), 8),
    ("hmkcode", (2, 2, 1), 6),
    ("xor", (2, 2, 1), 9),
])
def test_a_preset_has_the_sizes_and_the_number_of_parameters_of_its_source(name, sizes, parameters):
    preset = PRESETS[name]
    network = preset.network(preset.source, np.random.default_rng(81))
    assert network.sizes == preset.sizes == sizes
    assert network.parameters == parameters


@pytest.mark.parametrize("name, learning_rate, batch_size, epochs, shuffle", [
    ("relu16", 0.001, None, 10_000, False),
    ("online", 0.01, 1, 5, False),
    ("nielsen", 3.0, 10, 30, True),
    ("mazur", 0.5, 1, 10_000, True),
    ("hmkcode", 0.05, 1, 1, True),
])
def test_a_source_setting_is_as_printed(name, learning_rate, batch_size, epochs, shuffle):
    source = PRESETS[name].source
    assert (source.learning_rate, source.batch_size, source.epochs) == (learning_rate, batch_size, epochs)
    assert source.shuffle == shuffle


@pytest.mark.parametrize("name, mean, spread", [
    ("deep", 0.5, 1 / np.sqrt(12)), ("relu16", 0.5, 1 / np.sqrt(12)), ("online", 0, 0.01), ("nielsen", 0, 1),
])
def test_a_source_initialisation_is_as_printed_biases_included(name, mean, spread):
    preset = PRESETS[name]
    network = preset.network(preset.source, np.random.default_rng(82))
    assert all(layer.b.all() for layer in network.layers)
    for drawn in (network.layers[0].W, np.concatenate([layer.b for layer in network.layers])):
        assert drawn.mean() == pytest.approx(mean, abs=5 * spread / np.sqrt(drawn.size))
        assert drawn.std() == pytest.approx(spread, rel=4 / np.sqrt(drawn.size) + 0.01)


@pytest.mark.parametrize("preset, which", BOTH_SETTINGS)
def test_every_setting_builds_a_network_from_the_tables(preset, which):
    setting = preset.setting(which)
    network = preset.network(setting, np.random.default_rng(83))
    assert network.dtype == preset.dtype and network.reduction == setting.reduction in REDUCTIONS
    assert network.loss == preset.loss in LOSSES
    assert (setting.initialisation in INITIALISATIONS) != (preset.weights is not None)
    assert tuple(layer.activation for layer in network.layers) == preset.activations
    assert all(layer.frozen_bias == setting.frozen_biases for layer in network.layers)


@pytest.mark.parametrize("preset, which", BOTH_SETTINGS)
@pytest.mark.parametrize("initialisation", INITIALISATIONS)
def test_any_initialisation_can_be_tried_and_changes_nothing_but_the_weights(preset, which, initialisation):
    setting = preset.setting(which)
    usual, other = (preset.network(each, np.random.default_rng(88)) for each in
                    (setting, replace(setting, initialisation=initialisation, options={})))
    assert repr(usual) == repr(other) and other.dtype == usual.dtype
    for one, layer in zip(usual.layers, other.layers):
        assert (layer.b is None, layer.frozen_bias) == (one.b is None, one.frozen_bias)
        assert layer.W.any() == (initialisation != "zeros")


@pytest.mark.parametrize("preset, which", BOTH_SETTINGS)
def test_the_same_seed_builds_the_same_network(preset, which):
    first, second = (preset.network(preset.setting(which), np.random.default_rng(84)) for _ in range(2))
    for one, other in zip(first.layers, second.layers):
        np.testing.assert_array_equal(one.W, other.W)
        assert one.W is not other.W


def test_the_printed_weights_are_copied_so_that_training_leaves_the_preset_alone():
    preset = PRESETS["mazur"]
    preset.network(preset.best, None).layers[0].W += 1
    np.testing.assert_array_equal(preset.network(preset.best, None).layers[0].W, [[0.15, 0.25], [0.20, 0.30]])


def test_the_toys_are_those_with_a_printed_example():
    toys = {name: preset for name, preset in PRESETS.items() if preset.is_toy}
    assert list(toys) == ["mazur", "hmkcode", "xor"]
    for name, preset in toys.items():
        X, Y = map(np.array, preset.example)
        m = 4 if name == "xor" else 1
        assert X.shape == (m, preset.sizes[0]) and Y.shape == (m, preset.sizes[-1])
        assert preset.best.batch_size == preset.source.batch_size == m


def test_a_falling_rate_goes_in_equal_steps_from_alpha_towards_0_and_any_other_stays():
    falling = replace(PRESETS["deep"].best, learning_rate=0.5, epochs=5)
    np.testing.assert_allclose([falling.rate(epoch) for epoch in range(5)], [0.5, 0.4, 0.3, 0.2, 0.1])
    assert {replace(falling, falling=False).rate(epoch) for epoch in range(5)} == {0.5}


def test_xor_has_the_four_examples_and_is_learned_to_the_end():
    preset, rng = PRESETS["xor"], np.random.default_rng(89)
    X, Y = map(np.array, preset.example)
    assert {(*x, y) for x, (y,) in zip(X, Y)} == {(a, b, a ^ b) for a in (0, 1) for b in (0, 1)}
    network = preset.network(preset.best, rng)
    assert np.abs(forward(network, X).output - Y).max() > 0.4
    *_, end = train(network, X, Y, learning_rate=preset.best.rate, batch_size=4,
                    epochs=preset.best.epochs, rng=rng, shuffle=preset.best.shuffle)
    assert np.abs(forward(network, X).output - Y).max() < 0.05 and not end.diverged


@pytest.mark.parametrize("name", MNIST)
def test_the_best_setting_learns_to_tell_ten_noisy_patterns_apart(name):
    preset, rng = PRESETS[name], np.random.default_rng(85)
    X, Y = ten_patterns(rng, 1000)
    network, setting = preset.network(preset.best, rng), preset.best
    setting = replace(setting, epochs=max(2, 600 * setting.batch_size // 1000))
    told = list(train(network, X, Y, learning_rate=setting.rate, batch_size=setting.batch_size,
                      epochs=setting.epochs, rng=rng, shuffle=setting.shuffle))
    # as many steps as an epoch of MNIST in hundreds
    assert not told[-1].diverged and told[-1].examples >= 600 * setting.batch_size
    assert accuracy(forward(network, X).output, Y) > 0.95


def test_a28_weights_between_0_and_1_saturate_every_unit_of_the_deep_network_so_that_it_never_learns():
    preset, rng = PRESETS["deep"], np.random.default_rng(86)
    X, Y = ten_patterns(rng, 1000)
    network = preset.network(preset.source, rng)
    assert forward(network, X).A[1].min() > 0.999
    list(train(network, X, Y, learning_rate=preset.source.learning_rate, epochs=60, rng=rng))
    assert accuracy(forward(network, X).output, Y) < 0.2


def test_your_own_network_offers_exactly_the_outputs_and_losses_that_go_together():
    pairs = {(output, loss) for output, losses in OUTPUT_LOSSES.items() for loss in losses}
    assert pairs == {(output, name) for name, loss in LOSSES.items() for output in loss.outputs}
    assert set(OUTPUT_LOSSES) == set(ACTIVATIONS)


@pytest.mark.parametrize("output, loss", [(output, loss) for output in OUTPUT_LOSSES for loss in OUTPUT_LOSSES[output]])
@pytest.mark.parametrize("hidden", [(), (32,), (20, 10)])
def test_your_own_network_is_what_was_asked_for(hidden, output, loss):
    preset = own_preset(hidden, "relu", output, loss, "sum", learning_rate=0.5, batch_size=7, n_in=9, n_out=4)
    network = preset.network(preset.source, np.random.default_rng(87))
    assert network.sizes == (9, *hidden, 4) and (network.loss, network.reduction) == (loss, "sum")
    assert preset.activations == ("relu",) * len(hidden) + (output,)
    assert (preset.best.learning_rate, preset.best.batch_size) == (0.5, 7) and preset.source is preset.best


@pytest.mark.parametrize("output", OUTPUT_LOSSES)
def test_the_loss_of_your_own_network_defaults_to_the_first_that_goes_with_the_output(output):
    assert own_preset(output=output).loss == OUTPUT_LOSSES[output][0]


@pytest.mark.parametrize("words, told", [
    ({"output": "swish"}, "'swish' is no output activation here; there are sigmoid, tanh, relu"),
    ({"hidden_activation": "swish"}, "'swish' is no activation here"),
    ({"hidden_activation": "softmax"}, "'softmax' belongs in the output layer"),
    ({"loss": "squared_error"}, "'squared_error' does not go with the output activation 'softmax'"),
    ({"output": "tanh", "loss": "cross_entropy"}, "'cross_entropy' does not go with the output activation 'tanh'"),
    ({"loss": "hinge"}, "'hinge' is no loss here"),
    ({"reduction": "max"}, "'max' is no reduction here"),
    ({"hidden": (32, 0)}, "sizes must be whole numbers from 1 on"),
])
def test_your_own_network_refuses_what_does_not_fit_naming_both_parts(words, told):
    with pytest.raises(ValueError, match=told):
        own_preset(**words)
