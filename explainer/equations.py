"""LaTeX for the screen: symbols in their colours with their shapes beneath, and numbers a reader can add up."""
import re
from math import isfinite

from .figures.theme import ROLES
from .notation import SUPERSCRIPT


def coloured(matrix):
    return rf"\textcolor{{{ROLES[matrix.role]}}}{{{matrix.symbol}}}"


def with_shapes(step):
    """The step's equation with the shape under every symbol."""
    parts = []
    for part in step.equation:
        if isinstance(part, str):
            parts.append(part)
        else:
            rows, columns = part.array.shape
            parts.append(rf"\underset{{{rows}\times{columns}}}{{{coloured(part)}}}")
    return " ".join(parts)


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


def with_article(digit):
    """Return "a 7", "an 8"."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def signed_number(value, digits=4):
    """Return + 0.5 or − 0.5 as LaTeX, to go on with a sum."""
    return f" - {tex_number(-value, digits)}" if value < 0 else f" + {tex_number(value, digits)}"


def fitting(line, narrow=34, narrower=44):
    """Return the LaTeX line in a smaller size where it is long; lengths are in printed characters."""
    printed = len(re.sub(r"\\textcolor\{#\w+\}|\\[a-zA-Z]+|[{}^_\\,! ]", "", line))
    sizes = (narrow, ""), (narrower, r"\small "), (narrower + 8, r"\footnotesize "), (float("inf"), r"\scriptsize ")
    return next(size for longest, size in sizes if printed <= longest) + line


def tex_factor(value, digits=4):
    """The same, in brackets where it is negative and stands after another sign."""
    text = tex_number(value, digits)
    return f"({text})" if text.startswith("-") else text


def entry(matrix, row, column):
    """Return the LaTeX of one entry: S¹[17, 4], indices from 0 as in NumPy."""
    index = ",".join(str(n) for n in (row, column) if n is not None)
    return rf"{coloured(matrix)}[{index}]"


def vector_entry(matrix, column):
    return rf"{coloured(matrix)}[{column}]"
