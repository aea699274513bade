"""What each preset reaches on the official test set, with fixed seeds: the settings of mlp_core/presets.py alone.

    python -m benchmarks.accuracy [path/to/mnist.npz] [--long]

Trains on all 60,000 images; the test images only measure. --long adds l1g4v’s post as it is printed: 1,500 epochs
of the full batch, some minutes.
"""
import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")     # before NumPy is imported: two threads are slower here

import numpy as np  # noqa: E402

from explainer.datasets import find_dataset  # noqa: E402
from mlp_core import forward, train  # noqa: E402
from mlp_core.data import one_hot, read_npz  # noqa: E402
from mlp_core.metrics import accuracy  # noqa: E402
from mlp_core.presets import PRESETS  # noqa: E402

ASKED = [   # preset, setting, epochs (None: the setting's own), {epoch: at least}
    ("deep", "best", None, {1: .92, 5: .96, 30: .974}),
    ("relu16", "best", None, {30: .955}),
    ("relu10", "best", None, {20: .93}),
    ("online", "source", None, {5: .92}),
    ("online", "best", None, {5: .93}),
    ("nielsen", "source", 10, {10: .93}),
    ("nielsen", "best", 10, {10: .93}),
]


def reached(name, which, epochs, at, data, seed):
    """Return ({epoch: test accuracy} at these epochs, seconds of training)."""
    preset, rng = PRESETS[name], np.random.default_rng(seed)
    setting = replace(preset.setting(which), epochs=epochs or preset.setting(which).epochs)
    network, Y = preset.network(setting, rng), one_hot(data.labels)
    Y_test, found, seconds, began = one_hot(data.test_labels), {}, 0.0, time.process_time()
    for progress in train(network, data.images, Y, learning_rate=setting.rate, epochs=setting.epochs,
                          batch_size=setting.batch_size or len(Y), rng=rng, shuffle=setting.shuffle):
        if progress.epoch_ended and progress.epoch in at:
            seconds += time.process_time() - began
            found[progress.epoch] = accuracy(forward(network, data.test_images).output, Y_test)
            began = time.process_time()
    return found, seconds


def data_set(path):
    data = read_npz(Path(path).read_bytes(), path) if path else find_dataset(Path(__file__).parents[1])[0]
    if data.test_images is None or len(data.images) < 60_000:
        sys.exit("This needs the full MNIST: give the path to mnist.npz, or put the file into the project's folder.")
    return data


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mnist", nargs="?", help="mnist.npz as Keras keeps it")
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0 (default 3)")
    parser.add_argument("--long", action="store_true", help="also l1g4v’s post as it is printed, 1,500 epochs")
    options = parser.parse_args()
    data = data_set(options.mnist)
    rows = ASKED + ([("relu16", "source", 1500, {250: 0, 500: 0, 1000: 0, 1500: 0})] if options.long else [])
    print("| preset | setting | seed | test accuracy after epoch (asked) | training, s |\n|---|---|---|---|---|")
    for name, which, epochs, asked in rows:
        for seed in range(options.seeds if epochs != 1500 else 1):
            found, seconds = reached(name, which, epochs, asked, data, seed)
            told = ", ".join(f"{epoch}: {share:.2%}" + (f" (≥ {asked[epoch]:.1%})" if asked[epoch] else "")
                             + ("" if share >= asked[epoch] else " MISSED") for epoch, share in found.items())
            print(f"| {name} | {which} | {seed} | {told} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
