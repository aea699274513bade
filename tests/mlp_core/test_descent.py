"""One step is W − α·dW after all gradients are known; training is many steps, the same as a plain loop's."""
import inspect
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from mlp_core import (
    Network,
    backward,
    batch_loss,
    descend,
    forward,
    new_network,
    train,
)
from mlp_core.blas import _openblas
from mlp_core.network import parameter_arrays

NOT_A_RATE = (0, -0.1, float("nan"), float("inf"), float("-inf"))


def batch(n=23, n_in=6, n_out=3, seed=31, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, n_in)).astype(dtype), np.eye(n_out, dtype=dtype)[rng.integers(0, n_out, n)]


def sigmoid_network(reduction="sum", dtype=np.float64, frozen=False):
    network = new_network((6, 5, 3), ("sigmoid",) * 2, np.random.default_rng(32), reduction=reduction,
                          random_biases=True, dtype=dtype)
    return Network([replace(layer, frozen_bias=frozen) for layer in network.layers], reduction=reduction)


def arrays(network):
    return [array for _, array in parameter_arrays(network)]


def assert_same_bits(ours, theirs):
    for one, other in zip(arrays(ours), arrays(theirs), strict=True):
        np.testing.assert_array_equal(one, other)


def plain_step(W1, b1, W2, b2, X, Y, learning_rate, m):
    """One step of a sigmoid network with ½ squared error, by einsum: (E / m, the new parameters)."""
    def f(S):
        return 1 / (1 + np.exp(-S))
    H = f(np.einsum("mi,ij->mj", X, W1) + b1)
    A = f(np.einsum("mi,ij->mj", H, W2) + b2)
    delta2 = (A - Y) * A * (1 - A)
    delta1 = np.einsum("mk,jk->mj", delta2, W2) * H * (1 - H)
    gradients = (np.einsum("mi,mj->ij", X, delta1), delta1.sum(0), np.einsum("mi,mj->ij", H, delta2), delta2.sum(0))
    return ((A - Y) ** 2).sum() / 2 / m, [p - learning_rate * g / m for p, g in zip((W1, b1, W2, b2), gradients)]


