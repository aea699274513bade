"""Why a run does not learn: where the chain from the loss to a weight breaks, by sending examples through its weights.

The chain of a layer is its δ, that is what comes back through the weights above times f′, and the outputs below it;
whichever is 0 is the reason. It is looked for from the last layer down: what breaks there is missing in all below.
"""
import numpy as np

from mlp_core import backward, forward
from mlp_core.activations import ACTIVATIONS

from .numbers import plain_number
from .steps import SATURATED

EXPLODED = 50       # a mean output above it, or sum before softmax: there is no activation that keeps it small
NEARLY_ALL = 0.8    # of the cells of a layer


@np.errstate(over="ignore", invalid="ignore")
def why_it_is_stuck(network, X, Y, learning_rate):
    """Return a sentence or two: the break nearest to the loss, what follows from it, and what helps."""
    passed = forward(network, X)
    grads = backward(network, passed, Y)
    for look in (_exploded, _alike, _broken, _too_small, _saturated):
        if text := look(network, passed, grads, learning_rate):
            return text
    return ("Slopes come through in every layer, but they are small and much the same for every example: the loss lies "
            "on a plateau. More epochs, a larger α or larger initial weights help.")


def _layers(network):
    """[(l, layer)] from the last layer down; l counts from 1."""
    return list(enumerate(network.layers, 1))[::-1]


def _exploded(network, passed, grads, learning_rate):
    sizes = [float(np.abs(S).mean()) for S in passed.S]
    passed_on = [np.abs(S if ACTIVATIONS[layer.activation].slope is None else A).mean()
                 for layer, S, A in zip(network.layers, passed.S, passed.A[1:])]
    if all(size <= EXPLODED for size in passed_on):
        return ""
    if not np.isfinite(sizes).all():
        return "The sums explode: some are no longer finite numbers. Smaller initial weights and a smaller α help."
    named = ", ".join(f"{plain_number(size, 2)} in layer {l}" for l, size in enumerate(sizes, 1))
    steepest = max(float(np.abs(dW).max()) for dW in grads.dW)
    return (f"The sums explode: mean |S| is {named}, and entries of ∇W reach {plain_number(steepest, 2)}, so each step "
            "throws the weights about. Smaller initial weights help.")


def _alike(network, passed, grads, learning_rate):
    """A hidden layer whose units have the same weights: they get the same gradient for ever."""
    for l, layer in _layers(network)[1:]:
        if layer.n_out > 1 and (layer.W == layer.W[:, :1]).all() and (layer.b is None or (layer.b == layer.b[0]).all()):
            return (f"All units of layer {l} have the same weights, so they get the same gradient and stay alike: the "
                    "layer is worth one unit. Initial weights that differ help, drawn at random.")
    return ""


def _broken(network, passed, grads, learning_rate):
    """The first layer from above where δ is 0 in every example, or where the outputs below it are."""
    for l, layer in _layers(network):
        if not grads.delta[l - 1].any():
            return _no_slope(l, layer, grads)
        if l > 1 and not passed.A[l - 1].any():
            still = " and its biases still learn" if layer.b is not None else ""
            below = "" if grads.delta[l - 2].any() else " " + _no_slope(l - 1, network.layers[l - 2], grads)
            return (f"The units of layer {l - 1} are 0 for every example. So ∇W of layer {l} is 0, although its δ is "
                    f"not{still}.{below}")
    return ""


def _no_slope(l, layer, grads):
    kind, dA, slope = ACTIVATIONS[layer.activation], grads.dA[l - 1], grads.slope[l - 1]
    why, help_ = "its outputs are exactly the targets", "There is nothing left to learn from these examples."
    if slope is not None and not slope.any():
        why = "its sums are all negative, where f′ is 0" if kind.outputs == (0.0, np.inf) else \
            "its units are so saturated that f′ is rounded to 0"
        help_ = "Smaller initial weights or a smaller α help."
    elif dA is not None and not dA.any() and l < len(grads.delta):
        why = f"the weights of layer {l + 1} let nothing back, they are 0"
        help_ = "Initial weights other than 0 help."
    also = f", and none reaches layer {_reaches(l - 1)}" if l > 1 else ""
    return f"δ of layer {l} is 0 for every example: {why}. So layer {l} gets no slope{also}. {help_}"


def _reaches(l):
    """The layers from l down, as they are listed."""
    return ", ".join(str(n) for n in range(1, l + 1))


def _too_small(network, passed, grads, learning_rate):
    """Layers whose step is smaller than the rounding of their weights: they get a slope, but do not move."""
    still = []
    for l, layer in enumerate(network.layers, 1):
        step = learning_rate * float(np.abs(grads.dW[l - 1]).max())
        if step < np.finfo(layer.W.dtype).eps / 2 * float(np.median(np.abs(layer.W))):
            still.append((l, step))
    if not still:
        return ""
    layers, largest = ", ".join(str(l) for l, _ in still), max(step for _, step in still)
    flat = {l: float(slope.mean()) for l, slope in enumerate(grads.slope, 1) if slope is not None}
    least = min(flat, key=flat.get) if flat else None
    why = f"On the way f′ is smallest in layer {least}, on average {plain_number(flat[least], 2)}. " if flat else ""
    return (f"What reaches layer {layers} is too small to move a weight there: α · ∇W is at most "
            f"{plain_number(largest, 2)}, less than the rounding of the weights. {why}"
            "Smaller initial weights or a smaller α help.")


def _saturated(network, passed, grads, learning_rate):
    for l, layer in _layers(network):
        slope, kind = grads.slope[l - 1], ACTIVATIONS[layer.activation]
        if slope is None or not np.isfinite(kind.outputs[1]):
            continue
        share = float((slope < SATURATED).mean())
        if share >= NEARLY_ALL:
            return (f"Layer {l} is saturated: f′ is below {SATURATED} in {share:.0%} of its cells, ".replace("%", " %")
                    + f"so little of the slope gets through to layer {_reaches(l)}. Smaller initial weights or a "
                      "smaller α help.")
    return ""
