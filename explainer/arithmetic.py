"""The arithmetic behind one cell, written out with its real numbers; one writer for each kind of step."""
import re
from dataclasses import dataclass

import numpy as np

from .equations import coloured, entry, vector_entry
from .figures.theme import ROLES
from .notation import fill
from .numbers import plain_number, signed_number, tex_factor, tex_number

ALL_DIGITS = 9      # as many as a worked example prints: from here on nothing shown is rounded visibly


@dataclass(frozen=True)
class Arithmetic:
    name: str                           # LaTeX: the cell
    symbols: str                        # LaTeX: its formula for this cell; empty where the numbers say it all
    numbers: str                        # LaTeX: the formula with its numbers
    value: float                        # the cell itself, the record's own number
    digits: int                         # significant digits of the numbers; the value has two more
    closing: str = ""                   # LaTeX: a further line
    terms: np.ndarray | None = None     # what is summed, in its order, before any division by m
    factors: tuple = ()                 # (a, b): terms = a·b
    over: object = None                 # Axis of the sum
    note: str = ""                      # zeros, biggest terms: one plain sentence
    exact: bool = False                 # the numbers are not rounded, however few their digits

    @property
    def lines(self):
        """LaTeX, one line each: symbols, numbers, value, and the closing line."""
        if self.is_given:
            return (f"{self.name} = {self.result}",)
        first = (f"{self.name} = {self.symbols}", f"{self.sign} {self.numbers}")
        if not self.symbols:
            first = (f"{self.name} {self.sign} {self.numbers}",)
        return (*first, f"= {self.result}", *filter(None, [self.closing]))

    @property
    def is_given(self):
        """Whether the cell is a printed number: nothing is worked out, and once is enough."""
        return not self.symbols and self.numbers == self.result

    @property
    def sign(self):
        """What stands before the numbers: ≈ where they are rounded."""
        return "=" if self.exact or self.digits >= ALL_DIGITS else r"\approx"

    @property
    def result(self):
        return tex_number(self.value, self.digits + 2)

    def largest(self, count=5):
        """Return the positions of the largest terms by size."""
        return np.argsort(-np.abs(self.terms), kind="stable")[:count]


def arithmetic(step, selection, digits=4):
    """Return the Arithmetic of the selected cell of the step's result."""
    return WRITERS[step.kind](step, selection, digits)


def _product(step, selection, digits):
    left, right, *bias, result = step.panels
    row, column = selection.cell(result)
    a, b, value = left.array[row], right.array[:, column], result.array[row, column]
    terms, n = a * b, left.columns.field or "k"
    symbols = rf"\textstyle\sum_{n} {coloured(left)}[{row},{n}]\cdot{coloured(right)}[{n},{column}]"
    numbers = _sum(terms, (a, b), _short(digits))
    if bias:
        symbols += f" + {vector_entry(bias[0], column)}"
        numbers += signed_number(bias[0].array[0, column], _short(digits))
    return Arithmetic(entry(result, row, column), _mean(step, symbols), _mean(step, numbers, brackets=True),
                      float(value), digits, terms=terms, factors=(a, b), over=left.columns,
                      note=_count(terms, left.columns))


def _mean(step, text, brackets=False):
    """Put 1/m in front where the step takes a mean."""
    if step.scale == 1:
        return text
    return rf"\tfrac{{1}}{{{int(step.scale)}}}" + (rf"\big({text}\big)" if brackets else text)


def _short(digits):
    """Fewer digits for the terms of a long sum, all of them for a worked example."""
    return digits - 1 if digits < 6 else digits


def _sum(terms, factors, digits):
    """a·b + c·d + …: all of a short sum in order, else its two largest terms."""
    whole = len(terms) <= 3
    order = range(len(terms)) if whole else np.argsort(-np.abs(terms), kind="stable")[:2]
    parts = []
    for n in order:
        first, *rest = (factor[n] for factor in factors)
        head = (tex_factor if parts else tex_number)(first, digits)
        parts.append(r"\cdot".join([head, *(tex_factor(factor, digits) for factor in rest)]))
    return " + ".join(parts) + ("" if whole else r" + \dots")


def _count(terms, axis):
    if len(terms) <= 3:
        return ""
    zeros = int(np.count_nonzero(terms == 0))
    why = ", where a pixel has no ink" if axis.label == "pixel" else ""
    return f"The two largest of {len(terms)} terms are shown" + (f"; {zeros} are exactly 0{why}." if zeros else ".")


def _elementwise(step, selection, digits):
    *operands, result = step.panels
    row, column = selection.cell(result)
    symbols = line = step.cell
    for of in (*operands, *step.undrawn):
        symbols = symbols.replace(f"<{of.name}>", f"{coloured(of)}[{row},{column}]")
        line = _substitute(line, of.name, of.array[row, column], digits)
    return Arithmetic(entry(result, row, column), symbols, line, float(result.array[row, column]), digits)


