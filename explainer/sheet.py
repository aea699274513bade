"""What is on a sheet to print, as plain data: a step, the guided way, or a small example to be worked out by hand.

A Sheet holds every number once, given or asked, so that it can be set worked, with blanks, or as its answers; what a
blank asks for stands nowhere else on it.
"""
import re
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from . import links, prose
from .address import to_address
from .arithmetic import arithmetic
from .by_hand import LEVELS, covered
from .cards import Card, cards
from .cards.place import number
from .deciding import Decided
from .diagram import Diagram, can_be_drawn, diagram
from .equations import coloured, with_shapes
from .inline import runs
from .notation import ACTIVATION_NOTATION, fill, symbol
from .numbers import with_article
from .quantities import inputs, parameters, targets
from .selection import FIELDS, Selection
from .sheet_numbers import (
    DIGITS,
    HAND_DIGITS,
    Number,
    asked_grids,
    grid,
    numbers_in,
    tables,
)
from .sheet_panels import panels
from .toys import whose
from .view import fields, why
from .way import short_way

WHAT = {"step": "This step", "way": "The guided way", "hand": "The whole example by hand"}
HOW = {"answers": "With blanks, answers at the end", "blanks": "With blanks", "worked": "Worked"}
EVERYTHING = "everything"   # of the LEVELS
WAYS = {"train": "training", "test": "test", "drawing": "your digit and training"}


@dataclass(frozen=True)
class Block:
    """What is on a sheet of one step."""
    key: str
    title: str
    equation: str       # LaTeX
    words: tuple = ()   # runs of the paragraph
    code: str = ""
    panels: tuple = ()
    image: np.ndarray | None = None     # (28, 28) uint8: the selected example
    tables: tuple = ()
    formula: str = ""   # LaTeX of the selected cell, without numbers
    worked: tuple = ()  # LaTeX, line by line with the numbers: on a worked sheet
    mistake: tuple = ()     # runs, on a worked sheet
    question: Card | None = None


@dataclass(frozen=True)
class Sheet:
    title: str
    facts: tuple        # ((what, text), …) for the head
    link: str
    blocks: tuple
    by_hand: bool = False
    network: Diagram | None = None
    values: dict | None = None      # {"W1": array, …} for the drawing
    given: tuple = ()   # of Table
    functions: tuple = ()   # LaTeX: its activations and their slopes
    seed: int = 0

    @property
    def digits(self):
        """How many significant digits its numbers have."""
        return max((entry.digits for entry in self.numbers), default=DIGITS)

    @property
    def asked(self):
        """The Numbers that are asked, in their order."""
        return [entry for entry in self.numbers if entry.state == "asked"]

    @property
    def numbers(self):
        return [entry for block in self.blocks for table in block.tables for entry in numbers_in(table)]


@np.errstate(all="ignore")      # a step too long overflows; what is not finite is given
def sheets(chosen, walk, what, count=1, base="", data=""):
    """Return the Sheets of a view; `what` is a key of WHAT, base the address of the app, data what the images are.

    An example by hand asks for what the view covers, or for everything where it covers nothing. A `count` above 1 makes
    so many of them with other numbers, of the seeds from 1.
    """
    if what == "hand":
        return _by_hand(chosen, walk, count, base)
    keys = [chosen.look.step] if what == "step" else short_way(walk)
    asked = cards(walk, chosen.look.selection) if what == "way" else {}
    blocks = [_block(walk, chosen.look, walk.step(key), asked.get(key), alone=what == "step") for key in keys]
    title = walk.step(keys[0]).title if what == "step" else f"{WHAT['way']} through one step of training"
    facts = _facts(chosen.choice, walk, data) + (("Cell", _selected(chosen.look, walk, walk.step(keys[0]), what)),)
    return [Sheet(title, facts, link(chosen, base), _asked_once(blocks))]


def can_be_asked(chosen, walk):
    """Return the keys of WHAT that this view can be."""
    here = any(step.key == chosen.look.step for step in walk.steps)
    return [*["step"] * here, "way", *["hand"] * (chosen.choice.preset().is_toy and can_be_drawn(walk.before))]


