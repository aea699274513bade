"""Check: what backpropagation says of the walk, proved; and what a mistake in it would do."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.components.mount import title
from explainer.pages import shared
from explainer.pages.check import broken, everything, weight

PARTS = {"weight": ("This weight", weight.part), "all": ("All of them", everything.part),
         "broken": ("Broken on purpose", broken.part)}

ui.read_address()
shared.leave_if_asked()
chosen, walk = resources.walk()
ui.write_address()
title("Check", keyboard=True)
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="checks"):
    st.segmented_control("What is checked", list(PARTS), format_func=lambda part: PARTS[part][0], required=True,
                         key=ui.shown("check", chosen.look.check), on_change=ui.follow("check"),
                         label_visibility="collapsed")
    shared.network(chosen.choice, width=290, label_visibility="collapsed")
    st.button("Walk", key="to_walk", on_click=shared.leave_for, args=("one_batch",), icon=":material/footprint:",
              help="The walk that is checked here: its batch, its weights and its α are chosen there.")
shared.notices()
with st.container(key="checked"):
    PARTS[chosen.look.check][1](walk)
