"""Files become the four parts of a data set: images and labels, to train with and to test with, as the files hold them.

What a file is, its content says; what it is for, its name or the name of the array in it.
"""
import re
from dataclasses import dataclass
from math import prod
from pathlib import PurePosixPath

import numpy as np

from mlp_core.data import IDX_IMAGES, IDX_LABELS, read_idx

from .. import limits, outside
from .tables import LABEL, read_arff, read_csv
from .unpacking import Room, gunzipped, npy_array, npz_arrays, zip_members

HOW = ("what can be read: CSV with the label first, IDX (-ubyte), .npz, .npy and ARFF, also as .gz or in one .zip; "
       "np.savez(\"mnist.npz\", x_train=images, y_train=labels) makes such a file")
FOREIGN = (     # how the content begins, how the name ends, what it is
    (rb"\x80[\x02-\x05]", (".pkl", ".pickle", ".pt", ".pth", ".joblib"),
     "a pickle, which may run any program when it is opened, so it was not opened"),
    (rb"PAR1", (".parquet",), "a Parquet file"),
    (rb"\x89HDF\r\n", (".h5", ".hdf5", ".keras"), "an HDF5 or Keras file"),
    (rb"MATLAB|# Created by Octave", (".mat",), "a file of MATLAB or Octave"),
    (rb"BZh|\xfd7zXZ|7z\xbc\xaf|Rar!", (".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz"),
     "packed in another way"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF|II\*\x00|MM\x00\*", (".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff"),
     "a picture, as the page Draw reads"),
)
IN_ZIP = re.compile(r"(\.(csv|npy|npz|arff|pkl)|-ubyte)(\.gz)?$", re.IGNORECASE)
KINDS = "training images", "training labels", "test images", "test labels"


@dataclass(frozen=True)
class Part:
    kind: str               # one of KINDS
    array: np.ndarray       # (n, …): 784 numbers an image; or labels in any form
    file: str               # its name, for a reader


def read_parts(files):
    """Return ({kind: Part}, notes, names) of files, [(name, bytes)]; `names` is all that may tell which data these are.

    Training images and labels are there; test images and labels are both there or neither. Raises ValueError, in a
    sentence.
    """
    if len(files) > limits.FILES:
        raise ValueError(f"these are {len(files):,} files; at most {limits.FILES} are read at once")
    room, found, notes, names = Room(sum(len(content) for _, content in files)), [], [], []
    for name, content in _unzipped(files, room):
        parts, more, hints = readable(name, _parts_of, name, content, room)
        found, notes, names = found + parts, notes + more, [*names, outside.name(name), *hints]
    return *_together(found, notes), names


def readable(name, read, *arguments):
    """Return what the reader returns, or raise ValueError with the file's name in its sentence."""
    try:
        return read(*arguments)
    except ValueError as error:
        raise ValueError(f"{outside.name(name)}: {error}") from error
    except Exception as error:      # a damaged file may do anything to a reader, as far as MemoryError
        raise ValueError(f"{outside.name(name)}: this file is damaged") from error


def _unzipped(files, room):
    """The files, with those in a .zip in its place; an .npz stays, for it is a zip of arrays."""
    for name, content in files:
        if content[:4] == b"PK\x03\x04" and name.lower().endswith(".zip"):
            members = readable(name, zip_members, content, room, IN_ZIP.search)
            if not members:
                raise ValueError(f"{outside.name(name)}: there are no data in it; {HOW}")
            yield from members.items()
        else:
            yield name, content


def _parts_of(name, content, room):
    """Return (parts, notes, names) of one file."""
    content, lower = gunzipped(content, room), name.lower().removesuffix(".gz")
    if content[:2] == b"\x1f\x8b":
        raise ValueError("it is packed twice; unpack it once")
    for begins, ends, what in FOREIGN:
        if re.match(begins, content) or lower.endswith(ends) and content[:4] != b"PK\x03\x04":
            raise ValueError(f"this is {what}; {HOW}")
    if content[:2] == b"PK" or lower.endswith(".npz"):
        return _npz(name, content, room)
    if content[:6] == b"\x93NUMPY" or lower.endswith(".npy"):
        return _arrays(name, {"": npy_array(content)})
    if int.from_bytes(content[:4], "big") in (IDX_IMAGES, IDX_LABELS) or "-ubyte" in lower:
        values = read_idx(content)
        what = "images" if values.ndim == 2 else "labels"
        return [Part(f"{purpose(name)} {what}", values, outside.name(name))], [], []
    head = content[:4096]
    if re.search(rb"^\s*@relation\s", head, re.IGNORECASE | re.MULTILINE):
        return _table(name, *read_arff(content), re.findall(rb"@relation\s+(.{1,80})", head, re.IGNORECASE))
    if not head.strip() or re.search(rb"[\x00-\x08\x0e-\x1f]", head):
        raise ValueError(f"these are no data that can be read; {HOW}")
    try:
        return _table(name, *read_csv(content), [])
    except ValueError as error:
        raise error if lower.endswith((".csv", ".tsv", ".txt")) and b"," in head else ValueError(
            f"these are no data that can be read; {HOW}") from error


def purpose(name, otherwise="training"):
    """Return what data of this name are for: training, test or validation."""
    name = PurePosixPath(str(name)).name.lower()
    if "train" in name:
        return "training"
    if re.search(r"(^|[^a-z])val(id|idation)?([^a-z]|$)", name):
        return "validation"
    return "test" if re.search(r"t10k|test", name) else otherwise


