"""Which MNIST is in use, and where it was found.

What the user put beside the app comes first, then what the app fetched, then Keras' copy if there is one, then the
sample that ships with the project. Files are read, never changed. Images and labels are uint8, and nobody can write
to them: all sessions share one Dataset.
"""
import os
from pathlib import Path

import numpy as np

from mlp_core.data import Dataset, read_idx, read_npz
from mlp_core.storage import load_network

from . import places

ASSETS = Path(__file__).parent / "assets"


def keras_cache():
    """Return the path at which Keras keeps mnist.npz, whether it is there or not."""
    return Path(os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras"), "datasets", "mnist.npz")


def fetched_files():
    """Return the paths at which the app may have kept a fetched mnist.npz, whether it is there or not."""
    return [folder / "mnist.npz" for folder in places.folders()]


def find_dataset(folder, keras_file=None, fetched=None):
    """Return (Dataset, problems): the first MNIST that can be read, and a sentence for each file that cannot.

    The order: mnist.npz in `folder`, IDX files in `folder`, the `fetched` files, Keras' file, the project's sample.
    """
    folder, problems = Path(folder), []
    elsewhere = [*(fetched_files() if fetched is None else fetched), Path(keras_file or keras_cache())]
    for where, paths in (("mnist.npz in this project’s folder", [folder / "mnist.npz"]),
                         ("the IDX files in this project’s folder", _idx_files(folder)),
                         *((str(path), [path]) for path in elsewhere)):
        try:
            files = [(path.name, path.read_bytes()) for path in paths if path.exists()]
            if files:
                return _read(files, f"from {where}"), problems
        except (ValueError, OSError) as error:
            problems.append(f"MNIST was not read from {where}: {getattr(error, 'strerror', None) or error}.")
    return embedded_sample(), problems


def embedded_sample():
    """Return the 5,000 images that ship with the project; all are training images, so there is no test set."""
    name = "mnist_sample.npz"
    return _read([(name, (ASSETS / name).read_bytes())], "that ship with this project")


def read_upload(files):
    """Return the Dataset in `files`, [(name, bytes)]: one .npz as Keras keeps it, or IDX files, gzipped or not.

    IDX: "t10k" in the name marks the test set, which may be missing; the content tells images from labels.
    Raises ValueError, in one sentence, for anything else.
    """
    return _read(files, "that you uploaded")


def from_keras():
    """Return the full MNIST the way the sources load it. TensorFlow must be installed, and fetches it if need be.

    The app never calls this: `load_data` deletes a file of Keras' that it does not expect.
    """
    from tensorflow.keras.datasets import mnist
    (images, labels), (test_images, test_labels) = mnist.load_data()
    return _shared(Dataset(images.reshape(-1, 784), labels, test_images.reshape(-1, 784), test_labels, "Keras"),
                   "from Keras")


def default_network():
    """Return the network that ships with the project, trained; a new copy each time."""
    return load_network(ASSETS / "default_network.npz")


def _idx_files(folder):
    """Return LeCun's files in the folder; where a file lies there both unpacked and as .gz, the unpacked one."""
    return [path for path in sorted(folder.glob("*-ubyte")) + sorted(folder.glob("*-ubyte.gz"))
            if not (path.suffix == ".gz" and path.with_suffix("").exists())]


def _read(files, where):
    """Return the Dataset in `files`, [(name, bytes)]: the one place where files become data, wherever they lay."""
    npz = [file for file in files if file[0].lower().endswith((".npz", ".npz.gz"))]
    if npz and len(files) > 1:
        raise ValueError(f"{npz[0][0]} is a whole data set: give it alone, without other files")
    return _shared(_readable(npz[0][0], read_npz, npz[0][1], where) if npz else _idx(files, where), where)


def _idx(files, where):
    parts = {}
    for name, content in files:
        values = _readable(name, read_idx, content)
        part = f"{'test' if 't10k' in name.lower() else 'training'} {'images' if values.ndim == 2 else 'labels'}"
        if part in parts:
            raise ValueError(f"{name} is a second file of {part}; the test set’s files have t10k in their names")
        parts[part] = values
    needed = {"training images": "train", "training labels": "train"}
    if any(part.startswith("test") for part in parts):
        needed |= {"test images": "t10k", "test labels": "t10k"}
    for part, word in needed.items():
        if part not in parts:
            raise ValueError(f"there is no IDX file of {part}, with {word} in its name")
    return Dataset(*map(parts.get, ("training images", "training labels", "test images", "test labels")), where)


def _readable(name, read, *arguments):
    """Return what the reader returns, or raise ValueError with the file's name in it."""
    try:
        return read(*arguments)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    except Exception as error:      # a damaged file may do anything to a reader, as far as MemoryError
        raise ValueError(f"{name}: this file is damaged") from error


def _shared(dataset, where):
    """Return the same data as read-only uint8, with its origin in words."""
    arrays = [None if a is None else a.astype(np.uint8, copy=False)
              for a in (dataset.images, dataset.labels, dataset.test_images, dataset.test_labels)]
    for array in arrays:
        if array is not None:
            array.setflags(write=False)
    images, _, test_images, _ = arrays
    test = "no official test set" if test_images is None else f"and {len(test_images):,} test images"
    return Dataset(*arrays, f"{len(images):,} MNIST training images {where} ({test})")
