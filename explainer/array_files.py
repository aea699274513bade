"""Named arrays from a file that another program wrote, or one sentence why there are none; nothing in it is ever run.

A file's first bytes tell what it is. What it promises is compared with `limits` and with what is there before memory is
given for it.
"""
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from itertools import islice
from math import prod

import numpy as np

from . import outside
from .limits import MOST_NETWORK_ARRAYS, MOST_NETWORK_BYTES, MOST_NETWORK_NUMBERS

NPZ = "`np.savez(\"network.npz\", W1=W1, b1=b1, …)`"
READABLE = f"an .npz of plain arrays, Octave’s text .mat and Nielsen’s .json are read; in Python, {NPZ} makes the first"
KERAS = ("this is a model of Keras or another HDF5 file, which is not read here; "
         "in Keras, `np.savez(\"network.npz\", *model.get_weights())` makes a file that is")
TORCH = ("this is a file of PyTorch’s, a pickle, which could run code; in PyTorch, `np.savez(\"network.npz\", "
         "**{name: p.numpy() for name, p in model.state_dict().items()})` makes a file that is read here")
PICKLE = (f"this is a pickle, which could run code, so it is never opened; in Python, {NPZ} makes a file "
          "that is read here")
MATLAB = ("this is MATLAB’s binary .mat, which is not read here; in Octave, `save -text network.mat` makes one that "
          "is, and in Python `np.savez(\"network.npz\", W1=…, b1=…)` after `scipy.io.loadmat`")
MATLAB_73 = ("this is a .mat of MATLAB’s version 7.3 (HDF5), which is not read here; in MATLAB, "
             "`save(\"network.mat\", \"-v6\")`, then in Octave `save -text network.mat`, makes one that is")
OCTAVE = ("this is a binary file of Octave’s, which is not read here; in Octave, `save -text network.mat` makes one "
          "that is")
OTHER = {       # by the end of the name, where the content does not tell
    (".pkl", ".pickle", ".joblib", ".p"): PICKLE, (".pt", ".pth", ".ckpt"): TORCH, (".mat",): MATLAB,
    (".h5", ".hdf5", ".keras"): KERAS}
DAMAGED = "this file is damaged or cut short"
TOO_LARGE = f"this file holds more than the {MOST_NETWORK_NUMBERS:,} numbers that a network can have here"


class Refused(ValueError):
    """A file that is not read, in one sentence."""


@dataclass(frozen=True, eq=False)
class Stored:
    """What a file holds."""
    arrays: dict                # {name: array}, in the file's order: float32 or float64, or words
    columns: bool = False       # whether its kind of file keeps W as (n_out, n_in) and examples as columns
    sigmoid: bool = False       # whether its kind of file knows no activation but sigmoid
    notes: tuple = ()           # sentences: what was noticed and done


def read_arrays(name, content):
    """Return what is Stored in a file, told by its name and its bytes. Raises ValueError, in one sentence."""
    if len(content) > MOST_NETWORK_BYTES:
        raise Refused(f"this file has more than the {MOST_NETWORK_BYTES // 2**20} MB of a network that are read")
    beginning = content[:200].lstrip()
    for start, read in STARTS.items():
        if beginning.startswith(start):
            return read(name, content)
    raise _unread(name, f"this is not a saved network that can be read here: {READABLE}")


def _unread(name, sentence):
    """Return the refusal of a file that its content alone does not tell."""
    for endings, told in OTHER.items():
        if name.lower().endswith(endings):
            return Refused(told)
    return Refused(sentence)


def _refuse(sentence):
    def refuse(name, content):
        raise Refused(sentence)
    return refuse


def _told_by_name(sentence):
    """A kind of file that several programs write: the end of the name tells which, else it is the usual one."""
    def refuse(name, content):
        raise _unread(name, sentence)
    return refuse


