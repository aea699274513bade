"""What is asked on the way back: signs, sizes, sums, and what each product is made of."""
import numpy as np

from mlp_core import backward, forward
from mlp_core.activations import ACTIVATIONS

from ..notation import LOSS_NOTATION, fill
from .card import ask, near, told_apart
from .place import about, cell_name, factor, name, number, peak, shape

CLEAR = .95         # a term is the largest where all others are below this share of it
SURE = .002         # a slope below this has no sign worth asking for


def sign_at_the_right_digit(at):
    """The sign of ∂E/∂A where the target is highest."""
    dA = at.walk.grads.dA[at.l - 1]
    if dA is None:
        return None
    i, j = _where_it_is_true(at, dA)
    slope, A, Y = float(dA[i, j]), float(at.walk.passed.output[i, j]), float(at.walk.Y[i, j])
    if abs(slope) < SURE:
        return None
    unit, formula = at.unit(at.l, j), fill(LOSS_NOTATION[at.walk.before.loss].slope_latex, A="A", Y="Y")
    signs, ways = (("Negative", "Positive"), ("lowers", "raises", "below", "should rise")) if slope < 0 else (
        ("Positive", "Negative"), ("raises", "lowers", "above", "should fall"))
    return ask(
        f"In {at.example(i)}, the target of {unit} is {number(Y)} and its output is {number(A)}. What sign does "
        f"{name('dA', at.l)} have there?",
        (signs[0], f"It is ${formula}$ = {number(slope)}: raising this output {ways[0]} the loss. It is a slope, and "
                   "the step goes against it."),
        (signs[1], "slope is a target", f"The output is {ways[2]} its target and {ways[3]}, but a slope does not say "
                                        f"where to go. Raising the output {ways[0]} the loss, so the slope is "
                                        f"{signs[0].lower()}: {number(slope)}."),
        ("Zero, if the answer is right", "accuracy follows",
         "The loss does not ask which output is the largest. Its slope would be 0 only with the output at its target, "
         f"and {number(A)} is not {number(Y)}."),
        sees=f"Find {cell_name('dA', at.l, i, j)} and the colour of its sign.")


def _where_it_is_true(at, slopes):
    """The selected example and its true class; another example, another cell where the slope there is 0."""
    true = at.walk.Y.argmax(axis=1)
    there = slopes[np.arange(at.m), true]
    if abs(there[at.i]) >= SURE:
        return at.i, int(true[at.i])
    i = int(np.abs(there).argmax())
    return (i, int(true[i])) if abs(there[i]) >= SURE else peak(slopes)


def signs_of_a_row(at):
    """Which cells of a row of the output's δ are negative, for softmax with cross-entropy."""
    if at.walk.grads.dA[at.l - 1] is not None:
        return None
    delta = at.walk.grads.delta[at.l - 1]
    i, t = _where_it_is_true(at, delta)
    A, d = float(at.walk.passed.output[i, t]), float(delta[i, t])
    if at.walk.Y[i, t] != 1 or d > -SURE or (np.delete(delta[i], t) < 0).any():
        return None
    unit = at.unit(at.l, t)
    return ask(
        f"In {at.example(i)}, the probability of {unit} is {number(A)}. Where is its row of {name('delta', at.l)} "
        "negative?",
        (f"Only at {unit}", f"There $A - Y$ = {number(A)} − 1 = {number(d)}: this sum is too low, and the step raises "
                            "it. The others have target 0, so their $A - Y$ is their probability, never below 0."),
        (f"Everywhere but at {unit}", "slope is a target",
         f"There δ is the probability, so positive: those sums are too high, and the step lowers them. At {unit} it is "
         f"{number(d)}: that sum is too low."),
        ("Nowhere", "slope is a target", f"Probabilities are never negative, but δ is $A - Y$. At {unit} it is "
                                    f"{number(A)} − 1 = {number(d)}."),
        sees=f"Row {i} of {name('delta', at.l)} adds up to 0.")


