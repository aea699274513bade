"""An activation is a function of the weighted sum S and, beside it, its slope dA/dS.

Every function takes S (m, n) and an optional `out` of the same shape that it overwrites.
Every slope takes S and the A already computed from it, because the slope is often cheaper from A.
"""
from dataclasses import dataclass
from math import inf
from typing import Callable

import numpy as np

ONE = np.array(1, np.float32)   # takes the type of the floats it meets, and sooner than a Python 1 does


def sigmoid(S, out=None):
    """Return 1 / (1 + exp(-S)), without a warning however large S is.

    exp overflows to infinity for S below about -709 (-88 in float32), and 1/inf is the right answer, 0.
    """
    with np.errstate(over="ignore"):
        out = np.exp(np.negative(S, out=out), out=out)
        np.add(out, ONE, out=out)
        return np.divide(ONE, out, out=out)


def sigmoid_slope(S, A, out=None):
    return np.multiply(A, np.subtract(ONE, A, out=out), out=out)


def tanh(S, out=None):
    return np.tanh(S, out=out)


def tanh_slope(S, A, out=None):
    return np.subtract(ONE, np.multiply(A, A, out=out), out=out)


def relu(S, out=None):
    return np.maximum(S, 0, out=out)


def relu_slope(S, A, out=None):
    """Return 1 where S > 0, else 0. At S = 0 any value in [0, 1] would do; we choose 0, as TensorFlow does."""
    return np.greater(S, 0, out=np.empty_like(S) if out is None else out)


LEAK = 0.01     # of Maas, Hannun and Ng 2013


def leaky_relu(S, out=None):
    return np.maximum(S, np.multiply(S, LEAK, out=out), out=out)


def leaky_relu_slope(S, A, out=None):
    """Return 1 where S > 0, else 0.01: the sign, -1, 0 or 1, but never less than that. At S = 0, as TensorFlow does."""
    return np.maximum(np.sign(S, out=out), LEAK, out=out)


def linear(S, out=None):
    return np.positive(S, out=out)


def linear_slope(S, A, out=None):
    out = np.empty_like(S) if out is None else out
    out.fill(1)
    return out


def softmax(S, out=None):
    """Return exp(S) / sum(exp(S)) for each row, shifted by the row's largest S so that nothing overflows."""
    exp = np.exp(S - S.max(axis=1, keepdims=True))
    return np.divide(exp, exp.sum(axis=1, keepdims=True), out=out)


@dataclass(frozen=True)
class Activation:
    function: Callable
    slope: Callable | None          # None: not element-wise (softmax has a full Jacobian for each row)
    outputs: tuple                  # (lowest, highest) that A comes near or reaches
    slopes: tuple = (0.0, 1.0)      # (lowest, highest) that dA/dS comes near or reaches
    initialisation: str = "scaled_normal"   # a key of network.INITIALISATIONS: what weights suit it, where nobody says


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_slope, (0.0, 1.0), (0.0, 0.25)),
    "tanh": Activation(tanh, tanh_slope, (-1.0, 1.0)),
    "relu": Activation(relu, relu_slope, (0.0, inf), initialisation="he"),
    "leaky_relu": Activation(leaky_relu, leaky_relu_slope, (-inf, inf), (LEAK, 1.0), "he"),
    "linear": Activation(linear, linear_slope, (-inf, inf), (1.0, 1.0)),
    "softmax": Activation(softmax, None, (0.0, 1.0)),
}
ELEMENTWISE = tuple(name for name, activation in ACTIVATIONS.items() if activation.slope is not None)
