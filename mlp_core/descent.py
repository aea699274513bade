"""Gradient descent: one step against the gradient, and training as many such steps.

`train` is a generator. It owns no thread, prints nothing and draws nothing: whoever iterates decides.
"""
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np

from .blas import one_thread
from .online import BLOCK, OnlineBlock
from .propagation import backward, batch_loss, empty_forward_pass, empty_gradients, fill_with_floats, forward
from .recording import Lesson, quiet

GATHERED = 128  # rows of X that are gathered and scaled at once, if a batch has fewer


def descend(network, grads, learning_rate):
    """Take one step: W ← W − α·dW and b ← b − α·db in every layer, in place, after all gradients are known.

    Leaves the changes in grads.change_W and change_b. Raises ValueError for a learning rate that is not a
    positive finite number. Source: eq. 3.1 and 3.2 of the MLP PDF.
    """
    check_learning_rate(learning_rate)
    _move(network, grads, -learning_rate)


def _move(network, grads, minus_alpha):
    for parameters, gradient, change in _blocks(network, grads):
        np.multiply(gradient, minus_alpha, out=change)
        np.add(parameters, change, out=parameters)


def _blocks(network, grads):
    """Return [(parameters, gradient, change)]: one of all that learns if the network is packed, else one an array."""
    if network.is_packed():
        learned = slice(grads.change.size)
        return [(network.vector[learned], grads.gradient[learned], grads.change)]
    weights = [(layer.W, *rest) for layer, *rest in zip(network.layers, grads.dW, grads.change_W)]
    biases = [(layer.b, *rest) for layer, *rest in zip(network.layers, grads.db, grads.change_b)]
    return weights + [block for block in biases if block[2] is not None]


def check_learning_rate(learning_rate):
    if not (isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"the learning rate must be a positive finite number, it is {learning_rate}")


def _step(network, X, Y, minus_alpha, passed, grads):
    """The lesson of one batch: forward, loss, backward, descend. All of training is this, again and again.

    Yields the loss; who does not go on leaves the weights as they are. `train` has it carried out once for its arrays,
    and from then on repeats the NumPy calls that it made (recording.py): the same bits without looking anything up.
    """
    forward(network, X, out=passed)
    yield batch_loss(network, passed, Y)
    backward(network, passed, Y, out=grads)
    _move(network, grads, minus_alpha)


@dataclass(slots=True)
class Progress:
    epoch: int          # from 1
    batch: int          # from 1 within the epoch
    batches: int        # in an epoch
    examples: int       # seen since the start
    loss: float         # E of this batch, before its update; of a block of batches of one, their mean
    diverged: bool = False  # True: the loss is no longer finite, this batch changed nothing, training ended

    @property
    def epoch_ended(self):
        return self.batch == self.batches


def train(network, X, Y, *, learning_rate, batch_size=100, epochs=1, rng=None, shuffle=True, look_ahead=BLOCK):
    """Train in place, yielding Progress after every batch, with BLAS on one thread. Packs the network (Network.pack).

    X is (n, n_0) floats or uint8 images, Y (n, n_L); learning_rate is a number, or a function that returns that of an
    epoch, counted from 0, and is asked as each epoch begins. Each epoch sees every example once, in a new order drawn
    from `rng` if `shuffle`; the last, shorter batch is used too. While it runs, nobody else may put other
    arrays into the network; reading them is right after every Progress.
    Ends early, with diverged=True and the weights left as they were before that batch, when a loss is NaN
    or infinite.
    With batch_size=1 it learns `look_ahead` examples between two Progress, whose loss is their mean: the same
    sums in another order (online.py). look_ahead=1 is the plain way, to the bit what forward, backward and
    descend do. Raises ValueError, before anything changes, for settings that make no sense.
    """
    X, Y = np.asarray(X), np.asarray(Y)
    _check_settings(batch_size, epochs, rng, shuffle, look_ahead)
    rate = learning_rate if callable(learning_rate) else lambda epoch: learning_rate
    check_learning_rate(rate(0))
    _check_data(network, X, Y)
    network.pack()
    batch_size, look_ahead = (int(min(size, len(X))) for size in (batch_size, look_ahead))
    if batch_size == 1 < look_ahead:
        learn = _learn_one_by_one(network, _Rows(network, X, Y, look_ahead, look_ahead))
    else:
        learn = _learn_in_batches(network, _Rows(network, X, Y, batch_size))
    return _train(learn, len(X), batch_size, int(epochs), rate, rng, shuffle)


def _train(learn, n, batch_size, epochs, rate, rng, shuffle):
    order, batches, seen = np.arange(n), ceil(n / batch_size), 0
    with one_thread():
        for epoch in range(1, epochs + 1):
            check_learning_rate(learning_rate := rate(epoch - 1))
            if shuffle:
                order = rng.permutation(n)
            done = 0
            for count, loss in learn(order, learning_rate):
                if not isfinite(loss):
                    yield Progress(epoch, ceil(done / batch_size) + 1, batches, seen + done, loss, diverged=True)
                    return
                done += count
                yield Progress(epoch, ceil(done / batch_size), batches, seen + done, loss)
            seen += n


