"""A sheet to print as one HTML file that needs nothing else: style, formulas, drawings and pictures are inside it."""
import base64
import io
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image

from .. import shipped
from ..figures.heat import limit
from ..figures.theme import PRINTED, ROLES
from ..inline import runs
from ..numbers import plain_number
from ..sheet import key
from ..sheet_numbers import Number, numbers_in
from .mathml import mathml

HERE = Path(__file__).parent
PAPERS = {"A4": "A4", "Letter": "letter"}      # {name: what CSS calls it}
FINE = 12           # pixels a millimetre, at least: 300 dpi
SEEDS = 10          # columns of the key
WIDE = 8            # columns: more are set closer
DENSE = 45          # boxes of a whole example: more have no words beside the equations, so that they fit a page
LETTERS = "abcdefgh"
AT, BIAS_AT = .3, .5   # where along an edge of the drawing its number stands


def page(found, how, paper="A4"):
    """Return the HTML of the Sheets `found`; how is a key of sheet.HOW, paper one of PAPERS.

    Several sheets have their answers in one table at the end, for each seed.
    """
    body = "".join(_sheet(sheet, how == "worked") for sheet in found)
    if how != "worked" and len(found) > 1:
        body += _key(found)
    elif how == "answers":
        body += _answers(found[0])
    style = shipped.read(HERE / "sheet.css")
    return (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(found[0].title)}</title>'
            f"<style>@page {{ size: {PAPERS[paper]} portrait; margin: 12mm }}\n{style}</style></head>\n"
            f"<body>{body}</body></html>\n")


def _sheet(sheet, worked):
    blocks = "".join(_block(block, worked, sheet, n) for n, block in enumerate(sheet.blocks, 1))
    dense = len(sheet.asked) > DENSE and not worked
    kind = f"by-hand{' dense' * dense}" if sheet.by_hand else "way" if len(sheet.blocks) > 1 else "alone"
    return (f'<section class="sheet {kind}">{_head(sheet)}{"" if worked else _how(sheet)}{_given(sheet)}'
            f'<div class="blocks">{blocks}</div></section>\n')


def _head(sheet, answers=False):
    facts = "".join(f"<div><dt>{escape(name)}</dt> <dd>{escape(text)}</dd></div>" for name, text in sheet.facts)
    who = "" if answers else '<p class="who"><span>Name</span><i></i><span>Date</span><i class="short"></i></p>'
    return (f"<header><h1>{'Answers: ' * answers}{escape(sheet.title)}</h1>{who}"
            f'<dl>{facts}</dl><p class="link">{escape(sheet.link)}</p></header>')


def _how(sheet):
    """What is to be done, in a line."""
    copied = " Copy into a dashed one what you found above." if any(n.state == "copied" for n in sheet.numbers) else ""
    return (f'<p class="how">Work out what goes into each empty box of the tables, to {sheet.digits} significant '
            f'digits; zeros at the end may be left out.{copied}</p>')


def _given(sheet):
    """The network of a small example, drawn with its numbers, and these as matrices."""
    if sheet.network is None:
        return ""
    tables = "".join(_table(table, True) for table in sheet.given)
    lines = "".join(f'<p class="sum">{mathml(line)}</p>' for line in sheet.functions)
    return f'{lines}<div class="start">{_network(sheet.network, sheet.values)}<div class="tables">{tables}</div></div>'


def _block(block, worked, sheet, n):
    tables = "".join(_table(table, worked) for table in block.tables)
    lines = block.worked if worked else (block.formula,) * bool(block.formula)
    parts = [_title(block, n, sheet), f'<p class="equation">{mathml(block.equation)}</p>',
             _words(block.words), f"<pre>{escape(block.code)}</pre>" if block.code else "", _panels(block, worked),
             *(f'<p class="sum">{mathml(line)}</p>' for line in lines),
             f'<div class="tables">{tables}</div>' if tables else "", _question(block.question, worked),
             _words((("bold", "Common mistake."), ("text", " "), *block.mistake)) if worked and block.mistake else ""]
    return f'<article>{"".join(parts)}</article>'


def _title(block, n, sheet):
    """The step's name with its number; a step that is alone has it in the head."""
    return f"<h2>{n}. <span>{escape(block.title)}</span></h2>" if len(sheet.blocks) > 1 else ""


def _words(parts):
    return f"<p>{_runs(parts)}</p>" if parts else ""


def _runs(parts):
    """Set runs, as inline.py has them."""
    marks = {"text": escape, "formula": mathml, "code": lambda text: f"<code>{escape(text)}</code>",
             "bold": lambda text: f"<b>{escape(text)}</b>", "link": lambda link: escape(link[0])}
    return "".join(marks[kind](part) for kind, part in parts)


