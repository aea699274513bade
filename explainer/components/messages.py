"""What the components tell Python, checked once, here: types, ranges and sizes. What cannot be is passed over.

A browser may send anything. After this nothing else has to ask: a page gets plain data, or None.
"""
import base64
import binascii
import re
from math import isfinite

import numpy as np

from .. import limits

LATE = 1000         # messages: one that is so much older is no echo, but the first of another count
FIELDS = 40         # at most so many changes in one message of the view
PLACE = re.compile(r"(typed|edit):(?:(\w{1,20}):)?(\w{1,20}):(\d{1,3}):(\d{1,3})", re.ASCII)
MARKS, POINTS = 5_000, 200_000      # of a drawing: strokes, and points in all of them
FAR = 10_000        # pixels: no stroke goes further from the pad than that


def is_new(seq, last):
    """Whether a message's number says that it comes after the last one that was taken."""
    return _is_whole(seq, 2**53) and not last - LATE < seq <= last


def told(sent, last):
    """Return (seq, {field: text}, {place: text}) of what the view told, or None.

    `fields` are as they stand in an address; a place is ("typed", step, name, row, column) or ("edit", name, row,
    column).
    """
    if not _has(sent, seq=int, changes=dict) or not is_new(sent["seq"], last) or len(sent["changes"]) > FIELDS:
        return None
    fields, places = {}, {}
    for field, value in sent["changes"].items():
        text = _text(value)
        if text is None or not isinstance(field, str):
            continue
        if found := PLACE.fullmatch(field):
            kind, step, name, row, column = found.groups()
            if (kind == "typed") == (step is not None):
                places[tuple(filter(None, (kind, step, name))) + (int(row), int(column))] = text
        else:
            fields[field] = text
    return sent["seq"], fields, places


def _text(value):
    """Return a switch, a number or a short text as it stands in an address; None for anything else."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str) and len(value) <= limits.TYPED:
        return value
    if isinstance(value, int) and abs(value) < 2**53 or isinstance(value, float) and isfinite(value):
        return str(value)
    return None


def cell(sent, **sizes):
    """Return {name: number} of what was clicked in a figure, each from 0 and below its size; or None."""
    if not isinstance(sent, dict) or not all(_is_whole(sent.get(name), size) for name, size in sizes.items()):
        return None
    return {name: sent[name] for name in sizes}


def drawing(sent, last, side):
    """Return (seq, pixels, strokes) of what the pad sent, or None.

    `pixels` is (side, side) uint8, or None where nothing is drawn; `strokes` is None while one is being drawn.
    """
    if not _has(sent, seq=int, done=bool) or not is_new(sent["seq"], last):
        return None
    try:
        pixels = None if sent.get("pixels") is None else _bytes(sent["pixels"], side)
    except ValueError:
        return None
    strokes = sent.get("strokes") if sent["done"] else None
    if sent["done"] and not _are_marks(strokes, side):
        return None
    return sent["seq"], pixels, strokes


def _bytes(text, side):
    if not isinstance(text, str) or len(text) > 2 * side * side:
        raise ValueError("no picture of this size")
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), np.uint8).reshape(side, side)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _are_marks(marks, side):
    if not isinstance(marks, list) or len(marks) > MARKS or not all(isinstance(mark, dict) for mark in marks):
        return False
    points = sum(len(mark["points"]) for mark in marks if isinstance(mark.get("points"), list))
    return points <= POINTS and all(_is_mark(mark, side) for mark in marks)


def _is_mark(mark, side):
    """A stroke, a picture in the place of all that was there, or the wiping of it."""
    if set(mark) == {"clear"}:
        return mark["clear"] is True
    if set(mark) == {"picture"}:
        try:
            return _bytes(mark["picture"], side) is not None
        except ValueError:
            return False
    return (_has(mark, erase=bool, points=list) and set(mark) == {"erase", "size", "points"}
            and _is_number(mark["size"], limits.UNITS) and mark["size"] > 0 and bool(mark["points"])
            and all(isinstance(point, list) and len(point) == 2 and all(_is_number(x, FAR) for x in point)
                    for point in mark["points"]))


def _has(sent, **kinds):
    return isinstance(sent, dict) and all(type(sent.get(name)) is kind for name, kind in kinds.items())


def _is_whole(value, size):
    return type(value) is int and 0 <= value < size


def _is_number(value, size):
    return type(value) in (int, float) and abs(value) <= size     # False for NaN
