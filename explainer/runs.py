"""A training run as data: what decides it, how far it is, and what it has recorded on the way.

A Run owns no thread and knows no screen: `advance` learns from one more batch and records what is due.
"""
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mlp_core import backward, forward, train
from mlp_core.data import Dataset, one_hot, stratified_split

from .examination import loss_of, share_right

FIRST_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200)     # of the first epoch: this is where most of it happens
BUDGET = 64 * 2**20     # bytes of weights that one run keeps
MOST_MOMENTS = 400
MOST_LOSSES = 4000      # points of the curve of batch losses
LOOKED_AT = 1000        # images of the training and of the test set that live accuracies are measured on, and losses
SAMPLE = 100            # examples that the sizes of gradients are measured on
HELD_OUT = 2000         # at most so many training images are kept for validation, and at most a tenth


@dataclass(frozen=True, eq=False)
class Material:
    """What a run learns from and is measured on."""
    X: np.ndarray               # (n, n_0) to learn from
    Y: np.ndarray               # (n, n_L)
    measured: dict              # {"training", "validation", "test": (images, labels)}; empty for a worked example
    dataset: Dataset | None = None      # where all of it is from; None for a worked example
    held_out: np.ndarray | None = None  # the rows of dataset.images that validate


def material(dataset):
    """Split a Dataset: training without validation, and the parts that accuracies are measured on."""
    share = min(0.1, HELD_OUT / len(dataset.images))
    rest, held_out = stratified_split(dataset.labels, share, np.random.default_rng(0))
    X, labels = dataset.images[rest], dataset.labels[rest]
    measured = {"training": (X[:LOOKED_AT], labels[:LOOKED_AT])}
    if len(held_out):
        measured["validation"] = dataset.images[held_out], dataset.labels[held_out]
    if dataset.test_images is not None:
        measured["test"] = dataset.test_images[:LOOKED_AT], dataset.test_labels[:LOOKED_AT]
    return Material(X, one_hot(labels), measured, dataset, held_out)


def worked_example(preset):
    """The printed examples of a toy, to learn from."""
    X, Y = (np.array(part, preset.dtype) for part in preset.example)
    return Material(X, Y, {})


@dataclass(frozen=True)
class Moment:
    """The weights at one moment of a run, and what was measured with them."""
    key: str                # "e5": after epoch 5; "b10": after batch 10, counted from the start; "e0": before training
    epoch: float            # how many epochs of examples were seen
    examples: int
    seconds: float          # of training until then
    loss: float             # per example at these weights, the mean over the first LOOKED_AT to learn from
    accuracy: dict          # {"training", "validation", "test": a share from 0 to 1}, as far as there are such images
    gradients: tuple        # mean |∇W| of each layer on the same examples every time, as the network's reduction says
    weights: np.ndarray     # every parameter, as Network.pack orders them
    loaded: bool = False    # whether the run goes on from a network of a file: then "e0" is that network

    @property
    def title(self):
        epoch = self.key[0] == "e"
        number = int(self.key[1:])
        if epoch:
            return f"after epoch {number:,}" if number else "as loaded" if self.loaded else "before training"
        return f"after batch {number:,}"


class Losses:
    """The loss of every batch; of every two, four, … batches as they become many, in their middle.

    A batch's loss is that of the weights it meets: its place is how many epochs they have seen, without it.
    One thread adds while another reads: `points` only ever grows by one, or is another list.
    """

    def __init__(self):
        self.points = []        # [(epochs, loss per example)]
        self._every, self._waiting = 1, []

    def add(self, x, y):
        self._waiting.append((x, y))
        if len(self._waiting) < self._every:
            return
        self.points.append(_mean(self._waiting))
        self._waiting = []
        if len(self.points) >= MOST_LOSSES:
            self.points = [_mean(pair) for pair in zip(self.points[::2], self.points[1::2])]
            self._every *= 2


def _mean(points):
    return tuple(sum(values) / len(points) for values in zip(*points))


