"""What is special here: at most two short sentences on a step, worked out from the arrays of its walk alone.

They are Markdown for inline.py. Where nothing stands out there is none. SPECIAL says what is asked at which step.
"""
import numpy as np

from mlp_core.activations import ACTIVATIONS

from .numbers import plain_number
from .steps import SATURATED

STRIPES = 0.5       # the spread within a column as a share of that between columns, below which it looks like stripes
NEARLY_ALL = 0.8    # of the examples or of the cells
ALONE = 1e-3        # an output below it is as good as 0
SMALL = 0.1         # a change that is on average a larger share of the weights is no small one
CANCELLED = 0.5     # of what the examples ask for, when less is left they are said to disagree
NO_SLOPE = 1e-3     # a slope below it is as good as none


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def special(walk, step, selection):
    """Return the sentences on what this batch, these weights and this α make of the step; [] where there are none."""
    found = (ask(walk, step, selection) for ask in SPECIAL.get(step.topic, ()))
    return [sentence for sentence in found if sentence][:2]


# Forward

def blank_pixels(walk, step, selection):
    blank = int((~walk.passed.A[0].any(axis=0)).sum())
    if walk.images is None or not blank:
        return ""
    return (f"{blank} of the {walk.images.shape[1]} pixels have no ink in {_all(walk)}: "
            "their weights will learn nothing from this batch.")


def overflow(walk, step, selection):
    """Sums so large that nothing after them means anything."""
    S = walk.passed.S[step.layer - 1]
    if np.isfinite(S).all():
        return ""
    return "Some of these sums are no longer finite numbers: the weights have exploded."


def stripes(walk, step, selection):
    """Every example gets nearly the same numbers: what tells columns apart is the weights, not the image."""
    array, l = step.result, step.layer
    if min(array.shape) < 3 or not np.isfinite(array).all():
        return ""
    within, between = float(array.std(axis=0).mean()), float(array.mean(axis=0).std())
    if not within < STRIPES * between:
        return ""
    why = _hardly_varies(walk.passed.A[l - 1], l) if step.topic == "S" and l > 1 else ""
    text = (f"Stripes: from example to example a column varies by {plain_number(within, 2)}, the columns among "
            f"themselves by {plain_number(between, 2)}")
    text += why or f"; all examples get nearly the same {'sums' if step.topic == 'S' else 'outputs'}."
    if step.topic == "A" and l == walk.L:
        answer, count = _commonest(array.argmax(axis=1))
        text += f" {count} of {walk.m} are read as {walk.classes[answer]}."
    return text


def _hardly_varies(A, l):
    """Why the sums of layer l are stripes, where what comes in varies less than it is large."""
    varies, large = (float(size.mean()) for size in (A.std(axis=0), np.abs(A)))
    return (f", because what comes in is nearly the same for all: $A^{l - 1}$ is {plain_number(large, 2)} on average "
            f"and varies by only {plain_number(varies, 2)}." if varies < large / 2 else "")


def saturated(walk, step, selection):
    """Most outputs of the layer lie where the curve is flat."""
    slope = walk.grads.slope[step.layer - 1]
    if slope is None or ACTIVATIONS[walk.layer(step.layer).activation].slopes[0] >= SATURATED:
        return ""
    flat = slope < SATURATED
    if _positive_part(walk, step.layer) or flat.mean() < NEARLY_ALL:
        return ""
    return (f"{int(flat.sum()):,} of {flat.size:,} cells are saturated ($f' < {SATURATED}$): almost nothing of the "
            f"slope will get back through them{', right or wrong' if step.layer == walk.L else ''}.")


def dead(walk, step, selection):
    """ReLU units that are 0 for the whole batch."""
    A = walk.passed.A[step.layer]
    silent = int((~A.any(axis=0)).sum())
    if walk.m < 2 or not silent or not _positive_part(walk, step.layer):
        return ""
    return (f"{_of(silent, A.shape[1], 'unit')} 0 for {_all(walk)}: this batch teaches "
            f"{'it' if silent == 1 else 'them'} nothing.")


def _positive_part(walk, l):
    """Whether the layer's activation makes a negative sum 0 and leaves a positive one: its slope is 0 or 1."""
    kind = ACTIVATIONS[walk.layer(l).activation]
    return kind.outputs[0] == 0 and not np.isfinite(kind.outputs[1])


