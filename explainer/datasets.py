"""Which MNIST is in use, and where it was found.

What the user put beside the app comes first, then what the app fetched, then Keras' copy if there is one, then the
sample that ships with the project. Files are read, never changed. Images and labels are uint8, and nobody can write
to them: all sessions share one Dataset.
"""
import os
import re
from functools import cache
from pathlib import Path

import numpy as np

from mlp_core import forward
from mlp_core.data import read_npz
from mlp_core.storage import load_network

from . import limits, outside, places, shipped
from .incoming import finished, read_dataset
from .incoming.parts import as_unpacked

ASSETS = Path(__file__).parent / "assets"
FOLDERS = "", "MNIST/raw", "raw", "data/MNIST/raw", "FashionMNIST/raw", "KMNIST/raw"   # beside the app; torchvision's
BESIDE = (      # what is looked for there, in this order: what it is called for a reader, and the names of its files
    ("mnist.npz", "mnist.npz"),
    ("the IDX files", r".*-ubyte(\.gz)?"),
    ("the CSV files", r"(.*mnist.*|train|test)\.csv(\.gz)?"),
    ("the .npz files", r"(?!mnist\.npz$).*mnist.*\.npz(\.gz)?"),
    ("the .npy files", r"[xy]_(train|test)\.npy"),
    ("the ARFF file", r".*mnist.*\.arff(\.gz)?"),
)


def keras_cache():
    """Return the path at which Keras keeps mnist.npz, whether it is there or not."""
    return Path(os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras"), "datasets", "mnist.npz")


def fetched_files():
    """Return the paths at which the app may have kept a fetched mnist.npz, whether it is there or not."""
    return [folder / "mnist.npz" for folder in places.folders()]


def find_dataset(folder, keras_file=None, fetched=None):
    """Return (Dataset, problems): the first data set that can be read, and a sentence for each that cannot.

    The order: what BESIDE lists, in `folder` and its FOLDERS, the `fetched` files, Keras' file, the project's sample.
    """
    problems = []
    elsewhere = [*(fetched_files() if fetched is None else fetched), Path(keras_file or keras_cache())]
    for where, paths, hint in (*_beside(Path(folder)), *((str(p), [p], "") for p in elsewhere if _is_there(p))):
        try:
            files = [(path.name, _content(path)) for path in paths]
            return read_dataset(files, f"from {where}", reads_digits, hint), problems
        except (ValueError, OSError) as error:
            problems.append(f"MNIST was not read from {where}: {getattr(error, 'strerror', None) or error}.")
    return embedded_sample(), problems


def embedded_sample():
    """Return the 5,000 images that ship with the project; all are training images, so there is no test set."""
    data = shipped.read(ASSETS / "mnist_sample.npz", lambda path: read_npz(path.read_bytes(), ""))
    return finished({"training": data.images}, {"training": data.labels}, "that ship with this project")


def read_upload(files):
    """Return the Dataset in `files`, [(name, bytes)]: CSV, IDX, .npz, .npy or ARFF, also packed as .gz or one .zip.

    Names with “t10k” or “test” in them mark the test set, which may be missing. What was odd about the files, and what
    was done, stands in the Dataset's notes. Raises ValueError, in one sentence, for anything else.
    """
    if not files:
        raise ValueError("no file was given")
    return read_dataset(files, "that you uploaded", reads_digits)


def from_keras():
    """Return the full MNIST the way the sources load it. TensorFlow must be installed, and fetches it if need be.

    The app never calls this: `load_data` deletes a file of Keras' that it does not expect.
    """
    from tensorflow.keras.datasets import mnist
    (images, labels), (test_images, test_labels) = mnist.load_data()
    return finished({"training": images.reshape(-1, 784), "test": test_images.reshape(-1, 784)},
                    {"training": labels.astype(np.uint8), "test": test_labels.astype(np.uint8)}, "from Keras")


def default_network():
    """Return the network that ships with the project, trained; a new copy each time."""
    return _shipped_network().copy()


@cache
def _shipped_network():
    return shipped.read(ASSETS / "default_network.npz", load_network)


def reads_digits(images):
    """Return what the network that ships with the project reads, (n,)."""
    return forward(_shipped_network(), images).output.argmax(axis=1)


def _beside(folder):
    """Yield (where, paths, the folder's name) of each set of files beside the app that may be a data set."""
    for what, pattern in BESIDE:
        for inner in FOLDERS:
            sets = {}
            for path in _files(folder / inner):
                if re.fullmatch(pattern, path.name, re.IGNORECASE):
                    sets.setdefault(_set_of(path.name), []).append(path)
            for _, paths in sorted(sets.items()):
                place = f"the folder {inner}" if inner else "this project’s folder"
                yield f"{what} in {place}", _unpacked_first(paths), inner


def _files(folder):
    try:
        return sorted(path for path in folder.iterdir() if _is_there(path))
    except OSError:     # there is none, or nobody may look into it
        return []


def _is_there(path):
    """Whether something is there that may be read; a folder of that name is none of ours."""
    return path.exists() and not path.is_dir()


def _set_of(name):
    """What the names of one data set's files have in common: what stands before train, t10k or test."""
    return re.split(r"_?[xy]?[-_.]?(?:train|t10k|test)", name.lower())[0]


def _unpacked_first(paths):
    """Leave out a .gz beside the unpacked file, with a dot or a hyphen in its name."""
    plain = {as_unpacked(path.name) for path in paths if path.suffix.lower() != ".gz"}
    return [path for path in paths if path.suffix.lower() != ".gz" or as_unpacked(path.name) not in plain]


def _content(path):
    if not path.is_file():
        raise ValueError(f"{outside.name(path.name)} is no file")
    if path.stat().st_size > limits.FILE:
        raise ValueError(f"{outside.name(path.name)} is larger than {limits.FILE // limits.MB:,} MB")
    return path.read_bytes()
