"""A run learns what a plain loop learns, records what it says it records, and is measured as one measures by hand."""
import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from explainer import runs
from explainer.datasets import embedded_sample
from explainer.notation import initialisation_name
from explainer.recipes import Recipe
from explainer.runs import (
    FIRST_BATCHES,
    Losses,
    Material,
    Run,
    best,
    history_csv,
    losses_csv,
    material,
    worked_example,
)
from mlp_core import backward, descend, forward
from mlp_core.data import Dataset, one_hot
from mlp_core.network import INITIALISATIONS, Layer, Network
from mlp_core.presets import PRESETS, own_preset


def blobs(n=60, seed=0, dtype=np.float64):
    """A Material of n points around three corners of a cube, all of which are also its validation and test set."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    X = (np.eye(6)[labels] + rng.normal(0, .2, (n, 6))).astype(dtype)
    return Material(X, one_hot(labels, 3, dtype), dict.fromkeys(("training", "validation", "test"), (X, labels)))


def recipe(epochs=3, batch_size=10, alpha=0.5, hidden=(5,), act="tanh", out="softmax", loss=None, red="mean", seed=7,
           **setting):
    preset = own_preset(hidden, act, out, loss, red, alpha, batch_size, n_in=6, n_out=3, dtype=np.float64)
    return Recipe("own", preset, "best", replace(preset.best, epochs=epochs, **setting), seed)


def mnist(n=300, n_test=40, seed=0):
    """A data set of noise with labels, of MNIST's shapes."""
    rng = np.random.default_rng(seed)

    def part(n):
        return np.frombuffer(rng.bytes(n * 784), np.uint8).reshape(n, 784), rng.integers(0, 10, n, dtype=np.uint8)
    return Dataset(*part(n), *(part(n_test) if n_test else (None, None)), "noise")


def trained(run, batches=None):
    """The run after so many calls of advance, or at its end."""
    while not run.ended and batches != 0:
        run.advance()
        batches = None if batches is None else batches - 1
    return run


def orders(rng, n, epochs, shuffle):
    """The order of the examples in each epoch."""
    return [rng.permutation(n) if shuffle else np.arange(n) for _ in range(epochs)]


def plain_loop(recipe, material, batches=None):
    """Train without any of a run's parts: a list of the losses per example, and the network."""
    rng, setting = np.random.default_rng(recipe.seed), recipe.setting
    network = recipe.preset.network(setting, rng)
    n, losses = len(material.X), []
    for epoch, order in enumerate(orders(rng, n, setting.epochs, setting.shuffle)):
        alpha = setting.learning_rate * (1 - epoch / setting.epochs if setting.falling else 1)
        for start in range(0, n, setting.batch_size or n):
            if len(losses) == batches:
                return losses, network
            rows = order[start:start + (setting.batch_size or n)]
            passed = forward(network, material.X[rows])
            losses.append(by_hand(network.loss, passed, material.Y[rows]).mean())
            descend(network, backward(network, passed, material.Y[rows]), alpha)
    return losses, network


def by_hand(loss, passed, Y):
    """Each example's loss, as a book has it."""
    if loss == "cross_entropy":
        S = passed.S[-1].astype(np.float64)
        return np.logaddexp.reduce(S, axis=1) - S[Y == 1]
    return ((passed.output.astype(np.float64) - Y) ** 2).sum(axis=1) / (2 if loss.startswith("half") else 1)


def assert_same_bits(one, other):
    for a, b in zip(one.layers, other.layers, strict=True):
        np.testing.assert_array_equal(a.W, b.W)
        assert (a.b is None) == (b.b is None)
        np.testing.assert_array_equal(a.b, b.b)


# What is learned

