"""The steps of a walk, in order: one producer for each kind, which takes the Walk and returns a Step.

A Step only points at the arrays of the walk's records. Layers are numbered from 1.
"""
import re
from dataclasses import replace

import numpy as np

from mlp_core.activations import ACTIVATIONS
from mlp_core.losses import LOSSES

from . import quantities as q
from .notation import ACTIVATION_NOTATION, LOSS_NOTATION, fill
from .step import Axis, Step

SATURATED = 0.02    # a slope below this lets hardly anything of ∂E/∂A through


def every_step(walk):
    """Yield the steps: forward, the loss, backward from the last layer, the updates, the new loss."""
    yield batch(walk)
    for l in range(1, walk.L + 1):
        yield weighted_sum(walk, l)
        yield activation(walk, l)
    yield loss(walk)
    for l in range(walk.L, 0, -1):
        yield from backward_steps(walk, l)
    for l in range(1, walk.L + 1):
        yield update(walk, l, "W")
        if walk.grads.change_b[l - 1] is not None:
            yield update(walk, l, "b")
    yield loss(walk, after=True)


def backward_steps(walk, l):
    if walk.grads.dA[l - 1] is None:
        yield delta_at_once(walk)
    else:
        yield slope_at_the_output(walk) if l == walk.L else slope_sent_back(walk, l)
        yield delta(walk, l)
    yield weight_gradient(walk, l)
    if walk.layer(l).b is not None:
        yield bias_gradient(walk, l)


def batch(walk):
    X, Y = q.inputs(walk), q.targets(walk)
    if walk.images is None:
        values = np.array2string(X.array, separator=", ", floatmode="unique")
        code, operands, words = f"X = np.array({values})", {}, "X_example"
    else:
        code, operands, words = f"X = images.astype(np.{X.array.dtype}) / 255", {"images": walk.images}, "X"
    return Step("X", "forward", None, "input", "X", "The batch as a matrix",
                (X, r"\quad\text{with its targets}\quad", Y),
                code, operands, X.array, (Y, X), words, "X")


def weighted_sum(walk, l):
    left, W, S = q.outputs(walk, l - 1, "k"), q.parameters(walk, l, "W"), q.sums(walk, l)
    bias = [] if walk.layer(l).b is None else [q.parameters(walk, l, "b")]
    operands = {left.name: left.array, W.name: W.array} | {b.name: walk.layer(l).b for b in bias}
    return Step(S.name, "forward", l, "product", f"S{l}", f"Weighted sum of layer {l}",
                (S, "=", left, r"\cdot", W, *(part for b in bias for part in ("+", b))),
                f"{S.name} = {left.name} @ {W.name}" + "".join(f" + {b.name}" for b in bias), operands, S.array,
                (left, W, *bias, S), "S", "S")


def activation(walk, l):
    S, A, f = q.sums(walk, l), q.outputs(walk, l), walk.layer(l).activation
    notation, slope = ACTIVATION_NOTATION[f], walk.grads.slope[l - 1]
    return Step(A.name, "forward", l, "elementwise" if ACTIVATIONS[f].slope else "rowwise", f"A{l}",
                f"Output of layer {l}: {notation.name}", (A, "=", notation.function + r"\big(", S, r"\big)"),
                f"{A.name} = {fill(notation.code, S=S.name)}", {S.name: S.array}, A.array, (S, A), f"A_{f}", "A",
                fill(notation.latex, S=f"<{S.name}>"), slope=_where_it_saturates(f, slope))


def _where_it_saturates(f, slope):
    """f′(S), or None for an activation whose slope is never near 0."""
    return slope if ACTIVATIONS[f].slopes[0] < SATURATED else None


def loss(walk, after=False):
    """The loss of the batch, before the update or after it: by the logits where the core takes it from them."""
    notation, mean = LOSS_NOTATION[walk.before.loss], walk.before.reduction == "mean"
    A, S = q.outputs(walk, walk.L, after=after), q.sums(walk, walk.L, after)
    Y, e = q.targets(walk), q.losses(walk, after)
    used = S if LOSSES[walk.before.loss].by == "S" else A
    key, E, phase, total = ("E_new", "E'", "after", walk.E_new) if after else ("E", "E", "loss", walk.E)
    title = "The loss after the step" if after else f"The loss: {notation.name}"
    code = fill(notation.code, A=A.name, Y="Y", S=S.name) + (".mean()" if mean else ".sum()")
    return Step(key, phase, None, "loss", E, title,
                (f"{E} =", *_equation(fill(notation.latex, m=r"\tfrac1m\," if mean else ""), A=A, Y=Y)),
                f"{key} = {code}", {used.name: used.array, "Y": walk.Y}, total, (A, Y, e),
                "E_new" if after else f"E_{walk.before.loss}", key, notation.squares, walk.divisor,
                undrawn=() if used is A else (S,))


def _equation(template, **matrices):
    """Split a template at its slots and put the matrices there."""
    parts = re.split("<(" + "|".join(matrices) + ")>", template)
    return [matrices.get(part, part) for part in parts if part]


