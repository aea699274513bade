"""What the walk closes with: one weight's whole chain in numbers, the loss before and after, and what to do next.

The weight is W¹[p, j] of the selection, seen by example i. Forward its input becomes a sum, an output, and a loss.
Backward the slope comes down the strongest path: in each layer through the unit that sends the most to the one below.
Each link is a cell of a step, whose own number it is.
"""
from dataclasses import dataclass, field

import numpy as np

from . import limits
from .numbers import plain_number
from .sentences import turn_of_the_loss

MORE_STEPS = 100


@dataclass(frozen=True)
class Link:
    """One number of the chain."""
    step: str           # the key of its step
    symbol: str         # LaTeX: the cell
    text: str           # Markdown for inline.py: where the number comes from
    value: float
    select: dict = field(default_factory=dict)      # {"j": 3, …}: what has to be selected there to see it
    product_of: tuple = ()      # factors whose product it is, where it is one
    sum_of: tuple = ()          # terms whose sum it is, where it is one


@np.errstate(over="ignore", invalid="ignore")
def chain(walk, selection):
    """Return [Link] from the input of W¹[p, j] to its change, for the selected example."""
    i, j = min(selection.i, walk.m - 1), min(selection.j, walk.layer(1).n_out - 1)
    k = min(selection.p if walk.images is not None else selection.k, walk.layer(1).n_in - 1)
    return [*_forward(walk, i, j, k), *_backward(walk, i, _path(walk, i, j)), *_to_the_change(walk, i, j, k)]


def _path(walk, i, j):
    """The units that the slope comes down by, from layer 1 on: in each layer the one that sends most to that below."""
    units = [j]
    for l in range(1, walk.L):
        units.append(int(np.abs(walk.grads.delta[l][i] * walk.layer(l + 1).W[units[-1]]).argmax()))
    return units


def _forward(walk, i, j, k):
    x, w = float(walk.passed.A[0][i, k]), float(walk.layer(1).W[k, j])
    S, A = float(walk.passed.S[0][i, j]), float(walk.passed.A[1][i, j])
    first = {"i": i, "j": j, **_input(walk, k)}
    yield Link("X", rf"X[{i},{k}]", "The input that the weight multiplies.", x, first)
    yield Link("S1", rf"S^1[{i},{j}]", f"Times the weight, {_n(x)} · {_factor(w)} = {_n(x * w)}, it is one of the "
               f"{walk.layer(1).n_in} terms of this sum.", S, first)
    yield Link("A1", rf"A^1[{i},{j}]", f"The activation of that sum, {_n(S)}.", A, first)
    yield Link("E", rf"E_{{{i}}}", f"Through {'all layers' if walk.L > 1 else 'the outputs'} it has a share in the "
               "loss of this example.", float(walk.losses[i]), {"i": i})


def _input(walk, k):
    return {"p" if walk.images is not None else "k": k}


def _backward(walk, i, units):
    for l in range(walk.L, 0, -1):
        j, dA, slope = units[l - 1], walk.grads.dA[l - 1], walk.grads.slope[l - 1]
        delta, here = float(walk.grads.delta[l - 1][i, j]), {"i": i, "j": j}
        if dA is None:
            a, y = float(walk.passed.output[i, j]), float(walk.Y[i, j])
            yield Link(f"delta{l}", rf"\delta^{l}[{i},{j}]", f"Softmax and cross-entropy at once: output less target, "
                       f"{_n(a)} − {_n(y)}.", delta, here, sum_of=(a, -y))
            continue
        d, f = float(dA[i, j]), float(slope[i, j])
        terms = () if l == walk.L else map(float, walk.grads.delta[l][i] * walk.layer(l + 1).W[j])
        yield Link(f"dA{l}", rf"\tfrac{{\partial E_i}}{{\partial A^{l}}}[{i},{j}]", _slope(walk, i, l, j, units), d,
                   here, sum_of=tuple(terms))
        yield Link(f"delta{l}", rf"\delta^{l}[{i},{j}]", f"Times the slope of the activation, $f'$ = {_n(f)}.", delta,
                   here, product_of=(d, f))


