"""The gradient check of a walk: what backpropagation says of a weight, and what the loss does when it is nudged.

A walk in float32 is checked in float64, at the very same numbers: every float32 is a float64 too. Central differences
are taken once; any gradients can then be compared with them, the right ones or broken ones (broken.py).
"""
from dataclasses import dataclass
from functools import cached_property
from os.path import commonprefix

import numpy as np

from mlp_core import ACTIVATIONS, Network, backward, forward, train
from mlp_core.gradient_check import relative_error
from mlp_core.network import parameter_arrays
from mlp_core.propagation import batch_loss

from .notation import SUPERSCRIPT, symbol
from .numbers import plain_number

U = float(np.finfo(np.float64).eps) / 2     # the unit roundoff: a float64 is right to this share of itself
STEP = 1e-5         # ε of the check of all of them
TOLERANCE = 1e-6    # of that check, relative
STEPS = 10.0 ** np.linspace(-1, -12, 45)    # the ε of the curve: four to each power of ten
ONE_BY_ONE = 64     # an array of up to so many numbers is nudged one number at a time
DIRECTIONS = 5      # of a larger one, every number is nudged at once: up or down at random, so many times
ROUNDING = 16       # so many roundings of the loss may remain in a difference of two
CORNER = 0.005      # a slope f′ that changes by so much more than its sum has jumped: no smooth f bends like that
MOST_DIGITS = 15    # a float64 has no more for sure


@dataclass(frozen=True)
class Nudged:
    """One weight or bias, moved by ±ε."""
    name: str               # for a reader: W¹[3, 4]
    value: float            # the weight itself
    eps: float
    above: float            # E₊, the batch's loss at the weight + ε
    below: float            # E₋
    backpropagation: float  # ∂E/∂w, in float64
    walked: float           # the walk's own number for it, in the walk's precision
    corners: int            # slopes f′ that jump between the two points: there the quotient proves nothing

    @property
    def quotient(self):
        return (self.above - self.below) / (2 * self.eps)

    @property
    def error(self):
        return _relative(self.quotient, self.backpropagation)

    @property
    def digits(self):
        """In how many digits the quotient and backpropagation agree."""
        return agreeing_digits(self.quotient, self.backpropagation)


@dataclass(frozen=True)
class Valley:
    """The error of the quotient of one weight over ε, with what theory expects on either side."""
    eps: np.ndarray         # (45,) from 1e-1 to 1e-12
    errors: np.ndarray      # (45,) relative to the gradient
    truncation: np.ndarray  # (45,) |E‴|/6·ε², likewise relative; all 0 where E has no such bend
    rounding: np.ndarray    # (45,) u·E/ε, likewise relative
    corners: np.ndarray     # (45,) whether a slope f′ jumps within ±ε
    words: dict             # {"truncation", "rounding", "bottom", "corners": sentences}, or {"flat": …} alone

    @property
    def best(self):
        """ε at the bottom: where the two lines meet, or the largest that crosses no corner where nothing is cut off."""
        return float(self.eps[np.argmin(self.truncation + self.rounding + np.where(self.corners, np.inf, 0))])


@dataclass(frozen=True)
class Measured:
    """What the loss does when one W or b is nudged, in several ways."""
    name: str               # W1
    layer: int
    directions: np.ndarray  # (n, *shape): 1 at one number, or ±1 at all of them
    slopes: np.ndarray      # (n,) central differences
    usable: np.ndarray      # (n,) False where a slope f′ jumps between the two points, whatever ε
    one_by_one: bool
    noise: float            # what rounding may leave in a slope


@dataclass(frozen=True)
class Compared:
    """The gradient of one W or b beside its central differences."""
    name: str               # W1
    layer: int
    size: int               # how many numbers it has
    ways: int               # how many differences were compared
    one_by_one: bool
    left_out: int           # differences at a corner of an activation, which prove nothing
    verdict: str            # a key of VERDICTS
    largest: float          # relative error; infinite where the shapes differ
    backpropagation: float  # the two numbers where they differ most
    difference: float
    words: str              # a sentence


