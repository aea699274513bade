"""The walk as a program that anybody can run: its own statements, each compared with what the screen shows.

A program is a list of parts, each a heading and code; program_files.py makes a script or a notebook of them. It needs
NumPy, and beside it the arrays of `arrays`. The variant with blanks leaves the right-hand sides to the reader.
"""
import json
from dataclasses import dataclass
from math import isfinite

import numpy as np

from .checking import ROUNDING, Check, U
from .notation import LOSS_NOTATION
from .program_lines import by, cell_of, is_given, line_of, lines_of, rounding_of

BLANK = "...  # your line"
EPSILONS = 1e-5, 1e-6, 1e-7, 1e-4   # for a weight below 10: the first that crosses no corner of an activation

CHECK = '''
np.seterr(over="ignore", invalid="ignore")  # exp of a large number is infinity, and 1 / infinity is 0, as it should be
nan, inf = np.nan, np.inf


class Different(ENDING):
    """Something is not as on the screen: the program ends with a sentence."""

    def _render_traceback_(self):   # a notebook shows this: the sentence alone
        return [str(self)]


def must(holds, sentence):
    if not holds:
        raise Different(sentence)


def same(a, b, within):
    return bool(a == b or abs(a - b) <= within or a != a and b != b)


def check(name, result, about, shape, cell, shown, within, total=None, total_within=0.0):
    """Stop unless a result has its shape, the number that the screen shows in the selected cell, and its total.

    The screen rounds its numbers, and another processor or another BLAS adds in another order, which gives other last
    digits: `within` allows for both. `total` is the sum of all cells, each times its place in reading order divided
    by the number of cells: so a wrong number in another cell, or a matrix the wrong way round, is noticed too.
    """
    must(result is not ..., f"{name} is still blank. It has shape {shape}. {name}: {about}.")
    try:
        result = np.asarray(result, float)
    except (TypeError, ValueError):
        raise Different(f"{name} is no array of numbers. It has shape {shape}. {name}: {about}.") from None
    must(result.shape == shape, f"{name} has shape {result.shape}, it should have {shape}. {name}: {about}.")
    place = name + (str(list(cell)) if cell else "")
    must(same(result[cell], shown, within),
         f"{place} is {result[cell]:.9g}, the screen shows {shown:.9g}. {name}: {about}, shape {shape}.")
    if total is not None:
        found = (result * np.arange(1, result.size + 1).reshape(shape) / result.size).sum()
        must(same(found, total, total_within),
             f"{place} is right, other cells of {name} are not. {name}: {about}, shape {shape}.")'''
ENDING = {False: "SystemExit", True: "AssertionError"}      # of a script, of a notebook: what shows the sentence alone


@dataclass(frozen=True)
class Part:
    """One piece of a program: a cell of words and a cell of code in a notebook, a comment and code in a script."""
    title: str = ""
    text: str = ""
    latex: str = ""     # for a notebook
    code: str = ""


@np.errstate(over="ignore", invalid="ignore")    # of a walk that overflowed, too
def program(walk, selection, at, whole=True, blanks=False):
    """Return [Part, …]: every statement of the walk or only the one of the step `at`, a key, each with its check.

    The finite difference at the end is of the selected cell of W in the layer of `at`, of layer 1 where it has none.
    """
    step = next((step for step in walk.steps if step.key == at), walk.steps[0])
    rounding = rounding_of(walk)
    lines = lines_of(rounding, selection) if whole else [line_of(rounding, step, selection)]
    parts = [_part(line, blanks) for line in lines]
    if whole or step.topic in ("dW", "db"):
        which = "b" if step.topic == "db" and not whole else "W"
        parts.append(_finite_difference(rounding, selection, step.layer or 1, which, blanks, whole))
    return parts + [_end(walk, step, whole)]


def has_blanks(walk, at, whole=True):
    """Whether there is anything to write: the numbers of a worked example are given."""
    return whole or not is_given(walk, walk.step(at))


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


def check(in_a_notebook):
    """Return the head's functions, which end the program with a sentence where a result is not the screen's."""
    return CHECK.replace("ENDING", ENDING[in_a_notebook])


# The statements

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
    shape = f"shape {by(line.result)}" if line.result.ndim else "one number"
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
    place, nudged = cell_of(step, selection, step.result.ndim), _nudged(walk, step, selection)
    index = f"[{', '.join(map(str, place))}]"
    name, gradient = f"{which}{layer}{index}", f"{step.key}{index}"
    title = f"Finite differences: {gradient} by moving {name}"
    if not isfinite(nudged.quotient) or not isfinite(nudged.walked):
        return Part(title, "Left out: with these numbers E is not finite.")
    if nudged.corners:
        return Part(title, f"Left out: so near to {name} an activation has a corner, where E has no one slope.")
    within = (line_of(rounding, step, selection).rounding + 4 * abs(nudged.quotient - nudged.backpropagation)
              + ROUNDING * U * abs(nudged.above) / nudged.eps)
    text, losses = _losses_given(nudged, name) if blanks else _losses_computed(walk, name, whole)
    return Part(title, text, code="\n".join([
        f"epsilon = {nudged.eps!r}", *losses, "quotient = (E_above - E_below) / (2 * epsilon)",
        f'print(f"{gradient} is {{{gradient}:.6g}}, by finite differences {{quotient:.6g}}")',
        f"must(same({gradient}, quotient, {_up(within)}),",
        f'     f"{gradient} is {{{gradient}:.9g}}, by finite differences {{quotient:.9g}}.")']))


def _losses_given(nudged, name):
    """(words, lines): E with the weight moved, as numbers, which give no statement away."""
    return (f"E is given here: of the batch in float64, with {name} moved up and down by epsilon.",
            [f"E_above, E_below = {nudged.above!r}, {nudged.below!r}"])


def _losses_computed(walk, name, whole):
    """(words, lines): E with the weight moved, by the statements of the walk."""
    return ("E again by the same statements, in float64: in float32 the difference would be mostly rounding.",
            [*([] if whole else [unpacked(_begun_with(walk))]), *_loss_function(walk, name), "", "",
             "E_above, E_below = E_moved(epsilon), E_moved(-epsilon)"])


def _nudged(walk, step, selection):
    """The Nudged of the selected weight of a step dW or db, where it can be with no corner of an activation near."""
    *row, column = cell_of(step, selection, step.result.ndim)
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
