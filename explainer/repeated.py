"""What to look at where a further layer repeats a step: what is new there, from the arrays of its walk.

One sentence, Markdown for inline.py, beside the same step of the layer before; "" where the numbers say nothing.
REPEATED says what is looked at in which kind of step.
"""
import numpy as np

from mlp_core.activations import ACTIVATIONS

from .numbers import plain_number
from .step import Step
from .steps import SATURATED

MANY = 3    # examples: with fewer there is nothing to say of how they differ


@np.errstate(over="ignore", invalid="ignore")
def looked_again(walk, step):
    """Return the sentence for this step if an earlier one of the walk has its words, else ""."""
    same = [other for other in walk.steps if other.prose == step.prose]
    at = same.index(step)
    if not at or step.topic not in REPEATED or not all(np.isfinite(s.result).all() for s in (step, same[at - 1])):
        return ""
    if step.phase == "backward" and not step.result.any():
        return f"Every cell of {_name(step)} is 0: with no slope, nothing is learned here."
    return REPEATED[step.topic](walk, step, same[at - 1])


def how_examples_differ(walk, step, before):
    if walk.m < MANY:
        return _largest(step)
    here, there = (float(s.result.std(axis=0).mean()) for s in (step, before))
    return (f"From example to example a column of {_name(step)} varies by {plain_number(here, 2)} on average; "
            f"in {_name(before)} it was {plain_number(there, 2)}.")


def _largest(step):
    S = step.result
    row, column = np.unravel_index(np.abs(S).argmax(), S.shape)
    return f"The largest sum in size is {_name(step, row, column)}: {plain_number(S[row, column])}."


def where_it_is_flat(walk, step, before):
    """What the bend does with the sums here: how many cells lie where it is flat, are cut off, or pass as they are."""
    kind = ACTIVATIONS[walk.layer(step.layer).activation]
    if kind.slopes[0] == kind.slopes[1]:
        return (f"The same numbers once more, now as {_name(step)}: they go from {plain_number(step.result.min(), 3)} "
                f"to {plain_number(step.result.max(), 3)}.")
    if kind.slopes[0] < SATURATED and np.isfinite(kind.outputs).all():
        return _saturated(walk, step, before)
    what = "0" if kind.outputs[0] == 0 else "negative"
    here, there = (_percent((s.result <= 0).mean()) for s in (step, before))
    return f"{here} of the cells of {_name(step)} are {what}; in layer {before.layer} it was {there}."


def _saturated(walk, step, before):
    flat, flat_there = (walk.grads.slope[s.layer - 1] < SATURATED for s in (step, before))
    if not flat.any():
        low, high = (plain_number(end(walk.grads.slope[step.layer - 1]), 2) for end in (np.min, np.max))
        lie = f"lie between {low} and {high}" if low != high else f"are all about {low}"
        return f"No cell is saturated here: the slopes $f'$ {lie}; saturated is below {SATURATED}."
    there = f"{flat_there.sum():,} of {flat_there.size:,}" if flat_there.any() else "none"
    return (f"{flat.sum():,} of the {flat.size:,} cells are saturated ($f' < {SATURATED}$); "
            f"in layer {before.layer} it was {there}.")


def which_units_matter(walk, step, before):
    sizes = np.abs(step.result).mean(axis=0)
    if len(sizes) < 2:
        return ""
    most, least = int(sizes.argmax()), int(sizes.argmin())
    return (f"The loss depends most on unit {most} of layer {step.layer}: its slopes are on average "
            f"{plain_number(sizes[most], 2)} in size, those of unit {least} only {plain_number(sizes[least], 2)}.")


def who_agrees(walk, step, before):
    """Units whose sums all examples want lower, or all want higher."""
    delta, l = step.result, step.layer
    lower, higher = (delta > 0).all(axis=0), (delta < 0).all(axis=0)
    if walk.m < MANY or not (lower | higher).any():
        return (f"{int((delta > 0).sum()):,} of the {delta.size:,} cells are positive, "
                f"{int((delta < 0).sum()):,} negative: those sums go down, these up.")
    return (f"On {(lower | higher).sum()} of the {delta.shape[1]} units of layer {l} all {walk.m} examples agree: the "
            f"sum is too high on {lower.sum() or 'none'} of them, too low on {higher.sum() or 'none'}.")


def how_steep(walk, step, before):
    here, there = (float(np.abs(s.result).mean(dtype=np.float64)) for s in (step, before))
    at = np.unravel_index(np.abs(step.result).argmax(), step.result.shape)
    return (f"The steepest slope is {_name(step, *at)}. On average they are {plain_number(here, 2)} in size, "
            f"those of {_name(before)} {plain_number(there, 2)}.")


def which_biases_fall(walk, step, before):
    gradient = step.result
    steepest, falling, count = int(np.abs(gradient).argmax()), int((gradient > 0).sum()), gradient.size
    return (f"{falling} of the {count} slopes {'is' if falling == 1 else 'are'} positive, so as many biases will fall. "
            f"The steepest is that of unit {steepest}: {plain_number(gradient.ravel()[steepest], 3)}.")


def what_changes_most(walk, step, before):
    old, change, _ = (panel.array for panel in step.panels)
    if not change.any():
        return f"Nothing changes here, because every slope was 0: {_name(step)} is {_name(step.panels[0])}."
    at = np.unravel_index(np.abs(change).argmax(), change.shape)
    place = at if step.topic == "W_new" else at[1:]
    return (f"{_name(step.panels[0], *place)} changes most: it was {plain_number(old[at], 3)}, and "
            f"{plain_number(change[at], 3)} is added to it.")


def _name(of, *place):
    """The symbol of a step's result or of a matrix, with a place in it."""
    symbol = of.panels[-1].symbol if isinstance(of, Step) else of.symbol
    return f"${symbol.latex}{list(map(int, place)) if place else ''}$"


def _percent(share):
    return f"{100 * float(share):.0f} %"


REPEATED = {"S": how_examples_differ, "A": where_it_is_flat, "dA": which_units_matter, "delta": who_agrees,
            "dW": how_steep, "db": which_biases_fall, "W_new": what_changes_most, "b_new": what_changes_most}
