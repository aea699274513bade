"""What is asked on the way forward: a shape, a slope, softmax, and what an error costs."""
import numpy as np

from mlp_core.activations import ACTIVATIONS
from mlp_core.losses import LOSSES

from ..notation import ACTIVATION_NOTATION, fill
from .card import ask, near, told_apart
from .place import cell_name, factor, name, number, peak, shape, signed

FLAT = 0.001        # a slope below it is not told from another


def shape_of_the_sums(at):
    """The shape of S¹."""
    m, below, units = at.m, *at.walk.layer(at.l).W.shape
    S, X, W = name("S", at.l), name("X") if at.l == 1 else name("A", at.l - 1), name("W", at.l)
    rows = f"{m} examples are the rows, as in {X}" if m > 1 else f"The one example is the one row, as in {X}"
    averaged = m > 1 and (shape(1, units), "batch averaged",
                          f"One row would be one average example. Each of the {m} examples keeps a row of its own; "
                          "only gradients are added up over the batch.")
    return ask(
        f"{X} is {shape(m, below)} and {W} is {shape(below, units)}. What shape does {S} have?",
        (shape(m, units), f"{rows}, and the {units} units are the columns, as in {W}. The {below} in the middle is "
                          "summed over and is gone."),
        (shape(units, m), "order", "That is the order for examples as columns, $W X$. Here it is $X W$: rows stay "
                                   f"examples, so {m} comes first."),
        averaged or None,
        (shape(below, units), "order", f"That is the shape of {W} alone. Every row of {X} meets every column of {W}, "
                                       f"which makes {m} row{'s' * (m > 1)} of {units} numbers."),
        (shape(m, below), "order", f"That is the shape of {X} alone. Its {below} columns are what the sum runs over; "
                                   f"one number for each of the {units} units is left."),
        sees=f"The shape stands beneath {S} in the equation.")


def slope_where_it_is_flattest(at):
    """The slope at the sum with the smallest slope; not for an activation with one slope everywhere, or for softmax."""
    f = at.walk.layer(at.l).activation
    low, high = ACTIVATIONS[f].slopes
    slopes, S, A = at.walk.grads.slope[at.l - 1], at.walk.passed.S[at.l - 1], at.walk.passed.A[at.l]
    if slopes is None or low == high:
        return None
    i, j = peak(np.where(slopes == slopes.min(), S, 0))
    slope, s, a = float(slopes[i, j]), float(S[i, j]), float(A[i, j])
    if s == 0:      # where a corner may be
        return None
    notation, there = ACTIVATION_NOTATION[f], number(s)
    by, value = ("$A$", a) if "<A>" in notation.slope_code else (name("S", at.l), s)
    dA = name("dA", at.l)
    left = f"The curve is flat there, and nothing of {dA} will get through." if slope == 0 else \
        f"The curve is nearly flat there, and little of {dA} will get through." if slope < high / 4 else \
        f"That share of {dA} will get through."
    wrong = told_apart(
        slope, high - slope > FLAT and (
            high, "large error", f"{number(high)} is the largest slope of this function. At a sum of {there} it has "
                                 f"{_slope(slope)}, however large the sum or the output."),
        (_slope_at(f, a), "slope at the output", f"That is the slope at {number(a)}, which is the output. It is taken "
                                                 f"at the sum, {there}, and is {_slope(slope)}."),
        (a, "slope at the output", f"{number(a)} is the output itself. The slope says how fast the output moves with "
                                   f"its sum, and that is {_slope(slope)}."),
        (s, "slope at the output", f"{there} is the sum itself. The slope says how fast the output moves with it, and "
                                   f"that is {_slope(slope)}."))
    return ask(
        f"In {at.example(i)}, {at.unit(at.l, j)} has the sum {cell_name('S', at.l, i, j)} = {there}. How large is the "
        f"slope ${ACTIVATION_NOTATION[f].function}'(S)$ of the {notation.name} there?",
        (_slope(slope), f"Here $f' = {fill(notation.slope_latex, S='S', A='A')}$, and with {by} = {number(value)} that "
                        f"is {_slope(slope)}. {left}"),
        *(one and (_slope(one[0]), *one[1:]) for one in wrong if not one or abs(one[0] - slope) > FLAT),
        sees=f"Click {cell_name('A', at.l, i, j)}: the tangent on the curve is its slope.")


def _slope(value):
    return number(value) if value == 0 or abs(value) >= FLAT else f"less than {FLAT}"


def _slope_at(f, s):
    S = np.array([[s]])
    return float(ACTIVATIONS[f].slope(S, ACTIVATIONS[f].function(S))[0, 0])


def one_sum_of_softmax(at):
    """What the other outputs of a row do when one sum rises; for softmax only."""
    f = at.walk.layer(at.l).activation
    if ACTIVATIONS[f].slope is not None:
        return None
    S = np.array(at.walk.passed.S[at.l - 1][at.i:at.i + 1], np.float64)
    j = int(at.walk.Y[at.i].argmax())
    raised = S.copy()
    raised[0, j] += 1
    before, after = (ACTIVATIONS[f].function(sums)[0] for sums in (S, raised))
    others = np.delete(np.arange(before.size), j)
    rival = int(others[before[others].argmax()])
    if after[j] - before[j] < FLAT or before[rival] - after[rival] < FLAT:
        return None
    one, other = (f"from {number(before[n])} to {number(after[n])}" for n in (j, rival))
    return ask(
        f"Suppose the sum {cell_name('S', at.l, at.i, j)} of {at.example(at.i)} were larger by 1, and all other sums "
        "stayed as they are. What would its row of outputs do?",
        (f"Output {j} rises, the others fall", f"Output {j} would go {one}. The row has to add up to 1, so the others "
                                               f"give way: output {rival} would go {other}."),
        (f"Only output {j} rises", "cell by cell", "That is how the sigmoid works. Softmax divides by the sum over the "
                                                   f"row, so output {rival} would go {other} although its own sum "
                                                   "stays."),
        ("All outputs rise", "cell by cell", f"They cannot all rise, because the row adds up to 1. Output {j} would go "
                                             f"{one}, and {others.size} others would fall."),
        sees=f"Row {at.i} of {name('A', at.l)} adds up to 1.")


