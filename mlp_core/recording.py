"""A lesson is carried out once and its NumPy calls are noted: repeating them is learning from what lies there by then.

While it is noted, its arrays are Noted: whatever NumPy does with one is done, and noted as a call on the plain arrays,
with the array that it wrote to; a new array is kept and written again. The lesson's own names, loops and conditions are
gone from the notes, so it may only decide by what never changes, such as shapes: to read a number from a Noted array,
or to write to one in a way that NumPy does not announce, is a TypeError.
"""
from contextvars import copy_context
from copy import copy
from dataclasses import is_dataclass
from functools import partial
from math import isfinite

import numpy as np
from numpy.lib.stride_tricks import as_strided


class Notes:
    """What was done: `calls` is a list of partials, called in order."""

    def __init__(self):
        self.calls = []
        self.arrays = {}    # {identity: array}
        self.made = []      # [(question, operands, result)]: the new arrays that still are what was asked for
        self.shared = []    # those that were asked for again: nobody may write to them any more

    def add(self, call, out):
        """Note a call that writes to `out`: whatever hangs on its old numbers would have to be made again."""
        if any(np.may_share_memory(out, result) for result in self.shared):
            raise TypeError("a result that two places of a lesson have in common was overwritten by one of them")
        self.made = [(question, operands, result) for question, operands, result in self.made
                     if not any(np.may_share_memory(out, array) for array in (*operands, result))]
        self.calls.append(call)

    def find(self, question):
        """Return the array that was made for the same question about the same numbers, or None."""
        for asked, _, result in self.made:
            if asked == question:
                self.shared.append(result)
                return result


class Noted(np.ndarray):
    """An array whose every use is noted in `notes`, which its views share."""

    notes = None

    def __array_finalize__(self, source):
        if isinstance(source, Noted):
            if not np.may_share_memory(plain(self), plain(source)):
                raise TypeError("NumPy copied a noted array without saying so: write to an array with out= instead")
            self.notes = source.notes

    def __array_ufunc__(self, ufunc, method, *inputs, out=(None,), **keywords):
        if ufunc.nout != 1 or method not in ("__call__", "reduce"):
            raise TypeError(f"{ufunc.__name__}.{method} cannot be noted, only ufuncs with one output and their reduce")
        operands, keywords, given = plain(list(inputs)), plain(keywords), out[0]
        _check_out(given)
        question = ufunc, method, *map(_identity, operands), {k: _identity(value) for k, value in keywords.items()}
        if given is None and (known := self.notes.find(question)) is not None:
            return noted(known, self.notes)
        result = np.asarray(getattr(ufunc, method)(*operands, out=plain(given), **keywords))
        bind = _call if method == "__call__" else _reduction
        self.notes.add(bind(ufunc, operands, result, **keywords), result)
        if given is not None:
            return given
        self.notes.made.append((question, [a for a in operands if isinstance(a, np.ndarray)], result))
        return noted(result, self.notes)

    def __array_function__(self, function, types, inputs, keywords):
        """Note what is no ufunc: with out= as it is, without by copying its new result over the first one."""
        _check_out(keywords.get("out"))
        operands, keywords = plain(list(inputs)), plain(keywords)
        result = function(*operands, **keywords)
        if function is np.may_share_memory:                 # says nothing about the numbers
            return result
        if function is np.copyto or keywords.get("out") is not None:
            self.notes.add(_function(function, operands, **keywords), operands[0] if result is None else result)
            return inputs[0] if result is None else noted(result, self.notes)
        if not isinstance(result, np.ndarray):
            raise TypeError(f"np.{function.__name__} cannot be noted: it gives no array")
        self.notes.add(partial(_renew, result, function, *operands, **keywords), result)
        return noted(result, self.notes)

    def __getitem__(self, key):
        part = super().__getitem__(key)
        return part if isinstance(part, Noted) else self._refuse()

    def fill(self, value):
        plain(self).fill(value)
        self.notes.add(partial(np.ndarray.fill, plain(self), value), plain(self))

    def _refuse(self, *_, **__):
        raise TypeError("a number was read from a noted array, or one was written past NumPy's functions: "
                        "the notes would repeat only what came of it the first time")

    __bool__ = __int__ = __float__ = __complex__ = __index__ = __contains__ = __setitem__ = _refuse
    item = tolist = tobytes = argmax = argmin = argsort = nonzero = searchsorted = dump = dumps = _refuse
    sort = partition = put = resize = byteswap = setfield = choose = compress = take = dot = _refuse


def _check_out(out):
    if not (out is None or isinstance(out, Noted)):
        raise TypeError("the result would go to an array that is not noted: make it of a noted one, by np.empty_like")