def _gzip(name, content):
    """A file of any other kind, packed."""
    try:
        unpacked = zlib.decompressobj(31).decompress(content, MOST_NETWORK_BYTES + 1)
    except zlib.error as error:
        raise Refused(DAMAGED) from error
    if unpacked.startswith(b"\x1f\x8b"):
        raise Refused("this file is packed twice; unpack it first")
    return read_arrays(name.removesuffix(".gz"), unpacked)


# NumPy

def _zip(name, content):
    if content.count(b"PK\x01\x02") > MOST_NETWORK_ARRAYS:
        raise Refused(f"this file holds more than {MOST_NETWORK_ARRAYS} arrays")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            members = file.infolist()
            names = [member.filename for member in members]
            if "config.json" in names or "model.weights.h5" in names:
                raise Refused(KERAS)
            if any(name.endswith("data.pkl") for name in names):
                raise Refused(TORCH)
            return _floats(_members(file, [member for member in members if member.filename.endswith(".npy")]))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise Refused(DAMAGED) from error


def _members(file, members):
    """Return {name: array}; what all of them promise is compared with what there is room for first."""
    if sum(member.file_size for member in members) > 8 * MOST_NETWORK_NUMBERS + 2**20:
        raise Refused(TOO_LARGE)
    if any(member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for member in members):
        raise Refused("this .npz is packed in a way that NumPy does not use")
    arrays = {}
    for member in members:
        with file.open(member) as stream:
            content = stream.read(member.file_size)     # never more, however well it is packed
        arrays[member.filename.removesuffix(".npy")] = _array(content)
    return arrays


def _npy(name, content):
    return _floats({"arr_0": _array(content)})


def _array(content):
    """Return the array in the bytes of an .npy, which have to be exactly as many as its header promises."""
    file = io.BytesIO(content)
    try:
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[
            np.lib.format.read_magic(file)]
        shape, by_columns, kind = header(file)
    except (ValueError, KeyError, TypeError, EOFError, RecursionError) as error:
        raise Refused(DAMAGED) from error
    if kind.hasobject:
        raise Refused("this file holds Python objects, so it is a pickle, which could run code; in Python, "
                      "`np.savez(\"network.npz\", *weights)` makes one array of each")
    if prod(shape) * kind.itemsize != len(content) - file.tell() or min((0, *shape)) < 0:
        raise Refused("this file promises another count of numbers than it holds")
    if not prod(shape) * kind.itemsize:
        return np.zeros(shape, kind)
    return np.frombuffer(content, kind, offset=file.tell()).reshape(shape, order="F" if by_columns else "C")


def _floats(arrays):
    """Return the Stored: float16 becomes float32, whole numbers and longer floats become float64, words plain words."""
    small = any(array.dtype == np.float16 for array in arrays.values())
    wide = {"f": lambda a: np.float32 if a.dtype.itemsize <= 4 else np.float64, "i": lambda a: np.float64,
            "u": lambda a: np.float64}
    kept = {}
    for name, array in arrays.items():
        if array.dtype.kind in wide:
            kept[name] = np.ascontiguousarray(array, wide[array.dtype.kind](array)).reshape(array.shape)
        elif array.dtype.kind == "b":
            kept[name] = array
        elif array.dtype.kind == "U" and array.size <= MOST_NETWORK_ARRAYS:
            kept[name] = np.array([outside.name(word, "?") for word in array.ravel()], str).reshape(array.shape)
    return Stored(kept, notes=("Its numbers are float16; they are read as float32.",) if small else ())


# Octave's text form: "# name: W_12", "# type: global matrix", "# rows: 16", "# columns: 784", and a line for each row.

MATRIX = re.compile(rb"^# name: ([^\r\n]{0,200})\r?\n# type: (?:global )?(float )?matrix\r?\n"
                    rb"# rows: (\d{1,12})\r?\n# columns: (\d{1,12})\r?\n", re.MULTILINE)


