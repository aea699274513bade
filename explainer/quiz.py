"""A short test in two parallel forms: A before the walk, B after it; the same ten ideas at other places of the walk.

A row of IDEAS is an idea: what makes its question. A maker takes a Walk and the number of the form, 0 or 1, and
returns (key of the step where to look again, Asked), or None where these arrays have no clear answer. Every question
carries the numbers that it needs, so that it can be answered without the screen.
"""
from dataclasses import dataclass, field

import numpy as np

from mlp_core.activations import ACTIVATIONS
from mlp_core.losses import LOSSES

from .cards.card import Asked, ask, told_apart
from .cards.misconceptions import MISCONCEPTIONS
from .cards.place import Place, cell_name, factor, name, number, peak, shape, signed
from .notation import ACTIVATION_NOTATION
from .selection import Selection

FORMS = "AB"
BATCHES = (50, 20)      # of the questions that imagine another batch
NUDGE = .01
SMALL = 1e-6        # of a layer's largest δ: less is not asked about where another layer has more


@dataclass(frozen=True)
class Question(Asked):
    idea: str = field(kw_only=True)     # a key of IDEAS
    step: str = field(kw_only=True)     # key of the step where to look again


@np.errstate(all="ignore")      # as for the cards
def quiz(walk, form):
    """Return the Questions of a form, "A" or "B", in their order: ten wherever the walk's arrays are clear."""
    found = ((idea, IDEAS[idea](walk, FORMS.index(form))) for idea in ORDER[form])
    return tuple(Question(asked.question, asked.choices, idea=idea, step=step)
                 for idea, (step, asked) in ((idea, made) for idea, made in found if made and made[1]))


def key(walk, form):
    """Return the teacher's key of a form as Markdown: the right choice in bold, and what each other one stands for."""
    lines = [f"# Test, form {form}: the key", ""]
    for n, question in enumerate(quiz(walk, form), 1):
        lines += [f"{n}. {question.question}", ""]
        for letter, choice in zip("abcd", question.choices):
            text = f"**{choice.text}**" if choice.right else choice.text
            belief = "" if choice.right else f" *{MISCONCEPTIONS[choice.misconception].belief}*"
            lines.append(f"   * {letter}) {text}: {choice.why}{belief}")
        lines += ["", f"   Look again at: {walk.step(question.step).title}.", ""]
    return "\n".join(lines)


def _place(walk, step):
    return Place(walk, Selection(), step, None)


def _rows(m, n):
    """The examples that a form asks about: every second one, so that the forms have none in common."""
    return np.arange(n, m, 2) if m > 1 else np.arange(1)


def _largest(array, rows):
    """(row, column) of the entry largest in size among these rows."""
    row, column = peak(array[rows])
    return int(rows[row]), column


def _layer(walk, n):
    """The top layer whose gradients are not all 0, or the bottom one; None where all are."""
    alive = [l for l in range(walk.L, 0, -1) if np.abs(walk.grads.dW[l - 1]).max() > 1e-12]
    return alive[-n] if alive else None


def _nth(array, n):
    """The place of the entry that is the n-th in size from the largest, counted from 0; the first again at the end."""
    order = np.argsort(-np.abs(array), axis=None, kind="stable")
    return tuple(map(int, np.unravel_index(order[n % array.size], array.shape)))


def _numbers(right, *wrong, digits=3):
    """The arguments of `ask` for choices that are numbers: right (value, why), wrong (value, misconception, why)."""
    kept = told_apart(right[0], *wrong)
    return ((number(right[0], digits), right[1]), *(one and (number(one[0], digits), *one[1:]) for one in kept))


def shape_of_a_gradient(walk, n):
    l, batch = (walk.L, max(1, walk.L - 1))[n], BATCHES[n]
    below, units = walk.layer(l).W.shape
    W, dW = name("W", l), name("dW", l)
    return f"dW{l}", ask(
        f"Layer {l} has {units} unit{'s' * (units > 1)} and {below} inputs. A batch of {batch} examples goes through "
        f"it and back: what shape does {dW} have?",
        (shape(below, units), f"That of {W}, {shape(below, units)}, as every weight has one slope. The {batch} "
                              "examples are added up in it."),
        (shape(units, below), "order", f"That is turned round: the inputs of a layer are the rows of {W}, its units "
                                       f"the columns. An update needs {dW} in the same shape."),
        (shape(batch, units), "one example", f"That is the shape of $\\delta^{l}$, with a row for each of the {batch} "
                                             f"examples. {dW} adds them up for each of the {below * units:,} weights."),
        (shape(batch, below, units), "one example", f"That would be one matrix for each of the {batch} examples. They "
                                                    "share their weights, so their slopes are added up."))