def link(chosen, base):
    """Return the address of a view."""
    return links.link(base, to_address(chosen))


def _facts(choice, walk, data=""):
    """((what, text), …): what decides the numbers."""
    preset, setting = choice.preset(), choice.settings()
    how = f", {'as the source has it' if choice.chosen_setting == 'source' else 'as it works best'}" \
        if preset.source is not preset.best and not whose(choice.numbers, choice.edits) else ""
    facts = [("Network", f"{preset.title}, {'-'.join(map(str, walk.before.sizes))}{how}")]
    if preset.is_toy:
        many = f", {walk.m} examples" if walk.m > 1 else ""
        facts.append(("Batch", (whose(choice.numbers, choice.edits) or "the numbers of the source") + many))
    else:
        of = f"{walk.m} {WAYS[choice.part]} images" if walk.m > 1 else f"one of the {WAYS[choice.part]} images"
        facts += [("Batch", f"{choice.batch} ({of})"), *[("Data", data)] * bool(data)]
    seed = choice.numbers if preset.is_toy else choice.seed
    drawn = setting.initialisation is not None and choice.weights == "untrained"
    facts += [("Seed", str(seed) if drawn or preset.is_toy else "none"), ("Weights", _weights(choice)),
              ("α", f"{walk.learning_rate:g}, gradients are the {walk.before.reduction} over the batch")]
    if all(layer.frozen_bias for layer in walk.before.layers if layer.b is not None) and preset.is_toy:
        facts.append(("Biases", "stay as they are, as in the source"))
    return tuple(facts)


def _weights(choice):
    """Whose weights these are, in a few words."""
    later = f", {choice.ahead} steps later" if choice.ahead else ""
    if choice.of_run:
        run, (unit, *count) = choice.of_run
        return f"run {run}, {'epoch' if unit == 'e' else 'batch'} {''.join(count)}{later}"
    given = choice.weights == "untrained" and choice.settings().initialisation is None
    return ("as given" if given else choice.weights) + later


def _selected(look, walk, step, what):
    found = fields(look, step) if what == "step" else [
        {"name": name, "label": FIELDS[name], "value": value} for name, value in vars(look.selection).items()
        if name != "p" or walk.images is not None]
    words = [f"{field['label']} = {field['value']}" for field in found]
    i = min(look.i, walk.m - 1)
    return ", ".join(words) + (f" (example {i} is {with_article(walk.words[i])})" if walk.labels is not None else "")


# A step of any network

def _block(walk, look, step, card=None, alone=False):
    """A step: what the sheet says, shows and asks of it; `alone` where it has the sheet to itself."""
    small = can_be_drawn(walk.before)
    sums = arithmetic(step, look.selection, HAND_DIGITS if small else DIGITS)
    shown, numbers = alone and not small, tables(walk, step, look.selection, sums)
    asked = {entry.name for table in numbers for entry in numbers_in(table) if entry.state == "asked"} - {"X"}
    image = walk.images[min(look.i, walk.m - 1)].reshape(28, 28) if walk.images is not None else None
    return Block(
        step.key, step.title, with_shapes(step) if alone or card is None else bare(step), tuple(runs(_why(walk, step))),
        step.code if alone else "", panels(step, look.selection, asked) if shown else (),
        image if shown or step.kind == "input" else None, numbers,
        f"{sums.name} = {sums.symbols}" if sums.symbols else "", sums.lines,
        tuple(runs(prose.mistake(step.prose))) if alone else (), card)


def _why(walk, step):
    return prose.why(step.prose) if step.kind == "input" else why(walk, step)


def bare(step):
    """The step's equation without the shapes, which a question may ask for."""
    return " ".join(part if isinstance(part, str) else coloured(part) for part in step.equation)


# A small example

def _by_hand(chosen, walk, count, base):
    if count == 1:
        return [_example(chosen, walk, base)]
    found = []
    for seed in range(1, count + 1):
        choice = replace(chosen.choice, numbers=seed, edits="", weights="untrained", ahead=0)
        found.append(_example(replace(chosen, choice=choice), Decided(choice, None).walk(), base))
    return found


