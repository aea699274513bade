"""Learning from one example at a time, faster: the first layer's products are made for a block of examples at once.

The first layer holds most of the weights, and one example is too little work for a matrix product. Within a block,
S of example t would be X[t] @ W as the t examples before it left W: that is X[t] @ W_start + Σ_{j<t} (X[t]·X[j]) c[j],
where c[j] = −α·δ[j] is what example j adds along its own input. So two products for the whole block,
S = X @ W_start and K = X @ X.T, replace one for each example, and W changes once: W += X.T @ c.
The sums are those of one example after the other in another order: the same to rounding, not to the bit.
"""
import numpy as np

from .activations import ACTIVATIONS
from .losses import LOSSES
from .propagation import empty_forward_pass, empty_gradients
from .recording import note, repeat, spread

BLOCK = 64  # examples; the time hardly depends on it between 32 and 128


class OnlineBlock:
    """The examples that lie in X and Y, floats, each of which is learned before the next one is seen."""

    def __init__(self, network, X, Y, minus_alpha):
        """minus_alpha is a 0-d array; like X and Y it may hold something else for the next block."""
        m = len(X)
        self.network, self.X, self.Y, self.minus_alpha = network, X, Y, minus_alpha
        self.passed, self.grads = empty_forward_pass(network, m), empty_gradients(network, m)
        self.K, self.c = np.empty((m, m), network.dtype), np.empty_like(self.passed.S[0])
        self.loss, self.calls = np.empty((), network.dtype), None

    def learn(self):
        """Learn from all of them, one after the other; return the mean of the losses that each had when it came."""
        if self.calls is None:
            self.calls = self._first()
        else:
            repeat(self.calls)
        return self.loss.item()

    def _first(self):
        """Learn for the first time and return all calls: every example needs the same ones, a row further down."""
        passed, grads, K, c, Y = self.passed, self.grads, self.K, self.c, self.Y
        begun = note(_begin, self.network, self.X, K, passed.S[0], c)
        first = note(_learn_one, self.network, K[:1], c, c[:1], Y[:1], self.minus_alpha, passed.rows(1), grads.rows(1))
        arrays = [K, c, Y, *passed.S, *passed.A, *grads.dA, *grads.slope, *grads.delta]
        others = [call for calls in spread(first, len(Y), 1, arrays)[1:] for call in calls]
        repeat(others)
        return begun + first + others + note(_end, self.network, self.X, Y, c, passed, grads, self.loss)


def _begin(network, X, K, S, c):
    """Make the two products of the whole block."""
    first = network.layers[0]
    np.matmul(X, first.W, out=S)
    np.matmul(X, X.T, out=K)
    if first.b is not None:
        np.add(S, first.b, out=S)
        if not first.frozen_bias:
            np.add(K, 1, out=K)     # a bias is the weight of one more input, which is always 1
    c.fill(0)                       # what the examples to come have added


def _learn_one(network, K, c, own, Y, minus_alpha, passed, grads):
    """Learn from one example, a row of everything: `own` is its row of c. All layers change but the first."""
    layers, S, A, dA, delta = network.layers, passed.S, passed.A, grads.dA, grads.delta
    np.add(S[0], np.dot(K, c, out=delta[0]), out=S[0])
    for l, layer in enumerate(layers):
        if l:
            np.dot(A[l], layer.W, out=S[l])
            if layer.b is not None:
                np.add(S[l], layer.b, out=S[l])
        ACTIVATIONS[layer.activation].function(S[l], out=A[l + 1])
    LOSSES[network.loss].slope(A[-1], Y, out=delta[-1] if dA[-1] is None else dA[-1])
    for l in range(len(layers) - 1, -1, -1):
        layer = layers[l]
        if dA[l] is not None:
            slope = ACTIVATIONS[layer.activation].slope(S[l], A[l + 1], out=grads.slope[l])
            np.multiply(dA[l], slope, out=delta[l])
        if l == 0:
            np.multiply(delta[0], minus_alpha, out=own)
            continue
        np.dot(delta[l], layer.W.T, out=dA[l - 1])
        np.multiply(delta[l], minus_alpha, out=delta[l])
        np.add(layer.W, np.dot(A[l].T, delta[l], out=grads.dW[l]), out=layer.W)
        if layer.b is not None and not layer.frozen_bias:
            np.add(layer.b, delta[l][0], out=layer.b)


def _end(network, X, Y, c, passed, grads, loss):
    """Change the first layer by what all examples add to it, and note the mean of their losses."""
    first = network.layers[0]
    np.add(first.W, np.matmul(X.T, c, out=grads.dW[0]), out=first.W)
    if first.b is not None and not first.frozen_bias:
        np.add(first.b, np.add.reduce(c, axis=0, out=grads.db[0]), out=first.b)
    losses = LOSSES[network.loss].per_example(passed.S[-1], passed.output, Y)
    np.divide(losses.sum(), len(Y), out=loss)
