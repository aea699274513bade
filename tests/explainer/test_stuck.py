"""Why a run is stuck names the place where the chain breaks, in networks that were broken there on purpose."""
from dataclasses import replace

import numpy as np
import pytest

from explainer.datasets import embedded_sample
from explainer.recipes import Recipe
from explainer.runs import Run, material
from explainer.sentences import learned_nothing
from explainer.stuck import why_it_is_stuck
from mlp_core import Layer, Network, backward, forward
from mlp_core.data import one_hot
from mlp_core.presets import PRESETS
from tests.explainer.test_runs import blobs, recipe, trained


def network(*activations, loss="half_squared_error", scale=.5, seed=0, dtype=np.float64):
    """A 6-5-4-3 network, or a shorter one, whose sums are small."""
    rng, sizes = np.random.default_rng(seed), (6, *(5, 4, 3)[3 - len(activations):])
    return Network([Layer(rng.normal(0, scale, shape).astype(dtype), np.zeros(shape[1], dtype), f)
                    for shape, f in zip(zip(sizes, sizes[1:]), activations)], loss, "mean")


def why(net, alpha=.1):
    data = blobs()
    return why_it_is_stuck(net, data.X, data.Y, alpha)


def test_a_healthy_network_has_no_break():
    for net in (network("tanh", "tanh", "linear"), network("sigmoid", "sigmoid", "softmax", loss="cross_entropy")):
        assert "Slopes come through in every layer" in why(net) and "plateau" in why(net)


def test_a_layer_above_a_dead_one_is_said_to_keep_its_delta_and_its_biases():
    net, data = network("tanh", "relu", "linear"), blobs()
    net.layers[1].b[:] = -100
    grads = backward(net, forward(net, data.X), data.Y)
    assert not grads.dW[2].any() and grads.delta[2].any() and grads.db[2].any()      # ∇W³ is 0, ∇b³ is not
    assert not grads.dW[1].any() and not grads.dW[0].any()
    text = why(net)
    assert "The units of layer 2 are 0 for every example" in text
    assert "∇W of layer 3 is 0, although its δ is not and its biases still learn" in text
    assert "δ of layer 2 is 0 for every example: its sums are all negative, where f′ is 0" in text
    assert "none reaches layer 1" in text


@pytest.mark.parametrize("l, below", [(3, "1, 2"), (2, "1"), (1, None)])
def test_a_layer_that_is_saturated_to_the_last_bit_is_named(l, below):
    net = network("sigmoid", "sigmoid", "sigmoid")
    net.layers[l - 1].b[:] = 2000
    text = why(net)
    assert f"δ of layer {l} is 0 for every example: its units are so saturated that f′ is rounded to 0" in text
    assert (f"none reaches layer {below}." in text) if below else "reaches" not in text


def test_a_layer_that_is_saturated_but_not_to_the_last_bit_is_named_with_its_share():
    net = network("tanh", "tanh", "tanh")
    net.layers[1].b[:] = 5
    text, slopes = why(net), 1 - np.tanh(forward(net, blobs().X).S[1]) ** 2
    assert f"Layer 2 is saturated: f′ is below 0.02 in {100 * (slopes < .02).mean():.0f} % of its cells" in text
    assert "gets through to layer 1, 2" in text


def test_weights_of_0_above_are_said_to_let_nothing_back():
    net = network("tanh", "tanh", "linear")
    net.layers[2].W[:] = 0
    assert "δ of layer 2 is 0 for every example: the weights of layer 3 let nothing back, they are 0" in why(net)


def test_units_that_began_alike_stay_alike():
    net, data = network("sigmoid", "sigmoid", "sigmoid"), blobs()
    for layer in net.layers:
        layer.W[:] = 0
    assert "All units of layer 2 have the same weights" in why(net)
    run = trained(Run(1, recipe(act="sigmoid", out="sigmoid", hidden=(4,)), data))
    run.network.layers[0].W[:] = .3
    run.network.layers[0].b[:] = 0
    assert "All units of layer 1 have the same weights" in why(run.network)


def test_exploding_sums_are_called_that_and_not_saturated_or_a_plateau():
    preset = PRESETS["relu16"]      # U(0, 1) with ReLU
    net, sample = preset.network(preset.source, np.random.default_rng(0)), embedded_sample()
    X, Y = sample.images[:100], one_hot(sample.labels[:100])
    text = why_it_is_stuck(net, X, Y, .001)
    assert text.startswith("The sums explode: mean |S| is") and "saturated" not in text and "plateau" not in text
    S = X / 255
    for l, layer in enumerate(net.layers, 1):
        S = np.maximum(S, 0) @ layer.W.astype(float) + layer.b
        assert f"{np.abs(S).mean():.2g}"[:2] in text.split(f" in layer {l}")[0].rsplit(" ", 1)[-1]
    net.layers[0].W *= np.float32(1e38)
    assert "no longer finite" in why_it_is_stuck(net, X, Y, .001)


def test_a_gradient_smaller_than_the_rounding_of_the_weights_is_not_called_some():
    net, data = network("tanh", "tanh", "tanh", dtype=np.float32), blobs(dtype=np.float32)
    net.layers[1].b[:] = 8          # f′ = 1 − tanh² is rounded to a few 10⁻⁷, not to 0
    net.layers[1].W *= np.float32(1e-1)
    net.layers[2].W *= np.float32(1e-6)
    grads = backward(net, forward(net, data.X), data.Y)
    assert 0 < np.abs(grads.dW[0]).max() < 1e-12
    text, before = why_it_is_stuck(net, data.X, data.Y, .1), net.layers[0].W.copy()
    assert "What reaches layer 1, 2 is too small to move a weight there" in text and "f′ is smallest in layer 2" in text
    assert (before - np.float32(.1) * grads.dW[0] == before).mean() > .9


def test_the_sentence_of_a_run_that_learned_nothing_ends_with_its_own_reason():
    preset = PRESETS["deep"]        # U(0, 1) with four sigmoid layers
    made = Recipe("deep", preset, "source", replace(preset.source, epochs=1))
    run = trained(Run(1, made, material(embedded_sample())))
    text = learned_nothing(run)
    assert "what guessing gives" in text
    assert text.endswith(why_it_is_stuck(run.network_at(run.moments[-1]), *run.sample, .1))
    assert "reaches layer 1" in text or "δ of layer" in text


def test_outputs_of_0_whose_slope_is_not_0_break_the_weights_above_only():
    net = network("tanh", "linear")
    W = net.layers[0].W[:, :1] * 0      # one unit with weights of 0: tanh(0) is 0, and its slope is 1
    net = Network([Layer(W, np.zeros(1), "tanh"), Layer(np.ones((1, 3)), np.zeros(3), "linear")], "half_squared_error")
    text = why(net)
    assert "The units of layer 1 are 0 for every example. So ∇W of layer 2 is 0" in text and "δ of layer 1" not in text
    assert backward(net, forward(net, blobs().X), blobs().Y).delta[0].any()
