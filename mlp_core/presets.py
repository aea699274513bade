"""The networks of the sources, each as its source has it and, where that differs, as it works best.

A Setting is everything that decides a run; a Preset is an architecture with its settings.
"""
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from .activations import ACTIVATIONS
from .losses import OUTPUT_LOSSES
from .network import Layer, Network, new_network


@dataclass(frozen=True)
class Setting:
    learning_rate: float
    batch_size: int | None              # None: the full batch
    epochs: int
    reduction: str = "sum"
    initialisation: str | None = "scaled_normal"    # None: the weights are printed
    options: dict = field(default_factory=dict)
    random_biases: bool = False
    frozen_biases: bool = False
    shuffle: bool = True
    falling: bool = False               # α falls linearly, from learning_rate in the first epoch towards 0
    note: str = ""                      # what the source leaves open, or what these settings give

    def rate(self, epoch):
        """Return the learning rate of an epoch, counted from 0."""
        return self.learning_rate * (1 - epoch / self.epochs if self.falling else 1)


@dataclass(frozen=True)
class Preset:
    title: str
    sizes: tuple
    activations: tuple
    loss: str
    source: Setting                     # as the source has it
    best: Setting                       # as it works best; the same object where nothing differs
    dtype: type = np.float32
    weights: tuple | None = None        # fixed ((W, b), …) where the source prints them
    example: tuple | None = None        # fixed (X, Y) where the source prints them
    shown_first: str = "best"           # the setting a reader meets first: "source" where numbers are compared

    @property
    def is_toy(self):
        """A worked example with printed weights and printed inputs, not an MNIST network."""
        return self.example is not None

    def setting(self, which):
        """Return the Setting called "source" or "best"."""
        return {"source": self.source, "best": self.best}[which]

    def network(self, setting, rng):
        """Build the network, untrained: with the printed weights, or drawn from rng."""
        parameters = self.weights if setting.initialisation is None else self._drawn(setting, rng)
        layers = [Layer(np.array(W, self.dtype), None if b is None else np.array(b, self.dtype), f,
                        frozen_bias=setting.frozen_biases)
                  for (W, b), f in zip(parameters, self.activations)]
        return Network(layers, self.loss, setting.reduction)

    def _drawn(self, setting, rng):
        """Return ((W, b), …) drawn as the setting says; a layer whose printed weights have no b gets none."""
        drawn = new_network(self.sizes, self.activations, rng, loss=self.loss, initialisation=setting.initialisation,
                            options=setting.options, random_biases=setting.random_biases)
        printed = self.weights or [(layer.W, layer.b) for layer in drawn.layers]
        return [(layer.W, None if b is None else layer.b) for layer, (_, b) in zip(drawn.layers, printed)]


UNIFORM = {"low": 0.0, "high": 1.0}

_deep = Setting(0.1, 100, 30, "sum", "scaled_normal", {"gain": 2.0}, falling=True,
                note="α = 0.1 on batch sums is α = 10 on batch means.")
_relu16 = Setting(0.3, 100, 30, "mean", "glorot", falling=True)
_relu10 = Setting(0.3, 100, 20, "mean", "he", falling=True)
_online = Setting(0.05, 1, 5, "sum", "scaled_normal", {"gain": 1.0})
_nielsen = Setting(3.0, 10, 30, "mean", "glorot")
_mazur = Setting(0.5, 1, 10_000, "sum", None, note="Biases learn, as in any library.")
_hmkcode = Setting(0.05, 1, 1, "sum", None)
_xor = Setting(0.5, 4, 5_000, "sum", None,
               note="The weights of a textbook’s example (Negnevitsky 2005, Artificial Intelligence, section 6.4), its "
                    "thresholds as biases. E is summed over all four examples, as Rumelhart, Hinton and Williams did "
                    "in 1986; the book takes one at a time.")