def _octave(name, content):
    """Source of the format: the Octave manual, Simple File I/O, and files that Octave 7.3 wrote."""
    found, arrays, total = list(islice(MATRIX.finditer(content), MOST_NETWORK_ARRAYS + 1)), {}, 0
    if not found:
        raise Refused("this text holds no matrix as Octave’s `save -text` writes one")
    if len(found) > MOST_NETWORK_ARRAYS:
        raise Refused(f"this file holds more than {MOST_NETWORK_ARRAYS} arrays")
    for place, head in enumerate(found):
        shape = int(head[3]), int(head[4])
        total += prod(shape)
        if total > MOST_NETWORK_NUMBERS:
            raise Refused(TOO_LARGE)
        stop = content.find(b"#", head.end())
        stop = stop if stop >= 0 else len(content)
        kind = np.float32 if head[2] else np.float64
        label = head[1].decode("latin-1")
        arrays[f"arr_{place}" if label in arrays or label == "<cell-element>" else label] = _numbers(
            content[head.end():stop], shape, kind)
    return Stored(arrays, columns=True)


def _numbers(text, shape, kind):
    """Return the array of so many numbers in a text, which holds exactly these."""
    count = prod(shape)
    if 2 * count > len(text) + 1:
        raise Refused(f"this text promises {shape[0]}×{shape[1]} numbers and ends before them")
    words = text.split(maxsplit=count)
    if len(words) != count:
        raise Refused(f"this text promises {shape[0]}×{shape[1]} numbers and holds "
                      f"{'more' if len(words) > count else len(words)}")
    try:
        return np.fromiter(map(float, words), kind, count).reshape(shape)
    except ValueError as error:
        raise Refused("this text holds something that is no number in one of its matrices") from error


# Nielsen's JSON: {"sizes": […], "weights": [a matrix a layer, (n_out, n_in)], "biases": [(n_out, 1)], "cost": "…"}

COSTS = ("QuadraticCost", "CrossEntropyCost")


def _json(name, content):
    """Source of the format: Network.save in network2.py of Nielsen's Neural Networks and Deep Learning."""
    if max(content.count(b"["), content.count(b"{"), content.count(b'"')) > 40_000 or \
            content.count(b",") > MOST_NETWORK_NUMBERS:
        raise Refused("this JSON holds more lists or numbers than a network can have here")
    try:
        stored = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused("this is not a saved network: its JSON is damaged or cut short") from error
    weights, biases = stored.get("weights"), stored.get("biases")
    if not (isinstance(weights, list) and isinstance(biases, list) and len(weights) == len(biases)):
        raise Refused("this JSON is not a saved network: Nielsen’s has “weights” and “biases”, a list a layer")
    if len(weights) > MOST_NETWORK_ARRAYS // 2:
        raise Refused(f"this file holds more than {MOST_NETWORK_ARRAYS} arrays")
    arrays = {}
    for number, (W, b) in enumerate(zip(weights, biases), 1):
        arrays |= {f"W{number}": _listed(W, number), f"b{number}": _listed(b, number)}
    cost, notes = stored.get("cost"), ()
    if cost == "CrossEntropyCost":
        notes = ("Its loss is the cross-entropy of sigmoid outputs, which is not one of those here; what it answers "
                 "does not depend on that. Training goes on with half squared error.",)
    return Stored(arrays, columns=True, sigmoid=cost in COSTS, notes=notes)


def _listed(rows, number):
    try:
        array = np.array(rows)
    except ValueError as error:
        raise Refused(f"layer {number} of this JSON has rows of different lengths") from error
    if array.dtype.kind not in "iuf":
        raise Refused(f"layer {number} of this JSON holds something that is no number")
    return array.astype(np.float64)


STARTS = {
    b"PK\x03\x04": _zip, b"PK\x05\x06": _zip, b"\x93NUMPY": _npy, b"\x1f\x8b": _gzip,
    b"# Created by Octave": _octave, b"# name: ": _octave, b"{": _json,
    b"\x89HDF": _told_by_name(KERAS), b"MATLAB 5.0 MAT-file": _refuse(MATLAB),
    b"MATLAB 7.3 MAT-file": _refuse(MATLAB_73), b"Octave-1": _refuse(OCTAVE),
    **{bytes([0x80, protocol]): _told_by_name(PICKLE) for protocol in range(2, 6)}}
