"""The walk as a program that anybody can run: its own statements, each compared with what the screen shows.

A program is a list of parts, each a heading and code; program_files.py makes a script or a notebook of them. It needs
NumPy, and beside it the arrays of `arrays`. The variant with blanks leaves the right-hand sides to the reader.
"""
import json
import re
from dataclasses import dataclass
from math import isfinite

import numpy as np

from .arithmetic import arithmetic
from .checking import ROUNDING, Check, U
from .notation import LOSS_NOTATION
from .view import ALL_DIGITS, DIGITS
from .walkthrough import Walk, take_walk

BLANK = "...  # your line"
EPSILONS = 1e-5, 1e-6, 1e-7, 1e-4   # for a weight below 10: the first that crosses no corner of an activation
OTHER_BLAS = 10     # another BLAS may be off by so many times what ours is off by
LAST_DIGITS = 8     # and by so many roundings of the largest number

CHECK = '''
np.seterr(over="ignore", invalid="ignore")  # exp of a large number is infinity, and 1 / infinity is 0, as it should be
nan, inf = np.nan, np.inf


def same(a, b, within):
    return bool(a == b or abs(a - b) <= within or a != a and b != b)


def check(name, result, about, shape, cell, shown, within, total=None, total_within=0.0):
    """Stop unless a result has its shape, the number that the screen shows in the selected cell, and its total.

    The screen rounds its numbers, and another processor or another BLAS adds in another order, which gives other last
    digits: `within` allows for both. `total` is the sum of all cells, each times its place in reading order divided
    by the number of cells: so a wrong number in another cell, or a matrix the wrong way round, is noticed too.
    """
    assert result is not ..., f"{name} is still blank. It has shape {shape}. {name}: {about}."
    result = np.asarray(result, float)
    assert result.shape == shape, f"{name} has shape {result.shape}, it should have {shape}. {name}: {about}."
    place = name + (str(list(cell)) if cell else "")
    assert same(result[cell], shown, within), \\
        f"{place} is {result[cell]:.9g}, the screen shows {shown:.9g}. {name}: {about}, shape {shape}."
    if total is not None:
        found = (result * np.arange(1, result.size + 1).reshape(shape) / result.size).sum()
        assert same(found, total, total_within), \\
            f"{place} is right, other cells of {name} are not. {name}: {about}, shape {shape}."'''


