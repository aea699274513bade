"""A Claim is one sentence of a proof, with the numbers that were just computed, and whether they bear it out."""
from dataclasses import dataclass

import numpy as np

from ..numbers import plain_number


@dataclass(frozen=True)
class Claim:
    says: str       # Markdown
    holds: bool


def refused(what, do):
    """Claim that NumPy refuses to do it; quote its message."""
    try:
        do()
    except (ValueError, IndexError) as error:
        return Claim(f"{what}: NumPy stops, “{error}”.", True)
    return Claim(f"{what}: NumPy does it without a word.", False)


def has_shape(what, array, shape):
    """Claim the shape of an array."""
    return Claim(f"{what}: {array.shape}.", array.shape == shape)


def central_difference(E, array, step=1e-5):
    """Return E's slope by every number of `array`, each nudged both ways and put back."""
    slope = np.empty_like(array)
    for at in np.ndindex(array.shape):
        old = array[at]
        array[at] = old + step
        above = E()
        array[at] = old - step
        below = E()
        array[at] = old
        slope[at] = (above - below) / (2 * step)
    return slope


def off_by(gradient, slope):
    """Return the largest difference of a gradient from a slope, in parts of the slope's largest number."""
    return float(np.abs(gradient - slope).max() / np.abs(slope).max())


def is_slope(what, gradient, slope):
    """Claim that a gradient is the slope that central differences find."""
    apart = off_by(gradient, slope) if gradient.shape == slope.shape else np.inf
    return Claim(f"{what}: as central differences find it, to {plain_number(apart, 2)} of the largest "
                 "slope.", apart < 1e-6)


def is_not_slope(what, gradient, slope):
    """Claim that it is not, by far."""
    apart = off_by(gradient, slope)
    return Claim(f"{what}: not what central differences find, off by {plain_number(apart, 2)} of the largest "
                 "slope.", apart > .01)


def listed(numbers, digits):
    """Return numbers in brackets, with so many decimals."""
    return "(" + ", ".join(f"{number:.{digits}f}".replace("-", "−") for number in np.ravel(numbers)) + ")"
