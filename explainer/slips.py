"""The slips that people make when they work out backpropagation by hand, each as a function that makes it.

A slip takes what is asked and yields (the value that the slip gives, what went wrong in two sentences); it yields
nothing where it cannot be made. Some come to the right value after all: whoever asks has to leave these out.
SLIPS at the end says at which quantities each can be made.
"""
from dataclasses import dataclass
from typing import Callable

import numpy as np

from mlp_core import ACTIVATIONS, batch_loss, forward

from .notation import ACTIVATION_NOTATION
from .numbers import plain_number as n

UPDATES = ("W_new", "b_new", "change_W", "change_b")
PER_EXAMPLE = {"half_squared_error": .5, "squared_error": 1.0}     # the factor of a squared difference


def _list(values):
    return ", ".join(n(value) for value in values)


def sign(a):
    if a.kind in UPDATES:
        old, gradient = a.old
        yield a.updated_by(-gradient), (
            f"You went up the slope, by +α times {n(gradient)}. The step goes against the gradient, so that the loss "
            "falls: what is added is −α times it.")
    elif a.kind == "A" and a.f == "sigmoid":
        s = a.of("S")[a.row, a.column]
        side = "above" if s > 0 else "below"
        yield 1 - a.value, (f"The minus in $e^{{-S}}$ is missing: with S = {n(s)} the exponent is {n(-s)}. "
                            f"A sum {side} 0 gives an output {side} ½.")
    elif a.kind in ("S", "dW", "db") or a.kind in ("dA", "delta") and not a.is_output:
        side = "positive" if a.value > 0 else "negative"
        yield -a.value, (f"The size is right, the sign is not: {a.name} is {side}. Go through the signs of the factors "
                         "one by one.")


def target_minus_output(a):
    if a.is_output:
        output, target = a.walk.passed.output[a.row, a.column], a.walk.Y[a.row, a.column]
        yield -a.value, (f"You took the target minus the output, {n(target)} − {n(output)}. The slope of the loss is "
                         "the output minus the target: positive where the output is too high.")


def transposed(a):
    if a.kind == "S" and a.W.shape[0] == a.W.shape[1]:
        bias = 0 if a.b is None else a.b[a.column]
        yield a.below[a.row] @ a.W[a.column] + bias, _row_for_column(a, a.layer, a.W, "column", "row")
    if a.kind == "dA" and not a.is_output:
        W, delta = a.above
        if W.shape[0] == W.shape[1]:
            yield delta @ W[:, a.column], _row_for_column(a, a.layer + 1, W, "row", "column")
    if a.kind in ("dW", "W_new", "change_W") and a.column < a.W.shape[0] and a.row < a.W.shape[1]:
        other = a.of("dW")[a.column, a.row]
        told = (f"This is the gradient of the weight from unit {a.column} to unit {a.row}, {n(other)}. Here the weight "
                f"goes from unit {a.row} to unit {a.column}: the row is where it comes from.")
        yield (other if a.kind == "dW" else a.updated_by(other)), told


def _row_for_column(a, layer, W, right, wrong):
    lines = {"row": W[a.column], "column": W[:, a.column]}
    return (f"You took {wrong} {a.column} of {a.text('W', layer)}: {_list(lines[wrong])}. What belongs to this unit is "
            f"{right} {a.column}: {_list(lines[right])}.")


def missing_slope(a):
    if a.kind == "dA" and not a.is_output and a.walk.grads.dA[a.layer] is not None:
        W, delta = a.above
        above = a.walk.grads.dA[a.layer][a.row]
        yield above @ W[a.column], (
            f"You sent {a.text('dA', a.layer + 1)} = {_list(above)} back. What goes back is "
            f"{a.text('delta', a.layer + 1)} = {_list(delta)}, which has the slope f′(S) in it.")
    if a.kind == "dA" or a.of("dA") is None:
        return
    dA, slope = a.of("dA"), a.of("slope")
    told = (f"The slope f′({a.text('S')}) is missing: you went on with {a.text('dA')} itself. δ is {a.text('dA')} "
            "times the slope, here ")
    if a.kind == "delta":
        yield dA[a.row, a.column], f"{told}{n(slope[a.row, a.column])}."
    else:
        factor = a.below[:, a.row] if a.kind == "dW" else np.ones(a.walk.m)
        yield factor @ dA[:, a.column] / a.walk.divisor, f"{told}{_list(slope[:, a.column])}."


def _times_dA(a, slope):
    """The slope itself, or δ made with it."""
    return slope if a.kind == "slope" else a.of("dA")[a.row, a.column] * slope