def _substitute(line, name, value, digits):
    """Put the number into the slot <name>, in brackets where it is negative and something stands before it."""
    def write(found):
        alone = found.start() == 0 or line[found.start() - 1] == "("
        return (tex_number if alone else tex_factor)(value, digits)
    return re.sub(f"<{re.escape(name)}>", write, line)


def _input(step, selection, digits):
    X = step.panels[-1]
    row, column = selection.cell(X)
    value = float(X.array[row, column])
    if not step.operands:
        return Arithmetic(entry(X, row, column), "", tex_number(value, digits), value, digits, exact=True)
    pixel = int(step.operands["images"][row, column])
    return Arithmetic(entry(X, row, column), "", rf"\frac{{{pixel}}}{{255}}", value, digits, exact=True,
                      note=f"Pixel {column} is row {column // 28}, column {column % 28} of the image.")


def _rowwise(step, selection, digits):
    S, A = step.panels
    row, column = selection.cell(A)
    shifted = np.exp(S.array[row] - S.array[row].max())
    symbols = rf"\frac{{e^{{{S.symbol.latex}[{row},{column}] - c}}}}{{\sum_k e^{{{S.symbol.latex}[{row},k] - c}}}}"
    numbers = rf"\frac{{{tex_number(shifted[column], digits)}}}{{{tex_number(shifted.sum(), digits)}}}"
    return Arithmetic(entry(A, row, column), symbols, numbers, float(A.array[row, column]), digits,
                      note=f"c = {plain_number(S.array[row].max())} is the row’s largest sum: taking it away keeps "
                           "exp from overflowing and changes nothing else.")


def _loss(step, selection, digits):
    A, Y, E_i = step.panels
    row = selection.at(E_i.rows, len(E_i.array))
    digits = min(digits, 6) if digits < ALL_DIGITS else digits
    symbols, numbers = (("", _squares(step.cell, A.array[row], Y.array[row], min(digits, 6))) if step.cell
                        else _cross_entropy(*step.undrawn, row, Y, digits))
    name = rf"\textcolor{{{ROLES['error']}}}{{{step.short}_{{{row}}}}}"
    total = (rf"{step.short} = " + _mean(step, rf"\textstyle\sum_i {coloured(E_i)}")
             + f" = {tex_number(float(step.result), min(digits, 7) + 2)}")
    return Arithmetic(name, symbols, numbers, float(E_i.array[row, 0]), min(digits, 7), total, E_i.array[:, 0],
                      over=E_i.rows)


def _cross_entropy(logits, row, Y, digits):
    S, true, symbol = logits.array[row], int(Y.array[row].argmax()), coloured(logits)
    spread = S.max() + np.log(np.exp(S - S.max()).sum())
    return (rf"\ln\textstyle\sum_k e^{{{symbol}[{row},k]}} - {symbol}[{row},{true}]",
            f"{tex_number(spread, digits)} - {tex_factor(S[true], digits)}")


def _squares(template, A, Y, digits):
    def square(n):
        return rf"({tex_number(A[n], digits)} - {tex_factor(Y[n], digits)})^2"
    last = len(A) - 1
    squares = [square(0)] + ([r"\dots"] if last > 1 else []) + ([square(last)] if last else [])
    return fill(template, squares=" + ".join(squares))


def _column_sum(step, selection, digits):
    delta, db = step.panels
    _, column = selection.cell(db)
    terms = delta.array[:, column]
    symbols = rf"\textstyle\sum_i {coloured(delta)}[i,{column}]"
    return Arithmetic(vector_entry(db, column), _mean(step, symbols),
                      _mean(step, _sum(terms, (terms,), _short(digits)), brackets=True), float(db.array[0, column]),
                      digits, terms=terms, factors=(terms,), over=delta.rows, note=_count(terms, delta.rows))


def _update(step, selection, digits):
    old, change, new = step.panels
    row, column = selection.cell(new)
    at = 0 if row is None else row
    of, = step.undrawn
    gradient = of.array[at, column]
    alpha, place = step.operands["learning_rate"], ",".join(str(n) for n in (row, column) if n is not None)
    symbols = rf"{entry(old, row, column)} - \alpha\cdot{coloured(of)}[{place}]"
    numbers = (rf"{tex_number(old.array[at, column], digits)} - {tex_number(alpha, digits)}"
               rf"\cdot{tex_factor(gradient, digits)}")
    return Arithmetic(entry(new, row, column), symbols, numbers, float(new.array[at, column]), digits,
                      note=f"The change is {plain_number(change.array[at, column], digits)}.")


WRITERS = {"product": _product, "elementwise": _elementwise, "input": _input, "rowwise": _rowwise, "loss": _loss,
           "column_sum": _column_sum, "update": _update}