def larger_error_smaller_delta(at):
    """A cell with the larger slope ∂E/∂A and, being saturated, the smaller δ."""
    dA, slope, delta = (arrays[at.l - 1] for arrays in (at.walk.grads.dA, at.walk.grads.slope, at.walk.grads.delta))
    if dA is None or ACTIVATIONS[at.walk.layer(at.l).activation].slopes[0] == 1:
        return None
    far = peak(delta)
    saturated = (np.abs(dA) >= 1.25 * abs(dA[far])) & (np.abs(delta) <= abs(delta[far]) / 1.5)
    if not saturated.any() or abs(delta[far]) < 1e-5:
        return None
    flat = peak(np.where(saturated, dA, 0))

    def where(cell):
        return f"{at.example(cell[0])}, {at.unit(at.l, cell[1])}"

    def product(cell):
        return f"{number(dA[cell])}·{factor(slope[cell])} = {number(delta[cell])}"

    (first, second), d = sorted((flat, far)), name("delta", at.l)
    return ask(
        f"At {where(first)}, {name('dA', at.l)} = {number(dA[first])} and $f'(S)$ = {number(slope[first])}; at "
        f"{where(second)}, they are {number(dA[second])} and {number(slope[second])}. Where is {d} larger in size?",
        (f"At {where(far)}", f"{d} is the product: {product(far)} against {product(flat)}. The other cell has the "
                             "larger slope of the loss, but its activation is flatter."),
        (f"At {where(flat)}", "large error", f"Its {name('dA', at.l)} is larger, {number(dA[flat])} against "
                                             f"{number(dA[far])}. Its slope is only {number(slope[flat])}, so "
                                             f"{number(delta[flat])} is left."),
        (f"That depends on {name('W', at.l)}", "own weights",
         f"A layer’s own weights do not come into its δ, which is {name('dA', at.l)} times $f'(S)$, cell by cell. So "
         f"it is {number(delta[far])} against {number(delta[flat])}."),
        sees=f"Compare the two cells of {d}.")


def units_that_are_all_alike(at):
    """How the rows of ∇W compare where all units of the layer below give the same, as after a start at 0."""
    A, dW = at.walk.passed.A[at.l - 1], at.walk.grads.dW[at.l - 1]
    if at.l == 1 or A.shape[1] < 2 or not (A == A[:, :1]).all() or not A.any():
        return None
    W = at.walk.layer(at.l - 1).W
    if not (W == W[:, :1]).all():       # saturated outputs are alike, their units are not
        return None
    j = int(np.abs(dW[0]).argmax())
    if not abs(dW[0, j]) > 1e-30 or not (dW == dW[:1]).all():
        return None
    first, second = (f"{cell_name('dW', at.l, k, j)} = {number(dW[k, j])}" for k in (0, 1))
    below, rows = f"the {A.shape[1]} units of layer {at.l - 1}", dW.shape[0]
    return ask(
        f"All units of layer {at.l - 1} have the same weights, and so the same outputs. How do the {rows} rows of "
        f"{name('dW', at.l)} compare, one for each of these units?",
        ("All are the same", f"Row $k$ is made of the outputs of unit $k$ and of $\\delta$, so {first} and {second}. "
                             f"After the step {below} still count alike, and so it goes on."),
        ("Each is different, as each unit learns something of its own", "equal start",
         f"Nothing tells the units apart: their outputs are equal, so {first} and {second}. Only units that start with "
         "different weights can come to differ."),
        ("All are 0, as the loss is the same whatever the weights", "equal start",
         f"The loss does depend on them, as {first} says. What fails is that {below} stay copies of one."),
        sees=f"Compare the rows of {name('dW', at.l)}.")


