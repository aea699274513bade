"""A step worked out by hand, as plain data: the cells to fill in, what was typed there, and the judgement on it."""
from .by_hand import ask, askable, covered, judge
from .diagram import can_be_drawn, diagram, taking_part
from .figures.diagram import network_diagram
from .inline import runs
from .numbers import plain_number


def exercise(walk, look, step, typed):
    """Return {cells: [{name, matrix, row, column, text, right, said}], left, given} of a covered step, else None.

    `typed` is {(step, name, row, column): text}; `matrix` is the trace's name, empty for a number of its own; `left`
    counts the cells that are not right yet.
    """
    if not can_be_drawn(walk.before) or step.key not in covered(walk, look.hand):
        return None
    cells = [_cell(walk, step, name, row, column, typed) for name in asked_here(walk, step)
             for row, column in _places(step, name)]
    return {"cells": cells, "left": sum(cell["right"] is not True for cell in cells), "given": _given(step)}


def asked_here(walk, step):
    """What is worked out at this step and at no other one before: its result, and what has no step of its own."""
    own = {other.key for other in walk.steps} - {step.key}
    return [name for name in askable(walk, step.key) if name not in own]


def _given(step):
    """The operands that the picture does not show, with their numbers: what one needs to work it out."""
    return ", ".join(f"{matrix.symbol.text} = {'; '.join(plain_number(n, 6) for n in matrix.array.ravel())}"
                     for matrix in step.undrawn)


def _places(step, name):
    if name in ("E", "E_new"):
        return [(0, 0)]
    rows, columns = step.matrix(name).array.shape
    return [(row, column) for row in range(rows) for column in range(columns)]


def _cell(walk, step, name, row, column, typed):
    text = typed.get((step.key, name, row, column), "")
    said = judge(walk, step.key, name, (row, column), text) if text else None
    return {"name": name, "matrix": "" if name in ("E", "E_new") else step.matrix(name).symbol.text, "row": row,
            "column": column, "label": ask(walk, step.key, name, (row, column)).name, "text": text,
            "right": said and said.right, "said": runs(said.sentence) if said else []}


def drawn(net, walk, step, selection):
    """Return [the figure of a small network], with what the selected cell is made of standing out; else []."""
    if not can_be_drawn(walk.before):
        return []
    plan, name = diagram(net, walk.before), step.panels[-1].name
    cell = selection.cell(step.panels[-1])
    parts = ((), ())
    if name in askable(walk, step.key):
        parts = taking_part(plan, ask(walk, step.key, name, tuple(n or 0 for n in cell)))
    values = {f"{name}{l}": array for l, layer in enumerate(walk.before.layers, 1)
              for name, array in (("W", layer.W), ("b", layer.b)) if array is not None}
    return [network_diagram(plan, values, parts)]
