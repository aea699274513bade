"""The 60,000 images to measure with, as two .npy files: MNIST where there is one, else our sample repeated.

    python -m benchmarks.images FOLDER [mnist.npz]

writes images.npy, (60000, 784) uint8, and labels.npy into FOLDER, and prints where they come from.
"""
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
N = 60_000


def find(file=None):
    """Return (images, labels, origin): from the given .npz as Keras keeps it, else what the app would take."""
    from explainer.datasets import find_dataset
    from mlp_core.data import read_npz
    data = read_npz(Path(file).read_bytes(), Path(file).name) if file else find_dataset(ROOT)[0]
    n, origin = len(data.images), f"images: {data.origin}"
    rows = np.arange(N) % n
    if n < N:
        origin = f"NOT THE FULL MNIST: {n:,} images repeated to {N:,}; same shapes and sparsity ({origin})"
    return data.images[rows], data.labels[rows], origin


if __name__ == "__main__":
    images, labels, origin = find(*sys.argv[2:])
    np.save(Path(sys.argv[1], "images.npy"), images)
    np.save(Path(sys.argv[1], "labels.npy"), labels)
    print(origin)