@dataclass(frozen=True)
class Part:
    """One piece of a program: a cell of words and a cell of code in a notebook, a comment and code in a script."""
    title: str = ""
    text: str = ""
    latex: str = ""     # for a notebook
    code: str = ""


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
        made_of = ", ".join(name if np.ndim(value) == 0 else f"{name} ({_by(value)})"
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


@np.errstate(over="ignore", invalid="ignore")    # of a walk that overflowed, too
def program(walk, selection, at, whole=True, blanks=False):
    """Return [Part, …]: every statement of the walk or only the one of the step `at`, a key, each with its check.

    The finite difference at the end is of the selected cell of W in the layer of `at`, of layer 1 where it has none.
    """
    step = next((step for step in walk.steps if step.key == at), walk.steps[0])
    rounding = _rounding(walk)
    lines = _lines(rounding, selection) if whole else [_line(rounding, step, selection)]
    parts = [_part(line, blanks) for line in lines]
    if whole or step.topic in ("dW", "db"):
        which = "b" if step.topic == "db" and not whole else "W"
        parts.append(_finite_difference(rounding, selection, step.layer or 1, which, blanks, whole))
    return parts + [_end(walk, step, whole)]


def has_blanks(walk, at, whole=True):
    """Whether there is anything to write: the numbers of a worked example are given."""
    return whole or not _is_given(walk, walk.step(at))


def arrays(walk, at, whole=True, blanks=False):
    """Return {name: array}: what lies beside the program, for the whole walk or for the step `at`."""
    if whole:
        return ({} if walk.images is None else {"images": walk.images}) | {"Y": walk.Y} | _parameters(walk)
    step = walk.step(at)
    found = {name: value for name, value in step.operands.items() if np.ndim(value)}
    if step.topic in ("dW", "db") and not blanks:
        found |= {"X": walk.passed.A[0], "Y": walk.Y} | _parameters(walk)
    return found


def numbers(walk, at, whole=True):
    """Return {name: number}: what the program starts from beside its arrays."""
    used = whole or "learning_rate" in walk.step(at).operands
    return {"learning_rate": float(walk.learning_rate)} if used else {}


def network(walk):
    """Return the network in a line: sizes, activations, loss."""
    chain = "".join(f" → {layer.n_out} {layer.activation}" for layer in walk.before.layers)
    reduction = f"{walk.before.reduction} over the batch"
    return f"{walk.before.sizes[0]}{chain}; {LOSS_NOTATION[walk.before.loss].name}, {reduction}"


def cell(walk, selection):
    """Return the selection in a line."""
    pixel = f", pixel {selection.p}" if walk.images is not None else ""
    return f"example {selection.i}, unit {selection.j}, unit {selection.k} of the layer below{pixel}"


def _parameters(walk):
    return {f"{name}{l}": array for l, layer in enumerate(walk.before.layers, 1)
            for name, array in (("W", layer.W), ("b", layer.b)) if array is not None}


# The statements

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


def _rounding(walk):
    kind = np.float64 if walk.before.dtype == np.float32 else np.float32
    network, X = walk.before.copy(kind), walk.passed.A[0].astype(kind)
    return Rounding(walk, take_walk(network, X, walk.Y, float(walk.learning_rate)))


def _lines(rounding, selection):
    """Every statement in its order; before the loss after the step, the forward pass again with the new weights."""
    *steps, last = [_line(rounding, step, selection) for step in rounding.walk.steps]
    return [*steps, *_forward_again(rounding, selection), last]


def _line(rounding, step, selection):
    walk, result = rounding.walk, np.asarray(step.result)
    if step.kind == "loss":
        of = "losses_new" if step.phase == "after" else "losses"
        off = rounding.of(getattr(walk, of), getattr(rounding.other, of)).sum() / walk.divisor
    else:
        off = rounding.of(result, rounding.other.step(step.key).result)
    latex = "".join(part if isinstance(part, str) else f" {part.symbol.latex} " for part in step.equation)
    return Line(step.code, step.title, step.operands, result, np.asarray(off), _cell(step, selection, result.ndim),
                arithmetic(step, selection, _digits(walk)).digits + 2, latex, _is_given(walk, step))


def _is_given(walk, step):
    return step.kind == "input" and walk.images is None


def _digits(walk):
    return ALL_DIGITS if walk.images is None else DIGITS


def _cell(step, selection, dimensions):
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
                   rounding.of(result, other), _cell(step, selection, 2), _digits(walk) + 2)


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


def _by(array):
    return "×".join(map(str, np.shape(array)))


def _part(line, blanks):
    statement = f"{line.name} = {BLANK}" if blanks and not line.given else line.code
    shown = f"{float(line.result[line.cell]):.{line.digits}g}"
    arguments = [f'check("{line.name}", {line.name}, {json.dumps(line.about, ensure_ascii=False)},',
                 f"      shape={line.result.shape}, cell={line.cell}, shown={_code(shown)}, "
                 f"within={_up(line.within)}"]
    if line.result.ndim:
        total, within = line.total
        arguments[-1] += ","
        arguments.append(f"      total={_code(f'{total:.10g}')}, total_within={_up(within)}")
    made_of = line.about.removeprefix(f"{line.title}, ") if line.operands else ""
    shape = f"shape {_by(line.result)}" if line.result.ndim else "one number"
    return Part(f"{line.name}: {line.title}", ", ".join(filter(None, [shape, made_of])), line.latex,
                "\n".join([statement, *arguments]) + ")")


def _code(text):
    """A number as Python reads it: −0 is 0."""
    return repr(float(text) + 0.0)


