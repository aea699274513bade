"""One selection lives through the whole walk: example i, unit j, the unit k below it, and pixel p.

A layer with fewer units than j shows its last one; j itself is kept.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    i: int = 17     # example, a row of the batch
    j: int = 4      # unit of the step's layer
    k: int = 9      # unit of the layer below
    p: int = 380    # pixel, row · 28 + column: row 13, column 16, where many digits have ink

    def at(self, axis, size):
        """Return the row or column selected on this axis, or None where the axis is only summed over."""
        return None if axis.field is None else min(getattr(self, axis.field), size - 1)

    def cell(self, matrix):
        """Return (row, column) of the selection in this matrix; None for an axis it does not move on."""
        rows, columns = matrix.array.shape
        return self.at(matrix.rows, rows), self.at(matrix.columns, columns)


FIELDS = {"i": "example i", "j": "unit j", "k": "unit k", "p": "pixel p"}   # each part of it, for a reader