def plain(value):
    """Return the same array, or list or dict of arrays, as NumPy's own."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if not isinstance(value, Noted):
        return value
    array = value.view(np.ndarray)      # one object for one array: NumPy is slower where it has to find out that it is
    return array if value.notes is None else value.notes.arrays.setdefault(_identity(array), array)


def noted(value, notes):
    """Return the same array, or list or record of arrays, with whatever is done with it being noted."""
    if isinstance(value, np.ndarray):
        value = value.view(Noted)
        value.notes = notes
    elif isinstance(value, list):
        value = [noted(part, notes) for part in value]
    elif is_dataclass(value):
        value = copy(value)
        for name, part in vars(value).items():
            setattr(value, name, noted(part, notes))
    return value


def _identity(operand):
    """Return what is the same for two operands that are the same numbers."""
    if isinstance(operand, np.ndarray):
        return _address(operand), operand.shape, operand.strides, operand.dtype
    return type(operand), operand


def _call(ufunc, operands, out, **keywords):
    """Bind a call in the quickest way to the same bits."""
    operands = _as_floats(operands)
    if ufunc is np.matmul and not keywords and all(a.ndim == 2 and 1 not in a.shape for a in operands):
        return partial(np.dot, *operands, out)      # the same product by BLAS, called sooner
    if keywords or ufunc in (np.maximum, np.minimum):       # these two want `out` by name
        return partial(ufunc, *operands, out=out, **keywords)
    return partial(ufunc, *operands, out)


def _as_floats(operands):
    """Make Python's numbers the arrays that NumPy would make of them at every call."""
    types = {operand.dtype for operand in operands if isinstance(operand, np.ndarray)}
    if len(types) != 1 or (dtype := types.pop()).kind != "f":
        return operands
    return [np.array(operand, dtype) if type(operand) in (int, float) else operand for operand in operands]


def _reduction(ufunc, operands, out, axis=0, dtype=None, keepdims=False, where=True, **other):
    if where is not True or other:
        raise TypeError(f"{ufunc.__name__}.reduce can be noted with axis, dtype and keepdims only")
    return partial(ufunc.reduce, *operands, axis, dtype, out, keepdims)


def _function(function, operands, **keywords):
    if function is np.dot:
        return partial(np.dot, *operands, keywords["out"])
    return partial(function, *operands, **keywords)


def _renew(result, function, *operands, **keywords):
    np.copyto(result, function(*operands, **keywords))


def note(teach, *operands):
    """Carry out teach(*operands) and return its calls."""
    notes = Notes()
    teach(*noted(list(operands), notes))
    return notes.calls


def spread(calls, places, rows, arrays):
    """Return [calls] of several places: the given ones, and then each time so many rows further down in the arrays.

    A call that uses all of one of them uses all of it at every place.
    """
    found = {}

    def everywhere(value):
        home = next((array for array in arrays if _inside(value, array)), None)
        if home is None or value.size == home.size:
            return [value] * places
        if id(value) not in found:
            strides = rows * home.strides[0], *value.strides
            found[id(value)] = list(as_strided(value, (places, *value.shape), strides))
        return found[id(value)]

    def calls_everywhere(call):
        named = [dict(zip(call.keywords, values)) for values in zip(*map(everywhere, call.keywords.values()))]
        functions = [partial(call.func, **keywords) for keywords in named] or [call.func] * places
        return map(partial, functions, *map(everywhere, call.args))
    return [list(there) for there in zip(*map(calls_everywhere, calls))]


def _inside(value, array):
    return (isinstance(value, np.ndarray) and isinstance(array, np.ndarray)
            and _address(array) <= _address(value) < _address(array) + array.nbytes)


def _address(array):
    return array.__array_interface__["data"][0]


def repeat(calls):
    for call in calls:
        call()


def quiet():
    """Return a contextvars.Context in which NumPy's floats overflow in silence; one thread at a time can be in it."""
    context = copy_context()
    context.run(np.seterr, all="ignore")
    return context


class Lesson:
    """What a generator function does: it yields the loss, and learns where it is asked to go on."""

    def __init__(self, teach, *operands):
        self.teach, self.operands = teach, operands
        self.before = self.after = self.loss = None     # the calls before the loss and after it

    def __call__(self):
        """Return the loss, after learning from it; where it is not finite, nothing was learned."""
        if self.after is None:
            return self._first()
        for call in self.before:
            call()
        loss = self.loss.item()
        if isfinite(loss):
            for call in self.after:
                call()
        return loss

    def _first(self):
        notes = Notes()
        steps = self.teach(*noted(list(self.operands), notes))
        self.loss, self.before, notes.calls = plain(next(steps)), notes.calls, []
        loss = self.loss.item()
        if isfinite(loss):
            next(steps, None)
            self.after = notes.calls
        return loss

    def spread(self, places, rows, arrays):
        """Return the same lesson at several places, as `spread` does."""
        found = [copy(self) for _ in range(places)]
        for name in ("before", "after"):
            for lesson, calls in zip(found, spread(getattr(self, name), places, rows, arrays)):
                setattr(lesson, name, calls)
        return found