def slope_at_the_output(walk):
    A, Y, dA = q.outputs(walk, walk.L), q.targets(walk), q.output_slopes(walk, walk.L)
    notation = LOSS_NOTATION[walk.before.loss]
    tall = notation.slope_latex.replace("(", r"\big(").replace(")", r"\big)")   # around symbols with their shapes
    return Step(dA.name, "backward", walk.L, "elementwise", f"∂A{walk.L}", "Slope of the loss by the outputs",
                (dA, "=", *_equation(tall, A=A, Y=Y)), f"{dA.name} = {fill(notation.slope_code, A=A.name, Y='Y')}",
                {A.name: A.array, "Y": walk.Y}, dA.array, (A, Y, dA), "dA_output", "dA",
                fill(notation.slope_latex, A=f"<{A.name}>", Y="<Y>"))


def slope_sent_back(walk, l):
    delta, dA, W = q.deltas(walk, l + 1, None), q.output_slopes(walk, l), q.parameters(walk, l + 1, "W")
    WT = W.transposed(Axis(None, f"unit of layer {l + 1}"), q.units(walk, l))
    return Step(dA.name, "backward", l, "product", f"∂A{l}", f"Slope of the loss by the outputs of layer {l}",
                (dA, "=", delta, r"\cdot", WT), f"{dA.name} = {delta.name} @ {WT.name}",
                {delta.name: delta.array, W.name: W.array}, dA.array, (delta, WT, dA), "dA_hidden", "dA")


def delta(walk, l):
    dA, slope, delta = q.output_slopes(walk, l), q.slopes(walk, l), q.deltas(walk, l)
    A, S = q.outputs(walk, l), q.sums(walk, l)
    f = walk.layer(l).activation
    notation = ACTIVATION_NOTATION[f]
    used = [of for of, slot in ((A, "<A>"), (S, "<S>")) if slot in notation.slope_code]
    return Step(delta.name, "backward", l, "elementwise", f"δ{l}", f"δ of layer {l}: slope of the loss by the sums",
                (delta, "=", dA, r"\odot", slope),
                f"{delta.name} = {dA.name} * ({fill(notation.slope_code, A=A.name, S=S.name)})",
                {of.name: of.array for of in (dA, *used)}, delta.array, (dA, slope, delta), "delta", "delta",
                rf"<{dA.name}> \cdot " + fill(notation.slope_latex, A=f"<{A.name}>", S=f"<{S.name}>"),
                undrawn=tuple(used), slope=_where_it_saturates(f, slope.array))


def delta_at_once(walk):
    A, Y, delta = q.outputs(walk, walk.L), q.targets(walk), q.deltas(walk, walk.L)
    return Step(delta.name, "backward", walk.L, "elementwise", f"δ{walk.L}",
                f"δ of layer {walk.L}: softmax and cross-entropy at once", (delta, "=", A, "-", Y),
                f"{delta.name} = {A.name} - Y", {A.name: A.array, "Y": walk.Y}, delta.array, (A, Y, delta),
                "delta_softmax", "delta", f"<{A.name}> - <Y>")


def _over_m(walk):
    """(LaTeX before a sum, NumPy after it) where the batch's mean is taken."""
    return (r"\tfrac1m\,", f" / {walk.m}") if walk.before.reduction == "mean" else ("", "")


def weight_gradient(walk, l):
    below, delta, dW = q.outputs(walk, l - 1), q.deltas(walk, l), q.gradients(walk, l, "W")
    left, (before, behind) = below.transposed(q.units(walk, l - 1, "k"), q.EXAMPLE), _over_m(walk)
    return Step(dW.name, "backward", l, "product", f"∇W{l}", f"Gradient of the weights of layer {l}",
                (dW, "=", before, left, r"\cdot", delta), f"{dW.name} = {left.name} @ {delta.name}{behind}",
                {below.name: below.array, delta.name: delta.array}, dW.array, (left, delta, dW), "dW", "dW",
                scale=walk.divisor)


def bias_gradient(walk, l):
    delta, db, (before, behind) = q.deltas(walk, l), q.gradients(walk, l, "b"), _over_m(walk)
    return Step(db.name, "backward", l, "column_sum", f"∇b{l}", f"Gradient of the biases of layer {l}",
                (db, "=", before + r"\textstyle\sum_i", delta), f"{db.name} = {delta.name}.sum(axis=0){behind}",
                {delta.name: delta.array}, walk.grads.db[l - 1], (delta, db), "db", "db", scale=walk.divisor)


def update(walk, l, which):
    """W or b of layer l, `which` being "W" or "b": before, what is added, after."""
    old, gradient = q.parameters(walk, l, which), q.gradients(walk, l, which)
    added = (walk.grads.change_W if which == "W" else walk.grads.change_b)[l - 1]
    result = getattr(walk.after.layers[l - 1], which)
    change = replace(old, name=f"change_{old.name}", symbol=gradient.symbol.changed, array=np.atleast_2d(added),
                     role="gradient")
    new = replace(old, name=f"{old.name}_new", symbol=old.symbol.renewed, array=np.atleast_2d(result))
    operands = {old.name: getattr(walk.layer(l), which), "learning_rate": walk.learning_rate,
                gradient.name: (walk.grads.dW if which == "W" else walk.grads.db)[l - 1]}
    return Step(new.name, "update", l, "update", f"{which}{l}'",
                f"Update of the {'weights' if which == 'W' else 'biases'} of layer {l}",
                (new, "=", old, r"- \alpha\,", gradient), f"{new.name} = {old.name} - learning_rate * {gradient.name}",
                operands, result, (old, change, new), f"{which}_new", f"{which}_new",
                rf"<{old.name}> + (<{change.name}>)", undrawn=(gradient,))
