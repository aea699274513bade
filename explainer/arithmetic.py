"""The arithmetic behind one cell, written out with its real numbers; one writer for each kind of step."""
import re
from dataclasses import dataclass

import numpy as np

from .figures.theme import ROLES
from .equations import coloured, entry, tex_factor, tex_number, vector_entry


@dataclass(frozen=True)
class Arithmetic:
    lines: tuple                        # LaTeX, one equation a line
    value: float                        # the cell itself, the record's own number
    terms: np.ndarray | None = None     # what is summed, in its order, before any division by m
    factors: tuple = ()                 # (a, b): terms = a·b
    over: object = None                 # Axis of the sum
    note: str = ""                      # zeros, biggest terms: one plain sentence

    @property
    def in_one_line(self):
        """The cell, its numbers and its value, without the line of symbols: for beside the title."""
        name, *rest = self.lines[0].split(" = ", 1)
        numbers = [line for line in self.lines[1:] if line.startswith("= ")]
        line = " ".join([name, *numbers] if len(numbers) == len(self.lines) - 1 and numbers
                        else [self.lines[0], *numbers])
        return r"\small " + line.replace(r"\frac", r"\tfrac")

    def largest(self, count=5):
        """Return the positions of the largest terms by size."""
        return np.argsort(-np.abs(self.terms), kind="stable")[:count]


def arithmetic(step, selection, digits=4):
    """Return the Arithmetic of the selected cell of the step's result."""
    return WRITERS[step.kind](step, selection, digits)


def _product(step, selection, digits):
    left, right, *bias, result = step.panels
    row, column = selection.cell(result)
    a, b = left.array[row], right.array[:, column]
    terms, value = a * b, result.array[row, column]
    c = bias[0].array[0, column] if bias else None
    name, mean = entry(result, row, column), step.scale != 1
    over = r"\tfrac{1}{" + str(int(step.scale)) + r"}" if mean else ""
    symbols = rf"{over}\textstyle\sum_n {coloured(left)}[{row},n]\cdot{coloured(right)}[n,{column}]"
    symbols += rf" + {vector_entry(bias[0], column)}" if bias else ""
    numbers = _sum(terms, (a, b), _short(digits))
    if mean:
        numbers = rf"\tfrac{{1}}{{{int(step.scale)}}}\big({numbers}\big)"
    if bias:
        numbers += signed(c, _short(digits))
    return Arithmetic((f"{name} = {symbols}", f"= {numbers}", f"= {tex_number(value, digits + 2)}"), float(value),
                      terms, (a, b), left.columns, _zeros(terms, left.columns))


def _sum(terms, factors, digits, shown=2):
    """a·b + c·d + … with the largest terms first."""
    if len(terms) <= 3:
        shown = len(terms)
    order = np.argsort(-np.abs(terms), kind="stable")[:shown] if len(terms) > 3 else range(len(terms))
    parts = [r"\cdot".join([tex_number(factors[0][n], digits) if first else tex_factor(factors[0][n], digits),
                            *(tex_factor(f[n], digits) for f in factors[1:])])
             for first, n in zip([True] + [False] * len(terms), order)]
    return " + ".join(parts) + (r" + \dots" if len(terms) > shown else "")


def _short(digits):
    """Fewer digits for the terms of a long sum, all of them for a worked example."""
    return digits - 1 if digits < 6 else digits


def signed(value, digits):
    """+ 0.5 or − 0.5, to go on with a sum."""
    return f" - {tex_number(-value, digits)}" if value < 0 else f" + {tex_number(value, digits)}"


def _zeros(terms, axis):
    zeros = int(np.count_nonzero(terms == 0))
    if not zeros or len(terms) <= 3:
        return f"{len(terms)} terms." if len(terms) > 3 else ""
    why = ": those pixels are black" if axis.label == "pixel" else ""
    return f"{len(terms)} terms, {zeros} of them exactly 0{why}."


def _elementwise(step, selection, digits):
    *operands, result = step.panels
    row, column = selection.cell(result)
    value, line = result.array[row, column], step.cell
    for name, array in [(o.name, o.array) for o in operands] + list(step.operands.items()):
        line = _substitute(line, name, np.atleast_2d(array)[row, column], digits)
    symbols = step.cell
    for panel in operands:
        symbols = symbols.replace(f"<{panel.name}>", entry(panel, row, column))
    for name in step.operands:
        head = name.rstrip("0123456789")
        symbols = symbols.replace(f"<{name}>", rf"{head}^{{{name[len(head):]}}}[{row},{column}]")
    return Arithmetic((f"{entry(result, row, column)} = {symbols}", f"= {line}",
                       f"= {tex_number(value, digits + 2)}"), float(value))


def _substitute(line, name, value, digits):
    """Put the number into the slot <name>, in brackets where it is negative and something stands before it."""
    def write(found):
        alone = found.start() == 0 or line[found.start() - 1] == "("
        return (tex_number if alone else tex_factor)(value, digits)
    return re.sub(f"<{re.escape(name)}>", write, line)


