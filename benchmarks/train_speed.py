"""How fast `mlp_core.train` is: beside PyTorch, Keras, scikit-learn, JAX, TensorFlow, and the bare matrix products.

One process and one thread each; in every round each contender trains one epoch, in rotating order. What counts is the
CPU time of an epoch, all threads of the process together, and the median of each round's ratio to mlp_core. Before
that, everyone trains some batches from the same weights in the same order, and must reach the same weights.
Installs the contenders into a venv of its own, .venv-benchmarks, unless --python names a Python that has them:

    python -m benchmarks.train_speed [--rounds N] [--only NAME …] [--data mnist.npz] [--python PATH]
"""
import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.peers import ROOT, environment, interpreter

TOLERANCE = 1e-9        # of the weights after the check, in float64
UNCHECKED = ("floor", "sklearn")


@dataclass(frozen=True)
class Comparison:
    title: str
    preset: str
    dtype: str
    images: int         # an epoch
    asked: dict         # {contender: its time / ours must be at least this; None: not asked}; floor: ours / its at most


COMPARISONS = {
    "deep": Comparison("784-64-32-16-10 sigmoid, batch 100, float32", "deep", "float32", 60_000,
                       {"floor": 1.4, "torch": 2.1, "torch-by-hand": None, "keras.fit": 4, "sklearn": 2.2, "jax": 1,
                        "tf-graph": 1}),
    "deep64": Comparison("784-64-32-16-10 sigmoid, batch 100, float64", "deep", "float64", 60_000,
                         {"floor": 1.4, "torch": None, "torch-by-hand": None}),
    "relu16": Comparison("784-16-16-10 ReLU and softmax, batch 100, float32", "relu16", "float32", 60_000,
                         {"floor": 2.2, "torch": 3, "torch-by-hand": None}),
    "relu10": Comparison("784-10-10 ReLU and softmax, batch 100, float32", "relu10", "float32", 60_000,
                         {"floor": 2.6, "torch": 3, "torch-by-hand": None}),
    "nielsen": Comparison("784-30-10 sigmoid, batch 10, float32", "nielsen", "float32", 60_000,
                          {"floor": 2.2, "torch": 8, "torch-by-hand": None}),
    "online": Comparison("784-16-10 sigmoid, batch 1, float32", "online", "float32", 6_000,
                         {"floor": 0.65, "torch": 20, "torch-by-hand": None}),
}


class Worker:
    """A contender's process. `problem` says why it is out, None while it is in."""

    def __init__(self, python, contender, comparison, folder):
        self.contender, self.problem = contender, None
        self.process = subprocess.Popen(
            [python, "-m", "benchmarks.worker", contender, comparison.preset, comparison.dtype,
             str(comparison.images), folder], cwd=ROOT, env=environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self, action, argument=None):
        """Return the answer, a dict; {} and a problem where there is none."""
        if self.problem:
            return {}
        try:
            print(json.dumps({action: argument}), file=self.process.stdin, flush=True)
            answer = json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            answer = {"error": f"its process ended, exit code {self.process.wait(10)}"}
        for kind in ("missing", "error"):
            if kind in answer:
                self.problem = f"{kind}: {answer[kind]}"
        return {} if self.problem else answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)


def check(workers, file):
    """Return {contender: what the check found, in words}; whoever does not reach mlp_core's weights is out."""
    ours, *peers = workers
    ours.ask("reference", file)
    found = {ours.contender: "the reference"}
    for worker in peers:
        if ours.problem:
            worker.problem = worker.problem or "not measured: there is no mlp_core to compare with"
        elif worker.contender not in UNCHECKED:
            difference = worker.ask("check", file).get("difference", float("nan"))
            found[worker.contender] = f"weights differ by {difference:.0e}"
            if not difference <= TOLERANCE:
                worker.problem = worker.problem or f"disagrees: its weights differ by {difference:.1e}"
    return found


def measure(workers, rounds):
    """Return [{contender: CPU seconds of its epoch}, …], a dict a round; a round before them warms up."""
    results = []
    for r in range(rounds + 1):
        turn = r % len(workers)
        answers = {worker.contender: worker.ask("epoch", r) for worker in workers[turn:] + workers[:turn]}
        results.append({name: answer["cpu"] for name, answer in answers.items() if answer})
    return results[1:]