def _table(table, worked):
    """A table; what is asked is a box, unless it is worked."""
    rows = "".join(f"<tr>{''.join(_cell(entry, worked) for entry in row)}</tr>" for row in table.rows if any(row))
    name = f'<span class="name">{escape(table.name)} =</span>' if table.name else ""
    wide = ' class="wide"' if max(map(len, table.rows)) > WIDE else ""
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    return f'<div class="table">{name}<table{wide}>{caption}{rows}</table></div>'


def _cell(entry, worked):
    if not isinstance(entry, Number):
        return f"<th>{escape(entry)}</th>"
    if worked or entry.state == "given":
        return f'<td class="{entry.state}">{entry.text}</td>'
    return f'<td class="{entry.state} empty"></td>'


def _question(card, worked):
    if card is None:
        return ""
    lines = "".join(
        f"<li>{'☒' if worked and choice.right else '☐'} {LETTERS[n]}) {_runs(runs(choice.text))}"
        f"{': ' + _runs(runs(choice.why)) if worked and choice.right else ''}</li>"
        for n, choice in enumerate(card.choices))
    return f'<div class="question"><p><b>Question.</b> {_runs(runs(card.question))}</p><ul>{lines}</ul></div>'


# Pictures

def _panels(block, worked):
    """The matrices of a step in one drawing, in millimetres; what is asked is an empty frame until it is worked."""
    if block.image is not None and not block.panels:
        return f'<div class="digit">{_svg(20, 20, _picture(255 - block.image, 0, 0, 20, 20), "the example")}</div>'
    if not block.panels:
        return ""
    parts = [_panel(panel, worked) for panel in block.panels]
    if block.image is not None:
        corner = int(min(30, block.panels[-1].x - 12, block.panels[-1].y - 24)) if len(block.panels) > 2 else 0
        if corner > 12:
            parts.append(_picture(255 - block.image, 2, 2, corner, corner))
    wide = max(panel.x + panel.width for panel in block.panels) + 6
    high = max(panel.y + panel.height for panel in block.panels) + 1
    names = ", ".join("{} {} by {}".format(panel.matrix.symbol.text, *panel.matrix.array.shape)
                      for panel in block.panels)
    return f'<div class="panels">{_svg(wide, high, "".join(parts), names)}</div>'


def _svg(wide, high, inside, label):
    return (f'<svg viewBox="-5 0 {wide + 5:.1f} {high:.1f}" style="width: {wide + 5:.1f}mm" role="img" '
            f'aria-label="{escape(label)}">{inside}</svg>')


def _panel(panel, worked):
    x, y, width, height = panel.x, panel.y, panel.width, panel.height
    rows, columns = panel.matrix.array.shape
    row, column = panel.cell
    name = (f'<text x="{x:.1f}" y="{y - 5.6:.1f}" class="title"><tspan style="fill: {ROLES[panel.matrix.role]}">'
            f"{escape(panel.matrix.symbol.text)}</tspan> {rows}×{columns}</text>")
    frame = f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" class="frame"></rect>'
    marks = ""
    if row is not None and rows > 1:
        marks += f'<text x="{x - .4:.2f}" y="{y + (row + .5) / rows * height + .9:.2f}" class="row">▶</text>'
    if column is not None and columns > 1:
        marks += f'<text x="{x + (column + .5) / columns * width:.2f}" y="{y - .3:.2f}" class="column">▼</text>'
    if panel.is_asked and not worked:
        return name + frame + marks
    return name + _legend(panel) + _heat(panel) + frame + marks


def _legend(panel):
    """The scale with its numbers: what is lowest, and what is highest."""
    low, high = _ends(panel.matrix)
    ramp = _png(np.linspace(low, high, 64)[None], low, high, panel.matrix.signed, 64, 1)
    x, y = panel.x, panel.y - 4.6
    left, right = plain_number(low, 2), plain_number(high, 2)
    at = x + 1.6 * len(left) + .6
    return (f'<text x="{x:.1f}" y="{y + 1.9:.1f}" class="scale">{left}</text>'
            f'<image x="{at:.1f}" y="{y + .2:.1f}" width="9" height="1.9" preserveAspectRatio="none" href="{ramp}">'
            f'</image><text x="{at + 9.6:.1f}" y="{y + 1.9:.1f}" class="scale">{right}</text>')


def _ends(matrix):
    top = float(matrix.top or limit(matrix.array))
    return (-top if matrix.signed else 0., top)


def _heat(panel):
    low, high = _ends(panel.matrix)
    wide, down = round(panel.width * FINE), round(panel.height * FINE)
    picture = _png(panel.matrix.array, low, high, panel.matrix.signed, wide, down)
    return (f'<image x="{panel.x:.2f}" y="{panel.y:.2f}" width="{panel.width:.2f}" height="{panel.height:.2f}" '
            f'preserveAspectRatio="none" href="{picture}"></image>')