# Backward

def above_target(walk, step, selection):
    """How the signs of the first slope are shared out."""
    if step.layer != walk.L or walk.m < 2:
        return ""
    share = float((step.result > 0).mean())
    if share < NEARLY_ALL:
        return ""
    return (f"{_percent(share)} of the cells are positive: nearly every output is above its target, because most "
            "targets are 0.")


def two_factors(walk, step, selection):
    """How δ shrank or grew from the layer above, and by which two factors."""
    l = step.layer
    if l == walk.L:
        return ""
    above, slope, here = (_size(a) for a in (walk.grads.delta[l], walk.grads.dA[l - 1], walk.grads.delta[l - 1]))
    if not above:
        return f"$\\delta^{l + 1}$ was 0 everywhere, so nothing arrives here."
    if not here:
        return f"$\\delta^{l}$ is 0 everywhere: $f'$ lets nothing through, and no layer from here down learns."
    if not np.isfinite(above + slope + here):
        return ""
    ratio = above / here
    turn = (f"{plain_number(ratio, 2)} times smaller than" if ratio > 1.05 else
            f"{plain_number(1 / ratio, 2)} times larger than" if ratio < .95 else "about as large as")
    return (f"On average $\\lvert\\delta^{l}\\rvert$ is {turn} $\\lvert\\delta^{l + 1}\\rvert$: "
            f"the weights give a factor of {plain_number(slope / above, 2)}, "
            f"$f'$ one of {plain_number(here / slope, 2)}.")


def little_is_left(walk, step, selection):
    """At the output: what f′ leaves of the slope, where it is little."""
    l = step.layer
    if l != walk.L or walk.grads.dA[l - 1] is None:
        return ""
    before, left = _size(walk.grads.dA[l - 1]), _size(walk.grads.delta[l - 1])
    if not before or left / before > SMALL:
        return ""
    return (f"$f'$ leaves {plain_number(left / before, 2)} of $\\partial E_i/\\partial A$ on average: "
            "the outputs are nearly saturated, right or wrong.")


def rows_of_zeros(walk, step, selection):
    """How many rows of ∇W are 0, and why: an input that is 0 in every example."""
    l = step.layer
    zero, blank = ~step.result.any(axis=1), ~walk.passed.A[l - 1].any(axis=0)
    count, of_inputs = int(zero.sum()), int((zero & blank).sum())
    if not count:
        return ""
    if count == len(zero):
        return _all_zero(walk, l, bool(blank.all()))
    if of_inputs < count:
        return ""
    what = ("pixel", "has no ink in", "pixels", "have no ink in") if l == 1 and walk.images is not None else (
        "unit below", "is 0 for", "units below", "are 0 for")
    return (f"{_of(count, len(zero), 'row')} 0, because {'that' if count == 1 else 'those'} "
            f"{' '.join(what[:2] if count == 1 else what[2:])} {_all(walk)}.")


def _all_zero(walk, l, blank):
    if not walk.grads.delta[l - 1].any():
        return f"Every entry is 0, because $\\delta^{l}$ is: no slope reaches this layer."
    if blank:
        return f"Every entry is 0, because $A^{l - 1}$ is; $\\delta^{l}$ is not, so the biases still learn."
    return ""


def columns_of_zeros(walk, step, selection):
    """Units whose δ is 0 in every example get no gradient at all."""
    l = step.layer
    silent = int((~walk.grads.delta[l - 1].any(axis=0)).sum())
    if walk.m < 2 or not silent or silent == step.result.shape[1]:
        return ""
    return (f"{_of(silent, step.result.shape[1], 'column')} 0: $\\delta^{l}$ of "
            f"{'that unit is' if silent == 1 else 'those units is'} 0 for {_all(walk)}.")


def disagreement(walk, step, selection):
    """Whether the examples agree on the selected weight or bias."""
    l, (row, column) = step.layer, selection.cell(step.panels[-1])
    terms = walk.grads.delta[l - 1][:, column].astype(np.float64)
    if step.topic == "dW":
        terms = terms * walk.passed.A[l - 1][:, row]
    up, down, sizes = int((terms < 0).sum()), int((terms > 0).sum()), float(np.abs(terms).sum())
    left = abs(float(terms.sum())) / sizes if sizes else 1
    if not left < CANCELLED:
        return ""
    name = "weight" if step.topic == "dW" else "bias"
    return (f"On the selected {name} the examples disagree: {down} ask for a lower one, {up} for a higher one, "
            f"and only {_percent(left)} of what they ask for is left.")


