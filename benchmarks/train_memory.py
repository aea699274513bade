"""How much memory training takes beside its images, and that more epochs take no more.

The network is the default one, 784-64-32-16-10 in float32, with 60,000 images as uint8. What counts is the peak of a
new process that trains, less that of one that only imports NumPy and mlp_core and loads images and labels.
Needs NumPy, and Linux or macOS:

    python -m benchmarks.train_memory [--data mnist.npz] [--python PATH]
"""
import subprocess
import sys
import tempfile

from benchmarks.peers import ROOT, environment, interpreter
from benchmarks.train_speed import options, prepare

ASKED = 150         # MB over the images, at most
EPOCHS = (1, 20)

RUN = """
import resource, sys
import numpy as np
from mlp_core import train
from mlp_core.data import one_hot
from mlp_core.presets import PRESETS
images, labels = (np.load(f"{sys.argv[1]}/{name}.npy") for name in ("images", "labels"))
epochs, deep, rng = int(sys.argv[2]), PRESETS["deep"], np.random.default_rng(0)
if epochs:
    for progress in train(deep.network(deep.best, rng), images, one_hot(labels), rng=rng, epochs=epochs,
                          learning_rate=deep.best.learning_rate, batch_size=deep.best.batch_size):
        pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6)
"""


def peak(python, folder, epochs):
    """Return the peak memory, in MB, of a new process that trains so many epochs; 0 only loads."""
    return float(subprocess.run([python, "-c", RUN, folder, str(epochs)], cwd=ROOT, env=environment(), check=True,
                                stdout=subprocess.PIPE).stdout)


def main():
    arguments = options(__doc__, rounds=None).parse_args()
    python = interpreter(arguments.python or sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        print(prepare(python, arguments.data, folder))
        loaded = peak(python, folder, 0)
        print(f"{loaded:.0f} MB with the images loaded")
        for epochs in EPOCHS:
            over = peak(python, folder, epochs) - loaded
            print(f"{epochs:2} epochs: {over:.0f} MB more; asked ≤ {ASKED}: {'met' if over <= ASKED else 'NOT met'}")


if __name__ == "__main__":
    main()
