"""What is on a sheet to print, as plain data: a step, the guided way, or a small example to be worked out by hand.

A Sheet holds every number once, given or asked, so that it can be set worked, with blanks, or as its answers; what a
blank asks for stands nowhere else on it.
"""
import re
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

import numpy as np

from . import prose
from .address import to_address
from .arithmetic import arithmetic
from .cards import Card, cards
from .cards.place import number
from .deciding import Decided
from .diagram import Diagram, can_be_drawn, diagram
from .equations import coloured, with_shapes
from .exercise import asked_here
from .figures.heat import share
from .inline import runs
from .notation import ACTIVATION_NOTATION, fill, symbol
from .numbers import plain_number, with_article
from .quantities import inputs, parameters, targets
from .selection import FIELDS, Selection
from .step import Matrix, Step
from .toys import whose
from .view import fields, why
from .way import short_way

WHAT = {"step": "This step", "way": "The guided way", "hand": "The whole example by hand"}
HOW = {"answers": "With blanks, the answers on a page of their own", "blanks": "With blanks", "worked": "Worked"}
DIGITS, HAND_DIGITS = 4, 5      # significant ones: of a large network, and of one that is worked out by hand
TERMS, CELLS = 5, 5             # of a long sum, and of a long row: so many are on paper
OUTPUTS = 10                    # of the last layer: softmax and the loss need the whole row
WIDTH, HEIGHT, GAP = 178., 108., 6.     # millimetres: all the matrices of a step, and between them
LABELS, BIAS = 10., 4.      # millimetres: above a matrix, and one that is a single row
WAYS = {"train": "training", "test": "test", "drawing": "your digit and training"}


@dataclass(frozen=True)
class Number:
    """One number of a sheet."""
    name: str           # of its matrix in the code; or of what it stands for in its step: "dW2 term"
    row: int
    column: int
    value: float
    digits: int
    state: str = "given"    # "given", "asked", or "copied" from where it was asked before

    @property
    def cell(self):
        return self.name, self.row, self.column

    @property
    def text(self):
        return plain_number(self.value, self.digits)


@dataclass(frozen=True)
class Table:
    rows: tuple         # of rows of words and Numbers, the first one the head
    name: str = ""      # of the matrix that it is, in words
    caption: str = ""


@dataclass(frozen=True)
class Panel:
    """A matrix that is too large for its numbers, as a picture: where it stands, in millimetres."""
    matrix: Matrix
    x: float
    y: float
    width: float
    height: float
    cell: tuple         # (row, column) that is selected, None where it has none
    is_result: bool = False


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


def numbers_in(table):
    return [entry for row in table.rows for entry in row if isinstance(entry, Number)]


def sheets(chosen, walk, what, count=1, base=""):
    """Return the Sheets of a view; `what` is a key of WHAT, base the address of the app.

    A `count` above 1 is for an example by hand: so many with other numbers, of the seeds from 1.
    """
    if what == "hand":
        return _by_hand(chosen, walk, count, base)
    keys = [chosen.look.step] if what == "step" else short_way(walk)
    asked = cards(walk, chosen.look.selection) if what == "way" else {}
    blocks = [_block(walk, chosen.look, walk.step(key), asked.get(key), alone=what == "step") for key in keys]
    title = walk.step(keys[0]).title if what == "step" else f"{WHAT['way']} through one step of training"
    facts = _facts(chosen.choice, walk) + (("Cell", _selected(chosen.look, walk, walk.step(keys[0]), what)),)
    return [Sheet(title, facts, link(chosen, base), _asked_once(blocks))]


def can_be_asked(chosen, walk):
    """Return the keys of WHAT that this view can be."""
    here = any(step.key == chosen.look.step for step in walk.steps)
    return [*["step"] * here, "way", *["hand"] * (chosen.choice.preset().is_toy and can_be_drawn(walk.before))]


def link(chosen, base):
    """Return the address of a view."""
    return f"{base}?{urlencode(to_address(chosen), quote_via=quote)}"