def _table(name, labels, pixels, notes, relation):
    parts = [Part(f"{purpose(name)} {what}", array, outside.name(name))
             for what, array in (("images", pixels), ("labels", labels)) if array is not None]
    return parts, notes, [text.decode("latin-1") for text in relation]


def _npz(name, content, room):
    if b"/data.pkl" in content[:512]:
        raise ValueError(f"this is {FOREIGN[0][2]}; {HOW}")
    try:
        arrays = npz_arrays(content, room)
    except ValueError as error:
        raise ValueError(f"this .npz is not read: {error}") from error
    return _arrays(name, arrays)


def _arrays(name, arrays):
    """Return (parts, notes, names) of named arrays: the name says what for, the shape says images or labels."""
    if "W1" in arrays:
        raise ValueError("this is a network, not data; the page Train opens networks")
    parts, notes, uses = [], [], _uses(arrays, purpose(name))
    for use in ("training", "test", "validation"):
        found = _pair({key: array for key, array in arrays.items() if uses[key] == use}, use, len(arrays) == 1)
        if use == "validation" and found:
            notes.append("The part for validation was passed over; this app holds images out for it by itself.")
        else:
            parts += [Part(f"{use} {what}", array, outside.name(name)) for what, array in found]
    if not parts and not notes:
        shapes = ", ".join(f"{outside.name(key) + ' ' if key else ''}{array.shape}"
                           for key, array in list(arrays.items())[:4])
        raise ValueError(f"it has no images of 28×28 pixels and no labels, but {shapes[:100] or 'nothing'}; {HOW}")
    return parts, notes, [outside.name(key) for key in arrays if key]


def _uses(arrays, otherwise):
    """Return {key: what it is for}; np.savez calls arrays without names arr_0 to arr_3, in the order of KINDS."""
    uses = {key: purpose(key, otherwise) for key in arrays}
    counted = sorted((key for key in arrays if re.fullmatch(r"arr_\d{1,4}", key)), key=lambda key: int(key[4:]))
    return uses if len(counted) < 3 else uses | {key: kind.split()[0] for key, kind in zip(counted, KINDS)}


def _pair(arrays, use, alone):
    """Return [("images" or "labels", array), …] among the arrays for one use; a table of 785 columns is both."""
    images = {key: array for key, array in arrays.items() if array.ndim > 1 and prod(array.shape[1:]) == 784}
    tables = [array for array in arrays.values() if array.ndim == 2 and array.shape[1] == 785]
    if tables and not images:
        return [("images", tables[0][:, 1:]), ("labels", tables[0][:, 0])]
    pictures = _one(images, use, "images")
    labels = {key: array for key, array in arrays.items() if array.ndim == 1 or array.ndim == 2
              and array.shape[1] in (1, 10) if pictures is None or len(arrays) == 2 or len(array) == len(pictures)}
    named = {key: array for key, array in labels.items() if LABEL & set(re.split(r"[^a-z]+", key.lower()))}
    if pictures is None and not named and not alone:
        labels = {}         # numbers for something else
    words = _one(named or labels, use, "labels")
    return [(what, array) for what, array in (("images", pictures), ("labels", words)) if array is not None]


def _one(arrays, use, what):
    """Return the only one of these arrays; None of none."""
    if len(arrays) > 1:
        one, other, *_ = map(outside.name, arrays)
        raise ValueError(f"{one} and {other} could both be the {use} {what}; leave one out")
    return next(iter(arrays.values()), None)


def _together(found, notes):
    """Return ({kind: Part}, notes): one part of each kind, with what belongs to it."""
    parts = {}
    for part in found:
        if part.kind.startswith("validation"):
            notes = [*notes, f"{part.file} is for validation and was passed over."]
        elif part.kind not in parts:
            parts[part.kind] = part
        elif not _same(part, parts[part.kind]):
            raise ValueError(f"{part.file} is a second file of {part.kind}, beside {parts[part.kind].file}; the test "
                             "set’s files have t10k or test in their names")
    lonely = parts.get("test images")
    if lonely and "test labels" not in parts and _is_table(lonely.file):
        if "training images" not in parts:
            raise ValueError(f"{lonely.file} has no labels, as Kaggle’s test.csv, which is for sending answers in; "
                             "give train.csv")
        notes = [*notes, f"{lonely.file} has no labels, so it was passed over."]
        del parts["test images"]
    for kind in KINDS[:4 if any(kind in parts for kind in KINDS[2:]) else 2]:
        if kind not in parts:
            there = sorted({part.file for part in found})
            raise ValueError(f"there are no {kind}{f' in {there[0]}' if len(there) == 1 else ''}; {_where_from(kind)}")
    return parts, notes


def _where_from(kind):
    use, what = kind.split()
    return (f"they are an IDX file, an array or a CSV with {'train' if use == 'training' else 't10k or test'} in its "
            f"name, or {'x_' if what == 'images' else 'y_'}{'train' if use == 'training' else 'test'} of an .npz")


def _is_table(name):
    return "ubyte" not in name and not name.endswith((".npy", ".npz"))


def _same(one, other):
    """Whether these are a file and its .gz."""
    return as_unpacked(one.file) == as_unpacked(other.file) and np.array_equal(one.array, other.array)


def as_unpacked(name):
    """Return what a file's name is when it is unpacked, whether a dot or a hyphen stands in it: x.idx3-ubyte."""
    return name.lower().removesuffix(".gz").replace(".", "-")
