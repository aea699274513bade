"""The backward pass with one real mistake in it: each a function beside the right one.

`go_back` is the core's backward, one function a statement, and finds the same bits. A mistake of the table MISTAKES
puts its own function in the place of one of them; two mistakes leave the pass as it is and begin with other weights.
"""
from dataclasses import dataclass, field
from typing import Callable

import numpy as np

from mlp_core import ACTIVATIONS, INITIALISATIONS, LOSSES, ForwardPass, Network, batch_loss, forward
from mlp_core.network import parameter_arrays

from .notation import ACTIVATION_NOTATION, LOSS_NOTATION, fill, symbol
from .walkthrough import Walk, take_walk


@dataclass
class Backward:
    """A backward pass on its way: what it works with, and what it has found so far, as the core's Gradients."""
    network: Network
    passed: ForwardPass
    Y: np.ndarray
    learning_rate: float
    dA: list = field(init=False)        # [0..L-1]; None where it did not get to, or what the core has None for
    slope: list = field(init=False)
    delta: list = field(init=False)
    dW: list = field(init=False)
    db: list = field(init=False)
    at: str = ""        # the step that is being worked out: the one at which it stopped, where it did
    stopped: str = ""   # what NumPy said then

    def __post_init__(self):
        self.dA, self.slope, self.delta, self.dW, self.db = ([None] * len(self.network.layers) for _ in range(5))

    @property
    def last(self):
        return len(self.network.layers) - 1

    @property
    def loss(self):
        return LOSSES[self.network.loss]

    def W(self, l):
        return self.network.layers[l].W

    def f(self, l):
        return ACTIVATIONS[self.network.layers[l].activation]


# The right statements; l counts from 0, as in the core

def output(p):
    """∂E/∂A of the last layer; its δ where the loss gives that at once."""
    return p.loss.slope(p.passed.output, p.Y)


def sent_back(p, l):
    return p.delta[l + 1] @ p.W(l + 1).T


def slope(p, l):
    return p.f(l).slope(p.passed.S[l], p.passed.A[l + 1])


def delta(p, l):
    return p.dA[l] * p.slope[l]


def summed_products(p, l):
    return p.passed.A[l].T @ p.delta[l]


def summed(p, l):
    return p.delta[l].sum(axis=0)


def divisor(p):
    return len(p.Y) if p.network.reduction == "mean" else 1


RIGHT = {"output": output, "dA": sent_back, "slope": slope, "delta": delta, "dW": summed_products, "db": summed,
         "divisor": divisor}


# The wrong ones

def through_updated_weights(p, l):
    """W above has already taken its step."""
    return p.delta[l + 1] @ (p.W(l + 1) + -p.learning_rate * p.dW[l + 1]).T


def slope_at_the_output(p, l):
    A = p.passed.A[l + 1]
    return p.f(l).slope(A, p.f(l).function(A))


def no_slope(p, l):
    return p.dA[l]


def not_transposed(p, l):
    return p.delta[l + 1] @ p.W(l + 1)


def through_own_weights(p, l):
    return p.delta[l + 1] @ p.W(l).T


def other_divisor(p):
    return 1 if p.network.reduction == "mean" else len(p.Y)


def not_summed(p, l):
    return p.delta[l]


def target_minus_output(p):
    return p.loss.slope(p.Y, p.passed.output)


def diagonal_only(p):
    """∂E/∂A = −Y/A times A·(1 − A), the diagonal of softmax's Jacobian: with Y of 0 and 1 this is Y·(A − Y)."""
    return p.Y * (p.passed.output - p.Y)


def all_zeros(network, rng):
    return _redrawn(network, np.zeros)


def all_uniform(network, rng):
    return _redrawn(network, lambda shape: INITIALISATIONS["uniform"](1, int(np.prod(shape)), rng).reshape(shape))


def _redrawn(network, draw):
    network = network.copy()
    for _, array in parameter_arrays(network):
        array[...] = draw(array.shape)
    return network