def _facts(choice, walk):
    """((what, text), …): what decides the numbers."""
    preset, setting = choice.preset(), choice.settings()
    how = f", {'as the source has it' if choice.chosen_setting == 'source' else 'as it works best'}" \
        if preset.source is not preset.best else ""
    facts = [("Network", f"{preset.title}, {'-'.join(map(str, walk.before.sizes))}{how}")]
    if preset.is_toy:
        many = f", {walk.m} examples" if walk.m > 1 else ""
        facts.append(("Batch", (whose(choice.numbers, choice.edits) or "the numbers of the source") + many))
    else:
        of = f"{walk.m} {WAYS[choice.part]} images" if walk.m > 1 else f"one of the {WAYS[choice.part]} images"
        facts.append(("Batch", f"{choice.batch} ({of})"))
    seed = choice.numbers if preset.is_toy else choice.seed
    known = choice.weights if choice.weights != "untrained" else "" if not preset.is_toy else "as given"
    drawn = setting.initialisation is not None and choice.weights == "untrained"
    facts += [("Seed", str(seed) if drawn or preset.is_toy else "none"),
              ("Weights", (known or "untrained") + (f", {choice.ahead} steps later" if choice.ahead else "")),
              ("α", f"{walk.learning_rate:g}, gradients are the {walk.before.reduction} over the batch")]
    return tuple(facts)


def _selected(look, walk, step, what):
    found = fields(look, step) if what == "step" else [
        {"name": name, "label": FIELDS[name], "value": value} for name, value in vars(look.selection).items()
        if name != "p" or walk.images is not None]
    words = [f"{field['label'].removesuffix(' ' + field['name'])} {field['value']}" for field in found]
    i = min(look.i, walk.m - 1)
    return ", ".join(words) + (f" (example {i} is {with_article(walk.labels[i])})" if walk.labels is not None else "")


# A step of any network

def _block(walk, look, step, card=None, alone=False):
    """A step: what the sheet says, shows and asks of it; `alone` where it has the sheet to itself."""
    small, digits = can_be_drawn(walk.before), HAND_DIGITS if can_be_drawn(walk.before) else DIGITS
    sums = arithmetic(step, look.selection, digits)
    tables = _grids(walk, step) if small else TASKS[step.kind](step, look.selection, sums)
    pictured = alone and not small
    return Block(step.key, step.title, with_shapes(step) if alone or card is None else bare(step),
                 tuple(runs(_why(walk, step))), step.code if alone else "",
                 _panels(step, look.selection) if pictured else (),
                 walk.images[min(look.i, walk.m - 1)].reshape(28, 28)
                 if walk.images is not None and (pictured or step.kind == "input") else None,
                 tables, f"{sums.name} = {sums.symbols}" if sums.symbols else "", sums.lines,
                 tuple(runs(prose.mistake(step.prose))) if alone else (), card)


def _why(walk, step):
    return prose.why(step.prose) if step.kind == "input" else why(walk, step)


def bare(step):
    """The step's equation without the shapes, which a question may ask for."""
    return " ".join(part if isinstance(part, str) else coloured(part) for part in step.equation)


def _number(matrix, row, column, state="given", digits=DIGITS):
    """An entry of a matrix; one of a transposed matrix is the same number as in the matrix itself."""
    value, name = float(matrix.array[row, column]), matrix.name
    if name.endswith(".T"):
        name, row, column = name.removesuffix(".T"), column, row
    return Number(name, row, column, value, digits, state)


