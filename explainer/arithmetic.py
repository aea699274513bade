"""The arithmetic behind one cell, written out with its real numbers; one writer for each kind of step."""
import re
from dataclasses import dataclass

import numpy as np

from .equations import coloured, entry, vector_entry
from .figures.theme import ROLES
from .notation import fill
from .numbers import equals, plain_number, signed_number, tex_factor, tex_number

SHORT = 4       # terms: a sum of so many is written out in full


@dataclass(frozen=True)
class Arithmetic:
    name: str                           # LaTeX: the cell
    symbols: str                        # LaTeX: its formula for this cell; empty where the numbers say it all
    numbers: str                        # LaTeX: the formula with its numbers
    value: float                        # the cell itself, the record's own number
    digits: int                         # significant digits of the numbers; the value has two more
    exact: bool                         # whether the numbers shown are the numbers themselves, not rounded
    before: str = ""                    # LaTeX: another form of it, on a line before the formula
    closing: str = ""                   # LaTeX: a further line
    terms: np.ndarray | None = None     # what is summed, in its order, before any division by m
    factors: tuple = ()                 # (a, b): terms = a·b
    over: object = None                 # Axis of the sum
    bias: float | None = None           # added to the sum
    note: str = ""                      # zeros, biggest terms: one plain sentence

    @property
    def lines(self):
        """LaTeX, one line each: symbols, numbers, value, and the closing line."""
        if self.is_given:
            return (f"{self.name} {self.result_sign} {self.result}",)
        first = (f"{self.name} = {self.symbols}", f"{self.sign} {self.numbers}")
        if self.before:
            first = (f"{self.name} = {self.before}", f"= {self.symbols}", first[1])
        if not self.symbols:
            first = (f"{self.name} {self.sign} {self.numbers}",)
        return (*first, f"{self.result_sign} {self.result}", *filter(None, [self.closing]))

    @property
    def is_given(self):
        """Whether the cell is a printed number: nothing is worked out, and once is enough."""
        return not self.symbols and self.numbers == self.result

    @property
    def sign(self):
        """What stands before the numbers: ≈ where they are rounded."""
        return "=" if self.exact else r"\approx"

    @property
    def result_sign(self):
        """What stands before the value: ≈ where it is rounded, or comes from rounded numbers."""
        return equals(self.value, self.digits + 2) if self.exact or not self.value else r"\approx"

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
    terms, n = a * b, left.columns.field or "n"
    symbols = rf"\textstyle\sum_{n} {coloured(left)}[{row},{n}]\cdot{coloured(right)}[{n},{column}]"
    shown = _shown(terms)
    numbers, written = _sum(shown, (a, b), _short(digits), len(terms)), [*a[shown], *b[shown]]
    if bias:
        symbols += f" + {vector_entry(bias[0], column)}"
        numbers += signed_number(bias[0].array[0, column], _short(digits))
        written.append(bias[0].array[0, column])
    return Arithmetic(entry(result, row, column), _mean(step, symbols), _mean(step, numbers, brackets=True),
                      float(value), digits, _exact(written, _short(digits)), terms=terms, factors=(a, b),
                      over=left.columns, bias=float(bias[0].array[0, column]) if bias else None,
                      note=_count(terms, shown, left.columns))


def _exact(values, digits):
    """Whether all these numbers are written as they are with so many digits."""
    return all(equals(value, digits) == "=" for value in values)


def _mean(step, text, brackets=False):
    """Put 1/m in front where the step takes a mean."""
    if step.scale == 1:
        return text
    return rf"\tfrac{{1}}{{{int(step.scale)}}}" + (rf"\big({text}\big)" if brackets else text)


def _short(digits):
    """Fewer digits for the terms of a long sum, all of them for a worked example."""
    return digits - 1 if digits < 6 else digits


def _shown(terms):
    """Which terms of a sum are written out: all of a short one, else the largest of each sign, the larger first."""
    if len(terms) <= SHORT:
        return np.arange(len(terms))
    largest = np.argsort(-np.abs(terms), kind="stable")
    other = largest[terms[largest] * np.sign(terms[largest[0]]) < 0]
    return np.array([largest[0], other[0] if len(other) else largest[1]])


def _sum(shown, factors, digits, count):
    """a·b + c·d + …: the terms that are shown of so many."""
    parts = []
    for n in shown:
        first, *rest = (factor[n] for factor in factors)
        head = (tex_factor if parts else tex_number)(first, digits)
        parts.append(r"\cdot".join([head, *(tex_factor(factor, digits) for factor in rest)]))
    return " + ".join(parts) + ("" if len(shown) == count else r" + \dots")


def _count(terms, shown, axis):
    """Which terms are written out of how many, and how many are 0."""
    if len(shown) == len(terms):
        return ""
    both = terms[shown].min() < 0 < terms[shown].max()
    which = "The largest term of each sign is" if both else "The two largest terms are"
    zeros = int(np.count_nonzero(terms == 0))
    why = ", where a pixel has no ink" if axis.label == "pixel" else ""
    return f"{which} shown, of {len(terms)}" + (f"; {zeros} are exactly 0{why}." if zeros else ".")


