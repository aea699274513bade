"""Gradient descent: one step against the gradient, and training as many such steps.

`train` is a generator. It owns no thread, prints nothing and draws nothing: whoever iterates decides.
"""
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np

from .propagation import backward, batch_loss, empty_forward_pass, empty_gradients, forward


def descend(network, grads, learning_rate):
    """Take one step: W ← W − α·dW and b ← b − α·db in every layer, in place, after all gradients are known.

    Leaves the changes in grads.change_W and change_b. Raises ValueError for a learning rate that is not a
    positive finite number. Source: eq. 3.1 and 3.2 of seed 001.
    """
    check_learning_rate(learning_rate)
    for l, layer in enumerate(network.layers):
        np.multiply(grads.dW[l], -learning_rate, out=grads.change_W[l])
        np.add(layer.W, grads.change_W[l], out=layer.W)
        if grads.change_b[l] is not None:
            np.multiply(grads.db[l], -learning_rate, out=grads.change_b[l])
            np.add(layer.b, grads.change_b[l], out=layer.b)


def check_learning_rate(learning_rate):
    if not (isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"the learning rate must be a positive finite number, it is {learning_rate}")


@dataclass(frozen=True)
class Progress:
    epoch: int          # from 1
    batch: int          # from 1 within the epoch
    batches: int        # in an epoch
    examples: int       # seen since the start
    loss: float         # E of this batch, before its update
    diverged: bool = False  # True: the loss is no longer finite, this batch changed nothing, training ended

    @property
    def epoch_ended(self):
        return self.batch == self.batches


def train(network, X, Y, *, learning_rate, batch_size=100, epochs=1, rng=None, shuffle=True):
    """Train in place, yielding Progress after every batch.

    X is (n, n_0) floats or uint8 images, Y (n, n_L). Each epoch sees every example once, in a new order
    drawn from `rng` if `shuffle`; the last, shorter batch is used too. Ends early, with diverged=True and
    the weights left as they were before that batch, when a loss is NaN or infinite.
    Raises ValueError, before anything changes, for settings that make no sense.
    """
    X, Y = np.asarray(X), np.asarray(Y)
    _check_settings(X, Y, learning_rate, batch_size, epochs, rng, shuffle)
    return _train(network, X, Y, learning_rate, int(min(batch_size, len(X))), int(epochs), rng, shuffle)


def _train(network, X, Y, learning_rate, batch_size, epochs, rng, shuffle):
    n, batches, examples = len(X), ceil(len(X) / batch_size), 0
    whole = empty_forward_pass(network, batch_size), empty_gradients(network, batch_size)
    order = np.arange(n)
    for epoch in range(1, epochs + 1):
        if shuffle:
            order = rng.permutation(n)
        for batch in range(1, batches + 1):
            rows = order[(batch - 1) * batch_size:batch * batch_size]
            passed, grads = (record.rows(len(rows)) for record in whole)
            loss = _step(network, X[rows], Y[rows], learning_rate, passed, grads)
            if not isfinite(loss):
                yield Progress(epoch, batch, batches, examples, loss, diverged=True)
                return
            examples += len(rows)
            yield Progress(epoch, batch, batches, examples, loss)


@np.errstate(over="ignore", invalid="ignore")  # a diverging run overflows: the loss says so, NumPy need not
def _step(network, X, Y, learning_rate, passed, grads):
    """Learn from one batch and return its loss; where that is not finite, change nothing."""
    forward(network, X, out=passed)
    loss = float(batch_loss(network, passed, Y))
    if isfinite(loss):
        backward(network, passed, Y, out=grads)
        descend(network, grads, learning_rate)
    return loss


def _check_settings(X, Y, learning_rate, batch_size, epochs, rng, shuffle):
    check_learning_rate(learning_rate)
    if len(X) == 0 or len(X) != len(Y):
        raise ValueError(f"X has {len(X)} examples, Y has {len(Y)}; they need the same number, at least 1")
    if batch_size % 1 != 0 or batch_size < 1:
        raise ValueError(f"the batch size must be a whole number from 1 on, it is {batch_size}")
    if epochs % 1 != 0 or epochs < 0:
        raise ValueError(f"epochs must be a whole number from 0 on, it is {epochs}")
    if shuffle and rng is None:
        raise ValueError("shuffle=True needs rng, a numpy.random.Generator, so that the run can be repeated")
