"""How many photos of handwritten digits the committed network reads right, by what makes them hard.

    python -m benchmarks.photos [--seed N] [--times N]

The photos are tests/photographed_digits.py's: every digit in every category, so many times. A photo of one digit is
right when that digit alone is found and read; one of several, when all are read in their order; an empty one, when no
ink is found. "Doubted" are those of one digit of which the page says that the network is not sure, among the right and
among the wrong. What was set was set on seed 1; the figures in README.md are of another.
"""
import argparse
import os
import time
from collections import defaultdict

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")     # before NumPy is imported: two threads are slower here

import numpy as np  # noqa: E402

from explainer.datasets import default_network  # noqa: E402
from explainer.doubt import ENOUGH, misled  # noqa: E402
from explainer.preparation import read_image, stations, with_digit  # noqa: E402
from explainer.reading import as_image, read  # noqa: E402
from tests.photographed_digits import photos  # noqa: E402

ASKED = defaultdict(lambda: .9, {"hard shadow": .8, "printed box": .8, "empty": 1})


def row(network, found):
    """Return the Reading of each digit of a picture."""
    return [read(network, as_image(with_digit(found, n).final)) for n in range(len(found.masks))]


def unsure(network, reading):
    return reading.outputs[reading.answer] <= .5 or len(misled(network, reading)) >= ENOUGH


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--times", type=int, default=3, help="how many photos of each digit in each category")
    options = parser.parse_args()
    network, right, took, doubted = default_network(), defaultdict(list), [], {True: [], False: []}
    for photo in photos(options.seed, options.times):
        image = read_image(photo.content)
        began = time.process_time()
        found = stations(image)
        took.append(time.process_time() - began)
        readings = row(network, found)
        right[photo.category].append(tuple(each.answer for each in readings) == photo.digits)
        if len(readings) == 1:
            doubted[right[photo.category][-1]].append(unsure(network, readings[0]))
    print(f"| photos, seed {options.seed} | of | right | |\n|---|---|---|---|")
    for name, of in right.items():
        print(f"| {name} | {len(of)} | {np.mean(of):.1%} | {'' if np.mean(of) >= ASKED[name] else 'MISSED'} |")
    print(f"| all | {len(took)} | {np.mean(np.concatenate(list(right.values()))):.1%} | |")
    for is_right, of in doubted.items():
        print(f"\n{len(of)} single digits read {'right' if is_right else 'wrong'}, of them doubted {sum(of)}", end="")
    print(f"\n\nstations takes {np.median(took) * 1e3:.0f} ms of processor time a photo, 95 of 100 at most "
          f"{np.percentile(took, 95) * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
