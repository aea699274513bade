"""The components, registered once, and the functions that put them on a page."""
import base64
import json
from functools import cache
from pathlib import Path

import streamlit as st

from .. import glossary, shipped
from ..figures.theme import (
    ACCENT,
    BACKGROUND,
    HOVER,
    LAYERS,
    ON_PRIMARY,
    OPERATOR,
    QUIET,
    SYMBOLS,
    TEMPLATES,
    TEXT,
    THUMBNAIL,
    as_browsers_write,
)
from ..server import PLOTLY
from .payload import pack

HERE = Path(__file__).parent


def style_page(page):
    """Give the page, by its name, the style that all pages share and its own."""
    pairs = SYMBOLS | {"text": tuple(TEXT.values()), "background": tuple(BACKGROUND.values()), "operator": OPERATOR,
                       "accent": ACCENT}
    names = {"hover": HOVER, "on-primary": ON_PRIMARY, "quiet": QUIET,
             **{name: f"light-dark({light}, {dark})" for name, (light, dark) in pairs.items()}}
    variables = "".join(f"--{name}: {value}; " for name, value in names.items())
    rules = _joined("page/page.css", *[f"page/{page}.css"] * (HERE / "page" / f"{page}.css").exists())
    st.html(f"<style>:root {{ color-scheme: light dark; {variables}}}\n{symbols_on_dark()}\n{rules}</style>")


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


def _component(name, css_class, before=""):
    return st.components.v2.component(name, html=f'<div class="{css_class}"></div>', isolate_styles=False,
                                      css=shipped.read(HERE / f"{name}.css"),
                                      js=before + shipped.read(HERE / f"{name}.js"))


def _shared(name):
    """The JavaScript of a component without the function that it gives to Streamlit, for another one to go on from."""
    return shipped.read(HERE / f"{name}.js").partition("export default")[0]


def _joined(*names):
    return "\n".join(shipped.read(HERE / name) for name in names)


VIEW = ["arrays", "elements", "map", "cells", "squeeze", "carry", "card", "glossary", "hand",
        "ends", "pane", "view"]      # one script; the last runs it
_view = st.components.v2.component(
    "view", html='<div class="view"></div>', css=_joined("figures.css", "view/view.css"), isolate_styles=False,
    js=f"const GLOSSARY = {json.dumps(glossary.plain())}\n" + "".join(map(_shared, ("plotly", "figures", "keyboard")))
       + _joined(*(f"view/{name}.js" for name in VIEW)))
_ahead = st.components.v2.component("ahead", html="<div hidden></div>", js=shipped.read(HERE / "ahead.js"))
_keyboard = st.components.v2.component("keyboard", html="<div hidden></div>", js=shipped.read(HERE / "keyboard.js"))
_tab = st.components.v2.component("tab", html="<div hidden></div>", js=shipped.read(HERE / "tab.js"))
_figures = _component("figures", "figures", _shared("plotly"))
_pad = _component("pad", "pad")


def show_figures(key, figures, *, token, alts, images=None, selected=None, legend=True, on_cell=None,
                 keyboard=False, row=False, status=None):
    """Draw Plotly figures in place, one below the other; `on_cell` runs when a cell is clicked.

    With `row` they stand beside each other, as many as there is room for. `status` is a sentence for who cannot see
    them: it is read out when it changes.
    `token` names what is drawn: the element's data-drawn attribute carries it once everything is painted.
    With `keyboard` the figures take the focus: arrow keys go from cell to cell or picture to picture, Enter clicks.
    `images` (m, 784) uint8 are drawn as thumbnails where a figure's layout.meta asks for them, `selected` framed.
    """
    content = {"figures": [{**figure, "alt": alt} for figure, alt in zip(figures, alts)], "token": token,
               "images": images, "selected": selected, "templates": TEMPLATES, "inks": THUMBNAIL, "legend": legend,
               "keyboard": keyboard, "row": row, "status": status, "layers": LAYERS,
               "plotly": PLOTLY}
    return _figures(key=key, data=pack(content), on_cell_change=on_cell or _nothing)


@cache
def katex():
    """The address of KaTeX as Streamlit ships it, or None where it cannot be found."""
    found = sorted((Path(st.__file__).parent / "static" / "static" / "js").glob("rehype-katex.*.js"))
    return f"static/js/{found[0].name}" if found else None


def show_view(shelf, header, makers, keep, on_told, on_missing):
    """Show the pane whose id is header["id"]; `on_told` runs when the reader changes something, `on_missing` when the
    browser lacks something.

    `makers` {id: function} make the panes that the browser may lack, `keep` are the ids it keeps.
    """
    header = {"katex": katex(), "plotly": PLOTLY, "templates": TEMPLATES, "inks": THUMBNAIL} | header
    _view(key="view", data=shelf.pack(header, makers, keep), on_told_change=on_told,
          on_missing_change=on_missing)


def show_ahead(shelf, makers, keep):
    """Send the panes that lie ahead of the one that is shown; nothing is seen of it."""
    _ahead(key="ahead", data=shelf.pack({}, makers, keep))


def remember(has, on_lost):
    """Let the tab of the browser remember in words what it has; None: nothing yet, in this session.

    `on_lost` runs where it had something in a session before; what, in words, is `ui.sent("tab").lost`.
    """
    _tab(key="tab", data={"has": has}, on_lost_change=on_lost)


def title(text, keyboard=False):
    """The page's heading, for who cannot see which page is marked in the navigation.

    With `keyboard` the arrow keys choose in groups of choices, and buttons that come and go keep the focus.
    """
    with st.container(key="title"):
        st.html(f"<h1>{text}</h1>")
        if keyboard:
            _keyboard(key="keyboard", data={})


def show_pad(key, data, on_drawing):
    """The pad to draw on, and its ten bars.

    `data`: outputs (ten floats or None), answer, blank (a sentence), seq (of the drawing that was answered), strokes
    (to draw again what was there), reset (another number makes the pad take these strokes).
    """
    return _pad(key=key, data=data, on_drawing_change=on_drawing)


def _nothing():
    pass


def picture(png, alt, side):
    """A picture (PNG) in the page itself, so many pixels wide: no second request can fail or come too late."""
    st.html(f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}" alt="{alt}" width="{side}">')


def dot(colour):
    """A dot in the colour of a run, on its line of the page."""
    st.html(f'<span style="color: {colour}">⬤</span>', width="content")
