"""One message to the browser: a JSON header, then the raw bytes of every array it mentions.

Arrays travel as they are (float32, float64, uint8), neither as decimal text nor as base64.
"""
import json
import struct
from math import isfinite

import numpy as np

ALIGNMENT = 8


def pack(header):
    """Return bytes: a 4-byte length, the header as JSON with {"$array": n} for arrays, then their bytes."""
    arrays, specs, blob = [], [], bytearray()

    def replace(value):
        if isinstance(value, np.ndarray):
            arrays.append(value)
            return {"$array": len(arrays) - 1}
        if isinstance(value, dict):
            return {key: replace(v) for key, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [replace(v) for v in value]
        value = value.item() if isinstance(value, np.generic) else value
        return None if isinstance(value, float) and not isfinite(value) else value     # JSON has no NaN

    content = replace(header)
    for array in arrays:
        if array.dtype not in (np.float32, np.float64, np.uint8):
            array = array.astype(np.float64)
        blob += b"\0" * (-len(blob) % ALIGNMENT)
        specs.append({"dtype": array.dtype.str[1:], "shape": array.shape, "offset": len(blob)})
        blob += np.ascontiguousarray(array).tobytes()
    text = json.dumps({"content": content, "arrays": specs}).encode()
    text += b" " * (-(len(text) + 4) % ALIGNMENT)
    return struct.pack("<I", len(text)) + text + bytes(blob)


def unpack(message):
    """The inverse of `pack`, for tests and for whoever reads what the page was sent."""
    length, = struct.unpack_from("<I", message)
    head = json.loads(message[4:4 + length])

    def array(n):
        spec = head["arrays"][n]
        count = int(np.prod(spec["shape"]))
        return np.frombuffer(message, f"<{spec['dtype']}" if spec["dtype"] != "u1" else "u1", count,
                             4 + length + spec["offset"]).reshape(spec["shape"])

    def restore(value):
        if isinstance(value, dict):
            return array(value["$array"]) if "$array" in value else {k: restore(v) for k, v in value.items()}
        return [restore(v) for v in value] if isinstance(value, list) else value

    return restore(head["content"])


def plain(figure):
    """A go.Figure as plain data whose arrays are still arrays; what is plain already stays as it is."""
    if isinstance(figure, dict):
        return figure
    return {"data": [trace.to_plotly_json() for trace in figure.data], "layout": figure.layout.to_plotly_json()}
