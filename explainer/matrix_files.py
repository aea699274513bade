"""The arrays of a walk by the names that the code calls them, and any of them as a file."""
import io

import numpy as np


def arrays_of(walk):
    """Return {name in the code: array}: what goes into the walk's statements and what they compute, in their order."""
    found = {}
    for step in walk.steps:
        found |= {name: value for name, value in step.operands.items() if isinstance(value, np.ndarray)}
        found[step.result_name] = np.asarray(step.result)
    return found


def as_csv(array):
    """Return the text of a matrix, a line a row; a number has the fewest digits that give the same bits again."""
    return "".join(",".join(map(str, row)) + "\n" for row in np.atleast_2d(array))


def as_npy(array):
    """Return the bytes of a file as np.save writes it."""
    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    return file.getvalue()