@dataclass(frozen=True)
class Mistake:
    title: str
    does: str               # what it does wrong, in one sentence
    misconception: str      # the belief behind it: a key of MISCONCEPTIONS
    source: str             # where it was met
    quantity: str           # at which step its line stands: dA, delta, dW, db; W for other weights at the start
    line: Callable          # (the right line, the Walk, the layer from 1) → the wrong line
    parts: dict = field(default_factory=dict)   # of RIGHT, what it replaces
    start: Callable | None = None               # (Network, rng) → the network it begins with
    applies: Callable = lambda walk: True       # of the Walk: whether it can be made there
    harmless: str = ""      # why nothing differs, where nothing does

    def layer(self, walk):
        """The layer, from 1, whose line is shown: the first on the way back in which it stands."""
        if self.quantity == "W":
            return 1
        hidden = self.quantity == "dA" and "dA" in self.parts
        hidden |= self.quantity == "delta" and "output" not in self.parts and walk.grads.dA[-1] is None
        return walk.L - hidden

    def lines(self, walk):
        """Return (key of the step, the right line, the wrong one)."""
        l = self.layer(walk)
        if self.start:
            return "W1", DRAWN[ACTIVATIONS[walk.layer(1).activation].initialisation].format(*walk.before.sizes), \
                self.line("", walk, 1).format(*walk.before.sizes)
        quantity = "delta" if "output" in self.parts and walk.grads.dA[-1] is None else self.quantity
        right = walk.step(f"{quantity}{l}").code
        return f"{quantity}{l}", right, self.line(right, walk, l)


DRAWN = {   # what suits an activation, as a line of NumPy
    "scaled_normal": "W1 = rng.normal(0, 1 / np.sqrt({0}), ({0}, {1}))",
    "he": "W1 = rng.normal(0, np.sqrt(2 / {0}), ({0}, {1}))",
}


def _several_layers(walk):
    return walk.L > 1


def _has_slopes(walk):
    return any(slope is not None for slope in walk.grads.slope)


def _slope_of_the_output(right, walk, l):
    f, A = ACTIVATION_NOTATION[walk.layer(l).activation], f"A{l}"
    return f"delta{l} = dA{l} * ({fill(f.slope_code, A=f'({fill(f.code, S=A)})', S=A)})"


def _sign(right, walk, l):
    return f"{right.split(' = ')[0]} = {fill(LOSS_NOTATION[walk.before.loss].slope_code, A='Y', Y=f'A{l}')}"


def _other_m(right, walk, l):
    over = f" / {walk.m}"
    return right.removesuffix(over) if walk.before.reduction == "mean" else right + over


