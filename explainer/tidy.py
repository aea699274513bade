"""Memory that closed sessions leave is given back: Streamlit leaves their states in circles of references.

Python looks for circles when many objects were made, and arrays, which are large and few, hardly count: the runs of
closed tabs would stay for hours. What it frees, the C library keeps in pieces, unless it is asked.
"""
import ctypes
import gc
import threading
import time

EVERY = 60.0        # seconds from one time to the next; each takes less than a tenth of one


class Tidy:
    """Knows when it looked last."""

    def __init__(self, every=EVERY):
        self._every, self._last, self._one = every, time.monotonic(), threading.Lock()

    def now_and_then(self):
        """Free what nobody can reach any more, if the last time is a while ago; to be called when a page has run."""
        if time.monotonic() - self._last < self._every or not self._one.acquire(blocking=False):
            return
        try:
            gc.collect()
            _trim()
            self._last = time.monotonic()
        finally:
            self._one.release()


def _trim():
    """Give pieces of memory that nothing lies in back to the system, where the C library is GNU's."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, TypeError, AttributeError):    # another system
        pass


TIDY = Tidy()