def _example(chosen, walk, base):
    """The whole walk of a small network: its drawing, what is given, and every number that is covered."""
    level = chosen.look.hand if LEVELS[chosen.look.hand] else EVERYTHING
    asked = covered(walk, level)
    blocks = [Block(step.key, step.title, bare(step), worked=_first_cell(step),
                    tables=asked_grids(walk, step, "asked" if step.key in asked else "given"))
              for step in walk.steps if step.kind != "input"]
    values = {f"{name}{l}": getattr(layer, name) for l, layer in enumerate(walk.before.layers, 1)
              for name in ("W", "b") if getattr(layer, name) is not None}
    given = [inputs(walk), targets(walk),
             *(parameters(walk, l, which) for l, layer in enumerate(walk.before.layers, 1)
               for which in ("W", "b") if getattr(layer, which) is not None)]
    view = replace(chosen, look=replace(chosen.look, step=asked[0], hand=level))
    return Sheet(f"One step of training by hand: {chosen.choice.preset().title}", _facts(chosen.choice, walk),
                 link(view, base), _asked_once(blocks), True, diagram(chosen.choice.net, walk.before), values,
                 tuple(grid(matrix, "given") for matrix in given), _functions(walk), chosen.choice.numbers)


def _functions(walk):
    """What each activation of the network is, and its slope."""
    of = [ACTIVATION_NOTATION[name] for name in dict.fromkeys(layer.activation for layer in walk.before.layers)]
    return tuple(rf"{f.function}(s) = {fill(f.latex, S='s')}, \quad {f.function}'(s) = "
                 rf"{fill(f.slope_latex, A=f'{f.function}(s)', S='s')}" for f in of)


def _first_cell(step):
    """The arithmetic of the step's first cell, in a line."""
    sums = arithmetic(step, Selection(0, 0, 0, 0), HAND_DIGITS)
    return (f"{sums.name} {sums.sign} {sums.numbers} {sums.result_sign} {sums.result}",)


# Nothing is given away

def _asked_once(blocks):
    """What is asked in one block is copied from there in those below; what a question tells anyway is not asked."""
    told = {text for block in blocks for text in _told(block.question)}
    asked, found = set(), []
    for block in blocks:
        settled = tuple(replace(table, rows=tuple(tuple(_settled(entry, asked, told) for entry in row)
                                                  for row in table.rows)) for table in block.tables)
        asked |= {entry.cell for table in settled for entry in numbers_in(table) if entry.state == "asked"}
        found.append(replace(block, tables=settled))
    return tuple(found)


def _settled(entry, asked, told):
    if not isinstance(entry, Number):
        return entry
    if entry.cell in asked:
        return replace(entry, state="copied")
    known = entry.state == "asked" and (
        not isfinite(entry.value) or told and {number(abs(entry.value), digits) for digits in (3, 4, 6)} & told)
    return replace(entry, state="given") if known else entry


def _told(card):
    """The numbers in a question and its choices, without their signs; those of one digit are no news."""
    if card is None:
        return set()
    words = " ".join([card.question, *(choice.text for choice in card.choices)])
    return {text for text in re.findall(r"\d[\d,.]*\d(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?", words) if len(text.strip("0.")) > 1}


def key(found):
    """Return [(name of a number, [its text on each sheet])]: the answers of sheets that ask the same."""
    names = [name_of(entry) for entry in found[0].asked]
    return [(name, [sheet.asked[n].text for sheet in found]) for n, name in enumerate(names)]


def name_of(entry):
    """S¹[0, 1], or E."""
    if entry.name in ("E", "E_new"):
        return "E" if entry.name == "E" else "E′"
    kind, layer, renewed = re.fullmatch(r"([A-Za-z]+(?:_i)?)(\d*)(_new)?", entry.name).groups()
    text = symbol(kind, layer).text + "′" * bool(renewed)
    row = () if kind in ("b", "db") else (entry.row,)
    column = () if kind == "E_i" else (entry.column,)
    return f"{text}[{', '.join(map(str, (*row, *column)))}]"
