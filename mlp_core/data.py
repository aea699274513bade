"""MNIST as arrays, from the files that hold it: Keras' .npz, or LeCun's IDX, gzipped or not.

Images are (n, 784) uint8, upright, row by row; labels are (n,) integers. Nothing here knows where files lie.
"""
import gzip
import io
import zipfile
from dataclasses import dataclass

import numpy as np

IDX_IMAGES, IDX_LABELS = 2051, 2049     # the magic numbers of the IDX format


@dataclass(frozen=True)
class Dataset:
    images: np.ndarray                  # (n, 784) uint8, for training
    labels: np.ndarray                  # (n,) uint8
    test_images: np.ndarray | None      # (n_test, 784) uint8, or None where there is no official test set
    test_labels: np.ndarray | None      # (n_test,)
    origin: str                         # for a reader: where it comes from

    def __post_init__(self):
        check_images(self.images, self.labels)
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
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def read_npz(content, origin):
    """Read Keras' mnist.npz (x_train, y_train, x_test, y_test; the test part may be missing) from bytes."""
    try:
        with np.load(io.BytesIO(_unzipped(content)), allow_pickle=False) as file:
            parts = {name: file[name] for name in file.files}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, AttributeError, TypeError) as error:
        raise ValueError("this is no .npz file of plain arrays") from error
    missing = {"x_train", "y_train"} - set(parts)
    if missing:
        raise ValueError(f"this .npz has no {' and no '.join(sorted(missing))}; MNIST as Keras keeps it has both")
    def flat(name):
        return parts[name].reshape(len(parts[name]), -1) if name in parts else None
    return Dataset(flat("x_train"), parts["y_train"], flat("x_test"), parts.get("y_test"), origin)


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
    shape = [int.from_bytes(content[at:at + 4], "big") for at in range(4, header, 4)]
    if len(content) - header != np.prod(shape):
        raise ValueError(f"this IDX file promises {np.prod(shape):,} values and holds {len(content) - header:,}")
    values = np.frombuffer(content, np.uint8, offset=header)
    return values.reshape(shape[0], -1) if magic == IDX_IMAGES else values


def stratified_split(labels, share, rng):
    """Return (rest, held_out) row numbers, each class giving the same share, both in random order."""
    held_out = np.concatenate([rng.permutation(np.flatnonzero(labels == digit))
                               [:round(share * np.count_nonzero(labels == digit))] for digit in np.unique(labels)])
    rest = np.setdiff1d(np.arange(len(labels)), held_out)
    return rng.permutation(rest), rng.permutation(held_out)