def which_example_pulls_most(at):
    """Which example adds the largest term to a cell of ∇W."""
    if at.m < 3:
        return None
    A, delta = at.walk.passed.A[at.l - 1], at.walk.grads.delta[at.l - 1]
    k, j = _with_a_clear_first(A, delta, at.cell(at.walk.grads.dW[at.l - 1], row=at.selection.k))
    if k is None:
        return None
    terms, d, a = A[:, k] * delta[:, j], delta[:, j], A[:, k]
    first = int(np.abs(terms).argmax())

    def text(i):
        return f"{at.example(i)}, with {number(a[i])} and {number(d[i])}".capitalize()

    def wrong(i, because):
        if i == first:
            return None
        return (text(i), "large error", f"{because}, but its term is {number(a[i])}·{factor(d[i])} = "
                                        f"{number(terms[i])}. Example {first} adds {number(terms[first])}.")

    others = [(int(np.abs(d).argmax()), "No $\\delta$ here is larger in size"),
              (int(np.abs(a).argmax()), "No input here is larger in size"),
              (int(at.walk.losses.argmax()), "No loss is larger"),
              (at.i, "It is the selected example")]
    below = "X" if at.l == 1 else f"A^{at.l - 1}"
    return ask(
        f"Each example adds one term to {cell_name('dW', at.l, k, j)}: its ${below}[i, {k}]$ times its "
        f"$\\delta^{at.l}[i, {j}]$. Which of these pulls hardest?",
        (text(first), f"Its term is {number(a[first])}·{factor(d[first])} = {number(terms[first])}, the largest in "
                      f"size of all {at.m}. The product counts, not one of its factors."),
        *(wrong(i, because) for i, because in others),
        sees=f"Click {cell_name('dW', at.l, k, j)}: the longest bar is the example that pulls hardest.")


def _with_a_clear_first(A, delta, selected):
    """The cell of ∇W nearest to the selected one at which one term is clearly the largest; or (None, None)."""
    top = np.sort(np.abs(A[:, :, None] * delta[:, None, :]), axis=0)[-2:]
    k, j = np.nonzero(top[1] * CLEAR > top[0])
    if not len(k):
        return None, None
    nearest = ((j != selected[1]) * 10_000 + np.abs(k - selected[0])).argmin()
    return int(k[nearest]), int(j[nearest])


def updated_too_early(at):
    """What ∂E/∂A would be with the weights above already updated."""
    l, grads = at.l, at.walk.grads
    if l >= at.L:
        return None
    W = at.walk.layer(l + 1).W
    old, new = grads.dA[l - 1], grads.delta[l] @ at.walk.after.layers[l].W.T
    i, j = at.i, int(np.abs(new - old)[at.i].argmax())
    digits = next((d for d in (3, 4, 5, 6) if number(old[i, j], d) != number(new[i, j], d)), None)
    if digits is None or not np.isfinite(new[i, j]) or near(0, old[i, j]):
        return None
    now, then = number(old[i, j], digits), number(new[i, j], digits)
    cell, above, delta = cell_name("dA", l, i, j), name("W", l + 1), name("delta", l + 1)
    inverse = f"a matrix of {shape(*W.shape)} has no inverse" if W.shape[0] != W.shape[1] else \
        "the transpose only turns rows into columns"
    return ask(
        f"Suppose a program had updated {above} before this step. What would become of {name('dA', l)}?",
        ("It comes out wrong", f"With the updated {above}, {cell} would be {then} instead of {now}. The loss and "
                               f"{delta} belong to the old weights, so their slopes do too."),
        (f"It stays the same, as {delta} is already known", "updated weights",
         f"{delta} is known, but it is multiplied by {above}: {cell} would be {then} instead of {now}. All updates "
         "wait until all gradients are known."),
        ("It comes out better, as the new weights are better", "updated weights",
         f"{cell} would be {then} instead of {now}, the slope of neither network. New weights need a forward pass of "
         "their own first."),
        ("It stays the same, as the weights are divided out on the way back", "inverse",
         f"Nothing is divided or undone on the way back, and {inverse}. Each {delta} comes back times its weight, and "
         f"with the old weights the sum is {now}."),
        sees=f"Click {cell}: its arithmetic multiplies with the old weights.")