def slope_at_output(a):
    if a.of("slope") is not None:
        A = a.walk.passed.A[a.layer][a.row:a.row + 1, a.column:a.column + 1]
        f = ACTIVATIONS[a.f]
        yield _times_dA(a, float(f.slope(A, f.function(A)).item())), (
            f"You took the slope f′ at the output A = {n(A.item())}. It is taken at the sum, "
            f"S = {n(a.of('S')[a.row, a.column])}.")


def slope_of_sum(a):
    if a.of("slope") is not None and "<A>" in ACTIVATION_NOTATION[a.f].slope_code:
        S = a.of("S")[a.row:a.row + 1, a.column:a.column + 1]
        yield _times_dA(a, float(ACTIVATIONS[a.f].slope(S, S).item())), (
            f"You put the sum S = {n(S.item())} where the formula of f′ has the output. With "
            f"A = {n(a.walk.passed.A[a.layer][a.row, a.column])} it gives f′(S).")


def part_of_slope(a):
    if a.f == "sigmoid":
        A = float(a.walk.passed.A[a.layer][a.row, a.column])
        told = f"The slope of σ is a product of two: A = {n(A)} and 1 − A = {n(1 - A)}. You took one of them."
        yield _times_dA(a, A), told
        yield _times_dA(a, 1 - A), told


def updated_weights(a):
    if not a.is_output:
        record, after = _as_one_goes(a.walk)
        above = "the layer above" if a.layer is None else f"layer {a.layer + 1}"
        told = (f"You used the weights of {above} after their update. Every gradient is taken at the weights as they "
                "were: first the whole way back, then all updates.")
        if a.kind == "E_new":
            yield batch_loss(after, forward(after, a.walk.passed.A[0]), a.walk.Y), told
        elif a.kind in UPDATES:
            yield a.updated_by(_cell(a, record["dW" if "W" in a.kind else "db"][a.layer])), told
        else:
            yield _cell(a, record[a.kind][a.layer]), told


def _cell(a, array):
    return float(array[a.column] if array.ndim == 1 else array[a.row, a.column])


def _as_one_goes(walk):
    """Return ({quantity: {layer: array}}, the network afterwards) where each layer is updated before the one below."""
    network, record = walk.before.copy(), {"dA": {}, "delta": {}, "dW": {}, "db": {}}
    for l in range(walk.L, 0, -1):
        layer, dA, delta = network.layers[l - 1], walk.grads.dA[l - 1], walk.grads.delta[l - 1]
        if l < walk.L:
            dA = record["delta"][l + 1] @ network.layers[l].W.T
            delta = dA * walk.grads.slope[l - 1]
        dW, db = walk.passed.A[l - 1].T @ delta / walk.divisor, delta.sum(axis=0) / walk.divisor
        layer.W -= walk.learning_rate * dW
        if layer.b is not None and not layer.frozen_bias:
            layer.b -= walk.learning_rate * db
        for name, array in (("dA", dA), ("delta", delta), ("dW", dW), ("db", db)):
            record[name][l] = array
    return record, network


def _reduced(a, factor):
    """The value where the sum over the batch is so many times what is right."""
    return a.updated_by(factor * a.old[1]) if a.kind in UPDATES else factor * a.value


def m_forgotten(a):
    if a.walk.divisor > 1:
        yield _reduced(a, a.walk.m), (f"This is the sum over the {a.walk.m} examples. This network takes their mean: "
                                      f"divide by m = {a.walk.m}.")


def m_too_often(a):
    if a.walk.m > 1:
        often, asked = (" twice", "mean") if a.walk.divisor > 1 else ("", "sum")
        yield _reduced(a, 1 / a.walk.m), (f"You divided by m = {a.walk.m}{often}. This network takes the {asked} over "
                                          "the examples.")


def half_forgotten(a):
    if a.walk.before.loss == "half_squared_error":
        yield 2 * a.value, ("The ½ in front of the squares is missing. It is there so that the slope is "
                            "output − target, without a 2.")


def half_twice(a):
    if a.walk.before.loss == "half_squared_error":
        yield a.value / 2, "You halved twice. E is ½ times the sum of the squares, once."


def two_of_the_square(a):
    if a.is_output and a.walk.before.loss == "half_squared_error":
        yield 2 * a.value, ("You kept the 2 that the square brings down. The ½ of the loss cancels it: what is left is "
                            "output − target.")
        yield a.value / 2, ("You kept the ½ of the loss. The 2 that the square brings down cancels it: what is left is "
                            "output − target.")