PRESETS = {
    "deep": Preset(
        "Four sigmoid layers", (784, 64, 32, 16, 10), ("sigmoid",) * 4, "half_squared_error",
        replace(_deep, epochs=10, falling=False, initialisation="uniform", options=UNIFORM, random_biases=True,
                note="“A randomized matrix” read literally, U(0, 1): every unit saturates and the network never "
                     "learns. The source gives no α; 0.1 is ours."),
        _deep),
    "relu16": Preset(
        "Two ReLU layers", (784, 16, 16, 10), ("relu", "relu", "softmax"), "cross_entropy",
        Setting(0.001, None, 10_000, "mean", "uniform", UNIFORM, random_biases=True, shuffle=False,
                note="Full batch, U(0, 1), α = 0.001: about half of the images are read right after 1,500 epochs, "
                     "not the printed 93.2 %."),
        _relu16),
    "relu10": Preset(
        "One ReLU layer", (784, 10, 10), ("relu", "softmax"), "cross_entropy",
        Setting(0.1, None, 500, "mean", "he", shuffle=False,
                note="The source gives no α, initialisation or number of epochs; these are ours."),
        _relu10),
    "online": Preset(
        "Online sigmoid", (784, 16, 10), ("sigmoid",) * 2, "squared_error",
        Setting(0.01, 1, 5, "sum", "normal", {"scale": 0.01}, random_biases=True, shuffle=False),
        _online),
    "mazur": Preset(
        "Mazur’s example", (2, 2, 2), ("sigmoid",) * 2, "half_squared_error",
        replace(_mazur, frozen_biases=True, note="His biases are used but never updated."),
        _mazur, np.float64,
        weights=((((.15, .25), (.20, .30)), (.35, .35)), (((.40, .50), (.45, .55)), (.60, .60))),
        example=(((.05, .10),), ((.01, .99),)), shown_first="source"),
    "hmkcode": Preset(
        "hmkcode’s example", (2, 2, 1), ("linear",) * 2, "half_squared_error",
        _hmkcode, _hmkcode, np.float64,
        weights=((((.11, .12), (.21, .08)), None), (((.14,), (.15,)), None)),
        example=(((2., 3.),), ((1.,),))),
    "xor": Preset(
        "The XOR problem", (2, 2, 1), ("sigmoid",) * 2, "half_squared_error", _xor, _xor, np.float64,
        weights=((((.5, .9), (.4, 1.)), (-.8, .1)), (((-1.2,), (1.1,)), (-.3,))),
        example=(((1., 1.), (0., 1.), (1., 0.), (0., 0.)), ((0.,), (1.,), (1.,), (0.,)))),
    "nielsen": Preset(
        "Nielsen’s first network", (784, 30, 10), ("sigmoid",) * 2, "half_squared_error",
        replace(_nielsen, initialisation="normal", options={"scale": 1.0}, random_biases=True,
                note="N(0, 1) over 784 inputs saturates many units."),
        _nielsen),
}


@lru_cache(maxsize=32)      # a page asks for it again and again
def own_preset(hidden=(32,), hidden_activation="tanh", output="softmax", loss=None, reduction="mean",
               learning_rate=0.1, batch_size=100, n_in=784, n_out=10, dtype=np.float32):
    """Return the preset "your own": any sizes, and any allowed pair of output and loss.

    The loss defaults to the first that goes with the output. Raises ValueError for what does not fit.
    """
    if output not in OUTPUT_LOSSES:
        raise ValueError(f"{output!r} is no output activation here; there are {', '.join(OUTPUT_LOSSES)}")
    loss = loss or OUTPUT_LOSSES[output][0]
    kind = ACTIVATIONS.get(hidden_activation, ACTIVATIONS[output])      # an unknown one is refused below
    setting = Setting(learning_rate, batch_size, 10, reduction, kind.initialisation)
    activations = (hidden_activation,) * len(hidden) + (output,)
    preset = Preset("Your own", (n_in, *hidden, n_out), activations, loss, setting, setting, dtype)
    preset.network(setting, np.random.default_rng(0))
    return preset