def _up(tolerance):
    """A tolerance with two digits, rather larger than smaller."""
    return repr(float(f"{1.05 * tolerance:.2g}"))


# The end

def _finite_difference(rounding, selection, layer, which, blanks, whole):
    """E with one weight moved up and down, in float64, beside the gradient of the program."""
    walk = rounding.walk
    step = walk.step(f"d{which}{layer}")
    place, nudged = _cell(step, selection, step.result.ndim), _nudged(walk, step, selection)
    index = f"[{', '.join(map(str, place))}]"
    name, gradient = f"{which}{layer}{index}", f"{step.key}{index}"
    title = f"Finite differences: {gradient} by moving {name}"
    if not isfinite(nudged.quotient) or not isfinite(nudged.walked):
        return Part(title, "Left out: with these numbers E is not finite.")
    if nudged.corners:
        return Part(title, f"Left out: so near to {name} an activation has a corner, where E has no one slope.")
    within = (_line(rounding, step, selection).rounding + 4 * abs(nudged.quotient - nudged.backpropagation)
              + ROUNDING * U * abs(nudged.above) / nudged.eps)
    if blanks:
        text = f"E is given here: of the batch in float64, with {name} moved up and down by epsilon."
        losses = [f"E_above, E_below = {nudged.above!r}, {nudged.below!r}"]
    else:
        text = "E again by the same statements, in float64: in float32 the difference would be mostly rounding."
        losses = [*([] if whole else [unpacked(_begun_with(walk))]), *_loss_function(walk, name), "", "",
                  "E_above, E_below = E_moved(epsilon), E_moved(-epsilon)"]
    return Part(title, text, code="\n".join([
        f"epsilon = {nudged.eps!r}", *losses, "quotient = (E_above - E_below) / (2 * epsilon)",
        f'print(f"{gradient} is {{{gradient}:.6g}}, by finite differences {{quotient:.6g}}")',
        f"assert same({gradient}, quotient, {_up(within)}), \\",
        f'    f"{gradient} is {{{gradient}:.9g}}, by finite differences {{quotient:.9g}}"']))


def _nudged(walk, step, selection):
    """The Nudged of the selected weight of a step dW or db, where it can be with no corner of an activation near."""
    *row, column = _cell(step, selection, step.result.ndim)
    which, check = step.key[1], Check(walk)
    value = getattr(walk.layer(step.layer), which)[(*row, column)]
    unit = 10.0 ** np.floor(np.log10(max(1, abs(value))))
    tried = [check.nudged(step.layer, which, *(row or [0]), column, eps * unit) for eps in EPSILONS]
    return next((one for one in tried if not one.corners), tried[0])


def _begun_with(walk):
    """The names of all that E is made of."""
    return ["X", "Y", *_parameters(walk)]


def _loss_function(walk, name):
    """The lines of a function of the program that computes E with one weight moved."""
    names = ", ".join(_begun_with(walk))
    steps = [step for step in walk.steps if step.phase in ("forward", "loss") and step.kind != "input"]
    body = [f'"""Return E with {name} moved by so much."""',
            f"{names} = (array.astype(np.float64) for array in begun_with)", f"{name} += change",
            *(step.code for step in steps), "return E"]
    return [f"begun_with = {names}", "", "", "def E_moved(change):",
            *(f"    {line}" for part in body for line in part.split("\n"))]


def unpacked(names):
    """The statement that takes arrays from the file beside the program."""
    right = ", ".join(f'given["{name}"]' for name in names)
    line = f"{', '.join(names)} = {right}"
    return line if len(line) <= 110 else "\n".join(f'{name} = given["{name}"]' for name in names)


def _end(walk, step, whole):
    if not whole:
        return Part(code=f'print("{step.result_name} is as on the screen.")')
    return Part("E before and after the step", code=(
        'print(f"E was {E:.6g} before the step, it is {E_new:.6g} after it.")\n'
        'print("Every number is as on the screen.")'))
