"""From what the reader chose to the walk it decides: everything that a walk depends on, in one record.

`Decided` is all that making the walk may look at, so two that are equal have the same walk, and nothing can be
forgotten when one asks whether it has to be made anew.
"""
from dataclasses import dataclass, replace

import numpy as np

from mlp_core import Network, train
from mlp_core.data import Dataset, one_hot

from . import datasets
from .choice import Choice
from .runs import Run
from .shipped import Damaged
from .walkthrough import take_walk

SHOWN_ROWS = 100    # the largest batch that is walked


@dataclass(frozen=True, eq=False)   # two are the same if they are one object: each drawing is a batch of its own
class Walked:
    """The drawing that is example 0 of the walk's batch."""
    image: np.ndarray       # (784,) uint8
    digit: int              # what it is, as the person says


@dataclass(frozen=True)
class Decided:
    """Everything that decides a walk. What its choice does not ask for is None."""
    choice: Choice
    dataset: Dataset
    run: Run | None = None          # whose weights at a moment are walked
    taught: Network | None = None   # likewise, of a lesson: compared as an object
    drawing: Walked | None = None

    @property
    def images(self):
        """(images, labels) that batches are taken from."""
        data = self.dataset
        return (data.test_images, data.test_labels) if self.choice.part == "test" else (data.images, data.labels)

    @property
    def m(self):
        """How many examples the walked batch has: as many as the run's batches, if one is walked."""
        preset = self.choice.preset()
        if preset.is_toy:
            return len(preset.example[0])
        asked = self.run.batch_size if self.run else self.choice.settings().batch_size or SHOWN_ROWS
        return min(asked, SHOWN_ROWS, len(self.images[0]))

    @property
    def moment(self):
        """The moment of the run that is walked, or None."""
        return self.run and self.run.moment(self.choice.of_run[1])

    @property
    def learning_rate(self):
        """α of the walk: the reader's own, else the run's at that moment, else the setting's."""
        if self.run is None or self.choice.alpha is not None:
            return self.choice.learning_rate
        return self.run.rate_at(self.moment)

    @property
    def batches(self):
        return 1 if self.choice.preset().is_toy else len(self.images[0]) // self.m

    def network(self):
        """The network that is walked, a new one each time."""
        if self.run is not None:
            return self.run.network_at(self.moment)
        if self.choice.weights == "trained":
            return datasets.default_network()
        if self.taught is not None:
            return self.taught.copy()
        return self.choice.preset().network(self.choice.settings(), np.random.default_rng(self.choice.seed))

    def walk(self):
        preset, alpha = self.choice.preset(), self.learning_rate
        network = self.network()
        if self.choice.ahead:
            _train_ahead(network, *self._batches_ahead(), self.choice.settings().learning_rate, self.m)
        if preset.is_toy:
            X, Y = (np.array(part, preset.dtype) for part in preset.example)
            return take_walk(network, X, Y, alpha)
        rows = slice((self.choice.batch - 1) * self.m, self.choice.batch * self.m)
        images, labels = (part[rows] for part in self.images)
        if self.drawing is not None:
            images = np.vstack([self.drawing.image, images[1:]])
            labels = np.concatenate([[self.drawing.digit], labels[1:]])
        return take_walk(network, images, one_hot(labels, preset.sizes[-1]), alpha, labels, self.dataset.classes)

    def _batches_ahead(self):
        """(X, Y) of as many training batches as steps are taken ahead: from this number on, and round again."""
        preset, count, data = self.choice.preset(), self.choice.ahead, self.dataset
        if preset.is_toy:
            return (np.tile(np.array(part, preset.dtype), (count, 1)) for part in preset.example)
        rows = (np.arange(count * self.m) + (self.choice.batch - 1) * self.m) % len(data.images)
        return data.images[rows], one_hot(data.labels[rows], preset.sizes[-1])


@np.errstate(over="ignore", invalid="ignore")
def _train_ahead(network, X, Y, learning_rate, m):
    """One epoch over these batches in their order; where it diverges, the weights from before stay."""
    for _ in train(network, X, Y, learning_rate=learning_rate, batch_size=m, shuffle=False, look_ahead=1):
        pass


def decided(choice, dataset, runs=(), taught=None, drawing=None):
    """Return (Decided, sentences): the choice without a run, a lesson, a drawing or images that are not to be had."""
    sentences, run = [], None
    if choice.of_run:
        number, key = choice.of_run
        run = next((run for run in runs
                    if run.number == number and run.moment(key) and fits(run.network, choice)), None)
        if run is None:
            sentences.append(f"This session has no run {number} of this network with weights {key}; runs live as long "
                             "as their tab. The untrained network is shown.")
            choice = replace(choice, weights="untrained")
    if choice.weights == "trained":
        try:
            datasets.default_network()
        except Damaged as error:
            sentences.append(f"{error} The untrained network is shown.")
            choice = replace(choice, weights="untrained")
    if choice.weights == "taught" and not (taught and fits(taught, choice)):
        sentences.append("Nothing was taught to this network in this session; the untrained network is shown.")
        choice = replace(choice, weights="untrained")
    if choice.part == "drawing" and drawing is None:
        sentences.append("Nothing was drawn in this session; training images are shown.")
        choice = replace(choice, part="train")
    if choice.part == "test" and dataset.test_images is None:
        sentences.append("These data have no test images; training images are shown.")
        choice = replace(choice, part="train")
    return Decided(choice, dataset, run, taught if choice.weights == "taught" else None,
                   drawing if choice.part == "drawing" else None), sentences


def fits(network, choice):
    """Whether a network is one that the chosen preset describes, whatever its weights."""
    preset = choice.preset()
    return (network.sizes, tuple(layer.activation for layer in network.layers), network.loss) == (
        tuple(preset.sizes), tuple(preset.activations), preset.loss)
