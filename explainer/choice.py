"""What the reader has chosen, as plain data: what decides the walk, how it is looked at, and what the next run changes.

`after` is what follows from a change, for every page: another network starts its walk anew.
"""
import re
from dataclasses import dataclass, fields, replace

from mlp_core.activations import ACTIVATIONS, ELEMENTWISE
from mlp_core.losses import OUTPUT_LOSSES
from mlp_core.presets import PRESETS, own_preset

from . import limits
from .selection import Selection
from .toys import toy

RUN = re.compile(r"run(\d{1,6})-([eb]\d{1,9})")     # the weights of a run at one of its moments: run2-e5
PARTS = ("train", "test", "drawing")
HIDDEN = ("answers", "settings")    # what a link may leave out


@dataclass(frozen=True)
class Choice:
    """What decides the walk, and the network of the next run."""
    net: str = "deep"           # a key of PRESETS, or "own"
    setting: str = ""           # "best" or "source"; empty: what the preset shows first
    weights: str = "untrained"  # "trained": as it ships; "run2-e5": run 2 after epoch 5; "taught": on the Draw page
    part: str = "train"         # whose images batches are made of; "drawing": the reader's, and training images
    batch: int = 1              # from 1
    seed: int = 0               # of the initial weights
    init: str = ""              # how these are drawn, a key of INITIALISATIONS; empty: as the setting says
    alpha: float | None = None  # None: the preset's own
    hidden: str = "32"          # your own network: sizes of the hidden layers
    act: str = "tanh"
    out: str = "softmax"
    loss: str = "cross_entropy"
    red: str = "mean"
    numbers: int = 0            # of a worked example: the seed of other numbers; 0: the source's own
    edits: str = ""             # and what the reader typed over them (toys.py)
    ahead: int = 0              # steps of training on the batches from this one on, before the one that is walked

    @property
    def of_run(self):
        """(number of the run, key of its moment) where the weights are a run's, else None."""
        found = RUN.fullmatch(self.weights)
        return (int(found[1]), found[2]) if found else None

    def preset(self):
        if self.net != "own":
            return toy(self.net, self.numbers, self.edits) if self.has_other_numbers else PRESETS[self.net]
        return own_preset(hidden_sizes(self.hidden), self.act, self.out, self.loss, self.red,
                          learning_rate=0.1 if self.red == "mean" else 0.001)

    @property
    def has_other_numbers(self):
        """Whether this is a worked example with other numbers than its source has."""
        return self.net != "own" and PRESETS[self.net].is_toy and bool(self.numbers or self.edits)

    def settings(self):
        setting = self.preset().setting(self.chosen_setting)
        return replace(setting, initialisation=self.init, options={}) if self.init else setting

    @property
    def chosen_setting(self):
        return self.setting or self.preset().shown_first

    @property
    def learning_rate(self):
        return self.alpha or self.settings().learning_rate


@dataclass(frozen=True)
class Look:
    """How the walk is looked at: nothing here changes a number of it."""
    step: str = "X"
    i: int = Selection.i
    j: int = Selection.j
    k: int = Selection.k
    p: int = Selection.p
    pictures: bool | None = None    # layer 1 as 28×28 images; None: where it is the gradient, of which one sees most so
    marked: bool = False        # saturated cells marked
    same_scale: bool = False    # one colour scale for a quantity in all layers
    short: bool = False         # the short way of about twelve stops
    guide: bool = False         # questions before results
    hand: str = "nothing"       # of a worked example: which results are covered, to be worked out (by_hand.LEVELS)
    present: bool = False       # for a room: larger, the short way, nothing but the walk
    hide: str = ""              # "answers": none is given before the reader's own; "settings": none can be changed;
                                # both with a comma
    check: str = "weight"       # which part of the Check page: "weight", "all" or "broken"
    weight: str = ""            # whose weight is nudged there: W1, b1, …; empty: those of the step’s layer
    eps: float = 5.0            # and by how much: 10 to minus this
    mistake: str = "as_you_go"  # a key of broken.MISTAKES
    source: str = "pdf"         # which document the Sources page shows, a key of documents.SYSTEMS, or "all"
    about: str = "system"       # which part of it, a key of documents.PARTS
    formula: str = ""           # a formula of it by its key; empty: the first
    link: int = 4               # back to which layer the chain rule is written out

    def hides(self, what):
        """Whether "answers" or "settings" are left out."""
        return what in self.hide.split(",")

    @property
    def selection(self):
        return Selection(self.i, self.j, self.k, self.p)


