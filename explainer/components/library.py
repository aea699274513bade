"""Asks the browser for the drawing library. Imports next to nothing, so it is the first thing a page does."""
from pathlib import Path

import streamlit as st

from .. import shipped
from ..server import PLOTLY

FILE = Path(__file__).with_name("plotly.js")
_plotly = st.components.v2.component("plotly", html="<div hidden></div>", js=shipped.read(FILE))


def fetch_plotly():
    """Let the browser begin to fetch plotly.js: it is there, or nearly, when something is to be drawn."""
    _plotly(key="plotly_js", data={"address": PLOTLY})
