"""What the reader has chosen, to the address and back.

Reading never fails: what the address asks for and cannot have becomes a plain sentence and the default.
"""
import re
from dataclasses import fields, replace
from math import isfinite

from mlp_core.activations import ELEMENTWISE
from mlp_core.losses import LOSSES, OUTPUT_LOSSES
from mlp_core.network import INITIALISATIONS, REDUCTIONS
from mlp_core.presets import PRESETS

from . import limits
from .broken import MISTAKES
from .by_hand import LEVELS
from .choice import HIDDEN, PARTS, PLACES, RUN, Choice, Chosen, Look, NextRun, hidden_sizes
from .documents import PARTS as ABOUT
from .documents import SYSTEMS
from .toys import checked

PIXELS = 784    # of an image
ALWAYS = ("net", "step", "i", "j")


def to_address(chosen):
    """Return {name: text}: the network, the step and the cell always, the rest where it is not the default."""
    values = [(field.name, getattr(record, field.name), field.default)
              for record in (chosen.choice, chosen.look, chosen.next_run) for field in fields(record)]
    return {name: _text(value) for name, value, default in values if name in ALWAYS or value != default}


def _text(value):
    return {True: "1", False: "0"}.get(value, str(value)) if isinstance(value, bool) else \
        repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def from_address(parameters):
    """Return (Chosen, sentences): what the address says, and a sentence for each part that was left out."""
    found, sentences = {"choice": {}, "look": {}, "next_run": {}}, []
    for name, text in parameters.items():
        if name not in READERS:
            continue
        try:
            found[PLACES[name]][name] = READERS[name](text)
        except ValueError as error:
            sentences.append(f"The address has {name}={text[:40]}, but {error}; the default is shown.")
    if found["look"].get("formula"):
        found["look"].setdefault("about", "formulas")
    choice, more = consistent(Choice(**found["choice"]))
    look = Look(**found["look"])
    if look.hides("answers"):
        look = replace(look, guide=True)
    return Chosen(choice, look, NextRun(**found["next_run"])), sentences + more


def consistent(choice):
    """Return (Choice, sentences) without what does not go together."""
    sentences = []
    if choice.loss not in OUTPUT_LOSSES[choice.out]:
        sentences.append(f"The loss {choice.loss} does not go with the output {choice.out}; "
                         f"{OUTPUT_LOSSES[choice.out][0]} is used.")
        choice = replace(choice, loss=OUTPUT_LOSSES[choice.out][0])
    if choice.weights == "trained" and choice.net != "deep":
        sentences.append("Only the network of four sigmoid layers comes trained; this one is shown untrained.")
        choice = replace(choice, weights="untrained")
    if (choice.numbers or choice.edits) and not choice.has_other_numbers:
        sentences.append("Only a worked example can have other numbers; this network is shown as it is.")
        choice = replace(choice, numbers=0, edits="")
    try:
        choice.preset()
    except ValueError as error:
        sentences.append(f"The typed numbers were left out: {error}.")
        choice = replace(choice, edits="")
    return choice, sentences


def fitted_batch(choice, batches):
    """Return (Choice, sentences) with the batch inside what these data have."""
    if 1 <= choice.batch <= batches:
        return choice, []
    span = f"there are batches 1 to {batches:,}" if batches > 1 else "there is only one"
    return replace(choice, batch=1), [f"There is no batch {choice.batch}: {span}. Batch 1 is shown."]


def fitted(look, steps, sizes, m):
    """Return (Look, sentences) with the step and the cell inside what this walk has.

    sizes are the network's (n_0, …, n_L); m is the number of examples in the batch.
    """
    sentences = []
    if look.step not in steps:
        sentences.append(f"This network has no step “{look.step[:20]}”. The walk starts at X.")
        look = replace(look, step="X")
    for name, what, size in (("i", "example", m), ("j", "unit", max(sizes[1:])), ("k", "unit", _largest_below(sizes)),
                             ("p", "pixel", PIXELS)):
        asked, usual = getattr(look, name), getattr(Look, name)
        if 0 <= asked < size:
            continue
        default = usual if usual < size else 0
        if asked != usual:
            span = f"they go from 0 to {size - 1}" if size > 1 else "there is only 0"
            sentences.append(f"There is no {what} {asked} here: {span}. {what.capitalize()} {default} is shown.")
        look = replace(look, **{name: default})
    return look, sentences


def _largest_below(sizes):
    """How far k goes: over the units below any layer, and over the inputs where these are no pixels."""
    return max(sizes[1:] if sizes[0] == PIXELS else sizes)


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


def _ahead(text):
    if (value := _whole(text)) > limits.AHEAD:
        raise ValueError(f"at most {limits.AHEAD:,} steps are taken ahead")
    return value


def _count(text, most=999_999_999):
    if not 1 <= (value := _whole(text)) <= most:
        raise ValueError(f"it can be 1 to {most:,}")
    return value


def _epochs(text):
    return _count(text, limits.EPOCHS)


def _hide(text):
    parts = text.split(",")
    if not set(parts) <= set(HIDDEN):
        raise ValueError(f"what can be hidden is {' and '.join(HIDDEN)}")
    return ",".join(part for part in HIDDEN if part in parts)


def _rate(text):
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (isfinite(value) and 0 < value <= limits.RATE):
        raise ValueError(f"a learning rate is a number above 0 and up to {limits.RATE}")
    return value


def _switch(text):
    return _one_of("0", "1")(text) == "1"


def _weight(text):
    if not (text[:1] in ("W", "b") and text[1:].isascii() and text[1:].isdecimal() and len(text) < 4):
        raise ValueError("a matrix of weights or biases is W1, b1 and so on")
    return text


def _eps(text):
    value = _rate(text)
    if not (1 <= value <= 12 and 4 * value == int(4 * value)):
        raise ValueError("ε is 10 to minus a number from 1 to 12, in steps of 0.25")
    return value


def _formula(text):
    if not re.fullmatch(r"[\w.-]{1,24}", text, re.ASCII):
        raise ValueError("a formula has a name such as 2.5")
    return text


def _hidden(text):
    hidden_sizes(text)
    return text


READERS = {
    "net": _one_of(*PRESETS, "own"), "setting": _one_of("best", "source"), "weights": _weights,
    "part": _one_of(*PARTS), "batch": _whole, "seed": _whole, "ahead": _ahead, "alpha": _rate, "step": str,
    "init": _one_of(*INITIALISATIONS), "numbers": _whole, "edits": checked,
    "i": _whole, "j": _whole, "k": _whole, "p": _whole,
    "learning_rate": _rate, "batch_size": _count, "epochs": _epochs, "falling": _switch,
    "pictures": _switch, "marked": _switch, "same_scale": _switch, "short": _switch, "present": _switch, "hide": _hide,
    "check": _one_of("weight", "all", "broken"), "weight": _weight, "eps": _eps, "mistake": _one_of(*MISTAKES),
    "source": _one_of(*SYSTEMS, "all"), "about": _one_of(*ABOUT), "formula": _formula,
    "link": lambda text: int(_one_of("1", "2", "3", "4")(text)),
    "guide": _switch, "hand": _one_of(*LEVELS), "hidden": _hidden,
    "act": _one_of(*ELEMENTWISE), "out": _one_of(*OUTPUT_LOSSES),
    "loss": _one_of(*LOSSES), "red": _one_of(*REDUCTIONS),
}