def what_delta_says(at):
    """What a δ of a hidden unit asks of its sum."""
    dA, slope, delta = (arrays[at.l - 1] for arrays in (at.walk.grads.dA, at.walk.grads.slope, at.walk.grads.delta))
    if dA is None:
        return None
    delta = np.where(at.walk.passed.S[at.l - 1] == 0, 0, delta)     # where a corner may be
    if not np.abs(delta).max() > 1e-30:
        return None
    cell = at.cell(delta)
    if abs(delta[cell]) < .01 * np.abs(delta).max():
        cell = peak(delta)
    i, j = cell
    d, S = float(delta[cell]), cell_name("S", at.l, i, j)
    low = d < 0
    to, other, way, high = ("rise", "fall", "falls", "low") if low else ("fall", "rise", "rises", "high")
    return ask(
        f"At {at.example(i)}, {at.unit(at.l, j)}, {name('dA', at.l)} is {number(dA[cell])} and $f'(S)$ is "
        f"{number(slope[cell])}. What does this example ask of the sum {S}?",
        (f"To {to}", f"$\\delta$ = {number(dA[cell])}·{factor(slope[cell])} = {number(d)}: the loss {way} as this sum "
                     f"rises, so the sum is too {high}. The step goes against the slope, so this example’s share makes "
                     f"it {to}."),
        (f"To {other}", "slope is a target", f"$\\delta$ = {number(d)} does not say where the sum should go, but that "
                                             f"the loss {way} as the sum rises. The step subtracts the slope."),
        (f"To become {number(d)}", "slope is a target",
         f"{number(d)} is a slope, not a target. If the sum rises by a small ε, the loss changes by {number(d)}·ε."),
        at.l < at.L and ("Nothing, as a hidden unit has no target", "own weights",
                         "It has no target, but the units above it have $\\delta$, and through their weights "
                         f"{name('dA', at.l)} = {number(dA[cell])} has come back. Times $f'(S)$ that is {number(d)}.")
        or None,
        sees=f"Look at the colour of {cell_name('delta', at.l, i, j)}.")


def batch_twice(at):
    """What ∇W or ∇b becomes if every example stands in the batch twice, by doing it."""
    walk, which = at.walk, at.key[:2]
    dW = getattr(walk.grads, which)[at.l - 1]
    cell = at.cell(dW, row=at.selection.k) if which == "dW" else (min(at.selection.j, dW.size - 1),)
    if abs(dW[cell]) < .001 * np.abs(dW).max():
        cell = peak(dW)
    X, Y = (np.concatenate([array, array]) for array in (walk.passed.A[0], walk.Y))
    twice = float(getattr(backward(walk.before, forward(walk.before, X), Y), which)[at.l - 1][cell])
    once = float(dW[cell])
    if not abs(once) > 1e-30 or abs(twice / once - (1 if at.mean else 2)) > .01:
        return None
    held = f"each of its {at.m} examples twice, {2 * at.m} rows" if at.m > 1 else "its example twice, 2 rows"
    W = cell_name(which, at.l, *cell)
    half = ("It becomes half as large", "sum or mean",
            f"More examples with the same slopes leave a mean as it is and make a sum larger. {W} "
            + (f"stays {number(once)}." if at.mean else f"goes from {number(once)} to {number(twice)}."))
    question = f"Suppose the batch held {held}. What would become of {name(which, at.l)}?"
    sees = f"{W} is {number(once)}, a {'mean' if at.mean else 'sum'} over {at.examples}."
    if at.mean:
        return ask(question,
                   ("It stays the same", f"This loss is a mean: the sum doubles, and is divided by {2 * at.m} instead "
                                         f"of {at.m}. {W} stays {number(once)}."),
                   ("It becomes twice as large", "sum or mean",
                    f"That would be so for a sum. This loss is a mean, so {W} stays {number(once)}."),
                   half, sees=sees)
    return ask(question,
               ("It becomes twice as large", f"This loss is a sum, so every example’s share is added twice: {W} goes "
                                             f"from {number(once)} to {number(twice)}. With the same α the step "
                                             "doubles too."),
               ("It stays the same", "sum or mean", f"That would be so for a mean. This loss is a sum, so {W} goes "
                                                    f"from {number(once)} to {number(twice)}."),
               half, sees=sees)