def nudge_of_a_sum(walk, n):
    l = walk.L - (n == 0 and walk.L > 1 and np.abs(walk.grads.delta[walk.L - 2]).max() > SMALL)
    delta = walk.grads.delta[l - 1].astype(np.float64)
    delta = np.where(_steady(walk, l), delta, 0)
    signed_part = np.maximum(delta, 0) if n == 0 else np.minimum(delta, 0)
    rows = _rows(walk.m, n)
    i, j = _largest(signed_part if np.abs(signed_part[rows]).max() > 0 else delta, rows)
    d, at = delta[i, j], _place(walk, f"delta{l}")
    if not abs(d) > 1e-12:
        return None
    moved, way, other = number(abs(d) * NUDGE), *(("rises", "falls") if d > 0 else ("falls", "rises"))
    return f"delta{l}", ask(
        f"In {at.example(i)}, the sum of {at.unit(l, j)} in layer {l} has $\\delta$ = {number(d)}. What does this "
        f"example’s loss do if that sum alone gets larger by {NUDGE}?",
        (f"It {way} by about {moved}", f"$\\delta$ is the slope of the loss by this sum: {number(d)}·{NUDGE} is a "
                                       f"change of {number(d * NUDGE)}. That is why the step makes such a sum "
                                       f"{'smaller' if d > 0 else 'larger'}."),
        (f"It {other} by about {moved}", "slope is a target",
         f"A {'positive' if d > 0 else 'negative'} $\\delta$ does not ask for a {'larger' if d > 0 else 'smaller'} "
         f"sum. It is the slope: the loss {way} as the sum gets larger, here by about {moved}."),
        (f"It {way} by about {number(abs(d))}", "gradient is the step",
         f"{number(abs(d))} is the slope, the change for each unit of the sum. For {NUDGE} it is about {moved}."),
        ("Nothing, as long as no weight changes", "backpropagation moves",
         f"The loss depends on the sums, whatever made them change. With this slope it {way} by about {moved}."))


def _steady(walk, l):
    """Where a nudge of a sum leaves its activation's slope nearly as it is: not at a corner."""
    slope = ACTIVATIONS[walk.layer(l).activation].slope
    if slope is None:
        return True
    S = walk.passed.S[l - 1]
    before, after = (slope(sums, ACTIVATIONS[walk.layer(l).activation].function(sums)) for sums in (S, S + NUDGE))
    return np.abs(after - before) <= .1 * np.abs(before)


