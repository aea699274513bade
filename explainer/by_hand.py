"""A number worked out by hand is judged: right, or which slip gives it, because every slip is computed and compared.

`judge` is all that a page needs for one cell; `askable` says what of a step can be asked, `covered` which steps are
covered at each of the LEVELS, from the end of the walk to its beginning.
"""
import re
from dataclasses import dataclass

from .asked import Asked
from .numbers import plain_number
from .slips import wrong_values
from .typed import number

NAME = re.compile(r"(X|Y|S|A|dA|slope|delta|dW|db|change_W|change_b|W|b|E_i|E)(\d*)(_new)?(\.T)?")
GIVEN = ("X", "Y", "W", "b")
ENOUGH = 3      # significant digits
EXACT = 1e-9    # relative: the same number but for the rounding of floats
CLOSE = 5e-3    # relative: rounded too much on the way
LEVELS = {      # {what is covered: its phases}; worked steps are taken away from the end, as fading does
    "nothing": (), "the update": ("update", "after"), "the way back": ("backward", "update", "after"),
    "everything": ("forward", "loss", "backward", "update", "after")}


@dataclass(frozen=True)
class Verdict:
    right: bool | None      # None: nothing to judge yet, or too few digits to tell
    slips: tuple            # names of the slips that give this number, keys of SLIPS
    sentence: str           # for the reader, as inline.py reads it


def judge(walk, key, name, cell, text):
    """Return the Verdict on what was typed for a cell (row, column) of a panel of the step with this key.

    name is a name of `askable`; E and E_new are single numbers, with any cell. A right number agrees, rounded or cut
    off, in all its digits, and has at least three significant ones or is exact. Raises ValueError for what is not
    asked.
    """
    asked = ask(walk, key, name, cell)
    try:
        typed = number(text)
    except ValueError as error:
        words = str(error)
        return Verdict(None, (), f"{words[0].upper()}{words[1:]}.")
    if _hides_the_step(asked, typed):
        return Verdict(None, (), "So far it agrees, but so does the number before the step, "
                                 f"{plain_number(asked.old[0])}. Give more digits.")
    if _is(typed, asked.value):
        digits = min(max(typed.digits or 0, 6), 9)
        return Verdict(True, (), f"Right: {asked.name} = {plain_number(asked.value, digits)}.")
    found = [wrong for wrong in wrong_values(asked) if not _same(wrong[1], asked.value)]
    return (_slips(found, typed, _is) or _too_few(asked, typed) or _rounded(asked, typed)
            or _slips(found, typed, _near) or _unknown(walk, key))


def ask(walk, key, name, cell):
    """Return the Asked of a cell; a panel that stands there transposed is asked the other way round."""
    if name not in askable(walk, key):
        raise ValueError(f"{name} is not asked at {key}")
    if name in ("E", "E_new"):
        value, text = (walk.E, "E") if name == "E" else (walk.E_new, "E′")
        return Asked(walk, name, None, 0, 0, float(value), text)
    matrix, (kind, layer, renewed, transposed) = walk.step(key).matrix(name), NAME.fullmatch(name).groups()
    row, column = cell
    value, place = float(matrix.array[row, column]), f"{row}, {column}"
    if kind in ("b", "db", "change_b", "E_i"):      # a vector, whatever it stands as
        place = str(row if kind == "E_i" else column)
    if transposed:
        row, column = column, row
    return Asked(walk, kind + (renewed or ""), int(layer) if layer else None, row, column, value,
                 f"{matrix.symbol.text}[{place}]")


def askable(walk, key):
    """Return the names of what can be asked at a step: its panels that are worked out, and E where it is one."""
    step = walk.step(key)
    names = [panel.name for panel in step.panels if _is_worked_out(panel.name)]
    return (*names, key) if step.kind == "loss" else tuple(names)


def _is_worked_out(name):
    kind, _, renewed, _ = NAME.fullmatch(name).groups()
    return bool(renewed) or kind not in GIVEN


def covered(walk, level):
    """Return the keys of the steps whose results are covered at a level, a key of LEVELS, in the order of the walk."""
    return tuple(step.key for step in walk.steps if step.phase in LEVELS[level] and step.kind != "input")


def _same(value, other):
    return abs(value - other) <= EXACT * max(abs(value), abs(other)) or max(abs(value), abs(other)) < 1e-12


def _hides_the_step(asked, typed):
    """Whether an update is typed with so few digits that no step can be seen in them."""
    return (asked.kind in ("W_new", "b_new") and _agrees(typed, asked.value) and _agrees(typed, asked.old[0])
            and not _same(asked.value, asked.old[0]))


def _agrees(typed, value):
    """Whether the value becomes what was typed if it is rounded to its digits, or cut off after them."""
    if typed.digits is None:
        return abs(typed.value - value) <= 5e-4 * abs(value)
    cut = abs(value) - abs(typed.value)
    off = abs(typed.value - value)
    return _same(typed.value, value) or off <= .5000001 * typed.last or off == cut < .999999 * typed.last


def _precise(typed, value):
    return typed.digits is None or typed.digits >= ENOUGH or _same(typed.value, value)


def _is(typed, value):
    return _agrees(typed, value) and _precise(typed, value)


def _near(typed, value):
    return abs(typed.value - value) <= CLOSE * abs(value) and _precise(typed, value)


def _slips(found, typed, fits):
    """Return the Verdict that names every slip whose value fits, each once, or None."""
    sentences = {}
    for name, value, sentence in found:
        if fits(typed, value):
            sentences.setdefault(name, sentence)
    if not sentences:
        return None
    told = " **Or:** ".join(sentences.values())
    return Verdict(False, tuple(sentences), told if fits is _is else f"**Perhaps:** {told}")


def _too_few(asked, typed):
    if _agrees(typed, asked.value):
        return Verdict(None, (), "So far it agrees. Give at least three significant digits, as in 0.0123.")


def _rounded(asked, typed):
    if abs(typed.value - asked.value) > CLOSE * abs(asked.value) or not _precise(typed, asked.value):
        return None
    return Verdict(False, ("rounded",), "Close: the way is right, but the last digits are not. Carry more digits "
                                        "along, and round only at the end.")


def _unknown(walk, key):
    return Verdict(False, (), "Not right, and no usual slip gives this number. Go through it once more, factor by "
                              f"factor: `{' '.join(walk.step(key).code.split())}`.")
