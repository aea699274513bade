"""What a network answers to images it has not learned from: how many it reads right, and which it takes for what."""
from dataclasses import dataclass

import numpy as np

from mlp_core import forward, loss_per_example
from mlp_core.data import DIGITS, one_hot
from mlp_core.metrics import confusion_matrix
from mlp_core.propagation import empty_forward_pass


@np.errstate(over="ignore", invalid="ignore")   # just before a run diverges
def answers(network, images, rows=500):
    """Return the network's outputs for all images, (n, n_L), worked out so many rows at a time."""
    A = np.empty((len(images), network.sizes[-1]), network.dtype)
    room = empty_forward_pass(network, min(rows, len(images)))
    for start in range(0, len(images), rows):
        X = images[start:start + rows]
        A[start:start + rows] = forward(network, X, out=room.rows(len(X))).output
    return A


@dataclass(frozen=True, eq=False)
class Examination:
    """What a network answers to images that it has not learned from."""
    part: str               # "test", or "train" for the images held out of the training set to validate
    rows: np.ndarray        # (n,) where the images are in that part of the data set
    images: np.ndarray      # (n, 784)
    labels: np.ndarray      # (n,)
    outputs: np.ndarray     # (n, 10)
    classes: tuple = DIGITS     # the word for each label

    @property
    def answers(self):
        return self.outputs.argmax(axis=1)

    @property
    def confusion(self):
        """(10, 10) counts: row = the digit, column = the answer."""
        return confusion_matrix(self.outputs, one_hot(self.labels))

    def where(self, digit, answer):
        """Return the places of the images of this digit that get this answer, the surest answer first."""
        found = np.flatnonzero((self.labels == digit) & (self.answers == answer))
        return found[np.argsort(-self.outputs[found, answer], kind="stable")]

    @np.errstate(invalid="ignore")
    def worst(self, count):
        """Return the places of the worst mistakes: where the right digit's output falls shortest of the answer's."""
        right = self.outputs[np.arange(len(self.labels)), self.labels]
        short = self.outputs.max(axis=1) - right
        order = np.argsort(-short, kind="stable")
        return order[short[order] > 0][:count]


def examine(network, material):
    """Let the network answer all test images or, where there are none, the images held out to validate."""
    data = material.dataset
    if data.test_images is not None:
        part, rows, images, labels = "test", np.arange(len(data.test_images)), data.test_images, data.test_labels
    else:
        part, rows = "train", material.held_out
        images, labels = data.images[rows], data.labels[rows]
    return Examination(part, rows, images, labels, answers(network, images), data.classes)


@np.errstate(over="ignore", invalid="ignore")   # just before a run diverges
def loss_of(network, X, Y, rows=500):
    """Return the mean loss per example at the weights as they are, whatever the network's reduction."""
    room, total = empty_forward_pass(network, min(rows, len(X))), 0.0
    for start in range(0, len(X), rows):
        part = slice(start, start + rows)
        passed = forward(network, X[part], out=room.rows(len(X[part])))
        total += float(loss_per_example(network, passed, Y[part]).sum(dtype=np.float64))
    return total / len(X)


def share_right(network, images, labels):
    """Return the share of images whose largest output is their label's."""
    return float((answers(network, images).argmax(axis=1) == labels).mean())
