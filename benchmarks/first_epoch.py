"""How long from a cold Python to the end of the first epoch: import, load, build, train; mlp_core beside PyTorch.

The network is the default one, 784-64-32-16-10 in float32, with 60,000 images that lie on the disk as uint8.
Each run is a new process; CPU time of all its threads and the clock's. Installs what benchmarks.train_speed does:

    python -m benchmarks.first_epoch [--rounds N] [--data mnist.npz] [--python PATH]
"""
import subprocess
import sys
import tempfile
import time
from statistics import median

from benchmarks.peers import ROOT, environment, interpreter
from benchmarks.train_speed import options, prepare, processor, spread

ASKED = 0.25        # of PyTorch's time, at most

RUN = """
import sys, time
import numpy as np
from benchmarks.worker import data, make
contender, folder = sys.argv[1:]
X, Y = data(folder, 60_000, np.float32)
make(contender, "deep", np.float32, X, Y)(np.random.default_rng(0).permutation(len(X)))
print(time.process_time())
"""


def first_epoch(python, contender, folder):
    """Return the CPU and the wall-clock seconds that a new process needs."""
    began = time.perf_counter()
    with subprocess.Popen([python, "-c", RUN, contender, folder], cwd=ROOT, env=environment(), text=True,
                          stdout=subprocess.PIPE) as process:
        line = process.stdout.readline()
        wall = time.perf_counter() - began
    return (float(line), wall) if line else sys.exit(f"{contender} did not run")


def main():
    arguments = options(__doc__).parse_args()
    python = interpreter(arguments.python)
    with tempfile.TemporaryDirectory() as folder:
        print(processor(), prepare(python, arguments.data, folder), sep="\n")
        rounds = [{name: first_epoch(python, name, folder) for name in ("mlp_core", "torch")}
                  for _ in range(arguments.rounds + 1)][1:]     # the first fills the disk's cache
    print(f"{arguments.rounds} rounds; medians (smallest–largest)")
    for i, clock in enumerate(("CPU", "wall")):
        ours, torch = ([run[name][i] for run in rounds] for name in ("mlp_core", "torch"))
        share = [a / b for a, b in zip(ours, torch)]
        print(f"{clock:4} seconds: mlp_core {spread(ours, 2)} torch {spread(torch, 2)} "
              f"ours to torch's {spread(share, 2)}"
              f" asked ≤ {ASKED}: {'met' if median(share) <= ASKED else 'NOT met'}")


if __name__ == "__main__":
    main()
