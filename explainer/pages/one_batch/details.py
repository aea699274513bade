"""The small figures beside the arithmetic: the terms of the sum, the curve, the losses, whatever the step is about."""
import numpy as np

from explainer.figures import charts
from explainer.notation import ACTIVATION_NOTATION


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
        return [charts.terms_by_example(sums.terms / step.scale, walk.labels, _example(walk, look),
                                        step.panels[-1].symbol.text)]
    return [charts.terms_by_unit(sums.terms, sums.over.label)]


def _losses(walk, look, step, sums):
    after = walk.losses_new if step.phase == "after" else None
    bars = charts.losses_by_example(walk.losses, _example(walk, look), walk.labels, after)
    return [bars] if after is None else [*_along(walk, look, step, sums), bars]


def _along(walk, look, step, sums):
    """The batch's loss along this step, and beyond it."""
    ts = np.linspace(0, 3, 31)
    return [charts.loss_along(ts, walk.loss_along(ts), walk.learning_rate)]


def _outputs(walk, look, step, sums):
    i = _example(walk, look)
    return [charts.probabilities(walk.passed.output[i], int(walk.Y[i].argmax()))]


def _element(walk, look, step, sums):
    if step.topic == "dA":
        return _outputs(walk, look, step, sums)
    figures = [] if walk.grads.slope[step.layer - 1] is None else [_curve(walk, look, step)]
    if step.topic == "delta":
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
