"""TensorFlow's GradientTape beside our gradients, in a process of its own.

TensorFlow takes seconds and half a gigabyte to import, so it never enters the app's process.
"""
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mlp_core.network import parameter_arrays
from mlp_core.storage import save_network

from .download import Failed, Stopped
from .jobs import Job
from .keras_export import LIMIT, in_keras, missing_tensorflow
from .numbers import plain_number

TOLERANCE = 1e-9        # of the largest number of an array: both are in float64, with the same sums in another order
LOOSER = 1e-6           # for an activation with options, such as a leak, which TensorFlow keeps in float32
LOOK = 0.1              # seconds between two looks at the process
STARTED = "started"     # a file that says: TensorFlow is there

TAPE = """
import os, sys, json, pathlib
os.environ["TF_CPP_MIN_LOG_LEVEL"], os.environ["CUDA_VISIBLE_DEVICES"] = "3", "-1"
import numpy, tensorflow as tf
folder = pathlib.Path(sys.argv[1])
(folder / "started").touch()
file, batch = numpy.load(folder / "network.npz"), numpy.load(folder / "batch.npz")
W, b, activations = [], [], json.loads(sys.argv[2])
for n in range(1, len(activations) + 1):
    W.append(tf.Variable(file[f"W{n}"]))
    b.append(tf.Variable(file[f"b{n}"]) if f"b{n}" in file else None)

def activation(kind, S):
    if isinstance(kind, str):
        return tf.keras.activations.get(kind)(S)
    (layer, options), = kind.items()        # a layer of keras.layers and its options
    return getattr(tf.keras.layers, layer)(**options, dtype="float64")(S)

with tf.GradientTape() as tape:
    A, Y = tf.constant(batch["X"]), tf.constant(batch["Y"])
    for weights, biases, kind in zip(W, b, activations):
        S = A @ weights if biases is None else A @ weights + biases
        A = activation(kind, S)
    losses = {"half_squared_error": lambda: tf.reduce_sum(tf.math.squared_difference(A, Y), axis=1) / 2,
              "squared_error": lambda: tf.reduce_sum(tf.math.squared_difference(A, Y), axis=1),
              "cross_entropy": lambda: tf.nn.softmax_cross_entropy_with_logits(Y, S)}[sys.argv[3]]()
    E = tf.reduce_sum(losses) if sys.argv[4] == "sum" else tf.reduce_mean(losses)
names = [f"{name}{n}" for n in range(1, len(W) + 1) for name in "Wb" if name == "W" or b[n - 1] is not None]
found = tape.gradient(E, [W[int(name[1:]) - 1] if name[0] == "W" else b[int(name[1:]) - 1] for name in names])
numpy.savez(folder / "answer.npz", E=E.numpy(), version=tf.__version__, **{n: g.numpy() for n, g in zip(names, found)})
"""


@dataclass(frozen=True)
class Taped:
    """The gradient of one W or b, ours and TensorFlow's."""
    name: str           # W1
    size: int
    largest: float      # the largest difference, in parts of the largest number of the array
    tolerance: float

    @property
    def agrees(self):
        return self.largest <= self.tolerance


class TapeJob(Job):
    """Ask TensorFlow for the gradients of a Check, at the same weights and the same batch in float64."""

    name = "ask TensorFlow"
    beginning = "TensorFlow is starting in a process of its own, which takes some seconds."
    stopping = "The comparison with TensorFlow was stopped."
    failing = "TensorFlow was not asked."

    def __init__(self, check, python=sys.executable, limit=LIMIT):
        super().__init__()
        self.check, self.python, self.limit = check, python, limit
        self.rows, self.E, self.version = [], None, ""      # [Taped], once it is done

    def _do(self, stopped):
        with tempfile.TemporaryDirectory(prefix="tape-", ignore_cleanup_errors=True) as folder:
            folder = Path(folder)
            answer = self._ask(folder, stopped)
            self.E, self.version = float(answer["E"]), str(answer["version"])
            self.rows = beside(self.check, answer)
        apart = max(row.largest for row in self.rows)
        agree = all(row.agrees for row in self.rows)
        return (f"TensorFlow {self.version} finds {'the same gradients' if agree else 'other gradients'}: the largest "
                f"difference is {plain_number(apart, 1)} of the largest number of its matrix.")

    def _ask(self, folder, stopped):
        """Return TensorFlow's arrays by their names, "E" and "version" among them."""
        network = self.check.network
        save_network(str(folder / "network.npz"), network)
        np.savez(folder / "batch.npz", X=self.check.X, Y=self.check.Y)
        kinds = json.dumps([in_keras(layer.activation) for layer in network.layers])
        with open(folder / "errors.txt", "w+b") as errors:
            process = subprocess.Popen([self.python, "-c", TAPE, str(folder), kinds, network.loss, network.reduction],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
            try:
                self._wait_for(process, folder, stopped)
            finally:
                process.kill()
                process.wait()
            if process.returncode == 0 and (folder / "answer.npz").exists():
                with np.load(folder / "answer.npz", allow_pickle=False) as file:
                    return {name: file[name] for name in file.files}
            errors.seek(0)
            raise Failed(_why(errors.read().decode(errors="replace"), process.returncode))

    def _wait_for(self, process, folder, stopped):
        end = time.monotonic() + self.limit
        while process.poll() is None:
            if stopped.wait(LOOK):
                raise Stopped
            if time.monotonic() > end:
                raise Failed(f"It took longer than {self.limit:g} seconds.")
            if (folder / STARTED).exists():
                self._say(stopped, "running", "TensorFlow records the forward pass on its tape and goes back along it.")


def _why(errors, code):
    lines = errors.strip().splitlines() or [f"exit code {code}"]
    return f"{missing_tensorflow()}." if "No module named" in lines[-1] else f"It says: {lines[-1]}"


def beside(check, answer):
    """Return [Taped] of every W and b of a Check and TensorFlow's {name: gradient}."""
    rows = []
    for name, array in parameter_arrays(check.network):
        layer = int(name[1:])
        ours, theirs = getattr(check.grads, f"d{name[0]}")[layer - 1], answer[name]
        largest = float(np.abs(ours - theirs).max() / max(np.abs(theirs).max(), np.abs(ours).max(), 1e-13))
        exact = all(isinstance(in_keras(above.activation), str) for above in check.network.layers)
        rows.append(Taped(name, array.size, largest, TOLERANCE if exact else LOOSER))
    return rows


WHY_THIS_TOLERANCE = (
    "Both work in float64 at the same numbers and add the same terms, only in another order: rounding leaves about "
    "10⁻¹⁵ of the largest number of a matrix, and 10⁻⁹ leaves room for long sums that nearly cancel.")