def _elementwise(step, selection, digits):
    *operands, result = step.panels
    row, column = selection.cell(result)
    symbols, line, written = step.cell, step.cell, []
    for of in (*operands, *step.undrawn):
        if f"<{of.name}>" in step.cell:
            written.append(of.array[row, column])
        symbols = symbols.replace(f"<{of.name}>", f"{coloured(of)}[{row},{column}]")
        line = _substitute(line, of.name, of.array[row, column], digits)
    return Arithmetic(entry(result, row, column), symbols, line, float(result.array[row, column]), digits,
                      _exact(written, digits))


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
        return Arithmetic(entry(X, row, column), "", tex_number(value, digits), value, digits, _exact([value], digits))
    pixel = int(step.operands["images"][row, column])
    return Arithmetic(entry(X, row, column), "", rf"\frac{{{pixel}}}{{255}}", value, digits, True,
                      note=f"Pixel {column} is row {column // 28}, column {column % 28} of the image.")


def _rowwise(step, selection, digits):
    S, A = step.panels
    row, column = selection.cell(A)
    shifted = np.exp(S.array[row] - S.array[row].max())
    one, every = (rf"e^{{{S.symbol.latex}[{row},{unit}] - c}}" for unit in (column, "j'"))
    symbols = rf"\frac{{{one}}}{{\sum_{{j'}} {every}}}"
    numbers = rf"\frac{{{tex_number(shifted[column], digits)}}}{{{tex_number(shifted.sum(), digits)}}}"
    return Arithmetic(entry(A, row, column), symbols, numbers, float(A.array[row, column]), digits,
                      shifted[column] > 0 and _exact([shifted[column], shifted.sum()], digits),
                      note=f"c = {plain_number(S.array[row].max())} is the row’s largest sum: taking it away keeps "
                           "exp from overflowing and changes nothing else.")


def _loss(step, selection, digits):
    A, Y, E_i = step.panels
    row = selection.at(E_i.rows, len(E_i.array))
    before, symbols, numbers, exact = (_squares if step.cell else _cross_entropy)(step, row, digits)
    name = rf"\textcolor{{{ROLES['error']}}}{{{step.short}_{{{row}}}}}"
    value, more = float(step.result), min(digits, 7) + 2
    total = (rf"{step.short} = " + _mean(step, rf"\textstyle\sum_i {coloured(E_i)}")
             + f" {equals(value, more)} {tex_number(value, more)}")
    return Arithmetic(name, symbols, numbers, float(E_i.array[row, 0]), min(digits, 7), exact, before, total,
                      E_i.array[:, 0], over=E_i.rows)


def _cross_entropy(step, row, digits):
    """First −ln of the true class's probability, then the form that is computed, from the sums."""
    A, Y, _ = step.panels
    logits, = step.undrawn
    S, true, symbol, digits = logits.array[row], int(Y.array[row].argmax()), coloured(logits), _short(digits)
    probability = A.array[row, true]
    before = rf"-\ln {coloured(A)}[{row},{true}]" + (
        rf" {equals(probability, digits)} -\ln {tex_number(probability, digits)}" if probability > 0 else
        r" \quad\text{(a probability rounded to 0)}")
    ends = sorted({0, len(S) - 1})
    powers = (r" + \dots + " if len(S) > 2 else " + ").join(f"e^{{{tex_number(S[n], digits)}}}" for n in ends)
    return (before, rf"\ln\textstyle\sum_{{j'}} e^{{{symbol}[{row},j']}} - {symbol}[{row},{true}]",
            rf"\ln\big({powers}\big) - {tex_factor(S[true], digits)}", _exact([*S[ends], S[true]], digits))


def _squares(step, row, digits):
    """All of a short sum of squares, else its first and its last."""
    A, Y, digits = step.panels[0].array[row], step.panels[1].array[row], min(digits, 6)

    def square(n):
        return rf"({tex_number(A[n], digits)} - {tex_factor(Y[n], digits)})^2"
    last = len(A) - 1
    squares = [square(0)] + ([r"\dots"] if last > 1 else []) + ([square(last)] if last else [])
    return "", "", fill(step.cell, squares=" + ".join(squares)), _exact([*A[[0, last]], *Y[[0, last]]], digits)


def _column_sum(step, selection, digits):
    delta, db = step.panels
    _, column = selection.cell(db)
    terms = delta.array[:, column]
    symbols = rf"\textstyle\sum_i {coloured(delta)}[i,{column}]"
    shown = _shown(terms)
    numbers = _mean(step, _sum(shown, (terms,), _short(digits), len(terms)), brackets=True)
    return Arithmetic(vector_entry(db, column), _mean(step, symbols), numbers, float(db.array[0, column]), digits,
                      _exact(terms[shown], _short(digits)), terms=terms, factors=(terms,), over=delta.rows,
                      note=_count(terms, shown, delta.rows))


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
                      _exact([old.array[at, column], alpha, gradient], digits),
                      note=f"The change is {plain_number(change.array[at, column], digits)}.")


WRITERS = {"product": _product, "elementwise": _elementwise, "input": _input, "rowwise": _rowwise, "loss": _loss,
           "column_sum": _column_sum, "update": _update}
