"""MNIST as arrays, from the files that hold it: Keras' .npz, or LeCun's IDX, gzipped or not.

Images are (n, 784) uint8, upright, row by row; labels are (n,) integers. Nothing here knows where files lie.
"""
import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass
from math import prod

import numpy as np

IDX_IMAGES, IDX_LABELS = 2051, 2049     # the magic numbers of the IDX format
DIGITS = tuple("0123456789")


@dataclass(frozen=True, eq=False)  # arrays cannot be compared for a yes or no: two are the same if one object
class Dataset:
    images: np.ndarray                  # (n, 784) uint8, for training
    labels: np.ndarray                  # (n,) uint8
    test_images: np.ndarray | None      # (n_test, 784) uint8, or None where there is no official test set
    test_labels: np.ndarray | None      # (n_test,)
    origin: str                         # for a reader: where it comes from
    name: str = "MNIST"                 # what these data are called; empty where nobody knows
    classes: tuple = DIGITS             # the word for each label from 0 to 9
    notes: tuple = ()                   # sentences for a reader: what was odd about the files, and what was done

    def __post_init__(self):
        check_images(self.images, self.labels)
        if (self.test_images is None) != (self.test_labels is None):
            raise ValueError("test images and test labels come together; one of the two is missing")
        if self.test_images is not None:
            check_images(self.test_images, self.test_labels)


def check_images(images, labels):
    """Raise ValueError, in one sentence, unless these are uint8 MNIST images with a digit for each."""
    if images.dtype != np.uint8 or images.ndim != 2 or images.shape[1] != 784 or not len(images):
        raise ValueError(f"MNIST images are uint8 of shape (n, 784); these are {images.dtype} {images.shape}")
    if labels.shape != (len(images),) or labels.dtype.kind not in "iu":
        raise ValueError(f"{len(images)} images need as many whole-number labels; these are "
                         f"{labels.dtype} {labels.shape}")
    if labels.min() < 0 or labels.max() > 9:
        raise ValueError(f"labels are digits 0 to 9; these go from {labels.min()} to {labels.max()}")


def one_hot(labels, classes=10, dtype=np.float32):
    """Return (n, classes): 1 at each label's own column, else 0."""
    Y = np.zeros((len(labels), classes), dtype)
    Y[np.arange(len(labels)), labels] = 1
    return Y


def _unzipped(content):
    try:
        return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("this .gz file is damaged or cut short") from error


def read_npz(content, origin):
    """Read Keras' mnist.npz (x_train, y_train, x_test, y_test; the test part may be missing) from bytes."""
    content = _unzipped(content)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            parts = {name: np.asarray(file[name]) for name in file.files}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, AttributeError, TypeError,
            RuntimeError) as error:
        raise ValueError("this is no .npz file of plain arrays") from error
    missing = {"x_train", "y_train"} - set(parts)
    if missing:
        raise ValueError(f"this .npz has no {' and no '.join(sorted(missing))}; MNIST as Keras keeps it has both")
    def flat(images):
        return images.reshape(len(images), -1) if images is not None and images.ndim > 2 and len(images) else images
    return Dataset(flat(parts["x_train"]), parts["y_train"], flat(parts.get("x_test")), parts.get("y_test"), origin)


def read_idx(content):
    """Read one IDX file from bytes: images as (n, rows·columns) uint8, or labels as (n,) uint8.

    Source of the format: LeCun, Cortes and Burges, the MNIST page.
    """
    content = _unzipped(content)
    magic = int.from_bytes(content[:4], "big")
    if magic not in (IDX_IMAGES, IDX_LABELS):
        raise ValueError("this is no IDX file of images or labels")
    dimensions = 3 if magic == IDX_IMAGES else 1
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise ValueError(f"this IDX file ends within its header: it holds {len(content)} of {header} bytes")
    shape = [int.from_bytes(content[at:at + 4], "big") for at in range(4, header, 4)]
    if len(content) - header != prod(shape):
        raise ValueError(f"this IDX file promises {prod(shape):,} values and holds {len(content) - header:,}")
    values = np.frombuffer(content, np.uint8, offset=header)
    return values.reshape(shape[0], prod(shape[1:])) if magic == IDX_IMAGES else values


def stratified_split(labels, share, rng):
    """Return (rest, held_out) row numbers, each class giving the same share, both in random order."""
    held_out = np.concatenate([rng.permutation(np.flatnonzero(labels == digit))
                               [:round(share * np.count_nonzero(labels == digit))] for digit in np.unique(labels)])
    rest = np.setdiff1d(np.arange(len(labels)), held_out)
    return rng.permutation(rest), rng.permutation(held_out)