class Check:
    """The check of one walk: its network, batch and gradients in float64."""

    def __init__(self, walk):
        self.walk, self.network = walk, walk.before.copy(np.float64)
        self.X, self.Y = (np.asarray(part, np.float64) for part in (walk.passed.A[0], walk.Y))
        self.passed = forward(self.network, self.X)
        self.grads = backward(self.network, self.passed, self.Y)
        self.E = float(batch_loss(self.network, self.passed, self.Y))

    @property
    def precision(self):
        """In which precision it is done and why, in two sentences."""
        kind = self.walk.before.dtype
        if kind == np.float64:
            return "The walk is in float64, with about 16 digits. So is this check."
        return (f"The walk is in {kind}, with about 7 digits; this check takes over its weights, inputs and targets "
                f"exactly and goes on in float64, with about 16. In {kind} the rounding of E alone, divided by a small "
                "2ε, would hide the slope.")

    def nudged(self, layer, which, row, column, eps=STEP):
        """Return the Nudged of one weight: W or b of a layer from 1; of b the row does not count."""
        array, index = self._array(layer, which), _index(which, row, column)
        above, below, corners = self._beside(layer, array, index, eps)
        name, of = f"{symbol(which, layer).text}[{', '.join(map(str, index))}]", f"d{which}"
        return Nudged(name, float(array[index]), float(eps), above, below,
                      float(getattr(self.grads, of)[layer - 1][index]),
                      float(getattr(self.walk.grads, of)[layer - 1][index]), corners)

    def valley(self, layer, which, row, column):
        """Return the Valley of one weight."""
        tried = [self.nudged(layer, which, row, column, eps) for eps in STEPS]
        errors, g = np.array([one.error for one in tried]), abs(tried[0].backpropagation)
        corners = np.array([one.corners > 0 for one in tried])
        if g == 0:
            none = np.zeros(len(STEPS))
            return Valley(STEPS, errors, none, none, corners, {"flat": self._why_flat(layer, which, row)})
        rounding, truncation = U * abs(self.E) / STEPS / g, _bend(tried) * STEPS ** 2 / g
        words = _sides(truncation.any(), STEPS[corners]) if rounding[0] < 1 else {"flat": HIDDEN}
        return Valley(STEPS, errors, truncation, rounding, corners, words)

    def _why_flat(self, layer, which, row):
        if which == "W" and not self.passed.A[layer - 1][:, row].any():
            what = "pixel" if layer == 1 and self.walk.images is not None else "input"
            return (f"The {what} that comes in through this weight is 0 in every example, so the loss does not depend "
                    "on it. Both numbers are 0.")
        return "Backpropagation says 0, and nothing can be said relative to that. The quotient is what rounding leaves."

    @cached_property
    def measured(self):
        """[Measured] of every W and b, in the order of the network."""
        rng = np.random.default_rng(0)
        return [self._measured(name, array, rng) for name, array in parameter_arrays(self.network)]

    def _measured(self, name, array, rng):
        layer, one_by_one = int(name[1:]), array.size <= ONE_BY_ONE
        directions = (np.eye(array.size) if one_by_one else rng.choice([-1.0, 1.0], (DIRECTIONS, array.size)))
        directions = directions.reshape(-1, *array.shape)
        slopes, corners = zip(*(self._slope(layer, array, direction) for direction in directions))
        noise = ROUNDING * U * (abs(self.E) + self.walk.m / self.walk.divisor) / STEP
        return Measured(name, layer, directions, np.array(slopes), np.array(corners) == 0, one_by_one, noise)

    def _slope(self, layer, array, direction):
        """(central difference along a direction, corners that are left): a smaller ε where an activation has one."""
        for eps in (STEP, STEP / 10, STEP / 100):
            above, below, corners = self._beside(layer, array, ..., eps * direction)
            if not corners:
                break
        return (above - below) / (2 * eps), corners

    def _array(self, layer, which):
        return getattr(self.network.layers[layer - 1], which)

    def _beside(self, layer, array, index, change):
        """(E with the change added, E with it taken away, slopes f′ that jump in between); all is left as it was."""
        part = Network(self.network.layers[layer - 1:], self.network.loss, self.network.reduction)
        old, passes = array.copy(), []
        for moved in (change, -change):
            array[index] = old[index] + moved
            passes.append(forward(part, self.passed.A[layer - 1]))
            array[...] = old
        above, below = (float(batch_loss(part, passed, self.Y)) for passed in passes)
        return above, below, _corners(part, *passes)

    def compare(self, grads=None):
        """Return [Compared] of gradients (their lists dW and db, in float64), the right ones if none are given."""
        grads = self.grads if grads is None else grads
        return [_compared(one, getattr(grads, f"d{one.name[0]}")[one.layer - 1]) for one in self.measured]

    @property
    def gap(self):
        """The largest difference of the walk's own gradients from those in float64, in parts of the largest of each."""
        pairs = [(a, b) for name in ("dW", "db") for a, b in zip(getattr(self.walk.grads, name),
                                                               getattr(self.grads, name)) if a is not None]
        return max(float(np.abs(a - b).max() / max(np.abs(b).max(), np.finfo(float).tiny)) for a, b in pairs)


