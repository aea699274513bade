"""A lesson is carried out once, its NumPy calls are noted, and repeating them is learning again from what now lies there.

The arrays of the first time are Noted: whatever NumPy does with one is done, and noted as (function, arguments) on the
plain arrays with the array it wrote to; a new array is kept, to be written again. The lesson's own names, loops and
conditions are gone from the notes, so it may only decide by what never changes, such as shapes and names: reading a
number out of a Noted array, or changing one in a way that NumPy does not announce, is a TypeError.
"""
from contextvars import copy_context
from copy import copy
from dataclasses import is_dataclass
from functools import partial
from math import isfinite

import numpy as np


class Noted(np.ndarray):
    """An array whose every use is noted in the list `notes`; its views share the list."""

    notes = None

    def __array_finalize__(self, source):
        """Called for every array NumPy makes of this kind; a copy it makes by itself would never be written again."""
        if isinstance(source, Noted):
            if not np.may_share_memory(plain(self), plain(source)):
                raise TypeError("a copy of a noted array is not noted: write into an array that is kept, with out=")
            self.notes = source.notes

    def __array_ufunc__(self, ufunc, method, *inputs, out=(None,), **keywords):
        if ufunc.nout != 1 or method not in ("__call__", "reduce"):
            raise TypeError(f"{ufunc.__name__}.{method} cannot be noted, only ufuncs with one output and their reduce")
        inputs, (given,), f = [plain(value) for value in inputs], out, getattr(ufunc, method)
        keywords = {name: plain(value) for name, value in keywords.items()}
        result = np.asarray(f(*inputs, out=plain(given), **keywords))
        bind = _call if method == "__call__" else _reduction
        self.notes.append(bind(ufunc, inputs, result, keywords))
        return noted(result, self.notes) if given is None else given

    def __array_function__(self, f, types, inputs, keywords):
        """Note any other function of NumPy as making its result anew and copying it to where the first one lies."""
        inputs, keywords = tuple(map(plain, inputs)), {name: plain(value) for name, value in keywords.items()}
        result = f(*inputs, **keywords)
        if f is np.copyto:
            self.notes.append((partial(f, **keywords), inputs))
        elif f is np.may_share_memory:      # says nothing of the numbers
            return result
        elif isinstance(result, np.ndarray):
            self.notes.append((_renew, (result, f, inputs, keywords)))
            return noted(result, self.notes)
        else:
            raise TypeError(f"np.{f.__name__} cannot be noted: it does not return an array")

    def __getitem__(self, key):
        part = super().__getitem__(key)
        return part if isinstance(part, Noted) else self._refuse()

    def fill(self, value):
        self.notes.append((plain(self).fill, (value,)))
        plain(self).fill(value)

    def _refuse(self, *_, **__):
        raise TypeError("a number was read from a noted array, or one was written past NumPy's ufuncs: "
                        "the notes would repeat only what came of it the first time")

    __bool__ = __int__ = __float__ = __complex__ = __index__ = __setitem__ = __contains__ = _refuse
    item = tolist = tobytes = argmax = argmin = argsort = nonzero = searchsorted = _refuse
    sort = partition = put = resize = byteswap = setfield = setflags = choose = compress = _refuse


def plain(value):
    return value.view(np.ndarray) if isinstance(value, Noted) else value


def noted(value, notes):
    """Return the same array, or list or record of arrays, with everything that is done with it noted."""
    if isinstance(value, np.ndarray):
        value = value.view(Noted)
        value.notes = notes
    elif isinstance(value, list):
        return [noted(part, notes) for part in value]
    elif is_dataclass(value):
        value = copy(value)
        for name, part in vars(value).items():
            setattr(value, name, noted(part, notes))
    return value


def _call(ufunc, inputs, out, keywords):
    """Return (function, arguments) of the quickest call that gives the same bits."""
    inputs = _exact(inputs)
    if ufunc is np.matmul and not keywords and all(1 not in a.shape and a.ndim == 2 for a in inputs):
        return np.dot, (*inputs, out)           # the same product of BLAS, with half the way to it
    if keywords or ufunc in (np.maximum, np.minimum):      # these two want out by its name
        return partial(ufunc, out=out, **keywords), tuple(inputs)
    return ufunc, (*inputs, out)


def _exact(inputs):
    """Turn Python's numbers into the floats as which they are used, once instead of at every call."""
    types = {value.dtype for value in inputs if isinstance(value, np.ndarray)}
    if len(types) != 1 or (dtype := types.pop()).kind != "f":
        return inputs
    return [np.array(value, dtype) if isinstance(value, (int, float)) else value for value in inputs]


def _reduction(ufunc, inputs, out, keywords):
    plainly = keywords.pop("where", True) is True and not set(keywords) - {"axis", "dtype", "keepdims"}
    if not plainly:
        raise TypeError(f"{ufunc.__name__}.reduce is noted with axis, dtype and keepdims only")
    return ufunc.reduce, (*inputs, keywords.get("axis", 0), keywords.get("dtype"), out, keywords.get("keepdims", False))


def _renew(result, f, inputs, keywords):
    np.copyto(result, f(*inputs, **keywords))


def quiet():
    """Return a contextvars.Context in which NumPy's floats overflow in silence; one thread at a time can be in it."""
    context = copy_context()
    context.run(np.seterr, all="ignore")
    return context


class Lesson:
    """A generator function and its operands: it yields the loss, and learns when it is asked for more."""

    def __init__(self, teach, *operands):
        self.teach, self.operands = teach, operands
        self.before = self.after = self.loss = None     # what is noted before the loss and after it

    def __call__(self):
        """Return the loss after learning from it; where it is not finite, nothing was learned."""
        if self.after is None:
            return self._first()
        for f, operands in self.before:
            f(*operands)
        loss = self.loss.item()
        if isfinite(loss):
            for f, operands in self.after:
                f(*operands)
        return loss

    def _first(self):
        notes = []
        steps = self.teach(*(noted(operand, notes) for operand in self.operands))
        self.loss, self.before = plain(next(steps)), notes[:]
        loss = self.loss.item()
        if isfinite(loss):
            notes.clear()
            for _ in steps:
                pass
            self.after = notes
        return loss