def where_the_transpose_comes_from(at):
    """Why A of the layer below stands transposed before δ."""
    A, delta, dW = at.walk.passed.A[at.l - 1], at.walk.grads.delta[at.l - 1], at.walk.grads.dW[at.l - 1]
    k, j = at.cell(dW, row=at.selection.k)
    if not np.abs(A[:, k] * delta[:, j]).max() > .02 * np.abs(A).max() * np.abs(delta).max() > 0:
        k, j = peak(dW)
    terms = A[:, k] * delta[:, j]
    i = at.i if abs(terms[at.i]) > .01 * np.abs(terms).max() else int(np.abs(terms).argmax())
    below, d, m = "X" if at.l == 1 else f"A^{at.l - 1}", name("delta", at.l), at.m
    if not terms[i]:
        return None
    of_means = float(A[:, k].mean() * delta[:, j].mean() * (1 if at.mean else m))
    averaged = None if m == 1 or near(of_means, dW[k, j]) else (
        "It averages those outputs over the batch", "batch averaged",
        f"Averages forget which output went with which $\\delta$: from means alone, {cell_name('dW', at.l, k, j)} "
        f"would be {number(of_means)} instead of {number(dW[k, j])}. Every example keeps its own product.")
    order = None if delta.shape[1] == m else (
        f"It only makes the shapes fit: $\\delta^{at.l} {below}$ would do as well", "order",
        f"{d} is {shape(*delta.shape)} and ${below}$ is {shape(*A.shape)}, so that product does not even exist. The "
        f"result needs the shape of {name('W', at.l)}, {shape(*dW.shape)}.")
    over = f"and their {'mean' if at.mean else 'sum'} over {at.examples} is the cell" if m > 1 else \
        "the whole cell, as there is one example"
    inverse = f"${below}$ is {shape(*A.shape)} and has no inverse" if A.shape[0] != A.shape[1] else \
        "it only turns rows into columns"
    return ask(
        f"Where does the transposed ${below}$ in {name('dW', at.l)} come from?",
        ("Each weight’s slope is its input times $\\delta$, example by example",
         f"{f'In example {i}' if m > 1 else 'Here'} that is {number(A[i, k])}·{factor(delta[i, j])} = "
         f"{number(terms[i])} for {cell_name('dW', at.l, k, j)}, {over}. Examples are the rows of both, so the left "
         "factor is turned."),
        ("It undoes the forward product", "inverse",
         f"A transpose undoes nothing, and {inverse}. It is the input again, because the slope of input · weight by "
         f"the weight is the input, here {number(A[i, k])}."),
        order, averaged,
        sees=f"Click {cell_name('dW', at.l, k, j)}: its terms run over {at.examples}.")


def how_much_is_left(at):
    """The mean size of this layer's δ against that of the output's."""
    sizes = [float(np.abs(delta).mean()) for delta in at.walk.grads.delta]
    last, here, layers = sizes[-1], sizes[at.l - 1], range(at.l, at.L)
    if at.l == at.L or not min(last, here) > 1e-30 or not np.isfinite(last / here):
        return None
    ratio = last / here
    if .625 < ratio < .8 or 1.25 < ratio < 1.6:
        return None
    tops = [ACTIVATIONS[at.walk.layer(l).activation].slopes[1] for l in layers]
    top, steepest = float(np.prod(tops)), max(tops)
    means = [number(at.walk.grads.slope[l - 1].mean(), 2) for l in reversed(layers)]
    slopes = f"the slopes $f'$ ({', '.join(means)} on average)" if len(means) > 1 else \
        f"the slope $f'$ ({means[0]} on average)"
    there, d, D = f"{number(last)} and {number(here)}", name("delta", at.l), name("delta", at.L)
    wrong = told_apart(
        ratio, None if top == 1 or near(top, 1) or _close(ratio, 1 / top) else
        (1 / top, "slopes alone", f"That counts only the slopes $f'$, each at most {number(steepest)}. The weights "
                                  f"come in as well: the mean sizes are {there}."),
        None if _close(ratio, 1) else
        (1, "large error", f"What is large at the output need not be large further down. On the way come {slopes} and "
                           f"the weights, and the mean sizes are {there}."),
        None if _close(ratio, 1) else
        (1 / ratio, "large error", f"It is the other way round: the mean sizes are {there}. Products with weights are "
                                    f"added up on the way, but {slopes} and the signs count too."))
    return ask(
        f"The mean size of {D} is {number(last)}. How large is that of {d}, on the same scale?",
        (_times(ratio), f"The mean sizes are {there}. On the way back come {slopes} and the weights, and both decide."),
        *(one and (_times(one[0]), *one[1:]) for one in wrong),
        sees="The small chart compares the layers.")


def _close(ratio, other):
    """Whether two factors are too much alike for a choice between them."""
    return 1 / 1.5 < ratio / other < 1.5


