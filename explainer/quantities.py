"""The arrays of a walk as matrices: each with its symbol, what its rows and columns are, and its colours.

Every function takes the Walk and, where there is one, the number of the layer, from 1; nothing is computed here.
"""
import numpy as np

from mlp_core.activations import ACTIVATIONS

from .notation import symbol
from .step import Axis, Matrix

EXAMPLE = Axis("i", "example")


def units(walk, l, field="j"):
    """The axis of layer l's units; layer 0 is the input."""
    if l == 0:
        return Axis("p", "pixel") if walk.images is not None else Axis("k", "input")
    return Axis(field, f"unit of layer {l}")


def inputs(walk):
    X = walk.passed.A[0]
    return Matrix("X", symbol("X"), X, EXAMPLE, units(walk, 0), bool((X < 0).any()), "input",
                  1.0 if walk.images is not None else None)


def targets(walk):
    columns = Axis("j", walk.kind) if walk.images is not None else units(walk, walk.L)
    return Matrix("Y", symbol("Y"), walk.Y, EXAMPLE, columns, False, "target", 1.0)


def sums(walk, l, after=False):
    passed, name, of = _pass(walk, "S", l, after)
    return Matrix(name, of, passed.S[l - 1], EXAMPLE, units(walk, l), True, "sum")


def outputs(walk, l, field="j", after=False):
    """A of layer l, which is X for layer 0: colours from 0 up where no output is negative."""
    if l == 0:
        return inputs(walk)
    passed, name, of = _pass(walk, "A", l, after)
    low, high = ACTIVATIONS[walk.layer(l).activation].outputs
    return Matrix(name, of, passed.A[l], EXAMPLE, units(walk, l, field), low < 0, "activation",
                  high if low == 0 and np.isfinite(high) else None)


def _pass(walk, quantity, l, after):
    """(ForwardPass, name, Symbol) before or after the update."""
    of = symbol(quantity, l)
    return (walk.passed_after, f"{quantity}{l}_new", of.renewed) if after else (walk.passed, f"{quantity}{l}", of)


def losses(walk, after=False):
    """The loss of each example, in the same colours before and after."""
    name, values = ("E_i_new", walk.losses_new) if after else ("E_i", walk.losses)
    return Matrix(name, symbol(name), values[:, None], EXAMPLE, Axis(None, "loss"), False, "error",
                  float(max(walk.losses.max(), walk.losses_new.max())))


def parameters(walk, l, which):
    """W or b of layer l; b as a matrix of one row."""
    array = getattr(walk.layer(l), which)
    rows = units(walk, l - 1, "k") if which == "W" else Axis(None, "bias")
    return Matrix(f"{which}{l}", symbol(which, l), np.atleast_2d(array), rows, units(walk, l), True, "weight")


def gradients(walk, l, which):
    """∇W or ∇b of layer l, `which` being "W" or "b"."""
    array = (walk.grads.dW if which == "W" else walk.grads.db)[l - 1]
    rows = units(walk, l - 1, "k") if which == "W" else Axis(None, "bias")
    return Matrix(f"d{which}{l}", symbol(f"d{which}", l), np.atleast_2d(array), rows, units(walk, l), True, "gradient")


def output_slopes(walk, l):
    """∂Eᵢ/∂A of layer l: each row belongs to its own example's loss, with no 1/m."""
    return Matrix(f"dA{l}", symbol("dA", l), walk.grads.dA[l - 1], EXAMPLE, units(walk, l), True, "error")


def slopes(walk, l):
    """f′(S) of layer l."""
    low, _ = ACTIVATIONS[walk.layer(l).activation].slopes
    return Matrix(f"slope{l}", symbol("slope", l), walk.grads.slope[l - 1], EXAMPLE, units(walk, l), low < 0, "slope")


def deltas(walk, l, field="j"):
    return Matrix(f"delta{l}", symbol("delta", l), walk.grads.delta[l - 1], EXAMPLE, units(walk, l, field), True,
                  "delta")