def _slope(walk, i, l, j, units):
    if l == walk.L:
        twice = "twice " if walk.before.loss == "squared_error" else ""
        return f"Back from the loss: {twice}output less target, {_n(walk.passed.output[i, j])} − {_n(walk.Y[i, j])}."
    n = units[l]
    delta, w = float(walk.grads.delta[l][i, n]), float(walk.layer(l + 1).W[j, n])
    return (f"Back through the weights: the sum over the {walk.layer(l + 1).n_out} units above. The largest term is "
            f"$\\delta$ of unit {n} times its weight, {_n(delta)} · {_factor(w)} = {_n(delta * w)}.")


def _to_the_change(walk, i, j, k):
    x, delta = (array[:, at].astype(np.float64) for array, at in ((walk.passed.A[0], k), (walk.grads.delta[0], j)))
    shares = x * delta / walk.divisor
    gradient, change = float(walk.grads.dW[0][k, j]), float(walk.grads.change_W[0][k, j])
    here, over = {"i": i, "j": j, **_input(walk, k)}, f", divided by {walk.divisor}" if walk.divisor > 1 else ""
    yield Link("dW1", rf"X[{i},{k}]\cdot\delta^1[{i},{j}]", f"Input times $\\delta$: what example {i} adds{over}.",
               float(shares[i]), here, product_of=(float(x[i]), float(delta[i]), 1 / walk.divisor))
    yield Link("dW1", rf"\nabla W^1[{k},{j}]", f"All {walk.m} examples together." if walk.m > 1 else
               "The only example is the whole batch.", gradient, here, sum_of=tuple(map(float, shares)))
    yield Link("W1_new", rf"-\alpha\,\nabla W^1[{k},{j}]", f"Times −α = −{walk.learning_rate:g}: the change.", change,
               here, product_of=(-walk.learning_rate, gradient))
    old, new = float(walk.layer(1).W[k, j]), float(walk.after.layers[0].W[k, j])
    yield Link("W1_new", rf"{{W^1}}'[{k},{j}]", f"The weight was {_n(old)}.", new, here, sum_of=(old, change))


def _n(value):
    return plain_number(float(value))


def _factor(value):
    """The number as it stands after a · sign."""
    return f"({_n(value)})" if value < 0 else _n(value)


@dataclass(frozen=True)
class Next:
    """Something to do after the walk."""
    title: str
    page: str = "one_batch"     # the url_path of the page it is on
    changes: dict = field(default_factory=dict)     # of the Choice and the Look, for session.change


def next_things(choice):
    """Return [Next]: what can be done from here with this choice."""
    start, found = {"step": "X"}, []
    if choice.net == "deep" and choice.weights != "trained":
        found.append(Next("The same batch, trained", changes={"weights": "trained"} | start))
    if choice.weights in ("untrained", "trained") and (ahead := choice.ahead + MORE_STEPS) <= limits.AHEAD:
        found.append(Next(f"The same batch after {MORE_STEPS} more steps", changes={"ahead": ahead} | start))
    found += [Next("Train: thousands of steps", "train"), Next("A digit of your own", "draw")]
    if choice.net != "mazur":
        found.append(Next("Mazur’s example, by hand", changes={"net": "mazur"} | start))
    return found


@dataclass(frozen=True)
class Closing:
    """All that the closing view shows."""
    links: list
    E: float
    E_new: float
    sentence: str       # what the loss did
    next: list


def closing(walk, selection, choice):
    """Return the Closing of a walk, with its chain for the selected example, unit and input."""
    return Closing(chain(walk, selection), float(walk.E), float(walk.E_new), turn_of_the_loss(walk),
                   next_things(choice))
