"""A step as one view: all that the page shows of it, as plain data; the component lays it out and draws it, no more.

A pane is one step of one walk, with one selection. Its `id` names everything that is in it, so a pane that the browser
has under that name need not be sent again.
"""
import re

import numpy as np

from . import prose
from .arithmetic import SHORT, arithmetic
from .equations import with_shapes
from .exercise import drawn, exercise
from .figures import charts, matrices
from .figures.matrices import has_pictures
from .further import further
from .glossary import in_equation, linked
from .inline import runs
from .map import short
from .notation import ACTIVATION_NOTATION, fill
from .numbers import plain_number, with_article
from .repeated import looked_again
from .scales import has_others, on_one_scale
from .selection import FIELDS
from .sentences import first_step, measures, turn_of_the_loss
from .special import special
from .steps import SATURATED

DIGITS, ALL_DIGITS = 4, 9       # significant ones in the arithmetic; all that were published of a worked example
LARGEST_TERMS = 8
TILES = "Each tile is one unit’s 784 numbers as a 28×28 image; press “as images” again for the matrices. "


def pane(walk, look, step, net="own", digits=DIGITS, usual_rate=None, rates=None, card=None, typed=None):
    """Return the pane of a step as plain data.

    `net`, a key of PRESETS or "own", has the source; `usual_rate` is the α of the setting, for the sentence on a first
    step; `rates` (least, most, grain) of α's slider; `card` is asked before the result is seen, `typed` what
    the reader worked out by hand, as exercise.py takes it.
    """
    sums, hand = arithmetic(step, look.selection, digits), exercise(walk, look, step, typed or {})
    covered = bool(hand and hand["left"])
    return {"step": step.key, "name": short(step), "title": step.title, **_words(walk, look, step, net, covered),
            **_picture(walk, look, step, covered),
            "sums": list(sums.lines), "code": step.code, "fields": fields(look, step), "terms": terms(sums, step),
            "note": " ".join(filter(None, [sums.note, about_the_loss(walk, step, usual_rate)])),
            "strips": strips(look, step, sums), "hand": hand,
            "check": step.topic in ("dW", "db") and not look.hides("answers"),
            "card": card and card.as_data() | {"hides": card.topic, "cell": _cell_of(card, step)},
            "details": drawn(net, walk, step, look.selection)
            + ([] if covered else details(walk, look, step, sums)),
            "alpha": rates and step.kind == "update" and rates | {"value": walk.learning_rate}}


def _cell_of(card, step):
    """What has to be selected to see the cell that the card speaks of, {"i": 26, "j": 52}; None where there is none."""
    found, result = re.findall(r"\[(\d+), ?(\d+)\]", card.sees), step.panels[-1]
    if not found:
        return None
    fields = (result.rows.field, result.columns.field)
    return {field: int(n) for field, n in zip(fields, found[0]) if field} or None


def _words(walk, look, step, net, covered):
    """Everything that is read of a step, and what there is to read beyond it; no number of it while it is covered."""
    hushed = look.guide and step.kind == "input"        # it would give a card's answer away
    images = has_pictures(step) and as_pictures(look, step)
    return {"equation": with_shapes(step), "symbols": in_equation(step), "why": linked(runs(why(walk, step))),
            "special": [] if hushed else [runs(sentence) for sentence in special(walk, step, look.selection)],
            "look": linked(runs(TILES * images + look_at(walk, step, covered))),
            "mistake": linked(runs(mistake(walk, step))),
            "further": further(net, step)}


def _picture(walk, look, step, covered):
    """The matrices, and the switches that change how they are shown."""
    figure = stage(walk, look, step)
    if covered:     # the corner would give the result away
        notes = [note for note in figure["layout"]["annotations"] if note.get("name") != "summary"]
        figure = {**figure, "layout": {**figure["layout"], "annotations": notes}}
    return {"stage": figure | {"alt": _alt(step)}, "images": walk.images, "selected": min(look.i, walk.m - 1),
            "result": step.panels[-1].symbol.text, "corner": step.kind == "product",
            **_saturated(walk, look, step),
            "pictures": as_pictures(look, step) if has_pictures(step) else None,
            "same_scale": look.same_scale if has_others(walk, step) else None}


def _saturated(walk, look, step):
    """The switch that marks saturated cells, {marked, saturated: its words}; without a switch, why there is none."""
    if step.topic not in ("A", "delta") or step.kind != "elementwise" or walk.grads.slope[step.layer - 1] is None:
        return {"marked": None, "saturated": ""}
    if step.slope is None:
        return {"marked": None, "saturated": "never saturated"}
    count = int((step.slope < SATURATED).sum())
    if not count:
        return {"marked": None, "saturated": "none saturated"}
    return {"marked": look.marked, "saturated": f"saturated: {count:,}"}


FROZEN = {  # said where a source's biases are used but never updated
    "db": "The source uses its biases but never updates them: this gradient is right, and no step follows from it. "
          "“As it works best” in the settings lets the biases learn.",
    "W_new": "Only weights are updated here: the source uses its biases but never changes them. "
             "“As it works best” in the settings lets the biases learn."}


