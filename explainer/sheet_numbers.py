"""The numbers of a step that stand on paper: of a long sum or row only some, of a small network every one.

Each is given or asked. What is asked of a step is one function of its kind, in the table TASKS.
"""
from dataclasses import dataclass

import numpy as np

from .diagram import can_be_drawn
from .exercise import asked_here
from .numbers import plain_number

DIGITS, HAND_DIGITS = 4, 5      # significant ones: of a large network, and of one that is worked out by hand
TERMS, CELLS = 5, 5             # of a long sum, and of a long row: so many are on paper
OUTPUTS = 10                    # of the last layer: softmax and the loss need the whole row


@dataclass(frozen=True)
class Number:
    """One number of a sheet."""
    name: str           # of its matrix in the code; or of what it stands for in its step: "dW2 term"
    row: int
    column: int
    value: float
    digits: int
    state: str = "given"    # "given", "asked", or "copied" from where it was asked before

    @property
    def cell(self):
        return self.name, self.row, self.column

    @property
    def text(self):
        return plain_number(self.value, self.digits)


@dataclass(frozen=True)
class Table:
    rows: tuple         # of rows of words and Numbers, the first one the head
    name: str = ""      # of the matrix that it is, in words
    caption: str = ""


def numbers_in(table):
    return [entry for row in table.rows for entry in row if isinstance(entry, Number)]


def tables(walk, step, selection, sums):
    """Return the Tables of a step: every cell of a small network, of a large one what its kind asks of the selected."""
    return _grids(walk, step) if can_be_drawn(walk.before) else TASKS[step.kind](step, selection, sums)


def _names_asked(walk, step):
    """What is worked out at a step; no number a second time, and the change only within the new weight."""
    return [name for name in asked_here(walk, step)
            if not (name.endswith(".T") or name.startswith("change") or walk.m == 1 and name.startswith("E_i"))]


def asked_grids(walk, step, state="asked"):
    """Return a Table for everything that is worked out at a step of a small network."""
    alone = {"E": "E", "E_new": "E′"}
    return tuple(Table((("",), (Number(name, 0, 0, float(step.result), HAND_DIGITS, state),)), alone[name])
                 if name in alone else grid(step.matrix(name), state) for name in _names_asked(walk, step))


def _grids(walk, step):
    """What goes into a step of a small network, and what comes out, every cell of it."""
    names = _names_asked(walk, step)
    given = [panel for panel in (*step.panels, *step.undrawn)
             if panel.name not in names and not panel.name.startswith(("change", "E_i"))]
    return (*(grid(panel, "given") for panel in given), *asked_grids(walk, step))


def grid(matrix, state):
    """Return a matrix as a Table, all its cells in one state."""
    rows, columns = matrix.array.shape
    cells = [tuple(_number(matrix, row, column, state, HAND_DIGITS) for column in range(columns))
             for row in range(rows)]
    return Table((("",) * columns, *cells), matrix.symbol.text)


def _number(matrix, row, column, state="given", digits=DIGITS):
    """An entry of a matrix; one of a transposed matrix is the same number as in the matrix itself."""
    value, name = float(matrix.array[row, column]), matrix.name
    if name.endswith(".T"):
        name, row, column = name.removesuffix(".T"), column, row
    return Number(name, row, column, value, digits, state)


