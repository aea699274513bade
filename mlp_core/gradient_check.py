"""Central differences: nudge a weight both ways, see what the loss does, and compare with backpropagation.

For a small network every coordinate is nudged; for a large one the whole parameter vector, along random
directions: one direction checks all weights at once. A float32 network is checked as a copy in float64: in float32
the differences of the losses would be rounding.
"""
from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from .network import parameter_arrays
from .propagation import backward, forward, loss_at


@dataclass(frozen=True)
class GradientCheck:
    largest_relative_error: float
    backpropagation: float      # the two numbers, where they differ most
    central_difference: float
    where: str


def gradient_arrays(grads):
    """Return the gradients in the order of `parameter_arrays`."""
    return [g for dW, db in zip(grads.dW, grads.db) for g in (dW, db) if g is not None]


def central_difference(network, X, Y, array, index, step=1e-5):
    """Return (E(w + step) − E(w − step)) / (2·step) for one weight; the network is left as it was."""
    old = array[index]
    array[index] = old + step
    above = loss_at(network, X, Y)
    array[index] = old - step
    below = loss_at(network, X, Y)
    array[index] = old
    return float((above - below) / (2 * step))


def relative_error(a, b, floor=1e-8):
    """Return |a − b| / max(|a|, |b|, floor), or infinity where that is not a number."""
    error = abs(a - b) / max(abs(a), abs(b), floor)
    return error if isfinite(error) else inf


def check_every_weight(network, X, Y, step=1e-5):
    """Compare every coordinate of the gradient with its central difference; returns the worst."""
    network, X = _in_float64(network, X)
    grads = backward(network, forward(network, X), Y)
    worst = GradientCheck(0.0, 0.0, 0.0, "nowhere")
    for (name, array), gradient in zip(parameter_arrays(network), gradient_arrays(grads)):
        scale = 1e-3 * float(np.abs(gradient).max()) + 1e-8
        for index in np.ndindex(array.shape):
            numeric = central_difference(network, X, Y, array, index, step)
            error = relative_error(float(gradient[index]), numeric, floor=scale)
            if error > worst.largest_relative_error:
                worst = GradientCheck(error, float(gradient[index]), numeric, f"{name}{list(index)}")
    return worst


def check_directions(network, X, Y, rng, directions=5, step=1e-5):
    """Compare gradient · v with the central difference along random unit vectors v over all parameters."""
    network, X = _in_float64(network, X)
    grads = gradient_arrays(backward(network, forward(network, X), Y))
    worst = GradientCheck(0.0, 0.0, 0.0, "nowhere")
    for number in range(1, directions + 1):
        v = [rng.normal(size=g.shape) for g in grads]
        length = np.sqrt(sum((part ** 2).sum() for part in v))
        v = [part / length for part in v]
        expected = float(sum((g * part).sum() for g, part in zip(grads, v)))
        numeric = float((_loss_moved(network, X, Y, v, step) - _loss_moved(network, X, Y, v, -step)) / (2 * step))
        error = relative_error(expected, numeric)
        if error > worst.largest_relative_error:
            worst = GradientCheck(error, expected, numeric, f"direction {number}")
    return worst


def _in_float64(network, X):
    """Return (a copy of the network, X), both in float64; uint8 images stay what they are."""
    return network.copy(np.float64), X if np.asarray(X).dtype == np.uint8 else np.asarray(X, np.float64)


def _loss_moved(network, X, Y, v, step):
    moved = network.copy()
    for (_, array), part in zip(parameter_arrays(moved), v):
        array += step * part
    return loss_at(moved, X, Y)