def _picture(grey, x, y, wide, high):
    """A grey picture, uint8, framed."""
    across, down = (-(-length * FINE // pixels) for length, pixels in zip((wide, high), grey.shape[::-1]))
    picture = Image.fromarray(np.kron(grey, np.ones((down, across), np.uint8)))
    return (f'<image x="{x}" y="{y}" width="{wide}" height="{high}" href="{_uri(picture)}"></image>'
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" class="frame"></rect>')


def _png(array, low, high, signed, wide, down):
    """A matrix as a picture of so many pixels or the next whole multiple of its cells, in the colours for print."""
    share = np.nan_to_num((np.asarray(array, np.float64) - low) / ((high - low) or 1), nan=0., posinf=1., neginf=0.)
    picture = Image.fromarray(np.round(255 * np.clip(share, 0, 1)).astype(np.uint8), "P")
    picture.putpalette(_palette(PRINTED["signed" if signed else "positive"]))
    rows, columns = array.shape
    size = (columns * max(1, round(wide / columns)), rows * max(1, round(down / rows)))
    return _uri(picture.resize(size, Image.Resampling.NEAREST))


def _palette(colours):
    """256 colours through the given ones, as bytes."""
    stops = np.array([list(bytes.fromhex(colour[1:])) for colour in colours], float)
    at, places = np.linspace(0, 1, 256), np.linspace(0, 1, len(stops))
    return np.round(np.stack([np.interp(at, places, stops[:, n]) for n in range(3)], 1)).astype(np.uint8).tobytes()


def _uri(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


# The drawing of a small network

def _network(diagram, values, wide=100., high=50.):
    """Nodes and edges with their names, and each edge with its number."""
    def at(x, y):
        return 6 + x * (wide - 12), 6 + (1 - y) * (high - 12)
    edges, names = "", ""
    for edge in diagram.edges:
        (x, y), (to_x, to_y) = at(edge.start.x, edge.start.y), at(edge.end.x, edge.end.y)
        t = BIAS_AT if edge.row is None else AT
        number = values[edge.matrix][edge.column if edge.row is None else (edge.row, edge.column)]
        edges += (f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" '
                  f'class="edge{" bias" * (edge.row is None)}"></line>')
        names += _label(x + t * (to_x - x), y + t * (to_y - y), f"{edge.name} {plain_number(number, 6)}".strip())
    for node in diagram.nodes:
        x, y = at(node.x, node.y)
        names += (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{4 if node.unit is None else 5}" class="node"></circle>'
                  f'<text x="{x:.1f}" y="{y + 1:.1f}" class="unit">{escape(node.name)}</text>')
    return (f'<svg viewBox="0 0 {wide} {high}" style="width: {wide}mm" role="img" aria-label="The network with its '
            f'numbers">{edges}{names}</svg>')


def _label(x, y, text):
    """A text in the middle of an edge, which it interrupts."""
    half = .8 * len(text) + .3
    return (f'<rect x="{x - half:.1f}" y="{y - 1.5:.1f}" width="{2 * half:.1f}" height="3" class="behind"></rect>'
            f'<text x="{x:.1f}" y="{y + .9:.1f}" class="number">{escape(text)}</text>')


# Answers

def _answers(sheet):
    """The answers of one sheet, on a page of their own."""
    blocks = "".join(_answers_of(block, n, sheet) for n, block in enumerate(sheet.blocks, 1))
    return (f'<section class="sheet answers{" by-hand" * sheet.by_hand}">{_head(sheet, True)}'
            f'<div class="blocks">{blocks}</div></section>\n')


def _answers_of(block, n, sheet):
    asked = [table for table in block.tables if any(entry.state == "asked" for entry in numbers_in(table))]
    if not asked and block.question is None:
        return ""
    tables = "".join(_table(table, True) for table in asked)
    return (f'<article>{_title(block, n, sheet)}<div class="tables">{tables}</div>'
            f"{_right_choice(block.question)}</article>")


def _right_choice(card):
    if card is None:
        return ""
    n, choice = next((n, choice) for n, choice in enumerate(card.choices) if choice.right)
    return f"<p><b>Question.</b> {LETTERS[n]}) {_runs(runs(choice.text))}: {_runs(runs(choice.why))}</p>"


def _key(found):
    """The answers of many sheets: a line a number, a column a seed."""
    lines, tables = key(found), ""
    for first in range(0, len(found), SEEDS):
        head = "".join(f"<th>{sheet.seed}</th>" for sheet in found[first:first + SEEDS])
        rows = "".join(f"<tr><th>{escape(name)}</th>"
                       + "".join(f"<td>{text}</td>" for text in texts[first:first + SEEDS]) + "</tr>"
                       for name, texts in lines)
        tables += f'<table class="key"><thead><tr><th>seed</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<section class="sheet"><h1>The key: {escape(found[0].title)}</h1>{tables}</section>\n'