def compare(python, comparison, contenders, rounds, folder):
    """Measure one comparison and print its table."""
    print(f"\n{comparison.title}, {comparison.images:,} images an epoch")
    workers = [Worker(python, name, comparison, folder) for name in contenders]
    versions = {worker.contender: worker.ask("about").get("version") for worker in workers}
    found = check(workers, str(Path(folder, f"{comparison.preset}-{comparison.dtype}.npz")))
    results = measure(workers, rounds)
    print(f"{'':10} {'CPU s an epoch':22} {'µs/image':>8} {'ratio':22} {'asked':7} met")
    for worker in workers:
        name = worker.contender
        print(f"{name:10}", worker.problem or
              f"{figures(name, comparison, results)}  {versions[name]}, {found.get(name, 'not checked')}", flush=True)
        worker.close()


def figures(name, comparison, results):
    """Return a row of the table: seconds, ratios, what is asked of them, and whether they meet it."""
    seconds, asked = [cpu[name] for cpu in results], comparison.asked.get(name)
    ratios = [cpu["mlp_core"] / cpu[name] if name == "floor" else cpu[name] / cpu["mlp_core"]
              for cpu in results if "mlp_core" in cpu and name != "mlp_core"]
    row = f"{spread(seconds, 3)} {median(seconds) / comparison.images * 1e6:8.1f} {spread(ratios, 2):22}"
    if not (asked and ratios):
        return f"{row} {'':11}"
    met = median(ratios) <= asked if name == "floor" else median(ratios) >= asked
    return f"{row} {'≤' if name == 'floor' else '≥'} {asked:<5} {'yes' if met else 'NO':3}"


def spread(values, digits):
    if not values:
        return ""
    return f"{median(values):7.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})".ljust(22)


def processor():
    """Return the processor's name, as well as the system knows it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def prepare(python, file, folder):
    """Put the images into the folder, for all workers, and return where they come from."""
    prepared = subprocess.run([python, "-m", "benchmarks.images", folder, *([file] if file else [])],
                              cwd=ROOT, env=environment(), text=True, capture_output=True)
    if prepared.returncode:
        sys.exit(f"no images: {prepared.stderr.strip().splitlines()[-1]}")
    return prepared.stdout.strip()


def options(description, rounds=7):
    """Return a parser with what all benchmarks of training take; rounds=None leaves --rounds out."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    if rounds:
        parser.add_argument("--rounds", type=int, default=rounds, metavar="N", help=f"measure so often ({rounds})")
    parser.add_argument("--data", type=os.path.abspath, metavar="FILE",
                        help="MNIST as Keras keeps it, .npz; without it, the MNIST that the app would find")
    parser.add_argument("--python", metavar="PATH", help="measure with this Python and install nothing")
    return parser


def chosen(only):
    """Return [(Comparison, contenders), …]; names of comparisons and of contenders in `only` each limit their own."""
    comparisons = [name for name in COMPARISONS if name in only] or COMPARISONS
    contenders = [name for name in COMPARISONS["deep"].asked if name in only]
    found = [(COMPARISONS[name], [peer for peer in COMPARISONS[name].asked if not contenders or peer in contenders])
             for name in comparisons]
    return [(comparison, ["mlp_core", *peers]) for comparison, peers in found if peers]


def main():
    parser = options(__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME",
                        choices=["mlp_core", *COMPARISONS["deep"].asked, *COMPARISONS],
                        help="comparisons: " + ", ".join(COMPARISONS) + "; contenders: " + ", ".join(
                            COMPARISONS["deep"].asked))
    arguments = parser.parse_args()
    python = interpreter(arguments.python)
    print(processor(), platform.platform(), sep="; ")
    with tempfile.TemporaryDirectory() as folder:
        print(prepare(python, arguments.data, folder))
        print(f"{arguments.rounds} rounds, one thread each; medians (smallest–largest). Ratio: a contender's time to "
              "mlp_core's; for the floor,\nmlp_core's time to the floor's. sklearn trains another loss: softmax and "
              "cross-entropy, from its own weights.")
        for comparison, contenders in chosen(arguments.only):
            compare(python, comparison, contenders, arguments.rounds, folder)


if __name__ == "__main__":
    main()
