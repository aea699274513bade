"""Forward fills a record with every intermediate of the batch; backward fills another with every slope.

The record is the workspace: the walk keeps a fresh one to show, training hands the same one in again
(`out`) and allocates nothing. Both run the same statements, so the numbers are the same bits.
Lists are indexed by layer, from 0: S[0], delta[0] and dW[0] belong to what a reader calls layer 1.
"""
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .activations import ACTIVATIONS
from .losses import LOSSES
from .network import views


@dataclass
class ForwardPass:
    S: list     # [0..L-1] weighted sums, (m, n_out) of each layer
    A: list     # [0..L] activations; A[0] is X, (m, n_0)

    @property
    def output(self):
        """The network's answer, (m, n_L)."""
        return self.A[-1]

    def rows(self, m):
        """The same record for the first m examples: views, no copies."""
        return ForwardPass([S[:m] for S in self.S], [A[:m] for A in self.A])


@dataclass
class Gradients:
    dA: list        # [0..L-1] ∂E/∂A of each example, (m, n_out); None where the loss gives ∂E/∂S at once
    slope: list     # [0..L-1] f′(S), (m, n_out); None likewise
    delta: list     # [0..L-1] ∂E/∂S of each example, before any reduction, (m, n_out)
    dW: list        # [0..L-1] gradient of the batch's loss, as W
    db: list        # [0..L-1] as b; None for a layer without biases
    change_W: list  # [0..L-1] what `descend` last added to W: −α·dW
    change_b: list  # [0..L-1] likewise for b; None where b is absent or frozen
    gradient: np.ndarray    # every dW and db: they are views of this vector, in the order of a packed network
    change: np.ndarray      # every change_W and change_b, likewise

    def rows(self, m):
        """The same record for the first m examples: views, no copies."""
        def cut(arrays):
            return [None if a is None else a[:m] for a in arrays]
        return Gradients(cut(self.dA), cut(self.slope), cut(self.delta), self.dW, self.db,
                         self.change_W, self.change_b, self.gradient, self.change)


def empty_forward_pass(network, m):
    """Room for a forward pass of m examples."""
    X = np.empty((m, network.sizes[0]), network.dtype)
    return ForwardPass(_side_by_side(m, network), [X, *_side_by_side(m, network)])


def _side_by_side(m, network):
    """Return room for an output of each layer, (m, n_out), one after the other in memory."""
    sizes = network.sizes[1:]
    memory = np.empty(m * sum(sizes), network.dtype)
    return [part.reshape(m, size) for part, size in zip(np.split(memory, m * np.cumsum(sizes)[:-1]), sizes)]


def _together(arrays):
    """Return all numbers of arrays that lie side by side, (1, n); None if they do not."""
    starts = [array.__array_interface__["data"][0] for array in arrays]
    ends = [start + array.nbytes for start, array in zip(starts, arrays)]
    if starts[1:] != ends[:-1]:
        return None
    return as_strided(arrays[0], (1, sum(array.size for array in arrays)), subok=True,
                      strides=(ends[-1] - starts[0], arrays[0].itemsize))


def empty_gradients(network, m, keep=True):
    """Room for a backward pass of m examples and its update.

    Without `keep` the room is small enough for the processor's cache and what was used is written over: delta lies
    where dA was, and `descend` turns the gradient into the change.
    """
    dA, slope, delta = (_side_by_side(m, network) for _ in range(3))
    if not keep:
        delta = list(dA)
    if LOSSES[network.loss].by == "S":
        dA[-1] = slope[-1] = None
    frozen = sum(layer.n_out for layer in network.layers if layer.frozen_bias and layer.b is not None)
    gradient = np.zeros(network.parameters + frozen, network.dtype)
    change = np.zeros(network.parameters, network.dtype) if keep else gradient[:network.parameters]
    return Gradients(dA, slope, delta, *views(gradient, network.layers), *views(change, network.layers),
                     gradient, change)


def forward(network, X, out=None):
    """Send a batch through the network and return every S and A on the way.

    X is (m, n_0): floats, or uint8 images, which are scaled to [0, 1] by dividing by 255. A float X of the
    network's own dtype becomes A[0] itself, uncopied. A given `out` is overwritten and returned.
    Raises ValueError for an X that does not fit. Source: eq. 1.4 to 1.11 of the MLP README and PDF.
    """
    X, layers = np.asanyarray(X), network.layers
    if X.ndim != 2 or X.shape[1] != layers[0].n_in or not len(X):
        raise ValueError(f"X has shape {X.shape}, the network takes (m, {network.sizes[0]}) with m from 1 on")
    out = empty_forward_pass(network, len(X)) if out is None else out
    if X.dtype == layers[0].W.dtype:
        out.A[0] = X
    else:
        fill_with_floats(out.A[0], X)
    A = out.A[0]
    for layer, S, A_next in zip(layers, out.S, out.A[1:]):
        np.matmul(A, layer.W, out=S)
        if layer.b is not None:
            np.add(S, layer.b, out=S)
        A = ACTIVATIONS[layer.activation].function(S, out=A_next)
    return out