@dataclass(frozen=True)
class NextRun:
    """What the reader set for the next run; None: as the setting has it, α as the walk has it."""
    learning_rate: float | None = None
    batch_size: int | None = None
    epochs: int | None = None
    falling: bool | None = None

    def of(self, choice):
        """Return the Setting of the next run: the chosen one with these changes."""
        changes = {"learning_rate": choice.learning_rate} | {
            name: value for name, value in vars(self).items() if value is not None}
        return replace(choice.settings(), **changes)


@dataclass(frozen=True)
class Chosen:
    """All that the reader has chosen."""
    choice: Choice = Choice()
    look: Look = Look()
    next_run: NextRun = NextRun()


PLACES = {field.name: name for name, record in (("choice", Choice), ("look", Look), ("next_run", NextRun))
          for field in fields(record)}
FOLLOWS = {     # what becomes of other fields when one is changed
    "net": {"setting": "", "init": "", "numbers": 0, "edits": "", "alpha": None, "weights": "untrained", "ahead": 0,
            "batch": 1, "step": "X", "hand": "nothing", "i": Look.i, "j": Look.j, "k": Look.k, "p": Look.p},
    "setting": {"init": "", "alpha": None, "ahead": 0},
    "weights": {"ahead": 0},
    "source": {"formula": ""},
    "numbers": {"edits": "", "init": "", "weights": "untrained", "ahead": 0},
    "edits": {"init": "", "weights": "untrained", "ahead": 0},
}


def after(chosen, **changes):
    """Return the Chosen after these changes and what follows from them; a change itself stands above what follows."""
    if {"net", "setting"} & set(changes):
        chosen = replace(chosen, next_run=NextRun())
    every = {name: value for field in changes for name, value in FOLLOWS.get(field, {}).items()} | changes
    for place in ("choice", "look", "next_run"):
        mine = {name: value for name, value in every.items() if PLACES[name] == place}
        chosen = replace(chosen, **{place: replace(getattr(chosen, place), **mine)})
    if chosen.choice.loss not in OUTPUT_LOSSES[chosen.choice.out]:
        chosen = after(chosen, loss=OUTPUT_LOSSES[chosen.choice.out][0])
    return chosen


def own_fields(preset):
    """Return the fields of the Choice that describe a network of one's own."""
    hidden, drawn = preset.activations[:-1], preset.best.initialisation
    like = (name for name in (Choice.act, *ELEMENTWISE) if ACTIVATIONS[name].initialisation == drawn)
    act = "-".join(dict.fromkeys(hidden)) or next(like, Choice.act)     # without hidden layers: how weights are drawn
    return {"hidden": ", ".join(map(str, preset.sizes[1:-1])), "act": act,
            "out": preset.activations[-1], "loss": preset.loss, "red": preset.best.reduction}


def hidden_sizes(text):
    """Return the sizes in "64, 32", "64 32" or "64-32"; () for an empty text. Raises ValueError in a sentence."""
    parts = [part for part in re.split(r"[\s,;-]+", text) if part]
    if len(parts) > limits.LAYERS or not all(part.isdecimal() and len(part) < 10 and 1 <= int(part) <= limits.UNITS
                                             for part in parts):
        raise ValueError(f"hidden layers are up to {limits.LAYERS} whole numbers from 1 to {limits.UNITS}, "
                         "as in 64, 32")
    return tuple(int(part) for part in parts)
