"""What is the same for every session is made once: a bounded number of things, the ones used last.

Sessions share what nobody can change. So arrays in it are sealed: whoever writes to one gets an error.
"""
import threading
from collections import OrderedDict
from dataclasses import fields, is_dataclass

import numpy as np


class Once:
    """At most so many things by what decides them; the one that was not asked for the longest goes first."""

    def __init__(self, most):
        self._most, self._made, self._lock = most, OrderedDict(), threading.Lock()

    def get(self, key, make):
        """Return what `make` made for this key, now or before. Two that ask at the same time may both make it."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            made = self._made.setdefault(key, made)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made

    def clear(self):
        with self._lock:
            self._made.clear()


def sealed(thing):
    """Make every array in it read-only, through lists, tuples and records; return it."""
    if isinstance(thing, np.ndarray):
        thing.flags.writeable = False
    elif isinstance(thing, (list, tuple)):
        for part in thing:
            sealed(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            sealed(getattr(thing, field.name))
    return thing
