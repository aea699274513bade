"""A network is a list of layers, a loss and a reduction: plain data that cannot be built wrong.

Layers are numbered from 1 in every message. W is (n_in, n_out): rows are inputs, columns are units.
"""
from dataclasses import dataclass
from math import prod

import numpy as np

from .activations import ACTIVATIONS
from .losses import LOSSES

REDUCTIONS = ("sum", "mean")


@dataclass(eq=False)     # compared as an object: arrays have no one yes or no
class Layer:
    """One layer: A = f(A_before @ W + b). `b` is None for a layer without biases."""
    W: np.ndarray                # (n_in, n_out)
    b: np.ndarray | None         # (n_out,)
    activation: str
    frozen_bias: bool = False    # True: b is used but never updated, as in Mazur's example

    @property
    def n_in(self):
        return self.W.shape[0]

    @property
    def n_out(self):
        return self.W.shape[1]


@dataclass(eq=False, repr=False)
class Network:
    """Layers with a loss over the batch. Raises ValueError, naming both parts, for what does not fit."""
    layers: list
    loss: str = "half_squared_error"
    reduction: str = "sum"

    def __post_init__(self):
        self.layers, self.vector = list(self.layers), None      # vector: see pack
        _check_known("loss", self.loss, LOSSES)
        _check_known("reduction", self.reduction, REDUCTIONS)
        if not self.layers:
            raise ValueError("a network needs at least one layer")
        for number, layer in enumerate(self.layers, start=1):
            _check_layer(number, layer, self.dtype)
        for number, (below, above) in enumerate(zip(self.layers, self.layers[1:]), start=1):
            _check_joint(number, below, above)
        output = self.layers[-1].activation
        if output not in LOSSES[self.loss].outputs:
            raise ValueError(f"the loss {self.loss!r} does not go with the output activation {output!r}; "
                             f"it goes with {', '.join(LOSSES[self.loss].outputs)}")

    @property
    def dtype(self):
        return self.layers[0].W.dtype

    @property
    def sizes(self):
        return (self.layers[0].n_in, *(layer.n_out for layer in self.layers))

    @property
    def parameters(self):
        """How many numbers training may change."""
        return sum(layer.W.size + (0 if layer.b is None or layer.frozen_bias else layer.b.size)
                   for layer in self.layers)

    def pack(self):
        """Move all parameters into one `vector`, so that an update of all of them is one operation.

        First what learns, layer by layer, W before b; then the frozen biases. Each W and b becomes a view of
        the vector with the numbers it had.
        """
        if self.is_packed():
            return
        self.vector = np.concatenate([getattr(self.layers[l], name).ravel() for l, name in _in_order(self.layers)])
        for layer, W, b in zip(self.layers, *views(self.vector, self.layers)):
            layer.W, layer.b = W, b

    def is_packed(self):
        """Whether every W and b still is a part of `vector`; whoever sets another W or b unpacks the network."""
        return self.vector is not None and all(
            np.may_share_memory(part, self.vector) for layer in self.layers for part in (layer.W, layer.b)
            if part is not None)

    def copy(self, dtype=None):
        """Return a network of its own with the same numbers, in another type where one is given."""
        layers = [Layer(np.array(layer.W, dtype, order="C"), None if layer.b is None else np.array(layer.b, dtype),
                        layer.activation, layer.frozen_bias) for layer in self.layers]
        return Network(layers, self.loss, self.reduction)

    def __repr__(self):
        chain = str(self.sizes[0]) + "".join(f" ─{layer.activation}→ {layer.n_out}" for layer in self.layers)
        return f"Network({chain} | {self.loss}, {self.reduction} over the batch | {self.parameters:,} parameters)"


def parameter_arrays(network):
    """Return [(name, array)] of every W and b, layers numbered from 1."""
    return [(f"{name}{number}", array) for number, layer in enumerate(network.layers, 1)
            for name, array in (("W", layer.W), ("b", layer.b)) if array is not None]


def _in_order(layers):
    """Return [(index of a layer, "W" or "b")] as they follow each other in a packed vector."""
    places = [(l, name) for l, layer in enumerate(layers) for name in ("W", "b") if getattr(layer, name) is not None]
    return sorted(places, key=lambda place: place[1] == "b" and layers[place[0]].frozen_bias)


