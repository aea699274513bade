"""One batch, step by step: the default page."""
import streamlit as st

from explainer import state as ui
from explainer.pages import parts, toolbar

state, walk = ui.walk()
step = walk.step(state.step)
ui.write_address()
parts.notices()
toolbar.toolbar(state, walk, step)
parts.rail(walk, state)
parts.heading(walk, state, step)
with st.container(key="body"):
    left, right = st.columns([1.85, 1], gap="small")
    with left.container(gap="xsmall"):
        parts.stage(walk, state, step)
        parts.why(walk, step)
    with right.container(gap="xsmall"):
        parts.cell(walk, state, step)
parts.background(state, step)
parts.footer(state, walk)
