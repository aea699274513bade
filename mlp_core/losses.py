"""A loss says how wrong each example is and, beside it, how that changes with the outputs.

`per_example(S, A, Y)` returns (m,), one loss an example. `slope(A, Y, out)` returns (m, n):
the loss's derivative by the outputs A or, where `by` is "S", by the weighted sums S.
"""
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .activations import ACTIVATIONS, ELEMENTWISE


def half_squared_error(S, A, Y):
    return 0.5 * ((A - Y) ** 2).sum(axis=1)


def half_squared_error_slope(A, Y, out=None):
    return np.subtract(A, Y, out=out)


def squared_error(S, A, Y):
    return ((A - Y) ** 2).sum(axis=1)


def squared_error_slope(A, Y, out=None):
    return np.multiply(2, np.subtract(A, Y, out=out), out=out)


def cross_entropy(S, A, Y):
    """Return -sum(Y * log softmax(S)) of each row, from the logits S by log-sum-exp: never log(0).

    Y is one-hot, or any row of probabilities that sums to 1.
    """
    shifted = S - S.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - (Y * shifted).sum(axis=1)


def cross_entropy_slope(A, Y, out=None):
    """Return dE/dS of softmax and cross-entropy together: their two derivatives collapse into A - Y."""
    return np.subtract(A, Y, out=out)


@dataclass(frozen=True)
class Loss:
    per_example: Callable
    slope: Callable
    by: str                 # "A": slope is dE/dA; "S": slope is dE/dS, the output's delta itself
    outputs: tuple          # the output activations it goes with


LOSSES = {
    "half_squared_error": Loss(half_squared_error, half_squared_error_slope, "A", ELEMENTWISE),
    "squared_error": Loss(squared_error, squared_error_slope, "A", ELEMENTWISE),
    "cross_entropy": Loss(cross_entropy, cross_entropy_slope, "S", ("softmax",)),
}

OUTPUT_LOSSES = {   # the losses that go with each output activation
    output: tuple(name for name, loss in LOSSES.items() if output in loss.outputs) for output in ACTIVATIONS}