# The update and after

def change_beside_weights(walk, step, selection):
    """How large the change is beside what it changes."""
    old, change, _ = (panel.array for panel in step.panels)
    before, added, name = _size(old), _size(change), "weights" if step.topic == "W_new" else "biases"
    if not before:
        return "They were all 0, so this first change is all there is." if added else ""
    if not added:
        return f"Nothing changes: the gradient of these {name} is 0."
    share = added / before
    if not np.isfinite(share):
        return ""
    if share < SMALL:
        return f"On average the change is {_percent(share)} of the {name}' size: a small step."
    if share < 1:
        return f"On average the change is {_percent(share)} of the {name}' size: not small any more."
    return f"On average the change is {plain_number(share, 2)} times the {name}' size: a leap."


def collapsed(walk, step, selection):
    """The step was so long that the outputs have saturated: the loss may have fallen, but there is no slope left."""
    before, after = _flat_outputs(walk, walk.passed), _flat_outputs(walk, walk.passed_after)
    if before is None or not after >= NEARLY_ALL or before > NEARLY_ALL / 2:
        return ""
    A, zeros = walk.passed_after.output, ""
    if float(np.median(A)) < ALONE and float((A < ALONE).mean()) > NEARLY_ALL:
        why = ", which is all that lowered the loss" if walk.E_new < walk.E else ""
        zeros = f" The typical output is now {plain_number(float(np.median(A)), 1)}, whatever the image{why}."
    return (f"**The step was too long**: it saturated {_percent(after)} of the outputs ($f' < {NO_SLOPE:g}$; "
            f"{_percent(before)} before), so the next step will find hardly any slope.{zeros}")


def _flat_outputs(walk, passed):
    """The share of output cells whose slope is near 0 though their activation's slope is not always so; else None."""
    kind = ACTIVATIONS[walk.layer(walk.L).activation]
    if kind.slope is None or kind.slopes[0] >= SATURATED or _positive_part(walk, walk.L):
        return None
    return float((kind.slope(passed.S[-1], passed.output) < NO_SLOPE).mean())


def overshot(walk, step, selection):
    """The loss rose: where along this step it would have been lowest."""
    if not np.isfinite(walk.E_new):
        return "The loss is no longer a finite number: α is far too large here."
    if not walk.E_new > walk.E:
        return ""
    ts, losses = walk.along
    best = float(ts[np.nanargmin(losses)])
    if not best:
        return f"The step overshot: an α of {plain_number(ts[1] * walk.learning_rate, 2)} is already too large."
    return ("The step overshot: along it the loss first falls and then rises; with an α of about "
            f"{plain_number(best * walk.learning_rate, 2)} it would have been lowest.")


# Words

def _size(array):
    return float(np.abs(array).mean(dtype=np.float64))


def _commonest(answers):
    values, counts = np.unique(answers, return_counts=True)
    return int(values[counts.argmax()]), int(counts.max())


def _all(walk):
    return f"all {walk.m} {'images' if walk.images is not None else 'examples'}" if walk.m > 1 else "this example"


def _of(count, total, what):
    """"3 of the 64 rows are", "1 of the 64 rows is"."""
    return f"{count} of the {total} {what}s {'is' if count == 1 else 'are'}"


def _percent(share):
    """12 %, 0.045 %: two digits, but 100 % as it is."""
    return (f"{100 * share:.0f}" if share >= .1 else plain_number(100 * share, 2)) + " %"


SPECIAL = {"X": (blank_pixels,), "S": (overflow, stripes), "A": (stripes, saturated, dead), "dA": (above_target,),
           "delta": (two_factors, little_is_left), "dW": (rows_of_zeros, columns_of_zeros, disagreement),
           "db": (disagreement,), "W_new": (change_beside_weights, collapsed), "b_new": (change_beside_weights,),
           "E_new": (collapsed, overshot)}
