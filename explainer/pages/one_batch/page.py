"""One batch, step by step: the default page."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.pages import shared
from explainer.pages.one_batch import cell, frame, stage, toolbar, words

ui.read_address()
chosen, walk = resources.walk()
choice, look = chosen.choice, chosen.look
step = walk.step(look.step)
ui.write_address()
shared.notices()
toolbar.toolbar(choice, walk, step)
frame.rail(walk, look)
frame.heading(walk, choice, look, step)
with st.container(key="body"):
    left, right = st.columns([1.85, 1], gap="small")
    with left.container(gap="xsmall"):
        stage.stage(walk, choice, look, step)
        words.why(walk, step)
    with right.container(gap="xsmall"):
        cell.cell(walk, choice, look, step)
words.background(choice, step)
frame.footer(choice, walk)
