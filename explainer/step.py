"""A Step is one statement of the walk as data: what it computes, from what, and how it is shown.

Nothing here computes; the arrays belong to the records of the core.
"""
from dataclasses import dataclass, replace

import numpy as np

from .notation import Symbol


@dataclass(frozen=True)
class Axis:
    field: str | None   # the part of the selection it moves: "i", "j", "k" or "p"; None: only summed over
    label: str          # what one row or column is: "example", "pixel", "unit of layer 1"


@dataclass(frozen=True)
class Matrix:
    """One array of a step, as the picture shows it."""
    name: str           # in the code
    symbol: Symbol
    array: np.ndarray   # 2-D, a view of the record's array
    rows: Axis
    columns: Axis
    signed: bool        # True: zero-centred colours; False: from 0 up
    role: str           # a key of theme.ROLES: the same colour in the equation and over the picture
    top: float | None = None    # the number with the strongest colour, where it is known; else from the array

    def transposed(self, rows, columns):
        """The same numbers the other way round, with the axes they have there."""
        return replace(self, name=f"{self.name}.T", symbol=self.symbol.transposed, array=self.array.T, rows=rows,
                       columns=columns)


@dataclass(frozen=True)
class Step:
    key: str            # in the address: "S1", "delta4", "W1_new"
    phase: str          # forward, loss, backward, update, after
    layer: int | None
    kind: str           # input, product, elementwise, rowwise, loss, column_sum, update
    short: str          # on the rail: "S1", "∇W4", "E'"
    title: str
    equation: tuple     # strings of LaTeX, and Matrix where a symbol carries its shape
    code: str           # one NumPy statement
    operands: dict      # exactly the names in the code
    result: np.ndarray  # the record's own array
    panels: tuple       # Matrix, …: what is drawn, the result last
    prose: str          # the name of its words
    topic: str          # the name of its place in the sources
    cell: str = ""      # LaTeX of one cell, with slots <name> for the numbers of matrices
    scale: float = 1.0  # what the sum is divided by: m where the batch's mean is taken
    undrawn: tuple = ()     # Matrix, …: operands that the arithmetic shows and the picture does not
    slope: np.ndarray | None = None     # f′(S) of the units whose outputs or δ this is, where they can saturate

    @property
    def result_name(self):
        """What the code calls the result."""
        return self.code.partition(" =")[0]

    def matrix(self, name):
        """The panel or undrawn operand that the code calls so."""
        return next(matrix for matrix in (*self.panels, *self.undrawn) if matrix.name == name)