def _window(size, at, count=CELLS):
    """So many places of a row, with the selected one among them."""
    first = max(0, min(at - count // 2, size - count))
    return range(first, min(size, first + count))


def _head(row, columns):
    before = "" if row is None else f"{row}, "
    return ("", *(f"[{before}{column}]" for column in columns))


def _sum(step, selection, sums):
    """The largest terms of a sum one below the other, what the others come to, and the total."""
    result, count = step.panels[-1], len(sums.factors)
    row, column = selection.cell(result)
    factors, shown = step.panels[:count], sums.largest(TERMS)
    mine = [(row, None), (None, column)] if count > 1 else [(None, column)]
    state = "asked" if count > 1 else "given"
    lines = [(sums.over.label, *(panel.symbol.text for panel in factors), *["product"] * (count > 1))]
    for n in map(int, shown):
        given = [_number(panel, n if r is None else r, n if c is None else c) for panel, (r, c) in zip(factors, mine)]
        product = [Number(f"{step.key} term", n, 0, float(sums.terms[n]), DIGITS, state)] * (count > 1)
        lines.append((str(n), *given, *product))
    other = np.delete(np.asarray(sums.terms, np.float64), shown)
    wide = [""] * (count - 1)
    if len(other):
        lines.append((f"the other {len(other)} together", *wide, *[""] * (count > 1),
                      Number(f"{step.key} rest", 0, 0, float(other.sum()), DIGITS)))
    if sums.bias is not None:
        lines.append((f"{step.panels[2].symbol.text}[{column}]", *wide, *[""] * (count > 1),
                      _number(step.panels[2], 0, column)))
    place = ", ".join(str(n) for n in (row, column) if n is not None)
    over = f", their sum divided by {step.scale:g}" if step.scale != 1 else ", their sum"
    lines.append((f"{result.symbol.text}[{place}]{over}", *wide, *[""] * (count > 1),
                  _number(result, row or 0, column, "asked")))
    return (Table(tuple(_right(line, count + 1 + (count > 1)) for line in lines)),)


def _right(line, width):
    """A line of a table with so many places: what is short ends at the right."""
    first, *rest = line
    rest = [cell for cell in rest if cell != ""]
    return (first, *[""] * (width - 1 - len(rest)), *rest)


def _cells(step, selection, sums):
    """Some cells of the selected row: what goes into them, and what comes out."""
    *operands, result = step.panels
    row, column = selection.cell(result)
    columns = _window(result.array.shape[1], column)
    used = [of for of in (*operands, *step.undrawn) if f"<{of.name}>" in step.cell]
    found = [of for of in operands if of not in used]
    return (Table(_rows(row, columns, used, [*found, result])),)


def _rows(row, columns, given, asked=()):
    """A line for each matrix, with these columns of a row."""
    at = row or 0
    lines = [_head(row, columns)]
    lines += [(of.symbol.text, *(_number(of, at, n, state) for n in columns))
              for matrices, state in ((given, "given"), (asked, "asked")) for of in matrices]
    return tuple(lines)


def _softmax(step, selection, sums):
    S, A = step.panels
    row, column = selection.cell(A)
    columns = _window(A.array.shape[1], column, OUTPUTS)
    largest = float(S.array[row].max())
    powers = np.exp(S.array[row].astype(np.float64) - largest)
    total = Number(f"{step.key} power", row, -1, float(powers.sum()), DIGITS,
                   "asked" if len(columns) == len(powers) else "given")
    lines = [(*_head(row, columns), "sum"),
             (S.symbol.text, *(_number(S, row, n) for n in columns), ""),
             ("exp(S − c)", *(Number(f"{step.key} power", row, n, float(powers[n]), DIGITS, "asked") for n in columns),
              total),
             (A.symbol.text, *(_number(A, row, n, "asked") for n in columns), "")]
    return (Table(tuple(lines), caption="c is the largest sum of the row."),)


def _loss(step, selection, sums):
    A, Y, E_i = step.panels
    row = selection.at(E_i.rows, len(E_i.array))
    tables, name = [], f"{E_i.symbol.text}, example {row}"
    if step.cell:
        columns = _window(A.array.shape[1], 0, OUTPUTS)
        off = (A.array[row].astype(np.float64) - Y.array[row]) ** 2
        squares = (Number(f"{step.key} square", row, n, float(off[n]), DIGITS, "asked") for n in columns)
        tables.append(Table((*_rows(row, columns, [A, Y]), (f"({A.symbol.text} − {Y.symbol.text})²", *squares))))
        lines = [(name, _number(E_i, row, 0, "asked"))]
    else:
        lines = _surprise(step, row, name)
    if len(E_i.array) > 1:
        other = np.delete(E_i.array.astype(np.float64).ravel(), row)
        over = f", divided by {step.scale:g}" if step.scale != 1 else ""
        lines += [(f"the other {len(other)} examples together", Number(f"{step.key} rest", 0, 0, float(other.sum()),
                                                                      DIGITS)),
                  (f"{step.short}, the sum of all{over}", Number(step.key, 0, 0, float(step.result), DIGITS, "asked"))]
    return (*tables, Table((("", ""), *lines)))


def _surprise(step, row, name):
    """The loss of one example by cross-entropy: from its probability, or from its sums where that is rounded to 0."""
    A, Y, E_i = step.panels
    true, own = int(Y.array[row].argmax()), _number(E_i, row, 0, "asked")
    if A.array[row, true] > 0:
        return [(f"{A.symbol.text}[{row}, {true}], where the target is 1", _number(A, row, true)),
                (f"{name}: −ln of it", own)]
    logits, = step.undrawn
    S = logits.array[row].astype(np.float64)
    total = Number(f"{step.key} ln", row, 0, float(S.max() + np.log(np.exp(S - S.max()).sum())), DIGITS)
    return [(f"ln of the sum of all exp({logits.symbol.text})", total),
            (f"{logits.symbol.text}[{row}, {true}], where the target is 1", _number(logits, row, true)),
            (f"{name}: their difference", own)]


def _update(step, selection, sums):
    old, change, new = step.panels
    gradient, = step.undrawn
    row, column = selection.cell(new)
    return (Table(_rows(row, _window(new.array.shape[1], column), [old, gradient], [change, new])),)


def _pixels(step, selection, sums):
    X = step.panels[-1]
    row, column = selection.cell(X)
    columns = _window(X.array.shape[1], column)
    pixels = [Number("images", row, n, float(step.operands["images"][row, n]), DIGITS) for n in columns]
    return (Table((_head(row, columns), ("pixel, 0 to 255", *pixels),
                   ("X", *(_number(X, row, n, "asked") for n in columns)))),)


TASKS = {"input": _pixels, "product": _sum, "column_sum": _sum, "elementwise": _cells, "rowwise": _softmax,
         "loss": _loss, "update": _update}
