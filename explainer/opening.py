"""What the walk opens with: what a step of training is, what backpropagation computes, and what that saves, timed.

Counted from the walk and timed on its batch; nothing here is known beforehand.
"""
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mlp_core import backward, forward
from mlp_core.blas import one_thread

from .numbers import plain_number

TRIES = 5       # of each pass: the fastest counts, as the one that nothing else disturbed


def slopes(walk):
    """How many slopes one backward pass finds: one for each weight and each bias."""
    return walk.grads.gradient.size


def a_step_of_training(walk):
    """What a step of training is, in a sentence."""
    what = f"{walk.m} images go" if walk.images is not None and walk.m > 1 else \
        "one image goes" if walk.images is not None else "one example goes"
    return (f"In one step of training {what} through the network, the loss says how wrong its answers are, "
            "backpropagation finds how the loss depends on each weight and bias, and each of them moves a little in "
            "the direction that lowers it.")


def why_backwards(walk):
    """What backpropagation computes, and why from the back, in a sentence."""
    n = slopes(walk)
    return (f"Backpropagation finds all {n:,} slopes in one pass from the loss back to the first layer, because each "
            "layer's δ serves every weight below it; nudging one weight after the other would take "
            f"{n + 1:,} forward passes.")


@dataclass(frozen=True)
class Timing:
    """Seconds, on this batch and this machine."""
    slopes: int
    forward: float          # one forward pass
    both: float             # one forward and one backward pass: all slopes
    passes: int = TRIES     # how many forward passes were timed

    @property
    def nudging(self):
        """What a forward pass for each slope and one more would take, by multiplication."""
        return (self.slopes + 1) * self.forward

    @property
    def times(self):
        """How many times as long the nudging takes."""
        return self.nudging / self.both

    @property
    def sentence(self):
        return (f"On this batch and this computer, forward and backward together took {duration(self.both)}. "
                f"A forward pass took {duration(self.forward)}, so nudging would take {duration(self.nudging)}, "
                f"{plain_times(self.times)} as long ({self.passes} passes were timed, the rest is multiplication).")


@np.errstate(over="ignore", invalid="ignore")    # weights that have exploded are timed as well
def timed(walk):
    """Time the two ways to the slopes on the walk's own batch, live; its records are left alone."""
    network, X, Y = walk.before, walk.passed.A[0], walk.Y
    with one_thread():
        passed = forward(network, X)
        grads = backward(network, passed, Y)
        once = _fastest(lambda: forward(network, X, out=passed))
        back = _fastest(lambda: backward(network, passed, Y, out=grads))
    return Timing(slopes(walk), once, once + back)


def _fastest(work):
    taken = []
    for _ in range(TRIES):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return min(taken)


def duration(seconds):
    """Return 0.35 ms, 12 s, 2.1 min, for a reader."""
    for unit, size in (("h", 3600), ("min", 60), ("s", 1), ("ms", 1e-3)):
        if seconds >= size or unit == "ms":
            return f"{plain_number(seconds / size, 2) if seconds < 10 * size else f'{seconds / size:.0f}'} {unit}"


def plain_times(factor):
    """Return 17,000 times, 3.2 times, for a reader: two digits."""
    return f"{factor:.1f} times" if factor < 10 else f"{float(f'{factor:.2g}'):,.0f} times"