def delta_of_a_cell(walk, n):
    layers = [l for l in range(walk.L, 0, -1) if walk.grads.slope[l - 1] is not None]
    layers = [l for l in layers if np.abs(_well_sloped(walk, l)).max() > SMALL]
    if not layers:
        return _delta_of_softmax(walk, n)
    l = layers[-n]
    rows, at, f = _rows(walk.m, n), _place(walk, f"delta{l}"), walk.layer(l).activation
    i, j = _largest(_well_sloped(walk, l), rows)
    if not abs(_well_sloped(walk, l)[i, j]) > 1e-12:
        return None
    S, A, dA, slope, delta = (float(array[i, j]) for array in (
        walk.passed.S[l - 1], walk.passed.A[l], walk.grads.dA[l - 1], walk.grads.slope[l - 1], walk.grads.delta[l - 1]))
    again = np.array([[A]])
    at_output = float(ACTIVATIONS[f].slope(again, ACTIVATIONS[f].function(again))[0, 0])
    product = f"{number(dA)}·{factor(slope)} = {number(delta)}"
    return f"delta{l}", ask(
        f"In {at.example(i)}, {at.unit(l, j)} of layer {l} ({ACTIVATION_NOTATION[f].name}) has $S$ = {number(S)}, $A$ "
        f"= {number(A)} and $\\partial E_i/\\partial A$ = {number(dA)}. What is its $\\delta$?",
        *_numbers(
            (delta, f"$\\delta = \\partial E_i/\\partial A \\cdot f'(S)$, with the slope {number(slope)} at that sum. "
                    f"That is {product}."),
            (dA, "large error", f"That leaves out $f'(S)$ = {number(slope)}. The slope by the output is carried on to "
                                f"the sum: {product}."),
            (dA * at_output, "slope at the output", f"That takes the slope at the output, $f'$ of {number(A)}. It is "
                                                    f"taken at the sum, {number(S)}: {product}."),
            (dA * A, "slope at the output", f"That takes the output {number(A)} for the slope. The slope at "
                                            f"{number(S)} is {number(slope)}: {product}."),
            slope and (dA / slope, "inverse", "The chain rule multiplies by the slope and does not divide by it: "
                                              f"{product}. Nothing is undone on the way back."),
            (slope, "slope at the output", "That is $f'(S)$ alone, how the output moves with the sum. How the loss "
                                           f"moves with the output comes in as well: {product}.")))


def _well_sloped(walk, l):
    """δ where the digits of S and A tell the slope: it is not too near 0 and not at a corner; else 0."""
    return np.where((walk.grads.slope[l - 1] > 1e-4) & _steady(walk, l), walk.grads.delta[l - 1], 0)


def _delta_of_softmax(walk, n):
    rows, at = _rows(walk.m, n), _place(walk, f"delta{walk.L}")
    if LOSSES[walk.before.loss].by != "S":
        return None
    i, j = _largest(walk.grads.delta[-1], rows)
    A, Y, d = (float(array[i, j]) for array in (walk.passed.output, walk.Y, walk.grads.delta[-1]))
    if abs(d) < .002:       # A and Y would read the same
        return None
    return f"delta{walk.L}", ask(
        f"In {at.example(i)}, softmax gives {at.unit(walk.L, j)} the probability {number(A)}, and the target is "
        f"{number(Y)}. With cross-entropy, what is $\\delta$ there?",
        *_numbers(
            (d, f"Softmax and cross-entropy together have the slope $A - Y$ by the sum. That is {number(A)} − "
                f"{number(Y)} = {number(d)}."),
            (-d, "slope is a target", "That is $Y - A$, where the probability should go and not the slope. The slope "
                                      f"by the sum is $A - Y$ = {number(d)}."),
            (d * A * (1 - A), "cell by cell", "That multiplies by $A(1 - A)$ as for a sigmoid. The slope of softmax is "
                                              f"already in $A - Y$ = {number(d)}."),
            (A, "slope at the output", f"That is the output itself. The slope by the sum is $A - Y$ = {number(d)}.")))


def way_of_a_delta(walk, n):
    if walk.L == 1:
        return _delta_of_the_only_layer(walk, n)
    layers = [l for l in range(walk.L - 1, 0, -1) if np.abs(walk.after.layers[l].W - walk.layer(l + 1).W).max() > 0]
    if not layers:
        return None
    l = layers[-n]
    old, new = walk.layer(l + 1).W, walk.after.layers[l].W
    moved = np.abs(new - old) * (np.abs(old) >= .05 * np.abs(old).max())
    j, k = _nth(moved, n if len(layers) == 1 else 0)
    digits = next((d for d in (3, 4, 5, 6) if number(old[j, k], d) != number(new[j, k], d)), None)
    own, rows = walk.layer(l).W[:, j], _rows(walk.m, n)
    a, i, at = int(np.abs(own).argmax()), int(rows[0]), _place(walk, f"dA{l}")
    delta = float(walk.grads.delta[l][i, k])
    w, above = number(old[j, k], digits or 3), at.unit(l + 1, k)
    return f"dA{l}", ask(
        f"Unit {j} of layer {l} feeds {above} of layer {l + 1}, whose $\\delta$ in {at.example(i)} is {number(delta)}. "
        "By what is that $\\delta$ multiplied on its way back to the unit?",
        (f"By {w}, the weight between them before the update",
         f"On the way up the output was multiplied by {cell_name('W', l + 1, j, k)} = {w}, so the slope comes back "
         "times the same number. Updates wait until all gradients are known."),
        digits and np.isfinite(new[j, k]) and (
            f"By {number(new[j, k], digits)}, the weight between them after the update", "updated weights",
            f"{number(new[j, k], digits)} belongs to the next forward pass. This loss and this $\\delta$ come from the "
            f"old weight, {w}.") or None,
        old[j, k] and (
         f"By {number(1 / old[j, k])}, which is 1 / {factor(old[j, k])}", "inverse",
         f"Nothing is undone on the way back. A nudge of the output moves that sum {w} times as far, so the slope "
         f"comes back times {w}."),
        number(own[a]) != w and (
         f"By {number(own[a])}, a weight into the unit", "own weights",
         "The unit’s own weights lie below it and come in only further down. Between the two stands "
         f"{cell_name('W', l + 1, j, k)} = {w}."))


