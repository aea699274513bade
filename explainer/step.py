"""A Step is one statement of the walk as data: what it computes, from what, and how it is shown.

Nothing here computes; the arrays belong to the records of the core.
"""
from dataclasses import dataclass

import numpy as np

PHASES = ("forward", "loss", "backward", "update", "after")


@dataclass(frozen=True)
class Axis:
    field: str | None   # the part of the selection it moves: "i", "j", "k" or "p"; None: only summed over
    label: str          # what one row or column is: "example", "pixel", "unit of layer 1"


@dataclass(frozen=True)
class Matrix:
    """One array of a step, as the picture shows it."""
    name: str           # in the code
    symbol: str         # LaTeX
    array: np.ndarray   # 2-D, a view of the record's array
    rows: Axis
    columns: Axis
    signed: bool        # True: zero-centred colours; False: from 0 up
    role: str           # a key of theme.ROLES: the same colour in the equation and over the picture
    top: float | None = None    # the number with the strongest colour, where it is known; else from the array


@dataclass(frozen=True)
class Step:
    key: str            # in the address: "S1", "delta4", "W1_new"
    phase: str          # one of PHASES
    layer: int | None
    kind: str           # input, product, elementwise, rowwise, loss, column_sum, update
    short: str          # on the rail, LaTeX-free
    title: str
    equation: tuple     # strings of LaTeX, and Matrix where a symbol carries its shape
    code: str           # one NumPy statement
    operands: dict      # exactly the names in the code
    result: np.ndarray  # the record's own array
    panels: tuple       # Matrix, …: what is drawn, the result last
    cell: str           # LaTeX of one cell, with slots <name> for numbers (element-wise kinds)
    prose: str          # the name of its words
    topic: str          # the name of its place in the sources
    scale: float = 1.0  # what the sum is divided by: m where the batch's mean is taken
