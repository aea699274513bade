"""The whole state of the walk as plain data, and its two directions: to the address and back.

Reading never fails: what the address asks for and cannot have becomes a plain sentence and the default.
"""
import re
from dataclasses import dataclass, fields, replace
from math import isfinite

from mlp_core.activations import ELEMENTWISE
from mlp_core.losses import LOSSES, OUTPUT_LOSSES
from mlp_core.network import REDUCTIONS
from mlp_core.presets import PRESETS, own_preset

from .selection import Selection

RUN = re.compile(r"run(\d{1,6})-([eb]\d{1,9})")     # the weights of a run at one of its moments: run2-e5
PARTS = ("train", "test", "drawing")
LARGEST = 784


@dataclass(frozen=True)
class WalkState:
    net: str = "deep"           # a key of PRESETS, or "own"
    setting: str = ""           # "best" or "source"; empty: what the preset shows first
    weights: str = "untrained"  # "trained": as it ships; "run2-e5": run 2 after epoch 5; "taught": on the Draw page
    part: str = "train"         # whose images batches are made of; "drawing": the reader's, and training images
    batch: int = 1              # from 1
    seed: int = 0               # of the initial weights
    alpha: float | None = None  # None: the preset's own
    step: str = "X"
    i: int = Selection.i
    j: int = Selection.j
    k: int = Selection.k
    p: int = Selection.p
    view: str = "symbols"       # or "numbers"
    pictures: bool = False      # layer 1 as 28×28 images
    marked: bool = False        # saturated cells marked
    hidden: str = "32"          # your own network: sizes of the hidden layers
    act: str = "tanh"
    out: str = "softmax"
    loss: str = "cross_entropy"
    red: str = "mean"

    @property
    def moment(self):
        """(number of the run, key of its moment) where the weights are a run's, else None."""
        found = RUN.fullmatch(self.weights)
        return (int(found[1]), found[2]) if found else None

    @property
    def selection(self):
        return Selection(self.i, self.j, self.k, self.p)

    def preset(self):
        if self.net != "own":
            return PRESETS[self.net]
        return own_preset(hidden_sizes(self.hidden), self.act, self.out, self.loss, self.red,
                          learning_rate=0.1 if self.red == "mean" else 0.001)

    def settings(self):
        return self.preset().setting(self.chosen_setting)

    @property
    def chosen_setting(self):
        return self.setting or self.preset().shown_first

    @property
    def learning_rate(self):
        return self.alpha or self.settings().learning_rate


def own_fields(preset):
    """Return the fields of the WalkState that describe a network of one's own."""
    hidden = preset.activations[:-1]
    return {"hidden": ", ".join(map(str, preset.sizes[1:-1])), "act": "-".join(dict.fromkeys(hidden)) or "tanh",
            "out": preset.activations[-1], "loss": preset.loss, "red": preset.best.reduction}


ALWAYS = ("net", "step", "i", "j")


def to_address(state):
    """Return {name: text}: the network, the step and the cell always, the rest where it is not the default."""
    default = WalkState()
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    return {name: _text(value) for name, value in values.items()
            if name in ALWAYS or value != getattr(default, name)}


def _text(value):
    return {True: "1", False: "0"}.get(value, str(value)) if isinstance(value, bool) else \
        repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def from_address(parameters):
    """Return (WalkState, sentences): what the address says, and a sentence for each part that was left out."""
    state, sentences = WalkState(), []
    for name, text in parameters.items():
        if name not in READERS:
            continue
        try:
            state = replace(state, **{name: READERS[name](text)})
        except ValueError as error:
            sentences.append(f"The address has {name}={text[:40]}, but {error}; the default is shown.")
    return _consistent(state, sentences)


def _consistent(state, sentences):
    if state.loss not in OUTPUT_LOSSES[state.out]:
        sentences.append(f"The loss {state.loss} does not go with the output {state.out}; "
                         f"{OUTPUT_LOSSES[state.out][0]} is used.")
        state = replace(state, loss=OUTPUT_LOSSES[state.out][0])
    if state.weights == "trained" and state.net != "deep":
        sentences.append("Only the network of four sigmoid layers comes trained; this one is shown untrained.")
        state = replace(state, weights="untrained")
    return state, sentences


def fitted(state, batches, steps, sizes, m):
    """Return (state, sentences) with the batch, the step and the cell inside what this walk has.

    sizes are the network's (n_0, …, n_L); m is the number of examples in the batch.
    """
    sentences = []
    if not 1 <= state.batch <= batches:
        span = f"there are batches 1 to {batches:,}" if batches > 1 else "there is only one"
        sentences.append(f"There is no batch {state.batch}: {span}. Batch 1 is shown.")
        state = replace(state, batch=1)
    if steps and state.step not in steps:
        sentences.append(f"This network has no step “{state.step[:20]}”. The walk starts at X.")
        state = replace(state, step="X")
    largest_unit = max(sizes[1:])
    for name, what, size in (("i", "example", m), ("j", "unit", largest_unit), ("k", "unit", _largest_below(sizes)),
                             ("p", "pixel", LARGEST)):
        if not 0 <= getattr(state, name) < size:
            default = getattr(WalkState(), name) if getattr(WalkState(), name) < size else 0
            if getattr(state, name) != getattr(WalkState(), name):
                span = f"they go from 0 to {size - 1}" if size > 1 else "there is only 0"
                sentences.append(f"There is no {what} {getattr(state, name)} here: {span}. "
                                 f"{what.capitalize()} {default} is shown.")
            state = replace(state, **{name: default})
    return state, sentences


def _largest_below(sizes):
    """How far k goes: over the units below any layer, and over the inputs where these are no pixels."""
    return max(sizes[1:] if sizes[0] == LARGEST else sizes)


def hidden_sizes(text):
    """Return the sizes in "64, 32" as a tuple; none for an empty text. Raises ValueError in a sentence."""
    parts = [part.strip() for part in text.replace("-", ",").split(",") if part.strip()]
    if len(parts) > 6 or not all(part.isdecimal() and len(part) < 10 and 1 <= int(part) <= LARGEST for part in parts):
        raise ValueError(f"hidden layers are up to six whole numbers from 1 to {LARGEST}, as in 64, 32")
    return tuple(int(part) for part in parts)


def _one_of(*choices):
    def read(text):
        if text not in choices:
            raise ValueError(f"it can be {', '.join(choices)}")
        return text
    return read


def _weights(text):
    if not RUN.fullmatch(text):
        _one_of("untrained", "trained", "taught")(text)
    return text


def _whole(text):
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError("that is not a whole number from 0 on")
    return int(text)


def _rate(text):
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (isfinite(value) and 0 < value <= 1000):
        raise ValueError("a learning rate is a number above 0 and up to 1000")
    return value


def _switch(text):
    return _one_of("0", "1")(text) == "1"


def _hidden(text):
    hidden_sizes(text)
    return text


READERS = {
    "net": _one_of(*PRESETS, "own"), "setting": _one_of("best", "source"), "weights": _weights,
    "part": _one_of(*PARTS), "batch": _whole, "seed": _whole, "alpha": _rate, "step": str,
    "i": _whole, "j": _whole, "k": _whole, "p": _whole,
    "view": _one_of("symbols", "numbers"), "pictures": _switch, "marked": _switch, "hidden": _hidden,
    "act": _one_of(*ELEMENTWISE), "out": _one_of(*OUTPUT_LOSSES),
    "loss": _one_of(*LOSSES), "red": _one_of(*REDUCTIONS),
}
