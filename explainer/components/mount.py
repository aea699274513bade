"""The components, registered once, and the functions that put them on a page."""
from pathlib import Path

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component

from ..figures.theme import HOVER, LAYERS, ON_PRIMARY, POINTER, TEMPLATES, THUMBNAIL
from .payload import pack, plain

HERE = Path(__file__).parent


def provide_plotly():
    """Let the server hand out plotly.js from where it is installed, so that nothing is copied anywhere.

    A component that is never put on a page: registering it is all that makes Streamlit serve its folder, at
    component/explainer.components.mount.plotly/. Each run registers it, since a new server knows of none.
    """
    declare_component("plotly", path=Path(plotly.__file__).parent / "package_data")


def style_page():
    """Give the page the style that all pages share."""
    st.html(f"<style>:root {{ --hover: {HOVER}; --on-primary: {ON_PRIMARY}; --selected: {POINTER}; }}\n"
            f"{(HERE / 'page.css').read_text(encoding='utf-8')}</style>")


def _component(name, css_class):
    return st.components.v2.component(name, html=f'<div class="{css_class}"></div>',
                                      css=(HERE / f"{name}.css").read_text(), js=(HERE / f"{name}.js").read_text(),
                                      isolate_styles=False)


_figures = _component("figures", "figures")
_rail = _component("rail", "rail")
_pad = _component("pad", "pad")


def show_figures(key, figures, *, token, alts, images=None, selected=None, legend=True, on_cell=None,
                 keyboard=False, row=False, status=None, arrows=False):
    """Draw Plotly figures in place, one below the other; `on_cell` runs when a cell is clicked.

    With `row` they stand beside each other, as many as there is room for. `status` is a sentence for who cannot see
    them: it is read out when it changes. With `arrows` the arrow keys choose in the page's groups of choices.
    `token` names what is drawn: the element's data-drawn attribute carries it once everything is painted.
    With `keyboard` the figures take the focus: arrow keys go from cell to cell or picture to picture, Enter clicks.
    `images` (m, 784) uint8 are drawn as thumbnails where a figure's layout.meta asks for them, `selected` framed.
    """
    content = {"figures": [{**plain(figure), "alt": alt} for figure, alt in zip(figures, alts)], "token": token,
               "images": images, "selected": selected, "templates": TEMPLATES, "inks": THUMBNAIL, "legend": legend,
               "keyboard": keyboard, "row": row, "status": status, "arrows": arrows, "layers": LAYERS,
               "plotly": plotly.__version__}
    return _figures(key=key, data=pack(content), on_cell_change=on_cell or _nothing)


def title(text):
    """The page's heading, for who cannot see which page is marked in the navigation."""
    with st.container(key="title"):
        st.html(f"<h1>{text}</h1>")


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