# The loss

def what_errors_cost(at):
    """What an error above and one below the target add to a squared loss."""
    if LOSSES[at.walk.before.loss].by != "A":
        return None
    errors = at.walk.passed.output.astype(np.float64) - at.walk.Y
    both = np.minimum(errors.max(axis=1), -errors.min(axis=1))
    i = at.i if both[at.i] > both.max() / 3 else int(both.argmax())
    if both[i] < FLAT:
        return _what_one_error_costs(at, errors)
    high, low = int(errors[i].argmax()), int(errors[i].argmin())
    up, down, half = errors[i, high], errors[i, low], _factor(at)
    right, squares = half * (up ** 2 + down ** 2), f"{number(up, 2)}² + {factor(down, 2)}²"
    squares = rf"$\tfrac12$·({squares})" if half == .5 else squares
    wrong = told_apart(
        right,
        (half * (up + down) ** 2, "cancelling", f"Added first, {signed(up, 2)} and {signed(down, 2)} would cancel, "
         f"at least in part. Each error is squared by itself, so both cost: {number(right, 2)} together."),
        (half * down ** 2, "which outputs count", f"That counts only {at.unit(at.L, low)}, which is too low. Every "
                                                  "output "
         f"has a target, and {signed(up, 2)} at {at.unit(at.L, high)} costs too."),
        (right / half, "sum or mean", f"That leaves out the $\\tfrac12$ of this loss, and {number(right, 2)} is half "
         "of it. Such a factor changes every gradient, and with the same α every step."))
    return ask(
        f"In {at.example(i)}, two outputs miss their targets by $A - Y$ = {signed(up, 2)} ({at.unit(at.L, high)}) and "
        f"{signed(down, 2)} ({at.unit(at.L, low)}). What do these two add to the loss?",
        (number(right, 2), f"Squared, both count: {squares} = {number(right, 2)}. An output that is too low costs as "
                           "much as one that is too high by the same amount."),
        *(one and (number(one[0], 2), *one[1:]) for one in wrong),
        sees=f"The arithmetic of {at.example(i)} squares every error.")


def _what_one_error_costs(at, errors):
    i = at.i
    j = int(np.abs(errors[i]).argmax())
    e, half = errors[i, j], _factor(at)
    A, Y, right = at.walk.passed.output[i, j], at.walk.Y[i, j], half * errors[i, j] ** 2
    if abs(e) < FLAT:
        return None
    wrong = told_apart(
        right,
        (e, "cancelling", "That is the error $A - Y$ with its sign. The loss squares it, so that no error can cancel "
                          f"another: {number(right)}."),
        (e ** 2, "sum or mean", f"That leaves out the $\\tfrac12$ of this loss, and {number(right)} is half of it. "
                                "Such a factor changes every gradient, and with the same α every step."))
    return ask(
        f"In {at.example(i)}, {at.unit(at.L, j)} gives {number(A)}, and its target is {number(Y)}. What does it add to "
        "the loss?",
        (number(right), f"The error is {number(A)} − {factor(Y)} = {number(e)}. "
                        f"Squared{' and halved' if half == .5 else ''} it is {number(right)}, whatever its sign."),
        *(one and (number(one[0]), *one[1:]) for one in wrong),
        sees="The arithmetic squares the error.")


def _factor(at):
    """What a squared error is multiplied by in this loss: ½ or 1."""
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    return float(LOSSES[at.walk.before.loss].per_example(one, one, zero)[0])


def what_a_probability_costs(at):
    """The cross-entropy of an example from the probability of its true class."""
    if LOSSES[at.walk.before.loss].by != "S":
        return None
    A, losses = at.walk.passed.output.astype(np.float64), at.walk.losses
    true = A[np.arange(at.m), at.walk.Y.argmax(axis=1)]
    fit = (true > 1e-6) & (true < .9)
    if not fit.any():
        return None
    i = at.i if fit[at.i] else int(np.where(fit, true, 0).argmax())
    t, p, right, n = int(at.walk.Y[i].argmax()), true[i], float(losses[i]), A.shape[1]
    spread = -np.log(A[i]).sum() if (A[i] > 1e-30).all() else None
    wrong = told_apart(
        right,
        (1 - p, "loss is the error", f"1 − {number(p)} is how far the probability is from 1. The loss is its logarithm "
                                    f"with the sign turned, {number(right)}, which grows without limit as the "
                                    "probability falls."),
        spread and (spread, "which outputs count", f"That adds −ln A over all {n} outputs. The targets are 0 but for "
                                                   f"{t}, so "
                                            f"one term is left: {number(right)}."))
    if near(1 / n, p):
        compare = f"about what {n} equal outputs would have, ln {n} = {number(np.log(n))}"
    else:
        compare = (f"{'more' if p < 1 / n else 'less'} than {n} equal outputs would have, ln {n} = {number(np.log(n))}")
    return ask(
        f"In {at.example(i)}, the network gives the true class a probability of {number(p)}. What is the loss of this "
        "example?",
        (number(right), f"Only the true class counts: −ln {number(p)} = {number(right)}. That is {compare}."),
        *(one and (number(one[0]), *one[1:]) for one in wrong),
        sees=f"The bar of {at.example(i)} is its loss.")