@pytest.mark.parametrize("learning_rate", [0.5, 0.1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_is_w_minus_alpha_dw_bit_for_bit_in_every_layer(dtype, learning_rate):
    network, (X, Y) = sigmoid_network(dtype=dtype), batch(dtype=dtype)
    old, grads = network.copy(), backward(network, forward(network, X), Y)
    dW, db = [g.copy() for g in grads.dW], [g.copy() for g in grads.db]
    descend(network, grads, learning_rate)
    for l, (now, before) in enumerate(zip(network.layers, old.layers)):
        np.testing.assert_array_equal(now.W, before.W - dtype(learning_rate) * dW[l])
        np.testing.assert_array_equal(now.b, before.b - dtype(learning_rate) * db[l])
        np.testing.assert_array_equal(grads.change_W[l], -dtype(learning_rate) * dW[l])
        np.testing.assert_array_equal(grads.change_b[l], -dtype(learning_rate) * db[l])
        np.testing.assert_array_equal(grads.dW[l], dW[l])


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_every_layer_moves_by_gradients_of_the_old_weights(reduction):
    network, (X, Y) = sigmoid_network(reduction), batch()
    _, expected = plain_step(*arrays(network.copy()), X, Y, 0.5, len(X) if reduction == "mean" else 1)
    descend(network, backward(network, forward(network, X), Y), 0.5)
    for ours, theirs in zip(arrays(network), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-15)


def test_frozen_biases_stay_and_the_weights_move_as_without_freezing():
    frozen, free, (X, Y) = sigmoid_network(frozen=True), sigmoid_network(), batch()
    before, grads = frozen.copy(), backward(frozen, forward(frozen, X), Y)
    assert grads.change_b == [None, None] and all(db.all() for db in grads.db)
    descend(frozen, grads, 0.5)
    descend(free, backward(free, forward(free, X), Y), 0.5)
    for now, old, moved in zip(frozen.layers, before.layers, free.layers):
        np.testing.assert_array_equal(now.b, old.b)
        np.testing.assert_array_equal(now.W, moved.W)
        assert (moved.b != old.b).all()


@pytest.mark.parametrize("learning_rate", NOT_A_RATE)
def test_a_learning_rate_that_is_none_changes_nothing(learning_rate):
    network, (X, Y) = sigmoid_network(), batch()
    before = network.copy()
    with pytest.raises(ValueError, match="the learning rate must be a positive finite number, it is"):
        descend(network, backward(network, forward(network, X), Y), learning_rate)
    assert_same_bits(network, before)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("batch_size", [1, 7, 10, 23, 50])
def test_training_equals_a_plain_loop(batch_size, reduction, shuffle):
    network, (X, Y), epochs = sigmoid_network(reduction), batch(), 3
    parameters, expected, rng = arrays(network.copy()), [], np.random.default_rng(33)
    for epoch in range(epochs):
        order = rng.permutation(23) if shuffle else np.arange(23)
        cuts = np.split(order, range(batch_size, 23, batch_size))
        for number, rows in enumerate(cuts, 1):
            m = len(rows) if reduction == "mean" else 1
            loss, parameters = plain_step(*parameters, X[rows], Y[rows], 0.3, m)
            expected.append((epoch + 1, number, len(cuts), 23 * epoch + sum(map(len, cuts[:number])), loss))
    told = list(train(network, X, Y, learning_rate=0.3, batch_size=batch_size, epochs=epochs, shuffle=shuffle,
                      rng=np.random.default_rng(33), look_ahead=1))
    assert [(p.epoch, p.batch, p.batches, p.examples) for p in told] == [row[:4] for row in expected]
    assert [p.epoch_ended for p in told] == [row[1] == row[2] for row in expected]
    assert not any(p.diverged for p in told) and told[-1].examples == epochs * 23
    np.testing.assert_allclose([p.loss for p in told], [row[4] for row in expected], rtol=1e-11)
    for ours, theirs in zip(arrays(network), parameters, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("batch_size", [1, 16, 30, 100])
@pytest.mark.parametrize("activations, loss", [
    (("relu", "softmax"), "cross_entropy"),
    (("tanh", "linear"), "squared_error"),
    (("sigmoid", "sigmoid"), "half_squared_error"),
])
def test_the_reused_buffers_change_no_bit_of_what_fresh_passes_learn(activations, loss, batch_size, dtype):
    rng = np.random.default_rng(34)
    images, Y = rng.integers(0, 256, (70, 784), np.uint8), np.eye(10, dtype=dtype)[rng.integers(0, 10, 70)]
    network = new_network((784, 12, 10), activations, rng, loss=loss, reduction="mean", dtype=dtype)
    fresh, order, losses = network.copy(), np.random.default_rng(35), []
    for _ in range(2):
        rows = order.permutation(70)
        for start in range(0, 70, batch_size):
            X_batch, Y_batch = images[rows[start:start + batch_size]], Y[rows[start:start + batch_size]]
            passed = forward(fresh, X_batch)
            losses.append(float(batch_loss(fresh, passed, Y_batch)))
            descend(fresh, backward(fresh, passed, Y_batch), 0.01)
    told = train(network, images, Y, learning_rate=0.01, batch_size=batch_size, epochs=2,
                 rng=np.random.default_rng(35), look_ahead=1)
    assert [p.loss for p in told] == losses
    assert_same_bits(network, fresh)


def test_training_is_a_generator_that_learns_only_when_asked_for_the_next_batch():
    network, (X, Y) = sigmoid_network(), batch()
    before, X_before, Y_before = network.copy(), X.copy(), Y.copy()
    run = train(network, X, Y, learning_rate=0.1, batch_size=10, shuffle=False)
    assert inspect.isgenerator(run)
    assert_same_bits(network, before)
    next(run)
    assert all((now != old).any() for now, old in zip(arrays(network), arrays(before)))
    once = before.copy()
    descend(once, backward(once, forward(once, X[:10]), Y[:10]), 0.1)
    assert_same_bits(network, once)
    list(run)
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(Y, Y_before)


def test_zero_epochs_yield_nothing_and_change_nothing():
    network, (X, Y) = sigmoid_network(), batch()
    before = network.copy()
    assert list(train(network, X, Y, learning_rate=0.1, epochs=0, shuffle=False)) == []
    assert_same_bits(network, before)


def test_whole_numbers_written_as_floats_are_whole_numbers():
    network, same, (X, Y) = sigmoid_network(), sigmoid_network(), batch()
    assert (list(train(network, X, Y, learning_rate=0.1, batch_size=10.0, epochs=2.0, shuffle=False))
            == list(train(same, X, Y, learning_rate=0.1, batch_size=10, epochs=2, shuffle=False)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_huge_learning_rate_ends_training_with_diverged_and_the_weights_of_before_that_batch(dtype):
    X, Y = batch(dtype=dtype)
    network = new_network((6, 5, 3), ("linear",) * 2, np.random.default_rng(36), dtype=dtype)
    told, before = [], None
    for progress in train(network, X, Y, learning_rate=10.0, batch_size=10, epochs=100, shuffle=False):
        told.append(progress)
        if not progress.diverged:
            before = network.copy()
    assert [p.diverged for p in told] == [False] * (len(told) - 1) + [True]
    assert 1 < len(told) < 100 and not np.isfinite(told[-1].loss)
    assert told[-1].examples == told[-2].examples
    assert_same_bits(network, before)
    assert all(np.isfinite(array).all() for array in arrays(network))


@pytest.mark.parametrize("settings, told", [
    *(({"learning_rate": rate}, "the learning rate must be a positive finite number") for rate in NOT_A_RATE),
    *(({"batch_size": size}, "the batch size must be a whole number from 1 on")
      for size in (0, -1, 2.5, float("inf"), float("nan"))),
    *(({"epochs": number}, "epochs must be a whole number from 0 on")
      for number in (-1, 0.5, float("inf"), float("nan"))),
    ({"Y": np.eye(3)}, "X has 23 examples, Y has 3; they need the same number"),
    ({"X": np.ones((0, 6)), "Y": np.ones((0, 3))}, "X has 0 examples, Y has 0; they need the same number, at least 1"),
    *(({"look_ahead": number}, "look_ahead must be a whole number from 1 on") for number in (0, 1.5)),
    ({"shuffle": True}, "shuffle=True needs rng"),
])
def test_settings_that_make_no_sense_are_refused_at_once_and_change_nothing(settings, told):
    network, (X, Y) = sigmoid_network(), batch()
    before = network.copy()
    with pytest.raises(ValueError, match=told):
        train(network, **{"X": X, "Y": Y, "learning_rate": 0.1, "shuffle": False} | settings)
    assert_same_bits(network, before)


@pytest.mark.parametrize("X, Y, told", [
    (np.ones((23, 5)), np.ones((23, 3)), r"X has shape \(23, 5\), the network takes \(n, 6\)"),
    (np.ones((23, 6)), np.arange(23), r"Y has shape \(23,\), the network's output has \(n, 3\)"),
    (np.ones((23, 6)), np.ones((23, 1)), r"Y has shape \(23, 1\), the network's output has \(n, 3\)"),
])
@pytest.mark.parametrize("batch_size", [1, 10])
def test_data_that_does_not_fit_is_refused_at_once_and_changes_nothing(X, Y, told, batch_size):
    network = sigmoid_network()
    before = network.copy()
    with pytest.raises(ValueError, match=told):
        train(network, X, Y, learning_rate=0.1, batch_size=batch_size, shuffle=False)
    assert_same_bits(network, before)


@pytest.mark.parametrize("look_ahead", [2, 5, 23, 64])
def test_looking_ahead_learns_what_one_example_after_the_other_teaches(look_ahead):
    network, (X, Y) = sigmoid_network(), batch()
    parameters, losses, rng = arrays(network.copy()), [], np.random.default_rng(37)
    for _ in range(3):
        for row in rng.permutation(23):
            loss, parameters = plain_step(*parameters, X[row:row + 1], Y[row:row + 1], 0.7, 1)
            losses.append(loss)
    told = list(train(network, X, Y, learning_rate=0.7, batch_size=1, epochs=3, rng=np.random.default_rng(37),
                      look_ahead=look_ahead))
    ends = [23 * epoch + end for epoch in range(3) for end in (*range(look_ahead, 23, look_ahead), 23)]
    assert [p.examples for p in told] == ends and [p.epoch_ended for p in told] == [end % 23 == 0 for end in ends]
    np.testing.assert_allclose([p.loss for p in told],
                               [np.mean(losses[a:b]) for a, b in zip([0, *ends], ends)], rtol=1e-11)
    for ours, theirs in zip(arrays(network), parameters, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-4)])
@pytest.mark.parametrize("sizes, activations, loss, biases", [
    ((784, 12, 10), ("relu", "softmax"), "cross_entropy", "learned"),
    ((784, 12, 8, 10), ("tanh", "sigmoid", "linear"), "squared_error", "frozen"),
    ((784, 10), ("sigmoid",), "half_squared_error", "learned"),
    ((784, 10), ("softmax",), "cross_entropy", "none"),
    ((784, 12, 10), ("linear", "sigmoid"), "half_squared_error", "none"),
])
def test_looking_ahead_fits_every_kind_of_network(sizes, activations, loss, biases, dtype, tolerance):
    rng = np.random.default_rng(38)
    images, Y = rng.integers(0, 256, (70, 784), np.uint8), np.eye(10, dtype=dtype)[rng.integers(0, 10, 70)]
    drawn = new_network(sizes, activations, rng, loss=loss, random_biases=True, dtype=dtype)
    network = Network([replace(layer, b=None if biases == "none" else layer.b, frozen_bias=biases == "frozen")
                       for layer in drawn.layers], loss)
    one = network.copy()
    for row in range(70):
        X_row, Y_row = images[row:row + 1], Y[row:row + 1]
        descend(one, backward(one, forward(one, X_row), Y_row), 0.003)
    list(train(network, images, Y, learning_rate=0.003, batch_size=1, shuffle=False, look_ahead=32))
    for ours, theirs in zip(arrays(network), arrays(one), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


def test_looking_ahead_ends_at_the_very_example_whose_loss_is_no_longer_finite():
    X, Y = batch(n=60)
    network = new_network((6, 5, 3), ("linear",) * 2, np.random.default_rng(36))
    plain = network.copy()
    settings = {"learning_rate": 0.3, "batch_size": 1, "epochs": 50, "shuffle": False}
    told = list(train(network, X, Y, **settings, look_ahead=6))
    one_by_one = list(train(plain, X, Y, **settings, look_ahead=1))
    assert told[-1].diverged and one_by_one[-1].diverged and one_by_one[-1].examples > 6
    assert (told[-1].epoch, told[-1].batch, told[-1].examples) == (
        one_by_one[-1].epoch, one_by_one[-1].batch, one_by_one[-1].examples)
    assert all(np.isfinite(array).all() for array in arrays(network))


def test_training_allocates_next_to_nothing_from_batch_to_batch():
    rng = np.random.default_rng(39)
    images, Y = rng.integers(0, 256, (3000, 784), np.uint8), np.eye(10, dtype=np.float32)[rng.integers(0, 10, 3000)]
    network = new_network((784, 64, 10), ("sigmoid",) * 2, rng, dtype=np.float32)
    run = train(network, images, Y, learning_rate=0.01, batch_size=100, rng=rng)
    next(run)
    tracemalloc.start()
    try:
        list(run)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * 784     # less than the images of one batch, as bytes


def test_a_packed_network_is_the_same_network_and_learns_as_one_that_is_not():
    packed, plain, (X, Y) = sigmoid_network(frozen=True), sigmoid_network(frozen=True), batch()
    packed.pack()
    assert packed.is_packed() and not plain.is_packed() and not packed.copy().is_packed()
    assert packed.vector.size == sum(array.size for array in arrays(plain))
    assert_same_bits(packed, plain)
    for network in (packed, plain):
        descend(network, backward(network, forward(network, X), Y), 0.5)
    assert_same_bits(packed, plain)
    packed.layers[0].W = packed.layers[0].W.copy()      # no longer a part of the vector
    assert not packed.is_packed()
    for network in (packed, plain):
        descend(network, backward(network, forward(network, X), Y), 0.5)
    assert_same_bits(packed, plain)


def test_learning_rates_are_asked_for_as_their_epochs_begin_however_many_there_are():
    rng = np.random.default_rng(40)
    network, asked = new_network((4, 3, 2), ("tanh", "linear"), rng), []

    def rate(epoch):
        asked.append(epoch)
        return -1.0 if epoch == 3 else 0.1
    run = train(network, rng.normal(size=(5, 4)), rng.normal(size=(5, 2)), learning_rate=rate, epochs=10**12,
                batch_size=5, shuffle=False)
    assert [next(run).epoch for _ in range(3)] == [1, 2, 3] and max(asked) == 2
    with pytest.raises(ValueError, match="learning rate"):
        next(run)


def test_training_keeps_blas_on_one_thread_and_gives_the_others_back():
    if (found := _openblas()) is None:
        pytest.skip("this NumPy uses another BLAS than OpenBLAS")
    get, set_threads = found
    before = get()
    set_threads(2)
    try:
        network, (X, Y) = sigmoid_network(), batch()
        assert {get() for _ in train(network, X, Y, learning_rate=0.1, batch_size=10, shuffle=False)} == {1}
        assert get() == 2
        unfinished = train(network, X, Y, learning_rate=0.1, batch_size=10, shuffle=False)
        next(unfinished)
        unfinished.close()
        assert get() == 2
    finally:
        set_threads(before)
