"""Notes repeat what the readable functions do, to the bit and on new numbers, and what cannot be noted is refused."""
from dataclasses import replace
from functools import partial
from itertools import product
from math import isfinite

import numpy as np
import pytest

from mlp_core import Network, backward, batch_loss, descend, forward, new_network, train
from mlp_core.activations import ACTIVATIONS
from mlp_core.losses import LOSSES
from mlp_core.propagation import empty_forward_pass
from mlp_core.recording import Lesson, note, quiet, repeat, spread

DTYPES = (np.float32, np.float64)
PAIRS = [(hidden, output, loss) for hidden, output, loss in product(ACTIVATIONS, ACTIVATIONS, LOSSES)
         if ACTIVATIONS[hidden].slope is not None and output in LOSSES[loss].outputs]


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def assert_repeats(function, *arrays, dtype=np.float64):
    """Note the function once, and let it repeat on other numbers what it does by itself there. Returns the notes."""
    rng, out = np.random.default_rng(41), np.empty_like(function(*arrays))

    def lesson(out, *arrays):
        np.copyto(out, function(*arrays))
    calls = note(lesson, out, *arrays)
    for _ in range(2):
        for array in arrays:
            array[...] = rng.normal(size=array.shape)
        expected = function(*arrays)
        repeat(calls)
        assert same_bits(out, expected)
    return calls


