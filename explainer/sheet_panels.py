"""Where the matrices of a step stand on paper, in millimetres: a product in Falk’s scheme, others side by side."""
from dataclasses import dataclass

import numpy as np

from .figures.heat import share
from .step import Matrix

WIDTH, HEIGHT, GAP = 178., 108., 6.     # all of them together, and between them
LABELS, BIAS = 10., 4.      # above a matrix, and one that is a single row


@dataclass(frozen=True)
class Panel:
    """A matrix that is too large for its numbers, as a picture: where it stands, in millimetres."""
    matrix: Matrix
    x: float
    y: float
    width: float
    height: float
    cell: tuple         # (row, column) that is selected, None where it has none
    is_asked: bool = False


def panels(step, selection, asked=()):
    """Return a Panel for each matrix of a step; `asked` are the names of those that a blank sheet must not show."""
    place = _falk if step.kind == "product" else _below if step.kind == "column_sum" else _beside
    return tuple(Panel(panel, *box, selection.cell(panel), panel.name in asked)
                 for panel, box in zip(step.panels, place(step.panels)))


def _split(sizes, length, least):
    """Split a length, less the gaps, between sizes."""
    parts = share(sizes, least) * (length - GAP * (len(sizes) - 1))
    return np.concatenate([[0], np.cumsum(parts + GAP)])[:-1], parts


def _falk(matrices):
    """The left operand in the rows of the result, the right one and the bias in its columns."""
    left, right, *bias, result = (matrix.array.shape for matrix in matrices)
    (x, after), (wide, narrow) = _split([left[1], right[1]], WIDTH, .22)
    _, (high, flat) = _split([right[0], left[0]], HEIGHT - 2 * LABELS - len(bias) * (LABELS + BIAS), .2)
    below = 2 * LABELS + high + len(bias) * (LABELS + BIAS)
    return [(x, below, wide, flat), (after, LABELS, narrow, high),
            *[(after, 2 * LABELS + high, narrow, BIAS)] * len(bias), (after, below, narrow, flat)]


def _beside(matrices):
    starts, widths = _split([matrix.array.shape[1] for matrix in matrices], WIDTH, .9 / max(len(matrices), 4))
    return [(x, LABELS, width, HEIGHT * .6) for x, width in zip(starts, widths)]


def _below(matrices):
    return [(0., LABELS, WIDTH * .6, HEIGHT * .6), (0., HEIGHT * .6 + 2 * LABELS, WIDTH * .6, BIAS)]
