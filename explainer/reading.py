"""What a network makes of one image: its answer, what spoke for it, the nearest other answer, and how to teach it.

Images here are (784,) uint8, as in the data set, so that a drawing is walked and taught as any digit is.
"""
from dataclasses import dataclass

import numpy as np

from mlp_core import backward, descend, forward
from mlp_core.propagation import ForwardPass, input_gradient

STEP = 0.05     # how far one step of the search for another answer goes, as a length in pixel space
STEPS = 400
HALVINGS = 6    # of the last step, so that it does not lengthen the change


@dataclass(frozen=True, eq=False)
class Reading:
    """One image and everything the network computed from it."""
    image: np.ndarray       # (784,) uint8
    passed: ForwardPass     # of this one example

    @property
    def outputs(self):
        """(10,)"""
        return self.passed.output[0]

    @property
    def is_finite(self):
        """Whether the network gives any answer: weights without measure give sums that are no numbers."""
        return all(np.isfinite(values).all() for values in (*self.passed.S, self.outputs))

    @property
    def answer(self):
        return int(self.outputs.argmax())

    @property
    def second(self):
        return int(np.argsort(-self.outputs, kind="stable")[1])


def as_image(prepared):
    """Return (784,) uint8 of a prepared drawing, (28, 28) floats in [0, 1]."""
    return np.rint(np.asarray(prepared).reshape(-1) * 255).astype(np.uint8)


@np.errstate(over="ignore", invalid="ignore")
def read(network, image):
    """Let the network read one image."""
    return Reading(image, forward(network, image[None]))


@np.errstate(over="ignore", invalid="ignore")
def evidence(network, reading, unit):
    """Return (784,): what each pixel adds to the unit's weighted sum, to first order: gradient times pixel."""
    return (input_gradient(network, reading.passed, unit) * reading.passed.A[0])[0]


@dataclass(frozen=True, eq=False)
class NearestMistake:
    """The smallest change that was found to make another answer of this one."""
    answer: int
    change: np.ndarray      # (784,) floats from −1 to 1, to add to the pixels as floats

    @property
    def size(self):
        """The change's length, in pixels: 1 is one pixel from empty to full."""
        return float(np.sqrt((self.change ** 2).sum()))


@np.errstate(over="ignore", invalid="ignore")
def nearest_mistake(network, reading):
    """Go down the shortest way the gradient shows until the answer changes; None where it does not within the steps.

    Every other answer is tried by its own gradient, as DeepFool does (Moosavi-Dezfooli et al. 2016), but pixels stay
    between 0 and 1, so the change can be drawn.
    """
    start, X, first = reading.passed.A[0].astype(float), reading.passed.A[0].astype(network.dtype), reading.answer
    before = X
    for _ in range(STEPS):
        passed = forward(network, X)
        if int(passed.output[0].argmax()) != first:
            X, answer = _first_other_answer(network, before, X, first)
            return NearestMistake(answer, (X.astype(float) - start)[0])
        mine, sums = input_gradient(network, passed, first)[0], passed.S[-1][0]
        ways = [(other, input_gradient(network, passed, other)[0] - mine)
                for other in range(len(sums)) if other != first]
        distance, way = min(((sums[first] - sums[other]) / (np.linalg.norm(way) + 1e-12), n)
                            for n, (other, way) in enumerate(ways))
        way = ways[way][1]
        before, X = X, np.clip(X + STEP * way / (np.linalg.norm(way) + 1e-12), 0, 1).astype(network.dtype)
    return None


def _first_other_answer(network, near, far, first):
    """Return (X, answer) where the answer begins to be another on the way from near, where it is `first`, to far."""
    answer = int(forward(network, far).output[0].argmax())
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        there = int(forward(network, middle).output[0].argmax())
        if there == first:
            near = middle
        else:
            far, answer = middle, there
    return far, answer


@np.errstate(over="ignore", invalid="ignore")
def teach(network, image, target, learning_rate, steps):
    """Return a copy of the network after gradient steps on this one image; `target` is (1, 10), one-hot."""
    pupil = network.copy()
    for _ in range(steps):
        descend(pupil, backward(pupil, forward(pupil, image[None]), target), learning_rate)
    return pupil