def missing_bias(a):
    if a.b is not None:
        yield a.value - a.b[a.column], (f"The bias is missing: {a.text('b')}[{a.column}] = {n(a.b[a.column])}. It is "
                                        "added to the sum of the products.")


def other_unit(a):
    """A factor of another unit: the order of the factors, or the δ of a neighbour."""
    if a.kind == "S" and len(a.W) > 1:
        yield a.below[a.row, ::-1] @ a.W[:, a.column] + (0 if a.b is None else a.b[a.column]), (
            "Outputs and weights are paired the wrong way round. Each of "
            f"{_list(a.below[a.row])} goes with the weight in the same place of {_list(a.W[:, a.column])}.")
    if a.kind == "dA" and not a.is_output:
        W, delta = a.above
        if len(delta) > 1:
            yield delta[::-1] @ W[a.column], (
                f"Each δ of the layer above goes with the weight to its own unit. The δ are {_list(delta)}, the "
                f"weights in the same order {_list(W[a.column])}.")
    if a.kind == "delta" and a.of("dA") is not None:
        dA, slope = a.of("dA")[a.row], a.of("slope")[a.row]
        for j in _others(a.column, len(dA)):
            for value in (dA[a.column] * slope[j], dA[j] * slope[a.column]):
                yield value, (f"One factor belongs to unit {j}. Both are of unit {a.column}: {n(dA[a.column])} and "
                              f"{n(slope[a.column])}.")
    if a.kind in ("dW", "db"):
        gradient, row = np.atleast_2d(a.of(a.kind)), a.row if a.kind == "dW" else 0
        for j in _others(a.column, gradient.shape[1]):
            yield gradient[row, j], (f"You took the δ of unit {j}. The gradient of unit {a.column} needs its own: "
                                     f"{_list(a.of('delta')[:, a.column])}.")
        for k in _others(row, len(gradient)):
            yield gradient[k, a.column], (f"You multiplied by the output of unit {k} below. This weight comes from "
                                          f"unit {row}: {_list(a.below[:, row])}.")


def _others(this, count):
    return [unit for unit in range(count) if unit != this]


def alpha_forgotten(a):
    yield a.updated_by(a.old[1] / a.walk.learning_rate), (
        f"α is missing: you took the whole gradient, {n(a.old[1])}. The step is α = {n(a.walk.learning_rate)} times "
        "that.")


def unmoved(a):
    yield a.old[0], (f"This is the number before the step. The step adds −α times the gradient "
                     f"{n(a.old[1])}, with α = {n(a.walk.learning_rate)}.")


def one_term(a):
    terms, told, bias = _terms(a)
    if len(terms) < 2:
        return
    for term in terms:
        yield term, told
        if bias:
            yield term + bias, told


def _terms(a):
    """Return (what is summed, what to say of one alone, the bias that goes with it)."""
    walk = a.walk
    if a.kind == "S":
        terms, over = a.below[a.row] * a.W[:, a.column], "unit below"
        return terms, _only(terms, over), 0 if a.b is None else a.b[a.column]
    if a.kind == "dA" and not a.is_output:
        W, delta = a.above
        terms = delta * W[a.column]
        return terms, _only(terms, "unit above that this one goes to"), 0
    if a.kind in ("dW", "db"):
        factor = a.below[:, a.row] if a.kind == "dW" else 1
        terms = factor * a.of("delta")[:, a.column] / walk.divisor
        return terms, _only(terms, "example"), 0
    if a.kind in ("E", "E_i") and walk.before.loss in PER_EXAMPLE:
        squares = PER_EXAMPLE[walk.before.loss] * (walk.passed.output - walk.Y) ** 2
        if a.kind == "E" and walk.m > 1:
            return walk.losses / walk.divisor, _only(walk.losses / walk.divisor, "example"), 0
        return squares[a.row], _only(squares[a.row], "output"), 0
    return (), "", 0


def _only(terms, over):
    return f"This is one term of a sum. There is one for every {over}: {_list(terms)}."


def own_weights(a):
    if a.is_output:
        return
    W, delta = a.above
    mine = a.W[:, a.column]
    told = (f"You used the weights into this unit, {_list(mine)}. What comes back to it comes through the weights that "
            f"leave it: {_list(W[a.column])}.")
    values = [delta @ mine] if len(delta) == len(mine) else [delta[0] * w for w in mine] if len(delta) == 1 else []
    for value in values:
        yield value * (a.of("slope")[a.row, a.column] if a.kind == "delta" else 1), told


