"""One matrix as a heatmap: colours around 0 or from 0 up, true numbers on hover, and what its axes mean.

The trace's `meta` tells the component which rows and columns belong together (`row`, `column`: hovering
one outlines its partners) and which part of the selection a click moves (`select`).
"""
import re

import numpy as np

from .theme import FRAME, ROLES

ROUNDED = 1.005     # what exceeds the limit by less is written as the limit
READABLE_CELLS = 24     # at most so many cells carry their numbers


def title(matrix, meaning=None):
    """The matrix's name in its colour, its shape, and what its rows and columns are."""
    rows, columns = matrix.array.shape
    own = f" of layer {re.sub(r'[^0-9]', '', matrix.name)}"       # the symbol says so already
    meaning = meaning or " × ".join(axis.label.removesuffix(own) for axis in (matrix.rows, matrix.columns))
    return (f"<b><span style='color:{ROLES[matrix.role]}'>{matrix.symbol.text}</span></b>  {rows}×{columns}  "
            f"<span style='font-size:12px'>{meaning}</span>")


def limit(array):
    """The number that gets the strongest colour: the largest, or in a large matrix the 99.5th percentile."""
    sizes = np.abs(array[np.isfinite(array)])
    if not sizes.size:
        return 1.0
    top = float(sizes.max() if sizes.size <= 200 else np.percentile(sizes, 99.5))
    return top or float(sizes.max()) or 1.0


def readable(matrix):
    """Whether the matrix is small enough to carry its numbers in its cells."""
    return matrix.array.size <= READABLE_CELLS and matrix.array.shape[1] <= 12


def heatmap(matrix, row, column, **axes):
    """One heatmap of the matrix; `row` and `column` name what its rows and columns are shared with."""
    top = matrix.top or limit(matrix.array)
    clipped, small = bool(np.abs(matrix.array).max() > ROUNDED * top), readable(matrix)
    top = 2 * top if small else top     # pale colours, so that the numbers stand out
    z = matrix.array if small else np.asarray(matrix.array, np.float32)
    digits = "%{z:.9~g}" if small else "%{z:.6~g}"
    few = matrix.array.size <= 9
    return {
        **colours(z, -top if matrix.signed else 0, top), "name": matrix.symbol.text,
        "hovertemplate": f"{matrix.symbol.text}[%{{y}}, %{{x}}] = {digits}<extra></extra>",
        **({"texttemplate": digits if few else "%{z:.3~g}", "textfont": {"size": 15 if few else 10}} if small else {}),
        "meta": {"row": row, "column": column, "select": [matrix.rows.field, matrix.columns.field],
                 "rows": matrix.rows.label, "columns": matrix.columns.label, "signed": matrix.signed,
                 "role": matrix.role, "small": small, "clipped": clipped, "zero": not matrix.array.any()},
        **axes}


def colours(z, low, high):
    """A heatmap of `z` in the theme's colours between two numbers: those around 0, or those from 0 up."""
    return {"type": "heatmap", "z": z, "zmin": low, "zmax": high, "autocolorscale": True, "showscale": False}


def subplot(n, x, y):
    """The axes of the n-th subplot, counted from 1, each anchored to the other: {"xaxis3": …, "yaxis3": …}."""
    suffix = "" if n == 1 else str(n)
    return {f"xaxis{suffix}": {"anchor": f"y{suffix}", **x}, f"yaxis{suffix}": {"anchor": f"x{suffix}", **y}}


def image_axes(n, x, y=None):
    """The axes of an image that fills the domain x, and y where it is given, in its own proportions, row 0 on top."""
    suffix = "" if n == 1 else str(n)
    return subplot(n, {"domain": x, "visible": False, "constrain": "domain"},
                   {**({} if y is None else {"domain": y}), "visible": False, "autorange": "reversed",
                    "scaleanchor": f"x{suffix}", "constrain": "domain", "constraintoward": "top"})


def outline(axis, row=None, column=None, shape=(1, 1)):
    """A rectangle around a whole row, a whole column, or one cell, of the subplot with this axis suffix."""
    rows, columns = shape
    y = (row - .5, row + .5) if row is not None else (-.5, rows - .5)
    x = (column - .5, column + .5) if column is not None else (-.5, columns - .5)
    return {"type": "rect", "xref": f"x{axis}", "yref": f"y{axis}", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1]}


def frame(**rectangle):
    """Outline with a light line under a dark one: it shows on every colour, in light and in dark."""
    return [{**rectangle, "line": {"color": colour, "width": width}} for colour, width in FRAME]


def pointer(row, axis, count):
    """A mark left of a row that is too thin to see, as a list of one annotation; else of none."""
    if row is None or count <= 30:
        return []
    return [{"text": "▶", "xref": f"x{axis} domain", "x": 0, "xanchor": "right", "yref": "y", "y": row,
             "yanchor": "middle", "font": {"size": 10}, "xshift": 2}]


def share(sizes, smallest=0.07):
    """Split a length between sizes from 1 to 784 so that each stays readable: the fourth root of each."""
    weights = np.array(sizes, float) ** 0.25
    weights = np.maximum(weights / weights.sum(), smallest)
    return weights / weights.sum()
