"""The walk is the training step itself: its arrays, its order, its numbers, and code that computes them."""
import ast
from dataclasses import replace
from functools import cache
from itertools import cycle

import numpy as np
import pytest

from explainer import prose
from explainer.datasets import embedded_sample
from explainer.walkthrough import take_walk
from mlp_core import Layer, Network, backward, forward, train
from mlp_core.data import one_hot
from mlp_core.presets import PRESETS, own_preset
from mlp_core.propagation import empty_forward_pass, empty_gradients
from tests import oracles

OWN = {
    "own without hidden layers": own_preset(()),
    "own relu, linear, sum": own_preset((9, 5), "relu", "linear", "squared_error", "sum", 1e-4),
    "own linear, relu": own_preset((6, 4, 3), "linear", "relu", batch_size=30),
    "own sigmoid, sigmoid, sum": own_preset((8,), "sigmoid", "sigmoid", "squared_error", "sum", 0.01, batch_size=1),
    "own relu, softmax, sum": own_preset((11, 10), "relu", "softmax", reduction="sum", learning_rate=0.001),
    "own in float64": own_preset((5,), "relu", "tanh", dtype=np.float64),
} | {f"every {hidden}, {output}, {loss}": own_preset((7,), hidden, output, loss, learning_rate=0.01)
     for hidden, (output, loss) in zip(cycle(oracles.HIDDEN), oracles.PAIRS)}      # every activation and every loss
CASES = {f"{name}, {which}": (preset, preset.setting(which)) for name, preset in PRESETS.items()
         for which in ("source", "best")} | {name: (preset, preset.best) for name, preset in OWN.items()}
every_case = pytest.mark.parametrize("case", CASES)


@cache
def sample():
    return embedded_sample()


def start(case, dtype=None):
    """The preset's network before training, a batch for it, and α."""
    preset, setting = CASES[case]
    preset = replace(preset, dtype=dtype or preset.dtype)
    network = preset.network(setting, np.random.default_rng(0))
    if preset.is_toy:
        return network, *(np.array(part, preset.dtype) for part in preset.example), setting.learning_rate
    m = min(setting.batch_size or 100, 100)
    return network, sample().images[:m], one_hot(sample().labels[:m]), setting.learning_rate


@cache
def walk_of(case, dtype=None):
    return take_walk(*start(case, dtype))