def cancelled(a):
    """Differences that are added before they are squared, or never squared."""
    if a.walk.before.loss not in PER_EXAMPLE:
        return
    c, off = PER_EXAMPLE[a.walk.before.loss], a.walk.passed.output - a.walk.Y
    off = (off if a.kind == "E" else off[a.row]).ravel()
    divisor = a.walk.divisor if a.kind == "E" else 1
    if len(off) > 1:
        yield c * off.sum() ** 2 / divisor, (f"You added the differences {_list(off)} before squaring, so they cancel. "
                                             "Square each one, then add.")
    told = f"The differences {_list(off)} are not squared. Square each one, then add."
    yield c * off.sum() / divisor, told
    yield c * abs(off).sum() / divisor, told


def missing_activation(a):
    if a.kind == "A":
        s, name = a.of("S")[a.row, a.column], ACTIVATION_NOTATION[a.f].name
        yield s, f"This is the sum S = {n(s)} itself. The output is A = f(S), here with f = {name}."
    elif a.layer > 1:
        S = a.walk.passed.S[a.layer - 2]
        told = (f"You used the sums {a.text('S', a.layer - 1)} of the layer below. What it hands on are its outputs "
                f"{a.text('A', a.layer - 1)} = f({a.text('S', a.layer - 1)}).")
        if a.kind == "S":
            yield S[a.row] @ a.W[:, a.column] + (0 if a.b is None else a.b[a.column]), told
        else:
            yield S[:, a.row] @ a.of("delta")[:, a.column] / a.walk.divisor, told


def averaged_first(a):
    if a.walk.m > 1:
        A, delta = a.below[:, a.row], a.of("delta")[:, a.column]
        yield A.mean() * delta.sum() / a.walk.divisor, (
            f"You averaged the outputs {_list(A)} before multiplying. Each example multiplies its own output by its "
            "own δ; then the products are added.")


@dataclass(frozen=True)
class Slip:
    title: str          # for a reader
    kinds: tuple        # at which quantities it can be made, as Asked.kind has them
    values: Callable    # Asked → [(value, two sentences)]


LOSSES_OF = ("E", "E_i", "E_new", "E_i_new")
REDUCED = ("dW", "db", "E", "E_new", *UPDATES)
SLIPS = {
    "sign": Slip("wrong sign", ("S", "A", "dA", "delta", "dW", "db", *UPDATES), sign),
    "target_minus_output": Slip("target − output", ("dA", "delta"), target_minus_output),
    "transposed": Slip("row for column", ("S", "dA", "dW", "W_new", "change_W"), transposed),
    "missing_slope": Slip("slope f′ missing", ("dA", "delta", "dW", "db"), missing_slope),
    "slope_at_output": Slip("slope at the output", ("slope", "delta"), slope_at_output),
    "slope_of_sum": Slip("sum put for the output", ("slope", "delta"), slope_of_sum),
    "part_of_slope": Slip("half of the slope", ("slope", "delta"), part_of_slope),
    "updated_weights": Slip("updated weights used", ("dA", "delta", "dW", "db", *UPDATES, "E_new"), updated_weights),
    "m_forgotten": Slip("1/m missing", REDUCED, m_forgotten),
    "m_too_often": Slip("1/m too often", REDUCED, m_too_often),
    "half_forgotten": Slip("½ missing", LOSSES_OF, half_forgotten),
    "half_twice": Slip("½ twice", LOSSES_OF, half_twice),
    "two_of_the_square": Slip("2 or ½ kept", ("dA", "delta"), two_of_the_square),
    "missing_bias": Slip("bias missing", ("S",), missing_bias),
    "other_unit": Slip("factor of another unit", ("S", "dA", "delta", "dW", "db"), other_unit),
    "alpha_forgotten": Slip("α missing", UPDATES, alpha_forgotten),
    "unmoved": Slip("not moved", ("W_new", "b_new"), unmoved),
    "one_term": Slip("one term of a sum", ("S", "dA", "dW", "db", "E", "E_i"), one_term),
    "own_weights": Slip("own weights used", ("dA", "delta"), own_weights),
    "cancelled": Slip("not squared one by one", ("E", "E_i"), cancelled),
    "missing_activation": Slip("activation missing", ("A", "S", "dW"), missing_activation),
    "averaged_first": Slip("averaged too early", ("dW",), averaged_first),
}


def wrong_values(asked):
    """Return [(name of the slip, value, sentences)] of every slip that can be made here, the right value among them."""
    return [(name, float(value), told) for name, slip in SLIPS.items() if asked.kind in slip.kinds
            for value, told in slip.values(asked)]