@pytest.mark.parametrize("red", ["mean", "sum"])
@pytest.mark.parametrize("batches", [1, 2, 7, 18])
def test_after_k_batches_the_weights_are_those_of_einsum_and_calculus(red, batches):
    """The textbook's formulas for sigmoids and ½Σ(A − Y)², with nothing of mlp_core but the initial weights."""
    made, data = recipe(act="sigmoid", out="sigmoid", red=red, alpha=0.3 if red == "mean" else 0.03), blobs()
    rng = np.random.default_rng(7)
    (W1, b1), (W2, b2) = ((layer.W, layer.b) for layer in made.preset.network(made.setting, rng).layers)
    every = [order[at:at + 10] for order in orders(rng, 60, 3, True) for at in range(0, 60, 10)]
    for rows in every[:batches]:
        X, Y = data.X[rows], data.Y[rows]
        A1 = 1 / (1 + np.exp(-(np.einsum("mi,ij->mj", X, W1) + b1)))
        A2 = 1 / (1 + np.exp(-(np.einsum("mi,ij->mj", A1, W2) + b2)))
        d2 = (A2 - Y) * A2 * (1 - A2)
        d1 = np.einsum("mj,ij->mi", d2, W2) * A1 * (1 - A1)
        step = made.setting.learning_rate / (len(rows) if red == "mean" else 1)
        W1, b1 = W1 - step * np.einsum("mi,mj->ij", X, d1), b1 - step * d1.sum(axis=0)
        W2, b2 = W2 - step * np.einsum("mi,mj->ij", A1, d2), b2 - step * d2.sum(axis=0)
    network = trained(Run(1, made, data), batches).network
    for layer, W, b in zip(network.layers, (W1, W2), (b1, b2)):
        np.testing.assert_allclose(layer.W, W, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(layer.b, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("which", ["best", "source"])
@pytest.mark.parametrize("net", PRESETS)
def test_every_preset_learns_what_forward_backward_and_descend_learn(net, which):
    preset = PRESETS[net]
    data = worked_example(preset) if preset.is_toy else material(mnist())
    made = Recipe(net, preset, which, replace(preset.setting(which), epochs=2), seed=3)
    losses, network = plain_loop(made, data)
    run = trained(Run(1, made, data))
    assert run.ended == "finished" and run.examples == 2 * len(data.X) == run.total and run.epoch == 2
    if made.setting.batch_size == 1 and not preset.is_toy:      # blocks of one example at a time: the same to rounding
        np.testing.assert_allclose(run.network.layers[0].W, network.layers[0].W, rtol=1e-3, atol=1e-5)
        second = [y for x, y in run.losses.points if x > 1]
        assert np.mean(second) == pytest.approx(np.mean(losses[len(data.X):]), rel=.1)
    else:
        assert_same_bits(run.network, network)
        np.testing.assert_allclose([y for _, y in run.losses.points], losses, rtol=1e-4, atol=1e-7)


def test_a_run_that_goes_on_from_a_network_begins_with_its_weights_and_leaves_it_alone():
    start = recipe().preset.network(recipe().setting, np.random.default_rng(99))
    before = start.copy()
    run = Run(1, replace(recipe(), start=start), blobs())
    assert_same_bits(run.network_at(run.moment("e0")), before)
    trained(run)
    assert_same_bits(start, before)
    assert (run.network.layers[0].W != before.layers[0].W).any()


@pytest.mark.parametrize("falling", [True, False])
def test_alpha_at_a_moment_is_that_of_the_step_taken_there(falling):
    run = trained(Run(1, recipe(4, 10, 0.8, falling=falling), blobs()))
    rates = {m.key: run.rate_at(m) for m in run.moments}
    falls = {"e0": .8, "b1": .8, "b5": .8, "e1": .6, "e2": .4, "e3": .2, "e4": .2}
    assert rates == pytest.approx({key: falls.get(key, .8) if falling else .8 for key in rates})


def test_alpha_falls_from_epoch_to_epoch_where_the_setting_says_so():
    made, data = recipe(falling=True), blobs()
    assert_same_bits(trained(Run(1, made, data)).network, plain_loop(made, data)[1])
    assert (trained(Run(1, made, data)).network.layers[0].W
            != trained(Run(1, recipe(), data)).network.layers[0].W).any()


# The loss per example

@pytest.mark.parametrize("out, loss", [("softmax", "cross_entropy"), ("sigmoid", "squared_error"),
                                       ("tanh", "half_squared_error")])
@pytest.mark.parametrize("red", ["mean", "sum"])
@pytest.mark.parametrize("batch_size", [7, 60, None])
def test_the_loss_is_that_of_one_example_for_a_sum_and_for_a_mean_and_in_a_shorter_last_batch(
        out, loss, red, batch_size):
    made, data = recipe(2, batch_size, 0.01, out=out, loss=loss, red=red), blobs()
    losses, _ = plain_loop(made, data)
    run = trained(Run(1, made, data))
    per_epoch = len(losses) // 2
    starts = [n * (batch_size or 60) / 60 for n in range(per_epoch)]       # what its weights had seen before it
    np.testing.assert_allclose(run.losses.points, np.transpose([starts + [1 + start for start in starts], losses]),
                               rtol=1e-9)
    for moment in run.moments:
        passed = forward(run.network_at(moment), data.X)
        assert moment.loss == pytest.approx(by_hand(loss, passed, data.Y).mean(), rel=1e-12)


def test_a_full_batchs_loss_is_that_of_the_moment_at_its_place():
    """The curve of the batches and the moments' own losses meet: both are of the weights at that point."""
    run = trained(Run(1, recipe(3, None), blobs()))
    assert [m.epoch for m in run.moments] == [0, 1, 2, 3]
    np.testing.assert_allclose(run.losses.points, [(m.epoch, m.loss) for m in run.moments[:3]], rtol=1e-12)


def test_mazurs_loss_after_ten_thousand_rounds_is_that_of_these_weights():
    """3.51018778e-05 with biases that stay, by the post's own program with all gradients first; not the loss before."""
    preset = PRESETS["mazur"]
    run = trained(Run(1, Recipe("mazur", preset, "source", preset.source), worked_example(preset)))
    assert run.moments[-1].key == "e10000" and run.moments[-1].loss == pytest.approx(3.51018778e-05, rel=1e-8)
    assert run.moments[0].loss == pytest.approx(0.298371109, abs=1e-9)


@pytest.mark.parametrize("red", ["mean", "sum"])
def test_in_batches_of_one_the_loss_is_the_mean_over_the_block_whatever_the_reduction(red):
    made, data = recipe(1, 1, 0.05, red=red), blobs(100)
    losses, _ = plain_loop(made, data)
    run = trained(Run(1, made, data))
    assert [x for x, _ in run.losses.points] == pytest.approx([.315, .815])     # the middle of 0…63 and of 64…99
    np.testing.assert_allclose([y for _, y in run.losses.points], [np.mean(losses[:64]), np.mean(losses[64:])],
                               rtol=1e-9)


@pytest.mark.parametrize("count", [10, 4000, 4001, 9_999, 40_000])
def test_the_curve_of_losses_is_means_of_as_many_batches_each_and_never_too_long(count):
    rng, losses = np.random.default_rng(0), Losses()
    y = rng.random(count)
    for n in range(count):
        losses.add(n + 1, y[n])
    x, means = np.array(losses.points).T
    every = round(2 * x[0] - 1)     # the first point is in the middle of 1, 2, …, every
    assert len(x) < runs.MOST_LOSSES and every in (1, 2, 4, 8, 16, 32) and (every == 1) == (count < runs.MOST_LOSSES)
    assert len(x) > runs.MOST_LOSSES // 4 or every == 1
    np.testing.assert_array_equal(x, every * np.arange(count // every) + (every + 1) / 2)
    np.testing.assert_allclose(means, y[:every * len(x)].reshape(-1, every).mean(axis=1), rtol=1e-12)


# The moments

def test_the_moments_are_the_start_the_first_batches_and_every_epoch():
    run = trained(Run(1, recipe(4, 1 + 60 // 30, act="relu"), blobs(900)))      # 300 batches an epoch
    assert [m.key for m in run.moments] == ["e0", *(f"b{n}" for n in FIRST_BATCHES), "e1", "e2", "e3", "e4"]
    assert [m.examples for m in run.moments] == [0, *(3 * n for n in FIRST_BATCHES), 900, 1800, 2700, 3600]
    assert [m.epoch for m in run.moments] == pytest.approx([m.examples / 900 for m in run.moments])
    seconds = [m.seconds for m in run.moments]
    assert seconds == sorted(seconds) and seconds[0] == 0 and run.seconds >= seconds[-1] > 0
    assert all(np.isfinite(m.loss) for m in run.moments)
    assert (run.moment("e0").title, run.moment("b5").title, run.moment("e3").title) == (
        "before training", "after batch 5", "after epoch 3")
    assert run.moment("e9") is None


def test_an_epoch_shorter_than_the_first_batches_has_those_that_are_in_it():
    assert [m.key for m in trained(Run(1, recipe(2, 20), blobs())).moments] == ["e0", "b1", "b2", "e1", "e2"]
    assert [m.key for m in trained(Run(1, recipe(2, None), blobs())).moments] == ["e0", "e1", "e2"]


def test_a_network_at_a_moment_has_the_weights_of_that_moment():
    made, data = recipe(3, 10), blobs()
    run = trained(Run(1, made, data))
    for moment in run.moments:
        batches = int(moment.key[1:]) * (6 if moment.key[0] == "e" else 1)
        at, plain = run.network_at(moment), plain_loop(made, data, batches)[1]
        assert_same_bits(at, plain)
        assert (at.loss, at.reduction, at.sizes) == (plain.loss, plain.reduction, plain.sizes)


def test_a_network_at_a_moment_is_a_copy_that_nobody_else_has():
    run = trained(Run(1, recipe(), blobs()))
    kept, now = run.moment("e1").weights.copy(), run.network.vector.copy()
    for layer in run.network_at(run.moment("e1")).layers:
        layer.W += 1
    np.testing.assert_array_equal(run.moment("e1").weights, kept)
    np.testing.assert_array_equal(run.network.vector, now)


def test_frozen_biases_and_missing_ones_come_back_at_every_moment():
    for net in ("mazur", "hmkcode"):
        preset = PRESETS[net]
        run = trained(Run(1, Recipe(net, preset, "source", replace(preset.source, epochs=20)), worked_example(preset)))
        start = preset.network(preset.source, None)
        assert len(run.moments) == 21
        for layer, first in zip(run.network_at(run.moments[-1]).layers, start.layers):
            assert (layer.b is None) == (first.b is None)
            assert layer.b is None or (layer.b == first.b).all()
            assert (layer.W != first.W).any()


def test_many_epochs_keep_the_start_the_first_batches_the_best_and_the_last_evenly_spread(monkeypatch):
    monkeypatch.setattr(runs, "MOST_MOMENTS", 20)
    run = Run(1, recipe(203, 10), blobs())
    seen = {}
    while not run.ended:
        run.advance()
        seen |= {m.key: m.accuracy["validation"] for m in run.moments}
        assert len(run.moments) <= 20
    keys = [m.key for m in run.moments]
    assert keys[:4] == ["e0", "b1", "b2", "b5"] and keys[-1] == "e203"
    assert best(run.moments).accuracy["validation"] == max(seen.values())
    epochs = [int(key[1:]) for key in keys if key[0] == "e"]
    assert epochs == sorted(epochs) and set(range(0, 203, 16)) < set(epochs)
    assert_same_bits(run.network_at(run.moments[-1]), run.network)


def test_the_weights_of_all_moments_fit_into_the_budget(monkeypatch):
    size = Run(1, recipe(), blobs()).network.vector.nbytes
    monkeypatch.setattr(runs, "BUDGET", 30 * size)
    run = Run(1, recipe(100, 10), blobs())
    while not run.ended:
        run.advance()
        assert sum(m.weights.nbytes for m in run.moments) <= 30 * size
    assert len(run.moments) > 15


def test_the_best_moment_is_that_of_the_validation_images_and_never_of_the_test_images():
    def moment(key, **accuracy):
        return runs.Moment(key, 1.0, 1, 1.0, 1.0, accuracy, (), np.zeros(1))
    a = moment("e1", training=.1, validation=.8, test=.1)
    b = moment("e2", training=.9, validation=.7, test=.9)
    c = moment("e3", training=.2, validation=.8, test=.95)
    assert best([b, a, c]) is a and best([b]) is b
    assert best([moment("e0"), a := moment("e1")]) is a         # nothing measured: the last
    assert best([moment("e0", test=.9), c := moment("e1", test=.1)]) is c


# What it is measured on

@pytest.mark.parametrize("n, n_test, held_out", [(5000, 0, 500), (30_000, 1500, 2000), (300, 40, 30)])
def test_validation_images_are_never_learned_from_and_every_digit_gives_its_share(n, n_test, held_out):
    data = mnist(n, n_test)
    split = material(data)
    assert len(split.held_out) == pytest.approx(held_out, abs=5) and len(split.X) + len(split.held_out) == n
    assert len(set(split.held_out)) == len(split.held_out)
    left = np.setdiff1d(np.arange(n), split.held_out)
    np.testing.assert_array_equal(np.unique(split.X, axis=0), np.unique(data.images[left], axis=0))
    assert np.bincount(split.Y.argmax(axis=1)).tolist() == np.bincount(data.labels[left]).tolist()
    for digit in range(10):
        here = (data.labels == digit).sum()
        assert (data.labels[split.held_out] == digit).sum() == pytest.approx(held_out / n * here, abs=.51)
    images, labels = split.measured["validation"]
    np.testing.assert_array_equal(images, data.images[split.held_out])
    np.testing.assert_array_equal(labels, data.labels[split.held_out])


def test_every_image_keeps_its_label_in_the_split():
    data = mnist(200)
    named = {image.tobytes(): label for image, label in zip(data.images, data.labels)}
    split = material(data)
    assert [named[x.tobytes()] for x in split.X] == split.Y.argmax(axis=1).tolist()


def test_nothing_of_the_test_set_is_learned_from():
    data, other = mnist(300, 40), mnist(300, 40, seed=5)
    swapped = Dataset(data.images, data.labels, other.test_images, other.test_labels, "other test images")
    made = Recipe("relu10", PRESETS["relu10"], "best", replace(PRESETS["relu10"].best, epochs=2, batch_size=20))
    one, two = (trained(Run(1, made, material(d))) for d in (data, swapped))
    assert_same_bits(one.network, two.network)
    assert [m.accuracy["validation"] for m in one.moments] == [m.accuracy["validation"] for m in two.moments]
    tests = {x.tobytes() for x in data.test_images}
    assert not any(x.tobytes() in tests for x in material(data).X)


def test_accuracy_is_measured_on_as_many_images_as_promised_and_without_test_images_on_none():
    measured = material(mnist(3000, 1200)).measured
    assert {name: len(part[1]) for name, part in measured.items()} == {
        "training": 1000, "validation": pytest.approx(300, abs=5), "test": 1000}
    assert set(material(mnist(300, 0)).measured) == {"training", "validation"}
    assert set(material(mnist(8, 0)).measured) == {"training"}


def test_the_same_data_are_always_split_in_the_same_way():
    a, b = material(embedded_sample()), material(embedded_sample())
    np.testing.assert_array_equal(a.held_out, b.held_out)
    np.testing.assert_array_equal(a.X, b.X)


def test_gradient_sizes_are_the_mean_over_a_layer_as_the_networks_reduction_has_it_over_the_same_hundred_examples():
    for red in ("mean", "sum"):
        made, data = recipe(1, 10, red=red, out="sigmoid"), blobs(150)
        run = trained(Run(1, made, data))
        for moment in (run.moment("e0"), run.moment("e1")):
            (W1, b1), (W2, b2) = ((layer.W, layer.b) for layer in run.network_at(moment).layers)
            A1 = np.tanh(data.X[:100] @ W1 + b1)
            A2 = 1 / (1 + np.exp(-A1 @ W2 - b2))
            d2 = (A2 - data.Y[:100]) * A2 * (1 - A2)
            d1 = d2 @ W2.T * (1 - A1 ** 2)
            m = 100 if red == "mean" else 1
            expected = [np.abs(data.X[:100].T @ d1).mean() / m, np.abs(A1.T @ d2).mean() / m]
            np.testing.assert_allclose(moment.gradients, expected, rtol=1e-9)


# Runs that go wrong, and recipes that cannot be

@pytest.mark.parametrize("alpha", [10, 1e3, 1e30])     # in a later epoch, and in the first
@pytest.mark.parametrize("batch_size", [1, 20])
def test_a_run_that_diverges_ends_with_finite_weights_and_says_so(batch_size, alpha):
    run = trained(Run(1, recipe(50, batch_size, alpha, (), out="linear"), blobs()))
    assert run.ended == "diverged" and run.progress.diverged
    assert np.isfinite(run.network.vector).all() and all(np.isfinite(m.weights).all() for m in run.moments)
    assert all(np.isfinite(y) for _, y in run.losses.points)
    assert run.examples < run.total
    examples = [m.examples for m in run.moments]
    assert len(set(examples)) == len(examples), "two moments after the same number of examples"
    for moment in run.moments[:-1] if batch_size == 1 else run.moments:
        assert moment.examples == int(moment.key[1:]) * (60 if moment.key[0] == "e" else batch_size), moment.key
    assert_same_bits(run.network_at(run.moments[-1]), run.network)      # the weights from before it can be looked at


def test_a_run_that_diverges_with_the_last_batch_of_an_epoch_has_no_moment_after_that_epoch():
    data = blobs()
    data.X[-1] = 1e200      # only the last batch of the first epoch overflows
    run = trained(Run(1, recipe(3, 20, 0.1, act="linear", out="linear", shuffle=False), data))
    assert run.ended == "diverged" and run.examples == 40
    assert [m.key for m in run.moments] == ["e0", "b1", "b2"]


def test_a_loss_that_is_not_finite_from_the_start_leaves_the_initial_weights():
    data = blobs()
    data.X[:] = 1e200
    with np.errstate(over="ignore", invalid="ignore"):
        run = trained(Run(1, recipe(3, 20, act="linear", out="linear"), data))
    assert run.ended == "diverged" and run.examples == 0 and run.losses.points == []
    assert_same_bits(run.network, run.network_at(run.moment("e0")))
    assert len(run.moments) == 1


@pytest.mark.parametrize("changes, words", [
    ({"learning_rate": 0.0}, ["α", "above 0", "0"]), ({"learning_rate": -0.5}, ["α", "-0.5"]),
    ({"learning_rate": float("nan")}, ["α", "nan"]), ({"learning_rate": float("inf")}, ["α", "inf"]),
    ({"epochs": 0}, ["1 epoch", "0"]), ({"epochs": -3}, ["epoch", "-3"]),
    ({"epochs": 10**8}, ["up to 1,000,000 epochs", "100,000,000"]),
    ({"batch_size": 61}, ["61", "1 to 60"]), ({"batch_size": 0}, ["0", "1 to 60"]), ({"batch_size": -1}, ["-1"]),
])
def test_a_recipe_that_cannot_be_says_why_in_a_sentence(changes, words):
    made = recipe()
    problem, = replace(made, setting=replace(made.setting, **changes)).problems(60)
    assert problem[0].isupper() and problem.endswith(".") and "\n" not in problem
    assert all(word in problem for word in words), problem


def test_each_thing_that_cannot_be_gets_a_sentence_and_a_good_recipe_none():
    made = recipe()
    wrong = replace(made.setting, learning_rate=0, epochs=0, batch_size=1000)
    assert len(replace(made, setting=wrong).problems(60)) == 3
    for batch_size in (1, 60, None):
        assert replace(made, setting=replace(made.setting, batch_size=batch_size)).problems(60) == []


@pytest.mark.parametrize("net", PRESETS)
@pytest.mark.parametrize("which", ["best", "source"])
def test_every_preset_is_a_good_recipe_with_words_for_a_reader(net, which):
    made = Recipe(net, PRESETS[net], which, PRESETS[net].setting(which))
    assert made.problems(len(PRESETS[net].example[0]) if PRESETS[net].is_toy else 4500) == []
    words = made.words()
    assert words["network"] == "-".join(map(str, PRESETS[net].sizes)) and all(words.values())
    assert ("falling to 0" in words["α"]) == made.setting.falling
    assert (words["batch"] == "all") == (made.setting.batch_size is None)
    assert ("seed 0" in words["initial weights"]) == (PRESETS[net].weights is None)


@pytest.mark.parametrize("setting, words", [
    (PRESETS["deep"].best, "N(0, (2/√n)²), seed 0"), (PRESETS["deep"].source, "U(0, 1), seed 0"),
    (PRESETS["online"].source, "N(0, 0.01²), seed 0"), (PRESETS["nielsen"].source, "N(0, 1), seed 0"),
    (PRESETS["nielsen"].best, "Glorot, U(±√(6/(n + n′))), seed 0"), (PRESETS["relu10"].best, "He, N(0, 2/n), seed 0"),
    (replace(PRESETS["deep"].best, initialisation="zeros", options={}), "all zeros, seed 0")])
def test_a_recipe_names_how_its_weights_are_drawn(setting, words):
    assert Recipe("deep", PRESETS["deep"], "best", setting).words()["initial weights"] == words


def test_every_initialisation_has_a_name_of_its_own():
    settings = [replace(PRESETS["deep"].best, initialisation=name, options={}) for name in INITIALISATIONS]
    names = [initialisation_name(setting) for setting in settings]
    assert len(set(names)) == len(names) and not any("<" in name for name in names)


def test_two_recipes_differ_in_what_decides_a_run():
    a = recipe()
    assert a.choices == recipe().choices
    zeros = replace(a, setting=replace(a.setting, initialisation="zeros"))
    for other in (zeros, recipe(seed=8), recipe(epochs=4), recipe(alpha=.4), recipe(hidden=(6,)), recipe(act="relu"),
                  recipe(red="sum"), recipe(out="sigmoid"), recipe(falling=True)):
        assert other.choices != a.choices


# Files

def table(text):
    head, *lines = csv.reader(io.StringIO(text))
    assert all(len(line) == len(head) for line in lines)
    return head, [dict(zip(head, line)) for line in lines]


def test_the_history_as_csv_has_every_moment_to_the_last_bit():
    run = trained(Run(1, recipe(3, 7), blobs()))
    head, lines = table(history_csv(run))
    assert len(set(head)) == len(head) == 5 + 3 + 2
    assert [line["moment"] for line in lines] == [m.key for m in run.moments]
    for line, m in zip(lines, run.moments):
        assert float(line["epochs"]) == m.epoch and int(line["examples"]) == m.examples
        assert float(line["seconds"]) == pytest.approx(m.seconds, abs=6e-5)
        assert float(line["loss per example"]) == m.loss
        assert {part: float(line[f"accuracy {part} (share)"]) for part in m.accuracy} == m.accuracy
        assert tuple(float(line[f"mean |dW{l}| (mean over 60 examples)"]) for l in (1, 2)) == m.gradients


def test_the_history_of_a_worked_example_has_no_accuracies():
    preset = PRESETS["mazur"]
    run = trained(Run(1, Recipe("mazur", preset, "best", replace(preset.best, epochs=3)), worked_example(preset)))
    head, lines = table(history_csv(run))
    assert not any("accuracy" in name for name in head) and len(lines) == 4


def test_the_losses_as_csv_are_the_points_of_the_curve_to_the_last_bit():
    run = trained(Run(1, recipe(3, 7), blobs()))
    head, lines = table(losses_csv(run))
    assert [tuple(map(float, line.values())) for line in lines] == run.losses.points and len(lines) == 27


def test_a_csv_holds_plain_numbers_for_a_network_in_single_precision_too():
    data = material(mnist(200))
    made = Recipe("relu10", PRESETS["relu10"], "best", replace(PRESETS["relu10"].best, epochs=1, batch_size=50))
    run = trained(Run(1, made, data))
    for text in (history_csv(run), losses_csv(run)):
        _, lines = table(text)
        assert all(not value or np.isfinite(float(value)) for line in lines
                   for name, value in line.items() if name != "moment")


def test_a_network_can_be_worn_by_a_run_in_either_precision():
    for dtype in (np.float32, np.float64):
        network = Network([Layer(np.full((784, 10), .01, dtype), None, "softmax")], "cross_entropy", "mean")
        preset = replace(own_preset(()), dtype=dtype)
        run = trained(Run(1, Recipe("own", preset, "best", replace(preset.best, epochs=1), start=network),
                          material(mnist(200))))
        assert run.network.dtype == dtype and run.network.layers[0].b is None and run.ended == "finished"
