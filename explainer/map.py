"""The map of a walk as plain data: the network from input to loss, forward, backward and update beside each layer."""
from .notation import SUPERSCRIPT
from .way import CLOSING, OPENING, TITLES, keys

SLOTS = {   # (row, column) of a step within its layer, by its topic: forward | backward, two columns | update
    "X": (0, 0), "S": (0, 0), "A": (1, 0), "dW": (0, 1), "db": (0, 2), "delta": (1, 1), "dA": (1, 2),
    "W_new": (0, 3), "b_new": (1, 3), "E": (0, 0), "E_new": (0, 3)}
COLUMNS = {"forward": 0, "loss": 0, "backward": 1, "update": 3, "after": 3}     # of a kind of step that has no slot
HEADS = [["forward", 1], ["backward", 2], ["update", 1]]
HIGHEST = 784


def network_map(walk):
    """Return {heads, order, layers: [{name, units, width, steps: [{key, label, title, row, column, span}]}]}.

    The opening and the closing stand beside the first row and below the last.
    """
    layers = [layer | {"steps": []} for layer in [*layers_of(walk), _layer("loss", None)]]
    for step in walk.steps:
        steps = layers[_place(step, walk.L)]["steps"]
        row, column = SLOTS.get(step.topic, (max((s["row"] for s in steps), default=-1) + 1, COLUMNS[step.phase]))
        steps.append({"key": step.key, "label": short(step), "title": step.title, "phase": step.phase, "row": row,
                      "column": column, "span": 1})
    for key, label, layer, row in ((OPENING, "start", 0, 0), (CLOSING, "end", -1, 1)):
        layers[layer]["steps"].append({"key": key, "label": label, "title": TITLES[key], "phase": "end", "row": row,
                                       "column": 2, "span": 2})
    return {"heads": HEADS, "order": keys(walk), "layers": layers}


def layers_of(walk):
    """Return [{name, units, width}] from the input to the last layer."""
    first, *others = walk.before.sizes
    return [_layer("batch" if walk.m > 1 else "input", first),
            *(_layer(f"layer {l}", size) for l, size in enumerate(others, 1))]


def _layer(name, units):
    """One row of the map; its width is drawn as the fourth root of its units, so that 10 and 784 both can be seen."""
    return {"name": name, "units": units, "width": units and (units / HIGHEST) ** 0.25}


def _place(step, L):
    return step.layer or (0 if step.topic == "X" else L + 1)


def short(step):
    """The step's name on the map: S¹, δ⁴, ∇W⁴; updates and E′ as they are."""
    return step.short.translate(SUPERSCRIPT).replace("'", "′")
