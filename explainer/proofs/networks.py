"""The documents' networks in float64, written as they are printed: what the proofs are run on.

Nothing is taken from mlp_core, so that a proof and the product can disagree.
"""
from functools import cached_property

import numpy as np

from .claim import central_difference


def sigmoid(S):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-S))


def sigmoid_slope(S):
    return sigmoid(S) * (1 - sigmoid(S))


def relu(S):
    return np.maximum(S, 0)


def softmax(S):
    """Of each row."""
    e = np.exp(S - S.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class FourSigmoidLayers:
    """The network of the MLP README and PDF with fewer units; W[1], S[1], A[1] belong to layer 1, A[0] is X."""

    def __init__(self, sizes=(7, 6, 5, 4, 3), m=8, seed=0):
        rng = np.random.default_rng(seed)
        self.W = [None, *(rng.normal(size=shape) for shape in zip(sizes, sizes[1:]))]
        self.b = [None, *(rng.normal(size=n) for n in sizes[1:])]
        self.X = rng.uniform(size=(m, sizes[0]))
        self.Y = np.eye(sizes[-1])[rng.integers(sizes[-1], size=m)]
        self.run()

    def run(self):
        self.S, self.A = [None], [self.X]
        for W, b in zip(self.W[1:], self.b[1:]):
            self.S.append(self.A[-1] @ W + b)
            self.A.append(sigmoid(self.S[-1]))
        return self.A[-1]

    def slope(self, array, reduction=np.sum):
        """Return the central difference of the loss, ½Σ(A − Y)² over the batch, by every number of `array`."""
        slope = central_difference(lambda: reduction(0.5 * ((self.run() - self.Y) ** 2).sum(axis=1)), array)
        self.run()
        return slope

    def deltas(self, turned=np.transpose):
        """Return delta[1] to delta[4] by the corrected rule, with W transposed, or turned as told."""
        delta = [None] * 4 + [(self.A[4] - self.Y) * sigmoid_slope(self.S[4])]
        for l in (3, 2, 1):
            delta[l] = (delta[l + 1] @ turned(self.W[l + 1])) * sigmoid_slope(self.S[l])
        return delta


class Post:
    """The example 5-3-3-2 of l1g4v’s post, in its columns: a[l] = f(w[l] a[l-1] + b[l]), ½Σ(y − a)²."""

    def __init__(self):
        rng, sizes = np.random.default_rng(0), (5, 3, 3, 2)
        self.w = [None, *(rng.normal(size=(n, n_before)) for n_before, n in zip(sizes, sizes[1:]))]
        self.b = [None, *(rng.normal(size=(n, 1)) for n in sizes[1:])]
        self.x, self.y = rng.uniform(size=(5, 1)), np.array([[1.0], [0.0]])

    def run(self, a2=None):
        """Return a[0] to a[3], with the second hidden layer's values set to a2 if given."""
        a = [self.x]
        for l in (1, 2, 3):
            a.append(sigmoid(self.w[l] @ a[-1] + self.b[l]))
            if l == 2 and a2 is not None:
                a[2] = a2
        return a

    def cost(self, a2=None):
        return 0.5 * ((self.y - self.run(a2)[3]) ** 2).sum()

    def deltas(self, error):
        """Return delta[1] to delta[3] for a given dC/da of the output."""
        a = self.run()
        delta = [None, None, None, error * a[3] * (1 - a[3])]
        for l in (2, 1):
            delta[l] = (self.w[l + 1].T @ delta[l + 1]) * a[l] * (1 - a[l])
        return delta

    @cached_property
    def right(self):
        """(a, delta) with the right sign."""
        a = self.run()
        return a, self.deltas(a[3] - self.y)


class Mazur:
    """Mazur's 2-2-2 example with his published numbers, rows as examples."""
    X, Y = np.array([[.05, .10]]), np.array([[.01, .99]])
    b1, b2 = np.array([.35, .35]), np.array([.60, .60])

    def __init__(self):
        self.W1, self.W2 = np.array([[.15, .25], [.20, .30]]), np.array([[.40, .50], [.45, .55]])

    def E(self):
        return 0.5 * ((sigmoid(sigmoid(self.X @ self.W1 + self.b1) @ self.W2 + self.b2) - self.Y) ** 2).sum()

    def train(self, rounds, in_sequence):
        """Update the weights `rounds` times; in_sequence uses the new W2 for layer 1's gradient."""
        for _ in range(rounds):
            A1 = sigmoid(self.X @ self.W1 + self.b1)
            A2 = sigmoid(A1 @ self.W2 + self.b2)
            delta2 = (A2 - self.Y) * A2 * (1 - A2)
            W2_new = self.W2 - 0.5 * A1.T @ delta2
            self.delta1 = (delta2 @ (W2_new if in_sequence else self.W2).T) * A1 * (1 - A1)
            self.dW1, self.outputs = self.X.T @ self.delta1, A2
            self.W1, self.W2 = self.W1 - 0.5 * self.dW1, W2_new
        return self


class OneReluLayer:
    """The NumPy-only README’s network, small, in columns as it writes them; cross-entropy, mean over m examples."""

    def __init__(self):
        rng, self.m = np.random.default_rng(0), 7
        self.W = [None, rng.normal(size=(4, 5)), rng.normal(size=(3, 4))]
        self.b = [None, rng.normal(size=(4, 1)), rng.normal(size=(3, 1))]
        self.X, self.Y = rng.uniform(size=(5, self.m)), np.eye(3)[rng.integers(3, size=self.m)].T

    def run(self):
        Z1 = self.W[1] @ self.X + self.b[1]
        return Z1, softmax((self.W[2] @ relu(Z1) + self.b[2]).T).T

    def loss(self):
        return -(self.Y * np.log(self.run()[1])).sum() / self.m

    def errors(self):
        """Return (None, dZ1, dZ2) of the examples, as it prints them, with 0 for ReLU′(0)."""
        Z1, A2 = self.run()
        dZ2 = A2 - self.Y
        return None, (self.W[2].T @ dZ2) * (Z1 > 0), dZ2
