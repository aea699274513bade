"""One thread for NumPy's matrix products while a network trains.

At these sizes a second thread gains next to nothing, and on a busy machine it makes training many times slower.
"""
import ctypes
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

NAMES = ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads", "openblas_{}_num_threads64_",
         "openblas_{}_num_threads")


@cache
def _openblas():
    """Return (get, set) of the OpenBLAS that comes with NumPy's wheels, or None where NumPy uses another BLAS."""
    package = Path(np.__file__).parent
    for path in (*package.parent.glob("numpy.libs/*openblas*"), *package.glob(".dylibs/*openblas*")):
        try:
            library = ctypes.CDLL(str(path))
        except OSError:     # it is there, but not for us
            continue
        for name in NAMES:
            if hasattr(library, name.format("set")):
                return getattr(library, name.format("get")), getattr(library, name.format("set"))
    return None


@contextmanager
def one_thread():
    """Let OpenBLAS use one thread inside, and as many as before afterwards; another BLAS is left as it is."""
    if (found := _openblas()) is None:
        yield
        return
    get, set_threads = found
    before = get()
    set_threads(1)
    try:
        yield
    finally:
        set_threads(before)