def _delta_of_the_only_layer(walk, n):
    i, at = int(_rows(walk.m, n)[0]), _place(walk, "delta1")
    A, d, j = walk.passed.output, walk.grads.delta[0], int(walk.Y[i].argmax())
    return "delta1", ask(
        f"The network has a single layer. Its output for {at.unit(1, j)} in {at.example(i)} is {number(A[i, j])}. "
        "Which weights does it take to get $\\delta$ there from the outputs and targets?",
        ("None of them", f"$\\delta$ comes from the output and its target, and here it is {number(d[i, j])}. Weights "
                         "come in on the way down to another layer."),
        ("Those into this unit", "own weights", "They made the sum, but $\\delta$ is the slope by that sum: "
                                                f"{number(d[i, j])}, from output and target alone."),
        ("Those into this unit, updated", "updated weights",
         f"Nothing is updated before all gradients are known. $\\delta$ = {number(d[i, j])} comes from output and "
         "target alone."))


def sum_over_examples(walk, n):
    l = _layer(walk, n)
    if l is None or walk.layer(l).b is None or walk.m < 6:
        return l and _one_example_three_times(walk, n, l)
    rows = [0, 1, 2] if n == 0 else [3, 4, 5]
    delta = walk.grads.delta[l - 1][rows].astype(np.float64)
    totals, sizes = delta.sum(axis=0), np.abs(delta).max(axis=0)
    clear = np.minimum(abs(totals), abs(totals - delta[0])) > .2 * sizes    # the sum is neither about 0 nor the first
    j = int(np.where(clear, delta.std(axis=0), -1 / (1 + sizes)).argmax())
    a, b, c = (float(f"{value:.3g}") for value in delta[:, j])      # as they are printed, so that their sum is theirs
    at, mean = _place(walk, f"db{l}"), walk.before.reduction == "mean"
    total, average = a + b + c, (a + b + c) / 3
    if not abs(total) > 1e-12:
        return None
    right, other = (average, total) if mean else (total, average)
    one, two = ("mean", "sum") if mean else ("sum", "mean")
    return f"db{l}", ask(
        f"A batch of three examples has $\\delta$ = {number(a)}, {number(b)} and {number(c)} at {at.unit(l, j)} of "
        f"layer {l}, and its loss is the {one} of theirs. What is $\\nabla b$ of that unit?",
        *_numbers(
            (right, f"A bias is added in every example, so its slopes add up: {number(a)} + {factor(b)} + {factor(c)} "
                    f"= {number(total)}. The loss is a {one}, so "
                    f"{f'a third of that is taken: {number(average)}' if mean else 'that is all'}."),
            (other, "sum or mean", f"That is the gradient of a {two}; this loss is a {one}, with {number(right)}. At "
                                   f"the same α the step would be {'three times' if mean else 'a third'} as long."),
            (a, "one example", f"That is the first example alone. All three share the bias: {number(right)}."),
            (0, "bias stays", "A bias has no input, but it is part of every sum, with slope 1. So it has a gradient, "
                              f"{number(right)}.")))


