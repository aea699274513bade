"""What activations and losses are according to someone else than the core: formulas in another form, for every test.

What has no formula here, such as an activation that was just added, is taken from the statement that the screen shows,
worked out in more digits than the core has; TensorFlow is asked for all of them in test_against_tensorflow.py.
"""
import numpy as np

from explainer.notation import ACTIVATION_NOTATION, LOSS_NOTATION, fill
from mlp_core import ACTIVATIONS, LOSSES
from mlp_core.activations import ELEMENTWISE

STEP = 1e-6     # of the central differences; in extended precision they are right to about twelve digits


def softmax(S):
    """Of each row of (m, n)."""
    return np.exp(S - np.logaddexp.reduce(S, axis=1)[:, None])


FORMULAS = {
    "sigmoid": lambda S: np.exp(-np.logaddexp(0, -S)),
    "tanh": lambda S: np.sign(S) * -np.expm1(-2 * abs(S)) / (np.exp(-2 * abs(S)) + 1),
    "relu": lambda S: (S + abs(S)) / 2,
    "linear": lambda S: S,
    "softmax": softmax,
}
SLOPES = {
    "sigmoid": lambda S: np.exp(-np.logaddexp(0, -S) - np.logaddexp(0, S)),
    "tanh": lambda S: np.exp(-2 * (np.logaddexp(S, -S) - np.log(2))),
    "relu": lambda S: np.where(S > 0, 1.0, 0.0),
    "linear": np.ones_like,
}


def shown(code, **names):
    """Work out a statement that the screen shows, in extended precision."""
    names = {name: np.asarray(value, np.longdouble) for name, value in names.items()}
    return np.asarray(eval(fill(code, S="S", A="A", Y="Y"), {"np": np, **names}), np.longdouble)


def activation(name, S):
    """f(S) of (m, n), in float64."""
    formula = FORMULAS.get(name) or (lambda S: shown(ACTIVATION_NOTATION[name].code, S=S))
    return np.asarray(formula(np.asarray(S, np.longdouble)), np.float64)


def slope(name, S):
    """f′(S) of (m, n), in float64; not for softmax, whose units depend on each other."""
    S = np.asarray(S, np.float64)
    if name in SLOPES:
        return SLOPES[name](S)
    S, code = S.astype(np.longdouble), ACTIVATION_NOTATION[name].code
    return ((shown(code, S=S + STEP) - shown(code, S=S - STEP)) / (2 * STEP)).astype(np.float64)


LOSS_FORMULAS = {   # of each example, from its weighted sums, its outputs and its targets
    "half_squared_error": lambda S, A, Y: np.einsum("mj,mj->m", A - Y, A - Y) / 2,
    "squared_error": lambda S, A, Y: np.linalg.norm(A - Y, axis=1) ** 2,
    "cross_entropy": lambda S, A, Y: np.einsum("mj,mj->m", Y, np.logaddexp.reduce(S, axis=1)[:, None] - S),
}


def loss(name, S, A, Y):
    """(m,): the loss of each example, in float64."""
    formula = LOSS_FORMULAS.get(name) or (lambda S, A, Y: shown(LOSS_NOTATION[name].code, S=S, A=A, Y=Y))
    return np.asarray(formula(*(np.asarray(array, np.float64) for array in (S, A, Y))), np.float64)


# The tables, walked by the tests: every pair of an output and a loss, and every activation beneath one

PAIRS = [(output, loss) for loss in LOSSES for output in LOSSES[loss].outputs]
HIDDEN = ELEMENTWISE
assert set(ACTIVATIONS) == {*HIDDEN, "softmax"}, \
    "another activation that is not element-wise needs an oracle of its own"