class _Rows:
    """Room for some rows of X, as floats, and of Y: gathered and scaled several small batches at a time."""

    def __init__(self, network, X, Y, batch_size, gathered=GATHERED):
        self.X, self.Y, self.batch_size = X, Y, batch_size
        self.height = batch_size * max(1, gathered // batch_size)
        self.places = self._places(self.height)
        self.rows, self.targets = (np.empty((self.height, *a.shape[1:]), a.dtype) for a in (X, Y))
        self.floats = self.rows if X.dtype == network.dtype else np.empty(self.rows.shape, network.dtype)

    def batches(self, order):
        """Yield (first row, number of rows) of each batch; its rows are here until the next one is asked for."""
        for start in range(0, len(order), self.height):
            count = self._gather(order[start:start + self.height])
            yield from self.places if count == self.height else self._places(count)

    def _places(self, count):
        return [(at, min(self.batch_size, count - at)) for at in range(0, count, self.batch_size)]

    def batch(self, at, count):
        """Return (X, Y) of a batch, views."""
        return self.floats[at:at + count], self.targets[at:at + count]

    def _gather(self, chosen):
        rows, floats, targets = (room[:len(chosen)] for room in (self.rows, self.floats, self.targets))
        self.Y.take(chosen, axis=0, out=targets, mode="clip")   # "clip" writes straight into out; all are in range
        self.X.take(chosen, axis=0, out=rows, mode="clip")
        if self.floats is not self.rows:
            fill_with_floats(floats, rows)
        return len(chosen)


def _learn_in_batches(network, rows):
    """Return a function that learns from the rows in an order, yielding (examples, loss) of each batch."""
    m, minus_alpha = rows.batch_size, np.empty((), network.dtype)
    passed, grads = empty_forward_pass(network, m), empty_gradients(network, m, keep=False)
    lessons, run = {}, quiet().run

    def lesson(at, count):
        """Return the lesson of a batch; the second whole one comes with all others, which are the first, moved down."""
        if count < m or at == 0:
            lessons[at, count] = Lesson(_step, network, *rows.batch(at, count), minus_alpha, passed.rows(count),
                                        grads.rows(count))
        else:
            moved = lessons[0, m].spread(rows.height // m, m, (rows.floats, rows.targets))
            lessons.update({(place * m, m): one for place, one in enumerate(moved)})
        return lessons[at, count]

    def learn(order, learning_rate):
        minus_alpha.fill(-learning_rate)
        for place in rows.batches(order):
            yield place[1], run(lessons.get(place) or lesson(*place))
    return learn


def _learn_one_by_one(network, rows):
    """The same for batches of one: yields (examples, mean loss) of each block, or of each one where it diverges."""
    minus_alpha, before = np.empty((), network.dtype), np.empty_like(network.vector)
    blocks, run = {}, quiet().run

    def plainly(X, Y):
        passed, grads = empty_forward_pass(network, 1), empty_gradients(network, 1)
        for t in range(len(X)):
            yield 1, run(Lesson(_step, network, X[t:t + 1], Y[t:t + 1], minus_alpha, passed, grads))

    def learn(order, learning_rate):
        minus_alpha.fill(-learning_rate)
        for _, count in rows.batches(order):
            if count not in blocks:
                blocks[count] = OnlineBlock(network, *rows.batch(0, count), minus_alpha)
            np.copyto(before, network.vector)
            loss = run(blocks[count].learn)
            if isfinite(loss):
                yield count, loss
            else:
                np.copyto(network.vector, before)   # back to the start of the block, and up to where it diverges
                yield from plainly(*rows.batch(0, count))
    return learn


def _check_settings(batch_size, epochs, rng, shuffle, look_ahead):
    for name, number, least in (("the batch size", batch_size, 1), ("epochs", epochs, 0),
                                ("look_ahead", look_ahead, 1)):
        if number % 1 != 0 or number < least:
            raise ValueError(f"{name} must be a whole number from {least} on, it is {number}")
    if shuffle and rng is None:
        raise ValueError("shuffle=True needs rng, a numpy.random.Generator, so that the run can be repeated")


def _check_data(network, X, Y):
    if len(X) == 0 or len(X) != len(Y):
        raise ValueError(f"X has {len(X)} examples, Y has {len(Y)}; they need the same number, at least 1")
    if X.shape[1:] != network.sizes[:1]:
        raise ValueError(f"X has shape {X.shape}, the network takes (n, {network.sizes[0]})")
    if Y.shape[1:] != network.sizes[-1:]:
        raise ValueError(f"Y has shape {Y.shape}, the network's output has (n, {network.sizes[-1]})")
