"""One contender in a process of its own, which does what its standard input asks: a line of JSON in, a line out.

    python -m benchmarks.worker CONTENDER PRESET DTYPE IMAGES FOLDER

It stays alive between the rounds and trains on the first IMAGES images of FOLDER (images.npy, labels.npy). The
requests: {"about": null}, {"reference": file}, {"check": file}, {"epoch": seed}; what they do, Task says. An answer
with "missing" or "error" says why there is no other.
"""
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.contenders import CONTENDERS, OWN_ORDER
from benchmarks.peers import pin_to_one_core
from mlp_core.data import one_hot
from mlp_core.presets import PRESETS

BATCHES = 20        # of a check


def data(folder, n, dtype):
    """Return X (n, 784) uint8 and Y (n, 10) one-hot."""
    X, labels = np.load(Path(folder, "images.npy")), np.load(Path(folder, "labels.npy"))
    return X[:n], one_hot(labels[:n], dtype=dtype)


def make(contender, preset, dtype, X, Y):
    """Return the contender's run_epoch, starting from the preset's initial weights, always the same."""
    preset = PRESETS[preset]
    layers = preset.network(preset.best, np.random.default_rng(0)).layers
    weights = [(layer.W.astype(dtype), layer.b.astype(dtype)) for layer in layers]
    return CONTENDERS[contender][0](preset, weights, X, Y)


class Task:
    def __init__(self, contender, preset, dtype, n, folder):
        self.contender, self.preset, self.dtype, self.n, self.folder = contender, preset, dtype, int(n), folder
        self.run_epoch = None

    def about(self, _):
        distribution = CONTENDERS[self.contender][1]
        return {"version": f"{distribution} {version(distribution)}"}

    def reference(self, file):
        """Train some batches in float64, in a fixed order, and save the weights."""
        np.savez(file, *self._checked_weights())
        return {}

    def check(self, file):
        """Train the same batches and return the largest difference from the saved weights."""
        with np.load(file) as reference:
            return {"difference": max(float(abs(p - reference[name]).max()) for p, name
                                      in zip(self._checked_weights(), reference.files, strict=True))}

    def epoch(self, seed):
        """Train one epoch and return its CPU seconds, those of all threads."""
        if self.run_epoch is None:
            self.run_epoch = make(self.contender, self.preset, self.dtype, *data(self.folder, self.n, self.dtype))
        order = None if self.contender in OWN_ORDER else np.random.default_rng(seed).permutation(self.n)
        began = time.process_time()
        self.run_epoch(order)
        return {"cpu": time.process_time() - began}

    def _checked_weights(self):
        n = max(BATCHES * PRESETS[self.preset].best.batch_size, 200)    # with batches of 1, more than one block
        X, Y = data(self.folder, n, np.float64)
        return make(self.contender, self.preset, np.float64, X, Y)(np.random.default_rng(1).permutation(n))


def answer(task, request):
    (action, argument), = request.items()
    try:
        return {"about": task.about, "reference": task.reference, "check": task.check,
                "epoch": task.epoch}[action](argument)
    except ImportError as error:            # PackageNotFoundError is one
        return {"missing": f"{type(error).__name__}: {error}".splitlines()[0]}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}".splitlines()[0]}


def main(arguments):
    pin_to_one_core()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)                           # what a library prints must not get among the answers
    task = Task(*arguments)
    for line in sys.stdin:
        print(json.dumps(answer(task, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