def _one_example_three_times(walk, n, l):
    rows, mean = _rows(walk.m, n), walk.before.reduction == "mean"
    at, delta = _place(walk, f"dW{l}"), walk.grads.delta[l - 1].astype(np.float64)
    i, j = _largest(delta, rows)
    k = int(np.abs(walk.passed.A[l - 1][i]).argmax())
    term = float(walk.passed.A[l - 1][i, k] * delta[i, j])
    if not abs(term) > 1e-12:
        return None
    right, other, one = (term, 3 * term, "mean") if mean else (3 * term, term / 3, "sum")
    return f"dW{l}", ask(
        f"A batch holds {at.example(i)} three times, and its loss is the {one} of theirs. One of them alone gives "
        f"{cell_name('dW', l, k, j)} = {number(term)}: what do the three give?",
        *_numbers(
            (right, f"Each adds its input times its $\\delta$, {number(term)}, and the {one} of the three is "
                    f"{number(right)}. " + ("A mean does not grow with the batch." if mean else
                                            "A sum grows with the batch.")),
            (other, "sum or mean", f"{'That would be the sum' if mean else 'Nothing is divided here'}: this loss is a "
                                   f"{one}. It gives {number(right)}."),
            (term, "one example", f"That is one of the three alone. Their shares are added up: {number(right)}."),
            (term ** 3, "order", f"The examples are added, not multiplied. The {one} of three times {number(term)} is "
                                 f"{number(right)}.")))


def gradient_of_a_weight(walk, n):
    l = _layer(walk, n)
    if l is None:
        return None
    A, delta, rows = walk.passed.A[l - 1], walk.grads.delta[l - 1], _rows(walk.m, n)
    i, j = _largest(delta, rows)
    i = int(rows[np.argmax(np.abs(A[rows]).max(axis=1) * np.abs(delta[rows, j]))])
    inputs = np.where(np.abs(A[i] - 1) > .1, A[i], 0)      # an input of 1 tells nothing apart
    k = int(np.abs(inputs if inputs.any() else A[i]).argmax())
    a, d, w, at = float(A[i, k]), float(delta[i, j]), float(walk.layer(l).W[k, j]), _place(walk, f"dW{l}")
    if not abs(a * d) > 1e-12:
        return None
    below = f"input {number(a)}" if l == 1 else f"output {number(a)} of the unit below"
    product = f"{number(a)}·{factor(d)} = {number(a * d)}"
    return f"dW{l}", ask(
        f"In {at.example(i)}, a weight of {number(w)} takes the {below} to a sum with $\\delta$ = {number(d)}. For "
        "this example alone, what is the slope of the loss by the weight?",
        *_numbers(
            (a * d, "A nudge of the weight moves the sum by its input times as much, so the slope is the input times "
                    f"$\\delta$. That is {product}."),
            (d, "input forgotten", "That is the slope by the sum, and by the bias. The weight acts through its input, "
                                   f"so {product}."),
            (w * d, "own weights", "The weight times $\\delta$ is what goes back to the unit below. For the weight "
                                   f"itself the input counts: {product}."),
            (d / a, "inverse", f"The chain rule multiplies by the input and does not divide by it: {product}. An input "
                               "near 0 gives a slope near 0.")))


def what_is_added(walk, n):
    l = _layer(walk, n)
    if l is None:
        return None
    which = "b" if n and walk.grads.change_b[l - 1] is not None else "W"
    g = (walk.grads.db if which == "b" else walk.grads.dW)[l - 1]
    cell = _nth(g, n)
    slope, alpha = float(g[cell]), walk.learning_rate
    if not abs(slope) > 1e-12:
        return None
    change, what = -alpha * slope, "bias" if which == "b" else "weight"
    old = float(getattr(walk.layer(l), which)[cell])
    product = f"−{number(alpha, 6)}·{factor(slope)} = {number(change)}"
    kept = told_apart(
        change,
        (-change, "slope is a target", "That climbs: along the slope the loss rises. The step goes against it: "
                                       f"{product}."),
        (-slope, "gradient is the step", f"That forgets α. The step is {product}, not the whole slope."),
        (slope, "gradient is the step", "That is the slope itself, neither turned round nor times α. The step is "
                                        f"{product}."))
    return f"{which}{l}_new", ask(
        f"A {what} of {number(old)} has the slope {number(slope)}, and α is {number(alpha, 6)}. What does gradient "
        "descent add to it?",
        (signed(change), f"It adds −α times the slope: {product}. Where the loss rises with the {what}, the {what} "
                         "falls, and the other way round."),
        *(one and (signed(one[0]), *one[1:]) for one in kept))


