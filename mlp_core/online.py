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

BLOCK = 64  # examples; the time hardly depends on it between 32 and 128


class OnlineBlock:
    """Room for a block of examples, each of which is learned before the next one is seen."""

    def __init__(self, network, m=BLOCK):
        self.network, self.loss = network, LOSSES[network.loss]
        self.passed, self.grads = empty_forward_pass(network, m), empty_gradients(network, m)
        self.K, self.c = np.empty((m, m), network.dtype), np.empty_like(self.passed.S[0])
        self.examples = [self._example(t) for t in range(m)]

    def _example(self, t):
        """Everything that example t touches, as views: its K and c, and for each layer (S, A, dA, slope, delta)."""
        def row(array):
            return None if array is None else array[t:t + 1]
        parts = zip(self.passed.S, self.passed.A[1:], self.grads.dA, self.grads.slope, self.grads.delta)
        return row(self.K[:, :t]), self.c[:t], row(self.c), [tuple(map(row, layer)) for layer in parts]

    def learn(self, X, Y, learning_rate):
        """Learn from the rows of X and Y, floats, one after the other; return (m,), each one's loss when it came."""
        m, first = len(X), self.network.layers[0]
        K, S, c = self.K[:m, :m], self.passed.S[0][:m], self.c[:m]
        np.matmul(X, first.W, out=S)
        np.matmul(X, X.T, out=K)
        if first.b is not None:
            np.add(S, first.b, out=S)
            if not first.frozen_bias:
                np.add(K, 1, out=K)     # a bias is the weight of one more input, which is always 1
        for t in range(m):
            self._learn_one(*self.examples[t], Y[t:t + 1], learning_rate)
        np.add(first.W, np.matmul(X.T, c, out=self.grads.dW[0]), out=first.W)
        if first.b is not None and not first.frozen_bias:
            np.add(first.b, np.add.reduce(c, axis=0, out=self.grads.db[0]), out=first.b)
        return self.loss.per_example(self.passed.S[-1][:m], self.passed.output[:m], Y)

    def _learn_one(self, K, earlier, c, parts, Y, learning_rate):
        layers = self.network.layers
        A = None
        for layer, (S, A_next, *_) in zip(layers, parts):
            if A is None:
                np.add(S, np.dot(K, earlier), out=S)
            else:
                np.dot(A, layer.W, out=S)
                if layer.b is not None:
                    np.add(S, layer.b, out=S)
            A = ACTIVATIONS[layer.activation].function(S, out=A_next)
        for l in range(len(layers) - 1, -1, -1):
            layer, (S, A, dA, slope, delta) = layers[l], parts[l]
            if l == len(layers) - 1:
                self.loss.slope(A, Y, out=delta if dA is None else dA)
            if dA is not None:
                np.multiply(dA, ACTIVATIONS[layer.activation].slope(S, A, out=slope), out=delta)
            if l:
                np.dot(delta, layer.W.T, out=parts[l - 1][2])
                np.multiply(delta, -learning_rate, out=delta)
                np.add(layer.W, np.dot(parts[l - 1][1].T, delta, out=self.grads.dW[l]), out=layer.W)
                if layer.b is not None and not layer.frozen_bias:
                    np.add(layer.b, delta[0], out=layer.b)
            else:
                np.multiply(delta, -learning_rate, out=c)
