"""A few epochs of training with a mistake in the backward pass, beside the same epochs without it."""
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from mlp_core import batch_loss, forward

from .broken import MISTAKES, go_back, step_with
from .datasets import embedded_sample
from .examination import loss_of, share_right
from .numbers import percent, plain_number
from .runs import LOOKED_AT, material, worked_example

CHANCE = 0.2    # an accuracy on ten digits that is no better than this has hardly learned


@dataclass(frozen=True)
class Curve:
    losses: tuple       # per example, before training and after each epoch
    accuracies: tuple   # shares of held-out images read right, likewise; empty for a worked example
    stopped: str = ""   # why there are no more of them, in a sentence


@dataclass(frozen=True)
class Trained:
    right: Curve
    broken: Curve

    @property
    def words(self):
        """What it comes to, in a sentence or two."""
        right, broken = self.right, self.broken
        if broken.stopped:
            return broken.stopped
        if broken == right:
            return "It trains as it does without the mistake, to the last digit."
        if not broken.accuracies:
            first, last, other = map(plain_number, (broken.losses[0], broken.losses[-1], right.losses[-1]))
            return f"The loss goes from {first} to {last}; without the mistake it ends at {other}."
        good, bad = right.accuracies[-1], broken.accuracies[-1]
        if bad < CHANCE:
            end = "It does not learn." if good >= CHANCE else "Neither learns in so short a time."
        elif bad < good - .01:
            end = "It trains on, only worse: that a loss falls does not show that the gradient is right."
        else:
            end = "It trains no worse: that a network learns does not show that its gradient is right."
        return f"{percent(bad, 1)} of the held-out images are read right, {percent(good, 1)} without the mistake. {end}"


def trained(preset, key, epochs=3, seed=0, learned_from=None):
    """Return the Trained of a preset, as it works best, with the mistake of that key and without it.

    Both begin with the same weights, but where these are the mistake, and see the same batches, of the sample that
    ships with the project or of the Material that is given.
    """
    learned_from = learned_from or (worked_example(preset) if preset.is_toy else material(embedded_sample()))
    return Trained(*(_curve(preset, mistake, epochs, seed, learned_from) for mistake in (None, MISTAKES[key])))


def _curve(preset, mistake, epochs, seed, learned_from):
    setting, rng = preset.best, np.random.default_rng(seed)
    network = preset.network(setting, rng)
    if mistake and mistake.start:
        network = mistake.start(network, np.random.default_rng(seed))
    longer = replace(setting, epochs=max(epochs, setting.epochs))
    found, stopped = [_measured(network, learned_from)], ""
    for epoch in range(1, epochs + 1):
        n = len(learned_from.X)
        order = rng.permutation(n) if setting.shuffle else np.arange(n)
        stopped = _epoch(network, learned_from, order, setting.batch_size or n, longer.rate(epoch - 1), mistake)
        if stopped:
            stopped = f"In epoch {epoch} {stopped}"
            break
        found.append(_measured(network, learned_from))
    losses, accuracies = zip(*found)
    return Curve(losses, accuracies if accuracies[0] is not None else (), stopped)


@np.errstate(over="ignore", invalid="ignore")
def _epoch(network, learned_from, order, batch_size, rate, mistake):
    """Learn from every batch once; return "", or what stopped it."""
    for start in range(0, len(order), batch_size):
        rows = order[start:start + batch_size]
        X, Y = learned_from.X[rows], learned_from.Y[rows]
        passed = forward(network, X)
        if not isfinite(batch_loss(network, passed, Y)):
            return "the loss was no longer finite, and training ended."
        p = go_back(network, passed, Y, rate, mistake)
        step_with(network, p)
        if p.stopped:
            return f"training stopped at its first step: the shapes do not fit. NumPy says “{p.stopped}”."
    return ""


@np.errstate(over="ignore", invalid="ignore")
def _measured(network, learned_from):
    """(loss per example, share of held-out images read right)."""
    looked_at = learned_from.measured.get("validation") or learned_from.measured.get("training")
    return (loss_of(network, learned_from.X[:LOOKED_AT], learned_from.Y[:LOOKED_AT]),
            share_right(network, *looked_at) if looked_at else None)