def _index(which, row, column):
    return (row, column) if which == "W" else (column,)


def _bend(tried):
    """Return |E‴|/6 from two quotients, without asking backpropagation: Q(ε) = g + E‴/6·ε² + …

    Of the largest ε between which no slope jumps; 0 where what they differ by is rounding.
    """
    far, near = next(((far, near) for far, near in zip(tried, tried[2:]) if not far.corners), tried[-2:])
    apart = abs(far.quotient - near.quotient)
    return apart / (far.eps ** 2 - near.eps ** 2) if apart > ROUNDING * U * abs(far.above) / near.eps else 0.0


def _relative(a, b):
    return 0.0 if a == b else relative_error(a, b, floor=np.finfo(float).tiny)


def _corners(network, above, below):
    """How many slopes f′ differ by a jump between two passes: there a central difference has no one slope to find."""
    jumps = 0
    for l, layer in enumerate(network.layers):
        if slope := ACTIVATIONS[layer.activation].slope:
            apart = slope(above.S[l], above.A[l + 1]) - slope(below.S[l], below.A[l + 1])
            jumps += int((np.abs(apart) > CORNER + np.abs(above.S[l] - below.S[l])).sum())
    return jumps


def _compared(measured, gradient):
    used, shape = measured.usable, measured.directions.shape[1:]
    told = (measured.name, measured.layer, int(np.prod(shape)), int(used.sum()), measured.one_by_one,
            int((~used).sum()))
    if gradient is None:
        return Compared(*told, "missing", np.inf, np.nan, np.nan, VERDICTS["missing"])
    if gradient.shape != shape:
        return Compared(*told, "shape", np.inf, np.nan, np.nan, f"The gradient has the shape {gradient.shape}, "
                        f"{symbol(measured.name[0], measured.layer).text} has {shape}.")
    ours = np.tensordot(measured.directions, gradient, axes=len(shape))[used]
    theirs, floor = measured.slopes[used], measured.noise / TOLERANCE
    errors = np.array([relative_error(a, b, floor) for a, b in zip(ours, theirs)])
    if not errors.size:
        return Compared(*told, "corner", 0.0, np.nan, np.nan, VERDICTS["corner"])
    worst = int(errors.argmax())
    verdict = "differs" if not errors[worst] < TOLERANCE else "agrees"
    if verdict == "agrees" and 0 < max(np.abs(ours).max(), np.abs(theirs).max()) < measured.noise:
        verdict = "too small"
    return Compared(*told, verdict, float(errors[worst]), float(ours[worst]), float(theirs[worst]), VERDICTS[verdict])


VERDICTS = {    # a sentence for each; of "shape" it names both
    "shape": "The gradient has another shape than what it belongs to.",
    "missing": "The backward pass did not get this far.",
    "agrees": "Backpropagation and the central differences agree within the tolerance.",
    "differs": "Backpropagation says something else than the loss does.",
    "too small": "The gradient is smaller than what rounding leaves in a difference of two losses, so this proves "
                 "nothing.",
    "corner": "Every nudge crosses a corner of the activation, where it has no slope, so this proves nothing.",
}
WHY_THIS_TOLERANCE = (
    "With ε = 10⁻⁵, cutting off costs about ε² = 10⁻¹⁰ and rounding about u/ε = 10⁻¹¹, times how much larger the loss "
    "and its bend are than the gradient; a tolerance of 10⁻⁶ leaves room for that, and a mistake in a formula is "
    "hundreds of times larger than 10⁻⁶.")