MISTAKES = {
    "as_you_go": Mistake(
        "Update as you go", "Each layer takes its step at once, and its new weights send δ on.",
        "updated weights", "the first program behind Mazur’s post; stackoverflow.com/q/6013429", "dA",
        lambda right, walk, l: right.replace(f"W{l + 1}", f"W{l + 1}_new"), {"dA": through_updated_weights},
        applies=_several_layers),
    "slope_at_output": Mistake(
        "f′(A) for f′(S)", "The slope is taken at the output, which f has already been applied to.",
        "slope at the output", "stackoverflow.com/q/62512010", "delta", _slope_of_the_output,
        {"slope": slope_at_the_output}, applies=_has_slopes,
        harmless="Here f′(A) is f′(S) in every cell: the slope hangs on the sign alone, which A has from S, or it is 1 "
                 "everywhere."),
    "no_slope": Mistake(
        "f′ forgotten", "δ is the slope by the outputs, without the factor f′(S).",
        "no slope", "a slip of many first programs", "delta",
        lambda right, walk, l: f"delta{l} = dA{l}", {"delta": no_slope}, applies=_has_slopes,
        harmless="Here every slope f′(S) that counts is 1, so leaving it out changes nothing."),
    "not_transposed": Mistake(
        "W not transposed", "δ goes back through W itself instead of its transpose.",
        "order", "datascience.stackexchange.com/q/76545; the PDF calls it a rotation", "dA",
        lambda right, walk, l: right.replace(".T", ""), {"dA": not_transposed}, applies=_several_layers,
        harmless="Here W is its own transpose."),
    "own_weights": Mistake(
        "Own weights for those above", "δ goes back through the weights below the units instead of those above them.",
        "own weights", "ai.stackexchange.com/q/42884; the formula before eq. 2.11 of the PDF", "dA",
        lambda right, walk, l: right.replace(f"W{l + 1}", f"W{l}"), {"dA": through_own_weights},
        applies=_several_layers),
    "other_reduction": Mistake(
        "Mean for sum, or sum for mean", "The sums over the batch are divided by m where they should not be, or not "
        "where they should.", "sum or mean", "issue 54 of Open-Deep-ML; the PDF’s eq. 4.1 beside its eq. 2.12", "dW",
        _other_m, {"divisor": other_divisor}, harmless="With one example, sum and mean are the same."),
    "db_not_summed": Mistake(
        "∇b without the sum", "The gradient of the biases is δ itself, not its sum over the examples.",
        "one example", "datascience.stackexchange.com/q/20139; eq. 2.13 of the PDF", "db",
        lambda right, walk, l: right.replace(".sum(axis=0)", ""), {"db": not_summed},
        applies=lambda walk: walk.layer(walk.L).b is not None),
    "sign": Mistake(
        "The sign", "The slope of the loss is taken as target − output, and the step still goes against it.",
        "slope is a target", "the blog’s ∂C/∂a = y − a", "dA", _sign, {"output": target_minus_output}),
    "diagonal": Mistake(
        "Softmax’s diagonal only", "Each probability is taken to depend on its own sum alone.",
        "cell by cell", "the blog’s derivation of softmax", "delta",
        lambda right, walk, l: f"delta{l} = Y * (A{l} - Y)", {"output": diagonal_only},
        applies=lambda walk: walk.before.loss == "cross_entropy"),
    "zeros": Mistake(
        "All weights zero", "Training begins with every weight and bias at 0.",
        "equal start", "community.deeplearning.ai/t/431799", "W",
        lambda right, walk, l: "W1 = np.zeros(({0}, {1}))", start=all_zeros),
    "uniform": Mistake(
        "Weights from U(0, 1)", "Training begins with every weight and bias between 0 and 1, none of them negative.",
        "any start", "“a randomized matrix” read literally; the blog’s unifrnd(0, 1)", "W",
        lambda right, walk, l: "W1 = rng.uniform(0, 1, ({0}, {1}))", start=all_uniform),
}


def offered(walk):
    """Return the keys of the mistakes that can be made in this walk."""
    return [key for key, mistake in MISTAKES.items() if mistake.applies(walk)]


@np.errstate(over="ignore", invalid="ignore")
def go_back(network, passed, Y, learning_rate, mistake=None):
    """Return the Backward of a batch with a Mistake in it, or the right one: then dW and db are the core's, to the bit.

    Where shapes do not fit, `at` and `stopped` say at which step and what NumPy says; what comes after stays None.
    """
    p, parts = Backward(network, passed, Y, learning_rate), RIGHT | (mistake.parts if mistake else {})
    try:
        for l in range(p.last, -1, -1):
            _one_layer(p, l, parts)
    except ValueError as error:
        p.stopped = str(error)
    return p


def _one_layer(p, l, parts):
    def put(name, part, *arguments):
        p.at = f"{name}{l + 1}"
        getattr(p, name)[l] = part(p, *arguments)

    if l == p.last and p.loss.by == "S":
        put("delta", parts["output"])
    else:
        put("dA", parts["output"]) if l == p.last else put("dA", parts["dA"], l)
        put("slope", parts["slope"], l)
        put("delta", parts["delta"], l)
    put("dW", lambda p: np.divide(parts["dW"](p, l), parts["divisor"](p)))
    if p.network.layers[l].b is not None:
        put("db", lambda p: np.divide(parts["db"](p, l), parts["divisor"](p)))