def _window(size, at, count=CELLS):
    """So many places of a row, with the selected one among them."""
    first = max(0, min(at - count // 2, size - count))
    return range(first, min(size, first + count))


def _head(row, columns):
    before = "" if row is None else f"{row}, "
    return ("", *(f"[{before}{column}]" for column in columns))


def _sum(step, selection, sums):
    """The largest terms of a sum one below the other, what the others come to, and the total."""
    result, count = step.panels[-1], len(sums.factors)
    row, column = selection.cell(result)
    factors, shown = step.panels[:count], sums.largest(TERMS)
    mine = [(row, None), (None, column)] if count > 1 else [(None, column)]
    state = "asked" if count > 1 else "given"
    lines = [(sums.over.label, *(panel.symbol.text for panel in factors), *["product"] * (count > 1))]
    for n in map(int, shown):
        given = [_number(panel, n if r is None else r, n if c is None else c) for panel, (r, c) in zip(factors, mine)]
        product = [Number(f"{step.key} term", n, 0, float(sums.terms[n]), DIGITS, state)] * (count > 1)
        lines.append((str(n), *given, *product))
    other = np.delete(np.asarray(sums.terms, np.float64), shown)
    wide = [""] * (count - 1)
    if len(other):
        lines.append((f"the other {len(other)} together", *wide, *[""] * (count > 1),
                      Number(f"{step.key} rest", 0, 0, float(other.sum()), DIGITS)))
    if sums.bias is not None:
        lines.append((f"{step.panels[2].symbol.text}[{column}]", *wide, *[""] * (count > 1),
                      _number(step.panels[2], 0, column)))
    place = ", ".join(str(n) for n in (row, column) if n is not None)
    over = f", their sum divided by {step.scale:g}" if step.scale != 1 else ", their sum"
    lines.append((f"{result.symbol.text}[{place}]{over}", *wide, *[""] * (count > 1),
                  _number(result, row or 0, column, "asked")))
    return (Table(tuple(_right(line, count + 1 + (count > 1)) for line in lines)),)


def _right(line, width):
    """A line of a table with so many places: what is short ends at the right."""
    first, *rest = line
    rest = [cell for cell in rest if cell != ""]
    return (first, *[""] * (width - 1 - len(rest)), *rest)


def _cells(step, selection, sums):
    """Some cells of the selected row: what goes into them, and what comes out."""
    *operands, result = step.panels
    row, column = selection.cell(result)
    columns = _window(result.array.shape[1], column)
    used = [of for of in (*operands, *step.undrawn) if f"<{of.name}>" in step.cell]
    found = [of for of in operands if of not in used]
    return (Table(_rows(row, columns, used, [*found, result])),)


def _rows(row, columns, given, asked=()):
    """A line for each matrix, with these columns of a row."""
    at = row or 0
    lines = [_head(row, columns)]
    lines += [(of.symbol.text, *(_number(of, at, n, state) for n in columns))
              for matrices, state in ((given, "given"), (asked, "asked")) for of in matrices]
    return tuple(lines)


def _softmax(step, selection, sums):
    S, A = step.panels
    row, column = selection.cell(A)
    columns = _window(A.array.shape[1], column, OUTPUTS)
    largest = float(S.array[row].max())
    powers = np.exp(S.array[row].astype(np.float64) - largest)
    total = Number(f"{step.key} power", row, -1, float(powers.sum()), DIGITS,
                   "asked" if len(columns) == len(powers) else "given")
    lines = [(*_head(row, columns), "sum"),
             (S.symbol.text, *(_number(S, row, n) for n in columns), ""),
             ("exp(S − c)", *(Number(f"{step.key} power", row, n, float(powers[n]), DIGITS, "asked") for n in columns),
              total),
             (A.symbol.text, *(_number(A, row, n, "asked") for n in columns), "")]
    return (Table(tuple(lines), caption="c is the largest sum of the row."),)


def _loss(step, selection, sums):
    A, Y, E_i = step.panels
    row = selection.at(E_i.rows, len(E_i.array))
    tables, name = [], f"{E_i.symbol.text}, example {row}"
    if step.cell:
        columns = _window(A.array.shape[1], 0, OUTPUTS)
        off = (A.array[row].astype(np.float64) - Y.array[row]) ** 2
        squares = (Number(f"{step.key} square", row, n, float(off[n]), DIGITS, "asked") for n in columns)
        tables.append(Table((*_rows(row, columns, [A, Y]), (f"({A.symbol.text} − {Y.symbol.text})²", *squares))))
        lines = [(name, _number(E_i, row, 0, "asked"))]
    else:
        true = int(Y.array[row].argmax())
        lines = [(f"{A.symbol.text}[{row}, {true}], of the right digit", _number(A, row, true)),
                 (f"{name}: −ln of it", _number(E_i, row, 0, "asked"))]
    if len(E_i.array) > 1:
        other = np.delete(E_i.array.astype(np.float64).ravel(), row)
        over = f", divided by {step.scale:g}" if step.scale != 1 else ""
        lines += [(f"the other {len(other)} examples together", Number(f"{step.key} rest", 0, 0, float(other.sum()),
                                                                      DIGITS)),
                  (f"{step.short}, the sum of all{over}", Number(step.key, 0, 0, float(step.result), DIGITS, "asked"))]
    return (*tables, Table((("", ""), *lines)))


def _update(step, selection, sums):
    old, change, new = step.panels
    gradient, = step.undrawn
    row, column = selection.cell(new)
    return (Table(_rows(row, _window(new.array.shape[1], column), [old, gradient], [change, new])),)


def _pixels(step, selection, sums):
    X = step.panels[-1]
    row, column = selection.cell(X)
    columns = _window(X.array.shape[1], column)
    pixels = [Number("images", row, n, float(step.operands["images"][row, n]), DIGITS) for n in columns]
    return (Table((_head(row, columns), ("pixel, 0 to 255", *pixels),
                   ("X", *(_number(X, row, n, "asked") for n in columns)))),)


TASKS = {"input": _pixels, "product": _sum, "column_sum": _sum, "elementwise": _cells, "rowwise": _softmax,
         "loss": _loss, "update": _update}


# The pictures of its matrices

def _panels(step, selection):
    """The matrices where they stand: a product in Falk's scheme, anything else side by side."""
    place = _falk if step.kind == "product" else _below if step.kind == "column_sum" else _beside
    return tuple(Panel(panel, *box, selection.cell(panel), panel is step.panels[-1])
                 for panel, box in zip(step.panels, place(step.panels)))


def _split(sizes, length, least):
    """Split a length, less the gaps, between sizes."""
    parts = share(sizes, least) * (length - GAP * (len(sizes) - 1))
    return np.concatenate([[0], np.cumsum(parts + GAP)])[:-1], parts


def _falk(panels):
    """The left operand in the rows of the result, the right one and the bias in its columns."""
    left, right, *bias, result = (panel.array.shape for panel in panels)
    (x, after), (wide, narrow) = _split([left[1], right[1]], WIDTH, .22)
    _, (high, flat) = _split([right[0], left[0]], HEIGHT - 2 * LABELS - len(bias) * (LABELS + BIAS), .2)
    below = 2 * LABELS + high + len(bias) * (LABELS + BIAS)
    return [(x, below, wide, flat), (after, LABELS, narrow, high),
            *[(after, 2 * LABELS + high, narrow, BIAS)] * len(bias), (after, below, narrow, flat)]


def _beside(panels):
    starts, widths = _split([panel.array.shape[1] for panel in panels], WIDTH, .9 / max(len(panels), 4))
    return [(x, LABELS, width, HEIGHT * .6) for x, width in zip(starts, widths)]


def _below(panels):
    return [(0., LABELS, WIDTH * .6, HEIGHT * .6), (0., HEIGHT * .6 + 2 * LABELS, WIDTH * .6, BIAS)]


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
    """The whole walk of a small network: its drawing, what is given, and every number that is worked out."""
    steps = [step for step in walk.steps if step.kind != "input"]
    blocks = [Block(step.key, step.title, bare(step), tables=_asked_grids(walk, step), worked=_first_cell(step))
              for step in steps]
    values = {f"{name}{l}": getattr(layer, name) for l, layer in enumerate(walk.before.layers, 1)
              for name in ("W", "b") if getattr(layer, name) is not None}
    given = [inputs(walk), targets(walk),
             *(parameters(walk, l, which) for l, layer in enumerate(walk.before.layers, 1)
               for which in ("W", "b") if getattr(layer, which) is not None)]
    view = replace(chosen, look=replace(chosen.look, step="X", hand="everything"))
    return Sheet(f"One step of training by hand: {chosen.choice.preset().title}", _facts(chosen.choice, walk),
                 link(view, base), _asked_once(blocks), True, diagram(chosen.choice.net, walk.before), values,
                 tuple(_grid(matrix, "given") for matrix in given), _functions(walk), chosen.choice.numbers)


def _functions(walk):
    """What each activation of the network is, and its slope."""
    of = [ACTIVATION_NOTATION[name] for name in dict.fromkeys(layer.activation for layer in walk.before.layers)]
    return tuple(rf"{f.function}(s) = {fill(f.latex, S='s')}, \quad {f.function}'(s) = "
                 rf"{fill(f.slope_latex, A=f'{f.function}(s)', S='s')}" for f in of)


def _first_cell(step):
    """The arithmetic of the step's first cell, in a line."""
    sums = arithmetic(step, Selection(0, 0, 0, 0), HAND_DIGITS)
    return (f"{sums.name} {sums.sign} {sums.numbers} {sums.result_sign} {sums.result}",)


def _names_asked(walk, step):
    """What is worked out at a step; no number a second time, and the change only within the new weight."""
    return [name for name in asked_here(walk, step)
            if not (name.endswith(".T") or name.startswith("change") or walk.m == 1 and name.startswith("E_i"))]


def _asked_grids(walk, step):
    alone = {"E": "E", "E_new": "E′"}
    return tuple(Table((("",), (Number(name, 0, 0, float(step.result), HAND_DIGITS, "asked"),)), alone[name])
                 if name in alone else _grid(step.matrix(name), "asked") for name in _names_asked(walk, step))


def _grids(walk, step):
    """What goes into a step of a small network, and what comes out, every cell of it."""
    names = _names_asked(walk, step)
    given = [panel for panel in (*step.panels, *step.undrawn)
             if panel.name not in names and not panel.name.startswith(("change", "E_i"))]
    return (*(_grid(panel, "given") for panel in given), *_asked_grids(walk, step))


def _grid(matrix, state):
    rows, columns = matrix.array.shape
    return Table((("",) * columns, *(tuple(_number(matrix, row, column, state, HAND_DIGITS) for column in range(columns))
                                     for row in range(rows))), matrix.symbol.text)


# Nothing is given away

def _asked_once(blocks):
    """What is asked in one block is copied from there in those below; what a question tells anyway is not asked."""
    told = " ".join(_spoken(block) for block in blocks)
    asked, found = set(), []
    for block in blocks:
        tables = tuple(replace(table, rows=tuple(tuple(_settled(entry, asked, told) for entry in row)
                                                 for row in table.rows)) for table in block.tables)
        asked |= {entry.cell for table in tables for entry in numbers_in(table) if entry.state == "asked"}
        found.append(replace(block, tables=tables))
    return tuple(found)


def _settled(entry, asked, told):
    if not isinstance(entry, Number):
        return entry
    if entry.cell in asked:
        return replace(entry, state="copied")
    return replace(entry, state="given") if entry.state == "asked" and is_told(entry, told) else entry


def _spoken(block):
    """The words of a block's question."""
    card = block.question
    return "" if card is None else " ".join([card.question, *(choice.text for choice in card.choices)])


def is_told(entry, words):
    """Whether the words have this number to three digits or more; a whole number of one digit is no news."""
    texts = {number(entry.value, digits) for digits in (3, 4, 6)}
    return any(len(text.strip("−0.")) > 1 and re.search(rf"(?<![\d.]){re.escape(text)}(?![\d.]*\d)", words)
               for text in texts)


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