class Run:
    """One training run. Whoever calls `advance` decides when; one thread at a time."""

    def __init__(self, number, recipe, material):
        self.number, self.name, self.recipe, self.material = number, f"run {number}", recipe, material
        self.count = len(material.X)            # examples in an epoch
        self.measured = {name: len(labels) for name, (_, labels) in material.measured.items()}
        self.made_of, self.came_from = "", {}   # if it was not trained here: where it is from, for a reader and a file
        rng = np.random.default_rng(recipe.seed)
        self.network = recipe.start.copy() if recipe.start else recipe.preset.network(recipe.setting, rng)
        self.network.pack()
        self.batch_size = min(recipe.setting.batch_size or self.count, self.count)
        self._training = train(self.network, material.X, material.Y, rng=rng, shuffle=recipe.setting.shuffle,
                               learning_rate=recipe.setting.rate, epochs=recipe.setting.epochs,
                               batch_size=self.batch_size)
        self._summed = self.network.reduction == "sum" and self.batch_size > 1     # the losses that train yields
        self.losses, self.moments = Losses(), []
        self.progress, self.ended = None, ""    # ended: "finished", "stopped", "diverged" or "failed"
        self.seconds, self.examples, self.error = 0.0, 0, ""    # error: the sentence of a run that failed
        self._stride, self._first = 1, list(FIRST_BATCHES)
        self.wanted = ()        # keys of moments that are recorded whether they are due or not, and kept
        self._record("e0", 0.0)

    @property
    def total(self):
        """How many examples it will have seen in the end."""
        return self.recipe.setting.epochs * self.count

    @property
    def epoch(self):
        """How many epochs of examples it has seen."""
        return self.examples / self.count

    def advance(self):
        """Learn from one more batch (of one example at a time: from a block of them) and record what is due."""
        began = perf_counter()
        progress = next(self._training)
        self._note_loss(progress)
        self.progress, self.examples = progress, progress.examples
        if progress.diverged:
            self.ended = "diverged"
        elif progress.epoch_ended and progress.epoch == self.recipe.setting.epochs:
            self.ended = "finished"
        if self._due(progress):
            self._record(_key(progress), self.seconds + perf_counter() - began)
        self.seconds += perf_counter() - began

    def _note_loss(self, progress):
        if progress.diverged:
            return
        count = progress.examples - self.examples
        seen = self.examples + ((count - 1) / 2 if self.batch_size == 1 else 0)     # by the weights that were measured
        self.losses.add(seen / self.count, progress.loss / count if self._summed else progress.loss)

    def is_at(self, key):
        """Whether the batch that was learned last has led to the moment with this key."""
        return self.progress is not None and _key(self.progress) == key

    def mark(self):
        """Record the weights as they are, where training halts between two moments."""
        if self.progress is not None and self.moments[-1].examples < self.examples:
            self._record(_key(self.progress), self.seconds)

    def _due(self, progress):
        """Whether the weights are to be recorded now."""
        return self._is_usual(progress) or bool(self.wanted) and _key(progress) in self.wanted

    def _is_usual(self, progress):
        if progress.diverged:
            return self.moments[-1].examples < self.examples    # this batch changed nothing, but those before did
        if progress.epoch_ended:
            return progress.epoch % self._stride == 0 or bool(self.ended)
        if progress.epoch > 1 or not self._first or progress.batch < self._first[0]:
            return False                # nearly always
        self._first = [batch for batch in self._first if batch > progress.batch]
        return True

    @np.errstate(over="ignore", invalid="ignore")   # just before a run diverges
    def _record(self, key, seconds):
        measured = {name: share_right(self.network, *part) for name, part in self.material.measured.items()}
        loss = loss_of(self.network, self.material.X[:LOOKED_AT], self.material.Y[:LOOKED_AT])
        moment = Moment(key, self.epoch, self.examples, seconds, loss, measured, self._gradient_sizes(),
                        self.network.vector.copy(), self.recipe.start is not None)
        if any(moment.key == key for moment in self.moments):
            return
        self.moments = self._thinned([*self.moments, moment])

    def _gradient_sizes(self):
        X, Y = self.sample
        grads = backward(self.network, forward(self.network, X), Y)
        return tuple(float(np.abs(dW).mean()) for dW in grads.dW)

    @property
    def sample(self):
        """(X, Y): the examples that gradients are measured on, the same every time."""
        return self.material.X[:SAMPLE], self.material.Y[:SAMPLE]

    def rate_at(self, moment):
        """Return α of the step that the run took at this moment; after its last one, of that."""
        setting = self.recipe.setting
        return setting.rate(min(int(moment.epoch), setting.epochs - 1))

    def _thinned(self, moments):
        """Drop every second epoch, but neither the best nor the last, when the weights would fill the budget."""
        if len(moments) <= max(16, min(MOST_MOMENTS, BUDGET // moments[0].weights.nbytes)):
            return moments
        self._stride *= 2
        kept = {moments[-1].key, best(moments).key, *self.wanted}
        return [moment for moment in moments if moment.key in kept or (moment.key[0] == "b" and moment.epoch < 1)
                or (moment.key[0] == "e" and int(moment.key[1:]) % self._stride == 0)]

    def moment(self, key):
        """Return the Moment with this key, or None."""
        return next((moment for moment in self.moments if moment.key == key), None)

    def network_at(self, moment):
        """Return a new network with the weights of that moment."""
        network = self.network.copy()
        network.pack()
        network.vector[:] = moment.weights
        return network


def _key(progress):
    """Return "e5" at the end of epoch 5, else "b" and the number of batches that were learned since the start."""
    if progress.epoch_ended and not progress.diverged:
        return f"e{progress.epoch}"
    return f"b{(progress.epoch - 1) * progress.batches + progress.batch - progress.diverged}"


def best(moments):
    """Return the moment with the best validation accuracy, the earliest of equals; the last where none was measured."""
    measured = [moment for moment in moments if "validation" in moment.accuracy]
    return max(measured, key=lambda moment: moment.accuracy["validation"]) if measured else moments[-1]


def history_csv(run):
    """Return the run's moments as CSV: one line each, a header with units."""
    parts = list(run.measured)
    layers = range(1, len(run.network.layers) + 1)
    head = ["moment", "epochs", "examples", "seconds", "loss per example",
            *(f"accuracy {part} (share)" for part in parts),
            *(f"mean |dW{l}| ({run.network.reduction} over {len(run.sample[0])} examples)" for l in layers)]
    lines = [[m.key, repr(m.epoch), str(m.examples), repr(round(m.seconds, 4)),
              "" if m.loss != m.loss else repr(m.loss),
              *(repr(m.accuracy[part]) for part in parts), *map(repr, m.gradients)] for m in run.moments]
    return "\n".join(",".join(line) for line in [head, *lines]) + "\n"


def losses_csv(run):
    """Return the curve of batch losses as CSV."""
    return "epochs,loss per example\n" + "".join(f"{x!r},{y!r}\n" for x, y in run.losses.points)
