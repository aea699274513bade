"""Which data these are: from what the files are called, from the mean of their pixels, or from what a network reads."""
import re
from dataclasses import dataclass

import numpy as np

from mlp_core.data import DIGITS

FASHION = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
KUZUSHIJI = tuple("おきすつなはまやれを")
LOOKED_AT = 10_000      # images for the mean, and
TRIED = 1_000           # images that the network reads
TELLING = 10            # images that tell what these are not
ENOUGH = 1_000          # images that the mean is trusted of
NEAR = 0.008            # how far the mean and the spread may be from the published ones; Fashion's own vary by 0.003
DIGITS_READ = 0.5       # share that is read as labelled where these are digits; guessing reads 0.1


@dataclass(frozen=True)
class Known:
    name: str
    called: str                 # what a file's name has in it, as a pattern
    mean: float                 # of the training pixels from 0 to 1,
    spread: float               # and their standard deviation, as published
    classes: tuple = DIGITS     # the words for the labels 0 to 9
    digits: bool = True         # whether a network that knows MNIST can read them


# Sources: torchvision's and PyTorch's examples (MNIST), Xiao et al. 2017 (Fashion), Clanuwat et al. 2018 (KMNIST),
# Cohen et al. 2017 (EMNIST); means as commonly used with them. The first pattern that fits is taken.
KNOWN = (
    Known("Fashion-MNIST", r"fashion|(^|[^a-z])f-?mnist", 0.2860, 0.3530, FASHION, digits=False),
    Known("KMNIST", r"kmnist|kuzushiji", 0.1918, 0.3483, KUZUSHIJI, digits=False),
    Known("EMNIST digits", r"emnist", 0.1733, 0.3317),
    Known("MNIST", r"(?<![a-z])mnist", 0.1307, 0.3081),
)

# How images may lie, each with what it takes to lay them upright.
LIE = {
    "transposed, rows as columns, as EMNIST’s files have them": lambda a: a.transpose(0, 2, 1),
    "turned by a quarter to the left": lambda a: np.rot90(a, -1, (1, 2)),
    "turned by a quarter to the right": lambda a: np.rot90(a, 1, (1, 2)),
    "upside down": lambda a: a[:, ::-1, ::-1],
    "mirrored": lambda a: a[:, :, ::-1],
    "mirrored and upside down": lambda a: a[:, ::-1],
}


def _every(images, most):
    """Evenly spread rows, at most so many."""
    return slice(None, None, -(-len(images) // most))


def laid_upright(images, labels, names, reads):
    """Return (how they lie, or None where they are upright; share read as labelled), tried with a network.

    `reads(images)` returns its answers, (n,). Another way of lying is believed where clearly more images are read as
    labelled then; for files that are called EMNIST, whose images are known to be transposed, where any more are.
    """
    few = _every(images, TRIED)
    tried, labels = images[few].reshape(-1, 28, 28), labels[few]
    right = {lie: int((reads(_flat(turn(tried))) == labels).sum()) for lie, turn in LIE.items()}
    upright, (lie, best) = int((reads(_flat(tried)) == labels).sum()), max(right.items(), key=lambda pair: pair[1])
    n, expected = len(labels), next(iter(LIE))
    if best - upright >= max(5, .2 * n) and best >= DIGITS_READ * n:
        return lie, best / n
    if _called(names).name == "EMNIST digits" and right[expected] > upright:
        return expected, right[expected] / n
    return None, upright / n


def turned(images, lie):
    """Return images that lie this way, upright."""
    return _flat(LIE[lie](images.reshape(-1, 28, 28)))


def _flat(images):
    return np.ascontiguousarray(images).reshape(len(images), 784)


def recognised(images, names, read_right):
    """Return (Known or None, notes); `read_right` is the share that a network that knows MNIST reads as labelled.

    A file's name is believed unless the network contradicts it. Where no name tells, the mean and the spread of the
    pixels do, if they are published ones; what is then read as digits, and is nothing else, is taken for MNIST.
    """
    called, measured = _called(names), _measured(images)
    reads = f"The network that ships with this project reads {read_right:.0%} of these images as they are labelled"
    reads = reads.replace("%", " %")
    if called.name not in ("", "MNIST"):
        if called.digits == (read_right >= DIGITS_READ):
            return called, []
        return (called if called.digits else KNOWN[-1]), [
            f"The files are called {called.name}, but {reads[:1].lower() + reads[1:]}."]
    if measured and measured.digits == (read_right >= DIGITS_READ):
        told = measured.name == "MNIST"
        return measured, [] if told else [
            f"These were taken for {measured.name}: the mean of the pixels, {measured.mean}, and their spread, "
            f"{measured.spread}, are its published ones."]
    if read_right >= DIGITS_READ or len(images) < TELLING:
        return KNOWN[-1], []
    return None, [f"{reads}, so they are hardly the digits of MNIST."]


def _called(names):
    for known in KNOWN:
        if any(re.search(known.called, name, re.IGNORECASE) for name in names):
            return known
    return Known("", "", 0, 1)


def _measured(images):
    if len(images) < ENOUGH:
        return None
    counts = sum(np.bincount(image, minlength=256) for image in images[_every(images, LOOKED_AT)])
    values, shares = np.arange(256) / 255, counts / counts.sum()
    mean = float(values @ shares)
    spread = float(np.sqrt(values ** 2 @ shares - mean ** 2))
    return next((known for known in KNOWN if abs(mean - known.mean) < NEAR and abs(spread - known.spread) < NEAR), None)
