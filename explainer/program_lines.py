"""The statements of a walk as a program has them: each with its result, and how near another machine comes to it.

Another processor or BLAS adds in another order and has other last digits. By how much shows in the other precision:
float32 is off from float64 by its own rounding, which is as large wherever it runs.
"""
import re
from dataclasses import dataclass
from math import isfinite

import numpy as np

from .arithmetic import arithmetic
from .view import ALL_DIGITS, DIGITS
from .walkthrough import Walk, take_walk

OTHER_BLAS = 10     # another BLAS may be off by so many times what ours is off by
LAST_DIGITS = 8     # and by so many roundings of the largest number


@dataclass(frozen=True)
class Line:
    """One statement, and what its result is compared with."""
    code: str
    title: str
    operands: dict          # {name in the code: array or number}
    result: np.ndarray      # the walk's
    off: np.ndarray         # how far each of its cells is off by rounding
    cell: tuple             # of the array itself: () of a number
    digits: int             # significant ones that the screen shows
    latex: str = ""
    given: bool = False     # data, which nobody has to work out

    @property
    def name(self):
        return self.code.partition(" =")[0]

    @property
    def about(self):
        """What it is and what it is made of, with the shapes: a hint for who has to write it."""
        made_of = ", ".join(name if np.ndim(value) == 0 else f"{name} ({by(value)})"
                            for name, value in self.operands.items())
        return self.title + (f", from {made_of}" if made_of else "")

    @property
    def within(self):
        """How far the cell may be from the number shown: half a unit of its last digit, and the rounding."""
        value = float(self.result[self.cell])
        if not isfinite(value):
            return 0.0
        return _half_unit(value, self.digits) + self.rounding

    @property
    def rounding(self):
        """How far off the cell may be on another machine."""
        typical = max(float(self.off[self.cell]), float(np.sqrt(np.mean(self.off ** 2))))
        return OTHER_BLAS * typical + LAST_DIGITS * float(np.finfo(self.result.dtype).eps) * _largest(self.result)

    @property
    def total(self):
        """(the sum over all cells, each times its place over their number; how far off it may be)."""
        places = np.arange(1, self.result.size + 1).reshape(self.result.shape) / self.result.size
        values = self.result.astype(np.float64)
        total = float((values * places).sum())
        if not isfinite(total):
            return total, 0.0
        off = OTHER_BLAS * self.off + LAST_DIGITS * np.finfo(self.result.dtype).eps * np.abs(values)
        return total, float((off * places).sum()) + _half_unit(total, 10)


@dataclass(frozen=True)
class Rounding:
    """How far the arrays of a walk are off by rounding: how far float32 is from float64, scaled to its own precision.

    So it is large where rounding counts, as in 1 − A of a saturated unit.
    """
    walk: Walk
    other: Walk         # the same in the other precision

    @np.errstate(over="ignore", invalid="ignore")
    def of(self, here, there):
        """|here − there| in float64, 0 where one of them is no finite number."""
        off = np.abs(np.asarray(here, np.float64) - np.asarray(there, np.float64))
        share = min(1.0, float(np.finfo(self.walk.before.dtype).eps / np.finfo(self.other.before.dtype).eps))
        return share * np.where(np.isfinite(off), off, 0)


def rounding_of(walk):
    kind = np.float64 if walk.before.dtype == np.float32 else np.float32
    network, X = walk.before.copy(kind), walk.passed.A[0].astype(kind)
    return Rounding(walk, take_walk(network, X, walk.Y, float(walk.learning_rate)))


def lines_of(rounding, selection):
    """Every statement in its order; before the loss after the step, the forward pass again with the new weights."""
    *steps, last = [line_of(rounding, step, selection) for step in rounding.walk.steps]
    return [*steps, *_forward_again(rounding, selection), last]


def line_of(rounding, step, selection):
    walk, result = rounding.walk, np.asarray(step.result)
    if step.kind == "loss":
        of = "losses_new" if step.phase == "after" else "losses"
        off = rounding.of(getattr(walk, of), getattr(rounding.other, of)).sum() / walk.divisor
    else:
        off = rounding.of(result, rounding.other.step(step.key).result)
    latex = "".join(part if isinstance(part, str) else f" {part.symbol.latex} " for part in step.equation)
    return Line(step.code, step.title, step.operands, result, np.asarray(off), cell_of(step, selection, result.ndim),
                arithmetic(step, selection, _digits(walk)).digits + 2, latex, is_given(walk, step))


def is_given(walk, step):
    return step.kind == "input" and walk.images is None


def _digits(walk):
    return ALL_DIGITS if walk.images is None else DIGITS


def cell_of(step, selection, dimensions):
    """The selected cell as an index of the array: a row of biases has one, a loss none."""
    return tuple(n for n in selection.cell(step.panels[-1]) if n is not None)[:dimensions]


def _forward_again(rounding, selection):
    """The statements of the forward pass with the new weights, which the walk does not stop at."""
    walk = rounding.walk
    for step in (step for step in walk.steps if step.phase == "forward" and step.kind != "input"):
        of, l = step.key[0], step.layer
        result, other = (getattr(one.passed_after, of)[l - (of == "S")] for one in (walk, rounding.other))
        yield Line(_renewed(walk, step.code), f"{step.title}, with the new weights",
                   {_renewed(walk, name): value for name, value in step.operands.items()}, result,
                   rounding.of(result, other), cell_of(step, selection, 2), _digits(walk) + 2)


def _renewed(walk, code):
    """The code with the name of everything that is another after the update."""
    new = {step.result_name.removesuffix("_new") for step in walk.steps if step.phase == "update"}
    return re.sub(r"\b([SAWb])\d+\b",
                  lambda name: name[0] + "_new" * (name[1] in "SA" or name[0] in new), code)


def _largest(array):
    return float(np.abs(array, dtype=np.float64)[np.isfinite(array)].max(initial=0))


def _half_unit(value, digits):
    """Half a unit of the last of so many significant digits."""
    return 0.5 * 10.0 ** (np.floor(np.log10(abs(value))) + 1 - digits) if value else 0.0


def by(array):
    return "×".join(map(str, np.shape(array)))