def why(walk, step):
    """Why the step is there, or what is new in it where an earlier layer had it.

    At the first step also what the walk is, and where biases are frozen that they are.
    """
    if step.kind == "input":
        what = "examples" if walk.images is None else {"digit": "digits"}.get(walk.kind, "images")
        many = f"{walk.m} {what}" if walk.m > 1 else "one example"
        return (f"**One step of training on {many}, taken apart into {len(walk.steps)} steps. Press → to follow it; "
                f"click any cell to see where its number comes from.** {prose.why(step.prose)}")
    frozen = FROZEN.get(step.topic, "") if step.layer and walk.layer(step.layer).frozen_bias else ""
    return " ".join(filter(None, [_of_the_layer(walk, step, prose.why, prose.again), frozen]))


def look_at(walk, step, covered=False):
    """What to look at; where an earlier layer had the step, what is new in it, but no number while it is covered."""
    return not covered and looked_again(walk, step) or prose.look(step.prose)


def mistake(walk, step):
    """A common mistake; where an earlier layer had the step, another one."""
    return _of_the_layer(walk, step, prose.mistake, prose.another_mistake)


def _of_the_layer(walk, step, first, further):
    """The prose of the step for its layer, its slots filled: the words of the first layer or of a further one."""
    text, slots = first(step.prose), {"parameters": f"{walk.grads.gradient.size:,}"}
    if step.layer is not None:
        if next(other for other in walk.steps if other.prose == step.prose) is not step:
            text = further(step.prose, last=step.layer == (1 if step.phase == "backward" else walk.L))
        layer = walk.layer(step.layer)
        slots |= {"l": step.layer, "below": step.layer - 1, "above": step.layer + 1, "in": layer.n_in,
                  "out": layer.n_out, "inputs": f"A^{step.layer - 1}" if step.layer > 1 else "X"}
    return fill(text, **{name: str(value) for name, value in slots.items()})


def _alt(step):
    shapes = ", ".join("{} {} by {}".format(panel.symbol.text, *panel.array.shape) for panel in step.panels)
    return f"{step.title}: {shapes}"


# The matrices

def stage(walk, look, step):
    """The matrices of the step, in one picture."""
    selection, thumbs = look.selection, walk.images is not None
    step = on_one_scale(walk, step) if look.same_scale else step
    if has_pictures(step) and as_pictures(look, step):
        return matrices.as_images(step, selection)
    if step.kind == "product":
        return matrices.product(step, selection, *corner(walk, step, look))
    if step.kind == "column_sum":
        return matrices.column_sum(step, selection, thumbs)
    marked = step.slope < SATURATED if look.marked and step.slope is not None else None
    return matrices.beside(step, selection, marked, thumbs)


def as_pictures(look, step):
    """Whether a matrix of layer 1 is shown as images: as the reader has it, else its gradient only."""
    return step.topic == "dW" if look.pictures is None else look.pictures


def corner(walk, step, look):
    """The selected example's digit and the cell's sum, for the empty corner of Falk's scheme."""
    result = step.panels[-1]
    place = ", ".join(str(n) for n in look.selection.cell(result) if n is not None)
    sums = arithmetic(step, look.selection)
    summary = f"{result.symbol.text}[{place}]<br>= <b>{plain_number(sums.value)}</b>"
    if walk.images is None:
        return None, summary, lens(step, look, sums)
    i = min(look.i, walk.m - 1)
    if sums.over.field == "i":
        summary = f"adds {plain_number(sums.terms[i] / step.scale)} to<br>{summary}"
    named = f"example {i}:{' ' if walk.kind == 'digit' else '<br>'}{with_article(walk.words[i])}"
    return walk.images[i].reshape(28, 28), f"{named}<br>{summary}", lens(step, look, sums)


def lens(step, look, sums):
    """The selected row and column as strips, with their three largest products; None where the sum is short."""
    if len(sums.terms) <= SHORT:
        return None
    (row, column), (left, right) = look.selection.cell(step.panels[-1]), step.panels[:2]
    a, b = sums.factors
    lines = [f"{plain_number(a[n], 3)} · {plain_number(b[n], 3)} = {plain_number(sums.terms[n], 3)}"
             for n in sums.largest(3)]
    names = f"{left.symbol.text}[{row}, :]", f"{right.symbol.text}[:, {column}]", "products"
    return matrices.Lens(a, b, sums.terms, names, "the three largest<br>" + "<br>".join(lines))


# The selected cell

def fields(look, step):
    """The selection by number: [{name, label, value, last}] of what decides this step's arithmetic."""
    sizes, inputs = {}, False
    for panel in step.panels:
        for axis, size in zip((panel.rows, panel.columns), panel.array.shape):
            if axis.field == "i" or axis in (step.panels[-1].rows, step.panels[-1].columns):
                sizes[axis.field], inputs = size, inputs or axis.label == "input"
    return [{"name": name, "label": "input k" if name == "k" and inputs else FIELDS[name],
             "value": min(getattr(look, name), sizes[name] - 1), "last": sizes[name] - 1}
            for name in sorted(filter(None, sizes))]


