"""The numbers that Mazur and hmkcode print, beside those of the walk, and the two programs behind Mazur's post.

Only for the walk of the post itself: its own numbers, untrained. Where a post's last digit is its own rounding, or a
number is from another program than the rest, the row says so.
"""
from dataclasses import dataclass

import numpy as np

from mlp_core import forward, loss_at
from mlp_core.network import parameter_arrays
from mlp_core.presets import PRESETS

from .broken import MISTAKES, go_back, step_with


@dataclass(frozen=True)
class Printed:
    name: str           # as the post calls it
    key: str            # of the step that has it
    cell: tuple         # its place in the step's result; () for a number
    published: str      # as printed
    note: str = ""      # why ours is another number, where it is; ends without its full stop


@dataclass(frozen=True)
class Beside:
    printed: Printed
    ours: float
    note: str           # why ours is another number, where it is; ends without its full stop

    @property
    def agrees(self):
        """Whether our number is the printed one to its last digit, give or take one unit of it."""
        return self.off <= 0.51

    @property
    def off(self):
        """How far they are apart, in units of the last printed digit."""
        return abs(self.ours - float(self.printed.published)) * 10.0 ** decimals(self.printed.published)


def decimals(text):
    """Return how many digits stand behind the point."""
    return len(text.partition(".")[2])


FIRST_PROGRAM = "this is from his first program, which sends δ through the updated W²"
MAZUR = (
    Printed("net h1", "S1", (0, 0), "0.3775"),
    Printed("out h1", "A1", (0, 0), "0.593269992"), Printed("out h2", "A1", (0, 1), "0.596884378"),
    Printed("net o1", "S2", (0, 0), "1.105905967"),
    Printed("out o1", "A2", (0, 0), "0.75136507"), Printed("out o2", "A2", (0, 1), "0.772928465"),
    Printed("E total", "E", (), "0.298371109"),
    Printed("∂E/∂out o1", "dA2", (0, 0), "0.74136507"), Printed("δ o1", "delta2", (0, 0), "0.138498562"),
    Printed("∂E/∂w5", "dW2", (0, 0), "0.082167041"),
    Printed("w5⁺", "W2_new", (0, 0), "0.35891648"), Printed("w6⁺", "W2_new", (1, 0), "0.408666186"),
    Printed("w7⁺", "W2_new", (0, 1), "0.511301270"), Printed("w8⁺", "W2_new", (1, 1), "0.561370121"),
    Printed("∂E/∂out h1", "dA1", (0, 0), "0.036350306"), Printed("∂E/∂w1", "dW1", (0, 0), "0.000438568"),
    Printed("w1⁺", "W1_new", (0, 0), "0.149780716"), Printed("w2⁺", "W1_new", (1, 0), "0.19956143"),
    Printed("w3⁺", "W1_new", (0, 1), "0.24975114"), Printed("w4⁺", "W1_new", (1, 1), "0.29950229"),
    Printed("E after the first step", "E_new", (), "0.291027924", FIRST_PROGRAM),
)
HMKCODE = (
    Printed("h1", "A1", (0, 0), "0.85"), Printed("h2", "A1", (0, 1), "0.48"),
    Printed("prediction", "A2", (0, 0), "0.191"), Printed("error", "E", (), "0.327"),
    Printed("delta", "delta2", (0, 0), "-0.809"),
    Printed("new w5", "W2_new", (0, 0), "0.17"), Printed("new w6", "W2_new", (1, 0), "0.17"),
    Printed("new w1", "W1_new", (0, 0), "0.12"), Printed("new w2", "W1_new", (1, 0), "0.23"),
    Printed("new w3", "W1_new", (0, 1), "0.13"), Printed("new w4", "W1_new", (1, 1), "0.10"),
)
PUBLISHED = {"mazur": MAZUR, "hmkcode": HMKCODE}
AFTER = {"mazur": "The post uses its biases and never changes them; that decides nothing before the step.",
         "hmkcode": "Its second forward pass prints h = 0.92 and 0.56 and a prediction of 0.26; the exact ones are "
                    "0.9236, 0.5589 and 0.2557, while its own rounded weights would give 0.25."}


def beside(net, walk):
    """Return [Beside] of the post that a preset is from; [] where the walk is not that of its own numbers."""
    preset = PRESETS.get(net)
    if net not in PUBLISHED or not _is_the_posts(preset, walk):
        return []
    results = {step.key: np.asarray(step.result) for step in walk.steps}
    learning = any(layer.b is not None and not layer.frozen_bias for layer in walk.before.layers)
    return [Beside(printed, float(results[printed.key][printed.cell]),
                   printed.note + "; here the biases learn too" * (bool(printed.note) and learning))
            for printed in PUBLISHED[net]]


def _is_the_posts(preset, walk):
    network = preset.network(preset.source, None)
    same = walk.before.sizes == network.sizes and walk.learning_rate == preset.source.learning_rate
    return same and all(np.array_equal(a, b) for a, b in [
        (walk.passed.A[0], preset.example[0]), (walk.Y, preset.example[1]),
        *((a, b) for (_, a), (_, b) in zip(parameter_arrays(walk.before), parameter_arrays(network)))])


@dataclass(frozen=True)
class Program:
    """One of the programs that a Mazur network can be trained with."""
    title: str
    line: str           # what it does on the way back
    printed: dict       # {updates: the loss that the post prints after so many}
    mistake: str = ""   # a key of MISTAKES
    which: str = "source"   # the setting: "best" where the biases learn


PROGRAMS = (
    Program("his first program", "dA1 = delta2 @ W2_new.T", {1: "0.291027924"}, "as_you_go"),
    Program("his program today", "dA1 = delta2 @ W2.T", {9999: "0.0000351085"}),
    Program("biases learn too", "dA1 = delta2 @ W2.T", {}, which="best"),
)
UPDATES = 1, 100, 9999, 10000
TWO_PROGRAMS = (
    "The post mixes two programs: the loss after the first step, 0.291027924, and the outputs after 10,000 are from "
    "his first one, which updates W² before it sends δ through it. The new weights and the loss 0.0000351085 are from "
    "the one that mends this, the loss after 9,999 steps, not 10,000.")


def losses(program, updates):
    """Return {k: E after k updates} of Mazur's example with one of the PROGRAMS, for each k of `updates`."""
    preset = PRESETS["mazur"]
    network, (X, Y) = preset.network(preset.setting(program.which), None), map(np.array, preset.example)
    found = {}
    for k in range(1, max(updates) + 1):
        p = go_back(network, forward(network, X), Y, preset.source.learning_rate, MISTAKES.get(program.mistake))
        step_with(network, p)
        if k in updates:
            found[k] = float(loss_at(network, X, Y))
    return found
