"""Numbers as text: for LaTeX with so many significant digits, for captions, as shares, with their article."""
from math import isfinite

import numpy as np

from .notation import SUPERSCRIPT


def tex_number(value, digits=4):
    """Return a number as LaTeX with so many significant digits: −1.27, 3.1·10⁻⁵."""
    value = float(value) + 0.0      # minus zero becomes zero
    if not isfinite(value):
        return r"\text{not a number}" if value != value else (r"\infty" if value > 0 else r"-\infty")
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa}\cdot10^{{{int(exponent)}}}"
    return text


def equals(value, digits=4):
    """Return what stands between the number and itself as LaTeX: = or, where so many digits do not tell it all, ≈.

    A float that is the nearest one to the digits counts as told, in its own precision.
    """
    kind = value.dtype if isinstance(value, np.floating) else np.float64
    value = float(value)
    told = not isfinite(value) or abs(float(f"{value:.{digits}g}") - value) <= 2 * np.finfo(kind).eps * abs(value)
    return "=" if told else r"\approx"


def tex_factor(value, digits=4):
    """Return the number as LaTeX, in brackets where it is negative and stands after another sign."""
    text = tex_number(value, digits)
    return f"({text})" if text.startswith("-") else text


def signed_number(value, digits=4):
    """Return + 0.5 or − 0.5 as LaTeX, to go on with a sum."""
    return f" - {tex_number(-value, digits)}" if value < 0 else f" + {tex_number(value, digits)}"


def plain_number(value, digits=4):
    """Return the same number as text for captions: −1.27, 3.1·10⁻⁵."""
    text = tex_number(value, digits).replace("-", "−")
    if r"\cdot10^{" in text:
        mantissa, exponent = text.rstrip("}").split(r"\cdot10^{")
        text = f"{mantissa}·10" + exponent.translate(SUPERSCRIPT)
    return {r"\infty": "infinity", r"−\infty": "minus infinity"}.get(text, text.replace(r"\text{", "").rstrip("}"))


def percent(share, digits=2):
    """Return a share as text for captions: 97.58 %."""
    return f"{share:.{digits}%}".replace("%", " %")


def called(words, n):
    """Return "a 7", "an Ankle boot", or "class 7" where the words are no more than that."""
    return words[n] if words[n] == f"class {n}" else with_article(words[n])


def with_article(word):
    """Return "a 7", "an 8", "an Ankle boot", of a digit or of the word for a class."""
    return f"{'an' if str(word)[0] in '8AEIOaeio' else 'a'} {word}"