HIDDEN = ("The gradient is smaller than what rounding leaves in a difference of two losses, at every ε. So this weight "
          "cannot be checked by nudging it alone.")


def _sides(bends, over):
    """What each side of the valley is, in two or three sentences each."""
    truncation = ("With a large ε, E is not a straight line between the two points: the quotient cuts off its bend. "
                  "That costs |E‴|/6·ε²: an ε ten times smaller makes it a hundred times smaller.")
    straight = ("Along this weight nothing is cut off that could be seen here: E is a parabola, or nearly so. The "
                "central difference of a parabola is its slope, whatever ε.")
    words = {"truncation": truncation if bends else straight,
             "rounding": "With a small ε, E₊ and E₋ agree in nearly all digits, and their difference keeps only the "
                         "last ones. That costs about u·E/ε with u = 1.1·10⁻¹⁶: an ε ten times smaller makes it ten "
                         "times larger.",
             "bottom": "The best ε lies in between, where both cost the same." if bends else
                       "The best ε is the largest that crosses no corner." if over.size else
                       "The best ε is the largest."}
    if over.size:
        words["corners"] = (f"Down to ε = {plain_number(over.min(), 2)}, a sum crosses the corner of its activation "
                            "between the two points. The quotient then mixes two slopes, so it may be far off.")
    return words


def agreeing_digits(a, b):
    """Return in how many leading significant digits two numbers agree, at most 15.

    Where a carry hides it, as in 0.1999999 and 0.2000001, it is to how many digits both round alike. 0 where one of
    them is not finite, or 0 and the other is not, or where the signs differ.
    """
    if not (np.isfinite(a) and np.isfinite(b)):
        return 0
    (first, power), (second, other) = (f"{number:+.{MOST_DIGITS - 1}e}".replace(".", "").split("e")
                                       for number in (a, b))
    same = len(commonprefix([first, second])) - 1 if power == other else 0
    alike = next((digits for digits in range(MOST_DIGITS, 0, -1)
                  if float(f"{a:.{digits - 1}e}") == float(f"{b:.{digits - 1}e}")), 0)
    return alike if alike > same + 1 else max(same, 0)


def marked(value, digits, shown=12):
    """Return (the first so many significant digits of a number, the rest, its power of ten) as text.

    Together they are the number with `shown` digits: ("−0.0821670", "40624", ""), ("8.77", "135512345", "·10⁻⁵").
    """
    mantissa, _, exponent = f"{value:#.{shown}g}".partition("e")
    power = "·10" + str(int(exponent)).translate(SUPERSCRIPT) if exponent else ""
    places = [at for at, letter in enumerate(mantissa) if letter.isdigit()]
    significant = [at for at in places if mantissa[:at + 1].strip("-0.")] or places
    end = significant[min(digits, len(significant)) - 1] + 1 if digits else 0
    return mantissa[:end].replace("-", "−"), mantissa[end:].replace("-", "−"), power


@dataclass(frozen=True)
class Updated:
    """One W or b after the walk's step, and after the trainer's."""
    name: str
    size: int
    same: bool          # to the last bit


def same_as_training(walk):
    """Return [Updated]: one batch of the trainer, on a copy of the same network, beside the walk's own step."""
    network, X = walk.before.copy(), walk.passed.A[0] if walk.images is None else walk.images
    for _ in train(network, X, walk.Y, learning_rate=walk.learning_rate, batch_size=walk.m, shuffle=False):
        pass
    return [Updated(name, ours.size, ours.tobytes() == np.ascontiguousarray(theirs).tobytes())
            for (name, ours), (_, theirs) in zip(parameter_arrays(walk.after), parameter_arrays(network))]
