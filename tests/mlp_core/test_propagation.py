"""Forward and backward equal the same formulas written with einsum, and the loss's central differences."""
import numpy as np
import pytest

from mlp_core import Layer, Network, backward, batch_loss, forward, loss_at, loss_per_example, new_network
from mlp_core.network import REDUCTIONS
from mlp_core.propagation import _together, empty_forward_pass, empty_gradients
from tests import oracles

COMBINATIONS = [(hidden, *pair, reduction) for hidden in oracles.HIDDEN for pair in oracles.PAIRS
                for reduction in REDUCTIONS]
EVERY_COMBINATION = pytest.mark.parametrize("hidden, output, loss, reduction", COMBINATIONS)

LOSS_SLOPES = {     # dE/dA of each example
    "half_squared_error": lambda A, Y: A - Y,
    "squared_error": lambda A, Y: 2 * (A - Y),
    "cross_entropy": lambda A, Y: -Y / A,
}


def plain_jacobian(activation, S):
    """dA_i/dS_j of each example; only softmax mixes its units."""
    if activation == "softmax":
        A = oracles.softmax(S)
        return np.einsum("mi,ij->mij", A, np.eye(A.shape[1])) - np.einsum("mi,mj->mij", A, A)
    return np.einsum("mi,ij->mij", oracles.slope(activation, S), np.eye(S.shape[1]))


def plain_forward(network, X):
    S, A = [], [X]
    for layer in network.layers:
        S.append(np.einsum("mi,ij->mj", A[-1], layer.W) + (0 if layer.b is None else layer.b))
        A.append(oracles.activation(layer.activation, S[-1]))
    return S, A


def plain_loss(network, X, Y):
    S, A = plain_forward(network, X)
    losses = oracles.loss(network.loss, S[-1], A[-1], Y)
    return losses.sum() / (len(X) if network.reduction == "mean" else 1)


def plain_backward(network, X, Y):
    """The chain rule as sums over named indices, softmax by its full Jacobian: (delta, dW, db)."""
    S, A = plain_forward(network, X)
    dA, delta, dW, db = LOSS_SLOPES[network.loss](A[-1], Y), [], [], []
    for l in reversed(range(len(S))):
        delta.insert(0, np.einsum("mi,mij->mj", dA, plain_jacobian(network.layers[l].activation, S[l])))
        m = len(X) if network.reduction == "mean" else 1
        dW.insert(0, np.einsum("mi,mj->ij", A[l], delta[0]) / m)
        db.insert(0, np.einsum("mj->j", delta[0]) / m)
        dA = np.einsum("mj,ij->mi", delta[0], network.layers[l].W)
    return delta, dW, db


def example(hidden, output, loss, reduction, m=6):
    """A small random network and batch, no ReLU near its kink."""
    rng = np.random.default_rng(11)
    network = new_network((3, 5, 4, 2), (hidden, hidden, output), rng, loss=loss, reduction=reduction,
                          options={"gain": 1.5}, random_biases=True)
    X, Y = rng.normal(size=(m, 3)), np.eye(2)[rng.integers(0, 2, m)]
    assert min(np.abs(S).min() for S in plain_forward(network, X)[0]) > 1e-3
    return network, X, Y


def assert_equal(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13)


@EVERY_COMBINATION
def test_forward_equals_einsum(hidden, output, loss, reduction):
    network, X, Y = example(hidden, output, loss, reduction)
    passed, (S, A) = forward(network, X), plain_forward(network, X)
    assert_equal(passed.S, S)
    assert_equal(passed.A, A)
    assert passed.output is passed.A[-1]
    assert_equal([loss_per_example(network, passed, Y)], [oracles.loss(loss, S[-1], A[-1], Y)])
    assert batch_loss(network, passed, Y) == pytest.approx(plain_loss(network, X, Y), rel=1e-12)
    assert loss_at(network, X, Y) == pytest.approx(plain_loss(network, X, Y), rel=1e-12)


@EVERY_COMBINATION
def test_backward_equals_einsum(hidden, output, loss, reduction):
    network, X, Y = example(hidden, output, loss, reduction)
    grads, (delta, dW, db) = backward(network, forward(network, X), Y), plain_backward(network, X, Y)
    assert_equal(grads.delta, delta)
    assert_equal(grads.dW, dW)
    assert_equal(grads.db, db)


@EVERY_COMBINATION
def test_the_links_of_the_chain_multiply_to_delta(hidden, output, loss, reduction):
    network, X, Y = example(hidden, output, loss, reduction)
    passed = forward(network, X)
    grads, delta = backward(network, passed, Y), plain_backward(network, X, Y)[0]
    above = [np.einsum("mj,ij->mi", d, layer.W) for d, layer in zip(delta[1:], network.layers[1:])]
    assert_equal(grads.dA[:-1], above)
    assert_equal(grads.slope[:-1], [oracles.slope(hidden, S) for S in passed.S[:-1]])
    if output == "softmax":
        assert grads.dA[-1] is None and grads.slope[-1] is None
    else:
        assert_equal([grads.dA[-1]], [LOSS_SLOPES[loss](passed.output, Y)])
        assert_equal([grads.slope[-1]], [oracles.slope(output, passed.S[-1])])