def same_bits(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def run(step):
    """Execute the code shown, with NumPy and the operands and nothing else, not even Python's built-in names.

    But for __import__, by which NumPy loads a part of itself when it is first used.
    """
    names = {"np": np, "__builtins__": {"__import__": __import__}, **step.operands}
    exec(step.code, names)
    return names[step.key]


@every_case
def test_the_code_shown_computes_the_result_shown(case):
    for step in walk_of(case).steps:
        assert same_bits(run(step), step.result), step.code


@every_case
def test_the_code_is_one_statement_that_uses_its_operands_and_numpy(case):
    for step in walk_of(case).steps:
        statement, = ast.parse(step.code).body
        assert isinstance(statement, ast.Assign) and [target.id for target in statement.targets] == [step.key]
        used = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
        assert used - {"np"} == set(step.operands), step.code


def test_the_code_of_a_printed_example_keeps_every_digit():
    X = np.array([[1 / 3, 2e-17]])
    walk = take_walk(PRESETS["mazur"].network(PRESETS["mazur"].best, None), X, np.array([[0., 1.]]), 0.5)
    assert same_bits(run(walk.step("X")), X)


@every_case
def test_the_walk_updates_the_weights_as_training_does(case):
    network, X, Y, alpha = start(case)
    progress, = train(network, X, Y, learning_rate=alpha, batch_size=len(X), epochs=1, shuffle=False)
    walk = walk_of(case)
    assert progress.loss == walk.E
    for trained, walked in zip(network.layers, walk.after.layers):
        assert same_bits(trained.W, walked.W)
        assert trained.b is walked.b is None or same_bits(trained.b, walked.b)


@every_case
def test_the_walk_leaves_the_given_network_and_batch_alone(case):
    (network, X, Y, alpha), (untouched, X_before, Y_before, _) = start(case), start(case)
    walk = take_walk(network, X, Y, alpha)
    for given, kept, before, after in zip(network.layers, untouched.layers, walk.before.layers, walk.after.layers):
        assert same_bits(given.W, kept.W) and same_bits(before.W, kept.W)
        assert not np.shares_memory(given.W, before.W) and not np.shares_memory(before.W, after.W)
        assert given.b is kept.b is None or same_bits(given.b, kept.b)
    assert same_bits(X, X_before) and same_bits(Y, Y_before)


@every_case
def test_a_record_that_training_used_before_gives_the_same_bits(case):
    network, X, Y, _ = start(case)
    walk, other = walk_of(case), np.random.default_rng(1)
    passed, grads = empty_forward_pass(network, len(X)), empty_gradients(network, len(X))
    forward(network, other.random(X.shape).astype(network.dtype), out=passed)
    backward(network, passed, other.permutation(Y), out=grads)
    forward(network, X, out=passed)
    backward(network, passed, Y, out=grads)
    for again, shown in ((passed.S, walk.passed.S), (passed.A, walk.passed.A), (grads.dA, walk.grads.dA),
                         (grads.slope, walk.grads.slope), (grads.delta, walk.grads.delta),
                         (grads.dW, walk.grads.dW), (grads.db, walk.grads.db)):
        assert all(a is b is None or same_bits(a, b) for a, b in zip(again, shown))


def records(walk):
    """The record's array behind every name that a panel or an operand can have."""
    last = len(walk.before.layers)
    named = {"X": walk.passed.A[0], "Y": walk.Y, "images": walk.images, "E_i": walk.losses, "E_i_new": walk.losses_new,
             f"S{last}_new": walk.passed_after.S[-1], f"A{last}_new": walk.passed_after.A[-1]}
    for l, (old, new) in enumerate(zip(walk.before.layers, walk.after.layers)):
        named |= {f"{name}{l + 1}": array for name, array in {
            "W": old.W, "b": old.b, "S": walk.passed.S[l], "A": walk.passed.A[l + 1], "dA": walk.grads.dA[l],
            "slope": walk.grads.slope[l], "delta": walk.grads.delta[l], "dW": walk.grads.dW[l],
            "db": walk.grads.db[l], "change_W": walk.grads.change_W[l], "change_b": walk.grads.change_b[l]}.items()}
        named |= {f"W{l + 1}_new": new.W, f"b{l + 1}_new": new.b}
    return named


@every_case
def test_every_panel_is_the_records_own_array(case):
    walk = walk_of(case)
    named = records(walk)
    for step in walk.steps:
        for panel in step.panels:
            record = named[panel.name.removesuffix(".T")]
            shown = panel.array.T if panel.name.endswith(".T") else panel.array
            assert np.shares_memory(shown, record) and np.array_equal(shown.reshape(record.shape), record), panel.name


@every_case
def test_every_operand_and_every_result_is_the_records_own(case):
    walk = walk_of(case)
    named = records(walk)
    for step in walk.steps:
        for name, operand in step.operands.items():
            assert operand == walk.learning_rate if name == "learning_rate" else operand is named[name], name
        if step.kind != "loss":
            assert step.result is named[step.key]
    assert (walk.step("E").result, walk.step("E_new").result) == (walk.E, walk.E_new)


@every_case
def test_the_steps_go_forward_then_back_from_the_last_layer_then_update(case):
    walk = walk_of(case)
    layers = list(enumerate(walk.before.layers, 1))
    expected = ["X"] + [f"{name}{l}" for l, _ in layers for name in "SA"] + ["E"]
    for l, layer in reversed(layers):
        at_once = l == len(layers) and walk.before.loss == "cross_entropy"
        expected += [f"dA{l}"] * (not at_once) + [f"delta{l}", f"dW{l}"] + [f"db{l}"] * (layer.b is not None)
    for l, layer in layers:
        expected += [f"W{l}_new"] + [f"b{l}_new"] * (layer.b is not None and not layer.frozen_bias)
    assert [step.key for step in walk.steps] == expected + ["E_new"]


@pytest.mark.parametrize("case, keys", [
    ("mazur, source", "X S1 A1 S2 A2 E dA2 delta2 dW2 db2 dA1 delta1 dW1 db1 W1_new W2_new E_new"),
    ("mazur, best", "X S1 A1 S2 A2 E dA2 delta2 dW2 db2 dA1 delta1 dW1 db1 W1_new b1_new W2_new b2_new E_new"),
    ("hmkcode, best", "X S1 A1 S2 A2 E dA2 delta2 dW2 dA1 delta1 dW1 W1_new W2_new E_new"),
    ("own without hidden layers", "X S1 A1 E delta1 dW1 db1 W1_new b1_new E_new"),
])
def test_the_steps_of_a_small_network_are_these(case, keys):
    assert [step.key for step in walk_of(case).steps] == keys.split()


@every_case
def test_the_phases_follow_each_other_and_no_two_steps_share_a_key(case):
    steps = walk_of(case).steps
    assert list(dict.fromkeys(step.phase for step in steps)) == ["forward", "loss", "backward", "update", "after"]
    assert len([step.phase for n, step in enumerate(steps) if n == 0 or step.phase != steps[n - 1].phase]) == 5
    assert len({step.key for step in steps}) == len(steps) == len({step.short for step in steps})


@every_case
def test_every_product_composes_and_is_the_sum_over_what_its_operands_share(case):
    walk = walk_of(case)
    for step in (step for step in walk.steps if step.kind == "product"):
        left, right, *bias, result = (panel.array.astype(np.float64) for panel in step.panels)
        expected = np.einsum("ij,jk->ik", left, right) / step.scale + sum(bias)
        size = np.einsum("ij,jk->ik", abs(left), abs(right)) / step.scale + sum(map(abs, bias))
        assert result.shape == (len(left), right.shape[1])
        assert (abs(result - expected) <= 4e-6 * size + 1e-30).all(), step.key


@every_case
def test_the_panels_of_every_other_step_have_shapes_that_fit(case):
    for step in walk_of(case).steps:
        shapes = [panel.array.shape for panel in step.panels]
        if step.kind in ("elementwise", "rowwise", "update"):
            assert len(set(shapes)) == 1
        elif step.kind == "column_sum":
            assert shapes[1] == (1, shapes[0][1])
        elif step.kind == "loss":
            assert shapes[0] == shapes[1] and shapes[2] == (shapes[0][0], 1)
        assert all(len(shape) == 2 for shape in shapes)


@every_case
def test_whatever_can_be_negative_has_colours_around_zero(case):
    for step in walk_of(case).steps:
        for panel in step.panels:
            assert panel.signed or panel.array.min() >= 0, (step.key, panel.name)


@every_case
def test_every_step_has_its_words(case):
    for step in walk_of(case).steps:
        assert all(part(step.prose) for part in (prose.why, prose.look, prose.mistake, prose.derivation))


def loss_written_out(network, X, Y):
    """E of the batch, one example after the other, in float64."""
    X = X / 255 if X.dtype == np.uint8 else X
    losses = []
    for a, y in zip(X.astype(np.float64), Y):
        for layer in network.layers:
            s = np.einsum("k,kj->j", a, layer.W, dtype=np.float64) + (0 if layer.b is None else layer.b)
            a = oracles.activation(layer.activation, s[None])[0]
        losses.append(oracles.loss(network.loss, s[None], a[None], y[None])[0])
    return sum(losses) / (len(X) if network.reduction == "mean" else 1)


@every_case
def test_the_losses_before_and_after_are_those_written_out_example_by_example(case):
    network, X, Y, _ = start(case)
    walk = walk_of(case)
    tolerance = 1e-12 if network.dtype == np.float64 else 2e-5
    assert walk.E == pytest.approx(loss_written_out(network, X, Y), rel=tolerance)
    assert walk.E_new == pytest.approx(loss_written_out(walk.after, X, Y), rel=tolerance)


@every_case
def test_the_losses_of_the_examples_add_up_to_the_batchs(case):
    walk = walk_of(case)
    divisor = walk.m if walk.before.reduction == "mean" else 1
    assert walk.losses.sum(dtype=np.float64) / divisor == pytest.approx(walk.E, rel=1e-5)
    assert walk.losses_new.sum(dtype=np.float64) / divisor == pytest.approx(walk.E_new, rel=1e-5)


@every_case
def test_the_loss_along_the_step_begins_before_it_and_passes_through_after_it(case):
    walk = walk_of(case)
    at_0, at_1 = walk.loss_along([0, 1])
    assert at_0 == walk.E and at_1 == pytest.approx(walk.E_new, rel=1e-6)


def test_the_curve_along_the_step_of_a_large_network_has_fewer_points(monkeypatch):
    walk = walk_of("mazur, best")
    usual = dict(zip(*walk_of("mazur, best").along))
    monkeypatch.setattr("explainer.walkthrough.LARGE", 0)
    few = dict(zip(*replace(walk).along))
    assert len(few) < len(usual) / 2 and few[0] == walk.E and few[1] == pytest.approx(walk.E_new, rel=1e-9)
    assert all(few[t] == pytest.approx(usual[t], rel=1e-9) for t in (1.5, 3))


@every_case
def test_the_loss_starts_down_at_alpha_times_the_squared_gradient(case):
    network, X, Y, alpha = start(case, np.float64)
    for layer in network.layers:
        if layer.b is not None:
            layer.b += 0.01     # with b = 0 a ReLU can stand exactly on its kink, which has no slope
    walk, h = take_walk(network, X, Y, alpha), 1e-6
    up, down = walk.loss_along([h, -h])
    squares = [(g ** 2).sum() for g, change in zip(walk.grads.dW + walk.grads.db,
                                                   walk.grads.change_W + walk.grads.change_b) if change is not None]
    noise = 1e-15 * walk.E / h
    assert (up - down) / (2 * h) == pytest.approx(-walk.learning_rate * sum(squares), rel=1e-4, abs=noise)


def test_one_step_of_the_default_network_lowers_the_batchs_loss():
    walk = walk_of("deep, best")
    assert walk.step("E_new").result < 0.9 * walk.step("E").result
    assert walk.steps[-1].key == "E_new"


def test_a_step_that_overshoots_into_infinity_is_a_walk_too():
    layers = [Layer(np.full((2, 2), 1e30), None, "linear"), Layer(np.full((2, 1), 1e30), None, "linear")]
    walk = take_walk(Network(layers, "squared_error"), np.ones((1, 2)), np.zeros((1, 1)), 1000.)
    assert np.isfinite(walk.E) and not np.isfinite(walk.E_new) and not np.isfinite(walk.loss_along([1.0])).any()


MAZUR = {       # recomputed from his post, where he prints rounded or other numbers
    "S1": (0.377500000, 0.392500000), "A1": (0.593269992, 0.596884378),
    "S2": (1.105905967, 1.224921404), "A2": (0.751365070, 0.772928465), "E": 0.298371109,
    "dA2": (0.741365070, -0.217071535), "slope2": (0.186815602, 0.175510053), "delta2": (0.138498562, -0.038098237),
    "dW2": ((0.082167041, -0.022602540), (0.082667628, -0.022740242)), "db2": (0.138498562, -0.038098237),
    "dA1": (0.036350306, 0.041370323), "slope1": (0.241300709, 0.240613417), "delta1": (0.008771355, 0.009954255),
    "dW1": ((0.000438568, 0.000497713), (0.000877135, 0.000995425)), "db1": (0.008771355, 0.009954255),
    "W1_new": ((0.149780716, 0.249751144), (0.199561432, 0.299502287)),
    "W2_new": ((0.358916480, 0.511301270), (0.408666186, 0.561370121)),
}
HMKCODE = {
    "S1": (0.85, 0.48), "A1": (0.85, 0.48), "A2": 0.191, "E": 0.3272405, "dA2": -0.809, "delta2": -0.809,
    "dW2": ((-0.68765,), (-0.38832,)), "delta1": (-0.11326, -0.12135),
    "dW1": ((-0.22652, -0.2427), (-0.33978, -0.36405)), "W2_new": ((0.1743825,), (0.169416,)),
    "W1_new": ((0.121326, 0.132135), (0.226989, 0.0982025)), "A2_new": 0.255745781, "E_new": 0.276957171,
}
PUBLISHED = {
    "mazur, source": MAZUR | {"E_new": 0.291027774},
    "mazur, best": MAZUR | {"E_new": 0.280471447, "b1_new": (0.345614323, 0.345022873),
                            "b2_new": (0.530750719, 0.619049118)},
    "hmkcode, source": HMKCODE, "hmkcode, best": HMKCODE,
}


@pytest.mark.parametrize("case, name", [(case, name) for case, numbers in PUBLISHED.items() for name in numbers])
def test_the_published_numbers_are_on_the_screen_to_nine_digits(case, name):
    walk = walk_of(case)
    shown = {panel.name: panel.array for step in walk.steps for panel in step.panels}
    shown |= {step.key: step.result for step in walk.steps}
    np.testing.assert_allclose(np.ravel(shown[name]), np.ravel(PUBLISHED[case][name]), rtol=0, atol=0.51e-9)