def about_the_loss(walk, step, usual_rate):
    """What is said beneath the arithmetic of a loss."""
    if step.kind != "loss":
        return ""
    if step.phase != "after":
        return measures(walk)
    return " ".join(filter(None, (turn_of_the_loss(walk), measures(walk, after=True), first_step(walk, usual_rate))))


def terms(sums, step):
    """The largest terms of a long sum as a table, [head, line, …]; empty where the arithmetic shows them all."""
    if not sums.factors or len(sums.terms) <= SHORT:
        return []
    over = f" / {step.scale:g}" if step.scale != 1 else ""
    table = [[sums.over.label, *(panel.symbol.text for panel in step.panels[:len(sums.factors)]), f"term{over}"]]
    for n in sums.largest(LARGEST_TERMS):
        numbers = [*(factor[n] for factor in sums.factors), sums.terms[n] / step.scale]
        place = f"{n} (row {n // 28}, column {n % 28})" if sums.over.label == "pixel" else str(n)
        table.append([place, *(plain_number(number, 5) for number in numbers)])
    return table


def strips(look, step, sums):
    """The selected row and column of each matrix, for tables: [{name, counts, at, and where its numbers are}].

    `name` heads the numbers, n in it counts what `counts` says, and `at` is the n that is selected, or None. The
    numbers are a row or a column, {"of": matrix, "row" or "column": …}, or the products of a sum, {"numbers": array}.
    """
    if step.kind == "product":
        left, right, *_, result = step.panels
        found = [*_strips(look, left)[:1], *_strips(look, right)[-1:]] if len(sums.terms) > 1 else []
        products = {"name": "product", "numbers": sums.terms, **_counted(look, sums.over, len(sums.terms))}
        return [*found, *[products] * bool(found), *_strips(look, result)]
    return [strip for panel in step.panels for strip in _strips(look, panel)]


def _strips(look, panel):
    """The selected row of a matrix, then its selected column, where they have more than one number."""
    (row, column), (rows, columns), name = look.selection.cell(panel), panel.array.shape, panel.symbol.text
    found = []
    if row is not None and columns > 1:
        found.append({"name": f"{name}[{row}, n]", "of": name, "row": row, **_counted(look, panel.columns, columns)})
    if column is not None and rows > 1:
        found.append({"name": f"{name}[n, {column}]", "of": name, "column": column,
                      **_counted(look, panel.rows, rows)})
    return found


def _counted(look, axis, size):
    return {"counts": axis.label, "at": look.selection.at(axis, size)}


# The small figures beside it

def details(walk, look, step, sums):
    """Return the figures of a step: of its kind, of which there is one function each."""
    return DETAILS[step.kind](walk, look, step, sums)


def _image(walk, look, step, sums):
    return [] if walk.images is None else [charts.picture(walk.images[_example(walk, look)], look.p)]


def _terms(walk, look, step, sums):
    if len(sums.terms) == 1:
        return []
    if sums.over.label == "pixel":
        return [charts.term_images(*sums.factors, sums.terms)]
    if sums.over.field == "i":
        return [charts.terms_by_example(sums.terms / step.scale, walk.words, _example(walk, look),
                                        step.panels[-1].symbol.text)]
    return [charts.terms_by_unit(sums.terms, sums.over.label, sums.bias)]


def _losses(walk, look, step, sums):
    after = walk.losses_new if step.phase == "after" else None
    bars = charts.losses_by_example(walk.losses, _example(walk, look), walk.words, after)
    return [bars] if after is None else [*_along(walk, look, step, sums), bars]


def _along(walk, look, step, sums):
    """The batch's loss along this step, and beyond it."""
    return [charts.loss_along(*walk.along, walk.learning_rate)]


def _outputs(walk, look, step, sums):
    i = _example(walk, look)
    return [charts.probabilities(walk.passed.output[i], int(walk.Y[i].argmax()), classes=walk.classes)]


def _element(walk, look, step, sums):
    if step.topic == "dA":
        return _outputs(walk, look, step, sums)
    figures = [] if walk.grads.slope[step.layer - 1] is None else [_curve(walk, look, step)]
    if step.topic == "delta" and walk.L > 2:
        figures.append(charts.delta_sizes([float(np.abs(d).mean()) for d in walk.grads.delta], step.layer))
    return figures


def _curve(walk, look, step):
    place, l = look.selection.cell(step.panels[-1]), step.layer
    name = walk.layer(l).activation
    S, A, slope = (float(array[place]) for array in (walk.passed.S[l - 1], walk.passed.A[l], walk.grads.slope[l - 1]))
    return charts.activation_curve(name, S, A, slope, ACTIVATION_NOTATION[name].curve)


def _example(walk, look):
    return min(look.i, walk.m - 1)


DETAILS = {"input": _image, "product": _terms, "column_sum": _terms, "loss": _losses, "update": _along,
           "rowwise": _outputs, "elementwise": _element}