def alpha_of_the_other_reduction(walk, n):
    batch, alpha, mean = BATCHES[n], walk.learning_rate, walk.before.reduction == "mean"
    one, two = ("mean", "sum") if mean else ("sum", "mean")
    right, wrong = (alpha / batch, alpha * batch) if mean else (alpha * batch, alpha / batch)
    now, then = number(alpha, 6), number(right, 6)
    return "W1_new", ask(
        f"A loss is the {one} over a batch of {batch} examples, with α = {now}. Somebody takes the {two} instead: "
        "which α gives the same step?",
        (then, f"A sum over {batch} examples is {batch} times their mean, and so are all its slopes. {then} times the "
               f"gradient of the {two} is {now} times that of the {one}."),
        (now, "sum or mean", f"The slopes of the {two} are {batch} times {'larger' if mean else 'smaller'}, and so "
                             f"would the step be. α has to make up for it: {then}."),
        (number(wrong, 6), "sum or mean", f"That makes the step {batch}·{batch} = {batch ** 2:,} times too "
                                          f"{'long' if mean else 'short'}. The slopes of the {two} are already {batch} "
                                          f"times {'larger' if mean else 'smaller'}, so α has to be {then}."))


def weight_after_the_backward_pass(walk, n):
    l = _layer(walk, 1 - n)
    if l is None:
        return None
    g, W = walk.grads.dW[l - 1], walk.layer(l).W
    cell = _nth(g, 2 + n)       # not the one of the question of what is added
    slope, old = float(g[cell]), float(W[cell])
    new = old - walk.learning_rate * slope
    digits = next((d for d in range(3, 10) if number(old, d) != number(new, d)), None)
    if digits is None:
        return None
    was, W = number(old, digits), cell_name("W", l, *cell)
    return f"W{l}_new", ask(
        f"The backward pass is done, and it has found the slope {number(slope)} of the weight {W}, which was {was}; α "
        f"is {number(walk.learning_rate, 6)}. What has the backward pass itself made of the weight?",
        (f"{was}, as before", "Backpropagation finds slopes and changes nothing. Gradient descent uses them "
                              f"afterwards, and then the weight is {number(new, digits)}."),
        (f"{number(new, digits)}, moved against its slope", "backpropagation moves",
         f"That is what the update will make of it, afterwards. The backward pass leaves the weight at {was}, as every "
         "slope was worked out for it."),
        (f"{number(old - slope, digits)}, less its slope", "gradient is the step",
         "Not even the update subtracts the whole slope, only α times it. And it comes later: now the weight is "
         f"{was}."),
        (f"{number(slope)}, its slope", "slope is a target",
         f"The slope says how the loss changes with the weight, not what the weight should be. It is still {was}."))