def fill_with_floats(A, X):
    """Copy X into A as floats; uint8 images are scaled to [0, 1]."""
    np.copyto(A, X, casting="same_kind" if X.dtype.kind == "f" else "unsafe")
    if X.dtype == np.uint8:     # A / 255 to the bit, for each of the 256 values, sooner than a division
        np.divide(A, 255, out=A)


def backward(network, passed, Y, out=None):
    """Send the loss's slope back through the network, from the last layer to the first.

    Y is (m, n_L), one-hot for classes. `delta` is per example; dW and db are reduced over the batch as the
    network says (sum or mean). All slopes use the weights as they are: nothing is updated here.
    A given `out` is overwritten and returned. Raises ValueError for a Y that does not fit.
    Source: eq. 2.5, 2.6 and 2.11 to 2.13 of the MLP PDF, with dA_l = delta_{l+1} @ W_{l+1}.T, where the rule
    printed before 2.11 loses delta_{l+1}.
    """
    Y = _checked_targets(passed, Y)
    out = empty_gradients(network, len(Y)) if out is None else out
    loss, layers, last = LOSSES[network.loss], network.layers, len(network.layers) - 1
    _find_slopes(layers, passed, out.slope)
    for l in range(last, -1, -1):
        layer, dA, delta = layers[l], out.dA[l], out.delta[l]
        if l < last:
            np.matmul(out.delta[l + 1], layers[l + 1].W.T, out=dA)
        else:
            loss.slope(passed.output, Y, out=delta if loss.by == "S" else dA)
        if dA is not None:
            np.multiply(dA, out.slope[l], out=delta)
        np.matmul(passed.A[l].T, delta, out=out.dW[l])
        if layer.b is not None:
            np.add.reduce(delta, axis=0, out=out.db[l])
    if network.reduction == "mean":
        np.divide(out.gradient, len(Y), out=out.gradient)
    return out


def _find_slopes(layers, passed, slopes):
    """Set the slopes to f′(S); those of neighbours with one activation at once, where they lie side by side."""
    wanted = [l for l, slope in enumerate(slopes) if slope is not None]
    for activation, neighbours in groupby(wanted, lambda l: layers[l].activation):
        parts = [(passed.S[l], passed.A[l + 1], slopes[l]) for l in neighbours]
        joined = [_together(arrays) for arrays in zip(*parts)]
        for S, A, slope in parts if any(array is None for array in joined) else [joined]:
            ACTIVATIONS[activation].slope(S, A, out=slope)


def input_gradient(network, passed, unit):
    """Return (m, n_0): ∂S_L[unit]/∂X of each example, how its weighted sum in the output layer hangs on each input.

    Times X it says, to first order, what each input adds to that sum. Source: the backward pass with 1 at that unit
    instead of the loss's slope (Simonyan, Vedaldi and Zisserman 2014).
    """
    last = len(network.layers) - 1
    slope = np.repeat(network.layers[last].W[:, unit][None], len(passed.output), axis=0)
    for l in range(last - 1, -1, -1):
        layer = network.layers[l]
        slope = slope * ACTIVATIONS[layer.activation].slope(passed.S[l], passed.A[l + 1])
        slope = slope @ layer.W.T
    return slope


def _checked_targets(passed, Y):
    Y = np.asanyarray(Y)
    if Y.shape != passed.output.shape:
        raise ValueError(f"Y has shape {Y.shape}, the network's output has {passed.output.shape}")
    return Y


def loss_per_example(network, passed, Y):
    """Return (m,): each example's own loss. Raises ValueError for a Y that does not fit."""
    return LOSSES[network.loss].per_example(passed.S[-1], passed.output, _checked_targets(passed, Y))


def batch_loss(network, passed, Y):
    """Return E, the batch's loss: the sum or the mean of the examples' losses, as the network says."""
    E = loss_per_example(network, passed, Y).sum()
    return E if network.reduction == "sum" else E / len(Y)


def loss_at(network, X, Y):
    """Return E of a batch from its inputs: forward, then the batch's loss."""
    return batch_loss(network, forward(network, X), Y)
