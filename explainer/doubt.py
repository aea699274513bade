"""How firmly a network reads: the same digit, a little turned, slanted, wider, thicker, must be read as the same.

Who knows a digit is not misled by that. Of the first 3,000 test images of MNIST, two or more of these changes mislead
the network that ships at 5 of 100 that it reads right, and at 84 of 100 that it reads wrong.
"""
import numpy as np
from PIL import Image

from mlp_core import forward

SIDE = 28
TURN = np.cos(np.radians(10)), np.sin(np.radians(10))
MOVED = {       # what is said of it: where (x, y), from the middle, comes from, as a matrix
    "turned to the left": ((TURN[0], -TURN[1]), (TURN[1], TURN[0])),
    "turned to the right": ((TURN[0], TURN[1]), (-TURN[1], TURN[0])),
    "leaning to the left": ((1, -.2), (0, 1)), "leaning to the right": ((1, .2), (0, 1)),
    "narrower": ((1.25, 0), (0, 1)), "wider": ((.83, 0), (0, 1))}
BESIDE = (0, 1), (1, 0), (1, 2), (2, 1)
ENOUGH = 2      # so many changes that mislead the network make its answer unsure


def misled(network, reading):
    """Return {change: the other answer} for each small change of the image after which the network reads another."""
    changes = changed(reading.image.reshape(SIDE, SIDE) / 255)
    X = np.stack([image.ravel() for image in changes.values()]).astype(network.dtype)
    answers = forward(network, X).output.argmax(axis=1)
    return {change: int(answer) for change, answer in zip(changes, answers) if answer != reading.answer}


def changed(image):
    """Return {change: (28, 28)} of an image, (28, 28) floats from 0 to 1."""
    return {change: _moved(image, matrix) for change, matrix in MOVED.items()} | {
        "thicker": np.maximum(image, .7 * _beside(image, np.max)),
        "thinner": np.minimum(image, .3 * image + .7 * _beside(image, np.min))}


def _moved(image, matrix):
    middle = (SIDE - 1) / 2
    rows = [(a, b, middle - a * middle - b * middle) for a, b in matrix]
    picture = Image.fromarray(image.astype(np.float32))
    how = (SIDE, SIDE), Image.Transform.AFFINE, (*rows[0], *rows[1]), Image.Resampling.BILINEAR
    return np.asarray(picture.transform(*how), float)


def _beside(image, of):
    """Return the largest or the least of the four cells beside each."""
    wide = np.pad(image, 1)
    return of([wide[y:y + SIDE, x:x + SIDE] for y, x in BESIDE], axis=0)