def loss_of_an_example(walk, n):
    if LOSSES[walk.before.loss].by == "S":
        return _loss_of_a_probability(walk, n)
    passed = walk.passed_after if n and walk.m == 1 else walk.passed
    errors = passed.output.astype(np.float64) - walk.Y
    rows = _rows(walk.m, n)
    sizes = (errors[rows] ** 2).sum(axis=1)
    i = int(rows[np.abs(sizes - (1, .6)[n] * sizes.max()).argmin()])
    squares, total, at = float((errors[i] ** 2).sum()), float(errors[i].sum()), _place(walk, "E")
    loss = walk.losses_new if passed is walk.passed_after else walk.losses
    if not np.isfinite(squares) or squares < 1e-12:
        return None
    half = float(loss[i]) / squares
    halved = half < .75
    of = r"$\tfrac12\textstyle\sum_j (A_j - Y_j)^2$" if halved else r"$\textstyle\sum_j (A_j - Y_j)^2$"
    several = errors.shape[1] > 1
    given = f"{errors.shape[1]} errors $A - Y$. They add up to {number(total)}, their squares to {number(squares)}" if \
        several else f"the error $A - Y$ = {number(total)}, whose square is {number(squares)}"
    counts = "The squares are added" if several else "The square counts"
    after = " after the step" if passed is walk.passed_after else ""
    return "E", ask(
        f"The loss of an example is {of}. {at.example(i).capitalize()}{after} has {given}. What is its loss?",
        *_numbers(
            (half * squares, f"{counts}{', with ½ before' if halved else ''}: {number(half * squares)}. Each error is "
                             "squared first, so no error cancels another."),
            several and (half * total ** 2, "cancelling", "That adds first and squares then, so errors of both signs "
                                                          "cancel. Squared one by one they make "
                                                          f"{number(half * squares)}."),
            (total, "loss is the error", f"That is the {'sum of the errors with their signs' if several else 'error'}. "
                                         f"Squared, too high and too low both cost: {number(half * squares)}."),
            halved and (squares, "sum or mean", "That leaves out the ½ of this loss; with it, it is "
                                                f"{number(half * squares)}. Such a factor changes every gradient, and "
                                                "with the same α every step.")))


def _loss_of_a_probability(walk, n):
    rows, A, at = _rows(walk.m, n), walk.passed.output.astype(np.float64), _place(walk, "E")
    true = A[rows, walk.Y[rows].argmax(axis=1)]
    good = np.minimum(true, 1 - true) * (true > 1e-6) * (true < .999)
    i = int(rows[good.argmax()])
    t, size = int(walk.Y[i].argmax()), A.shape[1]
    if not good.any():
        return "E", _loss_of_a_share(size, (1 / size, .5)[n])
    p, q, loss = A[i, t], float(np.delete(A[i], t).max()), float(walk.losses[i])
    return "E", ask(
        f"In {at.example(i)}, softmax gives the true class {number(p)}, and the largest of the others {number(q)}. "
        "What is the cross-entropy?",
        *_numbers(
            (loss, f"It is −ln {number(p)} = {number(loss)}: only the probability of the true class counts. All others "
                   "have target 0."),
            q > 1e-30 and (-np.log(q), "which outputs count", "That takes the largest of the other outputs. The target "
                                                              f"picks the true class: −ln {number(p)} = "
                                                              f"{number(loss)}."),
            (1 - p, "loss is the error", f"That is how far the probability is from 1. The loss is −ln {number(p)} = "
                                         f"{number(loss)}."),
            q > 1e-30 and (loss - np.log(q), "which outputs count", "That adds −ln of both. Only the true class has a "
                                                                    f"target above 0, so the loss is {number(loss)}.")))


def _loss_of_a_share(size, p):
    """Where every probability of the walk is 0 or 1: of one that is neither."""
    rest = (1 - p) / (size - 1)
    loss, every = -np.log(p), -np.log(p) - (size - 1) * np.log(rest)
    return ask(
        f"Suppose softmax gave the true class {number(p)} and each of the {size - 1} others {number(rest)}. What would "
        "the cross-entropy of the example be?",
        *_numbers((loss, f"It is −ln {number(p)} = {number(loss)}: only the probability of the true class counts. All "
                         "others have target 0."),
                  (1 - p, "loss is the error", "That is how far the probability is from 1. The loss is −ln "
                                               f"{number(p)} = {number(loss)}."),
                  (every, "which outputs count", f"That adds −ln over all {size} outputs. Only the true class counts: "
                                                 f"{number(loss)}.")))


IDEAS = {
    "shape": shape_of_a_gradient, "nudge": nudge_of_a_sum, "slope": delta_of_a_cell, "back": way_of_a_delta,
    "sum": sum_over_examples, "weight": gradient_of_a_weight, "step": what_is_added,
    "reduction": alpha_of_the_other_reduction, "finds": weight_after_the_backward_pass, "loss": loss_of_an_example}
ORDER = {   # no two neighbours are of a kind, and the forms have other neighbours
    "A": ("loss", "shape", "step", "nudge", "sum", "slope", "finds", "weight", "reduction", "back"),
    "B": ("weight", "nudge", "reduction", "slope", "shape", "back", "loss", "step", "sum", "finds")}
