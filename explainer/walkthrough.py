"""One step of training, taken apart: the records of one batch, and its steps as data.

`take_walk` runs forward, backward, descend and forward again with the core's own functions and keeps
their records. A Step only points at the records' arrays; nothing here computes a second version.
"""
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mlp_core import (
    ForwardPass,
    Gradients,
    Network,
    backward,
    batch_loss,
    descend,
    forward,
    loss_per_example,
)
from mlp_core.data import DIGITS
from mlp_core.propagation import empty_forward_pass

from .steps import every_step

LARGE = 2e7     # weights times examples: the four layers of the first network have 5 million with 100 images


@dataclass(frozen=True)
class Walk:
    before: Network             # a copy, as it was
    after: Network              # a copy, one step later
    images: np.ndarray | None   # (m, 784) uint8, or None for a printed example
    labels: np.ndarray | None   # (m,)
    Y: np.ndarray
    learning_rate: float
    passed: ForwardPass
    grads: Gradients
    passed_after: ForwardPass
    E: np.floating
    E_new: np.floating
    losses: np.ndarray          # (m,)
    losses_new: np.ndarray      # (m,)
    steps: tuple = ()
    classes: tuple = DIGITS     # the word for each label

    @property
    def m(self):
        return len(self.Y)

    @property
    def kind(self):
        """What a class is called."""
        return "digit" if self.classes == DIGITS else "class"

    @property
    def words(self):
        """The word for each example's label, or None for a printed example."""
        return None if self.labels is None else [self.classes[label] for label in self.labels]

    @property
    def L(self):
        return len(self.before.layers)

    @property
    def divisor(self):
        """What the gradients' sums over the batch are divided by."""
        return self.m if self.before.reduction == "mean" else 1

    def layer(self, l):
        """Layer l of the network as it was, from 1."""
        return self.before.layers[l - 1]

    def step(self, key):
        return next(step for step in self.steps if step.key == key)

    @np.errstate(over="ignore", invalid="ignore")
    def loss_along(self, ts):
        """Return E(w − t·α·∇E) of this batch for each t: 0 is before the step, 1 after it."""
        moved, room = self.before.copy(), empty_forward_pass(self.before, self.m)
        return np.array([self._loss_moved(float(t), moved, room) for t in ts])

    @cached_property
    def along(self):
        """(ts, losses): the loss along the step and as far again twice beyond it, worked out once."""
        large = self.before.parameters * self.m > LARGE
        ts = np.linspace(0, 3, 13 if large else 31)
        return ts, self.loss_along(ts)

    def _loss_moved(self, t, moved, room):
        for layer, old, *changes in zip(moved.layers, self.before.layers, self.grads.change_W, self.grads.change_b):
            for part, before, change in zip((layer.W, layer.b), (old.W, old.b), changes):
                if change is not None:
                    np.multiply(change, t, out=part)
                    part += before
        return float(batch_loss(moved, forward(moved, self.passed.A[0], room), self.Y))


@np.errstate(over="ignore", invalid="ignore")    # a step too long overflows: the loss says so, NumPy need not
def take_walk(network, X, Y, learning_rate, labels=None, classes=DIGITS):
    """Run one step of training on a copy of the network and return the Walk with all its records.

    X is (m, 784) uint8 images, or floats for a printed example; Y is (m, n_L).
    """
    before, after = network.copy(), network.copy()
    Y = np.asarray(Y, network.dtype)
    passed = forward(before, X)
    grads = backward(before, passed, Y)
    descend(after, grads, learning_rate)
    passed_after = forward(after, X)
    walk = Walk(before, after, X if X.dtype == np.uint8 else None, labels, Y, learning_rate,
                passed, grads, passed_after,
                batch_loss(before, passed, Y), batch_loss(after, passed_after, Y),
                loss_per_example(before, passed, Y), loss_per_example(after, passed_after, Y), classes=classes)
    return replace(walk, steps=tuple(every_step(walk)))