@EVERY_COMBINATION
def test_every_gradient_is_the_central_difference_of_the_einsum_loss(hidden, output, loss, reduction):
    network, X, Y = example(hidden, output, loss, reduction)
    grads, step = backward(network, forward(network, X), Y), 1e-5
    for array, gradient in [(a, g) for layer, dW, db in zip(network.layers, grads.dW, grads.db)
                            for a, g in ((layer.W, dW), (layer.b, db))]:
        expected = np.empty_like(array)
        for index in np.ndindex(array.shape):
            old = array[index]
            array[index] = old + step
            above = plain_loss(network, X, Y)
            array[index] = old - step
            expected[index] = (above - plain_loss(network, X, Y)) / (2 * step)
            array[index] = old
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)


def test_layers_without_biases_equal_layers_with_biases_of_zero():
    with_zeros, X, Y = example("tanh", "sigmoid", "squared_error", "mean")
    for layer in with_zeros.layers:
        layer.b[:] = 0
    without = Network([Layer(layer.W, None, layer.activation) for layer in with_zeros.layers], "squared_error", "mean")
    passed = forward(without, X)
    assert_equal(passed.S, forward(with_zeros, X).S)
    grads = backward(without, passed, Y)
    assert_equal(grads.dW, plain_backward(with_zeros, X, Y)[1])
    assert grads.db == [None] * 3 and grads.change_b == [None] * 3


@pytest.mark.parametrize("rows", [1, 4, 6])
@EVERY_COMBINATION
def test_a_record_handed_in_again_holds_the_same_bits_as_a_fresh_one(hidden, output, loss, reduction, rows):
    network, X, Y = example(hidden, output, loss, reduction)
    used, grads = empty_forward_pass(network, 6), empty_gradients(network, 6)
    backward(network, forward(network, -X, out=used), Y, out=grads)
    part, part_grads = used.rows(rows), grads.rows(rows)
    assert forward(network, X[:rows], out=part) is part
    assert backward(network, part, Y[:rows], out=part_grads) is part_grads
    fresh = forward(network, X[:rows])
    fresh_grads = backward(network, fresh, Y[:rows])
    for name, ours, theirs in [(n, getattr(a, n), getattr(b, n)) for a, b, names in (
            (part, fresh, ("S", "A")), (part_grads, fresh_grads, ("dA", "slope", "delta", "dW", "db"))) for n in names]:
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(one, other, err_msg=name)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_uint8_images_are_scaled_to_what_their_floats_divided_by_255_give(dtype):
    network = new_network((256, 3), ("linear",), np.random.default_rng(12), dtype=dtype)
    images = np.arange(256, dtype=np.uint8)[None, :]
    passed = forward(network, images)
    assert passed.A[0].dtype == dtype and passed.A[0].min() == 0 and passed.A[0].max() == 1
    np.testing.assert_array_equal(passed.A[0], np.array([[i / 255 for i in range(256)]], dtype))
    np.testing.assert_array_equal(passed.output, forward(network, images / dtype(255)).output)
    assert images[0, 255] == 255


@pytest.mark.parametrize("X", [[[1, 2, 3]], np.array([[1, 2, 3]]), np.array([[1, 2, 3]], np.float32)])
def test_lists_integers_and_other_floats_are_taken_as_they_are(X):
    network = new_network((3, 2), ("linear",), np.random.default_rng(13))
    np.testing.assert_array_equal(forward(network, X).A[0], [[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("shape", [(3,), (4, 2), (2, 2, 3), (0, 3)])
def test_an_x_that_does_not_fit_is_refused_naming_both_shapes(shape):
    network = new_network((3, 2), ("tanh",), np.random.default_rng(14))
    with pytest.raises(ValueError, match=rf"X has shape \({shape[0]},.*the network takes \(m, 3\) with m from 1 on"):
        forward(network, np.ones(shape))


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 3), (3, 2), (1, 2)])
def test_a_y_that_does_not_fit_is_refused_naming_both_shapes(shape):
    network = new_network((3, 2), ("tanh",), np.random.default_rng(15))
    passed, Y = forward(network, np.ones((4, 3))), np.ones(shape)
    for refuse in (backward, batch_loss, loss_per_example):
        with pytest.raises(ValueError, match=r"Y has shape .*, the network's output has \(4, 2\)"):
            refuse(network, passed, Y)


def test_neither_forward_nor_backward_changes_the_network_or_the_batch():
    network, X, Y = example("relu", "softmax", "cross_entropy", "mean")
    before, X_before, Y_before = network.copy(), X.copy(), Y.copy()
    backward(network, forward(network, X), Y)
    for layer, old in zip(network.layers, before.layers):
        np.testing.assert_array_equal(layer.W, old.W)
        np.testing.assert_array_equal(layer.b, old.b)
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(Y, Y_before)


def test_the_outputs_of_all_layers_lie_side_by_side_but_not_those_of_fewer_examples():
    network = new_network((3, 5, 4, 2), ("tanh",) * 3, np.random.default_rng(0))
    room = empty_forward_pass(network, 6)
    together = _together(room.S)
    for l, S in enumerate(room.S):
        S[...] = l
    np.testing.assert_array_equal(together, [np.repeat([0, 1, 2], [30, 24, 12])])
    assert _together(room.rows(5).S) is None and _together(room.rows(6).S) is not None