def matrix(*shape, seed=40, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


@pytest.mark.parametrize("biases", ["learned", "frozen", "none"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("hidden, output, loss", PAIRS)
def test_training_is_to_the_bit_what_the_readable_functions_do(hidden, output, loss, reduction, dtype, biases):
    rng = np.random.default_rng(42)
    X, Y = rng.normal(size=(29, 7)).astype(dtype), np.eye(4, dtype=dtype)[rng.integers(0, 4, 29)]
    drawn = new_network((7, 6, 5, 4), (hidden, hidden, output), rng, loss=loss, random_biases=True, dtype=dtype)
    network = Network([replace(layer, b=None if biases == "none" else layer.b, frozen_bias=biases == "frozen")
                       for layer in drawn.layers], loss, reduction)
    plain, order, losses = network.copy(), np.random.default_rng(43), []
    for alpha in (0.03, 0.01):
        rows = order.permutation(29)
        for batch in (rows[at:at + 4] for at in range(0, 29, 4)):
            passed = forward(plain, X[batch])
            losses.append(float(batch_loss(plain, passed, Y[batch])))
            descend(plain, backward(plain, passed, Y[batch]), alpha)
    told = list(train(network, X, Y, learning_rate=(0.03, 0.01).__getitem__, batch_size=4, epochs=2,
                      rng=np.random.default_rng(43)))
    assert [progress.loss for progress in told] == losses and all(map(isfinite, losses))
    for ours, theirs in zip(network.layers, plain.layers):
        assert same_bits(ours.W, theirs.W) and (ours.b is theirs.b is None or same_bits(ours.b, theirs.b))


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("X_type, Y_type", [(np.uint8, np.uint8), (np.float64, np.int64), (np.float16, np.float64)])
def test_images_and_targets_of_other_types_teach_what_they_teach_the_readable_functions(X_type, Y_type, batch_size):
    rng = np.random.default_rng(48)
    X, Y = rng.integers(0, 3, (29, 7)).astype(X_type), np.eye(4, dtype=Y_type)[rng.integers(0, 4, 29)]
    network = new_network((7, 5, 4), ("tanh", "sigmoid"), rng, reduction="mean", dtype=np.float32)
    plain, losses = network.copy(), []
    for at in range(0, 29, batch_size):
        passed = forward(plain, X[at:at + batch_size])
        losses.append(float(batch_loss(plain, passed, Y[at:at + batch_size])))
        descend(plain, backward(plain, passed, Y[at:at + batch_size]), 0.5)
    told = list(train(network, X, Y, learning_rate=0.5, batch_size=batch_size, shuffle=False, look_ahead=1))
    assert [progress.loss for progress in told] == losses
    assert all(same_bits(ours.W, theirs.W) for ours, theirs in zip(network.layers, plain.layers))
    list(train(plain, X, Y, learning_rate=0.5, batch_size=1, shuffle=False))        # as it is looked ahead


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_and_slope_repeats(name, dtype):
    activation, S = ACTIVATIONS[name], matrix(5, 4, dtype=dtype)
    assert_repeats(activation.function, S)
    if activation.slope is not None:
        assert_repeats(lambda S: activation.slope(S, activation.function(S)), S)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_and_slope_repeats(name, dtype):
    S, Y = matrix(5, 4, dtype=dtype), matrix(5, 4, seed=44, dtype=dtype)
    assert_repeats(lambda S, Y: LOSSES[name].per_example(S, S, Y), S, Y)
    assert_repeats(LOSSES[name].slope, S, Y)


@pytest.mark.parametrize("function", [
    lambda S: S.sum(), lambda S: S.mean(axis=1), lambda S: S.max(axis=0, keepdims=True), lambda S: -S ** 2 / 3,
    lambda S: S.T @ S, lambda S: S[1:3] * S[:2], lambda S: np.maximum(S, 0.01 * S), lambda S: np.where(S > 0, S, 0.5),
    lambda S: np.clip(S, -1, 1), lambda S: np.concatenate([S, S]), lambda S: np.multiply(S, 2, out=np.empty_like(S)),
    lambda S: np.greater(S, 0, out=np.empty_like(S)), lambda S: np.add(S, 1, where=S > 0, out=np.zeros_like(S)),
    lambda S: np.dot(S.T, S, out=np.empty_like(S, shape=(4, 4))), lambda S: np.linalg.norm(S, axis=1), lambda S: abs(S),
])
def test_whatever_makes_an_array_repeats(function):
    assert_repeats(function, matrix(5, 4))


def test_arithmetic_in_place_and_filling_repeat():
    def lesson(S, out):
        out.fill(3)
        out *= S
        out += 1
    S, out = matrix(5, 4), np.empty((5, 4))
    calls = note(lesson, S, out)
    S[...] = matrix(5, 4, seed=45)
    repeat(calls)
    np.testing.assert_array_equal(out, 3 * S + 1)


def test_repeating_makes_no_new_array():
    calls = note(lambda S: ((S - S.max(axis=1, keepdims=True)) ** 2).sum(), matrix(5, 4))
    assert all(any(isinstance(value, np.ndarray) and value.flags.writeable for value in call.args) for call in calls)
    outs = [[id(value) for value in call.args] for call in calls]
    repeat(calls)
    assert outs == [[id(value) for value in call.args] for call in calls] and len(calls) == 4


def test_the_same_question_about_the_same_numbers_is_answered_once():
    assert len(note(lambda S: [S - S.max(axis=1, keepdims=True) for _ in range(3)], matrix(5, 4))) == 2


def test_a_question_about_numbers_that_have_changed_is_asked_again():
    def twice(S):
        first = S.max(axis=1)
        np.negative(S, out=S)
        return np.add(first, S.max(axis=1))

    def lesson(S, out):
        np.copyto(out, twice(S))
    S, other, out = matrix(5, 4), matrix(5, 4, seed=46), np.empty(5)
    calls = note(lesson, S, out)
    S[...] = other
    repeat(calls)
    np.testing.assert_array_equal(out, other.max(axis=1) + (-other).max(axis=1))


def test_an_answer_that_two_places_share_may_not_be_overwritten():
    def lesson(S):
        first, second = S * 2, S * 2
        np.exp(second, out=second)
        return first
    with pytest.raises(TypeError, match="two places of a lesson have in common"):
        note(lesson, matrix(5, 4))


@pytest.mark.parametrize("lesson", [
    lambda S: bool(S.any()), lambda S: float(S.sum()), lambda S: 1 if S[0, 0] > 0 else 2, lambda S: S[1, 2],
    lambda S: S.item(0), lambda S: S.argmax(), lambda S: int(S.max()), lambda S: list(S[0]), lambda S: S.tolist(),
    lambda S: range(4)[S.max()], lambda S: S.sum() in (1, 2), lambda S: f"{float(S.max()):.2f}",
    lambda S: S.__setitem__(0, 1), lambda S: S.sort(), lambda S: S.put(0, 1), lambda S: S.partition(1),
    lambda S: S.copy(), lambda S: S.astype(np.float32), lambda S: S.T.ravel(), lambda S: S.take([1]),
    lambda S: S[S > 0], lambda S: S[[0, 2]], lambda S: S.dot(S.T), lambda S: S.repeat(2), lambda S: S.cumsum(),
    lambda S: np.add.at(S, 0, 1), lambda S: np.add.accumulate(S), lambda S: np.add.outer(S, S), lambda S: np.frexp(S),
    lambda S: np.add.reduce(S, where=S > 0), lambda S: np.add.reduce(S, initial=5), lambda S: np.allclose(S, S),
    lambda S: np.multiply(S, 2, out=np.empty((5, 4))), lambda S: np.dot(S.T, S, out=np.empty((4, 4))),
])
def test_what_the_notes_would_repeat_wrongly_is_refused(lesson):
    with pytest.raises(TypeError):
        note(lesson, matrix(5, 4))


def test_notes_are_moved_down_the_rows_of_their_arrays():
    X, Y, total = matrix(12, 3), np.empty((12, 3)), np.zeros(3)

    def lesson(X, Y, all_of_X, total):
        np.maximum(X, 0, out=Y)
        np.add(total, all_of_X.sum(axis=0) + Y.sum(axis=0), out=total)
    places = spread(note(lesson, X[:4], Y[:4], X, total), 3, 4, (X, Y))
    for calls in places[1:]:
        repeat(calls)
    np.testing.assert_array_equal(Y, np.maximum(X, 0))
    np.testing.assert_allclose(total, 3 * X.sum(axis=0) + Y.sum(axis=0), rtol=1e-12)


def test_a_lesson_stops_at_a_loss_that_is_not_finite_and_goes_on_when_it_is_again():
    X, learned = np.ones(3), np.zeros(3)

    def teach(X, learned):
        yield X.sum()
        np.add(learned, X, out=learned)
    lesson = Lesson(teach, X, learned)
    for number, count in ((np.nan, 0), (1, 1), (np.inf, 1), (1, 2)):
        X.fill(number)
        assert isfinite(lesson()) == isfinite(number)
        np.testing.assert_array_equal(learned, np.full(3, float(count)))


def test_silence_is_kept_inside_its_context():
    with np.errstate(all="raise"):
        before, context = np.geterr(), quiet()
        assert np.isinf(context.run(partial(np.exp, np.array([1e4]))))
        assert np.geterr() == before


def test_training_leaves_the_readers_own_way_with_errors_alone_between_batches():
    network = new_network((3, 2), ("sigmoid",), np.random.default_rng(47))
    with np.errstate(all="raise"):
        before = np.geterr()
        for _ in train(network, matrix(9, 3), np.zeros((9, 2)), learning_rate=0.1, batch_size=2, shuffle=False):
            assert np.geterr() == before


def test_there_is_room_for_no_example_too():
    room = empty_forward_pass(new_network((3, 5, 2), ("tanh",) * 2, np.random.default_rng(49)), 0)
    assert [S.shape for S in room.S] == [(0, 5), (0, 2)] and [A.shape for A in room.A] == [(0, 3), (0, 5), (0, 2)]
