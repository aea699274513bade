"""The components, registered once, and the functions that put them on a page."""
import shutil
from pathlib import Path

import plotly
import streamlit as st

from ..figures.theme import (
    HOVER,
    ON_PRIMARY,
    POINTER,
    QUIET,
    SYMBOLS,
    TEMPLATES,
    TEXT,
    THUMBNAIL,
    as_browsers_write,
)
from .payload import pack, plain

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "static" / "plotly.min.js"


def provide_plotly():
    """Copy plotly.js out of the installed plotly package to where the server hands out static files, once."""
    source = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    if not STATIC.exists() or STATIC.stat().st_size != source.stat().st_size:
        STATIC.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, STATIC)


def style_page():
    """Give the page the style that all pages share."""
    pairs = SYMBOLS | {"text": (TEXT["light"], TEXT["dark"])}
    names = {"hover": HOVER, "on-primary": ON_PRIMARY, "selected": POINTER, "quiet": QUIET,
             **{name: f"light-dark({light}, {dark})" for name, (light, dark) in pairs.items()}}
    variables = "".join(f"--{name}: {value}; " for name, value in names.items())
    page = (HERE / "page.css").read_text(encoding="utf-8")
    st.html(f"<style>:root {{ {variables}}}\n{symbols_on_dark()}\n{page}</style>")


def symbols_on_dark():
    """Return the CSS that shows every symbol's colour as the page's theme wants it.

    KaTeX and Plotly write the colour they were given into an element's style, for good. There it is found, as the
    browser or as Plotly spells it, and light-dark() asks the element which theme it stands in.
    """
    rules = []
    for light, dark in dict.fromkeys(SYMBOLS.values()):
        for of in ("color", "fill", "stroke"):
            rules.append(f':is(.katex, .figures) :is([style*="{of}: {as_browsers_write(light)}"], '
                         f'[style*="{of}:{light}"]) {{ {of}: light-dark({light}, {dark}) !important; }}')
    return "\n".join(rules)


def _component(name, css_class):
    return st.components.v2.component(name, html=f'<div class="{css_class}"></div>',
                                      css=(HERE / f"{name}.css").read_text(), js=(HERE / f"{name}.js").read_text(),
                                      isolate_styles=False)


_figures = _component("figures", "figures")
_rail = _component("rail", "rail")
_pad = _component("pad", "pad")


def show_figures(key, figures, *, token, alts, images=None, selected=None, legend=True, on_cell=None,
                 keyboard=False):
    """Draw Plotly figures in place, one below the other; `on_cell` runs when a cell is clicked.

    `token` names what is drawn: the element's data-drawn attribute carries it once everything is painted.
    With `keyboard` the figures take the focus: arrow keys go from cell to cell or picture to picture, Enter clicks.
    `images` (m, 784) uint8 are drawn as thumbnails where a figure's layout.meta asks for them, `selected` framed.
    """
    content = {"figures": [{**plain(figure), "alt": alt} for figure, alt in zip(figures, alts)], "token": token,
               "images": images, "selected": selected, "templates": TEMPLATES, "inks": THUMBNAIL, "legend": legend,
               "keyboard": keyboard}
    return _figures(key=key, data=pack(content), on_cell_change=on_cell or _nothing)


def show_rail(key, data, on_step):
    return _rail(key=key, data=data, on_step_change=on_step)


def show_pad(key, data, on_drawing):
    """The pad to draw on, and its ten bars.

    `data`: outputs (ten floats or None), answer, blank (a sentence), seq (of the drawing that was answered), strokes
    (to draw again what was there), reset (another number makes the pad take these strokes).
    """
    return _pad(key=key, data=data, on_drawing_change=on_drawing)


def _nothing():
    pass


def dot(colour):
    """A dot in the colour of a run, on its line of the page."""
    st.html(f'<span style="color: {colour}">⬤</span>', width="content")
