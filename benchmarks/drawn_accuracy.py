"""How many drawn digits the committed network reads right: prepared as MNIST was, and beside it only made small.

    python -m benchmarks.drawn_accuracy [--hands N] [--mnist path/to/mnist.npz]

The drawings are tests/drawn_digits.py's, from strokes; each hand, a seed, draws every variant in every category. No
drawing and no setting was chosen by these numbers. --mnist blows up the official test images 5 and 10 times instead,
places each anywhere on a larger canvas, black on white, and reads it beside the original; it takes about a minute.
"""
import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")     # before NumPy is imported: two threads are slower here

import numpy as np  # noqa: E402

from explainer.datasets import default_network  # noqa: E402
from explainer.preparation import prepare, shrunk  # noqa: E402
from mlp_core import forward  # noqa: E402
from mlp_core.data import read_npz  # noqa: E402
from tests.drawn_digits import CATEGORIES, drawings  # noqa: E402

ASKED = .95     # of all drawings


def read(network, pictures):
    """Return the digit that the network reads in each (28, 28)."""
    return forward(network, np.reshape(pictures, (len(pictures), -1))).output.argmax(axis=1)


def timed(function, images):
    """Return (what the function makes of each image, milliseconds for one)."""
    began = time.perf_counter()
    made = [function(image) for image in images]
    return made, (time.perf_counter() - began) / len(images) * 1e3


def drawn(network, hands):
    """Print the table of the drawn digits and return the share of all that is read right after `prepare`."""
    made = [drawing for hand in range(hands) for drawing in drawings(hand)]
    images, digits = [drawing.image for drawing in made], np.array([drawing.digit for drawing in made])
    prepared, milliseconds = timed(prepare, images)
    right = read(network, prepared) == digits
    right_shrunk = read(network, [shrunk(image) for image in images]) == digits
    categories = np.array([drawing.category for drawing in made])
    print("| drawn digits | images | right after prepare | right only made small |\n|---|---|---|---|")
    for name, rows in ([(name, categories == name) for name in CATEGORIES]
                       + [(f"digit {digit}", digits == digit) for digit in range(10)] + [("all", digits >= 0)]):
        print(f"| {name} | {rows.sum()} | {right[rows].mean():.1%} | {right_shrunk[rows].mean():.1%} |")
    print(f"\nprepare takes {milliseconds:.1f} ms a drawing; at least {ASKED:.0%} of all were asked"
          f"{'' if right.mean() >= ASKED else ': MISSED'}")
    return right.mean()


def enlarged(image, times, rng):
    """Return a uint8 (28, 28) blown up, cell by cell, and placed anywhere on a canvas half as large again."""
    large = np.kron(image, np.ones((times, times), np.uint8))
    canvas = np.zeros((len(large) * 3 // 2,) * 2, np.uint8)
    top, left = rng.integers(0, len(canvas) - len(large), 2, endpoint=True)
    canvas[top:top + len(large), left:left + len(large)] = large
    return canvas


def mnist(network, path):
    """Print how many of the official test images are read right as they are, and blown up and moved."""
    data, rng = read_npz(Path(path).read_bytes(), path), np.random.default_rng(0)
    original = np.mean(read(network, data.test_images / 255) == data.test_labels)
    print("| MNIST's test images | right | ms for one |\n|---|---|---|\n" f"| as they are | {original:.2%} | |")
    for times in (5, 10):
        canvases = (255 - enlarged(image.reshape(28, 28), times, rng) for image in data.test_images)
        began = time.perf_counter()
        right = np.mean(read(network, [prepare(canvas) for canvas in canvases]) == data.test_labels)
        each = (time.perf_counter() - began) / len(data.test_images) * 1e3
        print(f"| ×{times}, anywhere | {right:.2%} | {each:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hands", type=int, default=3, help="how many seeds, from 0 (default 3)")
    parser.add_argument("--mnist", help="mnist.npz as Keras keeps it: its test images instead of the drawings")
    options = parser.parse_args()
    mnist(default_network(), options.mnist) if options.mnist else drawn(default_network(), options.hands)


if __name__ == "__main__":
    main()
