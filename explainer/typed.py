"""A number as a person types it: comma or point, a minus of any kind, a fraction, a power of ten."""
import re
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

SIGNS = str.maketrans("−–—‒﹣－⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹", "-------+0123456789")
POWER = re.compile(r"[·*×x]10\^?([+-]?\d{1,3})$|[·*×x]10\^?\{([+-]?\d{1,3})\}$", re.ASCII)
DECIMAL = re.compile(r"([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,3}))?", re.ASCII)
LONGEST = 40        # characters


@dataclass(frozen=True)
class Typed:
    value: float
    digits: int | None  # significant digits; None: exact, as a fraction is
    last: float         # the worth of one in the last place; 0 for an exact number


def number(text):
    """Return the Typed number in a text: 0.5, -0,5, −.5, 1/3, 1e-3, 2.1·10⁻³. Raises ValueError in a sentence."""
    plain = "".join(str(text).split()).translate(SIGNS).lower()
    if not plain:
        raise ValueError("type a number first")
    if len(plain) > LONGEST:
        raise ValueError("that is too long for a number")
    if "/" in plain:
        return _fraction(plain)
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    power = POWER.search(plain)
    if power:
        plain = f"{plain[:power.start()]}e{power[1] or power[2]}"
    found = DECIMAL.fullmatch(plain)
    if not found or not (found[2] or found[3]):
        raise ValueError("that cannot be read as a number: 0.25, −0.25, 1/4 and 2.5e-1 can")
    value, exponent = float(plain), int(found[4] or 0)
    if not isfinite(value):
        raise ValueError("that number is too large")
    return Typed(value, len((found[2] + found[3]).lstrip("0")), 10.0 ** (exponent - len(found[3])))


def _fraction(plain):
    try:
        return Typed(float(Fraction(plain)), None, 0.0)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError("a fraction is two whole numbers, the second not 0, as in 1/3") from None
