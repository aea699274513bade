"""Lessons: gradient steps on one image, given to a copy of a network, with what they changed and what they cost."""
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from mlp_core import Network, parameter_arrays
from mlp_core.data import one_hot

from .examination import share_right
from .reading import read, teach


@dataclass(frozen=True, eq=False)
class Lesson:
    choice: str             # the network that was asked: "trained", or "run2-e5"
    image: np.ndarray       # (784,) uint8, what it was taught with
    network: Network        # the pupil
    label: int
    steps: int
    rate: float
    before: np.ndarray      # (10,) outputs for the image
    after: np.ndarray       # (10,)
    right: tuple            # share of other images read right, before and after
    on: str                 # which images those are


def lesson(choice, network, now, label, steps, rate, dataset):
    """Teach a copy of the network that the image of a Reading is `label`; return the Lesson.

    Raises ValueError, in a sentence, where the numbers grow beyond all bounds.
    """
    pupil = teach(network, now.image, one_hot([label], dtype=network.dtype), rate, steps)
    after = read(pupil, now.image).outputs
    if not all(np.isfinite(values).all() for values in [after, *(array for _, array in parameter_arrays(pupil))]):
        raise ValueError(f"With α = {rate:g} the numbers grow beyond all bounds; nothing was learned. "
                         "Choose a smaller α.")
    tested = dataset.test_images is not None
    images, labels = (dataset.test_images, dataset.test_labels) if tested else (dataset.images, dataset.labels)
    on = f"the {len(images):,} {'test images' if tested else 'training images (it may have learned from them)'}"
    return Lesson(choice, now.image, pupil, label, steps, rate, now.outputs.copy(), after.copy(),
                  (share_right(network, images, labels), share_right(pupil, images, labels)), on)


def given_to(choice, lessons):
    """Return the lessons, of those in their order, that were last given to this network, one after the other."""
    count = len(list(takewhile(lambda lesson: lesson.choice == choice, reversed(lessons))))
    return lessons[len(lessons) - count:]
