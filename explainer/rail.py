"""The map of a walk as plain data: forward above, backward beneath the same layers, then the updates."""
from .notation import SUPERSCRIPT

ROWS = (("forward", ("forward", "loss")), ("← backward", ("backward",)), ("update", ("update", "after")))


def rail(walk, current):
    """Return rows of groups of steps, a column a layer: 0 the input, 1 to L the layers, L + 1 the loss."""
    L = len(walk.before.layers)
    at = [step.key for step in walk.steps].index(current)
    rows = []
    for name, phases in ROWS:
        groups = {}
        for n, step in enumerate(walk.steps):
            if step.phase not in phases:
                continue
            column = step.layer if step.layer else (0 if step.key == "X" else L + 1)
            state = "current" if n == at else "done" if n < at else "coming"
            groups.setdefault(column, []).append(
                {"key": step.key, "label": short(step), "title": step.title, "state": state})
        for steps in groups.values():
            if name == "← backward":
                steps.reverse()
        rows.append({"name": name, "phase": name.strip("← "),
                     "groups": [{"column": column, "steps": steps} for column, steps in groups.items()]})
    sizes = walk.before.sizes
    heads = ["input", *(f"layer {l}: {sizes[l - 1]} → {sizes[l]}" for l in range(1, L + 1)), "loss"]
    return {"heads": heads, "rows": rows}


def short(step):
    """The step's name on the rail: S¹, δ⁴, ∇W⁴; updates and E′ as they are."""
    return step.short.translate(SUPERSCRIPT).replace("'", "′")