def _times(ratio):
    if .8 <= ratio <= 1.25:
        return "About as large"
    return f"About {about(max(ratio, 1 / ratio))} times {'smaller' if ratio > 1 else 'larger'}"


def rows_of_zeros(at):
    """How many rows of ∇W¹ are zero, for images."""
    if not at.images or at.l != 1:
        return None
    X, dW, delta = at.walk.passed.A[0], at.walk.grads.dW[0], at.walk.grads.delta[0]
    blank, zero = int((X == 0).all(axis=0).sum()), int((dW == 0).all(axis=1).sum())
    of_one, rows, units = int((X[at.i] == 0).sum()), *dW.shape
    if blank != zero or not 0 < blank < rows:
        return None
    size = number(np.abs(delta).mean(), 2)
    inked = "in any of them" if at.m > 1 else "in it"
    alone = at.m > 1 and of_one != blank and (
        f"{of_one}: the pixels without ink in example {at.i}", "one example",
        f"That is example {at.i} alone. {name('dW', 1)} adds up all {at.m} examples, and {of_one - blank} of these "
        "pixels have ink in another one.")
    where = f"all {at.m} images" if at.m > 1 else "the one image"
    return ask(
        f"How many of the {rows} rows of {name('dW', 1)} will be zero from end to end?",
        (f"{blank}: the pixels without ink in {where}",
         f"Row $p$ is made of $X[i, p]$ times $\\delta^1$, and {blank} pixels have no ink {inked}. Their "
         f"{blank * units:,} weights stay as they are in this step."),
        ("0: every weight has some share in the loss", "input forgotten",
         f"A weight acts through its input, and an input of 0 passes nothing on. {blank} pixels are 0 in {where}, so "
         "the loss does not depend on their weights."),
        (f"All {rows}: hardly anything of $\\delta$ gets down to layer 1", "slopes alone",
         f"$\\delta^1$ is {size} in size on average, which is small but not 0. The {rows - blank} rows whose pixel has "
         "ink have gradients."),
        alone or None,
        sees="Those pixels are the rims without colour in the images; “as images” switches to the rows.")


def two_inputs_one_unit(at):
    """How the gradients of two weights into one unit compare, where there are few inputs and one example."""
    if at.m > 1 or at.l != 1 or at.images:
        return None
    x, dW, (_, j) = at.walk.passed.A[0][0], at.walk.grads.dW[0], at.cell(at.walk.grads.delta[0])
    order = np.argsort(-np.abs(x), kind="stable")[:2]
    if len(order) < 2 or not (abs(dW[order, j]) > 1e-30).all() or abs(x[order[0]] / x[order[1]]) < 1.2:
        return None
    a, b = map(int, order)
    W, W2, ratio = cell_name("dW", 1, a, j), cell_name("dW", 1, b, j), abs(float(x[a] / x[b]))
    weights = abs(float(at.walk.layer(1).W[a, j] / at.walk.layer(1).W[b, j]))
    wrong = told_apart(
        ratio,
        (1, "input forgotten", f"They share the $\\delta$ of the unit, {number(at.walk.grads.delta[0][0, j])}, but "
                               "each is "
                           f"multiplied by its own input, {number(x[a])} or {number(x[b])}. Only the bias has "
                           "$\\delta$ "
                           "alone."),
        (1 / ratio, "inverse", f"Going back does not divide by the input, it multiplies by it: {number(x[a])} against "
                               f"{number(x[b])}. The larger input gives the larger slope."),
        (weights, "own weights", f"{about(weights)} is the ratio of the two weights. A weight’s own size has no share "
                                 f"in its slope; its input has, {number(x[a])} against {number(x[b])}."))
    return ask(
        f"Input {a} is {number(x[a])} and input {b} is {number(x[b])}; both go into unit {j}. How large is {W} beside "
        f"{W2}?",
        (f"{about(ratio)} times as large", f"Both are the input times the same $\\delta$: {number(dW[a, j])} and "
                                           f"{number(dW[b, j])}. So they compare as the inputs do, {number(x[a])} to "
                                           f"{number(x[b])}."),
        *(one and ("The same" if one[0] == 1 else f"{about(one[0])} times as large", *one[1:]) for one in wrong),
        sees=f"Compare the two cells of column {j}.")
