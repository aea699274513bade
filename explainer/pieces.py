"""What hangs together: the connected pieces of a mask, found from its runs, and their boxes."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Pieces:
    """The n connected pieces of a mask; cells that touch by a corner hang together."""
    numbers: np.ndarray     # (h, w) from 1 to n, 0 outside
    boxes: np.ndarray       # (n, 4) top, bottom, left, right, ends exclusive
    sizes: np.ndarray       # (n,) cells

    @property
    def sides(self):
        """(n,): the longer side of each box."""
        return np.maximum(self.boxes[:, 1] - self.boxes[:, 0], self.boxes[:, 3] - self.boxes[:, 2])

    @property
    def heights(self):
        """(n,)"""
        return self.boxes[:, 1] - self.boxes[:, 0]

    def mean(self, values):
        """Return (n,): the mean of the values, (h, w), over each piece."""
        return np.bincount(self.numbers.ravel(), values.ravel(), len(self.sizes) + 1)[1:] / self.sizes

    def only(self, kept):
        """Return the mask of the pieces for which `kept`, (n,), is true."""
        return np.concatenate([[False], kept])[self.numbers]


def pieces(mask):
    """Return the Pieces of a mask, (h, w)."""
    rows, starts, ends = _runs(mask)
    piece = joined(len(rows), *_neighbours(rows, starts, ends, mask.shape[1] + 2))
    n, lengths = int(piece.max(initial=-1)) + 1, ends - starts
    numbers = np.zeros(mask.shape, np.int32)
    numbers[mask] = np.repeat(piece + 1, lengths)
    boxes = np.tile(np.array([mask.shape[0], 0, mask.shape[1], 0]), (n, 1))
    for column, extreme, values in ((0, np.minimum, rows), (1, np.maximum, rows + 1), (2, np.minimum, starts),
                                    (3, np.maximum, ends)):
        extreme.at(boxes[:, column], piece, values)
    return Pieces(numbers, boxes, np.bincount(piece, lengths, n).astype(int))


def grown(mask):
    """Return the mask with the cells around it."""
    wide = np.pad(mask, 1)
    return np.any([wide[y:, x:][:mask.shape[0], :mask.shape[1]] for y in range(3) for x in range(3)], axis=0)


def _runs(mask):
    """Return (rows, starts, ends) of the unbroken runs of each row, in reading order."""
    change = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(change == 1)
    return rows, starts, np.nonzero(change == -1)[1]


def _neighbours(rows, starts, ends, width):
    """Return (runs, runs of the next row that touch them), one pair a place."""
    first = np.searchsorted(rows * width + ends, (rows + 1) * width + starts, "left")
    last = np.searchsorted(rows * width + starts, (rows + 1) * width + ends, "right")
    many = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(rows)), many)
    return upper, np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many) + first[upper]


def joined(n, one, other):
    """Return for each of n things the number of its group, where the pairs (one, other) belong together."""
    lowest = np.arange(n)
    while not np.array_equal(lowest[one], lowest[other]):
        low = np.minimum(lowest[one], lowest[other])
        np.minimum.at(lowest, lowest[one], low)
        np.minimum.at(lowest, lowest[other], low)
        while not np.array_equal(lowest, lowest[lowest]):
            lowest = lowest[lowest]
    return np.unique(lowest, return_inverse=True)[1]