def _input(step, selection, digits):
    X = step.panels[-1]
    row, column = selection.cell(X)
    value = X.array[row, column]
    if not step.operands:
        return Arithmetic((f"{entry(X, row, column)} = {tex_number(value, digits)}",), float(value))
    pixel = int(step.operands["images"][row, column])
    return Arithmetic((f"{entry(X, row, column)} = \\frac{{{pixel}}}{{255}} = {tex_number(value, digits + 2)}",),
                      float(value), note=f"Pixel {column} is row {column // 28}, column {column % 28} of the image.")


def _rowwise(step, selection, digits):
    S, A = step.panels
    row, column = selection.cell(A)
    shifted = np.exp(S.array[row] - S.array[row].max())
    value = A.array[row, column]
    symbols = rf"\frac{{e^{{{S.symbol}[{row},{column}] - c}}}}{{\sum_n e^{{{S.symbol}[{row},n] - c}}}}"
    numbers = (rf"\frac{{{tex_number(shifted[column], digits)}}}{{{tex_number(shifted.sum(), digits)}}}"
               rf" = {tex_number(value, digits + 2)}")
    return Arithmetic((f"{entry(A, row, column)} = {symbols}", f"= {numbers}"), float(value),
                      note=f"c = {S.array[row].max():.4g} is the row’s largest: it keeps exp from overflowing "
                           "and changes nothing else.")


def _loss(step, selection, digits):
    A, Y, e = step.panels
    row = selection.at(e.rows, len(e.array))
    value, total, digits = e.array[row, 0], float(step.result), min(digits, 6)
    if "log" in step.code:
        name = next(name for name in step.operands if name.startswith("S"))
        S, true = step.operands[name][row], int(Y.array[row].argmax())
        peak = S.max()
        spread = peak + np.log(np.exp(S - peak).sum())
        line = (rf"\ln\textstyle\sum_n e^{{S[{row},n]}} - S[{row},{true}] = "
                rf"{tex_number(spread, digits)} - {tex_factor(S[true], digits)}")
    else:
        def square(n):
            return rf"({tex_number(A.array[row, n], digits)} - {tex_factor(Y.array[row, n], digits)})^2"
        last = A.array.shape[1] - 1
        squares = [square(0)] + ([r"\dots"] if last > 1 else []) + ([square(last)] if last else [])
        line = (r"\tfrac12 " if "0.5" in step.code else "") + r"\big(" + " + ".join(squares) + r"\big)"
    sign = r"\tfrac{1}{" + str(len(e.array)) + "}" if step.scale != 1 else ""
    whole = rf"{step.short} = {sign}\textstyle\sum_i {coloured(e)}[i] = {tex_number(total, digits + 3)}"
    return Arithmetic((rf"{coloured(e)}[{row}] = {line}", rf"= {tex_number(value, digits + 3)}", whole), float(value),
                      e.array[:, 0], over=e.rows)


def _column_sum(step, selection, digits):
    delta, db = step.panels
    _, column = selection.cell(db)
    terms, value = delta.array[:, column], db.array[0, column]
    over = rf"\tfrac{{1}}{{{int(step.scale)}}}" if step.scale != 1 else ""
    numbers = _sum(terms, (terms,), _short(digits))
    if over:
        numbers = rf"{over}\big({numbers}\big)"
    return Arithmetic((rf"{vector_entry(db, column)} = {over}\textstyle\sum_i {coloured(delta)}[i,{column}]",
                       f"= {numbers}", f"= {tex_number(value, digits + 2)}"), float(value), terms, (terms,), delta.rows,
                      f"{len(terms)} terms, one an example." if len(terms) > 3 else "")


def _update(step, selection, digits):
    old, change, new = step.panels
    row, column = selection.cell(new)
    at = 0 if row is None else row
    gradient = np.atleast_2d(list(step.operands.values())[2])[at, column]
    alpha = step.operands["learning_rate"]
    value = new.array[at, column]
    return Arithmetic((
        rf"{entry(new, row, column)} = {entry(old, row, column)} - \alpha\cdot"
        rf"\textcolor{{{ROLES['gradient']}}}{{\nabla {old.symbol}}}"
        rf"[{','.join(str(n) for n in (row, column) if n is not None)}]",
        rf"= {tex_number(old.array[at, column], digits)} - {tex_number(alpha, digits)}"
        rf"\cdot{tex_factor(gradient, digits)}",
        rf"= {tex_number(value, digits + 2)}"), float(value),
        note=f"The change is {change.array[at, column]:.{digits}g}.")


WRITERS = {"product": _product, "elementwise": _elementwise, "input": _input, "rowwise": _rowwise, "loss": _loss,
           "column_sum": _column_sum, "update": _update}
