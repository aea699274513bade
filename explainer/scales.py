"""One colour scale for a quantity in all layers: so that a small δ¹ looks as small beside δ⁴ as it is."""
import re
from dataclasses import replace

from .figures.heat import limit

QUANTITIES = ("S", "A", "dA", "slope", "delta", "W", "b", "dW", "db", "change_W", "change_b")     # of a layer


def quantity(matrix):
    """What a matrix is, whatever its layer, before or after the update, transposed or not: S, A, dA, delta, W, dW."""
    return re.sub(r"\d+|_new|\.T", "", matrix.name)


def tops(walk):
    """Return {quantity: the number with the strongest colour} over all layers, before the update and after it."""
    found = {}
    for matrix in {matrix.name: matrix for step in walk.steps for matrix in step.panels}.values():
        found.setdefault(quantity(matrix), []).append(matrix.top or limit(matrix.array))
    return {of: max(found[of]) for of in QUANTITIES if of in found}


def has_others(walk, step):
    """Whether another layer has a quantity of this step, so that there is something to compare."""
    return walk.L > 1 and any(quantity(panel) in QUANTITIES for panel in step.panels)


def on_one_scale(walk, step):
    """Return the step with the colours of its matrices on the scale of their quantity in all layers."""
    found = tops(walk)
    return replace(step, panels=tuple(replace(panel, top=found.get(quantity(panel), panel.top))
                                      for panel in step.panels))