def views(vector, layers):
    """Return ([W], [b]), one of each for every layer: the parts of a packed vector, None where there is none.

    A vector as long as what learns has no part for frozen biases.
    """
    parts, start = {"W": [None] * len(layers), "b": [None] * len(layers)}, 0
    for l, name in _in_order(layers):
        shape = getattr(layers[l], name).shape
        end = start + prod(shape)
        if end <= len(vector):
            parts[name][l] = vector[start:end].reshape(shape)
        start = end
    return parts["W"], parts["b"]


def _check_known(what, name, table):
    if name not in table:
        raise ValueError(f"{name!r} is no {what} here; there are {', '.join(table)}")


def _check_layer(number, layer, dtype):
    _check_known("activation", layer.activation, ACTIVATIONS)
    if layer.W.ndim != 2 or layer.W.size == 0:
        raise ValueError(f"layer {number}: W has shape {layer.W.shape}, it needs (n_in, n_out)")
    if layer.b is not None and layer.b.shape != (layer.n_out,):
        raise ValueError(f"layer {number}: b has shape {layer.b.shape}, W has {layer.n_out} columns: "
                         f"b needs shape ({layer.n_out},)")
    for name, array in (("W", layer.W), ("b", layer.b)):
        if array is None:
            continue
        if array.dtype not in (np.float32, np.float64):
            raise ValueError(f"layer {number}: {name} is {array.dtype}, it needs float32 or float64")
        if array.dtype != dtype:
            raise ValueError(f"layer {number}: {name} is {array.dtype}, layer 1 is {dtype}; use one for all")
        if not np.isfinite(array).all():
            raise ValueError(f"layer {number}: {name} holds a number that is not finite")


def _check_joint(number, below, above):
    if below.n_out != above.n_in:
        raise ValueError(f"layer {number} gives {below.n_out} values, layer {number + 1} takes {above.n_in}")
    if ACTIVATIONS[below.activation].slope is None:
        raise ValueError(f"{below.activation!r} belongs in the output layer, it is in layer {number} "
                         f"of a network with more layers after it")


def normal(n_in, n_out, rng, scale=1.0):
    """N(0, scale²)."""
    return rng.normal(0, scale, (n_in, n_out))


def uniform(n_in, n_out, rng, low=0.0, high=1.0):
    """U(low, high)."""
    return rng.uniform(low, high, (n_in, n_out))


def scaled_normal(n_in, n_out, rng, gain=1.0):
    """N(0, (gain/√n_in)²); gain 1 is LeCun's initialisation (LeCun et al. 1998, Efficient BackProp)."""
    return rng.normal(0, gain / np.sqrt(n_in), (n_in, n_out))


def glorot(n_in, n_out, rng, gain=1.0):
    """U(-r, r), r = gain·√(6/(n_in + n_out)) (Glorot and Bengio 2010)."""
    r = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-r, r, (n_in, n_out))


def he(n_in, n_out, rng):
    """N(0, 2/n_in), for ReLU (He et al. 2015)."""
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


def zeros(n_in, n_out, rng):
    """0 everywhere: all units of a layer get the same gradient, so they stay the same for ever."""
    return np.zeros((n_in, n_out))


INITIALISATIONS = {"normal": normal, "uniform": uniform, "scaled_normal": scaled_normal, "glorot": glorot, "he": he,
                   "zeros": zeros}


def new_network(sizes, activations, rng, *, loss="half_squared_error", reduction="sum",
                initialisation="scaled_normal", options=None, random_biases=False, dtype=np.float64):
    """Draw a new network: sizes (n_0, …, n_L), one activation for each layer after the input.

    `options` go to the initialisation (scale, gain, low, high). Biases are 0 or, with random_biases,
    drawn as the weights are. Raises ValueError for an unknown name or sizes that do not fit.
    """
    _check_known("initialisation", initialisation, INITIALISATIONS)
    if len(activations) != len(sizes) - 1:
        raise ValueError(f"{len(sizes)} sizes need {len(sizes) - 1} activations, there are {len(activations)}")
    if any(int(size) != size or size < 1 for size in sizes):
        raise ValueError(f"sizes must be whole numbers from 1 on, they are {tuple(sizes)}")
    sizes = [int(size) for size in sizes]
    draw, options, layers = INITIALISATIONS[initialisation], options or {}, []
    for n_in, n_out, activation in zip(sizes, sizes[1:], activations):
        W = draw(n_in, n_out, rng, **options)
        b = draw(n_in, n_out, rng, **options)[0] if random_biases else np.zeros(n_out)
        layers.append(Layer(W.astype(dtype), b.astype(dtype), activation))
    return Network(layers, loss, reduction)
