"""Bytes out of packed bytes: gzip, zip and NumPy's arrays, never more than there is room for, and never a pickle."""
import gzip
import io
import zipfile
import zlib
from math import prod

import numpy as np

from .. import limits

PACKED_WELL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)    # Python unpacks other kinds without a bound
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class Room:
    """How many bytes may still be unpacked from files that have so many bytes together."""

    def __init__(self, size):
        self.left = min(limits.UNPACKED, max(limits.UNPACKED_FREE, limits.UNPACKED_TIMES * size))

    def take(self, size):
        """Take so many bytes of it; raises ValueError where there are not so many left."""
        if size > self.left:
            raise ValueError("it unpacks to far more than its size allows; save whole numbers from 0 to 255 as uint8")
        self.left -= size


def gunzipped(content, room):
    """Return the bytes of a gzip file, or the content as it is where it is none. Raises ValueError, in a sentence."""
    if content[:2] != b"\x1f\x8b":
        return content
    if content.count(b"\x1f\x8b\x08") > limits.GZIP_MEMBERS:
        raise ValueError("this .gz file is made of too many pieces")
    try:
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(content)).read(room.left + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("this .gz file is damaged or cut short") from error
    room.take(len(unpacked))
    return unpacked


def zip_members(content, room, wanted=lambda name: True):
    """Return {name: bytes} of the files in a zip whose names are wanted. Raises ValueError, in a sentence."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir() and wanted(member.filename)]
            if len(members) > limits.FILES:
                raise ValueError(f"it has {len(members):,} files in it; at most {limits.FILES} are read")
            if any(member.compress_type not in PACKED_WELL for member in members):
                raise ValueError("it is packed in an unusual way; pack it as an ordinary .zip")
            room.take(sum(member.file_size for member in members))
            return {member.filename: _member(archive, member) for member in members}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ValueError("it is damaged, cut short or locked") from error


def _member(archive, member):
    """Return the bytes of a file in a zip; where it holds more than it declares, its checksum is wrong."""
    with archive.open(member) as file:
        content = file.read(member.file_size)   # without a number, all would be unpacked, whatever was declared
    if len(content) != member.file_size:
        raise zipfile.BadZipFile
    return content


def npz_arrays(content, room):
    """Return {name: array} of an .npz. Raises ValueError, in a sentence, also where one holds Python objects."""
    members = zip_members(content, room)
    if not all(name.endswith(".npy") for name in members):
        raise ValueError("not everything in it is an array")
    return {name.removesuffix(".npy"): npy_array(member) for name, member in members.items()}


def npy_array(content):
    """Return the array in the bytes of an .npy file, read-only. Raises ValueError, in a sentence."""
    file = io.BytesIO(content)
    try:
        shape, fortran, dtype = HEADERS[np.lib.format.read_magic(file)](file)
    except Exception as error:      # the header is a piece of Python to NumPy's reader, so anything may come of it
        raise ValueError("it is no array that NumPy wrote, or damaged") from error
    if dtype.hasobject:
        raise ValueError("it holds Python objects, a pickle, which is never opened; save plain numbers: "
                         "np.asarray(labels, int)")
    if dtype.kind not in "buifUS":
        raise ValueError("its values are no plain numbers")
    promised, there = prod(shape) * dtype.itemsize, len(content) - file.tell()
    if promised != there or not promised:
        raise ValueError(f"its array promises {_count(promised)} bytes and holds {there:,}")
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape, order="F" if fortran else "C")


def _count(number):
    return f"{number:,}" if number < 10 ** 15 else "far too many"
