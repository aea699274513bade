"""One message to the browser: a JSON header, then the raw bytes of every array it mentions.

Arrays travel as they are (float32, float64, uint8), neither as decimal text nor as base64. With names, an array that
the browser has is only named: a name is a hash of the content, the same for a matrix and its transpose.
"""
import json
import struct
from hashlib import blake2b
from math import isfinite, prod

import numpy as np

ALIGNMENT = 8


def pack(header):
    """Return bytes: a 4-byte length, the header as JSON with {"$array": n} for arrays, then their bytes."""
    arrays = []

    def place(array):
        arrays.append(array)
        return {"$array": len(arrays) - 1}
    return _message(_replaced(header, place), arrays)


def pack_named(header, have=frozenset()):
    """Return bytes: the same with {"$named": name} for each array; those named in `have` are not sent again."""
    return message(*named(header), have)


def named(header):
    """Return (the header with {"$named": name} for each array, {name: array})."""
    arrays = {}

    def place(array):
        name, turned, array = _named(array)
        arrays[name] = array
        return {"$named": name, "turned": turned}
    return _replaced(header, place), arrays


def message(content, arrays, have):
    """Return the bytes of what `named` gave, without the arrays named in `have`."""
    new = [name for name in arrays if name not in have]
    return _message({"content": content, "new": {name: n for n, name in enumerate(new)}}, [arrays[n] for n in new])


def names(header):
    """Return the names of all arrays in it."""
    return frozenset(named(header)[1])


def _named(array):
    """Return (name, whether the array is the transpose of what the name means, the array as it is sent)."""
    turned = array.ndim == 2 and not array.flags.c_contiguous and array.T.flags.c_contiguous
    array = np.asarray(_sendable(array.T if turned else array), order="C")
    kind = "x".join([array.dtype.str[1:], *map(str, array.shape)])
    return f"{kind}-{blake2b(array, digest_size=12).hexdigest()}", turned, array


def _replaced(value, place):
    """The same header as JSON has it, with what `place` gives for each array."""
    if isinstance(value, np.ndarray):
        return place(value)
    if isinstance(value, dict):
        return {key: _replaced(part, place) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replaced(part, place) for part in value]
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not isfinite(value) else value     # JSON has no NaN


def _sendable(array):
    return array if array.dtype in (np.float32, np.float64, np.uint8) else array.astype(np.float64)


def _message(content, arrays):
    specs, blob = [], bytearray()
    for array in map(_sendable, arrays):
        blob += b"\0" * (-len(blob) % ALIGNMENT)
        specs.append({"dtype": array.dtype.str[1:], "shape": array.shape, "offset": len(blob)})
        blob += np.ascontiguousarray(array).tobytes()
    text = json.dumps({"content": content, "arrays": specs}).encode()
    text += b" " * (-(len(text) + 4) % ALIGNMENT)
    return struct.pack("<I", len(text)) + text + bytes(blob)


def unpack(message):
    """The inverse of `pack`, for tests and for whoever reads what the page was sent."""
    content, arrays = _read(message)
    return _restored(content, lambda value: arrays[value["$array"]] if "$array" in value else None)


def unpack_named(message, store):
    """The inverse of `pack_named`: what the browser makes of it, whose store {name: array} the new arrays join."""
    content, arrays = _read(message)
    store |= {name: arrays[n] for name, n in content["new"].items()}

    def found(value):
        array = store[value["$named"]] if "$named" in value else None
        return array.T if array is not None and value["turned"] else array
    return _restored(content["content"], found)


def _read(message):
    """Return (content, [array, …]) of a message."""
    length, = struct.unpack_from("<I", message)
    head = json.loads(message[4:4 + length])
    return head["content"], [_array(message, 4 + length, spec) for spec in head["arrays"]]


def _array(message, start, spec):
    dtype = f"<{spec['dtype']}" if spec["dtype"] != "u1" else "u1"
    return np.frombuffer(message, dtype, prod(spec["shape"]), start + spec["offset"]).reshape(spec["shape"])


def _restored(value, found):
    if isinstance(value, dict):
        array = found(value)
        return {key: _restored(part, found) for key, part in value.items()} if array is None else array
    return [_restored(part, found) for part in value] if isinstance(value, list) else value