@np.errstate(over="ignore", invalid="ignore")
def step_with(network, p):
    """Take the step of a Backward on a network, in place, as descend does; shapes that do not fit stop it."""
    if p.stopped:
        return
    try:
        for l, layer in enumerate(network.layers):
            for name, array in (("W", layer.W), ("b", None if layer.frozen_bias else layer.b)):
                if array is not None:
                    p.at = f"{name}{l + 1}_new"
                    np.add(array, np.multiply(getattr(p, f"d{name}")[l], -p.learning_rate), out=array)
    except ValueError as error:
        p.stopped = str(error)


@dataclass(frozen=True)
class Broken:
    """One mistake in one walk."""
    key: str
    mistake: Mistake
    walk: Walk          # the right one
    begun: Walk         # the right walk of the weights that it begins with: another one where these are the mistake
    p: Backward         # in the walk's own precision; `stopped` also where the update could not be made
    arrays: dict        # {key of a step: its result with the mistake}, as far as it got


@dataclass(frozen=True)
class Difference:
    """A matrix of the walk that the mistake changes."""
    key: str            # of the step
    name: str           # for a reader: ∇W²
    right: np.ndarray
    wrong: np.ndarray
    apart: np.ndarray | None    # wrong − right; None where the shapes differ

    @property
    def largest(self):
        return np.inf if self.apart is None else float(np.abs(self.apart).max())


def broken(walk, key, seed=0):
    """Return the Broken of a walk with the mistake of that key; `seed` draws weights where these are the mistake."""
    mistake = MISTAKES[key]
    begun = walk
    if mistake.start:
        begun = _walked_again(walk, mistake.start(walk.before, np.random.default_rng(seed)))
    p = go_back(begun.before, begun.passed, begun.Y, begun.learning_rate, mistake)
    after = begun.before.copy()
    step_with(after, p)
    return Broken(key, mistake, walk, begun, p, _arrays(begun, p, after))


def _walked_again(walk, network):
    X = walk.passed.A[0] if walk.images is None else walk.images
    return take_walk(network, X, walk.Y, walk.learning_rate, walk.labels, walk.classes)


@np.errstate(over="ignore", invalid="ignore")
def _arrays(walk, p, after):
    """{key of a step: array}, as far as the pass came; the forward steps are those of the walk."""
    found = {step.key: step.result for step in walk.steps if step.phase in ("forward", "loss")}
    for l in range(walk.L, 0, -1):
        found |= {f"{name}{l}": getattr(p, name)[l - 1] for name in ("dA", "delta", "dW", "db")}
    if not p.stopped:
        found |= {f"{name}_new": array for name, array in parameter_arrays(after)}
        found["E_new"] = batch_loss(after, forward(after, walk.passed.A[0]), walk.Y)
    return {key: array for key, array in found.items() if array is not None}


def differences(of):
    """Return [Difference] of a Broken, in the order of the walk: what is not the right matrix to the last bit."""
    found = []
    for step in of.walk.steps:
        right, wrong = step.result, of.arrays.get(step.key)
        if wrong is None or np.array_equal(right, wrong, equal_nan=True):
            continue
        apart = np.subtract(wrong, right, dtype=np.float64) if np.shape(wrong) == np.shape(right) else None
        found.append(Difference(step.key, _name(step), np.asarray(right), np.asarray(wrong), apart))
    return found


def _name(step):
    return symbol(step.topic.removesuffix("_new"), step.layer).text + "′" * step.topic.endswith("_new") \
        if step.layer else step.short.replace("'", "′")


def checked(check, of):
    """Return [Compared] of a Broken: its pass in float64 beside the central differences of the Check of its `begun`."""
    p = go_back(check.network, check.passed, check.Y, of.walk.learning_rate, of.mistake)
    return check.compare(p)


def first_red(compared):
    """Return the layer from which on the check is red, seen from the output; None where it is red nowhere."""
    return max((one.layer for one in compared if one.verdict in ("differs", "shape", "missing")), default=None)
